//! What is presented, and how: bona fide captures and species of attacks, staged from portraits.

use crate::staging::evidence::evidence;
use crate::staging::scene::{Position, fitting_width, moved, relit};
use image::{Rgb, RgbImage};
use nearfar_inspect::occlusion::random::Random;
use nearfar_inspect::staging::portraits::Portrait;
use nearfar_inspect::staging::scene::{Head, Surface, bending_axis};
use nearfar_scoring::Evidence;
use std::f32::consts::PI;
use std::fmt::{Display, Formatter, Result};

/// Species of presentations; only the first is bona fide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Species {
    /// A head in depth that moves a little.
    BonaFide,
    /// A flat print, held at a slant that changes.
    FlatPrint,
    /// A print bent by 7.5 to 60 cm.
    BentPrint,
    /// A flat print cut out along the face, a room behind it.
    CutOut,
    /// A still on a tablet.
    StillReplay,
    /// A film of somebody who comes nearer, on a tablet.
    VideoReplay,
    /// The same on a phone, whose edge is seen.
    PhoneReplay,
    /// A still that a virtual camera moves and scales.
    InjectedStill,
    /// A film of somebody who comes nearer, by a virtual camera.
    InjectedVideo,
    /// An honest capture of which one byte was changed on the way.
    AlteredUpload,
}

impl Species {
    /// All of them.
    pub const ALL: [Species; 10] = [
        Species::BonaFide,
        Species::FlatPrint,
        Species::BentPrint,
        Species::CutOut,
        Species::StillReplay,
        Species::VideoReplay,
        Species::PhoneReplay,
        Species::InjectedStill,
        Species::InjectedVideo,
        Species::AlteredUpload,
    ];

    /// One capture; another `index` makes another one.
    pub fn capture(self, person: &Portrait, index: u32) -> Evidence {
        let mut random = Random::new(&format!("evaluate {} {self:?} {index}", person.person));
        let random = &mut random;
        let width = fitting_width(person);
        let size = (width, width * 4 / 3);
        let head = Head::new(random);
        let bent = self.bent(random);
        let grid = Grid::new(random);
        let [far, near] = [Position::FAR, Position::NEAR].map(|position| {
            let surface = match (self, &bent) {
                (Species::FlatPrint | Species::StillReplay | Species::InjectedStill, _) => Surface::Flat,
                (Species::CutOut, _) => Surface::CutOut,
                (Species::BentPrint, Some(bent)) => bent.clone(),
                _ => moved(&head, random),
            };
            let mut place = position.alive(random);
            if !matches!(surface, Surface::Head(_)) {
                // Whoever holds a print holds it less straight than a head.
                place.turn = (random.between(-0.3, 0.3), random.between(-0.3, 0.3));
            }
            if self == Species::InjectedStill {
                place.turn = (0.0, 0.0);
            }
            let mut picture = place.shot(person, &surface, size);
            if matches!(self, Species::StillReplay | Species::VideoReplay | Species::PhoneReplay) {
                picture = grid.shown(&picture);
            }
            if self == Species::PhoneReplay {
                edged(&mut picture);
            }
            match self {
                Species::InjectedStill | Species::InjectedVideo => picture,
                _ => relit(&picture, 0.5, random),
            }
        });
        let mut capture = evidence(&far, &near);
        if let (Species::AlteredUpload, Some(near)) = (self, capture.files.get_mut("near")) {
            let at = near.len() / 2 + index as usize;
            near[at] ^= 1;
        }
        capture
    }

    fn bent(self, random: &mut Random) -> Option<Surface> {
        let angle = bending_axis(random);
        // Evenly over how much it is bent: 7.5 to 60 cm, 6.3 of which are between the eyes.
        let radius = 1.0 / random.between(6.3 / 60.0, 6.3 / 7.5);
        (self == Species::BentPrint).then_some(Surface::Cylinder { angle, radius })
    }
}

impl Display for Species {
    fn fmt(&self, f: &mut Formatter) -> Result {
        f.write_str(match self {
            Species::BonaFide => "bona fide",
            Species::FlatPrint => "flat print",
            Species::BentPrint => "bent print",
            Species::CutOut => "cut-out",
            Species::StillReplay => "still on a tablet",
            Species::VideoReplay => "film on a tablet",
            Species::PhoneReplay => "film on a phone",
            Species::InjectedStill => "injected still",
            Species::InjectedVideo => "injected film",
            Species::AlteredUpload => "altered upload",
        })
    }
}

/// The pixels of a screen, seen by a camera: stripes whose period is no whole number of the camera's pixels, so that
/// they beat, and a reflection.
struct Grid {
    period: f32,
    angle: f32,
    depth: f32,
    glare: (f32, f32, f32),
}

impl Grid {
    fn new(random: &mut Random) -> Self {
        Grid {
            period: random.between(1.6, 3.4),
            angle: random.between(-0.08, 0.08),
            depth: random.between(0.03, 0.12),
            glare: (random.between(0.1, 0.9), random.between(0.1, 0.9), random.between(0.0, 50.0)),
        }
    }

    fn shown(&self, picture: &RgbImage) -> RgbImage {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let (sin, cos) = self.angle.sin_cos();
        let (left, top, bright) = self.glare;
        RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            let (fx, fy) = (x as f32, y as f32);
            let (u, v) = (fx * cos + fy * sin, fy * cos - fx * sin);
            let off = ((fx / width - left).powi(2) + (fy / height - top).powi(2)) / 0.04;
            let glare = bright * (-off).exp();
            let channels = picture.get_pixel(x, y).0;
            Rgb([0, 1, 2].map(|channel| {
                // Red, green and blue lie side by side.
                let across = (2.0 * PI * (u / self.period + channel as f32 / 3.0)).cos();
                let down = (2.0 * PI * v / self.period).cos();
                let gain = 1.0 + self.depth * (across + 0.5 * down);
                (f32::from(channels[channel]) * gain + glare).clamp(0.0, 255.0) as u8
            }))
        })
    }
}

/// The dark edge of a phone around the picture.
fn edged(picture: &mut RgbImage) {
    let (width, height) = picture.dimensions();
    let edge = width / 14;
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if x < edge || y < edge || x + edge >= width || y + edge >= height {
            *pixel = Rgb([12, 12, 14]);
        }
    }
}
