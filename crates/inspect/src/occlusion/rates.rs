//! Hit and false-alarm rates of the occlusion measure.

use super::canvas::with_frame;
use super::corpus::Sample;
use super::covers::Cover;
use super::fit::{Model, logistic};
use crate::roc::area_under_curve;
use anyhow::Result;
use nearfar::quality::{OcclusionFeatures, Pose, QualityMeter, pose};
use std::collections::{BTreeMap, BTreeSet};

/// One face of the corpus, as the models see it.
pub struct Face {
    /// Samples of one photograph are never split between fitting and judging.
    pub photograph: String,
    /// What covers it.
    pub cover: Cover,
    /// Covered share of right eye, left eye, nose and mouth, where known.
    pub parts: Option<[f32; 4]>,
    /// The features.
    pub features: OcclusionFeatures,
    /// Where the head points.
    pub pose: Pose,
}

impl Face {
    /// What the models see of a sample; `None` where the detector finds no face in it.
    ///
    /// # Errors
    /// When the picture is no frame.
    pub fn measure(sample: &Sample, meter: &mut QualityMeter) -> Result<Option<Self>> {
        let Some(face) = sample.face else { return Ok(None) };
        let features = with_frame(&sample.picture, |frame| meter.occlusion_features(frame, &face))?;
        Ok(features.map(|features| Face {
            photograph: sample.photograph.clone(),
            cover: sample.cover,
            parts: sample.parts,
            features,
            pose: pose(&face),
        }))
    }
}

/// The three part models.
#[derive(Clone, Debug)]
pub struct Models {
    /// Of an eye as if it were a right eye.
    pub eye: Model,
    /// Of the nose.
    pub nose: Model,
    /// Of the mouth.
    pub mouth: Model,
}

/// Weight of the penalty on the size of the coefficients.
const PENALTY: f64 = 200.0;
/// From this covered share on a part is an example of a covered one.
const COVERED: f32 = 0.6;
/// Up to this share, of a bare one; those between are left out.
const BARE: f32 = 0.05;
/// Folds of the cross-validation.
const FOLDS: usize = 8;
/// The false-alarm rate at which hits are counted.
pub const FALSE_ALARMS: f32 = 0.02;

/// Index among [`Face::parts`] and features of each part that one model is for.
type PartFeatures = fn(&OcclusionFeatures) -> Vec<(usize, &[f32])>;

impl Models {
    /// Fits all parts to those faces whose covered parts are known.
    pub fn fit<'a>(faces: impl Iterator<Item = &'a Face> + Clone) -> Self {
        let part = |features: PartFeatures| {
            let mut samples = Vec::new();
            for face in faces.clone() {
                let Some(parts) = face.parts else { continue };
                for (part, features) in features(&face.features) {
                    if parts[part] >= COVERED || parts[part] <= BARE {
                        samples.push((features, parts[part] >= COVERED));
                    }
                }
            }
            logistic(&samples, PENALTY)
        };
        Models {
            eye: part(|f| vec![(0, &f.eyes[0]), (1, &f.eyes[1])]),
            nose: part(|f| vec![(2, &f.nose)]),
            mouth: part(|f| vec![(3, &f.mouth)]),
        }
    }

    /// Log odds of the part that looks most covered.
    pub fn greatest(&self, features: &OcclusionFeatures) -> f32 {
        let eyes = features.eyes.iter().map(|eye| self.eye.log_odds(eye));
        eyes.chain([self.nose.log_odds(&features.nose), self.mouth.log_odds(&features.mouth)]).fold(f32::MIN, f32::max)
    }
}

/// The measure of every face, each by models fitted without any sample of its photograph.
pub fn cross_validated(faces: &[Face]) -> Vec<f32> {
    let photographs: BTreeSet<&str> = faces.iter().map(|face| face.photograph.as_str()).collect();
    let fold: BTreeMap<&str, usize> = photographs.into_iter().enumerate().map(|(i, name)| (name, i % FOLDS)).collect();
    let mut measures = vec![0.0; faces.len()];
    for held_out in 0..FOLDS {
        let models = Models::fit(faces.iter().filter(|face| fold[face.photograph.as_str()] != held_out));
        for (measure, face) in measures.iter_mut().zip(faces) {
            if fold[face.photograph.as_str()] == held_out {
                *measure = models.greatest(&face.features);
            }
        }
    }
    measures
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// `all covers` or the kind.
    pub what: String,
    /// Covered faces.
    pub faces: usize,
    /// Area under the receiver operating characteristic against all bare faces.
    pub auc: f32,
    /// Share of covered faces above the limit.
    pub hits: f32,
}

/// Rates over some faces.
#[derive(Clone, Debug)]
pub struct Table {
    /// Bare faces, with and without ordinary glasses.
    pub bare: usize,
    /// The limit that was used.
    pub limit: f32,
    /// Share of bare faces above it.
    pub false_alarms: f32,
    /// All covers first, then each kind.
    pub lines: Vec<Line>,
}

impl Table {
    /// Rates of `measures` of faces under `covers`, at `limit` or else at [`FALSE_ALARMS`] of these bare faces.
    pub fn new(faces: &[(Cover, f32)], limit: Option<f32>) -> Self {
        let mut bare: Vec<f32> = faces.iter().filter(|(cover, _)| !cover.covers()).map(|(_, m)| *m).collect();
        bare.sort_unstable_by(f32::total_cmp);
        let limit = limit.unwrap_or_else(|| {
            let above = (bare.len() as f32 * FALSE_ALARMS) as usize;
            bare.get(bare.len().saturating_sub(above + 1)).copied().unwrap_or(f32::MAX)
        });
        let above =
            |measures: &[f32]| measures.iter().filter(|m| **m > limit).count() as f32 / measures.len().max(1) as f32;
        let line = |what: String, measures: Vec<f32>| Line {
            what,
            faces: measures.len(),
            auc: area_under_curve(&measures, &bare),
            hits: above(&measures),
        };
        let kinds: BTreeSet<Cover> = faces.iter().map(|(cover, _)| *cover).filter(|cover| cover.covers()).collect();
        let of = |kinds: &dyn Fn(Cover) -> bool| faces.iter().filter(|(c, _)| kinds(*c)).map(|(_, m)| *m).collect();
        let mut lines = vec![line("all covers".into(), of(&Cover::covers))];
        lines.extend(kinds.into_iter().map(|kind| line(format!("{kind:?}"), of(&|cover| cover == kind))));
        Table { bare: bare.len(), limit, false_alarms: above(&bare), lines }
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{} bare faces, limit {:.2}, false alarms {:.1} %",
            self.bare,
            self.limit,
            100.0 * self.false_alarms
        )?;
        writeln!(f, "| cover | faces | AUC | hits |\n|---|---|---|---|")?;
        for Line { what, faces, auc, hits } in &self.lines {
            writeln!(f, "| {what} | {faces} | {auc:.3} | {:.0} % |", 100.0 * hits)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_a_known_case() {
        let mut faces: Vec<(Cover, f32)> = (0..100).map(|i| (Cover::Bare, i as f32)).collect();
        faces.extend([(Cover::Scarf, 98.5), (Cover::Scarf, 49.5), (Cover::DarkGlasses, 200.0)]);
        let table = Table::new(&faces, None);
        assert_eq!(table.limit, 97.0);
        assert_eq!(table.false_alarms, 0.02);
        assert_eq!(table.lines[0].faces, 3);
        assert!((table.lines[0].hits - 2.0 / 3.0).abs() < 1e-6);
        let scarf = table.lines.iter().find(|line| line.what == "Scarf").unwrap();
        assert!((scarf.auc - (0.99 + 0.5) / 2.0).abs() < 1e-6);
    }
}
