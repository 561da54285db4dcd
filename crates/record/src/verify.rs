//! Verifies records.

use std::io::{Read, Seek, SeekFrom};

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use nearfar_protocol::manifest::{Manifest, VIDEO};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::{Claims, Error, FORMAT, FileClaim, MANIFEST, PublicKeys, SANDBOX_TYPE, SIGNATURE_PATH, TYPE};

/// Maximum number of files in an archive: a record has the manifest, the signature, two pictures and at most 32 audit
/// pictures.
const MAX_FILES: usize = 64;
/// Maximum unpacked length of one file.
const MAX_FILE_BYTES: u64 = 64_000_000;
/// Maximum unpacked length of all files.
const MAX_BYTES: u64 = 256_000_000;
const MAX_SIGNATURE_BYTES: u64 = 64_000;

/// A verified record.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedRecord {
    /// The signed claims.
    pub claims: Claims,
    /// Id of the signing key, if the signature names it.
    pub key_id: Option<String>,
    /// The page's manifest of the capture.
    pub manifest: Manifest,
}

/// Verifies a record: one of the keys made the signature, every file of the archive is the signed one, none is missing
/// or added, and the manifest matches them.
///
/// # Errors
/// The first check that fails.
pub fn verify(file: impl Read + Seek, keys: &PublicKeys) -> Result<VerifiedRecord, Error> {
    verify_as(TYPE, file, keys)
}

/// Like [`verify`], for a record of a sandbox account and no other: a test chose its result.
///
/// # Errors
/// As [`verify`].
pub fn verify_sandbox(file: impl Read + Seek, keys: &PublicKeys) -> Result<VerifiedRecord, Error> {
    verify_as(SANDBOX_TYPE, file, keys)
}

fn verify_as(typ: &str, mut file: impl Read + Seek, keys: &PublicKeys) -> Result<VerifiedRecord, Error> {
    reject_trailing_data(&mut file)?;
    let mut archive = ZipArchive::new(file)?;
    if archive.offset() != 0 {
        return Err(Error::Ambiguous("data precedes it"));
    }
    // A reader that takes the comment's end for the archive's would see other files.
    if !archive.comment().is_empty() {
        return Err(Error::Ambiguous("it has a comment"));
    }
    if archive.len() > MAX_FILES {
        return Err(Error::TooLarge(format!("{} files", archive.len())));
    }
    if archive.has_duplicate_names() {
        return Err(Error::Ambiguous("a file occurs twice"));
    }
    let signature = read(&mut archive, SIGNATURE_PATH, MAX_SIGNATURE_BYTES)?;
    let signature = String::from_utf8(signature).map_err(|_| Error::Signature("it is not text".into()))?;
    let (claims, key_id) = verify_signature(typ, signature.trim(), keys)?;
    let mut remaining = MAX_BYTES;
    let mut manifest = None;
    for claim in &claims.files {
        let content = read(&mut archive, &claim.path, MAX_FILE_BYTES.min(remaining))?;
        remaining -= content.len() as u64;
        if content.len() as u64 != claim.bytes || hex::encode(Sha256::digest(&content)) != claim.sha256 {
            return Err(Error::Altered(claim.path.clone()));
        }
        if claim.name == MANIFEST {
            manifest = Some(content);
        }
    }
    let known = |path: &str| path == SIGNATURE_PATH || claims.files.iter().any(|claim| claim.path == path);
    for path in archive.file_names() {
        let path = path?;
        if !known(&path) {
            return Err(Error::Unexpected(printable(&path)));
        }
    }
    let manifest = manifest.ok_or_else(|| Error::Contradiction("no manifest was signed".into()))?;
    let manifest = Manifest::parse(&manifest).map_err(|error| Error::Contradiction(error.to_string()))?;
    compare(&claims, &manifest)?;
    Ok(VerifiedRecord { claims, key_id, manifest })
}

/// Rejects data after the archive, which the zip crate ignores: the end record has 22 bytes.
fn reject_trailing_data(file: &mut (impl Read + Seek)) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| Error::Archive(error.to_string());
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-22)).and_then(|_| file.read_exact(&mut end)).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    if &end == b"PK\x05\x06" { Ok(()) } else { Err(Error::Archive("it does not end like an archive".into())) }
}

fn read<R: Read + Seek>(archive: &mut ZipArchive<R>, path: &str, max: u64) -> Result<Vec<u8>, Error> {
    let entry = archive.by_name(path).map_err(|error| match error {
        zip::result::ZipError::FileNotFound => Error::Missing(printable(path)),
        other => other.into(),
    })?;
    let mut content = Vec::new();
    // The length stated in the archive may be anything.
    let read = entry.take(max.saturating_add(1)).read_to_end(&mut content);
    read.map_err(|error| Error::Archive(format!("{}: {error}", printable(path))))?;
    if content.len() as u64 > max {
        return Err(Error::TooLarge(format!("{} has more than {max} bytes", printable(path))));
    }
    Ok(content)
}

fn verify_signature(typ: &str, signature: &str, keys: &PublicKeys) -> Result<(Claims, Option<String>), Error> {
    let wrong = |error: jsonwebtoken::errors::Error| Error::Signature(error.to_string());
    let header = decode_header(signature).map_err(wrong)?;
    match header.typ.as_deref() {
        Some(found) if found == typ => {}
        Some(SANDBOX_TYPE) => return Err(Error::Sandbox),
        Some(TYPE) => return Err(Error::NotSandbox),
        _ => return Err(Error::Signature("it is not the signature of a record".into())),
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    // A record is not a token: it has no audience and does not expire.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = keys.find(header.kid.as_deref())?;
    let claims: serde_json::Value = decode(signature, key, &validation).map_err(wrong)?.claims;
    // Checked before the rest, which another format may not have.
    let format = claims["format"].as_u64().and_then(|format| u32::try_from(format).ok()).unwrap_or(0);
    if format != FORMAT {
        return Err(Error::Format(format));
    }
    let claims: Claims = serde_json::from_value(claims).map_err(|error| Error::Contradiction(error.to_string()))?;
    if claims.sandbox != (typ == SANDBOX_TYPE) {
        return Err(Error::Contradiction("its type and its claims disagree about the sandbox".into()));
    }
    Ok((claims, header.kid))
}

/// Compares the manifest with the signed claims.
fn compare(claims: &Claims, manifest: &Manifest) -> Result<(), Error> {
    if manifest.nonce != claims.nonce {
        return Err(Error::Contradiction("the manifest has another nonce".into()));
    }
    let pictures = |claim: &&FileClaim| claim.name != MANIFEST;
    for claim in claims.files.iter().filter(pictures) {
        let named = manifest.file(&claim.name);
        if !named.is_some_and(|named| named.sha256 == claim.sha256 && named.bytes == claim.bytes) {
            return Err(Error::Contradiction(format!("the manifest does not name this {}", claim.path)));
        }
    }
    let there = |name: &str| claims.files.iter().any(|claim| claim.name == name);
    match manifest.files.iter().find(|file| file.name != VIDEO && !there(&file.name)) {
        Some(file) => Err(Error::Contradiction(format!("{}, which the manifest names, was not signed", file.name))),
        None => Ok(()),
    }
}

/// A path from an archive, safe to print.
fn printable(path: &str) -> String {
    path.chars().map(|char| if char.is_control() { '?' } else { char }).take(100).collect()
}
