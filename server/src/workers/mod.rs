//! Background work: scoring, retention, webhooks, signing keys, and their supervision.

pub mod key_refresh;
pub mod retention;
pub mod scoring;
pub mod supervision;
pub mod webhooks;
