//! Draws random bends, folds and raised noses of prints.

use crate::random::Random;
use crate::scene::{Fold, PaperNose, Surface};
use std::f32::consts::PI;

/// A way to fold a print or to raise its nose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperShape {
    /// Folded once, about vertically.
    FoldedUpright,
    /// Folded once at a slant.
    FoldedSlanting,
    /// Folded once, about horizontally.
    FoldedLevel,
    /// Folded twice.
    FoldedTwice,
    /// Flat with the nose cut free and bent out.
    NoseCut,
    /// Flat with the nose pressed out.
    NosePressed,
}

impl PaperShape {
    /// A random print of this shape.
    pub fn surface(self, random: &mut Random) -> Surface {
        match self {
            PaperShape::FoldedUpright => Surface::Folded(folded_once(0.0, random)),
            PaperShape::FoldedSlanting => {
                let slant = random.between(0.3, 1.2) * if random.chance(0.5) { 1.0 } else { -1.0 };
                Surface::Folded(folded_once(slant, random))
            }
            PaperShape::FoldedLevel => Surface::Folded(folded_once(PI / 2.0, random)),
            PaperShape::FoldedTwice => Surface::Folded(folded_twice(random)),
            PaperShape::NoseCut => Surface::PaperNose(paper_nose(true, random)),
            PaperShape::NosePressed => Surface::PaperNose(paper_nose(false, random)),
        }
    }
}

/// A random axis to bend a print about, radians from the vertical: mostly vertical or horizontal.
pub fn bending_axis(random: &mut Random) -> f32 {
    let upright = random.between(-0.2, 0.2) + if random.chance(0.3) { PI / 2.0 } else { 0.0 };
    if random.chance(0.25) { random.between(0.0, PI) } else { upright }
}

/// A random crease near the middle of the face, at about `angle` from the vertical. The sides recede by 7 to 40
/// degrees, both by about the same angle; one crease in eight is concave.
pub fn folded_once(angle: f32, random: &mut Random) -> Fold {
    let fall = random.between(0.12, 0.7);
    let falls = [fall.tan(), (fall + random.between(-0.1, 0.1)).tan()];
    let sign = if random.chance(0.125) { -1.0 } else { 1.0 };
    Fold::once(angle + random.between(-0.15, 0.15), random.between(-0.35, 0.35), falls.map(|fall| sign * fall))
}

/// Two random parallel creases, mostly vertical, 0.4 to 1.6 apart: a ridge with a flat top, a step or a groove.
pub(crate) fn folded_twice(random: &mut Random) -> Fold {
    let angle = if random.chance(0.7) { random.between(-0.15, 0.15) } else { random.between(0.0, PI) };
    let (middle, apart) = (random.between(-0.2, 0.2), random.between(0.4, 1.6));
    let mut steep = || random.between(0.12, 0.7).tan();
    let mut slopes = [steep(), 0.0, -steep()];
    match random.between(0.0, 8.0) as u32 {
        // Folded like a letter.
        0 => slopes = [slopes[0], slopes[2], slopes[0]],
        1 => slopes = slopes.map(|slope| -slope),
        _ => slopes[1] = random.between(-0.2, 0.2),
    }
    Fold { angle, positions: [middle - 0.5 * apart, middle + 0.5 * apart], slopes }
}

/// A random paper nose from the height of a small nose to that of a large one: 0.3 to 0.75.
fn paper_nose(is_cut: bool, random: &mut Random) -> PaperNose {
    PaperNose { height: random.between(0.3, 0.75), half_width: random.between(0.22, 0.4), is_cut }
}
