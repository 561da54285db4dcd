//! Writes the page's model file: the weights of the face detection model, most of them rounded to eight bits.

mod calibration;
mod gram;
mod layer;
mod matrix;
mod network;
mod pictures;
mod rounding;

pub use network::outputs;

use nearfar::detection::model::Model;
use nearfar::detection::model::int8::{MAGIC, VERSION};

/// The page's model file for a model. It depends on nothing else: every machine writes the same bytes.
/// `nearfar::detection::model::int8` documents and reads the format.
pub fn int8_model(model: &Model) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    for layer in calibration::layers(model, pictures::pictures()) {
        layer.write(&mut bytes);
    }
    bytes
}
