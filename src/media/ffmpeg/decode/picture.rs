//! From what FFmpeg says of a picture to the layout of a frame in memory.
//!
//! Planes that a shader can take are kept as they are; the rest is converted by libswscale. Where the file says nothing
//! of its colour, the field's defaults are taken, and the description says that they were assumed.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::chroma::Location;
use ffmpeg_next::color::{Range, Space, TransferCharacteristic};
use ffmpeg_next::format::Pixel;

use super::pixels;
use super::pixels::{Family, Packing, PixelPlanes};
use crate::media::frame::{
    ChromaSiting, ColourModel, FrameLayout, LayoutError, SampleCoding, Shape, Transfer, YCbCrMatrix,
};

/// Pictures wider or higher than these, without a word on their matrix, are taken to be BT.709: more than standard
/// definition has.
const SD_SIZE_PX: (u32, u32) = (1279, 576);

/// A picture as FFmpeg describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct PictureFacts {
    /// Pixel format.
    pub pixel: Pixel,
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Matrix.
    pub space: Space,
    /// Range of code values.
    pub range: Range,
    /// From code values to light.
    pub transfer: TransferCharacteristic,
    /// Siting of chroma samples.
    pub location: Location,
}

/// Storage of a stream's decoded pictures.
#[derive(Clone, Debug)]
pub(in crate::media) struct PictureFormat {
    /// Facts that the stream states of its pictures.
    pub facts: PictureFacts,
    /// The format that is stored: the picture's own, or what it is converted to.
    pub stored: Pixel,
    /// Order that bytes are put into while they are copied.
    pub packing: Option<Packing>,
    /// The layout of the stored planes.
    pub layout: Arc<FrameLayout>,
    /// Matrix, guessed where the file says nothing.
    pub matrix: YCbCrMatrix,
    /// True if stored code values use the full range.
    pub is_full_range: bool,
}

impl PictureFacts {
    /// Facts of a decoded picture.
    pub(in crate::media) fn of(picture: &ffmpeg::frame::Video) -> Self {
        Self {
            pixel: picture.format(),
            width_px: picture.width(),
            height_px: picture.height(),
            space: picture.color_space(),
            range: picture.color_range(),
            transfer: picture.color_transfer_characteristic(),
            location: picture.chroma_location(),
        }
    }

    /// Facts that a decoder expects of its pictures.
    pub(in crate::media) fn expected(decoder: &ffmpeg::decoder::Video) -> Self {
        Self {
            pixel: decoder.format(),
            width_px: decoder.width(),
            height_px: decoder.height(),
            space: decoder.color_space(),
            range: decoder.color_range(),
            transfer: decoder.color_transfer_characteristic(),
            location: decoder.chroma_location(),
        }
    }

    /// The matrix that the file names.
    fn named_matrix(&self) -> Option<YCbCrMatrix> {
        match self.space {
            Space::BT709 | Space::SMPTE240M => Some(YCbCrMatrix::Bt709),
            Space::BT470BG | Space::SMPTE170M | Space::FCC => Some(YCbCrMatrix::Bt601),
            Space::BT2020NCL | Space::BT2020CL => Some(YCbCrMatrix::Bt2020),
            _ => None,
        }
    }

    /// The conversion to R'G'B', guessed from size and transfer where the file says nothing.
    pub(in crate::media) fn matrix(&self) -> YCbCrMatrix {
        self.named_matrix().unwrap_or_else(|| {
            let (width_px, height_px) = SD_SIZE_PX;
            if self.transfer() != Transfer::Sdr {
                YCbCrMatrix::Bt2020
            } else if self.width_px > width_px || self.height_px > height_px {
                YCbCrMatrix::Bt709
            } else {
                YCbCrMatrix::Bt601
            }
        })
    }

    /// True if the pixel format by itself means the full range: JPEG's own formats, and grey, as libswscale has it.
    fn is_full_range_format(&self) -> bool {
        let name = pixels::name(self.pixel);
        name.starts_with("yuvj") || name.starts_with("gray") || name.starts_with("ya")
    }

    /// True if code values use the full range: if tagged so, or if the format implies it.
    ///
    /// Grey of eight bits uses it whatever its tag says: libswscale has it so, and what it makes grey keeps the tag of
    /// the picture in colours.
    pub(in crate::media) fn is_full_range(&self) -> bool {
        match self.range {
            Range::JPEG => true,
            Range::MPEG => self.pixel == Pixel::GRAY8,
            Range::Unspecified => self.is_full_range_format(),
        }
    }

    fn transfer(&self) -> Transfer {
        match self.transfer {
            TransferCharacteristic::SMPTE2084 => Transfer::Pq,
            TransferCharacteristic::ARIB_STD_B67 => Transfer::Hlg,
            _ => Transfer::Sdr,
        }
    }

    fn siting(&self) -> ChromaSiting {
        match self.location {
            Location::Center => ChromaSiting::Centre,
            Location::TopLeft => ChromaSiting::TopLeft,
            Location::Top => ChromaSiting::Top,
            Location::BottomLeft => ChromaSiting::BottomLeft,
            Location::Bottom => ChromaSiting::Bottom,
            Location::Unspecified if self.is_full_range_format() => ChromaSiting::Centre,
            Location::Left | Location::Unspecified => ChromaSiting::Left,
        }
    }
}

impl PictureFormat {
    /// The layout for pictures of the kind that `facts` states, to be seen as `shape` says.
    ///
    /// # Errors
    /// [`LayoutError`] if a side is out of range.
    pub(in crate::media) fn new(facts: PictureFacts, shape: Shape) -> Result<Self, LayoutError> {
        let stored = if PixelPlanes::of(facts.pixel).is_some() {
            facts.pixel
        } else {
            pixels::converted(facts.pixel)
        };
        let planes = PixelPlanes::of(stored).unwrap_or_else(PixelPlanes::rgba);
        let matrix = facts.matrix();
        let is_rgb = matches!(planes.family, Family::Gbr | Family::Packed);
        let is_full_range = is_rgb || facts.is_full_range();
        let has_alpha = planes.has_alpha && pixels::has_alpha(facts.pixel);
        let colour = match planes.family {
            Family::YCbCr => ColourModel::YCbCr {
                matrix,
                is_full_range,
                has_alpha,
            },
            Family::Gbr => ColourModel::Gbr { has_alpha },
            Family::Grey => ColourModel::Grey { is_full_range },
            Family::Packed => ColourModel::Rgb { has_alpha },
        };
        let coding = SampleCoding {
            bits: planes.bits,
            shift: planes.shift,
            siting: facts.siting(),
            transfer: facts.transfer(),
        };
        let layout = FrameLayout::new(facts.width_px, facts.height_px, colour, &planes.planes)?
            .with_coding(coding)
            .with_shape(shape);
        Ok(Self {
            facts,
            stored,
            packing: planes.packing,
            layout: Arc::new(layout),
            matrix,
            is_full_range,
        })
    }

    /// True if every picture is converted on the CPU.
    pub(in crate::media) fn is_converted(&self) -> bool {
        self.stored != self.facts.pixel
    }

    /// The way of pictures from the decoder to the GPU, in a few words.
    pub(in crate::media) fn way(&self) -> String {
        let pixel = pixels::name(self.facts.pixel);
        if self.is_converted() {
            let stored = pixels::name(self.stored);
            format!("its {pixel} pictures are converted to {stored} on the CPU")
        } else if self.packing.is_some() {
            format!("its {pixel} pixels are uploaded with their bytes in the order of a texture")
        } else {
            format!("its {pixel} planes are uploaded as they are")
        }
    }

    /// Matrix, range, siting and transfer, each with a word if the file does not say and the default was taken.
    pub(in crate::media) fn colour(&self) -> String {
        let facts = &self.facts;
        let assumed = |is_said: bool| if is_said { "" } else { " (assumed)" };
        let is_range_said = facts.range != Range::Unspecified || facts.is_full_range_format();
        let mut parts = Vec::new();
        match self.layout.colour {
            ColourModel::YCbCr { .. } => {
                let name = match self.matrix {
                    YCbCrMatrix::Bt601 => "BT.601",
                    YCbCrMatrix::Bt709 => "BT.709",
                    YCbCrMatrix::Bt2020 => "BT.2020",
                };
                let is_said = facts.named_matrix().is_some();
                parts.push(format!("{name}{}", assumed(is_said)));
            }
            ColourModel::Grey { .. } => parts.push("grey".to_owned()),
            _ => return format!("RGB, {} bits", self.layout.coding.bits),
        }
        let range = if self.is_full_range {
            "full"
        } else {
            "limited"
        };
        parts.push(format!("{range} range{}", assumed(is_range_said)));
        parts.push(format!("{} bits", self.layout.coding.bits));
        let planes = &self.layout.planes;
        let is_subsampled = planes
            .iter()
            .any(|plane| plane.width_px < self.layout.width_px);
        if is_subsampled {
            let siting = self.layout.coding.siting.name();
            let is_said = facts.location != Location::Unspecified;
            parts.push(format!("chroma {siting}{}", assumed(is_said)));
        }
        match self.layout.coding.transfer {
            Transfer::Sdr => {}
            Transfer::Pq => parts.push("PQ, tone-mapped".to_owned()),
            Transfer::Hlg => parts.push("HLG, tone-mapped".to_owned()),
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pixel: Pixel, height_px: u32) -> PictureFacts {
        PictureFacts {
            pixel,
            width_px: 33,
            height_px,
            space: Space::Unspecified,
            range: Range::Unspecified,
            transfer: TransferCharacteristic::Unspecified,
            location: Location::Unspecified,
        }
    }

    fn format(facts: PictureFacts) -> PictureFormat {
        PictureFormat::new(facts, Shape::default()).expect("in range")
    }

    #[test]
    fn planes_that_a_shader_can_take_are_kept() {
        let format = format(facts(Pixel::YUVA420P, 21));
        assert!(!format.is_converted(), "planar 8-bit");
        let widths: Vec<u32> = format
            .layout
            .planes
            .iter()
            .map(|plane| plane.width_px)
            .collect();
        assert_eq!(widths, [33, 17, 17, 33]);
    }

    #[test]
    fn what_a_shader_cannot_take_is_converted_and_keeps_its_alpha() {
        let palette = format(facts(Pixel::PAL8, 21));
        assert_eq!(palette.stored, Pixel::RGBA);
        assert_eq!(palette.layout.colour, ColourModel::Rgb { has_alpha: true });
        let wide = format(facts(Pixel::RGBA64BE, 21));
        assert_eq!(wide.layout.colour, ColourModel::Gbr { has_alpha: true });
        assert_eq!(wide.layout.coding.bits, 16);
        assert!(
            wide.way().contains("converted to gbrap16le"),
            "{}",
            wide.way()
        );
    }

    #[test]
    fn an_untagged_picture_is_taken_for_what_its_size_and_format_suggest() {
        assert_eq!(facts(Pixel::YUV420P, 576).matrix(), YCbCrMatrix::Bt601);
        assert_eq!(facts(Pixel::YUV420P, 720).matrix(), YCbCrMatrix::Bt709);
        assert!(!facts(Pixel::YUV420P, 720).is_full_range(), "video range");
        assert!(facts(Pixel::YUVJ420P, 720).is_full_range(), "JPEG range");
        assert!(facts(Pixel::GRAY12LE, 720).is_full_range(), "grey");
        let pq = PictureFacts {
            transfer: TransferCharacteristic::SMPTE2084,
            ..facts(Pixel::YUV420P10LE, 100)
        };
        assert_eq!(pq.matrix(), YCbCrMatrix::Bt2020);
    }

    #[test]
    fn what_was_assumed_is_said_to_be() {
        let untagged = format(facts(Pixel::YUV420P, 720)).colour();
        let expected = "BT.709 (assumed), limited range (assumed), 8 bits, chroma left (assumed)";
        assert_eq!(untagged, expected);
        let tagged = PictureFacts {
            space: Space::BT2020NCL,
            range: Range::MPEG,
            transfer: TransferCharacteristic::ARIB_STD_B67,
            location: Location::TopLeft,
            ..facts(Pixel::YUV420P10LE, 720)
        };
        let expected = "BT.2020, limited range, 10 bits, chroma top-left, HLG, tone-mapped";
        assert_eq!(format(tagged).colour(), expected);
        assert_eq!(format(facts(Pixel::GBRP10LE, 9)).colour(), "RGB, 10 bits");
    }
}
