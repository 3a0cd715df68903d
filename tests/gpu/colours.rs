//! Every colour model on a software adapter, against the CPU reference: random blocks and planes, within 2/255.

use std::sync::Arc;

use sextet::gpu::{Compositor, Gpu, GpuError, LayerDraw, LayerStyle, StagingPool, frame_to_rgba};
use sextet::media::cpu;
use sextet::media::frame::{
    ChromaSiting, ColourModel, FrameLayout, FrameMemoryPool as _, PlaneFormat, Primaries,
    SampleCoding, Transfer, YCbCrMatrix,
};
use sextet::project::{Fit, Placement, Transform};

const SIZES: [(u32, u32); 3] = [(127, 71), (1, 1), (2, 5)];

pub(super) const FULL: [u32; 2] = [0, 0];
const HALF_WIDTH: [u32; 2] = [1, 0];
const HALF: [u32; 2] = [1, 1];

/// A colour model and the formats of its planes, each with how often its sides are halved.
pub(super) struct Model {
    pub(super) colour: ColourModel,
    planes: Vec<(PlaneFormat, u32, u32)>,
    coding: SampleCoding,
}

impl Model {
    pub(super) fn coded(mut self, coding: SampleCoding) -> Self {
        self.coding = coding;
        self
    }

    pub(super) fn layout(&self, width_px: u32, height_px: u32) -> Arc<FrameLayout> {
        let layout = FrameLayout::new(width_px, height_px, self.colour, &self.planes);
        Arc::new(layout.expect("in range").with_coding(self.coding))
    }
}

pub(super) fn model(colour: ColourModel, planes: &[(PlaneFormat, [u32; 2])]) -> Model {
    let planes = planes
        .iter()
        .map(|&(format, [across, down])| (format, across, down))
        .collect();
    Model {
        colour,
        planes,
        coding: SampleCoding::default(),
    }
}

pub(super) fn hap_models() -> Vec<Model> {
    use PlaneFormat::{Bc1, Bc3, Bc4, Bc6hSigned, Bc6hUnsigned, Bc7};
    let opaque = ColourModel::Rgb { has_alpha: false };
    let with_alpha = ColourModel::Rgb { has_alpha: true };
    vec![
        model(opaque, &[(Bc1, FULL)]),
        model(with_alpha, &[(Bc3, FULL)]),
        model(ColourModel::ScaledYCoCg, &[(Bc3, FULL)]),
        model(ColourModel::ScaledYCoCgAlpha, &[(Bc3, FULL), (Bc4, FULL)]),
        model(ColourModel::AlphaOnly, &[(Bc4, FULL)]),
        model(with_alpha, &[(Bc7, FULL)]),
        model(
            ColourModel::LinearHdr { has_alpha: false },
            &[(Bc6hUnsigned, FULL)],
        ),
        model(
            ColourModel::LinearHdr { has_alpha: false },
            &[(Bc6hSigned, FULL)],
        ),
    ]
}

fn plain_models() -> Vec<Model> {
    use PlaneFormat::{R8, Rg8, Rgba8, Rgba16Float};
    let mut models = vec![
        model(ColourModel::Rgb { has_alpha: false }, &[(Rgba8, FULL)]),
        model(ColourModel::Rgb { has_alpha: true }, &[(Rgba8, FULL)]),
        model(
            ColourModel::LinearHdr { has_alpha: false },
            &[(Rgba16Float, FULL)],
        ),
        model(
            ColourModel::LinearHdr { has_alpha: true },
            &[(Rgba16Float, FULL)],
        ),
        model(ColourModel::AlphaOnly, &[(R8, FULL)]),
    ];
    for is_full_range in [false, true] {
        models.push(model(ColourModel::Grey { is_full_range }, &[(R8, FULL)]));
        for matrix in YCbCrMatrix::ALL {
            for has_alpha in [false, true] {
                let colour = ColourModel::YCbCr {
                    matrix,
                    is_full_range,
                    has_alpha,
                };
                for sides in [FULL, HALF_WIDTH, HALF] {
                    let mut split = vec![(R8, FULL), (R8, sides), (R8, sides)];
                    let mut joint = vec![(R8, FULL), (Rg8, sides)];
                    if has_alpha {
                        split.push((R8, FULL));
                        joint.push((R8, FULL));
                    }
                    models.push(model(colour, &split));
                    models.push(model(colour, &joint));
                }
            }
        }
    }
    models
}

/// Planes as FFmpeg gives them beyond eight bits and the common siting: depths, places of the bits, siting, transfer.
fn deep_models() -> Vec<Model> {
    use PlaneFormat::{Bgra8, R8, R16, Rg16};
    let ycbcr = |is_full_range, has_alpha| ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt2020,
        is_full_range,
        has_alpha,
    };
    let bits = |bits, shift| SampleCoding {
        bits,
        shift,
        ..SampleCoding::default()
    };
    let mut models = vec![model(
        ColourModel::Rgb { has_alpha: true },
        &[(Bgra8, FULL)],
    )];
    for depth in [9, 10, 12, 16] {
        for is_full_range in [false, true] {
            let grey = ColourModel::Grey { is_full_range };
            models.push(model(grey, &[(R16, FULL)]).coded(bits(depth, 0)));
            for sides in [FULL, HALF_WIDTH, HALF] {
                let split = [(R16, FULL), (R16, sides), (R16, sides), (R16, FULL)];
                let opaque = model(ycbcr(is_full_range, false), &split[..3]);
                models.push(opaque.coded(bits(depth, 0)));
                let alpha = model(ycbcr(is_full_range, true), &split);
                models.push(alpha.coded(bits(depth, 0)));
            }
            let joint = model(ycbcr(is_full_range, false), &[(R16, FULL), (Rg16, HALF)]);
            models.push(joint.coded(bits(depth.min(12), 16 - depth.min(12))));
        }
        for has_alpha in [false, true] {
            let planes = vec![(R16, FULL); 3 + usize::from(has_alpha)];
            models.push(model(ColourModel::Gbr { has_alpha }, &planes).coded(bits(depth, 0)));
        }
    }
    models.push(model(
        ColourModel::Gbr { has_alpha: false },
        &[(R8, FULL); 3],
    ));
    for siting in [
        ChromaSiting::Centre,
        ChromaSiting::TopLeft,
        ChromaSiting::Top,
        ChromaSiting::BottomLeft,
        ChromaSiting::Bottom,
    ] {
        let coding = SampleCoding {
            siting,
            ..SampleCoding::default()
        };
        let planes = [(R8, FULL), (R8, HALF), (R8, HALF)];
        models.push(model(ycbcr(false, false), &planes).coded(coding));
    }
    models.extend(light_models());
    models
}

/// Each way from code values to the canvas, in each kind of planes.
fn light_models() -> Vec<Model> {
    use PlaneFormat::{R16, Rgba8, Rgba16Float};
    let colour = ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt2020,
        is_full_range: false,
        has_alpha: false,
    };
    let grey = ColourModel::Grey {
        is_full_range: false,
    };
    let mut models = Vec::new();
    for transfer in [
        Transfer::Sdr,
        Transfer::Srgb,
        Transfer::Linear,
        Transfer::Pq,
        Transfer::Hlg,
    ] {
        for primaries in [Primaries::Bt709, Primaries::Bt2020, Primaries::P3] {
            let coding = |bits| SampleCoding {
                bits,
                transfer,
                primaries,
                ..SampleCoding::default()
            };
            let planes = [(R16, FULL), (R16, HALF), (R16, HALF)];
            models.push(model(colour, &planes).coded(coding(10)));
            models.push(model(grey, &planes[..1]).coded(coding(10)));
            let rgb = ColourModel::Rgb { has_alpha: true };
            models.push(model(rgb, &[(Rgba8, FULL)]).coded(coding(8)));
            models.push(model(rgb, &[(Rgba16Float, FULL)]).coded(coding(16)));
            let gbr = ColourModel::Gbr { has_alpha: false };
            models.push(model(gbr, &[(R16, FULL); 3]).coded(coding(12)));
            let light = ColourModel::LinearHdr { has_alpha: true };
            models.push(model(light, &[(Rgba16Float, FULL)]).coded(coding(16)));
        }
    }
    models
}

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn byte(&mut self) -> u8 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 56) as u8
    }

    /// A block of a format on which decoders agree to one code value: whatever bits, but no float that is no number and
    /// no mode that the format reserves.
    fn block(&mut self, layout: &FrameLayout, format: PlaneFormat) -> Vec<u8> {
        let mut block: Vec<u8> = (0..format.block_bytes()).map(|_| self.byte()).collect();
        match format {
            // Modes whose low five bits are 10011, 10111, 11011 or 11111 are reserved; 00011 is mode 11 (one region).
            PlaneFormat::Bc6hUnsigned | PlaneFormat::Bc6hSigned
                if block[0] & 0b10011 == 0b10011 =>
            {
                block[0] &= !0b10000;
            }
            // A first byte of zero is a reserved mode.
            PlaneFormat::Bc7 => block[0] = block[0].max(1),
            PlaneFormat::Rgba16Float => {
                for half in block.as_chunks_mut::<2>().0 {
                    let value = f32::from(half[0]) / 128.0 - 0.5;
                    *half = half::f16::from_f32(value).to_le_bytes();
                }
            }
            PlaneFormat::R16 | PlaneFormat::Rg16 => {
                let coding = layout.coding;
                for wide in block.as_chunks_mut::<2>().0 {
                    let code = u16::from_le_bytes(*wide) >> (16 - coding.bits);
                    *wide = (code << coding.shift).to_le_bytes();
                }
            }
            _ => {}
        }
        block
    }

    /// Memory of a frame with random blocks; what pads its rows is random, too.
    pub(super) fn frame(&mut self, layout: &FrameLayout) -> Vec<u8> {
        let mut memory: Vec<u8> = (0..layout.bytes).map(|_| self.byte()).collect();
        for plane in &layout.planes {
            let block_bytes = plane.format.block_bytes() as usize;
            for row in 0..plane.rows {
                let begin = plane.offset_bytes + u64::from(row * plane.stride_bytes);
                let row = &mut memory[begin as usize..][..plane.row_bytes as usize];
                for block in row.chunks_exact_mut(block_bytes) {
                    block.copy_from_slice(&self.block(layout, plane.format));
                }
            }
        }
        memory
    }
}

#[track_caller]
fn assert_same(gpu: &Gpu, model: &Model, (width_px, height_px): (u32, u32), seed: u64) {
    let layout = model.layout(width_px, height_px);
    let memory = Random(seed).frame(&layout);
    let expected = cpu::frame_to_rgba(&layout, &memory);
    let found = frame_to_rgba(gpu, &layout, &memory).expect("drawn");
    assert_eq!(
        found.dimensions(),
        (width_px, height_px),
        "the picture's own size"
    );
    for ((x, y, found), expected) in found.enumerate_pixels().zip(expected.pixels()) {
        let is_close = found
            .0
            .into_iter()
            .zip(expected.0)
            .all(|(found, expected)| found.abs_diff(expected) <= 2);
        assert!(
            is_close,
            "{:?} {:?} {:?}, {width_px}×{height_px} at {x},{y}: {found:?}, not {expected:?}",
            model.colour, model.planes, model.coding
        );
    }
}

#[test]
fn hap_frames_have_the_colours_of_the_cpu_reference() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for (seed, model) in (1..).zip(hap_models()) {
        for size in SIZES {
            assert_same(&gpu, &model, size, seed);
        }
    }
}

#[test]
fn plain_frames_have_the_colours_of_the_cpu_reference() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for (seed, model) in (1..).zip(plain_models()) {
        for size in SIZES {
            assert_same(&gpu, &model, size, seed);
        }
    }
}

#[test]
fn deep_frames_have_the_colours_of_the_cpu_reference_with_and_without_16_bit_textures() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    assert!(gpu.has_16_bit(), "lavapipe samples 16-bit channels");
    let without = gpu.clone().without_16_bit();
    for (seed, model) in (1..).zip(deep_models()) {
        for size in SIZES {
            assert_same(&gpu, &model, size, seed);
        }
        assert_same(&without, &model, (37, 21), seed);
    }
}

#[test]
fn frames_on_the_canvas_have_the_colours_of_the_frame_by_itself_filtered_or_not() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let (width_px, height_px) = (37, 21);
    let mut compositor = Compositor::new(&gpu, width_px, height_px).expect("a small canvas");
    let mut pool = StagingPool::new(&gpu, 64 << 20);
    for (seed, model) in (1..).zip(
        hap_models()
            .into_iter()
            .chain(plain_models())
            .chain(deep_models()),
    ) {
        let layout = model.layout(width_px, height_px);
        let memory = Random(seed).frame(&layout);
        let expected = frame_to_rgba(&gpu, &layout, &memory).expect("drawn");
        let mut staging = pool.take(layout.bytes).expect("room");
        staging.write(0, &memory).expect("as long as asked for");
        compositor
            .upload(0, &layout, staging, &mut pool)
            .expect("a good frame");
        let size = [width_px, height_px];
        let transform = Transform {
            fit: Fit::None,
            ..Transform::default()
        };
        let exact = Placement::new(size, size, &transform);
        let mut filtered = exact;
        // So little that no sample moves, and enough that the map is no longer the identity.
        filtered.canvas_from_picture[0][0] = 1.0 + 1e-6;
        // The software adapter filters in eight bits, and so loses one more code value of each chroma plane.
        // Random BC6H blocks hold light of many thousands next to none, of which the least share shows.
        let is_extreme = matches!(
            model.planes[0].0,
            PlaneFormat::Bc6hSigned | PlaneFormat::Bc6hUnsigned
        );
        let placements = [(exact, 2.0), (filtered, 5.0)];
        for (placement, tolerance) in placements.into_iter().take(if is_extreme { 1 } else { 2 }) {
            let draw = LayerDraw {
                key: 0,
                opacity: 1.0,
                placement,
                style: LayerStyle::default(),
                dissolve: None,
            };
            compositor.render([0.0; 3], &[draw]);
            let canvas = compositor.read_canvas().expect("a canvas");
            for (found, expected) in canvas.pixels().zip(expected.pixels()) {
                let [r, g, b, a] = expected.0.map(f32::from);
                for (found, straight) in found.0.into_iter().zip([r, g, b]) {
                    let wanted = straight * a / 255.0;
                    assert!(
                        (f32::from(found) - wanted).abs() <= tolerance,
                        "{:?}: {found}, not {wanted}",
                        model.colour
                    );
                }
            }
        }
        gpu.wait_idle().expect("the device is there");
        pool.poll();
    }
}

#[test]
fn a_frame_whose_memory_is_too_short_is_refused() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let colour = ColourModel::ScaledYCoCg;
    let layout = FrameLayout::new(64, 64, colour, &[(PlaneFormat::Bc3, 0, 0)]).expect("in range");
    let memory = vec![0; layout.bytes as usize - 1];
    let result = frame_to_rgba(&gpu, &Arc::new(layout), &memory);
    assert!(
        matches!(result, Err(GpuError::ShortMemory { .. })),
        "{result:?}"
    );
}
