//! Uploads that are not what the page captured: score 0, injection.

use image::ImageFormat;
use nearfar_evaluation::captures::evidence::{NONCE_ISSUED_AT, evidence, evidence_from_files, manifest_file};
use nearfar_evaluation::captures::scene::jpeg;
use nearfar_evaluation::captures::{CapturePair, bona_fide_pair, scorer};
use nearfar_protocol::result::{AttackType, CameraType, ResultCode};
use nearfar_scoring::{Check, Evidence, GeometryScorer, Kind, Outcome, Scorer, Verdict};
use std::collections::BTreeMap;

/// A scorer and a bona fide capture, loaded once for all modifications of a test.
struct Fixture {
    scorer: GeometryScorer,
    pair: CapturePair,
    bona_fide: Evidence,
}

fn fixture() -> Fixture {
    let pair = bona_fide_pair(0);
    let bona_fide = evidence(&pair.far, &pair.near);
    Fixture { scorer: scorer(), pair, bona_fide }
}

impl Fixture {
    fn score_modified(&self, modify: impl FnOnce(&mut Evidence)) -> Verdict {
        let mut evidence = self.bona_fide.clone();
        modify(&mut evidence);
        self.scorer.score(&evidence)
    }

    /// Modifies the evidence and expects this check to fail with this note.
    #[track_caller]
    fn fails(&self, check: Check, note: &str, modify: impl FnOnce(&mut Evidence)) {
        let verdict = self.score_modified(modify);
        let outcome = verdict.outcome(check).unwrap();
        assert_eq!(outcome.outcome, Outcome::Failed, "{verdict:#?}");
        assert!(outcome.note.contains(note), "{outcome:?}");
        assert_eq!(verdict.code, ResultCode::Success);
        assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Injection)));
        assert_eq!(verdict.checks.len(), Check::ALL.len());
        let later = verdict.checks.iter().filter(|outcome| outcome.check.kind() != Kind::Integrity);
        assert!(later.clone().all(|outcome| outcome.outcome == Outcome::Skipped), "{verdict:#?}");
    }
}

/// Replaces a file and its hash in the manifest, as an attacker with the nonce would.
fn replace(evidence: &mut Evidence, name: &str, bytes: Vec<u8>) {
    let entry = evidence.manifest.files.iter_mut().find(|file| file.name == name).unwrap();
    *entry = manifest_file(name, &bytes);
    evidence.files.insert(name.into(), bytes);
}

#[test]
fn missing_foreign_and_altered_files_are_injections() {
    let fixture = fixture();
    fixture.fails(Check::Manifest, "did not come: near", |e| drop(e.files.remove("near")));
    fixture.fails(Check::Manifest, "not in the manifest: audit-7", |e| drop(e.files.insert("audit-7".into(), vec![1])));
    fixture.fails(Check::Manifest, "far is missing", |e| e.manifest.files.retain(|file| file.name != "far"));
    fixture.fails(Check::Manifest, "named twice", |e| e.manifest.files.push(e.manifest.files[0].clone()));
    fixture.fails(Check::Manifest, "audit entries", |e| e.manifest.audit.clear());
    for name in ["far", "near", "audit-0"] {
        fixture.fails(Check::Hashes, &format!("{name} was altered"), |e| {
            let bytes = e.files.get_mut(name).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        });
    }
    fixture.fails(Check::Hashes, "bytes, not 17", |e| e.manifest.files[1].bytes = 17);
    fixture.fails(Check::Hashes, "far has 1 bytes", |e| drop(e.files.insert("far".into(), vec![0xff])));
}

#[test]
fn foreign_and_expired_nonces_are_injections() {
    let fixture = fixture();
    fixture.fails(Check::Nonce, "not the one", |e| e.manifest.nonce = "5a0d8e3e".into());
    fixture.fails(Check::Nonce, "not the one", |e| e.manifest.nonce.push('0'));
    fixture.fails(Check::Nonce, "not the one", |e| e.manifest.nonce.clear());
    fixture.fails(Check::Nonce, "not the one", |e| {
        // A nonce that was never issued must not match an empty one.
        e.manifest.nonce.clear();
        e.nonce.value.clear();
    });
    fixture.fails(Check::Nonce, "had run out", |e| e.received_at = e.nonce.expires_at);
}

#[test]
fn impossible_times_are_injections() {
    let fixture = fixture();
    fixture.fails(Check::Times, "not taken after far", |e| {
        std::mem::swap(&mut e.manifest.far_image_time, &mut e.manifest.near_image_time);
    });
    fixture.fails(Check::Times, "not taken after far", |e| e.manifest.near_image_time = e.manifest.far_image_time);
    fixture.fails(Check::Times, "too soon", |e| e.manifest.near_image_time = e.manifest.far_image_time + 20);
    fixture.fails(Check::Times, "too late", |e| e.manifest.near_image_time = e.manifest.far_image_time + 930_001);
    // As late as a person with more time may be, but the server waited less.
    fixture.fails(Check::Times, "longer than the server waited", |e| {
        e.manifest.near_image_time = e.manifest.far_image_time + 930_000;
    });
    fixture.fails(Check::Times, "longer than the server waited", |e| e.received_at = NONCE_ISSUED_AT + 1000);
    fixture.fails(Check::Times, "too late", |e| e.manifest.near_image_time = i64::MAX);
    fixture.fails(Check::Manifest, "farImageTime", |e| e.manifest.far_image_time = i64::MIN);
    fixture.fails(Check::Timeline, "instructions out of order", |e| e.manifest.instructions.swap(0, 1));
    fixture.fails(Check::Timeline, "do not lead from far to near", |e| e.manifest.instructions.truncate(2));
    fixture.fails(Check::Timeline, "do not lead from far to near", |e| e.manifest.instructions.clear());
    fixture.fails(Check::Timeline, "far was taken after its stage", |e| e.manifest.far_image_time += 2200);
    fixture.fails(Check::Timeline, "near was taken before its stage", |e| {
        e.manifest.instructions.iter_mut().skip(2).for_each(|i| i.time += 4000);
    });
    fixture.fails(Check::Timeline, "far was taken before its stage", |e| {
        e.manifest.instructions.iter_mut().take(2).for_each(|i| i.time = NONCE_ISSUED_AT + 5000);
        e.manifest.instructions.iter_mut().skip(2).for_each(|i| i.time = NONCE_ISSUED_AT + 5500);
        e.manifest.audit[0].time = NONCE_ISSUED_AT + 5100;
    });
    fixture.fails(Check::Timeline, "before the capture", |e| e.manifest.audit[0].time = NONCE_ISSUED_AT - 700);
    fixture.fails(Check::Timeline, "after the capture", |e| {
        e.received_at += 60_000;
        e.manifest.audit[0].time = NONCE_ISSUED_AT + 40_000;
    });
}

/// Shifts all times of the device.
fn shift(evidence: &mut Evidence, ms: i64) {
    let manifest = &mut evidence.manifest;
    manifest.far_image_time += ms;
    manifest.near_image_time += ms;
    manifest.instructions.iter_mut().for_each(|entry| entry.time += ms);
    manifest.audit.iter_mut().for_each(|entry| entry.time += ms);
}

#[test]
fn a_clock_that_is_minutes_off_is_not_an_attack_and_its_offset_is_reported() {
    let fixture = fixture();
    for (ms, offset) in [(-300_000, 297_500.0), (300_000, -295_500.0), (0, 0.0)] {
        let verdict = fixture.score_modified(|e| shift(e, ms));
        assert!(verdict.score >= Some(50), "{verdict:#?}");
        assert_eq!(verdict.outcome(Check::Times).unwrap().figures["clockOffsetMs"], offset);
    }
}

#[test]
fn an_implausible_clock_skips_the_check_of_times() {
    let fixture = fixture();
    for ms in [-86_400_000, -900_000, 900_000, 1_200_000, 86_400_000, 40 * 365 * 86_400_000] {
        let verdict = fixture.score_modified(|e| shift(e, ms));
        assert_eq!(verdict.attack_type, None, "{ms}");
        assert!(verdict.score >= Some(50), "{verdict:#?}");
        let times = verdict.outcome(Check::Times).unwrap();
        assert_eq!(times.outcome, Outcome::Skipped, "{ms}: {times:?}");
        assert!(times.note.contains("clock is too far off") && times.figures.contains_key("clockOffsetMs"));
    }
}

#[test]
fn a_server_clock_that_was_set_back_is_not_an_attack() {
    let fixture = fixture();
    let verdict = fixture.score_modified(|e| e.received_at = e.nonce.issued_at - 3_600_000);
    assert_eq!(verdict.attack_type, None);
    assert!(verdict.score >= Some(50), "{verdict:#?}");
    assert_eq!(verdict.outcome(Check::Nonce).unwrap().figures["ageMs"], -3_600_000.0);
    assert_eq!(verdict.outcome(Check::Times).unwrap().note, "the server's clock was set back while it waited");
}

#[test]
fn audit_frames_out_of_order_or_undecodable_are_injections() {
    let fixture = fixture();
    let small = image::imageops::thumbnail(&fixture.pair.far, 120, 160);
    let mut files: BTreeMap<String, Vec<u8>> = fixture.bona_fide.files.clone();
    files.insert("audit-1".into(), jpeg(&small, 60));
    let two = evidence_from_files(files, fixture.pair.far.dimensions());
    assert!(fixture.scorer.score(&two).score >= Some(50));
    let mut swapped = two.clone();
    swapped.manifest.audit.swap(0, 1);
    let verdict = fixture.scorer.score(&swapped);
    assert_eq!(verdict.outcome(Check::Timeline).unwrap().note, "audit frames out of order");
    // Only the colours of a light challenge come after the capture.
    let mut late = two.clone();
    late.received_at += 60_000;
    late.manifest.audit[1].time = late.manifest.near_image_time + 20_000;
    let note = |late: &Evidence| fixture.scorer.score(late).outcome(Check::Timeline).unwrap().note.clone();
    assert_eq!(note(&late), "an audit frame was taken after the capture");
    late.manifest.audit[1].phase = nearfar_protocol::light::PHASE.into();
    assert_eq!(note(&late), "");
    fixture.fails(Check::AuditPictures, "audit-0: not a whole JPEG", |e| replace(e, "audit-0", b"audit".to_vec()));
    fixture.fails(Check::AuditPictures, "a side is outside", |e| {
        let huge = image::RgbImage::new(1500, 16);
        replace(e, "audit-0", jpeg(&huge, 50));
    });
}

#[test]
fn pictures_that_are_not_jpeg_within_the_limits_are_injections() {
    let fixture = fixture();
    let near = &fixture.pair.near;
    let mut png = Vec::new();
    near.write_to(&mut std::io::Cursor::new(&mut png), ImageFormat::Png).unwrap();
    fixture.fails(Check::Pictures, "near: not a whole JPEG", |e| replace(e, "near", png));
    let whole = jpeg(near, 90);
    fixture.fails(Check::Pictures, "near: not a whole JPEG", |e| replace(e, "near", whole[..whole.len() / 2].to_vec()));
    let small = image::imageops::thumbnail(near, 255, 340);
    fixture.fails(Check::Pictures, "near: 255x340", |e| replace(e, "near", jpeg(&small, 90)));
    let mut padded = whole.clone();
    padded.truncate(padded.len() - 2);
    padded.resize(2_000_000 - 2, 0);
    padded.extend([0xff, 0xd9]);
    fixture.fails(Check::Pictures, "near: 2000000 bytes are not below", |e| replace(e, "near", padded));
    fixture.fails(Check::Pictures, "near: ", |e| {
        replace(e, "near", [&[0xff, 0xd8, 0xff, 0xe0][..], &[0xff, 0xd9]].concat());
    });
}

#[test]
fn a_decompression_bomb_is_rejected_by_its_header() {
    let fixture = fixture();
    let mut bomb = jpeg(&fixture.pair.near, 90);
    // The frame header: FFC0, length, precision, then rows and columns.
    let frame = bomb.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    fixture.fails(Check::Pictures, "near: 65535x65535 pixels", |e| replace(e, "near", bomb));
}

#[test]
fn a_progressive_file_of_very_many_scans_is_rejected() {
    let fixture = fixture();
    // 4096x4096, one component, and scans of a few bytes that each pass over the whole picture.
    let mut bomb = vec![0xff, 0xd8];
    bomb.extend([&[0xff, 0xdb, 0, 67, 0][..], &[1; 64]].concat());
    bomb.extend([0xff, 0xc2, 0, 11, 8, 0x10, 0, 0x10, 0, 1, 1, 0x11, 0]);
    // One code of one bit for the end of all blocks (run length 14), in the DC and AC tables.
    let table = |class: u8, value: u8| [&[0xff, 0xc4, 0, 20, class, 1][..], &[0; 15], &[value]].concat();
    bomb.extend(table(0x00, 0));
    bomb.extend(table(0x10, 0xe0));
    bomb.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0]);
    bomb.extend(vec![0; 4096 * 4096 / 64 / 8]);
    for _ in 0..20_000 {
        bomb.extend([0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0]);
        bomb.extend([0; 36]);
    }
    bomb.extend([0xff, 0xd9]);
    assert!(bomb.len() < 2_000_000);
    let verdict = fixture.score_modified(|e| replace(e, "near", bomb));
    let outcome = verdict.outcome(Check::Pictures).unwrap();
    assert!(outcome.note.contains("scan"), "{outcome:?}");
}

#[test]
fn a_video_is_webm_or_mp4() {
    let fixture = fixture();
    let with = |bytes: &[u8]| {
        let mut files = fixture.bona_fide.files.clone();
        files.insert("video".into(), bytes.to_vec());
        fixture.scorer.score(&evidence_from_files(files, fixture.pair.far.dimensions()))
    };
    for valid in [&b"\x1a\x45\xdf\xa3rest"[..], b"\0\0\0\x18ftypisom"] {
        let verdict = with(valid);
        assert_eq!(verdict.outcome(Check::Video).unwrap().outcome, Outcome::Passed);
        assert!(verdict.score >= Some(50));
    }
    let verdict = with(b"RIFF....AVI ");
    assert_eq!(verdict.outcome(Check::Video).unwrap().note, "the video is neither webm nor mp4");
    assert_eq!(verdict.attack_type, Some(AttackType::Injection));
    // The video that the manifest names may still be on its way.
    let mut evidence = fixture.bona_fide.clone();
    evidence.manifest.files.push(manifest_file("video", b"later"));
    let verdict = fixture.scorer.score(&evidence);
    assert_eq!(verdict.outcome(Check::Manifest).unwrap().figures["missing"], 0.0);
    assert_eq!(verdict.outcome(Check::Video).unwrap().outcome, Outcome::Skipped);
    assert!(verdict.score >= Some(50));
}

#[test]
fn the_camera_app_of_the_device_needs_no_instructions() {
    let fixture = fixture();
    let verdict = fixture.score_modified(|e| {
        e.manifest.camera_type = CameraType::SystemCamera;
        e.manifest.instructions.clear();
    });
    assert!(verdict.score >= Some(50), "{verdict:#?}");
}
