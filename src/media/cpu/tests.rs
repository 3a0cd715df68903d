//! Tests of the pictures against colours worked out by hand.

use super::*;
use crate::media::frame::{ColourModel, PlaneFormat, YCbCrMatrix};

fn layout(w: u32, h: u32, colour: ColourModel, planes: &[(PlaneFormat, u32, u32)]) -> FrameLayout {
    FrameLayout::new(w, h, colour, planes).expect("in range")
}

fn ycbcr(has_alpha: bool) -> ColourModel {
    ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt709,
        is_full_range: false,
        has_alpha,
    }
}

/// Memory in which every texel of plane i is `texels[i]`.
fn filled(layout: &FrameLayout, texels: &[&[u8]]) -> Vec<u8> {
    let mut memory = vec![0xEE; layout.bytes as usize];
    for (plane, texel) in layout.planes.iter().zip(texels) {
        for row in 0..plane.rows as usize {
            let at = plane.offset_bytes as usize + row * plane.stride_bytes as usize;
            let row = &mut memory[at..at + plane.row_bytes as usize];
            for target in row.chunks_exact_mut(texel.len()) {
                target.copy_from_slice(texel);
            }
        }
    }
    memory
}

#[test]
fn studio_range_bt709_gives_the_colours_of_its_bars() {
    // 75 % bars as in SMPTE RP 219: yellow and blue.
    for (code, expected) in [
        ([235, 128, 128], [255, 255, 255]),
        ([16, 128, 128], [0, 0, 0]),
        ([168, 44, 136], [191, 191, 0]),
        ([28, 212, 120], [0, 0, 191]),
    ] {
        let [y, cb, cr] = code;
        let plane = PlaneFormat::R8;
        let three = layout(
            5,
            3,
            ycbcr(false),
            &[(plane, 0, 0), (plane, 1, 1), (plane, 1, 1)],
        );
        let two = layout(
            5,
            3,
            ycbcr(true),
            &[(plane, 0, 0), (PlaneFormat::Rg8, 1, 0), (plane, 0, 0)],
        );
        let of_three = frame_to_rgba(&three, &filled(&three, &[&[y], &[cb], &[cr]]));
        let of_two = frame_to_rgba(&two, &filled(&two, &[&[y], &[cb, cr], &[77]]));
        for (image, alpha) in [(of_three, 255), (of_two, 77)] {
            assert_eq!(image.dimensions(), (5, 3));
            for Rgba([r, g, b, a]) in image.pixels().copied() {
                assert_eq!(a, alpha);
                for (found, expected) in [r, g, b].into_iter().zip(expected) {
                    assert!(i32::from(found).abs_diff(expected) <= 2, "{code:?}");
                }
            }
        }
    }
}

#[test]
fn halved_chroma_lies_on_even_columns_and_between_rows() {
    let full = ColourModel::YCbCr {
        matrix: YCbCrMatrix::Bt601,
        is_full_range: true,
        has_alpha: false,
    };
    let plane = PlaneFormat::R8;
    let layout = layout(4, 4, full, &[(plane, 0, 0), (plane, 1, 1), (plane, 1, 1)]);
    let mut memory = filled(&layout, &[&[100], &[128], &[128]]);
    let cr = layout.planes[2];
    // The right column of chroma is red by 100 codes, its left one neutral.
    for row in 0..2 {
        memory[cr.offset_bytes as usize + row * cr.stride_bytes as usize + 1] = 228;
    }
    let image = frame_to_rgba(&layout, &memory);
    let red = |x: u32, y: u32| f32::from(image.get_pixel(x, y).0[0]);
    for (x, share) in [(0, 0.0), (1, 0.5), (2, 1.0), (3, 1.0)] {
        for y in 0..4 {
            assert!(
                (red(x, y) - (100.0 + 140.2 * share)).abs() <= 1.0,
                "{x},{y}"
            );
        }
    }
}

#[test]
fn hdr_light_is_clipped_and_encoded() {
    let layout = layout(
        1,
        1,
        ColourModel::LinearHdr { has_alpha: false },
        &[(PlaneFormat::Rgba16Float, 0, 0)],
    );
    let halves = [0.214_f32, 4.0, -1.0, 1.0].map(half::f16::from_f32);
    let memory = filled(&layout, &[&halves.map(half::f16::to_le_bytes).concat()]);
    assert_eq!(
        frame_to_rgba(&layout, &memory).get_pixel(0, 0).0,
        [127, 255, 0, 255]
    );
}

#[test]
fn grey_and_opaque_rgb_ignore_what_they_do_not_have() {
    let grey = ColourModel::Grey {
        is_full_range: false,
    };
    let grey = layout(3, 1, grey, &[(PlaneFormat::R8, 0, 0)]);
    let image = frame_to_rgba(&grey, &filled(&grey, &[&[126]]));
    assert_eq!(image.get_pixel(2, 0).0, [128, 128, 128, 255]);
    let rgb = ColourModel::Rgb { has_alpha: false };
    let rgb = layout(3, 1, rgb, &[(PlaneFormat::Rgba8, 0, 0)]);
    let image = frame_to_rgba(&rgb, &filled(&rgb, &[&[1, 2, 3, 4]]));
    assert_eq!(image.get_pixel(2, 0).0, [1, 2, 3, 255]);
}

#[test]
fn a_thumbnail_is_made_of_pixels_of_the_frame() {
    let rgb = ColourModel::Rgb { has_alpha: true };
    let layout = layout(200, 100, rgb, &[(PlaneFormat::Rgba8, 0, 0)]);
    let mut memory = vec![0; layout.bytes as usize];
    for y in 0..100_u8 {
        for x in 0..200_u8 {
            let at = usize::from(y) * layout.planes[0].stride_bytes as usize + usize::from(x) * 4;
            memory[at..at + 4].copy_from_slice(&[x, y, 7, 255]);
        }
    }
    let small = thumbnail(&layout, &memory, 20);
    assert_eq!(small.dimensions(), (20, 10));
    assert_eq!(small.get_pixel(3, 9).0, [35, 95, 7, 255]);
    assert_eq!(thumbnail(&layout, &memory, 999).dimensions(), (200, 100));
    assert_eq!(thumbnail(&layout, &memory, 0).dimensions(), (1, 1));
}

#[test]
fn memory_that_is_too_short_counts_as_zero() {
    let rgb = ColourModel::Rgb { has_alpha: true };
    let layout = layout(8, 8, rgb, &[(PlaneFormat::Bc3, 0, 0)]);
    assert_eq!(frame_to_rgba(&layout, &[]).get_pixel(7, 7).0, [0; 4]);
}

/// The channels of a texel of a BC3 block in exact arithmetic: the numbers and the divisors of the Khronos Data Format
/// Specification 1.3, S3TC, out of 255.
fn exact_bc3(block: &[u8; 16], texel: usize) -> [f64; 4] {
    let bits = |from: usize, count: usize| {
        (from..from + count).rev().fold(0, |number, bit| {
            number << 1 | u32::from(block[bit / 8] >> (bit % 8) & 1)
        })
    };
    let widened = |code: u32, width: u32| f64::from(code << (8 - width) | code >> (2 * width - 8));
    let colour = |from: usize| {
        [
            widened(bits(from + 11, 5), 5),
            widened(bits(from + 5, 6), 6),
            widened(bits(from, 5), 5),
        ]
    };
    let (first, last) = (colour(64), colour(80));
    let share = [0.0, 1.0, 1.0 / 3.0, 2.0 / 3.0][bits(96 + 2 * texel, 2) as usize];
    let [r, g, b] = [0, 1, 2].map(|i| first[i] + (last[i] - first[i]) * share);
    let (high, low) = (f64::from(block[0]), f64::from(block[1]));
    let code = f64::from(bits(16 + 3 * texel, 3));
    let alpha = match code as u32 {
        0 => high,
        1 => low,
        _ if high > low => ((8.0 - code) * high + (code - 1.0) * low) / 7.0,
        6 => 0.0,
        7 => 255.0,
        _ => ((6.0 - code) * high + (code - 1.0) * low) / 5.0,
    };
    [r, g, b, alpha]
}

#[test]
fn scaled_ycocg_is_that_of_exact_arithmetic_whatever_its_blocks_hold() {
    let mut state = 3_u64;
    for _ in 0..2000 {
        let block: [u8; 16] = std::array::from_fn(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        });
        let colour = ColourModel::ScaledYCoCg;
        let layout = layout(4, 4, colour, &[(PlaneFormat::Bc3, 0, 0)]);
        let image = frame_to_rgba(&layout, &block);
        let by_block = scaled_ycocg_block(&block);
        for (texel, pixel) in image.pixels().enumerate() {
            let [co, cg, scale, y] = exact_bc3(&block, texel);
            let scale = scale / 8.0 + 1.0;
            let (co, cg) = ((co - 128.0) / scale, (cg - 128.0) / scale);
            let expected = [y + co - cg, y + cg, y - co - cg];
            for (channel, expected) in expected.into_iter().enumerate() {
                let expected = expected.clamp(0.0, 255.0);
                assert!(
                    (f64::from(pixel.0[channel]) - expected).abs() < 0.51,
                    "{block:?}, texel {texel}: {pixel:?} for {expected}"
                );
            }
            assert_eq!(pixel.0[..3], by_block[texel], "on adapters without blocks");
        }
    }
}

#[test]
fn whole_rows_have_the_same_colours_as_single_pixels() {
    use crate::media::frame::{ChromaSiting, SampleCoding};
    let (narrow, wide) = (PlaneFormat::R8, PlaneFormat::R16);
    let (pair, wide_pair) = (PlaneFormat::Rg8, PlaneFormat::Rg16);
    let formats: [&[(PlaneFormat, u32, u32)]; 6] = [
        &[(narrow, 0, 0), (narrow, 1, 1), (narrow, 1, 1)],
        &[(narrow, 0, 0), (narrow, 1, 0), (narrow, 1, 0)],
        &[(wide, 0, 0), (wide, 0, 0), (wide, 0, 0)],
        &[(narrow, 0, 0), (pair, 1, 1)],
        &[(wide, 0, 0), (wide_pair, 1, 1)],
        &[
            (narrow, 0, 0),
            (narrow, 1, 1),
            (narrow, 1, 1),
            (narrow, 0, 0),
        ],
    ];
    for planes in formats {
        for siting in [
            ChromaSiting::Left,
            ChromaSiting::Centre,
            ChromaSiting::BottomLeft,
        ] {
            for (w, h) in [(13, 7), (8, 4), (1, 1), (2, 3)] {
                let coding = SampleCoding {
                    siting,
                    bits: if planes[0].0 == wide { 10 } else { 8 },
                    ..SampleCoding::default()
                };
                let layout = layout(w, h, ycbcr(planes.len() == 4), planes).with_coding(coding);
                // Any bytes will do; of wide samples the upper one stays within ten bits.
                let memory: Vec<u8> = (0..layout.bytes)
                    .map(|at| (at * 37 % 251) as u8)
                    .enumerate()
                    .map(|(at, byte)| {
                        if planes[0].0 == wide && at % 2 == 1 {
                            byte & 3
                        } else {
                            byte
                        }
                    })
                    .collect();
                let rows = rows::frame_to_rgba(&layout, &memory).expect("a known layout");
                let pixels = pixel_by_pixel(&layout, &memory);
                for (row, pixel) in rows.iter().zip(pixels.iter()) {
                    assert!(row.abs_diff(*pixel) <= 1, "{planes:?} {siting:?} {w}×{h}");
                }
            }
        }
    }
}
