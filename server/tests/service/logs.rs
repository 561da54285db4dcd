//! Unwritable logs and outputs: the real binary with its output closed or full.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use crate::real::{RunningTasks, Site, attempt, session, upload};
use nearfar_test_support::TestStorage;

/// A session still works, and the scorer is still running afterwards.
async fn scores_uploads(site: &Site, running: &RunningTasks) {
    let token = site.access_token(running).await;
    for _ in 0..2 {
        let session = session(running.address, &token).await.expect("a session");
        let attempt = attempt(running.address, &session).await.expect("a nonce");
        upload(running.address, &session, &attempt).await.expect("an answer").ok();
        let scored = tokio::time::timeout(Duration::from_secs(120), running.scored(&session)).await;
        assert_ne!(scored.expect("it is scored").data()["state"], "judging");
    }
    assert!(running.is_ready().await);
}

fn site() -> Site {
    let mut site = Site::new(TestStorage::sqlite());
    site.set("NEARFAR_LOG", "debug,sqlx=info,hyper=info");
    site.add_account();
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_log_pipe_does_not_stop_the_service() {
    let site = site();
    let mut running = site.start();
    running.close_log();
    scores_uploads(&site, &running).await;
    running.ask_to_stop();
    assert!(running.end().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_on_a_full_disk_does_not_stop_the_service() {
    let mut site = site();
    for nowhere in [false, true] {
        let (address, metrics) = (free_address(), free_address());
        site.set("NEARFAR_LISTEN", &address.to_string());
        site.set("NEARFAR_METRICS_LISTEN", &metrics.to_string());
        let running = if nowhere {
            site.start_unheard(address, "exec \"$0\" serve 2>&-")
        } else {
            site.start_unheard(address, "exec \"$0\" serve 2>/dev/full")
        };
        scores_uploads(&site, &running).await;
        // Without stderr, the standard library discards writes and reports success.
        assert_eq!(lost_lines(metrics) > 0, !nowhere);
        running.ask_to_stop();
        assert!(running.end().success());
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port")
}

fn lost_lines(metrics: SocketAddr) -> u64 {
    let mut stream = TcpStream::connect(metrics).expect("metrics are served");
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains("nearfar_requests_total"), "{answer}");
    let reported = answer.lines().find_map(|line| line.strip_prefix("nearfar_log_lines_lost_total "));
    reported.map_or(0, |number| number.parse().expect("a number"))
}

#[test]
fn commands_without_stdout_fail_without_a_panic() {
    let site = site();
    for args in [&["account", "list"][..], &["migrate"], &["account", "add", "other"]] {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let output =
            site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).stdout(full).output().expect("it runs");
        let reported = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{reported}");
        assert!(reported.contains("Error: ") && reported.contains("writing to standard output"), "{reported}");
        assert!(!reported.contains("panic"), "{reported}");
    }
    // Nor where not even the error can be written.
    let full = || Stdio::from(File::options().write(true).open("/dev/full").expect("/dev/full"));
    let mut command = site.command(env!("CARGO_BIN_EXE_nearfar-server"));
    let status = command.args(["account", "set", "nobody"]).stdout(full()).stderr(full()).status();
    assert_eq!(status.expect("it runs").code(), Some(1));
}
