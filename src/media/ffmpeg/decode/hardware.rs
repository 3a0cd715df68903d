//! Decoding on the GPU, where the machine has what it takes.
//!
//! ```text
//! codec ─► the ways that FFmpeg knows for it ─► the first whose device opens ─► pictures on the GPU ─► download: NV12, P010
//!              └► none, or no device, or software was asked for ─► software, with the reason in words
//! ```
//!
//! A device is opened once for the whole program, at first need. Whether it takes a stream's profile and size is known
//! only when the decoder asks for a picture format (`get_format`): what it then does not offer is decoded in software.
#![expect(
    unsafe_code,
    reason = "ffmpeg-next has no calls for hardware devices and their pictures"
)]

use std::ffi::{CStr, c_void};
use std::ptr;
use std::sync::OnceLock;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi::{self, AVHWDeviceType as Kind, AVPixelFormat};

use crate::media::health::Decoding;
use crate::settings::DecodeBy;

/// The ways of this system, the likeliest to be quick first.
#[cfg(target_os = "linux")]
const KINDS: &[Kind] = &[Kind::AV_HWDEVICE_TYPE_CUDA, Kind::AV_HWDEVICE_TYPE_VAAPI];
#[cfg(target_os = "macos")]
const KINDS: &[Kind] = &[Kind::AV_HWDEVICE_TYPE_VIDEOTOOLBOX];
#[cfg(windows)]
const KINDS: &[Kind] = &[Kind::AV_HWDEVICE_TYPE_D3D11VA, Kind::AV_HWDEVICE_TYPE_CUDA];
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
const KINDS: &[Kind] = &[];

/// Choice of a decoder for a stream.
pub(in crate::media) struct Choice {
    /// The device, if it is to be one.
    pub hardware: Option<Hardware>,
    /// The decoder, and the reason for it.
    pub decoding: Decoding,
}

/// A device that decodes a codec.
pub(in crate::media) struct Hardware {
    device: &'static OpenDevice,
    /// The format of pictures that lie on the device.
    pixel: AVPixelFormat,
    name: &'static str,
}

/// A reference to an open device, kept until the program ends.
struct OpenDevice(*mut ffi::AVBufferRef);

// SAFETY: the reference is only ever copied by av_buffer_ref, which counts atomically; FFmpeg lets the decoders of
// several threads share one device.
unsafe impl Send for OpenDevice {}
// SAFETY: as above.
unsafe impl Sync for OpenDevice {}

/// Outcome of opening the device of a kind.
struct DeviceTrial {
    kind: Kind,
    device: Result<OpenDevice, String>,
}

/// Chooses what decodes a codec.
pub(in crate::media) fn choose(codec: ffmpeg::Codec, by: DecodeBy) -> Choice {
    if by == DecodeBy::Software {
        return Choice::software("as asked");
    }
    let offers = offers(codec);
    let tried = devices();
    let outcomes: Vec<(Kind, Result<&OpenDevice, &str>)> = tried
        .iter()
        .map(|tried| {
            let device = tried.device.as_ref().map_err(String::as_str);
            (tried.kind, device)
        })
        .collect();
    let kinds: Vec<Kind> = offers.iter().map(|&(kind, _)| kind).collect();
    match pick(&kinds, &outcomes) {
        Ok((kind, device)) => {
            let offer = offers.iter().find(|(offered, _)| *offered == kind);
            let Some(&(_, pixel)) = offer else {
                return Choice::software("FFmpeg offers no picture format for its device");
            };
            let name = name_of(kind);
            Choice {
                decoding: Decoding::Device(name),
                hardware: Some(Hardware {
                    device,
                    pixel,
                    name,
                }),
            }
        }
        Err(reason) => Choice::software(&reason),
    }
}

impl Choice {
    /// Software, for this reason.
    pub(in crate::media) fn software(reason: &str) -> Self {
        Self {
            hardware: None,
            decoding: Decoding::Software(reason.into()),
        }
    }
}

/// The first kind in the order of `tried` that the codec offers and whose device is open; else why there is none.
fn pick<D: Copy>(offered: &[Kind], tried: &[(Kind, Result<D, &str>)]) -> Result<(Kind, D), String> {
    let mut refusals = Vec::new();
    for (kind, device) in tried {
        if !offered.contains(kind) {
            continue;
        }
        match device {
            Ok(device) => return Ok((*kind, *device)),
            Err(refusal) => refusals.push(format!("{}: {refusal}", name_of(*kind))),
        }
    }
    Err(if refusals.is_empty() {
        "no hardware decoder for this codec".to_owned()
    } else {
        format!("no device; {}", refusals.join("; "))
    })
}

/// The kinds of device that FFmpeg can decode a codec with, and the format of the pictures there.
fn offers(codec: ffmpeg::Codec) -> Vec<(Kind, AVPixelFormat)> {
    let by_device = ffi::AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX as i32;
    (0..)
        .map_while(|index| {
            // SAFETY: the codec is one of FFmpeg's own static tables; the entry is null after the last, else static.
            unsafe { ffi::avcodec_get_hw_config(codec.as_ptr(), index).as_ref() }
        })
        .filter(|config| config.methods & by_device != 0)
        .map(|config| (config.device_type, config.pix_fmt))
        .collect()
}

/// The devices of this machine, opened at the first call.
fn devices() -> &'static [DeviceTrial] {
    static DEVICES: OnceLock<Vec<DeviceTrial>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        KINDS
            .iter()
            .map(|&kind| DeviceTrial {
                kind,
                device: open_device(kind),
            })
            .collect()
    })
}

fn open_device(kind: Kind) -> Result<OpenDevice, String> {
    let mut device = ptr::null_mut();
    // SAFETY: the out-pointer is valid for the call; no name and no options choose the default device.
    let status = unsafe {
        ffi::av_hwdevice_ctx_create(&raw mut device, kind, ptr::null(), ptr::null_mut(), 0)
    };
    if status < 0 || device.is_null() {
        return Err(ffmpeg::Error::from(status).to_string());
    }
    Ok(OpenDevice(device))
}

/// Common name of a kind of device.
fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::AV_HWDEVICE_TYPE_VAAPI => "VAAPI",
        Kind::AV_HWDEVICE_TYPE_CUDA => "NVDEC",
        Kind::AV_HWDEVICE_TYPE_VIDEOTOOLBOX => "VideoToolbox",
        Kind::AV_HWDEVICE_TYPE_D3D11VA => "D3D11VA",
        kind => {
            // SAFETY: the name is null or a static text of FFmpeg's.
            let name = unsafe { ffi::av_hwdevice_get_type_name(kind) };
            if name.is_null() {
                return "hardware";
            }
            // SAFETY: as above, and it ends in zero.
            unsafe { CStr::from_ptr(name) }
                .to_str()
                .unwrap_or("hardware")
        }
    }
}

impl Hardware {
    /// Common name.
    pub(in crate::media) fn name(&self) -> &'static str {
        self.name
    }

    /// Has a decoder that is not open yet use the device.
    ///
    /// # Errors
    /// That there is no memory.
    pub(in crate::media) fn attach(
        &self,
        context: &mut ffmpeg::codec::Context,
    ) -> Result<(), ffmpeg::Error> {
        // SAFETY: the reference is valid as long as the program runs; the copy belongs to the context, which frees it.
        unsafe {
            let device = ffi::av_buffer_ref(self.device.0);
            if device.is_null() {
                return Err(ffmpeg::Error::from(ffi::AVERROR(ffi::ENOMEM)));
            }
            let raw = context.as_mut_ptr();
            (*raw).hw_device_ctx = device;
            // The format itself travels in the pointer, so that nothing has to outlive the decoder's threads.
            (*raw).opaque = ptr::without_provenance_mut::<c_void>(self.pixel as usize);
            (*raw).get_format = Some(prefer_device_format);
        }
        Ok(())
    }

    /// Makes a picture that lies on the device one in memory, as NV12 or P010; leaves others alone.
    ///
    /// # Errors
    /// The device's error.
    pub(in crate::media) fn download(
        &self,
        picture: &mut ffmpeg::frame::Video,
    ) -> Result<(), ffmpeg::Error> {
        // SAFETY: the frame is valid and only read.
        if unsafe { (*picture.as_ptr()).format } != self.pixel as i32 {
            return Ok(());
        }
        let mut memory = ffmpeg::frame::Video::empty();
        // SAFETY: both frames are valid; the target is empty, so that FFmpeg chooses its format and allocates it.
        let status = unsafe {
            match ffi::av_hwframe_transfer_data(memory.as_mut_ptr(), picture.as_ptr(), 0) {
                status if status < 0 => status,
                _ => ffi::av_frame_copy_props(memory.as_mut_ptr(), picture.as_ptr()),
            }
        };
        if status < 0 {
            return Err(ffmpeg::Error::from(status));
        }
        *picture = memory;
        Ok(())
    }
}

/// Chooses among the formats that a decoder offers for a stream: the device's, or the first in ordinary memory.
unsafe extern "C" fn prefer_device_format(
    context: *mut ffi::AVCodecContext,
    formats: *const AVPixelFormat,
) -> AVPixelFormat {
    // SAFETY: FFmpeg calls this with an open context, whose `opaque` was set by `attach`.
    let wanted = unsafe { (*context).opaque }.addr();
    let mut software = AVPixelFormat::AV_PIX_FMT_NONE;
    for index in 0.. {
        // SAFETY: the list is valid up to and including its end mark, where the loop ends.
        let format = unsafe { *formats.add(index) };
        if format == AVPixelFormat::AV_PIX_FMT_NONE {
            break;
        }
        if format as usize == wanted {
            return format;
        }
        if software == AVPixelFormat::AV_PIX_FMT_NONE && is_in_memory(format) {
            software = format;
        }
    }
    software
}

fn is_in_memory(format: AVPixelFormat) -> bool {
    // SAFETY: the descriptor is null or static.
    unsafe { ffi::av_pix_fmt_desc_get(format).as_ref() }.is_some_and(|described| {
        described.flags & u64::from(ffi::AV_PIX_FMT_FLAG_HWACCEL as u32) == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAAPI: Kind = Kind::AV_HWDEVICE_TYPE_VAAPI;
    const NVDEC: Kind = Kind::AV_HWDEVICE_TYPE_CUDA;

    fn h264() -> ffmpeg::Codec {
        ffmpeg::init().expect("FFmpeg starts");
        ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
        ffmpeg::decoder::find(ffmpeg::codec::Id::H264).expect("a decoder")
    }

    #[test]
    fn the_first_open_device_that_the_codec_knows_is_taken() {
        let tried = [(NVDEC, Ok(1)), (VAAPI, Ok(2))];
        assert_eq!(pick(&[VAAPI, NVDEC], &tried), Ok((NVDEC, 1)));
        assert_eq!(pick(&[VAAPI], &tried), Ok((VAAPI, 2)));
        let half = [(NVDEC, Err("no driver")), (VAAPI, Ok(2))];
        assert_eq!(pick(&[VAAPI, NVDEC], &half), Ok((VAAPI, 2)));
    }

    #[test]
    fn without_a_device_each_way_that_was_tried_is_named() {
        let tried = [(NVDEC, Err("no driver")), (VAAPI, Err("no display"))];
        let reason = pick::<()>(&[VAAPI, NVDEC], &tried).expect_err("none opens");
        assert_eq!(reason, "no device; NVDEC: no driver; VAAPI: no display");
        let reason = pick::<()>(&[], &tried).expect_err("none offered");
        assert_eq!(reason, "no hardware decoder for this codec");
    }

    #[test]
    fn software_can_be_asked_for_and_is_then_not_called_a_fallback() {
        let choice = choose(h264(), DecodeBy::Software);
        assert!(choice.hardware.is_none(), "as asked");
        assert_eq!(choice.decoding.to_string(), "in software (as asked)");
    }

    #[test]
    fn ffmpeg_is_asked_what_this_machine_has() {
        let choice = choose(h264(), DecodeBy::Auto);
        match choice.hardware {
            Some(hardware) => assert_eq!(choice.decoding, Decoding::Device(hardware.name())),
            None => assert!(
                matches!(&choice.decoding, Decoding::Software(reason) if reason.starts_with("no ")),
                "{}",
                choice.decoding
            ),
        }
    }

    #[test]
    fn a_decoder_that_does_not_offer_the_device_format_decodes_in_memory() {
        use AVPixelFormat::{
            AV_PIX_FMT_NONE, AV_PIX_FMT_NV12, AV_PIX_FMT_VAAPI, AV_PIX_FMT_YUV420P,
        };
        let mut context = ffmpeg::codec::Context::new_with_codec(h264());
        let mut ask = |formats: &[AVPixelFormat]| {
            // SAFETY: the context is valid, and `opaque` may hold anything; the list ends in its end mark.
            unsafe {
                let raw = context.as_mut_ptr();
                (*raw).opaque = ptr::without_provenance_mut(AV_PIX_FMT_VAAPI as usize);
                prefer_device_format(raw, formats.as_ptr())
            }
        };
        let offered = [
            AV_PIX_FMT_VAAPI,
            AV_PIX_FMT_YUV420P,
            AV_PIX_FMT_NV12,
            AV_PIX_FMT_NONE,
        ];
        assert_eq!(ask(&offered), AV_PIX_FMT_VAAPI);
        assert_eq!(ask(&offered[1..]), AV_PIX_FMT_YUV420P);
        assert_eq!(ask(&offered[3..]), AV_PIX_FMT_NONE);
    }
}
