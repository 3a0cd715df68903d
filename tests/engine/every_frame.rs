//! Playing every frame, as fast as they come.

use std::path::Path;
use std::sync::Arc;

use crate::scripted::{nothing, pooled};
use crate::scripted_engine::{Gate, at, project};
use crate::ticking::Bell;
use sextet::engine::{Engine, EngineOptions, Pace};
use sextet::library::OpenMedia;
use sextet::media::{MediaError, OpenOptions};
use sextet::time::ManualClock;

#[test]
fn a_frame_that_is_given_up_is_an_error_of_its_layer_until_one_comes() {
    let gate = Arc::new(Gate::default());
    let step = gate.step();
    let open: OpenMedia = Arc::new(
        move |path: &Path, _: &OpenOptions| -> Result<_, MediaError> {
            let is_first = path.ends_with("0");
            let on_read = if is_first {
                Arc::clone(&step)
            } else {
                nothing()
            };
            Ok(pooled(u64::from(!is_first), on_read, nothing())
                .video
                .into())
        },
    );
    // A clock set by hand waits for nothing: what is not here is given up at once.
    let hand = ManualClock::new();
    let options = EngineOptions {
        pace: Pace::EveryFrame,
        ..EngineOptions::default()
    };
    let mut engine = Engine::with_media(options, hand.clock(), None, open).expect("an engine");
    let bell = Bell::of(&engine);
    engine.set_project(Arc::new(project(2)));
    bell.tick_until(&mut engine, &hand, |engine| engine.is_settled());
    gate.close();
    engine.seek(at(300));
    engine.play();
    engine.tick();
    let layers = &engine.snapshot().layers;
    let error = layers[0].error.clone().expect("the frame is given up");
    assert!(
        error.starts_with("frame 300 did not come within 10 s"),
        "{error}"
    );
    let logged = engine.snapshot().log.iter();
    assert_eq!(logged.filter(|line| line.text == error).count(), 1, "once");
    gate.open();
    engine.pause();
    bell.tick_until(&mut engine, &hand, |engine| engine.is_settled());
    assert_eq!(engine.snapshot().layers[0].error, None, "it has come");
}
