//! From texels to the blocks of a texture.

use super::avx2::{self, Work};
use super::lanes::Lanes;
use super::{bc1, bc4, bc6h, bc7, ycocg};
use crate::media::hap::TextureKind;

/// Blocks that are encoded side by side: the lanes of one AVX2 vector of `f32`, or of two of SSE2 or NEON.
const LANES: usize = 8;

/// Pixels across of as many blocks.
const SPAN_PX: usize = 4 * LANES;

/// Appends the block of 16 texels, row by row, to `out`.
///
/// Texels are red, green, blue and straight alpha, 1 being full scale; gamma-encoded, but linear light for BC6H.
pub fn encode_block(kind: TextureKind, texels: &[[f32; 4]; 16], out: &mut Vec<u8>) {
    let factor = if is_light(kind) { 1.0 } else { 255.0 };
    let texels = texels.map(|texel| texel.map(|channel| Lanes([channel * factor])));
    encode_lanes(kind, &texels, 1, out);
}

/// True for linear light rather than levels.
const fn is_light(kind: TextureKind) -> bool {
    matches!(
        kind,
        TextureKind::RgbBc6hUnsigned | TextureKind::RgbBc6hSigned
    )
}

/// Appends the first `count` of `L` blocks to `out`. Texels are levels in 0..255, or light.
#[inline(always)]
fn encode_lanes<const L: usize>(
    kind: TextureKind,
    texels: &[[Lanes<L>; 4]; 16],
    count: usize,
    out: &mut Vec<u8>,
) {
    let mut rgb = [[Lanes::ZERO; 3]; 16];
    let mut alpha = [Lanes::ZERO; 16];
    for (index, [r, g, b, a]) in texels.iter().enumerate() {
        rgb[index] = [*r, *g, *b];
        alpha[index] = *a;
    }
    let mut append = |blocks: &[[u8; 16]; L]| out.extend_from_slice(blocks[..count].as_flattened());
    match kind {
        TextureKind::RgbBc1 => out.extend_from_slice(bc1::encode(&rgb)[..count].as_flattened()),
        TextureKind::RgbaBc3 => {
            let (alpha, colour) = (bc4::encode(&alpha), bc1::encode(&rgb));
            for (alpha, colour) in alpha.iter().zip(&colour).take(count) {
                out.extend_from_slice(alpha);
                out.extend_from_slice(colour);
            }
        }
        TextureKind::YCoCgBc3 => append(&ycocg::encode(&rgb)),
        TextureKind::RgbaBc7 => append(&bc7::encode(texels)),
        TextureKind::AlphaBc4 => out.extend_from_slice(bc4::encode(&alpha)[..count].as_flattened()),
        TextureKind::RgbBc6hUnsigned => append(&bc6h::encode(&rgb, false)),
        TextureKind::RgbBc6hSigned => append(&bc6h::encode(&rgb, true)),
    }
}

/// Appends the texture of a picture to `out`: rows of blocks from the top, those past the picture's edges filled with the
/// pixels of the edge.
///
/// `rgba` holds red, green, blue and straight alpha, a byte each, row by row without padding. Nothing comes of a picture
/// without width or height, nor of rows that `rgba` does not have.
pub fn encode_picture(kind: TextureKind, width_px: u32, rgba: &[u8], out: &mut Vec<u8>) {
    avx2::run(Levels {
        kind,
        width_px,
        pixels: rgba.as_chunks().0,
        out,
    });
}

/// As [`encode_picture`] of linear light, for BC6H: red, green and blue, 1 being white.
pub fn encode_light(kind: TextureKind, width_px: u32, light: &[[f32; 3]], out: &mut Vec<u8>) {
    avx2::run(Light {
        kind,
        width_px,
        pixels: light,
        out,
    });
}

/// A picture of levels to be encoded.
struct Levels<'a> {
    kind: TextureKind,
    width_px: u32,
    pixels: &'a [[u8; 4]],
    out: &'a mut Vec<u8>,
}

impl Work for Levels<'_> {
    #[inline(always)]
    fn run(self) {
        let factor = if is_light(self.kind) {
            1.0 / 255.0
        } else {
            1.0
        };
        encode_rows(self.kind, self.width_px, self.pixels, self.out, |pixels| {
            let mut texel = [Lanes::ZERO; 4];
            let words = pixels.map(u32::from_le_bytes);
            for (channel, level) in texel.iter_mut().enumerate() {
                for (level, word) in level.0.iter_mut().zip(words) {
                    *level = (word >> (8 * channel) & 255).cast_signed() as f32 * factor;
                }
            }
            texel
        });
    }
}

/// A picture of light to be encoded.
struct Light<'a> {
    kind: TextureKind,
    width_px: u32,
    pixels: &'a [[f32; 3]],
    out: &'a mut Vec<u8>,
}

impl Work for Light<'_> {
    #[inline(always)]
    fn run(self) {
        let factor = if is_light(self.kind) { 1.0 } else { 255.0 };
        encode_rows(self.kind, self.width_px, self.pixels, self.out, |pixels| {
            let mut texel = [Lanes::all(factor); 4];
            for (lane, pixel) in pixels.iter().enumerate() {
                for (channel, light) in pixel.iter().enumerate() {
                    texel[channel].0[lane] = light * factor;
                }
            }
            texel
        });
    }
}

/// Encodes pixels row of blocks by row of blocks. `load` makes a texel of one pixel from each block.
#[inline(always)]
fn encode_rows<P: Copy + PartialEq>(
    kind: TextureKind,
    width_px: u32,
    pixels: &[P],
    out: &mut Vec<u8>,
    load: impl Fn([P; LANES]) -> [Lanes<LANES>; 4],
) {
    let width = width_px as usize;
    let Some(&any) = pixels.first() else {
        return;
    };
    if width == 0 {
        return;
    }
    // Four rows, as long as whole spans of blocks, so that edges need no care within.
    let pitch = width.next_multiple_of(SPAN_PX);
    let mut strip = vec![any; 4 * pitch];
    for rows in pixels.chunks(4 * width) {
        let last = rows.len() / width;
        for (row, line) in strip.chunks_exact_mut(pitch).enumerate() {
            let row = row.min(last.saturating_sub(1));
            let Some(known) = rows.get(row * width..(row + 1) * width) else {
                return;
            };
            line[..width].copy_from_slice(known);
            line[width..].fill(known[width - 1]);
        }
        for left in (0..width).step_by(SPAN_PX) {
            let count = (width - left).div_ceil(4).min(LANES);
            // Plain areas are common: the same pixels make the same blocks.
            let is_repeated = left > 0
                && strip
                    .chunks_exact(pitch)
                    .all(|line| line[left..left + SPAN_PX] == line[left - SPAN_PX..left]);
            if is_repeated {
                let block_bytes = kind.block_bytes();
                let begin = out.len() - LANES * block_bytes;
                out.extend_from_within(begin..begin + count * block_bytes);
                continue;
            }
            let mut texels = [[Lanes::ZERO; 4]; 16];
            for (index, texel) in texels.iter_mut().enumerate() {
                let begin = index / 4 * pitch + left;
                let span = &strip[begin..begin + SPAN_PX];
                let (blocks, _) = span.as_chunks::<4>();
                let mut column = [any; LANES];
                for (pixel, block) in column.iter_mut().zip(blocks) {
                    *pixel = block[index % 4];
                }
                *texel = load(column);
            }
            encode_lanes(kind, &texels, count, out);
        }
    }
}

/// Appends a block with texels at random between two colours to `out`: a block that nothing compresses.
///
/// `random` gives 64 random bits at each call; colours are as in [`encode_block`].
pub fn random_block(
    kind: TextureKind,
    ends: &[[f32; 4]; 2],
    mut random: impl FnMut() -> u64,
    out: &mut Vec<u8>,
) {
    const BITS_48: u64 = (1 << 48) - 1;
    let levels = ends.map(|end| end.map(|channel| channel * 255.0));
    let rgb = levels.map(|[r, g, b, _]| [r, g, b]);
    let light = ends.map(|[r, g, b, _]| [r, g, b]);
    let [alpha_a, alpha_b] = levels.map(|end| end[3]);
    let short = |bits: u64| (bits >> 32) as u32;
    match kind {
        TextureKind::RgbBc1 => out.extend(bc1::random(&rgb, short(random()))),
        TextureKind::RgbaBc3 => {
            out.extend(bc4::random(alpha_a, alpha_b, random() & BITS_48));
            out.extend(bc1::random(&rgb, short(random())));
        }
        TextureKind::YCoCgBc3 => {
            out.extend(ycocg::random(&rgb, random() & BITS_48, short(random())));
        }
        TextureKind::RgbaBc7 => out.extend(bc7::random(&levels, random())),
        TextureKind::AlphaBc4 => out.extend(bc4::random(alpha_a, alpha_b, random() & BITS_48)),
        TextureKind::RgbBc6hUnsigned => out.extend(bc6h::random(&light, false, random())),
        TextureKind::RgbBc6hSigned => out.extend(bc6h::random(&light, true, random())),
    }
}

/// Encodes a picture into a texture, row of blocks by row of blocks.
///
/// `texel` gives the texels as [`encode_block`] wants them; past the picture, those of its edge are repeated. Nothing
/// comes of a picture without width or height.
pub fn encode_texture(
    kind: TextureKind,
    width_px: u32,
    height_px: u32,
    mut texel: impl FnMut(u32, u32) -> [f32; 4],
) -> Vec<u8> {
    let mut out = Vec::new();
    for top in (0..height_px).step_by(4) {
        for left in (0..width_px).step_by(4) {
            let texels = std::array::from_fn(|i| {
                let (column, row) = (i as u32 % 4, i as u32 / 4);
                texel(
                    (left + column).min(width_px - 1),
                    (top + row).min(height_px - 1),
                )
            });
            encode_block(kind, &texels, &mut out);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::cpu::{half_block, rgba8_block, scaled_ycocg_block};
    use crate::media::frame::PlaneFormat;

    /// A diagonal gradient between two colours.
    fn gradient(from: [f32; 4], to: [f32; 4]) -> [[f32; 4]; 16] {
        std::array::from_fn(|i| {
            let place = (i % 4 + i / 4) as f32 / 6.0;
            std::array::from_fn(|c| from[c] + (to[c] - from[c]) * place)
        })
    }

    /// The largest error of any channel over all texels, in levels of 255.
    fn worst_error(kind: TextureKind, format: PlaneFormat, texels: &[[f32; 4]; 16]) -> f32 {
        let mut block = Vec::new();
        encode_block(kind, texels, &mut block);
        let decoded = match kind {
            TextureKind::YCoCgBc3 => scaled_ycocg_block(&block).map(|[r, g, b]| [r, g, b, 255]),
            _ => rgba8_block(format, &block),
        };
        let errors = decoded.iter().zip(texels).flat_map(|(found, wanted)| {
            let found = match kind {
                TextureKind::AlphaBc4 => [255, 255, 255, found[0]],
                _ => *found,
            };
            (0..4).map(move |c| (f32::from(found[c]) - wanted[c] * 255.0).abs())
        });
        errors.fold(0.0, f32::max)
    }

    #[test]
    fn gradients_survive_every_encoder() {
        let (dark, bright) = ([0.1, 0.2, 0.3, 1.0], [0.8, 0.5, 0.35, 1.0]);
        let opaque = gradient(dark, bright);
        let fading = gradient([0.1, 0.2, 0.3, 0.0], bright);
        let white = gradient([1.0, 1.0, 1.0, 0.0], [1.0; 4]);
        // Levels off by, at most: the coarser the format, the more.
        for (kind, format, texels, bound) in [
            (TextureKind::RgbBc1, PlaneFormat::Bc1, opaque, 24.0),
            (TextureKind::RgbaBc3, PlaneFormat::Bc3, fading, 24.0),
            (TextureKind::YCoCgBc3, PlaneFormat::Bc3, opaque, 14.0),
            (TextureKind::RgbaBc7, PlaneFormat::Bc7, fading, 9.0),
            (TextureKind::AlphaBc4, PlaneFormat::Bc4, white, 18.5),
        ] {
            let worst = worst_error(kind, format, &texels);
            assert!(worst <= bound, "{kind:?}: {worst}");
        }
    }

    #[test]
    fn flat_blocks_are_nearly_exact() {
        for level in 0..=255_u8 {
            let grey = f32::from(level) / 255.0;
            let texels = [[grey, grey, grey, 1.0]; 16];
            for (kind, format, bound) in [
                (TextureKind::RgbBc1, PlaneFormat::Bc1, 2.0),
                (TextureKind::YCoCgBc3, PlaneFormat::Bc3, 0.01),
                (TextureKind::RgbaBc7, PlaneFormat::Bc7, 1.0),
            ] {
                let worst = worst_error(kind, format, &texels);
                assert!(worst <= bound, "{kind:?} at {level}: {worst}");
            }
        }
    }

    #[test]
    fn a_gentle_gradient_stays_within_half_a_code() {
        for base in 0..40 {
            let base = base as f32 / 50.0;
            let texels: [[f32; 4]; 16] = std::array::from_fn(|i| {
                let light = base + (i / 4) as f32 * 0.004;
                [light, light * 0.7 + 0.1, 0.4, 1.0]
            });
            let worst = worst_error(TextureKind::RgbBc1, PlaneFormat::Bc1, &texels);
            assert!(worst <= 4.1, "from {base}: {worst}");
        }
    }

    #[test]
    fn weak_chroma_is_stretched_so_that_it_keeps_its_hue() {
        // Blue has 5 bits: decoders give 24 or 25 for code 3.
        for (spread, stretch) in [(0.05, 24..=25), (0.2, 8..=8), (0.45, 0..=0)] {
            let texels = [[0.5 + spread, 0.5, 0.5 - spread, 1.0]; 16];
            let mut block = Vec::new();
            encode_block(TextureKind::YCoCgBc3, &texels, &mut block);
            let blue = rgba8_block(PlaneFormat::Bc3, &block)[0][2];
            assert!(stretch.contains(&blue), "{spread}: {blue}");
            assert!(worst_error(TextureKind::YCoCgBc3, PlaneFormat::Bc3, &texels) <= 2.5);
        }
    }

    #[test]
    fn light_of_both_signs_survives_bc6h() {
        let texels = gradient([0.02, 0.5, 3.0, 1.0], [0.04, 1.0, 6.0, 1.0]);
        let negated = texels.map(|texel| texel.map(|channel| -channel));
        for (kind, texels) in [
            (TextureKind::RgbBc6hUnsigned, texels),
            (TextureKind::RgbBc6hSigned, texels),
            (TextureKind::RgbBc6hSigned, negated),
        ] {
            let mut block = Vec::new();
            encode_block(kind, &texels, &mut block);
            let decoded = half_block(kind == TextureKind::RgbBc6hSigned, &block);
            for (found, wanted) in decoded.iter().zip(&texels) {
                for (found, wanted) in found.iter().zip(wanted) {
                    let error = (found.to_f32() - wanted).abs() / wanted.abs();
                    assert!(error < 0.08, "{kind:?}: {found} for {wanted}");
                }
            }
        }
    }

    #[test]
    fn blocks_side_by_side_are_those_encoded_one_by_one() {
        // Widths around a span of eight blocks, with plain areas that are repeated, edges and noise.
        for (width, height) in [(1, 1), (31, 5), (32, 4), (37, 9), (101, 8)] {
            let level = |x: u32, y: u32, channel: u32| {
                let noise = (x * 7919 + y * 104_729 + channel * 15_485_863) % 256;
                if x < 70 { noise as u8 } else { 90 }
            };
            let rgba: Vec<u8> = (0..height)
                .flat_map(|y| (0..width).map(move |x| (x, y)))
                .flat_map(|(x, y)| [0, 1, 2, 3].map(|channel| level(x, y, channel)))
                .collect();
            for kind in [
                TextureKind::RgbBc1,
                TextureKind::RgbaBc3,
                TextureKind::YCoCgBc3,
                TextureKind::RgbaBc7,
                TextureKind::AlphaBc4,
                TextureKind::RgbBc6hUnsigned,
            ] {
                let mut found = Vec::new();
                encode_picture(kind, width, &rgba, &mut found);
                let one_by_one = encode_texture(kind, width, height, |x, y| {
                    [0, 1, 2, 3].map(|channel| f32::from(level(x, y, channel)) / 255.0)
                });
                // Levels divided by 255 and multiplied again may be off by a rounding, and so, rarely, a code.
                let same = found
                    .iter()
                    .zip(&one_by_one)
                    .filter(|(a, b)| a == b)
                    .count();
                assert_eq!(found.len(), one_by_one.len(), "{kind:?} {width}×{height}");
                assert!(
                    same * 100 >= found.len() * 95,
                    "{kind:?} {width}×{height}: {same}"
                );
            }
        }
    }

    #[test]
    fn edges_are_repeated_into_the_padding() {
        let texture = encode_texture(TextureKind::AlphaBc4, 5, 1, |x, _| {
            [0.0, 0.0, 0.0, if x == 4 { 1.0 } else { 0.0 }]
        });
        assert_eq!(texture.len(), 16);
        assert_eq!(
            rgba8_block(PlaneFormat::Bc4, &texture[..8]),
            [[0, 0, 0, 255]; 16]
        );
        assert_eq!(
            rgba8_block(PlaneFormat::Bc4, &texture[8..]),
            [[255, 0, 0, 255]; 16]
        );
    }
}
