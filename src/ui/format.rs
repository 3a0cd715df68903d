//! Numbers as the window writes them.

use std::borrow::Cow;

use crate::status::snapshot::{Counts, MediaSummary, PlayedBy, ProxyStatus};
use crate::status::{MediaState, MediaStatus};
use crate::time::FrameRate;

/// Placeholder where there is no number.
pub(crate) const NOTHING: &str = "–";

/// Frames per second: whole where it is whole, else with two decimals.
pub(crate) fn fps(rate: FrameRate) -> String {
    let fps = rate.fps();
    if (fps - fps.round()).abs() < 0.005 {
        format!("{fps:.0}")
    } else {
        format!("{fps:.2}")
    }
}

/// A picture's size in the words of the field, such as `1080p`; unusual ones as `640×400`.
pub(crate) fn picture_size(width_px: u32, height_px: u32) -> String {
    match (width_px, height_px) {
        (7680, 4320) => "8K".to_owned(),
        (4096, 2160) => "DCI 4K".to_owned(),
        (3840, 2160) => "UHD".to_owned(),
        (2560, 1440) => "1440p".to_owned(),
        (1920, 1080) => "1080p".to_owned(),
        (1280, 720) => "720p".to_owned(),
        (960, 540) => "540p".to_owned(),
        (640, 360) => "360p".to_owned(),
        _ => format!("{width_px}×{height_px}"),
    }
}

/// A rate of reading: with one decimal below ten.
pub(crate) fn mb_per_s(rate: f64) -> String {
    if rate < 9.95 {
        format!("{rate:.1} MB/s")
    } else {
        format!("{rate:.0} MB/s")
    }
}

/// A codec as the field writes it, from the name that `probe` gives.
pub(crate) fn codec_label(codec: &str) -> &str {
    match codec {
        "h264" => "H.264",
        "hevc" => "HEVC",
        "prores" => "ProRes",
        "dnxhd" => "DNxHD",
        "mpeg4" => "MPEG-4",
        "mpeg2video" => "MPEG-2",
        "vp8" => "VP8",
        "vp9" => "VP9",
        "av1" => "AV1",
        "mjpeg" => "JPEG",
        "png" => "PNG",
        "ffv1" => "FFV1",
        other => other,
    }
}

/// The reason for which a file costs more than its kind would have to; `None` for HAP, stills, codecs that code every
/// picture by itself, and files that have a proxy.
pub(crate) fn codec_cost(status: &MediaStatus, has_bc: bool) -> Option<&'static str> {
    let MediaState::Ready(summary) = &status.state else {
        return None;
    };
    match summary.played_by {
        PlayedBy::Hap if has_bc => None,
        PlayedBy::Hap => {
            Some("The processor decompresses it: the graphics adapter has no BC textures")
        }
        PlayedBy::Live => None,
        PlayedBy::Ffmpeg => {
            let is_long_gop = summary.frames > 1 && LONG_GOP.contains(&codec_label(&summary.codec));
            let has_proxy = status.proxy == ProxyStatus::Ready;
            (is_long_gop && !has_proxy).then_some(
                "Most of its pictures need others to be decoded before: jumps take longer",
            )
        }
    }
}

/// Codecs, by their labels, that code most pictures as differences from others (a long GOP).
const LONG_GOP: [&str; 18] = [
    "H.264",
    "HEVC",
    "AV1",
    "VP8",
    "VP9",
    "MPEG-2",
    "MPEG-4",
    "mpeg1video",
    "msmpeg4v3",
    "wmv1",
    "wmv2",
    "wmv3",
    "vc1",
    "h263",
    "theora",
    "flv1",
    "vvc",
    "rv40",
];

/// `1080p · 60 · 96 MB/s`.
pub(crate) fn media_line(summary: &MediaSummary) -> String {
    let size = picture_size(summary.width_px, summary.height_px);
    if summary.frames <= 1 {
        return format!("{size} · still");
    }
    format!(
        "{size} · {} · {}",
        fps(summary.frame_rate),
        mb_per_s(summary.mean_mb_per_s)
    )
}

/// Whole mebibytes.
pub(crate) fn mib(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / f64::from(1 << 20))
}

/// A share as a percentage with one decimal, rounded down, so that 100.0 is shown only for all.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1}", (share * 1000.0 + 1e-9).floor() / 10.0)
}

/// A hit rate as a percentage without its sign; a dash where no frame was asked for.
pub(crate) fn hits(counts: &Counts) -> String {
    counts
        .measured_hit_rate()
        .map_or_else(|| NOTHING.to_owned(), percent)
}

/// A hit rate as a percentage with its sign; a dash where no frame was asked for.
pub(crate) fn hits_percent(counts: &Counts) -> String {
    let rate = counts.measured_hit_rate();
    rate.map_or_else(|| NOTHING.to_owned(), |rate| format!("{} %", percent(rate)))
}

/// The hit rate of the last moment, 1 where no frame was asked for in it, as a percentage with its sign; a dash where
/// none was asked for so far.
pub(crate) fn hits_now(counts: &Counts, now: Option<f32>) -> String {
    let now = now.filter(|_| counts.measured_hit_rate().is_some());
    now.map_or_else(
        || NOTHING.to_owned(),
        |now| format!("{} %", percent(f64::from(now))),
    )
}

/// Milliseconds: two decimals below ten, one below a hundred, none above.
pub(crate) fn ms(value: f32) -> String {
    if value < 10.0 {
        format!("{value:.2}")
    } else if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A text as a sentence: with a capital, unless it begins with a name, which stays as it is, and without the numbers that
/// the system has for errors.
///
/// Errors have no capital, since others put words before them; what has a sign or a digit in it is taken for a name.
pub(crate) fn sentence(text: &str) -> Cow<'_, str> {
    let text = without_error_number(text);
    let word = text.split(' ').next().unwrap_or_default();
    let word = word.trim_end_matches([',', ':', ';']);
    let is_plain = |letter: char| letter.is_ascii_lowercase() || matches!(letter, '\'' | '-');
    if word.is_empty() || !word.chars().all(is_plain) {
        return text;
    }
    let mut sentence = text.into_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Cow::Owned(sentence)
}

/// The text without `(os error 2)`, which the words before it say already.
fn without_error_number(text: &str) -> Cow<'_, str> {
    const START: &str = " (os error ";
    let Some((before, rest)) = text.split_once(START) else {
        return Cow::Borrowed(text);
    };
    match rest.split_once(')') {
        Some((number, after)) if number.bytes().all(|digit| digit.is_ascii_digit()) => {
            Cow::Owned(format!("{before}{after}"))
        }
        Some(_) | None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_rate_is_never_rounded_up_to_all() {
        assert_eq!(percent(1.0), "100.0");
        assert_eq!(percent(0.9999), "99.9");
        assert_eq!(percent(0.992), "99.2");
        let counts = |asked, hits| Counts {
            asked,
            hits,
            ..Counts::default()
        };
        assert_eq!(hits(&counts(3, 3)), "100.0");
        assert_eq!(hits_percent(&counts(1000, 999)), "99.9 %");
        assert_eq!(hits_now(&counts(3, 2), Some(1.0)), "100.0 %");
        assert_eq!(hits_now(&counts(0, 0), Some(1.0)), "–");
        assert_eq!(hits(&counts(0, 0)), "–", "of nothing");
        assert_eq!(hits_percent(&counts(0, 0)), "–", "of nothing");
    }

    #[test]
    fn a_sentence_begins_with_a_capital_and_a_name_stays_a_name() {
        for (text, expected) in [
            ("the disk is full", "The disk is full"),
            ("cannot write: /a", "Cannot write: /a"),
            ("clip.mov is gone", "clip.mov is gone"),
            ("base_plate is gone", "base_plate is gone"),
            ("HAP is fine", "HAP is fine"),
            (
                "cannot write (Permission denied (os error 13)): /a",
                "Cannot write (Permission denied): /a",
            ),
            ("odd (os error x)", "Odd (os error x)"),
            ("été", "été"),
            ("", ""),
        ] {
            assert_eq!(sentence(text), expected);
        }
    }

    #[test]
    fn rates_and_sizes_read_as_the_field_writes_them() {
        let ntsc = FrameRate::new(30000, 1001).expect("a common rate");
        assert_eq!(fps(ntsc), "29.97");
        assert_eq!(fps(FrameRate::FPS_60), "60");
        assert_eq!(picture_size(3840, 2160), "UHD");
        assert_eq!(picture_size(512, 256), "512×256");
        assert_eq!(mb_per_s(1.42), "1.4 MB/s");
        assert_eq!(mb_per_s(248.9), "249 MB/s");
    }
}
