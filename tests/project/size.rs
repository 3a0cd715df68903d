//! The size of a large project: bounded in bytes by what is in it, and measured in time.
//!
//! `cargo test --release --test project size -- --ignored --nocapture` prints the times.

use std::time::Duration;

use sextet::project::storage::file::{load, save};
use sextet::project::{
    Clip, ClipEdit, ClipId, EditCommand, History, Interpolation, Keyframe, LayerEdit, LayerId,
    MediaId, Parameter, Project,
};
use sextet::time::{Clock, Time};

/// Bytes of an item's text that its fields, their names and their indentation need at most.
const ITEM_BYTES: u64 = 512;

/// Six layers with these numbers of clips, each of which overlaps the next one, and of keyframes.
fn large(folder: &std::path::Path, clips: u32, keys: u32) -> Project {
    let second = Time::from_seconds(1);
    let media: Vec<_> = (0..6)
        .map(|number| (folder.join(format!("media/{number}.mov")), second))
        .collect();
    let mut project = Project::with_media_layers(&media);
    for layer in &mut project.layers {
        layer.clips.clear();
    }
    for number in 0..clips {
        let start = Time::from_seconds(i64::from(number / 6) * 2);
        let clip = Clip::new(
            ClipId(number),
            MediaId(number % 6 + 1),
            start,
            Time::from_seconds(3),
        );
        project.layers[(number % 6) as usize].clips.push(clip);
    }
    let keys = (0..keys).map(|number| {
        EditCommand::Layer(
            LayerId(number % 6 + 1),
            LayerEdit::SetKeyframe {
                parameter: Parameter::ALL[(number / 6 % 4) as usize],
                key: Keyframe {
                    time: Time::from_seconds(i64::from(number / 24)),
                    value: number as f32,
                    interpolation: Interpolation::Ease,
                },
            },
        )
    });
    EditCommand::Batch(keys.collect(), "Keys".into())
        .applied_to(&project)
        .expect("holds the rules")
}

/// Changes a clip in the middle.
fn edit(seconds: i64) -> EditCommand {
    let span = ClipEdit::SetMediaSpan {
        media_in: Time::from_seconds(seconds),
        media_out: None,
    };
    EditCommand::Clip(ClipId(250), span)
}

#[test]
fn the_file_grows_with_what_is_in_it_and_an_edit_changes_no_more_than_its_item() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.ron");
    let bytes_of = |project: &Project| {
        save(project, &path).expect("saves");
        assert_eq!(&load(&path).expect("loads"), project);
        std::fs::metadata(&path).expect("saved").len()
    };
    let project = large(folder.path(), 500, 1200);
    let (none, clips) = (large(folder.path(), 0, 0), large(folder.path(), 500, 0));
    let [none, clips, all] = [&none, &clips, &project].map(bytes_of);
    assert!(clips - none < 500 * ITEM_BYTES, "{clips} bytes");
    assert!(all - clips < 1200 * ITEM_BYTES, "{all} bytes");
    let mut history = History::new(project.clone());
    history.apply(&edit(1)).expect("changes the span");
    let mut back = history.project().clone();
    for (layer, before) in back.layers.iter_mut().zip(&project.layers) {
        for (clip, before) in layer.clips.iter_mut().zip(&before.clips) {
            if clip.id == ClipId(250) {
                assert_ne!(clip, before, "it was changed");
                clip.clone_from(before);
            }
        }
    }
    assert_eq!(back, project, "nothing else was");
}

#[test]
#[ignore = "measures times, which depend on what else the machine does"]
fn a_project_of_500_clips_opens_in_200_ms_saves_in_50_ms_and_is_edited_in_a_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.ron");
    let project = large(folder.path(), 500, 1200);
    let clock = Clock::system();
    let time = |work: &mut dyn FnMut()| {
        let begun = clock.now();
        work();
        (clock.now() - begun).to_duration()
    };
    let saving = time(&mut || _ = save(&project, &path).expect("saves"));
    let opening = time(&mut || assert_eq!(load(&path).expect("loads"), project));
    let mut history = History::new(project.clone());
    let editing = time(&mut || history.apply(&edit(1)).expect("changes the span"));
    println!("500 clips: open {opening:?}, save {saving:?}, edit {editing:?}");
    assert!(opening < Duration::from_millis(200), "{opening:?}");
    assert!(saving < Duration::from_millis(50), "{saving:?}");
    assert!(editing < Duration::from_millis(4), "{editing:?}");
}
