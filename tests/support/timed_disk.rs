//! Disks on the clock that is set by hand, and a show that plays from them: each read is answered when that clock has passed
//! the time that its disk takes for it, so that what is shown depends on no other program of the machine. Each disk is read
//! in the way that its chooser chooses.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use sextet::engine::Engine;
use sextet::media::io::reading_threads;
use sextet::media::io::way::{Way, WayChooser, WayRates};
use sextet::project::Project;
use sextet::time::{FrameIndex, ManualClock, Time};

use super::scripted::{Step, nothing, pooled};
use super::scripted_engine::{Rig, at};
use super::ticking::Ringer;

/// Time without an event after which a reader is taken to be kept from its work: longer than the quarter of a second after
/// which a lane counts as stuck, which then gets no other.
const QUIET: Duration = Duration::from_millis(400);

/// Times that the disk takes for a read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Speed {
    /// From asking to the first byte.
    pub latency: Time,
    /// For the bytes, one read after the other.
    pub transfer: Time,
}

/// A frame of a layer.
type Frame = (usize, u64);

struct Read {
    frame: Frame,
    way: Way,
    answered_at: Time,
}

/// Bytes of a frame, as the choosers see it.
const FRAME_BYTES: u64 = 2_000_000;

/// One of the disks.
#[derive(Default)]
struct Platter {
    /// Past the page cache, and through it.
    speeds: [Speed; 2],
    free_at: Time,
    chooser: WayChooser,
}

struct State {
    /// Layers lie on them in turn.
    platters: Vec<Platter>,
    /// Reads that wait for their answer.
    reads: Vec<Read>,
    /// Frames that were answered and have not come to the engine yet.
    answered: HashSet<Frame>,
    /// Reads since the beginning.
    reads_begun: u64,
}

struct Disk {
    hand: ManualClock,
    state: Mutex<State>,
    has_answered: Condvar,
    /// Set once the engine is there.
    ringer: OnceLock<Ringer>,
}

impl Disk {
    fn step(self: &Arc<Self>, layer: usize) -> Step {
        let disk = Arc::clone(self);
        Arc::new(move |frame: FrameIndex| {
            disk.read((layer, frame.0));
            Ok(())
        })
    }

    fn read(&self, frame: Frame) {
        let mut state = self.state.lock();
        let now = self.hand.clock().now();
        let platter = state.platter(frame);
        let way = platter.chooser.begin(now);
        let speed = platter.speeds[way as usize];
        let begun_at = platter.free_at.max(now + speed.latency);
        let answered_at = begun_at + speed.transfer;
        if speed.transfer > Time::ZERO {
            platter.free_at = answered_at;
        }
        state.reads_begun += 1;
        state.answered.remove(&frame);
        if answered_at <= now {
            state.platter(frame).chooser.end(way, FRAME_BYTES, now);
        } else {
            state.reads.push(Read {
                frame,
                way,
                answered_at,
            });
            self.ring();
            let is_waiting = |state: &mut State| state.reads.iter().any(|read| read.frame == frame);
            self.has_answered.wait_while(&mut state, is_waiting);
        }
        state.answered.insert(frame);
    }

    fn ring(&self) {
        if let Some(ring) = self.ringer.get() {
            ring();
        }
    }

    fn next_answer(&self) -> Option<Time> {
        let reads = &self.state.lock().reads;
        reads.iter().map(|read| read.answered_at).min()
    }

    /// Answers what is to be answered by now.
    fn answer(&self) {
        let now = self.hand.clock().now();
        let State {
            reads,
            answered,
            platters,
            ..
        } = &mut *self.state.lock();
        let disks = platters.len();
        reads.retain(|read| {
            let is_waiting = read.answered_at > now;
            if !is_waiting {
                answered.insert(read.frame);
                let chooser = &mut platters[read.frame.0 % disks].chooser;
                chooser.end(read.way, FRAME_BYTES, now);
            }
            is_waiting
        });
        self.has_answered.notify_all();
    }
}

impl State {
    /// The disk that a frame lies on.
    fn platter(&mut self, (layer, _): Frame) -> &mut Platter {
        let disks = self.platters.len();
        &mut self.platters[layer % disks]
    }
}

/// A show that plays from such disks.
pub struct TimedShow {
    /// The engine and the hand of its clock.
    pub rig: Rig,
    disk: Arc<Disk>,
    pictures: i64,
}

/// Readers of an engine here, as [`sextet::playback::PlayerOptions::for_cores`] has them; a layer gets one less.
pub fn readers() -> usize {
    reading_threads(available_parallelism().map_or(1, usize::from))
}

impl TimedShow {
    /// Plays this project, all of which has come so far, at a disk of this speed from now on.
    pub fn new(project: Project, speed: Speed) -> Self {
        Self::with_disks(project, &[[speed; 2]])
    }

    /// The same at several disks, each with a speed past the page cache and one through it. Layers lie on them in turn.
    /// At the opening each was found to be quicker through it.
    pub fn with_disks(project: Project, speeds: &[[Speed; 2]]) -> Self {
        let opened = || {
            let mut chooser = WayChooser::default();
            chooser.note_trial(WayRates {
                direct: Some(1e9),
                cached: Some(2e9),
            });
            Platter {
                chooser,
                ..Platter::default()
            }
        };
        let hand = ManualClock::new();
        let disk = Arc::new(Disk {
            hand: hand.clone(),
            state: Mutex::new(State {
                platters: speeds.iter().map(|_| opened()).collect(),
                reads: Vec::new(),
                answered: HashSet::new(),
                reads_begun: 0,
            }),
            has_answered: Condvar::new(),
            ringer: OnceLock::new(),
        });
        let of_media = Arc::clone(&disk);
        let source = move |number| pooled(number, of_media.step(number as usize), nothing());
        let mut rig = Rig::with_sources(project, hand, source);
        rig.settle();
        let _is_first = disk.ringer.set(rig.bell.ringer()).is_ok();
        rig.engine.play();
        let show = Self {
            rig,
            disk,
            pictures: 0,
        };
        for (disk, speeds) in speeds.iter().enumerate() {
            show.set_speeds(disk, *speeds);
        }
        show
    }

    /// The disks have this speed from now on; reads that wait take the time that they take.
    pub fn set_speed(&self, speed: Speed) {
        let disks = self.disk.state.lock().platters.len();
        for disk in 0..disks {
            self.set_speeds(disk, [speed; 2]);
        }
    }

    /// One disk has these speeds from now on, past the page cache and through it.
    pub fn set_speeds(&self, disk: usize, speeds: [Speed; 2]) {
        let platter = &mut self.disk.state.lock().platters[disk];
        platter.speeds = speeds;
        platter.free_at = self.disk.hand.clock().now();
    }

    /// One disk answers nothing for so long.
    pub fn stall(&self, disk: usize, length: Time) {
        let platter = &mut self.disk.state.lock().platters[disk];
        platter.free_at = platter.free_at.max(self.disk.hand.clock().now()) + length;
    }

    /// The way in which one disk is read.
    pub fn way(&self, disk: usize) -> Way {
        self.disk.state.lock().platters[disk].chooser.way()
    }

    /// Reads since the beginning.
    pub fn reads_begun(&self) -> u64 {
        self.disk.state.lock().reads_begun
    }

    /// Lets this many pictures pass. The engine ticks at each, and at each frame that comes, as it does in a window.
    pub fn play(&mut self, pictures: i64) {
        for _ in 0..pictures {
            self.pictures += 1;
            let picture_at = at(self.pictures);
            loop {
                self.let_work();
                let next = self.disk.next_answer();
                let Some(next) = next.filter(|next| *next < picture_at) else {
                    break;
                };
                self.go_on_to(next);
                self.disk.answer();
            }
            // What comes at the moment of the picture comes after it.
            self.go_on_to(picture_at);
            self.rig.engine.tick();
        }
        self.let_work();
    }

    fn go_on_to(&self, time: Time) {
        let hand = &self.disk.hand;
        hand.advance(time - hand.clock().now());
    }

    /// Ticks until nothing more can happen before the clock goes on: what was answered has come, and each reader that may
    /// read is with the disk.
    fn let_work(&mut self) {
        let (disk, Rig { engine, hand, bell }) = (&self.disk, &mut self.rig);
        let _is_done = bell.tick_until_quiet(engine, hand, |engine| disk.is_idle(engine), QUIET);
    }
}

impl Disk {
    /// True once nothing more can happen before the clock goes on.
    fn is_idle(&self, engine: &Engine) -> bool {
        let coming: HashSet<Frame> = (0..)
            .zip(&engine.snapshot().layers)
            .flat_map(|(layer, snapshot)| {
                let frames = snapshot.in_flight.iter();
                frames.map(move |frame| (layer, frame.0))
            })
            .collect();
        let mut state = self.state.lock();
        state.answered.retain(|frame| coming.contains(frame));
        let is_with_disk = |frame: &Frame| state.reads.iter().any(|read| read.frame == *frame);
        let in_hand = |layer| {
            state
                .reads
                .iter()
                .filter(|read| read.frame.0 == layer)
                .count()
        };
        let may_be_read = |(layer, _): &Frame| in_hand(*layer) + 1 < readers();
        state.answered.is_empty()
            && (state.reads.len() >= readers()
                || !coming
                    .iter()
                    .any(|frame| !is_with_disk(frame) && may_be_read(frame)))
    }
}

/// Answers all that waits, also when a test fails: readers that wait must end.
impl Drop for TimedShow {
    fn drop(&mut self) {
        self.set_speed(Speed::default());
        self.go_on_to(Time::from_seconds(100_000));
        self.disk.answer();
    }
}
