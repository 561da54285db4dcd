//! Outages of the real service's dependencies: it responds with a retry, loses nothing and recovers. And its shutdown.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::common::{Answered, Attempt};
use crate::real::{RunningTasks, Session, Site, attempt, session, upload, upload_request};
use nearfar_test_support::DatabaseLock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

nearfar_test_support::on_both!(crate::real::Site:
    a_full_disk_is_temporary,
    a_full_disk_does_not_prevent_erasure,
    a_locked_database_is_temporary,
    a_missing_object_store_is_temporary,
    shutdown_waits_for_an_upload,
    a_rejected_upload_gets_its_response,
    cancelled_requests_leave_no_open_transaction,
);

#[track_caller]
fn later(answer: &Answered) {
    assert_eq!(answer.code(), "RETRY_LATER", "{:?}", answer.body);
    let after = answer.headers["retry-after"].to_str().expect("a number");
    assert!(after.parse::<u32>().is_ok_and(|seconds| seconds > 0), "{after}");
}

async fn begun(site: &Site, running: &RunningTasks) -> (String, Session, Attempt) {
    let token = site.access_token(running).await;
    let session = session(running.address, &token).await.expect("a session");
    let attempt = attempt(running.address, &session).await.expect("a nonce");
    (token, session, attempt)
}

async fn completes(running: &RunningTasks, token: &str, session: &Session, attempt: &Attempt) {
    assert!(running.is_ready().await);
    upload(running.address, session, attempt).await.expect("an answer").ok();
    running.scored(session).await;
    assert_ne!(running.result(token, &session.id).await.code(), "LIVENESS_NO_RESULT");
}

/// The service with its data on a small memory disk, mounted in a namespace that only the service sees, and the path to
/// that disk from here. `None` without namespaces.
fn on_a_small_disk(site: &mut Site) -> Option<(RunningTasks, PathBuf)> {
    // As root without a user namespace: in one, the PostgreSQL of another user would be unreachable.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let run: &[&str] = if is_root { &["unshare", "--mount"] } else { &["unshare", "--map-root-user", "--mount"] };
    let can = std::process::Command::new(run[0]).args(&run[1..]).arg("true").status();
    if !can.is_ok_and(|status| status.success()) {
        let line = "\n!!!! SKIPPED: a test of a full disk. Namespaces cannot be had here !!!!\n\n";
        std::io::stderr().write_all(line.as_bytes()).expect("printed");
        return None;
    }
    let disk = site.storage.folder().join("disk");
    std::fs::create_dir(&disk).expect("a folder");
    site.set("NEARFAR_OBJECTS_URL", &disk.join("objects").display().to_string());
    if site.storage.database_url.starts_with("sqlite:") {
        site.set("DATABASE_URL", &format!("sqlite:{}", disk.join("nearfar.db").display()));
    }
    let running = site.start_in(run, &format!("mount -t tmpfs -o size=4m none '{}'", disk.display()));
    let seen = PathBuf::from(format!("/proc/{}/root{}", running.pid(), disk.display()));
    Some((running, seen))
}

/// Until the disk is full.
fn fill(disk: &Path) -> PathBuf {
    let filler = disk.join("filler");
    let mut file = std::fs::File::create(&filler).expect("a file");
    while file.write(&[0; 4096]).is_ok_and(|written| written > 0) {}
    filler
}

async fn a_full_disk_is_temporary(mut site: Site) {
    let Some((running, disk)) = on_a_small_disk(&mut site) else { return };
    let (token, session, attempt) = begun(&site, &running).await;
    let filler = fill(&disk);
    later(&upload(running.address, &session, &attempt).await.expect("an answer"));
    assert!(!running.is_ready().await);
    assert_eq!(running.status(&session, "").await.ok().data()["state"], "open");
    std::fs::remove_file(&filler).expect("removed");
    completes(&running, &token, &session, &attempt).await;
}

async fn a_full_disk_does_not_prevent_erasure(mut site: Site) {
    let Some((running, disk)) = on_a_small_disk(&mut site) else { return };
    let (token, one, first) = begun(&site, &running).await;
    completes(&running, &token, &one, &first).await;
    let two = session(running.address, &token).await.expect("a session");
    let second = attempt(running.address, &two).await.expect("a nonce");
    completes(&running, &token, &two, &second).await;
    // Filled again each time: the reserved space is reserved again.
    for (session, name) in [(&one, "filler"), (&two, "more")] {
        let files = disk.join("objects/sessions").join(&session.id);
        assert!(files.is_dir());
        std::fs::rename(fill(&disk), disk.join(format!("{name}-full"))).expect("renamed");
        running.clear(&token, &session.id).await.ok();
        assert_eq!(running.result(&token, &session.id).await.code(), "RESULT_NOT_FOUND");
        assert!(!files.exists());
    }
}

async fn a_locked_database_is_temporary(mut site: Site) {
    // Long enough for a busy machine to write without the lock.
    site.set("NEARFAR_DATABASE_WAIT_MS", "2000");
    site.add_account();
    let running = site.start();
    let (token, waiting, attempt) = begun(&site, &running).await;
    let lock = DatabaseLock::take(&site.storage.database_url).await;
    later(&upload(running.address, &waiting, &attempt).await.expect("an answer"));
    let body = serde_json::json!({"returnUrl": "https://shop.example/", "region": "IDN"});
    later(&running.post("/openapi/liveness/v2/h5/token", &token, &body).await.expect("an answer"));
    lock.release().await;
    completes(&running, &token, &waiting, &attempt).await;
}

async fn a_missing_object_store_is_temporary(mut site: Site) {
    site.add_account();
    let running = site.start();
    let (token, scored, first) = begun(&site, &running).await;
    completes(&running, &token, &scored, &first).await;
    let waiting = session(running.address, &token).await.expect("a session");
    let second = attempt(running.address, &waiting).await.expect("a nonce");
    let away = site.storage.folder().join("away");
    std::fs::rename(site.storage.objects(), &away).expect("moved");
    assert!(!running.is_ready().await);
    later(&upload(running.address, &waiting, &second).await.expect("an answer"));
    later(&running.result(&token, &scored.id).await);
    std::fs::rename(&away, site.storage.objects()).expect("moved");
    completes(&running, &token, &waiting, &second).await;
    assert_ne!(running.result(&token, &scored.id).await.code(), "RETRY_LATER");
}

async fn shutdown_waits_for_an_upload(mut site: Site) {
    site.add_account();
    let running = site.start();
    let (_, session, attempt) = begun(&site, &running).await;
    let body = attempt.body();
    let mut stream = TcpStream::connect(running.address).await.expect("a connection");
    let head = format!(
        "PUT /h5/api/v1/attempts/{} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\
         content-type: application/octet-stream\r\nexpect: 100-continue\r\n\r\n",
        attempt.id,
        session.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.expect("leave to send");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&body[..body.len() / 2]).await.expect("sent");
    running.ask_to_stop();
    running.await_log("stopping");
    stream.write_all(&body[body.len() / 2..]).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer, and the end of the connection");
    assert!(answer.contains("\"code\":\"SUCCESS\"") && answer.contains("\"judging\""), "{answer}");
    assert!(running.end().success());
    let again = site.start();
    assert_ne!(again.scored(&session).await.data()["state"], "open", "what was acknowledged is scored later");
}

async fn cancelled_requests_leave_no_open_transaction(mut site: Site) {
    site.add_account();
    let running = site.start();
    let (token, session, attempt) = begun(&site, &running).await;
    completes(&running, &token, &session, &attempt).await;
    running.ask_to_stop();
    let reported = running.rest_of_log();
    assert!(running.end().success());
    let last = reported.last().expect("a log");
    assert!(
        last.contains("\"stopped\"") && !reported.iter().any(|line| line.contains("still under way")),
        "{reported:?}"
    );
}

/// The client sends a whole large body before it reads the response.
async fn a_rejected_upload_gets_its_response(mut site: Site) {
    site.add_account();
    let running = site.start();
    let (_, session, mut attempt) = begun(&site, &running).await;
    attempt.parts[0].1 = vec![0; 20_000_000];
    let stranger = Session { token: "nobody's".into(), ..session.clone() };
    for (session, code) in [(&session, "FILE_ALTERED"), (&stranger, "IAM_FAILED")] {
        let body = attempt.body();
        let mut stream = TcpStream::connect(running.address).await.expect("a connection");
        let head = format!(
            "PUT /h5/api/v1/attempts/one HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\
             content-type: application/octet-stream\r\nconnection: close\r\n\r\n",
            session.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream.write_all(&body).await.expect("all of it is taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.contains(code), "{answer}");
    }
    let good = crate::real::attempt(running.address, &session).await.expect("the same nonce");
    let answer = running.send(upload_request(&session, &good)).await.expect("an answer");
    answer.ok();
}
