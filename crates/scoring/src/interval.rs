//! How sure a counted error rate is.

use statrs::distribution::{Beta, ContinuousCDF};

/// The interval that holds the true share with 95 % confidence if all captures were independent: C. Clopper, E. Pearson,
/// "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934. Of no
/// captures nothing is known: 0 to 1.
///
/// ```
/// let (low, high) = nearfar_scoring::interval::clopper_pearson(0, 60);
/// assert_eq!(format!("{low:.3} to {high:.3}"), "0.000 to 0.060");
/// ```
///
/// # Panics
/// When more are wrong than there are.
pub fn clopper_pearson(wrong: usize, all: usize) -> (f64, f64) {
    assert!(wrong <= all, "{wrong} of {all}");
    let quantile = |a: usize, b: usize, share: f64| {
        let beta = Beta::new(a as f64, b as f64);
        beta.map_or(f64::NAN, |beta| beta.inverse_cdf(share))
    };
    let low = if wrong == 0 { 0.0 } else { quantile(wrong, all - wrong + 1, 0.025) };
    let high = if wrong == all { 1.0 } else { quantile(wrong + 1, all - wrong, 0.975) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::clopper_pearson;

    #[test]
    fn intervals_are_those_of_the_tables() {
        // By R's binom.test; without errors the upper end is 1 - 0.025^(1/n).
        for (wrong, all, low, high) in [
            (0, 10, 0.0, 0.3085),
            (0, 300, 0.0, 0.0122),
            (1, 10, 0.0025, 0.4450),
            (5, 100, 0.0164, 0.1128),
            (10, 10, 0.6915, 1.0),
            (0, 0, 0.0, 1.0),
        ] {
            let (below, above) = clopper_pearson(wrong, all);
            assert!((below - low).abs() < 1e-4 && (above - high).abs() < 1e-4, "{wrong} of {all}: {below} to {above}");
        }
    }
}
