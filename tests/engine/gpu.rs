//! Six layers on a graphics device that is gone, runs out of memory, or can do less than others: told, and gone on as well
//! as it goes.

use std::process::Command;
use std::sync::Arc;

use crate::card_rig::{Rig, clip};
use crate::cards::{CARD_PX, Cards, NUMBERS_PER_CARD};
use image::imageops::crop_imm;
use sextet::engine::{EngineOptions, Pace};
use sextet::gpu::{DeviceHandicap, Gpu};
use sextet::media::hap::encode::FrameOptions;
use sextet::media::hap::testcard::read_index_grid;
use sextet::project::{BlendMode, Project};
use sextet::stats::Counts;
use sextet::time::{Clock, FrameIndex, FrameRate, Time};

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

/// Numbers that the layers show at a canvas frame.
fn expected(frame: i64) -> Vec<u64> {
    let frame = u64::try_from(frame % LENGTH).expect("not negative");
    (0..6)
        .map(|layer| layer * NUMBERS_PER_CARD + frame)
        .collect()
}

fn lacking(features: wgpu::Features) -> Gpu {
    let poorer = DeviceHandicap {
        lacking: features,
        ..DeviceHandicap::default()
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
    assert!(snapshot.layers.iter().all(|layer| {
        layer
            .read_path
            .as_ref()
            .is_some_and(|path| path.fallback.is_some())
    }));
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

/// The counts of the first five layers together.
fn counts_of_five(rig: &Rig) -> Counts {
    let mut sum = Counts::default();
    for layer in &rig.engine.snapshot().layers[..5] {
        sum.add(&layer.counts);
    }
    sum
}

/// Picture of a device that has no room: reading that back takes some, too.
fn look<T>(gpu: &Gpu, room: u64, rig: &mut Rig, look: impl FnOnce(&mut Rig) -> T) -> T {
    gpu.set_room(u64::MAX);
    let seen = look(rig);
    gpu.set_room(room);
    seen
}

/// The numbers of the first five layers are right at a canvas frame, on a device that has no room.
fn verify_five(gpu: &Gpu, rig: &mut Rig, frame: i64) {
    let numbers = look(gpu, 0, rig, |rig| rig.numbers(5));
    assert_eq!(numbers, expected(frame)[..5], "at {frame}");
}

fn error_of_sixth(rig: &Rig) -> Option<&str> {
    rig.engine.snapshot().layers[5].error.as_deref()
}

#[test]
fn a_layer_whose_textures_have_no_room_says_so_alone_and_comes_when_they_have() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (mut cards, mut rig) = plays_on(gpu.clone());
    // One row shorter: as many bytes to decode into, but other textures.
    let (width, height) = CARD_PX;
    let options = FrameOptions::default();
    let other = cards.add_as(60, 60, (width, height - 1), &options);
    let mut project = Project::clone(rig.engine.project());
    project.media = cards.project(Vec::new()).media;
    project.layers[5].clips = vec![clip(other, 0, LENGTH)];
    // Its upper edge stays where it was, and with it the cells.
    project.layers[5].transform.position_px[1] -= 0.5;
    gpu.set_room(0);
    rig.engine.set_project(Arc::new(project));
    rig.settle();
    for frame in 71..=130 {
        rig.advance(1);
        let due = FrameIndex(i64::unsigned_abs(frame % LENGTH));
        let sixth = &rig.engine.snapshot().layers[5];
        assert!(
            sixth.in_memory.contains(&due),
            "{due:?} is at hand if the device takes it again: {:?}",
            sixth.in_memory
        );
        if frame % 10 == 0 {
            verify_five(&gpu, &mut rig, frame);
        }
    }
    let error = error_of_sixth(&rig).expect("an error").to_owned();
    assert!(
        error.contains("the graphics device is out of memory for"),
        "{error}"
    );
    assert!(error.contains("card-6.mov"), "which file: {error}");
    assert!(
        rig.engine.snapshot().layers[..5]
            .iter()
            .all(|layer| layer.error.is_none())
    );
    assert_eq!(rig.errors(), [error], "told once");
    assert_eq!(counts_of_five(&rig).lost(), 0, "the others lose nothing");
    let blamed = rig.counts(5).causes;
    assert!(blamed.upload > 40, "{blamed:?}");
    let numbers = look(&gpu, 0, &mut rig, |rig| rig.numbers(6));
    assert_eq!(numbers[5], 0, "it shows nothing");

    // It is asked again after 1, 2 and 4 seconds, and the last time that is not in vain.
    gpu.set_room(u64::MAX);
    for _ in 0..240 {
        rig.advance(1);
    }
    assert_eq!(error_of_sixth(&rig), None);
    assert_eq!(
        rig.numbers(6)[5],
        6 * NUMBERS_PER_CARD + 370 % LENGTH as u64
    );
    assert_eq!(rig.errors().len(), 1, "nothing new");
    rig.verify_counts();
}

#[test]
fn a_layer_at_rest_that_has_no_room_comes_when_it_has() {
    let (cards, mut project) = six_layers();
    let sixth = project.layers.pop().expect("six");
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut rig = Rig::with_gpu(EngineOptions::default(), project.clone(), Some(gpu.clone()));
    gpu.set_room(0);
    project.layers.push(sixth);
    rig.engine.set_project(Arc::new(project));
    for _ in 0..30 {
        rig.pass(1);
    }
    verify_five(&gpu, &mut rig, 0);
    gpu.set_room(u64::MAX);
    // At rest a tick comes each second.
    rig.pass(60);
    rig.pass(60);
    rig.settle();
    assert_eq!(rig.numbers(6), expected(0));
    assert_eq!(error_of_sixth(&rig), None);
    drop(cards);
}

#[test]
fn a_layer_without_memory_to_decode_into_says_so_alone_and_plays_when_there_is_some() {
    let (_cards, project) = six_layers();
    let mut five = project.clone();
    five.layers.pop();
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut rig = Rig::with_gpu(EngineOptions::default(), five, Some(gpu.clone()));
    rig.engine.play();
    rig.settle();
    for _ in 0..70 {
        rig.advance(1);
    }
    gpu.set_room(0);
    rig.engine.set_project(Arc::new(project));
    for frame in 71..=130 {
        rig.advance_but(1, 5);
        if frame % 10 == 0 {
            verify_five(&gpu, &mut rig, frame);
        }
    }
    let error = error_of_sixth(&rig).expect("an error").to_owned();
    assert!(
        error.contains("the graphics device is out of memory for"),
        "{error}"
    );
    let mut errors = rig.errors();
    errors.sort();
    errors.dedup();
    assert_eq!(errors.len(), rig.errors().len(), "each told once");
    assert!(errors.contains(&error), "{errors:?}");
    assert_eq!(counts_of_five(&rig).lost(), 0, "the others lose nothing");
    gpu.set_room(u64::MAX);
    for frame in 131..=200 {
        rig.advance_but(1, 5);
        if frame == 200 {
            rig.settle();
            assert_eq!(rig.numbers(6), expected(frame), "a second later");
        }
    }
    assert_eq!(error_of_sixth(&rig), None);
    rig.verify_counts();
}

#[test]
fn a_tick_that_waits_for_its_frames_does_not_wait_for_what_there_is_no_memory_for() {
    let (_cards, project) = six_layers();
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let options = EngineOptions {
        pace: Pace::EveryFrame,
        ..EngineOptions::default()
    };
    let mut rig = Rig::with_gpu(options, Project::default(), Some(gpu.clone()));
    gpu.set_room(0);
    rig.engine.set_project(Arc::new(project));
    rig.settle();
    rig.engine.play();
    let clock = Clock::system();
    for _ in 0..10 {
        rig.engine.tick();
    }
    assert!(clock.now() < Time::from_seconds(10), "{:?}", clock.now());
    gpu.set_room(u64::MAX);
    rig.engine.pause();
    rig.pass(60);
    rig.pass(60);
    rig.settle();
    let playhead = rig.engine.playhead();
    let shown = FrameRate::FPS_60.frame_at(playhead);
    assert_eq!(rig.numbers(6), expected(shown));
}

/// The number that the first layer shows on a canvas of twice the size, drawn at a `divisor`-th of it.
fn first_number(rig: &mut Rig) -> u64 {
    let picture = rig.engine.read_canvas().expect("a canvas");
    let (width, height) = CARD_PX;
    let (left, top) = (picture.width() / 2, picture.height() / 2);
    let card = crop_imm(&picture, left - width * 3 / 2, top - height, width, height);
    read_index_grid(&card.to_image()).expect("cells are black or white")
}

#[test]
fn a_canvas_that_has_no_room_is_drawn_smaller_until_it_has() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu.clone());
    let mut project = Project::clone(rig.engine.project());
    let half_px = [project.canvas.width_px, project.canvas.height_px];
    project.canvas.width_px *= 2;
    project.canvas.height_px *= 2;
    let room = u64::from(half_px[0]) * u64::from(half_px[1]) * 4;
    gpu.set_room(room);
    rig.engine.set_project(Arc::new(project));
    rig.advance(1);
    assert_eq!(rig.engine.snapshot().canvas_divisor, 2);
    let picture = look(&gpu, room, &mut rig, |rig| rig.engine.read_canvas());
    let picture = picture.expect("a canvas");
    assert_eq!([picture.width(), picture.height()], half_px);
    let is_drawn = picture.pixels().any(|pixel| pixel.0[0] > 200);
    assert!(is_drawn, "the layers are on it");
    let errors = rig.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("drawn at half its size"), "{errors:?}");

    for _ in 0..120 {
        rig.advance(1);
    }
    assert_eq!(rig.engine.snapshot().canvas_divisor, 2, "still no room");
    gpu.set_room(u64::MAX);
    for _ in 0..240 {
        rig.advance(1);
    }
    assert_eq!(rig.engine.snapshot().canvas_divisor, 1);
    let number = u64::try_from((70 + 1 + 120 + 240) % LENGTH).expect("not negative");
    assert_eq!(first_number(&mut rig), number, "whole again");
    assert_eq!(rig.errors(), errors, "told once");
    rig.verify_no_loss();
}

#[test]
fn a_canvas_that_not_even_an_eighth_has_room_for_is_told_and_the_one_before_stays() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu.clone());
    let mut project = Project::clone(rig.engine.project());
    project.canvas.width_px *= 2;
    gpu.set_room(0);
    rig.engine.set_project(Arc::new(project));
    for _ in 0..30 {
        rig.advance(1);
    }
    let errors = rig.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("out of memory for 0.1 MB"), "{errors:?}");
    assert!(rig.engine.read_canvas().is_none(), "nor to read it back");
    gpu.set_room(u64::MAX);
    for _ in 0..120 {
        rig.advance(1);
    }
    let picture = rig.engine.read_canvas().expect("a canvas");
    assert_eq!(picture.width(), CARD_PX.0 * 6, "it is asked for again");
    assert_eq!(rig.errors(), errors, "told once");
    rig.verify_no_loss();
}

#[test]
fn a_blend_mode_that_has_no_room_is_drawn_as_normal_until_it_has() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu.clone());
    let mut project = Project::clone(rig.engine.project());
    let canvas = u64::from(project.canvas.width_px) * u64::from(project.canvas.height_px) * 4;
    for layer in &mut project.layers {
        layer.blend = BlendMode::Overlay;
    }
    rig.engine.set_project(Arc::new(project));
    gpu.set_room(canvas - 1);
    rig.advance(1);
    let errors = rig.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("are drawn as Normal"), "{errors:?}");
    let numbers = look(&gpu, canvas - 1, &mut rig, |rig| rig.numbers(6));
    assert_eq!(numbers, expected(71), "over black as it is");
    gpu.set_room(u64::MAX);
    for _ in 0..120 {
        rig.advance(1);
    }
    assert_eq!(rig.numbers(6), [0; 6], "what lies over black stays black");
    assert_eq!(rig.errors(), errors, "told once");
}

#[test]
fn a_device_that_has_no_room_from_the_start_is_refused_with_the_reason() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for room in [0, 10_000, 1_000_000] {
        gpu.set_room(room);
        let clock = Clock::system();
        let engine =
            sextet::engine::Engine::new(EngineOptions::default(), clock, Some(gpu.clone()));
        match engine {
            Ok(engine) => assert!(engine.snapshot().canvas_divisor > 1, "at {room}"),
            Err(error) => assert!(error.to_string().contains("out of memory"), "{error}"),
        }
    }
}

/// Set for the process whose memory is held down.
const POOR: &str = "SEXTET_TEST_POOR";

/// Limits the address space of the process to this much beyond what it has.
fn leave_address_space(spare_bytes: Option<u64>) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::As).maximum;
    let current = spare_bytes.map(|spare| {
        let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
        let pages: u64 = pages
            .split(' ')
            .next()
            .expect("a size")
            .parse()
            .expect("a number");
        pages * rustix::param::page_size() as u64 + spare
    });
    setrlimit(
        Resource::As,
        Rlimit {
            current: current.or(maximum),
            maximum,
        },
    )
    .expect("lowered");
}

/// The canvas of a show grows to 8192×4096 pixels, 128 MiB, on a machine that has 64 left; and then has them.
#[test]
fn a_process_that_is_poor() {
    if std::env::var_os(POOR).is_none() {
        return;
    }
    // A device that panics on what goes wrong beside the errors that are awaited.
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (_cards, mut rig) = plays_on(gpu);
    let mut project = Project::clone(rig.engine.project());
    project.canvas.width_px = 8192;
    project.canvas.height_px = 4096;
    leave_address_space(Some(64 << 20));
    rig.engine.set_project(Arc::new(project));
    rig.advance(1);
    let divisor = rig.engine.snapshot().canvas_divisor;
    assert!(divisor > 1, "drawn smaller");
    let errors = rig.errors();
    assert!(
        errors[0].contains("out of memory for 134.2 MB"),
        "{errors:?}"
    );
    leave_address_space(None);
    rig.pass(120);
    rig.settle();
    assert_eq!(rig.engine.snapshot().canvas_divisor, 1, "whole again");
    assert!(rig.engine.read_canvas().is_some());
    assert_eq!(rig.errors().len(), 1, "nothing else went wrong");
    println!("went on");
}

#[test]
#[cfg(target_os = "linux")]
fn memory_that_the_system_really_refuses_is_told_and_the_show_goes_on() {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args([
            "gpu::a_process_that_is_poor",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(POOR, "1")
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("went on"),
        "{text}{errors}"
    );
}

/// Every test with a picture runs on such a device: no more is ever asked for, whatever the adapter offers.
#[test]
fn sixteen_sampled_textures_are_all_that_is_asked_of_an_adapter() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let limits = gpu.device().limits();
    assert_eq!(limits.max_sampled_textures_per_shader_stage, 16);
    assert_eq!(limits.max_samplers_per_shader_stage, 16);
}
