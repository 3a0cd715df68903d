//! From texels to the blocks of a texture.

use super::fit::Texels;
use super::{bc1, bc4, bc6h, bc7, ycocg};
use crate::media::hap::TextureKind;

/// Appends the block of 16 texels, row by row, to `out`.
///
/// Texels are red, green, blue and straight alpha, 1 being full scale; gamma-encoded, but linear light for BC6H.
pub fn encode_block(kind: TextureKind, texels: &[[f32; 4]; 16], out: &mut Vec<u8>) {
    let rgb = || texels.map(|[r, g, b, _]| [r * 255.0, g * 255.0, b * 255.0]);
    let alpha = || bc4::encode(&texels.map(|texel| texel[3] * 255.0));
    match kind {
        TextureKind::RgbBc1 => out.extend(bc1::encode(&rgb())),
        TextureKind::RgbaBc3 => {
            out.extend(alpha());
            out.extend(bc1::encode(&rgb()));
        }
        TextureKind::YCoCgBc3 => out.extend(ycocg::encode(&rgb())),
        TextureKind::RgbaBc7 => {
            out.extend(bc7::encode(&texels.map(|texel| texel.map(|c| c * 255.0))));
        }
        TextureKind::AlphaBc4 => out.extend(alpha()),
        TextureKind::RgbBc6hUnsigned => out.extend(bc6h::encode(&light(texels), false)),
        TextureKind::RgbBc6hSigned => out.extend(bc6h::encode(&light(texels), true)),
    }
}

fn light(texels: &[[f32; 4]; 16]) -> Texels<3> {
    texels.map(|[r, g, b, _]| [r, g, b])
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
