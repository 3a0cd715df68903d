//! In steady state nothing is allocated: not on the thread that draws, and not per frame on the workers.

#![expect(unsafe_code, reason = "a global allocator can only be written so")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use card_rig::{Rig, at, clip};
use cards::Cards;
use crossbeam_channel::{Receiver, bounded};
use parking_lot::{Condvar, Mutex};
use sextet::audio::mix::{BLOCK_FRAMES, BlockStore, Fade, Scene, SoundKey, Strip, Voice};
use sextet::audio::output::{Feeder, Motion, Plan, Taker};
use sextet::command::{Command, TransportCommand};
use sextet::control::{Controller, ControllerOptions, Waker};
use sextet::media::fault_injection;
use sextet::media::hap::encode::FrameOptions;
use sextet::media::{MediaError, SoundOpener, SoundSource};
use sextet::project::{Clip, ClipId, MediaId, Project};
use sextet::remote::osc::{Osc, OscOptions};
use sextet::settings::Osc as OscSettings;
use sextet::time::{FrameRate, ManualClock, Time};
use sextet::transport::{Bounds, Transport};

#[path = "support/card_rig.rs"]
#[expect(dead_code, reason = "only counts are looked at here")]
mod card_rig;
#[path = "support/cards.rs"]
#[expect(dead_code, reason = "no file is looked at here")]
mod cards;

/// The system's allocator, which counts what the thread that asks it to has it do, and what all others do.
struct Counting;

static OF_OTHERS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Allocations of this thread; `None` on threads that are not counted by themselves.
    static OWN: Cell<Option<u64>> = const { Cell::new(None) };
}

fn note() {
    // While a thread ends its cell may be gone already.
    let counted = OWN.try_with(|own| own.get().map(|count| own.set(Some(count + 1))));
    if !matches!(counted, Ok(Some(()))) {
        OF_OTHERS.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches no memory but its own counters, and
// allocates nothing, since the thread's cell is initialised as a constant and has no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller keeps the contract of `alloc`, which is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from the system's allocator, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        note();
        // SAFETY: the pointer came from the system's allocator, with this layout.
        unsafe { System.realloc(pointer, layout, bytes) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Packet buffers that the workers may still add: as many as can be in use at once. How many are depends on how the
/// system schedules them, so a later peak may be higher than all before it. It is not a number per frame.
const LATE_BUFFERS: u64 = 2 * 16;

const TICKS: u64 = 600;

/// The first time that a thread waits for a lock, `parking_lot` makes room for it in a table, once and for all. When that
/// happens depends on how the system schedules threads, so here it happens before anything is counted.
fn wait_for_a_lock_once() {
    let (lock, never) = (Mutex::new(()), Condvar::new());
    let outcome = never.wait_for(&mut lock.lock(), Duration::from_millis(1));
    assert!(outcome.timed_out(), "nobody signals");
}

/// Plays this project until nothing new can happen, then counts. One test at a time: others would be counted too.
fn verify_nothing_is_allocated(project: Project) {
    // What the system says of threads is read once a second, however few frames a slow machine plays in it: that thread
    // is counted by itself.
    let _apart = fault_injection::at_step("thread-monitor", Arc::new(|| OWN.set(Some(0))));
    let mut rig = Rig::new(project, false);
    rig.engine.play();
    rig.settle();
    // Enough for every list to have its length: jumps fill the queues, and plots keep 240 samples.
    for jump in 0..20 {
        rig.engine.seek(at(jump * 9));
        rig.settle();
    }
    for _ in 0..TICKS {
        rig.advance(1);
    }
    wait_for_a_lock_once();
    let before_of_others = OF_OTHERS.load(Ordering::Relaxed);
    OWN.set(Some(0));
    for _ in 0..TICKS {
        rig.advance(1);
    }
    let own = OWN.take();
    let of_others = OF_OTHERS.load(Ordering::Relaxed) - before_of_others;
    assert_eq!(own, Some(0), "allocations of the thread that draws");
    assert!(
        of_others <= LATE_BUFFERS,
        "{of_others} allocations of the workers in {TICKS} ticks"
    );
    rig.verify_no_loss();
}

/// A controller that plays, driven tick by tick.
struct Program {
    controller: Controller,
    hand: ManualClock,
    woken: Receiver<()>,
}

impl Program {
    fn new(project: Project) -> Self {
        let hand = ManualClock::new();
        let (wake, woken) = bounded(1);
        // A full channel wakes all the same.
        let wake: Waker = Arc::new(move || _ = wake.try_send(()));
        let fixed = Some(OscSettings {
            is_on: true,
            port: 0,
            ..OscSettings::default()
        });
        let options = ControllerOptions {
            project,
            clock: hand.clock(),
            remotes: vec![Osc::starter(OscOptions { fixed })],
            ..ControllerOptions::default()
        };
        let controller = Controller::new(options, None, wake).expect("the program starts");
        let mut program = Self {
            controller,
            hand,
            woken,
        };
        program.settle();
        program
    }

    /// Ticks until nothing is on its way and every layer shows the frame due.
    fn settle(&mut self) {
        loop {
            self.controller.tick();
            if self.controller.is_idle() && self.controller.engine().is_settled() {
                return;
            }
            // Nothing may have to come: then the next tick finds it settled.
            self.woken.recv_timeout(Duration::from_millis(5)).ok();
        }
    }

    fn advance(&mut self) {
        self.hand.advance(at(1));
        self.settle();
    }
}

/// The same for the whole program: a tick that changes nothing but the playhead builds its status from what is there.
fn verify_program_allocates_nothing(project: Project) {
    let _apart = fault_injection::at_step("thread-monitor", Arc::new(|| OWN.set(Some(0))));
    let mut program = Program::new(project);
    let play = Command::Transport(TransportCommand::TogglePlay);
    program.controller.execute(play);
    for jump in 0..20 {
        let seek = TransportCommand::SeekTo(at(jump * 9));
        program.controller.execute(Command::Transport(seek));
        program.settle();
    }
    for _ in 0..TICKS {
        program.advance();
    }
    wait_for_a_lock_once();
    OWN.set(Some(0));
    for _ in 0..TICKS {
        program.advance();
    }
    let own = OWN.take();
    assert_eq!(own, Some(0), "allocations of the thread that ticks");
    let status = program.controller.status();
    assert!(status.transport.is_playing, "it plays");
    assert_eq!(
        status.snapshot.totals.lost(),
        0,
        "{:?}",
        status.snapshot.totals
    );
}

#[test]
fn in_steady_state_nothing_is_allocated() {
    let mut cards = Cards::new();
    let media: Vec<_> = [60, 60, 25, 30, 60, 50]
        .into_iter()
        .map(|fps| cards.add(fps, 40))
        .collect();
    let layers = media.into_iter().map(|id| vec![clip(id, 0, 200)]);
    let project = cards.project(layers.collect());
    verify_nothing_is_allocated(project.clone());
    verify_program_allocates_nothing(project);
    // One large layer, whose frames the workers decode together.
    let mut cards = Cards::new();
    let options = FrameOptions {
        chunks: 8,
        ..FrameOptions::default()
    };
    let large = cards.add_as(60, 20, (1920, 1080), &options);
    verify_nothing_is_allocated(cards.project(vec![vec![clip(large, 0, 200)]]));
    verify_handing_sound_to_a_device_allocates_nothing();
    verify_mixing_allocates_nothing();
}

/// Frames of a device's period.
const PERIOD: usize = 512;

fn verify_handing_sound_to_a_device_allocates_nothing() {
    let (mut ring, taken) = rtrb::RingBuffer::new(8192);
    let (reports, mut read) = rtrb::RingBuffer::new(64);
    let mut taker = Taker::new(taken, reports, ManualClock::new().clock());
    let mut heard = [[0.0_f32; 2]; PERIOD];
    OWN.set(Some(0));
    for period in 0..200 {
        // Each third period finds too little, and reports are read now and then.
        for _ in 0..PERIOD * usize::from(period % 3 > 0) {
            ring.push([0.5; 2]).ok();
        }
        taker.take(PERIOD, Time::ZERO, |place, frame| heard[place] = frame);
        if period % 20 == 0 {
            while read.pop().is_ok() {}
        }
    }
    assert_eq!(OWN.take(), Some(0), "allocations of the callback");
}

/// Opens nothing: the blocks are there.
struct NoFile;

impl SoundOpener for NoFile {
    fn open(&self, _: usize, _: u32) -> Result<Box<dyn SoundSource>, MediaError> {
        unreachable!("every block is kept")
    }
}

fn verify_mixing_allocates_nothing() {
    let store = BlockStore::default();
    let opener: Arc<dyn SoundOpener> = Arc::new(NoFile);
    let voices = (0..4).map(|number| {
        let mut clip = Clip::new(
            ClipId(number),
            MediaId(1),
            Time::ZERO,
            Time::from_seconds(60),
        );
        clip.media_out = Some(Time::from_seconds(1));
        clip.speed = if number == 3 { 1.5 } else { 1.0 };
        let key = SoundKey {
            clip: clip.id,
            file: 1,
            stream: 0,
        };
        for block in -1..26 {
            store.put(key, block, &[[0.1; 2]; BLOCK_FRAMES]);
        }
        Voice {
            clip,
            key,
            media_length: Time::from_seconds(1),
            opener: Arc::clone(&opener),
            strip: number as usize,
            track: 0,
            gains: [1.0; 2],
            fade_in: Fade::default(),
            fade_out: Fade::default(),
        }
    });
    let voices = voices.collect();
    let scene = Scene {
        voices,
        strips: vec![Strip::default(); 4],
    };
    let bounds = Bounds {
        duration: Time::from_seconds(60),
        loop_range: None,
        is_looping: false,
        canvas: FrameRate::FPS_60,
    };
    let mut transport = Transport::new();
    transport.play(Time::ZERO, &bounds);
    let plan = Plan {
        scene: Arc::new(scene),
        motion: Motion::Rolling {
            course: transport.course(Time::ZERO, &bounds),
        },
        ..Plan::silent()
    };
    let mut feeder = Feeder::for_device(44_100);
    let mut wants = Vec::with_capacity(400);
    let mut frames = [[0.0; 2]; PERIOD];
    let mut feed = |period: i64| {
        let at = Time::from_time_base(period * PERIOD as i64, 1, 44_100);
        feeder.feed(&plan, at, &mut &store, &mut frames);
        feeder.wants(&plan, at, &mut wants);
    };
    (0..50).for_each(&mut feed);
    wait_for_a_lock_once();
    OWN.set(Some(0));
    (50..400).for_each(&mut feed);
    assert_eq!(OWN.take(), Some(0), "allocations of the thread that mixes");
    assert_eq!(feeder.take_missing(), 0, "all of it was heard");
}
