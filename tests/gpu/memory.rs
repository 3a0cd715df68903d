//! The compositor on a device that has no room for more: it does without, says so, and has it once there is room.

use std::sync::Arc;

use sextet::gpu::{Compositor, Gpu, GpuError, LayerDraw, LayerStyle, StagingPool, frame_to_rgba};
use sextet::media::frame::{ColourModel, FrameLayout, FrameMemoryPool as _, PlaneFormat};
use sextet::project::{Placement, Transform};

const SIDE_PX: u32 = 16;

struct Stage {
    gpu: Gpu,
    pool: StagingPool,
    compositor: Compositor,
}

fn layout() -> Arc<FrameLayout> {
    let colour = ColourModel::Rgb { has_alpha: false };
    let planes = [(PlaneFormat::Rgba8, 0, 0)];
    Arc::new(FrameLayout::new(SIDE_PX, SIDE_PX, colour, &planes).expect("a small picture"))
}

/// A picture of one shade of grey.
fn grey(layout: &FrameLayout, shade: u8) -> Vec<u8> {
    vec![shade; usize::try_from(layout.bytes).expect("small")]
}

/// A draw over the whole canvas.
fn draw(key: u32, opacity: f32) -> LayerDraw {
    let size = [SIDE_PX; 2];
    LayerDraw {
        key,
        opacity,
        placement: Placement::new(size, size, &Transform::default()),
        style: LayerStyle::default(),
        dissolve: None,
    }
}

impl Stage {
    fn new() -> Self {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        Self {
            pool: StagingPool::new(&gpu, 1 << 20),
            compositor: Compositor::new(&gpu, SIDE_PX, SIDE_PX).expect("a small canvas"),
            gpu,
        }
    }

    fn upload(&mut self, key: u32, shade: u8) -> Result<(), GpuError> {
        let layout = layout();
        let mut memory = self.pool.take(layout.bytes).expect("room to decode");
        memory.write(0, &grey(&layout, shade)).expect("as long");
        self.compositor.upload(key, &layout, memory, &mut self.pool)
    }

    /// The shade of the canvas, drawn with this much room; reading it back takes some, too.
    fn shade(&mut self, room: u64, draws: &[LayerDraw]) -> u8 {
        self.gpu.set_room(room);
        self.compositor.render([0.0; 3], draws);
        self.gpu.set_room(u64::MAX);
        let canvas = self.compositor.read_canvas().expect("a canvas");
        canvas.get_pixel(SIDE_PX / 2, SIDE_PX / 2).0[0]
    }

    fn shortage(&mut self) -> Option<String> {
        let shortage = self.compositor.take_shortage();
        shortage.map(|error| error.to_string())
    }
}

#[test]
fn a_frame_whose_textures_have_no_room_is_refused_and_its_memory_comes_back() {
    let mut stage = Stage::new();
    stage.upload(0, 200).expect("room");
    let memory = stage.pool.take(layout().bytes).expect("room");
    stage.gpu.set_room(0);
    let refused = stage
        .compositor
        .upload(1, &layout(), memory, &mut stage.pool);
    assert!(
        matches!(refused, Err(GpuError::OutOfMemory(_))),
        "{refused:?}"
    );
    assert!(!stage.compositor.has_picture(1));
    assert_eq!(stage.pool.free_count(), 1);
    assert_eq!(
        stage.shade(0, &[draw(0, 1.0), draw(1, 1.0)]),
        200,
        "the other is there"
    );
}

#[test]
fn memory_to_decode_into_is_not_asked_for_again_before_it_is_time() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut pool = StagingPool::new(&gpu, 1 << 20);
    let idle = pool.take(512).expect("room");
    pool.give_back(idle);
    gpu.set_room(1000);
    assert!(pool.take(4096).is_none());
    assert_eq!(pool.free_count(), 0, "what lay idle was given up for it");
    let shortage = pool.shortage().expect("told").to_string();
    assert!(shortage.contains("out of memory for 0.0 MB"), "{shortage}");
    gpu.set_room(u64::MAX);
    assert!(pool.take(4096).is_none(), "too early");
    assert!(pool.take(512).is_some(), "what is smaller may be there");
    assert!(pool.shortage().is_none(), "and then there is hope");
    assert!(pool.take(4096).is_some());

    gpu.set_room(1000);
    assert!(pool.take(8192).is_none());
    gpu.set_room(u64::MAX);
    pool.try_again();
    assert!(pool.take(8192).is_some());
}

#[test]
fn a_crossfade_that_has_no_room_lies_one_over_the_other_until_it_has() {
    let mut stage = Stage::new();
    stage.upload(0, 200).expect("room");
    stage.upload(1, 100).expect("room");
    let parts = [draw(0, 0.5), draw(1, 0.5)].map(|draw| LayerDraw {
        dissolve: Some(7),
        ..draw
    });
    let laid_over = stage.shade(0, &parts);
    assert!(laid_over.abs_diff(100) <= 2, "{laid_over}");
    let told = stage.shortage().expect("told");
    assert!(
        told.contains("out of memory") && told.contains("crossfade"),
        "{told}"
    );
    assert!(stage.compositor.is_short());
    let still = stage.shade(u64::MAX, &parts);
    assert!(still.abs_diff(100) <= 2, "too early: {still}");
    assert_eq!(stage.shortage(), None, "told once");
    stage.compositor.try_again();
    let mixed = stage.shade(u64::MAX, &parts);
    assert!(mixed.abs_diff(150) <= 2, "{mixed}");
    assert!(!stage.compositor.is_short());
}

#[test]
fn a_picture_of_more_layers_than_there_is_room_for_stands_still_until_there_is() {
    let mut stage = Stage::new();
    for key in 0..17 {
        stage.upload(key, 50).expect("room");
    }
    assert_eq!(stage.shade(0, &[draw(0, 1.0)]), 50);
    stage.upload(16, 210).expect("room");
    let draws: Vec<_> = (0..17).map(|key| draw(key, 0.999)).collect();
    assert_eq!(stage.shade(0, &draws), 50, "as it was");
    let told = stage.shortage().expect("told");
    assert!(told.contains("the picture stands still"), "{told}");
    let drawn = stage.shade(u64::MAX, &draws);
    assert!(
        drawn.abs_diff(210) <= 2,
        "with what was uploaded meanwhile: {drawn}"
    );
}

#[test]
fn one_frame_by_itself_that_has_no_room_is_refused() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let layout = layout();
    let picture = grey(&layout, 120);
    // Each thing that it needs is refused in turn: they are of different sizes.
    for room in [0, 1, 100, 2000, 5000, 8191] {
        gpu.set_room(room);
        let refused = frame_to_rgba(&gpu, &layout, &picture);
        assert!(
            matches!(refused, Err(GpuError::OutOfMemory(_))),
            "{refused:?}"
        );
    }
    gpu.set_room(u64::MAX);
    let drawn = frame_to_rgba(&gpu, &layout, &picture).expect("room");
    assert_eq!(drawn.get_pixel(3, 3).0, [120, 120, 120, 255]);
}
