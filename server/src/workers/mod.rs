//! Background work: scoring, retention, webhooks, and their supervision.

pub mod retention;
pub mod scoring;
pub mod supervision;
pub mod webhooks;
