//! The conversion of a layout's planes to RGB: the shader, and its numbers.

use super::GpuError;
use crate::media::frame::{ColourModel, FrameLayout, Levels, PlaneFormat, ToCanvas};

/// The shader for a colour model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub(super) enum Kind {
    Rgb,
    ScaledYCoCg,
    AlphaOnly,
    LinearHdr,
    /// Both chroma channels in one plane.
    YCbCrJoint,
    /// A plane for each chroma channel.
    YCbCrSplit,
    Grey,
}

impl Kind {
    /// All kinds, each at the index `kind as usize`.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;
}

/// The most planes that a frame has.
pub(super) const MAX_PLANES: usize = 4;

/// The mapping from picture pixels to a plane's texels, as the shader's `PlaneMap` has it: scale and shift, then the
/// lower and upper clamps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct PlaneMap {
    pub scale: [f32; 2],
    pub shift: [f32; 2],
    pub low: [f32; 2],
    pub high: [f32; 2],
}

/// The shader's numbers for a layout's planes; the same for every frame of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conversion {
    pub kind: Kind,
    pub has_alpha: bool,
    /// Rows that give red, green and blue from (c0, c1, c2, 1), for planes of one channel or two.
    pub rgb_rows: [[f32; 4]; 3],
    /// Factor of alpha in a plane of its own.
    pub alpha_gain: f32,
    /// True if channels of 16 bits come as two of 8, little-endian.
    pub are_byte_pairs: bool,
    /// The way to the colour of the canvas, by its number in `light.wgsl`.
    pub to_canvas: f32,
    /// Rows that give light in the canvas's primaries from light in the picture's.
    pub gamut_rows: [[f32; 3]; 3],
    /// The mapping of each plane.
    pub planes: [PlaneMap; MAX_PLANES],
}

impl Conversion {
    /// The conversion for a layout, on a device that samples 16-bit channels or does not.
    ///
    /// # Errors
    /// [`GpuError::Planes`] if the layout's planes are too few or too many for its colour model.
    pub fn new(layout: &FrameLayout, has_16_bit: bool) -> Result<Self, GpuError> {
        let planes = layout.planes.len();
        let wrong = GpuError::Planes { planes };
        let (kind, has_alpha, expected) = match layout.colour {
            ColourModel::Rgb { has_alpha } => (Kind::Rgb, has_alpha, 1),
            ColourModel::ScaledYCoCg => (Kind::ScaledYCoCg, false, 1),
            ColourModel::ScaledYCoCgAlpha => (Kind::ScaledYCoCg, true, 2),
            ColourModel::AlphaOnly => (Kind::AlphaOnly, true, 1),
            ColourModel::LinearHdr { has_alpha } => (Kind::LinearHdr, has_alpha, 1),
            ColourModel::Grey { .. } => (Kind::Grey, false, 1),
            ColourModel::Gbr { has_alpha } => {
                (Kind::YCbCrSplit, has_alpha, 3 + usize::from(has_alpha))
            }
            ColourModel::YCbCr { has_alpha, .. } => {
                let colour_planes = planes.saturating_sub(usize::from(has_alpha));
                match colour_planes {
                    2 => (Kind::YCbCrJoint, has_alpha, planes),
                    3 => (Kind::YCbCrSplit, has_alpha, planes),
                    _ => return Err(wrong),
                }
            }
        };
        if planes != expected {
            return Err(wrong);
        }
        let format = layout.planes[0].format;
        let is_wide = matches!(format, PlaneFormat::R16 | PlaneFormat::Rg16);
        let levels = layout.coding.levels(format, is_full_range(layout.colour));
        Ok(Self {
            kind,
            has_alpha,
            rgb_rows: rgb_rows(layout.colour, levels),
            alpha_gain: levels.alpha_gain as f32,
            are_byte_pairs: is_wide && !has_16_bit,
            to_canvas: match layout.coding.to_canvas() {
                ToCanvas::AsItIs => 0.0,
                ToCanvas::FromPq => 1.0,
                ToCanvas::FromHlg => 2.0,
                ToCanvas::Encoded => 3.0,
                ToCanvas::GamutOfSdr => 4.0,
                ToCanvas::GamutOfSrgb => 5.0,
            },
            gamut_rows: layout.coding.primaries.canvas_rows(),
            planes: plane_maps(layout),
        })
    }
}

fn is_full_range(colour: ColourModel) -> bool {
    match colour {
        ColourModel::YCbCr { is_full_range, .. } | ColourModel::Grey { is_full_range } => {
            is_full_range
        }
        _ => true,
    }
}

/// Rows that give red, green and blue from (c0, c1, c2, 1), each channel as the sampler returns it.
fn rgb_rows(colour: ColourModel, levels: Levels) -> [[f32; 4]; 3] {
    let Levels {
        luma_gain,
        luma_offset,
        chroma_gain,
        chroma_offset,
        ..
    } = levels;
    let gain = luma_gain as f32;
    match colour {
        ColourModel::YCbCr { matrix, .. } => matrix.rgb_rows().map(|[luma, cb, cr]| {
            let offset = -luma * luma_offset - (cb + cr) * chroma_offset;
            [luma * luma_gain, cb * chroma_gain, cr * chroma_gain, offset].map(|entry| entry as f32)
        }),
        ColourModel::Gbr { .. } => [
            [0.0, 0.0, gain, 0.0],
            [gain, 0.0, 0.0, 0.0],
            [0.0, gain, 0.0, 0.0],
        ],
        _ => [[gain, 0.0, 0.0, -luma_offset as f32]; 3],
    }
}

/// The mapping of each plane; a subsampled one by its chroma siting.
fn plane_maps(layout: &FrameLayout) -> [PlaneMap; MAX_PLANES] {
    let mut maps = [PlaneMap::default(); MAX_PLANES];
    for (map, plane) in maps.iter_mut().zip(&layout.planes) {
        let picture_px = [layout.width_px, layout.height_px];
        let plane_px = [plane.width_px, plane.height_px];
        for axis in 0..2 {
            let texels_per_pixel = halved(picture_px[axis], plane_px[axis]);
            let visible = (picture_px[axis] as f32 * texels_per_pixel).ceil();
            map.scale[axis] = texels_per_pixel;
            map.shift[axis] = -layout.coding.siting.offset()[axis] * 0.5 * (1.0 - texels_per_pixel);
            // Clamped half a texel within the visible part, so that filtering never reads the padding of blocks.
            map.low[axis] = 0.5;
            map.high[axis] = visible - 0.5;
        }
    }
    maps
}

/// The subsampling of a plane along a side: 1, ½, ¼ …
fn halved(picture_px: u32, plane_px: u32) -> f32 {
    let mut side_px = picture_px;
    let mut scale = 1.0;
    while side_px > plane_px && side_px > 1 {
        side_px = side_px.div_ceil(2);
        scale *= 0.5;
    }
    scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::frame::{SampleCoding, YCbCrMatrix};

    fn limited(matrix: YCbCrMatrix) -> ColourModel {
        ColourModel::YCbCr {
            matrix,
            is_full_range: false,
            has_alpha: false,
        }
    }

    fn rgb(colour: ColourModel, codes: [f32; 3]) -> [f32; 3] {
        let [y, cb, cr] = codes.map(|code| code / 255.0);
        let levels = SampleCoding::default().levels(PlaneFormat::R8, is_full_range(colour));
        rgb_rows(colour, levels).map(|row| row[0] * y + row[1] * cb + row[2] * cr + row[3])
    }

    #[test]
    fn the_code_values_of_black_and_white_give_black_and_white_in_each_matrix() {
        for matrix in YCbCrMatrix::ALL {
            for (y, expected) in [(16.0, 0.0), (235.0, 1.0)] {
                for channel in rgb(limited(matrix), [y, 128.0, 128.0]) {
                    assert!((channel - expected).abs() < 1e-5, "{matrix:?} {y}");
                }
            }
        }
    }

    #[test]
    fn the_code_values_of_bt_709_red_give_red() {
        let red = rgb(limited(YCbCrMatrix::Bt709), [63.0, 102.0, 240.0]);
        for (channel, expected) in red.into_iter().zip([1.0, 0.0, 0.0]) {
            assert!((channel - expected).abs() < 0.01, "{red:?}");
        }
    }

    #[test]
    fn halves_of_odd_sides_are_told_from_whole_sides_padded_to_blocks() {
        assert_eq!(halved(127, 128), 1.0);
        assert_eq!(halved(127, 64), 0.5);
        assert_eq!(halved(7, 4), 0.5);
        assert_eq!(halved(7, 2), 0.25);
        assert_eq!(halved(1, 1), 1.0);
    }

    #[test]
    fn planes_that_do_not_belong_to_the_colour_model_are_refused() {
        let full = (PlaneFormat::R8, 0, 0);
        for (colour, planes) in [
            (ColourModel::ScaledYCoCgAlpha, vec![full]),
            (ColourModel::AlphaOnly, vec![full, full]),
            (limited(YCbCrMatrix::Bt709), vec![full]),
            (limited(YCbCrMatrix::Bt709), vec![full; 4]),
        ] {
            let layout = FrameLayout::new(4, 4, colour, &planes).expect("in range");
            assert!(
                matches!(Conversion::new(&layout, true), Err(GpuError::Planes { .. })),
                "{colour:?}"
            );
        }
    }

    #[test]
    fn each_kind_lies_at_its_own_index() {
        for (index, kind) in Kind::ALL.iter().copied().enumerate() {
            assert_eq!(kind as usize, index);
        }
    }
}
