//! The thread `sound`: mixes a little ahead of a device.
//!
//! ```text
//! Closed ─ opened ─► Unheard ─ first report ─► Playing ─ error, or nothing heard for two seconds ─► Closed
//!    └─ refused: told once, tried again each second ─┘
//! ```

use std::io;
use std::sync::Arc;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use parking_lot::Mutex;
use rtrb::{Consumer, Producer, RingBuffer};

use super::decode_thread::{DecodeThread, MAX_WANTS};
use super::device::{self, DeviceWish, Playing, Taker};
use super::device_line::{DeviceLine, DeviceReport};
use super::feeder::Feeder;
use super::joined::Joined;
use super::plan::Plan;
use super::sound_status::{STRIPS, SoundEvent, SoundStatus};
use crate::audio::mix::Want;
use crate::media::StereoFrame;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Frames that are mixed ahead of the device: 43 ms at 48 kHz, four of its periods. More would make jumps later, less
/// would not outlast what a busy system keeps a thread waiting.
const AHEAD_FRAMES: usize = 2048;

/// Frames of the ring.
const RING_FRAMES: usize = 8192;

/// Reports that wait to be read.
const REPORTS: usize = 256;

/// Frames that are mixed in one turn.
const TURN_FRAMES: usize = 512;

/// Time between two turns: half a period of the device.
const TURN: Time = Time::from_flicks(FLICKS_PER_SECOND / 200);

/// Time between two lists of what decoding is asked for.
const WANT_EVERY: Time = Time::from_flicks(FLICKS_PER_SECOND / 100);

/// Time between two attempts to open a device.
const RETRY: Time = Time::from_seconds(1);

/// Time after which a device that asks for nothing is taken to be gone.
const SILENCE: Time = Time::from_seconds(2);

/// What the thread and its owner share; each lock is held for a copy.
struct Shared {
    plan: Mutex<Plan>,
    status: Mutex<SoundStatus>,
}

/// Plays plans by a device.
pub struct SoundThread {
    shared: Arc<Shared>,
    wake: Option<Sender<()>>,
    events: Receiver<SoundEvent>,
    thread: Option<Joined>,
}

impl SoundThread {
    /// Starts to play by a device, in step with `clock`; `offset` is added to the time that the device says it needs.
    ///
    /// # Errors
    /// That the system has no threads to give.
    pub fn start(wish: DeviceWish, offset: Time, clock: Clock) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            plan: Mutex::new(Plan::silent()),
            status: Mutex::new(SoundStatus::default()),
        });
        let (wake, woken) = bounded(1);
        let (tell, events) = bounded(64);
        let decode = DecodeThread::start()?;
        let of_thread = Arc::clone(&shared);
        let thread = Joined::spawn("sound", move || {
            let mut body = Body {
                shared: of_thread,
                wish,
                offset,
                clock,
                decode,
                tell,
                output: None,
                retry_at: Time::ZERO,
                is_told: false,
                wants: Vec::with_capacity(MAX_WANTS),
                want_at: Time::ZERO,
            };
            body.run(&woken);
        })?;
        Ok(Self {
            shared,
            wake: Some(wake),
            events,
            thread: Some(thread),
        })
    }

    /// Plays this plan from now on.
    pub fn play(&self, plan: &Plan) {
        self.shared.plan.lock().clone_from(plan);
        if let Some(wake) = &self.wake
            && wake.try_send(()) == Err(TrySendError::Disconnected(()))
        {
            tracing::debug!("the sound thread has ended");
        }
    }

    /// What is to be told, each once.
    pub fn events(&self) -> impl Iterator<Item = SoundEvent> {
        self.events.try_iter()
    }

    /// Its state.
    pub fn status(&self) -> SoundStatus {
        self.shared.status.lock().clone()
    }

    /// Begins the counts anew.
    pub fn reset_counts(&self) {
        let mut status = self.shared.status.lock();
        let SoundStatus {
            xruns,
            missing,
            steps,
            offsets,
            master,
            strips,
            ..
        } = &mut *status;
        (*xruns, *missing, *steps) = (0, 0, 0);
        (*master, *strips) = Default::default();
        *offsets = Default::default();
    }
}

impl Drop for SoundThread {
    fn drop(&mut self) {
        // The thread ends as its channel closes, and is then joined.
        self.wake = None;
        self.thread = None;
    }
}

/// What the thread owns.
struct Body {
    shared: Arc<Shared>,
    wish: DeviceWish,
    offset: Time,
    clock: Clock,
    decode: DecodeThread,
    tell: Sender<SoundEvent>,
    output: Option<Output>,
    retry_at: Time,
    /// True once it is told that there is no sound.
    is_told: bool,
    wants: Vec<Want>,
    /// Time at which decoding is asked for next.
    want_at: Time,
}

/// An open device and what leads to it.
struct Output {
    device: Playing,
    ring: Producer<StereoFrame>,
    reports: Consumer<DeviceReport>,
    line: DeviceLine,
    feeder: Feeder,
    /// Frames put into the ring.
    pushed: u64,
    /// Frames that were silence for want of any in the ring, as the device was heard of last, and those that were counted.
    starved: u64,
    counted: u64,
    last_report: Time,
    frames: Vec<StereoFrame>,
    steps: u64,
}

impl Body {
    fn run(&mut self, woken: &Receiver<()>) {
        loop {
            let next = self.clock.instant_at(self.clock.now() + TURN);
            if woken.recv_deadline(next) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
            self.turn();
        }
    }

    fn turn(&mut self) {
        let now = self.clock.now();
        for event in self.decode.events() {
            let _full = self.tell.try_send(event);
        }
        if self.output.is_none() && now >= self.retry_at {
            self.open(now);
        }
        let plan = self.shared.plan.lock().clone();
        let Some(output) = &mut self.output else {
            if now >= self.want_at {
                self.want_at = now + WANT_EVERY;
                Feeder::first_wants(&plan, now, &mut self.wants);
                self.decode.want(&mut self.wants);
            }
            return;
        };
        let lost = output.hear(now);
        if let Some(reason) = lost {
            self.close(reason, now);
            return;
        }
        output.feed(&plan, self.offset, &self.decode);
        if now >= self.want_at {
            self.want_at = now + WANT_EVERY;
            match output.heard_at(self.offset) {
                Some(heard_at) => output.feeder.wants(&plan, heard_at, &mut self.wants),
                None => Feeder::first_wants(&plan, now, &mut self.wants),
            }
            self.decode.want(&mut self.wants);
        }
        let damaged = self.decode.damaged_packets();
        output.publish(&mut self.shared.status.lock(), damaged);
    }

    fn open(&mut self, now: Time) {
        self.retry_at = now + RETRY;
        let (ring, taken) = RingBuffer::new(RING_FRAMES);
        let (reports_in, reports) = RingBuffer::new(REPORTS);
        let clock = self.clock.clone();
        match device::open(&self.wish, || Taker::new(taken, reports_in, clock)) {
            Ok(device) => {
                self.is_told = false;
                let event = SoundEvent::Playing {
                    device: device.name.clone(),
                    rate_hz: device.rate_hz,
                };
                let _full = self.tell.try_send(event);
                self.output = Some(Output {
                    line: DeviceLine::new(device.rate_hz),
                    feeder: Feeder::for_device(device.rate_hz),
                    device,
                    ring,
                    reports,
                    pushed: 0,
                    starved: 0,
                    counted: 0,
                    last_report: self.clock.now(),
                    frames: vec![[0.0; 2]; TURN_FRAMES],
                    steps: 0,
                });
            }
            Err(error) => self.tell_silent(error.to_string()),
        }
    }

    fn close(&mut self, reason: String, now: Time) {
        self.output = None;
        self.retry_at = now + RETRY;
        self.shared.status.lock().device = None;
        self.tell_silent(reason);
    }

    fn tell_silent(&mut self, reason: String) {
        if !self.is_told {
            self.is_told = true;
            let _full = self.tell.try_send(SoundEvent::Silent { reason });
        }
    }
}

impl Output {
    /// Reads what the device reports; gives the reason if it plays no more.
    fn hear(&mut self, now: Time) -> Option<String> {
        while let Ok(report) = self.reports.pop() {
            self.line.note(report);
            self.starved = report.starved;
            self.last_report = now;
        }
        if let Some(error) = self.device.error() {
            return Some(error);
        }
        let is_gone = now - self.last_report > SILENCE;
        is_gone.then(|| format!("the sound device {:?} asks for nothing", self.device.name))
    }

    /// The time at which what is put into the ring next is heard, once that is known.
    fn heard_at(&self, offset: Time) -> Option<Time> {
        Some(self.line.time_of(self.pushed + self.starved)? + offset)
    }

    /// Mixes what the ring has room for. Until the device has settled that is silence, so that it finds no end of it.
    fn feed(&mut self, plan: &Plan, offset: Time, decode: &DecodeThread) {
        while RING_FRAMES - self.ring.slots() < AHEAD_FRAMES {
            match self.heard_at(offset) {
                Some(at) => self
                    .feeder
                    .feed(plan, at, &mut decode.store(), &mut self.frames),
                None => self.frames.fill([0.0; 2]),
            }
            for frame in &self.frames {
                // There is room: nobody else puts anything in.
                let _full = self.ring.push(*frame);
            }
            self.pushed += self.frames.len() as u64;
        }
    }

    fn publish(&mut self, status: &mut SoundStatus, damaged_packets: u64) {
        let rate = f64::from(self.device.rate_hz);
        let ring_ms = (RING_FRAMES - self.ring.slots()) as f64 / rate * 1e3;
        if status.device.as_ref() != Some(&self.device.name) {
            status.device = Some(self.device.name.clone());
        }
        status.rate_hz = self.device.rate_hz;
        if self.starved > self.counted {
            status.xruns += 1;
            self.counted = self.starved;
        }
        status.missing += self.feeder.take_missing();
        status.damaged_packets = damaged_packets;
        status.steps += self.feeder.steps() - self.steps;
        self.steps = self.feeder.steps();
        status.ring_ms = ring_ms;
        status.latency_ms = ring_ms + self.feeder.latency().millis();
        let offset = self.feeder.error_s();
        status.offset_ms = offset.map(|seconds| seconds * 1e3);
        if let Some(seconds) = offset {
            status
                .offsets
                .record_error(Time::from_seconds_f64(seconds).abs());
        }
        status.master.hold(self.feeder.take_levels());
        for strip in 0..STRIPS {
            status.strips[strip].hold(self.feeder.take_strip_levels(strip));
        }
    }
}
