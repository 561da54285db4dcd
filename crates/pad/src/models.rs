//! All networks together.

use crate::config::ModelConfig;
use crate::model::{LoadError, LoadReason, Model, RunError};
use image::RgbaImage;
use nearfar::frame::Rect;
use rten::ThreadPool;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The networks of a service; none is fine.
#[derive(Debug, Default)]
pub struct Models(Vec<Model>);

/// A picture with its name and the face in it.
#[derive(Clone, Copy, Debug)]
pub struct FaceImage<'a> {
    /// What it is called among the figures.
    pub name: &'static str,
    /// The picture.
    pub picture: &'a RgbaImage,
    /// The box of the face.
    pub face: &'a Rect,
}

/// What one network says of one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// What the network is called.
    pub model: String,
    /// What the picture is called.
    pub picture: &'static str,
    /// The likelihood of a living person by the network, its temperature applied, 0 to 1.
    pub likelihood: f32,
    /// Natural logarithm of the odds of that likelihood, less that of the threshold.
    pub log_odds: f32,
}

/// What all networks say of all pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// The mean of the networks' log odds by weight, each of which is the mean over the pictures.
    pub log_odds: f32,
    /// Each network's score of each picture.
    pub each: Vec<Score>,
}

impl Models {
    /// Reads all of them. However many run at the same time, they share `threads` threads (at least one).
    ///
    /// # Errors
    /// The first that cannot be used, or has the name of another.
    pub fn load(configs: &[ModelConfig], threads: usize) -> Result<Self, LoadError> {
        if configs.is_empty() {
            return Ok(Models::default());
        }
        let pool = Arc::new(ThreadPool::with_num_threads(threads.max(1)));
        let mut names = BTreeSet::new();
        let load = |config: &ModelConfig| {
            if names.insert(config.name()) {
                Model::load(config, Arc::clone(&pool))
            } else {
                Err(LoadError { file: config.file.clone(), reason: LoadReason::SameName })
            }
        };
        configs.iter().map(load).collect::<Result<_, _>>().map(Models)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Their scores; `None` where there is no network, no picture, or `is_stopped` said so between two runs.
    ///
    /// # Errors
    /// When one of them fails.
    pub fn scores(&self, pictures: &[FaceImage], is_stopped: impl Fn() -> bool) -> Result<Option<Scores>, RunError> {
        let (mut each, mut sum, mut weights) = (Vec::new(), 0.0, 0.0);
        for model in &self.0 {
            let weight = model.config().weight / pictures.len() as f32;
            for FaceImage { name, picture, face } in pictures {
                if is_stopped() {
                    return Ok(None);
                }
                let odds = model.log_odds(picture, face)?;
                let log_odds = odds - model.config().threshold_odds();
                let likelihood = 1.0 / (1.0 + (-odds).exp());
                each.push(Score { model: model.name().to_owned(), picture: name, likelihood, log_odds });
                sum += weight * log_odds;
                weights += weight;
            }
        }
        Ok((!each.is_empty()).then(|| Scores { log_odds: sum / weights, each }))
    }
}
