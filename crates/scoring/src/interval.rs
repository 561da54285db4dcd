//! Confidence intervals of counted rates.
//!
//! [`clopper_pearson`] never covers less than its nominal 95 %: use it for error rates that are claimed (evaluation
//! tables, the study export). [`wilson`] is narrower and closer to 95 % on average: the tables of the fits use it,
//! where many small counts are compared.

use statrs::distribution::{Beta, ContinuousCDF};

/// The exact 95 % interval of a share of independent captures: C. Clopper, E. Pearson, "The use of confidence or
/// fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934. Without captures it is 0 to 1.
///
/// ```
/// let (low, high) = nearfar_scoring::interval::clopper_pearson(0, 60);
/// assert_eq!(format!("{low:.3} to {high:.3}"), "0.000 to 0.060");
/// ```
///
/// # Panics
/// If `count` exceeds `all`.
pub fn clopper_pearson(count: usize, all: usize) -> (f64, f64) {
    assert!(count <= all, "{count} of {all}");
    let quantile = |a: usize, b: usize, share: f64| {
        let beta = Beta::new(a as f64, b as f64);
        beta.map_or(f64::NAN, |beta| beta.inverse_cdf(share))
    };
    let low = if count == 0 { 0.0 } else { quantile(count, all - count + 1, 0.025) };
    let high = if count == all { 1.0 } else { quantile(count + 1, all - count, 0.975) };
    (low, high)
}

/// The 95 % score interval of a share: E. Wilson, "Probable inference, the law of succession, and statistical
/// inference", Journal of the American Statistical Association 22, 1927. Without captures it is 0 to 1.
///
/// ```
/// let (low, high) = nearfar_scoring::interval::wilson(19, 20);
/// assert_eq!(format!("{low:.3} to {high:.3}"), "0.764 to 0.991");
/// ```
pub fn wilson(count: usize, all: usize) -> (f64, f64) {
    if all == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (all as f64, 1.96_f64);
    let share = count as f64 / n;
    let middle = share + z * z / (2.0 * n);
    let half_width = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    (((middle - half_width) / scale).max(0.0), ((middle + half_width) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::{clopper_pearson, wilson};

    #[test]
    fn clopper_pearson_matches_published_values() {
        // By R's binom.test; without errors the upper end is 1 - 0.025^(1/n).
        for (count, all, low, high) in [
            (0, 10, 0.0, 0.3085),
            (0, 300, 0.0, 0.0122),
            (1, 10, 0.0025, 0.4450),
            (5, 100, 0.0164, 0.1128),
            (10, 10, 0.6915, 1.0),
            (0, 0, 0.0, 1.0),
        ] {
            let (below, above) = clopper_pearson(count, all);
            assert!((below - low).abs() < 1e-4 && (above - high).abs() < 1e-4, "{count} of {all}: {below} to {above}");
        }
    }

    #[test]
    fn wilson_matches_published_values() {
        let (low, high) = wilson(0, 200);
        assert!(low == 0.0 && (high - 0.0188).abs() < 1e-3, "{low} {high}");
        let (low, high) = wilson(19, 20);
        assert!((low - 0.764).abs() < 2e-3 && (high - 0.991).abs() < 2e-3, "{low} {high}");
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
