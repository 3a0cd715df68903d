//! How the planes of a layout become a colour: which shader, and the numbers it needs.

use super::GpuError;
use crate::media::frame::{ColourModel, FrameLayout, YCbCrMatrix};

/// The shader that a colour model needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// All of them; each at the index that `kind as usize` gives.
    pub const ALL: [Self; 7] = [
        Self::Rgb,
        Self::ScaledYCoCg,
        Self::AlphaOnly,
        Self::LinearHdr,
        Self::YCbCrJoint,
        Self::YCbCrSplit,
        Self::Grey,
    ];
}

/// The most planes that a frame has.
pub(super) const MAX_PLANES: usize = 4;

/// Where a plane's texture is sampled for a position of the picture in pixels, as the shader's `PlaneMap` says: scale
/// and shift to normalised texture coordinates, then the least and the greatest of those that are used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct PlaneMap {
    pub scale: [f32; 2],
    pub shift: [f32; 2],
    pub low: [f32; 2],
    pub high: [f32; 2],
}

/// What the shader must know to convert a layout's planes; the same for every frame of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conversion {
    pub kind: Kind,
    pub has_alpha: bool,
    /// Rows that give red, green and blue from (c0, c1, c2, 1); of use to `YCbCr` and grey alone.
    pub rgb_rows: [[f32; 4]; 3],
    /// How each plane is sampled.
    pub planes: [PlaneMap; MAX_PLANES],
}

impl Conversion {
    /// The conversion for a layout.
    ///
    /// # Errors
    /// [`GpuError::Planes`] if the layout's planes are too few or too many for its colour model.
    pub fn new(layout: &FrameLayout) -> Result<Self, GpuError> {
        let planes = layout.planes.len();
        let wrong = GpuError::Planes { planes };
        let (kind, has_alpha, expected) = match layout.colour {
            ColourModel::Rgb { has_alpha } => (Kind::Rgb, has_alpha, 1),
            ColourModel::ScaledYCoCg => (Kind::ScaledYCoCg, false, 1),
            ColourModel::ScaledYCoCgAlpha => (Kind::ScaledYCoCg, true, 2),
            ColourModel::AlphaOnly => (Kind::AlphaOnly, true, 1),
            ColourModel::LinearHdr => (Kind::LinearHdr, false, 1),
            ColourModel::Grey { .. } => (Kind::Grey, false, 1),
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
        Ok(Self {
            kind,
            has_alpha,
            rgb_rows: rgb_rows(layout.colour),
            planes: plane_maps(layout),
        })
    }
}

/// Weights of red and blue in luma (ITU-T H.273, table 4).
const fn luma_weights(matrix: YCbCrMatrix) -> (f64, f64) {
    match matrix {
        YCbCrMatrix::Bt601 => (0.299, 0.114),
        YCbCrMatrix::Bt709 => (0.2126, 0.0722),
        YCbCrMatrix::Bt2020 => (0.2627, 0.0593),
    }
}

/// Red, green and blue from (y, cb, cr, 1), each channel being a code value divided by 255.
fn rgb_rows(colour: ColourModel) -> [[f32; 4]; 3] {
    let (is_full_range, (kr, kb), chroma) = match colour {
        ColourModel::YCbCr {
            matrix,
            is_full_range,
            ..
        } => (is_full_range, luma_weights(matrix), 1.0),
        ColourModel::Grey { is_full_range } => {
            (is_full_range, luma_weights(YCbCrMatrix::Bt709), 0.0)
        }
        _ => (true, luma_weights(YCbCrMatrix::Bt709), 0.0),
    };
    let (luma_offset, luma_gain, chroma_gain) = if is_full_range {
        (0.0, 1.0, 1.0)
    } else {
        (16.0 / 255.0, 255.0 / 219.0, 255.0 / 224.0)
    };
    let kg = 1.0 - kr - kb;
    let row = |cb: f64, cr: f64| {
        let cb = cb * chroma * chroma_gain;
        let cr = cr * chroma * chroma_gain;
        let offset = -luma_gain * luma_offset - (cb + cr) * (128.0 / 255.0);
        [luma_gain as f32, cb as f32, cr as f32, offset as f32]
    };
    [
        row(0.0, 2.0 * (1.0 - kr)),
        row(-2.0 * kb * (1.0 - kb) / kg, -2.0 * kr * (1.0 - kr) / kg),
        row(2.0 * (1.0 - kb), 0.0),
    ]
}

/// How each plane is sampled. A plane halved across is sited left, with its samples over those of the even columns of
/// luma; a plane halved down lies midway between rows (ITU-T H.273, chroma sample location type 0).
fn plane_maps(layout: &FrameLayout) -> [PlaneMap; MAX_PLANES] {
    let mut maps = [PlaneMap::default(); MAX_PLANES];
    for (map, plane) in maps.iter_mut().zip(&layout.planes) {
        let picture_px = [layout.width_px, layout.height_px];
        let plane_px = [plane.width_px, plane.height_px];
        for axis in 0..2 {
            let texels_per_pixel = halved(picture_px[axis], plane_px[axis]);
            let visible = (picture_px[axis] as f32 * texels_per_pixel).ceil();
            let siting = if axis == 0 {
                0.5 - 0.5 * texels_per_pixel
            } else {
                0.0
            };
            let size = plane_px[axis] as f32;
            map.scale[axis] = texels_per_pixel / size;
            map.shift[axis] = siting / size;
            // Half a texel within the visible part, so that filtering never takes in the padding of blocks.
            map.low[axis] = 0.5 / size;
            map.high[axis] = (visible - 0.5) / size;
        }
    }
    maps
}

/// 1, ½, ¼ …: by how much a side of the picture was halved to fit into a side of a plane.
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
    use crate::media::frame::PlaneFormat;

    fn limited(matrix: YCbCrMatrix) -> ColourModel {
        ColourModel::YCbCr {
            matrix,
            is_full_range: false,
            has_alpha: false,
        }
    }

    fn rgb(colour: ColourModel, codes: [f32; 3]) -> [f32; 3] {
        let [y, cb, cr] = codes.map(|code| code / 255.0);
        rgb_rows(colour).map(|row| row[0] * y + row[1] * cb + row[2] * cr + row[3])
    }

    #[test]
    fn the_code_values_of_black_and_white_give_black_and_white_in_each_matrix() {
        for matrix in [YCbCrMatrix::Bt601, YCbCrMatrix::Bt709, YCbCrMatrix::Bt2020] {
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
                matches!(Conversion::new(&layout), Err(GpuError::Planes { .. })),
                "{colour:?}"
            );
        }
    }

    #[test]
    fn each_kind_lies_at_its_own_index() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
        }
    }
}
