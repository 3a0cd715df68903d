//! Animated pictures: every frame with its time, as its own specification puts it together.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use image::{ImageFormat, Rgba, RgbaImage, imageops};
use sextet::media::{self, TextureSupport, cpu};
use sextet::time::{FLICKS_PER_SECOND, FrameIndex, Time};

use super::codecs::{check, check_against, filtered, has_encoder};
use super::make::{Clip, decoder_of, picture};

/// The size of animations, in pixels.
const SIZE_PX: (u32, u32) = (24, 16);

/// Greatest difference of a colour from the formula, out of 255: what is laid over what is hardly seen is rounded each
/// time.
const TOLERANCE: u8 = 2;

/// What becomes of a frame's part of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Stays,
    Goes,
    ComesBack,
}

/// What a frame draws.
#[derive(Clone, Debug)]
struct Piece {
    left: u32,
    top: u32,
    picture: RgbaImage,
    after: After,
    is_blended: bool,
    /// Hundredths of a second.
    time: u16,
}

/// A source of numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(limit)).expect("below the limit")
    }
}

/// Pieces of all kinds. The first fills the picture.
fn pieces(count: usize, numbers: &mut Numbers) -> Vec<Piece> {
    (0..count)
        .map(|at| {
            let is_whole = at == 0 || numbers.below(5) == 0;
            let (width, height) = if is_whole {
                SIZE_PX
            } else {
                (1 + numbers.below(SIZE_PX.0), 1 + numbers.below(SIZE_PX.1))
            };
            let picture = noise((width, height), numbers);
            Piece {
                left: numbers.below(SIZE_PX.0 - width + 1),
                top: numbers.below(SIZE_PX.1 - height + 1),
                picture,
                after: [After::Stays, After::Goes, After::ComesBack][numbers.below(3) as usize],
                is_blended: numbers.below(2) == 0,
                time: [4, 4, 10, 3, 0][numbers.below(5) as usize],
            }
        })
        .collect()
}

/// A picture of which parts are seen, parts are not, and parts are half seen.
fn noise((width, height): (u32, u32), numbers: &mut Numbers) -> RgbaImage {
    RgbaImage::from_fn(width, height, |_, _| {
        let alpha = [0, 255, 255, 90, 200][numbers.below(5) as usize];
        let mut level = || numbers.below(256) as u8;
        Rgba([level(), level(), level(), alpha])
    })
}

/// The pictures that the pieces make, by the formulas of the specifications.
fn composed(pieces: &[Piece]) -> Vec<RgbaImage> {
    let mut canvas = RgbaImage::new(SIZE_PX.0, SIZE_PX.1);
    let mut pictures = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let before = canvas.clone();
        for (x, y, over) in piece.picture.enumerate_pixels() {
            let under = canvas.get_pixel_mut(piece.left + x, piece.top + y);
            *under = if piece.is_blended {
                laid_over(*over, *under)
            } else {
                *over
            };
        }
        pictures.push(canvas.clone());
        let after = match piece.after {
            // There is nothing before the first.
            After::ComesBack if at == 0 => After::Goes,
            after => after,
        };
        match after {
            After::Stays => {}
            After::ComesBack => canvas = before,
            After::Goes => {
                let (width, height) = piece.picture.dimensions();
                let nothing = RgbaImage::new(width, height);
                let (left, top) = (i64::from(piece.left), i64::from(piece.top));
                imageops::replace(&mut canvas, &nothing, left, top);
            }
        }
    }
    pictures
}

fn laid_over(over: Rgba<u8>, under: Rgba<u8>) -> Rgba<u8> {
    let unit = |level: u8| f64::from(level) / 255.0;
    let (a, b) = (unit(over[3]), unit(under[3]));
    let alpha = a + b * (1.0 - a);
    if alpha == 0.0 {
        return under;
    }
    let level = |at: usize| {
        let sum = unit(over[at]) * a + unit(under[at]) * b * (1.0 - a);
        (sum / alpha * 255.0).round() as u8
    };
    Rgba([level(0), level(1), level(2), (alpha * 255.0).round() as u8])
}

fn assert_like(found: &RgbaImage, expected: &RgbaImage, name: &str) {
    assert_eq!(found.dimensions(), expected.dimensions(), "{name}");
    for (x, y, pixel) in found.enumerate_pixels() {
        let other = expected.get_pixel(x, y);
        let differs = |at: usize| pixel[at].abs_diff(other[at]) > TOLERANCE;
        // Colours that are not seen do not count.
        let are_seen = pixel[3] > 0 && other[3] > 0;
        let is_wrong = differs(3) || (are_seen && (0..3).any(differs));
        assert!(!is_wrong, "{name} at {x}, {y}: {pixel:?}, not {other:?}");
    }
}

/// Checks all frames in order, and then in another, and their times.
fn check_pieces(clip: &Clip, pieces: &[Piece], name: &str) {
    let media = clip.open();
    let expected = composed(pieces);
    let timing = &media.facts.timing;
    assert_eq!(timing.frames(), pieces.len() as u64, "{name}");
    let mut begin = Time::ZERO;
    for (frame, piece) in (0..).zip(pieces) {
        assert_eq!(timing.time_of(FrameIndex(frame)), begin, "{name}: {frame}");
        let hundredths = if piece.time == 0 { 10 } else { piece.time };
        begin += Time::from_flicks(FLICKS_PER_SECOND / 100 * i64::from(hundredths));
    }
    assert_eq!(timing.duration(), begin, "{name}");
    let count = pieces.len() as u64;
    for may_keep in [0, 4 * 24 * 16 * 5] {
        let mut decoder = decoder_of(&media);
        decoder.keep(may_keep);
        let forwards = 0..count;
        let elsewhere = (0..count).map(|frame| frame * 7 % count);
        for frame in forwards.chain((0..count).rev()).chain(elsewhere) {
            let found = picture(&mut *decoder, frame);
            assert_like(
                &found,
                &expected[frame as usize],
                &format!("{name}: frame {frame}"),
            );
        }
        assert!(decoder.kept_bytes() <= may_keep, "{name}");
    }
}

/// The data of a picture that is stored as PNG.
fn png_data(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encodes");
    let bytes = bytes.into_inner();
    let mut data = Vec::new();
    let mut at = 8;
    while at < bytes.len() {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four")) as usize;
        if &bytes[at + 4..at + 8] == b"IDAT" {
            data.extend(&bytes[at + 8..at + 8 + length]);
        }
        at += 12 + length;
    }
    data
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("short").to_be_bytes();
    [&length[..], kind, content, &[0; 4]].concat()
}

/// An animated PNG of pieces, in front of which a picture may be that is no part of them.
fn apng(pieces: &[Piece], other: Option<&RgbaImage>) -> Vec<u8> {
    let four = |number: usize| u32::try_from(number).expect("short").to_be_bytes();
    let header = [
        &SIZE_PX.0.to_be_bytes()[..],
        &SIZE_PX.1.to_be_bytes(),
        &[8, 6, 0, 0, 0],
    ]
    .concat();
    let mut file = [b"\x89PNG\r\n\x1A\n", &chunk(b"IHDR", &header)[..]].concat();
    file.extend(chunk(b"acTL", &[four(pieces.len()), four(0)].concat()));
    if let Some(other) = other {
        file.extend(chunk(b"IDAT", &png_data(other)));
    }
    let mut sequence = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let (width, height) = piece.picture.dimensions();
        let mut control = four(sequence).to_vec();
        for number in [width, height, piece.left, piece.top] {
            control.extend(number.to_be_bytes());
        }
        control.extend(piece.time.to_be_bytes());
        // A denominator of zero stands for a hundred.
        control.extend([0, if at % 2 == 0 { 100 } else { 0 }]);
        control.extend([piece.after as u8, u8::from(piece.is_blended)]);
        file.extend(chunk(b"fcTL", &control));
        sequence += 1;
        let data = png_data(&piece.picture);
        if at == 0 && other.is_none() {
            file.extend(chunk(b"IDAT", &data));
            continue;
        }
        // In two parts.
        let (first, second) = data.split_at(data.len() / 2);
        for part in [first, second] {
            file.extend(chunk(b"fdAT", &[&four(sequence), part].concat()));
            sequence += 1;
        }
    }
    file.extend(chunk(b"IEND", &[]));
    file
}

#[test]
fn frames_of_animated_png_are_put_together_as_specified() {
    let mut numbers = Numbers(7);
    for round in 0..6 {
        let pieces = pieces(9, &mut numbers);
        let other = RgbaImage::from_pixel(SIZE_PX.0, SIZE_PX.1, Rgba([1, 2, 3, 255]));
        let other = (round % 2 == 1).then_some(&other);
        let name = format!("round{round}.png");
        check_pieces(&Clip::of(&name, &apng(&pieces, other)), &pieces, &name);
    }
}

#[test]
fn an_animation_of_two_frames_has_two_and_one_cut_short_those_that_are_there() {
    let mut numbers = Numbers(9);
    let two = pieces(2, &mut numbers);
    check_pieces(&Clip::of("two.png", &apng(&two, None)), &two, "two.png");
    let many = pieces(8, &mut numbers);
    let whole = apng(&many, None);
    let cut = Clip::of("cut.png", &whole[..whole.len() * 3 / 4]);
    let media = cut.open();
    let frames = media.facts.timing.frames();
    assert!((2..8).contains(&frames), "{frames} of 8");
    let expected = composed(&many);
    let mut decoder = decoder_of(&media);
    for frame in (0..frames - 1).rev() {
        assert_like(
            &picture(&mut *decoder, frame),
            &expected[frame as usize],
            "cut.png",
        );
    }
}

#[test]
fn an_animation_is_turned_as_its_exif_says() {
    let pieces = pieces(3, &mut Numbers(5));
    let exif = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let plain = apng(&pieces, None);
    let file = [&plain[..33], &chunk(b"eXIf", exif), &plain[33..]].concat();
    let clip = Clip::of("turned.png", &file);
    let media = clip.open();
    let shape = media.layout.shape;
    assert_eq!(shape.seen_px(SIZE_PX.0, SIZE_PX.1), [SIZE_PX.1, SIZE_PX.0]);
    let found = cpu::upright(picture(&mut *decoder_of(&media), 1), shape);
    assert_like(
        &found,
        &imageops::rotate90(&composed(&pieces)[1]),
        "turned.png",
    );
}

/// Pictures of one size as the chunks of WebP that hold each of them, without loss; `None` if FFmpeg cannot.
fn webp_data(pictures: &[&RgbaImage]) -> Option<Vec<Vec<u8>>> {
    if !has_encoder("libwebp") {
        return None;
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    for (number, picture) in (1..).zip(pictures) {
        let path = folder.path().join(format!("{number}.png"));
        picture.save(path).expect("written");
    }
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(folder.path().join("%d.png"))
        .args(["-c:v", "libwebp", "-lossless", "1", "-f", "image2"])
        .arg(folder.path().join("%d.webp"))
        .status()
        .expect("the ffmpeg tools are installed");
    assert!(made.success(), "ffmpeg");
    let read = |number: usize| std::fs::read(folder.path().join(format!("{number}.webp")));
    Some(
        (1..=pictures.len())
            .map(|number| read(number).expect("made")[12..].to_vec())
            .collect(),
    )
}

/// An animated WebP of pieces, whose places are even.
fn animated_webp(pieces: &[Piece], data: &[Vec<u8>]) -> Vec<u8> {
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let riff = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).expect("short").to_le_bytes();
        [kind, &length[..], content, &vec![0; content.len() % 2]].concat()
    };
    let sides = [three(SIZE_PX.0 - 1), three(SIZE_PX.1 - 1)].concat();
    let mut content = b"WEBP".to_vec();
    content.extend(riff(b"VP8X", &[&[0x12, 0, 0, 0][..], &sides].concat()));
    content.extend(riff(b"ANIM", &[9, 9, 9, 255, 0, 0]));
    for (piece, data) in pieces.iter().zip(data) {
        let (width, height) = piece.picture.dimensions();
        let mut frame = [piece.left / 2, piece.top / 2, width - 1, height - 1]
            .map(three)
            .concat();
        frame.extend(three(u32::from(piece.time) * 10));
        let is_cleared = piece.after == After::Goes;
        frame.push(u8::from(!piece.is_blended) << 1 | u8::from(is_cleared));
        frame.extend(data);
        content.extend(riff(b"ANMF", &frame));
    }
    riff(b"RIFF", &content)
}

#[test]
fn frames_of_animated_webp_are_put_together_as_specified() {
    let mut numbers = Numbers(3);
    let size = (12, 8);
    let mut pieces = pieces(8, &mut numbers);
    for piece in &mut pieces {
        piece.picture = noise(size, &mut numbers);
        piece.left = numbers.below(7) * 2;
        piece.top = numbers.below(5) * 2;
        if piece.after == After::ComesBack {
            piece.after = After::Stays;
        }
    }
    let pictures: Vec<_> = pieces.iter().map(|piece| &piece.picture).collect();
    let Some(data) = webp_data(&pictures) else {
        return;
    };
    let clip = Clip::of("pieces.webp", &animated_webp(&pieces, &data));
    check_pieces(&clip, &pieces, "pieces.webp");
}

#[test]
fn alpha_of_an_animated_avif_lies_in_a_stream_of_its_own() {
    if ffmpeg_lacks("av1") {
        return;
    }
    // Red, of which 60, 120 and 180 of 255 are seen.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = package.join("tests/fuzz/seeds/picture_file/sequence.avif");
    let media = media::open_video(&path, TextureSupport::BlockCompressed).expect("opens");
    assert_eq!(media.facts.timing.frames(), 3);
    let mut decoder = decoder_of(&media);
    for frame in [2, 0, 1, 2, 1, 0] {
        let found = picture(&mut *decoder, frame);
        let [red, green, blue, alpha] = found.get_pixel(20, 10).0;
        assert!(red > 240 && green < 10 && blue < 10, "{red} {green} {blue}");
        let expected = 60 * (frame as u8 + 1);
        assert!(alpha.abs_diff(expected) <= 2, "frame {frame}: {alpha}");
    }
}

/// True if FFmpeg's tool decodes nothing of this codec.
fn ffmpeg_lacks(codec: &str) -> bool {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-codecs"])
        .output();
    let output = output.expect("the ffmpeg tools are installed").stdout;
    let text = String::from_utf8_lossy(&output);
    let decodes = |line: &str| line.starts_with(" D") && line.contains(&format!(" {codec} "));
    !text.lines().any(decodes)
}

#[test]
fn animations_of_encoders_are_read_in_any_order() {
    let source = Clip::filtered("source.mkv", 12, "format=bgra", "-c:v ffv1");
    let references = source.reference((96, 64));
    for encoding in ["-c:v libwebp_anim -lossless 1", "-c:v apng -f apng"] {
        let name = if encoding.contains("webp") {
            "moving.webp"
        } else {
            "moving.png"
        };
        if let Some(clip) = filtered(name, 12, "format=bgra", encoding) {
            assert_eq!(check_against(&clip, &references), 12, "{name}");
        }
    }
    let gif = Clip::filtered("moving.gif", 20, "scale=48:32:flags=neighbor", "");
    assert_eq!(check(&gif), 20);
}
