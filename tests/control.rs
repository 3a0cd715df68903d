//! The program without a window: a controller that is given commands and time, and read by its status.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cards::Cards;
use crossbeam_channel::{Receiver, bounded};
use sextet::command::{
    Command, FileCommand, HistoryCommand, OutputCommand, ReportCommand, TransportCommand,
    UnsavedAnswer, WindowCommand,
};
use sextet::control::{
    AppDirs, Controller, ControllerOptions, DialogError, DialogKind, DialogRequest, ShellRequest,
    Waker,
};
use sextet::engine::EngineOptions;
use sextet::project::storage::file;
use sextet::project::storage::relink::Likeness;
use sextet::project::{ClipEdit, EditCommand, Layer, LayerId, Project, ProjectEdit};
use sextet::settings::{Layout, PrebufferDepth, Settings};
use sextet::status::document::UnsavedPrompt;
use sextet::status::program::{Answer, DisplayView};
use sextet::time::{Clock, ManualClock, Time};

#[path = "control/osc.rs"]
mod osc;

#[path = "support/card_rig.rs"]
#[expect(dead_code, reason = "only its projects are played here")]
mod card_rig;
#[path = "support/cards.rs"]
mod cards;

/// Longer than any step here takes, even on a busy machine.
const PATIENCE: Time = Time::from_seconds(60);

/// A program over a folder of its own, with a clock that is moved by hand.
struct Program {
    controller: Controller,
    hand: ManualClock,
    woken: Receiver<()>,
}

impl Program {
    fn start(home: &Path, paths: Vec<PathBuf>) -> Self {
        let hand = ManualClock::new();
        let (wake, woken) = bounded(1);
        // A full channel wakes all the same.
        let wake: Waker = Arc::new(move || _ = wake.try_send(()));
        let options = ControllerOptions {
            paths,
            clock: hand.clock(),
            app_dirs: Some(AppDirs {
                config: home.join("config"),
                data: home.join("data"),
            }),
            ..ControllerOptions::default()
        };
        let controller = Controller::new(options, None, wake).expect("the program starts");
        let mut program = Self {
            controller,
            hand,
            woken,
        };
        program.settle();
        program
    }

    /// Ticks until something holds.
    fn until(&mut self, what: &str, holds: impl Fn(&Controller) -> bool) {
        let clock = Clock::system();
        loop {
            self.controller.tick();
            if holds(&self.controller) {
                return;
            }
            assert!(clock.now() < PATIENCE, "waited too long: {what}");
            self.woken.recv_timeout(Duration::from_millis(5)).ok();
        }
    }

    fn settle(&mut self) {
        self.until("nothing is on its way", Controller::is_idle);
    }

    fn execute(&mut self, command: Command) {
        self.controller.execute(command);
        self.settle();
    }

    fn edit(&mut self, edit: EditCommand) {
        self.execute(Command::Edit(HistoryCommand::Apply(edit)));
    }

    fn add_layer(&mut self) {
        let id = self.controller.project().next_layer_id();
        let layer = Box::new(Layer::new(id, "Another".to_owned(), 0));
        let edit = ProjectEdit::AddLayer { layer, index: 0 };
        self.edit(EditCommand::Project(edit));
    }

    fn advance(&mut self, seconds: i64) {
        self.hand.advance(Time::from_seconds(seconds));
        self.settle();
    }

    /// The dialog that was requested last, answered with this path.
    fn answer_dialog(&mut self, expected: impl Fn(&DialogRequest) -> bool, path: &Path) {
        let request = self
            .requests()
            .into_iter()
            .find_map(|request| match request {
                ShellRequest::OpenDialog(request) => Some(request),
                _ => None,
            });
        let request = request.expect("a dialog");
        assert!(expected(&request), "{request:?}");
        let paths = vec![path.to_owned()];
        if let Some(command) = self.controller.dialog_answered(&request, Ok(paths)) {
            self.controller.execute(command);
        }
        self.settle();
    }

    fn requests(&mut self) -> Vec<ShellRequest> {
        std::iter::from_fn(|| self.controller.take_request()).collect()
    }

    fn texts(&self) -> Vec<&str> {
        let messages = &self.controller.status().messages;
        messages.iter().map(|message| &*message.text).collect()
    }

    fn layers(&self) -> usize {
        self.controller.project().layers.len()
    }
}

fn file(command: FileCommand) -> Command {
    Command::File(command)
}

fn is_save(request: &DialogRequest) -> bool {
    matches!(request.kind, DialogKind::SaveProject { .. })
}

/// A folder, and in it a show of one layer.
fn saved_show() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a folder");
    let show = home.path().join("show.ron");
    let mut project = Project::default();
    let layer = Layer::new(LayerId(1), "First".to_owned(), 0);
    project.layers.push(layer);
    file::save(&project, &show).expect("saves");
    (home, show)
}

#[test]
fn media_are_imported_arranged_undone_and_saved() {
    let mut cards = Cards::new();
    let paths = [60, 30].map(|fps| {
        let id = cards.add(fps, 30);
        cards.path(id).to_owned()
    });
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), Vec::new());
    program.execute(file(FileCommand::AddMediaDialog));
    program.answer_dialog(|request| request.kind == DialogKind::AddMedia, &paths[0]);
    program.execute(file(FileCommand::AddFiles(vec![
        paths[1].clone(),
        home.path().join("missing.mov"),
    ])));
    assert_eq!(program.layers(), 2);
    assert!(
        program
            .texts()
            .iter()
            .any(|text| text.contains("missing.mov")),
        "{:?}",
        program.texts()
    );

    let clip = program.controller.project().layers[0].clips[0].clone();
    let start = clip.start + Time::from_seconds(2);
    let layer = program.controller.project().layers[0].id;
    let moved = ClipEdit::Move { layer, start };
    program.edit(EditCommand::Clip(clip.id, moved));
    let start_of = |program: &Program| program.controller.status().project.layers[0].clips[0].start;
    assert_eq!(start_of(&program), start, "the status follows");
    program.execute(Command::Edit(HistoryCommand::Undo));
    assert_eq!(start_of(&program), clip.start);
    let steps = &program.controller.status().program.steps;
    assert_eq!((steps.done.len(), steps.undone.len()), (2, 1));
    program.execute(Command::Edit(HistoryCommand::Redo));

    let show = home.path().join("show");
    program.execute(file(FileCommand::Save));
    program.answer_dialog(is_save, &show);
    let saved = file::load(&show.with_extension("ron")).expect("saved with its extension");
    assert_eq!(saved.layers, program.controller.project().layers);
    let document = &program.controller.status().document;
    assert_eq!((&*document.name, document.is_dirty), ("show.ron", false));
}

#[test]
fn a_project_with_unsaved_changes_closes_when_it_is_saved() {
    let (home, show) = saved_show();
    let mut program = Program::start(home.path(), vec![show.clone()]);
    program.add_layer();
    program.controller.request_close();
    let document = &program.controller.status().document;
    assert_eq!(document.unsaved_prompt, Some(UnsavedPrompt::Close));
    assert_eq!(program.requests(), [], "it stays open");
    program
        .controller
        .execute(file(FileCommand::AnswerUnsaved(UnsavedAnswer::Save)));
    program.until("it may close", Controller::is_close_granted);
    // Nobody had a layout to save.
    assert_eq!(
        program.requests(),
        [ShellRequest::SaveLayout, ShellRequest::Close]
    );
    assert_eq!(file::load(&show).expect("saved").layers.len(), 2);
}

#[test]
fn the_layout_of_the_shell_is_saved_as_the_program_closes() {
    let (home, show) = saved_show();
    let mut program = Program::start(home.path(), vec![show]);
    program
        .controller
        .execute(Command::Window(WindowCommand::Quit));
    assert_eq!(program.requests(), [ShellRequest::SaveLayout]);
    program.controller.save_layout(Layout {
        hidden: vec!["media".to_owned()],
        tools: [("log".to_owned(), [8.0, 16.0, 640.0, 320.0])].into(),
        ..Layout::default()
    });
    program.until("it may close", Controller::is_close_granted);
    let text = fs::read_to_string(home.path().join("config/settings.ron")).expect("written");
    assert!(text.contains("\"log\""), "tool windows come back: {text}");
    let text = fs::read_to_string(home.path().join("config/settings.ron")).expect("written");
    assert!(text.contains("\"media\""), "{text}");
}

#[test]
fn six_files_of_a_dialog_are_placed_as_soon_as_the_last_of_them_is_open() {
    let mut cards = Cards::new();
    let paths: Vec<_> = (0..6)
        .map(|_| {
            let id = cards.add(60, 30);
            cards.path(id).to_owned()
        })
        .collect();
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), Vec::new());
    program.execute(file(FileCommand::AddMediaDialog));
    let requests = program.requests();
    let [ShellRequest::OpenDialog(request)] = &requests[..] else {
        panic!("a dialog alone: {requests:?}");
    };
    let command = program.controller.dialog_answered(request, Ok(paths));
    program.controller.execute(command.expect("files to add"));
    // The clock stands: nothing is waited for but the files.
    program.until("all files are open", |controller| {
        let engine = controller.engine();
        let mut media = engine.project().media.iter();
        engine.project().media.len() == 6
            && media.all(|media| engine.media_facts(media.id).is_some())
    });
    assert_eq!(
        program.layers(),
        6,
        "in the tick that saw the last one open"
    );
    assert_eq!(program.texts(), [""; 0], "and nothing to say of it");
}

#[test]
fn a_cancelled_dialog_leaves_the_project_open() {
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), Vec::new());
    program.add_layer();
    for answer in [Ok(Vec::new()), Err(DialogError::Busy)] {
        program.controller.request_close();
        program.execute(file(FileCommand::AnswerUnsaved(UnsavedAnswer::Save)));
        let requests = program.requests();
        let [ShellRequest::OpenDialog(request)] = &requests[..] else {
            panic!("a dialog alone: {requests:?}");
        };
        let command = program.controller.dialog_answered(request, answer);
        assert_eq!(command, None);
        program.settle();
        assert!(!program.controller.is_close_granted(), "still open");
        assert_eq!(program.controller.status().document.unsaved_prompt, None);
    }
    assert!(
        program
            .texts()
            .iter()
            .any(|text| text.contains("is open already")),
        "{:?}",
        program.texts()
    );
}

#[test]
fn unsaved_changes_are_recovered_after_a_crash() {
    let (home, show) = saved_show();
    let mut program = Program::start(home.path(), vec![show.clone()]);
    program.add_layer();
    program.advance(31);
    program.advance(31);
    assert!(program.controller.status().program.kept_ago_s.is_some());
    // Dropped without having been closed, as a process that is killed.
    drop(program);

    let mut again = Program::start(home.path(), Vec::new());
    let prompt = again.controller.status().program.prompt.clone();
    let prompt = prompt.expect("it is offered");
    assert_eq!(prompt.title, "Unsaved changes to show.ron were found");
    again.execute(file(FileCommand::Answer(Answer::Restore)));
    assert_eq!(again.layers(), 2);
    assert!(again.controller.status().document.is_dirty, "not yet saved");
    assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
    again.execute(file(FileCommand::Save));
    assert_eq!(file::load(&show).expect("saved").layers.len(), 2);
}

#[test]
fn missing_media_are_found_and_relinked_as_one_step() {
    let mut cards = Cards::new();
    let id = cards.add(60, 30);
    let home = tempfile::tempdir().expect("a folder");
    let card = home.path().join("one.mov");
    fs::copy(cards.path(id), &card).expect("copied");
    let show = home.path().join("show.ron");
    let mut program = Program::start(home.path(), vec![card.clone()]);
    program.until("its fingerprint is known", |controller| {
        let media = controller.project().media.first();
        media.is_some_and(|media| media.fingerprint.is_some())
    });
    program.execute(file(FileCommand::Save));
    program.answer_dialog(is_save, &show);
    drop(program);

    let library = home.path().join("library");
    fs::create_dir(&library).expect("made");
    let found = library.join("renamed.mov");
    fs::rename(&card, &found).expect("moved");
    let mut program = Program::start(home.path(), vec![show]);
    program.until("it is missing", |controller| {
        let media = controller.project().media.first();
        media.is_some_and(|media| controller.engine().media_error(media.id).is_some())
    });
    program.execute(file(FileCommand::RelinkDialog));
    program.answer_dialog(|request| request.kind == DialogKind::SearchFolder, &library);
    let relink = program.controller.status().program.relink.clone();
    let relink = relink.expect("a result");
    assert_eq!(relink.rows[0].likeness, Some(Likeness::SameContents));
    program.execute(file(FileCommand::ApplyRelink));
    assert_eq!(program.controller.project().media[0].path, found);
    let steps = &program.controller.status().program.steps.done;
    assert_eq!(steps.last().map(|name| &**name), Some("Relink media"));
    assert_eq!(program.controller.status().program.relink, None);
}

#[test]
fn settings_are_applied_at_once_and_written_when_left_alone() {
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), Vec::new());
    let mut settings = Settings::clone(&program.controller.status().program.settings);
    settings.playback.prebuffer = PrebufferDepth::Frames(9);
    let command = WindowCommand::SetSettings(Box::new(settings));
    program.execute(Command::Window(command));
    assert_eq!(program.requests(), [ShellRequest::ApplySettings]);
    let depth = PrebufferDepth::Frames(9);
    assert_eq!(program.controller.status().prebuffer, depth);
    let playback = program.controller.engine().playback_settings();
    assert_eq!(playback.prebuffer, depth);
    let written = home.path().join("config/settings.ron");
    assert!(!written.exists(), "not yet");
    program.advance(2);
    let text = fs::read_to_string(&written).expect("written");
    assert!(text.contains("prebuffer: 9"), "{text}");
}

#[test]
fn playing_follows_the_clock_and_the_report_goes_to_the_clipboard() {
    let mut cards = Cards::new();
    let id = cards.add(60, 60);
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), vec![cards.path(id).to_owned()]);
    program.until("the card is open", |controller| {
        !controller.project().layers.is_empty()
    });
    let play = Command::Transport(TransportCommand::TogglePlay);
    program.execute(play.clone());
    let next = program.controller.next_tick_in();
    assert_eq!(next, Some(Duration::ZERO), "the next picture");
    program.hand.advance(Time::from_seconds_f64(0.5));
    program.controller.tick();
    let transport = program.controller.status().transport;
    assert!(transport.is_playing, "{transport:?}");
    assert_eq!(transport.playhead, Time::from_seconds_f64(0.5));
    program.execute(play);
    program.execute(Command::Report(ReportCommand::CopyReport));
    let requests = program.requests();
    let [ShellRequest::CopyText(text)] = &requests[..] else {
        panic!("a text alone: {requests:?}");
    };
    assert!(text.contains("card-0.mov"), "{text}");
}

#[test]
fn a_status_at_rest_is_shared_and_not_made_anew() {
    let (home, show) = saved_show();
    let mut program = Program::start(home.path(), vec![show]);
    program.controller.tick();
    let before = program.controller.status().clone();
    program.controller.tick();
    let after = program.controller.status();
    assert!(Arc::ptr_eq(&before.project, &after.project));
    let (before, after) = (&before.program, &after.program);
    assert!(Arc::ptr_eq(&before.settings, &after.settings));
    assert!(Arc::ptr_eq(&before.recent, &after.recent));
    assert!(Arc::ptr_eq(&before.templates, &after.templates));
    assert_eq!(after.recent.len(), 1, "the show");
}

#[test]
fn a_program_for_playing_alone_plays_and_refuses_other_work() {
    let mut cards = Cards::new();
    let id = cards.add(60, 60);
    let project = cards.project(vec![vec![card_rig::clip(id, 0, 60)]]);
    let hand = ManualClock::new();
    let options = ControllerOptions {
        clock: hand.clock(),
        ..ControllerOptions::headless(project, EngineOptions::default())
    };
    let mut controller = Controller::new(options, None, Arc::new(|| {})).expect("it starts");
    assert!(controller.is_idle(), "nothing is read or written");
    controller.execute(Command::Transport(TransportCommand::TogglePlay));
    hand.advance(Time::from_seconds_f64(0.25));
    controller.tick();
    let playhead = controller.status().transport.playhead;
    assert_eq!(playhead, Time::from_seconds_f64(0.25));
    controller.execute(file(FileCommand::Open("/a.ron".into())));
    let message = &controller.status().messages[0].text;
    assert!(message.contains("plays and does nothing else"), "{message}");
}

#[test]
fn settings_of_one_path_in_a_row_are_one_step_of_undo_and_a_wrong_one_changes_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), Vec::new());
    program.add_layer();
    let set = |program: &mut Program, words: &str| {
        program.execute(words.parse().expect("words of a command"));
    };
    let opacity = |program: &Program| program.controller.project().layers[0].opacity;
    for value in ["0.25", "0.5", "0.75"] {
        set(&mut program, &format!("/layer/1/opacity {value}"));
    }
    assert_eq!(opacity(&program), 0.75);
    program.advance(2);
    set(&mut program, "/layer/Another/opacity 0.125");
    assert_eq!(opacity(&program), 0.125);

    set(&mut program, "/layer/1/opacity 7");
    set(&mut program, "/layer/9/opacity 0.5");
    assert_eq!(opacity(&program), 0.125);
    let texts = program.texts();
    for path in ["/layer/1/opacity", "/layer/9/opacity"] {
        assert!(texts.iter().any(|text| text.contains(path)), "{texts:?}");
    }

    set(&mut program, "/edit/undo");
    assert_eq!(opacity(&program), 0.75, "the last setting alone");
    set(&mut program, "/edit/undo");
    assert_eq!(opacity(&program), 1.0, "the three in a row");
}

#[test]
fn a_dialog_begins_in_the_folder_of_the_project_or_in_the_one_chosen_last() {
    let (home, show) = saved_show();
    let folder = home.path().to_owned();
    let mut program = Program::start(home.path(), vec![show]);
    let mut begins_in = |command: FileCommand, answer: Option<PathBuf>| {
        program.controller.execute(file(command));
        let mut requests = program.requests().into_iter();
        let request = requests.find_map(|request| match request {
            ShellRequest::OpenDialog(request) => Some(request),
            _ => None,
        });
        let request = request.expect("a dialog");
        assert!(!request.kind.title().is_empty());
        let answer = answer.into_iter().collect();
        drop(program.controller.dialog_answered(&request, Ok(answer)));
        program.settle();
        request.folder
    };
    assert_eq!(begins_in(FileCommand::SaveAs, None), Some(folder.clone()));
    assert_eq!(
        begins_in(FileCommand::OpenDialog, None),
        Some(folder.clone())
    );
    let elsewhere = folder.join("footage");
    let media = Some(elsewhere.join("a.mov"));
    let first = begins_in(FileCommand::AddMediaDialog, media);
    assert_eq!(first, Some(folder.clone()), "beside the project");
    let then = begins_in(FileCommand::AddMediaDialog, None);
    assert_eq!(then, Some(elsewhere.clone()), "where they were");
    let relink = begins_in(FileCommand::RelinkDialog, None);
    assert_eq!(relink, Some(elsewhere));
    assert_eq!(begins_in(FileCommand::SaveAs, None), Some(folder));
}

#[test]
fn choosing_a_display_opens_the_output_and_without_it_it_is_closed() {
    let home = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(home.path(), Vec::new());
    let display = |name: &str| DisplayView {
        name: name.to_owned(),
        size_px: [1920, 1080],
        origin_px: [0, 0],
    };
    let both = || vec![display("DP-1"), display("HDMI-1")];
    program.controller.set_displays(both());
    program.execute(OutputCommand::SetDisplay(1).into());
    let output = |program: &Program| program.controller.status().program.output;
    assert!(output(&program).is_open && output(&program).display == 1);

    program
        .controller
        .execute(file(FileCommand::AddMediaDialog));
    program.controller.set_displays(vec![display("DP-1")]);
    program.controller.tick();
    assert!(!output(&program).is_open, "it would cover the editor");
    assert!(program.texts()[0].contains("HDMI-1 is gone"));
    program.controller.set_displays(both());
    program.controller.tick();
    assert!(output(&program).is_open, "as soon as it is back");
    let asks = program.requests().into_iter();
    let mut dialogs = asks.filter(|request| matches!(request, ShellRequest::OpenDialog(_)));
    let Some(ShellRequest::OpenDialog(request)) = dialogs.next() else {
        panic!("the dialog is asked for all the same");
    };
    program.controller.set_displays(vec![display("DP-1")]);
    let mut cards = Cards::new();
    let id = cards.add(60, 30);
    let chosen = vec![cards.path(id).to_owned()];
    let command = program.controller.dialog_answered(&request, Ok(chosen));
    program.execute(command.expect("a file to add"));
    assert_eq!(program.layers(), 1, "what was chosen is not lost");
}
