//! The way from planes to colour.

/// The way from the planes of a frame to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourModel {
    /// One plane with red, green, blue and, if `has_alpha`, straight alpha.
    Rgb {
        /// True if the alpha channel counts; if not, the picture is opaque.
        has_alpha: bool,
    },
    /// One plane of scaled YCoCg (Hap Q).
    ScaledYCoCg,
    /// Scaled YCoCg in the first plane, straight alpha in the red channel of the second (Hap Q Alpha).
    ScaledYCoCgAlpha,
    /// Alpha in the red channel, the colour being white (Hap Alpha-Only).
    AlphaOnly,
    /// One plane of linear light in half floats (Hap HDR, `OpenEXR`) and, if `has_alpha`, straight alpha.
    LinearHdr {
        /// True if the alpha channel counts; if not, the picture is opaque.
        has_alpha: bool,
    },
    /// Luma and chroma (Y′CbCr) in planes: luma, then either one plane of both chroma channels or two planes of one
    /// each, then, if `has_alpha`, a plane of straight alpha.
    YCbCr {
        /// Conversion to R'G'B'.
        matrix: YCbCrMatrix,
        /// True if code values use the full range rather than 16..235 and 16..240.
        is_full_range: bool,
        /// True if there is a last plane of alpha.
        has_alpha: bool,
    },
    /// Green, blue and red in planes of their own, then, if `has_alpha`, a plane of straight alpha.
    Gbr {
        /// True if there is a last plane of alpha.
        has_alpha: bool,
    },
    /// One plane of luma, grey.
    Grey {
        /// True if code values use the full range rather than 16..235.
        is_full_range: bool,
    },
}

impl ColourModel {
    /// True if its frames can carry alpha.
    pub const fn has_alpha(self) -> bool {
        match self {
            Self::Rgb { has_alpha }
            | Self::LinearHdr { has_alpha }
            | Self::YCbCr { has_alpha, .. }
            | Self::Gbr { has_alpha } => has_alpha,
            Self::ScaledYCoCgAlpha | Self::AlphaOnly => true,
            Self::ScaledYCoCg | Self::Grey { .. } => false,
        }
    }
}

/// The matrix coefficients between luma and chroma (Y′CbCr) and R′G′B′ (ITU-T H.273, `MatrixCoefficients`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YCbCrMatrix {
    /// ITU-R BT.601.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
    /// SMPTE 240M: the first high definition.
    Smpte240m,
    /// Of the FCC's rules of 1953 (47 CFR 73.682).
    Fcc,
    /// `YCgCo`: Cg in the place of Cb, Co in that of Cr.
    YCgCo,
}

impl YCbCrMatrix {
    /// Every matrix.
    pub const ALL: [Self; 6] = [
        Self::Bt601,
        Self::Bt709,
        Self::Bt2020,
        Self::Smpte240m,
        Self::Fcc,
        Self::YCgCo,
    ];

    /// Weights of red and blue in luma, that of green being the rest (ITU-T H.273, table 4 and, for `YCgCo`, 8.3).
    pub const fn luma_weights(self) -> (f64, f64) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
            Self::Bt2020 => (0.2627, 0.0593),
            Self::Smpte240m => (0.212, 0.087),
            Self::Fcc => (0.30, 0.11),
            Self::YCgCo => (0.25, 0.25),
        }
    }

    /// Rows that give red, green and blue from luma in 0..1 and the two chroma channels in −0.5..0.5 (ITU-T H.273, 8.3).
    pub fn rgb_rows(self) -> [[f64; 3]; 3] {
        if self == Self::YCgCo {
            return [[1.0, -1.0, 1.0], [1.0, 1.0, 0.0], [1.0, -1.0, -1.0]];
        }
        let (red, blue) = self.luma_weights();
        let green = 1.0 - red - blue;
        let (from_cb, from_cr) = (2.0 * (1.0 - blue), 2.0 * (1.0 - red));
        [
            [1.0, 0.0, from_cr],
            [1.0, -from_cb * blue / green, -from_cr * red / green],
            [1.0, from_cb, 0.0],
        ]
    }

    /// Its common name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bt601 => "BT.601",
            Self::Bt709 => "BT.709",
            Self::Bt2020 => "BT.2020",
            Self::Smpte240m => "SMPTE 240M",
            Self::Fcc => "FCC",
            Self::YCgCo => "YCgCo",
        }
    }
}

/// The colours of red, green and blue light, white being that of D65 (ITU-T H.273, `ColourPrimaries`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Primaries {
    /// ITU-R BT.709 and sRGB: the canvas's own.
    #[default]
    Bt709,
    /// ITU-R BT.2020.
    Bt2020,
    /// Display P3 (SMPTE EG 432-1).
    P3,
}

impl Primaries {
    /// Rows that give light in the canvas's primaries from light in these (SMPTE RP 177; for BT.2020 ITU-R BT.2407, 2).
    pub const fn canvas_rows(self) -> [[f32; 3]; 3] {
        match self {
            Self::Bt709 => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Bt2020 => [
                [1.660_491, -0.587_641, -0.072_85],
                [-0.124_55, 1.132_9, -0.008_349],
                [-0.018_151, -0.100_579, 1.118_73],
            ],
            Self::P3 => [
                [1.224_94, -0.224_94, 0.0],
                [-0.042_057, 1.042_057, 0.0],
                [-0.019_638, -0.078_636, 1.098_274],
            ],
        }
    }

    /// Their common name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bt709 => "BT.709",
            Self::Bt2020 => "BT.2020",
            Self::P3 => "P3",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_matrix_takes_the_luma_and_chroma_of_primaries_back_to_them() {
        // Luma and chroma of red, green and blue by the definitions of H.273, 8.3, from the weights that its table 4 gives.
        let weights = |matrix| match matrix {
            YCbCrMatrix::Bt601 => [0.299, 0.587, 0.114],
            YCbCrMatrix::Bt709 => [0.2126, 0.7152, 0.0722],
            YCbCrMatrix::Bt2020 => [0.2627, 0.6780, 0.0593],
            YCbCrMatrix::Smpte240m => [0.212, 0.701, 0.087],
            YCbCrMatrix::Fcc => [0.30, 0.59, 0.11],
            YCbCrMatrix::YCgCo => [0.25, 0.5, 0.25],
        };
        for matrix in YCbCrMatrix::ALL {
            for colour in [
                [1.0, 0.0, 0.0],
                [0.0, 1.0, 0.0],
                [0.0, 0.0, 1.0],
                [1.0, 1.0, 1.0],
            ] {
                let [r, g, b]: [f64; 3] = colour;
                let [red, green, blue] = weights(matrix);
                let luma = red * r + green * g + blue * b;
                let chroma = if matrix == YCbCrMatrix::YCgCo {
                    [g / 2.0 - (r + b) / 4.0, (r - b) / 2.0]
                } else {
                    [
                        (b - luma) / (2.0 * (1.0 - blue)),
                        (r - luma) / (2.0 * (1.0 - red)),
                    ]
                };
                for (row, expected) in matrix.rgb_rows().into_iter().zip(colour) {
                    let found = row[0] * luma + row[1] * chroma[0] + row[2] * chroma[1];
                    assert!(
                        (found - expected).abs() < 1e-9,
                        "{matrix:?}: {found} for {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn light_of_other_primaries_keeps_its_colour() {
        // Chromaticities of red, green and blue (H.273, table 2).
        let bt709 = [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]];
        for (primaries, chromaticities) in [
            (
                Primaries::Bt2020,
                [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]],
            ),
            (
                Primaries::P3,
                [[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]],
            ),
        ] {
            let rows = primaries.canvas_rows();
            for row in rows {
                assert!(
                    (row.iter().sum::<f32>() - 1.0).abs() < 1e-4,
                    "white stays white"
                );
            }
            // Luminance of each in white (ITU-R BT.709, 3.2).
            let amounts = [0.2126, 0.7152, 0.0722];
            for (index, [x, y]) in chromaticities.into_iter().enumerate() {
                // XYZ of the canvas's light for this primary alone.
                let mut xyz = [0.0; 3];
                for (light, (amount, [x, y])) in rows
                    .iter()
                    .map(|row| f64::from(row[index]))
                    .zip(amounts.into_iter().zip(bt709))
                {
                    for (sum, part) in xyz.iter_mut().zip([x / y, 1.0, (1.0 - x - y) / y]) {
                        *sum += light * amount * part;
                    }
                }
                let sum: f64 = xyz.iter().sum();
                assert!(
                    (xyz[0] / sum - x).abs() < 1e-3,
                    "{primaries:?} {index}: {xyz:?}"
                );
                assert!(
                    (xyz[1] / sum - y).abs() < 1e-3,
                    "{primaries:?} {index}: {xyz:?}"
                );
            }
        }
    }
}
