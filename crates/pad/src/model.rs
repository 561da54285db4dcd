//! One network, read from its file and tried once.

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

/// Why a network cannot be used. Each names the file.
#[derive(Debug, thiserror::Error)]
#[error("the PAD model {}: {reason}", file.display())]
pub struct LoadError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub reason: LoadReason,
}

/// What is wrong with a network.
#[derive(Debug, thiserror::Error)]
pub enum LoadReason {
    /// A field of its configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is damaged, or another one.
    #[error("is damaged or another one: its SHA-256 is {found}, and should be {wanted} (sha256)")]
    Hash {
        /// That of the file.
        found: String,
        /// That of the configuration.
        wanted: String,
    },
    /// It is no ONNX file, or has an operator that is not known.
    #[error("is no network that can be run: {0}")]
    Network(String),
    /// Its input or output is not as it was said.
    #[error("{0}")]
    Shape(String),
    /// Another network has its name: the file's name without its ending.
    #[error("has the name of another one: rename the file")]
    SameName,
}

/// The network failed, or its answer is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PAD model {name}: {reason}")]
pub struct RunError {
    /// What the network is called.
    pub name: String,
    /// What went wrong.
    pub reason: String,
}

/// A network that has answered once.
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
    /// Reads a network, and lets it look at a grey picture, so that what does not fit is refused at once.
    ///
    /// # Errors
    /// For a configuration out of range, a file that is missing, altered or no network, and one whose input or output is
    /// not as the configuration has it.
    pub fn load(config: &ModelConfig, threads: Arc<ThreadPool>) -> Result<Self, LoadError> {
        read(config, threads).map_err(|reason| LoadError { file: config.file.clone(), reason })
    }

    /// What it is called: the file's name without its ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is used.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The outputs for an input as [`input`] makes it: one number a class.
    ///
    /// # Errors
    /// When the input has another length than 3 x side x side, or the network fails.
    pub fn outputs(&self, values: Vec<f32>) -> Result<Vec<f32>, RunError> {
        run(&self.network, &self.threads, self.config.side, values)
            .map_err(|reason| RunError { name: self.name.clone(), reason })
    }

    /// Natural logarithm of how much likelier a living person is in a picture than an attack, whatever the threshold.
    ///
    /// # Errors
    /// When the face's box makes no sense, or the network fails.
    pub fn log_odds(&self, picture: &RgbaImage, face: &Rect) -> Result<f32, RunError> {
        let failed = |reason: &str| RunError { name: self.name.clone(), reason: reason.into() };
        let values = input(picture, face, &self.config).ok_or_else(|| failed("the face's box makes no sense"))?;
        let odds = self.config.log_odds(&self.outputs(values)?);
        if odds.is_finite() { Ok(odds) } else { Err(failed("its answer is no number")) }
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
        _ => Err(LoadReason::Shape(format!("has {count} {what}s, where it should have one"))),
    };
    count("input", network.input_ids().len())?;
    count("output", network.output_ids().len())?;
    let side = config.side;
    let shape =
        |error: String| LoadReason::Shape(format!("does not take an input of 1 x 3 x {side} x {side}: {error}"));
    let [black, white] = config.range;
    let outputs = run(&network, &threads, side, vec![0.5 * (black + white); 3 * side * side]).map_err(shape)?;
    if outputs.len() < 2 || config.live >= outputs.len() {
        let text = format!("has {} outputs; live is {}, and there have to be two at least", outputs.len(), config.live);
        return Err(LoadReason::Shape(text));
    }
    if !config.log_odds(&outputs).is_finite() {
        return Err(LoadReason::Shape("answers no number to a grey picture".into()));
    }
    Ok(Model { name: config.name(), config: config.clone(), network, threads })
}

/// The numbers of the only output.
fn run(network: &rten::Model, threads: &Arc<ThreadPool>, side: usize, values: Vec<f32>) -> Result<Vec<f32>, String> {
    let tensor = NdTensor::try_from_data([1, 3, side, side], values).map_err(|error| error.to_string())?;
    let options = RunOptions::default().with_thread_pool(Some(Arc::clone(threads)));
    let answer = network.run_one(tensor.view().into(), Some(options)).map_err(|error| error.to_string())?;
    let answer: Tensor<f32> = answer.try_into().map_err(|_| "its output is not of floats".to_owned())?;
    match answer.shape() {
        [1, _] | [_] => Ok(answer.to_vec()),
        shape => Err(format!("its output is of shape {shape:?}, and should be 1 x classes")),
    }
}
