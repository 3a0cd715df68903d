//! The connection to a live source: a thread that connects, decodes, keeps the newest pictures, and connects again.
//!
//! ```text
//!            first picture                 broke, ended, or silent for the time-out
//! Alive ──────────────────────► Alive ───────────────────────────────────────────► Broken ── rest ──► connect ──► Alive
//! ```
//!
//! It keeps [`KEPT`] pictures and no more. A reader that comes late goes on with the oldest of them, and what it missed
//! is counted: the delay is bounded by what is kept, whatever the network did meanwhile.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ffmpeg_next as ffmpeg;
use parking_lot::{Condvar, Mutex};

use super::jitter::Jitter;
use super::live_input::{LiveInput, Next, Patience};
use super::pacing::Pacing;
use super::starter;
use crate::media::address::LiveAddress;
use crate::media::fault_injection;
use crate::media::ffmpeg::decode::codec::CodecSetup;
use crate::media::ffmpeg::demux::stream::VideoStream;
use crate::project::shown;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Pictures kept for readers that are a little late: a tenth of a second at 30 per second.
const KEPT: usize = 3;

/// Rests of the source before it is connected again; doubled each time from the first up to the longest.
const FIRST_REST: Time = Time::from_flicks(FLICKS_PER_SECOND / 2);
const LONGEST_REST: Time = Time::from_seconds(8);

/// Failures to decode in a row after which a connection is given up: several seconds of pictures.
const MAX_CORRUPT_RUN: u32 = 256;

/// Grace of those who wait for a connection, after it gives up itself, so that its own reason is heard.
const GRACE: Time = Time::from_flicks(FLICKS_PER_SECOND / 5);

/// Interval at which a reader that waits for a picture checks that it is still wanted: the flag for that wakes nobody,
/// and a layer must stop within a tenth of a second.
const STILL_WANTED: Time = Time::from_flicks(FLICKS_PER_SECOND / 50);

/// A reader that took nothing for this long was not playing: what it missed is no loss.
const PLAYING: Time = Time::from_seconds(1);

/// A live source that is connected, or rests before it is connected again.
///
/// The thread is told to stop when this is dropped, and ends within a tenth of a second. It is not waited for: this may
/// be dropped by the thread that draws, which must not wait for a network.
pub(in crate::media) struct Connection(Arc<Shared>);

/// State shared by the thread and the readers.
struct Shared {
    address: LiveAddress,
    setup: CodecSetup,
    clock: Clock,
    time_out: Time,
    /// Set once. It orders nothing: whoever waits is woken under the lock of `state`.
    wants_to_stop: Arc<AtomicBool>,
    /// Held to look at or change it, never while FFmpeg works.
    state: Mutex<State>,
    /// Signals each change of `state`, and the wish to stop.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The reason why there is no connection, while it rests.
    broken: Option<String>,
    /// The newest pictures, oldest first.
    pictures: VecDeque<Picture>,
    /// The number of the newest, from 1; 0 before the first.
    newest: u64,
    stream: Option<VideoStream>,
}

/// A picture that any number of readers may look at.
pub(in crate::media) type Picture = Arc<ffmpeg::frame::Video>;

/// Position of a reader.
#[derive(Debug, Default)]
pub(in crate::media) struct Cursor {
    /// The number of the picture it took last; 0 before the first.
    seen: u64,
    taken_at: Option<Time>,
}

impl Connection {
    /// Starts to connect.
    ///
    /// # Errors
    /// The system's error when it has no thread to give.
    pub(in crate::media) fn start(
        address: LiveAddress,
        setup: CodecSetup,
        time_out: Time,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            address,
            setup,
            clock: Clock::system(),
            time_out,
            wants_to_stop: Arc::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let thread = Arc::clone(&shared);
        starter::start(Box::new(move || thread.run()))?;
        Ok(Self(shared))
    }

    /// The source.
    pub(in crate::media) fn address(&self) -> &LiveAddress {
        &self.0.address
    }

    /// The stream as its container describes it, once it is connected.
    pub(in crate::media) fn stream(&self) -> Option<VideoStream> {
        self.0.state.lock().stream.clone()
    }

    /// The next picture that this reader has not seen; waits for it, at most for `patience`. `None` if it is no longer
    /// wanted.
    ///
    /// # Errors
    /// The reason why there is none, in words.
    pub(in crate::media) fn take(
        &self,
        cursor: &mut Cursor,
        patience: Time,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<Picture>, String> {
        let shared = &*self.0;
        let begin = shared.clock.now();
        let give_up = begin + patience;
        let connected_by = begin + shared.time_out + GRACE;
        let mut state = shared.state.lock();
        loop {
            // Before a picture is taken, which another request would then miss.
            if is_stale() {
                return Ok(None);
            }
            if let Some(picture) = state.after(cursor, &shared.clock, &shared.setup) {
                return Ok(Some(picture));
            }
            if let Some(reason) = &state.broken {
                return Err(reason.clone());
            }
            let now = shared.clock.now();
            // Looking a name up cannot be broken off; it goes on without anyone who waits for it.
            if state.stream.is_none() && now >= connected_by {
                return Err("it does not answer".to_owned());
            }
            if now >= give_up {
                return Err(format!("no picture for {:.0} s", patience.seconds()));
            }
            let look_again = shared.clock.instant_at(give_up.min(now + STILL_WANTED));
            shared.changed.wait_until(&mut state, look_again);
        }
    }

    /// Time limit of one call.
    pub(in crate::media) fn time_out(&self) -> Time {
        self.0.time_out
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.wants_to_stop.store(true, Ordering::Relaxed);
        // Under the lock, so that the thread is either before its look at the flag or already waiting.
        let _state = self.0.state.lock();
        self.0.changed.notify_all();
    }
}

impl State {
    /// The oldest kept picture that the reader has not seen.
    fn after(&self, cursor: &mut Cursor, clock: &Clock, setup: &CodecSetup) -> Option<Picture> {
        let kept = self.pictures.len() as u64;
        if cursor.seen >= self.newest || kept == 0 {
            return None;
        }
        let oldest = self.newest - kept + 1;
        let now = clock.now();
        let is_playing = cursor.taken_at.is_some_and(|at| now - at < PLAYING);
        // Who begins, or begins again, begins with the newest.
        let number = if is_playing {
            (cursor.seen + 1).max(oldest)
        } else {
            self.newest
        };
        if is_playing {
            setup.health.count_skipped(number - cursor.seen - 1);
        }
        cursor.seen = number;
        cursor.taken_at = Some(now);
        let place = usize::try_from(number - oldest).ok()?;
        self.pictures.get(place).map(Arc::clone)
    }
}

impl Shared {
    fn run(&self) {
        let mut rest = FIRST_REST;
        loop {
            let before = self.state.lock().newest;
            // Unwind safe: on a panic all that was being used is dropped, but for the state, which a lock guards.
            let ended = catch_unwind(AssertUnwindSafe(|| self.play()));
            if self.wants_to_stop.load(Ordering::Relaxed) {
                return;
            }
            let reason = ended.unwrap_or_else(|_| "the decoder broke down".to_owned());
            tracing::info!("{}: {reason}", shown(Path::new(&self.address.text)));
            let mut state = self.state.lock();
            if state.newest > before {
                rest = FIRST_REST;
            }
            state.broken = Some(reason);
            self.changed.notify_all();
            drop(state);
            self.wait_until(self.clock.now() + rest);
            rest = rest.scaled(2.0).min(LONGEST_REST);
            self.setup.health.count_reconnect();
        }
    }

    /// Connects and keeps pictures until that ends; gives the reason in words.
    fn play(&self) -> String {
        let patience = Patience::new(
            self.clock.clone(),
            self.time_out,
            Arc::clone(&self.wants_to_stop),
        );
        let mut input = match LiveInput::connect(&self.address, &self.setup, patience) {
            Ok(input) => input,
            Err(reason) => return reason,
        };
        self.state.lock().stream = Some(input.stream().clone());
        let mut pacing = Pacing::default();
        let mut jitter = Jitter::default();
        let mut corrupt_run = 0;
        let mut last_picture = self.clock.now();
        while !self.wants_to_stop.load(Ordering::Relaxed) {
            fault_injection::step(&self.address.text);
            match input.next() {
                Next::Picture(picture, timestamp) => {
                    corrupt_run = 0;
                    last_picture = self.clock.now();
                    if let Some(timestamp) = timestamp {
                        if !self.address.is_sent() {
                            self.wait_until(pacing.due(timestamp, last_picture));
                        }
                        let spread = jitter.note(timestamp, self.clock.now());
                        self.setup.health.set_jitter(spread);
                    }
                    self.keep(picture);
                }
                Next::Corrupt if corrupt_run < MAX_CORRUPT_RUN => {
                    corrupt_run += 1;
                    self.setup.health.count_corrupt(1);
                }
                Next::Corrupt => return "it sends nothing that can be decoded".to_owned(),
                Next::NotYet(_) if self.clock.now() - last_picture > self.time_out => {
                    return "it does not answer".to_owned();
                }
                Next::NotYet(pause) => self.wait_until(self.clock.now() + pause),
                Next::Over(reason) => return reason,
            }
        }
        String::new()
    }

    /// Keeps a picture for the readers; the oldest goes when there are too many.
    fn keep(&self, picture: ffmpeg::frame::Video) {
        let mut state = self.state.lock();
        if state.pictures.len() >= KEPT {
            state.pictures.pop_front();
        }
        state.pictures.push_back(Arc::new(picture));
        state.newest += 1;
        state.broken = None;
        self.changed.notify_all();
    }

    /// Waits until this moment on the clock, or until it is told to stop.
    fn wait_until(&self, moment: Time) {
        let mut state = self.state.lock();
        while !self.wants_to_stop.load(Ordering::Relaxed) && self.clock.now() < moment {
            self.changed
                .wait_until(&mut state, self.clock.instant_at(moment));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::health::SourceHealth;
    use crate::settings::DecodeBy;
    use crate::time::ManualClock;

    struct Bench {
        state: State,
        setup: CodecSetup,
        hand: ManualClock,
    }

    impl Bench {
        fn new() -> Self {
            let health = Arc::new(SourceHealth::default());
            Self {
                state: State::default(),
                setup: CodecSetup {
                    by: DecodeBy::Auto,
                    health,
                },
                hand: ManualClock::new(),
            }
        }

        /// Keeps pictures of which each is as wide as its number.
        fn keep(&mut self, count: u32) {
            for _ in 0..count {
                self.state.newest += 1;
                let mut picture = ffmpeg::frame::Video::empty();
                picture.set_width(u32::try_from(self.state.newest).expect("small"));
                self.state.pictures.push_back(Arc::new(picture));
                if self.state.pictures.len() > KEPT {
                    self.state.pictures.pop_front();
                }
            }
        }

        fn take(&self, cursor: &mut Cursor) -> Option<u32> {
            let clock = self.hand.clock();
            let picture = self.state.after(cursor, &clock, &self.setup)?;
            Some(picture.width())
        }
    }

    #[test]
    fn each_reader_sees_every_picture_once() {
        let mut bench = Bench::new();
        let (mut one, mut other) = (Cursor::default(), Cursor::default());
        assert_eq!(bench.take(&mut one), None);
        for number in 1..=5 {
            bench.keep(1);
            assert_eq!(bench.take(&mut one), Some(number));
            assert_eq!(bench.take(&mut one), None, "not twice");
            assert_eq!(bench.take(&mut other), Some(number));
        }
        assert_eq!(bench.setup.health.counts().skipped, 0);
    }

    #[test]
    fn a_reader_that_is_late_goes_on_with_what_is_kept_and_the_loss_is_counted() {
        let mut bench = Bench::new();
        let mut cursor = Cursor::default();
        bench.keep(1);
        assert_eq!(bench.take(&mut cursor), Some(1));
        bench.keep(10);
        assert_eq!(bench.take(&mut cursor), Some(9));
        assert_eq!(bench.take(&mut cursor), Some(10));
        assert_eq!(bench.setup.health.counts().skipped, 7, "2 to 8");
    }

    #[test]
    fn after_a_pause_the_newest_comes_first_and_nothing_counts_as_lost() {
        let mut bench = Bench::new();
        let mut cursor = Cursor::default();
        bench.keep(1);
        assert_eq!(bench.take(&mut cursor), Some(1));
        bench.keep(100);
        bench.hand.advance(PLAYING);
        assert_eq!(bench.take(&mut cursor), Some(101));
        assert_eq!(bench.setup.health.counts().skipped, 0);
    }
}
