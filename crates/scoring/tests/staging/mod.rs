//! Far and near pictures staged from one portrait, and the evidence around them.
#![allow(dead_code)] // Each user takes its part.

pub mod evidence;
pub mod portraits;
pub mod scene;
