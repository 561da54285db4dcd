//! Renders the checks of an attempt in groups, each figure beside its limit.

use maud::{Markup, html};
use nearfar_scoring::{Check, CheckOutcome, Outcome};

use super::figures::{FigureWords, Unit, figure_words};
use super::meter::{bounds_text, contribution, distance_text, meter};
use super::verdict::is_against;
use super::words::{Group, check_words, consequence, outcome_label};

/// The checks in groups. Groups with failures or doubts come first and are open.
pub fn groups(checks: &[CheckOutcome]) -> Markup {
    let mut groups: Vec<(Group, Vec<&CheckOutcome>)> = Group::ALL
        .into_iter()
        .map(|group| (group, checks.iter().filter(|outcome| Group::of(outcome.check) == group).collect()))
        .filter(|(_, members): &(Group, Vec<&CheckOutcome>)| !members.is_empty())
        .collect();
    groups.sort_by_key(|(_, members)| !members.iter().any(|outcome| needs_attention(outcome)));
    html! {
        @for (group, members) in &groups {
            @let attention = members.iter().any(|outcome| needs_attention(outcome));
            @let failed = members.iter().any(|outcome| outcome.has_failed());
            details.group open[attention || *group == Group::Conclusion] {
                summary {
                    span.group-title { (group.title()) }
                    " "
                    span class=(if failed { "tally failed" } else if attention { "tally doubt" } else { "tally" }) { (tally(members)) }
                }
                @for outcome in members { (check(outcome)) }
            }
        }
    }
}

/// Whether a reviewer should read this check.
fn needs_attention(outcome: &CheckOutcome) -> bool {
    outcome.has_failed() || is_against(outcome)
}

/// How many checks of a group failed, leave doubt, passed and did not run.
fn tally(members: &[&CheckOutcome]) -> String {
    let count = |is: &dyn Fn(&CheckOutcome) -> bool| members.iter().filter(|outcome| is(outcome)).count();
    let doubts = count(&is_against);
    let failed = count(&|outcome| outcome.has_failed());
    let passed = count(&|outcome| outcome.outcome == Outcome::Passed && !is_against(outcome));
    let skipped = count(&|outcome| outcome.outcome == Outcome::Skipped && !is_against(outcome));
    let parts = [(failed, "failed"), (doubts, "in doubt"), (passed, "passed"), (skipped, "skipped")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    parts.join(", ")
}

fn check(outcome: &CheckOutcome) -> Markup {
    let words = check_words(outcome.check);
    let against = is_against(outcome);
    let (class, label) = outcome_label(outcome.outcome, against);
    let sentence = match outcome.outcome {
        Outcome::Failed => words.failed,
        _ if against => words.failed,
        Outcome::Passed => words.passed,
        Outcome::Skipped => "This check did not run.",
    };
    let (bounded, others): (Vec<_>, Vec<_>) =
        outcome.figures.iter().partition(|(name, _)| outcome.bounds.contains_key(*name));
    let found = |name: &str, value: f64| outcome.check == Check::Source && value > 0.0 && is_flag(outcome.check, name);
    let flags: Vec<_> = others.iter().filter(|(name, value)| found(name, **value)).collect();
    html! {
        div class=(format!("check {class}")) {
            div.check-head {
                h4 { (words.title) }
                span class=(format!("outcome {class}")) { (label) }
            }
            p { (sentence) }
            @if !outcome.note.is_empty() { p.note { (sentence_case(&outcome.note)) } }
            @if !flags.is_empty() {
                ul.flags { @for (name, _) in flags { li { (words_of(outcome.check, name).label) } } }
            }
            @if !bounded.is_empty() {
                table.limits {
                    thead { tr { th scope="col" { "figure" } th scope="col" { "measured" } th scope="col" aria-hidden="true" {} th scope="col" { "limit" } } }
                    tbody { @for (name, value) in bounded { (bounded_figure(outcome, name, *value)) } }
                }
            }
            @if outcome.check == Check::Certainty { @if !others.is_empty() { (contributions(outcome)) } }
            @else if !others.is_empty() {
                details.figures {
                    summary { "Other figures (" (others.len()) ")" }
                    dl { @for (name, value) in others { (figure(outcome.check, name, *value)) } }
                }
            }
            @if outcome.has_failed() || against { p.consequence { (consequence(outcome.check.kind())) } }
        }
    }
}

fn bounded_figure(outcome: &CheckOutcome, name: &str, value: f64) -> Markup {
    let words = words_of(outcome.check, name);
    let bounds = outcome.bounds.get(name).copied().unwrap_or_default();
    let class = if bounds.contains(value) { "inside" } else { "outside" };
    html! {
        tr class=(class) {
            th scope="row" { (words.label) }
            td.value { (words.unit.format(value)) }
            td.drawing { (meter(value, &bounds)) }
            td.limit-text { (bounds_text(&bounds, words.unit)) " " span.distance { (distance_text(value, &bounds)) } }
        }
    }
}

fn figure(check: Check, name: &str, value: f64) -> Markup {
    let words = words_of(check, name);
    html! { div { dt { (words.label) } dd { (words.unit.format(value)) } } }
}

/// What each kind of evidence contributes to the score.
fn contributions(outcome: &CheckOutcome) -> Markup {
    let listed = |name: &str| !matches!(name, "decisive" | "logOdds");
    let mut figures: Vec<(&str, f64)> =
        outcome.figures.iter().map(|(name, value)| (name.as_ref(), *value)).filter(|(name, _)| listed(name)).collect();
    figures.sort_by(|(_, a), (_, b)| b.abs().total_cmp(&a.abs()));
    let most = figures.iter().map(|(_, value)| value.abs()).fold(0.0, f64::max);
    html! {
        table.limits {
            caption { "Log odds: left of the line against a living person, right of it for one" }
            thead { tr { th scope="col" { "evidence" } th scope="col" { "log odds" } th scope="col" aria-hidden="true" {} } }
            tbody {
                @for (name, value) in figures {
                    @let words = words_of(outcome.check, name);
                    tr {
                        th scope="row" { (words.label) }
                        td.value { (words.unit.format(value)) }
                        td.drawing { (contribution(value, most)) }
                    }
                }
            }
        }
    }
}

fn is_flag(check: Check, name: &str) -> bool {
    figure_words(check, name).is_some_and(|words| words.unit == Unit::Flag)
}

/// The words for a figure. A figure that this version does not know, from a newer scorer, keeps its name.
fn words_of(check: Check, name: &str) -> FigureWords {
    figure_words(check, name).unwrap_or_else(|| FigureWords { label: name.to_owned().into(), unit: Unit::Plain })
}

/// The scorer's notes begin with a small letter and have no full stop.
fn sentence_case(note: &str) -> String {
    let mut letters = note.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
