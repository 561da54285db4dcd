//! A minimal FlatBuffers reader: bounds are checked, nothing is copied. Format: <https://flatbuffers.dev/internals/>.

use super::error::ModelError;

/// The whole file.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    fn get<const N: usize>(&self, position: usize, what: &'static str) -> Result<[u8; N], ModelError> {
        match self.0.get(position..).and_then(|rest| rest.first_chunk()) {
            Some(bytes) => Ok(*bytes),
            None => Err(self.outside(what, position)),
        }
    }

    fn outside(&self, what: &'static str, position: usize) -> ModelError {
        ModelError::OutOfBounds { what, position, length: self.0.len() }
    }

    fn u32(&self, position: usize, what: &'static str) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.get(position, what)?))
    }

    /// The root table.
    pub(super) fn root(self) -> Result<Table<'a>, ModelError> {
        if self.0.is_empty() {
            return Err(ModelError::NotTflite("it is empty"));
        }
        if &self.get(4, "file identifier")? != b"TFL3" {
            return Err(ModelError::NotTflite("its identifier is not \"TFL3\""));
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

/// A table: numbered fields, each of which may be absent.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
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

    /// A byte field, 0 if absent.
    pub(super) fn u8(&self, number: usize, what: &'static str) -> Result<u8, ModelError> {
        match self.field(number, what)? {
            Some(position) => Ok(self.bytes.get::<1>(position, what)?[0]),
            None => Ok(0),
        }
    }

    /// A 32-bit field, `default` if absent.
    pub(super) fn i32(&self, number: usize, default: i32, what: &'static str) -> Result<i32, ModelError> {
        match self.field(number, what)? {
            Some(position) => Ok(self.bytes.u32(position, what)? as i32),
            None => Ok(default),
        }
    }

    /// A table field.
    pub(super) fn table(&self, number: usize, what: &'static str) -> Result<Option<Table<'a>>, ModelError> {
        match self.field(number, what)? {
            Some(position) => Ok(Some(self.bytes.table_at(position, what)?)),
            None => Ok(None),
        }
    }

    /// Start and length of a vector field; an absent vector is empty.
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

    /// A vector field of bytes.
    pub(super) fn bytes(&self, number: usize, what: &'static str) -> Result<&'a [u8], ModelError> {
        let (start, count) = self.vector(number, 1, what)?;
        Ok(&self.bytes.0[start..start + count])
    }

    /// A vector field of 32-bit integers.
    pub(super) fn ints(&self, number: usize, what: &'static str) -> Result<Ints<'a>, ModelError> {
        let (start, count) = self.vector(number, 4, what)?;
        Ok(Ints(self.bytes.0[start..start + 4 * count].as_chunks().0))
    }

    /// A vector field of tables.
    pub(super) fn tables(&self, number: usize, what: &'static str) -> Result<Tables<'a>, ModelError> {
        let (start, count) = self.vector(number, 4, what)?;
        Ok(Tables { bytes: self.bytes, start, count, what })
    }
}

/// 32-bit integers in the file.
#[derive(Clone, Copy)]
pub(super) struct Ints<'a>(&'a [[u8; 4]]);

impl<'a> Ints<'a> {
    /// Iterates over the integers.
    pub(super) fn iter(self) -> impl Iterator<Item = i32> + 'a {
        self.0.iter().map(|&bytes| i32::from_le_bytes(bytes))
    }

    /// Whether the integers equal `expected`.
    pub(super) fn equals(self, expected: &[usize]) -> bool {
        self.0.len() == expected.len() && self.iter().zip(expected).all(|(a, &b)| usize::try_from(a) == Ok(b))
    }
}

/// Tables in the file.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a> {
    bytes: Bytes<'a>,
    start: usize,
    /// Number of tables.
    pub count: usize,
    what: &'static str,
}

impl<'a> Tables<'a> {
    /// Table `index`; `None` past the end.
    pub(super) fn get(&self, index: usize) -> Result<Option<Table<'a>>, ModelError> {
        if index >= self.count {
            return Ok(None);
        }
        Ok(Some(self.bytes.table_at(self.start + 4 * index, self.what)?))
    }
}
