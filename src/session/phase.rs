//! The phases of a session and the table of what leads from one to another.

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
    /// The person holds the near position.
    Near,
    /// Both frames are chosen and become JPEG.
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
    pub const ALL: [Phase; 8] = [
        Phase::Loading,
        Phase::Far,
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
        matches!(self, Phase::Far | Phase::Near)
    }
}

/// What can lead to another phase. The session finds these in its events and its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// Everything is loaded, the camera runs, and the page says go.
    Start,
    /// The far position was held long enough.
    FarHeld,
    /// The near position was held long enough.
    NearHeld,
    /// What was taken may not be of the person who is there now.
    Restart,
    /// The time for the stage or the session is over.
    TimeUp,
    /// Both frames are JPEG.
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
    pub const ALL: [Trigger; 9] = [
        Trigger::Start,
        Trigger::FarHeld,
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
            Trigger::FarHeld => "far_held",
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
        (Far, FarHeld, Near),
        (Near, NearHeld, Encoding),
        (Near, Restart, Far),
        (Encoding, Encoded, Done),
        (Far, TimeUp, TimedOut),
        (Near, TimeUp, TimedOut),
        (Loading, Fail, Failed),
        (Far, Fail, Failed),
        (Near, Fail, Failed),
        (Encoding, Fail, Failed),
        (Loading, Cancel, Cancelled),
        (Far, Cancel, Cancelled),
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
