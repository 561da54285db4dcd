//! Errors of sealing and opening.

/// Why an upload cannot be sealed or opened. Contains no secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It does not start like a sealed upload of a known version.
    #[error("it is not a sealed upload")]
    NotSealed,
    /// It was sealed for another binding or altered, or a part is out of place.
    #[error("it does not open")]
    Broken,
    /// It ends before the end of its last part.
    #[error("it ends too early")]
    Truncated,
    /// Data follows the last part.
    #[error("something follows the last part")]
    TooLong,
    /// Not a public key.
    #[error("it is not a valid public key")]
    Key,
    /// Not a valid part name: 1 to 32 of a-z, 0-9 and -.
    #[error("it is not a valid part name")]
    Name,
    /// The part exceeds 4 GB.
    #[error("the part is too large")]
    Size,
}
