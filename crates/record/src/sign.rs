//! Signs records.

use std::io::{Cursor, Write};

use jsonwebtoken::{Algorithm, Header, encode};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{Claims, Error, FileClaim, SANDBOX_TYPE, SIGNATURE_PATH, SigningKey, TYPE, path_of};

/// Signs a record of these files, given as `(name, content)` with the manifest first. `claims.files` is filled in. The
/// same input gives the same bytes. `claims.sandbox` decides the type of the record.
///
/// # Errors
/// [`Error::Archive`], [`Error::Signature`]: internal errors of the service.
pub fn sign(mut claims: Claims, files: &[(&str, &[u8])], key: &SigningKey) -> Result<Vec<u8>, Error> {
    let claim = |&(name, content): &(&str, &[u8])| FileClaim {
        name: name.to_owned(),
        path: path_of(name),
        sha256: hex::encode(Sha256::digest(content)),
        bytes: content.len() as u64,
    };
    claims.files = files.iter().map(claim).collect();
    let typ = if claims.sandbox { SANDBOX_TYPE } else { TYPE };
    let header = Header { typ: Some(typ.into()), kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
    let signature = encode(&header, &claims, &key.key).map_err(|error| Error::Signature(error.to_string()))?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // JPEGs do not compress further.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o644);
    let signature = (SIGNATURE_PATH.to_owned(), signature.as_bytes());
    let all = files.iter().map(|(name, content)| (path_of(name), *content));
    for (path, content) in std::iter::once(signature).chain(all) {
        archive.start_file(path, options)?;
        archive.write_all(content).map_err(|error| Error::Archive(error.to_string()))?;
    }
    Ok(archive.finish()?.into_inner())
}
