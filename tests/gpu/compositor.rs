//! The compositor on a software adapter: what the canvas shows, and that playing creates nothing.

use std::sync::Arc;

use image::{Rgba, RgbaImage};
use sextet::gpu::{Compositor, Gpu, GpuError, LayerDraw, LayerStyle, StagingPool, frame_to_rgba};
use sextet::media::frame::{
    ColourModel, FrameLayout, FrameMemory, FrameMemoryPool as _, HeapMemory, PlaneFormat,
};

use sextet::project::{Fit, Placement, Transform};

const POOL_BYTES: u64 = 64 << 20;

/// A device, a pool and a compositor.
struct Stage {
    gpu: Gpu,
    pool: StagingPool,
    compositor: Compositor,
}

impl Stage {
    fn new(width_px: u32, height_px: u32) -> Self {
        Self::on(
            Gpu::headless().expect("lavapipe is installed"),
            width_px,
            height_px,
        )
    }

    fn on(gpu: Gpu, width_px: u32, height_px: u32) -> Self {
        Self {
            pool: StagingPool::new(&gpu, POOL_BYTES),
            compositor: Compositor::new(&gpu, width_px, height_px).expect("a small canvas"),
            gpu,
        }
    }

    fn staged(&mut self, layout: &FrameLayout, bytes: &[u8]) -> Box<dyn FrameMemory> {
        let mut memory = self.pool.take(layout.bytes).expect("room in the pool");
        memory.write(0, bytes).expect("as long as the layout says");
        memory
    }

    fn upload(&mut self, key: u32, layout: &Arc<FrameLayout>, bytes: &[u8]) {
        let memory = self.staged(layout, bytes);
        self.compositor
            .upload(key, layout, memory, &mut self.pool)
            .expect("a good frame");
    }

    fn upload_image(&mut self, key: u32, image: &RgbaImage) {
        let (layout, bytes) = rgba_frame(image);
        self.upload(key, &layout, &bytes);
    }

    fn render(&mut self, background: [f32; 3], draws: &[LayerDraw]) -> RgbaImage {
        self.compositor.render(background, draws);
        self.compositor.read_canvas().expect("a canvas")
    }

    /// A draw that puts a picture pixel for pixel in the middle of the canvas.
    fn plain_draw(&self, key: u32, image: &RgbaImage, opacity: f32) -> LayerDraw {
        let size = [image.width(), image.height()];
        let canvas = self.compositor.canvas_px();
        LayerDraw {
            key,
            opacity,
            placement: placed(canvas, size, Fit::None, [0.0; 2], [1.0; 2], 0.0),
            style: LayerStyle::default(),
            dissolve: None,
        }
    }
}

fn placed(
    canvas_px: [u32; 2],
    picture_px: [u32; 2],
    fit: Fit,
    position_px: [f32; 2],
    scale: [f32; 2],
    rotation_deg: f32,
) -> Placement {
    let transform = Transform {
        position_px,
        scale,
        rotation_deg,
        fit,
        ..Transform::default()
    };
    Placement::new(canvas_px, picture_px, &transform)
}

/// A frame of straight RGBA, and its bytes with rows padded as the layout says.
fn rgba_frame(image: &RgbaImage) -> (Arc<FrameLayout>, Vec<u8>) {
    let colour = ColourModel::Rgb { has_alpha: true };
    let planes = [(PlaneFormat::Rgba8, 0, 0)];
    let layout =
        FrameLayout::new(image.width(), image.height(), colour, &planes).expect("in range");
    let mut bytes = vec![0; layout.bytes as usize];
    let stride = layout.planes[0].stride_bytes as usize;
    for (row, target) in image
        .as_raw()
        .chunks_exact(image.width() as usize * 4)
        .zip(bytes.chunks_exact_mut(stride))
    {
        target[..row.len()].copy_from_slice(row);
    }
    (Arc::new(layout), bytes)
}

fn noise(width_px: u32, height_px: u32, seed: u64) -> RgbaImage {
    let mut state = seed | 1;
    RgbaImage::from_fn(width_px, height_px, |_, _| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Rgba(((state >> 32) as u32).to_le_bytes())
    })
}

#[track_caller]
fn assert_close(found: &RgbaImage, expected: impl Fn(u32, u32) -> [f32; 4]) {
    for (x, y, pixel) in found.enumerate_pixels() {
        let wanted = expected(x, y);
        for (channel, wanted) in pixel.0.into_iter().zip(wanted) {
            let difference = (f32::from(channel) - wanted * 255.0).abs();
            assert!(
                difference <= 2.0,
                "at {x},{y}: {pixel:?} for {wanted} in {wanted:?}"
            );
        }
    }
}

#[test]
fn layers_are_blended_source_over_as_the_w3c_formula_says() {
    let mut stage = Stage::new(33, 17);
    let background = [0.2, 0.4, 0.8];
    let mut draws = Vec::new();
    let mut below = stage.render(background, &draws);
    assert_close(&below, |_, _| [0.2, 0.4, 0.8, 1.0]);
    for (key, opacity) in [(0, 1.0), (1, 0.6), (2, 0.25)] {
        let image = noise(33, 17, 7 + u64::from(key));
        stage.upload_image(key, &image);
        draws.push(stage.plain_draw(key, &image, opacity));
        let canvas = stage.render(background, &draws);
        // Compositing and Blending Level 1, 9.1.4, over an opaque backdrop: co = cs·αs + cb·(1 − αs). The backdrop is
        // taken as the canvas has it, in eight bits.
        assert_close(&canvas, |x, y| {
            let unit = |pixel: &Rgba<u8>| pixel.0.map(|code| f32::from(code) / 255.0);
            let [r, g, b, a] = unit(image.get_pixel(x, y));
            let backdrop = unit(below.get_pixel(x, y));
            let alpha = a * opacity;
            let mut colour = [r, g, b, 1.0];
            for (source, backdrop) in colour.iter_mut().zip(backdrop) {
                *source = *source * alpha + backdrop * (1.0 - alpha);
            }
            colour
        });
        below = canvas;
    }
}

#[test]
fn an_opaque_picture_of_the_canvas_size_arrives_unchanged() {
    for (width_px, height_px) in [(127, 71), (1, 1), (128, 72)] {
        let mut image = noise(width_px, height_px, 3);
        image.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
        let mut stage = Stage::new(width_px, height_px);
        stage.upload_image(0, &image);
        for fit in [Fit::Fit, Fit::Fill, Fit::Stretch, Fit::None] {
            let size = [width_px, height_px];
            let placement = placed(size, size, fit, [0.0; 2], [1.0; 2], 0.0);
            let draw = LayerDraw {
                key: 0,
                opacity: 1.0,
                placement,
                style: LayerStyle::default(),
                dissolve: None,
            };
            let canvas = stage.render([0.0; 3], &[draw]);
            assert!(canvas == image, "{width_px}×{height_px}, {fit:?}");
        }
    }
}

#[test]
fn the_draw_that_comes_last_lies_on_top() {
    let mut stage = Stage::new(4, 4);
    let red = RgbaImage::from_pixel(4, 4, Rgba([255, 0, 0, 255]));
    let blue = RgbaImage::from_pixel(4, 4, Rgba([0, 0, 255, 255]));
    stage.upload_image(1, &red);
    stage.upload_image(2, &blue);
    let [over, under] = [
        stage.plain_draw(1, &red, 1.0),
        stage.plain_draw(2, &blue, 1.0),
    ];
    assert_eq!(stage.render([0.0; 3], &[under, over]), red);
    assert_eq!(stage.render([0.0; 3], &[over, under]), blue);
}

#[test]
fn layers_without_a_picture_or_without_opacity_leave_the_background() {
    let mut stage = Stage::new(4, 4);
    let red = RgbaImage::from_pixel(4, 4, Rgba([255, 0, 0, 255]));
    let green = RgbaImage::from_pixel(4, 4, Rgba([0, 255, 0, 255]));
    stage.upload_image(1, &red);
    let shown = stage.plain_draw(1, &red, 1.0);
    let faded = stage.plain_draw(1, &red, 0.0);
    let unknown = stage.plain_draw(9, &red, 1.0);
    let background = [0.0, 1.0, 0.0];
    assert_eq!(stage.render(background, &[unknown, shown]), red);
    assert_eq!(stage.render(background, &[faded]), green);
    stage.compositor.clear_layer(1);
    assert!(!stage.compositor.has_picture(1));
    assert_eq!(stage.render(background, &[shown]), green);
    stage.upload_image(1, &red);
    assert!(stage.compositor.has_picture(1));
    assert_eq!(stage.render(background, &[shown]), red);
    stage.compositor.retain_layers(|key| key != 1);
    assert!(!stage.compositor.has_picture(1));
}

/// The colours of the quarters of a test picture: left and right of the upper half, then of the lower.
const QUARTERS: [[[u8; 4]; 2]; 2] = [
    [[255, 0, 0, 255], [0, 255, 0, 255]],
    [[0, 0, 255, 255], [255, 255, 255, 255]],
];

#[test]
fn pictures_lie_where_their_placement_says() {
    const SIZE: [u32; 2] = [40, 20];
    let canvas_px = [120, 90];
    let image = RgbaImage::from_fn(SIZE[0], SIZE[1], |x, y| {
        Rgba(QUARTERS[usize::from(y >= 10)][usize::from(x >= 20)])
    });
    let mut stage = Stage::new(canvas_px[0], canvas_px[1]);
    stage.upload_image(0, &image);
    for fit in [Fit::Fit, Fit::Fill, Fit::Stretch, Fit::None] {
        for (position, scale, rotation_deg) in [
            ([0.0, 0.0], [1.0, 1.0], 0.0),
            ([11.0, -7.0], [1.0, 1.0], 90.0),
            ([0.0, 0.0], [0.5, 1.5], 30.0),
            ([-20.0, 5.0], [-1.0, 1.0], 200.0),
        ] {
            let placement = placed(canvas_px, SIZE, fit, position, scale, rotation_deg);
            let draw = LayerDraw {
                key: 0,
                opacity: 1.0,
                placement,
                style: LayerStyle::default(),
                dissolve: None,
            };
            let canvas = stage.render([0.0; 3], &[draw]);
            check_quarters(&canvas, &placement, SIZE.map(|side| side as f32), fit);
        }
    }
}

/// Holds each pixel against the quarter of the picture that the inverse of the placement finds there, except within
/// two pixels of a border, where filtering mixes colours.
fn check_quarters(canvas: &RgbaImage, placement: &Placement, size: [f32; 2], fit: Fit) {
    let [[a, b, shift_x], [c, d, shift_y]] = placement.canvas_from_picture;
    let determinant = a * d - b * c;
    // How many picture pixels two canvas pixels span at most.
    let margin = 2.0 * (a.abs() + b.abs() + c.abs() + d.abs()) / determinant.abs();
    let mut checked = 0;
    for (x, y, pixel) in canvas.enumerate_pixels() {
        let [dx, dy] = [x as f32 + 0.5 - shift_x, y as f32 + 0.5 - shift_y];
        let at = [
            (d * dx - b * dy) / determinant,
            (a * dy - c * dx) / determinant,
        ];
        let is_near = |axis: usize| {
            [0.0, 0.5, 1.0]
                .into_iter()
                .any(|part| (at[axis] - part * size[axis]).abs() < margin.max(1.0))
        };
        if is_near(0) || is_near(1) {
            continue;
        }
        let is_inside = (0..2).all(|axis| (0.0..size[axis]).contains(&at[axis]));
        let expected = if is_inside {
            QUARTERS[usize::from(at[1] > size[1] / 2.0)][usize::from(at[0] > size[0] / 2.0)]
        } else {
            [0, 0, 0, 255]
        };
        assert_eq!(pixel.0, expected, "{fit:?} at {x},{y} for {placement:?}");
        checked += 1;
    }
    assert!(checked > 1000, "{fit:?}: only {checked} pixels are clear");
}

#[test]
fn the_padding_of_blocks_never_shows() {
    // One BC1 block: endpoints red and green; the 3×3 texels that are the picture take the first, the rest the second.
    let mut block = [0x00, 0xF8, 0xE0, 0x07, 0, 0, 0, 0];
    for (y, row) in block[4..].iter_mut().enumerate() {
        *row = if y < 3 { 0b01_00_00_00 } else { 0b01_01_01_01 };
    }
    let colour = ColourModel::Rgb { has_alpha: false };
    let layout = FrameLayout::new(3, 3, colour, &[(PlaneFormat::Bc1, 0, 0)]).expect("in range");
    let mut bytes = vec![0; layout.bytes as usize];
    bytes[..8].copy_from_slice(&block);
    let mut stage = Stage::new(30, 30);
    stage.upload(0, &Arc::new(layout), &bytes);
    let draw = LayerDraw {
        key: 0,
        opacity: 1.0,
        placement: placed([30, 30], [3, 3], Fit::Stretch, [0.0; 2], [1.0; 2], 0.0),
        style: LayerStyle::default(),
        dissolve: None,
    };
    let canvas = stage.render([0.0; 3], &[draw]);
    assert_eq!(
        canvas,
        RgbaImage::from_pixel(30, 30, Rgba([255, 0, 0, 255]))
    );
}

#[test]
fn playing_creates_no_texture_and_no_buffer() {
    const LAYERS: u32 = 6;
    let image = noise(64, 36, 5);
    let (layout, bytes) = rgba_frame(&image);
    let mut stage = Stage::new(64, 36);
    let draws: Vec<_> = (0..LAYERS)
        .map(|key| stage.plain_draw(key, &image, 0.5))
        .collect();
    let play = |stage: &mut Stage, frames: u32| {
        for _ in 0..frames {
            for key in 0..LAYERS {
                stage.upload(key, &layout, &bytes);
            }
            stage.compositor.render([0.0; 3], &draws);
            stage.gpu.wait_idle().expect("the device is there");
            stage.pool.poll();
        }
        let creations = stage.compositor.counts().creations;
        (creations, stage.pool.created(), stage.pool.held_bytes())
    };
    let warm = play(&mut stage, 2);
    assert_eq!(
        warm.1,
        u64::from(LAYERS),
        "one buffer for each upload of a frame"
    );
    assert_eq!(play(&mut stage, 100), warm);
    assert_eq!(stage.compositor.counts().uploads, 102 * u64::from(LAYERS));
    assert_eq!(stage.compositor.counts().renders, 102);
}

#[test]
fn memory_comes_back_once_the_gpu_has_copied_it_and_not_before() {
    let image = noise(16, 16, 1);
    let mut stage = Stage::new(16, 16);
    stage.upload_image(0, &image);
    stage.gpu.wait_idle().expect("the device is there");
    stage.pool.poll();
    assert_eq!(stage.pool.free_count(), 0, "nothing was submitted yet");
    stage.compositor.render([0.0; 3], &[]);
    stage.gpu.wait_idle().expect("the device is there");
    stage.pool.poll();
    assert_eq!(stage.pool.free_count(), 1);
    assert_eq!(stage.pool.created(), 1);
}

#[test]
fn what_lies_wholly_under_an_opaque_picture_is_not_drawn() {
    let mut stage = Stage::new(8, 8);
    let below = noise(8, 8, 1);
    stage.upload_image(0, &below);
    let colour = ColourModel::Grey {
        is_full_range: true,
    };
    let grey = FrameLayout::new(8, 8, colour, &[(PlaneFormat::R8, 0, 0)]).expect("in range");
    let bytes = vec![100; grey.bytes as usize];
    stage.upload(1, &Arc::new(grey), &bytes);
    let [hidden, cover] = [0, 1].map(|key| stage.plain_draw(key, &below, 1.0));
    let mut drawn = |draws: &[LayerDraw]| {
        let before = stage.compositor.counts().draws;
        let canvas = stage.render([0.0; 3], draws);
        (stage.compositor.counts().draws - before, canvas)
    };
    let plain = RgbaImage::from_pixel(8, 8, Rgba([100, 100, 100, 255]));
    assert_eq!(drawn(&[hidden, cover]), (1, plain));
    let faded = LayerDraw {
        opacity: 0.99,
        ..cover
    };
    assert_eq!(drawn(&[hidden, faded]).0, 2);
    let mut moved = cover;
    moved.placement.canvas_from_picture[0][2] += 1.0;
    assert_eq!(drawn(&[hidden, moved]).0, 2);
    assert_eq!(
        drawn(&[cover, hidden]).0,
        2,
        "what has alpha covers nothing"
    );
}

#[test]
fn frames_in_flight_are_counted_until_the_device_has_finished_them() {
    let mut stage = Stage::new(8, 8);
    assert_eq!(stage.compositor.frames_in_flight(), 0);
    stage.compositor.render([0.0; 3], &[]);
    assert!(stage.compositor.frames_in_flight() <= 1);
    stage.gpu.wait_idle().expect("the device is there");
    assert_eq!(stage.compositor.frames_in_flight(), 0);
    assert_eq!(stage.compositor.counts().renders, 1);
}

#[test]
fn a_lost_device_is_an_error_and_no_panic() {
    let image = noise(8, 8, 1);
    let mut stage = Stage::new(8, 8);
    stage.upload_image(0, &image);
    let draw = stage.plain_draw(0, &image, 1.0);
    stage.render([0.0; 3], &[draw]);
    let (layout, bytes) = rgba_frame(&image);
    let memory = stage.staged(&layout, &bytes);
    let later = stage.staged(&layout, &bytes);

    stage.gpu.device().destroy();
    stage.pool.poll();
    assert!(stage.gpu.is_lost(), "the device said so");
    let result = stage.compositor.upload(0, &layout, memory, &mut stage.pool);
    assert!(matches!(result, Err(GpuError::Lost)), "{result:?}");
    assert!(!stage.compositor.has_picture(0), "nothing to show");
    stage.compositor.render([0.0; 3], &[draw]);
    let reading = stage.compositor.read_canvas();
    assert!(matches!(reading, Err(GpuError::Lost)), "{reading:?}");
    let resizing = stage.compositor.resize(9, 9);
    assert!(matches!(resizing, Err(GpuError::Lost)), "{resizing:?}");
    let single = frame_to_rgba(&stage.gpu, &layout, &bytes);
    assert!(matches!(single, Err(GpuError::Lost)), "{single:?}");
    let anew = Compositor::new(&stage.gpu, 8, 8).map(|_| "made");
    assert!(matches!(anew, Err(GpuError::Lost)), "{anew:?}");
    assert!(stage.pool.take(1 << 20).is_none(), "no new memory");
    stage.pool.give_back(later);
    stage.pool.poll();
}

#[test]
fn of_two_uploads_in_a_frame_the_later_one_is_shown() {
    let mut stage = Stage::new(8, 8);
    let mut images = [noise(8, 8, 1), noise(8, 8, 2), noise(8, 8, 3)];
    for image in &mut images {
        image.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
        stage.upload_image(0, image);
    }
    let draw = stage.plain_draw(0, &images[2], 1.0);
    assert_eq!(stage.render([0.0; 3], &[draw]), images[2]);
}

#[test]
fn a_layer_may_change_size_and_format_from_frame_to_frame() {
    let mut stage = Stage::new(8, 8);
    let large = RgbaImage::from_pixel(8, 8, Rgba([9, 8, 7, 255]));
    stage.upload_image(0, &large);
    let draw = stage.plain_draw(0, &large, 1.0);
    assert_eq!(stage.render([0.0; 3], &[draw]), large);

    let colour = ColourModel::Grey {
        is_full_range: true,
    };
    let grey = FrameLayout::new(4, 4, colour, &[(PlaneFormat::R8, 0, 0)]).expect("in range");
    let bytes = vec![100; grey.bytes as usize];
    stage.upload(0, &Arc::new(grey), &bytes);
    let draw = LayerDraw {
        placement: placed([8, 8], [4, 4], Fit::Fill, [0.0; 2], [1.0; 2], 0.0),
        ..draw
    };
    let expected = RgbaImage::from_pixel(8, 8, Rgba([100, 100, 100, 255]));
    assert_eq!(stage.render([0.0; 3], &[draw]), expected);
}

#[test]
fn block_compressed_frames_are_refused_without_bc_and_their_memory_comes_back() {
    let gpu = Gpu::headless().expect("lavapipe is installed").without_bc();
    let mut stage = Stage::on(gpu, 8, 8);
    stage.upload_image(0, &noise(8, 8, 1));
    let layout = FrameLayout::new(8, 8, ColourModel::ScaledYCoCg, &[(PlaneFormat::Bc3, 0, 0)]);
    let layout = Arc::new(layout.expect("in range"));
    let memory = stage.staged(&layout, &[0; 64]);
    let free = stage.pool.free_count();
    let result = stage.compositor.upload(0, &layout, memory, &mut stage.pool);
    assert!(matches!(
        result,
        Err(GpuError::Unsupported(PlaneFormat::Bc3))
    ));
    assert_eq!(stage.pool.free_count(), free + 1);
    assert!(
        !stage.compositor.has_picture(0),
        "no picture out of date stays"
    );
}

#[test]
fn memory_shorter_than_its_layout_is_refused() {
    let mut stage = Stage::new(8, 8);
    let (layout, _) = rgba_frame(&noise(64, 64, 1));
    let staged = stage.pool.take(256).expect("room");
    let heap = Box::new(HeapMemory::new(256));
    for memory in [staged, heap as Box<dyn FrameMemory>] {
        let result = stage.compositor.upload(0, &layout, memory, &mut stage.pool);
        assert!(
            matches!(
                result,
                Err(GpuError::ShortMemory {
                    given_bytes: 256,
                    ..
                })
            ),
            "{result:?}"
        );
    }
    assert!(!stage.compositor.has_picture(0));
}

#[test]
fn frames_in_ordinary_memory_are_taken_in_too() {
    let image = RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 255]));
    let (layout, bytes) = rgba_frame(&image);
    let mut memory = Box::new(HeapMemory::new(bytes.len()));
    memory.write(0, &bytes).expect("as long as the layout says");
    let mut stage = Stage::new(8, 8);
    stage
        .compositor
        .upload(0, &layout, memory, &mut stage.pool)
        .expect("a good frame");
    let draw = stage.plain_draw(0, &image, 1.0);
    assert_eq!(stage.render([0.0; 3], &[draw]), image);
}

#[test]
fn more_draws_than_the_buffer_had_room_for_are_all_drawn() {
    let mut stage = Stage::new(40, 1);
    let dot = RgbaImage::from_pixel(1, 1, Rgba([255, 255, 255, 255]));
    stage.upload_image(0, &dot);
    let draws: Vec<_> = (0..40_u8)
        .map(|x| {
            let position = [f32::from(x) - 19.5, 0.0];
            LayerDraw {
                key: 0,
                opacity: 1.0,
                placement: placed([40, 1], [1, 1], Fit::None, position, [1.0; 2], 0.0),
                style: LayerStyle::default(),
                dissolve: None,
            }
        })
        .collect();
    let canvas = stage.render([0.0; 3], &draws);
    assert_eq!(canvas, RgbaImage::from_pixel(40, 1, Rgba([255; 4])));
}

#[test]
fn a_resized_canvas_is_another_generation_and_an_unchanged_one_is_not() {
    let mut stage = Stage::new(8, 8);
    let generation = stage.compositor.canvas_generation();
    stage.compositor.resize(8, 8).expect("in range");
    assert_eq!(stage.compositor.canvas_generation(), generation);
    stage.compositor.resize(5, 3).expect("in range");
    assert_ne!(stage.compositor.canvas_generation(), generation);
    let canvas = stage.render([1.0, 0.0, 0.0], &[]);
    assert_eq!(canvas, RgbaImage::from_pixel(5, 3, Rgba([255, 0, 0, 255])));
    let error = stage.compositor.resize(0, 3);
    assert!(matches!(error, Err(GpuError::TooLarge { .. })));
    assert_eq!(stage.compositor.canvas_px(), [5, 3]);
}

#[test]
fn the_time_that_the_gpu_took_is_known_after_a_few_frames() {
    let mut stage = Stage::new(256, 256);
    assert!(stage.gpu.has_timestamps(), "lavapipe writes timestamps");
    let image = noise(256, 256, 1);
    let draw = stage.plain_draw(0, &image, 1.0);
    for _ in 0..8 {
        stage.upload_image(0, &image);
        stage.compositor.render([0.0; 3], &[draw]);
        stage.gpu.wait_idle().expect("the device is there");
        stage.pool.poll();
    }
    let milliseconds = stage.compositor.last_gpu_ms().expect("a measurement");
    assert!(
        milliseconds > 0.0 && milliseconds < 10_000.0,
        "{milliseconds} ms"
    );
}

#[test]
fn the_device_of_a_window_has_what_playing_needs() {
    let state = egui_kittest::wgpu::create_render_state(
        sextet::gpu::wgpu_setup(),
        egui_wgpu::RendererOptions::PREDICTABLE,
    );
    let gpu = Gpu::from_render_state(&state);
    assert!(gpu.has_bc() && gpu.has_timestamps());
    let limit_px = gpu.device().limits().max_texture_dimension_2d;
    assert_eq!(
        limit_px,
        state.adapter.limits().max_texture_dimension_2d.min(16_384)
    );

    let red = RgbaImage::from_pixel(4, 4, Rgba([255, 0, 0, 255]));
    let mut stage = Stage::on(gpu, 4, 4);
    stage.upload_image(0, &red);
    let draw = stage.plain_draw(0, &red, 1.0);
    assert_eq!(stage.render([0.0; 3], &[draw]), red);
}

/// Not a check but a measurement: run it with `--ignored --nocapture`.
#[test]
#[ignore = "it measures and checks nothing"]
fn time_of_the_render_thread_for_six_layers_of_hap_q_in_full_hd() {
    const FRAMES: u32 = 60;
    let layout = FrameLayout::new(
        1920,
        1080,
        ColourModel::ScaledYCoCg,
        &[(PlaneFormat::Bc3, 0, 0)],
    );
    let layout = Arc::new(layout.expect("in range"));
    let bytes = noise(1024, 1024, 1).into_raw();
    let bytes = &bytes[..layout.bytes as usize];
    let mut stage = Stage::new(1920, 1080);
    let draws: Vec<_> = (0..6)
        .map(|key| LayerDraw {
            key,
            opacity: 0.9,
            placement: placed(
                [1920, 1080],
                [1920, 1080],
                Fit::Fit,
                [0.0; 2],
                [1.0; 2],
                0.0,
            ),
            style: LayerStyle::default(),
            dissolve: None,
        })
        .collect();
    let clock = sextet::time::Clock::system();
    let mut spent_ms = [0.0; 4];
    for _ in 0..FRAMES {
        let start = clock.now();
        let memory: Vec<_> = (0..6).map(|_| stage.staged(&layout, bytes)).collect();
        let filled = clock.now();
        for (key, memory) in (0..).zip(memory) {
            stage
                .compositor
                .upload(key, &layout, memory, &mut stage.pool)
                .expect("a good frame");
        }
        stage.compositor.render([0.0; 3], &draws);
        let submitted = clock.now();
        stage.gpu.wait_idle().expect("the device is there");
        let done = clock.now();
        stage.pool.poll();
        let polled = clock.now();
        let marks = [start, filled, submitted, done, polled];
        for (spent, pair) in spent_ms.iter_mut().zip(marks.windows(2)) {
            *spent += (pair[1] - pair[0]).nanos() as f64 / 1e6;
        }
    }
    let [fill, record, work, poll] = spent_ms.map(|spent| spent / f64::from(FRAMES));
    println!(
        "{}: a frame's six uploads: fill {fill:.2} ms (workers), record and submit {record:.2} ms, device {work:.2} ms, \
         poll {poll:.2} ms; timestamps say {:?} ms",
        stage.gpu.info().name,
        stage.compositor.last_gpu_ms()
    );
}
