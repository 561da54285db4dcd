//! The light challenge: the service draws colours, the page shows them around the oval, and the face reflects them.
//!
//! Safe for people with photosensitive epilepsy: no saturated red, no red next to blue, and each colour is held so long
//! that at most three changes occur in any second, which is fewer than two flashes (WCAG 2.3.1 allows three). A test
//! checks every possible sequence against both WCAG thresholds.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Number of colours in a challenge.
pub const COLORS: usize = 6;
/// Minimum number of distinct colours.
const MIN_DISTINCT: usize = 4;
/// How long each colour is shown, in ms.
pub const HOLD_MS: u32 = 450;
/// The phase of audit pictures in the light of a colour. Their code is the colour.
pub const PHASE: &str = "light";
/// Maximum number of colours in a manifest.
pub(crate) const MAX_REPORTED: usize = 16;

/// A screen colour, in CSS notation on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LightColor {
    /// Less than four fifths of its light is red; WCAG calls more than that saturated.
    #[serde(rename = "#ff6666")]
    Red,
    /// Red and green.
    #[serde(rename = "#ffff00")]
    Yellow,
    /// Green.
    #[serde(rename = "#00ff00")]
    Green,
    /// Green and blue.
    #[serde(rename = "#00ffff")]
    Cyan,
    /// Blue.
    #[serde(rename = "#3333ff")]
    Blue,
    /// Red and blue.
    #[serde(rename = "#ff66ff")]
    Magenta,
}

impl LightColor {
    /// All colours, in the order of the colour circle.
    pub const ALL: [Self; 6] = [Self::Red, Self::Yellow, Self::Green, Self::Cyan, Self::Blue, Self::Magenta];

    /// Red, green and blue, 0 to 255 (sRGB).
    pub fn srgb(self) -> [u8; 3] {
        match self {
            Self::Red => [0xff, 0x66, 0x66],
            Self::Yellow => [0xff, 0xff, 0x00],
            Self::Green => [0x00, 0xff, 0x00],
            Self::Cyan => [0x00, 0xff, 0xff],
            Self::Blue => [0x33, 0x33, 0xff],
            Self::Magenta => [0xff, 0x66, 0xff],
        }
    }

    /// Red, green and blue as shares of the screen's maximum light, 0 to 1.
    pub fn linear(self) -> [f32; 3] {
        self.srgb().map(|value| linear(f32::from(value) / 255.0))
    }

    /// The CSS notation: `#rrggbb`.
    pub fn css(self) -> String {
        let [red, green, blue] = self.srgb();
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Whether `next` may follow: at least a third of the circle away, so that the change is visible on the face, and
    /// never blue after red or red after blue, the most harmful change.
    pub fn may_precede(self, next: Self) -> bool {
        let away = (self as i32 - next as i32).rem_euclid(6);
        let are_red_and_blue = matches!((self, next), (Self::Red, Self::Blue) | (Self::Blue, Self::Red));
        (2..=4).contains(&away) && !are_red_and_blue
    }
}

/// The inverse transfer function of sRGB: a channel value, 0 to 1, to light, 0 to 1 (IEC 61966-2-1).
pub fn linear(value: f32) -> f32 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// The challenge for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LightChallenge {
    /// The colours in order.
    pub colors: Vec<LightColor>,
    /// How long each is shown, in ms.
    pub hold_ms: u32,
}

static SEQUENCES: LazyLock<Vec<[LightColor; COLORS]>> = LazyLock::new(|| {
    let mut all: Vec<Vec<LightColor>> = vec![Vec::new()];
    for _ in 0..COLORS {
        let longer = |begun: &Vec<LightColor>| {
            let may_follow = |next: &LightColor| begun.last().is_none_or(|last| last.may_precede(*next));
            let next = LightColor::ALL.into_iter().filter(may_follow).collect::<Vec<_>>();
            next.into_iter().map(|next| [begun.as_slice(), &[next]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    // Alternations between two or three colours look too similar.
    let is_varied = |colors: &Vec<LightColor>| {
        LightColor::ALL.iter().filter(|color| colors.contains(color)).count() >= MIN_DISTINCT
    };
    all.into_iter().filter(is_varied).filter_map(|colors| colors.try_into().ok()).collect()
});

/// Every possible sequence, some hundreds.
pub fn sequences() -> &'static [[LightColor; COLORS]] {
    &SEQUENCES
}

impl LightChallenge {
    /// One of all sequences, with equal probability for a random `draw`.
    pub fn new(draw: u64) -> Self {
        let all = sequences();
        // The bias of the modulo is less than one part in 10^16.
        let colors = all[(draw % all.len() as u64) as usize].to_vec();
        Self { colors, hold_ms: HOLD_MS }
    }
}

/// How the challenge went, as reported by the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LightOutcome {
    /// All colours were shown, and a picture was taken in each.
    Shown,
    /// The person skipped the colours or prefers reduced motion.
    Skipped,
    /// The challenge was started but not finished.
    Incomplete,
}

/// A colour that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownLight {
    /// The colour.
    pub color: LightColor,
    /// Start, Unix ms.
    pub from: i64,
    /// End, Unix ms.
    pub until: i64,
}

/// The page's report about the challenge, in the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LightReport {
    /// How it went.
    pub outcome: LightOutcome,
    /// The colours that were shown, in order.
    #[serde(default)]
    pub shown: Vec<ShownLight>,
}

impl LightReport {
    /// Whether its length is plausible.
    pub(crate) fn is_bounded(&self) -> bool {
        self.shown.len() <= MAX_REPORTED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, and whether WCAG calls it a saturated red.
    fn seen([red, green, blue]: [f32; 3]) -> (f32, bool) {
        let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        (luminance, red > 0.0 && red / (red + green + blue) >= 0.8)
    }

    /// Times of WCAG's two kinds of changes between consecutive colours.
    fn changes(colors: &[[f32; 3]], hold: u32) -> Vec<u32> {
        let pairs = colors.windows(2).zip(1..).filter_map(|(pair, index)| {
            let [(before, red), (after, red_too)] = [seen(pair[0]), seen(pair[1])];
            let is_general = (before - after).abs() >= 0.1 && before.min(after) < 0.8;
            (is_general || red || red_too).then_some(index * hold)
        });
        pairs.collect()
    }

    #[test]
    fn no_sequence_flashes_more_than_three_times_in_any_second() {
        let dark = [0.0; 3];
        let mut most = 0;
        for sequence in sequences() {
            assert!(sequence.iter().all(|color| !seen(color.linear()).1), "a saturated red");
            let colors: Vec<[f32; 3]> =
                [dark].into_iter().chain(sequence.iter().map(|color| color.linear())).chain([dark]).collect();
            let times = changes(&colors, HOLD_MS);
            for start in &times {
                most = most.max(times.iter().filter(|time| (*start..=*start + 1000).contains(time)).count());
            }
        }
        // A flash is a pair of opposing changes. The limit holds even if every change opposed the one before.
        assert!(most > 0 && most / 2 <= 3, "{most} changes");
        assert!(most <= 3, "{most} changes in a second are more than the documents say");
    }

    #[test]
    fn neighbouring_colours_differ_and_are_never_red_and_blue() {
        assert!(sequences().len() > 500, "{}", sequences().len());
        for sequence in sequences() {
            for pair in sequence.windows(2) {
                assert_ne!(pair[0], pair[1]);
                assert!(!(pair.contains(&LightColor::Red) && pair.contains(&LightColor::Blue)), "{sequence:?}");
                let (a, b) = (pair[0].linear(), pair[1].linear());
                assert!(a.iter().zip(b).any(|(a, b)| (a - b).abs() > 0.8), "{sequence:?}");
            }
        }
    }

    #[test]
    fn every_sequence_can_be_drawn_and_round_trips() {
        let all = sequences();
        for (index, sequence) in all.iter().enumerate() {
            assert_eq!(LightChallenge::new((index + 7 * all.len()) as u64).colors, sequence);
        }
        assert_eq!(LightChallenge::new(u64::MAX).hold_ms, HOLD_MS);
        for color in LightColor::ALL {
            assert_eq!(serde_json::to_value(color).unwrap(), color.css());
        }
    }
}
