//! Limits of what a file may do, and decoders at what is broken in it.

use std::cell::Cell;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use sextet::media::fault_injection::{Access, Fault, FaultPlan, inject};
use sextet::media::frame::HeapMemory;
use sextet::media::source::DecodeOutcome;
use sextet::media::{self, Decoding, Media, OpenOptions, TextureSupport};
use sextet::settings::DecodeBy;
use sextet::time::{Clock, FrameIndex, Time};

use super::make::{Clip, damage, decoder_of, nearest, picture};

/// Start of the `index`th box of this kind, its size first.
fn box_at(bytes: &[u8], kind: &[u8; 4]) -> usize {
    let at = bytes.windows(4).position(|tag| tag == kind);
    at.expect("there is such a box") - 4
}

/// Adds to the size that is stored at `at`.
fn grow(bytes: &mut [u8], at: usize, by: usize) {
    let size = u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let grown = size + u32::try_from(by).expect("small");
    bytes[at..at + 4].copy_from_slice(&grown.to_be_bytes());
}

/// A data reference to another file by its absolute path: a Macintosh alias record as FFmpeg reads it.
fn alias_to(path: &Path) -> Vec<u8> {
    let mut name = path.to_str().expect("text").as_bytes().to_vec();
    name.resize(name.len().next_multiple_of(2), 0);
    let mut body = b"alis".to_vec();
    // Version and flags, then volume and file names, which are empty, and the fields between them.
    body.resize(body.len() + 4 + 10 + 28 + 12 + 64 + 16 + 4 + 16, 0);
    body.extend([0, 2]);
    body.extend(u16::try_from(name.len()).expect("short").to_be_bytes());
    body.extend(name);
    body.extend([0xff, 0xff, 0, 0]);
    let size = u32::try_from(body.len() + 4).expect("small");
    [&size.to_be_bytes()[..], &body].concat()
}

#[test]
fn a_disk_that_takes_its_time_is_no_fault_of_the_file() {
    let clip = Clip::numbered("slow.mkv", 5, "-c:v mjpeg");
    let time_out = Time::from_nanos(100_000_000);
    let (_never, wait) = crossbeam_channel::bounded::<()>(0);
    let plan: FaultPlan = Arc::new(move |access| {
        if access != Access::Open {
            // Each read longer than FFmpeg may be busy.
            wait.recv_timeout(time_out.scaled(1.2).to_duration()).ok();
        }
        Fault::None
    });
    let _injection = inject(&clip.path, plan);
    let options = OpenOptions {
        time_out,
        ..OpenOptions::new(TextureSupport::Software)
    };
    let media = media::open(&clip.path, &options)
        .and_then(Media::into_video)
        .expect("it is whole");
    assert_eq!(media.facts.timing.frames(), 5);
}

#[test]
fn a_movie_whose_pictures_are_said_to_lie_in_another_file_does_not_get_them() {
    let target = Clip::numbered("target.mov", 3, "-c:v mjpeg");
    let mut bytes = std::fs::read(&target.path).expect("readable");
    let (from, to) = (box_at(&bytes, b"mdat") + 8, box_at(&bytes, b"moov"));
    bytes[from..to].fill(0);
    let dref = box_at(&bytes[to..], b"dref") + to;
    let alias = alias_to(&target.path);
    let (entry, old_size) = (dref + 16, 12);
    bytes.splice(entry..entry + old_size, alias.iter().copied());
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"] {
        let at = box_at(&bytes[to..], kind) + to;
        grow(&mut bytes, at, alias.len() - old_size);
    }
    let hostile = Clip::of("hostile.mov", &bytes);
    let follow = [
        "-v",
        "error",
        "-enable_drefs",
        "1",
        "-use_absolute_path",
        "1",
        "-i",
    ];
    let followed = Command::new("ffmpeg")
        .args(follow)
        .arg(&hostile.path)
        .args(["-f", "null", "-"])
        .output()
        .expect("the ffmpeg tools are installed");
    let said = String::from_utf8_lossy(&followed.stderr);
    assert!(
        followed.status.success() && said.is_empty(),
        "one who follows the reference gets the pictures: {said}"
    );
    let Ok(media) = media::open_video(&hostile.path, TextureSupport::BlockCompressed) else {
        return;
    };
    for frame in 0..media.facts.timing.frames() {
        assert!(
            media::frame_rgba(&media, FrameIndex(frame)).is_err(),
            "the file itself holds no picture"
        );
    }
}

#[test]
fn a_bad_packet_is_counted_and_the_pictures_around_it_are_right() {
    let clip = Clip::numbered("bad.avi", 10, "-c:v mjpeg");
    let references = clip.reference((96, 64));
    let offsets = clip.packets("pos");
    // Past the header of the AVI chunk, so that the packet is still found, and nothing of it is a picture.
    let offset = usize::try_from(offsets[4]).expect("small") + 8;
    damage(&clip.path, offset, &[0; 400]);
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    for frame in [0, 1, 2, 3, 5, 6, 7, 8, 9] {
        let (at, _) = nearest(&picture(&mut *decoder, frame), &references);
        assert_eq!(at, frame, "the right picture");
    }
    let counts = media.health.counts();
    assert!(counts.corrupt >= 1, "{counts:?}");
    assert_eq!(counts.lost, 1, "the picture that was in it: {counts:?}");
}

#[test]
fn pictures_with_predecessors_and_successors_come_in_order() {
    let clip = Clip::numbered("order.mp4", 40, "-c:v libx264 -g 20 -bf 3");
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    for frame in (0..40).chain([7, 8, 33, 2]) {
        picture(&mut *decoder, frame);
    }
    assert_eq!(media.health.counts().to_string(), "", "nothing lost");
}

#[test]
fn software_is_used_when_it_is_asked_for_and_said_to_be() {
    let clip = Clip::numbered("asked.mp4", 3, "-c:v libx264");
    let options = OpenOptions {
        decode_by: DecodeBy::Software,
        ..OpenOptions::new(TextureSupport::BlockCompressed)
    };
    let media = media::open(&clip.path, &options)
        .and_then(Media::into_video)
        .expect("opens");
    let why = &media.facts.why;
    assert!(why.contains("decodes it in software (as asked)"), "{why}");
    let decoding = media.health.decoding();
    assert_eq!(decoding, Some(Decoding::Software("as asked".into())));
}

#[test]
fn without_a_device_software_decodes_and_the_reason_is_told() {
    let clip = Clip::numbered("auto.mp4", 3, "-c:v libx264");
    let media = clip.open();
    picture(&mut *decoder_of(&media), 2);
    let decoding = media.health.decoding();
    let is_told = match &decoding {
        Some(Decoding::Device(_)) => true,
        Some(Decoding::Software(reason)) => reason.starts_with("no "),
        None => false,
    };
    assert!(is_told, "{decoding:?}");
}

#[test]
fn a_decode_that_is_no_longer_wanted_ends_within_100_ms() {
    let scale = "scale=1280:720";
    let clip = Clip::filtered(
        "long.mp4",
        120,
        scale,
        "-c:v libx264 -preset ultrafast -g 1000",
    );
    let media = clip.open();
    // The machine may have been busy with something else; not every time.
    let took = (0..5).map(|_| {
        let mut decoder = decoder_of(&media);
        let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
        let clock = Clock::system();
        let stopped_at = Cell::new(None);
        let is_stale = || {
            // In the middle of the way: after a few pictures.
            if clock.now() > Time::from_nanos(20_000_000) && stopped_at.get().is_none() {
                stopped_at.set(Some(clock.now()));
            }
            stopped_at.get().is_some()
        };
        let decoded = decoder.decode(FrameIndex(119), &mut memory, &is_stale);
        assert_eq!(decoded.expect("no error"), DecodeOutcome::Stale);
        clock.now() - stopped_at.get().expect("it was asked")
    });
    let took = took.min().expect("five");
    assert!(took < Time::from_nanos(100_000_000), "{} ms", took.millis());
}
