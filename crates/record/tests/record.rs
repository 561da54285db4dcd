//! Records verify only unaltered; test vectors and the example of docs/CAPTURE-RECORD.md.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use nearfar_record::{
    Claims, Error, FORMAT, PublicKeys, SANDBOX_TYPE, SIGNATURE_PATH, SigningKey, TYPE, VerifiedRecord, sign, verify,
    verify_sandbox,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const SECRET: [u8; 32] = *b"a secret of tests, known to all!";

/// Not real pictures: a record is about bytes.
const PICTURES: [(&str, &[u8]); 3] =
    [("far", b"the far picture"), ("near", b"the near picture"), ("audit-0", b"an audit picture")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn vector(name: &str) -> Vec<u8> {
    std::fs::read(root().join("crates/record/tests/vectors").join(name)).expect("a vector")
}

fn key() -> SigningKey {
    SigningKey::new(&SECRET).expect("a key")
}

fn keys() -> PublicKeys {
    PublicKeys::parse(&serde_json::to_string(&key().jwks()).expect("JSON")).expect("keys")
}

fn manifest() -> Value {
    let file = |(name, content): &(&str, &[u8])| json!({"name": name, "sha256": hex::encode(Sha256::digest(content)), "bytes": content.len()});
    let video = json!({"name": "video", "sha256": "0".repeat(64), "bytes": 1_000_000});
    let oval = json!({"x": 105, "y": 220, "width": 150, "height": 200});
    json!({
        "nonce": "n".repeat(64), "farImageTime": 1_713_247_590_908i64, "nearImageTime": 1_713_247_592_908i64,
        "cameraType": "WEB_CAMERA",
        "files": PICTURES.iter().map(file).chain([video]).collect::<Vec<_>>(),
        "ovals": {"far": oval, "near": oval}, "viewport": {"width": 360, "height": 640},
        "audit": [{"name": "audit-0", "time": 1_713_247_591_908i64, "phase": "near", "code": "too_far"}],
    })
}

fn claims() -> Claims {
    Claims {
        format: FORMAT,
        signature_id: "0123456789abcdef".into(),
        attempt_id: "fedcba9876543210".into(),
        nonce: "n".repeat(64),
        nonce_issued_at: 1_713_247_589_908,
        received_at: 1_713_247_594_000,
        judged_at: 1_713_247_594_250,
        code: "SUCCESS".into(),
        score: Some(97),
        attack_type: None,
        sandbox: false,
        files: Vec::new(),
    }
}

fn record_of(claims: Claims, manifest: &Value) -> Vec<u8> {
    let manifest = manifest.to_string();
    let files: Vec<_> = [("manifest", manifest.as_bytes())].into_iter().chain(PICTURES).collect();
    sign(claims, &files, &key()).expect("a record")
}

fn record() -> Vec<u8> {
    record_of(claims(), &manifest())
}

fn verify_bytes(record: &[u8]) -> Result<VerifiedRecord, Error> {
    verify(Cursor::new(record), &keys())
}

type Files = Vec<(String, Vec<u8>)>;

/// The record with its files altered, repacked.
fn altered(change: impl FnOnce(&mut Files)) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(record())).expect("an archive");
    let mut files: Files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        files.push((entry.name().expect("a name").into_owned(), content));
    }
    change(&mut files);
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, content) in files {
        packed.start_file(path, options).expect("a file");
        packed.write_all(&content).expect("written");
    }
    packed.finish().expect("an archive").into_inner()
}

fn content<'a>(files: &'a mut Files, path: &str) -> &'a mut Vec<u8> {
    &mut files.iter_mut().find(|(known, _)| known == path).expect("a file").1
}

#[test]
fn a_record_verifies_and_returns_the_claims() {
    let checked = verify_bytes(&record()).expect("it holds");
    assert_eq!((checked.claims.code.as_str(), checked.claims.score), ("SUCCESS", Some(97)));
    let paths: Vec<_> = checked.claims.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["manifest.json", "far.jpg", "near.jpg", "audit-0.jpg"]);
    assert_eq!(checked.manifest.nonce, checked.claims.nonce);
    assert_eq!(record(), record(), "made again it is the same");
    assert!(verify_bytes(&altered(|_| {})).is_ok(), "packed by another program it holds too");
}

#[test]
fn every_alteration_is_reported() {
    type Case = (&'static str, fn(&mut Files), &'static str);
    let cases: [Case; 7] = [
        ("a picture", |files| content(files, "far.jpg")[0] ^= 1, "far.jpg is not the file that was signed"),
        ("a longer picture", |files| content(files, "near.jpg").push(0), "near.jpg is not the file"),
        ("the manifest", |files| content(files, "manifest.json").push(b' '), "manifest.json is not the file"),
        ("no picture", |files| files.retain(|(path, _)| path != "near.jpg"), "near.jpg is missing"),
        ("no signature", |files| files.retain(|(path, _)| path != SIGNATURE_PATH), "record.jws is missing"),
        ("one more", |files| files.push(("x\n.jpg".into(), vec![1])), "x?.jpg is in the archive, but not in the"),
        (
            "the signature",
            |files| *content(files, SIGNATURE_PATH).last_mut().expect("a byte") = b'!',
            "the signature does not hold",
        ),
    ];
    for (what, change, reported) in cases {
        let error = verify_bytes(&altered(change)).expect_err(what).to_string();
        assert!(error.starts_with(reported), "{what}: {error}");
    }
    for end in [0, 1, 100, record().len() - 1] {
        assert!(matches!(verify_bytes(&record()[..end]), Err(Error::Archive(_))), "{end} bytes");
    }
}

/// Some bytes of the archive's bookkeeping, such as modification times, are not signed; but nothing that is reported
/// depends on them.
#[test]
fn no_altered_byte_changes_the_report() {
    let (good, reported) = (record(), verify_bytes(&record()).expect("it holds"));
    let mut refused = 0;
    for at in (0..good.len()).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 0x11;
        match verify_bytes(&bad) {
            Ok(checked) => assert_eq!(checked, reported, "byte {at}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused * 3 > good.len() * 2 / 3, "{refused} of {} bytes", good.len() / 3);
}

#[test]
fn ambiguous_archives_are_rejected() {
    let mut twice = altered(|files| {
        let other = ("fbr.jpg".to_owned(), b"another picture".to_vec());
        files.insert(1, other);
    });
    // The zip crate rejects two files of one name; an attacker would not.
    let places: Vec<usize> = (0..twice.len() - 7).filter(|&at| &twice[at..at + 7] == b"fbr.jpg").collect();
    for at in places {
        twice[at + 1] = b'a';
    }
    let error = verify_bytes(&twice).expect_err("twice");
    assert!(matches!(error, Error::Ambiguous(_) | Error::Archive(_)), "{error}");
    let before = [b"something before", &record()[..]].concat();
    let error = verify_bytes(&before).expect_err("before");
    assert!(matches!(error, Error::Ambiguous(_) | Error::Archive(_)), "{error}");
    let after = [&record()[..], b"something after"].concat();
    assert!(matches!(verify_bytes(&after), Err(Error::Archive(_))));
    // It ends like an archive, which is the comment of the previous one.
    let mut commented = record();
    let length = commented.len();
    commented[length - 2..].copy_from_slice(&22_u16.to_le_bytes());
    commented.extend_from_slice(&[&b"PK\x05\x06"[..], &[0xff; 18]].concat());
    let error = verify_bytes(&commented).expect_err("a comment");
    assert!(matches!(error, Error::Ambiguous(_) | Error::Archive(_)), "{error}");
}

#[test]
fn zip_bombs_are_rejected_early() {
    let bomb = altered(|files| *content(files, SIGNATURE_PATH) = vec![0; 1_000_000]);
    assert!(bomb.len() < 10_000, "{} bytes", bomb.len());
    let error = verify_bytes(&bomb).expect_err("too large").to_string();
    assert_eq!(error, "the archive is larger than any capture record: record.jws has more than 64000 bytes");
    let many = altered(|files| files.extend((0..70).map(|number| (format!("{number}.jpg"), Vec::new()))));
    assert!(matches!(verify_bytes(&many), Err(Error::TooLarge(_))));
}

#[test]
fn only_the_services_signature_of_a_record_is_accepted() {
    let stranger = SigningKey::new(&[9; 32]).expect("a key");
    let strangers = PublicKeys::parse(&serde_json::to_string(&stranger.jwks()).expect("JSON")).expect("keys");
    assert!(matches!(verify(Cursor::new(record()), &strangers), Err(Error::UnknownKey(_))));

    let id = key().jwks().keys[0].common.key_id.clone();
    let genuine = verify_bytes(&record()).expect("it holds").claims;
    let sign = |header: Header, claims: &Claims, key: &EncodingKey| {
        let header = Header { kid: id.clone(), typ: Some(TYPE.into()), ..header };
        let signature = encode(&header, claims, key).expect("signed");
        verify_bytes(&altered(|files| *content(files, SIGNATURE_PATH) = signature.into_bytes()))
    };
    // With the public key, which is known to all, as key of another algorithm.
    let public = serde_json::to_value(&key().jwks().keys[0]).expect("JSON")["x"].as_str().expect("x").to_owned();
    let confused = sign(Header::new(Algorithm::HS512), &genuine, &EncodingKey::from_secret(public.as_bytes()));
    assert!(matches!(confused, Err(Error::Signature(_))), "{confused:?}");
    // Another key under the service's id.
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = |secret: [u8; 32]| EncodingKey::from_ed_der(&[&prefix[..], &secret].concat());
    let forged = sign(Header::new(Algorithm::EdDSA), &genuine, &der([9; 32]));
    assert!(matches!(forged, Err(Error::Signature(_))), "{forged:?}");
    // The service's key, but another format, or another signed document.
    let other = Claims { format: 2, ..genuine.clone() };
    assert!(matches!(sign(Header::new(Algorithm::EdDSA), &other, &der(SECRET)), Err(Error::Format(2))));
    assert!(sign(Header::new(Algorithm::EdDSA), &genuine, &der(SECRET)).is_ok());
    let plain = encode(&Header { kid: id.clone(), ..Header::new(Algorithm::EdDSA) }, &genuine, &der(SECRET));
    let token = altered(|files| *content(files, SIGNATURE_PATH) = plain.expect("signed").into_bytes());
    assert!(matches!(verify_bytes(&token), Err(Error::Signature(_))));
}

#[test]
fn a_sandbox_record_is_never_a_real_one() {
    let sandbox = record_of(Claims { sandbox: true, ..claims() }, &manifest());
    assert!(matches!(verify_bytes(&sandbox), Err(Error::Sandbox)));
    let checked = verify_sandbox(Cursor::new(&sandbox), &keys()).expect("it holds");
    assert!(checked.claims.sandbox);
    assert!(matches!(verify_sandbox(Cursor::new(record()), &keys()), Err(Error::NotSandbox)));
    // Type and claim must agree, even where the service's key signs.
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = EncodingKey::from_ed_der(&[&prefix[..], &SECRET].concat());
    let genuine = verify_bytes(&record()).expect("it holds").claims;
    for (typ, sandbox) in [(TYPE, true), (SANDBOX_TYPE, false)] {
        let kid = key().jwks().keys[0].common.key_id.clone();
        let header = Header { kid, typ: Some(typ.into()), ..Header::new(Algorithm::EdDSA) };
        let signature = encode(&header, &Claims { sandbox, ..genuine.clone() }, &der).expect("signed");
        let mixed = altered(|files| *content(files, SIGNATURE_PATH) = signature.into_bytes());
        let checked = if sandbox { verify_bytes(&mixed) } else { verify_sandbox(Cursor::new(&mixed), &keys()) };
        assert!(matches!(checked, Err(Error::Contradiction(_))), "{checked:?}");
    }
}

#[test]
fn a_mismatched_manifest_is_reported() {
    let mut foreign = manifest();
    foreign["nonce"] = json!("x".repeat(64));
    let error = verify_bytes(&record_of(claims(), &foreign)).expect_err("another nonce").to_string();
    assert_eq!(error, "the record contradicts itself: the manifest has another nonce");
    let mut other = manifest();
    other["files"][0]["sha256"] = json!("1".repeat(64));
    assert!(matches!(verify_bytes(&record_of(claims(), &other)), Err(Error::Contradiction(_))));
}

/// With `NEARFAR_WRITE_VECTORS` set they are rewritten.
#[test]
fn the_test_vectors_verify() {
    let jwks = serde_json::to_string_pretty(&key().jwks()).expect("JSON") + "\n";
    if std::env::var_os("NEARFAR_WRITE_VECTORS").is_some() {
        let folder = root().join("crates/record/tests/vectors");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("record.zip"), record()).expect("written");
        std::fs::write(folder.join("altered.zip"), altered(|files| content(files, "far.jpg")[0] ^= 1))
            .expect("written");
        let sandbox = record_of(Claims { sandbox: true, ..claims() }, &manifest());
        std::fs::write(folder.join("sandbox.zip"), sandbox).expect("written");
        std::fs::write(folder.join("jwks.json"), &jwks).expect("written");
    }
    let stored = vector("record.zip");
    assert_eq!(String::from_utf8_lossy(&vector("jwks.json")), jwks);
    for name in ["jwks.json", "public.pem"] {
        let keys = PublicKeys::parse(&String::from_utf8(vector(name)).expect("text")).expect(name);
        let checked = verify(Cursor::new(&stored), &keys).expect(name);
        assert_eq!(checked, verify_bytes(&record()).expect("it holds"));
        assert!(matches!(verify(Cursor::new(vector("altered.zip")), &keys), Err(Error::Altered(_))), "{name}");
        assert!(verify_sandbox(Cursor::new(vector("sandbox.zip")), &keys).is_ok(), "{name}");
    }
    let pem = String::from_utf8(vector("public.pem")).expect("text");
    assert!(PublicKeys::parse(&format!("\n {}\n\n", pem.trim())).is_ok(), "as it may be pasted");
    let one = serde_json::to_string(&key().jwks().keys[0]).expect("JSON");
    assert!(verify(Cursor::new(&stored), &PublicKeys::parse(&one).expect("a JWK")).is_ok());
    for wrong in ["", "{}", "{\"keys\":[]}", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
        assert!(matches!(PublicKeys::parse(wrong), Err(Error::Key(_))), "{wrong:?}");
    }
}

/// Every command that docs/CAPTURE-RECORD.md shows prints the output shown.
#[test]
fn the_examples_of_the_document_are_correct() {
    let page = std::fs::read_to_string(root().join("docs/CAPTURE-RECORD.md")).expect("the document");
    let mut shown = 0;
    for block in page.split("```text\n$ nearfar ").skip(1) {
        let (arguments, printed) =
            block.split("\n```").next().and_then(|block| block.split_once('\n')).expect("a block");
        let output =
            Command::new(env!("CARGO_BIN_EXE_nearfar")).args(arguments.split(' ')).current_dir(root()).output();
        let output = output.expect("it runs");
        let printed_text = [output.stdout, output.stderr].concat();
        assert_eq!(String::from_utf8_lossy(&printed_text).trim_end(), printed.trim_end(), "nearfar {arguments}");
        assert_eq!(output.status.code(), Some(i32::from(printed.contains("NOT VERIFIED"))), "nearfar {arguments}");
        shown += 1;
    }
    assert!(shown >= 2, "{shown} examples");
}

#[test]
fn a_users_error_is_one_line_without_a_backtrace() {
    for arguments in
        [["verify", "nothing.zip", "--key", "nothing.pem"], ["verify", "Cargo.toml", "--key", "Cargo.toml"]]
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nearfar"));
        let output = command.args(arguments).env("RUST_BACKTRACE", "1").current_dir(root()).output().expect("it runs");
        let printed_text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{printed_text}");
        assert!(printed_text.lines().count() == 1 && printed_text.contains("NOT VERIFIED: "), "{printed_text}");
    }
}
