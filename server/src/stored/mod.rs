//! Interprets what the store holds of an attempt.

pub mod failure_reasons;
pub mod manifest;
