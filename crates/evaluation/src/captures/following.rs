//! A simulated person who follows the guidance: stays in a position until the next one is wanted, then moves there.

use super::path::{FaceBox, position_in, turn_towards_camera};
use super::scene::Position;
use crate::video::planes::Planes;
use anyhow::Result;
use nearfar::detection::Detector;
use nearfar::frame::Size;
use nearfar::guidance::{MotionPath, Stage, Target, Thresholds, Viewport};
use nearfar::pipeline::{Pipeline, PipelineConfig};
use nearfar::session::{Event, Phase};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::scene::{Head, Surface};

/// Interval of the frames, ms.
pub const FRAME_MS: f64 = 1000.0 / 30.0;
/// A capture that takes longer is given up, ms.
const LIMIT_MS: f64 = 60_000.0;

/// The person's way from far to near: a frame for each position, and frames of the moves in between.
pub struct Film {
    frames: Vec<Planes>,
    /// Indices of the frames that show the positions.
    positions: Vec<usize>,
    size: Size,
    path: Option<MotionPath>,
}

/// Where the time of a capture goes, ms: from the first frame in which every check of the far stage passes to the frame
/// that completes the near stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CaptureTimes {
    /// Hold of the far position.
    pub far_hold: f64,
    /// Reaction and movement between the positions, until every check passes again, and broken holds.
    pub moves: f64,
    /// Holds of the stops.
    pub stop_holds: f64,
    /// Hold of the near position.
    pub near_hold: f64,
}

impl CaptureTimes {
    /// The whole time.
    pub fn total(&self) -> f64 {
        self.far_hold + self.moves + self.stop_holds + self.near_hold
    }
}

impl Film {
    /// Renders the way along a path, or from far to near in the middle of the picture. Each move takes `move_ms`.
    pub fn render(
        portrait: &Portrait,
        face: FaceBox,
        path: Option<MotionPath>,
        move_ms: f64,
        (width, height): (u32, u32),
    ) -> Self {
        let (size, viewport) = (Size { width, height }, Viewport { width: width as f32, height: height as f32 });
        let target = |stage: Stage| match &path {
            Some(path) => Target::on_path(path, stage, 0.0, size, viewport),
            None if stage.stop().is_none() => Some(Target::new(stage, size, viewport, &Thresholds::default())),
            None => None,
        };
        let places: Vec<_> = Stage::ALL.into_iter().filter_map(target).collect();
        let places: Vec<_> = places.iter().map(|target| position_in(target, face, (width, height))).collect();
        let head = Surface::Head(Head::mean());
        let picture = |place: Position| {
            let turned = Position { turn: turn_towards_camera(&place, (width, height)), ..place };
            Planes::new(&turned.render(portrait, &head, (width, height)))
        };
        let moving = (move_ms / FRAME_MS).round().max(1.0) as usize;
        let (mut frames, mut positions) = (vec![picture(places[0])], vec![0]);
        for pair in places.windows(2) {
            frames.extend((1..=moving).map(|step| picture(between(&pair[0], &pair[1], step as f32 / moving as f32))));
            positions.push(frames.len() - 1);
        }
        Film { frames, positions, size, path }
    }

    /// Plays the film to the pipeline in simulated time; the person starts to move `reaction_ms` after each change of
    /// the stage. `None` if the capture does not succeed.
    ///
    /// # Errors
    /// If a setting is out of its range.
    pub fn capture(
        &self,
        detector: Detector,
        config: PipelineConfig,
        reaction_ms: f64,
    ) -> Result<Option<CaptureTimes>> {
        let mut pipeline = Pipeline::new(detector, config)?;
        pipeline.set_path(self.path);
        pipeline.resize(Viewport { width: self.size.width as f32, height: self.size.height as f32 }, 0.0);
        pipeline.handle(&Event::Start, 0.0);
        let stages: Vec<_> = pipeline.driver().stages();
        let (mut times, mut began, mut held_since, mut changed_at, mut shown) =
            (CaptureTimes::default(), None, None, 0.0, 0);
        for index in 0..(LIMIT_MS / FRAME_MS) as usize {
            let now = index as f64 * FRAME_MS;
            let before = pipeline.driver().phase();
            let Some(stage) = before.stage() else { return Ok(None) };
            let wanted = stages.iter().position(|one| *one == stage).map_or(0, |at| self.positions[at]);
            if now - changed_at >= reaction_ms {
                shown = if shown < wanted { shown + 1 } else { shown - usize::from(shown > wanted) };
            }
            pipeline.process(&self.frames[shown].frame()?, now, now);
            let phase = pipeline.driver().phase();
            if pipeline.driver().is_holding() {
                began = began.or(Some(now));
                held_since = held_since.or(Some(now));
            } else if phase == before {
                held_since = None;
            }
            if phase == before {
                continue;
            }
            changed_at = now;
            let held = now - held_since.take().unwrap_or(now);
            match stage {
                Stage::Far => times.far_hold += held,
                Stage::FirstStop | Stage::SecondStop => times.stop_holds += held,
                Stage::Near => times.near_hold += held,
            }
            if phase == Phase::Encoding {
                let holds = times.far_hold + times.stop_holds + times.near_hold;
                return Ok(began.map(|began: f64| CaptureTimes { moves: now - began - holds, ..times }));
            }
        }
        Ok(None)
    }
}

/// A position on the way from one to another, with a smooth start and end. The distance shrinks as the face grows.
fn between(from: &Position, to: &Position, part: f32) -> Position {
    let part = part * part * (3.0 - 2.0 * part);
    let mix = |from: f32, to: f32| from + (to - from) * part;
    let share = from.share * (to.share / from.share).powf(part);
    Position {
        share,
        distance: from.distance * from.share / share,
        middle: (mix(from.middle.0, to.middle.0), mix(from.middle.1, to.middle.1)),
        turn: from.turn,
    }
}
