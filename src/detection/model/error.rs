//! Errors of reading a model file.

use crate::message::{error_by_message, message};

/// Why a file is not the face detection model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// The file is not a TensorFlow Lite file.
    NotTflite(&'static str),
    /// The file is not the page's model file of this version.
    NotInt8(&'static str),
    /// The page's model file is truncated, or something follows it.
    WrongLength {
        /// Its length.
        found: usize,
        /// The length of the model file.
        expected: usize,
    },
    /// A weight in the page's model file is not finite.
    NotFinite,
    /// An offset or a length points outside the file: it is truncated or altered.
    OutOfBounds {
        /// What was being read.
        what: &'static str,
        /// Its position.
        position: usize,
        /// Length of the file.
        length: usize,
    },
    /// A valid TensorFlow Lite file whose graph lacks a part of BlazeFace short range.
    Lacks {
        /// The part of the network.
        part: Part,
        /// What is missing.
        what: &'static str,
    },
    /// A valid TensorFlow Lite file whose graph is not BlazeFace short range.
    Differs {
        /// The part of the network.
        part: Part,
        /// The property that differs.
        what: &'static str,
        /// The values in the file.
        found: Found,
    },
}

/// A part of the network, for error messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Block number, 1 to 16; 0 outside the residual blocks.
    pub(super) block: usize,
    pub(super) name: &'static str,
}

impl Part {
    pub(super) const GRAPH: Part = Part::outside("the graph");

    pub(super) const fn outside(name: &'static str) -> Part {
        Part { block: 0, name }
    }

    fn label(self) -> String {
        if self.block > 0 { message![self.name, " of block ", self.block] } else { self.name.into() }
    }

    pub(super) fn lacks(self, what: &'static str) -> ModelError {
        ModelError::Lacks { part: self, what }
    }

    pub(super) fn differs(self, what: &'static str, found: impl Iterator<Item = i32>) -> ModelError {
        ModelError::Differs { part: self, what, found: Found(found.take(Found::MOST).collect()) }
    }
}

/// The first few values of a list in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found(Vec<i32>);

impl Found {
    /// The longest relevant list has four values, but a file may contain one of any length.
    const MOST: usize = 8;
}

impl ModelError {
    /// The error message, without a full stop.
    pub fn message(&self) -> String {
        match self {
            Self::NotTflite(why) => message!["not a TensorFlow Lite file: ", *why],
            Self::NotInt8(why) => message!["not the page's model file: ", *why],
            Self::WrongLength { found, expected } => {
                message!["damaged model file: ", *found, " bytes instead of ", *expected]
            }
            Self::NotFinite => message!["damaged model file: a weight is not finite"],
            Self::OutOfBounds { what, position, length } => {
                let place = message![*what, " at byte ", *position];
                message!["damaged model file: ", place.as_str(), " reaches past the end of ", *length, " bytes"]
            }
            Self::Lacks { part, what } => {
                message!["not the face detection model: ", part.label().as_str(), " lacks ", *what]
            }
            Self::Differs { part, what, found } => {
                let numbers: Vec<String> = found.0.iter().map(|&number| message![number]).collect();
                let (part, numbers) = (part.label(), numbers.join(", "));
                message!["not the face detection model: ", *what, " of ", part.as_str(), " differs: ", numbers.as_str()]
            }
        }
    }
}

error_by_message!(ModelError);
