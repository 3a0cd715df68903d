//! Exact frames from a stream whose frames need their predecessors.
//!
//! ```text
//! reach(frame) ─► kept from before ────────────────────────► done
//!              ─► a little ahead ─► decode forward ────────► done
//!              ─► elsewhere ─► seek to the key frame before ─► decode forward ─► done
//!                                 └► landed too late: seek earlier, at last decode from the start of the file
//! ```
//!
//! A picture is recognised by its presentation time stamp, never by counting from where a seek may have landed; only
//! a stream without such stamps is counted, and then always from the start of the file.
//!
//! Far ahead of the frame asked for, frames that no other refers to are not decoded at all; near it everything is, and
//! kept, since who asks for a frame soon asks for its neighbours.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::codec::{Codec, CodecSetup};
use super::demuxer::{Demuxer, reason_of};
use super::near::NearPictures;
use super::packet_index::{FrameOrder, KeyPacket, PacketIndex};
use super::skipping;
use crate::media::MediaError;
use crate::time::FrameIndex;

/// Frames that are decoded on the way to a key frame ahead rather than seeking to it: about as many as a decoder
/// with frame threads must be fed anyway before it gives its first picture.
const SKIP_FORWARD_FRAMES: u64 = 8;

/// Frames before the one asked for that are decoded whole, though frames that nothing refers to might be left out: for
/// small steps back.
const WHOLE_FRAMES: u64 = 8;

/// Failures of the decoder in a row, without a packet between them, after which it is given up.
const MAX_FAILURE_RUN: u32 = 256;

/// A decoder and the demuxer that feeds it.
pub(super) struct FrameDecoder {
    demuxer: Demuxer,
    codec: Codec,
    setup: CodecSetup,
    index: Arc<PacketIndex>,
    /// Pictures decoded lately, and the frame reached last, which is one of them.
    near: NearPictures,
    held: Option<u64>,
    /// What [`Self::picture`] gives before there is one.
    blank: ffmpeg::frame::Video,
    /// Whether frames that nothing refers to may be left out on the way.
    may_skip: bool,
    /// All from this frame on come out whole.
    whole_from: u64,
    /// Where the next picture is received, so that a failure leaves those kept whole.
    incoming: ffmpeg::frame::Video,
    /// The next picture will be this frame or a later one; `None` where only a seek helps.
    next: Option<u64>,
    /// A packet that was read but not yet decoded.
    pending: Option<ffmpeg::Packet>,
    /// Whether a picture came out since the last seek: from then on each must be the one after it.
    is_running: bool,
    /// Packets and pictures that were passed over because they are corrupt.
    corrupt: u64,
}

/// How looking for a frame ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// [`FrameDecoder::picture`] is the frame.
    Frame,
    /// The frame is no longer wanted.
    Stale,
}

/// How decoding forward ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Advance {
    Reached,
    Stale,
    /// The first picture was already past the frame.
    TooLate,
    /// Pictures before and after the frame came, or the stream ended, without it.
    Missing,
}

/// Where to begin decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Stamp(i64),
    Beginning,
}

impl FrameDecoder {
    /// A decoder at the start of the stream of `demuxer`, from which nothing must have been read.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub(super) fn new(
        demuxer: Demuxer,
        index: Arc<PacketIndex>,
        setup: CodecSetup,
    ) -> Result<Self, MediaError> {
        let codec = Codec::open(&demuxer.codec_source(), &setup)?;
        let is_software = codec.hardware().is_none();
        // A device has few surfaces, and stalls when they are kept.
        let most = if is_software { usize::MAX } else { 1 };
        Ok(Self {
            may_skip: is_software && skipping::is_safe(&demuxer),
            whole_from: 0,
            near: NearPictures::new(most),
            blank: ffmpeg::frame::Video::empty(),
            demuxer,
            codec,
            setup,
            index,
            held: None,
            incoming: ffmpeg::frame::Video::empty(),
            next: Some(0),
            pending: None,
            is_running: false,
            corrupt: 0,
        })
    }

    /// The picture reached last.
    pub(super) fn picture(&self) -> &ffmpeg::frame::Video {
        let held = self.held.and_then(|frame| self.near.get(frame));
        held.unwrap_or(&self.blank)
    }

    /// The demuxer.
    pub(super) fn demuxer(&self) -> &Demuxer {
        &self.demuxer
    }

    /// The decoder.
    pub(super) fn decoder(&self) -> &ffmpeg::decoder::Video {
        &self.codec.decoder
    }

    /// Pixels across and down as coded, whole macroblocks included; zero where the decoder does not say.
    #[expect(unsafe_code, reason = "ffmpeg-next does not show the coded size")]
    pub(super) fn coded_size_px(&self) -> (u32, u32) {
        // SAFETY: the context is open and only read.
        let (width, height) = unsafe {
            let raw = &*self.codec.decoder.as_ptr();
            (raw.coded_width, raw.coded_height)
        };
        let side = |px: i32| u32::try_from(px).unwrap_or(0);
        (side(width), side(height))
    }

    /// Decodes until [`Self::picture`] is `frame`.
    ///
    /// # Errors
    /// [`MediaError::NoSuchFrame`]; [`MediaError::Decode`] if the stream gives no picture for it.
    pub(super) fn reach(
        &mut self,
        frame: FrameIndex,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Reached, MediaError> {
        if frame.0 >= self.index.frames() {
            return Err(MediaError::NoSuchFrame {
                path: self.demuxer.path().to_owned(),
                frame,
                frames: self.index.frames(),
            });
        }
        if self.near.get(frame.0).is_some() {
            self.held = Some(frame.0);
            return Ok(Reached::Frame);
        }
        let corrupt_before = self.corrupt;
        let mut reached = self.reach_elsewhere(frame.0, is_stale);
        if matches!(reached, Ok(None)) && self.may_skip && self.whole_from > 0 {
            // Perhaps something did refer to a frame left out: once more, with every frame.
            self.may_skip = false;
            self.next = None;
            reached = self.reach_elsewhere(frame.0, is_stale);
        }
        if let Some(hardware) = self.codec.hardware()
            && matches!(reached, Ok(None) | Err(_))
        {
            // It may be the device: the same file is given to software once, which then keeps it.
            let reason = format!("{} gave up at frame {frame}", hardware.name());
            self.codec =
                Codec::open_in_software(&self.demuxer.codec_source(), &self.setup, &reason)?;
            self.next = None;
            reached = self.reach_elsewhere(frame.0, is_stale);
        }
        let passed_over = self.corrupt - corrupt_before;
        if passed_over > 0 {
            self.setup.health.count_corrupt(passed_over);
            let path = self.demuxer.path().display();
            tracing::warn!(passed_over, frame = frame.0, %path, "corrupt packets passed over");
        }
        match reached {
            Ok(Some(reached)) => Ok(reached),
            Ok(None) => Err(self.decode_error(frame, "it gave no picture".to_owned())),
            Err(error) => {
                self.next = None;
                Err(self.decode_error(frame, reason_of(error)))
            }
        }
    }

    /// As [`Self::reach`], for a frame that is not held; `None` if the stream gives no picture for it.
    fn reach_elsewhere(
        &mut self,
        target: u64,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<Reached>, ffmpeg::Error> {
        if self.is_soon(target) {
            if self.may_skip {
                self.whole_from = self.whole_from.max(target.saturating_sub(WHOLE_FRAMES));
            }
            match self.advance(target, is_stale)? {
                Advance::Reached => return Ok(Some(Reached::Frame)),
                Advance::Stale => return Ok(Some(Reached::Stale)),
                Advance::Missing => return Ok(None),
                Advance::TooLate => {}
            }
        }
        let whole = self.whole_frames(target);
        for start in self.starts(target) {
            if is_stale() {
                return Ok(Some(Reached::Stale));
            }
            self.whole_from = if self.may_skip {
                target.saturating_sub(whole)
            } else {
                0
            };
            if !self.restart(start, target)? {
                continue;
            }
            match self.advance(target, is_stale)? {
                Advance::Reached => return Ok(Some(Reached::Frame)),
                Advance::Stale => return Ok(Some(Reached::Stale)),
                Advance::Missing => return Ok(None),
                Advance::TooLate => {}
            }
        }
        Ok(None)
    }

    /// How many frames before `target` are worth decoding whole: all that can be kept where the frames before it will be
    /// asked for next, as in stepping back and playing in reverse.
    fn whole_frames(&self, target: u64) -> u64 {
        let capacity = self.near.capacity() as u64;
        let is_going_back = self
            .held
            .is_some_and(|held| target < held && held - target <= capacity);
        if is_going_back {
            capacity
        } else {
            WHOLE_FRAMES
        }
    }

    /// Whether decoding forward gets to `target` sooner than seeking.
    fn is_soon(&self, target: u64) -> bool {
        let Some(next) = self.next.filter(|&next| next <= target) else {
            return false;
        };
        // What comes out next may have gaps up to there.
        if target < self.whole_from {
            return false;
        }
        match self.key_at_or_before(target) {
            Some(key) => key.frame <= next.saturating_add(SKIP_FORWARD_FRAMES),
            None => true,
        }
    }

    fn key_at_or_before(&self, target: u64) -> Option<KeyPacket> {
        let FrameOrder::Stamped { keys, .. } = &self.index.order else {
            return None;
        };
        let after = keys.partition_point(|key| key.frame <= target);
        keys.get(after.checked_sub(1)?).copied()
    }

    /// Where to begin for `target`, the likeliest first.
    ///
    /// Containers look up one kind of stamp or the other, and some land late: each failure asks for an earlier one.
    fn starts(&self, target: u64) -> Vec<Start> {
        let FrameOrder::Stamped { keys, .. } = &self.index.order else {
            return vec![Start::Beginning];
        };
        let after = keys.partition_point(|key| key.frame <= target);
        let mut starts = Vec::new();
        for back in [1, 2, 4, 16] {
            let Some(key) = after.checked_sub(back).and_then(|at| keys.get(at)) else {
                break;
            };
            starts.push(Start::Stamp(key.stamp));
            if key.decode_stamp < key.stamp {
                starts.push(Start::Stamp(key.decode_stamp));
            }
        }
        starts.push(Start::Beginning);
        starts
    }

    /// Goes to `start` and empties the decoder; false if it landed where `target` cannot be decoded from.
    fn restart(&mut self, start: Start, target: u64) -> Result<bool, ffmpeg::Error> {
        self.next = None;
        self.pending = None;
        self.is_running = false;
        self.codec.decoder.flush();
        match start {
            Start::Beginning => {
                self.demuxer = self.demuxer.reopened().map_err(|error| {
                    tracing::debug!(%error, "the file cannot be opened again");
                    ffmpeg::Error::External
                })?;
                self.next = Some(0);
                Ok(true)
            }
            Start::Stamp(stamp) => {
                if self.demuxer.seek(stamp).is_err() {
                    return Ok(false);
                }
                self.land(target)
            }
        }
    }

    /// Reads up to the first key frame after a seek; false if that is past `target`.
    fn land(&mut self, target: u64) -> Result<bool, ffmpeg::Error> {
        let FrameOrder::Stamped { stamps, .. } = &self.index.order else {
            return Ok(false);
        };
        let Some(&wanted) = usize::try_from(target).ok().and_then(|at| stamps.get(at)) else {
            return Ok(false);
        };
        while let Some(packet) = self.demuxer.next_packet()? {
            let Some(stamp) = packet
                .pts()
                .or_else(|| packet.dts())
                .filter(|_| packet.is_key())
            else {
                continue;
            };
            if stamp > wanted {
                return Ok(false);
            }
            self.next = Some(stamps.partition_point(|&shown| shown < stamp) as u64);
            self.pending = Some(packet);
            return Ok(true);
        }
        Ok(false)
    }

    /// Decodes forward until `target` comes out.
    fn advance(
        &mut self,
        target: u64,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Advance, ffmpeg::Error> {
        let mut pictures = 0_u64;
        let mut failure_run = 0;
        loop {
            if is_stale() {
                return Ok(Advance::Stale);
            }
            match self.codec.decoder.receive_frame(&mut self.incoming) {
                Ok(()) => {
                    failure_run = 0;
                    let Some(frame) = self.identify() else {
                        continue;
                    };
                    if !self.is_in_order(frame) {
                        continue;
                    }
                    let picture =
                        std::mem::replace(&mut self.incoming, ffmpeg::frame::Video::empty());
                    self.incoming = self.near.keep(frame, picture, target);
                    self.next = Some(frame + 1);
                    pictures += 1;
                    if frame == target {
                        if let Some(hardware) = self.codec.hardware()
                            && let Some(picture) = self.near.get_mut(frame)
                        {
                            hardware.download(picture)?;
                        }
                        self.held = Some(frame);
                        return Ok(Advance::Reached);
                    }
                    if frame > target {
                        let is_first = pictures == 1;
                        return Ok(if is_first {
                            Advance::TooLate
                        } else {
                            Advance::Missing
                        });
                    }
                }
                Err(ffmpeg::Error::Eof) => return Ok(Advance::Missing),
                Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {
                    self.feed()?;
                }
                Err(error) => {
                    self.corrupt += 1;
                    failure_run += 1;
                    if failure_run > MAX_FAILURE_RUN {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Gives the decoder its next packet, or tells it that there are no more.
    fn feed(&mut self) -> Result<(), ffmpeg::Error> {
        let packet = match self.pending.take() {
            Some(packet) => Some(packet),
            None => self.demuxer.next_packet()?,
        };
        if let Some(packet) = &packet
            && self.may_skip
        {
            let is_far = self.is_far(packet);
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
            Err(_) if packet.is_some() => self.corrupt += 1,
            _ => {}
        }
        Ok(())
    }

    /// Whether a packet's frame is so far ahead of the one asked for that it need not come out.
    fn is_far(&self, packet: &ffmpeg::Packet) -> bool {
        let FrameOrder::Stamped { stamps, .. } = &self.index.order else {
            return false;
        };
        let first_whole = usize::try_from(self.whole_from)
            .ok()
            .and_then(|at| stamps.get(at));
        matches!((packet.pts(), first_whole), (Some(stamp), Some(first)) if stamp < *first)
    }

    /// Which frame the incoming picture is; `None` for one that does not count.
    fn identify(&self) -> Option<u64> {
        match &self.index.order {
            FrameOrder::Counted => self.next,
            FrameOrder::Stamped { stamps, .. } => {
                let stamp = self.incoming.timestamp().or_else(|| self.incoming.pts())?;
                stamps.binary_search(&stamp).ok().map(|at| at as u64)
            }
        }
    }

    /// Checks a picture against the one before it: pictures must come in the order of their stamps, none left out. What
    /// does not is counted; says false for one that comes after a later one, which is passed over.
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

    fn decode_error(&self, frame: FrameIndex, reason: String) -> MediaError {
        MediaError::Decode {
            path: self.demuxer.path().to_owned(),
            frame,
            reason,
        }
    }
}
