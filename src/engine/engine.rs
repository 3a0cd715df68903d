//! The engine: what it consists of, and what can be asked of it.

use std::sync::Arc;
use std::sync::OnceLock;

use image::RgbaImage;

use super::deck::Lane;
use super::deck_assignment::Dealing;
use super::gpu_loss::textures_for;
use super::options::EngineOptions;
use super::pacer::Pacer;
use super::render_target::Drawing;
use super::report::{self, Parts};
use super::snapshot_builder::Observer;
use super::sync_read::SyncReader;
use super::thread_monitor::Watch;
use super::tick::TickState;
use crate::gpu::{Gpu, GpuError};
use crate::library::opener::Opener;
use crate::library::{Library, OpenMedia, OpenerOptions};
use crate::media::{self, OpenOptions, TextureSupport, VideoFacts};
use crate::playback::{Player, PlayerOptions};
use crate::project::{MediaId, Project};
use crate::stats::{LayerRecorder, Report};
use crate::status::snapshot::{DoctorStatus, LayerSnapshot};
use crate::status::{Diagnosis, Snapshot};
use crate::time::{Clock, Time};
use crate::transport::Transport;

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The system has no threads to give.
    #[error("no threads for reading and decoding ({0}); close other programs and try again")]
    Threads(#[from] std::io::Error),
    /// The GPU has no room for the canvas.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// A device in the place of one that is gone samples other kinds of textures.
    #[error(
        "the other graphics adapter does not take the frames of this one; open the project anew"
    )]
    OtherAdapter,
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
    /// What files are decoded to, as the device asked for when they were opened.
    pub(super) textures: TextureSupport,
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
        Self::with_media(options, clock, gpu, Arc::new(media::open))
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
        let textures = textures_for(gpu.as_ref());
        let opener = Opener::start(&OpenerOptions {
            open_media,
            open: OpenOptions {
                io: options.playback.io,
                decode_by: options.decode_by,
                time_out: options.time_out,
                slow_disk: options.slow_disk.clone(),
                ..OpenOptions::new(textures)
            },
            has_thumbnails: options.has_thumbnails,
            thumbnail_cache: options.thumbnail_cache.clone(),
            proxies: options.proxies.clone(),
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
        observer.snapshot.canvas_divisor = drawing.divisor();
        Ok(Self {
            pacer: Pacer::new(project.canvas.frame_rate),
            player: Player::new(player_options, clock.clone())?,
            library: Library::new(opener, playback.io),
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
            textures,
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

    /// The project being played.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Where and how it plays.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The state to show.
    pub fn snapshot(&self) -> &Snapshot {
        &self.observer.snapshot
    }

    /// The same, to share.
    pub fn share_snapshot(&self) -> Arc<Snapshot> {
        Arc::new(self.observer.snapshot.clone())
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
        self.observer.snapshot.doctor_status = DoctorStatus::Running;
    }

    /// Takes what the doctor said of `project`; none if it could not say anything.
    pub fn end_examination(&mut self, project: &Project, diagnosis: Option<Diagnosis>) {
        let snapshot = &mut self.observer.snapshot;
        if let Some(diagnosis) = diagnosis {
            snapshot.diagnosis = Some(Arc::new(diagnosis));
        }
        let is_same = self.project.layers == project.layers && self.project.media == project.media;
        snapshot.doctor_status = if is_same {
            DoctorStatus::Current
        } else {
            DoctorStatus::Outdated
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
    pub fn media_facts(&self, media: MediaId) -> Option<&Arc<VideoFacts>> {
        self.library.facts(media)
    }

    /// A small picture of the frame that a media file shows at a position in it: exactly that one if it is there, else
    /// the nearest there is, at once, while the exact one is made in the background behind everything else; the waker
    /// tells when it has come. `None` if the file is not open, or has no picture yet.
    pub fn request_preview(
        &mut self,
        media: MediaId,
        position: Time,
    ) -> Option<Arc<crate::status::Thumbnail>> {
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

    /// Waits until the GPU has done all it was given, as presenting to a display would.
    pub fn finish_picture(&mut self) {
        if self.has_lost_gpu() {
            return;
        }
        if let Err(error) = self.drawing.finish() {
            self.log_error(&error);
        }
    }

    /// The composed picture, read back; waits for the GPU.
    pub fn read_canvas(&mut self) -> Option<RgbaImage> {
        self.drawing.read_canvas()
    }
}
