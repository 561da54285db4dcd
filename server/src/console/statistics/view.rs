//! Renders the statistics of sessions as charts with tables.

use std::collections::BTreeMap;

use maud::{Markup, html};
use nearfar_protocol::result::Decision;
use nearfar_protocol::statistics::{DropOffCount, ReasonCount, Statistics, StatisticsReport};
use nearfar_scoring::Check;
use serde::Deserialize;
use serde::de::value::{Error as NameError, StrDeserializer};

use super::charts::{Bar, Series, bars, funnel, lines, percent, stacked_days};
use crate::review::words::{check_words, instruction_text};

/// Counts below which rates say little.
const FEW: u64 = 30;

/// The report of the days from the first to the last; `days` lists all of them, also those without sessions.
pub(super) fn report(report: &StatisticsReport, days: &[String]) -> Markup {
    let total = &report.total;
    html! {
        (tiles(total))
        @if total.created > 0 && total.created < FEW {
            p.note { "There are fewer than " (FEW) " sessions: rates of so few say little." }
        }
        div.charts {
            (funnel("From creation to a pass", &steps(total)))
            (bars("Where people gave up", "step and instruction", total.drop_offs.iter().map(drop_off).collect()))
            (stacked_days("Verdicts of attempts by day", days, &verdicts(report, days)))
            (lines("Time to capture by day", days, &times(report, days), " s"))
            (bars("Why attempts did not pass", "first reason", reasons(&total.reasons)))
            (bars("Other problems that the page reported", "problem", counts(&total.problems)))
            (bars("Browsers", "browser", counts(&total.browsers)))
            (bars("Operating systems", "system", counts(&total.os)))
            (bars("Types of device", "device", counts(&total.device_types)))
        }
    }
}

/// The most important figures.
fn tiles(total: &Statistics) -> Markup {
    let seconds =
        |millis: Option<u64>| millis.map_or_else(|| "–".to_owned(), |ms| format!("{:.1} s", ms as f64 / 1000.0));
    let ended = total.passed + total.failed + total.expired + total.erased;
    let scored = total.attempts_scored;
    let attempts = scored.live + scored.attack + scored.inconclusive;
    let tiles = [
        ("Sessions", total.created.to_string(), format!("{} not ended", total.unfinished)),
        ("Passed", percent(total.passed, ended), format!("{} of {ended} ended", total.passed)),
        ("Attacks", percent(scored.attack, attempts), format!("{} of {attempts} attempts", scored.attack)),
        (
            "Inconclusive",
            percent(scored.inconclusive, attempts),
            format!("{} of {attempts} attempts", scored.inconclusive),
        ),
        (
            "Time to capture",
            seconds(total.time_to_capture.median_ms),
            format!("95th percentile {}", seconds(total.time_to_capture.p95_ms)),
        ),
    ];
    html! {
        dl.tiles {
            @for (name, figure, detail) in tiles {
                div { dt { (name) } dd { span.figure { (figure) } span.detail { (detail) } } }
            }
        }
    }
}

fn steps(total: &Statistics) -> Vec<Bar> {
    let step = |label: &str, count| Bar { label: label.to_owned(), count };
    vec![
        step("Session created", total.created),
        step("Page opened", total.opened),
        step("Capture started", total.started),
        step("Capture received", total.captured),
        step("Passed", total.passed),
    ]
}

fn drop_off(drop_off: &DropOffCount) -> Bar {
    let how = match drop_off.how.as_str() {
        "cancelled" => "Cancelled".to_owned(),
        "capture_timeout" => "Ran out of time".to_owned(),
        other => other.replace('_', " "),
    };
    let step = drop_off.step.as_deref().map(instruction_text);
    let instruction = drop_off.instruction.as_deref().map(|code| format!("“{}”", instruction_text(code)));
    let parts: Vec<String> = [Some(how), step, instruction].into_iter().flatten().collect();
    Bar { label: parts.join(" · "), count: drop_off.count }
}

fn reasons(reasons: &[ReasonCount]) -> Vec<Bar> {
    let bar = |one: &ReasonCount| {
        let verdict = match one.verdict {
            Decision::Live => "Live",
            Decision::Attack => "Attack",
            Decision::Inconclusive => "Inconclusive",
        };
        Bar { label: format!("{verdict} · {}", reason_text(&one.reason)), count: one.count }
    };
    reasons.iter().map(bar).collect()
}

/// A reason of a result in words: a failed check, or what decided without one.
pub(super) fn reason_text(reason: &str) -> String {
    match reason {
        "below_pass_score" => "score below the passing score".to_owned(),
        "evidence" => "all evidence together".to_owned(),
        "not_judged" => "could not be scored".to_owned(),
        name => match Check::deserialize(StrDeserializer::<NameError>::new(name)) {
            Ok(check) => check_words(check).title.to_owned(),
            Err(_) => name.replace('_', " "),
        },
    }
}

fn counts(counts: &BTreeMap<String, u64>) -> Vec<Bar> {
    counts.iter().map(|(label, count)| Bar { label: label.replace('_', " "), count: *count }).collect()
}

/// A value of each day; `None` for days without sessions.
fn by_day(report: &StatisticsReport, days: &[String], value: impl Fn(&Statistics) -> Option<f64>) -> Vec<Option<f64>> {
    let found: BTreeMap<&str, &Statistics> =
        report.days.iter().map(|one| (one.day.as_str(), &one.statistics)).collect();
    days.iter().map(|day| found.get(day.as_str()).and_then(|statistics| value(statistics))).collect()
}

fn verdicts(report: &StatisticsReport, days: &[String]) -> Vec<Series> {
    let series = |name, value: fn(&Statistics) -> u64| Series {
        name,
        class: name,
        values: by_day(report, days, |statistics| Some(value(statistics) as f64)),
    };
    vec![
        series("live", |statistics| statistics.attempts_scored.live),
        series("attack", |statistics| statistics.attempts_scored.attack),
        series("inconclusive", |statistics| statistics.attempts_scored.inconclusive),
    ]
}

fn times(report: &StatisticsReport, days: &[String]) -> Vec<Series> {
    let series = |name, class, value: fn(&Statistics) -> Option<u64>| Series {
        name,
        class,
        values: by_day(report, days, |statistics| Some(value(statistics)? as f64 / 1000.0)),
    };
    vec![
        series("median", "median", |statistics| statistics.time_to_capture.median_ms),
        series("95th percentile", "p95", |statistics| statistics.time_to_capture.p95_ms),
    ]
}
