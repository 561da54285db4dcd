//! Draws the statistics as SVG, each chart with a table of the same figures. Colours come from the style sheet, so that
//! charts follow light, dark and forced colours.

use maud::{Markup, html};

/// Width of a chart, in units of the drawing.
const WIDTH: f64 = 640.0;
/// Height of the drawing area of a chart over days.
const HEIGHT: f64 = 160.0;
/// Space for the labels on the left.
const LEFT: f64 = 48.0;
/// Space for the labels below.
const BELOW: f64 = 24.0;

/// A bar with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    /// The label.
    pub label: String,
    /// The count.
    pub count: u64,
}

/// A series over days.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// The name.
    pub name: &'static str,
    /// The class of its colour.
    pub class: &'static str,
    /// A value for each day; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// The share of `part` in `whole` in percent; a dash without a whole.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

/// A funnel: each step with its share of the first one and what was lost since the step before.
pub(super) fn funnel(title: &str, steps: &[Bar]) -> Markup {
    let first = steps.first().map_or(0, |step| step.count);
    let rows = steps.iter().enumerate().map(|(index, step)| {
        let before = if index == 0 { step.count } else { steps[index - 1].count };
        (step, before.saturating_sub(step.count), before)
    });
    let rows: Vec<_> = rows.collect();
    html! {
        section.chart {
            h2 { (title) }
            table.bars {
                thead { tr { th scope="col" { "step" } th scope="col" { "sessions" } th scope="col" { "of all" } th scope="col" { "lost" } th scope="col" aria-hidden="true" {} } }
                tbody {
                    @for (step, lost, before) in rows {
                        tr {
                            th scope="row" { (step.label) }
                            td.number { (step.count) }
                            td.number { (percent(step.count, first)) }
                            td.number { @if lost > 0 { (lost) " (" (percent(lost, before)) ")" } @else { "–" } }
                            td.bar { (bar(step.count, first, "count")) }
                        }
                    }
                }
            }
        }
    }
}

/// Counts as horizontal bars, the greatest first, with their share of the sum.
pub(super) fn bars(title: &str, what: &str, mut items: Vec<Bar>) -> Markup {
    items.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    let sum = items.iter().map(|item| item.count).sum();
    html! {
        section.chart {
            h2 { (title) }
            @if items.is_empty() { p.none { "None in this time." } }
            @else {
                table.bars {
                    thead { tr { th scope="col" { (what) } th scope="col" { "count" } th scope="col" { "share" } th scope="col" aria-hidden="true" {} } }
                    tbody {
                        @for item in &items {
                            tr {
                                th scope="row" { (item.label) }
                                td.number { (item.count) }
                                td.number { (percent(item.count, sum)) }
                                td.bar { (bar(item.count, sum, "count")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A bar as long as the share of `count` in `whole`.
fn bar(count: u64, whole: u64, class: &str) -> Markup {
    let share = if whole == 0 { 0.0 } else { count as f64 / whole as f64 };
    html! {
        svg viewBox="0 0 200 12" width="200" height="12" preserveAspectRatio="none" aria-hidden="true" {
            rect.track x="0" y="0" width="200" height="12" rx="2" {}
            rect class=(class) x="0" y="0" width=(number(200.0 * share)) height="12" rx="2" {}
        }
    }
}

/// Shares of a whole as stacked columns, one for each day. Days without a whole stay empty.
pub(super) fn stacked_days(title: &str, days: &[String], series: &[Series]) -> Markup {
    let column = (WIDTH - LEFT) / days.len().max(1) as f64;
    let sum = |day: usize| series.iter().filter_map(|one| one.values.get(day).copied().flatten()).sum::<f64>();
    let drawing = html! {
        (grid(&[(0.0, "0 %".to_owned()), (0.5, "50 %".to_owned()), (1.0, "100 %".to_owned())]))
        @for day in 0..days.len() {
            @let sum = sum(day);
            @if sum > 0.0 {
                @for (index, one) in series.iter().enumerate() {
                    @let below: f64 = series[..index].iter().filter_map(|one| one.values[day]).sum();
                    @let value = one.values[day].unwrap_or_default();
                    @if value > 0.0 {
                        rect class=(one.class) x=(number(LEFT + column * day as f64 + 0.1 * column))
                            y=(number(HEIGHT * (1.0 - (below + value) / sum))) width=(number((0.8 * column).max(0.5)))
                            height=(number(HEIGHT * value / sum)) {}
                    }
                }
            }
        }
    };
    over_days(title, days, series, &drawing, |value, day| {
        let sum = sum(day);
        if sum > 0.0 { format!("{value:.0} ({:.1} %)", 100.0 * value / sum) } else { format!("{value:.0}") }
    })
}

/// Values over days as lines with points. `unit` follows each value.
pub(super) fn lines(title: &str, days: &[String], series: &[Series], unit: &str) -> Markup {
    let most = series.iter().flat_map(|one| one.values.iter().copied().flatten()).fold(0.0, f64::max);
    let top = nice_top(most);
    let column = (WIDTH - LEFT) / days.len().max(1) as f64;
    let at = |day: usize, value: f64| (LEFT + column * (day as f64 + 0.5), HEIGHT * (1.0 - value / top));
    let labels = [0.0, 0.5, 1.0].map(|share| (share, format!("{}{unit}", number_short(top * share))));
    let drawing = html! {
        (grid(&labels))
        @for one in series {
            @let points: Vec<(f64, f64)> = one.values.iter().enumerate().filter_map(|(day, value)| Some(at(day, (*value)?))).collect();
            polyline class=(format!("line {}", one.class))
                points=(points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect::<Vec<_>>().join(" ")) {}
            @for (x, y) in &points { circle class=(one.class) cx=(number(*x)) cy=(number(*y)) r="2.5" {} }
        }
    };
    over_days(title, days, series, &drawing, |value, _| format!("{}{unit}", number_short(value)))
}

/// A chart over days with its legend and its table.
fn over_days(
    title: &str,
    days: &[String],
    series: &[Series],
    drawing: &Markup,
    format_value: impl Fn(f64, usize) -> String,
) -> Markup {
    let column = (WIDTH - LEFT) / days.len().max(1) as f64;
    let label_every = days.len().div_ceil(8).max(1);
    html! {
        section.chart {
            h2 { (title) }
            @if series.iter().all(|one| one.values.iter().all(Option::is_none)) { p.none { "None in this time." } }
            @else {
                ul.legend {
                    @for one in series {
                        li { svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { rect class=(one.class) width="12" height="12" rx="2" {} } " " (one.name) }
                    }
                }
                div.drawing-area {
                    svg viewBox=(format!("0 0 {WIDTH} {}", HEIGHT + BELOW + 8.0)) role="img" aria-label=(format!("{title}; the table below has the same figures")) {
                        g transform="translate(0 8)" {
                            (drawing)
                            @for (index, day) in days.iter().enumerate().filter(|(index, _)| index % label_every == 0) {
                                text x=(number(LEFT + column * (index as f64 + 0.5))) y=(HEIGHT + 18.0) text-anchor="middle" { (day.get(5..).unwrap_or(day)) }
                            }
                        }
                    }
                }
                details {
                    summary { "Figures by day" }
                    table {
                        thead { tr { th scope="col" { "day" } @for one in series { th scope="col" { (one.name) } } } }
                        tbody {
                            @for (index, day) in days.iter().enumerate() {
                                tr {
                                    th scope="row" { (day) }
                                    @for one in series { td.number { (one.values[index].map_or_else(|| "–".to_owned(), |value| format_value(value, index))) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Horizontal lines with labels; shares of the height from below.
fn grid(lines: &[(f64, String)]) -> Markup {
    html! {
        @for (share, label) in lines {
            @let y = HEIGHT * (1.0 - share);
            path.grid d=(format!("M{LEFT} {}H{WIDTH}", number(y))) {}
            text x=(LEFT - 6.0) y=(number(y + 4.0)) text-anchor="end" { (label) }
        }
    }
}

/// The end of an axis: the least of 1, 2 and 5 times a power of ten that is not below the value.
fn nice_top(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(most.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|top| *top >= most).unwrap_or(most)
}

fn number(value: f64) -> String {
    format!("{value:.2}")
}

fn number_short(value: f64) -> String {
    if value >= 10.0 || value == value.trunc() { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_funnel_names_what_each_step_lost() {
        let step = |label: &str, count| Bar { label: label.into(), count };
        let shown = funnel("Funnel", &[step("created", 200), step("started", 150), step("passed", 150)]).into_string();
        assert!(shown.contains("50 (25.0 %)") && shown.contains("75.0 %"), "{shown}");
        // Half the bars of the track.
        assert!(shown.contains("width=\"150.00\"") && shown.contains("width=\"200.00\""), "{shown}");
        let empty = funnel("Funnel", &[step("created", 0), step("passed", 0)]).into_string();
        assert!(empty.contains('–') && !empty.contains("NaN"), "{empty}");
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let bar = |label: &str| Bar { label: label.into(), count: 1 };
        let shown = bars("Browsers", "browser", vec![bar("chrome"), bar("safari")]).into_string();
        assert!(
            shown.contains("50.0 %") && shown.contains("class=\"count\" x=\"0\" y=\"0\" width=\"100.00\""),
            "{shown}"
        );
    }

    #[test]
    fn stacked_columns_fill_the_height_and_empty_days_are_empty() {
        let days = ["2026-01-01".to_owned(), "2026-01-02".to_owned()];
        let series = [
            Series { name: "live", class: "live", values: vec![Some(3.0), Some(0.0)] },
            Series { name: "attack", class: "attack", values: vec![Some(1.0), None] },
        ];
        let shown = stacked_days("Results", &days, &series).into_string();
        assert!(shown.contains("height=\"120.00\"") && shown.contains("height=\"40.00\""), "{shown}");
        assert!(shown.contains("3 (75.0 %)") && !shown.contains("NaN"), "{shown}");
        assert_eq!(shown.matches("<rect class=\"live\" x=").count(), 1, "{shown}");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (most, top) in [(0.0, 1.0), (0.7, 1.0), (1.0, 1.0), (1.2, 2.0), (34.0, 50.0), (51.0, 100.0)] {
            assert!((nice_top(most) - top).abs() < 1e-9, "{most}");
        }
    }
}
