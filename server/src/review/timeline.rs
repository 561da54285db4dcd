//! Draws the instructions that the person saw over time, with the moments of the pictures.

use maud::{Markup, html};
use nearfar_protocol::manifest::Manifest;

use super::words::instruction_text;

/// Width of the labels, in units of the drawing.
const LABELS: f64 = 150.0;
/// Width of the time axis.
const AXIS: f64 = 600.0;
/// Height of a row.
const ROW: f64 = 18.0;
/// Height of the phases above the rows.
const HEAD: f64 = 22.0;
/// Rows for instructions at most: a page shows 15, and what it reports is not trusted.
const MAX_ROWS: usize = 20;

/// A span of time with what was shown in it, ms since the first instruction.
struct Span<'a> {
    from: i64,
    until: i64,
    name: &'a str,
}

/// The drawing and a table with the same content.
pub fn timeline(manifest: &Manifest) -> Markup {
    let Some(first) = manifest.instructions.first().map(|entry| entry.time) else {
        return html! { p { "The page reported no instructions." } };
    };
    let end = end_of(manifest, first);
    let instructions = spans(manifest, first, end, |index| &manifest.instructions[index].code);
    let phases = spans(manifest, first, end, |index| &manifest.instructions[index].phase);
    let mut rows: Vec<&str> = Vec::new();
    for span in &instructions {
        if !rows.contains(&span.name) && rows.len() < MAX_ROWS {
            rows.push(span.name);
        }
    }
    let at = |time: i64| LABELS + (time.clamp(0, end) as f64 / end as f64) * AXIS;
    let bottom = HEAD + ROW * rows.len() as f64;
    let (width, height) = (LABELS + AXIS + 24.0, bottom + 34.0);
    html! {
        figure.timeline role="group" tabindex="0" aria-label="Instructions over time" {
            svg viewBox=(format!("0 0 {width} {height}")) role="img" aria-label="Instructions over time; the table below has the same content" {
                @for (index, span) in phases.iter().enumerate() {
                    rect class=(if index % 2 == 0 { "phase even" } else { "phase odd" })
                        x=(number(at(span.from))) y="0" width=(number(at(span.until) - at(span.from))) height=(number(bottom)) {}
                    @if at(span.until) - at(span.from) > 40.0 {
                        text.phase-name x=(number(at(span.from) + 4.0)) y="15" { (short(&instruction_text(span.name), 14)) }
                    }
                }
                @for (row, name) in rows.iter().enumerate() {
                    @let y = HEAD + ROW * row as f64;
                    text.row-name x=(LABELS - 8.0) y=(number(y + 13.0)) text-anchor="end" { (short(&instruction_text(name), 22)) }
                    @for span in instructions.iter().filter(|span| span.name == *name) {
                        rect class=(if *name == "keep_still" { "shown good" } else { "shown" }) x=(number(at(span.from))) y=(number(y + 4.0))
                            width=(number((at(span.until) - at(span.from)).max(1.5))) height=(ROW - 8.0) rx="2" {}
                    }
                }
                @for (name, time) in pictures(manifest) {
                    @let x = at(time.saturating_sub(first));
                    path.moment d=(format!("M{} 2V{bottom}", number(x))) {}
                    text.moment-name x=(number(x)) y=(number(bottom + 13.0)) text-anchor="middle" { (name) }
                }
                text.row-name x=(LABELS) y=(number(bottom + 28.0)) { "0 s" }
                text.row-name x=(LABELS + AXIS) y=(number(bottom + 28.0)) text-anchor="end" { (seconds(end)) " s" }
            }
        }
        details {
            summary { "Instructions as a table (" (manifest.instructions.len()) ")" }
            table {
                thead { tr { th scope="col" { "time, s" } th scope="col" { "phase" } th scope="col" { "instruction" } th scope="col" { "failed checks" } } }
                tbody {
                    @for entry in &manifest.instructions {
                        tr {
                            td { (seconds(entry.time.saturating_sub(first))) }
                            td { (instruction_text(&entry.phase)) }
                            td { (instruction_text(&entry.code)) }
                            td { (entry.failing.iter().map(|check| instruction_text(check)).collect::<Vec<_>>().join(", ")) }
                        }
                    }
                }
            }
        }
    }
}

/// The moments at which the kept pictures were taken.
fn pictures(manifest: &Manifest) -> Vec<(String, i64)> {
    let stops = manifest.stops.iter().enumerate().map(|(index, stop)| (format!("stop {}", index + 1), stop.time));
    [("far".to_owned(), manifest.far_image_time)]
        .into_iter()
        .chain(stops)
        .chain([("near".to_owned(), manifest.near_image_time)])
        .collect()
}

/// The end of the axis, ms after the first instruction; at least 1. Absurd times of the page do not stretch it to
/// nothing: it ends with the last instruction or picture within an hour.
fn end_of(manifest: &Manifest, first: i64) -> i64 {
    const HOUR: i64 = 3_600_000;
    let shown = manifest.instructions.iter().map(|entry| entry.time);
    let times = shown.chain(pictures(manifest).into_iter().map(|(_, time)| time));
    let within = times.map(|time| time.saturating_sub(first)).filter(|time| (0..=HOUR).contains(time));
    within.max().unwrap_or(1).max(1)
}

/// Joins entries with one name that follow each other.
fn spans<'a>(manifest: &'a Manifest, first: i64, end: i64, name: impl Fn(usize) -> &'a str) -> Vec<Span<'a>> {
    let mut spans: Vec<Span> = Vec::new();
    for (index, entry) in manifest.instructions.iter().enumerate() {
        let next = manifest.instructions.get(index + 1).map_or(end, |next| next.time.saturating_sub(first));
        let (from, until) = (entry.time.saturating_sub(first).clamp(0, end), next.clamp(0, end));
        match spans.last_mut().filter(|last| last.name == name(index)) {
            Some(last) => last.until = last.until.max(until),
            None => spans.push(Span { from, until: until.max(from), name: name(index) }),
        }
    }
    spans
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

fn seconds(millis: i64) -> String {
    format!("{:.1}", millis as f64 / 1000.0)
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}
