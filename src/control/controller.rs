//! [`Controller`]: the program as a value, without a window.
//!
//! ```text
//! Command ─► execute ┐                                              ┌─► Status
//!                    ├─► Session, MediaImport, Engine, worker threads ┤
//!    time ─► tick ───┘                                              └─► ShellRequest
//! ```

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::app_dirs::AppDirs;
use super::autosave::Autosave;
use super::background_io::BackgroundIo;
use super::doctor_thread::{self, DoctorThread};
use super::media_import::MediaImport;
use super::media_monitor::MediaMonitor;
use super::messages::Messages;
use super::playback_settings;
use super::program_state::ProgramState;
use super::project_io::{IoJob, SaveBackend};
use super::prompts::Prompts;
use super::session::Session;
use super::shell_request::{ShellRequest, ShellRequests};
use super::tasks::Tasks;
use super::verdict_tracker::VerdictTracker;
use super::window_restart::WindowRestart;
use super::worker::{Waker, Worker};
use crate::command::remote::{Remote, RemoteStart};
use crate::command::tree;
use crate::engine::{Engine, EngineError, EngineOptions};
use crate::gpu::Gpu;
use crate::project::Project;
use crate::project::storage::file;
use crate::project::storage::recovery::RecoveryPlace;
use crate::settings::Settings;
use crate::stats::Report;
use crate::stats::report::VerdictReport;
use crate::status::verdict::Bottleneck;
use crate::status::{Status, Verdict};
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Options of a controller.
#[derive(Clone)]
pub struct ControllerOptions {
    /// The document at the start, which counts as saved.
    pub project: Project,
    /// A project, or media files, to open at the first tick; absolute paths.
    pub paths: Vec<PathBuf>,
    /// Options of the engine.
    pub engine: EngineOptions,
    /// The clock that playing follows.
    pub clock: Clock,
    /// The folders of settings, recent projects and unsaved changes; without them none of these is kept.
    pub app_dirs: Option<AppDirs>,
    /// The function that writes projects.
    pub save: SaveBackend,
    /// The settings. [`Self::with_settings`] has the engine play by them.
    pub settings: Settings,
    /// An error to report at the start.
    pub notice: Option<String>,
    /// State handed from one window to the next.
    pub restart: WindowRestart,
    /// What sends commands from outside.
    pub remotes: Vec<RemoteStart>,
    /// True if the project is edited. A controller that only plays neither reads nor writes files, watches or fingerprints
    /// none, and starts no thread for that.
    pub is_for_editing: bool,
    /// True if a shell with a window carries out requests.
    pub has_window: bool,
    /// True if sound goes to the device of the settings; else where the engine's options say.
    pub has_sound: bool,
}

impl Default for ControllerOptions {
    fn default() -> Self {
        Self {
            project: Project::default(),
            paths: Vec::new(),
            engine: EngineOptions {
                has_thumbnails: true,
                ..EngineOptions::default()
            },
            clock: Clock::system(),
            app_dirs: None,
            save: Arc::new(file::save),
            settings: Settings::default(),
            notice: None,
            restart: WindowRestart::default(),
            remotes: Vec::new(),
            is_for_editing: true,
            has_window: true,
            has_sound: false,
        }
    }
}

impl ControllerOptions {
    /// Options for playing this project and nothing beside it.
    pub fn headless(project: Project, engine: EngineOptions) -> Self {
        Self {
            project,
            engine,
            is_for_editing: false,
            has_window: false,
            ..Self::default()
        }
    }

    /// The same with these settings, by which the engine plays.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings.clamped();
        playback_settings::apply(&self.settings.playback, &mut self.engine);
        if self.has_sound {
            self.engine.sound = playback_settings::sound_to(&self.settings.sound);
        }
        self
    }
}

/// The program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ControllerError {
    /// The system gives no thread.
    #[error("cannot start a thread ({0}); close other programs, then try again")]
    Thread(#[from] io::Error),
    /// The engine cannot start.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Progress of a request to close the program.
///
/// ```text
/// Open ─ nothing unsaved, or discarded ─► AwaitingLayout ─ layout, or next tick ─► Finishing ─ all written ─► Granted
/// ```
///
/// A request during the stages in the middle leads to the last one at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseStage {
    /// No request, or one that waits for the prompt about unsaved changes.
    Open,
    /// The shell was asked for the layout of its window, to be saved with the settings.
    AwaitingLayout,
    /// Settings and recovery files are being finished.
    Finishing {
        /// Begin of this stage.
        since: Time,
        /// Number of threads that have not finished yet.
        left: u8,
    },
    /// The program may close.
    Granted,
}

/// The program: executes commands, ticks, and keeps its [`Status`].
///
/// Its parts are driven by files of their own: `commands` executes, `background_results` receives what other threads
/// did, `document_flow`, `prompt_answers`, `media_files`, `unsaved_changes`, `settings_flow` and `closing` follow up,
/// and `status_builder` fills the status.
pub struct Controller {
    pub(super) engine: Engine,
    pub(super) session: Session,
    pub(super) import: MediaImport,
    pub(super) media: MediaMonitor,
    pub(super) messages: Messages,
    pub(super) prompts: Prompts,
    pub(super) program: ProgramState,
    pub(super) io: BackgroundIo,
    pub(super) doctor: DoctorThread,
    pub(super) autosave: Autosave,
    pub(super) verdict: VerdictTracker,
    /// Place of recovered changes that are being saved to a file of their own.
    pub(super) recovered_copy: Option<RecoveryPlace>,
    pub(super) restart: WindowRestart,
    pub(super) closing: CloseStage,
    pub(super) requests: ShellRequests,
    pub(super) has_window: bool,
    pub(super) has_sound: bool,
    pub(super) status: Status,
    /// The document that the engine was given last, without the files on their way into it.
    engine_document: Option<Arc<Project>>,
    /// Files to open at the first tick.
    pub(super) startup_paths: Vec<PathBuf>,
    clock: Clock,
    next_tick: Option<Time>,
    /// Settings that follow each other closely.
    pub(super) setting_stream: tree::Stream,
    pub(super) remotes: Vec<Box<dyn Remote>>,
}

impl Controller {
    /// A controller with an empty document, about to open the paths of `options`. `wake` is called from any thread when
    /// a tick has something to do.
    ///
    /// # Errors
    /// The system gives no thread, or the engine cannot start.
    pub fn new(
        options: ControllerOptions,
        gpu: Option<Gpu>,
        wake: Waker,
    ) -> Result<Self, ControllerError> {
        let engine = Engine::new(options.engine, options.clock.clone(), gpu)?;
        engine.set_waker(Arc::clone(&wake));
        let mut messages = Messages::default();
        if let Some(notice) = options.notice {
            messages.error(notice);
        }
        let remotes = options.remotes.iter();
        let remotes = remotes.map(|start| start(Arc::clone(&wake))).collect();
        let (tasks, io, doctor, media) = if options.is_for_editing {
            (
                Tasks::start(Arc::clone(&wake))?,
                BackgroundIo::start(&wake, options.app_dirs, options.save)?,
                doctor_thread::start(Arc::clone(&wake))?,
                MediaMonitor::start(wake),
            )
        } else {
            let media = MediaMonitor::default();
            (Tasks::off(), BackgroundIo::off(), Worker::off(), media)
        };
        let mut session = Session::new();
        session.history.reset(options.project);
        let mut controller = Self {
            engine,
            session,
            import: MediaImport::default(),
            media,
            messages,
            prompts: Prompts::default(),
            program: ProgramState::new(options.settings.clamped(), tasks),
            io,
            doctor,
            autosave: Autosave::default(),
            verdict: VerdictTracker::default(),
            recovered_copy: None,
            restart: options.restart,
            closing: CloseStage::Open,
            requests: ShellRequests::default(),
            has_window: options.has_window,
            has_sound: options.has_sound,
            status: Status::default(),
            engine_document: None,
            startup_paths: options.paths,
            clock: options.clock,
            next_tick: None,
            setting_stream: tree::Stream::default(),
            remotes,
        };
        controller.give_project();
        controller.take_over();
        if options.is_for_editing {
            controller.submit(IoJob::ScanAppDirs, "look for recent projects");
        }
        controller.build_status();
        Ok(controller)
    }

    /// Does all that is due: receives results of other threads, ticks the engine, keeps changes, builds the status.
    pub fn tick(&mut self) {
        self.release_snapshot();
        self.next_tick = None;
        self.follow_closing();
        self.receive_results();
        self.follow_media_changes();
        if !self.startup_paths.is_empty() {
            let paths = std::mem::take(&mut self.startup_paths);
            self.add_files(paths);
        }
        self.follow_remotes();
        self.follow_setting_stream();
        self.engine.tick();
        // Files that the engine found open just now are placed at once, and not when something wakes it again.
        if !self.import.is_empty() {
            self.settle_import();
        }
        self.keep_changes();
        self.save_settings_when_due();
        self.report_stall();
        self.log_messages();
        self.schedule();
        self.build_status();
        self.publish_to_remotes();
    }

    /// Puts new messages into the log.
    fn log_messages(&mut self) {
        for line in self.messages.take_unlogged() {
            self.engine.log(line);
        }
    }

    /// Notes when the next tick has something to do, of what is not scheduled where it arises.
    fn schedule(&mut self) {
        let now = self.now();
        let expiry = self.messages.follow(now);
        let times = [
            self.import.next_check(),
            self.io.next_stall_check(),
            expiry.map(|left| now + left),
            self.engine.next_tick(),
        ];
        for time in times.into_iter().flatten() {
            self.tick_at(time);
        }
        // Any picture of the display may be a new one, whatever the rate of the canvas.
        if self.engine.transport().is_playing() {
            self.tick_at(now);
        }
        if !self.program.tasks.is_idle() {
            self.tick_at(now + PROGRESS_INTERVAL);
        }
    }

    /// Schedules a tick at this time or before.
    pub(super) fn tick_at(&mut self, time: Time) {
        self.next_tick = Some(self.next_tick.map_or(time, |next| next.min(time)));
    }

    /// Time until the next tick has something to do, as the last one saw it; none if only the waker or a command tells.
    pub fn next_tick_in(&self) -> Option<Duration> {
        let left = self.next_tick? - self.now();
        Some(left.to_duration())
    }

    /// State of the program after the last tick or command.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Takes the oldest request to the shell.
    pub fn take_request(&mut self) -> Option<ShellRequest> {
        self.requests.pop()
    }

    /// The document.
    pub fn project(&self) -> &Project {
        self.session.history.project()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The report of what was played since the counts were reset, with the verdict as of the last tick.
    pub fn report(&self) -> Report {
        let verdict = &self.status.verdict;
        let grade = verdict.verdict();
        Report {
            verdict: Some(VerdictReport {
                verdict: grade.map_or("unknown", Verdict::name),
                basis: verdict.basis().into(),
                cause: verdict.cause().map(Bottleneck::name),
                headline: verdict.headline(),
                explanation: verdict.explanation(),
            }),
            ..self.engine.report()
        }
    }

    /// The engine, for a headless driver that waits for it and reads its canvas back.
    pub(crate) fn engine_mut(&mut self) -> &mut Engine {
        // Whoever has the engine may change its snapshot.
        self.release_snapshot();
        &mut self.engine
    }

    /// True if nothing is on its way: no file being opened, read or written for the document, all folders watched.
    pub fn is_idle(&self) -> bool {
        self.io.is_idle()
            && self.import.is_empty()
            && self.startup_paths.is_empty()
            && self.program.tasks.is_idle()
            && self.media.is_idle()
    }

    /// The time on the clock of the controller and its engine.
    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    /// Hands a job to `project-io`, or reports that `what` cannot be done; true if it was handed over.
    pub(super) fn submit(&mut self, job: IoJob, what: &str) -> bool {
        match self.io.submit(job) {
            Ok(()) => true,
            Err(error) => {
                let text = format!("It is not possible to {what} now: {error}");
                self.messages.error(text);
                false
            }
        }
    }

    /// Gives the engine the document, with the media files that are on their way into it.
    pub(super) fn give_project(&mut self) {
        let document = self.session.history.project_arc();
        self.engine.set_project(if self.import.is_empty() {
            Arc::clone(&document)
        } else {
            Arc::new(self.import.project_with(&document))
        });
        self.engine_document = Some(document);
        self.media.watch_files(self.engine.project());
    }

    /// The same, if the document is another one than the engine has.
    pub(super) fn give_changed_project(&mut self) {
        let document = self.session.history.project_arc();
        let is_given = self
            .engine_document
            .as_ref()
            .is_some_and(|given| Arc::ptr_eq(given, &document));
        if !is_given {
            self.give_project();
        }
    }
}

/// Interval at which the progress of long work is shown anew.
pub(super) const PROGRESS_INTERVAL: Time = Time::from_flicks(FLICKS_PER_SECOND / 10);
