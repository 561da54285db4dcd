//! Bare and covered photographs, made from portraits, to train and to judge the face network with.

pub mod canvas;
pub mod corpus;
pub mod covers;
pub mod cutouts;
pub mod face_map;
mod glasses;
pub mod random;
pub mod rates;
