//! Sound in step with devices whose clocks are not, by a clock that the test sets.

use std::f64::consts::TAU;
use std::sync::Arc;

use super::sound::{Files, scene, voice};
use sextet::audio::RATE_HZ;
use sextet::audio::output::{DeviceLine, DeviceReport, Feeder, Motion, Plan, Step, StepControl};
use sextet::media::StereoFrame;
use sextet::time::{FrameRate, Time};
use sextet::transport::{Bounds, Transport};

/// A file that says where it is: a turn each 480 frames, as an angle between left and right.
const TURN: f64 = 480.0;

fn place_wave(place: i64) -> [f64; 2] {
    let angle = TAU * place as f64 / TURN;
    [0.5 * angle.cos(), 0.5 * angle.sin()]
}

/// A device that takes 512 frames at a time by a clock of its own.
struct FakeDevice {
    rate: f64,
    /// Frames it took, and the time of the clock at which it took the first.
    taken: u64,
    begun: f64,
}

/// Sound handed to a device by a feeder, which hears of the device by its reports alone.
struct Rig {
    feeder: Feeder,
    line: DeviceLine,
    device: FakeDevice,
    plan: Plan,
    files: Files,
    pushed: Vec<StereoFrame>,
    /// Frames that were missing, and how far the device has read.
    starved: u64,
    read: usize,
    /// Milliseconds between what is heard and what belongs there, with the time.
    errors: Vec<(f64, f64)>,
    random: u64,
}

impl Rig {
    fn new(rate: f64, nominal_hz: u32) -> Self {
        let bounds = Bounds {
            duration: Time::from_seconds(7200),
            loop_range: None,
            is_looping: false,
            canvas: FrameRate::FPS_60,
        };
        let mut transport = Transport::new();
        transport.play(Time::ZERO, &bounds);
        let course = transport.course(Time::ZERO, &bounds);
        let mut voice = voice(0, 0, 48_000 * 7200, |_| {});
        voice.media_length = Time::from_seconds(7200);
        Self {
            feeder: Feeder::for_device(nominal_hz),
            line: DeviceLine::new(nominal_hz),
            device: FakeDevice {
                rate,
                taken: 0,
                begun: 0.0,
            },
            plan: Plan {
                from: Time::ZERO,
                scene: Arc::new(scene(vec![voice])),
                motion: Motion::Rolling { course },
                jumps: 0,
                master_gain: 1.0,
            },
            files: Files(vec![place_wave]),
            pushed: Vec::new(),
            starved: 0,
            read: 0,
            errors: Vec::new(),
            random: 1,
        }
    }

    /// Between 0 and 3 ms, as callbacks are late.
    fn lateness(&mut self) -> f64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.random >> 40) as f64 / f64::from(1 << 24) * 0.003
    }

    /// The device takes, and the feeder fills up, until a time of the clock.
    fn run(&mut self, until: f64) {
        loop {
            let due = self.device.begun + self.device.taken as f64 / self.device.rate;
            if due >= until {
                return;
            }
            let late = self.lateness();
            self.line.note(DeviceReport {
                frames: self.device.taken,
                starved: self.starved,
                time: Time::from_seconds_f64(due + late),
                latency: Time::ZERO,
            });
            self.take(due);
            self.fill();
        }
    }

    fn take(&mut self, due: f64) {
        for place in 0..512 {
            let heard = due + f64::from(place) / self.device.rate;
            match self.pushed.get(self.read) {
                Some(frame) => {
                    self.read += 1;
                    self.note(heard, *frame);
                }
                None => self.starved += 1,
            }
        }
        self.device.taken += 512;
    }

    fn note(&mut self, heard: f64, frame: StereoFrame) {
        let loud = frame[0].hypot(frame[1]);
        if loud < 0.45 || !self.read.is_multiple_of(16) {
            return;
        }
        let turns = f64::from(frame[1]).atan2(f64::from(frame[0])) / TAU;
        let wanted = heard * f64::from(RATE_HZ) / TURN;
        let off = (turns - wanted + 0.5).rem_euclid(1.0) - 0.5;
        self.errors
            .push((heard, off * TURN / f64::from(RATE_HZ) * 1e3));
    }

    fn fill(&mut self) {
        while self.pushed.len() - self.read < 2048 {
            let frame = self.pushed.len() as u64 + self.starved;
            let Some(heard_at) = self.line.time_of(frame) else {
                return;
            };
            let mut out = [[0.0; 2]; 512];
            self.feeder
                .feed(&self.plan, heard_at, &mut self.files, &mut out);
            self.pushed.extend(out);
        }
    }

    fn worst_after(&self, from: f64) -> f64 {
        let after = self.errors.iter().filter(|(heard, _)| *heard > from);
        after.fold(0.0, |worst: f64, (_, error)| worst.max(error.abs()))
    }

    /// The most that two neighbours bend, against what they do in a sound that goes on: nothing is lost or doubled.
    fn bend(&self, from: usize) -> f32 {
        let frames = self.pushed[from..].windows(3);
        let bends = frames.map(|near| (near[0][0] - 2.0 * near[1][0] + near[2][0]).abs());
        bends.fold(0.0, f32::max) / (0.5 * (TAU / TURN).powi(2) as f32)
    }
}

#[test]
fn a_device_that_runs_fast_or_slow_is_followed_without_a_jump() {
    for (rate, nominal) in [(48_009.6, 48_000), (47_990.4, 48_000), (44_108.8, 44_100)] {
        let mut rig = Rig::new(rate, nominal);
        rig.run(25.0);
        assert_eq!(
            (rig.feeder.steps(), rig.feeder.take_missing()),
            (0, 0),
            "at {rate} Hz"
        );
        let worst = rig.worst_after(0.3);
        // Callbacks are late by 1.5 ms in the mean, which no report tells.
        assert!(worst < 2.0 + 1.5, "at {rate} Hz: {worst} ms");
        let settled = rig.worst_after(15.0);
        assert!(settled < 2.0, "at {rate} Hz: {settled} ms in the end");
        let bend = rig.bend(48_000) * (rate as f32 / 48_000.0).powi(2);
        assert!(
            bend < 1.3,
            "at {rate} Hz: it bends {bend} times as much as it should"
        );
    }
}

#[test]
fn after_a_stop_of_three_seconds_sound_is_where_it_belongs() {
    let mut rig = Rig::new(48_000.0, 48_000);
    rig.run(5.0);
    rig.device.begun += 3.0;
    rig.run(12.0);
    assert_eq!(rig.feeder.steps(), 1, "it jumps once");
    let worst = rig.worst_after(8.3);
    assert!(worst < 3.5, "{worst} ms");
}

#[test]
fn a_seek_lands_where_it_should_and_does_not_click() {
    let mut rig = Rig::new(48_000.0, 48_000);
    rig.run(3.0);
    let Motion::Rolling { course } = rig.plan.motion else {
        panic!("it rolls");
    };
    let mut transport = Transport::new();
    let clock = Time::from_seconds(3);
    transport.play(Time::ZERO, course.bounds());
    transport.seek(clock, Time::from_seconds(100), course.bounds());
    rig.plan.from = clock;
    rig.plan.motion = Motion::Rolling {
        course: transport.course(clock, course.bounds()),
    };
    rig.plan.jumps = transport.seek_count();
    rig.run(5.0);
    // Whole seconds are whole turns, so that the clock tells the same place.
    assert!(rig.worst_after(3.2) < 3.5, "{} ms", rig.worst_after(3.2));
    let steps = rig
        .pushed
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]).abs());
    assert!(steps.fold(0.0, f32::max) < 0.02, "no click");
}

#[test]
fn an_hour_at_two_hundred_parts_in_a_million_stays_within_two_milliseconds() {
    for off in [-200e-6, 200e-6] {
        let mut line = DeviceLine::new(48_000);
        let mut control = StepControl::default();
        let rate = 48_000.0 * (1.0 + off);
        // Position of sound at the frame put in next, in seconds.
        let mut position = None::<f64>;
        let mut worst = 0.0_f64;
        let mut random = 1_u64;
        for call in 0..3600 * 48_000 / 512_u64 {
            let due = call as f64 * 512.0 / rate;
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let late = (random >> 40) as f64 / f64::from(1 << 24) * 0.002;
            line.note(DeviceReport {
                frames: call * 512,
                starved: 0,
                time: Time::from_seconds_f64(due + late),
                latency: Time::ZERO,
            });
            let frame = call * 512 + 2048;
            let Some(heard) = line.time_of(frame).map(Time::seconds) else {
                assert!(due < 0.5, "it is known from then on");
                continue;
            };
            let truly = frame as f64 / rate;
            let at = position.unwrap_or(heard);
            let Step::Slew(slew) = control.step(at - heard, 512.0 / 48_000.0) else {
                panic!("a jump at {due} s");
            };
            worst = worst.max((at - truly).abs());
            position = Some(at + 512.0 / 48_000.0 * (1.0 + slew));
        }
        assert!(worst < 0.002, "{} ms at {off}", worst * 1e3);
    }
}
