//! What only looks a little like a face.

use nearfar::guidance::{Assessment, ConfidenceGate, Instruction, InstructionSet};

#[test]
fn what_hardly_looks_like_a_face_passes_late_and_a_clear_one_at_once() {
    let pass = Assessment { instruction: Instruction::KeepStill, failing: InstructionSet::EMPTY };
    let only = |instruction| Assessment { instruction, failing: [instruction].into_iter().collect() };
    let no_face = only(Instruction::NoFace);
    let mut doubt = ConfidenceGate::default();
    assert_eq!(doubt.apply(pass, Some(0.82), 0.0), no_face);
    assert!(doubt.apply(pass, Some(0.85), 40.0).passes());
    // Once it was clear it may be a little less so.
    assert!(doubt.apply(pass, Some(0.82), 80.0).passes());
    assert_eq!(doubt.apply(pass, Some(0.79), 120.0), no_face);
    assert_eq!(doubt.apply(pass, Some(0.82), 160.0), no_face);
    // Somebody in dim light is not kept out.
    assert!(doubt.apply(pass, Some(0.6), 2600.0).passes());
    assert!(doubt.apply(pass, Some(0.6), 2640.0).passes());
    // With the face the patience is lost.
    let gone = only(Instruction::NoFace);
    assert_eq!(doubt.apply(gone, None, 2680.0), gone);
    assert_eq!(doubt.apply(pass, Some(0.6), 2720.0), no_face);
    // What fails for another reason goes on failing for that: covered faces score little.
    let covered = only(Instruction::Occluded);
    assert_eq!(doubt.apply(covered, Some(0.6), 2760.0), covered);
}
