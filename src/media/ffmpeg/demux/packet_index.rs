//! The packets of a stream, found by demuxing all of it once without decoding.
//!
//! The number of frames is counted here, never taken from a header: packets that an edit list leaves out, that hold
//! no picture to show, or that come before the first key frame do not count. Each frame stays until the next one begins,
//! whatever packets without a picture lie between.

use ffmpeg_next as ffmpeg;

use super::demuxer::{Demuxer, is_discarded, reason_of};
use super::headers::HeaderTracker;
use super::index_cache::IndexKey;
use super::picture_packets::{PicturePackets, Showing};
use super::stream::{TimeBase, VideoStream};
use super::timestamps;
use crate::media::MediaError;
use crate::media::file::MediaFile;
use crate::media::packets::{PacketSpan, PacketTable};
use crate::media::progress;
use crate::media::sequence::SequencePicture;
use crate::time::MediaTiming;

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
    /// By its presentation timestamp; frames with the same one, by their turn.
    ByTimestamp {
        /// The timestamp of each frame, ascending.
        timestamps: Vec<i64>,
        /// Key frames, at which decoding can begin, ascending.
        keys: Vec<KeyPacket>,
        /// The timestamps of those whose packets bring other headers than the ones before, ascending; the first key
        /// frame is always among them.
        heads: Vec<i64>,
    },
    /// By counting from the start of the file, since the container has no presentation timestamps, or begins them anew.
    ByCount {
        /// The decoding timestamp of each frame's packet, ascending; none where the container does not give them so.
        timestamps: Vec<i64>,
    },
}

/// A key frame's packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct KeyPacket {
    /// Its presentation timestamp.
    pub timestamp: i64,
    /// Its decoding timestamp; the presentation one where there is none.
    pub decode_timestamp: i64,
    /// Its own frame, or the first that is shown after it if it is not shown.
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
        let mut pictures = demuxer.codec_source().picture_packets();
        let whole = std::fs::metadata(demuxer.path()).map_or(0, |metadata| metadata.len());
        loop {
            match demuxer.next_packet() {
                Ok(Some(packet)) => {
                    packets.push(ScannedPacket {
                        has_other_headers: packet.is_key()
                            && headers.changes(packet.data().unwrap_or_default()),
                        ..ScannedPacket::of(&packet, &mut pictures, demuxer)
                    });
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

    /// The frame of a packet with this timestamp: of several with the same one, that of the packet at this place in the
    /// file, or the first.
    pub(in crate::media) fn frame_of_packet(&self, timestamp: i64, position: i64) -> Option<u64> {
        let FrameOrder::ByTimestamp { timestamps, .. } = &self.order else {
            return None;
        };
        let first = timestamps.partition_point(|&shown| shown < timestamp);
        let count = timestamps[first..]
            .iter()
            .take_while(|&&shown| shown == timestamp);
        let spans = self
            .table
            .spans()
            .get(first..first + count.count())
            .unwrap_or_default();
        let place = spans
            .iter()
            .position(|span| i64::try_from(span.offset) == Ok(position));
        Some((first + place.unwrap_or(0)) as u64)
    }

    /// The frame of a key frame's packet, as [`Self::frame_of_packet`]; none if it is no key frame.
    pub(in crate::media) fn frame_of_key(&self, timestamp: i64, position: i64) -> Option<u64> {
        let FrameOrder::ByTimestamp { keys, .. } = &self.order else {
            return None;
        };
        let first = keys.partition_point(|key| key.timestamp < timestamp);
        let mut same = keys[first..]
            .iter()
            .take_while(|key| key.timestamp == timestamp);
        let key = same.next()?;
        match same.next() {
            None => Some(key.frame),
            Some(_) => self.frame_of_packet(timestamp, position),
        }
    }

    /// The frame of the picture that a decoder gives with this timestamp, where `next` is the frame that comes next: of
    /// several with the same one, those before it have been given.
    pub(in crate::media) fn frame_of_picture(
        &self,
        timestamp: i64,
        next: Option<u64>,
    ) -> Option<u64> {
        let FrameOrder::ByTimestamp { timestamps, .. } = &self.order else {
            return None;
        };
        let has_timestamp = |frame: u64| self.timestamp_of(frame) == Some(timestamp);
        let first = timestamps.partition_point(|&shown| shown < timestamp) as u64;
        let frame = next
            .filter(|&next| next > first && has_timestamp(next))
            .unwrap_or(first);
        has_timestamp(frame).then_some(frame)
    }

    fn of(packets: &[ScannedPacket], demuxer: &Demuxer) -> Option<Self> {
        let stream = demuxer.stream();
        let all_keys = packets.iter().all(|packet| packet.is_key);
        // Without presentation timestamps the decoding ones do as well, if no frame is decoded out of its turn.
        let timestamp_of = |packet: &ScannedPacket| match packet.timestamp {
            None if all_keys => packet.decode_timestamp,
            timestamp => timestamp,
        };
        let mut shown: Vec<(i64, usize)> = Vec::with_capacity(packets.len());
        let mut keys = Vec::new();
        let mut heads = Vec::new();
        let mut is_stamped = true;
        for (place, packet) in packets.iter().enumerate() {
            let Some(timestamp) = timestamp_of(packet) else {
                // One without a picture needs no time.
                is_stamped &= !packet.is_shown && !packet.is_key;
                continue;
            };
            if packet.is_key {
                if packet.has_other_headers || keys.is_empty() {
                    heads.push(timestamp);
                }
                keys.push((timestamp, place));
            }
            // Before the first key frame nothing can be decoded, in either order.
            let is_decodable = keys.first().is_some_and(|&(first, _)| timestamp >= first);
            if packet.is_shown && is_decodable {
                shown.push((timestamp, place));
            }
        }
        if !is_stamped
            || keys.is_empty()
            || begins_anew(packets, stream.time_base)
            || lacks_order(packets, demuxer)
        {
            return Self::counted(packets, stream);
        }
        // Frames with the same timestamp stay in the order of decoding, which is that of their places.
        shown.sort_unstable();
        let frame_of = |(timestamp, place): (i64, usize)| {
            let own = shown.binary_search(&(timestamp, place)).ok();
            own.unwrap_or_else(|| shown.partition_point(|&(before, _)| before < timestamp))
        };
        let keys = keys.into_iter().map(|key| KeyPacket {
            timestamp: key.0,
            decode_timestamp: packets[key.1].decode_timestamp.unwrap_or(key.0),
            frame: frame_of(key) as u64,
        });
        heads.sort_unstable();
        let parts = IndexParts {
            keys: keys.collect(),
            heads,
            last_duration: packets[shown.last()?.1].duration,
            spans: shown
                .iter()
                .map(|&(_, place)| packets[place].span)
                .collect(),
            timestamps: shown.iter().map(|&(timestamp, _)| timestamp).collect(),
        };
        Some(parts.into_index(stream))
    }

    fn counted(packets: &[ScannedPacket], stream: &VideoStream) -> Option<Self> {
        let shown: Vec<&ScannedPacket> = packets.iter().filter(|packet| packet.is_shown).collect();
        let last_duration = shown.last()?.duration;
        let timestamps: Option<Vec<i64>> =
            shown.iter().map(|packet| packet.decode_timestamp).collect();
        let timestamps = timestamps.filter(|timestamps| {
            timestamps.is_sorted_by(|one, next| one < next)
                && !begins_anew(packets, stream.time_base)
        });
        let parts = IndexParts {
            timestamps: timestamps.unwrap_or_default(),
            keys: Vec::new(),
            heads: Vec::new(),
            spans: shown.iter().map(|packet| packet.span).collect(),
            last_duration,
        };
        Some(parts.into_index(stream))
    }
}

/// What an index is made of.
pub(in crate::media) struct IndexParts {
    /// The timestamp of each frame, ascending; perhaps none of a stream that is counted.
    pub timestamps: Vec<i64>,
    /// Key frames in any order; none in a stream that is counted.
    pub keys: Vec<KeyPacket>,
    /// The timestamps of those with other headers than before, ascending; the first key frame's is among them.
    pub heads: Vec<i64>,
    /// The packet of each frame.
    pub spans: Vec<PacketSpan>,
    /// Duration of the last frame; zero if unknown.
    pub last_duration: i64,
}

impl IndexParts {
    /// The index of a stream that these are of.
    pub(in crate::media) fn into_index(mut self, stream: &VideoStream) -> PacketIndex {
        let rates = &stream.claimed_rates;
        let timing = if self.timestamps.is_empty() {
            MediaTiming::constant(timestamps::nominal_rate(rates), self.spans.len() as u64)
        } else {
            timestamps::timing(
                &self.timestamps,
                self.last_duration,
                stream.time_base,
                rates,
            )
        };
        self.keys
            .sort_unstable_by_key(|key| (key.timestamp, key.frame, key.decode_timestamp));
        self.keys.dedup_by_key(|key| (key.timestamp, key.frame));
        let order = if self.keys.is_empty() {
            FrameOrder::ByCount {
                timestamps: self.timestamps,
            }
        } else {
            FrameOrder::ByTimestamp {
                timestamps: self.timestamps,
                keys: self.keys,
                heads: self.heads,
            }
        };
        PacketIndex {
            order,
            timing,
            table: PacketTable::new(self.spans),
            last_duration: self.last_duration,
        }
    }
}

impl ScannedPacket {
    fn of(packet: &ffmpeg::Packet, pictures: &mut PicturePackets, demuxer: &Demuxer) -> Self {
        let data = packet.data().unwrap_or_default();
        let size = data.len();
        let showing = pictures.showing(data);
        Self {
            timestamp: packet.pts(),
            decode_timestamp: packet.dts(),
            duration: packet.duration(),
            span: PacketSpan {
                offset: u64::try_from(packet.position()).unwrap_or(0),
                size: u32::try_from(size).unwrap_or(u32::MAX),
            },
            is_key: packet.is_key() && showing != Showing::Rest && is_alpha_key(packet, demuxer),
            is_shown: showing == Showing::Picture && !is_discarded(packet),
            has_other_headers: false,
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

/// True if an MXF file gives the order of decoding for that of showing, though its frames are decoded out of their
/// turn: the table that would show it is optional (SMPTE ST 377-1, 11.2).
fn lacks_order(packets: &[ScannedPacket], demuxer: &Demuxer) -> bool {
    let mut packets = packets.iter();
    demuxer.stream().has_delay
        && demuxer.format() == "mxf"
        && packets.all(|packet| packet.timestamp == packet.decode_timestamp)
}
