//! The phases of a session and the table of what leads from one to another.

use crate::guidance::Stage;
use serde::{Deserialize, Serialize};

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The model, the module and the camera are on their way.
    Loading,
    /// The person holds the far position.
    Far,
    /// The person holds the position of the path's first stop.
    FirstStop,
    /// The person holds that of its second stop.
    SecondStop,
    /// The person holds the near position.
    Near,
    /// All frames are chosen and become JPEG.
    Encoding,
    /// The frames are handed out.
    Done,
    /// The time for a stage, or for all of it, ran out.
    TimedOut,
    /// Something broke.
    Failed,
    /// The person or the page gave up.
    Cancelled,
}

impl Phase {
    /// All phases, in their order.
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

    /// Whether the session is over: only a retry leads on.
    pub fn is_terminal(self) -> bool {
        matches!(self, Phase::Done | Phase::TimedOut | Phase::Failed | Phase::Cancelled)
    }

    /// Whether frames are looked at.
    pub fn is_capturing(self) -> bool {
        self.stage().is_some()
    }

    /// The stage in hand, if any.
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

/// What can lead to another phase. The session finds these in its events and its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// Everything is loaded, the camera runs, and the page says go.
    Start,
    /// A position was held long enough, and a stop is next.
    StopAhead,
    /// A position was held long enough, and the near one is next.
    NearAhead,
    /// The near position was held long enough.
    NearHeld,
    /// What was taken may not be of the person who is there now.
    Restart,
    /// The time for the stage or the session is over.
    TimeUp,
    /// All frames are JPEG.
    Encoded,
    /// A fault that ends the session, with its error code.
    Fail,
    /// Somebody gave up.
    Cancel,
    /// Somebody wants another go.
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

    /// What it is called in the docs.
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

/// The table: `(from, trigger, to)`. Whatever is not in it leaves the phase as it is.
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

/// Where `trigger` leads from `phase`, if anywhere.
pub fn next_phase(phase: Phase, trigger: Trigger) -> Option<Phase> {
    transitions().iter().find(|(from, by, _)| (*from, *by) == (phase, trigger)).map(|(.., to)| *to)
}
