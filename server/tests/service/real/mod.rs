//! The real binary as a separate process, and a client over real sockets.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use nearfar_server::api::integrator::generate_token::sign;
use nearfar_server::clock::{Clock, SystemClock};
use nearfar_test_support::TestStorage;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::common::{Answered, Attempt};

/// A storage with an account, where the service can be started repeatedly.
pub(crate) struct Site {
    pub storage: TestStorage,
    /// Options as environment variables.
    pub options: Vec<(&'static str, String)>,
    access_key: String,
    secret_key: String,
}

/// The running service.
pub(crate) struct RunningTasks {
    pub address: SocketAddr,
    child: Child,
    log: Option<Receiver<String>>,
}

/// A session, as its page knows it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub id: String,
    pub token: String,
}

impl Site {
    pub(crate) fn new(storage: TestStorage) -> Self {
        let model = "../node_modules/@mediapipe/face_detection/face_detection_short_range.tflite";
        let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(model);
        let page = storage.folder().join("page");
        std::fs::create_dir(&page)
            .and_then(|()| std::fs::write(page.join("index.html"), "<!doctype html>"))
            .expect("a page");
        let options = vec![
            ("NEARFAR_PAGE_DIR", page.display().to_string()),
            ("DATABASE_URL", storage.database_url.clone()),
            ("NEARFAR_OBJECTS_URL", storage.objects().display().to_string()),
            ("NEARFAR_MASTER_KEY", "ab".repeat(32)),
            ("NEARFAR_LISTEN", "127.0.0.1:0".into()),
            ("NEARFAR_MODEL", model.display().to_string()),
            ("NEARFAR_LOG_FORMAT", "json".into()),
            ("NEARFAR_ACCOUNT_RATE", "100000".into()),
            ("NEARFAR_SESSION_RATE", "100000".into()),
        ];
        Self { storage, options, access_key: String::new(), secret_key: String::new() }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.options.retain(|(known, _)| *known != name);
        self.options.push((name, value.into()));
    }

    /// The binary with the site's options and none of the environment's.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("NEARFAR_") {
                command.env_remove(name);
            }
        }
        command.envs(self.options.iter().map(|(name, value)| (name, value))).current_dir(self.storage.folder());
        command.stdin(Stdio::null());
        command
    }

    /// Creates the account.
    pub(crate) fn add_account(&mut self) {
        self.add_account_with(&["shop"]);
    }

    /// Creates a sandbox account as the account.
    pub(crate) fn add_test_account(&mut self) {
        self.add_account_with(&["tests", "--sandbox"]);
    }

    pub(crate) fn access_key(&self) -> &str {
        &self.access_key
    }

    fn add_account_with(&mut self, args: &[&str]) {
        let mut command = self.command(env!("CARGO_BIN_EXE_nearfar-server"));
        let output = command.args(["account", "add"]).args(args).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.know_account(&output.stdout);
    }

    fn know_account(&mut self, reported: &[u8]) {
        let keys: Value = serde_json::from_slice(reported).expect("keys");
        self.access_key = keys["accessKey"].as_str().expect("a key").into();
        self.secret_key = keys["secretKey"].as_str().expect("a key").into();
    }

    /// The output of a service that does not start.
    pub(crate) fn refusal(&self) -> String {
        let output = self.command(env!("CARGO_BIN_EXE_nearfar-server")).arg("serve").output().expect("it runs");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Starts the service and waits until it serves.
    pub(crate) fn start(&self) -> RunningTasks {
        RunningTasks::of(self.command(env!("CARGO_BIN_EXE_nearfar-server")).arg("serve").stderr(Stdio::piped()))
    }

    /// Starts the service after a shell command that prepares its environment, and creates the account there, too.
    /// `run` runs the shell.
    pub(crate) fn start_in(&mut self, run: &[&str], prepare: &str) -> RunningTasks {
        let script = format!("{prepare} && \"$0\" account add shop && exec \"$0\" serve");
        let mut command = self.command(run[0]);
        command.args(&run[1..]).args(["sh", "-c", &script, env!("CARGO_BIN_EXE_nearfar-server")]);
        let mut running = RunningTasks::of(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        let mut reported = String::new();
        let stdout = running.child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut reported).expect("the keys");
        self.know_account(reported.as_bytes());
        running
    }

    /// Starts the service with its log discarded by a shell command; waits until it accepts connections.
    pub(crate) fn start_unheard(&self, address: SocketAddr, script: &str) -> RunningTasks {
        let mut command = self.command("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_nearfar-server")]).process_group(0);
        let mut child = command.spawn().expect("it starts");
        while std::net::TcpStream::connect(address).is_err() {
            assert!(child.try_wait().expect("known").is_none(), "it ended before it served");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        RunningTasks { address, child, log: None }
    }

    /// An access token.
    pub(crate) async fn access_token(&self, running: &RunningTasks) -> String {
        let timestamp = SystemClock.now().to_string();
        let signature = sign(&self.access_key, &self.secret_key, &timestamp);
        let body = json!({"accessKey": self.access_key, "timestamp": timestamp, "signature": signature});
        let answer = running.post("/openapi/auth/ticket/v1/generate-token", "", &body).await.expect("an answer").ok();
        answer.data()["token"].as_str().expect("a token").into()
    }
}

impl RunningTasks {
    fn of(command: &mut Command) -> Self {
        // In another process group: an interrupt from the keyboard is for the test, which ends it.
        let mut child = command.process_group(0).spawn().expect("it starts");
        let mut log = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut reported = String::new();
        let address = loop {
            let mut line = String::new();
            log.read_line(&mut line).expect("a log");
            assert!(!line.is_empty(), "it ended before it served: {reported}");
            reported.push_str(&line);
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["fields"]["message"] == "serving" {
                break entry["fields"]["address"].as_str().and_then(|text| text.parse().ok()).expect("an address");
            }
        };
        let (reported, lines) = channel();
        // The log must be read, or lines would be lost.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                // Shown if the test fails.
                if line.contains("\"ERROR\"") || line.contains("\"WARN\"") {
                    eprintln!("{line}");
                }
                // A dropped receiver closes the log.
                if reported.send(line).is_err() {
                    break;
                }
            }
        });
        Self { address, child, log: Some(lines) }
    }

    /// The rest of the log.
    pub(crate) fn rest_of_log(&self) -> Vec<String> {
        self.log.iter().flatten().collect()
    }

    /// Stops reading the log: its pipe closes with the next line at the latest.
    pub(crate) fn close_log(&mut self) {
        self.log = None;
    }

    /// Waits for a log message.
    pub(crate) fn await_log(&self, message: &str) {
        let wanted = |line: &String| {
            serde_json::from_str::<Value>(line).is_ok_and(|entry| entry["fields"]["message"] == message)
        };
        let mut lines = self.log.iter().flatten();
        assert!(lines.any(|line| wanted(&line)), "it ended without saying {message:?}");
    }

    /// Ends it like a power failure.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Requests a shutdown.
    pub(crate) fn ask_to_stop(&self) {
        let done = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(done.is_ok_and(|status| status.success()));
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One request on its own connection.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Outcome<Answered> {
        send(self.address, request).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Outcome<Answered> {
        post(self.address, path, token, body).await
    }

    pub(crate) async fn result(&self, token: &str, session: &str) -> Answered {
        let body = json!({"signatureId": session});
        self.post("/openapi/liveness/v4/h5/get-result", token, &body).await.expect("an answer")
    }

    pub(crate) async fn clear(&self, token: &str, session: &str) -> Answered {
        let request = Request::get(format!("/liveness/h5/ext/v1/clear-data?signatureId={session}"));
        let request = request.header("x-access-token", token).body(Full::default()).expect("a request");
        self.send(request).await.expect("an answer")
    }

    pub(crate) async fn status(&self, session: &Session, query: &str) -> Answered {
        let request = Request::get(format!("/h5/api/v1/status{query}"))
            .header("authorization", format!("Bearer {}", session.token));
        self.send(request.body(Full::default()).expect("a request")).await.expect("an answer")
    }

    /// Waits until the session's attempt is scored, by long polling like the page.
    pub(crate) async fn scored(&self, session: &Session) -> Answered {
        let mut status = self.status(session, "").await.ok();
        while status.data()["state"] == "judging" {
            let version = status.data()["version"].as_str().expect("a version");
            status = self.status(session, &format!("?version={version}&wait=25")).await.ok();
        }
        status
    }

    /// Whether a load balancer would send requests here.
    pub(crate) async fn is_ready(&self) -> bool {
        let request = Request::get("/health/ready").body(Full::default()).expect("a request");
        self.send(request).await.expect("an answer").http.is_success()
    }
}

impl Drop for RunningTasks {
    fn drop(&mut self) {
        // If the test has failed; otherwise it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub(crate) async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> Outcome<Answered> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    parts.headers.insert("host", address.to_string().parse()?);
    let response = sender.send_request(Request::from_parts(parts, body)).await?;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await?.to_bytes();
    connection.abort();
    Ok(Answered {
        http: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    })
}

pub(crate) async fn post(address: SocketAddr, path: &str, token: &str, body: &Value) -> Outcome<Answered> {
    let request = Request::post(path)
        .header("x-access-token", token)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    send(address, request.body(Full::from(body.to_string()))?).await
}

pub(crate) async fn session(address: SocketAddr, access_token: &str) -> Outcome<Session> {
    let body = json!({"returnUrl": "https://shop.example/", "region": "IDN"});
    let answer = post(address, "/openapi/liveness/v2/h5/token", access_token, &body).await?.ok();
    let url = answer.data()["url"].as_str().ok_or("no url")?;
    let token = url.split_once("token=").ok_or("no token")?.1.to_owned();
    Ok(Session { id: answer.data()["signatureId"].as_str().ok_or("no id")?.to_owned(), token })
}

pub(crate) async fn attempt(address: SocketAddr, session: &Session) -> Outcome<Attempt> {
    let answer = post(address, "/h5/api/v1/attempts", &session.token, &json!({"attemptId": "one"})).await?.ok();
    Ok(Attempt::new(&session.id, "one", answer.data()))
}

pub(crate) fn upload_request(session: &Session, attempt: &Attempt) -> Request<Full<Bytes>> {
    let request = Request::put(format!("/h5/api/v1/attempts/{}", attempt.id))
        .header("authorization", format!("Bearer {}", session.token))
        .header("content-type", "application/octet-stream");
    request.body(Full::from(attempt.body())).expect("a request")
}

pub(crate) async fn upload(address: SocketAddr, session: &Session, attempt: &Attempt) -> Outcome<Answered> {
    send(address, upload_request(session, attempt)).await
}
