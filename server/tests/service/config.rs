//! Options: documented defaults, sources, and validation.

use std::path::Path;

use nearfar_server::config::{Config, ConfigError, option_docs};

const BEGIN: &str = "<!-- options: written from server/src/config/option_docs.rs -->";
const END: &str = "<!-- end of options -->";

/// The options table of docs/SERVER.md is generated from the code.
#[test]
fn option_table_of_the_documents_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/SERVER.md");
    let text = std::fs::read_to_string(&path).expect("docs/SERVER.md");
    let (before, rest) = text.split_once(BEGIN).expect("the begin of the table");
    let (written, after) = rest.split_once(END).expect("the end of the table");
    let table = format!("\n{}", option_docs::table().expect("every option has a meaning"));
    if std::env::var_os("NEARFAR_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).expect("written");
    } else {
        let command = "NEARFAR_WRITE_DOCS=1 cargo test -p nearfar-server --test service option_table";
        assert!(written == table, "the options table of docs/SERVER.md is stale: run {command}");
    }
}

#[test]
fn files_are_parsed_and_errors_name_the_option() {
    let folder = std::env::temp_dir().join(format!("nearfar-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let load = |text: &str| {
        let file = folder.join("nearfar.toml");
        std::fs::write(&file, text).expect("written");
        Config::load(Some(&file))
    };
    let config =
        load("nonce_seconds = 5\npublic_url = \"https://live.example\"\n[limits]\nminGrowth = 1.6").expect("good");
    assert_eq!((config.nonce_seconds, config.limits.min_growth), (5, 1.6));
    assert_eq!(config.link("/h5/"), "https://live.example/h5/");
    let error = |text: &str| load(text).expect_err(text).to_string();
    assert_eq!(error("nonce_second = 5"), "nonce_second is not an option; did you mean nonce_seconds?");
    assert_eq!(error("[limits]\nminGrwoth = 5"), "minGrwoth is not an option; did you mean minGrowth?");
    assert_eq!(error("colour = 5"), "colour is not an option");
    assert!(Config::load(Some(&folder.join("nothing.toml"))).is_err());
    let cases = [
        ("session_seconds = 0", "session_seconds"),
        ("nonce_seconds = 100000", "nonce_seconds"),
        ("handoff_seconds = 0", "handoff_seconds"),
        ("public_url = \"ftp://x\"", "public_url"),
        ("public_url = \"https://x/path\"", "public_url"),
        ("public_url = \"https://user@x\"", "public_url"),
        ("public_url = \"https://a;b\"", "public_url"),
        ("account_rate = 0", "account_rate"),
        ("session_rate = 0", "session_rate"),
        ("uploads_at_once = 0", "uploads_at_once"),
        ("connections_at_once = 0", "connections_at_once"),
        ("account_share = 101", "account_share"),
        ("account_share = 10", "transfer_bytes"),
        ("account_share = 45", "result_bytes"),
        ("result_bytes = 540000000", "result_bytes"),
        ("upload_bytes_per_second = 0", "upload_bytes_per_second"),
        ("scorers = 1000", "scorers"),
        ("objects_wait_ms = 0", "objects_wait_ms"),
        ("model_sha256 = \"3bc1\"", "model_sha256"),
        ("lease_seconds = 1", "lease_seconds"),
        ("pass_score = 49", "pass_score"),
        ("webhooks_at_once = 2000", "webhooks_at_once"),
        ("webhook_seconds = 0", "webhook_seconds"),
        ("webhook_http_hosts = \"localhost, a b\"", "webhook_http_hosts"),
        ("sweep_seconds = 0", "sweep_seconds"),
        ("poll_interval_ms = 1", "poll_interval_ms"),
        ("cors_origins = \"https://a.example/\"", "cors_origins"),
        ("cors_origins = \"https://a.example, https://a;b\"", "cors_origins"),
        ("cors_origins = \"*\"", "cors_origins"),
        ("[limits]\nminGrowth = 0.5", "limits"),
    ];
    for (text, named) in cases {
        match load(text) {
            Err(ConfigError::Value { option, .. }) => assert_eq!(option, named),
            other => panic!("{named}: {other:?}"),
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}
