//! The main picture of a HEIF file: its tiles, and what is to be done with them.

use super::boxes::Cursor;
use super::meta::{Item, MetaBox};
use crate::media::frame::Turn;
use crate::media::picture::bytes::Bytes;

/// The most bytes that one tile may have: far more than any encoder makes of a picture.
const MAX_TILE_BYTES: u64 = 512 << 20;

/// The most tiles of a picture (23008-12, 6.6.2.3: 256 in each direction).
const MAX_TILES: usize = 1 << 16;

/// The most bytes of its list of pictures that tiles may copy, setups of their decoders included: tiles may share an
/// item, so that a short file could ask for any number of copies.
const MAX_COPIED_BYTES: usize = 64 << 20;

/// Pictures that may be derived from each other in turn.
const MAX_DEPTH: usize = 4;

/// Names of an auxiliary picture that is alpha (ISO/IEC 23091-2 by MIAF; 23008-12, 6.5.8 for HEVC).
const ALPHA_NAMES: [&[u8]; 2] = [
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
];

/// Reason why a picture cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::media) enum Unreadable {
    /// The boxes contradict each other, or are cut short.
    #[error("its list of pictures is damaged")]
    Damaged,
    /// It is made in a way that is not known.
    #[error("pictures of the kind {0}")]
    Unknown(String),
}

/// The main picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct HeifPicture {
    /// Its colours.
    pub colours: CodedPicture,
    /// Its alpha, if it has any.
    pub alpha: Option<CodedPicture>,
    /// True if the colours are multiplied by alpha already (23008-12, 6.10.2 `prem`).
    pub is_premultiplied: bool,
}

/// A picture as it is coded: one tile or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct CodedPicture {
    /// Codec of its tiles.
    pub codec: PictureCodec,
    /// Tiles, row by row.
    pub tiles: Vec<Tile>,
    /// Tiles across.
    pub columns: usize,
    /// The size that tiles are cut to; none for one tile.
    pub size_px: Option<(u32, u32)>,
    /// The part of it that is shown, before it is turned.
    pub crop: Option<Crop>,
    /// The turn that it needs.
    pub turn: Turn,
    /// Coding of its colours, where the file says it (`nclx`).
    pub colour: Option<Colour>,
    /// Width of a pixel to its height.
    pub pixel_aspect: (u32, u32),
}

/// A codec of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum PictureCodec {
    Hevc,
    Av1,
    Jpeg,
}

/// The bytes of a tile: runs of the file, or of the list of pictures itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Tile {
    /// Offset and length of each run in the file.
    pub runs: Vec<(u64, u64)>,
    /// Bytes that lie in the list.
    pub inner: Vec<u8>,
    /// Setup of its decoder, to be put before it.
    pub setup: Vec<u8>,
    /// Bytes of the length before each unit of HEVC; zero for other codecs.
    pub length_bytes: usize,
}

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Crop {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// Coding of colours, by the numbers of ISO/IEC 23091-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Colour {
    pub primaries: u16,
    pub transfer: u16,
    pub matrix: u16,
    pub is_full_range: bool,
}

impl HeifPicture {
    /// The main picture of a file.
    ///
    /// # Errors
    /// What is not known of it, or that it is damaged.
    pub(in crate::media) fn of<B: Bytes + ?Sized>(bytes: &B) -> Result<Self, Unreadable> {
        let meta = MetaBox::read(bytes).ok_or(Unreadable::Damaged)?;
        let primary = meta.primary;
        let colours = CodedPicture::of(&meta, primary, bytes, 0)?;
        let alpha_item = meta.referring(*b"auxl", primary).find(|&item| {
            let auxiliary = meta.property(item, *b"auxC");
            auxiliary.is_some_and(|mut name| {
                name.version().is_some() && ALPHA_NAMES.contains(&name.text())
            })
        });
        let alpha = alpha_item
            .map(|item| CodedPicture::of(&meta, item, bytes, 0))
            .transpose()?;
        let is_premultiplied = alpha_item.is_some_and(|alpha| {
            let others = meta.referred(*b"prem", primary);
            others.is_some_and(|others| others.contains(&alpha))
        });
        Ok(Self {
            colours,
            alpha,
            is_premultiplied,
        })
    }
}

impl MetaBox {
    /// The first property of this type that an item has.
    fn property(&self, item: u32, kind: [u8; 4]) -> Option<Cursor<'_>> {
        let item = self.items.get(&item)?;
        self.properties_of(item)
            .find(|(found, _, _)| *found == kind)
            .map(|(_, content, _)| content)
    }

    /// All properties of an item in their order, and whether they are essential.
    fn properties_of(&self, item: &Item) -> impl Iterator<Item = ([u8; 4], Cursor<'_>, bool)> {
        item.properties
            .iter()
            .filter_map(|&(number, is_essential)| {
                let property = self.properties.get(number.checked_sub(1)?)?;
                Some((property.kind, Cursor(&property.content), is_essential))
            })
    }

    /// The bytes of an item as runs of the file, each checked to lie inside it, and those inside of the box.
    fn tile<B: Bytes + ?Sized>(&self, item: &Item, bytes: &B) -> Option<Tile> {
        let mut tile = Tile {
            runs: Vec::new(),
            inner: Vec::new(),
            setup: Vec::new(),
            length_bytes: 0,
        };
        let whole = match item.method {
            0 => bytes.length(),
            1 => self.inner.len() as u64,
            _ => return None,
        };
        let mut total = 0_u64;
        for extent in &item.extents {
            let length = match extent.bytes {
                0 => whole.checked_sub(extent.offset)?,
                bytes => bytes,
            };
            let end = extent.offset.checked_add(length)?;
            total = total.checked_add(length)?;
            if end > whole || total > whole.min(MAX_TILE_BYTES) {
                return None;
            }
            if item.method == 0 {
                tile.runs.push((extent.offset, length));
            } else {
                let begin = usize::try_from(extent.offset).ok()?;
                let run = self.inner.get(begin..usize::try_from(end).ok()?)?;
                tile.inner.extend(run);
            }
        }
        (total > 0).then_some(tile)
    }
}

impl Tile {
    /// Its bytes as its decoder takes them; `None` if they are not all there.
    pub(in crate::media) fn packet<B: Bytes + ?Sized>(&self, bytes: &B) -> Option<Vec<u8>> {
        let mut stored = self.inner.clone();
        for &(offset, length) in &self.runs {
            bytes.append(offset, length, &mut stored)?;
        }
        let mut packet = self.setup.clone();
        if self.length_bytes == 0 {
            packet.extend(stored);
            return Some(packet);
        }
        let mut cursor = Cursor(&stored);
        while !cursor.0.is_empty() {
            let length = usize::try_from(cursor.number(self.length_bytes)?).ok()?;
            put_unit(&mut packet, cursor.bytes(length)?);
        }
        Some(packet)
    }
}

impl CodedPicture {
    fn of<B: Bytes + ?Sized>(
        meta: &MetaBox,
        number: u32,
        bytes: &B,
        depth: usize,
    ) -> Result<Self, Unreadable> {
        let item = meta.items.get(&number).ok_or(Unreadable::Damaged)?;
        let mut picture = match &item.kind {
            b"grid" => Self::of_grid(meta, number, item, bytes, depth)?,
            b"iden" if depth < MAX_DEPTH => {
                let source = meta.referred(*b"dimg", number).and_then(<[u32]>::first);
                let source = source.ok_or(Unreadable::Damaged)?;
                Self::of(meta, *source, bytes, depth.saturating_add(1))?
            }
            _ => Self::of_tile(meta, item, bytes)?,
        };
        let size_px = meta.property(number, *b"ispe").and_then(|mut size| {
            size.version()?;
            Some((size.u32()?, size.u32()?))
        });
        for (kind, content, is_essential) in meta.properties_of(item) {
            picture.apply(kind, content, is_essential, size_px)?;
        }
        Ok(picture)
    }

    /// One tile, which is the whole picture.
    fn of_tile<B: Bytes + ?Sized>(
        meta: &MetaBox,
        item: &Item,
        bytes: &B,
    ) -> Result<Self, Unreadable> {
        let codec = match &item.kind {
            b"hvc1" | b"hev1" => PictureCodec::Hevc,
            b"av01" => PictureCodec::Av1,
            b"jpeg" => PictureCodec::Jpeg,
            kind => return Err(unknown(kind)),
        };
        let mut tile = meta.tile(item, bytes).ok_or(Unreadable::Damaged)?;
        let of_kind = |wanted: [u8; 4]| {
            meta.properties_of(item)
                .find(|(kind, _, _)| *kind == wanted)
                .map(|(_, content, _)| content)
        };
        match codec {
            PictureCodec::Hevc => {
                let setup = of_kind(*b"hvcC").and_then(hevc_setup);
                (tile.setup, tile.length_bytes) = setup.ok_or(Unreadable::Damaged)?;
            }
            // Four bytes, then units as in the picture (AV1 in ISO Base Media, 2.3).
            PictureCodec::Av1 => {
                let setup = of_kind(*b"av1C").and_then(|setup| setup.0.get(4..));
                tile.setup = setup.ok_or(Unreadable::Damaged)?.to_vec();
            }
            PictureCodec::Jpeg => {
                tile.setup = of_kind(*b"jpgC").map_or_else(Vec::new, |setup| setup.0.to_vec());
            }
        }
        Ok(Self {
            codec,
            tiles: vec![tile],
            columns: 1,
            size_px: None,
            crop: None,
            turn: Turn::default(),
            colour: None,
            pixel_aspect: (1, 1),
        })
    }

    /// Tiles side by side (23008-12, 6.6.2.3).
    fn of_grid<B: Bytes + ?Sized>(
        meta: &MetaBox,
        number: u32,
        item: &Item,
        bytes: &B,
        depth: usize,
    ) -> Result<Self, Unreadable> {
        let (rows, columns, size_px) = grid(meta, item, bytes).ok_or(Unreadable::Damaged)?;
        let numbers = meta.referred(*b"dimg", number).unwrap_or_default();
        let is_whole = rows.checked_mul(columns) == Some(numbers.len());
        if !is_whole || numbers.len() > MAX_TILES || depth >= MAX_DEPTH {
            return Err(Unreadable::Damaged);
        }
        let mut tiles = Vec::with_capacity(numbers.len());
        let mut first = None;
        let mut copied_bytes = 0_usize;
        for &number in numbers {
            let item = meta.items.get(&number).ok_or(Unreadable::Damaged)?;
            // Its own shape comes to nothing in a tile.
            let mut tile = Self::of_tile(meta, item, bytes)?;
            for (kind, content, is_essential) in meta.properties_of(item) {
                tile.apply(kind, content, is_essential, None)?;
            }
            let is_plain = tile.turn == Turn::default() && tile.crop.is_none();
            let is_alike = first
                .as_ref()
                .is_none_or(|first: &Self| first.codec == tile.codec);
            if !is_plain || !is_alike {
                return Err(Unreadable::Unknown("grid of unlike tiles".to_owned()));
            }
            for tile in &tile.tiles {
                let bytes = tile.inner.len().saturating_add(tile.setup.len());
                copied_bytes = bytes.saturating_add(copied_bytes);
            }
            if copied_bytes > MAX_COPIED_BYTES {
                return Err(Unreadable::Damaged);
            }
            tiles.append(&mut tile.tiles);
            first.get_or_insert(tile);
        }
        let first = first.ok_or(Unreadable::Damaged)?;
        Ok(Self {
            tiles,
            columns,
            size_px: Some(size_px),
            ..first
        })
    }

    /// Takes a property over, in the order of the file, which is that of what it does.
    fn apply(
        &mut self,
        kind: [u8; 4],
        mut content: Cursor<'_>,
        is_essential: bool,
        size_px: Option<(u32, u32)>,
    ) -> Result<(), Unreadable> {
        let known = match &kind {
            // Anti-clockwise (23008-12, 6.5.10).
            b"irot" => content.u8().map(|angle| {
                self.turn = self.turn.then_turned(4_u8.saturating_sub(angle & 3));
            }),
            // 0 exchanges top and bottom, 1 left and right (23008-12, 6.5.12).
            b"imir" => content.u8().map(|axis| {
                let mirrored = self.turn.then_mirrored();
                self.turn = if axis & 1 == 0 {
                    mirrored.then_turned(2)
                } else {
                    mirrored
                };
            }),
            b"clap" if self.turn != Turn::default() => {
                return Err(Unreadable::Unknown(
                    "a clean aperture after a turn".to_owned(),
                ));
            }
            b"clap" => crop(content, size_px).map(|crop| self.crop = Some(crop)),
            b"colr" => {
                if content.bytes(4) == Some(b"nclx") {
                    self.colour = colour(content);
                }
                Some(())
            }
            b"pasp" => content.u32().zip(content.u32()).map(|(across, down)| {
                if across > 0 && down > 0 {
                    self.pixel_aspect = (across, down);
                }
            }),
            b"hvcC" | b"av1C" | b"jpgC" | b"ispe" | b"pixi" | b"auxC" => Some(()),
            _ if is_essential => return Err(unknown(&kind)),
            _ => Some(()),
        };
        known.ok_or(Unreadable::Damaged)
    }
}

/// Rows, columns and size of a grid.
fn grid<B: Bytes + ?Sized>(
    meta: &MetaBox,
    item: &Item,
    bytes: &B,
) -> Option<(usize, usize, (u32, u32))> {
    let stored = meta.tile(item, bytes)?.packet(bytes)?;
    let mut cursor = Cursor(&stored);
    cursor.u8()?;
    let number_bytes = if cursor.u8()? & 1 == 0 { 2 } else { 4 };
    let rows = usize::from(cursor.u8()?).checked_add(1)?;
    let columns = usize::from(cursor.u8()?).checked_add(1)?;
    let width = u32::try_from(cursor.number(number_bytes)?).ok()?;
    let height = u32::try_from(cursor.number(number_bytes)?).ok()?;
    Some((rows, columns, (width, height)))
}

/// Parameter sets with start codes before them, and the bytes of lengths, from `hvcC` (ISO/IEC 14496-15, 8.3.3.1).
fn hevc_setup(mut content: Cursor<'_>) -> Option<(Vec<u8>, usize)> {
    content.bytes(21)?;
    let length_bytes = usize::from(content.u8()? & 3).checked_add(1)?;
    let mut setup = Vec::new();
    for _ in 0..content.u8()? {
        content.u8()?;
        for _ in 0..content.u16()? {
            let length = usize::from(content.u16()?);
            put_unit(&mut setup, content.bytes(length)?);
        }
    }
    Some((setup, length_bytes))
}

/// Appends a unit with its start code (ITU-T H.265, Annex B).
fn put_unit(to: &mut Vec<u8>, unit: &[u8]) {
    to.extend([0, 0, 0, 1]);
    to.extend(unit);
}

/// The part that a clean aperture shows of a picture of this size (14496-12, 12.1.4).
fn crop(mut content: Cursor<'_>, size_px: Option<(u32, u32)>) -> Option<Crop> {
    let mut ratio = || {
        let (num, den) = (content.i32()?, content.i32()?);
        (den != 0).then(|| f64::from(num) / f64::from(den))
    };
    let (width, height) = (ratio()?, ratio()?);
    let (right, down) = (ratio()?, ratio()?);
    let (full_width, full_height) = size_px?;
    // From the middle of the picture to that of the aperture.
    let begin = |full: u32, part: f64, offset: f64| {
        let begin = offset + (f64::from(full) - part) / 2.0;
        let is_inside = part >= 1.0 && begin > -1.0 && begin + part < f64::from(full) + 1.0;
        is_inside.then(|| {
            let begin = begin.round().max(0.0) as u32;
            (begin, (part.round() as u32).min(full.saturating_sub(begin)))
        })
    };
    let (left, width) = begin(full_width, width, right)?;
    let (top, height) = begin(full_height, height, down)?;
    (width > 0 && height > 0).then_some(Crop {
        left,
        top,
        width,
        height,
    })
}

/// The numbers of `nclx` (14496-12, 12.1.5).
fn colour(mut content: Cursor<'_>) -> Option<Colour> {
    Some(Colour {
        primaries: content.u16()?,
        transfer: content.u16()?,
        matrix: content.u16()?,
        is_full_range: content.u8()? & 0x80 != 0,
    })
}

fn unknown(kind: &[u8; 4]) -> Unreadable {
    Unreadable::Unknown(String::from_utf8_lossy(kind).into_owned())
}
