//! Compares two measurements of the same cases.

use nearfar_rendering::random::Random;
use std::collections::BTreeMap;

/// Number of bootstrap samples.
const DRAWS: usize = 2000;

/// One case: the person, and whether each measurement was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The person.
    pub person: String,
    /// Whether the first was right.
    pub first: bool,
    /// Whether the second was right.
    pub second: bool,
}

/// How two rates over the same cases differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Number of cases.
    pub cases: usize,
    /// Number of people.
    pub people: usize,
    /// Cases in which the first was right.
    pub first: usize,
    /// Cases in which the second was right.
    pub second: usize,
    /// Cases in which only the first was right.
    pub only_first: usize,
    /// Cases in which only the second was right.
    pub only_second: usize,
    /// Rate of the second minus that of the first.
    pub difference: f64,
    /// Its 95 % interval: percentile bootstrap over people, whose cases are not independent.
    pub interval: (f64, f64),
}

impl Difference {
    /// Counts the cases.
    pub fn new(cases: &[Case]) -> Difference {
        let mut by_person: BTreeMap<&str, (usize, isize)> = BTreeMap::new();
        for case in cases {
            let (count, gained) = by_person.entry(&case.person).or_default();
            *count += 1;
            *gained += isize::from(case.second) - isize::from(case.first);
        }
        let people: Vec<(usize, isize)> = by_person.into_values().collect();
        let difference_of = |drawn: &mut dyn Iterator<Item = (usize, isize)>| {
            let (count, gained) = drawn.fold((0, 0), |(count, gained), one| (count + one.0, gained + one.1));
            if count == 0 { 0.0 } else { gained as f64 / count as f64 }
        };
        let mut random = Random::new("bootstrap over people");
        let indices: Vec<usize> = (0..people.len()).collect();
        let mut draws: Vec<f64> = (0..if people.is_empty() { 0 } else { DRAWS })
            .map(|_| difference_of(&mut (0..people.len()).map(|_| people[random.pick(&indices)])))
            .collect();
        draws.sort_by(f64::total_cmp);
        let percentile = |share: f64| draws.get((share * (draws.len() as f64 - 1.0)).round() as usize).copied();
        let count = |is_counted: fn(&Case) -> bool| cases.iter().filter(|case| is_counted(case)).count();
        Difference {
            cases: cases.len(),
            people: people.len(),
            first: count(|case| case.first),
            second: count(|case| case.second),
            only_first: count(|case| case.first && !case.second),
            only_second: count(|case| case.second && !case.first),
            difference: difference_of(&mut people.iter().copied()),
            interval: (percentile(0.025).unwrap_or(0.0), percentile(0.975).unwrap_or(0.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(person: usize, first: bool, second: bool) -> Case {
        Case { person: person.to_string(), first, second }
    }

    #[test]
    fn counts_of_a_known_case() {
        let cases: Vec<Case> = (0..100).map(|i| case(i % 20, i != 7, i >= 4)).collect();
        let difference = Difference::new(&cases);
        assert_eq!((difference.cases, difference.people), (100, 20));
        assert_eq!((difference.first, difference.second), (99, 96));
        assert_eq!((difference.only_first, difference.only_second), (4, 1));
        assert!((difference.difference + 0.03).abs() < 1e-9);
        let (low, high) = difference.interval;
        assert!(low < -0.04 && low > -0.1 && high > -0.03 && high < 0.03, "{:?}", difference.interval);
    }

    #[test]
    fn cases_of_one_person_count_together() {
        let alike: Vec<Case> = (0..200).map(|i| case(i % 4, true, i % 4 != 0)).collect();
        let apart: Vec<Case> = (0..200).map(|i| case(i, true, i % 4 != 0)).collect();
        let width = |cases: &[Case]| {
            let (low, high) = Difference::new(cases).interval;
            high - low
        };
        assert!(width(&alike) > 2.0 * width(&apart));
    }

    #[test]
    fn no_cases_differ_by_nothing() {
        let difference = Difference::new(&[]);
        assert_eq!((difference.difference, difference.interval), (0.0, (0.0, 0.0)));
    }
}
