//! How sure a rate is that was counted.

/// The Wilson interval of a share, 95 %: `hits` of `of`; the whole range where nothing was counted.
pub fn wilson(hits: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (of as f64, 1.96_f64);
    let share = hits as f64 / n;
    let middle = share + z * z / (2.0 * n);
    let reach = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    (((middle - reach) / scale).max(0.0), ((middle + reach) / scale).min(1.0))
}

/// A count with its rate and interval: `19 of 20, 95.0 % (76.4 to 99.1)`.
pub fn rate(hits: usize, of: usize) -> String {
    let (low, high) = wilson(hits, of);
    let share = if of == 0 { 0.0 } else { 100.0 * hits as f64 / of as f64 };
    format!("{hits} of {of}, {share:.1} % ({:.1} to {:.1})", 100.0 * low, 100.0 * high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_books() {
        let (low, high) = wilson(0, 200);
        assert!(low == 0.0 && (high - 0.0188).abs() < 1e-3, "{low} {high}");
        let (low, high) = wilson(19, 20);
        assert!((low - 0.764).abs() < 2e-3 && (high - 0.991).abs() < 2e-3, "{low} {high}");
        assert_eq!(wilson(0, 0), (0.0, 1.0));
        assert_eq!(rate(19, 20), "19 of 20, 95.0 % (76.4 to 99.1)");
    }
}
