//! The whole program and the disk: unsaved changes after a crash, two windows on one file, files that cannot be written,
//! media that are missing, moved or changed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::home::{Home, PATIENCE, make_card, make_card_at, recovery_files, saved_show};
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;
use sextet::control::SaveBackend;
use sextet::project::storage::file;
use sextet::project::{Project, ProjectFileError, backup_path};
use sextet::time::{Clock, Time};

#[test]
fn unsaved_changes_survive_a_crash_and_are_offered_with_what_differs() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    window.pass(29);
    assert!(recovery_files(&home).is_empty(), "not yet");
    window.pass(2);
    assert_eq!(recovery_files(&home).len(), 1, "kept after half a minute");
    assert!(window.is_shown("autosaved just now"), "and told");
    // Dropped without having been closed, as a process that is killed.
    drop(window);

    let mut again = home.open(Vec::new(), &show);
    again.until_shown("Unsaved changes to show.ron were found");
    assert!(again.is_shown("1 added"), "a layer");
    again.click("Restore");
    assert_eq!(again.app().project().layers.len(), 2);
    assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
    again.save();
    assert_eq!(file::load(&show).expect("saved").layers.len(), 2);
    assert_eq!(
        file::load(&backup_path(&show))
            .expect("the one before")
            .layers
            .len(),
        1
    );
    assert!(recovery_files(&home).is_empty(), "saved, so forgotten");
}

#[test]
fn recovered_changes_can_be_put_beside_the_project_or_thrown_away() {
    let home = Home::new();
    let show = saved_show(&home);
    for answer in ["Keep both", "Discard"] {
        let mut window = home.open(vec![show.clone()], &show);
        window.change();
        window.pass(31);
        window.pass(31);
        drop(window);
        let mut again = home.open(Vec::new(), &show);
        again.until_shown("were found");
        again.click(answer);
        assert!(recovery_files(&home).is_empty(), "{answer}");
        assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
    }
    let beside = home.path("shows/show recovered.ron");
    assert_eq!(file::load(&beside).expect("kept").layers.len(), 2);
}

#[test]
fn a_second_window_on_the_same_file_is_warned_and_cannot_overwrite_it() {
    let home = Home::new();
    let show = saved_show(&home);
    let first = home.open(vec![show.clone()], &show);
    let elsewhere = home.path("shows/other.ron");
    let mut second = home.open(vec![show.clone()], &elsewhere);
    second.until_shown("show.ron is open in another window");
    second.click("Read only");
    assert!(second.is_shown("show.ron (read only)"), "and says so");
    second.change();
    second.save();
    assert_eq!(file::load(&elsewhere).expect("saved there").layers.len(), 2);
    assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
    drop(second);
    drop(first);
    let third = home.open(vec![show.clone()], &show);
    assert!(
        !third.is_shown("is open in another window"),
        "nobody has it open"
    );
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_and_another_place_offered() {
    let home = Home::new();
    let show = saved_show(&home);
    let refuge = home.path("refuge/show.ron");
    let mut window = home.open(vec![show.clone()], &refuge);
    window.change();
    // A folder that is gone refuses whoever asks, root too.
    fs::remove_dir_all(show.parent().expect("a folder")).expect("removes");
    window.save();
    window.until_shown("The project is not saved");
    assert_eq!(window.app().project().layers.len(), 2, "nothing is lost");
    window.click("Save as…");
    assert_eq!(file::load(&refuge).expect("saved").layers.len(), 2);
}

/// A disk that refuses until it is mended.
fn refusing(kind: ErrorKind) -> (SaveBackend, Arc<AtomicBool>) {
    let is_mended = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_mended);
    let save = move |project: &Project, path: &Path| {
        if asked.load(Ordering::Relaxed) {
            return file::save(project, path);
        }
        Err(ProjectFileError::Io {
            action: "saving the project",
            source: kind.into(),
            path: path.to_owned(),
        })
    };
    (Arc::new(save), is_mended)
}

#[test]
fn a_full_or_read_only_disk_is_told_with_a_remedy_and_saving_goes_on_when_it_is_mended() {
    for (kind, remedy) in [
        (ErrorKind::StorageFull, "the disk is full"),
        (
            ErrorKind::ReadOnlyFilesystem,
            "nothing can be written there",
        ),
        (ErrorKind::PermissionDenied, "you have no right to it"),
    ] {
        let home = Home::new();
        let show = saved_show(&home);
        let (save, is_mended) = refusing(kind);
        let mut window = home.open_saving_by(vec![show.clone()], &show, save);
        window.change();
        window.save();
        window.until_shown("The project is not saved");
        assert!(window.is_shown(remedy), "{kind:?}");
        assert!(window.is_shown("Nothing is lost"), "{kind:?}");
        window.click("Try again");
        window.until_shown("The project is not saved");
        assert_eq!(file::load(&show).expect("the old file").layers.len(), 1);
        is_mended.store(true, Ordering::Relaxed);
        window.click("Save as…");
        assert_eq!(file::load(&show).expect("saved").layers.len(), 2);
        assert!(!window.is_shown("The project is not saved"), "{kind:?}");
    }
}

#[test]
fn a_file_replaced_between_two_runs_by_one_of_another_size_and_rate_is_asked_about() {
    let home = Home::new();
    let card = make_card(home.path("media/one.mov"), "64x32", "60");
    let show = home.path("shows/show.ron");
    let mut window = home.open(vec![card.clone()], &show);
    window.until("the fingerprint is known", |harness| {
        harness.state().project().media[0].fingerprint.is_some()
    });
    window.save();
    let clips = window.app().project().layers[0].clips.clone();
    drop(window);
    let other = make_card_at(home.path("elsewhere/one.mov"), "128x64", "30", "25");
    fs::rename(&other, &card).expect("takes its place");

    let copy = home.path("shows/copy.ron");
    let mut window = home.open(vec![show.clone()], &copy);
    window.until_shown("one.mov is another file now");
    for fact in [
        "128 × 64, was 64 × 32",
        "25 fps, was 60 fps",
        "30 frames, was 60 frames",
    ] {
        assert!(window.is_shown(fact), "{fact}");
    }
    assert_eq!(window.app().project().layers[0].clips, clips, "they stay");
    window.click("Save as…");
    assert_eq!(file::load(&copy).expect("saved").layers[0].clips, clips);
    let kept = file::load(&show).expect("as it was").media[0].clone();
    let picture = kept.fingerprint.and_then(|print| print.picture);
    assert_eq!(picture.expect("noted").width_px, 64, "the old one");
}

#[test]
fn a_project_that_is_nonsense_or_gone_is_told_and_the_open_one_stays() {
    for (text, told) in [
        (Some("(version: 2, project: ("), "cannot be read at line 1"),
        (Some("not a project at all"), "this is not a Sextet project"),
        (
            Some("(version: 99, project: ())"),
            "a newer version of Sextet",
        ),
        (None, "there is no such project file"),
    ] {
        let home = Home::new();
        let show = saved_show(&home);
        let other = home.path("shows/other.ron");
        if let Some(text) = text {
            fs::write(&other, text).expect("writes");
        }
        let mut window = home.open(vec![show.clone()], &other);
        window.change();
        window.press(Modifiers::COMMAND, Key::O);
        window.until_shown("The project cannot be opened");
        assert!(window.is_shown(told), "{told}");
        window.click("Close");
        assert_eq!(window.app().project().layers.len(), 2, "nothing is lost");
        window.save();
        assert_eq!(file::load(&show).expect("as before").layers.len(), 2);
        let untouched = fs::read_to_string(&other).ok();
        assert_eq!(untouched.as_deref(), text, "not even the broken one");
    }
}

#[test]
fn a_broken_project_is_told_and_the_one_before_can_be_opened() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    window.save();
    drop(window);
    fs::write(&show, "(version: 2, project: (layers: [oops").expect("writes");
    let mut window = home.open(vec![show.clone()], &show);
    window.until_shown("The project cannot be opened");
    window.click("Open the one before");
    assert_eq!(
        window.app().project().layers.len(),
        1,
        "as before the last save"
    );
    window.save();
    assert_eq!(file::load(&show).expect("whole again").layers.len(), 1);
}

#[test]
fn moved_media_are_found_and_relinked_as_one_step() {
    let home = Home::new();
    let card = make_card(home.path("media/one.mov"), "64x32", "60");
    let show = home.path("shows/show.ron");
    let mut window = home.open(vec![card.clone()], &show);
    window.save();
    window.until("the fingerprint is known", |harness| {
        harness.state().project().media[0].fingerprint.is_some()
    });
    window.change();
    window.save();
    drop(window);
    let moved = home.path("library/deep/renamed.mov");
    fs::rename(&card, &moved).expect("moves");

    let mut window = home.open(vec![show.clone()], &home.path("library/x"));
    window.until_shown("1 missing…");
    window.click("1 missing…");
    // The dialog chose a file's path that is no folder; that is told.
    window.until_shown("cannot be searched");
    drop(window);
    let library = home.root().join("library");
    let mut window = home.open(vec![show.clone()], &library);
    window.until_shown("1 missing…");
    window.click("1 missing…");
    window.until_shown("same contents, other name");
    window.click("Relink 1 file");
    assert_eq!(window.app().project().media[0].path, moved);
    window.until("the file is open", |harness| {
        let app = harness.state();
        app.engine()
            .media_facts(app.project().media[0].id)
            .is_some()
    });
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.app().project().media[0].path, card, "one step back");
}

/// Numbered pictures in a folder.
fn make_pictures(folder: &Path, numbers: std::ops::Range<u8>) {
    fs::create_dir_all(folder).expect("made");
    for number in numbers {
        let picture = image::RgbImage::from_pixel(16, 8, image::Rgb([number * 8, 0, 0]));
        let path = folder.join(format!("shot_{number:02}.png"));
        picture.save(path).expect("written");
    }
}

fn frames_of_first(app: &sextet::app::SextetApp) -> Option<u64> {
    let media = app.project().media.first()?.id;
    Some(app.engine().media_facts(media)?.timing.frames())
}

#[test]
fn numbered_pictures_that_were_moved_are_found_by_their_contents() {
    let home = Home::new();
    let before = home.root().join("renders/a");
    make_pictures(&before, 1..9);
    let show = home.path("shows/show.ron");
    let mut window = home.open(vec![before.join("shot_%02d.png@30")], &show);
    window.until("the fingerprint is known", |harness| {
        harness.state().project().media[0].fingerprint.is_some()
    });
    window.save();
    drop(window);
    let library = home.root().join("library");
    make_pictures(&library.join("another"), 3..11);
    fs::rename(&before, library.join("moved")).expect("moves");
    let mut window = home.open(vec![show.clone()], &library);
    window.until_shown("1 missing…");
    window.click("1 missing…");
    window.until_shown("the same file");
    window.click("Relink 1 file");
    let found = library.join("moved/shot_%02d.png@30");
    assert_eq!(window.app().project().media[0].path, found);
    window.until("they are open", |harness| {
        frames_of_first(harness.state()) == Some(8)
    });
}

#[test]
fn pictures_that_are_added_are_taken_up_at_a_pause_and_told() {
    let home = Home::new();
    let folder = home.root().join("render");
    make_pictures(&folder, 1..9);
    let mut window = home.open(vec![folder.join("shot_%02d.png")], &home.path("show.ron"));
    assert_eq!(frames_of_first(window.app()), Some(8));
    make_pictures(&folder, 9..12);
    let clock = Clock::system();
    while !window.is_shown("shot_%02d.png has 11 pictures now, and had 8") {
        assert!(clock.now() < PATIENCE, "the change is noticed");
        window.hand.advance(Time::from_nanos(200_000_000));
        window.harness.step();
        thread::yield_now();
    }
    assert_eq!(frames_of_first(window.app()), Some(11));
    assert!(!window.is_shown("is another file now"), "nothing is asked");
}

#[test]
fn a_file_that_changes_on_disk_is_opened_anew_and_the_playhead_stays() {
    let home = Home::new();
    let card = make_card(home.path("media/one.mov"), "64x32", "60");
    let mut window = home.open(vec![card.clone()], &home.path("shows/show.ron"));
    window.press(Modifiers::SHIFT, Key::ArrowRight);
    let playhead = window.app().engine().playhead();
    assert!(playhead > Time::ZERO, "moved");
    let other = make_card(home.path("elsewhere/one.mov"), "128x64", "30");
    fs::rename(&other, &card).expect("takes its place");
    let clock = Clock::system();
    while !window.is_shown("one.mov is another file now") {
        assert!(clock.now() < PATIENCE, "the change is noticed");
        window.hand.advance(Time::from_nanos(200_000_000));
        window.harness.step();
        thread::yield_now();
    }
    for fact in ["128 × 64, was 64 × 32", "30 frames, was 60 frames"] {
        assert!(window.is_shown(fact), "{fact}");
    }
    window.click("Use it");
    assert_eq!(window.app().engine().playhead(), playhead);
    let facts = window
        .app()
        .engine()
        .media_facts(window.app().project().media[0].id);
    assert_eq!(facts.expect("open").width_px, 128);
}

#[test]
fn a_project_is_collected_with_its_media() {
    let home = Home::new();
    let card = make_card(home.path("media/one.mov"), "64x32", "60");
    let target = home.path("stick/x").parent().expect("a folder").to_owned();
    let mut window = home.open(vec![card], &target);
    window
        .harness
        .get_by_role_and_label(Role::Button, "File")
        .click();
    window.harness.run_steps(4);
    window.click("Collect project and media…");
    window.until_shown("media files are collected");
    let collected = file::load(&target.join("Untitled/Untitled.ron")).expect("there");
    assert_eq!(
        collected.media[0].path,
        target.join("Untitled/media/one.mov")
    );
    assert!(collected.media[0].path.exists(), "the file too");
}

#[test]
fn settings_and_recent_projects_are_there_at_the_next_start() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.press(Modifiers::COMMAND, Key::Comma);
    window.click("Look");
    window.click("Light");
    window.pass(2);
    drop(window);
    let text = fs::read_to_string(home.app_dirs().config.join("settings.ron")).expect("written");
    assert!(text.contains("Light"), "{text}");
    let mut window = home.open(Vec::new(), &show);
    window
        .harness
        .get_by_role_and_label(Role::Button, "File")
        .click();
    window.harness.run_steps(4);
    window.harness.get_by_label_contains("Open recent").click();
    window.harness.run_steps(4);
    window.harness.get_by_label_contains("show.ron").click();
    window.harness.run_steps(2);
    window.until_idle();
    assert_eq!(window.app().project().layers.len(), 1);
}

#[test]
fn the_program_ends_and_the_size_of_its_window_is_remembered() {
    let home = Home::new();
    let mut window = home.open(Vec::new(), Path::new("/nowhere"));
    let size = egui::vec2(1280.0, 800.0);
    let input = window.harness.input_mut();
    let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
    viewport.inner_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Q);
    window.until("the window closes", |harness| {
        let output = harness.output();
        let commands = &output.viewport_output[&egui::ViewportId::ROOT].commands;
        commands.contains(&egui::ViewportCommand::Close)
    });
    let settings = home.app_dirs().config.join("settings.ron");
    let text = fs::read_to_string(settings).expect("the settings");
    assert!(text.contains("1280"), "{text}");
}

#[test]
fn a_template_is_a_new_project_without_a_file() {
    let home = Home::new();
    let show = home.path("shows/new.ron");
    let mut window = home.open(Vec::new(), &show);
    window
        .harness
        .get_by_role_and_label(Role::Button, "File")
        .click();
    window.harness.run_steps(4);
    window
        .harness
        .get_by_label_contains("New from template")
        .click();
    window.harness.run_steps(4);
    window.click("Six-layer stage");
    assert_eq!(window.app().project().layers.len(), 6);
    assert_ne!(*window.app().project(), Project::default());
    window.save();
    assert_eq!(file::load(&show).expect("saved").layers.len(), 6);
}
