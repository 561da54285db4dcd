//! nearfar: face-liveness capture for the web.
//!
//! Guides a person in front of the camera to a far and then a near position, and delivers a well-chosen, time-stamped
//! JPEG frame of each. Everything except `web` is pure: no clock, no randomness, no browser. Dependencies point one
//! way: `web -> pipeline -> session -> guidance/selection -> quality -> detection -> frame`.

pub mod clock;
pub mod detection;
pub mod encoding;
pub mod error;
pub mod events;
pub mod frame;
pub mod guidance;
mod message;
pub mod messages;
pub mod pipeline;
pub mod quality;
pub mod selection;
pub mod session;
#[cfg(test)]
mod typescript;

#[cfg(target_arch = "wasm32")]
pub mod web;
