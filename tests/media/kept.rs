//! Pictures around the playhead count against the memory that frames may take.

use std::path::Path;
use std::sync::Arc;

use sextet::engine::{Engine, EngineOptions};
use sextet::gpu::Gpu;
use sextet::project::{Clip as Placed, ClipId, Layer, LayerId, MediaId, MediaRef, Project};
use sextet::time::{Clock, Time};

use super::make::Clip;

/// Longest time that anything may take here before the test gives up.
const LIMIT: Time = Time::from_seconds(120);

/// A project with a layer for each path, all of which begin at zero.
fn project(paths: &[&Path]) -> Project {
    let mut project = Project::default();
    for (number, path) in (1..).zip(paths) {
        project.media.push(MediaRef {
            id: MediaId(number),
            path: (*path).to_owned(),
            absolute_hint: None,
            fingerprint: None,
        });
        let mut layer = Layer::new(LayerId(number), number.to_string(), 0);
        layer.clips.push(Placed::new(
            ClipId(number),
            MediaId(number),
            Time::ZERO,
            Time::from_seconds(8),
        ));
        project.layers.push(layer);
    }
    project
}

fn settle(engine: &mut Engine) {
    let clock = Clock::system();
    engine.tick();
    while !engine.is_settled() {
        assert!(clock.now() < LIMIT, "it does not settle");
        engine.wait_a_moment();
        engine.tick();
    }
}

/// Bytes kept around the playhead, and those of all frames that layers have ready besides.
fn held(engine: &Engine) -> (u64, u64) {
    let layers = &engine.snapshot().layers;
    let kept = layers.iter().map(|layer| layer.kept_bytes).sum();
    let slots = layers
        .iter()
        .map(|layer| layer.frame_bytes * layer.slots.len() as u64)
        .sum();
    (kept, slots)
}

#[test]
fn pictures_kept_around_the_playhead_and_slots_fit_the_budget_together() {
    const BUDGET_BYTES: u64 = 1 << 20;
    let encoding = "-c:v libx264 -sc_threshold 0 -g 250 -bf 3 -preset veryfast";
    let clip = Clip::numbered("kept.mp4", 240, encoding);
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let options = EngineOptions::default();
    let mut engine = Engine::new(options, Clock::system(), Some(gpu)).expect("an engine");
    let mut settings = engine.playback_settings();
    settings.budget_bytes = BUDGET_BYTES;
    engine.set_playback_settings(settings);
    engine.set_project(Arc::new(project(&[&clip.path])));
    settle(&mut engine);
    let rate = engine.project().canvas.frame_rate;
    engine.seek(Time::from_seconds(7));
    settle(&mut engine);
    for _ in 0..30 {
        engine.step_frames(-(rate.fps() / 30.0).round() as i64);
        settle(&mut engine);
        let (kept, slots) = held(&engine);
        assert!(
            kept + slots <= BUDGET_BYTES,
            "{kept} kept, {slots} in slots"
        );
        let all = engine.snapshot().frame_memory_bytes;
        assert!(all <= BUDGET_BYTES, "{all} in all, copies included");
    }
    let (kept_alone, _) = held(&engine);
    assert!(kept_alone > BUDGET_BYTES / 4, "{kept_alone} bytes are kept");
    // A second layer takes its half, without a frame being asked of the first.
    let other = Clip::numbered("other.mp4", 240, encoding);
    engine.set_project(Arc::new(project(&[&clip.path, &other.path])));
    settle(&mut engine);
    wait_until(&mut engine, |engine| {
        let (kept, slots) = held(engine);
        kept + slots <= BUDGET_BYTES
    });
    // And a small budget leaves one picture for each decoder.
    settings.budget_bytes = 0;
    engine.set_playback_settings(settings);
    let picture_bytes = 96 * 64 * 3 / 2 * 2;
    wait_until(&mut engine, |engine| held(engine).0 <= 2 * picture_bytes);
}

#[track_caller]
fn wait_until(engine: &mut Engine, is_so: impl Fn(&Engine) -> bool) {
    let clock = Clock::system();
    loop {
        engine.tick();
        if is_so(engine) {
            return;
        }
        assert!(clock.now() < LIMIT, "{:?} held", held(engine));
        engine.wait_a_moment();
    }
}
