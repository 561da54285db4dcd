//! The verifier of capture records: any bytes give a verified record or an error.
#![no_main]

use std::io::Cursor;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nearfar_record::{PublicKeys, verify};

static KEYS: LazyLock<PublicKeys> =
    LazyLock::new(|| PublicKeys::parse(include_str!("../../crates/record/tests/vectors/jwks.json")).expect("keys"));
const RECORD: &[u8] = include_bytes!("../../crates/record/tests/vectors/record.zip");

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = PublicKeys::parse(text);
    }
    if let Ok(checked) = verify(Cursor::new(data), &KEYS) {
        // Without the key, only the signed claims can verify.
        let genuine = verify(Cursor::new(RECORD), &KEYS).expect("genuine");
        assert_eq!(checked.claims, genuine.claims);
        assert_eq!(checked.manifest, genuine.manifest);
    }
});
