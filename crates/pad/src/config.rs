//! Configuration of a network: its input and the interpretation of its output.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Configuration of one network: an entry of `[[pad.models]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The ONNX file. The file name without extension is the network's name.
    pub file: PathBuf,
    /// SHA-256 of the file in hex. Other files are rejected.
    pub sha256: String,
    /// Side of the input in pixels, 16 to 512. The input is a float tensor of shape (1, 3, side, side).
    pub side: usize,
    /// Side of the crop relative to the face box: 1 to 8. Near an edge the crop is moved, and shrunk if the picture is
    /// too small.
    pub crop: f32,
    /// The order of the channels.
    #[serde(default)]
    pub colors: Colors,
    /// Values of black and white, within -1000 to 1000.
    #[serde(default = "bytes")]
    pub range: [f32; 2],
    /// Index of the output for a living person.
    pub live: usize,
    /// Divides the outputs before they are used as log odds, 0.05 to 100: above 1 for an overconfident network.
    #[serde(default = "one")]
    pub temperature: f32,
    /// Likelihood of a living person at which the network is neutral, above 0 and below 1.
    #[serde(default = "half")]
    pub threshold: f32,
    /// Weight relative to other networks, 0.01 to 100.
    #[serde(default = "one")]
    pub weight: f32,
}

/// The order of the channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colors {
    /// Red first.
    #[default]
    Rgb,
    /// Blue first, as in OpenCV.
    Bgr,
}

fn bytes() -> [f32; 2] {
    [0.0, 255.0]
}

fn one() -> f32 {
    1.0
}

fn half() -> f32 {
    0.5
}

/// A field that is out of its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}, outside {range}")]
pub struct ConfigError {
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: f64,
    /// The allowed range.
    pub range: &'static str,
}

impl ModelConfig {
    /// The network's name: the file name without extension.
    pub fn name(&self) -> String {
        self.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Checks all ranges except that of `live`, which depends on the network.
    ///
    /// # Errors
    /// The first field that is out of its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let [black, white] = self.range;
        let is_hash = hex::decode(&self.sha256).is_ok_and(|hash| hash.len() == 32);
        let finite = |value: f32| (-1000.0..=1000.0).contains(&value);
        let fields = [
            ("side", self.side as f64, (16..=512).contains(&self.side), "16 to 512"),
            ("crop", self.crop.into(), (1.0..=8.0).contains(&self.crop), "1 to 8"),
            ("range (black)", black.into(), finite(black), "-1000 to 1000"),
            ("range (white)", white.into(), finite(white) && white != black, "-1000 to 1000 without that of black"),
            ("temperature", self.temperature.into(), (0.05..=100.0).contains(&self.temperature), "0.05 to 100"),
            ("threshold", self.threshold.into(), self.threshold > 0.0 && self.threshold < 1.0, "0 to 1, both left out"),
            ("sha256", self.sha256.len() as f64, is_hash, "64 hex digits"),
            ("weight", self.weight.into(), (0.01..=100.0).contains(&self.weight), "0.01 to 100"),
        ];
        let wrong = fields.into_iter().find(|(_, _, is_right, _)| !is_right);
        wrong.map_or(Ok(()), |(field, value, _, range)| Err(ConfigError { field, value, range }))
    }

    /// Log odds of a living person from the network's outputs. NaN if an output is NaN.
    pub fn log_odds(&self, outputs: &[f32]) -> f32 {
        let scaled = |index: usize| outputs.get(index).map_or(f32::NAN, |output| output / self.temperature);
        let others: Vec<f32> = (0..outputs.len()).filter(|index| *index != self.live).map(scaled).collect();
        // Subtracting the maximum avoids overflow.
        let most = others.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = others.iter().map(|other| (other - most).exp()).sum();
        scaled(self.live) - most - sum.ln()
    }

    /// The log odds at the threshold.
    pub fn threshold_odds(&self) -> f32 {
        (self.threshold / (1.0 - self.threshold)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ModelConfig {
        ModelConfig {
            file: "models/some.net.onnx".into(),
            sha256: "0f".repeat(32),
            side: 80,
            crop: 2.7,
            colors: Colors::Bgr,
            range: bytes(),
            live: 1,
            temperature: 1.0,
            threshold: 0.5,
            weight: 1.0,
        }
    }

    #[test]
    fn outputs_become_log_odds_of_softmax() {
        let outputs = [-0.0676f32, 1.91363, -1.84812];
        let sum: f32 = outputs.iter().map(|output| output.exp()).sum();
        let live = outputs[1].exp() / sum;
        let odds = config().log_odds(&outputs);
        assert!((odds - (live / (1.0 - live)).ln()).abs() < 1e-5, "{odds}");
        assert!((ModelConfig { threshold: live, ..config() }.threshold_odds() - odds).abs() < 1e-5);
        // With two outputs, twice the temperature halves the log odds.
        let two = |temperature| ModelConfig { temperature, ..config() }.log_odds(&[-3.0, 1.0]);
        assert!((two(1.0) - 4.0).abs() < 1e-6 && (two(2.0) - 2.0).abs() < 1e-6);
        assert!(config().log_odds(&[1000.0, -1000.0]).is_finite());
        assert!(config().log_odds(&[f32::NAN, 1.0]).is_nan() && config().log_odds(&[0.0]).is_nan());
    }

    #[test]
    fn fields_out_of_range_are_rejected() {
        assert_eq!(config().validate(), Ok(()));
        assert_eq!(config().name(), "some.net");
        let message = |change: fn(&mut ModelConfig)| {
            let mut changed = config();
            change(&mut changed);
            changed.validate().unwrap_err().to_string()
        };
        assert_eq!(message(|c| c.side = 8), "side is 8, outside 16 to 512");
        assert!(message(|c| c.crop = f32::NAN).starts_with("crop is NaN"));
        assert!(message(|c| c.range = [1.0, 1.0]).starts_with("range (white) is 1"));
        assert!(message(|c| c.temperature = 0.0).starts_with("temperature is 0"));
        assert!(message(|c| c.threshold = 1.0).starts_with("threshold is 1"));
        assert!(message(|c| c.weight = -1.0).starts_with("weight is -1"));
    }
}
