//! `convert`: files of every kind into every variant, read back by the program and by FFmpeg.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sextet::media::{self, TextureSupport};
use sextet::time::FrameIndex;

use super::program::{run_in, sextet_in, text};

/// A clip made by `ffmpeg`, in this folder.
fn make(folder: &Path, name: &str, arguments: &str) {
    let made = Command::new("ffmpeg")
        .current_dir(folder)
        .args(["-v", "error", "-y"])
        .args(arguments.split_whitespace())
        .arg(name)
        .output()
        .expect("ffmpeg runs");
    assert!(made.status.success(), "{name}: {}", text(&made.stderr));
}

/// The only file of the report of a conversion that ends with this code.
fn converted(folder: &Path, code: i32, arguments: &str) -> (Value, String) {
    let words: Vec<_> = ["convert", "--json", "--threads", "2"]
        .into_iter()
        .chain(arguments.split_whitespace())
        .collect();
    let output = run_in(folder, &words);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    (report["files"][0].clone(), said)
}

/// What `ffprobe` says of a file, as words.
fn probed(folder: &Path, name: &str, entries: &str) -> String {
    let output = Command::new("ffprobe")
        .current_dir(folder)
        .args([
            "-v",
            "error",
            "-of",
            "csv=p=0",
            "-show_entries",
            entries,
            name,
        ])
        .output()
        .expect("ffprobe runs");
    text(&output.stdout)
}

/// Mean squared error of two files' frames as the program decodes them, over red, green and blue, and over alpha.
fn errors(folder: &Path, found: &str, wanted: &str) -> (u64, [f64; 2]) {
    let [found, wanted] = [found, wanted].map(|name| {
        media::open_video(&folder.join(name), TextureSupport::RgbaOnly).expect("opens")
    });
    let frames = wanted.facts.timing.frames();
    let (mut sums, mut samples) = ([0.0; 2], 0.0);
    for frame in (0..frames).map(FrameIndex) {
        let found = media::frame_rgba(&found, frame).expect("decodes");
        let wanted = media::frame_rgba(&wanted, frame).expect("decodes");
        assert_eq!(found.dimensions(), wanted.dimensions(), "as large");
        for (found, wanted) in found.pixels().zip(wanted.pixels()) {
            let off = |channel: usize| {
                let off = f64::from(found.0[channel]) - f64::from(wanted.0[channel]);
                off * off
            };
            sums[0] += (off(0) + off(1) + off(2)) / 3.0;
            sums[1] += off(3);
            samples += 1.0;
        }
    }
    (found.facts.timing.frames(), sums.map(|sum| sum / samples))
}

fn psnr_db(mean_squared_error: f64) -> f64 {
    10.0 * (255.0 * 255.0 / mean_squared_error).log10()
}

#[test]
fn every_variant_keeps_every_frame_and_its_colours() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    // An odd size, and alpha that runs from nothing to full.
    make(
        folder,
        "in.mov",
        "-f lavfi -i testsrc2=s=131x70:r=25:d=0.2,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='X*255/W' -c:v qtrle",
    );
    for (format, colour_db, alpha_db) in [
        ("hap", 25.0, 0.0),
        ("hap-alpha", 25.0, 40.0),
        ("hap-q", 26.0, 0.0),
        ("hap-q-alpha", 26.0, 40.0),
        ("hap-alpha-only", 0.0, 40.0),
        ("hap-r", 25.0, 30.0),
        ("hap-hdr", 25.0, 0.0),
    ] {
        let name = format!("{format}.mov");
        let (report, _) = converted(
            folder,
            0,
            &format!("in.mov -o {name} --format {format} --chunks 3"),
        );
        assert_eq!(report["frames"], 5, "{format}");
        let (frames, [colour, alpha]) = errors(folder, &name, "in.mov");
        assert_eq!(frames, 5, "{format}");
        assert!(
            psnr_db(colour) >= colour_db,
            "{format}: {} dB",
            psnr_db(colour)
        );
        assert!(
            psnr_db(alpha) >= alpha_db,
            "{format}: alpha {} dB",
            psnr_db(alpha)
        );
        let is_known_to_ffmpeg = !["hap-r", "hap-hdr"].contains(&format);
        if is_known_to_ffmpeg {
            let counted = probed(folder, &name, "stream=width,height,nb_frames");
            assert!(counted.contains("131,70"), "{format}: {counted}");
        }
    }
}

#[test]
fn the_format_is_chosen_by_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let source = "-f lavfi -i testsrc2=s=128x64:r=25:d=0.12";
    make(
        folder,
        "opaque.mov",
        &format!("{source} -pix_fmt argb -c:v qtrle"),
    );
    make(
        folder,
        "deep.mov",
        &format!("{source} -pix_fmt yuv422p10le -c:v prores_ks"),
    );
    make(
        folder,
        "alpha.mov",
        &format!("{source},format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='X*2' -c:v qtrle"),
    );
    make(
        folder,
        "matte.mov",
        &format!("{source},format=rgba,geq=r=255:g=255:b=255:a='X*2' -c:v qtrle"),
    );
    for (name, codecs) in [
        ("opaque", &["Hap1", "HapY"][..]),
        ("deep", &["Hap7"]),
        ("alpha", &["Hap5", "HapM"]),
        ("matte", &["HapA"]),
    ] {
        let (report, _) = converted(folder, 0, &format!("{name}.mov -o {name}-out.mov"));
        let codec = report["codec"].as_str().expect("a codec");
        assert!(codecs.contains(&codec), "{name}: {codec}");
    }
}

#[test]
fn premultiplied_colours_are_told_and_divided() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let source = "-f lavfi -i color=s=64x64:r=25:d=0.12,format=rgba";
    make(
        folder,
        "straight.mov",
        &format!("{source},geq=r=255:g=120:b=40:a='X*4' -c:v qtrle"),
    );
    make(
        folder,
        "multiplied.mov",
        &format!("{source},geq=r='X*4':g='X*4*120/255':b='X*4*40/255':a='X*4' -c:v qtrle"),
    );
    let (told, _) = converted(folder, 0, "multiplied.mov -o a.mov --format hap-r");
    assert_eq!(told["premultiplied"], true);
    let (kept, _) = converted(folder, 0, "straight.mov -o b.mov --format hap-r");
    assert_eq!(kept["premultiplied"], false);
    let video = media::open_video(&folder.join("a.mov"), TextureSupport::RgbaOnly).expect("opens");
    let picture = media::frame_rgba(&video, FrameIndex(1)).expect("decodes");
    let [r, g, b, _] = picture.get_pixel(48, 20).0;
    assert!(
        r > 248 && g.abs_diff(120) < 6 && b.abs_diff(40) < 6,
        "{r} {g} {b}"
    );
}

#[test]
fn times_of_a_variable_rate_are_kept_or_made_constant_and_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "vfr.mkv",
        "-f lavfi -i testsrc2=s=64x32:r=50:d=1,select='not(mod(n,5))+not(mod(n,3))' -vsync vfr -c:v ffv1",
    );
    let open = |name: &str| {
        let video = media::open_video(&folder.join(name), TextureSupport::RgbaOnly);
        video.expect("opens").facts.timing.clone()
    };
    let (report, _) = converted(folder, 0, "vfr.mkv -o same.mov --format hap");
    assert_eq!(report["is_variable"], true);
    let (source, same) = (open("vfr.mkv"), open("same.mov"));
    assert_eq!(same.frames(), source.frames());
    for frame in (0..source.frames()).map(FrameIndex) {
        assert_eq!(same.time_of(frame), source.time_of(frame), "frame {frame}");
    }
    let (report, said) = converted(folder, 0, "vfr.mkv -o constant.mov --format hap --fps 25");
    assert_eq!(report["frames"], 25);
    let (dropped, doubled) = (&report["dropped"], &report["doubled"]);
    assert!(
        said.contains(&format!(
            "{dropped} frames are dropped and {doubled} doubled"
        )),
        "{said}"
    );
    assert!(!open("constant.mov").is_variable(), "one length for all");
}

#[test]
fn sound_is_copied_or_becomes_pcm_and_the_words_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let source = "-f lavfi -i testsrc2=s=64x32:r=25:d=1 -f lavfi -i sine=d=1:r=48000";
    make(
        folder,
        "aac.mov",
        &format!("{source} -c:v mpeg4 -c:a aac -timecode 01:02:03:04 -metadata title=Tide"),
    );
    make(
        folder,
        "vorbis.mkv",
        &format!("{source} -c:v ffv1 -c:a libvorbis"),
    );
    let (report, _) = converted(folder, 0, "aac.mov -o copied.mov --format hap");
    assert_eq!(report["sound"], "copied");
    let told = probed(
        folder,
        "copied.mov",
        "stream=codec_name:format_tags=title,timecode:stream_tags=timecode",
    );
    for word in ["hap", "aac", "Tide", "01:02:03:04"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    let (report, _) = converted(folder, 0, "vorbis.mkv -o pcm.mov --format hap");
    assert_eq!(report["sound"], "pcm");
    let told = probed(folder, "pcm.mov", "stream=codec_name,duration");
    assert!(told.contains("pcm_f32le"), "{told}");
    let length = media::open(
        &folder.join("pcm.mov"),
        &media::OpenOptions::new(TextureSupport::RgbaOnly),
    )
    .expect("opens")
    .sound
    .expect("sound")
    .streams[0]
        .duration
        .expect("a length");
    assert!(
        (length.seconds() - 1.0).abs() < 0.03,
        "{}",
        length.seconds()
    );
    let (report, _) = converted(folder, 0, "aac.mov -o silent.mov --format hap --sound none");
    assert_eq!(report["sound"], Value::Null);
}

#[test]
fn turned_and_stretched_pictures_are_seen_as_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let source = "-f lavfi -i testsrc2=s=64x32:r=25:d=0.12";
    make(
        folder,
        "stretched.mov",
        &format!("{source},setsar=4/3 -c:v mpeg4"),
    );
    converted(folder, 0, "stretched.mov -o a.mov --format hap");
    let shape = |name: &str| {
        let video = media::open_video(&folder.join(name), TextureSupport::RgbaOnly);
        video.expect("opens").facts.shape
    };
    assert_eq!(shape("a.mov"), shape("stretched.mov"));
    let (report, _) = converted(
        folder,
        0,
        "stretched.mov -o b.mov --format hap --size 30x18",
    );
    assert_eq!(
        (&report["width"], &report["height"]),
        (&30.into(), &18.into())
    );
    assert!(shape("b.mov").is_plain(), "square pixels");
}

#[test]
fn a_damaged_source_holds_the_picture_before_and_says_which() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "whole.mov",
        "-f lavfi -i testsrc2=s=64x32:r=25:d=0.4 -c:v hap -chunks 1 -compressor none",
    );
    let mut bytes = std::fs::read(folder.join("whole.mov")).expect("readable");
    // The type byte of the fifth frame's section: frames are of one length, with headers of 8 bytes.
    let starts: Vec<_> = (0..bytes.len() - 8)
        .filter(|at| bytes[*at..*at + 4] == [0, 0, 0, 0xAB])
        .collect();
    assert_eq!(starts.len(), 10, "frames found");
    bytes[starts[4] + 3] = 0x77;
    std::fs::write(folder.join("broken.mov"), &bytes).expect("written");
    let (report, said) = converted(folder, 1, "broken.mov -o out.mov --format hap-q");
    assert_eq!(
        (&report["frames"], &report["held"]),
        (&10.into(), &1.into()),
        "{said}"
    );
    let errors: Vec<_> = said
        .lines()
        .filter(|line| line.starts_with("error:"))
        .collect();
    assert_eq!(errors.len(), 1, "{said}");
    assert!(errors[0].contains("frame 4"), "{said}");
    let video =
        media::open_video(&folder.join("out.mov"), TextureSupport::RgbaOnly).expect("opens");
    let picture = |frame| media::frame_rgba(&video, FrameIndex(frame)).expect("decodes");
    assert_eq!(picture(4), picture(3), "held");
    assert_ne!(picture(5), picture(4), "and gone on after");
}

#[test]
fn nothing_is_written_over_and_places_are_tried_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "in.mov",
        "-f lavfi -i testsrc2=s=64x32:r=25:d=0.2 -c:v mpeg4",
    );
    let refused = |arguments: &[&str], words: &str| {
        let output = run_in(folder, &[&["convert"], arguments].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    };
    let before = std::fs::read(folder.join("in.mov")).expect("readable");
    refused(
        &["in.mov", "-o", "./in.mov", "-y"],
        "that is the file being read",
    );
    refused(&["in.mov", "--to", "."], "that is the file being read");
    refused(&["in.mov", "-o", "none/out.mov"], "cannot write");
    refused(&["in.mov", "--to", "none"], "there is no such folder");
    refused(&["in.mov", "-o", "out.mp4"], "end the name in .mov");
    refused(
        &["in.mov", "-o", "a.mov", "--format", "hap-alpha-only"],
        "the file has none",
    );
    refused(&["none.mov"], "file not found");
    converted(folder, 0, "in.mov --format hap-q");
    assert!(
        folder.join("in-hap-q.mov").is_file(),
        "beside it, with its format"
    );
    refused(&["in.mov", "--format", "hap-q"], "--overwrite");
    converted(folder, 0, "in.mov --format hap-q --overwrite");
    assert_eq!(
        std::fs::read(folder.join("in.mov")).expect("readable"),
        before
    );
    let left: Vec<_> = std::fs::read_dir(folder).expect("listed").collect();
    assert_eq!(left.len(), 2, "nothing but the file and its movie");
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_and_a_kill_no_file_of_that_name() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "in.mkv",
        "-f lavfi -i color=s=1280x720:r=50:d=60 -c:v ffv1 -g 1",
    );
    for signal in ["-INT", "-KILL"] {
        let mut child = sextet_in(
            folder,
            &["convert", "in.mkv", "-o", "out.mov", "--format", "hap-r"],
        )
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
        // Progress shows that it is in the midst of it.
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        lines.next().expect("a line").expect("text");
        let id = child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill runs").success(), "sent");
        // Read to the end, so that it never waits for a reader.
        let rest: Vec<_> = lines.map_while(Result::ok).collect();
        let ended = child.wait().expect("ends");
        assert!(!folder.join("out.mov").exists(), "{signal}");
        if signal == "-INT" {
            assert_eq!(ended.code(), Some(1), "{rest:?}");
            assert!(
                rest.iter().any(|line| line.contains("nothing was written")),
                "{rest:?}"
            );
            let left = std::fs::read_dir(folder).expect("listed").count();
            assert_eq!(left, 1, "nothing but the source");
        }
    }
}

#[test]
fn the_encoder_is_measured_as_one_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "in.mov",
        "-f lavfi -i testsrc2=s=64x32:r=25:d=0.2 -c:v mpeg4",
    );
    let output = run_in(
        folder,
        &["bench", "encode", "in.mov", "--format", "hap-q", "--json"],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let file = &report["files"][0];
    assert_eq!(
        (&report["schema"], &report["threads"]),
        (&1.into(), &1.into())
    );
    assert_eq!(file["format"], "Hap Q");
    assert!(
        file["encode_fps"].as_f64().is_some_and(|fps| fps > 0.0),
        "{file}"
    );
    assert!(
        file["psnr_db"].as_f64().is_some_and(|db| db > 30.0),
        "{file}"
    );
}
