//! A tick: what is due, what is ready, what is waited for.

use std::sync::Arc;

use super::Engine;
use super::lane::{Due, Lane, LaneError};
use super::library::Library;
use super::observe::Observer;
use super::options::Pace;
use crate::media::MediaError;
use crate::playback::player::News;
use crate::playback::{FrameKey, Source};
use crate::project::{Layer, LayerId, LayerValues, MediaId, Project};
use crate::stats::LayerRecorder;
use crate::time::{MediaTiming, Time};
use crate::transport::Bounds;
use crate::transport::schedule::{self, Upcoming};

/// Most moments between two ticks that are looked at one by one for frames that were skipped: ten seconds at 60 per
/// second. A longer gap (a machine that slept) is taken for a jump.
const MAX_SKIPPED_TICKS: i64 = 600;

/// What one tick leaves for the next.
#[derive(Default)]
pub(super) struct TickState {
    /// The moment that the last tick while playing stood for.
    pub(super) last_moment: Option<Time>,
    /// When the last tick came.
    pub(super) last_clock: Time,
    /// The number of jumps that the last tick had seen.
    pub(super) jumps_seen: u64,
    /// Canvas frames from one tick to the next.
    pub(super) stride: Stride,
    /// Whether the picture must be composed anew though no layer has a new frame.
    pub(super) is_picture_stale: bool,
    /// Whether reading ahead was switched on, and has not caught up yet.
    pub(super) is_handing_over: bool,
    /// Time played since the counts began.
    pub(super) played: Time,
    /// Kept to be used again.
    pub(super) upcoming: Vec<Upcoming>,
    /// Kept to be used again: the playhead at moments between the last tick and this one.
    pub(super) between: Vec<Time>,
}

/// Ticks of equal distance after which it is taken for that of the display.
const STEADY_TICKS: u32 = 8;

/// Distances that are remembered: an odd number, so that one hiccup among them leaves the median alone.
const RECENT_TICKS: usize = 5;

/// How many canvas frames lie between two ticks, as far as it can be foretold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stride {
    recent: [i64; RECENT_TICKS],
    repeats: u32,
}

impl Stride {
    /// Notes how many frames after the last tick this one came.
    fn note(&mut self, frames: i64) {
        let is_same = self.recent[0] == frames;
        self.repeats = if is_same {
            self.repeats.saturating_add(1)
        } else {
            0
        };
        self.recent.rotate_right(1);
        self.recent[0] = frames;
    }

    /// Every how many frames one is shown, on a display whose rate the canvas's is a multiple of; otherwise 1: asking
    /// for too many costs some reading, asking for too few costs the picture.
    pub(super) fn steady_frames(self) -> u32 {
        if self.repeats < STEADY_TICKS {
            return 1;
        }
        u32::try_from(self.recent[0]).map_or(1, |frames| frames.max(1))
    }

    /// The usual distance, at least 1, whatever single ticks did.
    pub(super) fn usual_frames(self) -> i64 {
        let mut sorted = self.recent;
        sorted.sort_unstable();
        sorted[RECENT_TICKS / 2].max(1)
    }
}

/// What a tick knows before it looks at the layers.
pub(super) struct Now {
    pub(super) clock: Time,
    pub(super) moment: Time,
    pub(super) playhead: Time,
    pub(super) bounds: Bounds,
    /// Whether due frames are counted: playing on from the last tick without a jump.
    pub(super) is_counted: bool,
    /// Time played since the last tick; none after a jump.
    pub(super) elapsed: Time,
    pub(super) is_jump: bool,
    pub(super) is_playing: bool,
    pub(super) is_scrubbing: bool,
}

impl Engine {
    /// Does what is due now: takes up what workers finished, uploads, composes, counts. Never waits on a disk or a
    /// decoder longer than `EngineOptions::miss_wait`.
    pub fn tick(&mut self) {
        self.drawing.poll();
        self.take_up_files();
        self.take_up_frames(None);
        let now = self.begin_tick();
        self.deal_clips(now.playhead);
        let mut has_new_picture = self.state.is_picture_stale;
        for index in 0..self.lanes.len() {
            has_new_picture |= self.find_due(index, &now);
            has_new_picture |= self.show_if_ready(index, &now);
            has_new_picture |= self.stand_in(index, &now);
        }
        self.follow_proxies(&now);
        let needed_bytes = self.player.shared_bytes();
        let budget_bytes = self.options.playback.budget_bytes;
        self.drawing.set_budget(budget_bytes.max(needed_bytes));
        for index in 0..self.lanes.len() {
            self.plan(index, &now);
        }
        has_new_picture |= match self.options.pace {
            _ if self.reads_in_place() => self.read_in_place(&now),
            Pace::EveryFrame => self.wait_for_all(&now),
            Pace::RealTime => self.wait_for_missing(&now),
        };
        self.note_hand_over();
        self.count_fates(&now);
        self.note_cadence(&now);
        self.note_events(&now);
        if has_new_picture {
            self.observer.stir();
            let begin = self.clock.now();
            self.render();
            self.observer.composite.record(self.clock.now() - begin);
        }
        if now.is_counted {
            self.observer.present.record(self.clock.now() - now.moment);
        }
        self.observe(&now);
    }

    pub(super) fn begin_tick(&mut self) -> Now {
        let clock = self.clock.now();
        let bounds = self.bounds();
        let moment = match self.options.pace {
            _ if !self.transport.is_playing() => clock,
            Pace::RealTime => self.pacer.tick(clock),
            Pace::EveryFrame => self.next_moment(clock),
        };
        self.transport.settle(moment, &bounds);
        let is_jump = self.transport.seek_count() != self.state.jumps_seen;
        self.state.jumps_seen = self.transport.seek_count();
        let is_playing = self.transport.is_playing();
        let elapsed = self
            .state
            .last_moment
            .filter(|_| is_playing && !is_jump)
            .map(|last| moment - last);
        let interval = self.project.canvas.frame_rate.frame_duration();
        let ticks = elapsed.map_or(0, |elapsed| {
            (elapsed.seconds() / interval.seconds()).round() as i64
        });
        let is_counted = is_playing && ticks <= MAX_SKIPPED_TICKS;
        self.state.between.clear();
        if let Some(elapsed) = elapsed.filter(|_| is_counted) {
            self.state.played += match self.options.pace {
                Pace::RealTime => elapsed,
                Pace::EveryFrame => clock - self.state.last_clock,
            };
            self.state.stride.note(ticks);
            let last = moment - elapsed;
            for tick in 1..ticks {
                let between = last + interval.scaled(tick as f64);
                self.state
                    .between
                    .push(bounds.snap(self.transport.playhead_at(between, &bounds)));
            }
        }
        self.state.last_moment = is_playing.then_some(moment);
        self.state.last_clock = clock;
        Now {
            clock,
            moment,
            playhead: bounds.snap(self.transport.playhead_at(moment, &bounds)),
            bounds,
            is_counted,
            elapsed: elapsed.filter(|_| is_counted).unwrap_or_default(),
            is_jump,
            is_playing,
            is_scrubbing: self.transport.is_scrubbing(),
        }
    }

    pub(super) fn take_up_files(&mut self) {
        let now = self.clock.now();
        self.note_broken(now);
        let news = self.library.take_up(now);
        for note in news.notes {
            tracing::info!("{note}");
            self.observer.log(now, false, note);
        }
        for error in news.errors {
            self.observer.log(now, true, error);
        }
        if news.has_changed {
            self.observer.stir();
            self.observer.snapshot.media = self.library.status();
            self.state.is_picture_stale |= news.has_opened;
        }
    }

    /// Has the files looked for again whose frames fail.
    fn note_broken(&mut self, now: Time) {
        for lane in &self.lanes {
            if let Some(error) = &lane.error {
                self.library
                    .note_broken(error.source, error.is_refused, now);
            }
        }
    }

    /// Takes up all frames that have arrived; or, given a moment on the clock, waits until then for one. Says whether a
    /// wait brought one.
    pub(super) fn take_up_frames(&mut self, wait_until: Option<Time>) -> bool {
        let (player, lanes, observer) = (&mut self.player, &mut self.lanes, &mut self.observer);
        let recorders = &mut self.recorders;
        let (project, library) = (&self.project, &self.library);
        let now = self.clock.now();
        let on_news = &mut |index: usize, key, news| {
            let lane: &mut Lane = &mut lanes[index];
            let recorder = &mut recorders[lane.home];
            take_up(project, library, recorder, lane, observer, now, (key, news));
        };
        let Some(deadline) = wait_until else {
            player.poll(self.drawing.pool(), on_news);
            return false;
        };
        player.wait(deadline, self.drawing.pool(), on_news)
    }

    /// Finds what is due on a lane, and how opaque it is. Says whether the picture changes by that alone: something comes
    /// on or goes off, or fades.
    pub(super) fn find_due(&mut self, index: usize, now: &Now) -> bool {
        let project = Arc::clone(&self.project);
        let layer = self.lanes[index].layer.and_then(|id| project.layer(id));
        if let Some(layer) = layer {
            self.follow_lag(index, layer, now);
        }
        let playhead = self.playhead_of(index, now);
        let due = layer.and_then(|layer| self.due_at(index, layer, playhead));
        if let Some(due) = due
            && let Some(source) = self.library.by_source(due.key.source)
        {
            let bytes = source.media.layout.bytes;
            self.player.set_frame_bytes(index, bytes);
        }
        let voice = self.voice(index);
        let lane = &mut self.lanes[index];
        let recorder = &mut self.recorders[lane.home];
        if now.is_jump {
            lane.jump(now.clock, recorder);
        }
        let opacity = layer.map_or(0.0, |layer| {
            schedule::opacity_at(layer, voice, now.playhead)
        });
        let values = layer.map_or_else(LayerValues::default, |layer| layer.at(now.playhead));
        let clip = |due: Option<Due>| due.map(|due| due.clip);
        let has_changed =
            clip(lane.due) != clip(due) || lane.opacity != opacity || lane.values != values;
        lane.opacity = opacity;
        lane.values = values;
        lane.due = due;
        if let Some(due) = due {
            lane.last_source = Some(due.key.source);
        } else {
            lane.account.finish(recorder);
            lane.shown_clip = None;
            // A jump into a gap has nothing to wait for.
            lane.awaiting = None;
        }
        has_changed
    }

    pub(super) fn due_at(&self, index: usize, layer: &Layer, playhead: Time) -> Option<Due> {
        let voice = self.voice(index);
        let due = schedule::due(layer, voice, playhead, &|media| self.timing(media))?;
        let source = self.library.source(due.media)?.id;
        Some(Due {
            clip: due.clip,
            start: due.start,
            key: FrameKey {
                source,
                frame: due.frame,
            },
        })
    }

    pub(super) fn timing(&self, media: MediaId) -> Option<&MediaTiming> {
        self.library
            .source(media)
            .map(|source| &source.media.facts.timing)
    }

    /// Puts the due frame into the lane's texture if it is ready; while scrubbing, whatever came. Says whether there is
    /// a new picture.
    pub(super) fn show_if_ready(&mut self, index: usize, now: &Now) -> bool {
        let lane = &self.lanes[index];
        let Some(due) = lane.due else {
            return false;
        };
        let mut key = due.key;
        if now.is_scrubbing && lane.shown != Some(key) && !self.player.ring(index).is_ready(key) {
            // The newest position is still on its way: the one before it is better than a picture that stands still. The
            // proxy of the newest is better still.
            if self.has_stand_in(index) {
                return false;
            }
            let Some(other) = self.player.ready_scrubbed(index) else {
                return false;
            };
            key = other;
        }
        self.show(index, key, now.clock)
    }

    pub(super) fn show(&mut self, index: usize, key: FrameKey, now: Time) -> bool {
        let lane = &mut self.lanes[index];
        let Some(due) = lane.due else {
            return false;
        };
        let is_exact = due.key == key;
        if lane.shown == Some(key) {
            // Two clips may show the same frame, and nothing of the first be on screen any more.
            let is_hidden = lane.proxy.take().is_some();
            let is_new = lane.shown_clip.replace(due.clip) != Some(due.clip) || is_hidden;
            if is_exact {
                lane.landed(now, &mut self.recorders[lane.home]);
            }
            return is_new;
        }
        let Some(layout) = self
            .library
            .by_source(key.source)
            .map(|source| Arc::clone(&source.media.layout))
        else {
            return false;
        };
        let Some(memory) = self.player.take(index, key) else {
            return false;
        };
        let begin = self.clock.now();
        if let Err(error) = self.drawing.upload(index, &layout, memory) {
            self.log_error(&error);
            return false;
        }
        let end = self.clock.now();
        let lane = &mut self.lanes[index];
        let recorder = &mut self.recorders[lane.home];
        recorder.upload.record(end - begin);
        (lane.shown, lane.shown_clip) = (Some(key), Some(due.clip));
        lane.proxy = None;
        if is_exact {
            // Whether it is on time is told by `count_fates`, for a frame that became due at this very tick.
            if lane.awaiting.is_some() || lane.account.current() == Some(key) {
                lane.landed(end, recorder);
            }
        }
        true
    }

    /// The frame that is due on a lane and not in its texture.
    pub(super) fn missing(&self, index: usize) -> Option<FrameKey> {
        let lane = &self.lanes[index];
        lane.due
            .map(|due| due.key)
            .filter(|key| lane.shown != Some(*key))
    }

    /// Waits for due frames that are on their way, while playing and for no longer than a part of the frame's slack.
    pub(super) fn wait_for_missing(&mut self, now: &Now) -> bool {
        let mut has_new_picture = false;
        if !now.is_playing {
            return false;
        }
        self.note_misses(now);
        // Where drawing itself takes several frames' time, waiting an eighth of that costs little and saves a picture.
        let interval = self.project.canvas.frame_rate.frame_duration();
        let share = interval.scaled((self.state.stride.usual_frames() - 1) as f64 / 8.0);
        let deadline = now.clock + self.options.miss_wait.max(share);
        while (0..self.lanes.len()).any(|index| self.is_awaited(index)) {
            if !self.take_up_frames(Some(deadline)) {
                break;
            }
            for index in 0..self.lanes.len() {
                has_new_picture |= self.show_if_ready(index, now);
            }
        }
        has_new_picture
    }

    pub(super) fn is_awaited(&self, index: usize) -> bool {
        self.missing(index)
            .is_some_and(|key| self.player.stage(index, key).is_some())
    }

    /// Marks where due frames were not there when asked for, before any waiting.
    pub(super) fn note_misses(&mut self, now: &Now) {
        if !now.is_counted {
            return;
        }
        for index in 0..self.lanes.len() {
            if self.lanes[index].awaiting.is_some() {
                // Where a jump leads could not be foreseen.
                self.lanes[index].is_hit = true;
                continue;
            }
            let missing = self.missing(index);
            let is_new = missing.is_some() && self.lanes[index].account.current() != missing;
            self.lanes[index].is_hit = missing.is_none();
            if is_new && let Some(layer) = self.layer_index(self.lanes[index].layer) {
                self.observer.missed(layer, now.playhead);
            }
        }
    }

    pub(super) fn layer_index(&self, layer: Option<LayerId>) -> Option<usize> {
        self.project
            .layers
            .iter()
            .position(|candidate| Some(candidate.id) == layer)
    }

    /// Reads what is due at this very moment, as a player without a prebuffer does.
    pub(super) fn read_in_place(&mut self, now: &Now) -> bool {
        self.note_misses(now);
        let mut has_new_picture = false;
        for index in 0..self.lanes.len() {
            let Some(key) = self.missing(index) else {
                continue;
            };
            let Some(source) = self.library.by_source(key.source).cloned() else {
                continue;
            };
            let Some(mut memory) = self.drawing.pool().take(source.media.layout.bytes) else {
                continue;
            };
            let result = self
                .sync_reader
                .read(&source, key.frame, &mut *memory, &self.clock);
            let news = match result {
                Ok(measured) => {
                    if let Err(error) = self.drawing.upload(index, &source.media.layout, memory) {
                        self.log_error(&error);
                        continue;
                    }
                    let lane = &mut self.lanes[index];
                    lane.shown = Some(key);
                    lane.proxy = None;
                    lane.shown_clip = lane.due.map(|due| due.clip);
                    has_new_picture = true;
                    News::Ready(measured)
                }
                Err(error) => {
                    self.drawing.pool().give_back(memory);
                    News::Failed(error)
                }
            };
            let lane = &mut self.lanes[index];
            take_up(
                &self.project,
                &self.library,
                &mut self.recorders[lane.home],
                lane,
                &mut self.observer,
                now.clock,
                (key, news),
            );
            if self.lanes[index].is_exact() && self.lanes[index].awaiting.is_some() {
                let end = self.clock.now();
                let lane = &mut self.lanes[index];
                lane.landed(end, &mut self.recorders[lane.home]);
            }
        }
        has_new_picture
    }
}

/// Notes what a worker says of a frame.
fn take_up(
    project: &Project,
    library: &Library,
    recorder: &mut LayerRecorder,
    lane: &mut Lane,
    observer: &mut Observer,
    now: Time,
    (key, news): (FrameKey, News),
) {
    match news {
        News::AsideFailed(MediaError::NoSuchFrame { .. }) => lane.lost_proxy = Some(key),
        News::AsideFailed(error) => {
            observer.log(now, false, error.to_string());
            (lane.lost_proxy, lane.broken_proxy) = (Some(key), Some(key.source));
        }
        News::Ready(measured) => {
            recorder.read.record(measured.read);
            recorder.decode.record(measured.decode);
            recorder.wait.record(measured.waited);
            recorder.read_bytes += measured.read_bytes;
            if lane
                .error
                .as_ref()
                .is_some_and(|error| error.source == key.source)
            {
                lane.error = None;
            }
            let layer = project
                .layers
                .iter()
                .position(|layer| Some(layer.id) == lane.layer);
            observer.read(layer, measured.read);
        }
        News::Failed(error) => {
            let mut text = error.to_string();
            let is_refused = error.is_refusal();
            if let MediaError::Panicked { .. } = error
                && let Some(Source { media, .. }) = library.by_source(key.source)
            {
                text.push_str(&media.facts.path.display().to_string());
            }
            if lane.is_news(key.source, now) {
                observer.log(now, true, text.clone());
            }
            if lane.due.is_some_and(|due| due.key == key) {
                // The jump did not land: from now on the frames that are missing count as such.
                lane.awaiting = None;
            }
            lane.error = Some(LaneError {
                source: key.source,
                text,
                is_refused,
            });
        }
    }
}
