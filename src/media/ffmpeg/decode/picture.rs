//! From what FFmpeg says of a picture to the layout of a frame in memory.
//!
//! Planes that a shader can take are kept as they are; the rest is converted by libswscale. Where the file says nothing
//! of its colour, the field's defaults are taken, and the description says that they were assumed.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::chroma::Location;
use ffmpeg_next::codec::Id;
use ffmpeg_next::color;
use ffmpeg_next::color::{Range, Space, TransferCharacteristic};
use ffmpeg_next::format::Pixel;

use super::pixels;
use super::pixels::{Family, Packing, PixelPlanes};
use crate::media::frame::{
    ChromaSiting, ColourModel, FrameLayout, LayoutError, Primaries, SampleCoding, Shape, Transfer,
    YCbCrMatrix,
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
    /// The colours of red, green and blue light.
    pub primaries: color::Primaries,
    /// Siting of chroma samples.
    pub location: Location,
    /// True if colours are stored multiplied by alpha.
    pub is_alpha_multiplied: bool,
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
    /// Facts of a picture of which nothing else is said.
    pub(in crate::media) fn untagged(pixel: Pixel, (width_px, height_px): (u32, u32)) -> Self {
        Self {
            pixel,
            width_px,
            height_px,
            space: Space::Unspecified,
            range: Range::Unspecified,
            transfer: TransferCharacteristic::Unspecified,
            primaries: color::Primaries::Unspecified,
            location: Location::Unspecified,
            is_alpha_multiplied: false,
        }
    }

    /// Facts of a decoded picture.
    pub(in crate::media) fn of(picture: &ffmpeg::frame::Video) -> Self {
        Self {
            pixel: picture.format(),
            width_px: picture.width(),
            height_px: picture.height(),
            space: picture.color_space(),
            range: picture.color_range(),
            transfer: picture.color_transfer_characteristic(),
            primaries: picture.color_primaries(),
            location: picture.chroma_location(),
            is_alpha_multiplied: false,
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
            primaries: decoder.color_primaries(),
            location: decoder.chroma_location(),
            is_alpha_multiplied: false,
        }
    }

    /// With what the codec's specification says, where its decoder does not.
    #[must_use]
    pub(in crate::media) fn of_codec(self, codec: Id) -> Self {
        let location = match (self.location, codec) {
            // Midway between luma: as libwebp has it; ITU-T H.261, 3.1; Sorenson's H.263; TIFF 6.0, YCbCrPositioning.
            (Location::Unspecified, Id::WEBP | Id::H261 | Id::FLV1 | Id::TIFF) => Location::Center,
            (location, _) => location,
        };
        let transfer = match (self.transfer, codec) {
            // FFmpeg's writer of DPX says linear whatever the picture is (libavcodec/dpxenc.c), so that it says nothing.
            (TransferCharacteristic::Linear, Id::DPX) => TransferCharacteristic::Unspecified,
            (transfer, _) => transfer,
        };
        Self {
            location,
            transfer,
            // OpenEXR's technical introduction, "premultiplied".
            is_alpha_multiplied: codec == Id::EXR,
            ..self
        }
    }

    /// The matrix that the file names, or the nearest to it.
    pub(super) fn named_matrix(&self) -> Option<YCbCrMatrix> {
        match self.space {
            Space::BT709 => Some(YCbCrMatrix::Bt709),
            Space::BT470BG | Space::SMPTE170M => Some(YCbCrMatrix::Bt601),
            Space::SMPTE240M => Some(YCbCrMatrix::Smpte240m),
            Space::FCC => Some(YCbCrMatrix::Fcc),
            Space::YCGCO => Some(YCbCrMatrix::YCgCo),
            Space::BT2020NCL | Space::BT2020CL => Some(YCbCrMatrix::Bt2020),
            Space::ChromaDerivedNCL | Space::ChromaDerivedCL => match self.primaries {
                color::Primaries::BT2020 => Some(YCbCrMatrix::Bt2020),
                color::Primaries::BT709 => Some(YCbCrMatrix::Bt709),
                color::Primaries::BT470M => Some(YCbCrMatrix::Bt601),
                color::Primaries::SMPTE170M | color::Primaries::SMPTE240M => {
                    Some(YCbCrMatrix::Smpte240m)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The conversion to R'G'B', guessed from size and transfer where the file says nothing.
    pub(in crate::media) fn matrix(&self) -> YCbCrMatrix {
        self.named_matrix().unwrap_or_else(|| {
            let (width_px, height_px) = SD_SIZE_PX;
            if matches!(self.transfer(), Transfer::Pq | Transfer::Hlg)
                || self.primaries == color::Primaries::BT2020
            {
                YCbCrMatrix::Bt2020
            } else if self.width_px > width_px || self.height_px > height_px {
                YCbCrMatrix::Bt709
            } else {
                YCbCrMatrix::Bt601
            }
        })
    }

    /// True if the pixel format by itself means the full range: JPEG's own formats, and grey, as libswscale has it.
    pub(super) fn is_full_range_format(&self) -> bool {
        let name = pixels::name(self.pixel);
        name.starts_with("yuvj") || name.starts_with("gray") || name.starts_with("ya")
    }

    /// True if code values use the full range: if tagged so, or if the format implies it.
    pub(in crate::media) fn is_full_range(&self) -> bool {
        match self.range {
            Range::JPEG => true,
            Range::MPEG => false,
            Range::Unspecified => self.is_full_range_format(),
        }
    }

    /// Code values to light; floats of which nothing is said are light.
    fn transfer(&self) -> Transfer {
        match self.transfer {
            TransferCharacteristic::SMPTE2084 => Transfer::Pq,
            TransferCharacteristic::ARIB_STD_B67 => Transfer::Hlg,
            TransferCharacteristic::Linear => Transfer::Linear,
            TransferCharacteristic::IEC61966_2_1 => Transfer::Srgb,
            TransferCharacteristic::Unspecified if pixels::is_float(self.pixel) => Transfer::Linear,
            _ => Transfer::Sdr,
        }
    }

    /// Primaries; where the file says nothing of them, those that its matrix or transfer are made for.
    ///
    /// Those of standard definition lie near enough to BT.709's to be taken for them, as players do.
    fn primaries(&self) -> Primaries {
        match self.primaries {
            color::Primaries::BT2020 => Primaries::Bt2020,
            color::Primaries::SMPTE431 | color::Primaries::SMPTE432 => Primaries::P3,
            color::Primaries::Unspecified
                if matches!(self.transfer(), Transfer::Pq | Transfer::Hlg)
                    || matches!(self.space, Space::BT2020NCL | Space::BT2020CL) =>
            {
                Primaries::Bt2020
            }
            _ => Primaries::Bt709,
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
        let family = match planes.family {
            // Green, blue and red in the places of luma and chroma.
            Family::YCbCr if facts.space == Space::RGB && is_full_size(&planes) => Family::Gbr,
            family => family,
        };
        let is_rgb = matches!(family, Family::Gbr | Family::Packed | Family::Float);
        let is_full_range = is_rgb || facts.is_full_range();
        let has_alpha = planes.has_alpha && pixels::has_alpha(facts.pixel);
        let transfer = facts.transfer();
        let colour = match family {
            Family::YCbCr => ColourModel::YCbCr {
                matrix,
                is_full_range,
                has_alpha,
            },
            Family::Gbr => ColourModel::Gbr { has_alpha },
            Family::Grey => ColourModel::Grey { is_full_range },
            Family::Float if transfer == Transfer::Linear => ColourModel::LinearHdr { has_alpha },
            Family::Packed | Family::Float => ColourModel::Rgb { has_alpha },
        };
        let coding = SampleCoding {
            bits: planes.bits,
            shift: planes.shift,
            siting: facts.siting(),
            transfer,
            primaries: facts.primaries(),
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
        } else if let Some(Packing::Floats(_)) = self.packing {
            format!("its {pixel} pixels are uploaded as half floats")
        } else if self.packing.is_some() {
            format!("its {pixel} pixels are uploaded with their bytes in the order of a texture")
        } else {
            format!("its {pixel} planes are uploaded as they are")
        }
    }
}

/// True if luma and chroma have planes of their own, all of the same size.
fn is_full_size(planes: &PixelPlanes) -> bool {
    let first = planes.planes.first();
    planes.planes.len() >= 3 && planes.planes.iter().all(|plane| Some(plane) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pixel: Pixel, height_px: u32) -> PictureFacts {
        PictureFacts::untagged(pixel, (33, height_px))
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
        for pixel in [Pixel::GRAY8, Pixel::GRAY10LE] {
            let limited = PictureFacts {
                range: Range::MPEG,
                ..facts(pixel, 720)
            };
            assert!(!limited.is_full_range(), "{pixel:?} is what it is tagged");
        }
        let pq = PictureFacts {
            transfer: TransferCharacteristic::SMPTE2084,
            ..facts(Pixel::YUV420P10LE, 100)
        };
        assert_eq!(pq.matrix(), YCbCrMatrix::Bt2020);
    }

    #[test]
    fn green_blue_and_red_in_the_places_of_luma_and_chroma_are_known() {
        let tagged = |pixel| {
            let facts = PictureFacts {
                space: Space::RGB,
                ..facts(pixel, 720)
            };
            format(facts).layout.colour
        };
        let gbr = ColourModel::Gbr { has_alpha: false };
        assert_eq!(tagged(Pixel::YUV444P), gbr);
        assert_ne!(tagged(Pixel::YUV420P), gbr, "no chroma would be there");
    }

    #[test]
    fn codecs_that_put_chroma_midway_say_so_for_their_pictures() {
        let siting = |codec| {
            let format = format(facts(Pixel::YUV420P, 720).of_codec(codec));
            format.layout.coding.siting
        };
        assert_eq!(siting(Id::WEBP), ChromaSiting::Centre);
        assert_eq!(siting(Id::H261), ChromaSiting::Centre);
        assert_eq!(siting(Id::FFV1), ChromaSiting::Left);
    }
}
