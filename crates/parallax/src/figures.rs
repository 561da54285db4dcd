//! The figures that a verdict is computed from.

use serde::Serialize;

/// What the verdict came from. Lengths are of the aligned crops, 256 pixels wide with 72 between the eyes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figures {
    /// Points of the far face that were found in the near one.
    pub points: usize,
    /// Share of these that one plane explains to within 2 pixels, 0 to 1.
    pub inlier_share: f32,
    /// Root mean square of the residual flow after fitting a plane, in percent of the crop's side.
    pub residual: f32,
    /// The same after fitting a plane, any smooth bending and a face's depth together: noise, expression.
    pub noise: f32,
    /// Correlation of the residual flow with the parallax of a mean face's depth, -1 (hollow) to 1.
    pub correlation: f32,
    /// How much less a face's depth leaves than the best cylinder, in nepers; positive speaks for a face.
    pub over_cylinder: f32,
    /// How much less a face's depth leaves than the best crease, in nepers; positive speaks for a face.
    pub over_crease: f32,
    /// How much less is left with a face's depth than with a plane and any smooth bending alone, in nepers.
    pub beyond_bending: f32,
    /// The same of a plane and the best two creases.
    pub beyond_creases: f32,
    /// One over the near distance less one over the far one, in distances between the eyes, as a face's depth has it:
    /// 0.15 for 60 and 25 cm, 0 for a plane.
    pub approach: f32,
    /// Standard error of `approach`.
    pub approach_error: f32,
    /// The inverse of the focal length that this approach implies, over the diagonal of the picture: the approach over the
    /// growth of the distance between the eyes. About 1 to 2 for the cameras of phones and laptops, 0 for anything flat.
    pub inverse_focal: f32,
    /// Its standard error.
    pub inverse_focal_error: f32,
}

#[cfg(test)]
impl Figures {
    /// Those of an ordinary head.
    pub(crate) fn of_a_head() -> Self {
        Figures {
            points: 500,
            inlier_share: 0.7,
            residual: 0.8,
            noise: 0.35,
            correlation: 0.8,
            over_cylinder: 0.2,
            over_crease: 0.2,
            beyond_bending: 0.2,
            beyond_creases: 0.2,
            approach: 0.15,
            approach_error: 0.02,
            inverse_focal: 1.5,
            inverse_focal_error: 0.2,
        }
    }
}
