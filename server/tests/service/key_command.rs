//! `key rotate`, `key status` and `key rotate-signing` with the real binary, while an instance serves.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use crate::real::{Site, attempt, session, upload};
use nearfar_server::clock::system_entropy;
use nearfar_store::{NewAccount, SecretKey, Store, StoreConfig};
use serde_json::Value;

nearfar_test_support::on_both!(crate::real::Site:
    the_master_key_rotates_across_kills_while_an_instance_serves,
    signing_keys_rotate_without_a_restart,
);

const ACCOUNTS: usize = 220;

fn run(site: &Site, args: &[&str]) -> Output {
    site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn status(site: &Site) -> Value {
    serde_json::from_str(&stdout(&run(site, &["key", "status", "--json"]))).expect("JSON")
}

/// Rows that a key encrypts, by its place among the configured keys.
fn rows(status: &Value, at: usize) -> u64 {
    let key = &status["masterKeys"][at];
    let secrets = status["secrets"].as_array().expect("a list").iter();
    secrets.filter(|entry| entry["key"] == *key).map(|entry| entry["rows"].as_u64().expect("a number")).sum()
}

async fn the_master_key_rotates_across_kills_while_an_instance_serves(mut site: Site) {
    site.add_account();
    let config = StoreConfig::new(
        site.storage.database_url.clone(),
        site.storage.objects().display().to_string(),
        SecretKey::new([0xab; 32]),
    );
    let store = Store::open(&config, system_entropy()).await.expect("a store");
    let mut secrets = Vec::new();
    for number in 0..ACCOUNTS {
        let new = NewAccount { name: format!("Shop {number}"), ..NewAccount::default() };
        let (account, secret) = store.create_account(new, 0).await.expect("an account");
        secrets.push((account.id, secret));
    }
    store.close().await;
    let refused = run(&site, &["key", "rotate"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no former key is configured"), "{refused:?}");

    // 1. Every instance gets both keys.
    let new_key = stdout(&run(&site, &["key", "generate"]));
    site.set("NEARFAR_MASTER_KEY", new_key.trim());
    site.set("NEARFAR_MASTER_KEY_PREVIOUS", &"ab".repeat(32));
    let running = site.start();
    let token = site.access_token(&running).await;
    let before = rows(&status(&site), 1);
    assert!(before > ACCOUNTS as u64, "{before}");

    // 2. The rotation is killed after each of its first batches, and goes on.
    for lines in 1..=3 {
        let mut command = site.command(env!("CARGO_BIN_EXE_nearfar-server"));
        let mut child = command.args(["key", "rotate"]).stderr(Stdio::piped()).spawn().expect("it starts");
        let progress = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        let seen = progress.filter(|line| line.contains("re-encrypted")).take(lines).count();
        assert!(seen > 0, "it ended without progress");
        child.kill().expect("killed");
        child.wait().expect("it ends");
        let session = session(running.address, &token).await.expect("an answer");
        let attempt = attempt(running.address, &session).await.expect("an answer");
        upload(running.address, &session, &attempt).await.expect("an answer").ok();
        site.access_token(&running).await;
        if rows(&status(&site), 1) == 0 {
            break;
        }
    }
    let done = stdout(&run(&site, &["key", "rotate"]));
    assert!(done.contains("master_key_previous can be removed"), "{done}");
    // A run that was killed may have ended before.
    let recorded = "SELECT COUNT(*) FROM audit_entries WHERE action = 'master_key_rotated'";
    assert!(site.storage.count(recorded.into()).await > 0);
    let after = status(&site);
    assert_eq!((rows(&after, 1), rows(&after, 0) >= before), (0, true), "{after}");

    // 3. The former key goes.
    running.ask_to_stop();
    assert!(running.end().success());
    site.options.retain(|(name, _)| *name != "NEARFAR_MASTER_KEY_PREVIOUS");
    let running = site.start();
    assert_eq!(running.result(&token, "0123456789abcdef").await.code(), "SIGNATURE_NOT_EXIST", "the token is valid");
    site.access_token(&running).await;
    let mut key = [0; 32];
    hex::decode_to_slice(new_key.trim(), &mut key).expect("hex digits");
    let config = StoreConfig { master_key: SecretKey::new(key), ..config };
    let store = Store::open(&config, system_entropy()).await.expect("a store");
    for (id, secret) in secrets {
        assert_eq!(*store.account_secret(&id).await.expect("a secret"), *secret);
    }
}

async fn signing_keys_rotate_without_a_restart(mut site: Site) {
    site.add_account();
    let running = site.start();
    let token = site.access_token(&running).await;
    let printed = stdout(&run(&site, &["key", "rotate-signing"]));
    assert!(printed.contains("the new keys sign from"), "{printed}");
    let again = run(&site, &["key", "rotate-signing"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("do not sign yet"), "{again:?}");
    let status = status(&site);
    let keys = status["signingKeys"].as_array().expect("a list");
    assert_eq!(keys.len(), 10, "two generations of five purposes: {status}");
    assert!(keys.iter().all(|key| key["destroyed"] == false && key["retiresAt"].is_null() == (key["generation"] == 2)));
    let session = session(running.address, &token).await.expect("an answer");
    attempt(running.address, &session).await.expect("an answer");
    let text = stdout(&run(&site, &["key", "status"]));
    assert!(text.contains("record-signing 2: signs from ") && text.contains("access-token 1: signs from the start"));
}
