//! The frames of a proxy.

use std::path::Path;
use std::sync::Arc;

use super::seal::Seal;
use super::size::shape_of;
use crate::media::ffmpeg::{Demuxer, HapPackets};
use crate::media::file::MediaFile;
use crate::media::frame::{FrameLayout, FrameMemory, SharedMemory};
use crate::media::hap::{HapSource, HapVariant};
use crate::media::io::{PacketBuffer, ReadReason};
use crate::media::packets::PacketTable;
use crate::media::source::{DecodeScratch, FramePart, FrameSource, SourceState};
use crate::media::{
    Backend, MediaError, OpenOptions, PlayedBy, ReadPath, TextureSupport, Video, VideoFacts,
    VideoSource,
};
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// Frames of a HAP movie that its seal vouches for.
struct ProxySource {
    frames: HapSource,
    hashes: Vec<u64>,
    layout: Arc<FrameLayout>,
    path: Arc<Path>,
}

/// Opens the proxy at `path`, which has this seal, as one of `of`.
///
/// # Errors
/// Its error; [`MediaError::DamagedProxy`] where its frames are not those of the seal.
pub(super) fn open(
    path: &Path,
    seal: Seal,
    of: &Video,
    textures: TextureSupport,
) -> Result<Video, MediaError> {
    let demuxer = Demuxer::open(path, OpenOptions::TIME_OUT)?;
    let damaged = || MediaError::DamagedProxy {
        path: path.to_owned(),
    };
    let variant = HapVariant::from_fourcc(demuxer.stream().tag).ok_or_else(damaged)?;
    let [width_px, height_px] = [demuxer.stream().width_px, demuxer.stream().height_px];
    let file = Arc::new(MediaFile::open(path)?);
    let HapPackets::Located { table, .. } = HapPackets::find(demuxer, &file)? else {
        return Err(damaged());
    };
    if table.len() != seal.hashes.len() || [width_px, height_px] != seal.size_px {
        return Err(damaged());
    }
    let frames = HapSource::new(path, file, table, variant, width_px, height_px, textures)?;
    // It plays nothing, so those that do need not make room for it.
    let frames = frames.without_cores();
    let shape = shape_of(&of.layout, [width_px, height_px]);
    let layout = Arc::new(FrameLayout::clone(frames.layout()).with_shape(shape));
    let facts = VideoFacts {
        path: path.to_owned(),
        codec: variant.codec().to_owned(),
        width_px,
        height_px,
        coded_width_px: width_px,
        coded_height_px: height_px,
        colour: variant.name().to_owned(),
        shape,
        chunks: 1,
        played_by: PlayedBy::Hap,
        why: format!("It stands in for {}.", of.facts.path.display()),
        ..VideoFacts::clone(&of.facts)
    };
    Ok(Video {
        facts: Arc::new(facts),
        layout: Arc::clone(&layout),
        source: VideoSource::Pooled(Arc::new(ProxySource {
            frames,
            hashes: seal.hashes,
            layout,
            path: path.into(),
        })),
        read_path: ReadPath {
            backend: Backend::Io(IoMode::Pread),
            why: ReadReason::Proxy,
            fallback: None,
        },
        health: Arc::default(),
    })
}

impl FrameSource for ProxySource {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn packets(&self) -> Option<&PacketTable> {
        Some(self.frames.packets())
    }

    fn read(&self, frame: FrameIndex, packet: &mut PacketBuffer) -> Result<(), MediaError> {
        let hash = usize::try_from(frame.0)
            .ok()
            .and_then(|index| self.hashes.get(index));
        if hash == Some(&Seal::NO_FRAME) {
            return Err(MediaError::NoSuchFrame {
                path: self.path.to_path_buf(),
                frame,
                frames: self.hashes.len() as u64,
            });
        }
        self.frames.read(frame, packet)?;
        if hash == Some(&Seal::hash(packet)) {
            return Ok(());
        }
        Err(MediaError::DamagedProxy {
            path: self.path.to_path_buf(),
        })
    }

    // `read_into` stays as it is: a frame read into its memory cannot be read back to be checked.

    fn decode(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        scratch: &mut DecodeScratch,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), MediaError> {
        self.frames.decode(frame, packet, scratch, memory)
    }

    fn plan_parts(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        plan: &mut SourceState,
    ) -> Result<usize, MediaError> {
        self.frames.plan_parts(frame, packet, plan)
    }

    fn decode_part(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        part: FramePart<'_>,
        scratch: &mut DecodeScratch,
        memory: &SharedMemory,
    ) -> Result<(), MediaError> {
        self.frames
            .decode_part(frame, packet, part, scratch, memory)
    }
}
