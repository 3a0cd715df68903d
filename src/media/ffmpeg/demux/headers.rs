//! Headers inside a stream that stand in some packets and hold for those after them: parameter sets, sequence headers.
//!
//! Many streams repeat them in every key frame's packet, some give them once, and joined recordings change them on the
//! way. Whoever begins at a key frame must know those that hold there: [`changes`](HeaderTracker::changes) finds the
//! packets that bring other ones than before.
//!
//! | codec | units that count | specification |
//! |---|---|---|
//! | H.264 | sequence and picture parameter sets, and their extensions | ISO/IEC 14496-10, table 7-1 |
//! | HEVC, VVC | video, sequence and picture parameter sets | ISO/IEC 23008-2, table 7-1; 23090-3, table 5 |
//! | MPEG-1, MPEG-2 | sequence header and its extensions | ISO/IEC 13818-2, table 6-1 |
//! | MPEG-4 part 2 | visual object sequence, object and layer | ISO/IEC 14496-2, table 6-3 |
//! | VC-1 | sequence header and entry point | SMPTE 421M, annex E |
//! | AVS | sequence header | GB/T 20090.2 |
//! | AV1 | sequence header | AV1 Bitstream Specification, 6.2.2 |
//! | Dirac, VC-2 | sequence header | Dirac Specification 2.2.3, 9.6 |
//!
//! Messages to the decoder (SEI, user data) are not compared, since they may be others in each packet; they come along
//! with the packet that the headers are in.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use ffmpeg_next::codec::Id;

use super::codec_source::CodecSource;
use super::units::{split_at_start_code, split_length};
use crate::media::fingerprint::Fnv;

/// Most units of a packet that are looked at before its picture: more than any stream has, against hostile ones.
const MAX_UNITS: usize = 256;

/// Follows the headers of a stream from packet to packet.
pub(in crate::media) struct HeaderTracker {
    syntax: Option<Syntax>,
    last: Option<u64>,
}

/// The way that units are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    /// Behind start codes, 00 00 01.
    StartCodes(Units),
    /// Each behind its length, in so many bytes.
    Lengths(Units, usize),
    /// Open bitstream units of AV1.
    Av1,
    /// Data units of Dirac.
    Dirac,
}

/// The kinds of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Units {
    H264,
    Hevc,
    Vvc,
    Mpeg12,
    Mpeg4,
    Vc1,
    Cavs,
}

/// The meaning of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A header without which there is no sequence.
    Sequence,
    /// A header that belongs to one, and need be there only in the first of these codecs.
    Rest,
    /// Something else before the picture.
    Other,
    /// The picture begins.
    Picture,
}

impl Units {
    /// The meaning of a unit, by its first bytes.
    fn meaning(self, unit: &[u8]) -> Meaning {
        use Meaning::{Other, Picture, Rest, Sequence};
        let Some(&first) = unit.first() else {
            return Other;
        };
        match self {
            Self::H264 => match first & 0x1F {
                7 => Sequence,
                8 | 13 | 15 => Rest,
                1..=5 | 20 => Picture,
                _ => Other,
            },
            Self::Hevc => match first >> 1 & 0x3F {
                33 => Sequence,
                32 | 34 => Rest,
                0..=31 => Picture,
                _ => Other,
            },
            Self::Vvc => match unit.get(1).map_or(31, |second| second >> 3) {
                15 => Sequence,
                14 | 16 => Rest,
                0..=11 => Picture,
                _ => Other,
            },
            Self::Mpeg12 => match first {
                0xB3 => Sequence,
                0xB5 => Rest,
                // A group's header has its time of day.
                0xB8 | 0x00..=0xAF => Picture,
                _ => Other,
            },
            Self::Mpeg4 => match first {
                0x20..=0x2F => Sequence,
                0x00..=0x1F | 0xB0 | 0xB5 => Rest,
                0xB3 | 0xB6 => Picture,
                _ => Other,
            },
            Self::Vc1 => match first {
                0x0F => Sequence,
                0x0E => Rest,
                0x0B..=0x0D => Picture,
                _ => Other,
            },
            Self::Cavs => match first {
                0xB0 => Sequence,
                0xB5 => Rest,
                0xB3 | 0xB6 | 0x00..=0xAF => Picture,
                _ => Other,
            },
        }
    }

    /// True if a sequence header alone is not enough: the parameter sets of pictures are apart.
    fn needs_rest(self) -> bool {
        matches!(self, Self::H264 | Self::Hevc | Self::Vvc)
    }
}

impl Syntax {
    fn of(codec: Id, extra: &[u8]) -> Option<Self> {
        let units = match codec {
            Id::H264 => Units::H264,
            Id::HEVC => Units::Hevc,
            Id::VVC => Units::Vvc,
            Id::MPEG1VIDEO | Id::MPEG2VIDEO => Units::Mpeg12,
            Id::MPEG4 => Units::Mpeg4,
            Id::VC1 => Units::Vc1,
            Id::CAVS => Units::Cavs,
            Id::AV1 => return Some(Self::Av1),
            Id::DIRAC => return Some(Self::Dirac),
            _ => return None,
        };
        // A configuration record (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1) begins with its version, 1, which no start code
        // does, and says how long a length is, less one.
        let at = match units {
            Units::H264 => 4,
            Units::Hevc => 21,
            _ => return Some(Self::StartCodes(units)),
        };
        match (extra.first(), extra.get(at)) {
            (Some(1), Some(length)) => {
                let bytes = usize::from(length & 3).saturating_add(1);
                Some(Self::Lengths(units, bytes))
            }
            _ => Some(Self::StartCodes(units)),
        }
    }

    /// Calls `on` with the meaning and the bytes of each unit before the picture.
    fn walk<'a>(self, data: &'a [u8], on: &mut dyn FnMut(Meaning, &'a [u8])) {
        let mut rest = data;
        for _ in 0..MAX_UNITS {
            let Some((meaning, unit, after)) = self.next_unit(rest) else {
                return;
            };
            if meaning == Meaning::Picture {
                return;
            }
            on(meaning, unit);
            rest = after;
        }
    }

    /// The first unit, and what is behind it.
    fn next_unit(self, data: &[u8]) -> Option<(Meaning, &[u8], &[u8])> {
        match self {
            Self::StartCodes(units) => {
                let (_, behind) = split_at_start_code(data)?;
                // The picture is the longest unit, and its end is of no interest.
                let meaning = units.meaning(behind);
                if meaning == Meaning::Picture {
                    return Some((meaning, behind, &[]));
                }
                let length = split_at_start_code(behind).map_or(behind.len(), |(at, _)| at);
                let (unit, after) = behind.split_at_checked(length)?;
                Some((meaning, unit, after))
            }
            Self::Lengths(units, bytes) => {
                let (length, behind) = split_length(data, bytes)?;
                let (unit, after) = behind.split_at_checked(length)?;
                Some((units.meaning(unit), unit, after))
            }
            Self::Av1 => av1_unit(data),
            Self::Dirac => dirac_unit(data),
        }
    }
}

/// An open bitstream unit with its header: its type is in bits 3 to 6 of the first byte, bit 2 says that there is a byte
/// more, bit 1 that a length follows, of seven bits a byte, the lowest first (AV1 Bitstream Specification, 5.3 and 4.10.5).
fn av1_unit(data: &[u8]) -> Option<(Meaning, &[u8], &[u8])> {
    let first = *data.first()?;
    let meaning = match first >> 3 & 0xF {
        1 => Meaning::Sequence,
        3 | 6 | 7 => Meaning::Picture,
        _ => Meaning::Other,
    };
    let mut header: usize = if first & 4 == 0 { 1 } else { 2 };
    if first & 2 == 0 {
        return Some((meaning, data, &[]));
    }
    let mut length = 0_usize;
    for shift in (0..28).step_by(7) {
        let byte = *data.get(header)?;
        header = header.checked_add(1)?;
        length |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            let (unit, after) = data.split_at_checked(header.checked_add(length)?)?;
            return Some((meaning, unit, after));
        }
    }
    None
}

/// A data unit: `BBCD`, its parse code, then the offsets of the next and of the one before, four bytes each. Only what is
/// behind those is compared, since they say where the unit lies.
fn dirac_unit(data: &[u8]) -> Option<(Meaning, &[u8], &[u8])> {
    const HEADER_BYTES: usize = 13;
    let header = data.get(..HEADER_BYTES)?;
    let (code, next) = match header {
        [b'B', b'B', b'C', b'D', code, next @ ..] => (*code, next.first_chunk::<4>()?),
        _ => return None,
    };
    let meaning = match code {
        0 => Meaning::Sequence,
        _ if code & 8 != 0 => Meaning::Picture,
        _ => Meaning::Other,
    };
    let next = usize::try_from(u32::from_be_bytes(*next)).ok()?;
    let length = if next == 0 { data.len() } else { next };
    let (unit, after) = data.split_at_checked(length.max(HEADER_BYTES))?;
    Some((meaning, unit.get(HEADER_BYTES..)?, after))
}

impl HeaderTracker {
    /// At the start of a stream.
    pub(in crate::media) fn new(source: &CodecSource<'_>) -> Self {
        Self {
            syntax: Syntax::of(source.stream.codec, source.extra_data()),
            last: None,
        }
    }

    /// True if a packet brings headers, all that a decoder needs, and others than the packets before it.
    pub(in crate::media) fn changes(&mut self, data: &[u8]) -> bool {
        let found = self.syntax.and_then(|syntax| fingerprint(syntax, data));
        let is_other = found.is_some() && found != self.last;
        self.last = found.or(self.last);
        is_other
    }
}

/// The hash of the headers in a packet; `None` if they are not all there.
fn fingerprint(syntax: Syntax, data: &[u8]) -> Option<u64> {
    let mut hash = Fnv::default();
    let (mut has_sequence, mut has_rest) = (false, false);
    syntax.walk(data, &mut |meaning, unit| {
        if !matches!(meaning, Meaning::Sequence | Meaning::Rest) {
            return;
        }
        has_sequence |= meaning == Meaning::Sequence;
        has_rest |= meaning == Meaning::Rest;
        // Zeros may stand between a unit and the next start code.
        let end = unit.iter().rposition(|byte| *byte != 0);
        let end = end.map_or(0, |last| last.saturating_add(1));
        hash.add(unit.get(..end).unwrap_or(unit));
    });
    let needs_rest = match syntax {
        Syntax::StartCodes(units) | Syntax::Lengths(units, _) => units.needs_rest(),
        Syntax::Av1 | Syntax::Dirac => false,
    };
    (has_sequence && (has_rest || !needs_rest)).then_some(hash.0)
}

/// The sequence header of AV1 in a packet, whole; none where it has none.
pub(in crate::media) fn av1_sequence_header(data: &[u8]) -> Option<&[u8]> {
    let mut found = None;
    Syntax::Av1.walk(data, &mut |meaning, unit| {
        if meaning == Meaning::Sequence {
            found = Some(unit);
        }
    });
    found
}

/// The sequence header in a configuration record of AV1, which has four bytes before its units (AV1 Codec ISO Media File
/// Format Binding, 2.3.3).
pub(in crate::media) fn av1_configured(extra: &[u8]) -> Option<&[u8]> {
    let units = extra.strip_prefix(&[0x81]).and_then(|rest| rest.get(3..));
    av1_sequence_header(units.unwrap_or(extra))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPS: [u8; 4] = [0x67, 0x64, 0, 0x0A];
    const PPS: [u8; 3] = [0x68, 0xEE, 0x3C];
    const SEI: [u8; 3] = [0x06, 5, 0x80];
    const IDR: [u8; 4] = [0x65, 0x88, 0x84, 0];

    fn start_codes(units: &[&[u8]]) -> Vec<u8> {
        units
            .iter()
            .flat_map(|unit| [&[0, 0, 0, 1][..], unit].concat())
            .collect()
    }

    fn lengths(units: &[&[u8]]) -> Vec<u8> {
        units
            .iter()
            .flat_map(|unit| [&(unit.len() as u16).to_be_bytes()[..], unit].concat())
            .collect()
    }

    fn tracker(codec: Id, extra: &[u8]) -> HeaderTracker {
        HeaderTracker {
            syntax: Syntax::of(codec, extra),
            last: None,
        }
    }

    #[test]
    fn only_other_headers_than_before_are_a_change() {
        let record = [1, 100, 0, 10, 0xFD];
        type Packed = fn(&[&[u8]]) -> Vec<u8>;
        for (extra, packed) in [
            (&[][..], start_codes as Packed),
            (&record[..], lengths as Packed),
        ] {
            let mut headers = tracker(Id::H264, extra);
            assert!(!headers.changes(&packed(&[&SEI, &IDR])), "none at all");
            assert!(headers.changes(&packed(&[&SPS, &PPS, &SEI, &IDR])), "first");
            assert!(!headers.changes(&packed(&[&IDR])), "none");
            assert!(!headers.changes(&packed(&[&SPS, &PPS, &IDR])), "the same");
            let other = [0x67, 0x64, 0, 0x0B];
            assert!(!headers.changes(&packed(&[&other, &IDR])), "not whole");
            assert!(headers.changes(&packed(&[&other, &PPS, &IDR])), "others");
            assert!(headers.changes(&packed(&[&SPS, &PPS, &IDR])), "and back");
            // What lies behind the picture is not looked at.
            assert!(!headers.changes(&packed(&[&IDR, &other, &PPS])), "behind");
        }
    }

    #[test]
    fn groups_and_messages_are_no_headers() {
        let mut headers = tracker(Id::MPEG2VIDEO, &[]);
        let sequence = [0xB3, 0x14, 0x00];
        let group = |hour: u8| [0xB8, hour, 8];
        let packet = |hour| start_codes(&[&sequence, &group(hour), &[0, 0, 0x0F]]);
        assert!(headers.changes(&packet(1)), "first");
        assert!(!headers.changes(&packet(2)), "another hour");
        let mut headers = tracker(Id::MPEG4, &[]);
        let packet = |note: &[u8]| start_codes(&[&[0x20, 8], &[&[0xB2], note].concat(), &[0xB6]]);
        assert!(headers.changes(&packet(b"Lavc")), "first");
        assert!(!headers.changes(&packet(b"XviD")), "another note");
    }

    #[test]
    fn the_sequence_header_of_av1_is_found_whole() {
        // Temporal delimiter, sequence header of three bytes, a frame.
        let packet = [0x12, 0, 0x0A, 3, 1, 2, 3, 0x32, 1, 0];
        assert_eq!(av1_sequence_header(&packet), Some(&packet[2..7]));
        assert_eq!(av1_sequence_header(&packet[7..]), None);
        let record = [&[0x81, 4, 0x0C, 0][..], &packet[2..7]].concat();
        assert_eq!(av1_configured(&record), Some(&packet[2..7]));
    }

    #[test]
    fn the_sequence_header_of_dirac_is_told_from_where_it_lies() {
        let unit = |before: u8, content: u8| {
            let mut unit = b"BBCD\0\0\0\0\x0E\0\0\0".to_vec();
            unit.extend([before, content]);
            unit.extend(b"BBCD\x0C\0\0\0\0\0\0\0\x0E");
            unit
        };
        let mut headers = tracker(Id::DIRAC, &[]);
        assert!(headers.changes(&unit(0, 7)), "first");
        assert!(!headers.changes(&unit(99, 7)), "elsewhere");
        assert!(headers.changes(&unit(99, 8)), "another");
    }

    #[test]
    fn whatever_a_packet_holds_it_is_read_to_its_end() {
        let seeds: [(Id, Vec<u8>); 5] = [
            (Id::H264, start_codes(&[&SPS, &PPS, &IDR])),
            (Id::HEVC, start_codes(&[&[0x42, 1], &[0x44, 1], &[0x26, 1]])),
            (Id::AV1, vec![0x12, 0, 0x0A, 3, 1, 2, 3, 0x32, 1, 0]),
            (Id::DIRAC, b"BBCD\0\0\0\0\x0E\0\0\0\0\x01".to_vec()),
            (Id::VVC, start_codes(&[&[0, 0x79], &[0, 0x81]])),
        ];
        for (codec, seed) in seeds {
            for extra in [&[][..], &[1; 22]] {
                for at in 0..seed.len() {
                    for value in [0, 1, 0x7F, 0x80, 0xFF] {
                        let mut bytes = seed.clone();
                        bytes[at] = value;
                        tracker(codec, extra).changes(&bytes);
                        tracker(codec, extra).changes(&bytes[..at]);
                    }
                }
            }
        }
    }
}
