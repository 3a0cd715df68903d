//! Positions of the packets of a HAP file, with as little reading as the container allows.
//!
//! QuickTime, MP4 and AVI files bring a table, which libavformat has read on opening. It is believed only if the first
//! packets that are demuxed lie where it says. Without a table the stream is demuxed once; if the positions seen then
//! are not those of the payload (as in Matroska), packets must be demuxed when they are played, too.

use std::path::Path;

use super::demuxer::{Demuxer, IndexEntry, reason_of};
use super::mp4_boxes::OuterBoxes;
use super::packet_index::PacketIndex;
use super::timestamps;
use crate::media::MediaError;
use crate::media::file::MediaFile;
use crate::media::packets::{PacketSpan, PacketTable};
use crate::time::MediaTiming;

/// Packets that are compared with the table or with the file's bytes.
const CHECKED_PACKETS: usize = 3;

/// Bytes compared at the start of a checked packet.
const CHECKED_BYTES: usize = 4096;

/// The packets of a HAP stream.
#[derive(Debug)]
pub(in crate::media) enum HapPackets {
    /// Each is a run of bytes in the file.
    Located {
        /// Positions in presentation order.
        table: PacketTable,
        /// The time of each frame.
        timing: MediaTiming,
        /// True if the table is the container's own rather than the result of demuxing it all.
        is_from_index: bool,
    },
    /// They can only be had by demuxing.
    Streamed(PacketIndex),
}

/// A packet as demuxed, to compare with.
struct Sample {
    position: i64,
    timestamp: i64,
    bytes: Vec<u8>,
    size: usize,
}

impl HapPackets {
    /// Finds the packets of a freshly opened demuxer's stream in `file`.
    ///
    /// # Errors
    /// [`MediaError::NoFrames`], or what the demuxer said.
    pub(in crate::media) fn find(
        mut demuxer: Demuxer,
        file: &MediaFile,
    ) -> Result<Self, MediaError> {
        let path = demuxer.path().to_owned();
        let samples = first_packets(&mut demuxer, &path)?;
        if let Some(found) = from_index(&mut demuxer, file, &samples) {
            return Ok(found);
        }
        let index = PacketIndex::scan(&mut demuxer.reopened()?)?;
        let are_located = !samples.is_empty() && samples.iter().all(|sample| sample.is_in(file));
        if are_located && index.table.fits(file.len()) {
            return Ok(Self::Located {
                table: index.table,
                timing: index.timing,
                is_from_index: false,
            });
        }
        Ok(Self::Streamed(index))
    }
}

impl Sample {
    /// True if the file holds the packet's bytes at the position that the demuxer gave.
    fn is_in(&self, file: &MediaFile) -> bool {
        let Ok(offset) = u64::try_from(self.position) else {
            return false;
        };
        let mut stored = vec![0; self.bytes.len()];
        file.read_exact_at(offset, &mut stored).is_ok() && stored == self.bytes
    }
}

fn first_packets(demuxer: &mut Demuxer, path: &Path) -> Result<Vec<Sample>, MediaError> {
    let mut samples = Vec::with_capacity(CHECKED_PACKETS);
    while samples.len() < CHECKED_PACKETS {
        let packet = demuxer
            .next_packet()
            .map_err(|error| MediaError::NotMedia {
                path: path.to_owned(),
                reason: reason_of(error),
            })?;
        let Some(packet) = packet else {
            break;
        };
        let data = packet.data().unwrap_or_default();
        samples.push(Sample {
            position: packet.position() as i64,
            timestamp: packet.pts().or_else(|| packet.dts()).unwrap_or(0),
            bytes: data.iter().copied().take(CHECKED_BYTES).collect(),
            size: data.len(),
        });
    }
    Ok(samples)
}

/// The container's own table, if it has a whole one that agrees with the packets demuxed.
fn from_index(demuxer: &mut Demuxer, file: &MediaFile, samples: &[Sample]) -> Option<HapPackets> {
    let container = demuxer.format();
    let has_table = match container.as_str() {
        "avi" => true,
        name if name.split(',').any(|name| name == "mov") => !OuterBoxes::scan(file).has_fragments,
        _ => false,
    };
    let claimed = demuxer.stream().claimed_frames;
    let entries = demuxer.index_entries();
    let is_whole = container != "avi" || reaches(&entries, claimed);
    if !has_table || claimed == 0 || !is_whole {
        return None;
    }
    let shift = header_bytes(&entries, file, samples)?;
    let mut shown: Vec<(i64, PacketSpan)> = entries
        .iter()
        .filter(|entry| !entry.is_discarded && entry.size > 0)
        .map(|entry| Some((entry.timestamp, span(entry, shift)?)))
        .collect::<Option<_>>()?;
    shown.sort_by_key(|&(timestamp, _)| timestamp);
    if shown.is_empty() {
        return None;
    }
    let timestamps: Vec<i64> = shown.iter().map(|&(timestamp, _)| timestamp).collect();
    let stream = demuxer.stream();
    Some(HapPackets::Located {
        table: PacketTable::new(shown.into_iter().map(|(_, span)| span).collect()),
        timing: timestamps::timing(&timestamps, 0, stream.time_base, &stream.claimed_rates),
        is_from_index: true,
    })
}

/// True if the entries of an AVI file go up to the length that its header claims, which counts units of time, not
/// packets. A file of several RIFF chunks may bring the table of the first one only.
fn reaches(entries: &[IndexEntry], claimed: u64) -> bool {
    let end = match entries {
        [.., before, last] => last
            .timestamp
            .saturating_add(last.timestamp.saturating_sub(before.timestamp)),
        [only] => only.timestamp.saturating_add(1),
        [] => return false,
    };
    u64::try_from(end).is_ok_and(|end| end >= claimed)
}

/// Bytes from where the table's entries point to where payloads begin; `None` if the table does not agree with what
/// was demuxed.
///
/// AVI entries point to the header of a chunk, the others to the payload itself.
fn header_bytes(entries: &[IndexEntry], file: &MediaFile, samples: &[Sample]) -> Option<i64> {
    let first_entry = entries.first()?;
    let Some(first) = samples.first() else {
        // Nothing can be demuxed from a file whose data is cut off; its frames then say so one by one.
        return Some(0);
    };
    let shift = first.position.checked_sub(first_entry.position)?;
    let agree = entries.iter().zip(samples).all(|(entry, sample)| {
        let is_cut_off = span(entry, shift)
            .and_then(PacketSpan::end)
            .is_none_or(|end| end > file.len());
        let size_agrees = usize::try_from(entry.size).is_ok_and(|size| size == sample.size);
        sample.position.checked_sub(entry.position) == Some(shift)
            && sample.timestamp.checked_sub(entry.timestamp)
                == first.timestamp.checked_sub(first_entry.timestamp)
            && (size_agrees || is_cut_off)
    });
    (agree && (0..=64).contains(&shift)).then_some(shift)
}

fn span(entry: &IndexEntry, shift: i64) -> Option<PacketSpan> {
    Some(PacketSpan {
        offset: u64::try_from(entry.position.checked_add(shift)?).ok()?,
        size: u32::try_from(entry.size).ok()?,
    })
}
