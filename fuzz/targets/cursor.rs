//! The cursor of a session search: an accepted one is short, and is read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar_store::SessionCursor;

/// The digits and sign of a time, the point, and an id.
const LONGEST: usize = 20 + 1 + 64;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(cursor) = text.parse::<SessionCursor>() else { return };
    let written = cursor.to_string();
    assert!(written.len() <= LONGEST && written.is_ascii(), "{written}");
    assert_eq!(written.parse::<SessionCursor>().expect("what was written"), cursor);
});
