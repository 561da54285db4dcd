//! wasm-bindgen CLI from the lock file.
fn main() {}
