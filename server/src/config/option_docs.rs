//! What each option means: the source of the options table in `docs/SERVER.md`.

use serde_json::Value;

use crate::config::Config;

/// Options in the order of the table, and their meanings in Markdown. Write the table again after a change:
/// `NEARFAR_WRITE_DOCS=1 cargo test -p nearfar-server --test service option_table`.
const MEANINGS: &[(&str, &str)] = &[
    ("listen", "the address to listen on"),
    (
        "metrics_listen",
        "the address for Prometheus metrics (`/metrics`), apart from the public one; `null`: no metrics",
    ),
    ("console_listen", "the address of the console for operators: [CONSOLE.md](CONSOLE.md); `null`: no console"),
    (
        "console_url",
        "the origin at which operators' browsers find the console; use https unless it is on the same machine",
    ),
    ("console_idle_seconds", "operators sign in again after this time without a request: 1 to 86400"),
    ("console_session_seconds", "operators sign in again this long after the last sign-in: 1 to 86400"),
    (
        "console_password_sign_in",
        "whether operators can sign in with a password and a second factor; `false` only with `console_oidc_issuer`",
    ),
    (
        "console_oidc_issuer",
        "the issuer of the OpenID provider through which operators sign in: \
         [CONSOLE.md](CONSOLE.md#sign-in-through-your-organization); `null`: passwords only",
    ),
    ("console_oidc_client_id", "the console's client id at the provider"),
    ("console_oidc_client_secret", "the console's client secret at the provider; `null` for a public client"),
    ("console_oidc_client_secret_file", "a file that holds `console_oidc_client_secret`"),
    (
        "console_oidc_claim",
        "the claim whose value is the operator's name: `email`, which the provider has to have confirmed, or \
         `preferred_username`, which has to be one that people cannot choose themselves",
    ),
    (
        "console_oidc_acr_values",
        "ways of authentication (`acr`), separated by spaces, of which the provider has to use one; empty: any",
    ),
    ("public_url", "the public address of the service, an origin (see below); links begin with it"),
    (
        "database_url",
        "`sqlite://path` (created if missing) or `postgres://user@host/database`; also read from `DATABASE_URL`",
    ),
    (
        "database_url_file",
        "a file that holds `database_url`, for URLs with a password: [files of secrets](#files-of-secrets)",
    ),
    ("database_wait_ms", "how long a request waits for a locked database before it gets `RETRY_LATER`"),
    (
        "objects_url",
        "where captured files are stored: a folder (created if missing) or `s3://bucket/prefix` (with the usual \
         `AWS_…` variables)",
    ),
    (
        "objects_wait_ms",
        "how long to wait for an answer of the object store, plus a second for each megabyte; then `RETRY_LATER`. \
         `/health/ready` waits 2 s at most",
    ),
    (
        "master_key",
        "64 hex digits: encrypts account secrets, signing keys and the secret behind the sealing keys in the database",
    ),
    (
        "master_key_file",
        "the file to read the master key from if `master_key` is not set; created on first start, readable by its \
         owner only",
    ),
    (
        "master_key_previous",
        "former master keys of 64 hex digits, separated by commas: they decrypt what the new key has not encrypted \
         again yet. [Rotation](KEYS-AND-BACKUPS.md#master-key)",
    ),
    ("master_key_previous_file", "a file that holds `master_key_previous`"),
    (
        "blob_keys",
        "keys of 64 hex digits, separated by commas, that encrypt captured files: the first one encrypts new files, \
         all of them decrypt; empty: files are not encrypted",
    ),
    ("blob_keys_file", "a file that holds `blob_keys`"),
    (
        "page_dir",
        "the folder of the built page; `serve` does not start without `index.html` in it. If a file has a `.br` or \
         `.gz` version next to it, as the build makes them, browsers that accept it get that. `/docs/` shows its \
         folder `docs`",
    ),
    ("model", "the face detection model"),
    (
        "model_sha256",
        "the model's SHA-256: the service starts with no other file. Another model of the same form needs its own \
         hash here, and its own thresholds (`limits`)",
    ),
    ("session_seconds", "how long the page's URL is valid: 1 to 86400"),
    (
        "nonce_seconds",
        "the time from the start of an attempt to the end of its upload, and from there to the end of its video: 1 \
         to 86400. A person with [more time](PAGE.md#more-time) has three times as long for the upload",
    ),
    ("handoff_seconds", "how long a cross-device link is valid: 1 to 86400"),
    ("image_bytes", "the largest far or near picture"),
    ("audit_bytes", "the largest audit picture"),
    ("video_bytes", "the largest video"),
    (
        "connections_at_once",
        "connections served at the same time: 1 to 1000000. A stream of an HTTP/2 connection counts as one, and a \
         connection has at most 32. Further connections wait; further streams get `RETRY_LATER`",
    ),
    ("uploads_at_once", "uploads received at the same time: 1 to 10000. Further ones get `RETRY_LATER`"),
    (
        "transfer_bytes",
        "memory for the files of uploads under way, counted as they arrive; uploads beyond it get `RETRY_LATER`. \
         Encryption of files (`blob_keys`) uses as much again",
    ),
    (
        "result_bytes",
        "memory for results under way (Get Result, audit pictures, capture records); requests beyond it get \
         `RETRY_LATER`. A result takes four times its files, and an account's share must hold the largest one: \
         `serve` does not start with less than 4 x (2 x `image_bytes` + `video_bytes`) / `account_share`. Without \
         videos (`video_bytes = 0`) 130000000 is enough",
    ),
    (
        "account_share",
        "percent of `uploads_at_once`, `transfer_bytes` and `result_bytes` that one account can use: 1 to 100. Use \
         100 if there is one account",
    ),
    ("upload_seconds", "the longest time for an upload"),
    ("upload_grace_seconds", "how long an upload may take however little of it arrives"),
    (
        "upload_bytes_per_second",
        "the minimum rate: each time this many bytes arrive, the upload gets one more second, up to \
         `upload_grace_seconds` from then. A slower upload ends with `HTTP 408 - Request Timeout` and `Retry-After`; \
         the page sends it again",
    ),
    ("poll_seconds", "the longest wait of a status request"),
    ("poll_interval_ms", "the interval at which an instance polls for changes by other instances: at least 10"),
    ("audit_link_seconds", "how long the link to an attempt's audit pictures is valid: 1 to 86400"),
    ("scorers", "attempts scored at the same time: at most 256; 0: this instance scores none"),
    (
        "scoring_queue",
        "attempts that may wait for scoring, across all instances, including those whose upload is under way; \
         further uploads get `RETRY_LATER`",
    ),
    (
        "lease_seconds",
        "after this time another scorer takes over the attempt of a silent one: at least 3, and the same on all \
         instances",
    ),
    (
        "scoring_turns",
        "how often a scorer may crash, fall silent or take too long over one attempt before it is refused as \
         `FACE_QUALITY_TOO_POOR`, which costs the person no try (up to three times a session); outages of the store \
         do not count",
    ),
    (
        "overdue_seconds",
        "how long the oldest attempt may wait for scoring before `/health/ready` answers 503, also on instances with \
         `scorers = 0`: at least `lease_seconds`; 0: for ever",
    ),
    (
        "judgement_seconds",
        "how long scoring one attempt may take before it is aborted: 1 to 86400. An aborted run counts as one of the \
         `scoring_turns` and is no attack",
    ),
    ("pass_score", "the lowest score that passes: 50 to 100; a score below 50 means an attack"),
    ("limits", "the scorer's limits, a table `[limits]`"),
    ("pad", "networks for presentation attack detection, a table `[[pad.models]]` for each: [PAD.md](PAD.md)"),
    ("study", "a study with your own people and attacks, a table `[study]`; `null`: no study: [STUDY.md](STUDY.md)"),
    (
        "webhooks_at_once",
        "[webhook](WEBHOOKS.md) deliveries of this instance at the same time: at most 1024; 0: this instance \
         delivers none",
    ),
    ("webhook_seconds", "how long one webhook delivery may take: 1 to 60"),
    (
        "webhook_http_hosts",
        "hosts, separated by commas, whose webhook endpoints may have `http`, such as `localhost`; all others need \
         `https`",
    ),
    (
        "webhook_private_addresses",
        "whether webhooks may go to private addresses: loopback, local networks, and everything else that is not the \
         public internet",
    ),
    ("sweep_seconds", "the interval of the retention worker: at least 1"),
    (
        "clock_hold_seconds",
        "how long the retention deletes nothing after the clock was in doubt: [FAILURES.md](FAILURES.md)",
    ),
    ("account_rate", "requests a second of one account to each API, and the burst; each instance counts its own"),
    (
        "session_rate",
        "requests a second of one device of a session to each address of the page's API, and the burst; each \
         instance counts its own",
    ),
    ("hsts_seconds", "the duration in `Strict-Transport-Security`; 0: not sent"),
    (
        "cors_origins",
        "origins, separated by commas, whose pages may use the page's API; the hosted page needs none. \
         `<nearfar-liveness>` on an origin that is missing here names this option on the console and in its `error` \
         event. It finds out from `/health/live`, which answers every origin",
    ),
    (
        "demo",
        "whether the page without a session is served, as a demo that sends nothing: at `/`, and below `/h5/` if the \
         address names no session; otherwise both are `404`",
    ),
    (
        "documents",
        "whether the documentation site is served at `/docs/` and the OpenAPI document at `/openapi.json`; otherwise \
         they are `404`",
    ),
    ("shutdown_seconds", "how long requests under way may take once the service is asked to stop"),
    ("log_format", "`text` or `json`"),
    ("log", "what to log, as a filter of `tracing`"),
    (
        "otlp_endpoint",
        "where traces are sent: an OpenTelemetry collector's address for OTLP over HTTP, such as \
         `http://collector:4318/v1/traces`; `null`: nowhere. [OBSERVABILITY.md](OBSERVABILITY.md#traces)",
    ),
    ("otlp_ratio", "the share of traces that are sent: 0 to 1"),
];

/// The options table, in Markdown.
///
/// # Errors
/// The names of options that have no meaning here, or that do not exist.
pub fn table() -> Result<String, String> {
    let defaults = serde_json::to_value(Config::default()).map_err(|error| error.to_string())?;
    let Value::Object(mut defaults) = defaults else { return Err("the options are no table".into()) };
    let mut table = String::from("| option | default | meaning |\n|---|---|---|\n");
    for (name, meaning) in MEANINGS {
        let default = defaults.remove(*name).ok_or_else(|| format!("{name} is not an option"))?;
        let default = if *name == "limits" { "see `docs/SCORE.md`".into() } else { format!("`{default}`") };
        table.push_str(&format!("| `{name}` | {default} | {meaning} |\n"));
    }
    match defaults.keys().next() {
        Some(name) => Err(format!("{name} has no meaning in server/src/config/option_docs.rs")),
        None => Ok(table),
    }
}
