//! Writes fitted coefficients into the source files of the models. Everything else in a file stays as committed.

use super::logistic::Model;
use anyhow::{Context, Result, ensure};
use nearfar_inspect::model::workspace;

/// A source file with fitted coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoefficientFile {
    /// The comparison of far and near.
    Comparison,
    /// The PAD artefacts.
    Pad,
    /// The parallax.
    Parallax,
}

impl CoefficientFile {
    /// The path in the workspace.
    pub fn path(self) -> &'static str {
        match self {
            CoefficientFile::Comparison => "crates/scoring/src/comparison/model.rs",
            CoefficientFile::Pad => "crates/scoring/src/pad/model.rs",
            CoefficientFile::Parallax => "crates/parallax/src/odds_model.rs",
        }
    }

    /// Replaces the coefficients by those of `model` and prints the path.
    ///
    /// # Errors
    /// If the file cannot be read or written, or if it does not hold the coefficients of such a model.
    pub fn write(self, model: &Model) -> Result<()> {
        let path = workspace().join(self.path());
        let source = std::fs::read_to_string(&path).with_context(|| format!("reading {}", self.path()))?;
        let source = replace(&source, model).with_context(|| self.path())?;
        std::fs::write(&path, source).with_context(|| format!("writing {}", self.path()))?;
        println!("Wrote {}; run cargo fmt.", self.path());
        Ok(())
    }
}

/// The value of a constant on one line: from the start of the value to the semicolon.
fn value<'a>(source: &'a str, name: &str) -> Result<(usize, &'a str)> {
    let declaration = format!("const {name}: ");
    let start = source.find(&declaration).with_context(|| format!("there is no {name}"))?;
    let start = start + source[start..].find(" = ").context("a constant without a value")? + 3;
    let end = source[start..].find(";\n").context("a constant without an end")?;
    Ok((start, &source[start..start + end]))
}

fn replace(source: &str, model: &Model) -> Result<String> {
    let (bias_start, bias) = value(source, "BIAS")?;
    let (weights_start, weights) = value(source, "WEIGHTS")?;
    ensure!(bias_start < weights_start, "BIAS does not precede WEIGHTS");
    let count = weights.split(',').count();
    ensure!(count == model.weights.len(), "the model has {} weights, the file {count}", model.weights.len());
    let new_weights: Vec<String> = model.weights.iter().map(|weight| format!("{weight:.3}")).collect();
    let between = &source[bias_start + bias.len()..weights_start];
    let after = &source[weights_start + weights.len()..];
    Ok(format!("{}{:.3}{between}[{}]{after}", &source[..bias_start], model.bias, new_weights.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(source: &str) -> Model {
        let number = |text: &str| text.trim_matches(['[', ']', ' ']).parse().unwrap();
        let weights = value(source, "WEIGHTS").unwrap().1.split(',').map(number).collect();
        Model { bias: number(value(source, "BIAS").unwrap().1), weights }
    }

    #[test]
    fn the_committed_coefficients_are_written_as_they_are() {
        for file in [CoefficientFile::Comparison, CoefficientFile::Pad, CoefficientFile::Parallax] {
            let source = std::fs::read_to_string(workspace().join(file.path())).unwrap();
            let mut model = committed(&source);
            assert_eq!(replace(&source, &model).unwrap(), source, "{file:?}");
            model.bias = -0.5;
            let changed = replace(&source, &model).unwrap();
            assert_eq!(committed(&changed).bias, -0.5, "{file:?}");
            model.weights.pop();
            assert!(replace(&source, &model).is_err(), "{file:?}");
        }
    }
}
