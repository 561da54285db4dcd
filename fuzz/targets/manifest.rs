//! The manifest, and the checks that need no picture.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use nearfar_protocol::manifest::Manifest;
use nearfar_scoring::checks::{files, injection, manifest, nonce, times};
use nearfar_scoring::{Evidence, IssuedNonce, Limits};

fuzz_target!(|data: &[u8]| {
    let Ok(read) = Manifest::parse(data) else { return };
    let written = serde_json::to_vec(&read).expect("JSON");
    assert_eq!(Manifest::parse(&written).expect("what was written"), read);
    for file in &read.files {
        let _ = read.picture_rule(&file.name).map(|rule| rule.check(data));
    }
    let limits = Limits::default();
    let nonce = IssuedNonce { value: read.nonce.clone(), issued_at: read.far_image_time, expires_at: i64::MAX };
    let evidence = Evidence {
        manifest: read,
        nonce,
        files: BTreeMap::new(),
        received_at: 1_800_000_000_000,
        light: None,
        motion: None,
    };
    manifest::check(&evidence);
    nonce::check(&evidence);
    files::hashes(&evidence);
    times::check(&evidence, &limits);
    times::timeline(&evidence.manifest, &limits);
    injection::check(&evidence.manifest);
    let penalty = injection::penalty(&evidence.manifest);
    assert!((0.0..=1.6).contains(&penalty), "{penalty}");
});
