//! Error rates of bona fide captures by group.

use super::groups::Group;
use super::rates::{ScoredCapture, person_of, rate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The error rates of each group. A score of `pass_score` or more passes.
pub(crate) fn by_group(captures: &[ScoredCapture], pass_score: u8) -> String {
    let mut rows: BTreeMap<Group, Vec<&ScoredCapture>> = BTreeMap::new();
    for one in captures {
        one.groups.iter().for_each(|group| rows.entry(*group).or_default().push(one));
    }
    let mut text = String::from(
        "| bona fide captures by | group | captures | people | errors | 95 % interval | inconclusive | 95 % interval |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for (Group { by, name, .. }, all) in rows {
        let people: BTreeSet<&str> = all.iter().map(|one| person_of(&one.name)).collect();
        let errors = all.iter().filter(|one| one.is_error(pass_score)).count();
        let inconclusive = all.iter().filter(|one| one.score().is_none()).count();
        let (errors, inconclusive) = (rate("BPCER", errors, all.len()), rate("BPNRR", inconclusive, all.len()));
        let _ = writeln!(text, "| {by} | {name} | {} | {} | {errors} | {inconclusive} |", all.len(), people.len());
    }
    text
}
