//! The scorer on simulated captures. A single test program saves linking.
#![allow(clippy::unwrap_used, reason = "a failing unwrap fails the test")]

mod bona_fide;
mod depth;
mod integrity;
mod light;
mod motion;
mod pad;
mod presence;
mod robustness;
mod screen;
mod videos;
