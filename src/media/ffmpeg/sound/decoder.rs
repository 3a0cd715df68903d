//! Frames of sound from any position on.
//!
//! ```text
//! read(at) ─► within reach of what was decoded last ───────────────► decode on ─► copy
//!          └► elsewhere ─► seek a little before ─► decode to there ─┘
//!                           └► it landed too late: seek earlier, at last from the start of the file
//! ```
//!
//! What goes into one resampler without a break is a *stretch*. It begins at a sample whose place is a whole number of
//! samples at either rate, with silence up to the first that is there, so that what comes out of it is in phase with what
//! comes out of any other. A jump, a change of the samples' form and a long gap begin a new one.

use std::path::Path;

use ffmpeg_next as ffmpeg;

use super::input::SoundInput;
use super::placement::{Placement, sample_at, time_of};
use super::resampler::{Form, Resampler};
use crate::media::{MediaError, SoundSource, StereoFrame};
use crate::time::{FLICKS_PER_SECOND, Time, greatest_common_divisor};

/// Sound before a place that is decoded, and thrown away, to get there, one tried after the other: codecs need what came
/// before, 80 ms in Opus (RFC 7845, 4.6), up to nine frames of 26 ms in MP3 (its bit reservoir).
const PRE_ROLLS: [Time; 2] = [
    Time::from_flicks(FLICKS_PER_SECOND / 4),
    Time::from_seconds(4),
];

/// Time before which no stream begins.
const LONG_BEFORE: Time = Time::from_seconds(3600);

/// Samples that the resampler needs before its filter knows nothing but sound: twice its length at equal rates.
const FILTER_SAMPLES: i64 = 64;

/// Frames at the beginning that show whether all are of one length.
const FRAMES_TO_LEARN: usize = 4;

/// Packets and errors in a row after which nothing more is expected of the start of a stream.
const MAX_FRUITLESS: u32 = 4096;

/// A decoder of one stream.
pub(super) struct SoundDecoder {
    input: SoundInput,
    decoder: ffmpeg::decoder::Audio,
    placement: Placement,
    rate_hz: u32,
    /// Rate of the stream as it began, by which places are sought.
    first_rate_hz: u32,
    frame: ffmpeg::frame::Audio,
    stretch: Option<Stretch>,
    /// Sample after the frame decoded last, and the rate it counts in.
    next: Option<(i64, u32)>,
    /// A decoded frame that begins a new stretch, at this sample.
    waiting: Option<i64>,
    /// Frames that came out, the first of which lies at `queue_at`.
    queue: Vec<StereoFrame>,
    queue_at: i64,
    is_at_end: bool,
    has_sent_end: bool,
    /// True once nothing is known of the place in the stream.
    is_lost: bool,
    damaged: u64,
    scratch: Vec<StereoFrame>,
}

/// A run of samples through one resampler.
struct Stretch {
    resampler: Resampler,
    /// Sample that goes in next.
    next_in: i64,
    /// Position of the frame that comes out next.
    next_out: i64,
}

/// The samples in which the phases of two rates meet.
#[derive(Clone, Copy)]
struct Meeting {
    /// Samples that go in from one meeting to the next.
    samples_in: i64,
    /// Frames that come out.
    frames_out: i64,
}

impl Meeting {
    fn of(rate_in_hz: u32, rate_out_hz: u32) -> Self {
        let common = i64::from(greatest_common_divisor(rate_in_hz, rate_out_hz).max(1));
        Self {
            samples_in: i64::from(rate_in_hz) / common,
            frames_out: i64::from(rate_out_hz) / common,
        }
    }
}

impl SoundDecoder {
    /// A decoder of the stream with this number in a file, whose positions count from `origin`, a time of the container.
    ///
    /// # Errors
    /// The file's error.
    pub(super) fn open(
        path: &Path,
        stream: usize,
        origin: Time,
        rate_hz: u32,
        time_out: Time,
    ) -> Result<Self, MediaError> {
        let input = SoundInput::open(path, stream, time_out)?;
        let decoder = input.decoder()?;
        let base = input.time_base();
        let mut opened = Self {
            input,
            decoder,
            placement: Placement::new(base, origin, rate_hz, 0, &[]),
            rate_hz,
            first_rate_hz: rate_hz,
            frame: ffmpeg::frame::Audio::empty(),
            stretch: None,
            next: None,
            waiting: None,
            queue: Vec::new(),
            queue_at: 0,
            is_at_end: false,
            has_sent_end: false,
            is_lost: true,
            damaged: 0,
            scratch: Vec::new(),
        };
        opened.learn(origin)?;
        Ok(opened)
    }

    /// Decodes the first frames, to know where the stream begins and how long its frames are.
    fn learn(&mut self, origin: Time) -> Result<(), MediaError> {
        let mut lengths = Vec::with_capacity(FRAMES_TO_LEARN);
        let mut first = None;
        while lengths.len() < FRAMES_TO_LEARN && self.next_frame()? {
            let Some(form) = Form::of(&self.frame) else {
                continue;
            };
            let timestamp = self.frame.timestamp();
            let (_, rate_hz) = *first.get_or_insert_with(|| (timestamp.unwrap_or(0), form.rate_hz));
            if rate_hz != form.rate_hz {
                break;
            }
            lengths.push(self.frame.samples());
        }
        if let Some((timestamp, rate_hz)) = first {
            self.first_rate_hz = rate_hz;
            let base = self.input.time_base();
            self.placement = Placement::new(base, origin, rate_hz, timestamp, &lengths);
        }
        // What is damaged is counted where it is heard.
        self.damaged = 0;
        self.is_lost = true;
        Ok(())
    }

    /// Decodes the next frame into [`Self::frame`]; false at the end.
    fn next_frame(&mut self) -> Result<bool, MediaError> {
        let mut fruitless = 0;
        while fruitless < MAX_FRUITLESS {
            match self.decoder.receive_frame(&mut self.frame) {
                Ok(()) => return Ok(true),
                Err(ffmpeg::Error::Eof) => return Ok(false),
                Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {
                    if self.has_sent_end {
                        return Ok(false);
                    }
                    self.send_packet()?;
                }
                Err(_) => self.damaged += 1,
            }
            fruitless += 1;
        }
        Ok(false)
    }

    fn send_packet(&mut self) -> Result<(), MediaError> {
        let packet = self.input.next_packet();
        let packet = packet.map_err(|error| self.input.decode_error(error))?;
        let sent = if let Some(packet) = packet {
            self.decoder.send_packet(&packet)
        } else {
            self.has_sent_end = true;
            self.decoder.send_eof()
        };
        if sent.is_err() && !self.has_sent_end {
            self.damaged += 1;
        }
        Ok(())
    }

    /// True if the place is there, or soon will be by decoding on.
    fn is_near(&self, at: i64) -> bool {
        let soon = self.queue_end() + i64::from(self.rate_hz);
        !self.is_lost && at >= self.queue_at && (self.is_at_end || at <= soon)
    }

    fn queue_end(&self) -> i64 {
        self.queue_at + self.queue.len() as i64
    }

    /// Goes to where the frame at position `at` can be decoded from.
    fn go_to(&mut self, at: i64) -> Result<(), MediaError> {
        let begin = self.stretch_begin(at, self.first_rate_hz);
        let place = time_of(begin.0, self.first_rate_hz);
        let mut landed_before = None;
        for pre_roll in PRE_ROLLS {
            let timestamp = self.placement.timestamp_before(place - pre_roll);
            if self.input.seek(timestamp).is_err() {
                break;
            }
            self.forget_place(at);
            let landed = self.land()?;
            let first = time_of(self.placement.first(self.first_rate_hz), self.first_rate_hz);
            // At the start of the stream, in a gap, and after the end, there is nothing to be found any earlier.
            let is_all = landed.is_some_and(|landed| landed <= first.max(place));
            if is_all || landed_before == Some(landed) {
                return Ok(());
            }
            landed_before = Some(landed);
        }
        self.restart(at)?;
        self.land().map(drop)
    }

    /// Goes to the start of the stream.
    fn restart(&mut self, at: i64) -> Result<(), MediaError> {
        // Few containers cannot be sought in; those are opened once more.
        let start = self.placement.timestamp_before(Time::ZERO - LONG_BEFORE);
        if self.input.seek(start).is_err() {
            self.input.reopen()?;
        }
        self.forget_place(at);
        let rate_hz = self.first_rate_hz;
        self.next = Some((self.placement.first(rate_hz), rate_hz));
        Ok(())
    }

    /// The sample at which the frame at hand begins, by its timestamp or the frame before it.
    fn place(&self, form: Form) -> Option<i64> {
        let next = self.next.filter(|(_, rate_hz)| *rate_hz == form.rate_hz);
        let next = next.map(|(next, _)| next);
        match self.frame.timestamp() {
            Some(timestamp) => {
                let length = (self.frame.samples(), form.rate_hz);
                Some(self.placement.place(timestamp, length, next))
            }
            None => next,
        }
    }

    /// Forgets all of the place in the stream, so that the queue begins at position `at`.
    fn forget_place(&mut self, at: i64) {
        // Some decoders keep the end of their last frame through a flush (AC-3), to be added to the next.
        match self.input.decoder() {
            Ok(decoder) => self.decoder = decoder,
            Err(_) => self.decoder.flush(),
        }
        self.stretch = None;
        self.next = None;
        self.waiting = None;
        self.queue.clear();
        self.queue_at = at;
        self.is_at_end = false;
        self.has_sent_end = false;
        self.is_lost = false;
    }

    /// Decodes the first frame whose place is known, which then waits; gives the time at which it begins, `None` if
    /// there is none.
    fn land(&mut self) -> Result<Option<Time>, MediaError> {
        while self.next_frame()? {
            let Some(form) = Form::of(&self.frame) else {
                continue;
            };
            if let Some(place) = self.place(form) {
                self.waiting = Some(place);
                return Ok(Some(time_of(place, form.rate_hz)));
            }
        }
        self.is_at_end = true;
        Ok(None)
    }

    /// The sample, at its rate, and the frame with which a stretch begins that has a full filter at position `at`.
    fn stretch_begin(&self, at: i64, rate_in_hz: u32) -> (i64, i64) {
        if rate_in_hz == self.rate_hz {
            return (at, at);
        }
        let meeting = Meeting::of(rate_in_hz, self.rate_hz);
        let filter = FILTER_SAMPLES * i64::from(rate_in_hz.div_ceil(self.rate_hz));
        let back = filter.div_euclid(meeting.samples_in) + 1;
        let meetings = at.div_euclid(meeting.frames_out) - back;
        (meetings * meeting.samples_in, meetings * meeting.frames_out)
    }

    /// Begins a stretch with the frame that waits at this sample.
    fn begin_stretch(&mut self, place: i64) -> Result<(), MediaError> {
        self.waiting = None;
        let Some(form) = Form::of(&self.frame) else {
            return Ok(());
        };
        let begins = sample_at(time_of(place, form.rate_hz), self.rate_hz);
        let (next_in, next_out) = self.stretch_begin(begins.max(self.queue_end()), form.rate_hz);
        let resampler = Resampler::new(form, self.rate_hz);
        let resampler = resampler.map_err(|error| self.input.decode_error(error))?;
        self.stretch = Some(Stretch {
            resampler,
            next_in,
            next_out,
        });
        self.feed(place, form)
    }

    /// Decodes on by a frame.
    fn decode_more(&mut self) -> Result<(), MediaError> {
        if let Some(place) = self.waiting {
            return self.begin_stretch(place);
        }
        if !self.next_frame()? {
            self.is_at_end = true;
            return self.end_stretch();
        }
        let Some(form) = Form::of(&self.frame) else {
            self.damaged += 1;
            return Ok(());
        };
        let Some(place) = self.place(form) else {
            return Ok(());
        };
        let is_same_form = self
            .stretch
            .as_ref()
            .is_some_and(|stretch| stretch.resampler.form() == form);
        let next = self.next.filter(|(_, rate_hz)| *rate_hz == form.rate_hz);
        let gap = next.map_or(0, |(next, _)| place - next);
        if !is_same_form || gap > i64::from(form.rate_hz) {
            self.waiting = Some(place);
            return self.end_stretch();
        }
        self.feed(place, form)
    }

    /// Feeds the frame at hand, which begins at sample `place`, to the stretch.
    fn feed(&mut self, place: i64, form: Form) -> Result<(), MediaError> {
        let end = place + self.frame.samples() as i64;
        self.next = Some((end, form.rate_hz));
        let first = self.placement.first(form.rate_hz);
        let Some(stretch) = &mut self.stretch else {
            return Ok(());
        };
        // What a container says is no sound yet, such as a codec's priming, is not there at all.
        let from = place.max(first).max(stretch.next_in);
        if from >= end {
            return Ok(());
        }
        let out = &mut self.scratch;
        out.clear();
        let gap = usize::try_from(from - stretch.next_in).unwrap_or(0);
        let skipped = usize::try_from(from - place).unwrap_or(0);
        let fed = stretch
            .resampler
            .push_silence(gap, out)
            .and_then(|()| stretch.resampler.push(&self.frame, skipped, out));
        stretch.next_in = end;
        self.append();
        fed.map_err(|error| self.input.decode_error(error))
    }

    /// Ends the stretch, if there is one, with what its resampler holds back.
    fn end_stretch(&mut self) -> Result<(), MediaError> {
        self.scratch.clear();
        let flushed = match &mut self.stretch {
            Some(stretch) => stretch.resampler.flush(&mut self.scratch),
            None => Ok(()),
        };
        self.append();
        self.stretch = None;
        flushed.map_err(|error| self.input.decode_error(error))
    }

    /// Appends what came out of the resampler, without what the queue has already or what lies before it.
    fn append(&mut self) {
        let end = self.queue_end();
        let Some(stretch) = &mut self.stretch else {
            return;
        };
        let begin = stretch.next_out;
        stretch.next_out += self.scratch.len() as i64;
        let skipped = usize::try_from(end - begin).unwrap_or(0);
        let gap = usize::try_from(begin - end).unwrap_or(0);
        if skipped < self.scratch.len() {
            self.queue.resize(self.queue.len() + gap, [0.0; 2]);
            self.queue.extend_from_slice(&self.scratch[skipped..]);
        }
    }
}

impl SoundSource for SoundDecoder {
    fn read(&mut self, at: i64, frames: &mut [StereoFrame]) -> Result<(), MediaError> {
        frames.fill([0.0; 2]);
        let end = at.saturating_add(frames.len() as i64);
        let read = self.read_from(at, end);
        if read.is_err() {
            self.is_lost = true;
            return read;
        }
        let begin = self.queue_at.max(at);
        let until = self.queue_end().min(end);
        if begin < until {
            let from = (begin - self.queue_at) as usize;
            let count = (until - begin) as usize;
            let to = (begin - at) as usize;
            frames[to..to + count].copy_from_slice(&self.queue[from..from + count]);
        }
        Ok(())
    }

    fn damaged_packets(&self) -> u64 {
        self.damaged
    }
}

impl SoundDecoder {
    /// Decodes until the queue has what there is between two positions, and nothing before the first.
    fn read_from(&mut self, at: i64, end: i64) -> Result<(), MediaError> {
        if !self.is_near(at) {
            self.go_to(at)?;
        }
        loop {
            let passed = usize::try_from(at - self.queue_at).unwrap_or(0);
            if passed > 0 {
                let kept = passed.min(self.queue.len());
                self.queue.drain(..kept);
                self.queue_at += kept as i64;
                // Silence that is not kept lies between the queue and the frame that waits.
                if self.queue.is_empty() && self.waiting.is_some() {
                    self.queue_at = at;
                }
            }
            let is_silent_until = self.waiting.is_some_and(|place| {
                let rate_hz = Form::of(&self.frame).map_or(self.rate_hz, |form| form.rate_hz);
                sample_at(time_of(place, rate_hz), self.rate_hz) >= end
            });
            if self.queue_end() >= end || self.is_at_end || is_silent_until {
                return Ok(());
            }
            self.decode_more()?;
        }
    }
}
