//! The packets of a stream, found by demuxing all of it once without decoding.
//!
//! The number of frames is counted here, never taken from a header: packets that an edit list leaves out, that hold
//! no picture to show, or that come before the first key frame do not count.

use ffmpeg_next as ffmpeg;

use super::demuxer::{Demuxer, is_discarded, reason_of};
use super::headers::HeaderTracker;
use super::index_cache::IndexKey;
use super::stream::TimeBase;
use super::timestamps;
use crate::media::MediaError;
use crate::media::file::MediaFile;
use crate::media::packets::{PacketSpan, PacketTable};
use crate::media::progress;
use crate::media::sequence::SequencePicture;
use crate::time::{FrameRate, MediaTiming};

/// Facts of the frames of a stream before any is decoded.
#[derive(Clone, Debug)]
pub(in crate::media) struct PacketIndex {
    /// The way that frames are numbered.
    pub order: FrameOrder,
    /// The time of each.
    pub timing: MediaTiming,
    /// Sizes and places of the packets, in presentation order.
    pub table: PacketTable,
    /// Duration of the last frame, in units of the stream's time base; zero if unknown.
    pub last_duration: i64,
}

/// Numbering of decoded pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) enum FrameOrder {
    /// By its presentation timestamp.
    ByTimestamp {
        /// The timestamp of each frame, ascending.
        timestamps: Vec<i64>,
        /// Key frames, at which decoding can begin, ascending.
        keys: Vec<KeyPacket>,
        /// The timestamps of those whose packets bring other headers than the ones before, ascending; the first key
        /// frame is always among them.
        heads: Vec<i64>,
    },
    /// By counting from the start of the file, since the container has no presentation timestamps, or gives some of
    /// them twice.
    ByCount,
}

/// A key frame's packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct KeyPacket {
    /// Its presentation timestamp.
    pub timestamp: i64,
    /// Its decoding timestamp; the presentation one where there is none.
    pub decode_timestamp: i64,
    /// The first frame that is shown at or after it.
    pub frame: u64,
}

/// One packet, as demuxed.
#[derive(Clone, Copy, Debug)]
struct ScannedPacket {
    timestamp: Option<i64>,
    decode_timestamp: Option<i64>,
    duration: i64,
    span: PacketSpan,
    is_key: bool,
    is_shown: bool,
    has_other_headers: bool,
}

impl PacketIndex {
    /// The index kept from an earlier opening of the file, or else that of [`Self::scan`], which is then kept.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub(in crate::media) fn find(demuxer: &mut Demuxer) -> Result<Self, MediaError> {
        if let Some(pictures) = demuxer.pictures() {
            let packets: Vec<_> = pictures.iter().map(ScannedPacket::of_picture).collect();
            return Self::of(&packets, demuxer).ok_or_else(|| MediaError::NoFrames {
                path: demuxer.path().to_owned(),
            });
        }
        let file = MediaFile::open(demuxer.path())?;
        let place = IndexKey::of(&file);
        if let Some(index) = place
            .as_ref()
            .and_then(|place| place.find(demuxer.stream()))
        {
            return Ok(index);
        }
        let index = Self::scan(demuxer)?;
        if let Some(place) = place {
            place.keep(&index, demuxer.stream());
        }
        Ok(index)
    }

    /// Demuxes the whole stream.
    ///
    /// # Errors
    /// [`MediaError::NoFrames`], or what the demuxer said.
    pub(in crate::media) fn scan(demuxer: &mut Demuxer) -> Result<Self, MediaError> {
        let mut packets = Vec::new();
        let mut headers = HeaderTracker::new(&demuxer.codec_source());
        let whole = std::fs::metadata(demuxer.path()).map_or(0, |metadata| metadata.len());
        loop {
            match demuxer.next_packet() {
                Ok(Some(packet)) => {
                    packets.push(ScannedPacket::of(&packet, demuxer, &mut headers));
                    let done = u64::try_from(packet.position()).unwrap_or(0);
                    if !progress::report(done, whole) {
                        let path = demuxer.path().to_owned();
                        return Err(MediaError::Unwanted { path });
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    return Err(MediaError::NotMedia {
                        path: demuxer.path().to_owned(),
                        reason: reason_of(error),
                    });
                }
            }
        }
        Self::of(&packets, demuxer).ok_or_else(|| MediaError::NoFrames {
            path: demuxer.path().to_owned(),
        })
    }

    /// Number of frames.
    pub(in crate::media) fn frames(&self) -> u64 {
        self.timing.frames()
    }

    /// The timestamp of a frame; none in a stream that is counted.
    pub(in crate::media) fn timestamp_of(&self, frame: u64) -> Option<i64> {
        let FrameOrder::ByTimestamp { timestamps, .. } = &self.order else {
            return None;
        };
        timestamps.get(usize::try_from(frame).ok()?).copied()
    }

    /// The timestamps of the packets with the headers of the stream's start, and with those that hold at a timestamp;
    /// none in a stream that is counted.
    pub(in crate::media) fn heads_at(&self, timestamp: i64) -> Option<(i64, i64)> {
        let FrameOrder::ByTimestamp { heads, .. } = &self.order else {
            return None;
        };
        let first = *heads.first()?;
        let after = heads.partition_point(|head| *head <= timestamp);
        let head = heads.get(after.saturating_sub(1))?;
        Some((first, *head))
    }

    /// Timestamps to seek to in order to come to the packet of a key frame, the likeliest first: containers look up one
    /// kind of timestamp or the other, and some land late.
    pub(in crate::media) fn places_before(&self, key_timestamp: i64) -> Vec<i64> {
        let FrameOrder::ByTimestamp { keys, .. } = &self.order else {
            return Vec::new();
        };
        let after = keys.partition_point(|key| key.timestamp <= key_timestamp);
        let keys = keys.iter().take(after).rev().take(2);
        keys.flat_map(|key| [key.timestamp, key.decode_timestamp])
            .collect()
    }

    /// The last key frame that is shown at or before a frame, where `back` is 1, the one before it, where it is 2, and
    /// so on; none in a stream that is counted.
    pub(in crate::media) fn key_at_or_before(&self, frame: u64, back: usize) -> Option<KeyPacket> {
        let FrameOrder::ByTimestamp { keys, .. } = &self.order else {
            return None;
        };
        let after = keys.partition_point(|key| key.frame <= frame);
        keys.get(after.checked_sub(back)?).copied()
    }

    /// Most frames from one key frame to the next, or to the end.
    pub(in crate::media) fn longest_group(&self) -> u64 {
        let FrameOrder::ByTimestamp { keys, .. } = &self.order else {
            return self.frames();
        };
        let begins = keys.iter().map(|key| key.frame);
        let ends = keys
            .iter()
            .skip(1)
            .map(|key| key.frame)
            .chain([self.frames()]);
        begins
            .zip(ends)
            .map(|(begin, end)| end.saturating_sub(begin))
            .max()
            .unwrap_or(1)
            .max(1)
    }

    fn of(packets: &[ScannedPacket], demuxer: &Demuxer) -> Option<Self> {
        let stream = demuxer.stream();
        let all_keys = packets.iter().all(|packet| packet.is_key);
        // Without presentation timestamps the decoding ones do as well, if no frame is decoded out of its turn.
        let timestamp_of = |packet: &ScannedPacket| match packet.timestamp {
            None if all_keys => packet.decode_timestamp,
            timestamp => timestamp,
        };
        let mut shown: Vec<(i64, ScannedPacket)> = Vec::with_capacity(packets.len());
        let mut keys = Vec::new();
        let mut heads = Vec::new();
        let mut is_stamped = true;
        for packet in packets {
            let Some(timestamp) = timestamp_of(packet) else {
                is_stamped = false;
                break;
            };
            if packet.is_key {
                if packet.has_other_headers || keys.is_empty() {
                    heads.push(timestamp);
                }
                keys.push((timestamp, packet.decode_timestamp.unwrap_or(timestamp)));
            }
            // Before the first key frame nothing can be decoded, in either order.
            let is_decodable = keys.first().is_some_and(|&(first, _)| timestamp >= first);
            if packet.is_shown && is_decodable {
                shown.push((timestamp, *packet));
            }
        }
        if !is_stamped
            || keys.is_empty()
            || begins_anew(packets, stream.time_base)
            || lacks_order(packets, demuxer)
        {
            return Self::counted(packets, stream);
        }
        shown.sort_by_key(|&(timestamp, _)| timestamp);
        shown.dedup_by_key(|&mut (timestamp, _)| timestamp);
        let last_duration = shown.last()?.1.duration;
        heads.sort_unstable();
        let timestamps: Vec<i64> = shown.iter().map(|&(timestamp, _)| timestamp).collect();
        let rates = &stream.claimed_rates;
        Some(Self {
            timing: timestamps::timing(&timestamps, last_duration, stream.time_base, rates),
            last_duration,
            table: PacketTable::new(shown.iter().map(|(_, packet)| packet.span).collect()),
            order: FrameOrder::ByTimestamp {
                keys: key_packets(keys, &timestamps),
                heads,
                timestamps,
            },
        })
    }

    fn counted(packets: &[ScannedPacket], stream: &super::stream::VideoStream) -> Option<Self> {
        let spans: Vec<PacketSpan> = packets
            .iter()
            .filter(|packet| packet.is_shown)
            .map(|packet| packet.span)
            .collect();
        if spans.is_empty() {
            return None;
        }
        Some(Self::of_counted(spans, &stream.claimed_rates))
    }

    /// The index of a stream without timestamps.
    pub(in crate::media) fn of_counted(spans: Vec<PacketSpan>, claimed: &[FrameRate]) -> Self {
        let rate = timestamps::nominal_rate(claimed);
        Self {
            order: FrameOrder::ByCount,
            timing: MediaTiming::constant(rate, spans.len() as u64),
            table: PacketTable::new(spans),
            last_duration: 0,
        }
    }
}

pub(in crate::media) fn key_packets(
    mut keys: Vec<(i64, i64)>,
    timestamps: &[i64],
) -> Vec<KeyPacket> {
    keys.sort_unstable();
    keys.dedup_by_key(|&mut (timestamp, _)| timestamp);
    keys.into_iter()
        .map(|(timestamp, decode_timestamp)| KeyPacket {
            timestamp,
            decode_timestamp,
            frame: timestamps.partition_point(|&shown| shown < timestamp) as u64,
        })
        .collect()
}

impl ScannedPacket {
    fn of(packet: &ffmpeg::Packet, demuxer: &Demuxer, headers: &mut HeaderTracker) -> Self {
        let size = packet.data().map_or(0, <[u8]>::len);
        let data = packet.data().unwrap_or_default();
        let is_hidden = match demuxer.stream().codec {
            ffmpeg::codec::Id::VP8 => is_hidden_vp8(data),
            ffmpeg::codec::Id::DIRAC => is_end_of_dirac(data),
            _ => false,
        };
        Self {
            timestamp: packet.pts(),
            decode_timestamp: packet.dts(),
            duration: packet.duration(),
            span: PacketSpan {
                offset: u64::try_from(packet.position()).unwrap_or(0),
                size: u32::try_from(size).unwrap_or(u32::MAX),
            },
            is_key: packet.is_key() && is_alpha_key(packet, demuxer),
            is_shown: size > 0 && !is_hidden && !is_discarded(packet),
            has_other_headers: packet.is_key() && headers.changes(data),
        }
    }

    /// A file of a sequence: nothing of it need be read.
    fn of_picture(picture: &SequencePicture) -> Self {
        Self {
            timestamp: Some(picture.place),
            decode_timestamp: Some(picture.place),
            duration: 1,
            span: PacketSpan {
                offset: 0,
                size: u32::try_from(picture.bytes).unwrap_or(u32::MAX),
            },
            is_key: true,
            is_shown: true,
            has_other_headers: false,
        }
    }
}

/// True if alpha that lies beside a picture of VP8 or VP9 can be decoded from here on, if there is any: it is a stream
/// of the same codec, whose key frames need not be those of the colours.
fn is_alpha_key(packet: &ffmpeg::Packet, demuxer: &Demuxer) -> bool {
    use ffmpeg::packet::side_data::Type;
    let stream = demuxer.stream();
    let mut beside = packet.side_data().filter(|_| stream.has_alpha_beside);
    let Some(beside) = beside.find(|data| data.kind() == Type::MatroskaBlockAdditional) else {
        return true;
    };
    // Eight bytes of its number come first (WebM Container Guidelines, alpha channel).
    let Some(&first) = beside.data().get(8) else {
        return false;
    };
    match stream.codec {
        // The frame tag's lowest bit is 0 (RFC 6386, 9.1).
        ffmpeg::codec::Id::VP8 => first & 1 == 0,
        // Marker 2, then two bits of profile, show_existing_frame 0, frame_type 0 (VP9 Bitstream Specification, 6.2);
        // profile 3, which has one bit more, has no such files.
        _ => first >> 6 == 2 && first & 0x0C == 0,
    }
}

/// True if the timestamps go back by more than a tenth of a second from one packet to the next, as where recordings
/// were joined end to end: then two frames may have the same.
fn begins_anew(packets: &[ScannedPacket], base: TimeBase) -> bool {
    let tenth = base.den / base.num / 10;
    packets.windows(2).any(|pair| {
        let timestamps = (pair[0].decode_timestamp, pair[1].decode_timestamp);
        matches!(timestamps, (Some(one), Some(next)) if next.saturating_add(tenth) < one)
    })
}

/// True if a VP8 frame is one to predict from only: `show_frame`, bit 4 of the frame tag, is 0 (RFC 6386, 9.1).
fn is_hidden_vp8(data: &[u8]) -> bool {
    data.first().is_some_and(|tag| tag & 0x10 == 0)
}

/// True if a packet of Dirac says no more than that the sequence has ended: parse code 0x10 behind `BBCD` (Dirac
/// Specification 2.2.3, 9.6).
fn is_end_of_dirac(data: &[u8]) -> bool {
    data.starts_with(b"BBCD\x10")
}

/// True if an MXF file gives the order of decoding for that of showing, though its frames are decoded out of their
/// turn: the table that would show it is optional (SMPTE ST 377-1, 11.2).
fn lacks_order(packets: &[ScannedPacket], demuxer: &Demuxer) -> bool {
    let mut packets = packets.iter();
    demuxer.stream().has_delay
        && demuxer.container() == "mxf"
        && packets.all(|packet| packet.timestamp == packet.decode_timestamp)
}
