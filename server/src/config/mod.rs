//! The configuration, from file and environment.

mod check;
pub mod environment;
mod error;
pub mod keys;
pub mod oidc;
pub mod option_docs;
pub mod private_files;
pub mod sources;
pub mod study;
pub mod upload_limit;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use nearfar_pad::ModelConfig;
use nearfar_protocol::origin::{Origin, OriginError};
use nearfar_protocol::result::LIVE_SCORE;
use nearfar_scoring::Limits;
use nearfar_store::AccountSettings;
use serde::{Deserialize, Serialize};

pub use error::ConfigError;
use oidc::OidcClaim;
use study::StudyConfig;
use upload_limit::UploadLimit;

/// All options. [`option_docs`] has their meanings, from which the table in `docs/SERVER.md` is generated.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address of metrics; `None` disables them.
    pub metrics_listen: Option<SocketAddr>,
    /// The address of the console for operators; `None` disables it.
    pub console_listen: Option<SocketAddr>,
    /// The origin at which operators' browsers find the console.
    pub console_url: String,
    /// Seconds without a request after which an operator has to sign in again.
    pub console_idle_seconds: u32,
    /// Seconds after sign-in after which an operator has to sign in again.
    pub console_session_seconds: u32,
    /// Whether operators can sign in with a password and a second factor.
    pub console_password_sign_in: bool,
    /// The issuer of the OpenID provider through which operators sign in; `None` for passwords only.
    pub console_oidc_issuer: Option<String>,
    /// The console's client id at the provider.
    pub console_oidc_client_id: String,
    /// The console's client secret; `None` for a public client.
    pub console_oidc_client_secret: Option<String>,
    /// A file that holds `console_oidc_client_secret`.
    pub console_oidc_client_secret_file: Option<PathBuf>,
    /// The claim whose value is the operator's name.
    pub console_oidc_claim: OidcClaim,
    /// Ways of authentication (`acr`) of which the provider has to use one, separated by spaces; empty: any.
    pub console_oidc_acr_values: String,
    /// The public origin of the service, the base of all links.
    pub public_url: String,
    /// `sqlite:///path` or `postgres://…`; also read from `DATABASE_URL`.
    pub database_url: String,
    /// A file that holds `database_url`.
    pub database_url_file: Option<PathBuf>,
    /// Timeout of a locked database, in milliseconds.
    pub database_wait_ms: u32,
    /// A folder or `s3://bucket/prefix`.
    pub objects_url: String,
    /// Timeout of the object store in milliseconds, plus one second per megabyte.
    pub objects_wait_ms: u32,
    /// The master key, 64 hex digits, which encrypts secrets in the database.
    pub master_key: Option<String>,
    /// The file of the master key if `master_key` is not set; created on first start.
    pub master_key_file: PathBuf,
    /// Former master keys, separated by commas, which decrypt only: `docs/KEYS-AND-BACKUPS.md`.
    pub master_key_previous: String,
    /// A file that holds `master_key_previous`.
    pub master_key_previous_file: Option<PathBuf>,
    /// The keys that encrypt captured files: 64 hex digits each, separated by commas. The first one encrypts new files.
    pub blob_keys: String,
    /// A file that holds `blob_keys`.
    pub blob_keys_file: Option<PathBuf>,
    /// The folder of the built page.
    pub page_dir: PathBuf,
    /// The face detection model.
    pub model: PathBuf,
    /// The model's SHA-256 in hex. Any other file is rejected.
    pub model_sha256: String,
    /// Lifetime of a session's URL, in seconds.
    pub session_seconds: u32,
    /// Seconds from the start of an attempt to the end of its upload, and from there to the end of its video. A person
    /// with more time has three times as long for the upload.
    pub nonce_seconds: u32,
    /// Lifetime of a cross-device link, in seconds.
    pub handoff_seconds: u32,
    /// Maximum size of a picture, in bytes.
    pub image_bytes: u64,
    /// Maximum size of an audit picture, in bytes.
    pub audit_bytes: u64,
    /// Maximum size of a video, in bytes.
    pub video_bytes: u64,
    /// Concurrent connections, including streams of HTTP/2 connections.
    pub connections_at_once: usize,
    /// Concurrent uploads. Further ones get `RETRY_LATER`.
    pub uploads_at_once: usize,
    /// Memory of concurrent uploads, in bytes. Beyond it, uploads get `RETRY_LATER`.
    pub transfer_bytes: u64,
    /// Memory of concurrent results, in bytes. Beyond it, requests get `RETRY_LATER`.
    pub result_bytes: u64,
    /// The percentage of `uploads_at_once`, `transfer_bytes` and `result_bytes` available to one account.
    pub account_share: u64,
    /// Maximum duration of an upload, in seconds.
    pub upload_seconds: u64,
    /// Seconds granted to every upload, however little of it arrives.
    pub upload_grace_seconds: u64,
    /// Minimum rate after the grace period, in bytes per second.
    pub upload_bytes_per_second: u64,
    /// Maximum wait of a status request, in seconds.
    pub poll_seconds: u64,
    /// Interval of checks for changes by other instances, in milliseconds.
    pub poll_interval_ms: u64,
    /// Lifetime of a link to audit pictures, in seconds.
    pub audit_link_seconds: u32,
    /// Concurrent scorers of this instance; 0 disables scoring.
    pub scorers: usize,
    /// Maximum number of attempts waiting for a score. Further uploads get `RETRY_LATER`.
    pub scoring_queue: u64,
    /// Seconds after which another scorer takes over the attempt of a silent one.
    pub lease_seconds: u32,
    /// Failed claims of one attempt after which it is given up.
    pub scoring_turns: i64,
    /// Seconds that the oldest attempt may wait before the service is not ready; 0 means forever.
    pub overdue_seconds: u32,
    /// Timeout of one scoring, in seconds. It counts as a failed claim.
    pub judgement_seconds: u32,
    /// The least passing score.
    pub pass_score: u8,
    /// Thresholds of the scorer.
    pub limits: Limits,
    /// Networks for presentation attack detection.
    pub pad: PadConfig,
    /// A study with the operator's own people and attacks; `None` disables it.
    pub study: Option<StudyConfig>,
    /// Webhook deliveries of this instance at the same time; 0 disables them.
    pub webhooks_at_once: usize,
    /// Timeout of a webhook delivery, in seconds.
    pub webhook_seconds: u32,
    /// Hosts, separated by commas, to which webhooks may go by http.
    pub webhook_http_hosts: String,
    /// Whether webhooks may go to private addresses.
    pub webhook_private_addresses: bool,
    /// Seconds between two retention runs.
    pub sweep_seconds: u64,
    /// Seconds after the clock was uncertain during which nothing is deleted by time.
    pub clock_hold_seconds: u32,
    /// Requests per second of one account and purpose, and burst size.
    pub account_rate: u32,
    /// Requests per second of one session's device and purpose, and burst size.
    pub session_rate: u32,
    /// `max-age` of `Strict-Transport-Security` in seconds; 0 omits the header.
    pub hsts_seconds: u32,
    /// Origins, separated by commas, whose pages may use the page's API.
    pub cors_origins: String,
    /// Whether the page without a session is served as a demo.
    pub demo: bool,
    /// Whether the documentation site and the OpenAPI document are served.
    pub documents: bool,
    /// Seconds granted to running requests at shutdown.
    pub shutdown_seconds: u64,
    /// The log format: `text` or `json`.
    pub log_format: LogFormat,
    /// The log filter, in `tracing` syntax.
    pub log: String,
    /// Where traces are sent (OTLP over HTTP); `None` sends none.
    pub otlp_endpoint: Option<String>,
    /// The share of traces that are sent, 0 to 1.
    pub otlp_ratio: f64,
}

/// Networks for presentation attack detection: `docs/PAD.md`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PadConfig {
    /// The networks; may be empty.
    pub models: Vec<ModelConfig>,
}

/// The log format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For reading.
    Text,
    /// For processing.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8787)),
            metrics_listen: None,
            console_listen: None,
            console_url: "http://localhost:8788".into(),
            console_idle_seconds: 1800,
            console_session_seconds: 28_800,
            console_password_sign_in: true,
            console_oidc_issuer: None,
            console_oidc_client_id: String::new(),
            console_oidc_client_secret: None,
            console_oidc_client_secret_file: None,
            console_oidc_claim: OidcClaim::Email,
            console_oidc_acr_values: String::new(),
            public_url: "http://localhost:8787".into(),
            database_url: "sqlite://data/nearfar.db".into(),
            database_url_file: None,
            database_wait_ms: 5000,
            objects_url: "data/objects".into(),
            objects_wait_ms: 10_000,
            master_key: None,
            master_key_file: "data/master.key".into(),
            master_key_previous: String::new(),
            master_key_previous_file: None,
            blob_keys: String::new(),
            blob_keys_file: None,
            page_dir: "dist".into(),
            model: "node_modules/@mediapipe/face_detection/face_detection_short_range.tflite".into(),
            model_sha256: "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633".into(),
            session_seconds: 3600,
            nonce_seconds: 600,
            handoff_seconds: 600,
            image_bytes: 2_000_000,
            audit_bytes: 500_000,
            video_bytes: 64_000_000,
            connections_at_once: 4096,
            uploads_at_once: 32,
            transfer_bytes: 256_000_000,
            result_bytes: 600_000_000,
            account_share: 50,
            upload_seconds: 600,
            upload_grace_seconds: 30,
            upload_bytes_per_second: 2000,
            poll_seconds: 25,
            poll_interval_ms: 1000,
            audit_link_seconds: 3600,
            scorers: 1,
            scoring_queue: 200,
            lease_seconds: 60,
            scoring_turns: 5,
            overdue_seconds: 600,
            judgement_seconds: 20,
            pass_score: LIVE_SCORE,
            limits: Limits::default(),
            pad: PadConfig::default(),
            study: None,
            webhooks_at_once: 64,
            webhook_seconds: 10,
            webhook_http_hosts: String::new(),
            webhook_private_addresses: false,
            sweep_seconds: 60,
            clock_hold_seconds: 3600,
            account_rate: 100,
            session_rate: 20,
            hsts_seconds: 0,
            cors_origins: String::new(),
            demo: true,
            documents: true,
            shutdown_seconds: 30,
            log_format: LogFormat::Text,
            log: "info".into(),
            otlp_endpoint: None,
            otlp_ratio: 1.0,
        }
    }
}

/// How many times longer a person with more time may take for an attempt.
const MORE_TIME: u32 = 3;

impl Config {
    /// How long an attempt may take until its upload, ms.
    pub fn attempt_time(&self, more_time: bool) -> i64 {
        i64::from(self.nonce_seconds) * if more_time { i64::from(MORE_TIME) * 1000 } else { 1000 }
    }

    /// How long the longest attempt may take, with its upload and its video, ms. A session's tokens are valid for this
    /// long after its end, so that an attempt started in time can finish.
    pub fn longest_attempt(&self) -> i64 {
        self.attempt_time(true) + self.attempt_time(false)
    }

    /// Loads defaults, then the file, then the environment, then the files of secrets.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let config: Self = sources::with_secret_files(sources::figment(file))?.extract().map_err(ConfigError::from)?;
        config.check()?;
        Ok(config)
    }

    /// The origins of [`Config::cors_origins`].
    pub fn cors_origins(&self) -> impl Iterator<Item = Result<Origin, OriginError>> {
        self.cors_origins.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(str::parse)
    }

    /// The hosts of [`Config::webhook_http_hosts`].
    pub fn webhook_http_hosts(&self) -> impl Iterator<Item = &str> {
        self.webhook_http_hosts.split(',').map(str::trim).filter(|host| !host.is_empty())
    }

    /// The origin of [`Config::public_url`], which may end with a slash.
    fn public_origin(&self) -> Result<Origin, OriginError> {
        origin(&self.public_url)
    }

    /// Whether operators use https. Then the console's cookies are bound to it.
    pub fn console_is_https(&self) -> bool {
        self.console_url.starts_with("https:")
    }

    /// The link with which an operator is set up.
    pub fn setup_link(&self, code: &str) -> String {
        let origin = self.console_url.strip_suffix('/').unwrap_or(&self.console_url);
        format!("{origin}/console/set-up?setup={code}")
    }

    /// How many of `uploads_at_once` one account can use.
    pub fn account_uploads(&self) -> usize {
        let share = self.account_bytes(self.uploads_at_once as u64);
        usize::try_from(share).unwrap_or(usize::MAX).max(1)
    }

    /// The share of `all` bytes that one account can use.
    pub fn account_bytes(&self, all: u64) -> u64 {
        u64::try_from(u128::from(all) * u128::from(self.account_share) / 100).unwrap_or(u64::MAX)
    }

    /// The limits of the account that may upload most.
    pub fn largest_upload(&self) -> UploadLimit {
        UploadLimit { image: self.image_bytes, audit: self.audit_bytes, video: self.video_bytes, system_camera: true }
    }

    /// The limits of an account with these settings.
    pub fn upload_limit(&self, settings: &AccountSettings) -> UploadLimit {
        let largest = self.largest_upload();
        let video = if settings.video { largest.video } else { 0 };
        UploadLimit { video, system_camera: settings.system_camera, ..largest }
    }

    /// A link into the service.
    pub fn link(&self, path: &str) -> String {
        format!("{}{}", self.public_url.strip_suffix('/').unwrap_or(&self.public_url), path)
    }
}

/// An origin that may end with a slash.
fn origin(url: &str) -> Result<Origin, OriginError> {
    url.strip_suffix('/').unwrap_or(url).parse()
}
