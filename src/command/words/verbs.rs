//! The words of commands with arguments, and of those without that are no action of a menu.

use super::arguments::Arguments;
use crate::command::{
    Command, FileCommand, HistoryCommand, OutputCommand, ReportCommand, TransportCommand,
    WindowCommand,
};
use crate::project::MediaId;
use crate::settings::Settings;

/// A word with what stands behind it.
#[derive(Debug)]
pub(in crate::command) struct Verb {
    /// Its path.
    pub path: &'static str,
    /// Its arguments, in words; empty without.
    pub takes: &'static str,
    /// True if the tree lists it. What a parameter does as well, and what the window's dialogs and drags are made of,
    /// it does not.
    pub is_listed: bool,
    /// Reads the arguments; none where they are not what it takes.
    pub parse: fn(&mut Arguments<'_>) -> Option<Command>,
}

/// A verb that the tree lists.
const fn listed(
    path: &'static str,
    takes: &'static str,
    parse: fn(&mut Arguments<'_>) -> Option<Command>,
) -> Verb {
    Verb {
        path,
        takes,
        is_listed: true,
        parse,
    }
}

/// A verb that the tree does not list.
const fn unlisted(
    path: &'static str,
    takes: &'static str,
    parse: fn(&mut Arguments<'_>) -> Option<Command>,
) -> Verb {
    Verb {
        path,
        takes,
        is_listed: false,
        parse,
    }
}

/// All of them, by family.
pub(in crate::command) const VERBS: &[Verb] = &[
    listed("/file/open", "the path of a project", |a| {
        Some(FileCommand::Open(a.path()?).into())
    }),
    listed("/file/add", "paths of media files", |a| {
        let mut paths = Vec::new();
        while !a.is_empty() {
            paths.push(a.path()?);
        }
        Some(FileCommand::AddFiles(paths).into())
    }),
    listed("/file/new-from-template", "the number of a template", |a| {
        Some(FileCommand::NewFromTemplate(a.place()?).into())
    }),
    listed("/file/forget-recent", "", |_| {
        Some(FileCommand::ForgetRecent.into())
    }),
    listed("/file/cancel-task", "", |_| {
        Some(FileCommand::CancelTask.into())
    }),
    unlisted("/file/reveal-media", "the id of a media file", |a| {
        Some(FileCommand::RevealMedia(MediaId(a.parse()?)).into())
    }),
    unlisted("/file/replace-media", "the id of a media file", |a| {
        Some(FileCommand::ReplaceMediaDialog(MediaId(a.parse()?)).into())
    }),
    unlisted(
        "/file/choose-relink",
        "the id of a media file, and true or false",
        |a| Some(FileCommand::ChooseRelink(MediaId(a.parse()?), a.flag()?).into()),
    ),
    unlisted("/file/apply-relink", "", |_| {
        Some(FileCommand::ApplyRelink.into())
    }),
    unlisted("/file/close-relink", "", |_| {
        Some(FileCommand::CloseRelink.into())
    }),
    unlisted("/file/answer-unsaved", "save, discard or cancel", |a| {
        Some(FileCommand::AnswerUnsaved(a.parse()?).into())
    }),
    unlisted("/file/answer", "an answer to the prompt", |a| {
        Some(FileCommand::Answer(a.parse()?).into())
    }),
    listed("/edit/apply", "an edit as RON", |a| {
        Some(HistoryCommand::Apply(a.ron()?).into())
    }),
    unlisted("/edit/go-to-step", "a number of steps", |a| {
        Some(HistoryCommand::GoToStep(a.parse()?).into())
    }),
    unlisted("/edit/begin-gesture", "the name of a step", |a| {
        Some(HistoryCommand::BeginGesture(a.line()?.into()).into())
    }),
    unlisted("/edit/gesture-edit", "an edit as RON", |a| {
        Some(HistoryCommand::GestureEdit(a.ron()?).into())
    }),
    unlisted("/edit/keep-gesture", "", |_| {
        Some(HistoryCommand::KeepGesture.into())
    }),
    unlisted("/edit/commit-gesture", "", |_| {
        Some(HistoryCommand::CommitGesture.into())
    }),
    unlisted("/edit/cancel-gesture", "", |_| {
        Some(HistoryCommand::CancelGesture.into())
    }),
    unlisted(
        "/edit/place-media",
        "the id of a media file; the id of a layer, top or bottom; and a start in seconds",
        |a| {
            Some(
                HistoryCommand::PlaceMedia {
                    media: MediaId(a.parse()?),
                    layer: a.parse()?,
                    start: a.time()?,
                }
                .into(),
            )
        },
    ),
    listed("/transport/play", "", |_| {
        Some(TransportCommand::Play.into())
    }),
    listed("/transport/step", "a number of frames", |a| {
        Some(TransportCommand::StepFrames(a.parse()?).into())
    }),
    unlisted("/transport/scrub", "a time in seconds", |a| {
        Some(TransportCommand::Scrub(a.time()?).into())
    }),
    unlisted("/transport/scrub-end", "a time in seconds", |a| {
        Some(TransportCommand::ScrubEnd(a.time()?).into())
    }),
    unlisted("/transport/seek", "a time in seconds", |a| {
        Some(TransportCommand::SeekTo(a.time()?).into())
    }),
    unlisted("/transport/set-speed", "a number, not 0", |a| {
        let speed = a.parse().filter(|speed: &f64| speed.is_finite())?;
        Some(TransportCommand::SetSpeed(speed).into())
    }),
    unlisted("/output/set-open", "true or false", |a| {
        Some(OutputCommand::SetOpen(a.flag()?).into())
    }),
    unlisted("/output/set-display", "the number of a display", |a| {
        Some(OutputCommand::SetDisplay(a.place()?).into())
    }),
    unlisted("/output/set-windowed", "true or false", |a| {
        Some(OutputCommand::SetWindowed(a.flag()?).into())
    }),
    unlisted("/output/set-figures", "true or false", |a| {
        Some(OutputCommand::SetFigures(a.flag()?).into())
    }),
    unlisted("/output/set-picture", "canvas, black or pattern", |a| {
        Some(OutputCommand::SetPicture(a.parse()?).into())
    }),
    unlisted("/output/show", "canvas, black or pattern", |a| {
        Some(OutputCommand::Show(a.parse()?).into())
    }),
    listed("/report/export-log", "", |_| {
        Some(ReportCommand::ExportLog.into())
    }),
    listed("/report/examine", "", |_| {
        Some(ReportCommand::Examine.into())
    }),
    listed("/window/tell", "a text", |a| {
        Some(WindowCommand::Tell(a.line()?).into())
    }),
    unlisted("/window/tell-undoable", "a text", |a| {
        Some(WindowCommand::TellUndoable(a.line()?).into())
    }),
    unlisted("/window/dismiss-message", "the number of a message", |a| {
        Some(WindowCommand::DismissMessage(a.parse()?).into())
    }),
    unlisted("/window/copy-text", "a text", |a| {
        Some(WindowCommand::CopyText(a.line()?).into())
    }),
    unlisted(
        "/window/preview-media",
        "the id of a media file, and a position in seconds",
        |a| Some(WindowCommand::PreviewMedia(MediaId(a.parse()?), a.time()?).into()),
    ),
    unlisted("/settings/apply", "settings as RON", |a| {
        Some(WindowCommand::SetSettings(Box::new(a.ron::<Settings>()?)).into())
    }),
    unlisted(
        "/settings/set-prebuffer",
        "a number of frames, or auto",
        |a| Some(WindowCommand::SetPrebuffer(a.parse()?).into()),
    ),
];
