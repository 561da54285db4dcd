//! Opening sealed uploads: unsealed bytes are rejected; a sealed upload opens, but not after any bit was flipped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar_sealing::{Binding, Header, KeyPair, open, seal};

const SECRET: [u8; 32] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\
    \x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";
const BINDING: Binding<'static> = Binding {
    signature_id: "0123456789abcdef",
    attempt_id: "fedcba9876543210",
    nonce: "4f6465206f6e2061204772656369616e2055726e4f6465206f6e206120477265",
};

fuzz_target!(|data: &[u8]| {
    let keys = KeyPair::derive(&SECRET);
    let _ = open(&keys, &BINDING, data);
    if let Ok(header) = Header::read(data) {
        assert!(data.starts_with(&header.write()));
    }
    let Some((&[at, bit, split], content)) = data.split_first_chunk::<3>() else { return };
    let (first, second) = content.split_at(usize::from(split).min(content.len()));
    let parts = [("manifest", first), ("far", second)];
    let sealed = seal(&keys.public(), &BINDING, [7; 32], &parts).expect("sealed");
    let opened = open(&keys, &BINDING, &sealed).expect("opened");
    assert!(opened.iter().map(|(name, content)| (name.as_str(), content.as_slice())).eq(parts));
    let mut altered = sealed;
    let place = usize::from(at) * altered.len() / 256;
    altered[place] ^= 1 << (bit % 8);
    // X25519 ignores the highest bit of a public key.
    if !(place == 39 && bit % 8 == 7) {
        assert!(open(&keys, &BINDING, &altered).is_err());
    }
});
