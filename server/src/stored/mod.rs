//! Interprets stored data of an attempt.

pub mod failure_reasons;
pub mod manifest;
