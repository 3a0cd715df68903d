//! [`SextetApp`]: the shell around the controller that eframe drives, frame by frame.

use std::sync::Arc;

use egui::ViewportCommand;

use super::dialogs::{DialogBackend, Dialogs, system_dialogs};
use super::output::{self, OutputInput, OutputWindow};
use super::panic_guard::{AfterPanic, FramePart, PanicGuard};
use super::pointer_steps::PointerSteps;
use super::preview::PreviewTexture;
use super::shutdown_signal::ShutdownSignal;
use crate::command::{Command, WindowCommand};
use crate::control::{
    Controller, ControllerError, ControllerOptions, DialogError, DialogRequest, ShellRequest, Waker,
};
use crate::engine::Engine;
use crate::gpu::Gpu;
use crate::project::Project;
use crate::settings::{Layout, ThemeChoice};
use crate::ui::view::Preview;
use crate::ui::{self, MainWindow, View, keymap};

/// Options of the window's program.
#[derive(Clone)]
pub struct AppOptions {
    /// Options of the program itself.
    pub control: ControllerOptions,
    /// The file dialogs.
    pub dialogs: DialogBackend,
    /// The signal that ends the window at once.
    pub shutdown: ShutdownSignal,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            control: ControllerOptions::default(),
            dialogs: system_dialogs(),
            shutdown: ShutdownSignal::default(),
        }
    }
}

/// The program in a window.
pub struct SextetApp {
    controller: Controller,
    window: MainWindow,
    output: OutputWindow,
    dialogs: Dialogs,
    shutdown: ShutdownSignal,
    panic: PanicGuard,
    preview_texture: Option<PreviewTexture>,
    preview: Option<Preview>,
    title: String,
    pointer: PointerSteps,
    /// Time of egui's at which the displays are looked at again, in seconds.
    displays_due_s: f64,
}

/// Seconds between two looks at the displays: soon enough for a cable that is pulled.
const DISPLAYS_EVERY_S: f64 = 1.0;

impl SextetApp {
    /// The program with an empty document, about to open the paths of `options`.
    ///
    /// # Errors
    /// As of [`Controller::new`].
    pub fn new(
        cc: &eframe::CreationContext<'_>,
        options: AppOptions,
    ) -> Result<Self, ControllerError> {
        ui::install(&cc.egui_ctx);
        let ctx = cc.egui_ctx.clone();
        let wake: Waker = Arc::new(move || ctx.request_repaint());
        let gpu = cc.wgpu_render_state.as_ref().map(Gpu::from_render_state);
        let mut control = options.control;
        if gpu.as_ref().is_some_and(Gpu::is_software) {
            // Half the sides are a quarter of the work, and still more than the preview shows.
            control.engine.canvas_divisor = 2;
        }
        let window = MainWindow::with_layout(&control.settings.layout);
        let app = Self {
            controller: Controller::new(control, gpu, Arc::clone(&wake))?,
            window,
            output: OutputWindow::default(),
            dialogs: Dialogs::new(options.dialogs, wake),
            shutdown: options.shutdown,
            panic: PanicGuard::default(),
            preview_texture: cc.wgpu_render_state.clone().map(PreviewTexture::new),
            preview: None,
            title: String::new(),
            pointer: PointerSteps::default(),
            displays_due_s: 0.0,
        };
        app.apply_settings(&cc.egui_ctx);
        Ok(app)
    }

    /// The document.
    pub fn project(&self) -> &Project {
        self.controller.project()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        self.controller.engine()
    }

    /// True if nothing is on its way, and no dialog is open.
    pub fn is_idle(&self) -> bool {
        self.controller.is_idle() && !self.dialogs.is_open()
    }

    /// Does a part of the frame; a panic in it is noted.
    fn guarded(&mut self, part: FramePart, ctx: &egui::Context, body: impl FnOnce(&mut Self)) {
        if let Err(reason) = PanicGuard::catch(part, || body(self)) {
            let is_dirty = self.controller.keep_after_panic();
            self.panic.note(part, reason, is_dirty);
            ctx.request_repaint();
        }
    }

    /// Does what a frame does before it is drawn.
    fn work(&mut self, ctx: &egui::Context, frame: &eframe::Frame) {
        self.guard_close(ctx);
        self.receive_dialog_answer(ctx);
        let now_s = ctx.input(|input| input.time);
        if now_s >= self.displays_due_s {
            self.displays_due_s = now_s + DISPLAYS_EVERY_S;
            self.controller.set_displays(output::displays(frame));
        }
        self.controller.tick();
        self.fulfil_requests(ctx);
        self.preview = match &mut self.preview_texture {
            Some(texture) => {
                let engine = self.controller.engine();
                let canvas = &engine.project().canvas;
                texture.update(engine.canvas(), [canvas.width_px, canvas.height_px])
            }
            None => None,
        };
        self.show_title(ctx);
        if let Some(wait) = self.controller.next_tick_in() {
            ctx.request_repaint_after(wait);
        }
    }

    /// Holds back a request to close the window until nothing is lost by it.
    fn guard_close(&mut self, ctx: &egui::Context) {
        if !ctx.input(|input| input.viewport().close_requested())
            || self.controller.is_close_granted()
        {
            return;
        }
        ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        // What is being typed goes into the document first. A window that is not drawn cannot have it reported.
        if self.controller.closes_after_edits()
            && ctx.text_edit_focused()
            && !self.window.waits_for_typing()
            && !ctx.input(|input| input.viewport().minimized.unwrap_or(false))
        {
            self.window
                .carry_out_after_typing([Command::Window(WindowCommand::Quit)]);
        } else {
            self.controller.request_close();
        }
    }

    fn receive_dialog_answer(&mut self, ctx: &egui::Context) {
        let Some((request, answer)) = self.dialogs.poll() else {
            return;
        };
        let Some(command) = self.controller.dialog_answered(&request, answer) else {
            return;
        };
        if ctx.text_edit_focused() {
            self.window.carry_out_after_typing([command]);
        } else {
            self.controller.execute(command);
        }
    }

    /// Fulfils what the controller needs a window for.
    fn fulfil_requests(&mut self, ctx: &egui::Context) {
        while let Some(request) = self.controller.take_request() {
            match request {
                ShellRequest::CopyText(text) => ctx.copy_text(text),
                ShellRequest::ToggleFullscreen => toggle_fullscreen(ctx),
                ShellRequest::Perform(action) => self.window.perform_after_typing(action, ctx),
                ShellRequest::OpenDialog(request) => self.open_dialog(&request),
                ShellRequest::ApplySettings => self.apply_settings(ctx),
                ShellRequest::PlaceOutput => self.output.place(),
                ShellRequest::SaveLayout => {
                    let layout = self.layout(ctx);
                    self.controller.save_layout(layout);
                }
                ShellRequest::Close => ctx.send_viewport_cmd(ViewportCommand::Close),
            }
        }
    }

    fn open_dialog(&mut self, request: &DialogRequest) {
        let error = match self.dialogs.open(request.clone()) {
            Ok(true) => return,
            Ok(false) => DialogError::Busy,
            Err(error) => DialogError::Thread(error),
        };
        let follow_up = self.controller.dialog_answered(request, Err(error));
        debug_assert!(follow_up.is_none(), "nothing was chosen");
    }

    /// Gives the window its theme, scale and keys.
    fn apply_settings(&self, ctx: &egui::Context) {
        let settings = &self.controller.status().program.settings;
        ctx.set_theme(match settings.look.theme {
            ThemeChoice::Dark => egui::Theme::Dark,
            ThemeChoice::Light => egui::Theme::Light,
        });
        ctx.set_zoom_factor(settings.look.scale_percent as f32 / 100.0);
        keymap::install(ctx, &settings.shortcuts);
    }

    /// Layout of the window; the size only where it is not that of the screen.
    fn layout(&self, ctx: &egui::Context) -> Layout {
        let mut layout = self.window.layout();
        // Read before `input`, within which it would wait for itself.
        let zoom = ctx.zoom_factor();
        ctx.input(|input| {
            let viewport = input.viewport();
            layout.is_maximised = viewport.maximized.unwrap_or(false);
            if let Some(rect) = viewport.inner_rect
                && !layout.is_maximised
                && !viewport.fullscreen.unwrap_or(false)
            {
                layout.window = Some((rect.size() * zoom).into());
            }
        });
        layout
    }

    fn show_title(&mut self, ctx: &egui::Context) {
        let document = &self.controller.status().document;
        let mark = if document.is_dirty { "• " } else { "" };
        let title = format!("{mark}{} – Sextet", document.name);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn panels_ui(&mut self, ui: &mut egui::Ui) {
        let view = View::new(self.controller.status(), self.preview);
        let mut commands = Vec::new();
        self.window.ui(ui, &view, &mut commands);
        self.execute(commands, ui.ctx());
    }

    fn output_ui(&mut self, ctx: &egui::Context) {
        let status = self.controller.status();
        let has_prompt =
            status.program.prompt.is_some() || status.document.unsaved_prompt.is_some();
        let OutputInput {
            commands,
            for_editor,
        } = self.output.ui(ctx, status, self.preview);
        // A prompt holds the editor, though the output may cover it.
        if !for_editor.is_empty() && !has_prompt {
            self.window.carry_out_asked(for_editor, ctx);
        }
        self.execute(commands, ctx);
    }

    fn execute(&mut self, commands: Vec<Command>, ctx: &egui::Context) {
        if commands.is_empty() {
            return;
        }
        self.controller.execute_all(commands);
        self.fulfil_requests(ctx);
        // What was asked for shows in the next frame.
        ctx.request_repaint();
    }

    /// Draws the notice of a panic in place of the panels, and does as the user says.
    fn panic_ui(&mut self, ui: &mut egui::Ui) {
        match self.panic.ui(ui) {
            Some(AfterPanic::GoOn) => ui.ctx().request_repaint(),
            Some(AfterPanic::Close) => {
                self.controller.close_now();
                self.fulfil_requests(ui.ctx());
            }
            None => {}
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
        if self.shutdown.is_raised() && !self.controller.is_close_granted() {
            self.controller.keep_and_wait();
            self.controller.close_now();
        }
        if self.panic.rests(FramePart::Work) {
            self.controller.rest();
            let is_requested = ctx.input(|input| input.viewport().close_requested());
            if is_requested && !self.controller.is_close_granted() {
                self.controller.close_now();
            }
        } else if self.controller.has_lost_gpu() && !self.controller.is_close_granted() {
            self.controller.restart_window();
        } else {
            self.guarded(FramePart::Work, ctx, |app| app.work(ctx, frame));
        }
        self.fulfil_requests(ctx);
    }

    fn on_exit(&mut self) {
        // The system or the driver ended the window, and nobody was asked about unsaved changes.
        if !self.controller.is_close_granted() {
            self.controller.end_unasked();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if self.panic.is_open() {
            self.panic_ui(ui);
        } else {
            self.guarded(FramePart::Panels, &ctx, |app| app.panels_ui(ui));
        }
        if !self.panic.rests(FramePart::Output) {
            self.guarded(FramePart::Output, &ctx, |app| app.output_ui(&ctx));
        }
    }
}

impl Drop for SextetApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.controller.end_unasked();
        }
    }
}

fn toggle_fullscreen(ctx: &egui::Context) {
    let is_fullscreen = ctx.input(|input| input.viewport().fullscreen.unwrap_or(false));
    ctx.send_viewport_cmd(ViewportCommand::Fullscreen(!is_fullscreen));
}
