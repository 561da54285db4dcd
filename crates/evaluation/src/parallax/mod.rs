//! Captures of faces in depth and of flat and bent prints, to fit and to evaluate the parallax with.

pub mod rates;
pub mod scenario;
