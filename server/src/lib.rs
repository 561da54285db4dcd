//! The nearfar service: the five public APIs, the page's own API, and the page itself.

pub mod api;
pub mod challenges;
pub mod clock;
pub mod commands;
pub mod config;
pub mod response;
pub mod router;
pub mod runtime;
pub mod serve;
pub mod state;
pub mod stored;
pub mod study;
pub mod web;
pub mod workers;
