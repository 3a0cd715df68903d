//! Media mismatch: another file lies in the place of one that the project knew.

use std::path::Path;

use crate::media::VideoFacts;
use crate::project::{Fingerprint, PictureFacts};
use crate::time::FrameRate;
use crate::time::numbered::NumberedName;

/// Identity of a media file, as far as clips depend on it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MediaIdentity {
    codec: String,
    frames: u64,
    /// Absent where an older project did not note it.
    picture: Option<PictureFacts>,
}

impl From<&VideoFacts> for MediaIdentity {
    fn from(facts: &VideoFacts) -> Self {
        Self {
            codec: facts.codec.clone(),
            frames: facts.timing.frames(),
            picture: Some(picture_facts(facts)),
        }
    }
}

impl From<&Fingerprint> for MediaIdentity {
    fn from(print: &Fingerprint) -> Self {
        Self {
            codec: print.codec.clone(),
            frames: print.frames,
            picture: print.picture,
        }
    }
}

/// The picture facts that a fingerprint notes of an open file.
pub(crate) fn picture_facts(facts: &VideoFacts) -> PictureFacts {
    PictureFacts {
        width_px: facts.width_px,
        height_px: facts.height_px,
        frame_rate: facts.timing.rate(),
    }
}

/// The differences, each as a name and the values now and before.
pub(crate) fn differences(before: &MediaIdentity, now: &MediaIdentity) -> Vec<(String, String)> {
    let both = before.picture.zip(now.picture);
    let size = |facts: PictureFacts| format!("{} × {}", facts.width_px, facts.height_px);
    let rate = |facts: PictureFacts| format!("{} fps", fps(facts.frame_rate));
    let length = |known: &MediaIdentity| format!("{} frames", known.frames);
    let rows = [
        both.map(|(before, now)| ("Size", size(before), size(now))),
        both.map(|(before, now)| ("Rate", rate(before), rate(now))),
        Some(("Length", length(before), length(now))),
        Some(("Codec", before.codec.clone(), now.codec.clone())),
    ];
    rows.into_iter()
        .flatten()
        .filter(|(_, before, now)| before != now)
        .map(|(name, before, now)| (name.to_owned(), format!("{now}, was {before}")))
        .collect()
}

/// True if numbered pictures only became more or fewer, as they do while they are rendered: no reason for a prompt.
pub(crate) fn is_sequel(path: &Path, before: &MediaIdentity, now: &MediaIdentity) -> bool {
    let with_frames_of_now = MediaIdentity {
        frames: now.frames,
        ..before.clone()
    };
    NumberedName::parse(path).is_some() && with_frames_of_now == *now
}

/// The message about numbered pictures that became more or fewer.
pub(crate) fn text_of_sequel(path: &Path, before: &MediaIdentity, now: &MediaIdentity) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    format!(
        "{} has {} pictures now, and had {}; its clips stay as long as they are",
        name.to_string_lossy(),
        now.frames,
        before.frames
    )
}

fn fps(rate: FrameRate) -> f64 {
    (rate.fps() * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(width_px: u32, rate: FrameRate, frames: u64) -> MediaIdentity {
        MediaIdentity {
            codec: "HapY".to_owned(),
            frames,
            picture: Some(PictureFacts {
                width_px,
                height_px: 1080,
                frame_rate: rate,
            }),
        }
    }

    #[test]
    fn what_differs_is_told_and_what_is_not_known_is_not() {
        let before = known(1920, FrameRate::FPS_60, 600);
        let film = FrameRate::new(25, 1).expect("a rate");
        let now = known(1280, film, 600);
        let rows = differences(&before, &now);
        let expected = [
            ("Size", "1280 × 1080, was 1920 × 1080"),
            ("Rate", "25 fps, was 60 fps"),
        ];
        let rows: Vec<_> = rows.iter().map(|(name, text)| (&**name, &**text)).collect();
        assert_eq!(rows, expected);
        let old = MediaIdentity {
            picture: None,
            ..before.clone()
        };
        assert_eq!(differences(&old, &now), []);
        assert_eq!(differences(&before, &before), []);
    }

    #[test]
    fn pictures_that_become_more_are_told_and_not_asked_about() {
        let before = known(1920, FrameRate::FPS_60, 30);
        let more = known(1920, FrameRate::FPS_60, 31);
        let shot = Path::new("/s/shot_%04d.png");
        assert!(is_sequel(shot, &before, &more), "one more");
        assert!(
            !is_sequel(shot, &before, &known(1280, FrameRate::FPS_60, 31)),
            "other ones"
        );
        assert!(
            !is_sequel(Path::new("/s/shot.mov"), &before, &more),
            "a film"
        );
        let text = text_of_sequel(shot, &before, &more);
        assert!(
            text.starts_with("shot_%04d.png has 31 pictures now, and had 30"),
            "{text}"
        );
    }
}
