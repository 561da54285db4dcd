use std::io::{Read, Seek, SeekFrom};

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use nearfar_protocol::manifest::{Manifest, VIDEO};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::{Claims, Error, FORMAT, FileClaim, MANIFEST, PublicKeys, SIGNATURE_PATH, TYPE};

/// Files of an archive: a record has the manifest, the signature, two pictures and at most 32 audit pictures.
const MAX_FILES: usize = 64;
/// Bytes of one file once it is unpacked.
const MAX_FILE_BYTES: u64 = 64_000_000;
/// Bytes of all files.
const MAX_BYTES: u64 = 256_000_000;
const MAX_SIGNATURE_BYTES: u64 = 64_000;

/// A record that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedRecord {
    /// What the service signed.
    pub claims: Claims,
    /// Which key it was signed with, if the signature tells.
    pub key_id: Option<String>,
    /// What the page said of the capture.
    pub manifest: Manifest,
}

/// Checks a record: that the signature is that of one of the keys, that every file of the archive is the one that was
/// signed, that none is missing and none too many, and that the manifest fits them.
///
/// # Errors
/// What does not hold.
pub fn verify(mut file: impl Read + Seek, keys: &PublicKeys) -> Result<VerifiedRecord, Error> {
    check_end(&mut file)?;
    let mut archive = ZipArchive::new(file)?;
    if archive.offset() != 0 {
        return Err(Error::Ambiguous("something is put before it"));
    }
    // A reader that takes the comment's end for the archive's would see other files.
    if !archive.comment().is_empty() {
        return Err(Error::Ambiguous("it has a comment"));
    }
    if archive.len() > MAX_FILES {
        return Err(Error::TooLarge(format!("{} files", archive.len())));
    }
    if archive.has_duplicate_names() {
        return Err(Error::Ambiguous("a file is there twice"));
    }
    let signature = read(&mut archive, SIGNATURE_PATH, MAX_SIGNATURE_BYTES)?;
    let signature = String::from_utf8(signature).map_err(|_| Error::Signature("it is no text".into()))?;
    let (claims, key_id) = signed(signature.trim(), keys)?;
    let mut left = MAX_BYTES;
    let mut manifest = None;
    for claim in &claims.files {
        let content = read(&mut archive, &claim.path, MAX_FILE_BYTES.min(left))?;
        left -= content.len() as u64;
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
            return Err(Error::Unexpected(shown(&path)));
        }
    }
    let manifest = manifest.ok_or_else(|| Error::Contradiction("no manifest was signed".into()))?;
    let manifest = Manifest::parse(&manifest).map_err(|error| Error::Contradiction(error.to_string()))?;
    compare(&claims, &manifest)?;
    Ok(VerifiedRecord { claims, key_id, manifest })
}

/// Refuses what comes after the archive, which the crate that reads it passes over: the record of its end has 22 bytes.
fn check_end(file: &mut (impl Read + Seek)) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| Error::Archive(error.to_string());
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-22)).and_then(|_| file.read_exact(&mut end)).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    if &end == b"PK\x05\x06" { Ok(()) } else { Err(Error::Archive("its end is not that of an archive".into())) }
}

fn read<R: Read + Seek>(archive: &mut ZipArchive<R>, path: &str, most: u64) -> Result<Vec<u8>, Error> {
    let entry = archive.by_name(path).map_err(|error| match error {
        zip::result::ZipError::FileNotFound => Error::Missing(shown(path)),
        other => other.into(),
    })?;
    let mut content = Vec::new();
    // Not what the archive says of the length: that may be anything.
    let read = entry.take(most.saturating_add(1)).read_to_end(&mut content);
    read.map_err(|error| Error::Archive(format!("{}: {error}", shown(path))))?;
    if content.len() as u64 > most {
        return Err(Error::TooLarge(format!("{} has more than {most} bytes", shown(path))));
    }
    Ok(content)
}

fn signed(signature: &str, keys: &PublicKeys) -> Result<(Claims, Option<String>), Error> {
    let wrong = |error: jsonwebtoken::errors::Error| Error::Signature(error.to_string());
    let header = decode_header(signature).map_err(wrong)?;
    if header.typ.as_deref() != Some(TYPE) {
        return Err(Error::Signature("it is a signature of something else".into()));
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    // A record is no token: it is for whoever has it, and does not end.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = keys.find(header.kid.as_deref())?;
    let claims: serde_json::Value = decode(signature, key, &validation).map_err(wrong)?.claims;
    // Before the rest, which another format may not have.
    let format = claims["format"].as_u64().and_then(|format| u32::try_from(format).ok()).unwrap_or(0);
    if format != FORMAT {
        return Err(Error::Format(format));
    }
    let claims = serde_json::from_value(claims).map_err(|error| Error::Contradiction(error.to_string()))?;
    Ok((claims, header.kid))
}

/// The manifest against what the service signed.
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

/// A path from an archive, fit to be printed.
fn shown(path: &str) -> String {
    path.chars().map(|char| if char.is_control() { '?' } else { char }).take(100).collect()
}
