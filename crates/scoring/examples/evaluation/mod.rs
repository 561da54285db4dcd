//! What is judged, what comes out, and how it is shown.

pub mod bands;
pub mod films;
pub mod folders;
pub mod frames;
pub mod groups;
pub mod plot;
pub mod rates;
pub mod species;
pub mod videos;

use anyhow::{Context, Result};
use bands::Bands;
use groups::by_group;
use nearfar_inspect::model::workspace;
use rates::{Judged, Table};

const BEGIN: &str = "<!-- evaluate -->\n";
const END: &str = "<!-- /evaluate -->";

/// Puts the table into docs/LIVENESS.md and the picture beside it.
pub fn write_docs(judged: &[Judged], table: &Table, people: usize, line: u8) -> Result<()> {
    let docs = workspace().join("docs");
    plot::draw(judged, &docs.join("det.svg"))?;
    let file = docs.join("LIVENESS.md");
    let text = std::fs::read_to_string(&file)?;
    let (before, rest) = text.split_once(BEGIN).context("LIVENESS.md has no place for it")?;
    let (_, after) = rest.split_once(END).context("LIVENESS.md has no end of its place")?;
    let picture = "![Attacks that pass against honest people who do not, by species](det.svg)";
    let bands = Bands::new(judged);
    let new = format!(
        "{before}{BEGIN}{people} people, {} captures:\n\n{table}\n\n{picture}\n\nWhat a score means, by these captures, each \
         species of attack counted alike:\n\n{bands}\n\n{}{END}{after}",
        judged.len(),
        by_group(judged, line)
    );
    std::fs::write(&file, new)?;
    Ok(())
}
