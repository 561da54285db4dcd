//! The `operator` command.

use clap::Parser;
use nearfar_server::commands::operators::{OperatorCommand, run};
use nearfar_store::Actor;
use serde_json::{Value, json};

use crate::common::Service;
use crate::common::browser::Browser;

#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    command: OperatorCommand,
}

async fn operator(service: &Service, arguments: &[&str]) -> anyhow::Result<Value> {
    let line = Line::try_parse_from(std::iter::once(&"operator").chain(arguments))?;
    let (app, actor) = (&service.app, Actor::Command("root".into()));
    let printed = run(&app.store, &app.config, line.command, &actor, app.now()).await?;
    Ok(serde_json::from_str(printed.lines().last().unwrap_or("null"))?)
}

#[tokio::test]
async fn the_life_cycle_of_an_operator() {
    let service = Service::with(|config| config.console_url = "https://console.example/".into()).await;
    let added = operator(&service, &["add", "Ann", "--role", "administrator"]).await.expect("added");
    assert_eq!((&added["name"], &added["role"]), (&json!("ann"), &json!("administrator")));
    let link = added["setUp"].as_str().expect("a link");
    let path = link.strip_prefix("https://console.example").expect("the console's address");
    assert!(Browser::new(&service).await.get(path).await.status.is_success());
    let listed = operator(&service, &["list"]).await.expect("listed");
    assert_eq!((&listed["enabled"], &listed["isSetUp"]), (&json!(true), &json!(false)));
    assert!(!listed.to_string().contains("set-up?"));
    let set = operator(&service, &["set", "ANN", "--role", "viewer"]).await.expect("set");
    assert_eq!(set["role"], "viewer");
    assert_eq!(operator(&service, &["disable", "ann"]).await.expect("disabled")["enabled"], false);
    assert_eq!(operator(&service, &["enable", "ann"]).await.expect("enabled")["enabled"], true);
    let reset = operator(&service, &["reset", "ann"]).await.expect("reset");
    assert_ne!(reset["setUp"], added["setUp"]);
    assert!(!Browser::new(&service).await.get(path).await.status.is_success(), "the first link is void");
    let entries = service.app.store.audit_entries_after(0, 100).await.expect("entries");
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    let expected = [
        "operator_created",
        "operators_listed",
        "operator_changed",
        "operator_disabled",
        "operator_enabled",
        "operator_reset",
    ];
    assert_eq!(actions, expected);
    assert!(entries.iter().all(|entry| entry.actor_name == "root"));
    for wrong in [
        &["add", "ann", "--role", "viewer"][..],
        &["add", "bob", "--role", "owner"],
        &["add", "bob"],
        &["set", "nobody", "--role", "viewer"],
        &["disable", "nobody"],
        &["reset", "nobody"],
        &["add", "b b", "--role", "viewer"],
    ] {
        assert!(operator(&service, wrong).await.is_err(), "{wrong:?}");
    }
}
