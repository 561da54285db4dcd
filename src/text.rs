//! Sentences out of words and whole numbers, for the errors that the wasm module tells: `format!` would bring 4 kB
//! of code into it.

use itoa::Buffer;

/// A part of a sentence.
pub(crate) enum Piece<'a> {
    /// As it is.
    Words(&'a str),
    /// In decimal digits.
    Number(i64),
}

impl<'a> From<&'a str> for Piece<'a> {
    fn from(words: &'a str) -> Self {
        Piece::Words(words)
    }
}

impl From<i32> for Piece<'_> {
    fn from(number: i32) -> Self {
        Piece::Number(number.into())
    }
}

impl From<u32> for Piece<'_> {
    fn from(number: u32) -> Self {
        Piece::Number(number.into())
    }
}

impl From<usize> for Piece<'_> {
    fn from(number: usize) -> Self {
        Piece::Number(number as i64)
    }
}

/// The pieces one after the other.
pub(crate) fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match *piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Number(number) => text.push_str(Buffer::new().format(number)),
        }
    }
    text
}

/// `join` of anything that is a piece.
macro_rules! text {
    ($($piece:expr),+ $(,)?) => { $crate::text::join(&[$($crate::text::Piece::from($piece)),+]) };
}
pub(crate) use text;

/// The traits of an error that has a method `message`.
macro_rules! error_by_message {
    ($error:ty) => {
        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str(&self.message())
            }
        }

        impl std::error::Error for $error {}
    };
}
pub(crate) use error_by_message;
