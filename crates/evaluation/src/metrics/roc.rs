//! The receiver operating characteristic.

/// Area under the curve: the chance that one of `more` is greater than one of `less`, ties counting half. 0.5 where they
/// do not differ, no number where there are none of either.
pub fn area_under_curve(more: &[f32], less: &[f32]) -> f32 {
    let mut less = less.to_vec();
    less.sort_unstable_by(f32::total_cmp);
    let below = |one: &f32| (less.partition_point(|b| b < one) + less.partition_point(|b| b <= one)) as f64 / 2.0;
    (more.iter().map(below).sum::<f64>() / (more.len() * less.len()) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::area_under_curve;

    #[test]
    fn ties_count_half_and_nothing_has_no_area() {
        assert_eq!(area_under_curve(&[3.0, 1.0], &[2.0, 1.0, 0.0]), 4.5 / 6.0);
        assert_eq!(area_under_curve(&[2.0], &[2.0]), 0.5);
        assert!(area_under_curve(&[], &[2.0]).is_nan() && area_under_curve(&[2.0], &[]).is_nan());
    }
}
