//! HAP in containers whose packets cannot be read by offset, such as Matroska: a demuxer on one thread fetches each
//! packet, and the program's own HAP decoder decodes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::demuxer::{Demuxer, reason_of};
use super::packet_index::{FrameOrder, PacketIndex};
use crate::media::file::MediaFile;
use crate::media::frame::{FrameLayout, FrameMemory};
use crate::media::hap::{FramePlan, HapSource, HapVariant};
use crate::media::packets::{PacketSpan, PacketTable};
use crate::media::source::{
    DecodeOutcome, DecodeScratch, FrameSource as _, SequentialOpener, SequentialSource,
};
use crate::media::{MediaError, TextureSupport};
use crate::time::{FrameIndex, Time};

/// Packets read on the way to a frame ahead rather than seeking to it.
const SKIP_FORWARD_FRAMES: u64 = 4;

/// A HAP file whose packets are demuxed one after the other.
pub(in crate::media) struct HapStreamOpener {
    path: PathBuf,
    index: Arc<PacketIndex>,
    /// Decodes packets; never asked to read any.
    hap: Arc<HapSource>,
    chunks: u32,
    time_out: Time,
}

impl HapStreamOpener {
    /// Reads the first packet, whose own type decides between signed and unsigned Hap HDR.
    ///
    /// # Errors
    /// [`MediaError::Layout`] if the size is out of range, or what the file system said.
    pub(in crate::media) fn new(
        path: &Path,
        index: PacketIndex,
        variant: HapVariant,
        textures: TextureSupport,
        time_out: Time,
    ) -> Result<Self, MediaError> {
        let mut demuxer = Demuxer::open(path, time_out)?;
        let (width_px, height_px) = (demuxer.stream().width_px, demuxer.stream().height_px);
        let first = demuxer.next_packet().ok().flatten();
        let packet = first.as_ref().and_then(|packet| packet.data());
        let (variant, chunks) = look_at(packet.unwrap_or_default(), variant, width_px, height_px);
        // Outside of every file: the source is to decode, and has nothing that it could read.
        let nowhere = PacketSpan {
            offset: u64::MAX,
            size: 0,
        };
        let hap = HapSource::new(
            path,
            Arc::new(MediaFile::open(path)?),
            PacketTable::new(vec![nowhere]),
            variant,
            width_px,
            height_px,
            textures,
        )?;
        Ok(Self {
            path: path.to_owned(),
            index: Arc::new(index),
            hap: Arc::new(hap),
            chunks,
            time_out,
        })
    }

    /// The layout of decoded frames.
    pub(in crate::media) fn layout(&self) -> &Arc<FrameLayout> {
        self.hap.layout()
    }

    /// The variant, with the sign of the first frame for Hap HDR.
    pub(in crate::media) fn variant(&self) -> HapVariant {
        self.hap.variant()
    }

    /// Chunks in the first frame; 1 if it is corrupt.
    pub(in crate::media) fn chunks(&self) -> u32 {
        self.chunks
    }

    /// The frames of the stream.
    pub(in crate::media) fn index(&self) -> &PacketIndex {
        &self.index
    }
}

/// The variant with its sign, and the number of chunks, as the first packet says.
fn look_at(packet: &[u8], variant: HapVariant, width_px: u32, height_px: u32) -> (HapVariant, u32) {
    let signs = [
        HapVariant::HapHdr { is_signed: false },
        HapVariant::HapHdr { is_signed: true },
    ];
    let candidates = match variant {
        HapVariant::HapHdr { .. } => &signs[..],
        _ => &[variant],
    };
    let mut plan = FramePlan::default();
    for &candidate in candidates {
        let Ok(blocks) = candidate.block_layout(width_px, height_px) else {
            break;
        };
        if plan.parse(packet, candidate, &blocks).is_ok() {
            let chunks = u32::try_from(plan.chunks().len()).unwrap_or(u32::MAX);
            return (candidate, chunks);
        }
    }
    (variant, 1)
}

impl SequentialOpener for HapStreamOpener {
    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError> {
        Ok(Box::new(HapStream {
            demuxer: Demuxer::open(&self.path, self.time_out)?,
            index: Arc::clone(&self.index),
            hap: Arc::clone(&self.hap),
            scratch: DecodeScratch::default(),
            next: Some(0),
            held: None,
        }))
    }
}

struct HapStream {
    demuxer: Demuxer,
    index: Arc<PacketIndex>,
    hap: Arc<HapSource>,
    scratch: DecodeScratch,
    /// The frame of the packet that comes next, where it is known.
    next: Option<u64>,
    /// The frame read last and its packet, which may be asked for again.
    held: Option<(u64, ffmpeg::Packet)>,
}

impl HapStream {
    /// Demuxes until the packet of `frame` is held; false if it is no longer wanted.
    fn fetch(
        &mut self,
        frame: FrameIndex,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<bool, MediaError> {
        let is_ahead = self.next.is_some_and(|next| {
            (next..=next.saturating_add(SKIP_FORWARD_FRAMES)).contains(&frame.0)
        });
        if !is_ahead {
            self.jump(frame)?;
        }
        let mut has_reopened = false;
        loop {
            if is_stale() {
                return Ok(false);
            }
            let packet = self.demuxer.next_packet();
            let packet = packet.map_err(|error| self.decode_error(frame, reason_of(error)))?;
            let found = packet.and_then(|packet| Some((self.frame_of(&packet)?, packet)));
            match found {
                Some((at, packet)) if at == frame.0 => {
                    self.next = Some(at + 1);
                    self.held = Some((at, packet));
                    return Ok(true);
                }
                Some((at, _)) if at < frame.0 => self.next = Some(at + 1),
                // The seek landed too late: only the start of the file is sure to be before.
                _ if !has_reopened => {
                    has_reopened = true;
                    self.demuxer = self.demuxer.reopened()?;
                    self.next = Some(0);
                }
                _ => {
                    self.next = None;
                    return Err(self.decode_error(frame, "its packet is missing".to_owned()));
                }
            }
        }
    }

    fn hap_path(&self) -> PathBuf {
        self.demuxer.path().to_owned()
    }

    /// Seeks to `frame`, or goes to the start of a file that cannot seek.
    fn jump(&mut self, frame: FrameIndex) -> Result<(), MediaError> {
        self.next = None;
        let at = usize::try_from(frame.0).unwrap_or(usize::MAX);
        if let FrameOrder::ByTimestamp { timestamps, .. } = &self.index.order
            && let Some(&timestamp) = timestamps.get(at)
            && self.demuxer.seek(timestamp).is_ok()
        {
            return Ok(());
        }
        self.demuxer = self.demuxer.reopened()?;
        self.next = Some(0);
        Ok(())
    }

    fn frame_of(&self, packet: &ffmpeg::Packet) -> Option<u64> {
        match &self.index.order {
            FrameOrder::ByCount { .. } => self.next,
            FrameOrder::ByTimestamp { .. } => {
                let timestamp = packet.pts().or_else(|| packet.dts())?;
                let position = packet.position();
                self.index
                    .frame_of_packet(timestamp, i64::try_from(position).unwrap_or(-1))
            }
        }
    }

    fn decode_error(&self, frame: FrameIndex, reason: String) -> MediaError {
        MediaError::Decode {
            path: self.hap_path(),
            frame,
            reason,
        }
    }
}

impl SequentialSource for HapStream {
    fn layout(&self) -> &Arc<FrameLayout> {
        self.hap.layout()
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        if frame.0 >= self.index.frames() {
            return Err(MediaError::NoSuchFrame {
                path: self.hap_path(),
                frame,
                frames: self.index.frames(),
            });
        }
        let before = self.demuxer.totals();
        let is_held = self.held.as_ref().is_some_and(|&(held, _)| held == frame.0);
        if !is_held && !self.fetch(frame, is_stale)? {
            return Ok(DecodeOutcome::Stale);
        }
        let packet = self.held.as_ref().and_then(|(_, packet)| packet.data());
        self.hap
            .decode(frame, packet.unwrap_or_default(), &mut self.scratch, memory)?;
        let read = self.demuxer.totals().since(before);
        Ok(DecodeOutcome::Frame {
            read_bytes: read.bytes,
            read_nanos: read.nanos,
        })
    }
}
