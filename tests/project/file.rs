//! Project files: what is saved is what is loaded, and no file makes the program do more than say what is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sextet::project::storage::file::{load, save};
use sextet::project::{
    BlendMode, Clip, ClipEdit, ClipId, CornerPin, EditCommand, Fingerprint, History, Interpolation,
    Keyframe, LayerEdit, LayerId, LoopMode, Marker, MediaEdit, MediaId, Parameter, Project,
    ProjectError, ProjectFileError, TimeRange, Track,
};
use sextet::time::Time;

fn seconds(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

/// A project that uses everything there is, with media in a folder.
fn rich(folder: &Path) -> Project {
    let mut project = Project::with_media_layers(&[
        (folder.join("media/back.mov"), seconds(4)),
        (folder.join("media/front é.mov"), seconds(6)),
    ]);
    project.media[0].fingerprint = Some(Fingerprint {
        file_bytes: 123_456_789,
        sampled_hash: u64::MAX,
        codec: "Hap1".to_owned(),
        frames: 240,
        picture: None,
    });
    project.layers[0].opacity = 0.75;
    project.layers[0].transform.rotation_deg = -12.5;
    let mut clip = Clip::new(ClipId(3), MediaId(1), seconds(8), seconds(2));
    clip.media_in = seconds(1);
    clip.media_out = Some(seconds(3));
    clip.speed = -0.5;
    clip.loop_mode = LoopMode::PingPong;
    clip.fade_in = Time::from_flicks(1);
    project.layers[0].clips.push(clip);
    project.markers.push(Marker {
        time: seconds(2),
        name: "\"drop\"\n".to_owned(),
        colour: 3,
        note: String::new(),
    });
    "Doors at eight.".clone_into(&mut project.notes);
    let layer = &mut project.layers[0];
    layer.blend = BlendMode::SoftLight;
    layer.corner_pin = Some(CornerPin {
        offsets_px: [[1.0, -2.0], [0.5, 0.0], [0.0, 0.0], [0.0, 0.0]],
    });
    layer.keyframes.push(Track {
        parameter: Parameter::Hue,
        keys: vec![Keyframe {
            time: seconds(1),
            value: 30.0,
            interpolation: Interpolation::Ease,
        }],
    });
    project.loop_range = Some(TimeRange {
        start: seconds(1),
        end: seconds(5),
    });
    project
}

fn saved_text(project: &Project, folder: &Path) -> String {
    let path = folder.join("p.ron");
    save(project, &path).expect("saves");
    fs::read_to_string(path).expect("reads")
}

/// The error of a file that has this text in it.
fn load_text(text: &str) -> Result<Project, ProjectFileError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.ron");
    fs::write(&path, text).expect("writes");
    load(&path)
}

fn error_of(text: &str) -> ProjectFileError {
    load_text(text).expect_err("the text is wrong")
}

/// A good file with one text in it replaced.
fn error_with(from: &str, to: &str) -> ProjectFileError {
    let folder = tempfile::tempdir().expect("a folder");
    let text = saved_text(&rich(folder.path()), folder.path());
    assert!(text.contains(from), "{from} is in the file");
    error_of(&text.replacen(from, to, 1))
}

#[test]
fn a_project_comes_back_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = rich(folder.path());
    let path = folder.path().join("p.ron");
    save(&project, &path).expect("saves");
    assert_eq!(load(&path).expect("loads"), project);
}

#[test]
fn version_2_of_the_file_is_written_like_this() {
    let mut project = rich(Path::new("/show"));
    project.media.truncate(1);
    project.layers.remove(1);
    project.layers[0].clips.remove(0);
    project.media[0].absolute_hint = Some(PathBuf::from("/show/media/back.mov"));
    // A folder's name differs from run to run, but neither the relative path nor a hint that is already there does.
    let folder = tempfile::tempdir().expect("a folder");
    project.media[0].path = folder.path().join("media/back.mov");
    assert_eq!(
        saved_text(&project, folder.path()),
        include_str!("../support/project_v2.ron")
    );
}

#[test]
fn a_loop_phase_makes_a_file_of_version_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.ron");
    let mut project = rich(folder.path());
    project.layers[0].clips[0].phase = Time::from_flicks(7);
    save(&project, &path).expect("saves");
    let text = fs::read_to_string(&path).expect("reads");
    assert!(text.contains("version: 3"), "{text}");
    assert!(text.contains("phase: 7"), "{text}");
    assert_eq!(load(&path).expect("loads"), project);
    fs::write(&path, text.replace("phase: 7", "phase: -7")).expect("writes");
    let error = load(&path).expect_err("out of range");
    assert!(error.to_string().contains("loop phase"), "{error}");
}

#[test]
fn whatever_is_set_of_sound_makes_a_file_of_version_4() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.ron");
    let changes: [fn(&mut Project); 8] = [
        |project| project.master_gain_db = -3.0,
        |project| project.layers[0].gain_db = 6.0,
        |project| project.layers[0].pan = -1.0,
        |project| project.layers[0].is_mute = true,
        |project| project.layers[0].is_sound_solo = true,
        |project| project.layers[0].clips[0].sound.gain_db = -96.0,
        |project| project.layers[0].clips[0].sound.stream = 1,
        |project| {
            let key = Keyframe {
                time: Time::ZERO,
                value: -6.0,
                interpolation: Interpolation::Linear,
            };
            project.layers[0].keyframes.push(Track {
                parameter: Parameter::Gain,
                keys: vec![key],
            });
        },
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut project = rich(folder.path());
        change(&mut project);
        save(&project, &path).expect("saves");
        let text = fs::read_to_string(&path).expect("reads");
        assert!(text.contains("version: 4"), "{place}: {text}");
        assert_eq!(load(&path).expect("loads"), project, "{place}");
    }
    let mut project = rich(folder.path());
    project.master_gain_db = 13.0;
    let error = save(&project, &path).expect_err("out of range");
    assert!(error.to_string().contains("decibels"), "{error}");
}

#[test]
fn a_file_of_version_1_becomes_a_project_of_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.ron");
    fs::write(&path, include_str!("../support/project_v1.ron")).expect("writes");
    let project = load(&path).expect("loads");
    let mut expected = rich(folder.path());
    expected.notes.clear();
    expected.markers[0].colour = 0;
    let layer = &mut expected.layers[0];
    (layer.blend, layer.corner_pin) = (BlendMode::Normal, None);
    layer.keyframes.clear();
    for media in &mut expected.media {
        media.absolute_hint = Some(
            PathBuf::from("/show").join(
                media
                    .path
                    .strip_prefix(folder.path())
                    .expect("below the folder"),
            ),
        );
    }
    assert_eq!(project, expected);
    save(&project, &path).expect("saves as today's version");
    let text = fs::read_to_string(&path).expect("reads");
    assert!(text.contains("version: 2"), "{text}");
    assert_eq!(load(&path).expect("loads"), project);
    let mixed =
        include_str!("../support/project_v1.ron").replace("is_looping", "notes: \"\", is_looping");
    let error = error_of(&mixed);
    assert!(
        matches!(error, ProjectFileError::Syntax { .. }),
        "version 1 had no notes: {error}"
    );
}

#[test]
fn undoing_everything_leads_back_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut history = History::new(rich(folder.path()));
    let before = saved_text(history.project(), folder.path());
    for command in [
        EditCommand::Layer(LayerId(1), LayerEdit::SetVisible(false)),
        EditCommand::Clip(
            ClipId(3),
            ClipEdit::Move {
                layer: LayerId(1),
                start: seconds(20),
            },
        ),
        EditCommand::Media(MediaEdit::Remove(MediaId(2))),
        EditCommand::Layer(LayerId(1), LayerEdit::Remove),
    ] {
        history.apply(&command).expect("changes");
    }
    assert_ne!(saved_text(history.project(), folder.path()), before);
    while history.undo() {}
    assert_eq!(saved_text(history.project(), folder.path()), before);
}

#[test]
fn the_address_of_a_live_source_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut project = rich(folder.path());
    project.media[0].path = PathBuf::from("http://example.org//live/../a.m3u8?key=1");
    project.media[1].path = PathBuf::from("v4l2:/dev/video0");
    let text = saved_text(&project, folder.path());
    assert!(
        text.contains("\"http://example.org//live/../a.m3u8?key=1\""),
        "{text}"
    );
    let loaded = load(&folder.path().join("p.ron")).expect("loads");
    assert_eq!(loaded.media[0].path, project.media[0].path);
    assert_eq!(loaded.media[1].path, project.media[1].path);
    assert_eq!(loaded.media[0].absolute_hint, None);
}

#[test]
fn a_project_that_was_moved_with_its_media_finds_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    fs::create_dir_all(old.join("media")).expect("creates");
    fs::write(old.join("media/back.mov"), b"x").expect("writes");
    save(&rich(&old), &old.join("p.ron")).expect("saves");
    fs::rename(&old, &new).expect("moves");
    let project = load(&new.join("p.ron")).expect("loads");
    assert_eq!(project.media[0].path, new.join("media/back.mov"));
    assert_eq!(
        project.media[0].absolute_hint, None,
        "found, so the hint is done with"
    );
}

#[test]
fn a_project_that_was_moved_without_its_media_finds_them_by_the_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old"), folder.path().join("far/away"));
    fs::create_dir_all(old.join("media")).expect("creates");
    fs::create_dir_all(&new).expect("creates");
    fs::write(old.join("media/back.mov"), b"x").expect("writes");
    save(&rich(&old), &old.join("p.ron")).expect("saves");
    fs::rename(old.join("p.ron"), new.join("p.ron")).expect("moves");
    let project = load(&new.join("p.ron")).expect("loads");
    assert_eq!(project.media[0].path, old.join("media/back.mov"));
    // The other file is nowhere: its hint is kept, through saving too.
    assert_eq!(
        project.media[1].absolute_hint,
        Some(old.join("media/front é.mov"))
    );
    save(&project, &new.join("p.ron")).expect("saves");
    assert_eq!(load(&new.join("p.ron")).expect("loads"), project);
}

#[test]
fn numbered_pictures_that_stayed_where_they_were_are_found_by_the_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    for place in [old.join("media"), new.join("media")] {
        fs::create_dir_all(place).expect("creates");
    }
    fs::write(old.join("media/shot_07.png"), b"x").expect("writes");
    let mut project = rich(&old);
    project.media[0].path = old.join("media/shot_%02d.png@30");
    project.media[1].path = old.join("media/gone_%02d.png");
    save(&project, &old.join("p.ron")).expect("saves");
    fs::rename(old.join("p.ron"), new.join("p.ron")).expect("moves");
    let project = load(&new.join("p.ron")).expect("loads");
    assert_eq!(project.media[0].path, old.join("media/shot_%02d.png@30"));
    assert_eq!(project.media[1].path, new.join("media/gone_%02d.png"));
    // Beside the project there are some now.
    fs::write(new.join("media/shot_01.png"), b"x").expect("writes");
    let project = load(&new.join("p.ron")).expect("loads");
    assert_eq!(project.media[0].path, new.join("media/shot_%02d.png@30"));
}

#[test]
fn a_failed_save_leaves_the_old_file_and_nothing_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.ron");
    save(&rich(folder.path()), &path).expect("saves");
    let before = fs::read(&path).expect("reads");
    let mut broken = rich(folder.path());
    broken.layers[0].opacity = f32::NAN;
    let error = save(&broken, &path).expect_err("breaks a rule");
    assert!(matches!(error, ProjectFileError::Invalid { .. }), "{error}");
    assert_eq!(fs::read(&path).expect("reads"), before);
    let names: Vec<_> = fs::read_dir(folder.path()).expect("lists").collect();
    assert_eq!(names.len(), 1, "no temporary file is left: {names:?}");
}

#[test]
fn saving_into_nowhere_or_over_a_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = rich(folder.path());
    let error = save(&project, &folder.path().join("missing/p.ron")).expect_err("no such folder");
    assert!(matches!(error, ProjectFileError::Io { .. }), "{error}");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("creates");
    let error = save(&project, &inner).expect_err("is a folder");
    assert!(
        matches!(error, ProjectFileError::NotAFile { .. }),
        "{error}"
    );
    assert!(inner.is_dir(), "still there");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_hands_on_its_permissions_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let (path, link) = (folder.path().join("p.ron"), folder.path().join("link.ron"));
    fs::write(&path, "old").expect("writes");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("sets");
    std::os::unix::fs::symlink(&path, &link).expect("links");
    save(&rich(folder.path()), &link).expect("saves");
    assert!(
        fs::symlink_metadata(&link).expect("is there").is_symlink(),
        "still a link"
    );
    assert_eq!(
        fs::metadata(&path).expect("is there").permissions().mode() & 0o777,
        0o640
    );
    load(&path).expect("the file it leads to is the new one");
}

#[test]
fn a_newer_version_is_refused_whatever_else_it_holds() {
    let error = error_of("(version: 5, project: (layers: { 1: Bezier(0.5) }), shaders: [\"a\"])");
    assert!(
        matches!(error, ProjectFileError::NewerVersion { version: 5, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("newer version"), "{error}");
    let error = error_of("(version: 0, project: ())");
    assert!(
        matches!(error, ProjectFileError::UnknownVersion { version: 0, .. }),
        "{error}"
    );
}

#[test]
fn something_else_than_a_project_is_recognised() {
    for text in ["", "hello", "[1, 2]", "{\"version\": 1}", "(project: ())"] {
        let error = error_of(text);
        assert!(
            matches!(error, ProjectFileError::NotAProject { .. }),
            "{text:?}: {error}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mov");
    fs::write(&path, [0xff, 0xfe, 0, 1]).expect("writes");
    assert!(
        matches!(load(&path), Err(ProjectFileError::NotAProject { .. })),
        "not text"
    );
    assert!(
        matches!(load(folder.path()), Err(ProjectFileError::NotAFile { .. })),
        "a folder"
    );
    let missing = folder.path().join("b.ron");
    assert!(
        matches!(load(&missing), Err(ProjectFileError::Missing { .. })),
        "not there"
    );
    fs::File::create(&missing)
        .and_then(|file| file.set_len(1 << 30))
        .expect("a sparse file");
    assert!(
        matches!(load(&missing), Err(ProjectFileError::TooLarge { .. })),
        "too large"
    );
}

#[test]
fn broken_text_is_reported_with_its_place() {
    let error = error_of("(\n  version: 1,\n  project: (\n    layers: oops,\n  ),\n)");
    assert!(
        matches!(error, ProjectFileError::Syntax { line: 4, .. }),
        "{error}"
    );
    let error = error_with("is_looping", "is_loopy");
    assert!(
        matches!(error, ProjectFileError::Syntax { .. }),
        "an unknown field: {error}"
    );
    assert!(error.to_string().contains("is_loopy"), "{error}");
    let error = error_with("speed: -0.5", "speed: \"fast\"");
    assert!(matches!(error, ProjectFileError::Syntax { .. }), "{error}");
    let error = error_with("frame_rate: \"60/1\"", "frame_rate: \"0/0\"");
    assert!(matches!(error, ProjectFileError::Syntax { .. }), "{error}");
}

#[test]
fn numbers_out_of_range_are_reported_as_what_they_break() {
    for (from, to) in [
        ("opacity: 0.75", "opacity: NaN"),
        ("opacity: 0.75", "opacity: inf"),
        ("opacity: 0.75", "opacity: 1e39"),
        ("speed: -0.5", "speed: 1e999"),
        ("width_px: 1920", "width_px: 0"),
        ("value: 30.0", "value: NaN"),
        ("gamma: 1.0", "gamma: 0.0"),
        ("colour: 3", "colour: 6"),
        ("fade_in: 1", "fade_in: -9223372036854775808"),
        ("start: 5644800000", "start: 9223372036854775807"),
    ] {
        let error = error_with(from, to);
        assert!(
            matches!(error, ProjectFileError::Invalid { .. }),
            "{to}: {error}"
        );
    }
    let error = error_with("start: 5644800000", "start: 9223372036854775808");
    assert!(
        matches!(error, ProjectFileError::Syntax { .. }),
        "no i64: {error}"
    );
    let error = error_with("start: 5644800000", "start: 0");
    let ProjectFileError::Invalid { source, .. } = &error else {
        panic!("{error}")
    };
    assert!(matches!(source, ProjectError::Overlap { .. }), "{error}");
    let error = error_with("id: 3", "id: 1");
    let ProjectFileError::Invalid { source, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        matches!(
            source,
            ProjectError::RepeatedId {
                what: "clip",
                id: 1
            }
        ),
        "{error}"
    );
}

#[test]
fn a_byte_order_mark_before_the_text_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.ron");
    fs::write(&path, GOOD).expect("writes");
    let project = load(&path).expect("loads");
    fs::write(&path, format!("\u{feff}{GOOD}")).expect("writes");
    assert_eq!(load(&path).expect("loads with the mark"), project);
}

#[test]
fn deep_nesting_ends_in_an_error_and_not_on_the_stack() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{1:", "}"),
        ("Some(", ")"),
        ("a(", ")"),
    ] {
        let depth = 200_000;
        let deep = format!(
            "(version: 1, project: {}0{})",
            open.repeat(depth),
            close.repeat(depth)
        );
        error_of(&deep);
        error_of(&open.repeat(depth));
    }
    error_of(&"/*".repeat(200_000));
}

#[test]
fn values_without_names_are_told_as_such() {
    let bare = GOOD.replace("(start: 1, end: 9)", "(0, 0)");
    let said = error_of(&bare).to_string();
    assert!(
        said.contains("the name of a field is missing before \"0\""),
        "{said}"
    );
    assert!(!said.contains("r#"), "words for programmers: {said}");
}

#[test]
fn deep_nesting_is_told_with_its_place() {
    let deep = format!(
        "(version: 2,\n project: {}0{})",
        "[".repeat(100),
        "]".repeat(100)
    );
    let said = error_of(&deep).to_string();
    assert!(said.contains("it is nested too deeply"), "{said}");
    assert!(said.contains("at line 2, column "), "{said}");
    assert!(!said.contains("ron::"), "words for programmers: {said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_change_of_a_good_file_brings_down_the_program(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let good = GOOD.as_bytes();
        let mut bytes = good.to_vec();
        for (index, byte, kind) in changes {
            let index = index.index(bytes.len());
            match kind {
                0 => bytes[index] = byte,
                1 => bytes.insert(index, byte % 128),
                _ => {
                    bytes.remove(index);
                }
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.ron");
        fs::write(&path, &bytes).expect("writes");
        if let Ok(project) = load(&path) {
            prop_assert_eq!(project.validate(), Ok(()), "what loads holds the rules");
            save(&project, &path).expect("and can be saved");
            prop_assert_eq!(load(&path).expect("and loaded again"), project);
        }
    }
}

/// A small good file for the test above.
const GOOD: &str = "(version: 2, project: (canvas: (width_px: 64, frame_rate: \"25/1\"), \
    media: [(id: 1, path: \"a.mov\")], layers: [(id: 1, name: \"a\", colour: 0, is_visible: true, \
    opacity: 0.5, keyframes: [(parameter: Hue, keys: [(time: 1, value: 2.5, interpolation: Ease)])], clips: [(id: 1, media: 1, start: 0, duration: 705600000, speed: 2.0, \
    loop_mode: Once)])], markers: [(time: 5, name: \"m\")], \
    loop_range: Some((start: 1, end: 9)), is_looping: true))";
