//! The `account` command.

use std::path::Path;

use crate::common::{START, Service};
use clap::Parser;
use nearfar_server::commands::accounts::{AccountCommand, run};
use nearfar_store::{AccountSettings, Actor};
use serde_json::{Value, json};

#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    command: AccountCommand,
}

async fn account(service: &Service, arguments: &[&str]) -> anyhow::Result<Value> {
    let line = Line::try_parse_from(std::iter::once(&"account").chain(arguments))?;
    let reported = run(&service.app.store, line.command, &Actor::Command("ann".into()), START).await?;
    Ok(serde_json::from_str(reported.lines().last().unwrap_or("null"))?)
}

#[tokio::test]
async fn the_life_cycle_of_an_account() {
    let service = Service::new().await;
    let made = account(&service, &["add", "shop", "--set", "video=true", "--set", "retryLimitUrl=https://a.example/x"]);
    let made = made.await.expect("made");
    let key = made["accessKey"].as_str().expect("a key");
    let secret = made["secretKey"].as_str().expect("a secret");
    let listed = account(&service, &["list"]).await.expect("listed");
    assert_eq!(listed["settings"]["video"], true);
    assert_eq!(listed["settings"]["retryLimitUrl"], "https://a.example/x");
    assert!(!listed.to_string().contains(secret));
    let set = account(&service, &["set", key, "--name", "store", "--set", "regions=[\"IDN\"]", "--expires", "5"]).await;
    let set = set.expect("set");
    assert_eq!((&set["name"], &set["expiresAt"]), (&json!("store"), &json!(5)));
    assert_eq!((&set["settings"]["regions"], &set["settings"]["video"]), (&json!(["IDN"]), &json!(true)));
    let set = account(&service, &["set", key, "--expires", "never"]).await.expect("set");
    assert_eq!(set["expiresAt"], Value::Null);
    assert_eq!(account(&service, &["disable", key]).await.expect("disabled")["enabled"], false);
    assert_eq!(account(&service, &["enable", key]).await.expect("enabled")["enabled"], true);
    let rotated = account(&service, &["rotate", key]).await.expect("rotated");
    assert_ne!(rotated["secretKey"].as_str(), Some(secret));
}

#[tokio::test]
async fn cross_device_takes_words_and_the_old_flags() {
    let service = Service::new().await;
    let shop = account(&service, &["add", "shop"]).await.expect("made");
    let key = shop["accessKey"].as_str().expect("a key");
    for (given, word) in [("true", "fallback"), ("first", "first"), ("\"offer\"", "offer"), ("false", "off")] {
        let setting = format!("crossDevice={given}");
        let set = account(&service, &["set", key, "--set", &setting]).await.expect("set");
        assert_eq!(set["settings"]["crossDevice"], word, "{given}");
    }
    let error = account(&service, &["set", key, "--set", "accessibility=true"]).await.expect_err("no word");
    assert!(format!("{error:#}").starts_with("accessibility: "), "{error:#}");
}

#[test]
fn every_setting_is_documented_with_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/SERVER.md");
    let text = std::fs::read_to_string(path).expect("docs/SERVER.md");
    let (_, table) = text.split_once("## Settings of an account").expect("the section");
    let (table, _) = table.split_once("\n## ").expect("the next section");
    let rows: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")).collect();
    let Value::Object(settings) = json!(AccountSettings::default()) else { panic!("an object") };
    assert_eq!(rows.len(), settings.len());
    for (name, default) in settings {
        let row = rows.iter().find(|row| row.starts_with(&format!("{name}` | ")));
        let row = row.unwrap_or_else(|| panic!("{name} is missing"));
        // The table describes empty values in prose.
        let is_word = !row.starts_with(&format!("{name}` | `"));
        let is_empty = default.is_null() || default == json!([]) || default == json!({}) || name == "levels";
        let is_listed = row.starts_with(&format!("{name}` | `{default}` |"));
        assert!(is_listed || is_empty && (is_word || name == "retryLimit"), "{name}: {default}");
    }
}

#[tokio::test]
async fn a_sandbox_account_is_one_for_ever_and_listed_as_one() {
    let service = Service::new().await;
    let made = account(&service, &["add", "tests", "--sandbox"]).await.expect("made");
    let key = made["accessKey"].as_str().expect("a key");
    assert_eq!(account(&service, &["list"]).await.expect("listed")["sandbox"], true);
    let set = account(&service, &["set", key, "--name", "other", "--set", "video=true"]).await.expect("set");
    assert_eq!(set["sandbox"], true);
    for change in [vec!["--sandbox"], vec!["--set", "sandbox=false"]] {
        let arguments = [vec!["set", key], change].concat();
        assert!(account(&service, &arguments).await.is_err(), "{arguments:?}");
    }
    let service = Service::new().await;
    account(&service, &["add", "shop"]).await.expect("made");
    assert_eq!(account(&service, &["list"]).await.expect("listed")["sandbox"], false);
}

#[tokio::test]
async fn invalid_commands_are_errors() {
    let service = Service::new().await;
    for arguments in [
        vec!["add", "shop", "--set", "vidoe=true"],
        vec!["add", "shop", "--set", "frameAncestors=[\"*\"]"],
        vec!["add", "shop", "--set", "video"],
        vec!["add", "shop", "--expires", "tomorrow"],
        vec!["set", "nobody", "--name", "x"],
        vec!["disable", "nobody"],
    ] {
        assert!(account(&service, &arguments).await.is_err(), "{arguments:?}");
    }
}

#[tokio::test]
async fn an_origin_with_more_than_a_host_is_rejected_by_name() {
    let service = Service::new().await;
    let key = account(&service, &["add", "shop"]).await.expect("made")["accessKey"].as_str().expect("a key").to_owned();
    for name in ["frameAncestors", "messageOrigins", "allowedReturnOrigins"] {
        for wrong in ["https://a;sandbox", "https://a,b", "https://*", "https://A.example", "https://a.example/", "*"] {
            let setting = format!("{name}=[{wrong:?}]");
            let error = account(&service, &["set", &key, "--set", &setting]).await.expect_err(&setting);
            let said = format!("{error:#}");
            assert!(said.starts_with(&format!("{name}: {wrong:?} is not an origin such as")), "{said}");
        }
    }
    let listed = account(&service, &["list"]).await.expect("listed");
    assert_eq!(listed["settings"]["frameAncestors"], json!([]));
}

#[tokio::test]
async fn a_scheme_of_no_app_is_rejected_by_name() {
    let service = Service::new().await;
    let key = account(&service, &["add", "shop"]).await.expect("made")["accessKey"].as_str().expect("a key").to_owned();
    for (wrong, reason) in [
        ("javascript", "\"javascript\" is not the scheme of an app"),
        ("https", "\"https\" is not the scheme of an app"),
        ("intent", "\"intent\" is not the scheme of an app"),
        ("myapp://", "\"myapp://\" is not a scheme such as myapp"),
        ("MyApp", "\"MyApp\" is not a scheme such as myapp"),
    ] {
        let setting = format!("allowedReturnSchemes=[\"myapp\", {wrong:?}]");
        let error = account(&service, &["set", &key, "--set", &setting]).await.expect_err(&setting);
        let said = format!("{error:#}");
        assert!(said.starts_with(&format!("allowedReturnSchemes: {reason}")), "{said}");
    }
    let set = account(&service, &["set", &key, "--set", "allowedReturnSchemes=[\"myapp\"]"]).await.expect("set");
    assert_eq!(set["settings"]["allowedReturnSchemes"], json!(["myapp"]));
}
