//! What the first device shows.

/// Where the link stands, as the service tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Nobody has opened it.
    Waiting,
    /// A device has opened it and waits for the first device's word.
    Claimed,
    /// That device goes on with the session.
    Confirmed,
    /// Two devices have opened it: nobody gets in by it.
    Voided,
    /// Its time is over.
    Ended,
}

impl LinkState {
    /// From the service's word for it.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
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
    /// The link is no longer good: another one may be made.
    LinkEnded,
    /// That two devices have opened the link: another one is to be made.
    LinkVoided,
    /// The number to compare with the second device's.
    Compare,
    /// That the second device has started.
    Started,
}

impl HandoffStage {
    /// What is shown while the link stands so; `is_judging` when an attempt is being judged. A link whose time is over
    /// matters no more once an attempt came by it.
    pub fn of(link: LinkState, is_judging: bool) -> Self {
        match link {
            _ if is_judging => HandoffStage::Started,
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
    fn every_word_of_the_service_has_its_stage() {
        let stages = ["waiting", "claimed", "confirmed", "voided", "ended"].map(|word| {
            let link = LinkState::parse(word).expect(word);
            HandoffStage::of(link, false).name()
        });
        assert_eq!(stages, ["link", "compare", "started", "link_voided", "link_ended"]);
        assert_eq!(LinkState::parse("taken"), None);
        // The TypeScript is made from serde's names.
        for name in stages {
            assert!(<HandoffStage as tsify::Tsify>::DECL.contains(&format!("\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn an_attempt_that_is_judged_counts_more_than_the_link() {
        assert_eq!(HandoffStage::of(LinkState::Ended, true), HandoffStage::Started);
    }
}
