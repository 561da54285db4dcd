//! Loads a network, checks it with a test input, and runs it.

use crate::config::{ConfigError, ModelConfig};
use crate::input::input;
use image::RgbaImage;
use nearfar::frame::Rect;
use rten::{ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use sha2::{Digest, Sha256};
use std::fmt::{Debug, Formatter};
use std::path::PathBuf;
use std::sync::Arc;

/// Why a network cannot be used. Names the file.
#[derive(Debug, thiserror::Error)]
#[error("the PAD model {}: {reason}", file.display())]
pub struct LoadError {
    /// The file.
    pub file: PathBuf,
    /// The reason.
    pub reason: LoadReason,
}

/// Why a network cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadReason {
    /// A field of its configuration is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file has another hash: it is damaged or not the configured one.
    #[error("is damaged or another one: its SHA-256 is {found}, and should be {wanted} (sha256)")]
    Hash {
        /// Hash of the file.
        found: String,
        /// Hash in the configuration.
        wanted: String,
    },
    /// Not an ONNX file, or one with an unknown operator.
    #[error("is not a network that can be run: {0}")]
    Network(String),
    /// Input or output do not match the configuration.
    #[error("{0}")]
    Shape(String),
    /// Another network has the same name (file name without extension).
    #[error("has the same name as another one: rename the file")]
    SameName,
}

/// The network failed, or its output is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PAD model {name}: {reason}")]
pub struct RunError {
    /// The network's name.
    pub name: String,
    /// The reason.
    pub reason: String,
}

/// A network that passed its test.
pub struct Model {
    config: ModelConfig,
    name: String,
    network: rten::Model,
    threads: Arc<ThreadPool>,
}

impl Debug for Model {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        f.debug_struct("Model").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Model {
    /// Loads a network and runs it on a grey picture, so that mismatches are detected at once.
    ///
    /// # Errors
    /// If the configuration is out of range, the file is missing, altered or not a network, or its input or output does
    /// not match the configuration.
    pub fn load(config: &ModelConfig, threads: Arc<ThreadPool>) -> Result<Self, LoadError> {
        read(config, threads).map_err(|reason| LoadError { file: config.file.clone(), reason })
    }

    /// The network's name: the file name without extension.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its configuration.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Runs the network on an input as built by [`input`]. Returns one number per class.
    ///
    /// # Errors
    /// If the input's length is not 3 x side x side, or the network fails.
    pub fn outputs(&self, values: Vec<f32>) -> Result<Vec<f32>, RunError> {
        run(&self.network, &self.threads, self.config.side, values)
            .map_err(|reason| RunError { name: self.name.clone(), reason })
    }

    /// Log odds of a living person against an attack, independent of the threshold.
    ///
    /// # Errors
    /// If the face box is invalid, or the network fails.
    pub fn log_odds(&self, picture: &RgbaImage, face: &Rect) -> Result<f32, RunError> {
        let failed = |reason: &str| RunError { name: self.name.clone(), reason: reason.into() };
        let values = input(picture, face, &self.config).ok_or_else(|| failed("the face box is invalid"))?;
        let odds = self.config.log_odds(&self.outputs(values)?);
        if odds.is_finite() { Ok(odds) } else { Err(failed("its output is not a number")) }
    }
}

fn read(config: &ModelConfig, threads: Arc<ThreadPool>) -> Result<Model, LoadReason> {
    config.validate()?;
    let bytes = std::fs::read(&config.file)?;
    let found = hex::encode(Sha256::digest(&bytes));
    if !found.eq_ignore_ascii_case(&config.sha256) {
        return Err(LoadReason::Hash { found, wanted: config.sha256.clone() });
    }
    let network = ModelOptions::with_all_ops().load(bytes).map_err(|error| LoadReason::Network(error.to_string()))?;
    let count = |what: &str, count: usize| match count {
        1 => Ok(()),
        _ => Err(LoadReason::Shape(format!("has {count} {what}s, and must have one"))),
    };
    count("input", network.input_ids().len())?;
    count("output", network.output_ids().len())?;
    let side = config.side;
    let shape =
        |error: String| LoadReason::Shape(format!("does not accept an input of 1 x 3 x {side} x {side}: {error}"));
    let [black, white] = config.range;
    let outputs = run(&network, &threads, side, vec![0.5 * (black + white); 3 * side * side]).map_err(shape)?;
    if outputs.len() < 2 || config.live >= outputs.len() {
        let text = format!("has {} outputs; live is {}, and at least two are required", outputs.len(), config.live);
        return Err(LoadReason::Shape(text));
    }
    if !config.log_odds(&outputs).is_finite() {
        return Err(LoadReason::Shape("returns no number for a grey picture".into()));
    }
    Ok(Model { name: config.name(), config: config.clone(), network, threads })
}

/// Runs the network and returns the values of its only output.
fn run(network: &rten::Model, threads: &Arc<ThreadPool>, side: usize, values: Vec<f32>) -> Result<Vec<f32>, String> {
    let tensor = NdTensor::try_from_data([1, 3, side, side], values).map_err(|error| error.to_string())?;
    let options = RunOptions::default().with_thread_pool(Some(Arc::clone(threads)));
    let answer = network.run_one(tensor.view().into(), Some(options)).map_err(|error| error.to_string())?;
    let answer: Tensor<f32> = answer.try_into().map_err(|_| "its output is not of floats".to_owned())?;
    match answer.shape() {
        [1, _] | [_] => Ok(answer.to_vec()),
        shape => Err(format!("its output has the shape {shape:?}, and must be 1 x classes")),
    }
}
