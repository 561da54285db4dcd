//! The light challenge: whether the face reflects the colours that the service drew, in their order.
//!
//! Of each picture the mean colour of the skin is taken, as ratios of red and blue to green: exposure falls out of them.
//! What drifts evenly (white balance, the day) is taken out. What remains is held against every sequence that could have
//! been drawn. The sequence was drawn at random, so that a film that knows nothing of it can be as much as [`ODDS`] times
//! likelier under the right one than under the others on the average only once in [`ODDS`] tries, whatever it shows.
//!
//! A screen that shows a film follows too, by what its glass mirrors. But that is added to dark and bright alike, so that
//! the features stand out no more in the colour's light than without; of a face they do.
//!
//! It is evidence: by itself it refuses nobody, unless the account requires the challenge.

use super::skin_light::Skin;
use crate::evidence::IssuedLightChallenge;
use crate::verdict::{Check, CheckOutcome};
use nalgebra::{SMatrix, SVector};
use nearfar_protocol::light::{COLORS, LightColor, LightOutcome, LightReport, sequences};
use std::sync::LazyLock;

/// How many times likelier than the others on the average the right sequence is where the face is said to follow it.
pub const ODDS: f32 = 50.0;
/// A face's light is this share of the room's at least, where the challenge says anything. A phone's white screen gives
/// some 20 to 60 lux at 25 cm: 2 % are what is left of 20 in 1000.
const LEAST_SHARE: f32 = 0.02;
/// How well another sequence must fit, as a correlation, before the face is said to follow it.
const OTHER_FITS: f32 = 0.9;
/// What ratios of one skin differ by between two pictures in one light, if nothing else happens: motion, JPEG, noise.
const NOISE: f32 = 0.004;
/// Added to each channel, as a share of full: the noise of dark pictures is not to become a colour.
const FLOOR: f32 = 0.004;
/// A face's features follow by this share of what its skin does at least: 1 is the face's own, 0 that of a pane. Chosen,
/// not measured: spectacles and oily skin mirror some light, too.
const LEAST_DETAIL: f32 = 0.5;

/// What is taken off the log odds of an honest capture; chosen, not measured: it calls nobody an attacker. Whoever makes
/// the page skip the challenge, or holds a lamp into the camera, is to gain nothing over a film that reflects nothing: so
/// these cost alike.
const UNKNOWN_TAKES: f32 = 0.3;
/// Of a face that follows other colours, or of a pane before it: what a recording does.
const OTHER_TAKES: f32 = 0.8;
/// Where the account requires the challenge, of everything but a face that follows: more than all else together can say,
/// so that nobody passes then. It calls nobody an attacker either.
const REQUIRED_TAKES: f32 = 10.0;

/// What the check says, and what it takes off.
pub struct Reflection {
    /// The outcome, with its figures.
    pub outcome: CheckOutcome,
    /// Off the log odds of an honest capture, 0 to 10.
    pub doubt: f32,
}

/// How a face's colours go with a challenge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// They follow it.
    Followed,
    /// They follow it as a pane before them would.
    Mirrored,
    /// They follow another order of colours.
    Other,
    /// They stay as they are: a film, or a room too bright to see the screen's light in.
    Absent,
    /// They change by something else.
    Unsure,
}

/// The figures of one comparison.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// What they say.
    pub answer: Answer,
    /// Natural logarithm of how many times likelier the colours are under the right sequence than under the others on
    /// the average.
    pub log_odds: f32,
    /// Of the colours with the right sequence, -1 to 1.
    pub correlation: f32,
    /// The screen's light over the room's, by the right sequence.
    pub share: f32,
    /// Standard error of `share`.
    pub share_error: f32,
    /// How many other sequences fit better.
    pub better: usize,
}

/// Judges what the page tells of the challenge; `skins` are looked for where it was shown.
pub fn check(
    asked: Option<&IssuedLightChallenge>,
    told: Option<&LightReport>,
    skins: impl FnOnce() -> Result<[Skin; COLORS], String>,
) -> Reflection {
    let Some(asked) = asked else {
        return Reflection {
            outcome: CheckOutcome::skipped(Check::Reflection, "no colours were asked for"),
            doubt: 0.0,
        };
    };
    let doubtful = |doubt: f32| if asked.required { REQUIRED_TAKES } else { doubt };
    let unseen = |why: String| {
        let doubt = doubtful(UNKNOWN_TAKES);
        Reflection { outcome: CheckOutcome::skipped(Check::Reflection, why).with("doubt", doubt), doubt }
    };
    let colors: Result<[LightColor; COLORS], _> = asked.colors.as_slice().try_into();
    let Ok(colors) = colors else { return unseen("the colours are of another version".into()) };
    match told.map(|told| told.outcome) {
        None => return unseen("the page tells of no colours".into()),
        Some(LightOutcome::Skipped) => return unseen("the person left the colours out".into()),
        Some(LightOutcome::Incomplete) => return unseen("the colours were broken off".into()),
        Some(LightOutcome::Shown) => {}
    }
    if told.is_none_or(|told| !told.shown.iter().map(|one| one.color).eq(colors)) {
        return unseen("other colours were shown than were asked for".into());
    }
    let skins = match skins() {
        Ok(skins) => skins,
        Err(why) => return unseen(why),
    };
    let found = compare(&skins.map(|skin| skin.light), &colors);
    let detail = compare(&skins.map(|skin| skin.detail), &colors);
    let answer = mirrored(&found, &detail);
    let (doubt, note) = match answer {
        Answer::Followed => (0.0, ""),
        Answer::Mirrored => (doubtful(OTHER_TAKES), "a pane reflects the colours, the face does not"),
        Answer::Other => (doubtful(OTHER_TAKES), "the face follows other colours"),
        Answer::Absent => (doubtful(UNKNOWN_TAKES), "the face does not reflect the colours"),
        Answer::Unsure => (doubtful(UNKNOWN_TAKES), "the face's colours change by something else"),
    };
    let outcome = CheckOutcome { note: note.into(), ..CheckOutcome::passed(Check::Reflection) }
        .with("doubt", doubt)
        .with("followed", if answer == Answer::Followed { 1.0 } else { 0.0 })
        .with("logOdds", found.log_odds)
        .with("correlation", found.correlation)
        .with("share", found.share)
        .with("shareError", found.share_error)
        .with("better", found.better as f64)
        .with("detailShare", detail.share)
        .with("detailShareError", detail.share_error);
    Reflection { outcome, doubt }
}

/// What the skin's light says, given what the features' contrast does.
fn mirrored(light: &Match, detail: &Match) -> Answer {
    let most = detail.share + 2.0 * detail.share_error;
    if light.answer == Answer::Followed && most < LEAST_DETAIL * light.share { Answer::Mirrored } else { light.answer }
}

/// Two ratios for each picture.
type Ratios = SMatrix<f32, COLORS, 2>;

/// Numbers that are left of [`Ratios`] when mean and drift are taken out, and the screen's share and the room are fitted.
const FREE: f32 = (2 * COLORS - 4 - 2) as f32;

/// Takes mean and even drift out.
fn without_drift(mut ratios: Ratios) -> Ratios {
    let time = SVector::<f32, COLORS>::from_fn(|index, _| index as f32 - (COLORS - 1) as f32 / 2.0);
    for mut ratio in ratios.column_iter_mut() {
        let (mean, slope) = (ratio.mean(), ratio.dot(&time) / time.norm_squared());
        ratio.add_scalar_mut(-mean);
        ratio.axpy(-slope, &time, 1.0);
    }
    ratios
}

/// Red and blue of the room's light over green, from a clouded sky to a light bulb: the camera's white balance takes them
/// out of the picture, and so changes the screen's light. Which it is, nobody knows: the one that fits best counts.
const ROOMS: [[f32; 2]; 4] = [[0.75, 1.25], [1.0, 1.0], [1.25, 0.8], [1.5, 0.6]];

/// What a camera would see of a sequence in each room: how much more red and blue than green there is.
fn expected(colors: &[LightColor; COLORS]) -> [Ratios; ROOMS.len()] {
    let light = colors.map(LightColor::linear);
    ROOMS.map(|[warm, cold]| {
        without_drift(Ratios::from([
            light.map(|[red, green, _]| red / warm - green),
            light.map(|[_, green, blue]| blue / cold - green),
        ]))
    })
}

static EXPECTED: LazyLock<Vec<[Ratios; ROOMS.len()]>> = LazyLock::new(|| sequences().iter().map(expected).collect());

/// Holds red, green and blue of each picture against every sequence that could have been drawn.
pub fn compare(skins: &[[f32; 3]; COLORS], colors: &[LightColor; COLORS]) -> Match {
    let ratio = |channel: usize| skins.map(|skin| ((skin[channel] + FLOOR) / (skin[1] + FLOOR)).ln());
    let seen = without_drift(Ratios::from([ratio(0), ratio(2)]));
    let whole = seen.norm_squared();
    let noise = 2.0 * COLORS as f32 * NOISE * NOISE;
    let fit = |wanted: &Ratios| seen.dot(wanted) / (whole * wanted.norm_squared()).sqrt().max(f32::MIN_POSITIVE);
    let correlation = |rooms: &[Ratios; ROOMS.len()]| rooms.iter().map(fit).fold(-1.0, f32::max);
    // Light can be added and not taken away.
    let left = |correlation: f32| whole * (1.0 - correlation.max(0.0).powi(2)).max(0.0) + noise;
    // Normal errors of unknown size: Student's likelihood, over that of the best so that nothing overflows.
    let rooms = expected(colors);
    let own = correlation(&rooms);
    let all: Vec<f32> = EXPECTED.iter().map(correlation).collect();
    let best = all.iter().copied().fold(own, f32::max);
    let likelihood = |correlation: f32| (left(correlation) / left(best)).powf(-FREE / 2.0);
    let mean = all.iter().map(|one| likelihood(*one)).sum::<f32>() / all.len().max(1) as f32;
    let log_odds = (likelihood(own) / mean.max(f32::MIN_POSITIVE)).ln();
    let wanted = rooms.iter().max_by(|a, b| fit(a).total_cmp(&fit(b))).unwrap_or(&rooms[0]);
    let energy = wanted.norm_squared().max(f32::MIN_POSITIVE);
    let share = seen.dot(wanted) / energy;
    let share_error = (left(own) / FREE / energy).sqrt();
    let changes = (whole / energy).sqrt();
    let answer = if log_odds >= ODDS.ln() {
        Answer::Followed
    } else if best >= OTHER_FITS && changes > 2.0 * LEAST_SHARE && log_odds < -ODDS.ln() {
        Answer::Other
    } else if 2.0 * share_error <= LEAST_SHARE {
        Answer::Absent
    } else {
        Answer::Unsure
    };
    let better = all.iter().filter(|one| **one > own + 1e-6).count();
    Match { answer, log_odds, correlation: own, share, share_error, better }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::array::from_fn;

    const ROOM: [f32; 3] = [0.3, 0.2, 0.15];

    fn lit(colors: &[LightColor; COLORS], share: f32) -> [[f32; 3]; COLORS] {
        colors.map(|color| {
            let light = color.linear();
            from_fn(|channel| ROOM[channel] * (1.0 + share * light[channel]))
        })
    }

    /// With features of a third of the light, which follow by `detail` of its share.
    fn skins(colors: &[LightColor; COLORS], share: f32, detail: f32) -> [Skin; COLORS] {
        let features = lit(colors, share * detail).map(|light| light.map(|channel| 0.3 * channel));
        let mut features = features.into_iter();
        lit(colors, share).map(|light| Skin { light, detail: features.next().expect("as many") })
    }

    #[test]
    fn every_sequence_is_told_from_the_others() {
        for colors in sequences().iter().step_by(5) {
            for share in [0.03, 0.1, 0.5, 3.0] {
                let found = compare(&lit(colors, share), colors);
                assert_eq!(found.answer, Answer::Followed, "{share} {colors:?}: {found:?}");
            }
        }
    }

    #[test]
    fn a_film_without_any_light_or_with_that_of_another_attempt_does_not_follow() {
        let [asked, other] = [sequences()[11], sequences()[400]];
        assert_eq!(compare(&[ROOM; COLORS], &asked).answer, Answer::Absent);
        let found = compare(&lit(&other, 0.2), &asked);
        assert_eq!(found.answer, Answer::Other, "{found:?}");
        // No light is no light: one that is as faint as noise is as good as none.
        assert_ne!(compare(&lit(&other, 0.002), &asked).answer, Answer::Other);
        assert_ne!(compare(&lit(&asked, 0.002), &asked).answer, Answer::Followed);
    }

    #[test]
    fn what_knows_nothing_of_the_sequence_follows_it_once_in_fifty_tries_at_most() {
        let all = sequences();
        let followed = |film: &[[f32; 3]; COLORS]| {
            all.iter().filter(|asked| compare(film, asked).answer == Answer::Followed).count()
        };
        for film in
            [lit(&all[3], 0.1), lit(&all[77], 1.0), [[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], ROOM, ROOM, [0.2; 3], [0.3; 3]]]
        {
            assert!(followed(&film) * (ODDS as usize) <= all.len(), "{}", followed(&film));
        }
    }

    #[test]
    fn what_was_not_shown_costs_alike_and_never_the_score_unless_it_is_required() {
        let mut asked = IssuedLightChallenge { colors: sequences()[5].to_vec(), required: false };
        let told = |outcome, colors: &[LightColor]| {
            let shown = colors.iter().map(|&color| nearfar_protocol::light::ShownLight { color, from: 1, until: 2 });
            LightReport { outcome, shown: shown.collect() }
        };
        let same = |asked: &IssuedLightChallenge| {
            let cases = [
                None,
                Some(told(LightOutcome::Skipped, &[])),
                Some(told(LightOutcome::Incomplete, &asked.colors[..2])),
                Some(told(LightOutcome::Shown, &sequences()[6])),
            ];
            cases.map(|told| check(Some(asked), told.as_ref(), || panic!("no picture is looked at")).doubt)
        };
        assert_eq!(same(&asked), [UNKNOWN_TAKES; 4]);
        let shown = told(LightOutcome::Shown, &asked.colors);
        assert_eq!(check(Some(&asked), Some(&shown), || Err("dark".into())).doubt, UNKNOWN_TAKES);
        assert_eq!(check(Some(&asked), Some(&shown), || Ok(skins(&sequences()[5], 0.2, 1.0))).doubt, 0.0);
        asked.required = true;
        assert_eq!(same(&asked), [REQUIRED_TAKES; 4]);
        assert_eq!(check(Some(&asked), Some(&shown), || Ok(skins(&sequences()[5], 0.2, 1.0))).doubt, 0.0);
        assert_eq!(check(None, Some(&shown), || panic!("nothing was asked")).doubt, 0.0);
    }

    #[test]
    fn what_a_pane_mirrors_is_told_from_what_a_face_reflects() {
        let colors = sequences()[5];
        let told = LightReport {
            outcome: LightOutcome::Shown,
            shown: colors.map(|color| nearfar_protocol::light::ShownLight { color, from: 1, until: 2 }).to_vec(),
        };
        let doubt = |share: f32, detail: f32| {
            let asked = IssuedLightChallenge { colors: colors.to_vec(), required: false };
            check(Some(&asked), Some(&told), || Ok(skins(&colors, share, detail))).doubt
        };
        for share in [0.05, 0.2, 1.0] {
            assert_eq!([doubt(share, 1.0), doubt(share, 0.7), doubt(share, 0.0)], [0.0, 0.0, OTHER_TAKES], "{share}");
        }
    }
}
