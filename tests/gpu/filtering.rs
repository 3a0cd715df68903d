//! Pictures that are scaled, turned and pinned, held against a model on the CPU: the mean, over what a canvas pixel covers of
//! the picture, of colours multiplied by their alpha.

use std::sync::Arc;

use image::{Rgba, RgbaImage};
use sextet::gpu::{Compositor, Gpu, LayerDraw, LayerStyle, StagingPool};
use sextet::media::cpu;
use sextet::media::frame::{
    ColourModel, FrameLayout, FrameMemoryPool as _, PlaneFormat, SampleCoding, YCbCrMatrix,
};
use sextet::project::{AlphaMode, BlendMode, CornerPin, Crop, Fit, Flip, Placement, Transform};

use super::colours::{FULL, Model, Random, hap_models, model};

const CANVAS: [u32; 2] = [64, 48];

/// The furthest from the model, in code values.
const TOLERANCE: f64 = 2.0;

struct Stage {
    pool: StagingPool,
    compositor: Compositor,
    canvas_px: [u32; 2],
}

impl Stage {
    fn new(gpu: &Gpu, canvas_px: [u32; 2]) -> Self {
        Self {
            pool: StagingPool::new(gpu, 64 << 20),
            compositor: Compositor::new(gpu, canvas_px[0], canvas_px[1]).expect("a small canvas"),
            canvas_px,
        }
    }

    fn upload(&mut self, key: u32, layout: &Arc<FrameLayout>, bytes: &[u8]) {
        let mut memory = self.pool.take(layout.bytes).expect("room in the pool");
        memory.write(0, bytes).expect("as long as the layout says");
        self.compositor
            .upload(key, layout, memory, &mut self.pool)
            .expect("a good frame");
    }

    fn upload_image(&mut self, key: u32, image: &RgbaImage) {
        let (layout, bytes) = frame_of(image);
        self.upload(key, &layout, &bytes);
    }

    fn render(
        &mut self,
        background: [f32; 3],
        placement: Placement,
        style: LayerStyle,
    ) -> RgbaImage {
        let draw = LayerDraw {
            key: 0,
            opacity: 1.0,
            placement,
            style,
            dissolve: None,
        };
        self.compositor.render(background, &[draw]);
        self.compositor.read_canvas().expect("a canvas")
    }

    fn placed(&self, picture_px: [u32; 2], fit: Fit, scale: [f32; 2], degrees: f32) -> Placement {
        let transform = Transform {
            fit,
            scale,
            rotation_deg: degrees,
            ..Transform::default()
        };
        Placement::new(self.canvas_px, picture_px, &transform)
    }
}

/// A frame of RGBA with rows padded as its layout says.
fn frame_of(image: &RgbaImage) -> (Arc<FrameLayout>, Vec<u8>) {
    let colour = ColourModel::Rgb { has_alpha: true };
    let layout = model(colour, &[(PlaneFormat::Rgba8, FULL)]).layout(image.width(), image.height());
    let mut bytes = vec![0; layout.bytes as usize];
    let rows = image.as_raw().chunks_exact(image.width() as usize * 4);
    let stride = layout.planes[0].stride_bytes as usize;
    for (row, target) in rows.zip(bytes.chunks_exact_mut(stride)) {
        target[..row.len()].copy_from_slice(row);
    }
    (layout, bytes)
}

/// The texels of one axis that a footprint covers, each with its share of it, held to the picture.
fn shares(middle: f64, size: f64, texels: u32) -> Vec<(u32, f64)> {
    let half = size.max(1.0) / 2.0;
    let (low, high) = (middle - half, middle + half);
    (low.floor() as i64..high.ceil() as i64)
        .map(|texel| {
            let covered = high.min(texel as f64 + 1.0) - low.max(texel as f64);
            let held = texel.clamp(0, i64::from(texels) - 1) as u32;
            (held, covered.max(0.0) / (high - low))
        })
        .collect()
}

/// What the canvas shows at a pixel of a picture with straight alpha over a background.
fn expected(
    picture: &RgbaImage,
    placement: &Placement,
    background: [f32; 3],
    [x, y]: [u32; 2],
) -> [f64; 3] {
    let point = |dx: f32, dy: f32| {
        let at = [x as f32 + 0.5 + dx, y as f32 + 0.5 + dy];
        placement
            .picture_point(at)
            .map(|point| point.map(f64::from))
    };
    let points = [
        point(0.0, 0.0),
        point(0.25, 0.0),
        point(-0.25, 0.0),
        point(0.0, 0.25),
        point(0.0, -0.25),
    ];
    let [Some(at), Some(right), Some(left), Some(down), Some(up)] = points else {
        return background.map(f64::from);
    };
    let sides = [picture.width(), picture.height()];
    // Towards the horizon a pixel spans as much of the picture's plane as one likes.
    if (0..2).any(|axis| (at[axis] / f64::from(sides[axis]) - 0.5).abs() > 1.5) {
        return background.map(f64::from);
    }
    let mut coverage = 1.0;
    let sizes = [0, 1].map(|axis| {
        let size = (2.0 * (right[axis] - left[axis])).hypot(2.0 * (down[axis] - up[axis]));
        let (from, to) = (at[axis] / size, (f64::from(sides[axis]) - at[axis]) / size);
        coverage *= if placement.is_upright() {
            f64::from(u8::from(from >= 0.0 && to > 0.0))
        } else {
            ((from + 0.5).clamp(0.0, 1.0) + (to + 0.5).clamp(0.0, 1.0) - 1.0).max(0.0)
        };
        size
    });
    if coverage == 0.0 {
        return background.map(f64::from);
    }
    let spans = [0, 1].map(|axis| shares(at[axis], sizes[axis], sides[axis]));
    let mut sum = [0.0; 4];
    for &(row, down) in &spans[1] {
        for &(column, across) in &spans[0] {
            let [r, g, b, a] = picture
                .get_pixel(column, row)
                .0
                .map(|code| f64::from(code) / 255.0);
            for (sum, channel) in sum.iter_mut().zip([r * a, g * a, b * a, a]) {
                *sum += channel * across * down * coverage;
            }
        }
    }
    [0, 1, 2].map(|channel| sum[channel] + f64::from(background[channel]) * (1.0 - sum[3]))
}

/// Holds the canvas against the model.
#[track_caller]
fn check(
    canvas: &RgbaImage,
    picture: &RgbaImage,
    placement: &Placement,
    (background, tolerance): ([f32; 3], f64),
    what: &str,
) {
    for (x, y, found) in canvas.enumerate_pixels() {
        let wanted = expected(picture, placement, background, [x, y]);
        for (code, wanted) in found.0.into_iter().zip(wanted) {
            let difference = (f64::from(code) - wanted * 255.0).abs();
            assert!(
                difference <= tolerance,
                "{what} at {x},{y}: {found:?} for {:?}",
                wanted * 255.0
            );
        }
    }
}

/// Placements larger and smaller than the picture by ratios whole and broken, turned, mirrored and in perspective.
fn placements(stage: &Stage, picture_px: [u32; 2]) -> Vec<(String, Placement)> {
    let mut all = Vec::new();
    for (scale, degrees) in [
        ([1.0, 1.0], 0.0),
        ([4.0, 4.0], 0.0),
        ([1.01, 1.01], 0.0),
        ([0.5, 0.5], 0.0),
        ([1.0 / 3.0, 1.0 / 3.0], 0.0),
        ([0.37, -0.81], 0.0),
        ([0.13, 1.7], 0.0),
        ([1.0, 1.0], 30.0),
        ([2.3, 2.3], -45.0),
        ([0.4, 0.4], 45.0),
        ([0.21, 0.9], 77.0),
    ] {
        let placement = stage.placed(picture_px, Fit::None, scale, degrees);
        all.push((format!("scaled {scale:?}, turned {degrees}"), placement));
    }
    for fit in [Fit::Fit, Fit::Fill, Fit::Stretch] {
        all.push((
            format!("{fit:?}"),
            stage.placed(picture_px, fit, [1.0; 2], 0.0),
        ));
    }
    let mut moved = stage.placed(picture_px, Fit::None, [1.0; 2], 0.0);
    moved.canvas_from_picture[0][2] += 0.5;
    all.push(("half a pixel on".to_owned(), moved));
    all
}

fn noise(width_px: u32, height_px: u32, seed: u64) -> RgbaImage {
    let mut random = Random(seed);
    RgbaImage::from_fn(width_px, height_px, |_, _| {
        Rgba(std::array::from_fn(|_| random.byte()))
    })
}

#[test]
fn a_picture_with_alpha_is_the_mean_of_what_each_canvas_pixel_covers() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    let background = [0.1, 0.9, 0.4];
    for size in [[61, 37], [150, 130]] {
        let picture = noise(size[0], size[1], 5);
        stage.upload_image(0, &picture);
        for (what, placement) in placements(&stage, size) {
            let canvas = stage.render(background, placement, LayerStyle::default());
            check(
                &canvas,
                &picture,
                &placement,
                (background, TOLERANCE),
                &what,
            );
        }
    }
}

#[test]
fn every_colour_model_is_converted_and_multiplied_before_it_is_filtered() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    let size = [41, 31];
    let background = [0.3, 0.2, 0.8];
    let ycbcr = |has_alpha| ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt709,
        is_full_range: true,
        has_alpha,
    };
    let mut models: Vec<Model> = hap_models();
    // Random BC6H blocks hold light of many thousands next to none, of which the least share shows.
    models.retain(|model| !matches!(model.colour, ColourModel::LinearHdr { .. }));
    models.push(model(ycbcr(true), &[(PlaneFormat::R8, FULL); 4]));
    for (seed, model) in (11..).zip(models) {
        let layout = model.layout(size[0], size[1]);
        let memory = Random(seed).frame(&layout);
        let picture = cpu::frame_to_rgba(&layout, &memory);
        stage.upload(0, &layout, &memory);
        for (what, placement) in placements(&stage, size) {
            let canvas = stage.render(background, placement, LayerStyle::default());
            let what = format!("{:?} {what}", model.colour);
            // Adapters may round what lies between the colours of a block, in colour and in alpha.
            let bound = (background, TOLERANCE + 1.0);
            check(&canvas, &picture, &placement, bound, &what);
        }
    }
}

#[test]
fn planes_without_alpha_are_filtered_as_they_are_stored() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let size = [83, 61];
    // Codes whose colours lie within the range, where conversion and mean may change places.
    let mild = |layout: &FrameLayout, seed| {
        let mut random = Random(seed);
        let mut memory = vec![0; layout.bytes as usize];
        for (index, plane) in layout.planes.iter().enumerate() {
            let wide = usize::from(plane.format == PlaneFormat::R16) + 1;
            let begin = plane.offset_bytes as usize;
            for row in 0..plane.rows as usize {
                let row = &mut memory[begin + row * plane.stride_bytes as usize..];
                for sample in row[..plane.row_bytes as usize].chunks_exact_mut(wide) {
                    let code = u16::from(random.byte());
                    let code = if index == 0 {
                        80 + code / 3
                    } else {
                        113 + code / 8
                    };
                    let code = if wide == 2 { code * 4 } else { code };
                    sample.copy_from_slice(&code.to_le_bytes()[..wide]);
                }
            }
        }
        memory
    };
    let ycbcr = ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt709,
        is_full_range: false,
        has_alpha: false,
    };
    let grey = ColourModel::Grey {
        is_full_range: true,
    };
    let ten = SampleCoding {
        bits: 10,
        ..SampleCoding::default()
    };
    for gpu in [gpu.clone(), gpu.without_16_bit()] {
        let mut stage = Stage::new(&gpu, CANVAS);
        for model in [
            model(ycbcr, &[(PlaneFormat::R8, FULL); 3]),
            model(ycbcr, &[(PlaneFormat::R16, FULL); 3]).coded(ten),
            model(grey, &[(PlaneFormat::R8, FULL)]),
            model(grey, &[(PlaneFormat::R16, FULL)]).coded(ten),
        ] {
            let layout = model.layout(size[0], size[1]);
            let memory = mild(&layout, 9);
            let picture = cpu::frame_to_rgba(&layout, &memory);
            stage.upload(0, &layout, &memory);
            for (what, placement) in placements(&stage, size) {
                let canvas = stage.render([0.0; 3], placement, LayerStyle::default());
                let what = format!("{:?} {what}", model.colour);
                // The sampler of the software adapter mixes in eight bits, of each plane.
                check(&canvas, &picture, &placement, ([0.0; 3], 3.5), &what);
            }
        }
    }
}

#[test]
fn halved_chroma_is_averaged_where_its_siting_puts_it() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    let size = [200, 120];
    let colour = ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt709,
        is_full_range: true,
        has_alpha: false,
    };
    let planes = [
        (PlaneFormat::R8, FULL),
        (PlaneFormat::R8, [1, 1]),
        (PlaneFormat::R8, [1, 1]),
    ];
    let layout = model(colour, &planes).layout(size[0], size[1]);
    let mut memory = vec![100; layout.bytes as usize];
    for plane in &layout.planes[1..] {
        for row in 0..plane.rows as usize {
            let begin = plane.offset_bytes as usize + row * plane.stride_bytes as usize;
            for (x, code) in memory[begin..begin + plane.row_bytes as usize]
                .iter_mut()
                .enumerate()
            {
                *code = 100 + (x / 2 + row / 3) as u8;
            }
        }
    }
    let picture = cpu::frame_to_rgba(&layout, &memory);
    stage.upload(0, &layout, &memory);
    for scale in [0.5, 0.25, 0.3, 0.11] {
        let placement = stage.placed(size, Fit::None, [scale; 2], 0.0);
        let canvas = stage.render([0.0; 3], placement, LayerStyle::default());
        check(&canvas, &picture, &placement, ([0.0; 3], 3.0), "chroma");
    }
}

#[test]
fn a_logo_keeps_its_colour_whatever_its_surround_holds() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    for hidden in [[0, 0, 0, 0], [255, 0, 0, 0]] {
        let logo = RgbaImage::from_fn(16, 16, |x, y| {
            let is_inside = (4..12).contains(&x) && (4..12).contains(&y);
            Rgba(if is_inside { [255; 4] } else { hidden })
        });
        stage.upload_image(0, &logo);
        for alpha in [AlphaMode::Straight, AlphaMode::Premultiplied] {
            // Multiplied by its alpha, what is hidden is black.
            if alpha == AlphaMode::Premultiplied && hidden[0] > 0 {
                continue;
            }
            for blend in [BlendMode::Normal, BlendMode::Lighten] {
                let style = LayerStyle {
                    alpha,
                    blend,
                    ..LayerStyle::default()
                };
                for (what, placement) in placements(&stage, [16, 16]) {
                    let canvas = stage.render([1.0; 3], placement, style);
                    let darkest = canvas.pixels().flat_map(|pixel| pixel.0).min();
                    assert!(
                        darkest >= Some(254),
                        "{what}, {alpha:?}, {blend:?}: {darkest:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn patterns_finer_than_the_canvas_become_their_mean_at_every_ratio() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for ratio in [2_u32, 3, 5, 8, 13, 64, 100, 250] {
        let canvas_px = [4, 2];
        let mut stage = Stage::new(&gpu, canvas_px);
        let size = canvas_px.map(|side| side * ratio);
        for across in [true, false] {
            for phase in [0, ratio - 1] {
                let picture = RgbaImage::from_fn(size[0], size[1], |x, y| {
                    let along = if across { x } else { y };
                    Rgba(if along % ratio == phase {
                        [255; 4]
                    } else {
                        [0, 0, 0, 255]
                    })
                });
                stage.upload_image(0, &picture);
                let placement = stage.placed(size, Fit::Fit, [1.0; 2], 0.0);
                let canvas = stage.render([0.0; 3], placement, LayerStyle::default());
                let mean = 255.0 / f64::from(ratio);
                // Of more than 64 rows as many are picked.
                let tolerance = if ratio > 64 { 8.0 } else { 1.0 };
                for pixel in canvas.pixels() {
                    let difference = (f64::from(pixel.0[0]) - mean).abs();
                    assert!(
                        difference <= tolerance,
                        "{ratio}, {phase}: {pixel:?}, not {mean}"
                    );
                }
            }
        }
    }
}

#[test]
fn edges_of_a_turned_or_pinned_picture_fade_by_what_they_cover() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    let size = [30, 20];
    let white = RgbaImage::from_pixel(size[0], size[1], Rgba([255; 4]));
    stage.upload_image(0, &white);
    let plain = stage.placed(size, Fit::None, [1.0; 2], 0.0);
    let pin = CornerPin {
        offsets_px: [[5.0, 3.0], [-7.0, -4.0], [4.0, 6.0], [-6.0, 2.0]],
    };
    let pinned = plain.pinned(size, &pin, Flip::default()).expect("convex");
    for placement in [
        stage.placed(size, Fit::None, [1.0; 2], 20.0),
        stage.placed(size, Fit::None, [0.5, 1.5], 45.0),
        pinned,
    ] {
        for blend in [BlendMode::Normal, BlendMode::Lighten] {
            let style = LayerStyle {
                blend,
                ..LayerStyle::default()
            };
            let canvas = stage.render([0.0; 3], placement, style);
            check(&canvas, &white, &placement, ([0.0; 3], 3.0), "edges");
            let is_soft = |pixel: &&Rgba<u8>| (20..235).contains(&pixel.0[0]);
            assert!(
                canvas.pixels().filter(is_soft).count() > 20,
                "{placement:?}"
            );
            // What is covered in all is the area, however the edges run.
            let covered: f64 = canvas
                .pixels()
                .map(|pixel| f64::from(pixel.0[0]) / 255.0)
                .sum();
            let corners = [[0.0, 0.0], [30.0, 0.0], [30.0, 20.0], [0.0, 20.0]]
                .map(|corner| placement.canvas_point(corner));
            let area: f32 = (0..4)
                .map(|index| {
                    let ([x, y], [next_x, next_y]) = (corners[index], corners[(index + 1) % 4]);
                    (x * next_y - next_x * y) / 2.0
                })
                .sum();
            let area = f64::from(area.abs());
            assert!((covered - area).abs() < area * 0.01, "{covered} for {area}");
        }
    }
}

#[test]
fn what_is_cropped_does_not_show_at_the_edges_of_what_is_left() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    // White bars above and below, as of a film in a frame of another shape, in planes and with alpha.
    let size = [90, 60];
    let is_bar = |y: u32| !(6..54).contains(&y);
    let grey = ColourModel::Grey {
        is_full_range: true,
    };
    let layout = model(grey, &[(PlaneFormat::R8, FULL)]).layout(size[0], size[1]);
    let mut memory = vec![0; layout.bytes as usize];
    let rows = memory.chunks_exact_mut(layout.planes[0].stride_bytes as usize);
    for (y, row) in (0..).zip(rows) {
        row.fill(if is_bar(y) { 255 } else { 0 });
    }
    let image = RgbaImage::from_fn(size[0], size[1], |_, y| {
        Rgba(if is_bar(y) { [255; 4] } else { [0, 0, 0, 255] })
    });
    let style = LayerStyle {
        crop: Crop {
            top: 0.1,
            bottom: 0.1,
            ..Crop::default()
        },
        ..LayerStyle::default()
    };
    for is_grey in [true, false] {
        if is_grey {
            stage.upload(0, &layout, &memory);
        } else {
            stage.upload_image(0, &image);
        }
        for (what, placement) in placements(&stage, size) {
            let canvas = stage.render([0.0; 3], placement, style);
            let brightest = canvas.pixels().map(|pixel| pixel.0[0]).max();
            assert_eq!(brightest, Some(0), "{what}");
        }
    }
}

#[test]
fn pictures_side_by_side_leave_no_seam() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let mut stage = Stage::new(&gpu, CANVAS);
    let white = RgbaImage::from_pixel(10, 10, Rgba([255; 4]));
    // Three columns, none of which is a whole number of pixels wide.
    let width = CANVAS[0] as f32 / 3.0;
    let draws: Vec<_> = (0..3_u8)
        .map(|column| {
            let mut placement = stage.placed([10, 10], Fit::Stretch, [1.0; 2], 0.0);
            placement.canvas_from_picture[0] = [width / 10.0, 0.0, width * f32::from(column)];
            stage.upload_image(u32::from(column), &white);
            LayerDraw {
                key: u32::from(column),
                opacity: 1.0,
                placement,
                style: LayerStyle::default(),
                dissolve: None,
            }
        })
        .collect();
    stage.compositor.render([0.0; 3], &draws);
    let canvas = stage.compositor.read_canvas().expect("a canvas");
    assert_eq!(
        canvas,
        RgbaImage::from_pixel(CANVAS[0], CANVAS[1], Rgba([255; 4]))
    );
}
