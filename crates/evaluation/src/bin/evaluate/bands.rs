//! The distribution of scores over bona fide captures and attacks.

use super::rates::ScoredCapture;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result};
use std::ops::RangeInclusive;

/// The bands of scores.
const BANDS: [RangeInclusive<u8>; 5] = [0..=0, 1..=49, 50..=79, 80..=94, 95..=100];

/// The shares of the scored captures in each band.
pub(crate) struct Bands {
    rows: Vec<(RangeInclusive<u8>, f64, f64)>,
}

impl Bands {
    /// Computes the shares. Each attack species has the same weight, whatever its number of captures. Captures without
    /// a score are excluded.
    pub(crate) fn new(captures: &[ScoredCapture]) -> Self {
        let mut species: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        for one in captures.iter().filter(|one| !one.is_bona_fide()) {
            species.entry(&one.species).or_default().extend(one.score());
        }
        let bona_fide: Vec<u8> =
            captures.iter().filter(|one| one.is_bona_fide()).filter_map(ScoredCapture::score).collect();
        let share = |scores: &[u8], band: &RangeInclusive<u8>| {
            scores.iter().filter(|score| band.contains(score)).count() as f64 / scores.len().max(1) as f64
        };
        let rows = BANDS.into_iter().map(|band| {
            let attacks = species.values().map(|scores| share(scores, &band)).fold(0.0, |sum, share| sum + share);
            let attacks = attacks / species.len().max(1) as f64;
            (band.clone(), share(&bona_fide, &band), attacks)
        });
        Bands { rows: rows.collect() }
    }
}

impl Display for Bands {
    fn fmt(&self, f: &mut Formatter) -> Result {
        writeln!(f, "| score | bona fide captures | attacks | share of attacks if both are equally frequent |")?;
        write!(f, "|---|---|---|---|")?;
        for (band, bona_fide, attacks) in &self.rows {
            let (low, high) = (band.start(), band.end());
            let scores = if low == high { low.to_string() } else { format!("{low} to {high}") };
            let among = if bona_fide + attacks > 0.0 {
                format!("{:.0} %", 100.0 * attacks / (bona_fide + attacks))
            } else {
                "-".to_owned()
            };
            write!(f, "\n| {scores} | {:.1} % | {:.1} % | {among} |", 100.0 * bona_fide, 100.0 * attacks)?;
        }
        Ok(())
    }
}
