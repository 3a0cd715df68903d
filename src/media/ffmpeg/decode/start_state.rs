//! What a decoder must have seen before it begins anywhere but at the start.
//!
//! Some of what decoding depends on stands in the first packets alone: parameter sets and sequence headers that are not
//! repeated, tables, the build of the encoder whose faults the decoder makes up for. So before a decoder begins
//! elsewhere it is given the first key frame's packet; and where headers change on the way, the packet that brought
//! those that hold there. What comes out of it is thrown away, and what the decoder learned stays: emptying a decoder
//! forgets pictures, not headers.
//!
//! libdav1d forgets those too, so a packet of AV1 that it begins with gets the sequence header put before it.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;

use crate::media::ffmpeg::demux::demuxer::Demuxer;
use crate::media::ffmpeg::demux::headers::{av1_configured, av1_sequence_header};
use crate::media::ffmpeg::demux::packet_index::PacketIndex;

/// What one decoder knows of the packets with headers.
pub(super) struct StartState {
    /// True if each packet has all that it needs.
    stands_alone: bool,
    /// The timestamp of the packet whose headers it was given last; `None` before any.
    known: Option<i64>,
    /// The sequence header of AV1 that holds; empty where there is none, and for other codecs.
    av1_sequence: Vec<u8>,
    is_av1: bool,
}

impl StartState {
    /// That of a new decoder.
    pub(super) fn new(demuxer: &Demuxer) -> Self {
        let source = demuxer.codec_source();
        let codec = demuxer.stream().codec;
        let is_av1 = codec == Id::AV1;
        let configured = is_av1.then(|| av1_configured(source.extra_data()));
        Self {
            stands_alone: demuxer.pictures().is_some() || stands_alone(codec),
            known: None,
            av1_sequence: configured.flatten().unwrap_or_default().to_vec(),
            is_av1,
        }
    }

    /// The timestamp of the packet that the decoder must be given before it begins at a key frame, if there is one.
    pub(super) fn missing(&self, index: &PacketIndex, begins_at: i64) -> Option<i64> {
        let (first, head) = index.heads_at(begins_at).filter(|_| !self.stands_alone)?;
        match self.known {
            Some(known) if known == head => None,
            // What it begins with brings the headers itself.
            Some(_) if head == begins_at => None,
            None if head == begins_at => Some(first).filter(|first| *first != head),
            _ => Some(head),
        }
    }

    /// Notes that the decoder is given this packet.
    pub(super) fn note(&mut self, index: &PacketIndex, packet: &ffmpeg::Packet) {
        if self.stands_alone || !packet.is_key() {
            return;
        }
        let head = packet.pts().or_else(|| packet.dts());
        if let Some((_, head)) = head.and_then(|timestamp| index.heads_at(timestamp)) {
            self.known = Some(head);
        }
        let sequence = packet.data().filter(|_| self.is_av1);
        if let Some(sequence) = sequence.and_then(av1_sequence_header)
            && sequence != self.av1_sequence
        {
            sequence.clone_into(&mut self.av1_sequence);
        }
    }

    /// Notes that it cannot be had, so that it is not looked for again with each jump.
    pub(super) fn give_up(&mut self, head: i64) {
        self.known = Some(head);
    }

    /// Gives a packet that a decoder begins with what it forgot when it was emptied.
    pub(super) fn complete(&self, packet: &mut ffmpeg::Packet) {
        let headers = self.av1_sequence.as_slice();
        let is_lacking = packet
            .data()
            .is_some_and(|data| av1_sequence_header(data).is_none());
        if headers.is_empty() || !is_lacking {
            return;
        }
        let whole = packet.size();
        packet.grow(headers.len());
        if let Some(data) = packet.data_mut().filter(|data| data.len() > whole) {
            data.copy_within(..whole, headers.len());
            data[..headers.len()].copy_from_slice(headers);
        }
    }
}

/// True if pictures of a codec depend on nothing but their own packet. JPEG does not count: its tables may stand in the
/// first picture alone (ITU-T T.81, B.5, abbreviated format).
#[expect(unsafe_code, reason = "ffmpeg-next does not show a codec's properties")]
fn stands_alone(codec: Id) -> bool {
    if matches!(codec, Id::MJPEG | Id::MJPEGB) {
        return false;
    }
    // SAFETY: the answer is null or one of libavcodec's static descriptions.
    let described = unsafe { ffmpeg::ffi::avcodec_descriptor_get(codec.into()).as_ref() };
    described.is_some_and(|described| described.props & ffmpeg::ffi::AV_CODEC_PROP_INTRA_ONLY != 0)
}
