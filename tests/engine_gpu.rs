//! Six layers on a graphics device that is gone, runs out of memory, or can do less than others: told, and gone on as well
//! as it goes.

use cards::{Cards, NUMBERS_PER_CARD, Rig, clip};
use sextet::engine::EngineOptions;
use sextet::gpu::{Gpu, Poorer};
use sextet::project::Project;

#[path = "support/cards.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod cards;

const LENGTH: i64 = 60;

/// The features that this program asks for where they are.
const WANTED: wgpu::Features = wgpu::Features::TEXTURE_COMPRESSION_BC
    .union(wgpu::Features::TEXTURE_FORMAT_16BIT_NORM)
    .union(wgpu::Features::TIMESTAMP_QUERY)
    .union(wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS);

fn six_layers() -> (Cards, Project) {
    let mut cards = Cards::new();
    let layers = (0..6).map(|_| vec![clip(cards.add(60, 60), 0, LENGTH)]);
    let layers = layers.collect();
    let project = cards.project(layers);
    (cards, project)
}

/// What the layers show at a canvas frame.
fn expected(frame: i64) -> Vec<u64> {
    let frame = u64::try_from(frame % LENGTH).expect("not negative");
    (0..6)
        .map(|layer| layer * NUMBERS_PER_CARD + frame)
        .collect()
}

fn lacking(features: wgpu::Features) -> Gpu {
    let poorer = Poorer {
        lacking: features,
        ..Poorer::default()
    };
    Gpu::headless_as(&poorer).expect("lavapipe is installed")
}

/// Plays a second on this device; all is right and on time.
fn plays_on(gpu: Gpu) -> (Cards, Rig) {
    let (cards, project) = six_layers();
    let mut rig = Rig::with_gpu(EngineOptions::default(), project, Some(gpu));
    rig.engine.play();
    rig.settle();
    for frame in 1..=70 {
        rig.advance(1);
        if frame % 10 == 0 {
            assert_eq!(rig.numbers(6), expected(frame), "at {frame}");
        }
    }
    rig.verify_no_loss();
    assert!(rig.errors().is_empty(), "{:?}", rig.errors());
    (cards, rig)
}

#[test]
fn a_device_that_is_lost_is_told_once_and_another_goes_on_where_it_was() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu.clone());
    let before = rig.engine.playhead();
    gpu.device().destroy();
    for _ in 0..30 {
        rig.pass(1);
    }
    assert!(rig.engine.has_lost_gpu());
    assert!(rig.engine.playhead() != before, "time goes on");
    assert!(rig.engine.read_canvas().is_none(), "there is no picture");
    let errors = rig.errors();
    assert_eq!(errors.len(), 1, "told once: {errors:?}");
    assert!(errors[0].contains("device was lost"), "{errors:?}");

    let another = Gpu::headless().expect("lavapipe is installed");
    rig.engine
        .set_gpu(Some(another))
        .expect("it takes its place");
    assert!(!rig.engine.has_lost_gpu());
    rig.settle();
    for frame in 101..=130 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at {frame}");
    }
    rig.verify_counts();
    assert_eq!(rig.errors().len(), 1, "nothing new: {:?}", rig.errors());
}

#[test]
fn without_another_device_playing_goes_on_and_nothing_is_drawn() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu.clone());
    gpu.device().destroy();
    rig.pass(1);
    rig.engine.set_gpu(None).expect("none is always to be had");
    rig.settle();
    rig.engine.reset_stats();
    for _ in 0..30 {
        rig.advance(1);
    }
    rig.verify_no_loss();
    assert!(rig.engine.read_canvas().is_none());
    assert!(rig.engine.snapshot().adapter.is_none(), "and that is shown");
}

#[test]
fn a_device_that_takes_other_textures_is_refused_and_nothing_changes() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu);
    let other = lacking(wgpu::Features::TEXTURE_COMPRESSION_BC);
    let refused = rig.engine.set_gpu(Some(other)).expect_err("other textures");
    assert!(
        refused.to_string().contains("open the project anew"),
        "{refused}"
    );
    rig.advance(1);
    assert_eq!(rig.numbers(6), expected(71));
}

#[test]
fn an_adapter_without_bc_plays_and_says_why_it_decodes_on_the_processor() {
    let (_cards, rig) = plays_on(lacking(wgpu::Features::TEXTURE_COMPRESSION_BC));
    let snapshot = rig.engine.snapshot();
    assert!(!snapshot.adapter.as_ref().expect("an adapter").bc);
    assert!(snapshot.layers.iter().all(|layer| layer.is_fallback));
}

#[test]
fn an_adapter_without_timestamps_plays_and_shows_no_time_of_its_own() {
    let (_cards, rig) = plays_on(lacking(
        wgpu::Features::TIMESTAMP_QUERY | wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS,
    ));
    assert_eq!(rig.engine.snapshot().gpu_ms, None);
}

#[test]
fn an_adapter_with_none_of_the_features_wanted_plays() {
    let gpu = lacking(WANTED);
    assert!(!gpu.has_bc() && !gpu.has_16_bit() && !gpu.has_timestamps());
    plays_on(gpu);
}

#[test]
fn what_a_device_refuses_is_told_and_the_show_goes_on() {
    let gpu = Gpu::headless().expect("lavapipe is installed").forgiving();
    let (_cards, mut rig) = plays_on(gpu.clone());
    let limit = gpu.device().limits().max_buffer_size;
    let _refused = gpu.device().create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: limit + 1,
        usage: wgpu::BufferUsages::COPY_SRC,
        mapped_at_creation: false,
    });
    for frame in 71..=80 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at {frame}");
    }
    let errors = rig.errors();
    assert_eq!(errors.len(), 1, "told once: {errors:?}");
    assert!(errors[0].contains("refused something"), "{errors:?}");
}

/// Every test with a picture runs on such a device: no more is ever asked for, whatever the adapter offers.
#[test]
fn sixteen_sampled_textures_are_all_that_is_asked_of_an_adapter() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let limits = gpu.device().limits();
    assert_eq!(limits.max_sampled_textures_per_shader_stage, 16);
    assert_eq!(limits.max_samplers_per_shader_stage, 16);
}
