//! The `wasm-bindgen-test-runner` that cargo starts for wasm tests, at the version that the lock file pins.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
