//! Sound mixed from scripted sources, against a mix in 64 bits.

use std::f64::consts::{FRAC_PI_2, TAU};
use std::sync::Arc;

use sextet::audio::mix::{
    Fade, Mixer, RAMP, Samples, Scene, SoundKey, Strip, TRACK_LATENCY, Voice, amplitude, gains,
    pan_gains,
};
use sextet::audio::{RATE_HZ, SAMPLE};
use sextet::media::{MediaError, SoundOpener, SoundSource, StereoFrame};
use sextet::project::{Clip, ClipId, Interpolation, Keyframe, LoopMode, MediaId, Parameter, Track};
use sextet::time::Time;

/// What a file sounds like at a frame.
pub(crate) type Wave = fn(i64) -> [f64; 2];

/// The frames of a scripted file are asked for by its number.
pub(crate) struct Files(pub(crate) Vec<Wave>);

impl Samples for Files {
    fn fetch(&mut self, voice: &Voice, at: i64, frames: &mut [StereoFrame]) -> bool {
        let wave = self.0[voice.key.file as usize];
        for (place, frame) in (at..).zip(frames) {
            *frame = wave(place).map(|sample| sample as f32);
        }
        true
    }
}

/// Nothing is opened here.
struct NoFile;

impl SoundOpener for NoFile {
    fn open(&self, _: usize, _: u32) -> Result<Box<dyn SoundSource>, MediaError> {
        unreachable!("samples come from the script")
    }
}

fn samples(count: i64) -> Time {
    Time::from_flicks(SAMPLE.flicks() * count)
}

pub(crate) fn voice(file: u64, start: i64, length: i64, change: impl FnOnce(&mut Clip)) -> Voice {
    let id = ClipId(file as u32 + 1);
    let mut clip = Clip::new(id, MediaId(1), samples(start), samples(length));
    change(&mut clip);
    Voice {
        media_length: Time::from_seconds(10),
        key: SoundKey {
            clip: id,
            file,
            stream: 0,
        },
        opener: Arc::new(NoFile),
        strip: 0,
        track: 0,
        gains: [1.0; 2],
        fade_in: Fade {
            length: clip.fade_in,
        },
        fade_out: Fade {
            length: clip.fade_out,
        },
        clip,
    }
}

pub(crate) fn scene(voices: Vec<Voice>) -> Scene {
    Scene {
        voices,
        strips: vec![Strip::default(); 2],
    }
}

/// The mix of a scene from its start on.
fn mixed(scene: &Scene, files: Vec<Wave>, count: usize) -> Vec<StereoFrame> {
    let mut mixer = Mixer::new();
    let mut files = Files(files);
    let mut out = vec![[0.0; 2]; count + TRACK_LATENCY];
    // Blocks of any length, as at the seams of loops.
    let mut done = 0;
    for length in [64, 1, 63, 17].into_iter().cycle() {
        let end = (done + length).min(out.len());
        mixer.mix(
            Some(scene),
            samples(done as i64),
            &mut files,
            &mut out[done..end],
        );
        done = end;
        if done == out.len() {
            break;
        }
    }
    out.split_off(TRACK_LATENCY)
}

/// The loudest difference to a mix in 64 bits, in decibels below full scale, where `is_held` says so.
fn apart(
    heard: &[StereoFrame],
    expected: impl Fn(i64) -> [f64; 2],
    is_held: impl Fn(i64) -> bool,
) -> f64 {
    let mut worst = 0.0_f64;
    for (place, frame) in (0..).zip(heard).filter(|(place, _)| is_held(*place)) {
        let wanted = expected(place);
        for side in 0..2 {
            worst = worst.max((f64::from(frame[side]) - wanted[side]).abs());
        }
    }
    20.0 * worst.max(1e-12).log10()
}

fn tone(place: i64) -> [f64; 2] {
    let angle = TAU * 1000.0 * place as f64 / f64::from(RATE_HZ);
    [0.3 * angle.sin(), 0.2 * (angle * 0.5).cos()]
}

fn other(place: i64) -> [f64; 2] {
    let angle = TAU * 333.0 * place as f64 / f64::from(RATE_HZ) + 0.7;
    [0.25 * angle.cos(), 0.3 * (angle * 2.0).sin()]
}

/// True but near a hard edge, where a ramp is.
fn off_edges(edges: &'static [i64]) -> impl Fn(i64) -> bool {
    move |place| edges.iter().all(|edge| (place - edge).abs() > RAMP as i64)
}

#[test]
fn cuts_are_exact_to_the_sample_and_ramped() {
    let scene = scene(vec![
        voice(0, 1000, 5000, |clip| clip.media_in = samples(777)),
        voice(1, 6000, 3000, |_| {}),
    ]);
    let heard = mixed(&scene, vec![tone, other], 10_000);
    let expected = |place: i64| match place {
        1000..6000 => tone(place - 1000 + 777),
        6000..9000 => other(place - 6000),
        _ => [0.0; 2],
    };
    let off = apart(&heard, expected, off_edges(&[1000, 6000, 9000]));
    assert!(off < -90.0, "{off} dB");
    let ramped = |place: i64| {
        let edge = [1000, 6000, 9000]
            .into_iter()
            .min_by_key(|edge: &i64| (place - edge).abs());
        let distance = edge.map_or(0, |edge| {
            if place < edge {
                edge - 1 - place
            } else {
                place - edge
            }
        });
        let gain = ((distance as f64 + 0.5) / RAMP as f64).min(1.0);
        expected(place).map(|sample| sample * gain)
    };
    let off = apart(&heard, ramped, |_| true);
    assert!(off < -90.0, "{off} dB at the edges too");
}

#[test]
fn a_clip_cut_in_two_sounds_as_in_one() {
    let whole = scene(vec![voice(0, 500, 8000, |_| {})]);
    let mut parts = vec![
        voice(0, 500, 3333, |_| {}),
        voice(0, 3833, 4667, |clip| clip.media_in = samples(3333)),
    ];
    parts[1].key.clip = ClipId(9);
    let one = mixed(&whole, vec![tone], 9000);
    let two = mixed(&scene(parts), vec![tone], 9000);
    assert_eq!(one, two);
}

#[test]
fn fades_and_crossfades_keep_their_power() {
    let mut later = voice(1, 6000, 6000, |_| {});
    later.track = 1;
    later.fade_in = Fade {
        length: samples(2000),
    };
    let mut earlier = voice(0, 1000, 7000, |clip| clip.fade_in = samples(1500));
    earlier.fade_out = Fade {
        length: samples(2000),
    };
    let scene = scene(vec![earlier, later]);
    let heard = mixed(&scene, vec![tone, other], 12_000);
    let share = |part: i64, length: f64| (part as f64 / length).clamp(0.0, 1.0);
    let expected = |place: i64| {
        let rise = (share(place - 1000, 1500.0) * FRAC_PI_2).sin();
        let fall = (share(8000 - place, 2000.0) * FRAC_PI_2).sin();
        let later = (share(place - 6000, 2000.0) * FRAC_PI_2).sin();
        let one = tone(place - 1000).map(|sample| sample * rise * fall);
        let two = other(place - 6000).map(|sample| sample * later);
        [one[0] + two[0], one[1] + two[1]]
    };
    let held = |place: i64| (1000..12_000 - RAMP as i64 * 2).contains(&place);
    // Where a fade begins at silence, nothing is left to ramp.
    let edges = off_edges(&[1000, 6000, 8000]);
    let off = apart(&heard, expected, |place| held(place) && edges(place));
    assert!(off < -90.0, "{off} dB");
    let near = apart(&heard, expected, |place| {
        [6000, 8000].iter().any(|edge| (place - edge).abs() < 200)
    });
    assert!(
        near < -60.0,
        "{near} dB where one begins and the other ends"
    );
}

#[test]
fn gain_and_pan_of_a_strip_are_as_said() {
    let gain = amplitude(-7.5);
    let [left, right] = pan_gains(0.4);
    let mut scene = scene(vec![voice(0, 0, 5000, |_| {})]);
    (scene.strips[0].gain_db, scene.strips[0].pan) = (-7.5, 0.4);
    assert_eq!(
        gains(-7.5, 0.4),
        [(gain * left) as f32, (gain * right) as f32]
    );
    let heard = mixed(&scene, vec![tone], 5000);
    let expected = |place: i64| {
        let [l, r] = tone(place);
        [l * gain * (0.4 * FRAC_PI_2).cos(), r * gain]
    };
    let off = apart(&heard, expected, |place| place > 200 && place < 4800);
    assert!(off < -90.0, "{off} dB");
}

#[test]
fn keyframes_of_gain_and_pan_are_followed() {
    let track = |parameter, keys: [(i64, f32); 2]| {
        let key = |(at, value)| Keyframe {
            time: samples(at),
            value,
            interpolation: Interpolation::Linear,
        };
        Some(Track {
            parameter,
            keys: keys.map(key).to_vec(),
        })
    };
    let mut scene = scene(vec![voice(0, 0, 40_000, |_| {})]);
    scene.strips[0].gain_track = track(Parameter::Gain, [(5000, 0.0), (35_000, -24.0)]);
    scene.strips[0].pan_track = track(Parameter::Pan, [(0, -1.0), (40_000, 1.0)]);
    let heard = mixed(&scene, vec![tone], 40_000);
    let expected = |place: i64| {
        let gain = amplitude(-24.0 * ((place - 5000) as f64 / 30_000.0).clamp(0.0, 1.0));
        let [left, right] = pan_gains(-1.0 + place as f64 / 20_000.0);
        let [l, r] = tone(place);
        [l * gain * left, r * gain * right]
    };
    let off = apart(&heard, expected, |place| place > 200 && place < 39_800);
    assert!(off < -90.0, "{off} dB");
}

#[test]
fn a_gain_that_changes_does_not_step() {
    let mut mixer = Mixer::new();
    let mut files = Files(vec![|_| [0.5, 0.5]]);
    let mut scene = scene(vec![voice(0, 0, 48_000, |_| {})]);
    let mut heard = Vec::new();
    for block in 0..100 {
        scene.strips[0].is_heard = (block / 20) % 2 == 0;
        let mut out = [[0.0; 2]; 64];
        mixer.mix(Some(&scene), samples(block * 64), &mut files, &mut out);
        heard.extend(out);
    }
    let steps = heard.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs());
    let most = steps.fold(0.0, f32::max);
    assert!(most < 0.006, "{most}");
    assert_eq!(heard[20 * 64 + 64][0], 0.5, "before it");
    assert_eq!(heard[39 * 64][0], 0.0, "and then it is silent");
}

#[test]
fn a_loop_of_whole_periods_has_no_seam() {
    // A period of 48 samples, a hundred of them.
    let scene = scene(vec![voice(0, 0, 20_000, |clip| {
        clip.media_in = samples(4800);
        clip.media_out = Some(samples(9600));
        clip.loop_mode = LoopMode::Loop;
    })]);
    let sine: Wave = |place| [0.7 * (TAU * place as f64 / 48.0).sin(); 2];
    let heard = mixed(&scene, vec![sine], 20_000);
    let off = apart(&heard, sine, |place| place > 200 && place < 19_800);
    assert!(off < -100.0, "{off} dB");
}

#[test]
fn a_loop_that_does_not_fit_does_not_click() {
    for mode in [LoopMode::Loop, LoopMode::PingPong] {
        let scene = scene(vec![voice(0, 0, 20_000, |clip| {
            clip.media_out = Some(samples(4811));
            clip.loop_mode = mode;
        })]);
        let sine: Wave = |place| [0.7 * (TAU * place as f64 / 96.0).sin(); 2];
        let heard = mixed(&scene, vec![sine], 20_000);
        let steps = heard.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs());
        let most = steps.fold(0.0, f32::max);
        assert!(
            most < 0.055,
            "{mode:?}: {most}, where the sine itself has 0.046"
        );
    }
}

#[test]
fn backwards_and_at_other_speeds_the_file_is_where_its_pictures_are() {
    let sine: Wave = |place| [0.5 * (TAU * place as f64 / 200.0).sin(); 2];
    for speed in [-1.0, 2.0, 0.5, -0.25, 3.7] {
        let scene = scene(vec![voice(0, 0, 9000, |clip| {
            clip.speed = speed;
            clip.media_in = samples(2000);
            clip.media_out = Some(samples(60_000));
        })]);
        let heard = mixed(&scene, vec![sine], 9000);
        let expected = |place: i64| {
            let way = place as f64 * speed.abs();
            let at = if speed > 0.0 {
                2000.0 + way
            } else {
                60_000.0 - 1.0 - way
            };
            [0.5 * (TAU * at / 200.0).sin(); 2]
        };
        let off = apart(&heard, expected, |place| place > 200 && place < 8700);
        assert!(off < -80.0, "at {speed}: {off} dB");
    }
}

#[test]
fn counted_runs_and_held_frames_end_in_silence() {
    for mode in [LoopMode::Once, LoopMode::HoldLast, LoopMode::Times(2)] {
        let runs = if mode == LoopMode::Times(2) { 2 } else { 1 };
        let scene = scene(vec![voice(0, 0, 20_000, |clip| {
            clip.media_out = Some(samples(4800));
            clip.loop_mode = mode;
        })]);
        let heard = mixed(&scene, vec![tone], 20_000);
        let peak = |from: usize| {
            heard[from..from + 400]
                .iter()
                .fold(0.0, |peak: f32, frame| peak.max(frame[0].abs()))
        };
        assert!(peak(4800 * runs - 700) > 0.2, "{mode:?} sounds to its end");
        assert_eq!(peak(4800 * runs + 200), 0.0, "{mode:?} is silent then");
    }
}
