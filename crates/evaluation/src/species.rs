//! What is presented, and how: bona fide captures and species of attacks, staged from portraits.

use crate::captures::evidence::evidence;
use crate::captures::light::{Before, Lighting, add, any_sequence};
use crate::captures::path::{FaceBox, any_path, evidence_along, facing, positions};
use crate::captures::scene::{Position, fitting_width, moved, relit};
use image::RgbImage;
use nearfar_inspect::model::detector;
use nearfar_protocol::motion::{MotionPath, PathLength};
use nearfar_rendering::everyday::{Everyday, Place};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Fold, Head, Surface, bending_axis, folded_once, folded_twice, paper_nose};
use nearfar_rendering::screen::{Kind, Screen};
use nearfar_scoring::Evidence;
use std::f32::consts::PI;
use std::fmt::{Display, Formatter, Result};

/// What is asked of a capture besides far and near.
#[derive(Clone, Copy, Debug, Default)]
pub struct Challenges {
    /// Colours.
    pub is_lit: bool,
    /// A path of this length.
    pub path: Option<PathLength>,
}

/// Species of presentations; only the first is bona fide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Species {
    /// A head in depth that moves a little, mostly among things that look like signs of a screen.
    BonaFide,
    /// A flat print, held at a slant that changes.
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
    /// A flat print cut out along the face, a room behind it.
    CutOut,
    /// A still on a tablet that fills the picture.
    StillReplay,
    /// A film of somebody who comes nearer, on a tablet.
    VideoReplay,
    /// The same on a phone, whose edge may be seen.
    PhoneReplay,
    /// A still that a virtual camera moves and scales.
    InjectedStill,
    /// A second of somebody near, over and over, that a virtual camera scales.
    InjectedLoop,
    /// A film of somebody who comes nearer, by a virtual camera.
    InjectedVideo,
    /// A film of another path by a virtual camera, which moves and enlarges it to follow the one that is asked for.
    FollowingVideo,
    /// The film of another attempt, with its colours on the face, by a virtual camera.
    RecordedLight,
    /// An honest capture of which one byte was changed on the way.
    AlteredUpload,
}

impl Species {
    /// All of them.
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

    /// Whether there is such a thing with these challenges.
    pub fn exists(self, challenges: &Challenges) -> bool {
        match self {
            Species::RecordedLight => challenges.is_lit,
            Species::FollowingVideo => challenges.path.is_some(),
            _ => true,
        }
    }

    /// One capture; another `index` makes another one.
    pub fn capture(self, person: &Portrait, index: u32, challenges: &Challenges) -> Evidence {
        let mut random = Random::new(&format!("evaluate {} {self:?} {index}", person.person));
        let random = &mut random;
        let width = fitting_width(person);
        let size = (width, width * 4 / 3);
        let staged = self.staged(random);
        let everyday = (self == Species::BonaFide && random.chance(0.6)).then(|| Everyday::new(random));
        let paths = challenges.path.map(|length| self.paths(person, index, length));
        let places = match &paths {
            Some((asked, filmed)) => {
                let mut detector = detector(None).expect("the model of the workspace");
                let face = FaceBox::of(person, size, &mut detector).expect("a face in every portrait");
                self.places(&positions(asked, face, size), &positions(filmed, face, size))
            }
            None => vec![Position::FAR, Position::NEAR],
        };
        let last = places.len() - 1;
        let pictures = places.into_iter().enumerate().map(|(at, position)| {
            let surface = match &staged.surface {
                Surface::Head(head) => moved(head, random),
                _ => staged.surface(at as f32 / last as f32),
            };
            let place = self.held(position, random);
            let place = if paths.is_some() { self.turned(place, size, random) } else { place };
            let picture = staged.seen(person, &surface, place, size, random);
            if !staged.has_camera {
                return picture;
            }
            let Some(everyday) = &everyday else { return relit(&picture, 0.5, random) };
            let [x, y] = [place.middle.0 * size.0 as f32, place.middle.1 * size.1 as f32];
            let face = Place { x, y, width: place.share * size.0 as f32 };
            everyday.taken(&relit(&everyday.around(&picture, face, random), 0.5, random))
        });
        let pictures: Vec<RgbImage> = pictures.collect();
        let mut capture = match &paths {
            Some((asked, _)) => evidence_along(asked, &pictures),
            None => evidence(&pictures[0], &pictures[last]),
        };
        if challenges.is_lit {
            self.light(&mut capture, person, &staged.head, index);
        }
        if let (Species::AlteredUpload, Some(near)) = (self, capture.files.get_mut("near")) {
            let at = near.len() / 2 + index as usize;
            near[at] ^= 1;
        }
        capture
    }

    /// The path that is asked for, and that of the film: by a random of their own.
    fn paths(self, person: &Portrait, index: u32, length: PathLength) -> (MotionPath, MotionPath) {
        let mut random = Random::new(&format!("evaluate path {} {self:?} {index}", person.person));
        (any_path(length, &mut random), any_path(length, &mut random))
    }

    /// Where it is held at each position: a film has been made for another path, whatever is asked for.
    fn places(self, asked: &[Position], filmed: &[Position]) -> Vec<Position> {
        let each = asked.iter().zip(filmed);
        let place = each.map(|(asked, filmed)| match self {
            Species::VideoReplay | Species::PhoneReplay | Species::InjectedVideo | Species::RecordedLight => *filmed,
            // Seen from where it was filmed, as large and in the place that is asked for.
            Species::FollowingVideo => Position { distance: filmed.distance, ..*asked },
            _ => *asked,
        });
        place.collect()
    }

    /// What is put before the camera, by chance.
    pub fn staged(self, random: &mut Random) -> Staged {
        let head = Head::new(random);
        let bent = self.bent(random);
        let surface = match self {
            Species::FlatPrint | Species::StillReplay | Species::InjectedStill => Surface::Flat,
            Species::CutOut => Surface::CutOut,
            _ => bent.or_else(|| self.folded(random)).unwrap_or_else(|| Surface::Head(head.clone())),
        };
        let has_camera = !matches!(
            self,
            Species::InjectedStill
                | Species::InjectedLoop
                | Species::InjectedVideo
                | Species::FollowingVideo
                | Species::RecordedLight
        );
        Staged { head, surface, is_folded_later: self == Species::FoldedLater, screen: self.screen(random), has_camera }
    }

    /// Where it is held, by chance.
    pub fn held(self, position: Position, random: &mut Random) -> Position {
        let mut place = position.alive(random);
        match self {
            _ if self.is_held() => {
                // Whoever holds a print holds it less straight than a head.
                place.turn = (random.between(-0.3, 0.3), random.between(-0.3, 0.3));
            }
            Species::InjectedStill => place.turn = (0.0, 0.0),
            // Scaled, and so seen from where it was filmed; within a second nobody turns far.
            Species::InjectedLoop => {
                place.distance = Position::NEAR.distance;
                place.turn = (0.3 * place.turn.0, 0.3 * place.turn.1);
            }
            _ => {}
        }
        place
    }

    /// Who moves aside looks at the screen all the same, and so turns the head, by some of the angle or by all of it.
    fn turned(self, place: Position, size: (u32, u32), random: &mut Random) -> Position {
        if self.is_held() || self == Species::InjectedStill {
            return place;
        }
        let (part, (yaw, pitch)) = (random.between(0.4, 1.0), facing(&place, size));
        Position { turn: (place.turn.0 + part * yaw, place.turn.1 + part * pitch), ..place }
    }

    /// Whether it is something that somebody holds: a print or a tablet.
    fn is_held(self) -> bool {
        use Species::*;
        let folded = matches!(self, FoldedUpright | FoldedSlanting | FoldedLevel | FoldedTwice | FoldedLater);
        folded || matches!(self, FlatPrint | BentPrint | NoseCut | NosePressed | CutOut | StillReplay)
    }

    /// The screen that shows it.
    fn screen(self, random: &mut Random) -> Option<Screen> {
        match self {
            Species::StillReplay => Some(Screen::new(Kind::Tablet, 1.0, random)),
            Species::VideoReplay => Some(Screen::new(Kind::Tablet, 0.84, random)),
            Species::PhoneReplay => Some(Screen::new(Kind::Phone, 0.84, random)),
            _ => None,
        }
    }

    /// Adds the light challenge, by a random of its own: the pictures far and near are the same without it.
    fn light(self, capture: &mut Evidence, person: &Portrait, head: &Head, index: u32) {
        let mut random = Random::new(&format!("evaluate light {} {self:?} {index}", person.person));
        let random = &mut random;
        let asked = any_sequence(random);
        // Evenly over its logarithm: an evening's 30 lux to a desk by the window.
        let room = 30.0 * 10f32.powf(random.between(0.0, 1.7));
        let screen = random.between(10.0, 60.0);
        let before = match self {
            Species::BonaFide | Species::AlteredUpload => Before::Head,
            Species::InjectedStill | Species::InjectedLoop | Species::InjectedVideo | Species::FollowingVideo => {
                Before::Nothing
            }
            // What glass mirrors of a phone at 25 cm: some 4 % of its 100 to 400 cd/m2, before the 100 to 400 of the film.
            Species::StillReplay | Species::VideoReplay | Species::PhoneReplay => Before::Glass,
            // Paper reflects as skin does.
            _ => Before::Head,
        };
        let shown = if self == Species::RecordedLight { any_sequence(random) } else { asked.clone() };
        let mut lighting = Lighting::new(before, room, screen, random);
        if before == Before::Glass {
            lighting.share = 0.04 * random.between(0.25, 4.0);
        }
        let surface = if before == Before::Nothing || before == Before::Glass || self.is_head() {
            Surface::Head(head.clone())
        } else {
            Surface::Flat
        };
        add(capture, (person, &surface), &asked, &shown, lighting, random);
    }

    /// Whether a head's depth is before the camera, or in the film.
    fn is_head(self) -> bool {
        matches!(self, Species::BonaFide | Species::AlteredUpload | Species::RecordedLight)
    }

    fn folded(self, random: &mut Random) -> Option<Surface> {
        let once = |axis: f32, random: &mut Random| Surface::Folded(folded_once(axis, random));
        Some(match self {
            Species::FoldedUpright | Species::FoldedLater => once(0.0, random),
            Species::FoldedSlanting => {
                let slant = random.between(0.3, 1.2);
                once(if random.chance(0.5) { slant } else { -slant }, random)
            }
            Species::FoldedLevel => once(PI / 2.0, random),
            Species::FoldedTwice => Surface::Folded(folded_twice(random)),
            Species::NoseCut => Surface::PaperNose(paper_nose(true, random)),
            Species::NosePressed => Surface::PaperNose(paper_nose(false, random)),
            _ => return None,
        })
    }

    fn bent(self, random: &mut Random) -> Option<Surface> {
        let angle = bending_axis(random);
        // Evenly over how much it is bent: 7.5 to 60 cm, 6.3 of which are between the eyes.
        let radius = 1.0 / random.between(6.3 / 60.0, 6.3 / 7.5);
        (self == Species::BentPrint).then_some(Surface::Cylinder { angle, radius })
    }
}

/// What is before the camera, or in its place.
pub struct Staged {
    /// The person's own head.
    head: Head,
    surface: Surface,
    is_folded_later: bool,
    screen: Option<Screen>,
    /// Whether a camera sees it, with its noise and in the light there.
    pub has_camera: bool,
}

impl Staged {
    /// The surface, a head's with another expression the farther on its way it is, 0 to 1.
    pub fn surface(&self, part: f32) -> Surface {
        match &self.surface {
            Surface::Folded(fold) if self.is_folded_later => {
                Surface::Folded(Fold { slopes: fold.slopes.map(|slope| part * slope), ..*fold })
            }
            Surface::Head(head) => Surface::Head(head.with_expression(0.04 * part, -0.03 * part)),
            other => other.clone(),
        }
    }

    /// What a camera without noise sees of it.
    pub fn seen(
        &self,
        person: &Portrait,
        surface: &Surface,
        place: Position,
        size: (u32, u32),
        random: &mut Random,
    ) -> RgbImage {
        let Some(screen) = &self.screen else { return place.shot(person, surface, size) };
        // Whoever makes the film makes the face as large as it has to be.
        let filmed = Position { share: place.share / screen.scale, ..place };
        let film = filmed.shot(person, surface, screen.film_size(size.0));
        screen.shown(&film, size, random)
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
