//! Sealed uploads open with the right keys and binding, and with nothing else.
#![cfg(not(target_arch = "wasm32"))]

use nearfar_sealing::{Binding, Error, Header, KeyPair, MAGIC, START_BYTES, TAG_BYTES, open, seal};
use proptest::prelude::*;
use serde::Deserialize;

const BINDING: Binding<'_> = Binding { signature_id: "session", attempt_id: "attempt", nonce: "nonce" };

fn keys() -> KeyPair {
    KeyPair::derive(&[1; 32])
}

fn sealed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    seal(&keys().public(), &BINDING, [2; 32], parts).expect("sealed")
}

const PARTS: [(&str, &[u8]); 3] = [("manifest", b"{}"), ("far", b"far away"), ("near", b"")];

/// The range of each part.
fn pieces(upload: &[u8]) -> Vec<&[u8]> {
    let mut rest = &upload[START_BYTES..];
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let header = Header::read(rest).expect("a header");
        let (piece, after) = rest.split_at(header.write().len() + header.bytes as usize + TAG_BYTES);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[test]
fn sealed_parts_open_and_are_not_readable() {
    let upload = sealed(&PARTS);
    assert!(!upload.windows(8).any(|window| window == b"far away"));
    let opened = open(&keys(), &BINDING, &upload).expect("opened");
    let opened: Vec<(&str, &[u8])> = opened.iter().map(|(name, content)| (&**name, &**content)).collect();
    assert_eq!(opened, PARTS);
}

#[test]
fn an_upload_opens_only_with_its_keys_and_binding() {
    let upload = sealed(&PARTS);
    let other = KeyPair::derive(&[3; 32]);
    assert_eq!(open(&other, &BINDING, &upload), Err(Error::Broken), "another session's key");
    let others = [
        Binding { signature_id: "another", ..BINDING },
        Binding { attempt_id: "another", ..BINDING },
        Binding { nonce: "another", ..BINDING },
        Binding { signature_id: "session\nattempt", attempt_id: "nonce", nonce: "" },
    ];
    for binding in others {
        assert_eq!(open(&keys(), &binding, &upload), Err(Error::Broken), "{binding:?}");
    }
}

#[test]
fn parts_cannot_be_moved_removed_or_added() {
    let upload = sealed(&PARTS);
    let start = &upload[..START_BYTES];
    let pieces = pieces(&upload);
    let [manifest, far, near] = pieces[..] else { panic!("three parts") };
    let other = seal(&keys().public(), &BINDING, [3; 32], &PARTS).expect("sealed");
    let other = self::pieces(&other)[0];
    let attempts: [(&str, Vec<&[u8]>, Error); 7] = [
        ("moved", vec![far, manifest, near], Error::Broken),
        ("the first one gone", vec![far, near], Error::Broken),
        ("one in the middle gone", vec![manifest, near], Error::Broken),
        ("the last one gone", vec![manifest, far], Error::Truncated),
        ("one twice", vec![manifest, far, far, near], Error::Broken),
        ("one put after the last", vec![manifest, far, near, near], Error::TooLong),
        ("another upload's", vec![other, far, near], Error::Broken),
    ];
    for (what, pieces, error) in attempts {
        let altered = [start, &pieces.concat()].concat();
        assert_eq!(open(&keys(), &BINDING, &altered), Err(error), "{what}");
    }
}

#[test]
fn truncated_uploads_are_rejected() {
    let upload = sealed(&PARTS);
    for end in 1..upload.len() {
        assert_eq!(open(&keys(), &BINDING, &upload[..end]), Err(Error::Truncated), "{end} bytes");
    }
    for plain in [&b""[..], b"--XX\r\nContent-Disposition: form-data", b"\xff\xd8\xff\xe0", b"nearfar\x02"] {
        assert_eq!(open(&keys(), &BINDING, plain), Err(Error::NotSealed), "{plain:?}");
    }
    assert!(upload.starts_with(&MAGIC));
}

#[test]
fn invalid_names_and_keys_are_rejected() {
    let seal = |key: &[u8], name: &str| seal(key, &BINDING, [2; 32], &[(name, b"x")]).map(|_| ());
    for name in ["", "../far", "Far", "far\0", &"x".repeat(33)] {
        assert_eq!(seal(&keys().public(), name), Err(Error::Name), "{name:?}");
    }
    for key in [&[][..], &[1; 31], &[0; 32]] {
        assert_eq!(seal(key, "far"), Err(Error::Key), "{key:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_is_altered_does_not_open(place in any::<prop::sample::Index>(), change in 1u8..) {
        let mut upload = sealed(&PARTS);
        let at = place.index(upload.len());
        upload[at] ^= change;
        prop_assert!(open(&keys(), &BINDING, &upload).is_err(), "byte {} changed by {}", at, change);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(open(&keys(), &BINDING, &[&MAGIC[..], &bytes].concat()).is_err());
        if let Ok(header) = Header::read(&bytes) {
            prop_assert!(bytes.starts_with(&header.write()));
        }
    }
}

/// One upload of `vectors.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    private_key_seed: String,
    public_key: String,
    signature_id: String,
    attempt_id: String,
    nonce: String,
    random: String,
    parts: Vec<Part>,
    sealed: String,
}

#[derive(Deserialize)]
struct Part {
    name: String,
    content: String,
}

fn bytes(text: &str) -> [u8; 32] {
    hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).expect("64 hex digits")
}

#[test]
fn test_vectors_for_other_implementations() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).expect("vectors");
    assert!(!vectors.is_empty());
    for vector in vectors {
        let keys = KeyPair::derive(&bytes(&vector.private_key_seed));
        assert_eq!(hex::encode(keys.public()), vector.public_key);
        let Vector { signature_id, attempt_id, nonce, .. } = &vector;
        let binding = Binding { signature_id, attempt_id, nonce };
        let parts: Vec<_> = vector.parts.iter().map(|part| (&*part.name, part.content.as_bytes())).collect();
        let sealed = seal(&keys.public(), &binding, bytes(&vector.random), &parts).expect("sealed");
        assert_eq!(hex::encode(&sealed), vector.sealed);
        let opened = open(&keys, &binding, &sealed).expect("opened");
        let opened: Vec<_> = opened.iter().map(|(name, content)| (&**name, &**content)).collect();
        assert_eq!(opened, parts);
    }
}
