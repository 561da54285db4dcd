//! The few pieces of FlatBuffers that a model file is made of, each read with its bounds checked.
//! Format: <https://flatbuffers.dev/internals/>.

use super::{ModelError, unexpected};

/// Most numbers in a list that is read number by number; the model's longest has 4. Without a limit a small
/// file whose tables share one long list would grow to gigabytes.
const MAX_INTS: usize = 16;

/// The whole file.
#[derive(Clone, Copy)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    fn get<const N: usize>(&self, position: usize, what: &'static str) -> Result<[u8; N], ModelError> {
        position
            .checked_add(N)
            .and_then(|end| self.0.get(position..end))
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(self.outside(what, position))
    }

    fn outside(&self, what: &'static str, position: usize) -> ModelError {
        ModelError::OutOfBounds { what, position, length: self.0.len() }
    }

    fn u32(&self, position: usize, what: &'static str) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.get(position, what)?))
    }

    /// The table that the file begins with.
    pub fn root(self) -> Result<Table<'a>, ModelError> {
        let identifier: [u8; 4] = self.get(4, "file identifier")?;
        if &identifier != b"TFL3" {
            let found = identifier.escape_ascii();
            return Err(ModelError::NotTflite(format!("its identifier is \"{found}\", not \"TFL3\"")));
        }
        self.table_at(0, "root table")
    }

    /// The table that the offset at `position` points to.
    fn table_at(self, position: usize, what: &'static str) -> Result<Table<'a>, ModelError> {
        let position = self.follow(position, what)?;
        let back = i32::from_le_bytes(self.get(position, what)?);
        let vtable = (position as i64) - i64::from(back);
        let vtable = usize::try_from(vtable).map_err(|_| self.outside(what, position))?;
        let vtable_len = u16::from_le_bytes(self.get(vtable, what)?) as usize;
        if vtable.checked_add(vtable_len).is_none_or(|end| end > self.0.len()) {
            return Err(self.outside(what, vtable));
        }
        Ok(Table { bytes: self, position, vtable, vtable_len })
    }

    fn follow(self, position: usize, what: &'static str) -> Result<usize, ModelError> {
        let offset = self.u32(position, what)? as usize;
        position.checked_add(offset).ok_or(self.outside(what, position))
    }
}

/// A table: fields by number, each of which may be absent.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: Bytes<'a>,
    position: usize,
    vtable: usize,
    vtable_len: usize,
}

impl<'a> Table<'a> {
    fn field(&self, number: usize, what: &'static str) -> Result<Option<usize>, ModelError> {
        let slot = 4 + 2 * number;
        if slot + 2 > self.vtable_len {
            return Ok(None);
        }
        match u16::from_le_bytes(self.bytes.get(self.vtable + slot, what)?) {
            0 => Ok(None),
            offset => Ok(Some(self.position + offset as usize)),
        }
    }

    /// A byte, `default` where it is absent.
    pub fn u8(&self, number: usize, default: u8, what: &'static str) -> Result<u8, ModelError> {
        match self.field(number, what)? {
            Some(position) => Ok(self.bytes.get::<1>(position, what)?[0]),
            None => Ok(default),
        }
    }

    /// A 32-bit number, `default` where it is absent.
    pub fn i32(&self, number: usize, default: i32, what: &'static str) -> Result<i32, ModelError> {
        match self.field(number, what)? {
            Some(position) => Ok(self.bytes.u32(position, what)? as i32),
            None => Ok(default),
        }
    }

    /// A nested table.
    pub fn table(&self, number: usize, what: &'static str) -> Result<Option<Table<'a>>, ModelError> {
        self.field(number, what)?.map(|position| self.bytes.table_at(position, what)).transpose()
    }

    /// Start and element count of a vector; an absent one is empty.
    fn vector(&self, number: usize, element: usize, what: &'static str) -> Result<(usize, usize), ModelError> {
        let Some(position) = self.field(number, what)? else {
            return Ok((0, 0));
        };
        let start = self.bytes.follow(position, what)?;
        let count = self.bytes.u32(start, what)? as usize;
        let end = count.checked_mul(element).and_then(|len| len.checked_add(start + 4));
        if end.is_none_or(|end| end > self.bytes.0.len()) {
            return Err(self.bytes.outside(what, start));
        }
        Ok((start + 4, count))
    }

    /// A vector of bytes.
    pub fn bytes(&self, number: usize, what: &'static str) -> Result<&'a [u8], ModelError> {
        let (start, count) = self.vector(number, 1, what)?;
        Ok(&self.bytes.0[start..start + count])
    }

    /// A vector of at most 16 32-bit numbers.
    pub fn ints(&self, number: usize, what: &'static str) -> Result<Vec<i32>, ModelError> {
        let (start, count) = self.vector(number, 4, what)?;
        if count > MAX_INTS {
            return unexpected(format!("{what}: {count} numbers"));
        }
        (0..count).map(|i| Ok(self.bytes.u32(start + 4 * i, what)? as i32)).collect()
    }

    /// A vector of tables.
    pub fn tables(&self, number: usize, what: &'static str) -> Result<Vec<Table<'a>>, ModelError> {
        let (start, count) = self.vector(number, 4, what)?;
        (0..count).map(|i| self.bytes.table_at(start + 4 * i, what)).collect()
    }
}
