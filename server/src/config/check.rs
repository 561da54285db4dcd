//! Validates the options.

use nearfar_protocol::result::LIVE_SCORE;

use crate::config::{Config, ConfigError, oidc, origin};

impl Config {
    /// Rejects an invalid configuration.
    pub fn check(&self) -> Result<(), ConfigError> {
        let invalid = |option, reason: &str| Err(ConfigError::Value { option, reason: reason.to_owned() });
        if let Err(error) = self.public_origin() {
            return invalid("public_url", &error.to_string());
        }
        if let Err(error) = origin(&self.console_url) {
            return invalid("console_url", &error.to_string());
        }
        if let Some((option, reason)) = oidc::fault(self) {
            return invalid(option, reason);
        }
        let seconds = [
            ("console_idle_seconds", self.console_idle_seconds),
            ("console_session_seconds", self.console_session_seconds),
            ("session_seconds", self.session_seconds),
            ("nonce_seconds", self.nonce_seconds),
            ("handoff_seconds", self.handoff_seconds),
            ("audit_link_seconds", self.audit_link_seconds),
            ("judgement_seconds", self.judgement_seconds),
        ];
        if let Some((option, _)) = seconds.into_iter().find(|(_, value)| !(1..=86_400).contains(value)) {
            return invalid(option, "should be 1 to 86400");
        }
        if self.account_rate == 0 {
            return invalid("account_rate", "should be at least 1");
        }
        if self.session_rate == 0 {
            return invalid("session_rate", "should be at least 1");
        }
        if self.connections_at_once == 0 || self.connections_at_once > 1_000_000 {
            return invalid("connections_at_once", "should be 1 to 1000000");
        }
        if self.uploads_at_once == 0 || self.uploads_at_once > 10_000 {
            return invalid("uploads_at_once", "should be 1 to 10000");
        }
        if self.account_share == 0 || self.account_share > 100 {
            return invalid("account_share", "should be 1 to 100");
        }
        if self.account_bytes(self.transfer_bytes) < self.largest_upload().total() {
            let reason = "an account's share of it (account_share) should hold at least one upload of the largest size";
            return invalid("transfer_bytes", reason);
        }
        if self.account_bytes(self.result_bytes) < self.largest_upload().result() {
            let reason = "an account's share of it (account_share) should hold the largest result: four times two pictures \
                       and a video";
            return invalid("result_bytes", reason);
        }
        if self.upload_bytes_per_second == 0 {
            return invalid("upload_bytes_per_second", "should be at least 1");
        }
        if self.scorers > 256 {
            return invalid("scorers", "should be at most 256");
        }
        if self.objects_wait_ms == 0 {
            return invalid("objects_wait_ms", "should be at least 1");
        }
        if hex::decode(&self.model_sha256).map_or(0, |hash| hash.len()) != 32 {
            return invalid("model_sha256", "should be 64 hex digits");
        }
        if self.lease_seconds < 3 {
            return invalid("lease_seconds", "should be at least 3");
        }
        if self.overdue_seconds != 0 && self.overdue_seconds < self.lease_seconds {
            return invalid("overdue_seconds", "should be 0 or at least lease_seconds");
        }
        if !(LIVE_SCORE..=100).contains(&self.pass_score) {
            return invalid("pass_score", "should be 50 to 100: a lower score means an attack");
        }
        if self.webhooks_at_once > 1024 {
            return invalid("webhooks_at_once", "should be at most 1024");
        }
        if !(1..=60).contains(&self.webhook_seconds) {
            return invalid("webhook_seconds", "should be 1 to 60");
        }
        if let Some(error) = self.webhook_http_hosts().find_map(|host| url::Host::parse(host).err()) {
            return invalid("webhook_http_hosts", &error.to_string());
        }
        if self.sweep_seconds == 0 {
            return invalid("sweep_seconds", "should be at least 1");
        }
        if !(0.0..=1.0).contains(&self.otlp_ratio) {
            return invalid("otlp_ratio", "should be 0 to 1");
        }
        if self.poll_interval_ms < 10 {
            return invalid("poll_interval_ms", "should be at least 10");
        }
        if let Some(error) = self.cors_origins().find_map(Result::err) {
            return invalid("cors_origins", &error.to_string());
        }
        for model in &self.pad.models {
            if let Err(error) = model.validate() {
                return invalid("pad", &format!("{}: {error}", model.file.display()));
            }
        }
        if let Some(reason) = self.study.as_ref().and_then(|study| study.location_error(&self.objects_url)) {
            return invalid("study", reason);
        }
        self.limits.validate().map_err(|error| ConfigError::Value { option: "limits", reason: error.to_string() })
    }
}
