//! Subcommands of `nearfar-server` that run once.

pub mod accounts;
pub mod audit;
pub mod health;
pub mod operators;
pub mod pad;
pub mod sessions;
pub mod show;
pub mod statistics;
mod table;
pub mod webhooks;
