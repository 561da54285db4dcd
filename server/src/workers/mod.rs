//! Background work: scoring, expiry, retention, webhooks, signing keys, and their supervision.

pub mod expiry;
pub mod key_refresh;
pub mod retention;
pub mod scoring;
pub mod supervision;
pub mod webhooks;
