//! The engine: its parts, and questions to it.

use std::sync::Arc;
use std::sync::OnceLock;

use image::RgbaImage;

use super::deck::Deck;
use super::layers::follow_layers;
use super::options::EngineOptions;
use super::pacer::Pacer;
use super::parts::Parts;
use super::render_target::{RenderTarget, textures_for};
use super::report::report;
use super::snapshot_builder::SnapshotBuilder;
use super::sound_desk::SoundDesk;
use super::sync_reader::SyncReader;
use super::thread_monitor::ThreadMonitor;
use super::tick_state::TickState;
use crate::gpu::{Gpu, GpuError};
use crate::library::opener::Opener;
use crate::library::{Library, OpenMedia, OpenerOptions};
use crate::media::{self, OpenOptions, TextureSupport, VideoFacts};
use crate::playback::{Player, PlayerOptions};
use crate::project::{MediaId, Project};
use crate::stats::{LayerRecorder, Report};
use crate::status::snapshot::ProxyStatus;
use crate::status::{Diagnosis, Snapshot, Thumbnail};
use crate::time::{Clock, Time};
use crate::transport::Transport;

/// An error that leaves no engine.
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
    /// By id; those of layers that are gone are used for the next ones.
    pub(super) decks: Vec<Deck>,
    pub(super) parts: Parts,
    pub(super) pacer: Pacer,
    /// Textures that files are decoded to, as the device asked for when they were opened.
    pub(super) textures: TextureSupport,
    pub(super) thread_monitor: ThreadMonitor,
    waker: SharedWaker,
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
        let opener = start_opener(&options, textures, open_media, &waker, &clock)?;
        let playback = options.playback;
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let player_options =
            PlayerOptions::for_cores(cores, playback.prebuffer, playback.budget_bytes);
        let target = RenderTarget::new(
            gpu,
            &project.canvas,
            playback.budget_bytes,
            options.canvas_divisor,
        )?;
        let mut snapshot = SnapshotBuilder::default();
        snapshot.set_target(&target, playback.budget_bytes);
        Ok(Self {
            decks: Vec::new(),
            pacer: Pacer::new(project.canvas.frame_rate),
            thread_monitor: ThreadMonitor::start()?,
            textures,
            waker,
            parts: Parts {
                player: Player::new(player_options, clock.clone())?,
                library: Library::new(opener, playback.io),
                transport: Transport::new(),
                sync_reader: SyncReader::default(),
                layers: Vec::new(),
                state: TickState::default(),
                sound: SoundDesk::start(&options.sound, &clock)?,
                options,
                clock,
                project,
                target,
                snapshot,
            },
        })
    }

    /// Has `wake` called, from any thread, whenever something arrived that a tick would take up. Only the first call
    /// counts.
    pub fn set_waker(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        self.parts.player.set_waker(Arc::clone(&wake));
        if self.waker.set(wake).is_err() {
            tracing::debug!("a second waker was offered and not taken");
        }
    }

    /// Plays this project from now on. Cheap when little changed; media files that are new open in the background,
    /// those no longer used close.
    pub fn set_project(&mut self, project: Arc<Project>) {
        let parts = &mut self.parts;
        if parts.project.canvas != project.canvas {
            if let Err(error) = parts.target.resize(&project.canvas) {
                parts.log_gpu_error(&error);
            }
            self.pacer = Pacer::new(project.canvas.frame_rate);
        }
        if !is_same_show(&parts.project, &project) {
            parts.snapshot.outdate_diagnosis();
        }
        parts.project = project;
        parts.state.is_picture_stale = true;
        if parts.library.follow(&parts.project) {
            parts.refresh_media();
        }
        follow_layers(&mut self.decks, parts);
        parts.snapshot.set_layer_count(parts.project.layers.len());
    }

    /// The project being played.
    pub fn project(&self) -> &Arc<Project> {
        &self.parts.project
    }

    /// The playhead, and the way it plays.
    pub fn transport(&self) -> &Transport {
        &self.parts.transport
    }

    /// The state to show, as of the last tick. Who keeps it has the next tick copy it.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        self.parts.snapshot.snapshot()
    }

    /// The numbers so far.
    pub fn report(&self) -> Report {
        let view = self.parts.view(&self.decks);
        let seconds = self.parts.state.played.seconds();
        Report {
            sound: self.parts.sound.report(),
            ..report(&view, seconds, self.parts.snapshot.drawing_report())
        }
    }

    /// Notes that the doctor begins.
    pub fn begin_examination(&mut self) {
        self.parts.snapshot.begin_examination();
    }

    /// Takes the doctor's diagnosis of `project`; none if it failed.
    pub fn end_examination(&mut self, project: &Project, diagnosis: Option<Diagnosis>) {
        let is_current = is_same_show(&self.parts.project, project);
        self.parts.snapshot.end_examination(diagnosis, is_current);
    }

    /// Begins the counts anew.
    pub fn reset_stats(&mut self) {
        for deck in &mut self.decks {
            (deck.fill, deck.depth) = ((0, 0), None);
        }
        for state in &mut self.parts.layers {
            state.recorder = LayerRecorder::default();
        }
        self.parts.state.played = Time::ZERO;
        self.parts.snapshot.reset();
        self.parts.sound.reset();
    }

    /// The options that it was made with, with the playback settings of now.
    pub fn options(&self) -> &EngineOptions {
        &self.parts.options
    }

    /// The facts of an open media file.
    pub fn media_facts(&self, media: MediaId) -> Option<&Arc<VideoFacts>> {
        self.parts.library.facts(media)
    }

    /// A small picture of the frame that a media file shows at a position in it: exactly that one if it is there, else
    /// the nearest there is, at once, while the exact one is made in the background behind everything else; the waker
    /// is called when it has come. `None` if the file is not open, or has no picture yet.
    pub fn request_preview(&mut self, media: MediaId, position: Time) -> Option<Arc<Thumbnail>> {
        self.parts.library.preview(media, position)
    }

    /// The state of the proxy of a media file.
    pub fn proxy_status(&self, media: MediaId) -> ProxyStatus {
        self.parts.library.proxy_status(media)
    }

    /// True if proxies are looked for or being made, which goes on for as long as nothing plays.
    pub fn is_making_proxies(&self) -> bool {
        self.parts.library.is_making_proxies()
    }

    /// The reason for which a media file cannot be opened.
    pub fn media_error(&self, media: MediaId) -> Option<&str> {
        self.parts.library.error(media)
    }

    /// True if a media file is not open yet because its disk does not answer.
    pub fn is_media_silent(&self, media: MediaId) -> bool {
        self.parts.library.is_silent(media)
    }

    /// Tries once more to open what failed to open.
    pub fn reopen_failed(&mut self) {
        self.parts.library.reopen_failed();
        self.parts.refresh_media();
    }

    /// Opens a media file anew, because it changed on disk. The playhead stays, and the last picture until there is a new
    /// one.
    pub fn reload_media(&mut self, media: MediaId) {
        self.parts.library.reload(media);
        self.parts.refresh_media();
        self.parts.state.is_picture_stale = true;
    }

    /// The composed picture, and a number that changes whenever the view is another one.
    pub fn canvas(&self) -> Option<(&wgpu::TextureView, u64)> {
        self.parts.target.canvas()
    }

    /// Waits until the GPU has done all it was given, as presenting to a display would.
    pub fn finish_picture(&mut self) {
        if self.parts.has_lost_gpu() {
            return;
        }
        if let Err(error) = self.parts.target.finish() {
            self.parts.log_gpu_error(&error);
        }
    }

    /// The composed picture, read back; waits for the GPU.
    pub fn read_canvas(&mut self) -> Option<RgbaImage> {
        self.parts.target.read_canvas()
    }
}

/// True if two projects show the same of the same files, so that a diagnosis of one is one of the other.
fn is_same_show(one: &Project, other: &Project) -> bool {
    one.layers == other.layers && one.media == other.media
}

/// Starts opening files in the background; whoever waits for a tick is woken when one has opened.
fn start_opener(
    options: &EngineOptions,
    textures: TextureSupport,
    open_media: OpenMedia,
    waker: &SharedWaker,
    clock: &Clock,
) -> std::io::Result<Opener> {
    let waker = Arc::clone(waker);
    Opener::start(&OpenerOptions {
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
        clock: clock.clone(),
        wake: Arc::new(move || {
            if let Some(wake) = waker.get() {
                wake();
            }
        }),
    })
}
