//! The nearfar service: APIs for integrators and for the page, uploads, scoring, retention, and the page itself.
//!
//! | module | content |
//! |---|---|
//! | [`serve`] | starts and stops the service |
//! | [`console`] | pages for operators, on a listener of their own |
//! | [`commands`], [`study`] | commands of `nearfar-server` that run once |
//! | [`router`] | all routes; renders responses, logs requests |
//! | [`web`] | files of the page, documentation, health |
//! | [`api`] | handlers: `integrator`, `page`, `upload` |
//! | [`workers`] | scoring, expiry, retention, webhooks, signing keys, their supervision |
//! | [`webhooks`] | builds, signs and sends events |
//! | [`challenges`] | light and motion challenges |
//! | [`state`] | shared state: tokens, rate limits, upload slots, memory |
//! | [`review`] | a session for a reviewer: verdict, checks with limits, timeline |
//! | [`stored`] | interprets stored attempts |
//! | [`person`] | the export of a person's data |
//! | [`runtime`] | connections, logs, metrics, traces, request ids |
//! | [`response`] | API responses and errors |
//! | [`config`] | options, and what they open |
//! | [`clock`] | time and randomness |
//!
//! A module uses only modules below it. [`App`](state::App) is the state that handlers and workers share;
//! `nearfar-store` holds everything that lasts.

pub mod api;
pub mod challenges;
pub mod clock;
pub mod commands;
pub mod config;
pub mod console;
pub mod person;
pub mod response;
pub mod review;
pub mod router;
pub mod runtime;
pub mod serve;
pub mod state;
pub mod stored;
pub mod study;
pub mod web;
pub mod webhooks;
pub mod workers;
