//! From each command to what it does.

use std::path::{self, PathBuf};

use super::SextetApp;
use super::dialogs::{DialogRequest, PROJECT_ENDING};
use crate::command::Command;
use crate::command::PlaceOn;
use crate::control::project_io::IoJob;
use crate::control::session::Pending;
use crate::media::sequence::grouped;
use crate::project::{EditError, MediaId, is_address};
use crate::time::Time;

impl SextetApp {
    /// Carries out a command.
    pub(super) fn apply(&mut self, command: Command, ctx: &egui::Context) {
        match command {
            Command::NewProject => self.request(Pending::New, ctx),
            Command::OpenProjectDialog => _ = self.open_dialog(DialogRequest::OpenProject),
            Command::OpenProject(path) => self.load(path),
            Command::Save => {
                let step = self.session.save();
                self.take(step, ctx);
            }
            Command::SaveAs => self.ask_where_to_save(),
            Command::AddMediaDialog => _ = self.open_dialog(DialogRequest::AddMedia),
            Command::AddFiles(paths) => self.add_files(paths),
            Command::Quit => self.request(Pending::Close, ctx),
            Command::AnswerUnsaved(answer) => {
                let step = self.session.answer(answer);
                self.take(step, ctx);
            }
            Command::Tell(text) => self.messages.info(text),
            Command::DismissMessage(id) => self.messages.dismiss(id),
            Command::ResetStats => self.engine.reset_stats(),
            Command::CopyReport => ctx.copy_text(self.engine.report().to_text()),
            Command::CopyText(text) => ctx.copy_text(text),
            Command::ExportReport => _ = self.open_dialog(DialogRequest::ExportReport),
            Command::ExportLog => _ = self.open_dialog(DialogRequest::ExportLog),
            Command::Examine => self.examine(),
            Command::SetPrebuffer(frames) => {
                let mut settings = self.desk.settings.clone();
                settings.playback.prebuffer = frames;
                self.set_settings(settings, ctx);
            }
            Command::ToggleFullscreen => toggle_fullscreen(ctx),
            other => self.arrange_desk(other, ctx),
        }
    }

    fn arrange_desk(&mut self, command: Command, ctx: &egui::Context) {
        match command {
            Command::NewFromTemplate(index) => self.begin_from_template(index, ctx),
            Command::ForgetRecent => _ = self.submit(IoJob::ForgetRecent, "forget recent projects"),
            Command::Answer(answer) => self.answer_question(answer, ctx),
            Command::SetSettings(settings) => self.set_settings(*settings, ctx),
            Command::CollectDialog => _ = self.open_dialog(DialogRequest::CollectInto),
            Command::CancelTask => self.desk.tasks.cancel(),
            Command::RevealMedia(media) => self.reveal(media),
            Command::ReplaceMediaDialog(media) => self.ask_for_replacement(media),
            Command::RelinkDialog => _ = self.open_dialog(DialogRequest::SearchFolder),
            Command::ChooseRelink(media, is_chosen) => self.choose_relink(media, is_chosen),
            Command::ApplyRelink => self.apply_relink(),
            Command::CloseRelink => self.desk.relink = None,
            Command::ToggleOutput => self.toggle_output(),
            Command::SetOutputDisplay(index) => self.set_output_display(index, ctx),
            Command::SetOutputWindowed(is_windowed) => {
                self.set_output_windowed(is_windowed, ctx);
            }
            Command::ShowOnOutput(picture) => self.desk.output.show(picture),
            Command::ToggleOutputFigures => self.desk.output.toggle_figures(),
            other => self.edit_or_play(other),
        }
    }

    fn edit_or_play(&mut self, command: Command) {
        let history = &mut self.session.history;
        match command {
            Command::Undo => _ = history.undo(),
            Command::Redo => _ = history.redo(),
            Command::GoToStep(steps) => history.go_to(steps),
            Command::Edit(edit) => {
                if let Err(error) = history.apply(&edit) {
                    self.messages.error(error.to_string());
                }
            }
            Command::BeginGesture(name) => history.begin(name),
            Command::GestureEdit(edit) => {
                if let Err(error) = history.gesture_edit(&edit) {
                    note_held(&error);
                }
                // A drag shows in the same frame that it is made in.
                self.give_project();
            }
            Command::CommitGesture => history.commit(),
            Command::CancelGesture => history.cancel(),
            Command::PlaceMedia {
                media,
                layer,
                start,
            } => self.place_media(media, layer, start),
            other => self.play_or_seek(&other),
        }
    }

    fn play_or_seek(&mut self, command: &Command) {
        match command {
            Command::TogglePlay if self.engine.transport().is_playing() => self.engine.pause(),
            Command::TogglePlay => self.engine.play(),
            Command::Stop => self.engine.stop(),
            Command::Pause => self.engine.pause(),
            Command::PlayFromIn => self.engine.play_from_in(),
            Command::Shuttle(direction) => self.engine.shuttle(*direction),
            Command::StepFrames(frames) => self.engine.step_frames(*frames),
            Command::Scrub(time) => self.engine.scrub(*time),
            Command::ScrubEnd(time) => self.engine.scrub_end(*time),
            Command::SeekTo(time) => self.engine.seek(*time),
            // It comes with the snapshot; what is there already is there too.
            Command::PreviewMedia(media, position) => {
                drop(self.engine.request_preview(*media, *position));
            }
            other => tracing::error!(?other, "a command that nothing carries out"),
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
