//! Frames of MPEG-4 part 2 that show nothing, or come together with another one in a packet.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bits::Bits;
use super::units::StartCodes;

/// Tells the packets of one stream that show a picture.
#[derive(Default)]
pub(super) struct Mpeg4Frames {
    /// Bits of a frame's time, by the header of its layer.
    time_bits: Option<u32>,
    /// Frames that came together with another one in a packet. A decoder gives one picture for each packet, so they
    /// are shown by those that follow (the packed bitstream of `DivX` and `XviD`).
    waiting: usize,
}

impl Mpeg4Frames {
    /// Reads headers, without which the frames of a packet cannot be.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        self.coded_frames(bytes);
    }

    /// True if a picture comes of the next packet.
    pub(super) fn shows(&mut self, packet: &[u8]) -> bool {
        let coded = self.coded_frames(packet);
        self.waiting = self.waiting.saturating_add(coded);
        let shows = self.waiting > 0;
        self.waiting = self.waiting.saturating_sub(1);
        shows
    }

    /// Number of frames that are coded rather than said to be as before (ISO/IEC 14496-2, 6.2.5 `vop_coded`).
    fn coded_frames(&mut self, bytes: &[u8]) -> usize {
        let mut coded: usize = 0;
        for unit in StartCodes(bytes) {
            match unit.split_first() {
                Some((0x20..=0x2F, layer)) => self.time_bits = time_bits(layer).or(self.time_bits),
                Some((0xB6, frame)) => {
                    let is_coded = is_coded(frame, self.time_bits);
                    coded = coded.saturating_add(usize::from(is_coded));
                }
                _ => {}
            }
        }
        coded
    }
}

/// Bits of `vop_time_increment`, from behind the start code of a layer (ISO/IEC 14496-2, 6.2.3).
fn time_bits(layer: &[u8]) -> Option<u32> {
    let mut bits = Bits::new(layer);
    bits.skip(9)?;
    let mut version = 1;
    if bits.number(1)? == 1 {
        version = bits.number(4)?;
        bits.skip(3)?;
    }
    const EXTENDED_ASPECT: u32 = 15;
    if bits.number(4)? == EXTENDED_ASPECT {
        bits.skip(16)?;
    }
    let has_control = bits.number(1)? == 1;
    if has_control {
        bits.skip(3)?;
        let has_buffer = bits.number(1)? == 1;
        bits.skip(if has_buffer { 79 } else { 0 })?;
    }
    const GREY: u32 = 3;
    if bits.number(2)? == GREY && version != 1 {
        bits.skip(4)?;
    }
    bits.skip(1)?;
    let resolution = bits.number(16)?;
    Some(
        u32::BITS
            .saturating_sub(resolution.saturating_sub(1).leading_zeros())
            .max(1),
    )
}

/// True if a frame behind its start code is coded, or cannot be read.
fn is_coded(frame: &[u8], time_bits: Option<u32>) -> bool {
    let mut bits = Bits::new(frame);
    let mut read = || {
        bits.skip(2)?;
        // Seconds, one bit each.
        while bits.number(1)? == 1 {}
        bits.skip(1)?;
        bits.skip(time_bits?)?;
        bits.skip(1)?;
        Some(bits.number(1)? == 1)
    };
    read().unwrap_or(true)
}
