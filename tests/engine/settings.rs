//! Settings changed while six layers play: no frame is lost, and none is a wrong one.

use crate::card_rig::Rig;
use crate::cards::{CARD_PX, Cards};
use crate::six_layers::{LENGTH, expected, six_layers};
use sextet::engine::PlaybackSettings;
use sextet::settings::{IoMode, PrebufferDepth};
use sextet::stats::BudgetShortage;
use sextet::status::LayerSnapshot;

/// Bytes of a card's frame in staging memory: rows of blocks padded to 256 bytes.
const FRAME_BYTES: u64 = 256 * CARD_PX.1 as u64 / 4;

/// Six layers that have played for a while.
struct Playing {
    _cards: Cards,
    rig: Rig,
    frame: i64,
}

impl Playing {
    fn new() -> Self {
        let (cards, project) = six_layers();
        let mut rig = Rig::new(project, true);
        rig.engine.play();
        rig.settle();
        let mut playing = Self {
            _cards: cards,
            rig,
            frame: 0,
        };
        playing.play_on(10);
        playing
    }

    fn play_on(&mut self, frames: i64) {
        for _ in 0..frames {
            self.rig.advance(1);
            self.frame = (self.frame + 1) % LENGTH;
            let shown = self.rig.numbers(6);
            assert_eq!(shown, expected(self.frame), "at {}", self.frame);
        }
    }

    /// Changes a setting between two pictures, with no tick before the next one is due.
    fn change(&mut self, change: impl FnOnce(&mut PlaybackSettings)) {
        let mut settings = self.rig.engine.playback_settings();
        change(&mut settings);
        self.rig.engine.set_playback_settings(settings);
        self.play_on(12);
        let totals = self.rig.engine.snapshot().totals;
        assert_eq!(totals.lost(), 0, "{settings:?}: {totals:?}");
    }

    fn slots(&self) -> Vec<usize> {
        let layers = &self.rig.engine.snapshot().layers;
        layers.iter().map(|layer| layer.slots.len()).collect()
    }

    fn io(&self) -> Vec<&'static str> {
        let layers = &self.rig.engine.snapshot().layers;
        let name = |layer: &LayerSnapshot| {
            let path = layer.read_path.as_ref();
            path.map_or("", |path| path.backend.name())
        };
        layers.iter().map(name).collect()
    }
}

#[test]
fn the_prebuffer_grows_and_shrinks_while_playing() {
    let mut playing = Playing::new();
    for frames in [16, 3, 9, 4, 16, 5] {
        playing.change(|settings| settings.prebuffer = PrebufferDepth::Frames(frames));
        assert_eq!(playing.slots(), [frames; 6]);
    }
    playing.rig.verify_no_loss();
}

#[test]
fn the_budget_grows_and_shrinks_while_playing() {
    let mut playing = Playing::new();
    // One of the layers has a second clip to come, whose frames count too.
    for (frames, slots) in [(14, 2), (35, 5), (21, 3), (1, 2), (1000, 5)] {
        playing.change(|settings| settings.budget_bytes = frames * FRAME_BYTES);
        assert_eq!(playing.slots(), [slots; 6], "{frames} frames");
        let held = playing.rig.engine.snapshot().frame_memory_bytes;
        let allowed = frames.max(14) * FRAME_BYTES;
        assert!(held <= allowed + allowed / 2, "{held} of {allowed}");
    }
    playing.rig.verify_no_loss();
}

#[test]
fn files_are_read_in_another_way_from_the_middle_of_playing_on() {
    let mut playing = Playing::new();
    for (io, name) in [
        (IoMode::Mmap, "mmap"),
        (IoMode::Pread, "pread"),
        (IoMode::Mmap, "mmap"),
    ] {
        playing.change(|settings| settings.io = io);
        assert_eq!(playing.io(), [name; 6]);
    }
    // What the system refuses falls back to pread; nothing is lost in any case.
    playing.change(|settings| settings.io = IoMode::Direct);
    playing.change(|settings| settings.io = IoMode::Uring);
    playing.change(|settings| settings.io = IoMode::Auto);
    playing.rig.verify_no_loss();
}

#[test]
fn only_the_newest_of_several_ways_of_reading_is_taken_up() {
    let mut playing = Playing::new();
    for _ in 0..5 {
        for io in [IoMode::Mmap, IoMode::Pread, IoMode::Mmap] {
            let mut settings = playing.rig.engine.playback_settings();
            settings.io = io;
            playing.rig.engine.set_playback_settings(settings);
        }
        playing.play_on(1);
        assert_eq!(playing.io(), ["mmap"; 6]);
        playing.change(|settings| settings.io = IoMode::Pread);
        assert_eq!(playing.io(), ["pread"; 6]);
    }
    playing.rig.verify_no_loss();
}

#[test]
fn reading_ahead_is_switched_off_and_on_while_playing() {
    let mut playing = Playing::new();
    for _ in 0..3 {
        playing.change(|settings| settings.io = IoMode::Sync);
        assert_eq!(playing.io(), ["sync"; 6]);
        let layers = &playing.rig.engine.snapshot().layers;
        assert!(
            layers.iter().all(|layer| layer.in_flight.is_empty()),
            "nothing is read ahead"
        );
        playing.change(|settings| settings.io = IoMode::Auto);
        assert!(playing.rig.engine.is_settled(), "the prebuffers fill again");
    }
    playing.rig.verify_counts();
    let totals = playing.rig.engine.snapshot().totals;
    let before = totals.hits;
    playing.play_on(5);
    let totals = playing.rig.engine.snapshot().totals;
    assert!(totals.hits > before + 20, "frames come from the prebuffer");
}

#[test]
fn a_prebuffer_out_of_range_is_held_to_it() {
    let mut playing = Playing::new();
    for (asked, given) in [(0, 3), (1000, 16)] {
        playing.change(|settings| settings.prebuffer = PrebufferDepth::Frames(asked));
        let prebuffer = playing.rig.engine.playback_settings().prebuffer;
        assert_eq!(prebuffer, PrebufferDepth::Frames(given));
    }
}

#[test]
fn a_budget_too_small_for_two_frames_of_each_layer_is_said_once_and_no_more_is_taken() {
    let mut playing = Playing::new();
    let shortages = |playing: &Playing| {
        let snapshot = playing.rig.engine.snapshot();
        let layers = snapshot.layers.iter().map(|layer| layer.over_budget);
        layers.collect::<Vec<_>>()
    };
    assert_eq!(shortages(&playing), [None; 6], "the usual one is enough");
    let needed_bytes = 2 * 6 * FRAME_BYTES;
    let with_budget = |playing: &mut Playing, budget_bytes| {
        let mut settings = playing.rig.engine.playback_settings();
        settings.budget_bytes = budget_bytes;
        playing.rig.engine.set_playback_settings(settings);
        playing.play_on(12);
    };
    with_budget(&mut playing, needed_bytes);
    assert_eq!(shortages(&playing), [None; 6], "just enough");
    let said = |playing: &Playing| {
        let log = &playing.rig.engine.snapshot().log;
        let lines = log.iter().filter(|line| line.is_error);
        lines.map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said(&playing), Vec::<String>::new());
    for budget_bytes in [needed_bytes - 1, 1] {
        with_budget(&mut playing, budget_bytes);
        let shortage = BudgetShortage {
            budget_bytes,
            needed_bytes,
        };
        assert_eq!(shortages(&playing), [Some(shortage); 6]);
        assert_eq!(playing.slots(), [2; 6], "as many as it takes to play");
        let report = playing.rig.engine.report();
        let of_layers = report
            .layers
            .iter()
            .map(|layer| layer.prebuffer.over_budget);
        assert_eq!(of_layers.collect::<Vec<_>>(), [Some(shortage); 6]);
        assert!(report.to_text().contains("memory budget"), "in words");
        let held = playing.rig.engine.snapshot().frame_memory_bytes;
        assert!(held <= needed_bytes + needed_bytes / 2, "{held} bytes");
        let said = said(&playing);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("memory budget"), "{said:?}");
    }
    with_budget(&mut playing, 1 << 30);
    assert_eq!(shortages(&playing), [None; 6], "mended");
}
