//! Blend modes and settings of colour on a software adapter, held against formulas on the CPU.

use std::sync::Arc;

use image::{Rgba, RgbaImage};
use sextet::gpu::{Compositor, Gpu, LayerDraw, LayerStyle, StagingPool};
use sextet::media::frame::{ColourModel, FrameLayout, FrameMemoryPool as _, PlaneFormat};
use sextet::project::{
    AlphaMode, BlendMode, ColourAdjust, CornerPin, Crop, Fit, Flip, Placement, ToneMap, Transform,
};

const SIZE: [u32; 2] = [64, 36];

struct Stage {
    pool: StagingPool,
    compositor: Compositor,
}

impl Stage {
    fn new([width_px, height_px]: [u32; 2]) -> Self {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        Self {
            pool: StagingPool::new(&gpu, 64 << 20),
            compositor: Compositor::new(&gpu, width_px, height_px).expect("a small canvas"),
        }
    }

    fn upload(&mut self, key: u32, layout: &Arc<FrameLayout>, rows: &[u8]) {
        let stride = layout.planes[0].stride_bytes as usize;
        let mut bytes = vec![0; layout.bytes as usize];
        let row_bytes = rows.len() / layout.height_px as usize;
        for (row, target) in rows
            .chunks_exact(row_bytes)
            .zip(bytes.chunks_exact_mut(stride))
        {
            target[..row.len()].copy_from_slice(row);
        }
        let mut memory = self.pool.take(layout.bytes).expect("room in the pool");
        memory.write(0, &bytes).expect("as long as the layout says");
        self.compositor
            .upload(key, layout, memory, &mut self.pool)
            .expect("a good frame");
    }

    fn upload_image(&mut self, key: u32, image: &RgbaImage) {
        let colour = ColourModel::Rgb { has_alpha: true };
        let planes = [(PlaneFormat::Rgba8, 0, 0)];
        let layout = FrameLayout::new(image.width(), image.height(), colour, &planes);
        self.upload(key, &Arc::new(layout.expect("in range")), image.as_raw());
    }

    fn render(&mut self, background: [f32; 3], draws: &[LayerDraw]) -> RgbaImage {
        self.compositor.render(background, draws);
        self.compositor.read_canvas().expect("a canvas")
    }
}

fn placement(canvas_px: [u32; 2]) -> Placement {
    let transform = Transform {
        fit: Fit::None,
        ..Transform::default()
    };
    Placement::new(canvas_px, SIZE, &transform)
}

fn draw(key: u32, opacity: f32, style: LayerStyle) -> LayerDraw {
    LayerDraw {
        key,
        opacity,
        placement: placement(SIZE),
        style,
        dissolve: None,
    }
}

fn blend(blend: BlendMode) -> LayerStyle {
    LayerStyle {
        blend,
        ..LayerStyle::default()
    }
}

/// Noise with many values at the ends of the range, where formulas have their special cases.
fn noise(seed: u64) -> RgbaImage {
    let mut state = seed | 1;
    RgbaImage::from_fn(SIZE[0], SIZE[1], |_, _| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let bytes = state.to_be_bytes();
        let mut pixel = [bytes[0], bytes[1], bytes[2], bytes[3]];
        match bytes[4] % 8 {
            0 => pixel[usize::from(bytes[5] % 4)] = 0,
            1 => pixel[usize::from(bytes[5] % 4)] = 255,
            2 => pixel = [pixel[0], pixel[0], pixel[0], 255],
            _ => {}
        }
        Rgba(pixel)
    })
}

fn opaque(mut image: RgbaImage) -> RgbaImage {
    image.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
    image
}

fn unit(pixel: &Rgba<u8>) -> ([f64; 3], f64) {
    let [r, g, b, a] = pixel.0.map(|code| f64::from(code) / 255.0);
    ([r, g, b], a)
}

#[track_caller]
fn assert_close(found: &RgbaImage, expected: impl Fn(u32, u32) -> [f64; 3], what: &str) {
    for (x, y, pixel) in found.enumerate_pixels() {
        let wanted = expected(x, y);
        for (code, wanted) in pixel.0.into_iter().zip(wanted) {
            let difference = (f64::from(code) - wanted.clamp(0.0, 1.0) * 255.0).abs();
            assert!(
                difference <= 2.0,
                "{what} at {x},{y}: {pixel:?} for {wanted:?}"
            );
        }
        assert_eq!(
            pixel.0[3], 255,
            "{what} at {x},{y}: the canvas stays opaque"
        );
    }
}

/// W3C Compositing and Blending Level 1, §10.1, for one component.
fn separable(mode: BlendMode, b: f64, s: f64) -> f64 {
    let hard_light = |b: f64, s: f64| {
        if s <= 0.5 {
            b * (2.0 * s)
        } else {
            b + (2.0 * s - 1.0) - b * (2.0 * s - 1.0)
        }
    };
    match mode {
        BlendMode::Normal => s,
        BlendMode::Multiply => b * s,
        BlendMode::Screen => b + s - b * s,
        BlendMode::Overlay => hard_light(s, b),
        BlendMode::Darken => b.min(s),
        BlendMode::Lighten => b.max(s),
        BlendMode::ColourDodge if b == 0.0 => 0.0,
        BlendMode::ColourDodge if s == 1.0 => 1.0,
        BlendMode::ColourDodge => (b / (1.0 - s)).min(1.0),
        BlendMode::ColourBurn if b == 1.0 => 1.0,
        BlendMode::ColourBurn if s == 0.0 => 0.0,
        BlendMode::ColourBurn => 1.0 - ((1.0 - b) / s).min(1.0),
        BlendMode::HardLight => hard_light(b, s),
        BlendMode::SoftLight if s <= 0.5 => b - (1.0 - 2.0 * s) * b * (1.0 - b),
        BlendMode::SoftLight => {
            let d = if b <= 0.25 {
                ((16.0 * b - 12.0) * b + 4.0) * b
            } else {
                b.sqrt()
            };
            b + (2.0 * s - 1.0) * (d - b)
        }
        BlendMode::Difference => (b - s).abs(),
        BlendMode::Exclusion => b + s - 2.0 * b * s,
        BlendMode::LinearBurn => (b + s - 1.0).max(0.0),
        other => panic!("{other:?} is not separable"),
    }
}

fn lum([r, g, b]: [f64; 3]) -> f64 {
    0.3 * r + 0.59 * g + 0.11 * b
}

fn set_lum(colour: [f64; 3], l: f64) -> [f64; 3] {
    let d = l - lum(colour);
    let mut colour = colour.map(|component| component + d);
    let l = lum(colour);
    let n = colour.into_iter().fold(f64::INFINITY, f64::min);
    let x = colour.into_iter().fold(f64::NEG_INFINITY, f64::max);
    if n < 0.0 {
        colour = colour.map(|component| l + (component - l) * l / (l - n));
    }
    if x > 1.0 {
        colour = colour.map(|component| l + (component - l) * (1.0 - l) / (x - l));
    }
    colour
}

fn sat([r, g, b]: [f64; 3]) -> f64 {
    r.max(g).max(b) - r.min(g).min(b)
}

/// By sorting, as the specification has it.
fn set_sat(colour: [f64; 3], s: f64) -> [f64; 3] {
    let mut order = [0, 1, 2];
    order.sort_by(|one, other| colour[*one].total_cmp(&colour[*other]));
    let [min, mid, max] = order;
    let mut result = [0.0; 3];
    if colour[max] > colour[min] {
        result[mid] = (colour[mid] - colour[min]) * s / (colour[max] - colour[min]);
        result[max] = s;
    }
    result
}

/// Colour that a source over an opaque backdrop must give.
fn mixed(mode: BlendMode, below: [f64; 3], source: [f64; 3], alpha: f64) -> [f64; 3] {
    let pairs = [0, 1, 2].map(|index| (below[index], source[index]));
    let blended = match mode {
        BlendMode::Add => return pairs.map(|(b, s)| (b + s * alpha).min(1.0)),
        BlendMode::Subtract => return pairs.map(|(b, s)| (b - s * alpha).max(0.0)),
        BlendMode::Hue => set_lum(set_sat(source, sat(below)), lum(below)),
        BlendMode::Saturation => set_lum(set_sat(below, sat(source)), lum(below)),
        BlendMode::Colour => set_lum(source, lum(below)),
        BlendMode::Luminosity => set_lum(below, lum(source)),
        _ => pairs.map(|(b, s)| separable(mode, b, s)),
    };
    [0, 1, 2].map(|index| blended[index] * alpha + below[index] * (1.0 - alpha))
}

#[test]
fn every_blend_mode_is_within_two_codes_of_its_formula() {
    let mut stage = Stage::new(SIZE);
    let below = opaque(noise(5));
    let above = noise(77);
    stage.upload_image(0, &below);
    stage.upload_image(1, &above);
    for &mode in BlendMode::ALL {
        for opacity in [1.0, 0.6] {
            let draws = [
                draw(0, 1.0, LayerStyle::default()),
                draw(1, opacity, blend(mode)),
            ];
            let canvas = stage.render([0.0; 3], &draws);
            let expected = |x, y| {
                let (below, _) = unit(below.get_pixel(x, y));
                let (source, alpha) = unit(above.get_pixel(x, y));
                mixed(mode, below, source, alpha * f64::from(opacity))
            };
            assert_close(&canvas, expected, mode.label());
        }
    }
}

#[test]
fn six_layers_of_mixed_modes_take_a_pass_for_each_that_reads_what_is_below_and_one_more() {
    let modes = [
        BlendMode::Normal,
        BlendMode::Add,
        BlendMode::Overlay,
        BlendMode::Screen,
        BlendMode::Luminosity,
        BlendMode::Multiply,
    ];
    let mut stage = Stage::new(SIZE);
    let images: Vec<_> = (0..6).map(|key| noise(key * 31 + 9)).collect();
    let mut draws = Vec::new();
    let mut expected = RgbaImage::from_pixel(SIZE[0], SIZE[1], Rgba([51, 102, 204, 255]));
    for ((key, image), mode) in (0..).zip(&images).zip(modes) {
        stage.upload_image(key, image);
        draws.push(draw(key, 0.8, blend(mode)));
        for (found, source) in expected.pixels_mut().zip(image.pixels()) {
            let ((below, _), (source, alpha)) = (unit(found), unit(source));
            let [r, g, b] = mixed(mode, below, source, alpha * 0.8)
                .map(|component| (component * 255.0).round() as u8);
            *found = Rgba([r, g, b, 255]);
        }
    }
    let canvas = stage.render([0.2, 0.4, 0.8], &draws);
    // Each layer adds a rounding of its own, which overlay can double.
    for (found, expected) in canvas.pixels().zip(expected.pixels()) {
        for (found, expected) in found.0.into_iter().zip(expected.0) {
            assert!(found.abs_diff(expected) <= 4, "{found} for {expected}");
        }
    }
    assert_eq!(stage.compositor.counts().passes, 3);
    let creations = stage.compositor.counts().creations;
    for _ in 0..20 {
        stage.compositor.render([0.0; 3], &draws);
    }
    assert_eq!(
        stage.compositor.counts().creations,
        creations,
        "all is made by now"
    );
}

#[test]
fn a_mode_that_reads_what_is_below_changes_nothing_beside_its_picture() {
    let canvas_px = [100, 60];
    let mut stage = Stage::new(canvas_px);
    let white = RgbaImage::from_pixel(SIZE[0], SIZE[1], Rgba([255; 4]));
    stage.upload_image(0, &white);
    let only = LayerDraw {
        placement: placement(canvas_px),
        ..draw(0, 1.0, blend(BlendMode::Difference))
    };
    let canvas = stage.render([0.2, 0.4, 0.8], &[only]);
    for (x, y, pixel) in canvas.enumerate_pixels() {
        let is_inside = (18..82).contains(&x) && (12..48).contains(&y);
        let expected = if is_inside {
            [204, 153, 51, 255]
        } else {
            [51, 102, 204, 255]
        };
        assert_eq!(pixel.0, expected, "at {x},{y}");
    }
}

#[test]
fn settings_that_change_nothing_leave_every_bit() {
    let mut stage = Stage::new(SIZE);
    let image = opaque(noise(3));
    stage.upload_image(0, &image);
    assert_eq!(
        stage.render([0.0; 3], &[draw(0, 1.0, LayerStyle::default())]),
        image
    );
    // Through the shader with settings, since the picture is opaque.
    let ignored = LayerStyle {
        alpha: AlphaMode::Ignored,
        ..LayerStyle::default()
    };
    assert_eq!(stage.render([0.0; 3], &[draw(0, 1.0, ignored)]), image);
}

#[test]
fn colours_are_adjusted_in_the_order_of_the_fields() {
    let mut stage = Stage::new(SIZE);
    let image = opaque(noise(8));
    stage.upload_image(0, &image);
    let adjust = ColourAdjust {
        brightness: 0.1,
        contrast: 1.5,
        saturation: 0.4,
        hue_deg: 0.0,
        gamma: 2.0,
    };
    let style = LayerStyle {
        adjust,
        ..LayerStyle::default()
    };
    let canvas = stage.render([0.0; 3], &[draw(0, 1.0, style)]);
    let expected = |x, y| {
        let (colour, _) = unit(image.get_pixel(x, y));
        let contrasted = colour.map(|component| (component + 0.1 - 0.5) * 1.5 + 0.5);
        let [r, g, b] = contrasted;
        let luma = 0.213 * r + 0.715 * g + 0.072 * b;
        contrasted.map(|component| (luma + (component - luma) * 0.4).clamp(0.0, 1.0).sqrt())
    };
    assert_close(&canvas, expected, "adjusted");
}

#[test]
fn alpha_means_what_the_layer_says() {
    let mut stage = Stage::new(SIZE);
    let straight = noise(21);
    let mut premultiplied = straight.clone();
    for pixel in premultiplied.pixels_mut() {
        let alpha = u16::from(pixel.0[3]);
        for code in &mut pixel.0[..3] {
            *code = ((u16::from(*code) * alpha + 127) / 255) as u8;
        }
    }
    stage.upload_image(0, &premultiplied);
    let style = |alpha| LayerStyle {
        alpha,
        ..LayerStyle::default()
    };
    let canvas = stage.render([0.5; 3], &[draw(0, 1.0, style(AlphaMode::Premultiplied))]);
    let over = |x, y| {
        let (source, alpha) = unit(straight.get_pixel(x, y));
        mixed(BlendMode::Normal, [128.0 / 255.0; 3], source, alpha)
    };
    assert_close(&canvas, over, "premultiplied");
    let canvas = stage.render([0.5; 3], &[draw(0, 1.0, style(AlphaMode::Ignored))]);
    assert_eq!(canvas, opaque(premultiplied));
}

#[test]
fn a_crop_shows_what_is_left_in_its_place() {
    let mut stage = Stage::new(SIZE);
    let image = opaque(noise(4));
    stage.upload_image(0, &image);
    let cropped = |left, right| {
        let crop = Crop {
            left,
            right,
            bottom: 0.5,
            ..Crop::default()
        };
        LayerStyle {
            crop,
            ..LayerStyle::default()
        }
    };
    let canvas = stage.render([0.0; 3], &[draw(0, 1.0, cropped(0.25, 0.125))]);
    for (x, y, pixel) in canvas.enumerate_pixels() {
        let is_left = (16..56).contains(&x) && y < 18;
        let expected = if is_left {
            *image.get_pixel(x, y)
        } else {
            Rgba([0, 0, 0, 255])
        };
        assert_eq!(*pixel, expected, "at {x},{y}");
    }
    let canvas = stage.render([0.0; 3], &[draw(0, 1.0, cropped(0.5, 0.75))]);
    assert!(
        canvas.pixels().all(|pixel| pixel.0 == [0, 0, 0, 255]),
        "nothing is left"
    );
}

#[test]
fn pinned_corners_show_the_picture_in_perspective() {
    let canvas_px = [128, 96];
    let mut stage = Stage::new(canvas_px);
    // Red and green are the position, so that each pixel says where in the picture it came from.
    let image = RgbaImage::from_fn(SIZE[0], SIZE[1], |x, y| {
        Rgba([(x * 4) as u8, (y * 7) as u8, 255, 255])
    });
    stage.upload_image(0, &image);
    let pin = CornerPin {
        offsets_px: [[-20.0, -20.0], [10.0, 4.0], [-15.0, 8.0], [-3.0, 25.0]],
    };
    let placed = placement(canvas_px)
        .pinned(SIZE, &pin, Flip::default())
        .expect("convex");
    let draw = LayerDraw {
        placement: placed,
        ..draw(0, 1.0, LayerStyle::default())
    };
    let canvas = stage.render([0.0; 3], &[draw]);
    let mut checked = 0;
    for (x, y, pixel) in canvas.enumerate_pixels() {
        let at = placed.picture_point([x as f32 + 0.5, y as f32 + 0.5]);
        // Beyond the horizon there is nothing of the picture.
        let [across, down] = at.unwrap_or([-9.0; 2]);
        // Away from the edges, where a pixel that covers several of the picture covers none beyond them.
        let is_inside = (3.0..61.0).contains(&across) && (3.0..33.0).contains(&down);
        // Further than the half canvas pixel in which edges fade.
        let is_outside = !(-3.0..67.0).contains(&across) || !(-3.0..39.0).contains(&down);
        if is_outside {
            assert_eq!(pixel.0, [0, 0, 0, 255], "at {x},{y}");
        } else if is_inside {
            let expected = [(across - 0.5) * 4.0, (down - 0.5) * 7.0];
            for (found, expected) in pixel.0.into_iter().zip(expected) {
                let difference = (f32::from(found) - expected).abs();
                assert!(difference <= 2.0, "at {x},{y}: {pixel:?} for {expected}");
            }
            checked += 1;
        }
    }
    assert!(checked > 2000, "only {checked} pixels lie inside");
}

#[test]
fn linear_light_is_exposed_and_rolled_off() {
    let mut stage = Stage::new(SIZE);
    let light = |x: u32, y: u32| x as f32 / 16.0 + y as f32 / 100.0;
    let layout = FrameLayout::new(
        SIZE[0],
        SIZE[1],
        ColourModel::LinearHdr { has_alpha: false },
        &[(PlaneFormat::Rgba16Float, 0, 0)],
    );
    let mut rows = Vec::new();
    for y in 0..SIZE[1] {
        for x in 0..SIZE[0] {
            for _ in 0..4 {
                rows.extend(half::f16::from_f32(light(x, y)).to_le_bytes());
            }
        }
    }
    stage.upload(0, &Arc::new(layout.expect("in range")), &rows);
    for (exposure, tone_map) in [
        (0.0, ToneMap::Clip),
        (-1.5, ToneMap::Clip),
        (1.0, ToneMap::Soft),
    ] {
        let style = LayerStyle {
            exposure,
            tone_map,
            ..LayerStyle::default()
        };
        let canvas = stage.render([0.0; 3], &[draw(0, 1.0, style)]);
        let expected = |x, y| {
            let exposed = f64::from(light(x, y)) * f64::from(exposure).exp2();
            let shown = match tone_map {
                ToneMap::Clip => exposed.min(1.0),
                ToneMap::Soft if exposed <= 0.6 => exposed,
                ToneMap::Soft => 0.6 + 0.4 * (exposed - 0.6) / (exposed - 0.6 + 0.4),
            };
            let encoded = if shown <= 0.003_130_8 {
                shown * 12.92
            } else {
                1.055 * shown.powf(1.0 / 2.4) - 0.055
            };
            [encoded; 3]
        };
        assert_close(&canvas, expected, "light");
    }
}

/// Not a check but a measurement: run it with `--ignored --nocapture`.
#[test]
#[ignore = "it measures and checks nothing"]
fn time_of_six_full_hd_layers_by_their_modes() {
    const CANVAS: [u32; 2] = [1920, 1080];
    let clock = sextet::time::Clock::system();
    let begun = clock.now();
    let mut stage = Stage::new(CANVAS);
    println!(
        "device and compositor: {:.1} ms",
        (clock.now() - begun).millis()
    );
    let image = noise(3);
    let transform = Transform {
        fit: Fit::Stretch,
        ..Transform::default()
    };
    for key in 0..6 {
        stage.upload_image(key, &image);
    }
    for (what, modes) in [
        ("all normal", [BlendMode::Normal; 6]),
        ("all screen", [BlendMode::Screen; 6]),
        (
            "three of six read what is below",
            [
                BlendMode::Normal,
                BlendMode::Overlay,
                BlendMode::Add,
                BlendMode::SoftLight,
                BlendMode::Multiply,
                BlendMode::Difference,
            ],
        ),
        ("all read what is below", [BlendMode::Overlay; 6]),
    ] {
        let draws: Vec<_> = (0..)
            .zip(modes)
            .map(|(key, mode)| LayerDraw {
                placement: Placement::new(CANVAS, SIZE, &transform),
                ..draw(key, 0.9, blend(mode))
            })
            .collect();
        let begun = clock.now();
        stage.compositor.render([0.0; 3], &draws);
        stage.compositor.read_canvas().expect("a canvas");
        let first_ms = (clock.now() - begun).millis();
        let passes = stage.compositor.counts().passes;
        for _ in 0..20 {
            stage.compositor.render([0.0; 3], &draws);
            stage.compositor.read_canvas().expect("a canvas");
        }
        let gpu_ms = stage.compositor.last_gpu_ms();
        let passes = (stage.compositor.counts().passes - passes) / 20;
        println!("{what}: {passes} passes, device {gpu_ms:?} ms, the first {first_ms:.1} ms");
    }
}

/// Colour that two pictures dissolving into each other must give, with straight alpha.
fn dissolved(parts: [([f64; 3], f64); 2]) -> ([f64; 3], f64) {
    let alpha: f64 = parts.iter().map(|(_, alpha)| alpha).sum();
    let sum = [0, 1, 2].map(|index| {
        let colours = parts.iter().map(|(colour, alpha)| colour[index] * alpha);
        colours.sum::<f64>()
    });
    let straight = sum.map(|component| if alpha > 0.0 { component / alpha } else { 0.0 });
    (straight, alpha)
}

#[test]
fn pictures_that_dissolve_are_mixed_before_they_meet_what_is_below() {
    let mut stage = Stage::new(SIZE);
    let (below, one, next) = (opaque(noise(5)), noise(77), noise(1234));
    for (key, image) in (0..).zip([&below, &one, &next]) {
        stage.upload_image(key, image);
    }
    let modes = [
        BlendMode::Normal,
        BlendMode::Multiply,
        BlendMode::Add,
        BlendMode::Overlay,
    ];
    for mode in modes {
        for share in [0.25_f32, 0.5, 0.75] {
            let part = |key, opacity| LayerDraw {
                dissolve: Some(7),
                ..draw(key, opacity, blend(mode))
            };
            let parts = [part(1, 1.0 - share), part(2, share)];
            let draws = [draw(0, 1.0, LayerStyle::default()), parts[0], parts[1]];
            let canvas = stage.render([0.0; 3], &draws);
            let expected = |x, y| {
                let (below, _) = unit(below.get_pixel(x, y));
                let (earlier, earlier_alpha) = unit(one.get_pixel(x, y));
                let (later, later_alpha) = unit(next.get_pixel(x, y));
                let share = f64::from(share);
                let (source, alpha) = dissolved([
                    (earlier, earlier_alpha * (1.0 - share)),
                    (later, later_alpha * share),
                ]);
                mixed(mode, below, source, alpha)
            };
            assert_close(&canvas, expected, mode.label());
        }
    }
    let creations = stage.compositor.counts().creations;
    stage.render([0.0; 3], &[draw(0, 1.0, LayerStyle::default())]);
    assert_eq!(stage.compositor.counts().creations, creations);
}

#[test]
fn a_picture_that_dissolves_into_a_transparent_one_is_gone_at_the_end_and_not_at_a_cut() {
    let mut stage = Stage::new(SIZE);
    let white = RgbaImage::from_pixel(SIZE[0], SIZE[1], Rgba([255; 4]));
    let clear = RgbaImage::from_pixel(SIZE[0], SIZE[1], Rgba([0; 4]));
    stage.upload_image(0, &white);
    stage.upload_image(1, &clear);
    for (share, expected) in [(0.0, 255_u8), (0.5, 128), (0.9, 26), (1.0, 0)] {
        let part = |key, opacity| LayerDraw {
            dissolve: Some(0),
            ..draw(key, opacity, LayerStyle::default())
        };
        let canvas = stage.render([0.0; 3], &[part(0, 1.0 - share), part(1, share)]);
        let found = canvas.get_pixel(5, 5).0[0];
        assert!(found.abs_diff(expected) <= 1, "{found} at {share}");
    }
}
