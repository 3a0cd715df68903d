//! Resampling to the rate and the two channels of the mix, by libswresample.

use std::ptr::{self, NonNull};

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;

use crate::media::StereoFrame;

/// Most channels that are taken: what libswresample is built for (`SWR_CH_MAX`).
const MAX_CHANNELS: usize = 64;

/// Most channels whose default layout has a downmix.
const MAX_MIXED_CHANNELS: u32 = 8;

/// Rates that are taken, in Hz.
const RATES_HZ: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Samples of silence that are fed at a time.
const SILENCE: usize = 4096;

/// The form of decoded samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    format: ffi::AVSampleFormat,
    /// Samples of each channel per second.
    pub(super) rate_hz: u32,
    channels: u32,
    /// Places of the channels, where they have the usual order (`AV_CHANNEL_ORDER_NATIVE`).
    mask: Option<u64>,
}

impl Form {
    /// The form of a frame; `None` if nothing can be made of it.
    #[expect(
        unsafe_code,
        reason = "ffmpeg-next does not show layouts as FFmpeg 5.1 and newer have them"
    )]
    pub(super) fn of(frame: &ffmpeg::frame::Audio) -> Option<Self> {
        // SAFETY: the frame is borrowed and only read; `mask` is the part of the union that the native order uses.
        let (channels, mask) = unsafe {
            let layout = &(*frame.as_ptr()).ch_layout;
            let is_native = layout.order == ffi::AVChannelOrder::AV_CHANNEL_ORDER_NATIVE;
            (layout.nb_channels, is_native.then_some(layout.u.mask))
        };
        let channels = u32::try_from(channels).ok()?;
        let is_usable = (1..=MAX_CHANNELS as u32).contains(&channels)
            && RATES_HZ.contains(&frame.rate())
            && frame.format() != ffmpeg::format::Sample::None;
        is_usable.then(|| Self {
            format: frame.format().into(),
            rate_hz: frame.rate(),
            channels,
            mask,
        })
    }

    /// Layout of these channels, which is to be given back with `av_channel_layout_uninit`; plain data here, since neither
    /// kind of layout owns memory.
    #[expect(unsafe_code, reason = "ffmpeg-next does not make such layouts")]
    fn layout(&self) -> ffi::AVChannelLayout {
        // SAFETY: all zeros is the empty layout of libavutil, and both functions fill it whole.
        unsafe {
            let mut layout: ffi::AVChannelLayout = std::mem::zeroed();
            let known = self
                .mask
                .map(|mask| ffi::av_channel_layout_from_mask(&raw mut layout, mask));
            if known != Some(0) {
                ffi::av_channel_layout_default(&raw mut layout, self.channels as i32);
            }
            layout
        }
    }

    /// Coefficients of left and right for each channel, where libswresample's own are not used: one channel goes to both
    /// sides as loud as it is, and of channels without a known place the first two are taken. All others are mixed as
    /// ITU-R BS.775 says: centre and surround 3 dB down, the low-frequency channel left out, nothing scaled down, since
    /// floats have the room.
    fn matrix(&self) -> Option<Vec<f64>> {
        let channels = self.channels as usize;
        match self.channels {
            1 => Some(vec![1.0, 1.0]),
            2..=MAX_MIXED_CHANNELS => None,
            _ => {
                let mut matrix = vec![0.0; 2 * channels];
                matrix[0] = 1.0;
                matrix[channels + 1] = 1.0;
                Some(matrix)
            }
        }
    }
}

/// A resampler from one form to stereo floats at one rate.
pub(super) struct Resampler {
    context: NonNull<ffi::SwrContext>,
    form: Form,
}

#[expect(unsafe_code, reason = "libswresample's contexts may change threads")]
// SAFETY: a context is tied to no thread, and is used by its one owner.
unsafe impl Send for Resampler {}

impl Resampler {
    /// A resampler that has heard nothing yet.
    ///
    /// # Errors
    /// libswresample's.
    #[expect(
        unsafe_code,
        reason = "ffmpeg-next knows no layouts as FFmpeg 5.1 and newer have them"
    )]
    pub(super) fn new(form: Form, rate_hz: u32) -> Result<Self, ffmpeg::Error> {
        let mut context = ptr::null_mut();
        let (mut from, mut to) = (form.layout(), stereo());
        // SAFETY: the layouts live through the call, which copies them, and the new context is owned by `resampler` from
        // the moment it is there, which frees it whatever comes.
        let resampler = unsafe {
            let status = ffi::swr_alloc_set_opts2(
                &raw mut context,
                &raw mut to,
                ffi::AVSampleFormat::AV_SAMPLE_FMT_FLT,
                rate_hz as i32,
                &raw mut from,
                form.format,
                form.rate_hz as i32,
                0,
                ptr::null_mut(),
            );
            let Some(context) = NonNull::new(context).filter(|_| status >= 0) else {
                return Err(ffmpeg::Error::from(status.min(-1)));
            };
            Self { context, form }
        };
        let matrix = form.matrix();
        // SAFETY: the context is owned; the matrix has as many rows of as many numbers as the layouts have channels, and is
        // copied.
        let status = unsafe {
            let mut status = 0;
            if let Some(matrix) = matrix {
                let stride = form.channels as i32;
                status = ffi::swr_set_matrix(context, matrix.as_ptr(), stride);
            }
            if status >= 0 {
                status = ffi::swr_init(context);
            }
            status
        };
        if status < 0 {
            return Err(ffmpeg::Error::from(status));
        }
        Ok(resampler)
    }

    /// The form that it takes.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Takes the samples of a frame of its form from `from` on, and appends what comes out.
    ///
    /// # Errors
    /// libswresample's, or that the frame has another form.
    #[expect(unsafe_code, reason = "ffmpeg-next takes whole frames alone")]
    pub(super) fn push(
        &mut self,
        frame: &ffmpeg::frame::Audio,
        from: usize,
        out: &mut Vec<StereoFrame>,
    ) -> Result<(), ffmpeg::Error> {
        if Form::of(frame) != Some(self.form) {
            return Err(ffmpeg::Error::InvalidData);
        }
        let count = frame.samples().saturating_sub(from);
        let (planes, step) = self.planes();
        let mut input = [ptr::null::<u8>(); MAX_CHANNELS];
        for (place, plane) in input.iter_mut().enumerate().take(planes) {
            // SAFETY: a decoded frame of this form has so many planes, at most as many as there are places, each of all
            // its samples, of which `from` are passed over.
            *plane = unsafe {
                let start = *(*frame.as_ptr()).extended_data.add(place);
                start.add(from.min(frame.samples()) * step)
            };
        }
        self.convert(Some(&mut input), count, out)
    }

    /// Takes silence of so many samples, and appends what comes out.
    ///
    /// # Errors
    /// libswresample's.
    pub(super) fn push_silence(
        &mut self,
        count: usize,
        out: &mut Vec<StereoFrame>,
    ) -> Result<(), ffmpeg::Error> {
        let (_, step) = self.planes();
        let packed = matches!(
            self.form.format,
            ffi::AVSampleFormat::AV_SAMPLE_FMT_U8 | ffi::AVSampleFormat::AV_SAMPLE_FMT_U8P
        );
        // Unsigned bytes rest in the middle of their range.
        let silence = vec![if packed { 0x80 } else { 0 }; SILENCE.min(count) * step];
        let mut left = count;
        while left > 0 {
            let part = left.min(SILENCE);
            let mut input = [silence.as_ptr(); MAX_CHANNELS];
            self.convert(Some(&mut input), part, out)?;
            left -= part;
        }
        Ok(())
    }

    /// Appends what it still holds back. After that it takes nothing more.
    ///
    /// # Errors
    /// libswresample's.
    pub(super) fn flush(&mut self, out: &mut Vec<StereoFrame>) -> Result<(), ffmpeg::Error> {
        self.convert(None, 0, out)
    }

    /// Number of planes, and bytes from one sample to the next in each.
    #[expect(
        unsafe_code,
        reason = "ffmpeg-next does not ask this of a format alone"
    )]
    fn planes(&self) -> (usize, usize) {
        // SAFETY: both look up a static table.
        let (bytes, is_planar) = unsafe {
            (
                ffi::av_get_bytes_per_sample(self.form.format),
                ffi::av_sample_fmt_is_planar(self.form.format) != 0,
            )
        };
        let bytes = usize::try_from(bytes).unwrap_or(0);
        let channels = self.form.channels as usize;
        if is_planar {
            (channels, bytes)
        } else {
            (1, bytes * channels)
        }
    }

    #[expect(unsafe_code, reason = "ffmpeg-next takes whole frames alone")]
    #[expect(
        clippy::needless_pass_by_ref_mut,
        reason = "the context changes, behind its pointer"
    )]
    fn convert(
        &mut self,
        input: Option<&mut [*const u8; MAX_CHANNELS]>,
        count: usize,
        out: &mut Vec<StereoFrame>,
    ) -> Result<(), ffmpeg::Error> {
        let context = self.context.as_ptr();
        let count = i32::try_from(count).unwrap_or(0);
        // SAFETY: the context is owned and initialised.
        let room = unsafe { ffi::swr_get_out_samples(context, count) };
        let room = usize::try_from(room).unwrap_or(0);
        let before = out.len();
        out.resize(before + room, [0.0; 2]);
        let mut planes = [out[before..].as_mut_ptr().cast::<u8>()];
        let input = input.map_or(ptr::null_mut(), |input| input.as_mut_ptr());
        // SAFETY: the one plane of packed stereo floats has room for as many frames as is said; the input is null, which asks
        // for what is held back, or has as many planes of `count` samples as the form says.
        let status = unsafe {
            ffi::swr_convert(
                context,
                planes.as_mut_ptr(),
                i32::try_from(room).unwrap_or(0),
                input,
                count,
            )
        };
        let made = usize::try_from(status).unwrap_or(0);
        out.truncate(before + made.min(room));
        if status < 0 {
            return Err(ffmpeg::Error::from(status));
        }
        Ok(())
    }
}

impl Drop for Resampler {
    #[expect(unsafe_code, reason = "the context is freed by libswresample")]
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: it is owned, and used no more.
        unsafe { ffi::swr_free(&raw mut context) };
    }
}

/// Left and right.
#[expect(unsafe_code, reason = "ffmpeg-next does not make such layouts")]
fn stereo() -> ffi::AVChannelLayout {
    // SAFETY: all zeros is the empty layout of libavutil, which the function fills whole.
    unsafe {
        let mut layout: ffi::AVChannelLayout = std::mem::zeroed();
        ffi::av_channel_layout_default(&raw mut layout, 2);
        layout
    }
}
