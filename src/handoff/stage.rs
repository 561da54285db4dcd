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
pub enum Stage {
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

impl Stage {
    /// What is shown while the link stands so; `is_judging` when an attempt is being judged. A link whose time is over
    /// matters no more once an attempt came by it.
    pub fn of(link: LinkState, is_judging: bool) -> Self {
        match link {
            _ if is_judging => Stage::Started,
            LinkState::Waiting => Stage::Link,
            LinkState::Claimed => Stage::Compare,
            LinkState::Confirmed => Stage::Started,
            LinkState::Voided => Stage::LinkVoided,
            LinkState::Ended => Stage::LinkEnded,
        }
    }

    /// The stable snake_case name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Link => "link",
            Stage::LinkEnded => "link_ended",
            Stage::LinkVoided => "link_voided",
            Stage::Compare => "compare",
            Stage::Started => "started",
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
            Stage::of(link, false).name()
        });
        assert_eq!(stages, ["link", "compare", "started", "link_voided", "link_ended"]);
        assert_eq!(LinkState::parse("taken"), None);
    }

    #[test]
    fn an_attempt_that_is_judged_counts_more_than_the_link() {
        assert_eq!(Stage::of(LinkState::Ended, true), Stage::Started);
    }
}
