//! Pictures of a stream in the order of their timestamps, from wherever decoding begins.
//!
//! A picture is recognised by its presentation timestamp, never by counting from where a seek may have landed; only
//! a stream without such timestamps is counted, and then always from the start of the file.
//!
//! Frames that no other refers to may be left out up to a given frame: on the way to one far ahead they are not decoded
//! at all.
//!
//! A stream of H.264 may be refreshed bit by bit: what its container calls key frames are then only places where that
//! begins anew, and the first pictures after one do not come out. How long it takes is not known beforehand, and what
//! comes out first may still be made of what was there before. The first such place that is met tells; from then on
//! decoding begins some places further back.
//!
//! Where a key frame is damaged a decoder fills its holes from the picture before. A decoder that began with it has none,
//! and would show something else than playing does; so decoding begins at an earlier one that is whole.

mod starts;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::codec::{Codec, CodecSetup};
use super::skipping;
use super::start_state::StartState;
use crate::media::MediaError;
use crate::media::ffmpeg::demux::demuxer::Demuxer;
use crate::media::ffmpeg::demux::packet_index::{FrameOrder, PacketIndex};
use crate::media::ffmpeg::demux::picture_packets::PicturePackets;

pub(in crate::media) use starts::Start;

/// Frames that are decoded on the way to a key frame ahead rather than seeking to it: about as many as a decoder
/// with frame threads must be fed anyway before it gives its first picture.
const SKIP_FORWARD_FRAMES: u64 = 8;

/// Timestamps of packets that are remembered: more than a decoder takes in before the picture of the first comes out,
/// with 16 threads and 16 pictures put in order.
const MOST_GIVEN: usize = 64;

/// Failures of the decoder in a row, without a packet between them, after which it is given up.
const MAX_FAILURE_RUN: u32 = 256;

/// Damaged key frames that are remembered: those of a file that is nothing but damage must not pile up.
const MOST_DAMAGED_KEYS: usize = 1024;

/// A decoder and the demuxer that feeds it.
pub(in crate::media) struct PictureStream {
    pub(in crate::media) demuxer: Demuxer,
    codec: Codec,
    setup: CodecSetup,
    index: Arc<PacketIndex>,
    pictures: PicturePackets,
    /// True if frames that nothing refers to may be left out on the way.
    may_skip: bool,
    /// All from this frame on come out whole.
    whole_from: u64,
    /// Buffer for the next picture, so that a failure leaves those handed out whole.
    incoming: ffmpeg::frame::Video,
    /// The next picture will be this frame or a later one; `None` where only a seek helps.
    next: Option<u64>,
    /// A packet that was read but not yet decoded.
    pending: Option<ffmpeg::Packet>,
    /// True if a picture came out since the last seek: from then on each must be the one after it.
    is_running: bool,
    /// The key frame that decoding began from, until the first picture after it comes out; `None` at the start of the
    /// file.
    began_at: Option<u64>,
    /// Key frames are only where refreshing begins.
    is_refreshed: bool,
    /// Key frames that a decoder which begins with them cannot make whole, but for the first of the file.
    damaged_keys: BTreeSet<u64>,
    /// Packets and pictures that were passed over because they are corrupt.
    corrupt: u64,
    /// The timestamps of the packets that were decoded last, since the last seek; at most [`MOST_GIVEN`].
    given: VecDeque<i64>,
    /// The demuxer leaves packets out after a seek, so that all decoding begins at the start of the file.
    is_seeking_lossy: bool,
    /// What the decoder knows of the packets with headers.
    start_state: StartState,
    /// True until something is read or sought: what is read next is the first packet.
    is_at_start: bool,
}

/// The next thing in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Step {
    /// The picture of this frame, to be had with [`PictureStream::take`].
    Picture(u64),
    /// It is no longer wanted.
    Stale,
    /// No picture, or a damaged one, came of the key frame that decoding began from: [`PictureStream::starts`] gives
    /// other places from now on.
    NotWhole,
    /// The stream is at its end.
    End,
}

impl PictureStream {
    /// At the start of the stream of `demuxer`, from which nothing must have been read.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub(in crate::media) fn new(
        demuxer: Demuxer,
        index: Arc<PacketIndex>,
        setup: CodecSetup,
    ) -> Result<Self, MediaError> {
        let codec = Codec::open(&demuxer.codec_source(), &setup)?;
        Ok(Self {
            may_skip: codec.hardware().is_none() && skipping::is_safe(&demuxer),
            whole_from: 0,
            start_state: StartState::new(&demuxer),
            is_at_start: true,
            pictures: demuxer.codec_source().picture_packets(),
            demuxer,
            codec,
            setup,
            index,
            incoming: ffmpeg::frame::Video::empty(),
            next: Some(0),
            pending: None,
            is_running: false,
            began_at: None,
            is_refreshed: false,
            damaged_keys: BTreeSet::new(),
            corrupt: 0,
            given: VecDeque::with_capacity(MOST_GIVEN),
            is_seeking_lossy: false,
        })
    }

    /// The decoder, and the device if one decodes.
    pub(in crate::media) fn codec(&self) -> &Codec {
        &self.codec
    }

    /// Decodes in software from now on, because the device failed.
    ///
    /// # Errors
    /// The decoder's error.
    pub(in crate::media) fn use_software(&mut self, reason: &str) -> Result<(), MediaError> {
        self.codec = Codec::open_in_software(&self.demuxer.codec_source(), &self.setup, reason)?;
        self.start_state = StartState::new(&self.demuxer);
        self.lose_place();
        Ok(())
    }

    /// From now on only a seek helps.
    pub(in crate::media) fn lose_place(&mut self) {
        self.next = None;
    }

    /// Packets and pictures passed over as corrupt since the last call.
    pub(in crate::media) fn take_corrupt(&mut self) -> u64 {
        let corrupt = std::mem::take(&mut self.corrupt);
        self.setup.health.count_corrupt(corrupt);
        corrupt
    }

    /// True if frames may have been left out that something did refer to after all; none are from now on.
    pub(in crate::media) fn stop_leaving_out(&mut self) -> bool {
        let did_skip = self.may_skip && self.whole_from > 0;
        if did_skip {
            self.may_skip = false;
            self.lose_place();
        }
        did_skip
    }

    /// True if the demuxer passed over the packet of a frame that is in the index, or of one shortly before it, as some
    /// do after a seek; from now on decoding begins at the start of the file.
    pub(in crate::media) fn stop_seeking(&mut self, frame: u64) -> bool {
        let key = self
            .index
            .key_at_or_before(frame, 1)
            .map_or(0, |key| key.frame);
        let first = key.max(frame.saturating_sub(MOST_GIVEN as u64 / 2));
        if self.is_seeking_lossy || (first..=frame).all(|frame| self.was_given(frame)) {
            return false;
        }
        tracing::debug!(frame, "the demuxer does not give what it gave before");
        self.is_seeking_lossy = true;
        self.lose_place();
        true
    }

    /// True if decoding forward gets to `target` sooner than seeking.
    pub(in crate::media) fn is_soon(&self, target: u64) -> bool {
        let Some(next) = self.next.filter(|&next| next <= target) else {
            return false;
        };
        // What comes out next may have gaps up to there.
        if target < self.whole_from {
            return false;
        }
        let back = self.keys_back()[0];
        match self.index.key_at_or_before(target, back) {
            Some(key) => key.frame <= next.saturating_add(SKIP_FORWARD_FRAMES),
            None => true,
        }
    }

    /// On the way on, has all frames from this one on come out; those before it, as far as they are still to come, need
    /// not.
    pub(in crate::media) fn need_from(&mut self, frame: u64) {
        if self.may_skip {
            self.whole_from = self.whole_from.max(frame);
        }
    }

    /// Decodes until the next picture that counts comes out.
    pub(in crate::media) fn next_picture(
        &mut self,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Step, ffmpeg::Error> {
        let mut failure_run = 0;
        loop {
            if is_stale() {
                return Ok(Step::Stale);
            }
            match self.codec.decoder.receive_frame(&mut self.incoming) {
                Ok(()) => {
                    failure_run = 0;
                    let Some(frame) = self.identify() else {
                        continue;
                    };
                    if self.finds_damage(frame) || self.finds_refresh(Some(frame)) {
                        return Ok(Step::NotWhole);
                    }
                    if self.is_in_order(frame) {
                        self.next = Some(frame + 1);
                        return Ok(Step::Picture(frame));
                    }
                }
                Err(ffmpeg::Error::Eof) if self.finds_refresh(None) => {
                    return Ok(Step::NotWhole);
                }
                Err(ffmpeg::Error::Eof) => return Ok(Step::End),
                Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {
                    self.feed()?;
                }
                Err(error) => {
                    self.count_corrupt();
                    failure_run += 1;
                    if failure_run > MAX_FAILURE_RUN {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// The picture that came last; `spare` is where the next one goes.
    pub(in crate::media) fn take(&mut self, spare: ffmpeg::frame::Video) -> ffmpeg::frame::Video {
        std::mem::replace(&mut self.incoming, spare)
    }

    /// Memory for the next picture.
    pub(in crate::media) fn recycle(&mut self, spare: ffmpeg::frame::Video) {
        self.incoming = spare;
    }

    /// True if the first picture that came is that of a key frame which, as was not known, has holes.
    fn finds_damage(&mut self, first: u64) -> bool {
        let is_news = self.began_at == Some(first)
            && is_damaged(&self.incoming)
            && self.index.key_at_or_before(first, 2).is_some()
            && self.damaged_keys.len() < MOST_DAMAGED_KEYS
            && self.damaged_keys.insert(first);
        if is_news {
            tracing::debug!(first, "the key frame is damaged");
            // The picture before, that holes are filled from, is any, not only one that others refer to.
            self.may_skip = false;
            self.lose_place();
        }
        is_news
    }

    /// True if the first picture that came, or that none did, shows for the first time that key frames are only where
    /// refreshing begins.
    fn finds_refresh(&mut self, first: Option<u64>) -> bool {
        let Some(key) = self.began_at.take() else {
            return false;
        };
        let is_late = first.is_none_or(|first| first > key);
        let is_h264 = self.demuxer.stream().codec == ffmpeg::codec::Id::H264;
        if self.is_refreshed || !is_late || !is_h264 {
            return false;
        }
        tracing::debug!(key, ?first, "pictures are refreshed bit by bit");
        self.is_refreshed = true;
        // What the decoder missed there was never in the file.
        self.corrupt = 0;
        self.lose_place();
        true
    }

    /// Counts what the decoder refuses, but not where refreshing has only begun, since it misses what came before.
    fn count_corrupt(&mut self) {
        if !self.is_refreshed || self.began_at.is_none() {
            self.corrupt += 1;
        }
    }

    /// Gives the decoder its next packet, or tells it that there are no more.
    fn feed(&mut self) -> Result<(), ffmpeg::Error> {
        let mut packet = self.pending.take();
        if packet.is_none() {
            packet = self.demuxer.next_packet()?;
        }
        self.is_at_start = false;
        // Nothing has changed, says a recorder with an empty packet; to a decoder it would be the end.
        let is_idle =
            |packet: &ffmpeg::Packet| self.pictures.is_idle(packet.data().unwrap_or_default());
        if packet.as_ref().is_some_and(is_idle) {
            return Ok(());
        }
        if let Some(packet) = &mut packet {
            if self.given.is_empty() && !self.is_running {
                self.start_state.complete(packet);
            }
            self.start_state.note(&self.index, packet);
            if self.given.len() >= MOST_GIVEN {
                self.given.pop_front();
            }
            self.given.extend(packet.pts());
            // Said for each, also once none is left out any more.
            let is_far = self.may_skip && self.is_far(packet);
            skipping::leave_out_unreferenced(&mut self.codec.decoder, is_far);
        }
        let sent = match &packet {
            Some(packet) => self.codec.decoder.send_packet(packet),
            None => self.codec.decoder.send_eof(),
        };
        match sent {
            Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {
                self.pending = packet;
            }
            Err(_) if packet.is_some() => self.count_corrupt(),
            _ => {}
        }
        Ok(())
    }

    /// True if a packet's frame is so far ahead of those needed that it need not come out.
    fn is_far(&self, packet: &ffmpeg::Packet) -> bool {
        let first_whole = self.index.timestamp_of(self.whole_from);
        matches!((packet.pts(), first_whole), (Some(timestamp), Some(first)) if timestamp < first)
    }

    /// True if the packet of a frame was among those decoded last; in a stream that is counted each is.
    fn was_given(&self, frame: u64) -> bool {
        let timestamp = self.index.timestamp_of(frame);
        timestamp.is_none_or(|timestamp| self.given.contains(&timestamp))
    }

    /// Number of the incoming picture's frame; `None` for one that does not count.
    fn identify(&self) -> Option<u64> {
        match &self.index.order {
            FrameOrder::ByCount { .. } => self.next,
            FrameOrder::ByTimestamp { .. } => {
                // Its packet's own: FFmpeg's best effort distrusts stamps that are given twice.
                let timestamp = self.incoming.pts().or_else(|| self.incoming.timestamp())?;
                self.index.frame_of_picture(timestamp, self.next)
            }
        }
    }

    /// Checks a picture against the one before it: pictures must come in the order of their timestamps, none left out.
    /// What does not is counted; says false for one that comes after a later one, which is passed over.
    fn is_in_order(&mut self, frame: u64) -> bool {
        let expected = self.next.filter(|_| self.is_running);
        self.is_running = true;
        match expected {
            Some(expected) if frame < expected => {
                self.setup.health.count_disordered();
                false
            }
            Some(expected) => {
                // Those before `whole_from` may have been left out on purpose.
                let missed_from = expected.max(self.whole_from.min(frame));
                self.setup.health.count_lost(frame - missed_from);
                true
            }
            None => true,
        }
    }
}

/// True if a decoder filled holes of a picture with what it had (`decode_error_flags`, libavutil/frame.h).
#[expect(unsafe_code, reason = "ffmpeg-next does not show these flags")]
fn is_damaged(picture: &ffmpeg::frame::Video) -> bool {
    // SAFETY: the frame is valid while it is borrowed, and the field is a plain number.
    unsafe { (*picture.as_ptr()).decode_error_flags != 0 }
}
