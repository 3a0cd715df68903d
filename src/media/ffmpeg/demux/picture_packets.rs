//! Packets that show nothing: frames to predict from only, in packets of their own; headers alone; places where a
//! recorder says that nothing has changed. What was shown before them stays.
//!
//! Each codec says so within the first bytes of a frame. A packet that cannot be read is taken for one that shows a
//! picture: then it is the decoder that says what is wrong with it.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use ffmpeg_next::codec::Id;

use super::bits::Bits;
use super::field_pairs::FieldPairs;
use super::mpeg4_frames::Mpeg4Frames;
use super::units::{LengthUnits, StartCodes};

/// Tells packets of one stream, in the order of decoding, that show a picture from those that do not.
pub(in crate::media) struct PicturePackets {
    codec: Id,
    /// Bytes of the length before each unit of H.264 and HEVC; none in a stream that has start codes between them.
    length_bytes: Option<usize>,
    mpeg4: Mpeg4Frames,
    fields: FieldPairs,
    /// True if an AV1 sequence is of still pictures, whose headers say nothing of what is shown.
    is_av1_still: bool,
}

/// What a packet adds to what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Showing {
    /// A picture.
    Picture,
    /// The second field of the picture that the packet before began.
    Rest,
    /// Nothing.
    Nothing,
}

/// The content of a packet of H.264 or HEVC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Content {
    /// Nothing that matters to a decoder.
    Idle,
    /// Parameters of pictures to come.
    Parameters,
    /// A slice of a picture.
    Slice,
}

impl PicturePackets {
    /// For packets of a codec, with the headers that its container keeps apart.
    pub(in crate::media) fn new(codec: Id, headers: &[u8]) -> Self {
        let mut mpeg4 = Mpeg4Frames::default();
        if codec == Id::MPEG4 {
            mpeg4.read(headers);
        }
        let mut fields = FieldPairs::default();
        if codec == Id::H264 {
            fields.read_headers(headers);
        }
        Self {
            codec,
            length_bytes: length_bytes(codec, headers),
            mpeg4,
            fields,
            is_av1_still: false,
        }
    }

    /// What the next packet adds.
    pub(in crate::media) fn showing(&mut self, packet: &[u8]) -> Showing {
        if !self.shows(packet) {
            return Showing::Nothing;
        }
        let completes = match (self.codec, self.length_bytes) {
            (Id::H264, Some(bytes)) => self.fields.completes(LengthUnits::new(packet, bytes)),
            (Id::H264, None) => self.fields.completes(StartCodes(packet)),
            _ => false,
        };
        if completes {
            Showing::Rest
        } else {
            Showing::Picture
        }
    }

    /// True if there is a picture in the next packet, or a part of one.
    fn shows(&mut self, packet: &[u8]) -> bool {
        let shows = match self.codec {
            // `show_frame`, bit 4 of the frame tag (RFC 6386, 9.1).
            Id::VP8 => packet.first().map(|tag| tag & 0x10 != 0),
            Id::VP9 => Some(vp9_frames(packet).any(shows_vp9)),
            Id::AV1 => self.shows_av1(packet),
            Id::MPEG4 => Some(self.mpeg4.shows(packet)),
            Id::H264 | Id::HEVC => (self.content(packet)).map(|content| content == Content::Slice),
            // The end of a sequence: parse code 0x10 behind `BBCD` (Dirac Specification 2.2.3, 9.6).
            Id::DIRAC => Some(!packet.starts_with(b"BBCD\x10")),
            _ => None,
        };
        !packet.is_empty() && shows.unwrap_or(true)
    }

    /// True if the next packet has nothing for a decoder: it is empty, or of H.264 and HEVC without a slice or parameters,
    /// which decoders call corrupt.
    pub(in crate::media) fn is_idle(&self, packet: &[u8]) -> bool {
        let has_units = matches!(self.codec, Id::H264 | Id::HEVC);
        packet.is_empty() || has_units && self.content(packet) == Some(Content::Idle)
    }

    /// The content of a packet of H.264 or HEVC, by its first slice or its parameters. None where units cannot be told
    /// apart.
    fn content(&self, packet: &[u8]) -> Option<Content> {
        let mut content = Content::Idle;
        let Some(length_bytes) = self.length_bytes else {
            for unit in StartCodes(packet) {
                content = content.max(self.content_of_unit(unit));
                if content == Content::Slice {
                    break;
                }
            }
            return Some(content);
        };
        // No unit at all, as the single byte that some encoders write while they have nothing yet.
        if packet.len() < length_bytes {
            return Some(Content::Idle);
        }
        let mut units = LengthUnits::new(packet, length_bytes);
        for unit in &mut units {
            content = content.max(self.content_of_unit(unit));
            if content == Content::Slice {
                return Some(content);
            }
        }
        units.is_at_end().then_some(content)
    }

    /// The content of a unit by its type (ITU-T H.264, table 7-1; H.265, table 7-1).
    fn content_of_unit(&self, unit: &[u8]) -> Content {
        let first = unit.first().copied().unwrap_or(0);
        let is_h264 = self.codec == Id::H264;
        match if is_h264 {
            first & 0x1F
        } else {
            first >> 1 & 0x3F
        } {
            1 | 2 | 5 if is_h264 => Content::Slice,
            7 | 8 | 13 | 15 if is_h264 => Content::Parameters,
            0..=31 if !is_h264 => Content::Slice,
            32..=34 if !is_h264 => Content::Parameters,
            _ => Content::Idle,
        }
    }

    /// True if one of the frames of a temporal unit is shown (AV1 Bitstream Specification, 5.3, 5.5.1 and 5.9.2).
    fn shows_av1(&mut self, packet: &[u8]) -> Option<bool> {
        const SEQUENCE_HEADER: u8 = 1;
        const FRAME_HEADER: u8 = 3;
        const FRAME: u8 = 6;
        let mut rest = packet;
        let mut has_frame = false;
        while let Some((&header, after)) = rest.split_first() {
            let has_extension = header & 4 != 0;
            let after = if has_extension {
                after.get(1..)?
            } else {
                after
            };
            let (size, after) = if header & 2 != 0 {
                leb128(after)?
            } else {
                (after.len(), after)
            };
            let (unit, next) = after.split_at_checked(size)?;
            match header >> 3 & 15 {
                // Three bits of profile and `still_picture` come before `reduced_still_picture_header`.
                SEQUENCE_HEADER => self.is_av1_still = unit.first()? & 8 != 0,
                FRAME_HEADER | FRAME => {
                    has_frame = true;
                    let first = unit.first()?;
                    // `show_existing_frame`, or else two bits of the frame's type and `show_frame`.
                    if self.is_av1_still || first & 0x80 != 0 || first & 0x10 != 0 {
                        return Some(true);
                    }
                }
                _ => {}
            }
            rest = next;
        }
        // In a packet of tiles alone nothing begins.
        has_frame.then_some(false)
    }
}

/// Bytes of the length before each unit, where the container's record says so (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1).
fn length_bytes(codec: Id, record: &[u8]) -> Option<usize> {
    let place = match codec {
        Id::H264 => 4,
        Id::HEVC => 21,
        _ => return None,
    };
    let is_record = record.first() == Some(&1);
    let byte = record.get(place).filter(|_| is_record)?;
    Some(usize::from(byte & 3).saturating_add(1))
}

/// The frames of a packet of VP9: those that its index tells, or itself (VP9 Bitstream Specification, annex B).
fn vp9_frames(packet: &[u8]) -> impl Iterator<Item = &[u8]> {
    let sizes = vp9_sizes(packet).unwrap_or_default();
    let whole = sizes.is_empty().then_some(packet);
    let mut rest = packet;
    let parts = sizes.into_iter().filter_map(move |size| {
        let (frame, after) = rest.split_at_checked(size)?;
        rest = after;
        Some(frame)
    });
    whole.into_iter().chain(parts)
}

/// The sizes in the index at the end of a packet, if it has one.
fn vp9_sizes(packet: &[u8]) -> Option<Vec<usize>> {
    let &marker = packet.last().filter(|marker| *marker & 0xE0 == 0xC0)?;
    let bytes = usize::from(marker >> 3 & 3).saturating_add(1);
    let frames = usize::from(marker & 7).saturating_add(1);
    let index_bytes = bytes.checked_mul(frames)?.checked_add(2)?;
    let index = packet.get(packet.len().checked_sub(index_bytes)?..)?;
    let sizes = index.get(1..index_bytes.checked_sub(1)?)?;
    let size = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    (index.first() == Some(&marker)).then(|| sizes.chunks_exact(bytes).map(size).collect())
}

/// True if a frame of VP9 is shown, or has one shown that was decoded before (VP9 Bitstream Specification, 6.2).
fn shows_vp9(frame: &[u8]) -> bool {
    let mut bits = Bits::new(frame);
    let mut read = || {
        bits.skip(2)?;
        let profile = bits.number(2)?;
        // Profile 3 is followed by a bit that is reserved.
        bits.skip(u32::from(profile == 3))?;
        let shows_existing = bits.number(1)? == 1;
        bits.skip(1)?;
        Some(shows_existing || bits.number(1)? == 1)
    };
    // A lone byte without a frame belongs to a packet that shows none.
    read().unwrap_or(false)
}

/// A number of AV1's, seven bits to a byte, and what follows (AV1 Bitstream Specification, 4.10.5).
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number: usize = 0;
    for (at, byte) in bytes.iter().enumerate().take(8) {
        let shift = u32::try_from(at).ok()?.checked_mul(7)?;
        number |= usize::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at.checked_add(1)?..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(codec: Id, headers: &[u8], packets: &[&[u8]]) -> Vec<bool> {
        let mut pictures = PicturePackets::new(codec, headers);
        packets
            .iter()
            .map(|packet| pictures.showing(packet) == Showing::Picture)
            .collect()
    }

    #[test]
    fn frames_of_vp9_say_whether_they_are_shown() {
        let key: &[u8] = &[0x82, 0x49, 0x83, 0x42];
        let hidden: &[u8] = &[0x84, 0, 0];
        let shown_frame: &[u8] = &[0x86, 0, 0];
        let existing: &[u8] = &[0x88];
        // Profile 3: one more bit before.
        let existing_of_12_bits: &[u8] = &[0xB4];
        let both: &[u8] = &[0x84, 0, 0, 0x86, 0, 0, 0xC1, 3, 3, 0xC1];
        let hidden_twice: &[u8] = &[0x84, 0, 0, 0x84, 0, 0, 0xC1, 3, 3, 0xC1];
        assert_eq!(
            shown(
                Id::VP9,
                &[],
                &[
                    key,
                    hidden,
                    shown_frame,
                    existing,
                    existing_of_12_bits,
                    both,
                    hidden_twice,
                    &[]
                ]
            ),
            [true, false, true, true, true, true, false, false]
        );
    }

    #[test]
    fn temporal_units_of_av1_with_hidden_frames_alone_show_nothing() {
        let delimiter_and_hidden: &[u8] = &[0x12, 0, 0x32, 2, 0x20, 0];
        let frame: &[u8] = &[0x12, 0, 0x32, 2, 0x30, 0];
        let existing: &[u8] = &[0x1A, 1, 0x98];
        // Without its size, and with an extension.
        let to_the_end: &[u8] = &[0x34, 0, 0x20, 0, 0];
        let still: &[u8] = &[0x0A, 2, 0x18, 0, 0x32, 2, 0, 0];
        let cut_off: &[u8] = &[0x32, 9, 0x20];
        assert_eq!(
            shown(
                Id::AV1,
                &[],
                &[
                    delimiter_and_hidden,
                    frame,
                    existing,
                    to_the_end,
                    cut_off,
                    still
                ]
            ),
            [false, true, true, false, true, true]
        );
    }

    #[test]
    fn frames_of_mpeg4_that_are_not_coded_or_come_with_another_are_counted_right() {
        // A layer with a resolution of 30: five bits of time.
        let layer: &[u8] = &[0, 0, 1, 0x20, 0, 0x84, 0x40, 0x07, 0xA8, 0x00];
        let coded: &[u8] = &[0, 0, 1, 0xB6, 0x50, 0x70];
        let not_coded: &[u8] = &[0, 0, 1, 0xB6, 0x50, 0x50];
        let two = [coded, coded].concat();
        let alone = shown(Id::MPEG4, layer, &[coded, not_coded, coded, &[0x7F]]);
        assert_eq!(alone, [true, false, true, false]);
        // The place that is left for the second one shows it.
        let packed = shown(
            Id::MPEG4,
            layer,
            &[coded, &two, not_coded, &two, coded, not_coded, not_coded],
        );
        assert_eq!(packed, [true, true, true, true, true, true, false]);
        assert_eq!(
            shown(Id::MPEG4, &[], &[not_coded]),
            [true],
            "no header says how to read it"
        );
    }

    #[test]
    fn packets_of_h264_and_hevc_without_a_slice_show_nothing() {
        let record: &[u8] = &[1, 0x64, 0, 0x1F, 0xFF, 0xE0, 0];
        let headers: &[u8] = &[0, 0, 0, 2, 0x67, 0x64, 0, 0, 0, 1, 0x06];
        let slice: &[u8] = &[0, 0, 0, 2, 0x09, 0x10, 0, 0, 0, 2, 0x41, 0x9A];
        let cut_off: &[u8] = &[0, 0, 0, 9, 0x06];
        assert_eq!(
            shown(Id::H264, record, &[headers, slice, cut_off, &[0x7F]]),
            [false, true, true, false]
        );
        let coded: &[u8] = &[0, 0, 0, 1, 0x09, 0x10, 0, 0, 1, 0x65, 0x88];
        let filler: &[u8] = &[0, 0, 1, 0x0C, 0xFF, 0x80];
        assert_eq!(
            shown(Id::H264, &[], &[coded, filler, &[0x7F]]),
            [true, false, false]
        );
        let pictures = PicturePackets::new(Id::H264, &[]);
        let parameters: &[u8] = &[0, 0, 1, 0x67, 0x64];
        let idle = [coded, filler, parameters, &[]].map(|packet| pictures.is_idle(packet));
        assert_eq!(idle, [false, true, false, true]);
        let picture: &[u8] = &[0, 0, 1, 0x46, 1, 0x50, 0, 0, 1, 0x26, 1];
        let parameters: &[u8] = &[0, 0, 1, 0x40, 1, 0x0C];
        assert_eq!(shown(Id::HEVC, &[], &[picture, parameters]), [true, false]);
    }

    #[test]
    fn nothing_panics_whatever_a_packet_holds() {
        let mut state = 7_u64;
        let mut byte = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        for codec in [
            Id::VP8,
            Id::VP9,
            Id::AV1,
            Id::MPEG4,
            Id::H264,
            Id::HEVC,
            Id::DIRAC,
            Id::MJPEG,
        ] {
            for length in 0..2000 {
                let packet: Vec<u8> = (0..length % 40).map(|_| byte() & byte()).collect();
                let mut pictures = PicturePackets::new(codec, &packet);
                pictures.showing(&packet);
            }
        }
    }
}
