//! Detection and false-alarm rates of the occlusion measure.

use crate::metrics::roc::area_under_curve;
use anyhow::Result;
use nearfar::quality::Pose;
use nearfar::quality::face_network::FaceNetwork;
use nearfar_rendering::augmentation::with_frame;
use nearfar_rendering::covers::Cover;
use nearfar_rendering::photographs::Sample;
use std::collections::BTreeSet;

/// The occlusion of one sample by the committed network.
#[derive(Clone, Copy, Debug)]
pub struct MeasuredSample {
    /// The cover.
    pub cover: Cover,
    /// Log odds that the most covered of eyes, nose and mouth is covered.
    pub log_odds: f32,
    /// The head pose.
    pub pose: Pose,
}

impl MeasuredSample {
    /// Measures a sample; `None` if the detector finds no face in it.
    ///
    /// # Errors
    /// If the picture is not a valid frame.
    pub fn new(sample: &Sample, network: &mut FaceNetwork) -> Result<Option<Self>> {
        let Some(face) = sample.face else { return Ok(None) };
        let reading = with_frame(&sample.picture, |frame| network.analyze(frame, &face))?;
        Ok(reading.map(|reading| MeasuredSample {
            cover: sample.cover,
            log_odds: reading.most_covered(),
            pose: reading.pose,
        }))
    }
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// `all covers` or the kind of cover.
    pub cover: String,
    /// Covered faces.
    pub faces: usize,
    /// Area under the receiver operating characteristic against all bare faces.
    pub auc: f32,
    /// Share of covered faces above the limit.
    pub detection_rate: f32,
}

/// Rates over some faces.
#[derive(Clone, Debug)]
pub struct Table {
    /// Bare faces, with and without ordinary glasses.
    pub bare: usize,
    /// The limit.
    pub limit: f32,
    /// Share of bare faces above it.
    pub false_alarms: f32,
    /// All covers first, then each kind.
    pub lines: Vec<Line>,
}

impl Table {
    /// Computes the rates of faces with these covers and measures at a limit.
    pub fn new(faces: &[(Cover, f32)], limit: f32) -> Self {
        let bare: Vec<f32> = faces.iter().filter(|(cover, _)| !cover.covers()).map(|(_, m)| *m).collect();
        let above =
            |measures: &[f32]| measures.iter().filter(|m| **m > limit).count() as f32 / measures.len().max(1) as f32;
        let line = |cover: String, measures: Vec<f32>| Line {
            cover,
            faces: measures.len(),
            auc: area_under_curve(&measures, &bare),
            detection_rate: above(&measures),
        };
        let kinds: BTreeSet<Cover> = faces.iter().map(|(cover, _)| *cover).filter(|cover| cover.covers()).collect();
        let measures_of =
            |kinds: &dyn Fn(Cover) -> bool| faces.iter().filter(|(c, _)| kinds(*c)).map(|(_, m)| *m).collect();
        let mut lines = vec![line("all covers".into(), measures_of(&Cover::covers))];
        lines.extend(kinds.into_iter().map(|kind| line(format!("{kind:?}"), measures_of(&|cover| cover == kind))));
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
        writeln!(f, "| cover | faces | AUC | detected |\n|---|---|---|---|")?;
        for Line { cover, faces, auc, detection_rate } in &self.lines {
            writeln!(f, "| {cover} | {faces} | {auc:.3} | {:.0} % |", 100.0 * detection_rate)?;
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
        let table = Table::new(&faces, 98.0);
        assert_eq!(table.false_alarms, 0.01);
        assert_eq!(table.lines[0].faces, 3);
        assert!((table.lines[0].detection_rate - 2.0 / 3.0).abs() < 1e-6);
        let scarf = table.lines.iter().find(|line| line.cover == "Scarf").unwrap();
        assert!((scarf.auc - (0.99 + 0.5) / 2.0).abs() < 1e-6);
    }
}
