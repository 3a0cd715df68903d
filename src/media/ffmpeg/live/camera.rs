//! Cameras of this machine, through libavdevice.

use ffmpeg_next::format::context::Input;

/// Opens a camera by the name of its device, such as `/dev/video0`.
///
/// # Errors
/// The reason why it cannot be opened, in words.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "ffmpeg-next cannot open a device that does not block its reader"
)]
pub(in crate::media) fn open(device: &str) -> Result<Input, String> {
    use std::ffi::CString;
    use std::ptr;

    use ffmpeg_next as ffmpeg;
    use ffmpeg_next::ffi;

    let name = CString::new(device).map_err(|error| error.to_string())?;
    // SAFETY: it may be called any number of times, from any thread.
    unsafe { ffi::avdevice_register_all() };
    // SAFETY: the name ends in zero; the format is null or static.
    let format = unsafe { ffi::av_find_input_format(c"v4l2".as_ptr()) };
    if format.is_null() {
        return Err("this build of FFmpeg has no cameras".to_owned());
    }
    let failed = |status| ffmpeg::Error::from(status).to_string();
    // SAFETY: the context is null or new; FFmpeg frees it when opening it fails, and `Input` closes it otherwise.
    unsafe {
        let mut context = ffi::avformat_alloc_context();
        if context.is_null() {
            return Err(failed(ffi::AVERROR(ffi::ENOMEM)));
        }
        // Reading then says at once that there is no picture yet, so that an unplugged camera cannot hold its thread.
        (*context).flags |= ffi::AVFMT_FLAG_NONBLOCK;
        let status =
            ffi::avformat_open_input(&raw mut context, name.as_ptr(), format, ptr::null_mut());
        if status < 0 {
            return Err(failed(status));
        }
        // A camera says what it sends when it is opened; there is nothing to look for in its pictures.
        Ok(Input::wrap(context))
    }
}

/// Refuses: there is no way to cameras on this system yet.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub(in crate::media) fn open(_device: &str) -> Result<Input, String> {
    Err("cameras are opened on Linux only".to_owned())
}
