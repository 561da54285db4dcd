//! The `wasm-bindgen-test-runner` that cargo runs for wasm tests, with the version of the lock file.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
