//! `inspect`: what nearfar sees in still images.
fn main() {}
