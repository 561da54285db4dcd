//! Makes the JavaScript of a wasm module for browsers, by wasm-bindgen at the version that the lock file pins:
//! `bindgen WASM FOLDER NAME`.
//!
//! wasm-bindgen's own command line does the same by the same library. It is one package with the runner of wasm tests,
//! whose web server and HTTP client `npm start` need not compile.

use std::env;

use anyhow::bail;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [wasm, folder, name] = &args[..] else { bail!("usage: bindgen WASM FOLDER NAME") };
    Bindgen::new().input_path(wasm).out_name(name).web(true)?.typescript(true).generate(folder)
}
