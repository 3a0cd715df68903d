//! Every command as text.

use std::fmt;

use serde::Serialize;

use super::arguments::{argument, line, place};
use crate::command::tree::value::exact_time;
use crate::command::{
    Action, Command, FileCommand, HistoryCommand, OutputCommand, PlaceOn, ReportCommand,
    TransportCommand, WindowCommand,
};
use crate::time::path_text::to_text;

/// Text that [`FromStr`](std::str::FromStr) reads as the same command.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(action) = Action::of_command(self) {
            return f.write_str(action.path());
        }
        match self {
            Self::File(command) => file(command, f),
            Self::Edit(command) => edit(command, f),
            Self::Transport(command) => transport(*command, f),
            Self::Output(command) => output(*command, f),
            Self::Window(command) => window(command, f),
            Self::Report(command) => report(*command, f),
            Self::Set(setting) => write!(f, "{} {}", setting.path, line(&setting.value)),
        }
    }
}

fn file(command: &FileCommand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match command {
        FileCommand::New => f.write_str("/file/new"),
        FileCommand::OpenDialog => f.write_str("/file/open"),
        FileCommand::Open(path) => {
            write!(f, "/file/open {}", argument(&to_text(path)))
        }
        FileCommand::NewFromTemplate(index) => {
            write!(f, "/file/new-from-template {}", place(*index))
        }
        FileCommand::Save => f.write_str("/file/save"),
        FileCommand::SaveAs => f.write_str("/file/save-as"),
        FileCommand::AddMediaDialog => f.write_str("/file/add-media"),
        FileCommand::AddFiles(paths) => {
            f.write_str("/file/add")?;
            let paths = paths.iter().map(|path| argument(&to_text(path)));
            paths.into_iter().try_for_each(|path| write!(f, " {path}"))
        }
        FileCommand::AnswerUnsaved(answer) => {
            write!(f, "/file/answer-unsaved {}", <&str>::from(answer))
        }
        FileCommand::Answer(answer) => write!(f, "/file/answer {}", <&str>::from(answer)),
        FileCommand::ForgetRecent => f.write_str("/file/forget-recent"),
        FileCommand::CollectDialog => f.write_str("/file/collect"),
        FileCommand::CancelTask => f.write_str("/file/cancel-task"),
        FileCommand::RevealMedia(media) => write!(f, "/file/reveal-media {}", media.0),
        FileCommand::ReplaceMediaDialog(media) => write!(f, "/file/replace-media {}", media.0),
        FileCommand::RelinkDialog => f.write_str("/file/relink"),
        FileCommand::ChooseRelink(media, is_chosen) => {
            write!(f, "/file/choose-relink {} {is_chosen}", media.0)
        }
        FileCommand::ApplyRelink => f.write_str("/file/apply-relink"),
        FileCommand::CloseRelink => f.write_str("/file/close-relink"),
    }
}

fn edit(command: &HistoryCommand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match command {
        HistoryCommand::Undo => f.write_str("/edit/undo"),
        HistoryCommand::Redo => f.write_str("/edit/redo"),
        HistoryCommand::GoToStep(steps) => write!(f, "/edit/go-to-step {steps}"),
        HistoryCommand::Apply(edit) => write!(f, "/edit/apply {}", ron(edit)),
        HistoryCommand::BeginGesture(name) => write!(f, "/edit/begin-gesture {}", line(name)),
        HistoryCommand::GestureEdit(edit) => write!(f, "/edit/gesture-edit {}", ron(edit)),
        HistoryCommand::KeepGesture => f.write_str("/edit/keep-gesture"),
        HistoryCommand::CommitGesture => f.write_str("/edit/commit-gesture"),
        HistoryCommand::CancelGesture => f.write_str("/edit/cancel-gesture"),
        HistoryCommand::PlaceMedia {
            media,
            layer,
            start,
        } => {
            write!(
                f,
                "/edit/place-media {} {layer} {}",
                media.0,
                exact_time(*start)
            )
        }
    }
}

fn transport(command: TransportCommand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match command {
        TransportCommand::Play => f.write_str("/transport/play"),
        TransportCommand::TogglePlay => f.write_str("/transport/play-pause"),
        TransportCommand::Stop => f.write_str("/transport/stop"),
        TransportCommand::Pause => f.write_str("/transport/pause"),
        TransportCommand::PlayFromIn => f.write_str("/transport/play-from-in"),
        TransportCommand::Shuttle(direction) => match direction {
            crate::transport::Direction::Forwards => f.write_str("/transport/shuttle-forward"),
            crate::transport::Direction::Backwards => f.write_str("/transport/shuttle-back"),
        },
        TransportCommand::StepFrames(frames) => write!(f, "/transport/step {frames}"),
        TransportCommand::Scrub(time) => write!(f, "/transport/scrub {}", exact_time(time)),
        TransportCommand::ScrubEnd(time) => {
            write!(f, "/transport/scrub-end {}", exact_time(time))
        }
        TransportCommand::SeekTo(time) => write!(f, "/transport/seek {}", exact_time(time)),
        TransportCommand::SetSpeed(speed) => write!(f, "/transport/set-speed {speed}"),
    }
}

fn output(command: OutputCommand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match command {
        OutputCommand::Toggle => f.write_str("/output/toggle"),
        OutputCommand::SetOpen(is_open) => write!(f, "/output/set-open {is_open}"),
        OutputCommand::SetDisplay(index) => write!(f, "/output/set-display {}", place(index)),
        OutputCommand::SetWindowed(is_windowed) => {
            write!(f, "/output/set-windowed {is_windowed}")
        }
        OutputCommand::ToggleFigures => f.write_str("/output/toggle-figures"),
        OutputCommand::SetFigures(has_figures) => write!(f, "/output/set-figures {has_figures}"),
        OutputCommand::Show(picture) => write!(f, "/output/show {}", <&str>::from(picture)),
        OutputCommand::SetPicture(picture) => {
            write!(f, "/output/set-picture {}", <&str>::from(picture))
        }
    }
}

fn window(command: &WindowCommand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match command {
        WindowCommand::Quit => f.write_str("/file/quit"),
        WindowCommand::Tell(text) => write!(f, "/window/tell {}", line(text)),
        WindowCommand::TellUndoable(text) => write!(f, "/window/tell-undoable {}", line(text)),
        WindowCommand::DismissMessage(id) => write!(f, "/window/dismiss-message {id}"),
        WindowCommand::SetSettings(settings) => write!(f, "/settings/apply {}", ron(settings)),
        WindowCommand::SetPrebuffer(frames) => write!(f, "/settings/set-prebuffer {frames}"),
        WindowCommand::CopyText(text) => write!(f, "/window/copy-text {}", line(text)),
        WindowCommand::ToggleFullscreen => f.write_str("/window/fullscreen"),
        WindowCommand::PreviewMedia(media, position) => {
            write!(
                f,
                "/window/preview-media {} {}",
                media.0,
                exact_time(*position)
            )
        }
        WindowCommand::Perform(action) => f.write_str(action.path()),
    }
}

fn report(command: ReportCommand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(match command {
        ReportCommand::ResetStats => "/report/reset",
        ReportCommand::CopyReport => "/report/copy",
        ReportCommand::ExportReport => "/report/export",
        ReportCommand::ExportLog => "/report/export-log",
        ReportCommand::Examine => "/report/examine",
    })
}

impl fmt::Display for PlaceOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layer(layer) => layer.0.fmt(f),
            Self::NewOnTop => f.write_str("top"),
            Self::NewBelow => f.write_str("bottom"),
        }
    }
}

/// On one line. What cannot be written comes to what no command is read from.
fn ron(value: &impl Serialize) -> String {
    ron::to_string(value).unwrap_or_else(|error| format!("({error})"))
}
