//! The interface of a scorer. [`GeometryScorer`](crate::GeometryScorer) is the built-in one; a stronger one can replace
//! it.

use crate::cancellation::{Cancellation, Cancelled};
use crate::evidence::Evidence;
use crate::verdict::Verdict;
use image::RgbImage;

/// Scores attempts. The same evidence always gets the same verdict, and no evidence makes a scorer panic.
pub trait Scorer: Send + Sync {
    /// Scores one attempt. This takes some hundred milliseconds of one core: do not call it on a thread that serves
    /// requests.
    fn score(&self, evidence: &Evidence) -> Verdict;

    /// Scores one attempt and gives up soon after `cancellation` is set. The caller stops waiting for a scorer that
    /// ignores it, but the scorer's thread continues.
    ///
    /// # Errors
    /// [`Cancelled`] when it gave up.
    fn score_until(&self, evidence: &Evidence, cancellation: &Cancellation) -> Result<Verdict, Cancelled> {
        cancellation.check()?;
        Ok(self.score(evidence))
    }

    /// Draws the residual flow between far and near over the far face for human review: a square of `ResidualMap::SIDE`
    /// pixels. A flat object leaves nothing, a face leaves nose and sides. `None` if the scorer draws no map or a
    /// picture shows no face.
    fn residual_map(&self, _evidence: &Evidence) -> Option<RgbImage> {
        None
    }
}
