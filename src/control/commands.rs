//! Commands, executed: each family is matched in full, here and nowhere else.

use super::controller::Controller;
use super::messages::Notice;
use super::project_io::IoJob;
use super::session::PendingAction;
use super::shell_request::{DialogKind, ShellRequest};
use crate::command::operation::Operation;
use crate::command::tree::TreeError;
use crate::command::{
    Action, Assignment, Command, FileCommand, HistoryCommand, OutputCommand, ReportCommand,
    TransportCommand, TreeContext, WindowCommand, tree,
};
use crate::project::{EditCommand, EditError};
use crate::status::document::{Remedy, TransportView};

impl Controller {
    /// Executes a command.
    pub fn execute(&mut self, command: Command) {
        self.execute_all([command]);
    }

    /// Executes commands one after the other; the engine and the status follow the last one.
    pub fn execute_all(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.release_snapshot();
        for command in commands {
            self.dispatch(command);
        }
        self.give_changed_project();
        self.build_status();
    }

    pub(super) fn dispatch(&mut self, command: Command) {
        match command {
            Command::File(command) => self.execute_file(command),
            Command::Edit(command) => {
                self.end_setting_stream();
                self.execute_edit(command);
            }
            Command::Transport(command) => self.execute_transport(command),
            Command::Output(command) => self.execute_output(command),
            Command::Window(command) => self.execute_window(command),
            Command::Report(command) => self.execute_report(command),
            Command::Set(setting) => self.execute_setting(&setting),
        }
    }

    /// Sets a parameter.
    ///
    /// # Errors
    /// The tree's; nothing was changed.
    pub(super) fn try_set(&mut self, setting: &Assignment) -> Result<(), TreeError> {
        match tree::resolve(&self.tree_context(), setting)? {
            Command::Edit(HistoryCommand::Apply(edit)) => self.set_in_stream(setting, edit),
            command => self.dispatch(command),
        }
        Ok(())
    }

    fn execute_setting(&mut self, setting: &Assignment) {
        if let Err(error) = self.try_set(setting) {
            self.messages.error(error.to_string());
        }
    }

    /// Carries out an edit that a setting came to, which was tried on the project; those of one path that follow each
    /// other closely are one step.
    fn set_in_stream(&mut self, setting: &Assignment, edit: EditCommand) {
        let is_dragging =
            self.session.history.has_gesture() && self.setting_stream.due_at().is_none();
        if is_dragging {
            // The gesture belongs to a drag, which a setting ends but must not become a part of.
            self.execute_edit(HistoryCommand::Apply(edit));
            return;
        }
        let now = self.now();
        for command in self.setting_stream.edit(&setting.path, edit, now) {
            self.execute_edit(command);
        }
    }

    fn end_setting_stream(&mut self) {
        if let Some(command) = self.setting_stream.end() {
            self.execute_edit(command);
        }
    }

    /// Ends the stream of settings once it rests; schedules that while it does not.
    pub(super) fn follow_setting_stream(&mut self) {
        if let Some(command) = self.setting_stream.end_when_due(self.now()) {
            self.execute_edit(command);
        }
        if let Some(due_at) = self.setting_stream.due_at() {
            self.tick_at(due_at);
        }
    }

    /// The state of this moment, against which settings are resolved.
    pub(super) fn tree_context(&self) -> TreeContext<'_> {
        let transport = self.engine.transport();
        let program = &self.program;
        TreeContext {
            project: self.session.history.project(),
            transport: TransportView {
                playhead: self.engine.playhead(),
                is_playing: transport.is_playing(),
                is_scrubbing: transport.is_scrubbing(),
                speed: transport.speed(),
            },
            settings: &program.settings,
            output: program
                .output
                .view(&program.displays, &program.settings.output),
            displays: &program.displays,
        }
    }

    /// Carries out an action: what needs a window is left to the shell.
    fn perform(&mut self, action: Action) {
        match action.operation() {
            Operation::Command(command) => self.dispatch(command),
            Operation::Context(operation) => {
                if let Some(command) = operation.command(&self.tree_context()) {
                    self.dispatch(command);
                }
            }
            Operation::Window(_) if self.has_window => {
                self.requests.push(ShellRequest::Perform(action));
            }
            Operation::Window(_) => self.messages.error(format!(
                "{} is carried out by the window, and there is none",
                action.path()
            )),
        }
    }

    fn execute_file(&mut self, command: FileCommand) {
        match command {
            FileCommand::New => self.request(PendingAction::New),
            FileCommand::OpenDialog => self.open_dialog(DialogKind::OpenProject),
            FileCommand::Open(path) => self.load(path),
            FileCommand::NewFromTemplate(index) => self.begin_from_template(index),
            FileCommand::Save => {
                let step = self.session.save();
                self.follow(step);
            }
            FileCommand::SaveAs => self.ask_where_to_save(),
            FileCommand::AddMediaDialog => self.open_dialog(DialogKind::AddMedia),
            FileCommand::AddFiles(paths) => self.add_files(paths),
            FileCommand::AnswerUnsaved(answer) => {
                let step = self.session.answer(answer);
                self.follow(step);
            }
            FileCommand::Answer(answer) => self.answer_prompt(answer),
            FileCommand::ForgetRecent => {
                self.submit(IoJob::ForgetRecent, "forget recent projects");
            }
            FileCommand::CollectDialog => self.open_dialog(DialogKind::CollectInto),
            FileCommand::CancelTask => self.program.tasks.cancel(),
            FileCommand::RevealMedia(media) => self.reveal(media),
            FileCommand::ReplaceMediaDialog(media) => {
                self.open_dialog(DialogKind::ReplaceMedia(media));
            }
            FileCommand::RelinkDialog => self.open_dialog(DialogKind::SearchFolder),
            FileCommand::ChooseRelink(media, is_chosen) => self.choose_relink(media, is_chosen),
            FileCommand::ApplyRelink => self.apply_relink(),
            FileCommand::CloseRelink => self.program.relink = None,
        }
    }

    fn execute_edit(&mut self, command: HistoryCommand) {
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
                    note_refusal(&error);
                }
            }
            HistoryCommand::KeepGesture => history.keep_gesture(),
            HistoryCommand::CommitGesture => history.commit(),
            HistoryCommand::CancelGesture => history.cancel(),
            HistoryCommand::PlaceMedia {
                media,
                layer,
                start,
            } => self.place_media(media, layer, start),
        }
    }

    fn execute_transport(&mut self, command: TransportCommand) {
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

    fn execute_output(&mut self, command: OutputCommand) {
        match command {
            OutputCommand::Toggle => self.set_output_open(!self.program.output.is_open()),
            OutputCommand::SetOpen(is_open) => self.set_output_open(is_open),
            OutputCommand::SetDisplay(index) => self.set_output_display(index),
            OutputCommand::SetWindowed(is_windowed) => self.set_output_windowed(is_windowed),
            OutputCommand::ToggleFigures => self.program.output.toggle_figures(),
            OutputCommand::SetFigures(has_figures) => self.program.output.set_figures(has_figures),
            OutputCommand::Show(picture) => self.program.output.show(picture),
            OutputCommand::SetPicture(picture) => self.program.output.set_picture(picture),
        }
    }

    fn execute_window(&mut self, command: WindowCommand) {
        match command {
            // Nobody could answer the question about unsaved changes.
            WindowCommand::Quit if !self.has_window => self.close_now(),
            WindowCommand::Quit => self.request(PendingAction::Close),
            WindowCommand::Tell(text) => self.messages.info(text),
            WindowCommand::TellUndoable(text) => {
                self.messages.info(Notice::new(text, Remedy::Undo));
            }
            WindowCommand::DismissMessage(id) => self.messages.dismiss(id),
            WindowCommand::SetSettings(settings) => self.set_settings(*settings),
            WindowCommand::SetPrebuffer(frames) => {
                self.change_settings(|settings| settings.playback.prebuffer = frames);
            }
            WindowCommand::CopyText(text) => self.requests.push(ShellRequest::CopyText(text)),
            WindowCommand::ToggleFullscreen => self.requests.push(ShellRequest::ToggleFullscreen),
            // It comes with the snapshot; what is there already is there too.
            WindowCommand::PreviewMedia(media, position) => {
                drop(self.engine.request_preview(media, position));
            }
            WindowCommand::Perform(action) => self.perform(action),
        }
    }

    fn execute_report(&mut self, command: ReportCommand) {
        match command {
            ReportCommand::ResetStats => self.engine.reset_stats(),
            ReportCommand::CopyReport => {
                let text = self.report().to_text();
                self.requests.push(ShellRequest::CopyText(text));
            }
            ReportCommand::ExportReport => self.open_dialog(DialogKind::ExportReport),
            ReportCommand::ExportLog => self.open_dialog(DialogKind::ExportLog),
            ReportCommand::Examine => self.examine(),
        }
    }
}

/// A drag that is refused stays where it was; the user sees that and needs no message.
fn note_refusal(error: &EditError) {
    tracing::debug!(%error, "a change within a gesture was refused");
}
