//! Pictures of H.264 that come as two fields, each in a packet of its own: a decoder makes one picture of both.
//!
//! Which they are stands in the slice headers, whose bits the parameter sets tell (ITU-T H.264, 7.3.2.1, 7.3.2.2 and 7.3.3).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use super::bits::Bits;
use super::units::StartCodes;

/// Profiles whose sequence parameter sets say how chroma is stored (ITU-T H.264, 7.3.2.1.1).
const WITH_CHROMA_FORMAT: [u32; 13] =
    [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// Bytes of a parameter set that are looked at: with all scaling lists it is shorter.
const SET_BYTES: usize = 1024;

/// Bytes of a slice header that are looked at: what is asked for takes less.
const SLICE_BYTES: usize = 32;

/// Highest numbers of sequence and of picture parameter sets (ITU-T H.264, 7.4.2.1.1 and 7.4.2.2).
const LAST_SEQUENCE: u32 = 31;
const LAST_PICTURE: u32 = 255;

/// Tells the fields of one stream, in the order of decoding.
#[derive(Default)]
pub(super) struct FieldPairs {
    sequences: BTreeMap<u32, Sequence>,
    /// The sequence parameter set of each picture parameter set.
    pictures: BTreeMap<u32, u32>,
    /// A first field that waits for its second.
    first: Option<Field>,
}

/// What of a sequence parameter set tells the bits of a slice header.
#[derive(Clone, Copy)]
struct Sequence {
    has_colour_planes: bool,
    frame_number_bits: u32,
    has_frames_only: bool,
}

/// A field.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Field {
    frame_number: u32,
    is_bottom: bool,
}

impl FieldPairs {
    /// Reads the parameter sets that a container keeps apart, in its record (ISO/IEC 14496-15, 5.3.3.1) or behind start
    /// codes.
    pub(super) fn read_headers(&mut self, headers: &[u8]) {
        if headers.first() != Some(&1) {
            StartCodes(headers).for_each(|unit| self.read_set(unit));
            return;
        }
        let mut rest = headers.get(5..).unwrap_or_default();
        // The number of sequence parameter sets takes five bits, that of picture parameter sets eight.
        for mask in [0x1F, 0xFF] {
            let Some((&count, sets)) = rest.split_first() else {
                return;
            };
            rest = sets;
            for _ in 0..count & mask {
                let Some((&[high, low], behind)) = rest.split_first_chunk() else {
                    return;
                };
                let length = usize::from(u16::from_be_bytes([high, low]));
                let Some((set, behind)) = behind.split_at_checked(length) else {
                    return;
                };
                self.read_set(set);
                rest = behind;
            }
        }
    }

    /// True if the units of the next packet begin with the second field of the picture whose first field came before.
    pub(super) fn completes<'a>(&mut self, units: impl Iterator<Item = &'a [u8]>) -> bool {
        let mut completes = None;
        let mut current = None;
        for unit in units {
            if !matches!(unit.first().map(|byte| byte & 0x1F), Some(1 | 5)) {
                self.read_set(unit);
                continue;
            }
            let field = self.field_of(unit);
            // More slices of it; of a frame no more need be looked at.
            if field.is_some() && field == current {
                continue;
            }
            current = field;
            let is_second =
                field.is_some_and(|field| self.first.is_some_and(|first| first.pairs(field)));
            self.first = field.filter(|_| !is_second);
            completes.get_or_insert(is_second);
            if field.is_none() {
                break;
            }
        }
        completes.unwrap_or(false)
    }

    fn read_set(&mut self, unit: &[u8]) {
        let Some((&kind, rest)) = unit.split_first() else {
            return;
        };
        let payload = || unescaped(rest, SET_BYTES);
        match kind & 0x1F {
            7 => {
                if let Some((number, sequence)) = sequence_of(&payload()) {
                    self.sequences.insert(number, sequence);
                }
            }
            8 => {
                let payload = payload();
                let mut bits = Bits::new(&payload);
                if let (Some(picture @ ..=LAST_PICTURE), Some(sequence)) =
                    (bits.exp_golomb(), bits.exp_golomb())
                {
                    self.pictures.insert(picture, sequence);
                }
            }
            _ => {}
        }
    }

    /// The field that a slice belongs to; none for one of a frame, and where that cannot be told.
    fn field_of(&self, slice: &[u8]) -> Option<Field> {
        // Nearly all streams are of frames only, and need not be looked at any closer.
        if self
            .sequences
            .values()
            .all(|sequence| sequence.has_frames_only)
        {
            return None;
        }
        let payload = unescaped(slice.get(1..)?, SLICE_BYTES);
        let mut bits = Bits::new(&payload);
        let _first_macroblock = bits.exp_golomb()?;
        let _kind = bits.exp_golomb()?;
        let sequence = self.pictures.get(&bits.exp_golomb()?)?;
        let sequence = self.sequences.get(sequence)?;
        if sequence.has_frames_only {
            return None;
        }
        if sequence.has_colour_planes {
            bits.skip(2)?;
        }
        let frame_number = bits.number(sequence.frame_number_bits)?;
        let is_field = bits.number(1)? == 1;
        let is_bottom = bits.number(1)? == 1;
        is_field.then_some(Field {
            frame_number,
            is_bottom,
        })
    }
}

impl Field {
    /// True if the next field completes the picture (ITU-T H.264, 7.4.1.2.4).
    fn pairs(self, next: Self) -> bool {
        self.frame_number == next.frame_number && self.is_bottom != next.is_bottom
    }
}

/// The number of a sequence parameter set, and what is asked for of it.
fn sequence_of(payload: &[u8]) -> Option<(u32, Sequence)> {
    const SEPARATE: u32 = 3;
    let mut bits = Bits::new(payload);
    let profile = bits.number(8)?;
    bits.skip(16)?;
    let number = bits
        .exp_golomb()
        .filter(|number| *number <= LAST_SEQUENCE)?;
    let mut has_colour_planes = false;
    if WITH_CHROMA_FORMAT.contains(&profile) {
        let chroma = bits.exp_golomb()?;
        has_colour_planes = chroma == SEPARATE && bits.number(1)? == 1;
        let _depths = (bits.exp_golomb()?, bits.exp_golomb()?);
        bits.skip(1)?;
        if bits.number(1)? == 1 {
            skip_scaling_lists(&mut bits, if chroma == SEPARATE { 12 } else { 8 })?;
        }
    }
    let frame_number_bits = bits
        .exp_golomb()
        .filter(|bits| *bits <= 12)?
        .checked_add(4)?;
    match bits.exp_golomb()? {
        0 => {
            bits.exp_golomb()?;
        }
        1 => {
            bits.skip(1)?;
            let _offsets = (bits.exp_golomb()?, bits.exp_golomb()?);
            let cycle = bits.exp_golomb().filter(|cycle| *cycle <= 255)?;
            for _ in 0..cycle {
                bits.exp_golomb()?;
            }
        }
        _ => {}
    }
    let _references = bits.exp_golomb()?;
    bits.skip(1)?;
    let _size = (bits.exp_golomb()?, bits.exp_golomb()?);
    let has_frames_only = bits.number(1)? == 1;
    let sequence = Sequence {
        has_colour_planes,
        frame_number_bits,
        has_frames_only,
    };
    Some((number, sequence))
}

/// Passes over scaling lists (ITU-T H.264, 7.3.2.1.1.1).
fn skip_scaling_lists(bits: &mut Bits<'_>, lists: usize) -> Option<()> {
    for list in 0..lists {
        if bits.number(1)? == 0 {
            continue;
        }
        let (mut last, mut next) = (8_i64, 8_i64);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                let code = i64::from(bits.exp_golomb()?);
                // Signed Exp-Golomb code (ITU-T H.264, 9.1.1).
                let half = code.checked_add(1)?.checked_div(2)?;
                let delta = if code & 1 == 1 {
                    half
                } else {
                    half.checked_neg()?
                };
                next = last.checked_add(delta)?.rem_euclid(256);
            }
            if next != 0 {
                last = next;
            }
        }
    }
    Some(())
}

/// The first bytes of a unit without those that only keep start codes from showing up in it (ITU-T H.264, 7.4.1).
fn unescaped(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut zeros: u32 = 0;
    let is_kept = |byte: &&u8| {
        let is_extra = zeros >= 2 && **byte == 3;
        zeros = if **byte == 0 {
            zeros.saturating_add(1)
        } else {
            0
        };
        !is_extra
    };
    bytes.iter().take(most).filter(is_kept).copied().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_units_come_a_first_slice_completes_nothing(
            headers in proptest::collection::vec(any::<u8>(), 0..80),
            packets in proptest::collection::vec(
                proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..4),
                0..8,
            ),
        ) {
            let mut fields = FieldPairs::default();
            fields.read_headers(&headers);
            let mut has_slice = false;
            for packet in packets {
                let completes = fields.completes(packet.iter().map(Vec::as_slice));
                prop_assert!(has_slice || !completes);
                has_slice |= packet.iter().any(|unit| matches!(unit.first(), Some(byte) if matches!(byte & 0x1F, 1 | 5)));
            }
        }
    }

    #[test]
    fn scaling_lists_and_chroma_formats_are_passed_over() {
        // High 4:4:4 in separate planes, one flat list of sixteen numbers, a frame number of 9 bits, order of showing by
        // offsets, fields.
        let bits = "11110100 00000000 00101000 1 00100 1 1 1 0 1 1 1111111111111111 00000000000 \
                    00110 010 1 1 1 010 1 00111 0 0001000 0001000 0";
        let bits: Vec<u8> = bits
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|digit| digit - b'0')
            .collect();
        let bytes: Vec<u8> = bits
            .chunks(8)
            .map(|byte| (0..8).fold(0, |all, at| all << 1 | byte.get(at).copied().unwrap_or(0)))
            .collect();
        let (number, sequence) = sequence_of(&bytes).expect("readable");
        assert_eq!(number, 0);
        assert!(sequence.has_colour_planes && !sequence.has_frames_only);
        assert_eq!(sequence.frame_number_bits, 9);
    }
}
