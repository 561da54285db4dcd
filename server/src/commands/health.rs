//! The `health` command: asks the running service whether it is ready, for container images without other programs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use axum::body::Body;
use clap::Args;
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Time for the whole request: `/health/ready` waits 2 s for the object store.
const TIMEOUT: Duration = Duration::from_secs(4);
/// The largest answer that is read, in bytes.
const ANSWER_BYTES: usize = 10_000;

/// Arguments of `health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Asks only whether the process responds (`/health/live`), not whether it can work (`/health/ready`).
    #[arg(long)]
    live: bool,
}

/// Asks the service that listens on `listen`. Returns its answer.
///
/// # Errors
/// When it does not answer within 4 s, or answers that it is not ready.
pub async fn check(listen: SocketAddr, args: &HealthArgs) -> anyhow::Result<String> {
    let path = if args.live { "/health/live" } else { "/health/ready" };
    let address = reachable(listen);
    let answer = tokio::time::timeout(TIMEOUT, ask(address, path)).await;
    let (status, body) = answer.with_context(|| format!("no answer from {address}"))?.context(address)?;
    let body = body.trim().to_owned();
    if status != StatusCode::OK {
        bail!("{path} answered {status}: {body}");
    }
    Ok(body)
}

/// The address itself, or this machine's if it stands for all of its addresses.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(address: SocketAddr, path: &str) -> anyhow::Result<(StatusCode, String)> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get(path).header("host", address.to_string()).body(Body::empty())?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await;
    connection.abort();
    let body = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn all_addresses_are_asked_at_this_machine() {
        for (listen, asked) in [
            ("0.0.0.0:8787", "127.0.0.1:8787"),
            ("[::]:80", "[::1]:80"),
            ("10.0.0.1:8787", "10.0.0.1:8787"),
            ("[fd00::1]:8787", "[fd00::1]:8787"),
        ] {
            assert_eq!(reachable(listen.parse().expect("an address")), asked.parse().expect("an address"));
        }
    }
}
