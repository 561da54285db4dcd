//! Writes tables and the plot into the documents.

use super::bands::Bands;
use super::group_table::by_group;
use super::levels::LevelTable;
use super::rates::{ScoredCapture, Table};
use anyhow::{Context, Result};
use nearfar_inspect::model::workspace;

/// Writes the table into docs/LIVENESS.md and the plot next to it.
pub(crate) fn write_docs(captures: &[ScoredCapture], table: &Table, people: usize, pass_score: u8) -> Result<()> {
    super::plot::draw(captures, &workspace().join("docs/det.svg"))?;
    let picture =
        "![Detection error trade-off: attacks that pass against bona fide captures that do not, by species](det.svg)";
    let bands = Bands::new(captures);
    let text = format!(
        "{people} people, {} captures:\n\n{table}\n\n{picture}\n\nDistribution of the scores; each species of \
         attack has the same weight:\n\n{bands}\n\n{}",
        captures.len(),
        by_group(captures, pass_score)
    );
    write_block("evaluate", &text)
}

/// Writes the table of a level and the distribution of focal lengths into docs/LIVENESS.md.
pub(crate) fn write_level(name: &str, table: &LevelTable, focal_lengths: &str, people: usize) -> Result<()> {
    write_block(&format!("evaluate {name}"), &format!("{name}, {people} people:\n\n{table}\n{focal_lengths}"))
}

fn write_block(name: &str, new: &str) -> Result<()> {
    let file = workspace().join("docs/LIVENESS.md");
    let text = std::fs::read_to_string(&file)?;
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&begin).with_context(|| format!("LIVENESS.md has no {begin}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("LIVENESS.md has no {end}"))?;
    std::fs::write(&file, format!("{before}{begin}{new}{end}{after}"))?;
    Ok(())
}
