//! The subcommands of `nearfar-server` that end by themselves.

pub mod accounts;
pub mod pad;
pub mod show;
