//! From FFmpeg's description of a pixel format to planes that a shader can take.
//!
//! libavutil's description of a format (`AVPixFmtDescriptor`) decides, rather than a list of names: so every depth and
//! subsampling of the planar families is taken as it is.

use ffmpeg_next::ffi;
use ffmpeg_next::format::Pixel;

use crate::media::frame::PlaneFormat;

/// A plane: its format, and how often its sides are halved across and down.
pub(in crate::media) type PlaneShape = (PlaneFormat, u32, u32);

/// Contents of the planes of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Family {
    YCbCr,
    Gbr,
    Grey,
    /// One plane of red, green, blue and perhaps alpha.
    Packed,
    /// The same in half floats.
    Float,
}

/// Storage of a pixel format for the shader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct PixelPlanes {
    pub family: Family,
    pub planes: Vec<PlaneShape>,
    pub has_alpha: bool,
    /// Bits of a code value, and zero bits below them.
    pub bits: u32,
    pub shift: u32,
    /// Order that bytes are put into while they are copied.
    pub packing: Option<Packing>,
}

/// Pixels that come in an order, or in numbers, that no texture has, and are rewritten as they are copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Packing {
    Bytes(ByteOrder),
    Floats(FloatChannels),
}

/// Order, or number, of the bytes of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct ByteOrder {
    /// Bytes of a stored pixel: 3 or 4.
    pub bytes: usize,
    /// Offsets of red, green and blue among them, and of alpha where there is any.
    pub order: [usize; 3],
    pub alpha: Option<usize>,
}

/// Floats of 16 or 32 bits, which become half floats in one plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct FloatChannels {
    /// Places of red, green and blue, all of which are the one of grey, and of alpha where there is any.
    pub rgb: [FloatPlace; 3],
    pub alpha: Option<FloatPlace>,
    /// Bytes of a float: 2 or 4, the largest first or last.
    pub bytes: usize,
    pub is_big_endian: bool,
}

/// The place of a channel: its plane, the bytes from pixel to pixel, and those before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct FloatPlace {
    pub plane: usize,
    pub step: usize,
    pub offset: usize,
}

/// A format as libavutil describes it, as far as it matters here.
struct Descriptor {
    flags: u64,
    halvings: (u32, u32),
    components: Vec<Component>,
}

#[derive(Clone, Copy)]
struct Component {
    plane: usize,
    step: u32,
    offset: u32,
    shift: u32,
    depth: u32,
}

impl Descriptor {
    #[expect(
        unsafe_code,
        reason = "ffmpeg-next does not show the components of a pixel format"
    )]
    fn of(pixel: Pixel) -> Option<Self> {
        let descriptor = pixel.descriptor()?;
        // SAFETY: the pointer is into libavutil's static table of formats.
        let raw = unsafe { &*descriptor.as_ptr() };
        let number = |value: i32| u32::try_from(value).unwrap_or(0);
        Some(Self {
            flags: raw.flags,
            halvings: (u32::from(raw.log2_chroma_w), u32::from(raw.log2_chroma_h)),
            components: raw
                .comp
                .iter()
                .take(usize::from(raw.nb_components))
                .map(|component| Component {
                    plane: number(component.plane) as usize,
                    step: number(component.step),
                    offset: number(component.offset),
                    shift: number(component.shift),
                    depth: number(component.depth),
                })
                .collect(),
        })
    }

    fn has(&self, flag: i32) -> bool {
        self.flags & flag as u64 != 0
    }

    /// True if samples are whole numbers in this machine's order of bytes, each in bytes of its own.
    fn is_plain(&self) -> bool {
        let is_odd = [
            ffi::AV_PIX_FMT_FLAG_PAL,
            ffi::AV_PIX_FMT_FLAG_BITSTREAM,
            ffi::AV_PIX_FMT_FLAG_HWACCEL,
            ffi::AV_PIX_FMT_FLAG_BAYER,
            ffi::AV_PIX_FMT_FLAG_FLOAT,
        ]
        .into_iter()
        .any(|flag| self.has(flag));
        let is_swapped = self.has(ffi::AV_PIX_FMT_FLAG_BE);
        let same_depth = self
            .components
            .iter()
            .all(|component| component.depth == self.depth());
        !is_odd && !is_swapped && same_depth && (8..=16).contains(&self.depth())
    }

    /// The channels, if they are floats of red, green and blue, or grey, with alpha or without.
    fn floats(&self) -> Option<FloatChannels> {
        let bytes = match self.depth() {
            16 => 2,
            32 => 4,
            _ => return None,
        };
        let place = |component: &Component| FloatPlace {
            plane: component.plane,
            step: component.step as usize,
            offset: component.offset as usize,
        };
        let places: Vec<_> = self.components.iter().map(place).collect();
        let (rgb, alpha) = match places[..] {
            [grey] => ([grey; 3], None),
            [grey, alpha] => ([grey; 3], Some(alpha)),
            [red, green, blue] => ([red, green, blue], None),
            [red, green, blue, alpha] => ([red, green, blue], Some(alpha)),
            _ => return None,
        };
        let is_rgb = self.has(ffi::AV_PIX_FMT_FLAG_RGB) || places.len() < 3;
        let is_float = self.has(ffi::AV_PIX_FMT_FLAG_FLOAT);
        (is_float && is_rgb).then_some(FloatChannels {
            rgb,
            alpha,
            bytes,
            is_big_endian: self.has(ffi::AV_PIX_FMT_FLAG_BE),
        })
    }

    fn depth(&self) -> u32 {
        self.components.first().map_or(0, |first| first.depth)
    }

    fn sample_bytes(&self) -> u32 {
        if self.depth() > 8 { 2 } else { 1 }
    }

    /// True if every component fills a plane of its own, in this order of planes.
    fn fills(&self, planes: &[usize]) -> bool {
        self.components.len() == planes.len()
            && self
                .components
                .iter()
                .zip(planes)
                .all(|(component, plane)| {
                    component.plane == *plane
                        && component.step == self.sample_bytes()
                        && component.offset == 0
                        && component.shift == self.components[0].shift
                })
    }

    /// True if luma has a plane, and both channels of chroma share the second.
    fn is_semi_planar(&self) -> bool {
        let bytes = self.sample_bytes();
        let [luma, cb, cr] = self.components[..] else {
            return false;
        };
        (luma.plane, luma.step) == (0, bytes)
            && (cb.plane, cb.step, cb.offset) == (1, 2 * bytes, 0)
            && (cr.plane, cr.step, cr.offset) == (1, 2 * bytes, bytes)
            && cb.shift == luma.shift
    }
}

impl PixelPlanes {
    /// Red, green, blue and alpha in one plane, which everything can be converted to.
    pub(in crate::media) fn rgba() -> Self {
        Self {
            family: Family::Packed,
            planes: vec![(PlaneFormat::Rgba8, 0, 0)],
            has_alpha: true,
            bits: 8,
            shift: 0,
            packing: None,
        }
    }

    /// Storage of a format as it is; `None` for one that must be converted.
    pub(in crate::media) fn of(pixel: Pixel) -> Option<Self> {
        if let Some(packed) = packed(pixel) {
            return Some(packed);
        }
        let descriptor = Descriptor::of(pixel)?;
        if let Some(channels) = descriptor.floats() {
            return Some(Self {
                family: Family::Float,
                planes: vec![(PlaneFormat::Rgba16Float, 0, 0)],
                has_alpha: channels.alpha.is_some(),
                bits: 16,
                shift: 0,
                packing: Some(Packing::Floats(channels)),
            });
        }
        let descriptor = Some(descriptor).filter(Descriptor::is_plain)?;
        let is_rgb = descriptor.has(ffi::AV_PIX_FMT_FLAG_RGB);
        let (one, two) = match descriptor.sample_bytes() {
            1 => (PlaneFormat::R8, PlaneFormat::Rg8),
            _ => (PlaneFormat::R16, PlaneFormat::Rg16),
        };
        let (across, down) = descriptor.halvings;
        let full = (one, 0, 0);
        let chroma = (one, across, down);
        let (family, planes, has_alpha) = if is_rgb {
            // Components are red, green, blue; planes green, blue, red.
            if descriptor.fills(&[2, 0, 1]) {
                (Family::Gbr, vec![full; 3], false)
            } else if descriptor.fills(&[2, 0, 1, 3]) {
                (Family::Gbr, vec![full; 4], true)
            } else {
                return None;
            }
        } else if descriptor.fills(&[0]) {
            (Family::Grey, vec![full], false)
        } else if descriptor.fills(&[0, 1, 2]) {
            (Family::YCbCr, vec![full, chroma, chroma], false)
        } else if descriptor.fills(&[0, 1, 2, 3]) {
            (Family::YCbCr, vec![full, chroma, chroma, full], true)
        } else if descriptor.is_semi_planar() {
            (Family::YCbCr, vec![full, (two, across, down)], false)
        } else {
            return None;
        };
        Some(Self {
            family,
            planes,
            has_alpha,
            bits: descriptor.depth(),
            shift: descriptor.components[0].shift,
            packing: None,
        })
    }
}

/// Red, green and blue in one plane, eight bits each. What no texture has the order of is put in order as it is copied.
fn packed(pixel: Pixel) -> Option<PixelPlanes> {
    let order = |bytes, order, alpha| {
        Some(Packing::Bytes(ByteOrder {
            bytes,
            order,
            alpha,
        }))
    };
    let (format, has_alpha, packing) = match pixel {
        Pixel::RGBA => (PlaneFormat::Rgba8, true, None),
        Pixel::RGBZ => (PlaneFormat::Rgba8, false, None),
        Pixel::BGRA => (PlaneFormat::Bgra8, true, None),
        Pixel::BGRZ => (PlaneFormat::Bgra8, false, None),
        Pixel::RGB24 => (PlaneFormat::Rgba8, false, order(3, [0, 1, 2], None)),
        Pixel::BGR24 => (PlaneFormat::Rgba8, false, order(3, [2, 1, 0], None)),
        Pixel::ARGB => (PlaneFormat::Rgba8, true, order(4, [1, 2, 3], Some(0))),
        Pixel::ABGR => (PlaneFormat::Rgba8, true, order(4, [3, 2, 1], Some(0))),
        Pixel::ZRGB => (PlaneFormat::Rgba8, false, order(4, [1, 2, 3], None)),
        Pixel::ZBGR => (PlaneFormat::Rgba8, false, order(4, [3, 2, 1], None)),
        _ => return None,
    };
    Some(PixelPlanes {
        planes: vec![(format, 0, 0)],
        has_alpha,
        packing,
        ..PixelPlanes::rgba()
    })
}

/// Target of converting a format that no shader takes: the same in this machine's order of bytes, the same in planes,
/// or red, green and blue of as many bits as there are. Luma and chroma stay so, since libswscale knows fewer matrices than
/// the shaders.
pub(in crate::media) fn converted(pixel: Pixel) -> Pixel {
    let Some(descriptor) = Descriptor::of(pixel) else {
        return Pixel::RGBA;
    };
    if let Some(turned) =
        other_byte_order(pixel).filter(|turned| PixelPlanes::of(*turned).is_some())
    {
        return turned;
    }
    if let Some(planar) = planar_ycbcr(pixel, &descriptor) {
        return planar;
    }
    match (has_alpha(pixel), descriptor.depth() > 8) {
        (_, false) => Pixel::RGBA,
        (false, true) => Pixel::GBRP16LE,
        (true, true) => Pixel::GBRAP16LE,
    }
}

/// The planar format with the subsampling, depth and alpha of one of luma and chroma.
fn planar_ycbcr(pixel: Pixel, descriptor: &Descriptor) -> Option<Pixel> {
    let is_odd = [
        ffi::AV_PIX_FMT_FLAG_RGB,
        ffi::AV_PIX_FMT_FLAG_PAL,
        ffi::AV_PIX_FMT_FLAG_BITSTREAM,
        ffi::AV_PIX_FMT_FLAG_HWACCEL,
        ffi::AV_PIX_FMT_FLAG_BAYER,
        ffi::AV_PIX_FMT_FLAG_FLOAT,
    ]
    .into_iter()
    .any(|flag| descriptor.has(flag));
    // Those of CIE XYZ have a flag of their own only in newer versions of libavutil.
    if is_odd || descriptor.components.len() < 3 || name(pixel).starts_with("xyz") {
        return None;
    }
    let planar = match (has_alpha(pixel), descriptor.halvings, descriptor.depth()) {
        (false, (1, 1), ..=8) => Pixel::YUV420P,
        (false, (1, 0), ..=8) => Pixel::YUV422P,
        (false, (0, 0), ..=8) => Pixel::YUV444P,
        (false, (2, 0), ..=8) => Pixel::YUV411P,
        (false, (0, 1), ..=8) => Pixel::YUV440P,
        (false, (2, 2), ..=8) => Pixel::YUV410P,
        (true, (1, 1), ..=8) => Pixel::YUVA420P,
        (true, (1, 0), ..=8) => Pixel::YUVA422P,
        (true, (0, 0), ..=8) => Pixel::YUVA444P,
        (false, (1, 1), ..=10) => Pixel::YUV420P10LE,
        (false, (1, 0), ..=10) => Pixel::YUV422P10LE,
        (false, (0, 0), ..=10) => Pixel::YUV444P10LE,
        (false, (1, 1), ..=12) => Pixel::YUV420P12LE,
        (false, (1, 0), ..=12) => Pixel::YUV422P12LE,
        (false, (0, 0), ..=12) => Pixel::YUV444P12LE,
        (false, (1, 1), _) => Pixel::YUV420P16LE,
        (false, (1, 0), _) => Pixel::YUV422P16LE,
        (false, (0, 0), _) => Pixel::YUV444P16LE,
        (true, (1, 1), _) => Pixel::YUVA420P16LE,
        (true, (1, 0), _) => Pixel::YUVA422P16LE,
        (true, (0, 0), _) => Pixel::YUVA444P16LE,
        _ => return None,
    };
    Some(planar)
}

#[expect(unsafe_code, reason = "ffmpeg-next does not show this function")]
fn other_byte_order(pixel: Pixel) -> Option<Pixel> {
    // SAFETY: it looks a number up in a static table.
    let turned = unsafe { ffi::av_pix_fmt_swap_endianness(pixel.into()) };
    let turned = Pixel::from(turned);
    (turned != Pixel::None).then_some(turned)
}

/// True if pixels of the format may be see-through.
pub(in crate::media) fn has_alpha(pixel: Pixel) -> bool {
    Descriptor::of(pixel).is_some_and(|descriptor| descriptor.has(ffi::AV_PIX_FMT_FLAG_ALPHA))
}

/// True if channels are floats.
pub(in crate::media) fn is_float(pixel: Pixel) -> bool {
    Descriptor::of(pixel).is_some_and(|descriptor| descriptor.has(ffi::AV_PIX_FMT_FLAG_FLOAT))
}

/// True if pixels are red, green and blue rather than luma and chroma.
pub(in crate::media) fn is_rgb(pixel: Pixel) -> bool {
    Descriptor::of(pixel).is_some_and(|descriptor| descriptor.has(ffi::AV_PIX_FMT_FLAG_RGB))
}

/// FFmpeg's name of a format.
pub(in crate::media) fn name(pixel: Pixel) -> &'static str {
    pixel.descriptor().map_or("none", |pixel| pixel.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(pixel: Pixel) -> PixelPlanes {
        PixelPlanes::of(pixel).unwrap_or_else(|| panic!("{pixel:?} is taken as it is"))
    }

    #[test]
    fn planar_formats_of_every_depth_keep_their_planes() {
        for (pixel, bits, halvings, count) in [
            (Pixel::YUV420P, 8, (1, 1), 3),
            (Pixel::YUVJ422P, 8, (1, 0), 3),
            (Pixel::YUV420P10LE, 10, (1, 1), 3),
            (Pixel::YUV422P12LE, 12, (1, 0), 3),
            (Pixel::YUV444P16LE, 16, (0, 0), 3),
            (Pixel::YUVA444P10LE, 10, (0, 0), 4),
            (Pixel::YUVA422P12LE, 12, (1, 0), 4),
            (Pixel::YUV411P, 8, (2, 0), 3),
        ] {
            let found = planes(pixel);
            assert_eq!(found.family, Family::YCbCr, "{pixel:?}");
            assert_eq!((found.bits, found.shift), (bits, 0), "{pixel:?}");
            assert_eq!(found.planes.len(), count, "{pixel:?}");
            let (format, across, down) = found.planes[1];
            assert_eq!((across, down), halvings, "{pixel:?}");
            let is_wide = format == PlaneFormat::R16;
            assert_eq!(is_wide, bits > 8, "{pixel:?}");
        }
    }

    #[test]
    fn semi_planar_formats_share_a_plane_of_chroma() {
        assert_eq!(planes(Pixel::NV12).planes[1], (PlaneFormat::Rg8, 1, 1));
        assert_eq!(planes(Pixel::NV16).planes[1], (PlaneFormat::Rg8, 1, 0));
        let ten = planes(Pixel::P010LE);
        assert_eq!(ten.planes[1], (PlaneFormat::Rg16, 1, 1));
        assert_eq!((ten.bits, ten.shift), (10, 6));
        assert_eq!(PixelPlanes::of(Pixel::NV21), None, "red before blue");
    }

    #[test]
    fn grey_and_planes_of_green_blue_and_red_are_told_apart() {
        assert_eq!(planes(Pixel::GRAY8).family, Family::Grey);
        assert_eq!(planes(Pixel::GRAY12LE).bits, 12);
        for (pixel, bits, has_alpha) in [
            (Pixel::GBRP, 8, false),
            (Pixel::GBRP10LE, 10, false),
            (Pixel::GBRAP12LE, 12, true),
        ] {
            let found = planes(pixel);
            assert_eq!(found.family, Family::Gbr, "{pixel:?}");
            assert_eq!((found.bits, found.has_alpha), (bits, has_alpha));
        }
    }

    #[test]
    fn floats_of_any_kind_become_half_floats_in_one_plane() {
        for (pixel, has_alpha, bytes) in [
            (Pixel::GBRPF32LE, false, 4),
            (Pixel::GBRAPF32BE, true, 4),
            (Pixel::GRAYF32LE, false, 4),
        ] {
            let found = planes(pixel);
            assert_eq!(found.family, Family::Float, "{pixel:?}");
            assert_eq!(found.planes, [(PlaneFormat::Rgba16Float, 0, 0)]);
            assert_eq!(found.has_alpha, has_alpha, "{pixel:?}");
            let Some(Packing::Floats(channels)) = found.packing else {
                panic!("{pixel:?}");
            };
            assert_eq!(channels.bytes, bytes, "{pixel:?}");
            assert_eq!(channels.is_big_endian, pixel == Pixel::GBRAPF32BE);
        }
    }

    #[test]
    fn the_rest_is_converted_without_losing_depth_or_alpha() {
        for (pixel, expected) in [
            (Pixel::PAL8, Pixel::RGBA),
            (Pixel::MonoBlack, Pixel::RGBA),
            (Pixel::RGB48BE, Pixel::GBRP16LE),
            (Pixel::RGBA64LE, Pixel::GBRAP16LE),
            (Pixel::GRAY16BE, Pixel::GRAY16LE),
            (Pixel::YUV420P10BE, Pixel::YUV420P10LE),
            (Pixel::YUYV422, Pixel::YUV422P),
            (Pixel::UYVY422, Pixel::YUV422P),
            (Pixel::UYYVYY411, Pixel::YUV411P),
            (Pixel::NV21, Pixel::YUV420P),
            (Pixel::NV42, Pixel::YUV444P),
            (Pixel::Y210LE, Pixel::YUV422P10LE),
            (Pixel::AYUV64LE, Pixel::YUVA444P16LE),
            (Pixel::XYZ12LE, Pixel::GBRP16LE),
        ] {
            assert_eq!(PixelPlanes::of(pixel), None, "{pixel:?}");
            assert_eq!(converted(pixel), expected, "{pixel:?}");
            assert!(PixelPlanes::of(expected).is_some(), "{expected:?}");
        }
    }
}
