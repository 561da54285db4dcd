//! The `wasm-bindgen` command line, at the version that the lock file pins. (rustc refuses a crate that is itself
//! named `wasm_bindgen`, hence the shorter name.)

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
