//! A set of networks whose scores are combined.

use crate::config::ModelConfig;
use crate::model::{LoadError, LoadReason, Model, RunError};
use image::RgbaImage;
use nearfar::frame::Rect;
use rten::ThreadPool;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The networks of a service. May be empty.
#[derive(Debug, Default)]
pub struct Models(Vec<Model>);

/// A picture with a name and a face.
#[derive(Clone, Copy, Debug)]
pub struct FaceImage<'a> {
    /// The picture's name in the scores.
    pub name: &'static str,
    /// The picture.
    pub picture: &'a RgbaImage,
    /// The face box.
    pub face: &'a Rect,
}

/// The score of one network for one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The network's name.
    pub model: String,
    /// The picture's name.
    pub picture: &'static str,
    /// The network's likelihood of a living person after applying its temperature, 0 to 1.
    pub likelihood: f32,
    /// Log odds of that likelihood minus the threshold's.
    pub log_odds: f32,
}

/// The scores of all networks for all pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Weighted mean of the networks' log odds, each averaged over the pictures.
    pub log_odds: f32,
    /// The score of each network for each picture.
    pub each: Vec<Score>,
}

impl Models {
    /// Loads all networks. They share `threads` threads (at least one), however many run at the same time.
    ///
    /// # Errors
    /// The first network that cannot be used or has a duplicate name.
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

    /// Iterates over the networks.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.0.iter()
    }

    /// Whether there are no networks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of networks.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Scores the pictures. `None` if there is no network or no picture, or if `is_stopped` returned true between two
    /// runs.
    ///
    /// # Errors
    /// If a network fails.
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
