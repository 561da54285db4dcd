//! Writes the page's model file: `int8-model MODEL.tflite FILE`.

use anyhow::{Context, Result, bail};
use nearfar::detection::model::Model;
use nearfar_int8_model::int8_model;
use std::path::PathBuf;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [model, file] = arguments.as_slice() else { bail!("usage: int8-model MODEL.tflite FILE") };
    let bytes = std::fs::read(model).with_context(|| format!("reading {}", model.display()))?;
    let model = Model::from_tflite(&bytes).with_context(|| format!("{}", model.display()))?;
    std::fs::write(file, int8_model(&model)).with_context(|| format!("writing {}", file.display()))
}
