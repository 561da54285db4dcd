//! All networks together.

use crate::config::ModelConfig;
use crate::model::{LoadError, Model, RunError};
use image::RgbaImage;
use nearfar::frame::Rect;

/// The networks of a service; none is fine.
#[derive(Debug, Default)]
pub struct Models(Vec<Model>);

/// A picture with its name and the face in it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What it is called among the figures.
    pub name: &'static str,
    /// The picture.
    pub picture: &'a RgbaImage,
    /// The box of the face.
    pub face: &'a Rect,
}

/// What the networks say of some pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Natural logarithm of how much likelier a living person is than an attack: each network's mean over the pictures, and
    /// the mean of these by weight.
    pub log_odds: f32,
    /// The network, the picture, and the log odds by this one of that one.
    pub each: Vec<(String, &'static str, f32)>,
}

impl Models {
    /// Reads all of them.
    ///
    /// # Errors
    /// The first that cannot be used.
    pub fn load(configs: &[ModelConfig]) -> Result<Self, LoadError> {
        configs.iter().map(Model::load).collect::<Result<_, _>>().map(Models)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What they say; `None` where there is none, or no picture.
    ///
    /// # Errors
    /// When one of them fails.
    pub fn judge(&self, pictures: &[Seen]) -> Result<Option<Judgement>, RunError> {
        let (mut each, mut sum, mut weights) = (Vec::new(), 0.0, 0.0);
        for model in &self.0 {
            let weight = model.config().weight / pictures.len() as f32;
            for Seen { name, picture, face } in pictures {
                let odds = model.log_odds(picture, face)?;
                each.push((model.name().to_owned(), *name, odds));
                sum += weight * odds;
                weights += weight;
            }
        }
        Ok((!each.is_empty()).then(|| Judgement { log_odds: sum / weights, each }))
    }
}
