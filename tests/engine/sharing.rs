//! Several playheads on one file: it is opened once, and each of them gets its own frames.

use crate::card_rig::{Rig, clip};
use crate::cards::{Cards, NUMBERS_PER_CARD};
use sextet::engine::{EngineOptions, PlaybackSettings};
use sextet::project::{MediaId, MediaRef, Project};
use sextet::settings::IoMode;

/// Number of descriptors of this process that name the file.
#[cfg(target_os = "linux")]
fn descriptors_of(path: &std::path::Path) -> usize {
    let path = path.canonicalize().expect("it is there");
    let open = std::fs::read_dir("/proc/self/fd").expect("the process's files");
    // A descriptor may be closed by another thread meanwhile.
    let targets = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.filter(|target| *target == path).count()
}

/// The project lists the first file once more under another id, spelt in another way.
fn with_second_listing(mut project: Project, of: MediaId, id: MediaId) -> Project {
    let path = &project.media[of.0 as usize].path;
    let (folder, name) = (path.parent(), path.file_name());
    let path = folder
        .expect("a folder")
        .join(".")
        .join(name.expect("a name"));
    project.media.push(MediaRef {
        id,
        path,
        absolute_hint: None,
        fingerprint: None,
    });
    project
}

#[test]
fn a_file_on_several_layers_and_listed_twice_is_open_once() {
    let mut cards = Cards::new();
    let shared = cards.add(60, 60);
    let other = cards.add(60, 60);
    let again = MediaId(7);
    let mut late = clip(shared, 0, 200);
    late.media_in = crate::card_rig::at(20);
    let layers = vec![
        vec![clip(shared, 0, 200)],
        vec![late],
        vec![clip(again, 0, 200)],
        vec![clip(other, 0, 200)],
    ];
    let project = with_second_listing(cards.project(layers), shared, again);
    for io in [IoMode::Pread, IoMode::Direct, IoMode::Uring] {
        let options = EngineOptions {
            playback: PlaybackSettings {
                io,
                ..PlaybackSettings::default()
            },
            ..EngineOptions::default()
        };
        let mut rig = Rig::with_options(options, project.clone(), true);
        rig.engine.play();
        rig.settle();
        for frame in 1..30 {
            rig.advance(1);
            let expected = [frame, frame + 20, frame, NUMBERS_PER_CARD + frame];
            assert_eq!(rig.numbers(4), expected, "{io:?} at {frame}");
        }
        rig.verify_no_loss();
        #[cfg(target_os = "linux")]
        assert_eq!(descriptors_of(cards.path(shared)), 1, "{io:?}");
        // What is listed twice stays open when one listing goes.
        rig.engine.set_project(std::sync::Arc::new(Project {
            media: project.media[..2].to_vec(),
            layers: project.layers[..2].to_vec(),
            ..project.clone()
        }));
        rig.advance(1);
        assert_eq!(rig.numbers(2), [30, 50], "{io:?}");
        #[cfg(target_os = "linux")]
        assert_eq!(descriptors_of(cards.path(shared)), 1, "{io:?}");
    }
}

#[test]
fn a_missing_file_that_is_listed_twice_is_told_of_once() {
    let mut cards = Cards::new();
    let missing = cards.add_missing();
    let again = MediaId(7);
    let layers = vec![vec![clip(missing, 0, 60)], vec![clip(again, 0, 60)]];
    let project = with_second_listing(cards.project(layers), missing, again);
    let rig = Rig::new(project, false);
    assert_eq!(rig.errors().len(), 1, "{:?}", rig.errors());
    let report = rig.engine.report();
    for layer in &report.layers {
        assert!(layer.error.is_some(), "layer {} says so", layer.index);
    }
}
