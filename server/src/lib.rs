//! The nearfar service: the five public APIs, the page's own API, and the page itself.

pub mod accounts;
pub mod app;
pub mod auth;
pub mod body;
pub mod clock;
pub mod config;
pub mod health;
pub mod judging;
pub mod keys;
pub mod light;
pub mod memory;
pub mod openapi;
pub mod operator;
pub mod page;
pub mod public;
pub mod rate;
pub mod reply;
pub mod router;
pub mod sealing;
pub mod serving;
pub mod site;
pub mod sweeping;
pub mod tokens;
pub mod upload_limits;
