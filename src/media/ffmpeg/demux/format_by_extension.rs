//! Pictures that FFmpeg knows by the extension of their file alone, since nothing in them identifies them.
//!
//! libavformat asks for the extension only where it opens the file itself. Here it does not: it gets the bytes, and is
//! told what they are. Such a file is one picture from its first byte to its last.

use std::ffi::CStr;
use std::path::Path;
use std::ptr;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::ffi;
use ffmpeg_next::format::context::{Input, StreamIo};

/// Endings, and what decodes such pictures. Targa has no mark at its start, and FFmpeg 5 does not know that of PAM.
const ENDINGS: [(&str, Id); 5] = [
    ("tga", Id::TARGA),
    ("icb", Id::TARGA),
    ("vda", Id::TARGA),
    ("vst", Id::TARGA),
    ("pam", Id::PAM),
];

/// FFmpeg's demuxer of pictures that nothing in them identifies.
pub(in crate::media) const DEMUXER: &CStr = c"image2pipe";

/// The codec of the picture at `path`, if its extension tells.
pub(in crate::media) fn codec_of(path: &Path) -> Option<Id> {
    let extension = path.extension()?.to_str()?;
    let mut known = ENDINGS.iter();
    known
        .find(|(known, _)| extension.eq_ignore_ascii_case(known))
        .map(|(_, codec)| *codec)
}

/// Opens the `bytes` bytes of `io` as one picture that `codec` decodes; broken off once `is_over` says so.
///
/// # Errors
/// FFmpeg's error.
#[expect(
    unsafe_code,
    reason = "ffmpeg-next opens a stream of bytes only as what FFmpeg takes it for"
)]
pub(in crate::media) fn open_as(
    codec: Id,
    mut io: StreamIo,
    bytes: u64,
    mut options: ffmpeg::Dictionary<'_>,
    is_over: impl FnMut() -> bool + Send + 'static,
) -> Result<Input, ffmpeg::Error> {
    let interrupt = ffmpeg::util::interrupt::new(Box::new(is_over));
    options.set("frame_size", &bytes.to_string());
    // SAFETY: the name is a string that ends in zero; the format it finds is static.
    let format = unsafe { ffi::av_find_input_format(DEMUXER.as_ptr()) };
    // SAFETY: it has no conditions.
    let mut context = unsafe { ffi::avformat_alloc_context() };
    if format.is_null() || context.is_null() {
        // SAFETY: a null context is left alone, another was just made and is used no more.
        unsafe { ffi::avformat_free_context(context) };
        return Err(ffmpeg::Error::DemuxerNotFound);
    }
    // SAFETY: the context was just made. `io` and the guard of `interrupt` go into the `Input` below with it, so that
    // both outlive it; where opening fails it is gone before them, and leaves the bytes alone because of the flag.
    unsafe {
        (*context).interrupt_callback = interrupt.interrupt;
        (*context).pb = io.as_mut_ptr();
        (*context).flags |= ffi::AVFMT_FLAG_CUSTOM_IO;
        (*context).video_codec_id = codec.into();
    }
    // SAFETY: whoever takes the dictionary over frees it, which is done below.
    let mut unused = unsafe { options.disown() };
    // SAFETY: all pointers are valid for the call, which frees the context where it fails and may put another
    // dictionary in the place of the one that it is given.
    let opened =
        unsafe { ffi::avformat_open_input(&raw mut context, ptr::null(), format, &raw mut unused) };
    // SAFETY: it is the dictionary that the call left, which nobody else owns.
    drop(unsafe { ffmpeg::Dictionary::own(unused) });
    if opened < 0 {
        return Err(ffmpeg::Error::from(opened));
    }
    // SAFETY: the context is open, and is the input's from here on.
    let mut input =
        unsafe { Input::wrap_with_custom_io_and_interrupt(context, io, interrupt.guard) };
    // SAFETY: the context is that of the input, which is borrowed for the call.
    let found = unsafe { ffi::avformat_find_stream_info(input.as_mut_ptr(), ptr::null_mut()) };
    if found < 0 {
        return Err(ffmpeg::Error::from(found));
    }
    Ok(input)
}
