//! The window's whole program over a folder of its own, driven as a person drives it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use clap::Parser as _;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, HarnessBuilder};
use sextet::app::{AppOptions, SextetApp};
use sextet::cli::args::{Args, Command};
use sextet::control::{AppDirs, ControllerOptions, DialogRequest, SaveBackend};
use sextet::project::storage::file;
use sextet::time::{Clock, ManualClock, Time};

/// Longer than any step here takes, even on a busy machine.
pub const PATIENCE: Time = Time::from_seconds(60);

/// A folder for one test: shows in it, and what belongs to the person.
pub struct Home {
    root: PathBuf,
    /// Taken away again with the home whose it is.
    _folder: Option<tempfile::TempDir>,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            root: folder.path().to_owned(),
            _folder: Some(folder),
        }
    }

    /// The home in a folder that is another's.
    pub fn at(folder: &Path) -> Self {
        Self {
            root: folder.to_owned(),
            _folder: None,
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, name: &str) -> PathBuf {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        path
    }

    pub fn app_dirs(&self) -> AppDirs {
        AppDirs {
            config: self.root.join("config"),
            data: self.root.join("data"),
        }
    }

    /// The program with these files; dialogs choose `chosen`, whatever they are asked.
    pub fn open(&self, paths: Vec<PathBuf>, chosen: &Path) -> Window {
        self.open_saving_by(paths, chosen, ControllerOptions::default().save)
    }

    /// The same, with projects written by `save`.
    pub fn open_saving_by(&self, paths: Vec<PathBuf>, chosen: &Path, save: SaveBackend) -> Window {
        let chosen = chosen.to_owned();
        self.open_with(AppOptions {
            control: ControllerOptions {
                paths,
                save,
                ..ControllerOptions::default()
            },
            dialogs: Arc::new(move |_: &DialogRequest| Ok(vec![chosen.clone()])),
            ..AppOptions::default()
        })
    }

    /// The program as these options say, with the folders of this home and a clock that is moved by hand.
    pub fn open_with(&self, options: AppOptions) -> Window {
        self.open_in(Harness::builder(), options)
    }

    /// The same with a graphics device of its own, as the window has one.
    pub fn open_drawn(&self, options: AppOptions) -> Window {
        let builder = Harness::builder().wgpu_setup(sextet::gpu::wgpu_setup());
        self.open_in(builder, options)
    }

    fn open_in(&self, builder: HarnessBuilder<SextetApp>, options: AppOptions) -> Window {
        let hand = ManualClock::new();
        let options = AppOptions {
            control: ControllerOptions {
                clock: hand.clock(),
                app_dirs: Some(self.app_dirs()),
                ..options.control
            },
            ..options
        };
        let harness = builder
            .with_size([1280.0, 800.0])
            .build_eframe(|cc| SextetApp::new(cc, options).expect("the program starts"));
        let mut window = Window { harness, hand };
        window.until_idle();
        window
    }
}

/// A card of frames at 60 pictures a second; gives its path.
pub fn make_card(path: PathBuf, size: &str, frames: &str) -> PathBuf {
    make_card_at(path, size, frames, "60")
}

/// The same at another rate.
pub fn make_card_at(path: PathBuf, size: &str, frames: &str, fps: &str) -> PathBuf {
    let output = path.display().to_string();
    let typed = ["sextet", "testcard", "-o", &output, "--format", "hap"];
    let rest = ["--size", size, "--fps", fps, "--frames", frames];
    let args = Args::try_parse_from(typed.into_iter().chain(rest)).expect("good arguments");
    match args.command {
        Some(Command::Testcard(args)) => sextet::cli::testcard::run(&args).expect("a card"),
        other => panic!("expected testcard, not {other:?}"),
    };
    path
}

pub struct Window {
    pub harness: Harness<'static, SextetApp>,
    pub hand: ManualClock,
}

impl Window {
    pub fn app(&self) -> &SextetApp {
        self.harness.state()
    }

    /// Runs frame after frame until something holds.
    pub fn until(&mut self, what: &str, holds: impl Fn(&Harness<'_, SextetApp>) -> bool) {
        let clock = Clock::system();
        while !holds(&self.harness) {
            assert!(clock.now() < PATIENCE, "waited too long: {what}");
            self.harness.step();
            thread::yield_now();
        }
        self.harness.step();
    }

    pub fn until_idle(&mut self) {
        self.until("nothing is on its way", |harness| harness.state().is_idle());
        self.harness.run_steps(2);
    }

    /// Until a text with this in it is shown.
    pub fn until_shown(&mut self, text: &str) {
        self.until(text, |harness| {
            harness.query_all_by_label_contains(text).next().is_some()
        });
    }

    pub fn is_shown(&self, text: &str) -> bool {
        self.harness
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(2);
        self.until_idle();
    }

    pub fn click(&mut self, label: &str) {
        // What has just come up may not have its place yet.
        self.harness.run_steps(2);
        self.harness
            .get_by_role_and_label(Role::Button, label)
            .click();
        self.harness.run_steps(4);
        self.until_idle();
    }

    /// A change: another layer.
    pub fn change(&mut self) {
        self.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    }

    pub fn save(&mut self) {
        self.press(Modifiers::COMMAND, Key::S);
    }

    /// The person closes the window by its own button. Says whether it closes now.
    pub fn request_close(&mut self) -> bool {
        let viewport = self
            .harness
            .input_mut()
            .viewports
            .entry(egui::ViewportId::ROOT)
            .or_default();
        viewport.events.push(egui::ViewportEvent::Close);
        self.harness.step();
        self.is_closing()
    }

    /// True if the frame just run asked for the window to be closed.
    pub fn is_closing(&self) -> bool {
        let output = self.harness.output();
        let commands = output
            .viewport_output
            .values()
            .flat_map(|output| &output.commands);
        let mut closing =
            commands.filter(|command| matches!(command, egui::ViewportCommand::Close));
        closing.next().is_some()
    }

    pub fn pass(&mut self, seconds: i64) {
        self.hand.advance(Time::from_seconds(seconds));
        self.harness.run_steps(2);
        self.until_idle();
    }
}

/// A saved show with one layer, and its path.
pub fn saved_show(home: &Home) -> PathBuf {
    let show = home.path("shows/show.ron");
    let mut window = home.open(Vec::new(), &show);
    window.change();
    window.save();
    let layers = file::load(&show).expect("saved").layers;
    assert_eq!(layers.len(), 1, "the layer is saved");
    show
}

pub fn recovery_files(home: &Home) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.app_dirs().data.join("recovery"));
    let paths = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .collect()
}
