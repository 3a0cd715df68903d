//! Small pictures of the frames of media files.

use std::sync::atomic::{AtomicU64, Ordering};

use image::RgbaImage;

use crate::media::frame::{FrameLayout, HeapMemory};
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeScratch, SequentialSource};
use crate::media::{self, MediaError, Video, VideoSource};
use crate::status::Thumbnail;
use crate::time::FrameIndex;

/// Thumbnails of a media file: enough for a filmstrip that is as long as a wide window.
pub const THUMBNAILS: u64 = 12;

/// Pixels across of a thumbnail: twice what the filmstrip shows, for dense displays.
pub const THUMBNAIL_WIDTH_PX: u32 = 160;

/// The key of the next one.
static NEXT_KEY: AtomicU64 = AtomicU64::new(0);

/// A picture of a frame as the window takes it.
pub(crate) fn thumbnail(frame: FrameIndex, picture: RgbaImage) -> Thumbnail {
    Thumbnail {
        // Relaxed: only uniqueness counts.
        key: NEXT_KEY.fetch_add(1, Ordering::Relaxed),
        frame,
        width_px: picture.width(),
        height_px: picture.height(),
        rgba: picture.into_raw(),
    }
}

/// Reads frames of one file for its thumbnails, with buffers that it keeps.
pub(crate) struct ThumbnailReader<'a> {
    video: &'a Video,
    layout: &'a FrameLayout,
    memory: HeapMemory,
    packet: PacketBuffer,
    scratch: DecodeScratch,
    decoder: Option<Box<dyn SequentialSource>>,
}

impl<'a> ThumbnailReader<'a> {
    /// A reader with room for one frame of so many bytes.
    pub fn new(video: &'a Video, bytes: usize) -> Self {
        Self {
            video,
            layout: &video.layout,
            memory: HeapMemory::new(bytes),
            packet: PacketBuffer::default(),
            scratch: DecodeScratch::default(),
            decoder: None,
        }
    }

    /// A small picture of a frame.
    ///
    /// # Errors
    /// Reason that it cannot be read or decoded.
    pub fn picture(&mut self, frame: FrameIndex) -> Result<RgbaImage, MediaError> {
        match &self.video.source {
            VideoSource::Pooled(source) => {
                source.read(frame, &mut self.packet)?;
                source.decode(frame, &self.packet, &mut self.scratch, &mut self.memory)?;
            }
            VideoSource::Sequential(opener) => {
                let decoder = match &mut self.decoder {
                    Some(decoder) => decoder,
                    None => self.decoder.insert(opener.open()?),
                };
                decoder.decode(frame, &mut self.memory, &|| false)?;
            }
        }
        Ok(media::cpu::thumbnail(
            self.layout,
            self.memory.bytes(),
            THUMBNAIL_WIDTH_PX,
        ))
    }
}
