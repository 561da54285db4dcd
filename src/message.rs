//! Short error messages without `format!`, which would add 4 kB of code to the wasm module.

use itoa::Buffer;

/// A piece of a message.
pub(crate) enum Piece<'a> {
    /// Text, unchanged.
    Text(&'a str),
    /// An integer, in decimal.
    Integer(i64),
}

impl<'a> From<&'a str> for Piece<'a> {
    fn from(text: &'a str) -> Self {
        Piece::Text(text)
    }
}

impl From<i32> for Piece<'_> {
    fn from(number: i32) -> Self {
        Piece::Integer(number.into())
    }
}

impl From<u32> for Piece<'_> {
    fn from(number: u32) -> Self {
        Piece::Integer(number.into())
    }
}

impl From<usize> for Piece<'_> {
    fn from(number: usize) -> Self {
        Piece::Integer(number as i64)
    }
}

/// Concatenates the pieces.
pub(crate) fn concat(pieces: &[Piece]) -> String {
    let mut message = String::new();
    for piece in pieces {
        match *piece {
            Piece::Text(text) => message.push_str(text),
            Piece::Integer(number) => message.push_str(Buffer::new().format(number)),
        }
    }
    message
}

/// Concatenates strings and integers: a small `format!`.
macro_rules! message {
    ($($piece:expr),+ $(,)?) => { $crate::message::concat(&[$($crate::message::Piece::from($piece)),+]) };
}
pub(crate) use message;

/// Implements `Display` and `Error` for an error that has a method `message`.
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
