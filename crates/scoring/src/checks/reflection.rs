//! Checks the light challenge: whether the face reflects the colours that the service drew, in their order.
//!
//! The mean skin colour of each picture enters as ratios of red and blue to green, which do not depend on exposure. An
//! even drift (white balance, daylight) is removed. The rest is compared with every sequence that could have been
//! drawn. Since the sequence is random, a video that is independent of it reaches a likelihood ratio of [`ODDS`] for
//! the right sequence over the mean of the others in at most one of [`ODDS`] tries, whatever it shows.
//!
//! The glass of a screen that shows a video also reflects the colours. But it adds the same light to dark and bright
//! parts, so the contrast of the features does not grow with the light, as it does on a face.
//!
//! The check only adds a penalty, unless the account requires the challenge.

use super::skin_light::SkinLight;
use crate::evidence::IssuedLightChallenge;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nalgebra::{SMatrix, SVector};
use nearfar_protocol::light::{COLORS, LightColor, LightOutcome, LightReport, sequences};
use std::sync::LazyLock;

/// The likelihood ratio of the right sequence over the mean of the others from which the face follows it.
pub const ODDS: f32 = 50.0;
/// The least share of the screen's light in the room's light at which the challenge is informative. The white screen of
/// a phone gives some 20 to 60 lux at 25 cm: 2 % is 20 lux in 1000.
const MIN_LIGHT_SHARE: f32 = 0.02;
/// The least correlation with another sequence at which the face follows that one.
const OTHER_MIN_CORRELATION: f32 = 0.9;
/// The difference of the colour ratios between two pictures of one skin in the same light: motion, JPEG, noise.
const NOISE: f32 = 0.004;
/// Added to each channel, as a share of full scale, so that the noise of dark pictures does not become a colour.
const FLOOR: f32 = 0.004;
/// The least response of the features' contrast relative to that of the skin: 1 for a face, 0 for a pane. Chosen, not
/// measured: spectacles and oily skin reflect some light, too.
const MIN_DETAIL_SHARE: f32 = 0.5;

/// The penalty without a clear response. Chosen, not measured. Skipping the challenge or pointing a lamp at the camera
/// costs as much as a video that reflects nothing, so that neither is an advantage.
const UNCLEAR_PENALTY: f32 = 0.3;
/// The penalty if the face follows other colours, or if a pane reflects them: the responses of a recording.
const WRONG_PENALTY: f32 = 0.8;
/// The penalty of any other response if the account requires the challenge. It exceeds all other evidence together, so
/// the attempt cannot pass. It never makes an attack.
const REQUIRED_PENALTY: f32 = 10.0;

/// The outcome of the check and its penalty.
pub struct Reflection {
    /// The outcome with its figures.
    pub outcome: CheckOutcome,
    /// The penalty, 0 to 10.
    pub penalty: f32,
}

/// How the colours of a face respond to a challenge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Response {
    /// They follow it.
    Follows,
    /// They follow it as a pane in front of the face would.
    Mirrored,
    /// They follow another order of colours.
    Other,
    /// They do not change: a video, or a room too bright for the screen's light.
    Absent,
    /// They change for another reason.
    Unclear,
}

/// How well the colours fit the issued sequence.
#[derive(Clone, Copy, Debug)]
pub struct SequenceFit {
    /// The response that follows from the other figures.
    pub response: Response,
    /// Natural logarithm of the likelihood of the colours under the right sequence over its mean under all sequences.
    pub log_odds: f32,
    /// Correlation of the colours with the right sequence, -1 to 1.
    pub correlation: f32,
    /// The screen's light relative to the room's, by the right sequence.
    pub share: f32,
    /// Standard error of `share`.
    pub share_error: f32,
    /// How many other sequences fit better.
    pub better: usize,
}

/// Checks the page's report and, if the challenge was shown, the light of the skin, which `skin_lights` measures.
pub fn check(
    issued: Option<&IssuedLightChallenge>,
    report: Option<&LightReport>,
    skin_lights: impl FnOnce() -> Result<[SkinLight; COLORS], String>,
) -> Reflection {
    let Some(issued) = issued else {
        return Reflection {
            outcome: CheckOutcome::skipped(Check::Reflection, "no colours were asked for"),
            penalty: 0.0,
        };
    };
    let penalty_for = |penalty: f32| if issued.required { REQUIRED_PENALTY } else { penalty };
    let skipped = |note: String| {
        let penalty = penalty_for(UNCLEAR_PENALTY);
        Reflection { outcome: CheckOutcome::skipped(Check::Reflection, note).with("doubt", penalty), penalty }
    };
    let colors: Result<[LightColor; COLORS], _> = issued.colors.as_slice().try_into();
    let Ok(colors) = colors else { return skipped("the colours are of another version".into()) };
    match report.map(|report| report.outcome) {
        None => return skipped("the page reports no colours".into()),
        Some(LightOutcome::Skipped) => return skipped("the person left the colours out".into()),
        Some(LightOutcome::Incomplete) => return skipped("the colours were broken off".into()),
        Some(LightOutcome::Shown) => {}
    }
    if report.is_none_or(|report| !issued.matches(report)) {
        return skipped("other colours were shown than were asked for".into());
    }
    let lights = match skin_lights() {
        Ok(lights) => lights,
        Err(note) => return skipped(note),
    };
    let fit = fit_sequence(&lights.map(|skin| skin.light), &colors);
    let detail = fit_sequence(&lights.map(|skin| skin.detail), &colors);
    let response = response(&fit, &detail);
    let (penalty, note) = match response {
        Response::Follows => (0.0, ""),
        Response::Mirrored => (penalty_for(WRONG_PENALTY), "a pane reflects the colours, the face does not"),
        Response::Other => (penalty_for(WRONG_PENALTY), "the face follows other colours"),
        Response::Absent => (penalty_for(UNCLEAR_PENALTY), "the face does not reflect the colours"),
        Response::Unclear => (penalty_for(UNCLEAR_PENALTY), "the face's colours change by something else"),
    };
    let outcome = CheckOutcome { note: note.into(), ..CheckOutcome::passed(Check::Reflection) }
        .with("doubt", penalty)
        .with("followed", if response == Response::Follows { 1.0 } else { 0.0 })
        .with_bounds("logOdds", fit.log_odds, Bounds::at_least(ODDS.ln()))
        .with("correlation", fit.correlation)
        .with("share", fit.share)
        .with("shareError", fit.share_error)
        .with("better", fit.better as f64)
        .with("detailShare", detail.share)
        .with("detailShareError", detail.share_error);
    Reflection { outcome, penalty }
}

/// The response of the light of the skin, given that of the contrast of the features.
fn response(light: &SequenceFit, detail: &SequenceFit) -> Response {
    let greatest = detail.share + 2.0 * detail.share_error;
    if light.response == Response::Follows && greatest < MIN_DETAIL_SHARE * light.share {
        Response::Mirrored
    } else {
        light.response
    }
}

/// Two colour ratios for each picture.
type Ratios = SMatrix<f32, COLORS, 2>;

/// Degrees of freedom of [`Ratios`] after mean and drift are removed and the screen's share and the room are fitted.
const DEGREES_OF_FREEDOM: f32 = (2 * COLORS - 4 - 2) as f32;

/// Removes the mean and the even drift.
fn without_drift(mut ratios: Ratios) -> Ratios {
    let time = SVector::<f32, COLORS>::from_fn(|index, _| index as f32 - (COLORS - 1) as f32 / 2.0);
    for mut ratio in ratios.column_iter_mut() {
        let (mean, slope) = (ratio.mean(), ratio.dot(&time) / time.norm_squared());
        ratio.add_scalar_mut(-mean);
        ratio.axpy(-slope, &time, 1.0);
    }
    ratios
}

/// Red and blue of the room's light over green, from a clouded sky to a light bulb. The camera's white balance removes
/// them from the picture and so changes the screen's light. The room is unknown, so the best fit counts.
const ROOMS: [[f32; 2]; 4] = [[0.75, 1.25], [1.0, 1.0], [1.25, 0.8], [1.5, 0.6]];

/// The expected response to a sequence in each room: how much red and blue exceed green.
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

/// Compares red, green and blue of each picture with every sequence that could have been drawn.
pub fn fit_sequence(lights: &[[f32; 3]; COLORS], colors: &[LightColor; COLORS]) -> SequenceFit {
    let ratio = |channel: usize| lights.map(|light| ((light[channel] + FLOOR) / (light[1] + FLOOR)).ln());
    let observed = without_drift(Ratios::from([ratio(0), ratio(2)]));
    let whole = observed.norm_squared();
    let noise = 2.0 * COLORS as f32 * NOISE * NOISE;
    let fit = |wanted: &Ratios| observed.dot(wanted) / (whole * wanted.norm_squared()).sqrt().max(f32::MIN_POSITIVE);
    let correlation = |rooms: &[Ratios; ROOMS.len()]| rooms.iter().map(fit).fold(-1.0, f32::max);
    // The screen can add light but not remove it.
    let residual = |correlation: f32| whole * (1.0 - correlation.max(0.0).powi(2)).max(0.0) + noise;
    // Normal errors of unknown variance: Student's likelihood, relative to the best so that it does not overflow.
    let rooms = expected(colors);
    let own = correlation(&rooms);
    let all: Vec<f32> = EXPECTED.iter().map(correlation).collect();
    let best = all.iter().copied().fold(own, f32::max);
    let likelihood = |correlation: f32| (residual(correlation) / residual(best)).powf(-DEGREES_OF_FREEDOM / 2.0);
    let mean = all.iter().map(|one| likelihood(*one)).sum::<f32>() / all.len().max(1) as f32;
    let log_odds = (likelihood(own) / mean.max(f32::MIN_POSITIVE)).ln();
    let wanted = rooms.iter().max_by(|a, b| fit(a).total_cmp(&fit(b))).unwrap_or(&rooms[0]);
    let energy = wanted.norm_squared().max(f32::MIN_POSITIVE);
    let share = observed.dot(wanted) / energy;
    let share_error = (residual(own) / DEGREES_OF_FREEDOM / energy).sqrt();
    let changes = (whole / energy).sqrt();
    let response = if log_odds >= ODDS.ln() {
        Response::Follows
    } else if best >= OTHER_MIN_CORRELATION && changes > 2.0 * MIN_LIGHT_SHARE && log_odds < -ODDS.ln() {
        Response::Other
    } else if 2.0 * share_error <= MIN_LIGHT_SHARE {
        Response::Absent
    } else {
        Response::Unclear
    };
    let better = all.iter().filter(|one| **one > own + 1e-6).count();
    SequenceFit { response, log_odds, correlation: own, share, share_error, better }
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

    /// The features have a third of the light and follow by `detail` of its share.
    fn skin_lights(colors: &[LightColor; COLORS], share: f32, detail: f32) -> [SkinLight; COLORS] {
        let features = lit(colors, share * detail).map(|light| light.map(|channel| 0.3 * channel));
        let mut features = features.into_iter();
        lit(colors, share).map(|light| SkinLight { light, detail: features.next().expect("as many") })
    }

    #[test]
    fn every_sequence_is_distinguished_from_the_others() {
        for colors in sequences().iter().step_by(5) {
            for share in [0.03, 0.1, 0.5, 3.0] {
                let found = fit_sequence(&lit(colors, share), colors);
                assert_eq!(found.response, Response::Follows, "{share} {colors:?}: {found:?}");
            }
        }
    }

    #[test]
    fn a_video_without_reflections_or_with_those_of_another_attempt_does_not_follow() {
        let [asked, other] = [sequences()[11], sequences()[400]];
        assert_eq!(fit_sequence(&[ROOM; COLORS], &asked).response, Response::Absent);
        let found = fit_sequence(&lit(&other, 0.2), &asked);
        assert_eq!(found.response, Response::Other, "{found:?}");
        // Light as faint as noise counts as none.
        assert_ne!(fit_sequence(&lit(&other, 0.002), &asked).response, Response::Other);
        assert_ne!(fit_sequence(&lit(&asked, 0.002), &asked).response, Response::Follows);
    }

    #[test]
    fn a_video_that_is_independent_of_the_sequence_follows_it_in_at_most_one_of_fifty_tries() {
        let all = sequences();
        let follow_count = |video: &[[f32; 3]; COLORS]| {
            all.iter().filter(|asked| fit_sequence(video, asked).response == Response::Follows).count()
        };
        for video in
            [lit(&all[3], 0.1), lit(&all[77], 1.0), [[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], ROOM, ROOM, [0.2; 3], [0.3; 3]]]
        {
            assert!(follow_count(&video) * (ODDS as usize) <= all.len(), "{}", follow_count(&video));
        }
    }

    #[test]
    fn every_way_of_not_showing_the_colours_has_the_same_penalty() {
        let mut asked = IssuedLightChallenge { colors: sequences()[5].to_vec(), required: false };
        let report = |outcome, colors: &[LightColor]| {
            let shown = colors.iter().map(|&color| nearfar_protocol::light::ShownLight { color, from: 1, until: 2 });
            LightReport { outcome, shown: shown.collect() }
        };
        let same = |asked: &IssuedLightChallenge| {
            let cases = [
                None,
                Some(report(LightOutcome::Skipped, &[])),
                Some(report(LightOutcome::Incomplete, &asked.colors[..2])),
                Some(report(LightOutcome::Shown, &sequences()[6])),
            ];
            cases.map(|report| check(Some(asked), report.as_ref(), || panic!("no picture is measured")).penalty)
        };
        assert_eq!(same(&asked), [UNCLEAR_PENALTY; 4]);
        let shown = report(LightOutcome::Shown, &asked.colors);
        assert_eq!(check(Some(&asked), Some(&shown), || Err("dark".into())).penalty, UNCLEAR_PENALTY);
        assert_eq!(check(Some(&asked), Some(&shown), || Ok(skin_lights(&sequences()[5], 0.2, 1.0))).penalty, 0.0);
        asked.required = true;
        assert_eq!(same(&asked), [REQUIRED_PENALTY; 4]);
        assert_eq!(check(Some(&asked), Some(&shown), || Ok(skin_lights(&sequences()[5], 0.2, 1.0))).penalty, 0.0);
        assert_eq!(check(None, Some(&shown), || panic!("no challenge was issued")).penalty, 0.0);
    }

    #[test]
    fn the_reflection_of_a_pane_is_distinguished_from_that_of_a_face() {
        let colors = sequences()[5];
        let report = LightReport {
            outcome: LightOutcome::Shown,
            shown: colors.map(|color| nearfar_protocol::light::ShownLight { color, from: 1, until: 2 }).to_vec(),
        };
        let penalty = |share: f32, detail: f32| {
            let asked = IssuedLightChallenge { colors: colors.to_vec(), required: false };
            check(Some(&asked), Some(&report), || Ok(skin_lights(&colors, share, detail))).penalty
        };
        for share in [0.05, 0.2, 1.0] {
            assert_eq!(
                [penalty(share, 1.0), penalty(share, 0.7), penalty(share, 0.0)],
                [0.0, 0.0, WRONG_PENALTY],
                "{share}"
            );
        }
    }
}
