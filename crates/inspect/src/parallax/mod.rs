//! Captures of faces in depth and of flat and bent prints, made from portraits, to fit and to judge the parallax with.

pub mod portraits;
pub mod rates;
pub mod scenario;
pub mod scene;
