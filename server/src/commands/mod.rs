//! Subcommands of `nearfar-server` that run once.

pub mod accounts;
pub mod audit;
pub mod backup;
pub mod config;
pub mod health;
pub mod holds;
pub mod keys;
pub mod operators;
pub mod pad;
pub mod people;
pub mod sessions;
pub mod show;
pub mod statistics;
mod table;
pub mod webhooks;
