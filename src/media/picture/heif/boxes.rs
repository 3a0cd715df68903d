//! Numbers and boxes in memory (ISO/IEC 14496-12, 4.2).

/// What is left of some bytes.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// The next bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, at most eight; zero of none.
    pub fn number(&mut self, bytes: usize) -> Option<u64> {
        if bytes > 8 {
            return None;
        }
        let taken = self.bytes(bytes)?;
        Some(
            taken
                .iter()
                .fold(0, |number, &byte| number << 8 | u64::from(byte)),
        )
    }

    /// A number of one byte.
    pub fn u8(&mut self) -> Option<u8> {
        u8::try_from(self.number(1)?).ok()
    }

    /// A number of two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        u16::try_from(self.number(2)?).ok()
    }

    /// A number of four bytes.
    pub fn u32(&mut self) -> Option<u32> {
        u32::try_from(self.number(4)?).ok()
    }

    /// A number of four bytes with a sign.
    pub fn i32(&mut self) -> Option<i32> {
        Some(self.u32()?.cast_signed())
    }

    /// A number of an item: two bytes or four.
    pub fn item(&mut self, is_long: bool) -> Option<u32> {
        if is_long {
            self.u32()
        } else {
            self.u16().map(u32::from)
        }
    }

    /// Version and flags of a full box.
    pub fn version(&mut self) -> Option<(u8, u32)> {
        let version = self.u8()?;
        Some((version, u32::try_from(self.number(3)?).ok()?))
    }

    /// Bytes up to a zero, or to the end.
    pub fn text(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|&byte| byte == 0);
        let (text, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        text
    }

    /// The next box: its type, its content, and the offset of that content in what is left; none where none is whole.
    pub fn next_box(&mut self) -> Option<([u8; 4], Self)> {
        let mut cursor = self.clone();
        let size = u64::from(cursor.u32()?);
        let kind: [u8; 4] = cursor.bytes(4)?.try_into().ok()?;
        let content_bytes = match size {
            0 => cursor.0.len(),
            1 => usize::try_from(cursor.number(8)?.checked_sub(16)?).ok()?,
            _ => usize::try_from(size.checked_sub(8)?).ok()?,
        };
        let content = Self(cursor.bytes(content_bytes)?);
        *self = cursor;
        Some((kind, content))
    }
}

/// The boxes one after the other.
impl Iterator for Cursor<'_> {
    type Item = ([u8; 4], Self);

    fn next(&mut self) -> Option<([u8; 4], Self)> {
        self.next_box()
    }
}
