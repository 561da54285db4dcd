//! Fitting and evaluation of the parallax with simulated heads and prints.

pub mod rates;
pub mod simulated;
