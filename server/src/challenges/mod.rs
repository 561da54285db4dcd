//! The challenges of an attempt: drawn with its nonce, stored with it, sent to the page and given to the scorer.

pub mod light;
pub mod motion;
