//! The verifier of capture records: any bytes give a verified record or an error.
#![no_main]

use std::io::Cursor;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nearfar_record::{Error, PublicKeys, VerifiedRecord, verify, verify_sandbox};

static KEYS: LazyLock<PublicKeys> =
    LazyLock::new(|| PublicKeys::parse(include_str!("../../crates/record/tests/vectors/jwks.json")).expect("keys"));
const RECORD: &[u8] = include_bytes!("../../crates/record/tests/vectors/record.zip");
const SANDBOX: &[u8] = include_bytes!("../../crates/record/tests/vectors/sandbox.zip");

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = PublicKeys::parse(text);
    }
    compare(data, RECORD, |data| verify(Cursor::new(data), &KEYS));
    compare(data, SANDBOX, |data| verify_sandbox(Cursor::new(data), &KEYS));
});

/// Without the key, only the signed claims can verify.
fn compare(data: &[u8], genuine: &[u8], verify: impl Fn(&[u8]) -> Result<VerifiedRecord, Error>) {
    if let Ok(checked) = verify(data) {
        let genuine = verify(genuine).expect("genuine");
        assert_eq!(checked.claims, genuine.claims);
        assert_eq!(checked.manifest, genuine.manifest);
    }
}
