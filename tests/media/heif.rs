//! HEIF files made here of tiles that FFmpeg encodes: the main picture, whatever else is in the file.

use image::{RgbaImage, imageops};
use sextet::media::{self, MediaError, TextureSupport, cpu};
use sextet::time::FrameIndex;

use super::codecs::filtered;
use super::make::{Clip, mean_difference};

/// Side of a tile, in pixels.
const TILE_PX: u32 = 64;

/// Tiles that were encoded, and how they are decoded.
struct Tiles {
    /// Parameter sets.
    setup: Vec<Vec<u8>>,
    /// Units of each tile, with their lengths before them.
    coded: Vec<Vec<u8>>,
    references: Vec<RgbaImage>,
}

/// Six tiles of HEVC that stand alone, without loss and with chroma at full size; `None` without an encoder.
fn tiles() -> Option<Tiles> {
    let encoding = "-c:v libx265 -pix_fmt yuv444p -x265-params \
                    log-level=none:lossless=1:keyint=1:repeat-headers=1:no-info=1";
    let clip = filtered("tiles.hevc", 6, "scale=64:64:flags=neighbor", encoding)?;
    let bytes = std::fs::read(&clip.path).expect("readable");
    let mut found = Tiles {
        setup: Vec::new(),
        coded: Vec::new(),
        references: clip.reference((TILE_PX, TILE_PX)),
    };
    for unit in units(&bytes) {
        match unit[0] >> 1 & 0x3F {
            // Parameter sets are those of the first tile.
            32..=34 if found.setup.len() < 3 => found.setup.push(unit.to_vec()),
            kind if kind < 32 => {
                let length = u32::try_from(unit.len()).expect("short").to_be_bytes();
                found.coded.push([&length, unit].concat());
            }
            _ => {}
        }
    }
    assert_eq!(
        (found.setup.len(), found.coded.len()),
        (3, 6),
        "one slice each"
    );
    Some(found)
}

/// The units between start codes.
fn units(bytes: &[u8]) -> Vec<&[u8]> {
    let mut starts = Vec::new();
    for (at, three) in bytes.windows(3).enumerate() {
        if three == [0, 0, 1] {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let units = starts.iter().zip(ends).map(|(&start, end)| {
        let unit = &bytes[start + 3..end];
        let zeros = unit.iter().rev().take_while(|&&byte| byte == 0).count();
        &unit[..unit.len() - zeros]
    });
    units.collect()
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8)
        .expect("short")
        .to_be_bytes();
    [&size[..], kind, content].concat()
}

fn full(kind: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], content].concat())
}

fn two(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("short").to_be_bytes()
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("short").to_be_bytes()
}

/// An item: its type, its bytes, and its properties, by their numbers from 1 on.
struct Item {
    kind: &'static [u8; 4],
    bytes: Vec<u8>,
    properties: Vec<usize>,
}

/// A file of items, numbered from 1 on, with properties and references: kind, from, to.
struct File {
    items: Vec<Item>,
    properties: Vec<Vec<u8>>,
    references: Vec<(&'static [u8; 4], usize, Vec<usize>)>,
    primary: usize,
}

impl File {
    /// One that begins with the setup of the tiles, as property 1, and the size of each, as property 2.
    fn of(tiles: &Tiles) -> Self {
        let mut setup = vec![1, 4];
        setup.extend([0x08, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 30]);
        setup.extend([0xF0, 0, 0xFC, 0xFF, 0xF8, 0xF8, 0, 0, 0x0F, 3]);
        for unit in &tiles.setup {
            setup.extend([unit[0] >> 1 & 0x3F, 0, 1]);
            setup.extend(two(unit.len()));
            setup.extend(unit);
        }
        let mut file = Self {
            items: Vec::new(),
            properties: vec![boxed(b"hvcC", &setup)],
            references: Vec::new(),
            primary: 1,
        };
        file.size(TILE_PX as usize, TILE_PX as usize);
        file
    }

    /// Adds a property; gives its number.
    fn property(&mut self, property: Vec<u8>) -> usize {
        self.properties.push(property);
        self.properties.len()
    }

    fn size(&mut self, width: usize, height: usize) -> usize {
        self.property(full(b"ispe", 0, &[four(width), four(height)].concat()))
    }

    /// Limited range by BT.601, as what is untagged is taken for.
    fn colours(&mut self) -> usize {
        self.property(boxed(b"colr", b"nclx\0\x01\0\x01\0\x06\0"))
    }

    /// Adds an item; gives its number.
    fn item(&mut self, kind: &'static [u8; 4], bytes: &[u8], properties: &[usize]) -> usize {
        self.items.push(Item {
            kind,
            bytes: bytes.to_vec(),
            properties: properties.to_vec(),
        });
        self.items.len()
    }

    /// Adds tiles as a grid of this size; gives its number.
    fn grid(
        &mut self,
        tiles: &[Vec<u8>],
        columns: usize,
        (width, height): (usize, usize),
    ) -> usize {
        let numbers: Vec<_> = tiles
            .iter()
            .map(|tile| self.item(b"hvc1", tile, &[1, 2]))
            .collect();
        let rows = tiles.len() / columns;
        let sides = [two(width), two(height)].concat();
        let counts = [rows - 1, columns - 1].map(|count| u8::try_from(count).expect("few"));
        let (size, colours) = (self.size(width, height), self.colours());
        let grid = self.item(
            b"grid",
            &[&[0, 0], &counts[..], &sides].concat(),
            &[size, colours],
        );
        self.references.push((b"dimg", grid, numbers));
        grid
    }

    fn bytes(&self) -> Vec<u8> {
        let begin = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
        let meta_bytes = self.meta(0).len();
        let data: Vec<u8> = self
            .items
            .iter()
            .flat_map(|item| item.bytes.clone())
            .collect();
        let meta = self.meta(begin.len() + meta_bytes + 8);
        [begin, meta, boxed(b"mdat", &data)].concat()
    }

    /// The list of items, whose bytes begin at an offset.
    fn meta(&self, mut offset: usize) -> Vec<u8> {
        let mut kinds = two(self.items.len()).to_vec();
        let mut places = [&[0x44, 0x00][..], &two(self.items.len())].concat();
        let mut owners = four(self.items.len()).to_vec();
        for (number, item) in (1..).zip(&self.items) {
            let kind = [&two(number)[..], &[0, 0], item.kind, &[0]].concat();
            kinds.extend(full(b"infe", 2, &kind));
            // In the file, in one run.
            places.extend([two(number), [0, 0], [0, 0], two(1)].concat());
            places.extend([four(offset), four(item.bytes.len())].concat());
            offset += item.bytes.len();
            let count = u8::try_from(item.properties.len()).expect("few");
            owners.extend([&two(number)[..], &[count]].concat());
            owners.extend(
                item.properties
                    .iter()
                    .map(|&at| u8::try_from(at).expect("few") | 0x80),
            );
        }
        let references = self.references.iter().flat_map(|(kind, from, to)| {
            let to = to.iter().flat_map(|&to| two(to));
            let content: Vec<u8> = two(*from)
                .into_iter()
                .chain(two(to.clone().count() / 2))
                .chain(to)
                .collect();
            boxed(kind, &content)
        });
        let references: Vec<u8> = references.collect();
        let properties = boxed(b"ipco", &self.properties.concat());
        let content = [
            full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            full(b"pitm", 0, &two(self.primary)),
            full(b"iinf", 0, &kinds),
            full(b"iloc", 1, &places),
            full(b"iref", 0, &references),
            boxed(b"iprp", &[properties, full(b"ipma", 0, &owners)].concat()),
        ];
        full(b"meta", 0, &content.concat())
    }
}

/// The picture of a file as it is seen.
fn seen(file: &File) -> Result<RgbaImage, MediaError> {
    let clip = Clip::of("a.heic", &file.bytes());
    let media = media::open_video(&clip.path, TextureSupport::BlockCompressed)?;
    assert_eq!(media.facts.timing.frames(), 1, "one picture");
    let stored = media::frame_rgba(&media, FrameIndex(0))?;
    Ok(cpu::upright(stored, media.layout.shape))
}

#[track_caller]
fn assert_seen(file: &File, expected: &RgbaImage, name: &str) {
    let found = seen(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(found.dimensions(), expected.dimensions(), "{name}");
    let difference = mean_difference(&found, expected);
    assert!(difference < 0.6, "{name} differs by {difference:.2}");
}

/// Tiles side by side.
fn side_by_side(tiles: &[RgbaImage], columns: u32, (width, height): (u32, u32)) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let tile = (y / TILE_PX * columns + x / TILE_PX) as usize;
        *tiles[tile].get_pixel(x % TILE_PX, y % TILE_PX)
    })
}

#[test]
fn the_main_picture_is_shown_turned_and_cut_as_its_properties_say() {
    let Some(tiles) = tiles() else {
        return;
    };
    let plain = &tiles.references[1];
    let cut = imageops::crop_imm(plain, 8, 12, 40, 30).to_image();
    // Numbers of a clean aperture: width, height, and how far its middle lies from that of the picture.
    let aperture = [40, 1, 30, 1, -8, 2, -10_i32, 2]
        .map(i32::to_be_bytes)
        .concat();
    let aperture = boxed(b"clap", &aperture);
    let (turn, mirror) = (
        |angle| boxed(b"irot", &[angle]),
        |axis| boxed(b"imir", &[axis]),
    );
    let cases: [(&str, Vec<Vec<u8>>, RgbaImage); 8] = [
        ("plain", vec![], plain.clone()),
        ("left", vec![turn(1)], imageops::rotate270(plain)),
        ("over", vec![turn(2)], imageops::rotate180(plain)),
        ("right", vec![turn(3)], imageops::rotate90(plain)),
        (
            "upside down",
            vec![mirror(0)],
            imageops::flip_vertical(plain),
        ),
        (
            "mirrored",
            vec![mirror(1)],
            imageops::flip_horizontal(plain),
        ),
        (
            "turned, then mirrored",
            vec![turn(3), mirror(1)],
            imageops::flip_horizontal(&imageops::rotate90(plain)),
        ),
        (
            "cut, then turned",
            vec![aperture, turn(1)],
            imageops::rotate270(&cut),
        ),
    ];
    for (name, properties, expected) in cases {
        let mut file = File::of(&tiles);
        let thumbnail = file.item(b"hvc1", &tiles.coded[0], &[1, 2]);
        let mut numbers = vec![1, 2, file.colours()];
        for property in properties {
            numbers.push(file.property(property));
        }
        file.primary = file.item(b"hvc1", &tiles.coded[1], &numbers);
        let depth = file.item(b"hvc1", &tiles.coded[2], &[1, 2]);
        file.references
            .push((b"thmb", thumbnail, vec![file.primary]));
        file.references.push((b"auxl", depth, vec![file.primary]));
        assert_seen(&file, &expected, name);
    }
}

#[test]
fn tiles_are_put_together_and_cut_to_the_size_of_the_picture() {
    let Some(tiles) = tiles() else {
        return;
    };
    for (count, columns, size) in [(6, 3, (180, 120)), (4, 2, (128, 128)), (1, 1, (61, 33))] {
        let mut file = File::of(&tiles);
        let side = |px: u32| px as usize;
        let size_px = (side(size.0), side(size.1));
        file.primary = file.grid(&tiles.coded[..count], columns, size_px);
        let expected = side_by_side(&tiles.references, columns as u32, size);
        assert_seen(&file, &expected, &format!("{count} tiles"));
    }
}

#[test]
fn alpha_beside_the_picture_is_seen() {
    let Some(tiles) = tiles() else {
        return;
    };
    let mut file = File::of(&tiles);
    let colours = file.colours();
    file.primary = file.item(b"hvc1", &tiles.coded[0], &[1, 2, colours]);
    let name = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
    let name = file.property(full(b"auxC", 0, name));
    let alpha = file.item(b"hvc1", &tiles.coded[3], &[1, 2, name]);
    file.references.push((b"auxl", alpha, vec![file.primary]));
    let found = seen(&file).expect("decodes");
    let levels: std::collections::BTreeSet<u8> = found.pixels().map(|pixel| pixel[3]).collect();
    assert!(levels.len() > 30, "alpha has {} levels", levels.len());
    let opaque = RgbaImage::from_fn(TILE_PX, TILE_PX, |x, y| {
        let [red, green, blue, _] = found.get_pixel(x, y).0;
        image::Rgba([red, green, blue, 255])
    });
    let difference = mean_difference(&opaque, &tiles.references[0]);
    assert!(difference < 0.6, "colours differ by {difference:.2}");
}

#[test]
fn what_cannot_be_shown_whole_is_refused_and_says_why() {
    let Some(tiles) = tiles() else {
        return;
    };
    let mut file = File::of(&tiles);
    file.primary = file.item(b"iovl", &[0; 16], &[2]);
    match seen(&file) {
        Err(MediaError::UnsupportedCodec { codec, .. }) => {
            assert!(codec.contains("iovl"), "{codec}");
        }
        other => panic!("{other:?}"),
    }
    let mut file = File::of(&tiles);
    let unknown = file.property(boxed(b"mskC", &[1]));
    file.primary = file.item(b"hvc1", &tiles.coded[0], &[1, 2, unknown]);
    assert!(matches!(
        seen(&file),
        Err(MediaError::UnsupportedCodec { .. })
    ));
    // A tile is missing.
    let mut file = File::of(&tiles);
    file.primary = file.grid(&tiles.coded[..4], 2, (128, 128));
    file.references[0].2.pop();
    assert!(matches!(seen(&file), Err(MediaError::NotMedia { .. })));
    // The tiles are too small for what they are to fill.
    let mut file = File::of(&tiles);
    file.primary = file.grid(&tiles.coded[..4], 2, (129, 128));
    assert!(seen(&file).is_err());
}

#[test]
fn damage_anywhere_in_the_list_of_pictures_is_an_error_or_a_picture_and_no_panic() {
    let Some(tiles) = tiles() else {
        return;
    };
    let mut file = File::of(&tiles);
    file.primary = file.grid(&tiles.coded[..2], 2, (100, 64));
    let whole = file.bytes();
    let list = whole
        .windows(4)
        .position(|four| four == b"mdat")
        .expect("data");
    let clip = Clip::of("damaged.heic", &whole);
    let open = |bytes: &[u8]| {
        std::fs::write(&clip.path, bytes).expect("written");
        media::open_video(&clip.path, TextureSupport::BlockCompressed).is_ok()
    };
    let mut opened = 0;
    for at in (0..list).step_by(11) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x11;
        opened += usize::from(open(&bytes));
    }
    assert!(opened > 0, "some bytes matter little");
    for at in (1..list).step_by(31) {
        assert!(!open(&whole[..at]), "cut at {at}");
    }
}
