//! Frames whose main face has a low detection score.

use nearfar::guidance::{Assessment, ConfidenceGate, Instruction, InstructionSet};

#[test]
fn low_scores_pass_after_a_wait_and_high_scores_at_once() {
    let pass = Assessment { instruction: Instruction::KeepStill, failing: InstructionSet::EMPTY };
    let only = |instruction| Assessment { instruction, failing: [instruction].into_iter().collect() };
    let no_face = only(Instruction::NoFace);
    let mut doubt = ConfidenceGate::default();
    assert_eq!(doubt.apply(pass, Some(0.82), 0.0), no_face);
    assert!(doubt.apply(pass, Some(0.85), 40.0).passes());
    // Once confident, the score may fall slightly.
    assert!(doubt.apply(pass, Some(0.82), 80.0).passes());
    assert_eq!(doubt.apply(pass, Some(0.79), 120.0), no_face);
    assert_eq!(doubt.apply(pass, Some(0.82), 160.0), no_face);
    // A person in dim light is not excluded.
    assert!(doubt.apply(pass, Some(0.6), 2600.0).passes());
    assert!(doubt.apply(pass, Some(0.6), 2640.0).passes());
    // Losing the face resets the wait.
    let gone = only(Instruction::NoFace);
    assert_eq!(doubt.apply(gone, None, 2680.0), gone);
    assert_eq!(doubt.apply(pass, Some(0.6), 2720.0), no_face);
    // Other failing checks stay in place: covered faces have low scores.
    let covered = only(Instruction::Occluded);
    assert_eq!(doubt.apply(covered, Some(0.6), 2760.0), covered);
}
