//! Coding of the numbers in a frame's planes: depth, range, siting of chroma, transfer, primaries.

use super::{PlaneFormat, Primaries};

/// Coding of samples; the same for every frame of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleCoding {
    /// Bits of a code value that count, 8 to 16.
    pub bits: u32,
    /// Zero bits below them: 6 for P010, which keeps its ten bits at the top of sixteen.
    pub shift: u32,
    /// Siting of chroma samples among those of luma.
    pub siting: ChromaSiting,
    /// From code values to light.
    pub transfer: Transfer,
    /// The colours of red, green and blue light.
    pub primaries: Primaries,
}

impl Default for SampleCoding {
    fn default() -> Self {
        Self {
            bits: 8,
            shift: 0,
            siting: ChromaSiting::Left,
            transfer: Transfer::Sdr,
            primaries: Primaries::Bt709,
        }
    }
}

/// Siting of the samples of subsampled chroma (ITU-T H.273, `ChromaLocType` 0 to 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChromaSiting {
    /// Over the even columns, midway between two rows: MPEG-2, H.264 and H.265 where they say nothing.
    #[default]
    Left,
    /// Midway both ways: JPEG, MPEG-1.
    Centre,
    /// Over the even columns and rows: BT.2020.
    TopLeft,
    /// Midway between columns, over the even rows.
    Top,
    /// Over the even columns and odd rows.
    BottomLeft,
    /// Midway between columns, over the odd rows.
    Bottom,
}

impl ChromaSiting {
    /// Distance of the first chroma sample from the middle of the luma samples that it stands for, across and down, in
    /// units of half their spread: −1 over the first of them, 0 in the middle, 1 over the last.
    pub const fn offset(self) -> [f32; 2] {
        match self {
            Self::Left => [-1.0, 0.0],
            Self::Centre => [0.0, 0.0],
            Self::TopLeft => [-1.0, -1.0],
            Self::Top => [0.0, -1.0],
            Self::BottomLeft => [-1.0, 1.0],
            Self::Bottom => [0.0, 1.0],
        }
    }

    /// Its common name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Centre => "centre",
            Self::TopLeft => "top-left",
            Self::Top => "top",
            Self::BottomLeft => "bottom-left",
            Self::Bottom => "bottom",
        }
    }
}

/// From code values to light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// Standard range, for a display of ITU-R BT.1886, whatever curve the camera had: shown as it is.
    #[default]
    Sdr,
    /// sRGB (IEC 61966-2-1): shown as it is.
    Srgb,
    /// Code values are light: encoded as sRGB.
    Linear,
    /// The perceptual quantiser (SMPTE ST 2084): tone-mapped.
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67): tone-mapped.
    Hlg,
}

/// The way from R'G'B' to the colour of the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToCanvas {
    /// None: shown as it is.
    AsItIs,
    /// Light of BT.1886 to the canvas's primaries and back.
    GamutOfSdr,
    /// The same with the curve of sRGB.
    GamutOfSrgb,
    /// Linear light encoded.
    Encoded,
    /// PQ tone-mapped.
    FromPq,
    /// HLG tone-mapped.
    FromHlg,
}

/// Mapping of texel values to luma in 0..1, chroma in −0.5..0.5 and alpha in 0..1: `texel · gain − offset`, the texel's
/// channel running from 0 to 1 as a GPU samples it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Gain of luma, and of red, green and blue.
    pub luma_gain: f64,
    /// Offset of luma.
    pub luma_offset: f64,
    /// Gain of chroma.
    pub chroma_gain: f64,
    /// Offset of chroma.
    pub chroma_offset: f64,
    /// Gain of alpha, which always uses the full range.
    pub alpha_gain: f64,
}

impl SampleCoding {
    /// The way from R'G'B' to the colour of the canvas.
    pub fn to_canvas(self) -> ToCanvas {
        let is_of_canvas = self.primaries == Primaries::Bt709;
        match self.transfer {
            Transfer::Sdr | Transfer::Srgb if is_of_canvas => ToCanvas::AsItIs,
            Transfer::Sdr => ToCanvas::GamutOfSdr,
            Transfer::Srgb => ToCanvas::GamutOfSrgb,
            Transfer::Linear => ToCanvas::Encoded,
            Transfer::Pq => ToCanvas::FromPq,
            Transfer::Hlg => ToCanvas::FromHlg,
        }
    }

    /// The levels of samples in planes of `format` (ITU-T H.273, 8.3; the same for BT.601, BT.709 and BT.2020).
    pub fn levels(&self, format: PlaneFormat, is_full_range: bool) -> Levels {
        // Code values per texel value of one.
        let codes = f64::from(format.channel_max()) / f64::from(1_u32 << self.shift.min(8));
        let bits = self.bits.clamp(8, 16);
        let largest = f64::from((1_u32 << bits) - 1);
        let unit = f64::from(1_u32 << (bits - 8));
        let (black, luma_span, chroma_span) = if is_full_range {
            (0.0, largest, largest)
        } else {
            (16.0 * unit, 219.0 * unit, 224.0 * unit)
        };
        Levels {
            luma_gain: codes / luma_span,
            luma_offset: black / luma_span,
            chroma_gain: codes / chroma_span,
            chroma_offset: 128.0 * unit / chroma_span,
            alpha_gain: codes / largest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma(coding: SampleCoding, format: PlaneFormat, stored: u32) -> f64 {
        let levels = coding.levels(format, false);
        f64::from(stored) / f64::from(format.channel_max()) * levels.luma_gain - levels.luma_offset
    }

    #[test]
    fn black_and_white_of_each_depth_are_zero_and_one() {
        for (bits, shift, black, white) in [
            (10, 0, 64, 940),
            (12, 0, 256, 3760),
            (10, 6, 64 << 6, 940 << 6),
        ] {
            let coding = SampleCoding {
                bits,
                shift,
                ..SampleCoding::default()
            };
            assert!(luma(coding, PlaneFormat::R16, black).abs() < 1e-9, "{bits}");
            assert!(
                (luma(coding, PlaneFormat::R16, white) - 1.0).abs() < 1e-9,
                "{bits}"
            );
        }
        assert!(luma(SampleCoding::default(), PlaneFormat::R8, 16).abs() < 1e-9);
    }

    #[test]
    fn full_range_reaches_one_at_the_largest_code_of_its_depth() {
        let coding = SampleCoding {
            bits: 12,
            ..SampleCoding::default()
        };
        let levels = coding.levels(PlaneFormat::R16, true);
        let largest = 4095.0 / 65_535.0;
        assert!((largest * levels.luma_gain - 1.0).abs() < 1e-9, "luma");
        assert!((largest * levels.alpha_gain - 1.0).abs() < 1e-9, "alpha");
    }
}
