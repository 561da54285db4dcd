//! `nearfar-server health`, beside a running service: what its exit code and output report.

use std::net::SocketAddr;
use std::process::Output;

use crate::real::Site;
use nearfar_test_support::TestStorage;

/// Runs the command for a service at this address.
fn health(site: &Site, address: SocketAddr, args: &[&str]) -> Output {
    let mut command = site.command(env!("CARGO_BIN_EXE_nearfar-server"));
    command.arg("health").args(args).env("NEARFAR_LISTEN", address.to_string()).output().expect("it runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn health_reports_what_the_service_answers() {
    let site = Site::new(TestStorage::sqlite());
    let running = site.start();
    let everywhere = SocketAddr::new([0, 0, 0, 0].into(), running.address.port());
    for address in [running.address, everywhere] {
        let output = health(&site, address, &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"status\":\"ready\"}\n");
    }
    std::fs::remove_file(site.storage.folder().join("page").join("index.html")).expect("a page");
    let output = health(&site, running.address, &[]);
    assert_eq!(output.status.code(), Some(1));
    let expected = "Error: /health/ready answered 503 Service Unavailable: {\"status\":\"page missing\"}\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    let output = health(&site, running.address, &["--live"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"status\":\"live\"}\n");
    let address = running.address;
    running.ask_to_stop();
    assert!(running.end().success());
    let output = health(&site, address, &["--live"]);
    assert_eq!(output.status.code(), Some(1));
    let reported = String::from_utf8_lossy(&output.stderr);
    assert!(reported.starts_with(&format!("Error: {address}: ")), "{reported}");
    assert_eq!(reported.lines().count(), 1, "{reported}");
}
