//! Property tests: any evidence gets a well-formed verdict without a panic.

use nearfar_evaluation::captures::evidence::{evidence, manifest_file};
use nearfar_evaluation::captures::{bona_fide_pair, scorer};
use nearfar_protocol::manifest::{AuditEntry, InstructionEntry, Manifest, Rect};
use nearfar_protocol::result::ResultCode;
use nearfar_scoring::{Check, Evidence, GeometryScorer, Outcome, PictureLimits, Scorer, Verdict, picture::decode};
use proptest::prelude::*;
use std::sync::LazyLock;

static SCORER: LazyLock<GeometryScorer> = LazyLock::new(scorer);
static BONA_FIDE: LazyLock<Evidence> = LazyLock::new(|| {
    let pair = bona_fide_pair(0);
    let small = |picture| image::imageops::thumbnail(picture, 300, 400);
    evidence(&small(&pair.far), &small(&pair.near))
});

/// Asserts the invariants of a verdict.
fn assert_well_formed(verdict: &Verdict) {
    let checks: Vec<Check> = verdict.checks.iter().map(|outcome| outcome.check).collect();
    assert_eq!(checks, Check::ALL);
    assert!(verdict.checks.iter().all(|outcome| outcome.figures.values().all(|figure| figure.is_finite())));
    let failed = verdict.checks.iter().any(|outcome| outcome.outcome == Outcome::Failed);
    assert!(verdict.checks.iter().all(|o| o.note.is_empty() == (o.outcome == Outcome::Passed)));
    match (verdict.code, verdict.score) {
        (ResultCode::Success, Some(0)) => assert!(failed && verdict.attack_type.is_some()),
        (ResultCode::Success, Some(score)) => assert!(!failed && score <= 100 && verdict.attack_type.is_none()),
        (ResultCode::Success, None) => panic!("SUCCESS without a score"),
        (_, score) => assert!(failed && score.is_none() && verdict.attack_type.is_none()),
    }
    let json = serde_json::to_string(verdict).unwrap();
    let back: Verdict = serde_json::from_str(&json).unwrap();
    assert_eq!(back.checks.len(), verdict.checks.len());
}

/// Replaces a file and its entry in the manifest.
fn replaced(name: &str, bytes: Vec<u8>) -> Evidence {
    let mut evidence = BONA_FIDE.clone();
    let entry = evidence.manifest.files.iter_mut().find(|file| file.name == name).unwrap();
    *entry = manifest_file(name, &bytes);
    evidence.files.insert(name.into(), bytes);
    evidence
}

fn any_time() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), 1_799_999_990_000i64..1_800_000_020_000]
}

fn any_figure() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -1e5..1e5f64, 0.0..1e-300f64]
}

fn any_rect() -> impl Strategy<Value = Rect> {
    (any_figure(), any_figure(), any_figure(), any_figure()).prop_map(|(x, y, width, height)| Rect {
        x,
        y,
        width,
        height,
    })
}

prop_compose! {
    fn any_manifest()(
        (far, near) in (any_time(), any_time()),
        (far_oval, near_oval) in (any_rect(), any_rect()),
        (width, height) in (any_figure(), any_figure()),
        shown in prop::collection::vec((any_time(), "far|near|loading|.{0,5}", ".{0,5}"), 0..8),
        audit in prop::collection::vec((any_time(), "audit-[0-9]{1,2}|far|.{0,5}"), 0..4),
        nonce in prop_oneof![Just(BONA_FIDE.nonce.value.clone()), ".{0,12}"],
        keep in prop::collection::vec(any::<bool>(), 3),
    ) -> Manifest {
        let mut manifest = BONA_FIDE.manifest.clone();
        (manifest.far_image_time, manifest.near_image_time) = (far, near);
        (manifest.ovals.far, manifest.ovals.near) = (far_oval, near_oval);
        (manifest.viewport.width, manifest.viewport.height) = (width, height);
        let entry = |(time, phase, code)| InstructionEntry { time, phase, code, failing: vec![] };
        manifest.instructions = shown.into_iter().map(entry).collect();
        let entry = |(time, name)| AuditEntry { time, name, phase: "far".into(), code: "x".into() };
        if keep[0] { manifest.audit = audit.into_iter().map(entry).collect(); }
        manifest.nonce = nonce;
        if keep[1] { manifest.files.pop(); }
        if keep[2] { manifest.files.reverse(); }
        manifest
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_manifest_gets_a_verdict(manifest in any_manifest(), received_at in any_time(), expires_at in any_time()) {
        let mut evidence = Evidence { manifest, received_at, ..BONA_FIDE.clone() };
        evidence.nonce.expires_at = expires_at;
        assert_well_formed(&SCORER.score(&evidence));
    }

    #[test]
    fn any_bytes_are_rejected_or_decode_within_the_limits(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let limits = PictureLimits { min_side: 16, max_side: 4096, max_bytes: 500_000 };
        let framed = [&[0xff, 0xd8, 0xff][..], &bytes, &[0xff, 0xd9]].concat();
        for bytes in [bytes, framed] {
            if let Ok(picture) = decode(&bytes, &limits) {
                prop_assert!(picture.width().min(picture.height()) >= 16 && picture.width().max(picture.height()) <= 4096);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_truncated_picture_is_an_injection(
        name in prop::sample::select(vec!["far", "near", "audit-0"]),
        share in 0.0..1.0f64,
        ended in any::<bool>(),
    ) {
        let whole = &BONA_FIDE.files[name];
        let mut truncated = whole[..((whole.len() - 3) as f64 * share) as usize].to_vec();
        if ended {
            truncated.extend([0xff, 0xd9]);
        }
        let verdict = SCORER.score(&replaced(name, truncated));
        assert_well_formed(&verdict);
        prop_assert!(ended || verdict.score == Some(0), "{:?}", verdict);
    }

    #[test]
    fn an_altered_picture_gets_a_verdict(
        name in prop::sample::select(vec!["far", "near", "audit-0"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        in_header in any::<bool>(),
    ) {
        let mut bytes = BONA_FIDE.files[name].clone();
        let end = if in_header { 700.min(bytes.len()) } else { bytes.len() };
        for (index, value) in changes {
            bytes[index.index(end)] = value;
        }
        assert_well_formed(&SCORER.score(&replaced(name, bytes)));
    }

    #[test]
    fn viewports_and_ovals_of_any_size_get_a_verdict(
        width in 1e-3..1e5f64, height in 1e-3..1e5f64, far in any_rect(), near in any_rect(),
    ) {
        let mut evidence = BONA_FIDE.clone();
        (evidence.manifest.viewport.width, evidence.manifest.viewport.height) = (width, height);
        (evidence.manifest.ovals.far, evidence.manifest.ovals.near) = (far, near);
        assert_well_formed(&SCORER.score(&evidence));
    }
}
