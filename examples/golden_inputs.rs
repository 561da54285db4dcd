//! Writes the input of every golden case as 128x128 RGB bytes: `golden_inputs CASES.json OUT_DIR`. `tools/golden.py`
//! passes them to the TensorFlow Lite reference.

#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/golden/inputs.rs"]
mod inputs;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(cases), Some(out)) = (arguments.next(), arguments.next()) else {
        panic!("usage: golden_inputs CASES.json OUT_DIR");
    };
    let text = std::fs::read_to_string(&cases).expect("the list of cases is readable");
    let cases: std::collections::BTreeMap<String, inputs::Source> =
        serde_json::from_str(&text).expect("the list of cases is an object of sources");
    for (name, source) in cases {
        let path = std::path::Path::new(&out).join(format!("{name}.rgb"));
        std::fs::write(&path, inputs::input_bytes(&source)).expect("the output folder is writable");
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
