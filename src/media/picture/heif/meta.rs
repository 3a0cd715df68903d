//! The box that names the items of a file, where their bytes lie, what they are made of and how they are to be shown
//! (ISO/IEC 14496-12, 8.11; 23008-12, 6 and 9).

use std::collections::BTreeMap;

use super::boxes::Cursor;
use crate::media::picture::bytes::Bytes;

/// The longest box that is read, in bytes: a picture of 65535 tiles takes three megabytes.
const MAX_META_BYTES: u64 = 16 << 20;

/// Boxes at the outermost level that are looked at.
const MAX_OUTER_BOXES: usize = 256;

/// Items of a file. Nothing refers to another by more than its number.
#[derive(Debug, Default)]
pub(super) struct MetaBox {
    /// The main item.
    pub primary: u32,
    /// All items by their number.
    pub items: BTreeMap<u32, Item>,
    /// References: kind, item, and those that it refers to.
    pub references: Vec<([u8; 4], u32, Vec<u32>)>,
    /// All properties, counted from 1 on by the items.
    pub properties: Vec<Property>,
    /// Bytes inside of the box itself.
    pub inner: Vec<u8>,
}

/// An item.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// Its type, such as `hvc1`.
    pub kind: [u8; 4],
    /// Where its bytes lie.
    pub extents: Vec<Extent>,
    /// Where offsets are counted from: 0 the file, 1 the box.
    pub method: u8,
    /// Numbers of its properties, in their order, and whether it cannot be shown without.
    pub properties: Vec<(usize, bool)>,
}

/// A run of an item's bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub offset: u64,
    /// Zero for all that follows.
    pub bytes: u64,
}

/// A property of items: its type and its content.
#[derive(Debug)]
pub(super) struct Property {
    pub kind: [u8; 4],
    pub content: Vec<u8>,
}

impl MetaBox {
    /// The one of a file; `None` if it has none that can be read.
    pub fn read<B: Bytes + ?Sized>(bytes: &B) -> Option<Self> {
        let content = outer_box(bytes, *b"meta")?;
        let mut cursor = Cursor(&content);
        cursor.version()?;
        let mut meta = Self::default();
        for (kind, content) in cursor {
            match &kind {
                b"pitm" => meta.read_primary(content)?,
                b"iinf" => meta.read_kinds(content)?,
                b"iloc" => meta.read_places(content)?,
                b"iref" => meta.read_references(content)?,
                b"iprp" => meta.read_properties(content)?,
                b"idat" => meta.inner = content.0.to_vec(),
                _ => {}
            }
        }
        Some(meta)
    }

    /// Items that refer to another in this way.
    pub fn referring(&self, kind: [u8; 4], to: u32) -> impl Iterator<Item = u32> {
        let references = self.references.iter();
        references
            .filter(move |(found, _, others)| *found == kind && others.contains(&to))
            .map(|&(_, from, _)| from)
    }

    /// Items that one refers to in this way.
    pub fn referred(&self, kind: [u8; 4], from: u32) -> Option<&[u32]> {
        let mut references = self.references.iter();
        references
            .find(|(found, item, _)| *found == kind && *item == from)
            .map(|(_, _, others)| others.as_slice())
    }

    fn read_primary(&mut self, mut content: Cursor<'_>) -> Option<()> {
        let (version, _) = content.version()?;
        self.primary = content.item(version > 0)?;
        Some(())
    }

    /// Types of items, `iinf` (14496-12, 8.11.6).
    fn read_kinds(&mut self, mut content: Cursor<'_>) -> Option<()> {
        let (version, _) = content.version()?;
        content.item(version > 0)?;
        for (kind, mut entry) in content {
            let (version, _) = entry.version()?;
            if &kind != b"infe" || version < 2 {
                continue;
            }
            let number = entry.item(version > 2)?;
            entry.u16()?;
            self.items.entry(number).or_default().kind = entry.bytes(4)?.try_into().ok()?;
        }
        Some(())
    }

    /// Places of items, `iloc` (14496-12, 8.11.3).
    fn read_places(&mut self, mut content: Cursor<'_>) -> Option<()> {
        let (version, _) = content.version()?;
        let (sizes, more_sizes) = (content.u8()?, content.u8()?);
        let (offset_bytes, length_bytes) = (usize::from(sizes >> 4), usize::from(sizes & 15));
        let base_bytes = usize::from(more_sizes >> 4);
        let index_bytes = if version > 0 {
            usize::from(more_sizes & 15)
        } else {
            0
        };
        let count = content.item(version > 1)?;
        for _ in 0..count {
            let number = content.item(version > 1)?;
            let method = if version > 0 { content.u16()? & 15 } else { 0 };
            content.u16()?;
            let base = content.number(base_bytes)?;
            let extents = content.u16()?;
            let item = self.items.entry(number).or_default();
            item.method = u8::try_from(method).ok()?;
            for _ in 0..extents {
                content.number(index_bytes)?;
                let offset = base.checked_add(content.number(offset_bytes)?)?;
                let bytes = content.number(length_bytes)?;
                item.extents.push(Extent { offset, bytes });
                // An extent without numbers takes no bytes, so that a short file could claim any number of them.
                if offset_bytes == 0 && length_bytes == 0 && index_bytes == 0 && extents > 1 {
                    return None;
                }
            }
        }
        Some(())
    }

    /// References, `iref` (14496-12, 8.11.12).
    fn read_references(&mut self, mut content: Cursor<'_>) -> Option<()> {
        let (version, _) = content.version()?;
        for (kind, mut entry) in content {
            let from = entry.item(version > 0)?;
            let count = entry.u16()?;
            let others = (0..count).map(|_| entry.item(version > 0));
            self.references
                .push((kind, from, others.collect::<Option<_>>()?));
        }
        Some(())
    }

    /// Properties and whose they are, `iprp` (23008-12, 9.3).
    fn read_properties(&mut self, content: Cursor<'_>) -> Option<()> {
        for (kind, mut content) in content {
            match &kind {
                b"ipco" => self
                    .properties
                    .extend(content.map(|(kind, content)| Property {
                        kind,
                        content: content.0.to_vec(),
                    })),
                b"ipma" => {
                    let (version, flags) = content.version()?;
                    for _ in 0..content.u32()? {
                        let number = content.item(version > 0)?;
                        let count = content.u8()?;
                        let item = self.items.entry(number).or_default();
                        for _ in 0..count {
                            // The highest bit says whether it is essential.
                            let is_long = flags & 1 != 0;
                            let stored = content.item_property(is_long)?;
                            item.properties.push(stored);
                        }
                    }
                }
                _ => {}
            }
        }
        Some(())
    }
}

impl Cursor<'_> {
    /// Number of a property, and whether it is essential.
    fn item_property(&mut self, is_long: bool) -> Option<(usize, bool)> {
        if is_long {
            let stored = self.u16()?;
            Some((usize::from(stored & 0x7FFF), stored & 0x8000 != 0))
        } else {
            let stored = self.u8()?;
            Some((usize::from(stored & 0x7F), stored & 0x80 != 0))
        }
    }
}

/// The content of the first box of this type at the outermost level.
fn outer_box<B: Bytes + ?Sized>(bytes: &B, wanted: [u8; 4]) -> Option<Vec<u8>> {
    let mut at = 0_u64;
    for _ in 0..MAX_OUTER_BOXES {
        let [s0, s1, s2, s3, kind @ ..] = bytes.array::<8>(at)?;
        let (header, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => (8, bytes.length().checked_sub(at)?),
            1 => (16, u64::from_be_bytes(bytes.array(at.checked_add(8)?)?)),
            size => (8, u64::from(size)),
        };
        let content_bytes = size.checked_sub(header)?;
        if kind == wanted {
            let mut content = Vec::new();
            let offset = at.checked_add(header)?;
            bytes.append(offset, content_bytes.min(MAX_META_BYTES), &mut content)?;
            return Some(content);
        }
        at = at.checked_add(size)?;
    }
    None
}
