//! Errors of signing and verifying records.

use zip::result::ZipError;

/// Why a record cannot be signed or does not verify.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not a ZIP archive, or a damaged one.
    #[error("the file is not a valid ZIP archive: {0}")]
    Archive(String),
    /// Different readers may see different contents.
    #[error("the archive is ambiguous: {0}")]
    Ambiguous(&'static str),
    /// The archive exceeds the limits of a record.
    #[error("the archive is larger than any capture record: {0}")]
    TooLarge(String),
    /// A required file is missing.
    #[error("{0} is missing")]
    Missing(String),
    /// The archive contains a file without a signed claim.
    #[error("{0} is in the archive, but not in the signature")]
    Unexpected(String),
    /// A file differs from the signed one.
    #[error("{0} is not the file that was signed")]
    Altered(String),
    /// The signature is invalid.
    #[error("the signature does not hold: {0}")]
    Signature(String),
    /// A record of a sandbox account, which proves nothing.
    #[error("the record is from a sandbox account: a test chose its result (--sandbox verifies such records)")]
    Sandbox,
    /// A record of a real account where one of a sandbox account was expected.
    #[error("the record is not from a sandbox account (leave out --sandbox)")]
    NotSandbox,
    /// None of the given keys made the signature.
    #[error("the record was signed with the key {0}, which is not one of the given keys")]
    UnknownKey(String),
    /// Not a JWKS, JWK or PEM with an Ed25519 key.
    #[error("the key cannot be read: {0}")]
    Key(String),
    /// A signed record of an unknown version.
    #[error("the record has format {0}; this program supports format 1")]
    Format(u32),
    /// The signed content contradicts itself.
    #[error("the record contradicts itself: {0}")]
    Contradiction(String),
}

impl From<ZipError> for Error {
    fn from(error: ZipError) -> Self {
        Self::Archive(error.to_string())
    }
}
