//! The receiver operating characteristic.

/// Area under the curve: the probability that a positive value exceeds a negative one; ties count half. NaN if a class
/// is empty.
///
/// ```
/// use nearfar_evaluation::metrics::roc::area_under_curve;
///
/// assert_eq!(area_under_curve(&[2.0, 3.0], &[0.0, 1.0]), 1.0);
/// ```
pub fn area_under_curve(positives: &[f32], negatives: &[f32]) -> f32 {
    let mut negatives = negatives.to_vec();
    negatives.sort_unstable_by(f32::total_cmp);
    let below =
        |one: &f32| (negatives.partition_point(|b| b < one) + negatives.partition_point(|b| b <= one)) as f64 / 2.0;
    (positives.iter().map(below).sum::<f64>() / (positives.len() * negatives.len()) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::area_under_curve;

    #[test]
    fn ties_count_half_and_an_empty_class_has_no_area() {
        assert_eq!(area_under_curve(&[3.0, 1.0], &[2.0, 1.0, 0.0]), 4.5 / 6.0);
        assert_eq!(area_under_curve(&[2.0], &[2.0]), 0.5);
        assert!(area_under_curve(&[], &[2.0]).is_nan() && area_under_curve(&[2.0], &[]).is_nan());
    }
}
