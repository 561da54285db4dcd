//! Bare and covered photographs, made from portraits, to fit and to judge the occlusion measure with.

pub mod canvas;
pub mod corpus;
pub mod covers;
pub mod cutouts;
pub mod face_map;
pub mod fit;
pub mod random;
pub mod rates;
