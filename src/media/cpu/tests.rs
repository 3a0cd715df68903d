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
        ColourModel::LinearHdr,
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
