//! Interlaced H.264 whose fields lie in packets of their own: two packets are one picture.

use sextet::time::FrameIndex;

use super::make::{Clip, decoder_of, picture};

const SIZE: u32 = 64;

/// Pictures from one key frame to the next.
const GROUP: u32 = 8;

/// Bits, the highest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn number(&mut self, value: u32, bits: u32) -> &mut Self {
        for bit in (0..bits).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("just added");
            *last |= u8::try_from(value >> bit & 1).expect("a bit") << (7 - self.used % 8);
            self.used += 1;
        }
        self
    }

    /// Unsigned Exp-Golomb code.
    fn code(&mut self, value: u32) -> &mut Self {
        let bits = 32 - (value + 1).leading_zeros();
        self.number(0, bits - 1).number(value + 1, bits)
    }

    fn align(&mut self) -> &mut Self {
        self.used = self.used.next_multiple_of(8);
        self
    }

    /// The unit of this header, behind its start code, with the bytes that keep start codes from showing up in it.
    fn unit(&mut self, header: u8) -> Vec<u8> {
        self.number(1, 1);
        let mut unit = vec![0, 0, 0, 1, header];
        let mut zeros = 0;
        for &byte in &self.bytes {
            if zeros >= 2 && byte <= 3 {
                unit.push(3);
                zeros = 0;
            }
            unit.push(byte);
            zeros = if byte == 0 { zeros + 1 } else { 0 };
        }
        unit
    }
}

/// Main profile, order of decoding, fields allowed.
fn parameter_sets() -> Vec<u8> {
    let mut sequence = Bits::default();
    sequence.number(77, 8).number(0, 8).number(40, 8);
    sequence.code(0).code(4).code(2).code(1).number(0, 1);
    sequence.code(SIZE / 16 - 1).code(SIZE / 32 - 1);
    sequence.number(0, 1).number(0, 1).number(1, 1).number(0, 2);
    let mut picture = Bits::default();
    picture.code(0).code(0).number(0, 2).code(0).code(0).code(0);
    picture
        .number(0, 3)
        .code(0)
        .code(0)
        .code(0)
        .number(0b100, 3);
    [sequence.unit(0x67), picture.unit(0x68)].concat()
}

/// A picture of one grey, or one of its fields, uncompressed; `is_bottom` is none for a whole frame.
fn slice(number: u32, is_bottom: Option<bool>, grey: u8) -> Vec<u8> {
    let is_key = number.is_multiple_of(GROUP) && is_bottom != Some(true);
    let mut bits = Bits::default();
    bits.code(0).code(7).code(0).number(number % GROUP, 8);
    match is_bottom {
        Some(is_bottom) => bits.number(1, 1).number(u32::from(is_bottom), 1),
        None => bits.number(0, 1),
    };
    if is_key {
        bits.code(0).number(0, 2);
    } else {
        bits.number(0, 1);
    }
    bits.code(0).code(1);
    let macroblocks = SIZE / 16 * (SIZE / 16) / if is_bottom.is_some() { 2 } else { 1 };
    for _ in 0..macroblocks {
        bits.code(25).align();
        for _ in 0..256 {
            bits.number(u32::from(grey), 8);
        }
        for _ in 0..128 {
            bits.number(128, 8);
        }
    }
    bits.unit(if is_key { 0x65 } else { 0x61 })
}

fn grey(number: u32) -> u8 {
    u8::try_from(32 + number * 5).expect("few pictures")
}

/// A stream of such pictures: of `is_frame` those that are whole frames; of `is_lost` the second fields that are missing.
fn stream(pictures: u32, is_frame: fn(u32) -> bool, is_lost: fn(u32) -> bool) -> Clip {
    let mut bytes = Vec::new();
    for number in 0..pictures {
        if number.is_multiple_of(GROUP) {
            bytes.extend([0, 0, 0, 1, 9, 0x10]);
            bytes.extend(parameter_sets());
        }
        if is_frame(number) {
            bytes.extend(slice(number, None, grey(number)));
            continue;
        }
        bytes.extend(slice(number, Some(false), grey(number)));
        if !is_lost(number) {
            bytes.extend(slice(number, Some(true), grey(number)));
        }
    }
    Clip::of("fields.h264", &bytes)
}

/// Holds each picture, however it is reached, against the grey that it has.
fn check(clip: &Clip, pictures: u32) {
    let (media, name) = (clip.open(), clip.path.display());
    assert_eq!(media.facts.timing.frames(), u64::from(pictures), "{name}");
    let mut decoder = decoder_of(&media);
    decoder.keep(1);
    let order = (0..pictures).chain((0..pictures).map(|at| at * 7 % pictures));
    for number in order {
        let shown = picture(&mut *decoder, u64::from(number));
        let expected = (f32::from(grey(number)) - 16.0) * 255.0 / 219.0;
        let found = f32::from(shown.get_pixel(SIZE / 2, SIZE / 2).0[0]);
        assert!(
            (found - expected).abs() <= 1.5,
            "{name}: picture {number} is {found}, not {expected}",
        );
    }
    let counts = media.health.counts();
    let wrong = (counts.corrupt, counts.lost, counts.disordered);
    assert_eq!(wrong, (0, 0, 0), "{name}");
}

#[test]
fn two_fields_in_packets_of_their_own_are_one_picture() {
    let all_fields: fn(u32) -> bool = |_| false;
    let some_frames: fn(u32) -> bool = |number| number % 3 == 2;
    for (kind, is_frame) in [("fields", all_fields), ("mixed", some_frames)] {
        let raw = stream(24, is_frame, |_| false);
        check(&raw, 24);
        for container in ["ts", "mkv", "mp4"] {
            let path = raw.path.to_str().expect("text");
            // Fifty fields a second.
            let arguments = ["-r", "50", "-i", path, "-c", "copy"];
            let clip = Clip::made(&format!("{kind}.{container}"), &arguments);
            check(&clip, 24);
            if kind == "fields" {
                let timing = &clip.open().facts.timing;
                let shown = timing.frame_at(timing.rate().time_of(23));
                assert_eq!(shown, FrameIndex(23), "{container}");
                assert!(!timing.is_variable(), "{container}");
            }
        }
    }
}

#[test]
fn a_field_whose_second_is_lost_is_a_picture() {
    let clip = stream(16, |_| false, |number| number == 5);
    assert_eq!(clip.open().facts.timing.frames(), 16);
}
