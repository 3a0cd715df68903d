//! [`SextetApp`]: the program that eframe drives, frame by frame.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::closing::Closing;
use super::dialogs::{DialogBackend, DialogRequest, Dialogs, system_dialogs};
use super::examine::{self, DoctorThread};
use super::media_files::Reloading;
use super::panic_guard::{Breakdown, Part};
use super::pointer_steps::PointerSteps;
use super::preview::PreviewTexture;
use super::program_state::Desk;
use super::shutdown_signal::EndWish;
use super::window_restart::Handover;
use super::{output, playback};
use crate::command::{Command, FileCommand};
use crate::control::app_dirs::Places;
use crate::control::document::file_name;
use crate::control::file_watcher::Watch;
use crate::control::media_import::Intake;
use crate::control::messages::Messages;
use crate::control::project_io;
use crate::control::project_io::{IoJob, ProjectIo, SaveBackend};
use crate::control::recovery_io;
use crate::control::recovery_io::{KeepJob, RecoveryIo};
use crate::control::session::{CarriedOut, Session, Step};
use crate::control::stall_detector::Silence;
use crate::control::tasks::Tasks;
use crate::control::worker::Waker;
use crate::engine::{Engine, EngineError, EngineOptions};
use crate::gpu::Gpu;
use crate::project::storage::file;
use crate::project::storage::recovery::RecoveryPlace;
use crate::project::{MediaId, Project};
use crate::settings::Settings;
use crate::status::document::TransportView;
use crate::time::{Clock, Time};
use crate::ui;
use crate::ui::view::Preview;
use crate::ui::{MainWindow, View};

/// How often the progress of long work is drawn anew.
pub(super) const PROGRESS_INTERVAL: std::time::Duration = std::time::Duration::from_millis(100);

/// How the window's program is set up.
#[derive(Clone)]
pub struct AppOptions {
    /// A project, or media files, to open at the start; absolute paths.
    pub paths: Vec<PathBuf>,
    /// How the engine plays.
    pub engine: EngineOptions,
    /// The clock that playing follows.
    pub clock: Clock,
    /// What answers file dialogs.
    pub dialogs: DialogBackend,
    /// Where the program keeps settings, recent projects and unsaved changes; without, it keeps none of them.
    pub places: Option<Places>,
    /// What writes projects.
    pub save: SaveBackend,
    /// What is set.
    pub settings: Settings,
    /// What the person is told at the start.
    pub notice: Option<String>,
    /// What a window before this one left to be gone on with, and where this one leaves it for the next.
    pub handover: Handover,
    /// Whether the system wishes the window to end.
    pub end_wish: EndWish,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            engine: EngineOptions {
                has_thumbnails: true,
                ..EngineOptions::default()
            },
            clock: Clock::system(),
            dialogs: system_dialogs(),
            places: None,
            save: Arc::new(file::save),
            settings: Settings::default(),
            notice: None,
            handover: Handover::default(),
            end_wish: EndWish::default(),
        }
    }
}

/// The program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The system gives no thread.
    #[error("cannot start a thread ({0}); close other programs, then try again")]
    Thread(#[from] std::io::Error),
    /// Nothing can play.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The program behind the window.
pub struct SextetApp {
    pub(super) engine: Engine,
    pub(super) session: Session,
    pub(super) intake: Intake,
    pub(super) dialogs: Dialogs,
    pub(super) messages: Messages,
    pub(super) io: ProjectIo,
    pub(super) recovery: RecoveryIo,
    pub(super) handover: Handover,
    pub(super) end_wish: EndWish,
    pub(super) breakdown: Option<Breakdown>,
    pub(super) desk: Desk,
    /// Media files that changed on disk and are being opened anew.
    pub(super) reloading: Vec<Reloading>,
    /// Where changes are kept that are being saved beside their project.
    pub(super) saving_beside: Option<RecoveryPlace>,
    clock: Clock,
    pub(super) doctor: DoctorThread,
    /// How many jobs `io` and `recovery` have not answered yet.
    pub(super) jobs: usize,
    /// How long `io` has been silent.
    pub(super) silence: Silence,
    pub(super) window: MainWindow,
    preview_texture: Option<PreviewTexture>,
    pub(super) preview: Option<Preview>,
    /// The document that the engine was last given, without what is on its way into it.
    given: Option<Arc<Project>>,
    /// Media files whose fingerprint was asked for.
    pub(super) fingerprinted: BTreeSet<(MediaId, PathBuf)>,
    /// What was asked for outside the window's own controls, to be carried out with its next commands.
    pub(super) asked: Vec<Command>,
    title: String,
    pub(super) closing: Closing,
    /// Events of the pointer that the next frames take.
    pointer: PointerSteps,
}

impl SextetApp {
    /// The program with an empty document, about to open the paths of `options`.
    ///
    /// # Errors
    /// [`AppError::Thread`].
    pub fn new(cc: &eframe::CreationContext<'_>, options: AppOptions) -> Result<Self, AppError> {
        ui::install(&cc.egui_ctx);
        let ctx = cc.egui_ctx.clone();
        let wake: Waker = Arc::new(move || ctx.request_repaint());
        let gpu = cc.wgpu_render_state.as_ref().map(Gpu::from_render_state);
        let settings = options.settings.held();
        let mut engine_options = options.engine;
        playback::apply(&settings.playback, &mut engine_options);
        if gpu.as_ref().is_some_and(Gpu::is_software) {
            // Half the sides are a quarter of the work, and still more than the preview shows.
            engine_options.canvas_divisor = 2;
        }
        let engine = Engine::new(engine_options, options.clock.clone(), gpu)?;
        engine.set_waker(Arc::clone(&wake));
        let mut messages = Messages::default();
        if let Some(notice) = options.notice {
            messages.error(notice);
        }
        let window = MainWindow::with_layout(&settings.layout);
        let tasks = Tasks::start(Arc::clone(&wake))?;
        let recovery_folder = options.places.as_ref().map(Places::recovery);
        let recovery = recovery_io::start(Arc::clone(&wake), recovery_folder)?;
        let io = project_io::start(Arc::clone(&wake), options.places, options.save)?;
        let doctor = examine::start(Arc::clone(&wake))?;
        let mut desk = Desk::new(settings, tasks);
        desk.watch = Watch::start(Arc::clone(&wake));
        let mut app = Self {
            engine,
            session: Session::new(),
            intake: Intake::default(),
            dialogs: Dialogs::new(options.dialogs, wake),
            messages,
            io,
            recovery,
            handover: options.handover,
            end_wish: options.end_wish,
            breakdown: None,
            desk,
            reloading: Vec::new(),
            saving_beside: None,
            clock: options.clock,
            silence: Silence::default(),
            doctor,
            jobs: 0,
            window,
            preview_texture: cc.wgpu_render_state.clone().map(PreviewTexture::new),
            preview: None,
            given: None,
            fingerprinted: BTreeSet::new(),
            asked: vec![Command::File(FileCommand::AddFiles(options.paths))],
            title: String::new(),
            closing: Closing::AfterAsking,
            pointer: PointerSteps::default(),
        };
        app.show_settings(&cc.egui_ctx);
        app.take_over();
        app.submit(IoJob::LookAround, "look for recent projects");
        Ok(app)
    }

    /// The time on the clock that everything here goes by.
    pub(super) fn engine_now(&self) -> Time {
        self.clock.now()
    }

    /// The document as it is.
    pub fn project(&self) -> &Project {
        self.session.history.project()
    }

    /// What plays it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether nothing is on its way: no file being opened, read or written for the document, no dialog open, all folders
    /// watched.
    pub fn is_idle(&self) -> bool {
        self.jobs == 0
            && self.intake.is_empty()
            && self.asked.is_empty()
            && !self.dialogs.is_open()
            && self.desk.tasks.is_idle()
            && !self.desk.watch.is_beginning()
            && self.reloading.is_empty()
    }

    /// Takes the step that the session asks for.
    pub(super) fn take(&mut self, step: Step, ctx: &egui::Context) {
        match step {
            Step::None => {}
            Step::Write(project, path, expected) => {
                let job = IoJob::Save {
                    project: Arc::clone(&project),
                    path: path.clone(),
                    expected,
                    held: self.session.lock(),
                };
                if !self.submit(job, "save the project") {
                    let step = self.session.written(&project, path, None);
                    debug_assert_eq!(step, Step::None, "nothing follows a failed save");
                }
            }
            Step::AskForFile => self.ask_where_to_save(),
            Step::CarryOut(pending) => match self.session.carry_out(pending) {
                CarriedOut::OtherDocument => self.begin_document(),
                CarriedOut::Close => self.finish(ctx),
            },
        }
    }

    /// Hands a job to `recovery`. Gives whether it was handed over.
    pub(super) fn submit_keep(&mut self, job: KeepJob) -> bool {
        let is_submitted = self.recovery.submit(job).is_ok();
        self.jobs += usize::from(is_submitted);
        is_submitted
    }

    /// Opens the dialog that asks where to save.
    pub(super) fn ask_where_to_save(&mut self) {
        let path = self.session.path();
        let request = DialogRequest::SaveProject {
            folder: path.and_then(|path| path.parent()).map(ToOwned::to_owned),
            // A document may be called otherwise than its file, as one that is read only.
            name: path.map_or_else(|| "show.ron".to_owned(), file_name),
        };
        if !self.open_dialog(request) {
            self.session.no_file_chosen();
        }
    }

    /// Opens a dialog, or tells why not. Gives whether it was opened.
    pub(super) fn open_dialog(&mut self, request: DialogRequest) -> bool {
        match self.dialogs.open(request) {
            Ok(true) => true,
            Ok(false) => {
                self.messages
                    .info("a file dialog is open already; answer it first");
                false
            }
            Err(error) => {
                self.messages
                    .error(format!("cannot open a file dialog ({error}); try again"));
                false
            }
        }
    }

    /// Hands a job to `project-io`, or tells what it could not do. Gives whether it was handed over.
    pub(super) fn submit(&mut self, job: IoJob, what: &str) -> bool {
        match self.io.submit(job) {
            Ok(()) => self.jobs += 1,
            Err(busy) => {
                self.messages.error(format!("cannot {what}: {busy}"));
                return false;
            }
        }
        true
    }

    /// Gives the engine the document as it is, with the media files that are on their way into it.
    pub(super) fn give_project(&mut self) {
        let document = self.session.history.project_arc();
        self.engine.set_project(if self.intake.is_empty() {
            Arc::clone(&document)
        } else {
            Arc::new(self.intake.project_with(&document))
        });
        self.given = Some(document);
        self.watch_media();
    }

    fn begin_document(&mut self) {
        self.intake.clear();
        self.fingerprinted.clear();
        self.engine.pause();
        self.give_project();
        self.engine.seek(Time::ZERO);
        self.engine.reset_stats();
        self.desk.relink = None;
        self.reloading.clear();
        if let Some(path) = self.session.path().map(ToOwned::to_owned) {
            self.submit(IoJob::NoteRecent(Some(path)), "note the project as recent");
        }
    }

    pub(super) fn give_changed_project(&mut self) {
        let document = self.session.history.project_arc();
        let is_given = self
            .given
            .as_ref()
            .is_some_and(|given| Arc::ptr_eq(given, &document));
        if !is_given {
            self.give_project();
        }
    }

    fn show_title(&mut self, ctx: &egui::Context) {
        let mark = if self.session.history.is_dirty() {
            "• "
        } else {
            ""
        };
        let title = format!("{mark}{} – Sextet", self.session.name());
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    pub(super) fn transport_view(&self) -> TransportView {
        let transport = self.engine.transport();
        TransportView {
            playhead: self.engine.playhead(),
            is_playing: transport.is_playing(),
            is_scrubbing: transport.is_scrubbing(),
            speed: transport.speed(),
        }
    }
}

impl eframe::App for SextetApp {
    fn raw_input_hook(&mut self, ctx: &egui::Context, raw_input: &mut egui::RawInput) {
        if raw_input.viewport_id == egui::ViewportId::ROOT && self.pointer.hold_back(raw_input) {
            ctx.request_repaint();
        }
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        if self.end_wish.has_come() && self.closing != Closing::Granted {
            self.keep_and_wait();
            self.close(ctx);
        }
        if self.rests(Part::Work) {
            self.rest(ctx);
        } else if self.engine.has_lost_gpu() && self.closing != Closing::Granted {
            self.leave_lost_device(ctx);
        } else {
            self.guarded(Part::Work, ctx, |app| app.work(ctx, frame));
        }
    }

    fn on_exit(&mut self) {
        // The system or the driver ended the window, and nobody was asked about unsaved changes.
        if self.closing != Closing::Granted {
            self.end_unasked();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if self.breakdown.is_some() {
            self.breakdown_ui(ui);
        } else {
            self.guarded(Part::Panels, &ctx, |app| app.panels_ui(ui));
        }
        if !self.rests(Part::Output) {
            self.guarded(Part::Output, &ctx, |app| {
                let mut commands = Vec::new();
                app.output_ui(&ctx, &mut commands);
                app.carry_out(commands, &ctx);
            });
        }
    }
}

impl SextetApp {
    /// What a frame does before it is drawn.
    fn work(&mut self, ctx: &egui::Context, frame: &eframe::Frame) {
        self.guard_close(ctx);
        self.take_up_answers(ctx);
        self.take_up_tasks();
        if self.desk.displays.is_empty() {
            self.desk.displays = output::displays(frame);
        }
        let next_look = self.follow_disk();
        let asked = std::mem::take(&mut self.asked);
        if ctx.text_edit_focused() {
            self.window.carry_out_after_typing(asked);
        } else {
            for command in asked {
                self.apply(command, ctx);
            }
        }
        self.engine.tick();
        self.preview = match &mut self.preview_texture {
            Some(texture) => {
                let canvas = &self.engine.project().canvas;
                texture.update(self.engine.canvas(), [canvas.width_px, canvas.height_px])
            }
            None => None,
        };
        self.show_title(ctx);
        self.keep_changes(ctx);
        self.desk.refresh(&self.session.history);
        self.follow_silence();
        let looks = [next_look, self.intake.next_look(), self.silence.next_look()];
        if let Some(next) = looks.into_iter().flatten().min() {
            ctx.request_repaint_after((next - self.engine_now()).to_duration());
        }
        if let Some(wait) = self.messages.follow(self.engine_now()) {
            ctx.request_repaint_after(wait.to_duration());
        }
        if !self.desk.tasks.is_idle() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
        // While playing every picture of the display may be a new one; otherwise the engine tells when, or its waker does.
        if self.engine.transport().is_playing() {
            ctx.request_repaint();
        } else if let Some(wait) = self.engine.time_to_next_tick() {
            ctx.request_repaint_after(wait);
        }
    }

    fn panels_ui(&mut self, ui: &mut egui::Ui) {
        let now = self.engine_now();
        let view = View {
            project: self.engine.project(),
            transport: self.transport_view(),
            snapshot: self.engine.snapshot(),
            preview: self.preview,
            document: self.session.view(),
            messages: self.messages.as_slice(),
            prebuffer: self.desk.settings.playback.prebuffer,
            program: self.desk.view(now),
        };
        let mut commands = Vec::new();
        self.window.ui(ui, &view, &mut commands);
        self.carry_out(commands, ui.ctx());
    }

    fn carry_out(&mut self, commands: Vec<Command>, ctx: &egui::Context) {
        if commands.is_empty() {
            return;
        }
        for command in commands {
            self.apply(command, ctx);
        }
        self.give_changed_project();
        // What was asked for shows in the next frame.
        ctx.request_repaint();
    }
}
