//! Generates the JavaScript of a wasm module for browsers with the wasm-bindgen version of the lock file: `bindgen WASM
//! FOLDER NAME`.
//!
//! wasm-bindgen's command line does the same with the same library, but its package includes the test runner, whose web
//! server and HTTP client `npm start` need not compile.

use std::env;

use anyhow::bail;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [wasm, folder, name] = &args[..] else { bail!("usage: bindgen WASM FOLDER NAME") };
    Bindgen::new().input_path(wasm).out_name(name).web(true)?.typescript(true).generate(folder)
}
