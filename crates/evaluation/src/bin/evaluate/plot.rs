//! The detection error trade-off as a picture: how many attacks of a species pass for how many honest people refused,
//! from line to line.

use super::rates::Judged;
use anyhow::{Result, anyhow};
use plotters::prelude::*;
use std::path::Path;

const SIZE: (u32, u32) = (760, 480);

/// Draws it as SVG. An honest person without an answer counts as refused, an attack without one as not passed.
pub fn draw(judged: &[Judged], file: &Path) -> Result<()> {
    let mut species: Vec<&str> = judged.iter().filter(|one| !one.is_bona_fide()).map(|one| &*one.species).collect();
    species.dedup();
    let honest: Vec<&Judged> = judged.iter().filter(|one| one.is_bona_fide()).collect();
    let passing = |of: &[&Judged], line: u8| {
        let passed = of.iter().filter(|one| one.score().is_some_and(|score| score >= line)).count();
        100.0 * passed as f64 / of.len().max(1) as f64
    };
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    let told = |error: &dyn std::fmt::Display| anyhow!("{}: {error}", file.display());
    area.fill(&WHITE).map_err(|error| told(&error))?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..30.0, 0.0..100.0)
        .map_err(|error| told(&error))?;
    chart
        .configure_mesh()
        .x_desc("bona fide captures that do not pass, %")
        .y_desc("attacks that pass (APCER), %")
        .draw()
        .map_err(|error| told(&error))?;
    for (index, name) in species.iter().enumerate() {
        let attacks: Vec<&Judged> = judged.iter().filter(|one| one.species == *name).collect();
        let color = Palette99::pick(index).to_rgba();
        let points = (1..=100).map(|line| (100.0 - passing(&honest, line), passing(&attacks, line)));
        let points: Vec<(f64, f64)> = points.filter(|(refused, _)| *refused <= 30.0).collect();
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))
            .map_err(|error| told(&error))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()
        .map_err(|error| told(&error))?;
    area.present().map_err(|error| told(&error))
}
