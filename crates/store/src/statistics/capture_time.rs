//! The histogram of capture times, with fixed bounds, so that days can be added up.
//!
//! Eight buckets per doubling: a value reported for a bucket differs by at most 4.5 % from every value in it.

use std::collections::BTreeMap;

/// Lower bounds of the buckets from 1 s to 2 s, in ms. Those of the next doublings are twice as large each.
const OCTAVE: [u64; 8] = [1000, 1091, 1189, 1297, 1414, 1542, 1682, 1834];
/// The doublings: from 1 s to 2048 s.
const OCTAVES: usize = 11;

/// Lower bounds of all buckets, ms. The first one is of times below 1 s, the last one of all from 2048 s.
fn bounds() -> impl DoubleEndedIterator<Item = u64> {
    let octaves = (0..OCTAVES).flat_map(|octave| OCTAVE.map(|bound| bound << octave));
    std::iter::once(0).chain(octaves).chain([OCTAVE[0] << OCTAVES])
}

/// The bucket of a time, by its lower bound in ms.
pub(super) fn bucket(millis: u64) -> u64 {
    bounds().rev().find(|bound| *bound <= millis).unwrap_or_default()
}

/// A value for all times in a bucket: the geometric mean of its bounds. Outside 1 s to 2048 s it is the known bound.
fn middle(bucket: u64) -> u64 {
    let upper = bounds().find(|bound| *bound > bucket);
    match upper {
        None => bucket,
        Some(upper) if bucket == 0 => upper,
        Some(upper) => (bucket * upper).isqrt(),
    }
}

/// A quantile (nearest rank), in ms, of counts by bucket. `None` without any.
pub(super) fn quantile(counts: &BTreeMap<u64, u64>, percent: u64) -> Option<u64> {
    let total: u64 = counts.values().sum();
    let rank = (total * percent).div_ceil(100).max(1);
    let mut seen = 0;
    let bucket = counts.iter().find(|(_, count)| {
        seen += **count;
        seen >= rank
    });
    bucket.map(|(bucket, _)| middle(*bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_in_order_and_narrow() {
        let all: Vec<u64> = bounds().collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((all.len(), all[1], all[all.len() - 1]), (90, 1000, 2_048_000));
        for millis in (1000..2_047_000).step_by(97) {
            let error = middle(bucket(millis)) as f64 / millis as f64 - 1.0;
            assert!(error.abs() < 0.0455, "{millis} ms: {error}");
        }
        assert_eq!((bucket(0), bucket(999), bucket(1000), bucket(u64::MAX)), (0, 0, 1000, 2_048_000));
        assert_eq!((middle(0), middle(2_048_000)), (1000, 2_048_000));
    }

    #[test]
    fn quantiles_are_near_the_exact_ones() {
        // A skewed distribution without ties.
        let times: Vec<u64> = (1..=1000).map(|n| 3000 + n * n / 30).collect();
        let mut counts = BTreeMap::new();
        times.iter().for_each(|time| *counts.entry(bucket(*time)).or_default() += 1);
        for (percent, exact) in [(50, times[499]), (95, times[949]), (100, times[999])] {
            let error = quantile(&counts, percent).unwrap() as f64 / exact as f64 - 1.0;
            assert!(error.abs() < 0.0455, "{percent}: {error}");
        }
        assert_eq!(quantile(&BTreeMap::new(), 50), None);
        assert_eq!(quantile(&BTreeMap::from([(1000, 1)]), 1), quantile(&BTreeMap::from([(1000, 1)]), 100));
    }
}
