use crate::{Error, KEY_BYTES};

/// What every sealed upload begins with: a name, and the version of the format.
pub const MAGIC: [u8; 8] = *b"nearfar\x01";
/// Bytes before the first part: the magic and the encapsulated key.
pub const START_BYTES: usize = MAGIC.len() + KEY_BYTES;
/// Bytes that sealing adds to a part's content.
pub const TAG_BYTES: usize = 16;

const LONGEST_NAME: usize = 32;
const LENGTH_BYTES: usize = 4;

/// What stands in clear before each part, and is sealed with it: a byte that tells the last part (1) from others (0),
/// the length of the name (one byte), the name, and the length of the content (4 bytes, big endian) without its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether no part follows.
    pub last: bool,
    /// `manifest`, or the name of a file.
    pub name: String,
    /// Bytes of the content, before sealing.
    pub bytes: u32,
}

impl Header {
    /// Bytes that tell how long a header is.
    pub const BEGIN: usize = 2;

    /// The header of a part.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::Size`].
    pub fn new(name: &str, bytes: usize, last: bool) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=LONGEST_NAME).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(Error::Name);
        }
        // With its tag, too, it is to be countable in 32 bits: on wasm there is no more.
        let bytes = u32::try_from(bytes).ok().filter(|bytes| bytes.checked_add(TAG_BYTES as u32).is_some());
        Ok(Self { last, name: name.into(), bytes: bytes.ok_or(Error::Size)? })
    }

    /// As it is written.
    pub fn write(&self) -> Vec<u8> {
        let mut written = vec![u8::from(self.last), self.name.len() as u8];
        written.extend_from_slice(self.name.as_bytes());
        written.extend_from_slice(&self.bytes.to_be_bytes());
        written
    }

    /// How many bytes the header has that begins so.
    ///
    /// # Errors
    /// [`Error::Broken`] if no header begins so.
    pub fn length(begin: [u8; Self::BEGIN]) -> Result<usize, Error> {
        let [last, name] = begin.map(usize::from);
        let sound = last <= 1 && (1..=LONGEST_NAME).contains(&name);
        if sound { Ok(Self::BEGIN + name + LENGTH_BYTES) } else { Err(Error::Broken) }
    }

    /// Reads a whole header.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Broken`].
    pub fn read(written: &[u8]) -> Result<Self, Error> {
        let begin = written.first_chunk().ok_or(Error::Truncated)?;
        let rest = written.get(Self::BEGIN..Self::length(*begin)?).ok_or(Error::Truncated)?;
        let (name, bytes) = rest.split_last_chunk::<LENGTH_BYTES>().ok_or(Error::Truncated)?;
        let name = std::str::from_utf8(name).map_err(|_| Error::Broken)?;
        let bytes = u32::from_be_bytes(*bytes) as usize;
        Self::new(name, bytes, begin[0] == 1).map_err(|_| Error::Broken)
    }

    /// Bytes of the sealed content that follows.
    pub fn sealed_bytes(&self) -> u64 {
        u64::from(self.bytes) + TAG_BYTES as u64
    }
}
