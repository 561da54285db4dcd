//! Interprets stored sessions and attempts.

pub mod failure_reasons;
pub mod manifest;
pub mod session_summary;
