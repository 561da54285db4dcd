//! Plots the detection error trade-off: accepted attacks of each species against rejected bona fide captures, over all
//! thresholds.

use super::rates::ScoredCapture;
use anyhow::{Result, anyhow};
use plotters::prelude::*;
use std::path::Path;

const SIZE: (u32, u32) = (760, 480);

/// Writes the plot as SVG. An inconclusive bona fide capture counts as rejected, an inconclusive attack as not
/// accepted.
pub(crate) fn draw(captures: &[ScoredCapture], file: &Path) -> Result<()> {
    let mut species: Vec<&str> = captures.iter().filter(|one| !one.is_bona_fide()).map(|one| &*one.species).collect();
    species.dedup();
    let bona_fide: Vec<&ScoredCapture> = captures.iter().filter(|one| one.is_bona_fide()).collect();
    let passing = |of: &[&ScoredCapture], threshold: u8| {
        let passed = of.iter().filter(|one| one.score().is_some_and(|score| score >= threshold)).count();
        100.0 * passed as f64 / of.len().max(1) as f64
    };
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    let plot_error = |error: &dyn std::fmt::Display| anyhow!("{}: {error}", file.display());
    area.fill(&WHITE).map_err(|error| plot_error(&error))?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..30.0, 0.0..100.0)
        .map_err(|error| plot_error(&error))?;
    chart
        .configure_mesh()
        .x_desc("bona fide captures that do not pass, %")
        .y_desc("attacks that pass (APCER), %")
        .draw()
        .map_err(|error| plot_error(&error))?;
    for (index, name) in species.iter().enumerate() {
        let attacks: Vec<&ScoredCapture> = captures.iter().filter(|one| one.species == *name).collect();
        let color = Palette99::pick(index).to_rgba();
        let points = (1..=100).map(|threshold| (100.0 - passing(&bona_fide, threshold), passing(&attacks, threshold)));
        let points: Vec<(f64, f64)> = points.filter(|(rejected, _)| *rejected <= 30.0).collect();
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))
            .map_err(|error| plot_error(&error))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()
        .map_err(|error| plot_error(&error))?;
    area.present().map_err(|error| plot_error(&error))
}
