//! The store on SQLite and on PostgreSQL. One program: each more would link everything once more.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod accounts;
mod attempts;
mod cancelled;
mod clearing;
mod clock;
mod crash;
mod faults;
mod hand_offs;
mod late_files;
mod races;
mod rows;
mod s3;
mod studies;
mod support;
