//! Paths of projects and media: through links, and of names that are not Unicode.

use std::fs;

use sextet::project::Project;
use sextet::project::storage::file::{load, save};
use sextet::time::Time;

fn seconds(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

#[cfg(unix)]
#[test]
fn a_project_opened_or_saved_through_a_link_lies_where_its_file_lies() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for name in ["real/show/media", "desk/media", "real/lib"] {
        fs::create_dir_all(at(name)).expect("made");
    }
    for name in [
        "real/show/media/back.mov",
        "desk/media/back.mov",
        "real/lib/a.mov",
    ] {
        fs::write(at(name), name).expect("writes");
    }
    symlink("../real/show/show.ron", at("desk/show.ron")).expect("linked");
    symlink("../real/show", at("desk/folder")).expect("linked");
    let contents = |path: &std::path::Path| fs::read_to_string(path).expect("a media file");
    // Where the link leads, there is nothing yet.
    let media = ["real/show/media/back.mov", "real/lib/a.mov"].map(|name| (at(name), seconds(1)));
    let project = Project::with_media_layers(&media);
    save(&project, &at("desk/show.ron")).expect("saves");
    assert!(at("real/show/show.ron").is_file(), "the file it leads to");
    save(&project, &at("desk/show.ron")).expect("saves");
    let backup = sextet::project::backup_of(&at("desk/show.ron"));
    assert!(backup.is_file() && !at("desk/show.ron.bak").exists());
    for path in [
        "real/show/show.ron",
        "desk/show.ron",
        "desk/folder/show.ron",
        "real/lib/../show/show.ron",
    ] {
        let loaded = load(&at(path)).expect("loads");
        assert_eq!(
            contents(&loaded.media[0].path),
            "real/show/media/back.mov",
            "{path}"
        );
        assert_eq!(contents(&loaded.media[1].path), "real/lib/a.mov", "{path}");
        // As it was opened it is saved, and nothing but the paths in memory differs from then on.
        let text = fs::read_to_string(at("real/show/show.ron")).expect("reads");
        assert!(
            text.contains(r#""media/back.mov""#) && text.contains(r#""../lib/a.mov""#),
            "{text}"
        );
        save(&loaded, &at(path)).expect("saves");
        let again = load(&at("real/show/show.ron")).expect("loads");
        assert_eq!(contents(&again.media[1].path), "real/lib/a.mov", "{path}");
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_not_unicode_are_saved_and_found() {
    let name = |bytes: &[u8]| sextet::time::path_text::from_bytes(bytes.to_vec()).expect("a path");
    let folder = tempfile::tempdir().expect("a folder");
    let show = folder.path().join(name(b"nuit \xE9t\xE9"));
    fs::create_dir_all(show.join("media")).expect("made");
    let film = show.join("media").join(name(b"caf\xE9 \xFF.mov"));
    fs::write(&film, "film").expect("writes");
    let gone = folder.path().join(name(b"gone \x80.mov"));
    let project = Project::with_media_layers(&[(film.clone(), seconds(1)), (gone, seconds(1))]);
    let path = show.join(name(b"show \xE9.ron"));
    save(&project, &path).expect("saves");
    let text = fs::read_to_string(&path).expect("the file is text");
    assert!(text.contains(r#""media/caf\0E9 \0FF.mov""#), "{text}");
    let loaded = load(&path).expect("loads");
    assert_eq!(loaded.media[0].path, film);
    assert_eq!(loaded.media[1].path, project.media[1].path);
    // Moved without its media, the hint leads to them.
    let moved = folder.path().join("moved.ron");
    fs::rename(&path, &moved).expect("moves");
    assert_eq!(load(&moved).expect("loads").media[0].path, film);
}

#[test]
fn paths_of_earlier_files_are_read_as_they_were() {
    for (text, name) in [
        (r"100%25 \u{9}.mov", "100%25 \t.mov"),
        ("caf\u{e9} %E9.mov", "caf\u{e9} %E9.mov"),
        (r"a\\0E9.mov", r"a\0E9.mov"),
    ] {
        let file = format!(r#"(version: 2, project: (media: [(id: 1, path: "{text}")]))"#);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.ron");
        fs::write(&path, &file).expect("writes");
        let loaded = load(&path).expect("loads");
        assert_eq!(loaded.media[0].path.file_name(), Some(name.as_ref()));
    }
}
