//! Draws a figure beside its limits: a bar with the range that passes and a mark at the figure.

use maud::{Markup, html};
use nearfar_scoring::Bounds;

use super::figures::Unit;

/// Width of a drawing in its own units.
const WIDTH: f64 = 160.0;
/// Height of a drawing.
const HEIGHT: f64 = 16.0;
/// Half the width of the mark.
const MARK: f64 = 3.0;

/// The ends of the scale on which a figure is drawn: both limits, the figure and, where the limits leave room, 0 are on
/// it. A scale never has the length 0.
fn scale(value: f64, bounds: &Bounds) -> (f64, f64) {
    let points = [Some(value), bounds.min, bounds.max, Some(0.0)];
    let known = || points.into_iter().flatten();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let open_end = match (bounds.min, bounds.max) {
        // The range that passes is visible beyond its limit.
        (Some(min), None) => (low, high.max(min + 0.5 * min.abs())),
        (None, Some(max)) => (low.min(max - 0.5 * max.abs()), high),
        _ => (low, high),
    };
    let length = (open_end.1 - open_end.0).max(1e-6);
    (open_end.0 - 0.05 * length, open_end.1 + 0.05 * length)
}

/// Draws the figure. The text beside it says the same, so the drawing is hidden from screen readers.
pub fn meter(value: f64, bounds: &Bounds) -> Markup {
    let (low, high) = scale(value, bounds);
    let at = |value: f64| ((value - low) / (high - low) * WIDTH).clamp(0.0, WIDTH);
    let (from, to) = (bounds.min.map_or(0.0, at), bounds.max.map_or(WIDTH, at));
    let mark = at(value).clamp(MARK, WIDTH - MARK);
    let passes = bounds.contains(value);
    html! {
        svg.meter viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) width=(WIDTH) height=(HEIGHT) aria-hidden="true" {
            rect.scale x="0" y="5" width=(WIDTH) height="6" rx="3" {}
            rect.pass x=(number(from)) y="5" width=(number((to - from).max(1.0))) height="6" rx="3" {}
            @for limit in [bounds.min, bounds.max].into_iter().flatten() {
                rect.limit x=(number(at(limit) - 0.75)) y="2" width="1.5" height="12" {}
            }
            @if passes {
                circle.mark.inside cx=(number(mark)) cy="8" r="5" {}
            } @else {
                path.mark.outside d=(format!("M{} 2l6 6-6 6-6-6z", number(mark))) {}
            }
        }
    }
}

/// Draws log odds as a bar to the left (against a living person) or to the right (for one) of zero. `most` is the
/// greatest figure of the list.
pub fn contribution(value: f64, most: f64) -> Markup {
    let middle = WIDTH / 2.0;
    let length = (value.abs() / most.max(1e-6) * (middle - 1.0)).min(middle - 1.0);
    let start = if value < 0.0 { middle - length } else { middle };
    html! {
        svg.meter viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) width=(WIDTH) height=(HEIGHT) aria-hidden="true" {
            rect.scale x="0" y="5" width=(WIDTH) height="6" rx="3" {}
            rect class=(if value < 0.0 { "against" } else { "for" }) x=(number(start)) y="4" width=(number(length)) height="8" {}
            rect.limit x=(number(middle - 0.75)) y="1" width="1.5" height="14" {}
        }
    }
}

/// The limits in words, such as "at least 1.4 times".
pub fn bounds_text(bounds: &Bounds, unit: Unit) -> String {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if min == max => format!("exactly {}", unit.format(min)),
        (Some(min), Some(max)) if min == -max => format!("at most {} either way", unit.format(max)),
        (Some(min), Some(max)) => format!("{} to {}", unit.format(min), unit.format(max)),
        (Some(min), None) => format!("at least {}", unit.format(min)),
        (None, Some(max)) => format!("at most {}", unit.format(max)),
        (None, None) => String::new(),
    }
}

/// How far the figure is from the limit that is nearest, such as "16 % beyond the limit"; empty where the limit is 0.
pub fn distance_text(value: f64, bounds: &Bounds) -> String {
    let limits = [bounds.min, bounds.max].into_iter().flatten().filter(|limit| *limit != 0.0);
    let nearest = limits.min_by(|a, b| (value - a).abs().total_cmp(&(value - b).abs()));
    let Some(limit) = nearest else { return String::new() };
    let percent = 100.0 * (value - limit).abs() / limit.abs();
    let percent = if percent >= 1000.0 { "over 1000".to_owned() } else { format!("{percent:.0}") };
    match bounds.contains(value) {
        true => format!("{percent} % inside"),
        false => format!("{percent} % outside"),
    }
}

/// Two decimals, which are enough for a drawing.
fn number(value: f64) -> String {
    format!("{value:.2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `x` of the first rectangle of a class, and its width.
    fn rectangle(drawing: &str, class: &str) -> (f64, f64) {
        let start = drawing.find(&format!("<rect class=\"{class}\"")).unwrap();
        let attribute = |name: &str| {
            let text = &drawing[start..];
            let text = &text[text.find(&format!(" {name}=\"")).unwrap() + name.len() + 3..];
            text[..text.find('"').unwrap()].parse::<f64>().unwrap()
        };
        (attribute("x"), attribute("width"))
    }

    #[test]
    fn the_mark_is_inside_the_passing_range_exactly_when_the_figure_passes() {
        for (bounds, passing, failing) in [
            (Bounds::at_least(1.4), vec![1.4, 1.5, 40.0], vec![1.39, 0.0, -3.0]),
            (Bounds::at_most(0.01), vec![0.0, 0.01, -1.0], vec![0.02, 5.0]),
            (Bounds::within(21.6), vec![0.0, -21.0], vec![22.0, -80.0]),
            (Bounds::at_least(0.0), vec![0.0, 3.0], vec![-0.1]),
        ] {
            for value in passing.iter().chain(&failing) {
                let drawing = meter(*value, &bounds).into_string();
                assert_eq!(drawing.contains("mark inside"), passing.contains(value), "{value} {bounds:?}");
                let (low, high) = scale(*value, &bounds);
                assert!(low < *value && *value < high, "{value} {bounds:?} {low} {high}");
                let (x, width) = rectangle(&drawing, "pass");
                assert!(x >= 0.0 && x + width <= WIDTH + 0.01, "{drawing}");
            }
        }
    }

    #[test]
    fn limits_are_formatted_with_the_distance_of_the_figure() {
        assert_eq!(bounds_text(&Bounds::at_least(1.4), Unit::Times), "at least 1.40 times");
        assert_eq!(bounds_text(&Bounds::within(21.6), Unit::Degrees), "at most 21.6° either way");
        assert_eq!(bounds_text(&Bounds::between(0.1, 0.2), Unit::Share), "10 % to 20 %");
        assert_eq!(distance_text(1.75, &Bounds::at_least(1.4)), "25 % inside");
        assert_eq!(distance_text(0.7, &Bounds::at_least(1.4)), "50 % outside");
        assert_eq!(distance_text(3.0, &Bounds::at_least(0.0)), "");
    }
}
