//! Frames that are stored as they are shown: their textures can be read straight into the memory of the frame.
//!
//! Only a packet's headers and tables give the positions of its textures. So a file's first frame decides:
//! if all of it is stored, another frame of the same length whose headers and tables are the same bytes has its
//! textures at the same places. Those few bytes are read first; the rest then goes where it belongs, and is copied
//! nowhere.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::ops::Range;

use super::plan::{Compressor, FramePlan};
use crate::media::file::ReadError;
use crate::media::frame::FrameLayout;
use crate::media::io::{PacketBuffer, Reader};
use crate::media::packets::PacketSpan;

/// Most reads for a frame. One of several pieces is quicker read at once, and copied.
const MAX_PIECES: usize = 4;

/// Layout of the textures of a stored frame.
#[derive(Debug)]
pub(super) struct StoredLayout {
    packet_bytes: u32,
    /// Runs of the packet that are no texture data, with their bytes.
    headers: Vec<(Range<usize>, Vec<u8>)>,
    /// Runs of the packet and where they go in the frame's memory.
    pieces: Vec<(Range<usize>, usize)>,
}

impl StoredLayout {
    /// The layout of the frame in `packet`, which was planned so for planes laid out as `blocks`. None if anything of
    /// it is compressed, lies in many places, or has row padding to be put between.
    pub(super) fn of(packet: &[u8], plan: &FramePlan, blocks: &FrameLayout) -> Option<Self> {
        let mut pieces: Vec<(Range<usize>, usize)> = Vec::new();
        for chunk in plan.chunks() {
            let plane = blocks.planes.get(chunk.plane)?;
            if chunk.compressor != Compressor::Stored || !plane.is_tight() {
                return None;
            }
            let plane_begin = usize::try_from(plane.offset_bytes).ok()?;
            let target = plane_begin.checked_add(chunk.destination.start)?;
            let source = chunk.source.clone();
            match pieces.last_mut() {
                // Chunks that follow each other in both places are one piece.
                Some((last, last_target))
                    if last.end == source.start
                        && last_target.checked_add(last.len()) == Some(target) =>
                {
                    last.end = source.end;
                }
                _ => pieces.push((source, target)),
            }
        }
        if pieces.len() > MAX_PIECES {
            return None;
        }
        Some(Self {
            packet_bytes: u32::try_from(packet.len()).ok()?,
            headers: headers_between(packet, &pieces)?,
            pieces,
        })
    }

    /// Reads the frame at `span` of the reader's file into `memory`. `headers` is used for what is no texture data.
    /// Says whether it did; if not, the frame is another kind of frame, or the reader needs memory of its own.
    ///
    /// # Errors
    /// The file system's error; the memory then holds anything.
    pub(super) fn read(
        &self,
        span: PacketSpan,
        reader: &dyn Reader,
        headers: &mut PacketBuffer,
        memory: &mut [u8],
    ) -> Result<bool, ReadError> {
        if span.size != self.packet_bytes {
            return Ok(false);
        }
        let past_end = || ReadError::PastEnd {
            offset: span.offset,
            wanted: u64::from(span.size),
        };
        let until = span.end().ok_or_else(past_end)?;
        let offset_of = |place: usize| span.offset.checked_add(place as u64).ok_or_else(past_end);
        for (place, expected) in &self.headers {
            let found = headers.resize(place.len());
            match reader.read_to(offset_of(place.start)?, found, until) {
                Some(outcome) => outcome?,
                None => return Ok(false),
            }
            if found != expected.as_slice() {
                return Ok(false);
            }
        }
        for (place, target) in &self.pieces {
            let end = target.checked_add(place.len());
            let out = end.and_then(|end| memory.get_mut(*target..end));
            let out = out.ok_or_else(past_end)?;
            match reader.read_to(offset_of(place.start)?, out, until) {
                Some(outcome) => outcome?,
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// The runs of a packet between these pieces of it.
fn headers_between(
    packet: &[u8],
    pieces: &[(Range<usize>, usize)],
) -> Option<Vec<(Range<usize>, Vec<u8>)>> {
    let mut places: Vec<Range<usize>> = pieces.iter().map(|(place, _)| place.clone()).collect();
    places.sort_by_key(|place| place.start);
    places.push(packet.len()..packet.len());
    let mut headers = Vec::new();
    let mut at = 0;
    for place in places {
        if at < place.start {
            let bytes = packet.get(at..place.start)?.to_vec();
            headers.push((at..place.start, bytes));
        }
        at = place.end.max(at);
    }
    Some(headers)
}
