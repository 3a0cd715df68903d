//! Numbered pictures play as one file.

use std::path::{Path, PathBuf};
use std::process::Command;

use sextet::media::{self, MediaError, TextureSupport, Video};
use sextet::project::storage::collect::collect;
use sextet::project::{self, Progress, Project};
use sextet::time::{FrameIndex, FrameRate, Time};

use super::make::{Clip, decoder_of, nearest, picture};

/// A folder of the pictures of a clip, numbered from 1 on, and the clip.
fn pictures(frames: u32, ending: &str, encoding: &str) -> (tempfile::TempDir, Clip) {
    let clip = Clip::numbered("clip.mkv", frames, "-c:v ffv1");
    let folder = tempfile::tempdir().expect("temporary folder");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&clip.path)
        .args(["-vsync", "passthrough"])
        .args(encoding.split_whitespace())
        .arg(folder.path().join(format!("shot_%04d.{ending}")))
        .status()
        .expect("the ffmpeg tools are installed");
    assert!(made.success(), "the pictures are made");
    (folder, clip)
}

fn open(path: &Path) -> Result<Video, MediaError> {
    media::open_video(path, TextureSupport::BlockCompressed)
}

fn named(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[test]
fn each_picture_is_a_frame_in_any_order() {
    for (ending, encoding) in [
        ("png", "-c:v png"),
        ("jpg", "-c:v mjpeg -q:v 1"),
        ("tif", ""),
        ("tga", ""),
        ("pam", "-pix_fmt rgb24"),
    ] {
        let (folder, clip) = pictures(30, ending, encoding);
        let references = clip.reference((96, 64));
        let media = open(&named(&folder, &format!("shot_%04d.{ending}"))).expect("opens");
        assert_eq!(media.facts.timing.frames(), 30, "{ending}");
        assert_eq!(
            media.facts.timing.rate(),
            FrameRate::new(25, 1).expect("valid")
        );
        assert!(
            media.facts.mean_mb_per_s > 0.0,
            "the files' sizes are known"
        );
        let mut decoder = decoder_of(&media);
        for frame in [0, 1, 2, 29, 28, 11, 12, 3, 0] {
            let (found, difference) = nearest(&picture(&mut *decoder, frame), &references);
            assert_eq!(found, frame, "{ending}");
            assert!(
                difference < 2.0,
                "{ending}: frame {frame} differs by {difference}"
            );
        }
        assert_eq!(media.health.counts().to_string(), "", "{ending}");
    }
}

#[test]
fn the_rate_is_said_in_the_name_and_a_missing_picture_leaves_its_time() {
    let (folder, clip) = pictures(12, "png", "-c:v png");
    for number in [5, 6] {
        std::fs::remove_file(named(&folder, &format!("shot_000{number}.png"))).expect("removed");
    }
    let media = open(&named(&folder, "shot_%04d.png@50")).expect("opens");
    let timing = &media.facts.timing;
    assert_eq!(timing.frames(), 10);
    assert_eq!(timing.rate(), FrameRate::new(50, 1).expect("valid"));
    assert_eq!(timing.duration(), Time::from_seconds_f64(12.0 / 50.0));
    assert_eq!(
        timing.time_of(FrameIndex(3)),
        Time::from_seconds_f64(3.0 / 50.0)
    );
    assert_eq!(
        timing.time_of(FrameIndex(4)),
        Time::from_seconds_f64(6.0 / 50.0)
    );
    let references = clip.reference((96, 64));
    let mut decoder = decoder_of(&media);
    for (frame, number) in [(3, 3), (4, 6), (9, 11)] {
        assert_eq!(
            nearest(&picture(&mut *decoder, frame), &references).0,
            number
        );
    }
}

#[test]
fn a_picture_that_goes_missing_later_is_an_error_of_its_frame_alone() {
    let (folder, clip) = pictures(12, "png", "-c:v png");
    let media = open(&named(&folder, "shot_%04d.png")).expect("opens");
    std::fs::remove_file(named(&folder, "shot_0006.png")).expect("removed");
    let error = media::frame_rgba(&media, FrameIndex(5)).expect_err("it is gone");
    assert!(error.to_string().contains("shot_%04d.png"), "{error}");
    let references = clip.reference((96, 64));
    let found = media::frame_rgba(&media, FrameIndex(8)).expect("decodes");
    assert_eq!(nearest(&found, &references).0, 8);
}

/// The picture that a damaged file cannot give, and the error of its frame.
#[track_caller]
fn assert_names(media: &Video, frame: u64, file: &str) {
    let error = media::frame_rgba(media, FrameIndex(frame)).expect_err("it is damaged");
    let told = error.to_string();
    assert!(
        told.contains(&format!("frame {frame} ")) && told.ends_with(file),
        "{told}"
    );
}

#[test]
fn a_damaged_picture_is_an_error_of_its_frame_that_names_its_file() {
    let (folder, clip) = pictures(12, "png", "-c:v png");
    let references = clip.reference((96, 64));
    let spoil = |number: u32| {
        let path = named(&folder, &format!("shot_{number:04}.png"));
        std::fs::write(path, [7; 300]).expect("written");
    };
    spoil(6);
    let media = open(&named(&folder, "shot_%04d.png")).expect("opens");
    assert_names(&media, 5, "shot_0006.png");
    for (frame, number) in [(4, 4), (6, 6)] {
        let found = media::frame_rgba(&media, FrameIndex(frame)).expect("decodes");
        assert_eq!(nearest(&found, &references).0, number);
    }
    // Even the first one.
    spoil(1);
    let media = open(&named(&folder, "shot_%04d.png")).expect("opens");
    assert_eq!(
        (media.facts.width_px, media.facts.timing.frames()),
        (96, 12)
    );
    assert_names(&media, 0, "shot_0001.png");
    let found = media::frame_rgba(&media, FrameIndex(1)).expect("decodes");
    assert_eq!(nearest(&found, &references).0, 1);
    (1..=12).for_each(spoil);
    match open(&named(&folder, "shot_%04d.png")) {
        Err(error) => assert!(error.to_string().ends_with("shot_0001.png"), "{error}"),
        Ok(_) => panic!("none is a picture"),
    }
}

#[test]
fn a_picture_of_another_size_is_shown_at_that_of_the_first() {
    let (folder, clip) = pictures(6, "png", "-c:v png");
    let path = named(&folder, "shot_0003.png");
    let large = Clip::filtered("large.png", 1, "scale=192:128:flags=neighbor", "-update 1");
    std::fs::copy(&large.path, &path).expect("copied");
    let media = open(&named(&folder, "shot_%04d.png")).expect("opens");
    let references = clip.reference((96, 64));
    let mut decoder = decoder_of(&media);
    // The large one is the first picture of the clip.
    for (frame, number) in [(1, 1), (2, 0), (3, 3)] {
        let (found, difference) = nearest(&picture(&mut *decoder, frame), &references);
        assert_eq!(found, number, "frame {frame} differs by {difference}");
    }
}

#[test]
fn a_collected_project_plays_the_same_pictures_elsewhere() {
    let (folder, clip) = pictures(12, "png", "-c:v png");
    std::fs::remove_file(named(&folder, "shot_0004.png")).expect("removed");
    let length = (named(&folder, "shot_%04d.png@50"), Time::from_seconds(1));
    let project = Project::with_media_layers(&[length]);
    let parent = tempfile::tempdir().expect("temporary folder");
    let progress = Progress::default();
    let playable = [project.media[0].id].into();
    let done = collect(
        &project,
        &playable,
        "tour".as_ref(),
        parent.path(),
        &progress,
    )
    .expect("collects");
    assert_eq!((done.files, done.strays, done.missing.len()), (11, 0, 0));
    drop(folder);
    let collected = project::storage::file::load(&done.project).expect("loads");
    let media = open(&collected.media[0].path).expect("opens");
    assert_eq!(media.facts.timing.frames(), 11);
    assert_eq!(
        media.facts.timing.duration(),
        Time::from_seconds_f64(12.0 / 50.0)
    );
    let references = clip.reference((96, 64));
    let mut decoder = decoder_of(&media);
    for (frame, number) in [(0, 0), (2, 2), (3, 4), (10, 11)] {
        let (found, difference) = nearest(&picture(&mut *decoder, frame), &references);
        assert_eq!(found, number);
        assert!(difference < 2.0, "frame {frame} differs by {difference}");
    }
}

#[test]
fn what_is_no_sequence_of_pictures_is_refused() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let none = open(&named(&folder, "shot_%04d.png"));
    assert!(matches!(none, Err(MediaError::NotFound { .. })));
    let movie = Clip::numbered("m.mp4", 3, "-c:v mpeg4");
    for number in 1..4 {
        std::fs::copy(&movie.path, named(&folder, &format!("take_{number}.png"))).expect("copied");
    }
    match open(&named(&folder, "take_%d.png")) {
        Err(MediaError::NotMedia { reason, .. }) => assert!(reason.contains("picture"), "{reason}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("movies are no pictures"),
    }
    std::fs::write(named(&folder, "bad_1.png"), b"no picture").expect("written");
    assert!(open(&named(&folder, "bad_%d.png")).is_err());
}
