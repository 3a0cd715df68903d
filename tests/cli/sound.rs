//! Sound as the program plays it: into a file, exactly; through a sound server, without a break; and without any device.

use std::f64::consts::{FRAC_PI_2, TAU};
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use super::program::{self, sextet_in, text};
use sextet::audio::mix::amplitude;
use sextet::project::storage::file;
use sextet::project::{Clip, ClipId, Layer, LayerId, LoopMode, MediaId, MediaRef, Project};
use sextet::time::{FrameRate, Time};

/// The program in a folder, which keeps it from the sound server of the desktop.
fn sextet(folder: &Path, args: &[&str]) -> Command {
    let mut command = sextet_in(folder, args);
    command
        .env("XDG_RUNTIME_DIR", folder)
        .env_remove("PULSE_SERVER")
        .env_remove("PULSE_RUNTIME_PATH");
    command
}

/// The same playing a file or project in it for so many seconds, without drawing and whatever is lost.
fn playing(folder: &Path, input: &str, seconds: &str, sound: &str) -> Command {
    let mut command = sextet(folder, &["play", input, "--headless", "--renderer", "none"]);
    command.args(["--seconds", seconds, "--sound", sound, "--max-drops", "1"]);
    command
}

fn succeeded(output: &Output) {
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// A clip of HAP pictures with this sound, of four seconds.
fn make_clip(folder: &Path, name: &str, sound: &str) {
    let arguments = format!(
        "-f lavfi -i testsrc=s=64x48:r=60:d=4 -f lavfi -i aevalsrc={sound}:s=48000:d=4 -c:v hap -c:a pcm_f32le"
    );
    program::make_clip(folder, name, &arguments);
}

const TONE: &str = "0.3*sin(2*PI*1000*t)|0.2*cos(2*PI*500*t)";
const OTHER: &str = "0.25*cos(2*PI*300*t)|0.3*sin(2*PI*600*t)";

fn tone(second: f64) -> [f64; 2] {
    [
        0.3 * (TAU * 1000.0 * second).sin(),
        0.2 * (TAU * 500.0 * second).cos(),
    ]
}

fn other(second: f64) -> [f64; 2] {
    [
        0.25 * (TAU * 300.0 * second).cos(),
        0.3 * (TAU * 600.0 * second).sin(),
    ]
}

/// The frames of a WAV file as this program writes them.
fn read_wav(path: &Path) -> Vec<[f32; 2]> {
    let bytes = fs::read(path).expect("written");
    assert_eq!(
        (&bytes[..4], &bytes[8..12]),
        (&b"RIFF"[..], &b"WAVE"[..]),
        "a WAV file"
    );
    let data = bytes
        .windows(4)
        .position(|name| name == b"data")
        .expect("samples");
    let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    let frames = bytes[data + 8..].chunks_exact(8);
    frames
        .map(|frame| [sample(&frame[..4]), sample(&frame[4..])])
        .collect()
}

fn frame(index: i64) -> Time {
    FrameRate::FPS_60.time_of(index)
}

/// Two seconds: a clip with a fade, a crossfade to another, and on a layer beside them a loop with a gain and a pan.
fn show(folder: &Path) -> Project {
    let media = |id, name: &str| MediaRef {
        id: MediaId(id),
        path: folder.join(name),
        absolute_hint: None,
        fingerprint: None,
    };
    let mut first = Clip::new(ClipId(1), MediaId(1), Time::ZERO, frame(60));
    first.fade_in = frame(30);
    let mut second = Clip::new(ClipId(2), MediaId(2), frame(48), frame(72));
    second.media_in = frame(6);
    let mut looped = Clip::new(ClipId(3), MediaId(1), frame(30), frame(90));
    looped.media_in = frame(60);
    looped.media_out = Some(frame(72));
    looped.loop_mode = LoopMode::Loop;
    looped.sound.gain_db = -6.0;
    let mut upper = Layer::new(LayerId(1), "upper".to_owned(), 0);
    upper.clips = vec![first, second];
    let mut lower = Layer::new(LayerId(2), "lower".to_owned(), 1);
    lower.clips = vec![looped];
    (lower.gain_db, lower.pan) = (-3.0, 0.5);
    let mut hushed = Layer::new(LayerId(3), "hushed".to_owned(), 2);
    hushed.clips = vec![Clip::new(ClipId(4), MediaId(2), Time::ZERO, frame(120))];
    hushed.is_mute = true;
    Project {
        media: vec![media(1, "tone.mov"), media(2, "other.mov")],
        layers: vec![upper, lower, hushed],
        master_gain_db: -1.5,
        ..Project::default()
    }
}

/// What the show sounds like, in 64 bits.
fn expected(second: f64) -> [f64; 2] {
    let share = |from: f64, length: f64| ((second - from) / length).clamp(0.0, 1.0);
    let quarter = |share: f64| (share * FRAC_PI_2).sin();
    let mut sum = [0.0; 2];
    let mut add = |frame: [f64; 2], gains: [f64; 2]| {
        sum[0] += frame[0] * gains[0];
        sum[1] += frame[1] * gains[1];
    };
    if second < 1.0 {
        let gain = quarter(share(0.0, 0.5)) * quarter(1.0 - share(0.8, 0.2));
        add(tone(second), [gain; 2]);
    }
    if second >= 0.8 {
        add(other(second - 0.8 + 0.1), [quarter(share(0.8, 0.2)); 2]);
    }
    if second >= 0.5 {
        let into = (second - 0.5).rem_euclid(0.2);
        let gain = amplitude(-9.0);
        add(tone(1.0 + into), [gain * (0.5 * FRAC_PI_2).cos(), gain]);
    }
    sum.map(|sample| sample * amplitude(-1.5))
}

#[test]
fn a_file_of_the_mix_is_exact_to_the_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_clip(folder, "tone.mov", TONE);
    make_clip(folder, "other.mov", OTHER);
    file::save(&show(folder), &folder.join("show.ron")).expect("saved");
    let played = playing(folder, "show.ron", "2", "mix.wav").output();
    succeeded(&played.expect("it runs"));
    let heard = read_wav(&folder.join("mix.wav"));
    assert_eq!(heard.len(), 96_000, "two seconds");
    // Where the loop begins in the middle of its sound there is a ramp, and at the very end.
    let is_ramped =
        |place: usize| (24_000 - 130..24_000 + 130).contains(&place) || place > 96_000 - 130;
    let mut worst = (0.0_f64, 0);
    for (place, frame) in heard
        .iter()
        .enumerate()
        .filter(|(place, _)| !is_ramped(*place))
    {
        let wanted = expected(place as f64 / 48_000.0);
        for side in 0..2 {
            let off = (f64::from(frame[side]) - wanted[side]).abs();
            if off > worst.0 {
                worst = (off, place);
            }
        }
    }
    let decibels = 20.0 * worst.0.max(1e-12).log10();
    assert!(decibels < -90.0, "{decibels} dB at {}", worst.1);
    // Once more, over what this program wrote itself; and not over what it did not.
    let again = playing(folder, "show.ron", "0.1", "mix.wav")
        .output()
        .expect("it runs");
    assert!(
        !text(&again.stderr).contains("overwrite"),
        "{}",
        text(&again.stderr)
    );
    fs::write(folder.join("mine.wav"), b"RIFF of somebody else").expect("written");
    let refused = playing(folder, "show.ron", "2", "mine.wav")
        .output()
        .expect("it runs");
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
}

#[test]
fn without_a_device_it_is_told_once_and_pictures_play() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_clip(folder, "tone.mov", TONE);
    let played = playing(folder, "tone.mov", "2.5", "no such device")
        .arg("--json")
        .output()
        .expect("it runs");
    succeeded(&played);
    let said = text(&played.stderr);
    assert_eq!(said.matches("no sound: ").count(), 1, "{said}");
    assert!(!said.contains("ALSA lib"), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&played.stdout).expect("a report");
    assert_eq!(report["sound"]["device"], serde_json::Value::Null);
    assert!(
        report["totals"]["due"].as_u64() > Some(100),
        "pictures play"
    );
}

#[expect(clippy::print_stderr, reason = "who runs the tests is to know")]
fn not_tested(program: &str) {
    eprintln!("NOT TESTED: there is no {program} here; assets/setup.sh installs it");
}

/// A sound server of its own, which plays to nowhere in real time; stopped as this is dropped.
struct Server {
    child: Child,
}

impl Server {
    /// Starts one in this folder; `None` where there is no such program, which is said loudly.
    fn start(folder: &Path) -> Option<Self> {
        let socket = format!(
            "module-native-protocol-unix socket={} auth-anonymous=1",
            socket_path(folder)
        );
        let child = Command::new("pulseaudio")
            .args([
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--disable-shm=yes",
                "--realtime=no",
            ])
            .args([
                "-L",
                "module-null-sink sink_name=stage rate=48000 format=float32le",
            ])
            .args(["-L", &socket])
            .env("HOME", folder)
            .env("XDG_RUNTIME_DIR", folder)
            .env("PULSE_RUNTIME_PATH", folder)
            .env("PULSE_STATE_PATH", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            not_tested("pulseaudio");
            return None;
        };
        let server = Self { child };
        // It is there once its socket is; what a machine needs for that is waited for.
        for _ in 0..200 {
            if folder.join("native").exists() {
                return Some(server);
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        panic!("the sound server does not start");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The left samples of what was recorded, from the first that is sound to the last.
fn heard_left(bytes: &[u8]) -> Vec<f32> {
    let left: Vec<f32> = bytes
        .chunks_exact(8)
        .map(|frame| f32::from_le_bytes(frame[..4].try_into().expect("four bytes")))
        .collect();
    let is_sound = |sample: &f32| sample.abs() > 1e-3;
    let first = left.iter().position(is_sound).expect("sound");
    let last = left.iter().rposition(is_sound).expect("sound");
    left[first..last].to_vec()
}

/// True for ten whole periods of the left side of [`TONE`], at any phase.
fn is_tone(window: &[f32]) -> bool {
    let turn = |place: usize| TAU * place as f64 / 48.0;
    let part = |wave: fn(f64) -> f64| {
        let products = window.iter().enumerate();
        let sum: f64 = products
            .map(|(place, sample)| f64::from(*sample) * wave(turn(place)))
            .sum();
        sum * 2.0 / window.len() as f64
    };
    let (sine, cosine) = (part(f64::sin), part(f64::cos));
    (sine.hypot(cosine) - 0.3).abs() < 0.003
        && window.iter().enumerate().all(|(place, sample)| {
            let wanted = sine * turn(place).sin() + cosine * turn(place).cos();
            (f64::from(*sample) - wanted).abs() < 0.01
        })
}

/// Windows of ten milliseconds that must be exact, of some five hundred.
const CLEAN_WINDOWS: usize = 50;

fn socket_path(folder: &Path) -> String {
    folder.join("native").to_string_lossy().into_owned()
}

#[test]
fn through_a_sound_server_nothing_is_lost_and_all_is_in_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(_server) = Server::start(folder) else {
        return;
    };
    let address = format!("unix:{}", socket_path(folder));
    make_clip(folder, "tone.mov", TONE);
    let listed = sextet(folder, &["sound", "--json"])
        .env("PULSE_SERVER", &address)
        .output()
        .expect("it runs");
    succeeded(&listed);
    let devices: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("a list");
    assert_eq!(devices[0]["name"], "stage", "{devices}");
    let recorder = Command::new("parec")
        .args([
            "-d",
            "stage.monitor",
            "--format=float32le",
            "--rate=48000",
            "--channels=2",
        ])
        .env("PULSE_SERVER", &address)
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut recorder) = recorder else {
        not_tested("parec");
        return;
    };
    let mut recorded = recorder.stdout.take().expect("piped");
    let reader = std::thread::Builder::new()
        .spawn(move || {
            let mut bytes = Vec::new();
            recorded.read_to_end(&mut bytes).ok();
            bytes
        })
        .expect("a thread");
    let played = playing(folder, "tone.mov", "5", "stage")
        .arg("--json")
        .env("PULSE_SERVER", &address)
        .output()
        .expect("it runs");
    succeeded(&played);
    recorder.kill().ok();
    recorder.wait().ok();
    let bytes = reader.join().expect("it reads");
    let report: serde_json::Value = serde_json::from_slice(&played.stdout).expect("a report");
    assert_eq!(report["sound"]["rate"], 48_000, "{}", report["sound"]);
    let heard = heard_left(&bytes);
    // The tone as it is, wherever nothing is lost or doubled. How late a busy machine starts the recorder, and how many
    // breaks it makes, in the server too, is not this program's to say; that there is sound without any is.
    let windows: Vec<&[f32]> = heard.chunks_exact(480).collect();
    let clean = windows.iter().filter(|window| is_tone(window)).count();
    assert!(
        clean >= CLEAN_WINDOWS,
        "{clean} of {} windows are clean; {}",
        windows.len(),
        report["sound"]
    );
}
