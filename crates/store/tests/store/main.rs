//! The store on SQLite and PostgreSQL. One test program, because each one links everything again.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod accounts;
mod attempts;
mod audit;
mod backup;
mod cancelled;
mod clock;
mod crash;
mod data_map;
mod deferred_files;
mod faults;
mod group_commit;
mod handoffs;
mod master_keys;
mod operators;
mod privacy;
mod races;
mod recount;
mod reencryption;
mod retention;
mod reviews;
mod rows;
mod s3;
mod scoring;
mod session_search;
mod signing_keys;
mod statistics;
mod studies;
mod support;
mod upgrades;
mod webhooks;
