//! Simulated captures of bona fide presentations and of attack species.

use crate::captures::evidence::evidence;
use crate::captures::light::{Lighting, LitObject, add_light_challenge, random_sequence};
use crate::captures::path::{FaceBox, path_evidence, positions, random_path, turn_towards_camera};
use crate::captures::scene::{Position, native_width, vary_light, with_random_expression};
use image::RgbImage;
use nearfar_inspect::model::detector;
use nearfar_protocol::motion::{MotionPath, PathLength};
use nearfar_rendering::confounders::{Confounders, FacePlace};
use nearfar_rendering::paper::{PaperShape, bending_axis};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Fold, Head, Surface};
use nearfar_rendering::screen::{Kind, Screen};
use nearfar_scoring::Evidence;
use std::fmt::{Display, Formatter, Result};

/// The challenges of a capture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Challenges {
    /// Whether there is a light challenge.
    pub is_lit: bool,
    /// The length of the path of the motion challenge, if there is one.
    pub path: Option<PathLength>,
}

/// Species of presentations; only the first is bona fide. Names of variants are part of random seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Species {
    /// A 3D head that moves a little, mostly with confounders of PAD artefacts.
    BonaFide,
    /// A flat print at a changing slant.
    FlatPrint,
    /// A print bent by 7.5 to 60 cm.
    BentPrint,
    /// A print folded once, about upright.
    FoldedUpright,
    /// A print folded once, at a slant.
    FoldedSlanting,
    /// A print folded once, about level.
    FoldedLevel,
    /// A print folded twice.
    FoldedTwice,
    /// A print that is flat in far and folded once in near.
    FoldedLater,
    /// A flat print with its nose cut free and bent out.
    NoseCut,
    /// A flat print with its nose pressed out.
    NosePressed,
    /// A flat print cut out along the face, with a room behind it.
    CutOut,
    /// A still on a tablet that fills the picture.
    StillReplay,
    /// A video of an approaching person on a tablet.
    VideoReplay,
    /// The same on a phone, whose edge may be visible.
    PhoneReplay,
    /// A still, moved and scaled by a virtual camera.
    InjectedStill,
    /// A loop of one second of a near person, scaled by a virtual camera.
    InjectedLoop,
    /// A video of an approaching person by a virtual camera.
    InjectedVideo,
    /// A video of another path by a virtual camera, which moves and enlarges it to follow the requested path.
    FollowingVideo,
    /// The video of another attempt with the colours of that attempt on the face, by a virtual camera.
    RecordedLight,
    /// A bona fide capture with one byte changed in transit.
    AlteredUpload,
}

impl Species {
    /// All species.
    pub const ALL: [Species; 20] = [
        Species::BonaFide,
        Species::FlatPrint,
        Species::BentPrint,
        Species::FoldedUpright,
        Species::FoldedSlanting,
        Species::FoldedLevel,
        Species::FoldedTwice,
        Species::FoldedLater,
        Species::NoseCut,
        Species::NosePressed,
        Species::CutOut,
        Species::StillReplay,
        Species::VideoReplay,
        Species::PhoneReplay,
        Species::InjectedStill,
        Species::InjectedLoop,
        Species::InjectedVideo,
        Species::FollowingVideo,
        Species::RecordedLight,
        Species::AlteredUpload,
    ];

    /// Whether the species exists with these challenges.
    pub fn exists(self, challenges: &Challenges) -> bool {
        match self {
            Species::RecordedLight => challenges.is_lit,
            Species::FollowingVideo => challenges.path.is_some(),
            _ => true,
        }
    }

    /// Simulates a capture. Each `index` gives another one.
    pub fn capture(self, person: &Portrait, index: u32, challenges: &Challenges) -> Evidence {
        let mut random = Random::new(&format!("evaluate {} {self:?} {index}", person.person));
        let random = &mut random;
        let width = native_width(person);
        let size = (width, width * 4 / 3);
        let presentation = self.presentation(random);
        let confounders = (self == Species::BonaFide && random.chance(0.6)).then(|| Confounders::new(random));
        let paths = challenges.path.map(|length| self.paths(person, index, length));
        let positions = match &paths {
            Some((requested, recorded)) => {
                let mut detector = detector(None).expect("the model of the workspace");
                let face = FaceBox::measure(person, size, &mut detector).expect("a face in every portrait");
                self.positions(&positions(requested, face, size), &positions(recorded, face, size))
            }
            None => vec![Position::FAR, Position::NEAR],
        };
        let last = positions.len() - 1;
        let pictures = positions.into_iter().enumerate().map(|(at, position)| {
            let surface = match &presentation.surface {
                Surface::Head(head) => with_random_expression(head, random),
                _ => presentation.surface(at as f32 / last as f32),
            };
            let place = self.random_pose(position, random);
            let place = if paths.is_some() { self.turned_to_screen(place, size, random) } else { place };
            let picture = presentation.render(person, &surface, place, size, random);
            if !presentation.has_camera {
                return picture;
            }
            let Some(confounders) = &confounders else { return vary_light(&picture, 0.5, random) };
            let [x, y] = [place.middle.0 * size.0 as f32, place.middle.1 * size.1 as f32];
            let face = FacePlace { x, y, width: place.share * size.0 as f32 };
            confounders.apply_camera(&vary_light(&confounders.apply_to_scene(&picture, face, random), 0.5, random))
        });
        let pictures: Vec<RgbImage> = pictures.collect();
        let mut capture = match &paths {
            Some((requested, _)) => path_evidence(requested, &pictures),
            None => evidence(&pictures[0], &pictures[last]),
        };
        if challenges.is_lit {
            self.add_light(&mut capture, person, &presentation.head, index);
        }
        if let (Species::AlteredUpload, Some(near)) = (self, capture.files.get_mut("near")) {
            let at = near.len() / 2 + index as usize;
            near[at] ^= 1;
        }
        capture
    }

    /// The requested path and the recorded path, from a random generator of their own.
    fn paths(self, person: &Portrait, index: u32, length: PathLength) -> (MotionPath, MotionPath) {
        let mut random = Random::new(&format!("evaluate path {} {self:?} {index}", person.person));
        (random_path(length, &mut random), random_path(length, &mut random))
    }

    /// The positions of the presentation. A video was made for another path, whatever is requested.
    fn positions(self, requested: &[Position], recorded: &[Position]) -> Vec<Position> {
        let pairs = requested.iter().zip(recorded);
        let positions = pairs.map(|(requested, recorded)| match self {
            Species::VideoReplay | Species::PhoneReplay | Species::InjectedVideo | Species::RecordedLight => *recorded,
            // In the perspective of the video, with the requested size and place.
            Species::FollowingVideo => Position { distance: recorded.distance, ..*requested },
            _ => *requested,
        });
        positions.collect()
    }

    /// A random presentation.
    pub fn presentation(self, random: &mut Random) -> Presentation {
        let head = Head::new(random);
        let bent = self.bent_print(random);
        let surface = match self {
            Species::FlatPrint | Species::StillReplay | Species::InjectedStill => Surface::Flat,
            Species::CutOut => Surface::CutOut,
            _ => bent
                .or_else(|| Some(self.paper_shape()?.surface(random)))
                .unwrap_or_else(|| Surface::Head(head.clone())),
        };
        let has_camera = !matches!(
            self,
            Species::InjectedStill
                | Species::InjectedLoop
                | Species::InjectedVideo
                | Species::FollowingVideo
                | Species::RecordedLight
        );
        Presentation {
            head,
            surface,
            is_folded_later: self == Species::FoldedLater,
            screen: self.screen(random),
            has_camera,
        }
    }

    /// A random pose at a position.
    pub fn random_pose(self, position: Position, random: &mut Random) -> Position {
        let mut place = position.with_jitter(random);
        match self {
            _ if self.is_held() => {
                // Prints are held less straight than heads.
                place.turn = (random.between(-0.3, 0.3), random.between(-0.3, 0.3));
            }
            Species::InjectedStill => place.turn = (0.0, 0.0),
            // Scaled, so the perspective stays that of the video. Within a second nobody turns far.
            Species::InjectedLoop => {
                place.distance = Position::NEAR.distance;
                place.turn = (0.3 * place.turn.0, 0.3 * place.turn.1);
            }
            _ => {}
        }
        place
    }

    /// A person at the side faces the screen and so turns the head, by some or all of the angle.
    fn turned_to_screen(self, place: Position, size: (u32, u32), random: &mut Random) -> Position {
        if self.is_held() || self == Species::InjectedStill {
            return place;
        }
        let (share, (yaw, pitch)) = (random.between(0.4, 1.0), turn_towards_camera(&place, size));
        Position { turn: (place.turn.0 + share * yaw, place.turn.1 + share * pitch), ..place }
    }

    /// Whether a person holds the artefact: a print or a tablet.
    fn is_held(self) -> bool {
        use Species::*;
        let folded = matches!(self, FoldedUpright | FoldedSlanting | FoldedLevel | FoldedTwice | FoldedLater);
        folded || matches!(self, FlatPrint | BentPrint | NoseCut | NosePressed | CutOut | StillReplay)
    }

    /// The screen of a replay.
    fn screen(self, random: &mut Random) -> Option<Screen> {
        match self {
            Species::StillReplay => Some(Screen::new(Kind::Tablet, 1.0, random)),
            Species::VideoReplay => Some(Screen::new(Kind::Tablet, 0.84, random)),
            Species::PhoneReplay => Some(Screen::new(Kind::Phone, 0.84, random)),
            _ => None,
        }
    }

    /// Adds the light challenge from a random generator of its own, so that far and near do not depend on it.
    fn add_light(self, capture: &mut Evidence, person: &Portrait, head: &Head, index: u32) {
        let mut random = Random::new(&format!("evaluate light {} {self:?} {index}", person.person));
        let random = &mut random;
        let requested = random_sequence(random);
        // Log-uniform from 30 lux in the evening to a desk by the window.
        let room = 30.0 * 10f32.powf(random.between(0.0, 1.7));
        let screen = random.between(10.0, 60.0);
        let object = match self {
            Species::BonaFide | Species::AlteredUpload => LitObject::Head,
            Species::InjectedStill | Species::InjectedLoop | Species::InjectedVideo | Species::FollowingVideo => {
                LitObject::Nothing
            }
            // Glass reflects some 4 % of a phone's 100 to 400 cd/m2 at 25 cm, over the 100 to 400 of the video.
            Species::StillReplay | Species::VideoReplay | Species::PhoneReplay => LitObject::Glass,
            // Paper reflects like skin.
            _ => LitObject::Head,
        };
        let shown = if self == Species::RecordedLight { random_sequence(random) } else { requested.clone() };
        let mut lighting = Lighting::new(object, room, screen, random);
        if object == LitObject::Glass {
            lighting.share = 0.04 * random.between(0.25, 4.0);
        }
        let surface = if object == LitObject::Nothing || object == LitObject::Glass || self.is_head() {
            Surface::Head(head.clone())
        } else {
            Surface::Flat
        };
        add_light_challenge(capture, (person, &surface), &requested, &shown, lighting, random);
    }

    /// Whether the camera or the video captured a 3D head.
    fn is_head(self) -> bool {
        matches!(self, Species::BonaFide | Species::AlteredUpload | Species::RecordedLight)
    }

    /// The shape of a folded print or of one with a raised nose.
    fn paper_shape(self) -> Option<PaperShape> {
        match self {
            Species::FoldedUpright | Species::FoldedLater => Some(PaperShape::FoldedUpright),
            Species::FoldedSlanting => Some(PaperShape::FoldedSlanting),
            Species::FoldedLevel => Some(PaperShape::FoldedLevel),
            Species::FoldedTwice => Some(PaperShape::FoldedTwice),
            Species::NoseCut => Some(PaperShape::NoseCut),
            Species::NosePressed => Some(PaperShape::NosePressed),
            _ => None,
        }
    }

    fn bent_print(self, random: &mut Random) -> Option<Surface> {
        let angle = bending_axis(random);
        // Uniform in curvature, for radii of 7.5 to 60 cm; the eyes are 6.3 cm apart.
        let radius = 1.0 / random.between(6.3 / 60.0, 6.3 / 7.5);
        (self == Species::BentPrint).then_some(Surface::Cylinder { angle, radius })
    }
}

/// What is presented to the camera, or injected in its place.
pub struct Presentation {
    /// The head of the person.
    head: Head,
    surface: Surface,
    is_folded_later: bool,
    screen: Option<Screen>,
    /// Whether a camera captures it, with noise and in the light of a room.
    pub has_camera: bool,
}

impl Presentation {
    /// The surface at a progress from 0 (far) to 1 (near). A head changes its expression on the way.
    pub fn surface(&self, progress: f32) -> Surface {
        match &self.surface {
            Surface::Folded(fold) if self.is_folded_later => {
                Surface::Folded(Fold { slopes: fold.slopes.map(|slope| progress * slope), ..*fold })
            }
            Surface::Head(head) => Surface::Head(head.with_expression(0.04 * progress, -0.03 * progress)),
            other => other.clone(),
        }
    }

    /// Renders the view of a camera without noise.
    pub fn render(
        &self,
        person: &Portrait,
        surface: &Surface,
        place: Position,
        size: (u32, u32),
        random: &mut Random,
    ) -> RgbImage {
        let Some(screen) = &self.screen else { return place.render(person, surface, size) };
        // The video shows the face in the size that the capture needs.
        let recorded = Position { share: place.share / screen.scale, ..place };
        let video = recorded.render(person, surface, screen.video_size(size.0));
        screen.recapture(&video, size, random)
    }
}

impl Display for Species {
    fn fmt(&self, f: &mut Formatter) -> Result {
        f.write_str(match self {
            Species::BonaFide => "bona fide",
            Species::FlatPrint => "flat print",
            Species::BentPrint => "bent print",
            Species::FoldedUpright => "print folded upright",
            Species::FoldedSlanting => "print folded at a slant",
            Species::FoldedLevel => "print folded level",
            Species::FoldedTwice => "print folded twice",
            Species::FoldedLater => "print folded before near",
            Species::NoseCut => "print with its nose cut out",
            Species::NosePressed => "print with its nose pressed out",
            Species::CutOut => "cut-out",
            Species::StillReplay => "still on a tablet",
            Species::VideoReplay => "film on a tablet",
            Species::PhoneReplay => "film on a phone",
            Species::InjectedStill => "injected still",
            Species::InjectedLoop => "injected loop",
            Species::InjectedVideo => "injected film",
            Species::FollowingVideo => "injected film that is enlarged to follow",
            Species::RecordedLight => "injected film of another attempt",
            Species::AlteredUpload => "altered upload",
        })
    }
}
