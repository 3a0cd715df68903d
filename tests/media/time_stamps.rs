//! Recordings whose time stamps are rounded, tremble, are given twice or leave frames out: on a canvas of its own rate
//! each frame is due once.

use sextet::media::Video;
use sextet::time::{FrameRate, Time};

use super::codecs::check;
use super::make::Clip;

/// Frames encoded, and those left out before.
const FRAMES: u32 = 120;
const GAPS: &str = "select='not(eq(n,30)+between(n,60,64)+eq(n,80))'";

/// The numbers of the frames that are left, by their place on the timeline.
fn kept() -> Vec<i64> {
    let is_left_out = |frame: &i64| [30, 80].contains(frame) || (60..=64).contains(frame);
    (0..i64::from(FRAMES))
        .filter(|frame| !is_left_out(frame))
        .collect()
}

/// A clip of this rate that goes through a filter of time stamps and frames.
fn clip(name: &str, rate: &str, filter: &str, encoding: &str) -> Clip {
    let source = format!("testsrc2=s=64x48:r={rate},trim=end_frame={FRAMES},{filter}");
    let mut arguments = vec!["-f", "lavfi", "-i", &source, "-vsync", "passthrough"];
    arguments.extend(encoding.split_whitespace());
    Clip::made(name, &arguments)
}

/// The frames due at each picture of a canvas of this rate.
fn due(media: &Video, rate: FrameRate) -> Vec<u64> {
    let timing = &media.facts.timing;
    let ticks = rate.frame_at(timing.duration() - Time::from_flicks(1)) + 1;
    let at = |tick| timing.frame_at(rate.time_of(tick)).0;
    (0..ticks).map(at).collect()
}

#[track_caller]
fn assert_each_once(media: &Video, rate: &str, kept: &[i64], name: &str) {
    let rate: FrameRate = rate.parse().expect("a rate");
    assert_eq!(media.facts.timing.rate(), rate, "{name}");
    let due = due(media, rate);
    let expected: Vec<u64> = (0..due.len() as i64)
        .map(|tick| kept.partition_point(|&frame| frame <= tick) as u64 - 1)
        .collect();
    assert_eq!(due, expected, "{name}");
    assert_eq!(due.last(), Some(&(kept.len() as u64 - 1)), "{name}");
}

const H264: &str = "-c:v libx264 -preset ultrafast -bf 0 -g 30";

#[test]
fn recordings_with_gaps_show_each_frame_once_in_every_container() {
    for (name, rate, encoding) in [
        ("gaps.mkv", "60000/1001", H264),
        ("gaps.flv", "60/1", H264),
        ("gaps.ts", "24000/1001", H264),
        (
            "gaps.mp4",
            "30000/1001",
            "-c:v libx264 -preset veryfast -bf 2 -g 30",
        ),
        ("gaps.mov", "48000/1001", "-c:v prores_ks"),
        ("gaps.nut", "90/1", H264),
        (
            "gaps.webm",
            "50/1",
            "-c:v libvpx -deadline realtime -cpu-used 8",
        ),
        ("gaps.asf", "120/1", "-c:v mpeg4"),
        ("fast.mkv", "960/1", H264),
        ("gaps.avi", "25/1", "-c:v mjpeg"),
        // Neither gives times of showing, only places in the order of decoding.
        ("counted.avi", "100/1", H264),
        ("hap.avi", "60/1", "-c:v hap"),
        ("hap.mkv", "60000/1001", "-c:v hap"),
    ] {
        let media = clip(name, rate, GAPS, encoding).open();
        assert_each_once(&media, rate, &kept(), name);
    }
}

#[test]
fn recordings_that_tremble_show_each_frame_once() {
    let all: Vec<i64> = (0..i64::from(FRAMES)).collect();
    for (name, rate, most) in [("a.mp4", 60, 180), ("b.mkv", 60, 400), ("c.ts", 25, 1500)] {
        let step = 90_000 / rate;
        let filter = format!("settb=1/90000,setpts='N*{step}+gte(N,2)*{most}*(random(0)-0.5)*2'");
        let encoding = format!("-enc_time_base 1/90000 -video_track_timescale 90000 {H264}");
        let encoding = if name.ends_with("mp4") {
            encoding
        } else {
            encoding.replace("-video_track_timescale 90000 ", "")
        };
        let media = clip(name, &format!("{rate}/1"), &filter, &encoding).open();
        assert_each_once(&media, &format!("{rate}/1"), &all, name);
        assert!(!media.facts.timing.is_variable(), "{name}");
    }
}

#[test]
fn frames_with_the_same_stamp_are_all_there_and_told_apart() {
    let all: Vec<i64> = (0..i64::from(FRAMES)).collect();
    for (name, encoding) in [
        (
            "twice.mkv",
            "-c:v libx264 -preset veryfast -bf 0 -g 12 -crf 12",
        ),
        (
            "twice.flv",
            "-c:v libx264 -preset veryfast -bf 0 -g 250 -crf 12",
        ),
        ("twice.nut", "-c:v mjpeg -q:v 2"),
    ] {
        let stamp = |kind| format!("if(eq(mod(N\\,12)\\,5)+eq(N\\,36)\\,PREV_OUT{kind}\\,{kind})");
        let twice = format!("setts=pts={}:dts={}", stamp("PTS"), stamp("DTS"));
        let encoding = format!("{encoding} -bsf:v {twice}");
        let made = Clip::numbered(name, FRAMES, &encoding);
        assert_eq!(check(&made), u64::from(FRAMES), "{name}");
        assert_each_once(&made.open(), "30/1", &all, name);
    }
}
