//! The scorer, on staged captures. One program: each more would link everything once more.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod depth;
mod honest;
mod hostile;
mod integrity;
mod light;
mod motion;
mod own_videos;
mod pad;
mod presence;
mod screen;
