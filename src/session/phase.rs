//! The phases of a session and the table of their transitions.

use crate::guidance::Stage;
use serde::{Deserialize, Serialize};

/// A phase of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The model, the module and the camera are loading.
    Loading,
    /// The person holds the far position.
    Far,
    /// The person holds the position of the first stop.
    FirstStop,
    /// The person holds the position of the second stop.
    SecondStop,
    /// The person holds the near position.
    Near,
    /// The selected frames are being encoded.
    Encoding,
    /// The session is complete.
    Done,
    /// A time limit was exceeded.
    TimedOut,
    /// An error occurred.
    Failed,
    /// The person or the page cancelled.
    Cancelled,
}

impl Phase {
    /// All phases in order.
    pub const ALL: [Phase; 10] = [
        Phase::Loading,
        Phase::Far,
        Phase::FirstStop,
        Phase::SecondStop,
        Phase::Near,
        Phase::Encoding,
        Phase::Done,
        Phase::TimedOut,
        Phase::Failed,
        Phase::Cancelled,
    ];

    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Phase::Loading => "loading",
            Phase::Far => "far",
            Phase::FirstStop => "first_stop",
            Phase::SecondStop => "second_stop",
            Phase::Near => "near",
            Phase::Encoding => "encoding",
            Phase::Done => "done",
            Phase::TimedOut => "timed_out",
            Phase::Failed => "failed",
            Phase::Cancelled => "cancelled",
        }
    }

    /// Whether the session has ended: only a retry continues.
    pub fn is_terminal(self) -> bool {
        matches!(self, Phase::Done | Phase::TimedOut | Phase::Failed | Phase::Cancelled)
    }

    /// Whether frames are analyzed.
    pub fn is_capturing(self) -> bool {
        self.stage().is_some()
    }

    /// The stage of this phase, if any.
    pub fn stage(self) -> Option<Stage> {
        match self {
            Phase::Far => Some(Stage::Far),
            Phase::FirstStop => Some(Stage::FirstStop),
            Phase::SecondStop => Some(Stage::SecondStop),
            Phase::Near => Some(Stage::Near),
            _ => None,
        }
    }
}

/// A cause of a transition. The session derives triggers from its events and its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// Everything is loaded and the page starts the capture.
    Start,
    /// A position was held; a stop is next.
    StopAhead,
    /// A position was held; near is next.
    NearAhead,
    /// The near position was held.
    NearHeld,
    /// The captured frames may be of another person.
    Restart,
    /// A time limit was exceeded.
    TimeUp,
    /// All frames are encoded.
    Encoded,
    /// An error ended the session.
    Fail,
    /// The person or the page cancelled.
    Cancel,
    /// The page retries.
    Retry,
}

impl Trigger {
    /// All triggers.
    pub const ALL: [Trigger; 10] = [
        Trigger::Start,
        Trigger::StopAhead,
        Trigger::NearAhead,
        Trigger::NearHeld,
        Trigger::Restart,
        Trigger::TimeUp,
        Trigger::Encoded,
        Trigger::Fail,
        Trigger::Cancel,
        Trigger::Retry,
    ];

    /// The name in the documentation.
    pub fn code(self) -> &'static str {
        match self {
            Trigger::Start => "start",
            Trigger::StopAhead => "stop_ahead",
            Trigger::NearAhead => "near_ahead",
            Trigger::NearHeld => "near_held",
            Trigger::Restart => "restart",
            Trigger::TimeUp => "time_up",
            Trigger::Encoded => "encoded",
            Trigger::Fail => "fail",
            Trigger::Cancel => "cancel",
            Trigger::Retry => "retry",
        }
    }
}

/// The table: `(from, trigger, to)`. Other combinations leave the phase unchanged.
pub fn transitions() -> &'static [(Phase, Trigger, Phase)] {
    use Phase::*;
    use Trigger::*;
    &[
        (Loading, Start, Far),
        (Far, StopAhead, FirstStop),
        (Far, NearAhead, Near),
        (FirstStop, StopAhead, SecondStop),
        (FirstStop, NearAhead, Near),
        (SecondStop, NearAhead, Near),
        (Near, NearHeld, Encoding),
        (FirstStop, Restart, Far),
        (SecondStop, Restart, Far),
        (Near, Restart, Far),
        (Encoding, Encoded, Done),
        (Far, TimeUp, TimedOut),
        (FirstStop, TimeUp, TimedOut),
        (SecondStop, TimeUp, TimedOut),
        (Near, TimeUp, TimedOut),
        (Loading, Fail, Failed),
        (Far, Fail, Failed),
        (FirstStop, Fail, Failed),
        (SecondStop, Fail, Failed),
        (Near, Fail, Failed),
        (Encoding, Fail, Failed),
        (Loading, Cancel, Cancelled),
        (Far, Cancel, Cancelled),
        (FirstStop, Cancel, Cancelled),
        (SecondStop, Cancel, Cancelled),
        (Near, Cancel, Cancelled),
        (Encoding, Cancel, Cancelled),
        (Done, Retry, Loading),
        (TimedOut, Retry, Loading),
        (Failed, Retry, Loading),
        (Cancelled, Retry, Loading),
    ]
}

/// The phase that `trigger` leads to from `phase`, if any.
pub fn next_phase(phase: Phase, trigger: Trigger) -> Option<Phase> {
    transitions().iter().find(|(from, by, _)| (*from, *by) == (phase, trigger)).map(|(.., to)| *to)
}
