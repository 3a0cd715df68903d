//! What the numbers say of a run is what happened in it; and a preview is the picture asked for.

use std::sync::Arc;

use scripted::nothing;
use scripted_engine::{Gate, Rig, at, project};
use sextet::project::MediaId;

#[path = "support/scripted.rs"]
#[expect(dead_code, reason = "what the player needs is tested with the player")]
mod scripted;
#[path = "support/scripted_engine.rs"]
mod scripted_engine;

#[test]
fn a_stall_of_300_ms_is_that_many_repeated_frames_with_cause_read_and_nothing_else() {
    let gate = Arc::new(Gate::default());
    let mut rig = Rig::new(project(2), gate.step());
    rig.settle();
    rig.engine.play();
    for _ in 0..60 {
        rig.step(1);
        rig.settle();
    }
    gate.close();
    // What is in memory already covers the beginning; the picture on screen is among it.
    let covered = [0, 1].map(|layer| rig.engine.snapshot().layers[layer].in_memory.len() - 1);
    for _ in 0..18 {
        rig.step(1);
        rig.verify_counts();
    }
    gate.open();
    rig.settle();
    for _ in 0..60 {
        rig.step(1);
        rig.settle();
    }
    // So that the last frame has met its fate.
    rig.engine.pause();
    rig.engine.tick();
    rig.verify_counts();
    for layer in [0, 1] {
        let counts = rig.counts(layer);
        let missed = 18 - covered[layer] as u64;
        assert!(missed > 10, "the prebuffer is short");
        // The last of them arrives while it is due.
        assert_eq!(
            (counts.repeated, counts.late),
            (missed - 1, 1),
            "{counts:?}"
        );
        assert_eq!(counts.causes.read, missed, "{counts:?}");
        assert_eq!((counts.lost(), counts.dropped), (missed, 0), "{counts:?}");
        assert_eq!(counts.asked - counts.hits, missed, "{counts:?}");
    }
}

#[test]
fn a_preview_is_the_nearest_picture_at_once_and_the_exact_one_soon() {
    let mut rig = Rig::new(project(1), nothing());
    rig.settle();
    assert!(rig.engine.request_preview(MediaId(0), at(50)).is_none());
    rig.wait_for_preview(50);
    for frame in [51, 70, 52] {
        let nearest = rig.engine.request_preview(MediaId(0), at(frame));
        assert!(
            nearest.is_some_and(|picture| picture.frame.0 >= 50),
            "at once"
        );
        rig.wait_for_preview(frame);
    }
    assert!(
        rig.engine.request_preview(MediaId(9), at(0)).is_none(),
        "no such file"
    );
}
