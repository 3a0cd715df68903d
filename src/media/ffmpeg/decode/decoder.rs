//! Exact frames from a stream whose frames need their predecessors.
//!
//! ```text
//! reach(frame) ─► kept from before ────────────────────────► done
//!              ─► a little ahead ─► decode forward ────────► done
//!              ─► elsewhere ─► seek to the key frame before ─► decode forward ─► done
//!                                 ├► landed too late: seek earlier, at last decode from the start of the file
//!                                 └► it was no key frame but the start of a refresh: seek some of those earlier
//! prepare() ─► going back, and little is kept before the frame reached last ─► decode the stretch before that
//! ```
//!
//! Far ahead of the frame asked for, frames that no other refers to are not decoded at all; near it everything is, and
//! kept, since who asks for a frame soon asks for its neighbours. Who steps or plays backwards is kept ahead of: while
//! nothing is asked for, the stretch before the one kept is decoded, so that long groups of frames do not stop the show
//! each time one end of what is kept is reached.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::codec::CodecSetup;
use super::frame_cache::NearPictures;
use super::picture_stream::{PictureStream, Start, Step};
use crate::media::MediaError;
use crate::media::ffmpeg::demux::demuxer::{Demuxer, reason_of};
use crate::media::ffmpeg::demux::packet_index::PacketIndex;
use crate::time::FrameIndex;

/// Frames before the one asked for that are decoded whole, though frames that nothing refers to might be left out: for
/// small steps back.
const WHOLE_FRAMES: u64 = 8;

/// Pictures that must fit in memory for it to be worth while to decode some before they are asked for.
const MIN_TO_PREPARE: u64 = 8;

/// The last frame that decoding from the start of the file is tried for where nothing came from later on: beyond it a
/// file that is damaged for long would be decoded whole for each frame that is asked for.
const MOST_FROM_NOTHING: u64 = 4096;

/// A decoder that is asked for frames in any order.
pub(in crate::media) struct FrameDecoder {
    stream: PictureStream,
    index: Arc<PacketIndex>,
    /// Pictures decoded lately, and the frame reached last, which is one of them.
    near: NearPictures,
    held: Option<u64>,
    /// The picture before the first.
    blank: ffmpeg::frame::Video,
    /// True if the frame reached last is one shortly before the one reached before it.
    is_going_back: bool,
    /// The stretch that is being decoded before it is asked for: its first frame and its last.
    behind: Option<(u64, u64)>,
    /// The last frame of the stretch that was decoded so, which is not tried again.
    prepared: Option<u64>,
}

/// Outcome of looking for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum SeekOutcome {
    /// [`FrameDecoder::picture`] is the frame.
    Frame,
    /// The frame is no longer wanted.
    Stale,
}

/// Outcome of decoding forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Advance {
    Reached,
    Stale,
    /// The first picture was already past the frame.
    TooLate,
    /// No picture came up to the end of the stream.
    Nothing,
    /// As [`Step::NotWhole`].
    NotWhole,
    /// Pictures before and after the frame came, without it.
    Missing,
    /// Pictures before the frame came, and then the end of the stream.
    Ended,
}

impl FrameDecoder {
    /// A decoder at the start of the stream of `demuxer`, from which nothing must have been read.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub(in crate::media) fn new(
        demuxer: Demuxer,
        index: Arc<PacketIndex>,
        setup: CodecSetup,
    ) -> Result<Self, MediaError> {
        let stream = PictureStream::new(demuxer, Arc::clone(&index), setup)?;
        // A device has few surfaces, and stalls when they are kept.
        let is_software = stream.codec().hardware().is_none();
        let most = if is_software { usize::MAX } else { 1 };
        Ok(Self {
            stream,
            index,
            near: NearPictures::new(most),
            held: None,
            blank: ffmpeg::frame::Video::empty(),
            is_going_back: false,
            behind: None,
            prepared: None,
        })
    }

    /// The picture reached last.
    pub(in crate::media) fn picture(&self) -> &ffmpeg::frame::Video {
        let held = self.held.and_then(|frame| self.near.get(frame));
        held.unwrap_or(&self.blank)
    }

    /// Sets how many bytes of pictures may be kept around the one reached last.
    pub(in crate::media) fn keep(&mut self, bytes: u64) {
        self.near.set_limit(bytes, self.held.unwrap_or(0));
    }

    /// Bytes of pictures that are kept.
    pub(in crate::media) fn kept_bytes(&self) -> u64 {
        self.near.bytes()
    }

    /// The demuxer.
    pub(in crate::media) fn demuxer(&self) -> &Demuxer {
        &self.stream.demuxer
    }

    /// The decoder.
    pub(in crate::media) fn decoder(&self) -> &ffmpeg::decoder::Video {
        &self.stream.codec().decoder
    }

    /// Pixels across and down as coded, whole macroblocks included; zero where the decoder does not say.
    #[expect(unsafe_code, reason = "ffmpeg-next does not show the coded size")]
    pub(in crate::media) fn coded_size_px(&self) -> (u32, u32) {
        // SAFETY: the context is open and only read.
        let (width, height) = unsafe {
            let raw = &*self.decoder().as_ptr();
            (raw.coded_width, raw.coded_height)
        };
        let side = |px: i32| u32::try_from(px).unwrap_or(0);
        (side(width), side(height))
    }

    /// Decodes until [`Self::picture`] is `frame`.
    ///
    /// # Errors
    /// [`MediaError::NoSuchFrame`]; [`MediaError::Decode`] if the stream gives no picture for it.
    pub(in crate::media) fn reach(
        &mut self,
        frame: FrameIndex,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<SeekOutcome, MediaError> {
        if frame.0 >= self.index.frames() {
            return Err(MediaError::NoSuchFrame {
                path: self.demuxer().path().to_owned(),
                frame,
                frames: self.index.frames(),
            });
        }
        self.note_direction(frame.0);
        if self.near.get(frame.0).is_some() {
            self.held = Some(frame.0);
            return Ok(SeekOutcome::Frame);
        }
        (self.behind, self.prepared) = (None, None);
        let mut reached = self.reach_elsewhere(frame.0, is_stale);
        // Perhaps something did refer to a frame left out: once more, with every frame.
        if matches!(reached, Ok(None)) && self.stream.stop_leaving_out() {
            reached = self.reach_elsewhere(frame.0, is_stale);
        }
        if matches!(reached, Ok(None)) && self.stream.stop_seeking(frame.0) {
            reached = self.reach_elsewhere(frame.0, is_stale);
        }
        let device = self.stream.codec().hardware().map(|device| device.name());
        if let Some(device) = device
            && matches!(reached, Ok(None) | Err(_))
        {
            // It may be the device: the same file is given to software once, which then keeps it.
            let reason = format!("{device} gave up at frame {frame}");
            self.stream.use_software(&reason)?;
            reached = self.reach_elsewhere(frame.0, is_stale);
        }
        let passed_over = self.stream.take_corrupt();
        if passed_over > 0 {
            let path = self.demuxer().path().display();
            tracing::warn!(passed_over, frame = frame.0, %path, "corrupt packets passed over");
        }
        match reached {
            Ok(Some(reached)) => Ok(reached),
            Ok(None) => Err(self.decode_error(frame, "it gave no picture".to_owned())),
            Err(error) => {
                self.stream.lose_place();
                Err(self.decode_error(frame, reason_of(error)))
            }
        }
    }

    fn note_direction(&mut self, target: u64) {
        let Some(held) = self.held.filter(|&held| held != target) else {
            return;
        };
        let capacity = self.near.capacity() as u64;
        self.is_going_back = target < held && held - target <= capacity;
    }

    /// As [`Self::reach`], for a frame that is not kept; `None` if the stream gives no picture for it.
    fn reach_elsewhere(
        &mut self,
        target: u64,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<SeekOutcome>, ffmpeg::Error> {
        if self.stream.is_soon(target) {
            self.stream.need_from(target.saturating_sub(WHOLE_FRAMES));
            match self.advance(target, is_stale)? {
                Advance::Reached => return Ok(Some(SeekOutcome::Frame)),
                Advance::Stale => return Ok(Some(SeekOutcome::Stale)),
                Advance::Missing => return Ok(None),
                Advance::TooLate | Advance::Nothing | Advance::NotWhole | Advance::Ended => {}
            }
        }
        self.reach_from_starts(target, is_stale)
    }

    /// As [`Self::reach_elsewhere`], from one place before the frame after the other.
    fn reach_from_starts(
        &mut self,
        target: u64,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<SeekOutcome>, ffmpeg::Error> {
        let mut is_worth_all = true;
        let whole_from = target.saturating_sub(self.whole_frames());
        let mut starts = self.stream.starts(target).into_iter();
        while let Some(start) = starts.next() {
            if is_stale() {
                return Ok(Some(SeekOutcome::Stale));
            }
            if start == Start::Beginning && !is_worth_all {
                break;
            }
            if !self.stream.restart(start, target, whole_from)? {
                continue;
            }
            match self.advance(target, is_stale)? {
                Advance::Reached => return Ok(Some(SeekOutcome::Frame)),
                Advance::Stale => return Ok(Some(SeekOutcome::Stale)),
                Advance::Missing => return Ok(None),
                // Each is found once, so that this comes to an end.
                Advance::NotWhole => starts = self.stream.starts(target).into_iter(),
                // Of few pictures from an open group to the end libavcodec keeps some for itself.
                Advance::Nothing | Advance::Ended => is_worth_all = target <= MOST_FROM_NOTHING,
                Advance::TooLate => {}
            }
        }
        Ok(None)
    }

    /// Frames before the one asked for that are worth decoding whole: all that can be kept where the frames before it
    /// will be asked for next, as in stepping back and playing in reverse.
    fn whole_frames(&self) -> u64 {
        // The frame itself is kept in any case.
        let others = self.near.capacity() as u64 - 1;
        if self.is_going_back {
            others
        } else {
            WHOLE_FRAMES.min(others)
        }
    }

    /// Decodes forward until `target` comes out.
    fn advance(
        &mut self,
        target: u64,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Advance, ffmpeg::Error> {
        let mut is_first = true;
        loop {
            let frame = match self.stream.next_picture(is_stale)? {
                Step::Picture(frame) => frame,
                Step::Stale => return Ok(Advance::Stale),
                Step::NotWhole => return Ok(Advance::NotWhole),
                Step::End if is_first => return Ok(Advance::Nothing),
                Step::End => return Ok(Advance::Ended),
            };
            self.keep_picture(frame, target);
            if frame == target {
                if let Some(hardware) = self.stream.codec().hardware()
                    && let Some(picture) = self.near.get_mut(frame)
                {
                    hardware.download(picture)?;
                }
                self.held = Some(frame);
                return Ok(Advance::Reached);
            }
            if frame > target {
                return Ok(if is_first {
                    Advance::TooLate
                } else {
                    Advance::Missing
                });
            }
            is_first = false;
        }
    }

    fn keep_picture(&mut self, frame: u64, centre: u64) {
        let picture = self.stream.take(ffmpeg::frame::Video::empty());
        let spare = self.near.keep(frame, picture, centre, self.is_going_back);
        self.stream.recycle(spare);
    }

    /// Decodes what will be asked for next if frames go on being asked for backwards, until it is there or something
    /// else is to be done. Says whether to call it again.
    pub(in crate::media) fn prepare(&mut self, is_interrupted: &dyn Fn() -> bool) -> bool {
        match self.decode_behind(is_interrupted) {
            Ok(is_unfinished) => is_unfinished,
            Err(error) => {
                // Whoever asks for one of these frames gets the error.
                tracing::debug!(%error, "the frames before cannot be decoded ahead of time");
                self.stream.lose_place();
                self.behind = None;
                false
            }
        }
    }

    fn decode_behind(&mut self, is_interrupted: &dyn Fn() -> bool) -> Result<bool, ffmpeg::Error> {
        let Some(held) = self.held else {
            return Ok(false);
        };
        let (first, last) = if let Some(stretch) = self.behind {
            stretch
        } else {
            let Some(stretch) = self.stretch_behind(held) else {
                return Ok(false);
            };
            self.prepared = Some(stretch.1);
            if !self.go_to_stretch(stretch)? {
                return Ok(false);
            }
            stretch
        };
        self.behind = Some((first, last));
        loop {
            match self.stream.next_picture(is_interrupted)? {
                Step::Picture(frame) if frame > last => break,
                Step::Picture(frame) if frame >= first => self.keep_picture(frame, held),
                Step::Picture(_) => {}
                Step::Stale => return Ok(true),
                Step::NotWhole | Step::End => break,
            }
            if self.near.get(last).is_some() {
                break;
            }
        }
        self.behind = None;
        Ok(true)
    }

    /// The frames to be decoded before they are asked for: half of what can be kept, once no more than the other half
    /// is kept before the frame reached last.
    fn stretch_behind(&self, held: u64) -> Option<(u64, u64)> {
        let half = self.near.capacity() as u64 / 2;
        if !self.is_going_back || half * 2 < MIN_TO_PREPARE {
            return None;
        }
        let mut lowest = held;
        while lowest > 0 && self.near.get(lowest - 1).is_some() {
            lowest -= 1;
        }
        let last = lowest.checked_sub(1)?;
        let is_due = held - lowest <= half && self.prepared != Some(last);
        is_due.then(|| (lowest.saturating_sub(half), last))
    }

    fn go_to_stretch(&mut self, (first, _): (u64, u64)) -> Result<bool, ffmpeg::Error> {
        for start in self.stream.starts(first) {
            if self.stream.restart(start, first, first)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn decode_error(&self, frame: FrameIndex, reason: String) -> MediaError {
        let timestamp = self.index.timestamp_of(frame.0);
        MediaError::Decode {
            path: self.demuxer().path_at(timestamp).to_owned(),
            frame,
            reason,
        }
    }
}
