//! Background work: scoring, retention, and the supervision of both.

pub mod retention;
pub mod scoring;
pub mod supervision;
