//! One exact frame, read and decoded on the calling thread: for still pictures, thumbnails and checks.

use image::RgbaImage;

use super::frame::HeapMemory;
use super::io::PacketBuffer;
use super::source::DecodeScratch;
use super::{MediaError, Video, VideoSource, cpu};
use crate::time::FrameIndex;

/// One frame as it is laid out by [`Video::layout`]; waits for the disk and the decoder.
///
/// # Errors
/// [`MediaError::NoSuchFrame`] past the end, or what is wrong with the frame.
pub fn frame_memory(video: &Video, frame: FrameIndex) -> Result<HeapMemory, MediaError> {
    let frames = video.facts.timing.frames();
    let path = || video.facts.path.clone();
    if frame.0 >= frames {
        return Err(MediaError::NoSuchFrame {
            path: path(),
            frame,
            frames,
        });
    }
    let bytes = usize::try_from(video.layout.bytes).unwrap_or(usize::MAX);
    let mut memory = HeapMemory::new(bytes);
    match &video.source {
        VideoSource::Pooled(source) => {
            let mut packet = PacketBuffer::default();
            source.read(frame, &mut packet)?;
            source.decode(frame, &packet, &mut DecodeScratch::default(), &mut memory)?;
        }
        VideoSource::Sequential(opener) => {
            // It is always wanted, so the call cannot end early.
            opener.open()?.decode(frame, &mut memory, &|| false)?;
        }
    }
    Ok(memory)
}

/// One frame as a picture with straight alpha, at its own size; waits for the disk and the decoder.
///
/// # Errors
/// As [`frame_memory`].
pub fn frame_rgba(video: &Video, frame: FrameIndex) -> Result<RgbaImage, MediaError> {
    let memory = frame_memory(video, frame)?;
    Ok(cpu::frame_to_rgba(&video.layout, memory.bytes()))
}
