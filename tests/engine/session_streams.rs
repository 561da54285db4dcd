//! Replays recorded event streams: each file in `tests/sessions/` is a scenario with one JSON object per line.
//!
//! A line is a comment, or an event with the time `at` (ms) and its expected effects. A frame may be repeated `every`
//! so many ms `until` a time while its face moves `to` another box. A frame was captured 40 ms before it is processed.
//! `expect` lists the effects of the whole line except `progress`, each with the fields that matter. A `config` line
//! starts the scenario with other settings.

use nearfar::session::{Effect, Event, Session, SessionConfig};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(rename = "note")]
    _note: Option<String>,
    config: Option<SessionConfig>,
    #[serde(default)]
    at: f64,
    until: Option<f64>,
    every: Option<f64>,
    event: Option<Value>,
    to: Option<Value>,
    #[serde(default)]
    expect: Vec<Value>,
}

const LATENCY: f64 = 40.0;

impl Line {
    /// The events of this line with their times.
    fn events(&self) -> Vec<(f64, Event)> {
        let Some(event) = &self.event else {
            return Vec::new();
        };
        let until = self.until.unwrap_or(self.at);
        let steps = self.every.map_or(0, |every| ((until - self.at) / every).round() as usize);
        (0..=steps)
            .map(|step| {
                let share = if steps == 0 { 0.0 } else { step as f64 / steps as f64 };
                let at = self.at + (until - self.at) * share;
                (at, self.event_at(event, at, share))
            })
            .collect()
    }

    fn event_at(&self, event: &Value, at: f64, share: f64) -> Event {
        let mut event = event.clone();
        if event["type"] == "frame" {
            if event.get("capturedAt").is_none() {
                event["capturedAt"] = (at - LATENCY).into();
            }
            for field in ["x", "y", "width", "height"] {
                let end = self.to.as_ref().and_then(|to| to[field].as_f64());
                if let Some(end) = end {
                    let begin = event["face"][field].as_f64().unwrap();
                    event["face"][field] = (begin + (end - begin) * share).into();
                }
            }
        }
        serde_json::from_value(event).unwrap()
    }
}

/// Whether `actual` contains all that `expected` names; 10 and 10.0 are the same number.
fn matches(expected: &Value, actual: &Value) -> bool {
    expected.as_object().unwrap().iter().all(|(key, value)| match actual.get(key) {
        Some(actual) if value.is_number() => actual.as_f64() == value.as_f64(),
        actual => actual == Some(value),
    })
}

fn play(path: &Path) {
    let scenario = std::fs::read_to_string(path).unwrap();
    let mut session = Session::new(SessionConfig::default());
    for (number, text) in scenario.lines().enumerate() {
        let place = format!("{}:{}", path.display(), number + 1);
        let line: Line = serde_json::from_str(text).unwrap_or_else(|error| panic!("{place}: {error}"));
        if let Some(config) = line.config {
            config.validate().unwrap();
            session = Session::new(config);
        }
        let mut effects = Vec::new();
        for (at, event) in line.events() {
            session.step(&event, at, &mut effects);
        }
        effects.retain(|effect| !matches!(effect, Effect::Progress { .. }));
        let actual: Vec<Value> = effects.iter().map(|effect| serde_json::to_value(effect).unwrap()).collect();
        let as_expected =
            actual.len() == line.expect.len() && line.expect.iter().zip(&actual).all(|(e, a)| matches(e, a));
        assert!(as_expected, "{place}:\n expected {}\n got      {}", Value::from(line.expect), Value::from(actual));
    }
}

/// One test per file, so that a failing scenario is named.
macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            play(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions").join(concat!(stringify!($name), ".jsonl")));
        })*

        #[test]
        fn every_file_is_played() {
            let mut files: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions"))
                .unwrap()
                .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            files.sort();
            let mut played = vec![$(stringify!($name)),*];
            played.sort();
            assert_eq!(files, played);
        }
    };
}

scenarios!(
    far_to_near,
    face_jumped,
    appearance_changed,
    face_lost,
    second_face,
    unsteady,
    time_runs_out,
    endless_restarts,
    hidden_tab,
    hidden_for_long,
    rotated,
    track_ended,
    muted,
    muted_for_good,
    slow_camera,
    cancelled_and_retried,
    errors,
    late_and_odd_events,
);
