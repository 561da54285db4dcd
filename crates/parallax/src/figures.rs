//! The figures that a verdict is based on.

use serde::Serialize;

/// The figures that a verdict is based on. Lengths refer to the aligned crops, 256 pixels wide with 72 between the
/// eyes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figures {
    /// Number of points of the far face that were found in the near one.
    pub points: usize,
    /// Share of these points that one plane explains to within 2 pixels, 0 to 1.
    pub inlier_share: f32,
    /// Root mean square of the residual flow after fitting a plane, in percent of the crop's side.
    pub residual: f32,
    /// Root mean square of the residual flow after fitting a plane, any smooth bending and a face's depth: noise,
    /// expression.
    pub noise: f32,
    /// Correlation of the residual flow with the parallax of a mean face's depth, -1 (hollow) to 1.
    pub correlation: f32,
    /// How much smaller the residual of a face's depth is than that of the best cylinder, in nepers. Positive values
    /// favour a face.
    pub over_cylinder: f32,
    /// How much smaller the residual of a face's depth is than that of the best crease, in nepers. Positive values
    /// favour a face.
    pub over_crease: f32,
    /// How much a face's depth reduces the residual of a plane with any smooth bending, in nepers.
    pub beyond_bending: f32,
    /// How much a face's depth reduces the residual of a plane with the best two creases, in nepers.
    pub beyond_creases: f32,
    /// Inverse near distance minus inverse far distance, per eye distance, as estimated with a face's depth: 0.15 for
    /// 60 and 25 cm, 0 for a plane.
    pub approach: f32,
    /// Standard error of `approach`.
    pub approach_error: f32,
    /// Inverse focal length over the picture's diagonal that this approach implies: the approach divided by the growth
    /// of the distance between the eyes. About 1 to 2 for the cameras of phones and laptops, 0 for anything flat.
    pub inverse_focal: f32,
    /// Standard error of `inverse_focal`.
    pub inverse_focal_error: f32,
}

#[cfg(test)]
impl Figures {
    /// Figures of an ordinary head.
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
