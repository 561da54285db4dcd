//! The nearfar service: the five public APIs, the page's own API, and the page itself.

pub mod api;
pub mod app;
pub mod challenges;
pub mod clock;
pub mod commands;
pub mod config;
pub mod reasons;
pub mod runtime;
pub mod study;
pub mod web;
pub mod workers;
