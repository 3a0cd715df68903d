//! From each command to what it does.

use std::path::{self, PathBuf};

use super::SextetApp;
use super::dialogs::{DialogRequest, PROJECT_ENDING};
use crate::command::{
    Command, FileCommand, HistoryCommand, OutputCommand, PlaceOn, ReportCommand, TransportCommand,
    TreeContext, WindowCommand, tree,
};
use crate::control::project_io::IoJob;
use crate::control::session::Pending;
use crate::media::sequence::grouped;
use crate::project::{EditError, MediaId, is_address};
use crate::time::Time;

impl SextetApp {
    /// Carries out a command.
    pub(super) fn apply(&mut self, command: Command, ctx: &egui::Context) {
        match command {
            Command::File(command) => self.carry_out_file(command, ctx),
            Command::Edit(command) => self.carry_out_edit(command),
            Command::Transport(command) => self.carry_out_transport(command),
            Command::Output(command) => self.carry_out_output(command, ctx),
            Command::Window(command) => self.carry_out_window(command, ctx),
            Command::Report(command) => self.carry_out_report(command, ctx),
            Command::Set(setting) => match tree::resolve(&self.tree_context(), &setting) {
                Ok(command) => self.apply(command, ctx),
                Err(error) => self.messages.error(error.to_string()),
            },
        }
    }

    /// The state that a setting is resolved against.
    fn tree_context(&self) -> TreeContext<'_> {
        TreeContext {
            project: self.session.history.project(),
            transport: self.transport_view(),
            settings: &self.desk.settings,
            output: self
                .desk
                .output
                .view(&self.desk.displays, &self.desk.settings.output),
            displays: &self.desk.displays,
        }
    }

    fn carry_out_file(&mut self, command: FileCommand, ctx: &egui::Context) {
        match command {
            FileCommand::New => self.request(Pending::New, ctx),
            FileCommand::OpenDialog => _ = self.open_dialog(DialogRequest::OpenProject),
            FileCommand::Open(path) => self.load(path),
            FileCommand::NewFromTemplate(index) => self.begin_from_template(index, ctx),
            FileCommand::Save => {
                let step = self.session.save();
                self.take(step, ctx);
            }
            FileCommand::SaveAs => self.ask_where_to_save(),
            FileCommand::AddMediaDialog => _ = self.open_dialog(DialogRequest::AddMedia),
            FileCommand::AddFiles(paths) => self.add_files(paths),
            FileCommand::AnswerUnsaved(answer) => {
                let step = self.session.answer(answer);
                self.take(step, ctx);
            }
            FileCommand::Answer(answer) => self.answer_question(answer, ctx),
            FileCommand::ForgetRecent => {
                self.submit(IoJob::ForgetRecent, "forget recent projects");
            }
            FileCommand::CollectDialog => _ = self.open_dialog(DialogRequest::CollectInto),
            FileCommand::CancelTask => self.desk.tasks.cancel(),
            FileCommand::RevealMedia(media) => self.reveal(media),
            FileCommand::ReplaceMediaDialog(media) => self.ask_for_replacement(media),
            FileCommand::RelinkDialog => _ = self.open_dialog(DialogRequest::SearchFolder),
            FileCommand::ChooseRelink(media, is_chosen) => self.choose_relink(media, is_chosen),
            FileCommand::ApplyRelink => self.apply_relink(),
            FileCommand::CloseRelink => self.desk.relink = None,
        }
    }

    fn carry_out_edit(&mut self, command: HistoryCommand) {
        let history = &mut self.session.history;
        match command {
            HistoryCommand::Undo => _ = history.undo(),
            HistoryCommand::Redo => _ = history.redo(),
            HistoryCommand::GoToStep(steps) => history.go_to(steps),
            HistoryCommand::Apply(edit) => {
                if let Err(error) = history.apply(&edit) {
                    self.messages.error(error.to_string());
                }
            }
            HistoryCommand::BeginGesture(name) => history.begin(name),
            HistoryCommand::GestureEdit(edit) => {
                if let Err(error) = history.gesture_edit(&edit) {
                    note_held(&error);
                }
                // A drag shows in the same frame that it is made in.
                self.give_project();
            }
            HistoryCommand::CommitGesture => history.commit(),
            HistoryCommand::CancelGesture => history.cancel(),
            HistoryCommand::PlaceMedia {
                media,
                layer,
                start,
            } => self.place_media(media, layer, start),
        }
    }

    fn carry_out_transport(&mut self, command: TransportCommand) {
        match command {
            TransportCommand::TogglePlay if self.engine.transport().is_playing() => {
                self.engine.pause();
            }
            TransportCommand::TogglePlay | TransportCommand::Play => self.engine.play(),
            TransportCommand::Stop => self.engine.stop(),
            TransportCommand::Pause => self.engine.pause(),
            TransportCommand::PlayFromIn => self.engine.play_from_in(),
            TransportCommand::Shuttle(direction) => self.engine.shuttle(direction),
            TransportCommand::StepFrames(frames) => self.engine.step_frames(frames),
            TransportCommand::Scrub(time) => self.engine.scrub(time),
            TransportCommand::ScrubEnd(time) => self.engine.scrub_end(time),
            TransportCommand::SeekTo(time) => self.engine.seek(time),
            TransportCommand::SetSpeed(speed) => self.engine.set_speed(speed),
        }
    }

    fn carry_out_output(&mut self, command: OutputCommand, ctx: &egui::Context) {
        match command {
            OutputCommand::Toggle => self.toggle_output(),
            OutputCommand::SetOpen(is_open) => {
                if is_open != self.desk.output.is_open() {
                    self.toggle_output();
                }
            }
            OutputCommand::SetDisplay(index) => self.set_output_display(index, ctx),
            OutputCommand::SetWindowed(is_windowed) => self.set_output_windowed(is_windowed, ctx),
            OutputCommand::ToggleFigures => self.desk.output.toggle_figures(),
            OutputCommand::SetFigures(has_figures) => self.desk.output.set_figures(has_figures),
            OutputCommand::Show(picture) => self.desk.output.show(picture),
            OutputCommand::SetPicture(picture) => self.desk.output.set_picture(picture),
        }
    }

    fn carry_out_window(&mut self, command: WindowCommand, ctx: &egui::Context) {
        match command {
            WindowCommand::Quit => self.request(Pending::Close, ctx),
            WindowCommand::Tell(text) => self.messages.info(text),
            WindowCommand::DismissMessage(id) => self.messages.dismiss(id),
            WindowCommand::SetSettings(settings) => self.set_settings(*settings, ctx),
            WindowCommand::SetPrebuffer(frames) => {
                let mut settings = self.desk.settings.clone();
                settings.playback.prebuffer = frames;
                self.set_settings(settings, ctx);
            }
            WindowCommand::CopyText(text) => ctx.copy_text(text),
            WindowCommand::ToggleFullscreen => toggle_fullscreen(ctx),
            // It comes with the snapshot; what is there already is there too.
            WindowCommand::PreviewMedia(media, position) => {
                drop(self.engine.request_preview(media, position));
            }
            WindowCommand::Perform(action) => self.window.perform_after_typing(action, ctx),
        }
    }

    fn carry_out_report(&mut self, command: ReportCommand, ctx: &egui::Context) {
        match command {
            ReportCommand::ResetStats => self.engine.reset_stats(),
            ReportCommand::CopyReport => ctx.copy_text(self.engine.report().to_text()),
            ReportCommand::ExportReport => _ = self.open_dialog(DialogRequest::ExportReport),
            ReportCommand::ExportLog => _ = self.open_dialog(DialogRequest::ExportLog),
            ReportCommand::Examine => self.examine(),
        }
    }

    fn request(&mut self, pending: Pending, ctx: &egui::Context) {
        let step = self.session.request(pending);
        self.take(step, ctx);
    }

    /// Has a project read.
    pub(super) fn load(&mut self, path: PathBuf) {
        let job = IoJob::Load(path, self.session.lock());
        self.submit(job, "open the project");
    }

    /// Opens the first project among the files, or else takes them all in as media.
    fn add_files(&mut self, paths: Vec<PathBuf>) {
        let mut paths: Vec<_> = grouped(paths)
            .into_iter()
            .map(|path| {
                if is_address(&path) {
                    path
                } else {
                    path::absolute(&path).unwrap_or(path)
                }
            })
            .collect();
        let is_project = |path: &PathBuf| {
            path.extension()
                .is_some_and(|ending| ending == PROJECT_ENDING)
        };
        if let Some(place) = paths.iter().position(is_project) {
            let project = paths.swap_remove(place);
            if !paths.is_empty() {
                self.messages.info(format!(
                    "only the project is opened, and no other file with it: {}",
                    project.display()
                ));
            }
            self.load(project);
            return;
        }
        let known = self.engine.project();
        let start = if known.layers.is_empty() {
            Time::ZERO
        } else {
            self.engine.playhead()
        };
        self.intake.add_files(paths, start, known);
        self.give_project();
    }

    fn place_media(&mut self, media: MediaId, layer: PlaceOn, start: Time) {
        let Some(known) = self.engine.project().media(media).cloned() else {
            self.messages
                .error("this file is not in the media bin any more; add it again");
            return;
        };
        self.intake.place(&known, layer, start);
        // When the file is open already, the clip is there in the next frame.
        self.settle_intake();
    }
}

/// A drag that goes where it may not is held where it was; that is seen and needs no message.
fn note_held(error: &EditError) {
    tracing::debug!(%error, "a change within a gesture was refused");
}

fn toggle_fullscreen(ctx: &egui::Context) {
    let is_fullscreen = ctx.input(|input| input.viewport().fullscreen.unwrap_or(false));
    ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(!is_fullscreen));
}
