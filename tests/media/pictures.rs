//! Files of single pictures: which of the pictures in them is shown, and which way up.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage, RgbaImage};
use sextet::media::frame::HeapMemory;
use sextet::media::{self, MediaError, TextureSupport, Video, cpu};
use sextet::time::FrameIndex;

use super::codecs::{filtered, has_encoder};
use super::make::{Clip, decoder_of, nearest};

/// Pixels across and down of the card, and of each of its quarters.
const SIZE_PX: (u32, u32) = (64, 32);

/// What the corners of the card show by each orientation of EXIF, from 1 on: top-left, top-right, bottom-left,
/// bottom-right; A to D are those of the card as it is stored (EXIF 2.32, 4.6.4.A, tag 0x0112).
const CORNERS: [&str; 8] = [
    "ABCD", "BADC", "DCBA", "CDAB", "ACBD", "CADB", "DBCA", "BDAC",
];

/// A picture whose quarters are red, green, blue and white.
fn card() -> RgbImage {
    RgbImage::from_fn(SIZE_PX.0, SIZE_PX.1, |x, y| {
        match (x < SIZE_PX.0 / 2, y < SIZE_PX.1 / 2) {
            (true, true) => Rgb([255, 0, 0]),
            (false, true) => Rgb([0, 160, 0]),
            (true, false) => Rgb([0, 0, 255]),
            (false, false) => Rgb([255; 3]),
        }
    })
}

/// The quarters that the corners of a picture of the card show.
fn corners(picture: &RgbaImage) -> String {
    let (right, bottom) = (picture.width() - 4, picture.height() - 4);
    [(3, 3), (right, 3), (3, bottom), (right, bottom)]
        .map(|(x, y)| {
            let [red, green, blue, _] = picture.get_pixel(x, y).0;
            match (red > 128, green > 80, blue > 128) {
                (true, true, true) => 'D',
                (true, false, false) => 'A',
                (false, true, false) => 'B',
                (false, false, true) => 'C',
                other => panic!("no colour of the card: {other:?}"),
            }
        })
        .iter()
        .collect()
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

/// EXIF data that says an orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    let mut bytes = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    bytes.extend([orientation, 0, 0, 0, 0, 0, 0]);
    bytes
}

fn jpeg(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Jpeg);
    let exif = [b"Exif\0\0", &exif(orientation)[..]].concat();
    segmented(&plain, 0xE1, &exif)
}

/// A JPEG file with one more segment at its start.
fn segmented(plain: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2)
        .expect("short")
        .to_be_bytes();
    [&plain[..2], &[0xFF, marker], &length, content, &plain[2..]].concat()
}

/// A PNG file with its EXIF before or behind the picture.
fn png(picture: &RgbImage, orientation: u8, is_behind: bool) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Png);
    let exif = exif(orientation);
    let length = u32::try_from(exif.len()).expect("short").to_be_bytes();
    let chunk = [&length[..], b"eXIf", &exif, &[0; 4]].concat();
    // Behind the signature and the header, or before the end, which takes twelve bytes.
    let at = if is_behind { plain.len() - 12 } else { 33 };
    [&plain[..at], &chunk, &plain[at..]].concat()
}

/// A WebP file with EXIF, of a plain one.
fn webp(plain: &[u8], orientation: u8) -> Vec<u8> {
    let exif = exif(orientation);
    let side = |px: u32| (px - 1).to_le_bytes();
    let mut content = b"WEBPVP8X\x0A\0\0\0\x08\0\0\0".to_vec();
    content.extend(&side(SIZE_PX.0)[..3]);
    content.extend(&side(SIZE_PX.1)[..3]);
    content.extend(&plain[12..]);
    content.extend(b"EXIF");
    content.extend(u32::try_from(exif.len()).expect("short").to_le_bytes());
    content.extend(&exif);
    let length = u32::try_from(content.len()).expect("short").to_le_bytes();
    [b"RIFF", &length[..], &content].concat()
}

/// A TIFF file of FFmpeg with one entry more in its directory, which is written anew at the end.
fn tiff(plain: &[u8], orientation: u8) -> Vec<u8> {
    assert_eq!(&plain[..4], b"II*\0", "of little-endian numbers");
    let at = u32::from_le_bytes(plain[4..8].try_into().expect("four")) as usize;
    let count = u16::from_le_bytes(plain[at..at + 2].try_into().expect("two"));
    let entries = &plain[at + 2..at + 2 + usize::from(count) * 12];
    let (before, after): (Vec<_>, Vec<_>) = entries
        .chunks(12)
        .partition(|entry| u16::from_le_bytes([entry[0], entry[1]]) < 0x0112);
    let mut file = plain.to_vec();
    file.resize(file.len().next_multiple_of(2), 0);
    let directory = u32::try_from(file.len()).expect("short").to_le_bytes();
    file[4..8].copy_from_slice(&directory);
    file.extend((count + 1).to_le_bytes());
    file.extend(before.concat());
    file.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    file.extend(after.concat());
    file.extend([0; 4]);
    file
}

/// The card as FFmpeg's tool stores it with these options.
fn stored(name: &str, encoding: &str) -> Vec<u8> {
    let source = Clip::of("card.png", &encoded(&card(), ImageFormat::Png));
    let path = source.path.to_str().expect("text");
    let mut arguments = vec!["-i", path];
    arguments.extend(encoding.split_whitespace());
    std::fs::read(&Clip::made(name, &arguments).path).expect("readable")
}

#[track_caller]
fn assert_shown(clip: &Clip, expected: &str, name: &str) {
    let media = clip.open();
    assert_eq!(media.facts.timing.frames(), 1, "{name}");
    let stored = media::frame_rgba(&media, FrameIndex(0)).expect("decodes");
    let upright = cpu::upright(stored, media.layout.shape);
    assert_eq!(corners(&upright), expected, "{name}");
    let seen = media.layout.shape.seen_px(SIZE_PX.0, SIZE_PX.1);
    assert_eq!(<[u32; 2]>::from(upright.dimensions()), seen, "{name}");
    let small = thumbnail(&media);
    assert_eq!(corners(&small), expected, "{name}: its thumbnail");
    assert_eq!(media.facts.shape, media.layout.shape, "{name}: probe");
}

fn thumbnail(media: &Video) -> RgbaImage {
    let memory: HeapMemory = media::frame_memory(media, FrameIndex(0)).expect("decodes");
    cpu::thumbnail(&media.layout, memory.bytes(), 32)
}

#[test]
fn every_orientation_of_every_kind_of_photograph_is_followed() {
    let card = card();
    let webp_plain =
        has_encoder("libwebp").then(|| stored("card.webp", "-c:v libwebp -lossless 1"));
    let tiff_plain = stored("card.tif", "-c:v tiff -pix_fmt rgb24");
    for (orientation, expected) in (1..).zip(CORNERS) {
        let mut files = vec![
            ("a.jpg", jpeg(&card, orientation)),
            ("before.png", png(&card, orientation, false)),
            ("behind.png", png(&card, orientation, true)),
            ("a.tif", tiff(&tiff_plain, orientation)),
        ];
        if let Some(plain) = &webp_plain {
            files.push(("a.webp", webp(plain, orientation)));
        }
        for (name, bytes) in files {
            let name = format!("{orientation}-{name}");
            assert_shown(&Clip::of(&name, &bytes), expected, &name);
        }
    }
}

#[test]
fn pictures_of_a_sequence_are_each_upright_by_their_own_orientation() {
    for ending in ["jpg", "png"] {
        let folder = tempfile::tempdir().expect("temporary folder");
        let orders = [6, 1, 3, 6, 5, 8];
        for (number, orientation) in (1..).zip(orders) {
            let bytes = match ending {
                "jpg" => jpeg(&card(), orientation),
                _ => png(&card(), orientation, false),
            };
            let path = folder.path().join(format!("p{number:02}.{ending}"));
            std::fs::write(path, bytes).expect("written");
        }
        let path = folder.path().join(format!("p%02d.{ending}"));
        let media = media::open_video(&path, TextureSupport::BlockCompressed).expect("opens");
        let shape = media.layout.shape;
        assert_eq!(shape.seen_px(SIZE_PX.0, SIZE_PX.1), [SIZE_PX.1, SIZE_PX.0]);
        let mut decoder = decoder_of(&media);
        // Forwards, backwards, and back to the start, where the files are listed anew.
        for frame in [0, 1, 2, 3, 4, 5, 3, 2, 1, 0, 5] {
            let found = super::make::picture(&mut *decoder, frame);
            let found = cpu::upright(found, shape);
            let expected = CORNERS[usize::from(orders[frame as usize]) - 1];
            assert_eq!(corners(&found), expected, "{ending}: frame {frame}");
        }
    }
}

#[test]
fn what_lies_behind_a_picture_is_no_second_frame() {
    let (large, small) = (card(), RgbImage::from_pixel(16, 16, Rgb([9, 9, 9])));
    let two = |format| [encoded(&large, format), encoded(&small, format)].concat();
    let three = [jpeg(&large, 1), jpeg(&large, 3), jpeg(&large, 3)].concat();
    let counted = segmented(&three, 0xE2, b"MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0");
    for (name, bytes) in [
        ("phone.jpg", two(ImageFormat::Jpeg)),
        ("phone", two(ImageFormat::Jpeg)),
        ("stereo.mpo", three.clone()),
        ("counted.mpo", counted.clone()),
        ("named-wrongly.mjpeg", counted),
        (
            "movie-behind.jpg",
            [&jpeg(&large, 1)[..], b"\0\0\0\x18ftypmp42", &[7; 900]].concat(),
        ),
        (
            "cropped.png",
            [&png(&large, 1, true)[..], &[0xA5; 700]].concat(),
        ),
        ("two.png", two(ImageFormat::Png)),
    ] {
        assert_shown(&Clip::of(name, &bytes), "ABCD", name);
    }
    // By this ending it is a film, whose pictures count.
    assert_eq!(
        Clip::of("film.mjpeg", &three).open().facts.timing.frames(),
        3
    );
}

#[test]
fn of_the_pages_of_a_tiff_file_the_main_picture_is_shown() {
    // Its own directory becomes that of a page behind one that is made smaller: eight pixels of grey.
    let plain = stored("card.tif", "-c:v tiff -pix_fmt rgb24");
    for (kind, expected) in [(1, SIZE_PX.0), (0, 4)] {
        let main = u32::from_le_bytes(plain[4..8].try_into().expect("four"));
        let mut file = plain.clone();
        file.resize(file.len().next_multiple_of(2), 0);
        let small = u32::try_from(file.len()).expect("short");
        file[4..8].copy_from_slice(&small.to_le_bytes());
        let data = small + 2 + 9 * 12 + 4;
        file.extend([9, 0]);
        for (tag, value) in [
            (254, kind),
            (256, 4),
            (257, 2),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, data),
            (278, 2),
            (279, 8),
        ] {
            file.extend(u16::to_le_bytes(tag));
            file.extend([4, 0, 1, 0, 0, 0]);
            file.extend(u32::to_le_bytes(value));
        }
        file.extend(main.to_le_bytes());
        file.extend([128; 8]);
        let clip = Clip::of("pages.tif", &file);
        let media = clip.open();
        assert_eq!(
            (media.facts.width_px, media.facts.timing.frames()),
            (expected, 1)
        );
        let found = media::frame_rgba(&media, FrameIndex(0)).expect("decodes");
        if kind == 1 {
            assert_eq!(corners(&found), "ABCD");
        }
    }
}

#[test]
fn of_the_pictures_of_an_icon_the_largest_is_shown() {
    let directory = |px: u8, bytes: usize, offset: usize| {
        let number = |number: usize| u32::try_from(number).expect("short").to_le_bytes();
        [
            &[px, px, 0, 0, 1, 0, 24, 0][..],
            &number(bytes),
            &number(offset),
        ]
        .concat()
    };
    let side = |px: u32, level: u8| {
        encoded(
            &RgbImage::from_pixel(px, px, Rgb([level; 3])),
            ImageFormat::Png,
        )
    };
    let pictures = [(16, side(16, 10)), (48, side(48, 200)), (32, side(32, 90))];
    let mut file = b"\0\0\x01\0\x03\0".to_vec();
    let mut offset = 6 + 16 * pictures.len();
    for (px, bytes) in &pictures {
        file.extend(directory(*px, bytes.len(), offset));
        offset += bytes.len();
    }
    file.extend(pictures.iter().flat_map(|(_, bytes)| bytes));
    let clip = Clip::of("three.ico", &file);
    let media = clip.open();
    assert_eq!((media.facts.width_px, media.facts.timing.frames()), (48, 1));
    let found = media::frame_rgba(&media, FrameIndex(0)).expect("decodes");
    assert_eq!(found.get_pixel(20, 20).0, [200, 200, 200, 255]);
}

#[test]
fn a_picture_in_a_newer_kind_of_file_is_what_ffmpeg_decodes() {
    let Some(clip) = filtered(
        "still.avif",
        1,
        "null",
        "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -crf 4",
    ) else {
        return;
    };
    let media = clip.open();
    assert!(
        media.facts.why.contains("picture in av1"),
        "{}",
        media.facts.why
    );
    let found = media::frame_rgba(&media, FrameIndex(0)).expect("decodes");
    let source = Clip::numbered("source.mkv", 1, "-c:v ffv1");
    let (_, difference) = nearest(&found, &source.reference((96, 64)));
    assert!(difference < 3.0, "differs by {difference}");
}

/// Three frames of JPEG XL, made by libjxl.
const THREE_FRAMES: &str = "ff0ac7054d002026080401001c004b188b158203000804010044004b188b15801dfeff000050150084ce200108 \
     04050044004b188b15805dfeff0000521500dcc64002";

#[test]
fn an_animation_that_would_be_shown_as_a_still_is_refused() {
    let digits: Vec<char> = THREE_FRAMES
        .chars()
        .filter(char::is_ascii_hexdigit)
        .collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16);
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| byte(pair).expect("digits"))
        .collect();
    let clip = Clip::of("three.jxl", &bytes);
    match media::open_video(&clip.path, TextureSupport::BlockCompressed) {
        // FFmpeg 6.1 and newer read all of it.
        Ok(media) => assert_eq!(media.facts.timing.frames(), 3),
        Err(MediaError::UnsupportedCodec { codec, .. }) => {
            assert!(codec.contains("animated"), "{codec}");
        }
        // Some know nothing of JPEG XL.
        Err(error) => assert!(matches!(error, MediaError::NotMedia { .. }), "{error}"),
    }
}
