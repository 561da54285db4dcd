//! What stops the real binary at its start, what does not, and its messages.

use std::process::Output;

use crate::real::Site;
use nearfar_test_support::TestStorage;

fn ends(site: &Site, args: &[&str]) -> (Output, String) {
    let mut command = site.command(env!("CARGO_BIN_EXE_nearfar-server"));
    let output = command.args(args).env("RUST_BACKTRACE", "1").output().expect("it runs");
    let reported = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{reported}");
    (output, reported)
}

#[tokio::test(flavor = "multi_thread")]
async fn kubernetes_variables_are_ignored_and_logged() {
    let mut site = Site::new(TestStorage::sqlite());
    for (name, value) in [
        ("NEARFAR_SERVICE_HOST", "10.96.0.1"),
        ("NEARFAR_SERVICE_PORT", "8787"),
        ("NEARFAR_SERVICE_PORT_HTTP", "8787"),
        ("NEARFAR_PORT", "tcp://10.96.0.1:8787"),
        ("NEARFAR_PORT_8787_TCP", "tcp://10.96.0.1:8787"),
        ("NEARFAR_PORT_8787_TCP_PROTO", "tcp"),
        ("NEARFAR_PORT_8787_TCP_PORT", "8787"),
        ("NEARFAR_PORT_8787_TCP_ADDR", "10.96.0.1"),
        ("NEARFAR_DB_SERVICE_HOST", "10.96.0.2"),
    ] {
        site.set(name, value);
    }
    let script = "\"$0\" serve 2> log";
    let address = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
    site.set("NEARFAR_LISTEN", &address.to_string());
    let running = site.start_unheard(address, &format!("exec {script}"));
    assert!(running.is_ready().await);
    running.ask_to_stop();
    assert!(running.end().success());
    let log = std::fs::read_to_string(site.storage.folder().join("log")).expect("a log");
    let lines = log.lines().filter(|line| line.contains("a variable created by Kubernetes is ignored"));
    assert_eq!(lines.count(), 9, "{log}");
    assert!(log.contains("\"name\":\"NEARFAR_PORT_8787_TCP_ADDR\""), "{log}");
}

#[test]
fn unknown_variables_stop_the_start() {
    for (name, reported) in [
        ("NEARFAR_BLOB_KEY", "NEARFAR_BLOB_KEY is not an option; did you mean NEARFAR_BLOB_KEYS?"),
        ("NEARFAR_BLOBKEYS", "NEARFAR_BLOBKEYS is not an option; did you mean NEARFAR_BLOB_KEYS?"),
        // As Kubernetes names them, with another value.
        ("NEARFAR_PORT", "NEARFAR_PORT is not an option"),
        ("NEARFAR_SERVICE_PORTS", "NEARFAR_SERVICE_PORTS is not an option"),
        ("NEARFAR_PORT_8787_TCP_NAME", "NEARFAR_PORT_8787_TCP_NAME is not an option"),
    ] {
        let mut site = Site::new(TestStorage::sqlite());
        site.set(name, "8787");
        for args in [&["serve"][..], &["account", "list"]] {
            assert_eq!(ends(&site, args).1.trim_end(), format!("Error: {reported}"));
        }
    }
}

#[test]
fn openapi_is_printed_without_page_and_database() {
    let mut site = Site::new(TestStorage::sqlite());
    site.set("NEARFAR_PAGE_DIR", "nothing");
    let output = site.command(env!("CARGO_BIN_EXE_nearfar-server")).arg("openapi").output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), include_str!("../../../docs/openapi.json"));
}

#[test]
fn the_service_does_not_start_without_a_page() {
    let mut site = Site::new(TestStorage::sqlite());
    let empty = site.storage.folder().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    for folder in [empty, site.storage.folder().join("nothing")] {
        let folder = folder.display().to_string();
        site.set("NEARFAR_PAGE_DIR", &folder);
        let (_, reported) = ends(&site, &["serve"]);
        assert!(reported.contains(&format!("Error: page_dir: {folder} has no index.html")), "{reported}");
    }
}

#[test]
fn user_errors_are_one_line_without_a_backtrace() {
    let mut site = Site::new(TestStorage::sqlite());
    let commands: [&[&str]; 5] = [
        &["account", "set", "nobody", "--name", "x"],
        &["account", "add", "shop", "--set", "frameAncestors=[\"https://a;sandbox\"]"],
        &["show", "0123456789abcdef"],
        &["--config", "nothing.toml", "account", "list"],
        &["account", "disable", "nobody"],
    ];
    for args in commands {
        let (_, reported) = ends(&site, args);
        let lines: Vec<&str> = reported.lines().filter(|line| !line.starts_with('{')).collect();
        assert!(lines.len() == 1 && lines[0].starts_with("Error: "), "{args:?}: {reported}");
        assert!(!reported.contains("backtrace") && !reported.contains(".rs:"), "{args:?}: {reported}");
    }
    site.set("NEARFAR_PUBLIC_URL", "https://a;sandbox");
    let reported = "Error: public_url: \"https://a;sandbox\" is not an origin such as https://shop.example";
    assert_eq!(ends(&site, &["serve"]).1.trim_end(), reported);
}
