//! The challenges of an attempt: drawn with its nonce, stored with it, sent to the page and passed to the scorer.

pub mod light;
pub mod motion;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A challenge stored as JSON.
pub trait StoredChallenge: Serialize + DeserializeOwned {
    /// The JSON to store.
    ///
    /// # Errors
    /// When serialisation fails.
    fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Parses stored JSON.
    ///
    /// # Errors
    /// When it is not such a challenge.
    fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
