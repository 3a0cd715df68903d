//! The numbers of the whole program behind the window: reset, copied as text, exported as JSON and CSV; the log too.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use clap::Parser as _;
use egui::{Key, Modifiers, OutputCommand, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::app::{AppOptions, SextetApp};
use sextet::cli::args::{Args, Command};
use sextet::control::{ControllerOptions, DialogKind, DialogRequest};
use sextet::time::{Clock, FrameRate, ManualClock, Time};

/// Longer than any step here takes, even on a busy machine.
const PATIENCE: Time = Time::from_seconds(120);

fn make_card(path: &Path) {
    let output = path.display().to_string();
    let typed = ["sextet", "testcard", "-o", &output, "--format", "hap"];
    let rest = ["--size", "64x32", "--fps", "60", "--frames", "60"];
    let args = Args::try_parse_from(typed.into_iter().chain(rest)).expect("good arguments");
    match args.command {
        Some(Command::Testcard(args)) => sextet::cli::testcard::run(&args).expect("a card"),
        other => panic!("expected testcard, not {other:?}"),
    };
}

/// The program with a card, whose dialogs write to these files in turn.
struct Program {
    harness: Harness<'static, SextetApp>,
    hand: ManualClock,
}

impl Program {
    fn open(card: PathBuf, report: PathBuf, log: PathBuf) -> Self {
        let hand = ManualClock::new();
        let options = AppOptions {
            control: ControllerOptions {
                paths: vec![card],
                clock: hand.clock(),
                ..ControllerOptions::default()
            },
            dialogs: Arc::new(move |request: &DialogRequest| {
                Ok(match &request.kind {
                    DialogKind::ExportReport => vec![report.clone()],
                    DialogKind::ExportLog => vec![log.clone()],
                    _ => Vec::new(),
                })
            }),
            ..AppOptions::default()
        };
        let harness = Harness::builder()
            .with_size([1280.0, 800.0])
            .build_eframe(|cc| SextetApp::new(cc, options).expect("the program starts"));
        let mut program = Self { harness, hand };
        program.until("the card is open", |harness| harness.state().is_idle());
        program
    }

    fn until(&mut self, what: &str, holds: impl Fn(&Harness<'static, SextetApp>) -> bool) {
        let clock = Clock::system();
        while !holds(&self.harness) {
            assert!(clock.now() < PATIENCE, "waited too long: {what}");
            self.harness.step();
            thread::yield_now();
        }
        self.harness.step();
    }

    fn play(&mut self, pictures: i64) {
        self.harness.key_press(Key::Space);
        self.harness.step();
        for _ in 0..pictures {
            self.hand.advance(FrameRate::FPS_60.time_of(1));
            self.harness.step();
        }
        self.harness.key_press(Key::Space);
        self.harness.run_steps(3);
    }

    fn click_last(&mut self, label: &str) {
        let buttons = self.harness.get_all_by_role_and_label(Role::Button, label);
        buttons.last().expect("it is there").click();
        self.harness.step();
    }

    /// Text that a click puts on the clipboard.
    fn copied(&mut self, label: &str) -> String {
        self.click_last(label);
        for _ in 0..6 {
            let commands = &self.harness.output().platform_output.commands;
            let text = commands.iter().find_map(|command| match command {
                OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            });
            if let Some(text) = text {
                return text;
            }
            self.harness.step();
        }
        panic!("nothing was copied by {label}");
    }

    /// A file once it is written.
    fn written(&mut self, path: &Path) -> String {
        self.until("a file is written", |harness| {
            harness.state().is_idle() && path.exists()
        });
        std::fs::read_to_string(path).expect("it can be read")
    }
}

#[test]
fn numbers_are_copied_as_text_exported_as_json_and_begin_anew_when_reset() {
    let folder = tempfile::tempdir().expect("a folder");
    let (card, report) = (
        folder.path().join("card.mov"),
        folder.path().join("out.json"),
    );
    make_card(&card);
    let mut program = Program::open(card, report.clone(), PathBuf::new());
    program.play(30);
    let text = program.copied("Copy");
    assert!(text.contains("fps, drawn by"), "{text}");
    assert!(
        text.contains("card.mov") && text.contains("lost to read"),
        "{text}"
    );
    program.click_last("Export…");
    let json: serde_json::Value =
        serde_json::from_str(&program.written(&report)).expect("one JSON object");
    let due = json["totals"]["due"].as_u64().expect("a count");
    assert!((25..=32).contains(&due), "{json}");
    std::fs::remove_file(&report).expect("it is there");
    program.click_last("Reset");
    program.harness.run_steps(3);
    program.click_last("Export…");
    let json: serde_json::Value =
        serde_json::from_str(&program.written(&report)).expect("one JSON object");
    assert_eq!(json["totals"]["due"], 0, "{json}");
}

#[test]
fn numbers_and_log_are_exported_as_comma_separated_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let (card, report) = (
        folder.path().join("card.mov"),
        folder.path().join("out.CSV"),
    );
    let log = folder.path().join("log.csv");
    make_card(&card);
    let mut program = Program::open(card, report.clone(), log.clone());
    program.play(30);
    program.click_last("Export…");
    let csv = program.written(&report);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 2, "a header and a layer: {csv}");
    assert!(lines[0].starts_with("layer,media,codec,io,due") && lines[1].contains("card.mov"));
    program
        .harness
        .key_press_modifiers(Modifiers::COMMAND | Modifiers::CTRL, Key::G);
    program.harness.run_steps(4);
    program.click_last("Export…");
    let csv = program.written(&log);
    assert!(
        csv.starts_with("seconds,kind,layer,playhead_s,count,text"),
        "{csv}"
    );
    assert!(csv.contains("Read by"), "how the card is read: {csv}");
}
