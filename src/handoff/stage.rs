//! What the first device shows during a handoff.

/// State of the handoff link, as the service reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// No device has opened the link.
    Waiting,
    /// A device has opened the link and waits for confirmation on the first device.
    Claimed,
    /// The second device continues the session.
    Confirmed,
    /// Two devices opened the link, so it admits neither.
    Voided,
    /// The link has expired.
    Ended,
}

impl LinkState {
    /// Parses the service's name of a state.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "waiting" => Self::Waiting,
            "claimed" => Self::Claimed,
            "confirmed" => Self::Confirmed,
            "voided" => Self::Voided,
            "ended" => Self::Ended,
            _ => return None,
        })
    }
}

/// What the first device shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Serialize, tsify::Tsify), serde(rename_all = "snake_case"))]
pub enum HandoffStage {
    /// The link and its QR code.
    Link,
    /// The link has ended; offers a new one.
    LinkEnded,
    /// Two devices opened the link; requires a new one.
    LinkVoided,
    /// The number to compare with the second device's.
    Compare,
    /// The second device has started.
    Started,
}

impl HandoffStage {
    /// What to show for this state of the link. `is_scoring` is true while an attempt is being scored. A link's expiry
    /// no longer matters once an attempt has arrived through it.
    pub fn of(link: LinkState, is_scoring: bool) -> Self {
        match link {
            _ if is_scoring => HandoffStage::Started,
            LinkState::Waiting => HandoffStage::Link,
            LinkState::Claimed => HandoffStage::Compare,
            LinkState::Confirmed => HandoffStage::Started,
            LinkState::Voided => HandoffStage::LinkVoided,
            LinkState::Ended => HandoffStage::LinkEnded,
        }
    }

    /// The stable snake_case name.
    pub fn name(self) -> &'static str {
        match self {
            HandoffStage::Link => "link",
            HandoffStage::LinkEnded => "link_ended",
            HandoffStage::LinkVoided => "link_voided",
            HandoffStage::Compare => "compare",
            HandoffStage::Started => "started",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_state_has_a_stage() {
        let stages = ["waiting", "claimed", "confirmed", "voided", "ended"].map(|name| {
            let link = LinkState::parse(name).expect(name);
            HandoffStage::of(link, false).name()
        });
        assert_eq!(stages, ["link", "compare", "started", "link_voided", "link_ended"]);
        assert_eq!(LinkState::parse("taken"), None);
        // The TypeScript is generated from serde's names.
        for name in stages {
            assert!(<HandoffStage as tsify::Tsify>::DECL.contains(&format!("\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn an_attempt_being_scored_takes_precedence_over_the_link() {
        assert_eq!(HandoffStage::of(LinkState::Ended, true), HandoffStage::Started);
    }
}
