//! The engine: the order of a tick.

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use image::RgbaImage;

use super::drawing::Drawing;
use super::lane::Lane;
use super::library::Library;
use super::observe::Observer;
use super::opener::{OpenMedia, Opener, OpenerOptions};
use super::options::{EngineOptions, Pace};
use super::pacer::Pacer;
use super::report::{self, Parts};
use super::sync_read::SyncReader;
use super::tick::TickState;
use super::voices::Dealing;
use super::watch::Watch;
use crate::gpu::{Gpu, GpuError};
use crate::media::{self, MediaFacts, OpenOptions, TextureSupport};
use crate::playback::{Player, PlayerOptions};
use crate::project::{LayerId, MediaId, Project};
use crate::stats::snapshot::{Examination, LayerSnapshot};
use crate::stats::{Diagnosis, LayerRecorder, Report, Snapshot};
use crate::time::{Clock, Time};
use crate::transport::{Bounds, Direction, Transport};

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The system has no threads to give.
    #[error("no threads for reading and decoding ({0}); close other programs and try again")]
    Threads(#[from] std::io::Error),
    /// The GPU has no room for the canvas.
    #[error(transparent)]
    Gpu(#[from] GpuError),
}

type SharedWaker = Arc<OnceLock<Arc<dyn Fn() + Send + Sync>>>;

/// Plays a project.
pub struct Engine {
    pub(super) options: EngineOptions,
    pub(super) clock: Clock,
    pub(super) project: Arc<Project>,
    pub(super) transport: Transport,
    pub(super) pacer: Pacer,
    pub(super) library: Library,
    pub(super) player: Player,
    pub(super) drawing: Drawing,
    pub(super) sync_reader: SyncReader,
    pub(super) lanes: Vec<Lane>,
    /// What was measured, by lane; the numbers of a layer are with its first voice.
    pub(super) recorders: Vec<LayerRecorder>,
    /// How clips are dealt out among voices, by the lane of the first voice.
    pub(super) dealings: Vec<Dealing>,
    pub(super) observer: Observer,
    pub(super) waker: SharedWaker,
    pub(super) state: TickState,
    pub(super) watch: Watch,
}

impl Engine {
    /// An engine with an empty project, paused at zero. Without a GPU it does all but draw.
    ///
    /// # Errors
    /// If the system has no threads to give, or the GPU no room.
    pub fn new(
        options: EngineOptions,
        clock: Clock,
        gpu: Option<Gpu>,
    ) -> Result<Self, EngineError> {
        Self::with_media(options, clock, gpu, Arc::new(media::open_to_play))
    }

    /// As [`Engine::new`], with another way of opening media files than from a disk.
    ///
    /// # Errors
    /// As of [`Engine::new`].
    pub fn with_media(
        options: EngineOptions,
        clock: Clock,
        gpu: Option<Gpu>,
        open_media: OpenMedia,
    ) -> Result<Self, EngineError> {
        let project = Arc::new(Project::default());
        let waker = SharedWaker::default();
        let textures = match &gpu {
            Some(gpu) if !gpu.has_bc() => TextureSupport::RgbaOnly,
            Some(gpu) if gpu.is_software() => TextureSupport::Software,
            _ => TextureSupport::BlockCompressed,
        };
        let opener = Opener::start(&OpenerOptions {
            open_media,
            open: OpenOptions {
                read_by: options.playback.io.read_by(),
                decode_by: options.decode_by,
                time_out: options.time_out,
                ..OpenOptions::new(textures)
            },
            has_thumbnails: options.has_thumbnails,
            pictures: options.pictures.clone(),
            proxies: options.proxies.clone(),
            slow_disk: options.slow_disk.clone(),
            wake: Arc::new({
                let waker = Arc::clone(&waker);
                move || {
                    if let Some(wake) = waker.get() {
                        wake();
                    }
                }
            }),
        })?;
        let playback = options.playback;
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let player_options =
            PlayerOptions::for_cores(cores, playback.prebuffer, playback.budget_bytes);
        let drawing = Drawing::new(
            gpu,
            &project.canvas,
            playback.budget_bytes,
            options.canvas_divisor,
        )?;
        let mut observer = Observer::default();
        observer.snapshot.adapter = drawing.adapter();
        observer.snapshot.frame_budget_bytes = playback.budget_bytes;
        observer.snapshot.canvas_divisor = options.canvas_divisor;
        Ok(Self {
            pacer: Pacer::new(project.canvas.frame_rate),
            player: Player::new(player_options, clock.clone())?,
            library: Library::new(opener, playback.io.read_by()),
            transport: Transport::new(),
            sync_reader: SyncReader::default(),
            lanes: Vec::new(),
            recorders: Vec::new(),
            dealings: Vec::new(),
            state: TickState::default(),
            watch: Watch::start()?,
            drawing,
            observer,
            waker,
            project,
            options,
            clock,
        })
    }

    /// Has `wake` called, from any thread, whenever something arrived that a tick would take up. Only the first call
    /// counts.
    pub fn set_waker(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        self.player.set_waker(Arc::clone(&wake));
        if self.waker.set(wake).is_err() {
            tracing::debug!("a second waker was offered and not taken");
        }
    }

    /// Plays this project from now on. Cheap when little changed; media files that are new open in the background,
    /// those no longer used close.
    pub fn set_project(&mut self, project: Arc<Project>) {
        if self.project.canvas != project.canvas {
            if let Err(error) = self.drawing.resize(&project.canvas) {
                self.log_error(&error);
            }
            self.pacer = Pacer::new(project.canvas.frame_rate);
        }
        if self.project.layers != project.layers || self.project.media != project.media {
            self.observer.outdate_diagnosis();
        }
        self.project = project;
        self.state.is_picture_stale = true;
        if self.library.follow(&self.project) {
            self.observer.snapshot.media = self.library.status();
        }
        self.follow_layers();
        if self.observer.snapshot.layers.len() != self.project.layers.len() {
            let count = self.project.layers.len();
            self.observer
                .set_layers(vec![LayerSnapshot::default(); count]);
        }
    }

    pub(super) fn log_error(&mut self, error: &GpuError) {
        let now = self.clock.now();
        self.observer.log(now, true, error.to_string());
    }

    /// The project being played.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Where and how it plays.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The playhead now.
    pub fn playhead(&self) -> Time {
        self.transport.playhead_at(self.clock.now(), &self.bounds())
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds::of(&self.project)
    }

    /// Plays from the playhead.
    pub fn play(&mut self) {
        let bounds = self.bounds();
        self.transport.play(self.clock.now(), &bounds);
        self.restart_pace();
    }

    /// Plays from the in point: the start of the loop range, or of the timeline. Backwards from the out point.
    pub fn play_from_in(&mut self) {
        let range = self.project.loop_range;
        let from = match self.transport.direction() {
            Direction::Forwards => range.map_or(Time::ZERO, |range| range.start),
            Direction::Backwards => {
                let end = range.map_or_else(|| self.project.duration(), |range| range.end);
                let last = self.bounds().snap(end - Time::from_flicks(1));
                last.max(Time::ZERO)
            }
        };
        self.seek(from);
        self.play();
    }

    /// Sets project time per clock time, held to −10 to 10: negative plays backwards. Zero and what is no number change
    /// nothing. It lasts until it is set again.
    pub fn set_speed(&mut self, speed: f64) {
        let (now, bounds) = (self.moment(), self.bounds());
        let speed_before = self.transport.speed();
        self.transport.set_speed(now, speed, &bounds);
        self.note_turn(speed_before);
    }

    /// Plays in a direction, faster each time it is asked for again: 1, 2, 4, 8 times. The other direction turns round at
    /// speed 1. It lasts until playing stops.
    pub fn shuttle(&mut self, direction: Direction) {
        let (now, bounds) = (self.moment(), self.bounds());
        let (speed_before, was_playing) = (self.transport.speed(), self.transport.is_playing());
        self.transport.shuttle(now, direction, &bounds);
        if was_playing {
            self.note_turn(speed_before);
        } else {
            self.restart_pace();
        }
    }

    /// Ticks are counted from the next one on.
    fn restart_pace(&mut self) {
        self.pacer.restart();
        self.state.last_moment = None;
    }

    /// The moment of the picture on screen while playing, from which a change of speed counts; otherwise now.
    fn moment(&self) -> Time {
        let last = self.state.last_moment;
        last.filter(|_| self.transport.is_playing())
            .unwrap_or_else(|| self.clock.now())
    }

    /// What is due after a change of speed was not foreseen, and is waited for without blame, as after a jump.
    fn note_turn(&mut self, speed_before: f64) {
        if self.transport.is_playing() && speed_before != self.transport.speed() {
            for lane in &mut self.lanes {
                lane.turn();
            }
        }
    }

    /// Stays at the picture on screen.
    pub fn pause(&mut self) {
        let (now, bounds) = (self.moment(), self.bounds());
        self.transport.pause(now, &bounds);
        self.interrupt_accounts();
    }

    /// Pauses, and goes back to where playing began.
    pub fn stop(&mut self) {
        self.transport.stop();
        self.interrupt_accounts();
    }

    /// Pauses, and moves by this many canvas frames.
    pub fn step_frames(&mut self, frames: i64) {
        let bounds = self.bounds();
        self.transport.step(self.clock.now(), frames, &bounds);
        self.interrupt_accounts();
    }

    /// Moves the playhead.
    pub fn seek(&mut self, time: Time) {
        self.transport.seek(self.clock.now(), time);
        self.restart_pace();
    }

    /// Moves the playhead as part of a drag: the newest position wins.
    pub fn scrub(&mut self, time: Time) {
        self.transport.scrub(time);
    }

    /// Ends a drag at this position, which lands exactly.
    pub fn scrub_end(&mut self, time: Time) {
        self.transport.scrub_end(self.clock.now(), time);
        self.restart_pace();
    }

    fn interrupt_accounts(&mut self) {
        for lane in &mut self.lanes {
            lane.account.finish(&mut self.recorders[lane.home]);
        }
        self.state.last_moment = None;
    }

    /// When the next tick has something to do: while playing the next picture's time, `None` when nothing moves (then
    /// the waker tells).
    pub fn next_tick(&self) -> Option<Time> {
        if self.library.has_news() || !self.player.wake_me() || self.state.is_picture_stale {
            return Some(self.clock.now());
        }
        if self.transport.is_playing() && self.options.pace == Pace::EveryFrame {
            return Some(self.clock.now());
        }
        let interval = self.project.canvas.frame_rate.frame_duration();
        if self.transport.is_playing() {
            return Some(
                self.state
                    .last_moment
                    .map_or_else(|| self.clock.now(), |last| last + interval),
            );
        }
        // What failed is tried again after a while.
        let is_waiting = self.lanes.iter().any(|lane| !lane.is_exact());
        let retry = is_waiting.then(|| self.clock.now() + Time::from_seconds(1));
        let reopen = self.library.next_retry();
        [retry, reopen, self.observer.next_afterthought()]
            .into_iter()
            .flatten()
            .min()
    }

    /// When the next picture is due, while playing at the pace of the clock.
    fn next_picture(&self) -> Option<Time> {
        let is_paced = self.transport.is_playing() && self.options.pace == Pace::RealTime;
        let interval = self.project.canvas.frame_rate.frame_duration();
        let last = self.state.last_moment.filter(|_| is_paced)?;
        Some(last + interval)
    }

    /// How long it is until then, on the clock; zero when it is due.
    pub fn time_to_next_tick(&self) -> Option<Duration> {
        let left = self.next_tick()? - self.clock.now();
        Some(Duration::from_nanos(
            u64::try_from(left.nanos()).unwrap_or(0),
        ))
    }

    /// Whether every file is open or failed, every layer shows exactly the frame that belongs to the playhead or cannot,
    /// and every prebuffer is full.
    pub fn is_settled(&self) -> bool {
        !self.library.is_opening()
            && (0..self.lanes.len()).all(|index| {
                let lane = &self.lanes[index];
                let ring = self.player.ring(index);
                let is_there = lane.due.is_none_or(|due| {
                    lane.shown == Some(due.key) || self.player.has_failed(index, due.key)
                });
                is_there && ring.filling_keys().next().is_none()
            })
    }

    /// Whether a layer shows exactly the frame that is due, or nothing is due on it.
    pub fn is_exact(&self, layer: LayerId) -> bool {
        let mut lanes = self.lanes.iter().filter(|lane| lane.layer == Some(layer));
        lanes.all(Lane::is_exact)
    }

    /// Waits until the GPU has done all it was given, as presenting to a display would.
    pub fn finish_picture(&mut self) {
        if let Err(error) = self.drawing.finish() {
            self.log_error(&error);
        }
    }

    /// Waits, at most until `deadline` on the clock, for a frame to arrive. For callers without a window.
    pub fn wait(&mut self, deadline: Time) {
        self.take_up_frames(Some(deadline));
    }

    /// Waits until the next tick is due. For callers without a window.
    ///
    /// While playing that is the time of the next picture and no earlier, whatever arrives meanwhile: a display takes
    /// none in between, and a playhead quicker than the canvas would stand where nothing was foreseen.
    pub fn wait_for_next_tick(&mut self) {
        while let Some(next) = self.next_picture().or_else(|| self.next_tick()) {
            if next <= self.clock.now() {
                return;
            }
            self.wait(next);
        }
    }

    /// Waits for a frame, but not for long, so that files being opened are noticed too. For callers without a window.
    pub fn wait_a_moment(&mut self) {
        let soon = self.clock.now() + Time::from_nanos(5_000_000);
        self.wait(soon);
    }

    /// The state to show.
    pub fn snapshot(&self) -> &Snapshot {
        &self.observer.snapshot
    }

    /// The numbers so far.
    pub fn report(&self) -> Report {
        report::report(&Parts {
            project: &self.project,
            lanes: &self.lanes,
            recorders: &self.recorders,
            dealings: &self.dealings,
            library: &self.library,
            player: &self.player,
            adapter: self.drawing.adapter(),
            settings: self.options.playback,
            seconds: self.state.played.seconds(),
            drawing: self.observer.drawing(),
        })
    }

    /// Notes that the doctor begins.
    pub fn begin_examination(&mut self) {
        self.observer.snapshot.examination = Examination::Running;
    }

    /// Takes what the doctor said of `project`; none if it could not say anything.
    pub fn end_examination(&mut self, project: &Project, diagnosis: Option<Diagnosis>) {
        let snapshot = &mut self.observer.snapshot;
        if let Some(diagnosis) = diagnosis {
            snapshot.diagnosis = Some(Arc::new(diagnosis));
        }
        let is_same = self.project.layers == project.layers && self.project.media == project.media;
        snapshot.examination = if is_same {
            Examination::Current
        } else {
            Examination::Outdated
        };
    }

    /// Begins the counts anew.
    pub fn reset_stats(&mut self) {
        for lane in &mut self.lanes {
            lane.fill = (0, 0);
        }
        self.recorders.fill(LayerRecorder::default());
        self.state.played = Time::ZERO;
        self.observer.reset();
    }

    /// How it plays.
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// What is known of an open media file.
    pub fn media_facts(&self, media: MediaId) -> Option<&Arc<MediaFacts>> {
        self.library.facts(media)
    }

    /// A small picture of the frame that a media file shows at a position in it: exactly that one if it is there, else
    /// the nearest there is, at once, while the exact one is made in the background behind everything else; the waker
    /// tells when it has come. `None` if the file is not open, or has no picture yet.
    pub fn request_preview(
        &mut self,
        media: MediaId,
        position: Time,
    ) -> Option<Arc<crate::stats::Thumbnail>> {
        self.library.preview(media, position)
    }

    /// Why a media file cannot be opened.
    pub fn media_error(&self, media: MediaId) -> Option<&str> {
        self.library.error(media)
    }

    /// Tries once more to open what failed to open.
    pub fn reopen_failed(&mut self) {
        self.library.reopen_failed();
        self.observer.snapshot.media = self.library.status();
    }

    /// Opens a media file anew, because it changed on disk. The playhead stays, and the last picture until there is a new
    /// one.
    pub fn reload_media(&mut self, media: MediaId) {
        self.library.reload(media);
        self.observer.snapshot.media = self.library.status();
        self.state.is_picture_stale = true;
    }

    /// The composed picture, and a number that changes whenever the view is another one.
    pub fn canvas(&self) -> Option<(&wgpu::TextureView, u64)> {
        self.drawing.canvas()
    }

    /// The composed picture, read back; waits for the GPU.
    pub fn read_canvas(&mut self) -> Option<RgbaImage> {
        self.drawing.read_canvas()
    }
}
