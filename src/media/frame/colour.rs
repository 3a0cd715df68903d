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
    /// One plane of linear light in half floats (Hap HDR).
    LinearHdr,
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

/// The matrix coefficients between luma and chroma (Y′CbCr) and R′G′B′ (ITU-T H.273, `MatrixCoefficients`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YCbCrMatrix {
    /// ITU-R BT.601.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
}
