//! Packets that show nothing: an index counts pictures, and what was shown before such a packet stays.

use sextet::time::{FrameIndex, FrameRate};

use super::codecs::{check, filtered};
use super::make::{Clip, damage};

/// A clip put into another container, packet by packet, through a bitstream filter.
fn split(clip: &Clip, name: &str, filter: &str) -> Clip {
    let path = clip.path.to_str().expect("text");
    let arguments = ["-i", path, "-c", "copy", "-bsf:v", filter];
    // Else the container puts together what was split.
    Clip::made(name, &[&arguments[..], &["-fflags", "-autobsf"]].concat())
}

#[test]
fn hidden_frames_of_vp9_in_packets_of_their_own_are_no_frames() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let source = "testsrc2=s=160x96:r=30,trim=end_frame=60,hue=s=0";
    let encoding = "-c:v libvpx-vp9 -threads 1 -g 128 -b:v 100k -deadline good -cpu-used 4 -auto-alt-ref 6 -lag-in-frames 25";
    let pass = |number: &str| {
        let mut arguments = vec!["-f", "lavfi", "-i", source];
        arguments.extend(encoding.split_whitespace());
        arguments.extend(["-pass", number, "-passlogfile", log.to_str().expect("text")]);
        Clip::made("whole.webm", &arguments)
    };
    drop(pass("1"));
    let whole = pass("2");
    for name in ["split.webm", "split.mp4", "split.nut"] {
        let split = split(&whole, name, "vp9_superframe_split");
        let sizes = split.packets("size");
        assert!(sizes.len() > 60, "{name}: hidden frames stand alone");
        assert!(sizes.contains(&1), "{name}: and are shown later by a byte");
        assert_eq!(check(&split), 60, "{name}");
        assert!(!split.open().facts.timing.is_variable(), "{name}");
    }
}

#[test]
fn hidden_frames_of_av1_in_packets_of_their_own_are_no_frames() {
    let encoding = "-c:v libaom-av1 -threads 1 -cpu-used 8 -crf 10 -lag-in-frames 19 -g 40";
    let Some(whole) = filtered("whole.mkv", 40, "null", encoding) else {
        return;
    };
    for name in ["split.mkv", "split.mp4"] {
        let split = split(&whole, name, "av1_frame_split");
        assert!(
            split.packets("size").len() > 40,
            "{name}: hidden frames stand alone"
        );
        assert_eq!(check(&split), 40, "{name}");
    }
}

/// The places of packets in a file, in the order of decoding.
fn places(clip: &Clip) -> Vec<usize> {
    let positions = clip.packets("pos");
    positions
        .iter()
        .map(|at| usize::try_from(*at).expect("small"))
        .collect()
}

#[test]
fn frames_of_mpeg4_that_are_not_coded_leave_the_one_before() {
    for (name, b_frames) in [("p.mp4", 0), ("b.mp4", 2), ("p.avi", 0), ("b.avi", 2)] {
        // Of grey, since what differs most from FFmpeg's own conversion is chroma.
        let encoding = format!("-c:v mpeg4 -bf {b_frames} -g 15 -q:v 2");
        let clip = Clip::filtered(name, 60, "hue=s=0", &encoding);
        let places = places(&clip);
        let bytes = std::fs::read(&clip.path).expect("readable");
        // Behind the start code come two bits of the kind, no second gone by, and six bits of time with its marks.
        let is_plain =
            |at: &usize| bytes[*at..at + 4] == [0, 0, 1, 0xB6] && bytes[at + 4] & 0x30 == 0x10;
        let plain: Vec<usize> = places[7..].iter().copied().filter(is_plain).collect();
        for at in [0, 1, 12, 25].map(|at| plain[at] + 5) {
            assert_eq!(bytes[at] & 0x20, 0x20, "{name}: it is coded");
            damage(&clip.path, at, &[bytes[at] & !0x20]);
        }
        assert_eq!(check(&clip), 56, "{name}");
        let timing = &clip.open().facts.timing;
        assert_eq!(
            timing.duration(),
            FrameRate::new(2, 1).expect("valid").time_of(4),
            "{name}"
        );
        if b_frames == 0 {
            let rate = timing.rate();
            let shown = [6, 7, 8, 9].map(|tick| timing.frame_at(rate.time_of(tick)));
            assert_eq!(shown, [6, 6, 6, 7].map(FrameIndex), "{name}: it stays");
        }
    }
}

#[test]
fn packets_of_h264_without_a_picture_leave_the_one_before() {
    let encoding =
        "-c:v libx264 -g 20 -crf 12 -x264-params b-adapt=0:bframes=1:b-pyramid=none:scenecut=0";
    let clip = Clip::numbered("filler.mp4", 60, encoding);
    let (places, sizes) = (places(&clip), clip.packets("size"));
    for at in [10, 32] {
        // A unit of filler in place of a frame that no other needs.
        let size = u32::try_from(sizes[at]).expect("small") - 4;
        let mut unit = size.to_be_bytes().to_vec();
        unit.push(0x0C);
        unit.resize(unit.len() + size as usize - 2, 0xFF);
        unit.push(0x80);
        damage(&clip.path, places[at], &unit);
    }
    assert_eq!(check(&clip), 58);
}

#[test]
fn empty_packets_of_avi_leave_the_one_before() {
    for (name, encoding) in [
        ("a.avi", "-c:v mpeg4 -g 15 -q:v 2"),
        ("b.avi", "-c:v libx264 -bf 2 -g 15 -crf 12"),
    ] {
        // The container has a place for each frame that is left out.
        let clip = Clip::filtered(name, 60, "select='not(between(n,20,22))'", encoding);
        assert_eq!(check(&clip), 57, "{name}");
        let timing = &clip.open().facts.timing;
        assert_eq!(
            timing.duration(),
            FrameRate::new(1, 2).expect("valid").time_of(1),
            "{name}"
        );
    }
}
