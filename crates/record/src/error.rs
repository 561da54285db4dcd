use zip::result::ZipError;

/// Why a record cannot be made or does not hold.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No ZIP archive, or a damaged one.
    #[error("the file is no sound ZIP archive: {0}")]
    Archive(String),
    /// An archive that says different things to different readers.
    #[error("the archive is ambiguous: {0}")]
    Ambiguous(&'static str),
    /// More than any record has.
    #[error("the archive is larger than any capture record: {0}")]
    TooLarge(String),
    /// A file that has to be there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file that nothing was signed for.
    #[error("{0} is in the archive, but not in the signature")]
    Unexpected(String),
    /// A file is not the one that was signed.
    #[error("{0} is not the file that was signed")]
    Altered(String),
    /// The signature is not that of the key.
    #[error("the signature does not hold: {0}")]
    Signature(String),
    /// No key of the given ones made it.
    #[error("the record was signed with the key {0}, which is not among the given ones")]
    UnknownKey(String),
    /// Neither JWKS, JWK nor PEM, or none for Ed25519.
    #[error("the key cannot be read: {0}")]
    Key(String),
    /// Signed, but not of a version that is known here.
    #[error("the record is of format {0}; this program knows format 1")]
    Format(u32),
    /// What was signed contradicts itself.
    #[error("the record contradicts itself: {0}")]
    Contradiction(String),
}

impl From<ZipError> for Error {
    fn from(error: ZipError) -> Self {
        Self::Archive(error.to_string())
    }
}
