//! A panic in each thread of the window, a disk that keeps one for ever, a program that is killed: an error that is told
//! or a dialog, nothing lost, and a window that goes on. Faults are put under threads by name, and each test's program has
//! threads of the same names: each has a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::home::{Home, PATIENCE, Window, make_card, recovery_files, saved_show};
use crate::own_process::in_own_process;
use crossbeam_channel::bounded;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;
use sextet::app::{AppOptions, ShutdownSignal};
use sextet::control::{ControllerOptions, DialogRequest, WindowRestart};
use sextet::media::fault_injection::{StepInjection, StepPlan, at_step};
use sextet::project::storage::file;
use sextet::time::{Clock, Time};

/// Has the thread of this name panic at its next step, once.
fn breaks_once(thread: &str) -> StepInjection {
    let is_over = AtomicBool::new(false);
    let plan: StepPlan = Arc::new(move || {
        assert!(is_over.swap(true, Ordering::Relaxed), "a bug of the test's");
    });
    at_step(thread, plan)
}

/// A saved show that is open in a window and has a change that is not saved.
fn changed_show() -> (Home, Window) {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    assert_eq!(window.app().project().layers.len(), 2, "it is changed");
    (home, window)
}

/// Layers of the project in the recovery folder.
fn kept_layers(home: &Home) -> Option<usize> {
    let kept = recovery_files(home).pop()?;
    Some(file::load(&kept).expect("whole").layers.len())
}

/// What only whoever looks for the reason needs is in the log, and in no message.
fn assert_logged(window: &Window, details: &str) {
    assert!(!window.is_shown(details), "engine talk: {details}");
    let log = &window.app().engine().snapshot().log;
    let mut lines = log.iter().filter(|line| line.is_error);
    assert!(lines.any(|line| line.text.contains(details)), "{log:?}");
}

fn file_menu(window: &mut Window, label: &str) {
    window
        .harness
        .get_by_role_and_label(Role::Button, "File")
        .click();
    window.harness.run_steps(4);
    window.click(label);
}

#[test]
fn a_save_that_breaks_down_is_told_and_can_be_repeated() {
    in_own_process!();
    let (home, mut window) = changed_show();
    let broken = breaks_once("project-io");
    window.save();
    window.until_shown("A file could not be read or written");
    assert_logged(&window, "a bug of the test's");
    drop(broken);
    let show = home.path("shows/show.ron");
    assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
    window.save();
    assert_eq!(file::load(&show).expect("saved").layers.len(), 2);
}

#[test]
fn keeping_changes_that_breaks_down_is_told_and_tried_again() {
    in_own_process!();
    let (home, mut window) = changed_show();
    let broken = breaks_once("recovery");
    window.pass(31);
    window.until_shown("Unsaved changes could not be kept");
    assert_logged(&window, "a bug of the test's");
    assert_eq!(kept_layers(&home), None);
    drop(broken);
    window.pass(1);
    window.pass(31);
    assert_eq!(kept_layers(&home), Some(2), "half a minute later");
}

#[test]
fn work_on_media_files_that_breaks_down_is_told() {
    in_own_process!();
    let home = Home::new();
    let target = home.path("stick/x").parent().expect("a folder").to_owned();
    let card = make_card(home.path("media/one.mov"), "64x32", "60");
    let mut window = home.open(vec![card], &target);
    let broken = breaks_once("media-files");
    file_menu(&mut window, "Collect project and media…");
    window.until_shown("The work on media files broke down");
    assert_logged(&window, "a bug of the test's");
    drop(broken);
    file_menu(&mut window, "Collect project and media…");
    window.until_shown("media files are collected");
}

#[test]
fn an_examination_that_breaks_down_is_told_and_can_be_repeated() {
    in_own_process!();
    let home = Home::new();
    let mut window = home.open(Vec::new(), &home.path("shows/show.ron"));
    let broken = breaks_once("doctor");
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::G);
    window.click("Examine");
    window.until_shown("The examination broke down");
    assert_logged(&window, "a bug of the test's");
    drop(broken);
    window.click("Examine");
    window.until("an answer", |harness| {
        harness.state().engine().snapshot().diagnosis.is_some()
    });
}

#[test]
fn a_file_dialog_that_breaks_down_is_told() {
    in_own_process!();
    let home = Home::new();
    let mut window = home.open_with(AppOptions {
        dialogs: Arc::new(|_: &DialogRequest| panic!("no portal")),
        ..AppOptions::default()
    });
    window.change();
    window.save();
    window.until_shown("The system's file dialog broke down");
    assert!(window.app().is_idle(), "another one can be opened");
}

#[test]
fn watching_files_that_breaks_down_is_told_and_begins_anew() {
    in_own_process!();
    let home = Home::new();
    let card = make_card(home.path("media/one.mov"), "64x32", "60");
    let other = make_card(home.path("made/one.mov"), "64x32", "60");
    let mut window = home.open(vec![card.clone()], &home.path("shows/show.ron"));
    let broken = breaks_once("media watch");
    fs::write(home.path("media/beside.txt"), "a change").expect("written");
    window.until_shown("A media file that changed just now may have gone unnoticed");
    drop(broken);
    // A folder is looked at before it is watched.
    window.until_idle();
    fs::rename(&other, &card).expect("takes its place");
    let clock = Clock::system();
    while !window.is_shown("one.mov changed on disk") {
        assert!(clock.now() < PATIENCE, "the next change is noticed");
        window.pass(1);
    }
}

#[test]
fn panels_that_break_down_leave_the_show_playing_and_the_changes_kept() {
    in_own_process!();
    let home = Home::new();
    let show = home.path("shows/show.ron");
    let card = make_card(home.path("media/one.mov"), "64x32", "600");
    let mut window = home.open(vec![card], &show);
    window.press(Modifiers::NONE, Key::Space);
    assert!(window.app().engine().transport().is_playing());
    let broken = breaks_once("main panels");
    window.harness.run_steps(2);
    drop(broken);
    assert!(window.is_shown("Sextet broke down"));
    assert!(window.is_shown("The show plays on"));
    assert!(window.is_shown("a bug of the test's"));
    window.until("the changes are kept", |_| kept_layers(&home) == Some(1));
    let before = window.app().engine().playhead();
    window.pass(1);
    assert!(window.app().engine().playhead() > before, "it plays");
    window.click("Go on");
    assert!(!window.is_shown("Sextet broke down"));
    window.save();
    assert_eq!(file::load(&show).expect("saved").layers.len(), 1);
}

#[test]
fn work_that_breaks_down_rests_until_the_person_goes_on() {
    in_own_process!();
    let (home, mut window) = changed_show();
    let broken = breaks_once("main work");
    window.harness.run_steps(3);
    drop(broken);
    assert!(window.is_shown("Playing rests"));
    window.until("the changes are kept", |_| kept_layers(&home) == Some(2));
    window.click("Go on");
    window.until_idle();
    assert!(window.is_shown("Layer"), "the panels are back");
    assert_eq!(window.app().project().layers.len(), 2, "nothing is lost");
}

#[test]
fn a_window_that_broke_down_closes_without_a_question_and_the_next_start_offers_the_changes() {
    in_own_process!();
    let (home, mut window) = changed_show();
    let broken = breaks_once("main work");
    window.harness.run_steps(3);
    drop(broken);
    window.until("the changes are kept", |_| kept_layers(&home) == Some(2));
    assert!(window.request_close(), "at once");
    drop(window);
    let mut again = home.open(Vec::new(), Path::new("nowhere"));
    again.until_shown("Unsaved changes to show.ron were found");
    again.click("Restore");
    assert_eq!(again.app().project().layers.len(), 2);
}

#[test]
fn an_output_that_breaks_down_leaves_the_work_going_on() {
    in_own_process!();
    let (_home, mut window) = changed_show();
    let broken = breaks_once("main output");
    window.harness.run_steps(2);
    drop(broken);
    assert!(window.is_shown("The show plays on"));
    window.click("Go on");
    assert!(!window.is_shown("Sextet broke down"));
}

#[test]
fn a_window_that_ends_in_a_panic_of_its_libraries_keeps_the_changes() {
    in_own_process!();
    let (home, window) = changed_show();
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _window = window;
        panic!("a bug of a library");
    }));
    assert!(ended.is_err());
    assert_eq!(kept_layers(&home), Some(2), "as it was dropped");
    let mut again = home.open(Vec::new(), Path::new("nowhere"));
    again.until_shown("Unsaved changes to show.ron were found");
}

#[test]
fn a_window_that_the_system_ends_without_asking_keeps_the_changes() {
    in_own_process!();
    let (home, mut window) = changed_show();
    eframe::App::on_exit(window.harness.state_mut());
    drop(window);
    assert_eq!(kept_layers(&home), Some(2));
    let mut again = home.open(Vec::new(), Path::new("nowhere"));
    again.until_shown("Unsaved changes to show.ron were found");
    again.click("Restore");
    assert_eq!(again.app().project().layers.len(), 2);
}

#[test]
fn a_window_that_a_signal_ends_keeps_the_changes_and_asks_nothing() {
    in_own_process!();
    let home = Home::new();
    let show = saved_show(&home);
    let shutdown = ShutdownSignal::default();
    let options = AppOptions {
        control: ControllerOptions {
            paths: vec![show.clone()],
            ..ControllerOptions::default()
        },
        shutdown: shutdown.clone(),
        ..AppOptions::default()
    };
    let mut window = home.open_with(options);
    window.until_shown("show.ron");
    window.change();
    assert!(!shutdown.raise(), "the first");
    window.harness.step();
    assert!(window.is_closing(), "nothing is asked");
    drop(window);
    assert_eq!(kept_layers(&home), Some(2));
    let mut again = home.open(Vec::new(), Path::new("nowhere"));
    again.until_shown("Unsaved changes to show.ron were found");
}

#[test]
fn a_window_whose_changes_were_discarded_keeps_none_as_it_ends() {
    in_own_process!();
    let (home, mut window) = changed_show();
    assert!(!window.request_close(), "it asks");
    window.click("Discard");
    eframe::App::on_exit(window.harness.state_mut());
    drop(window);
    assert_eq!(kept_layers(&home), None);
}

#[test]
fn a_window_whose_device_is_lost_hands_everything_to_the_next_one() {
    in_own_process!();
    let home = Home::new();
    let card = make_card(home.path("media/one.mov"), "64x32", "600");
    let restart = WindowRestart::default();
    let options = |paths| AppOptions {
        control: ControllerOptions {
            paths,
            restart: restart.clone(),
            ..ControllerOptions::default()
        },
        ..AppOptions::default()
    };
    let mut window = home.open_drawn(options(vec![card]));
    window.change();
    window.press(Modifiers::SHIFT, Key::ArrowRight);
    let playhead = window.app().engine().playhead();
    assert!(playhead > Time::ZERO, "moved");
    let gpu = window.app().engine().gpu().expect("a device").clone();
    gpu.device().destroy();
    window.until("it leaves everything", |_| restart.is_waiting());
    drop(window);
    assert_eq!(
        kept_layers(&home),
        Some(2),
        "and kept the changes meanwhile"
    );

    let mut again = home.open_drawn(options(Vec::new()));
    assert!(!restart.is_waiting(), "taken over");
    assert_eq!(again.app().project().layers.len(), 2);
    assert_eq!(again.app().engine().playhead(), playhead);
    assert!(again.is_shown("The graphics device was lost"), "and told");
    assert!(!again.is_shown("were found"), "nothing is asked");
    again.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(again.app().project().layers.len(), 1, "undo goes on");
}

#[test]
fn a_window_whose_libraries_break_down_over_the_lost_device_hands_everything_to_the_next_one() {
    in_own_process!();
    let home = Home::new();
    let restart = WindowRestart::default();
    let options = || AppOptions {
        control: ControllerOptions {
            restart: restart.clone(),
            ..ControllerOptions::default()
        },
        ..AppOptions::default()
    };
    let mut window = home.open_drawn(options());
    window.change();
    let gpu = window.app().engine().gpu().expect("a device").clone();
    gpu.device().destroy();
    gpu.wait_idle().ok();
    assert!(gpu.is_lost());
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _window = window;
        panic!("a library cannot draw");
    }));
    assert!(ended.is_err());
    assert!(restart.is_waiting(), "it is left for the next one");
    assert_eq!(kept_layers(&home), Some(1), "and kept meanwhile");

    let mut again = home.open_drawn(options());
    assert_eq!(again.app().project().layers.len(), 1);
    assert!(again.is_shown("The graphics device was lost"), "and told");
    again.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(again.app().project().layers.len(), 0, "undo goes on");
}

/// A disk that answers nothing for as long as what is returned lives.
fn stalls(thread: &str) -> (StepInjection, crossbeam_channel::Sender<()>) {
    let (open, opened) = bounded::<()>(0);
    let plan: StepPlan = Arc::new(move || {
        // Longer than the test, if it never opens: then the test has failed.
        opened.recv_timeout(Duration::from_mins(1)).ok();
    });
    (at_step(thread, plan), open)
}

#[test]
fn a_share_that_stalls_holds_neither_the_window_nor_what_is_kept() {
    in_own_process!();
    let (home, mut window) = changed_show();
    let (stalled, open) = stalls("project-io");
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::S);
    window.harness.run_steps(3);
    // A change made while the save does not come to an end is kept all the same, and playing goes on.
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    window.harness.run_steps(3);
    window.hand.advance(Time::from_seconds(1));
    window.harness.run_steps(2);
    window.hand.advance(Time::from_seconds(31));
    window.until("the changes are kept", |_| kept_layers(&home) == Some(3));
    assert!(window.is_shown("A disk does not answer"), "it is told");
    drop((stalled, open));
    window.until_idle();
    let show = home.path("shows/show.ron");
    assert_eq!(
        file::load(&show).expect("whole").layers.len(),
        2,
        "what was saved"
    );
}

#[test]
fn closing_while_a_share_stalls_waits_and_at_the_second_time_asks() {
    in_own_process!();
    let (home, mut window) = changed_show();
    let (stalled, open) = stalls("project-io");
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::S);
    window.harness.run_steps(3);
    assert!(!window.request_close(), "it is being saved");
    assert!(!window.is_shown("still being saved"));
    assert!(!window.request_close(), "asked once more");
    window.harness.run_steps(2);
    assert!(window.is_shown("The project is still being saved"));
    window.until("the changes are kept", |_| kept_layers(&home) == Some(2));
    window
        .harness
        .get_by_role_and_label(Role::Button, "Close now")
        .click();
    window.harness.step();
    let is_closing = window.is_closing();
    window.harness.step();
    assert!(is_closing || window.is_closing(), "closes");
    drop((stalled, open));
    drop(window);
    // The save came to an end meanwhile, and the recovery file has nothing that is not in the project.
    let show = home.path("shows/show.ron");
    assert_eq!(file::load(&show).expect("whole").layers.len(), 2);
}

#[test]
fn files_are_placed_though_their_pictures_stall() {
    in_own_process!();
    let home = Home::new();
    let cards = (0..6).map(|number| make_card(home.path(&format!("{number}.mov")), "64x32", "30"));
    let cards: Vec<_> = cards.collect();
    let (stalled, open) = stalls("picture");
    let window = home.open(cards, &home.path("show.ron"));
    assert_eq!(window.app().project().layers.len(), 6);
    let pictures = window.app().engine().snapshot().media.iter();
    assert!(pictures.clone().all(|media| media.thumbnails.is_empty()));
    drop((stalled, open));
}

#[test]
fn a_file_that_opens_slowly_is_counted_and_one_whose_disk_is_silent_told_of() {
    in_own_process!();
    let home = Home::new();
    let card = make_card(home.path("one.mov"), "64x32", "30");
    let mut window = home.open(Vec::new(), &card);
    let (begin, begun) = bounded::<()>(1);
    let (open, opened) = bounded::<()>(0);
    let plan: StepPlan = Arc::new(move || {
        begin.try_send(()).ok();
        opened.recv_timeout(Duration::from_mins(1)).ok();
    });
    let stalled = at_step("index", plan);
    let harness = &mut window.harness;
    harness.key_press_modifiers(Modifiers::COMMAND, Key::I);
    window.until_shown("1 file is still opening");
    // The time that it takes counts from where the thread begins.
    begun
        .recv_timeout(Duration::from_mins(1))
        .expect("it begins");
    window.hand.advance(Time::from_seconds(9));
    window.harness.run_steps(4);
    assert!(!window.is_shown("does not answer"), "it may be slow");
    window.hand.advance(Time::from_seconds(2));
    window.until_shown("The disk of one.mov does not answer");
    window.until_shown("its disk does not answer");
    drop((stalled, open));
    window.until_idle();
    assert_eq!(window.app().project().layers.len(), 1, "placed after all");
    assert!(!window.is_shown("does not answer"), "and all is well");
}

/// Set for the process that is killed: the folder of its home.
const VICTIM: &str = "SEXTET_TEST_VICTIM";

/// Program that is killed: a show is open, changed, and kept after half a minute. Then it says so and waits.
#[test]
fn victim_of_a_kill() {
    let Some(folder) = std::env::var_os(VICTIM) else {
        return;
    };
    let home = Home::at(Path::new(&folder));
    let show = home.path("shows/show.ron");
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    window.pass(29);
    // A change of the last second is younger than what is kept.
    window.pass(2);
    assert_eq!(kept_layers(&home), Some(2));
    println!("kept");
    let (_never, wait) = bounded::<()>(0);
    wait.recv_timeout(Duration::from_mins(1)).ok();
}

/// Starts the victim in a process of its own, and ends it by this signal once it has kept its changes.
fn kill_victim(home: &Home, signal: rustix::process::Signal) {
    let program = std::env::current_exe().expect("this program");
    let mut victim = Process::new(program)
        .args([
            "breakdowns::victim_of_a_kill",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(VICTIM, home.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(victim.stdout.take().expect("a pipe"));
    let mut lines = output.lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("kept")), "it keeps them");
    let process = rustix::process::Pid::from_child(&victim);
    rustix::process::kill_process(process, signal).expect("it is there");
    let status = victim.wait().expect("it ends");
    assert!(!status.success(), "killed: {status}");
}

#[test]
fn a_program_that_is_killed_or_aborts_leaves_its_changes_for_the_next_start() {
    in_own_process!();
    for signal in [
        rustix::process::Signal::KILL,
        rustix::process::Signal::ABORT,
    ] {
        let home = Home::new();
        let show = saved_show(&home);
        let began = Clock::system();
        kill_victim(&home, signal);
        assert!(began.now() < PATIENCE, "in time");
        let mut again = home.open(Vec::new(), &show);
        again.until_shown("Unsaved changes to show.ron were found");
        assert!(again.is_shown("Sextet ended unexpectedly"), "and says so");
        again.click("Restore");
        assert_eq!(again.app().project().layers.len(), 2);
        assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
        let locks = fs::read_dir(home.app_dirs().data.join("locks")).map_or(0, Iterator::count);
        assert!(locks <= 2, "locks of the dead hold nobody");
    }
}
