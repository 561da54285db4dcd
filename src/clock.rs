//! Time as the pure code sees it: numbers that somebody else read from a clock.

/// Milliseconds since the Unix epoch, with a fraction. The caller reads the clock; pure code only compares.
pub type Millis = f64;
