//! `convert`: files of every kind into every variant, read back by the program and by FFmpeg.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sextet::export::{
    AlphaCoding, ConvertPlan, ConvertSettings, HapFormat, Progress, SoundChoice, convert,
};
use sextet::media::hap::Compressor;
use sextet::media::{self, TextureSupport};
use sextet::time::FrameIndex;

use super::program::{make_clip as make, run_in, sextet_in, text};

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

/// Makes `broken.mov`, of ten frames, the fifth of which is damaged.
fn broken(folder: &Path) {
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
}

#[test]
fn a_damaged_source_holds_the_picture_before_and_says_which() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    broken(folder);
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
    refused(
        &["in.mov", "--format", "hap-q", "--chunks", "2"],
        "--overwrite",
    );
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
        "-f lavfi -i testsrc2=s=128x64:r=25:d=20 -c:v ffv1 -g 1",
    );
    for signal in ["-INT", "-KILL"] {
        let mut child = sextet_in(
            folder,
            // Making pictures so much larger takes its time.
            &["convert", "in.mkv", "-o", "out.mov", "--size", "1920x1080"],
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
fn a_conversion_ended_at_any_moment_goes_on_to_the_same_movie() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "in.mkv",
        "-f lavfi -i testsrc2=s=128x64:r=25:d=1 -f lavfi -i sine=d=1 -c:v ffv1 -c:a libvorbis",
    );
    let settings = ConvertSettings {
        format: HapFormat::HapQ,
        chunks: None,
        compressor: Compressor::Snappy,
        size_px: None,
        rate: None,
        alpha: AlphaCoding::Auto,
        sound: SoundChoice::Keep,
        threads: 2,
    };
    let run = |place: &Path, progress: &mut dyn FnMut(Progress)| {
        let plan = ConvertPlan::new(&folder.join("in.mkv"), &settings).expect("a plan");
        let movie = place.join("out.mov");
        let made = convert(&plan, &movie, progress, &|| false).expect("converts");
        (made.resumed, std::fs::read(movie).expect("a movie"))
    };
    let parts = |place: &Path| {
        let names = std::fs::read_dir(place)
            .expect("listed")
            .map_while(Result::ok);
        let paths = names.map(|found| found.path());
        let mut parts: Vec<_> = paths
            .filter(|path| *path != place.join("out.mov"))
            .collect();
        parts.sort();
        parts
    };
    let whole_place = tempfile::tempdir().expect("a folder");
    let (_, whole) = run(whole_place.path(), &mut |_| {});
    assert!(parts(whole_place.path()).is_empty(), "nothing else is left");
    for moment in [1, 2, 9, 24] {
        // What is on the disk at that moment is what a kill would leave.
        let place = tempfile::tempdir().expect("a folder");
        let left = tempfile::tempdir().expect("a folder");
        run(place.path(), &mut |progress| {
            if progress.done == moment {
                for part in parts(place.path()) {
                    let copy = left.path().join(part.file_name().expect("a name"));
                    std::fs::copy(&part, copy).expect("copied");
                }
            }
        });
        let (resumed, movie) = run(left.path(), &mut |_| {});
        assert!(resumed <= moment, "{resumed} at {moment}");
        // A few tens of kilobytes are still in memory.
        assert!(resumed > 0 || moment < 24, "something is used");
        assert!(movie == whole, "ended at {moment}");
    }
    // What was not yet written to the disk, and half a line of the journal.
    for (cut_movie, cut_journal) in [
        (0, 7),
        (900, 0),
        (5000, 3),
        (usize::MAX, 0),
        (0, usize::MAX),
    ] {
        let place = tempfile::tempdir().expect("a folder");
        let left = tempfile::tempdir().expect("a folder");
        run(place.path(), &mut |progress| {
            if progress.done == 20 {
                for (part, cut) in parts(place.path()).iter().zip([cut_movie, cut_journal]) {
                    let bytes = std::fs::read(part).expect("readable");
                    let kept = &bytes[..bytes.len().saturating_sub(cut)];
                    let copy = left.path().join(part.file_name().expect("a name"));
                    std::fs::write(copy, kept).expect("written");
                }
            }
        });
        let (_, movie) = run(left.path(), &mut |_| {});
        assert!(movie == whole, "less {cut_movie} and {cut_journal}");
        assert!(parts(left.path()).is_empty(), "nothing else is left");
    }
}

#[test]
fn a_list_of_files_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for name in ["a.mov", "b.mov"] {
        make(
            folder,
            name,
            "-f lavfi -i testsrc2=s=64x32:r=25:d=0.2 -c:v mpeg4",
        );
    }
    std::fs::create_dir(folder.join("to")).expect("made");
    converted(folder, 0, "a.mov --to to --format hap");
    let first = std::fs::metadata(folder.join("to/a.mov")).expect("a movie");
    let output = run_in(
        folder,
        &[
            "convert", "--json", "a.mov", "b.mov", "--to", "to", "--format", "hap",
        ],
    );
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(report["files"].as_array().map(Vec::len), Some(1), "b alone");
    assert_eq!(report["there"][0], "to/a.mov");
    let now = std::fs::metadata(folder.join("to/a.mov")).expect("a movie");
    assert_eq!(now.modified().ok(), first.modified().ok(), "as it was");
    // Made otherwise, it is another movie, and asked for.
    let output = run_in(
        folder,
        &["convert", "a.mov", "--to", "to", "--format", "hap-q"],
    );
    assert_eq!(output.status.code(), Some(2), "refused");
}

#[test]
fn a_file_without_a_picture_to_show_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "in.mov",
        "-f lavfi -i testsrc2=s=64x32:r=25:d=0.2 -c:v hap -chunks 1 -compressor none",
    );
    let mut bytes = std::fs::read(folder.join("in.mov")).expect("readable");
    for at in 0..bytes.len() - 8 {
        if bytes[at..at + 4] == [0, 0, 0, 0xAB] {
            bytes[at + 3] = 0x77;
        }
    }
    std::fs::write(folder.join("in.mov"), &bytes).expect("written");
    let output = run_in(
        folder,
        &["convert", "in.mov", "-o", "out.mov", "--format", "hap-q"],
    );
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!folder.join("out.mov").exists(), "nothing but black");
}

#[test]
fn frames_are_given_raw_each_once_with_a_line_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make(
        folder,
        "in.mkv",
        "-f lavfi -i testsrc2=s=62x34:r=25:d=0.8 -c:v ffv1 -pix_fmt bgr0",
    );
    let frames = |arguments: &str| {
        let words = ["frames", "in.mkv", "--raw", "-"].into_iter();
        let words: Vec<_> = words.chain(arguments.split_whitespace()).collect();
        let output = run_in(folder, &words);
        let said = text(&output.stderr);
        assert!(output.status.success(), "{arguments}: {said}");
        (output.stdout, said)
    };
    let decoded = |format: &str| {
        let output = Command::new("ffmpeg")
            .current_dir(folder)
            .args([
                "-v", "error", "-i", "in.mkv", "-f", "rawvideo", "-pix_fmt", format, "-",
            ])
            .output();
        output.expect("ffmpeg runs").stdout
    };
    assert!(frames("").0 == decoded("rgba"), "pixel by pixel");
    assert!(
        frames("--format rgb").0 == decoded("rgb24"),
        "pixel by pixel"
    );
    let (some, lines) = frames("--from 3 --to 14 --every 5");
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let numbers: Vec<_> = lines.iter().map(|line| line["frame"].as_u64()).collect();
    assert_eq!(numbers, [3, 8, 13].map(Some));
    assert_eq!(lines[2]["index"], 2);
    assert_eq!(lines[1]["pts_seconds"], 0.32);
    let size = 62 * 34 * 4;
    let all = decoded("rgba");
    for (place, frame) in [3, 8, 13].into_iter().enumerate() {
        let (found, wanted) = (&some[place * size..][..size], &all[frame * size..][..size]);
        assert!(found == wanted, "frame {frame}");
    }
    let (stream, _) = frames("--format y4m");
    std::fs::write(folder.join("out.y4m"), &stream).expect("written");
    let (_, [error, _]) = errors(folder, "out.y4m", "in.mkv");
    assert!(psnr_db(error) > 40.0, "{} dB", psnr_db(error));
    for arguments in [&["--from", "20"][..], &["--from", "4", "--to", "4"]] {
        let output = run_in(
            folder,
            &[&["frames", "in.mkv", "--raw", "-"], arguments].concat(),
        );
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_frame_that_is_lost_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    broken(folder);
    let output = run_in(folder, &["frames", "broken.mov", "--raw", "-"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("frame 4 cannot be decoded"), "{said}");
    assert_eq!(output.stdout.len(), 4 * 64 * 32 * 4, "what was before it");
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
