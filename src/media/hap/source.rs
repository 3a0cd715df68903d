//! The frames of a HAP file, by index, for any number of threads at once.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![warn(clippy::cast_possible_truncation)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::direct_read::StoredLayout;
use super::plan::{Chunk, Compressor, textures_in, tight_bytes};
use super::rgba::write_rgba;
use super::texture_kind::TextureKind;
use super::{FramePlan, HapError, HapVariant, decode_chunk};
use crate::media::cores::CoreShare;
use crate::media::file::{MediaFile, ReadError};
use crate::media::frame::{FrameLayout, FrameMemory, OutsideMemory, Plane, SharedMemory};
use crate::media::io::{PacketBuffer, PreadReader, ReadReason, Reader};
use crate::media::packets::{PacketSpan, PacketTable};
use crate::media::source::{DecodeScratch, FramePart, FrameSource, SourceState};
use crate::media::{MediaError, TextureSupport};
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// Bytes of texture from which on several threads decode one frame quicker than one: half a megabyte takes one thread
/// some 0.2 ms, waking another a few hundredths of that.
const WORTH_SHARING_BYTES: u64 = 512 << 10;

/// Frames of a HAP file.
#[derive(Debug)]
pub struct HapSource {
    path: PathBuf,
    file_len: u64,
    reader: Box<dyn Reader>,
    packets: PacketTable,
    variant: HapVariant,
    chunks: u32,
    /// Layout of the textures in frames like the first, if that is stored as it is shown.
    stored_layout: Option<StoredLayout>,
    /// The layout of the stored textures, whatever the adapter samples.
    blocks: FrameLayout,
    /// The layout of decoded frames.
    layout: Arc<FrameLayout>,
    textures: TextureSupport,
    /// The decode workers' claim on the cores while the file is open.
    cores: Option<CoreShare>,
}

impl HapSource {
    /// The frames of the file at `path`, of which `packets` says where they lie.
    ///
    /// The first frame is read and its own type decides between signed and unsigned Hap HDR; a first frame that cannot
    /// be read or parsed is no error here, but one when it is played.
    ///
    /// # Errors
    /// [`MediaError::Layout`] if the size is out of range, [`MediaError::NoFrames`] if there are no packets.
    pub fn new(
        path: &Path,
        file: Arc<MediaFile>,
        packets: PacketTable,
        variant: HapVariant,
        width_px: u32,
        height_px: u32,
        textures: TextureSupport,
    ) -> Result<Self, MediaError> {
        let path = path.to_owned();
        if packets.is_empty() {
            return Err(MediaError::NoFrames { path });
        }
        let layouts = |variant: HapVariant| {
            let blocks = variant.block_layout(width_px, height_px)?;
            Ok((blocks, variant.layout(width_px, height_px, textures)?))
        };
        let (blocks, layout) = layouts(variant).map_err(|source| MediaError::Layout {
            path: path.clone(),
            source,
        })?;
        let mut source = Self {
            path,
            file_len: file.len(),
            reader: Box::new(PreadReader::new(file)),
            packets,
            variant,
            chunks: 1,
            stored_layout: None,
            blocks,
            layout: Arc::new(layout),
            textures,
            cores: Some(CoreShare::for_pooled_file()),
        };
        let mut packet = PacketBuffer::default();
        if source.read(FrameIndex(0), &mut packet).is_err() {
            return Ok(source);
        }
        source.variant = variant_of_frame(variant, &packet);
        if source.variant != variant {
            let (blocks, layout) = layouts(source.variant).map_err(|error| MediaError::Layout {
                path: source.path.clone(),
                source: error,
            })?;
            source.blocks = blocks;
            source.layout = Arc::new(layout);
        }
        let mut plan = FramePlan::default();
        if plan.parse(&packet, source.variant, &source.blocks).is_ok() {
            source.chunks = u32::try_from(plan.chunks().len()).unwrap_or(u32::MAX);
            if textures != TextureSupport::RgbaOnly {
                source.stored_layout = StoredLayout::of(&packet, &plan, &source.blocks);
            }
        }
        Ok(source)
    }

    /// Reads by this from now on, which reads the same file.
    #[must_use]
    pub fn with_reader(self, reader: Box<dyn Reader>) -> Self {
        Self { reader, ..self }
    }

    /// Gives its claim on the cores back, for a file that does not play.
    #[must_use]
    pub fn without_cores(mut self) -> Self {
        drop(self.cores.take());
        self
    }

    /// The variant; for Hap HDR with the sign of the first frame.
    pub fn variant(&self) -> HapVariant {
        self.variant
    }

    /// Chunks in the first frame, those of both textures of Hap Q Alpha added up; 1 if it is corrupt.
    pub fn chunks_in_first_frame(&self) -> u32 {
        self.chunks
    }

    /// Positions of the frames in the file.
    pub fn packets(&self) -> &PacketTable {
        &self.packets
    }

    /// The longest packet that is read: twice the textures, which is more than Snappy ever makes of them, and room for
    /// tables and unknown sections.
    fn longest_packet_bytes(&self) -> u64 {
        const ROOM_BYTES: u64 = 1 << 20;
        self.texture_bytes()
            .saturating_mul(2)
            .saturating_add(ROOM_BYTES)
    }

    /// Bytes of a frame's textures without row padding.
    fn texture_bytes(&self) -> u64 {
        let textures = self.blocks.planes.iter().map(Plane::tight_bytes);
        textures.fold(0, u64::saturating_add)
    }

    fn corrupt(&self, frame: FrameIndex, source: HapError) -> MediaError {
        let path = self.path.clone();
        MediaError::Hap {
            path,
            frame,
            source,
        }
    }

    /// Position of a frame, and its length, which is no more than a frame of the file can have.
    fn checked_span(&self, frame: FrameIndex) -> Result<(PacketSpan, usize), MediaError> {
        let span = self
            .packets
            .span(frame)
            .ok_or_else(|| MediaError::NoSuchFrame {
                path: self.path.clone(),
                frame,
                frames: self.packets.len() as u64,
            })?;
        // Checked before the buffer grows: a container may claim a packet of 4 GiB, inside the file or not.
        let limit = self.longest_packet_bytes();
        if u64::from(span.size) > limit {
            let bytes = span.size;
            return Err(self.corrupt(frame, HapError::PacketTooLong { bytes, limit }));
        }
        let is_inside = span.end().is_some_and(|end| end <= self.file_len);
        match usize::try_from(span.size) {
            Ok(size) if is_inside => Ok((span, size)),
            _ => Err(MediaError::Truncated {
                path: self.path.clone(),
                frame,
            }),
        }
    }

    fn read_error(&self, frame: FrameIndex, error: ReadError) -> MediaError {
        let path = self.path.clone();
        match error {
            ReadError::PastEnd { .. } => MediaError::Truncated { path, frame },
            ReadError::Io(source) => MediaError::Io { path, source },
        }
    }

    fn decode_frame(
        &self,
        packet: &[u8],
        scratch: &mut HapScratch,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), HapError> {
        scratch.plan.parse(packet, self.variant, &self.blocks)?;
        match self.textures {
            TextureSupport::BlockCompressed | TextureSupport::Software => {
                write_blocks(&self.blocks, packet, scratch, memory)
            }
            TextureSupport::RgbaOnly => {
                decode_tight(&self.blocks, packet, scratch)?;
                write_rgba(&self.blocks, &self.layout, &mut scratch.texture, memory)
            }
        }
    }
}

impl FrameSource for HapSource {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn packets(&self) -> Option<&PacketTable> {
        Some(&self.packets)
    }

    fn reading(&self) -> Option<(IoMode, ReadReason)> {
        let why = self.reader.reason()?;
        Some((self.reader.mode(), why))
    }

    fn read(&self, frame: FrameIndex, packet: &mut PacketBuffer) -> Result<(), MediaError> {
        let (span, size) = self.checked_span(frame)?;
        self.reader
            .read(span.offset, size, packet)
            .map_err(|error| self.read_error(frame, error))
    }

    fn read_into(
        &self,
        frame: FrameIndex,
        headers: &mut PacketBuffer,
        memory: &mut dyn FrameMemory,
    ) -> Result<Option<u64>, MediaError> {
        let Some((layout, memory)) = self.stored_layout.as_ref().zip(memory.bytes_mut()) else {
            return Ok(None);
        };
        let (span, _) = self.checked_span(frame)?;
        let done = layout.read(span, &*self.reader, headers, memory);
        done.map(|is_done| is_done.then_some(u64::from(span.size)))
            .map_err(|error| self.read_error(frame, error))
    }

    fn decode(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        scratch: &mut DecodeScratch,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), MediaError> {
        (scratch.buffers)
            .with(|scratch| self.decode_frame(packet, scratch, memory))
            .map_err(|error| self.corrupt(frame, error))
    }

    fn plan_parts(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        plan: &mut SourceState,
    ) -> Result<usize, MediaError> {
        // Decoding to RGBA needs both textures at once, and small frames are decoded before another thread is awake.
        let is_worth_it = self.textures != TextureSupport::RgbaOnly
            && self.texture_bytes() >= WORTH_SHARING_BYTES;
        if !is_worth_it {
            return Ok(1);
        }
        plan.with(|plan: &mut FramePlan| {
            plan.parse(packet, self.variant, &self.blocks)
                .map_err(|error| self.corrupt(frame, error))?;
            // Stored chunks are only copied, which several threads do no quicker.
            let has_work = |chunk: &Chunk| chunk.compressor == Compressor::Snappy;
            let is_work = plan.chunks().iter().any(has_work);
            Ok(if is_work { plan.chunks().len() } else { 1 })
        })
    }

    fn decode_part(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        part: FramePart<'_>,
        scratch: &mut DecodeScratch,
        memory: &SharedMemory,
    ) -> Result<(), MediaError> {
        let decode = |scratch: &mut HapScratch| {
            let plan: &FramePlan = part.plan.get().ok_or(HapError::PlanMismatch)?;
            let chunk = plan.chunks().get(part.part);
            let chunk = chunk.ok_or(HapError::PlanMismatch)?;
            let planes = &self.blocks.planes;
            let plane = planes.get(chunk.plane).ok_or(HapError::PlanMismatch)?;
            let HapScratch {
                texture, snappy, ..
            } = scratch;
            let tight = tight_chunk(packet, chunk, texture, snappy)?;
            memory.write_with(|memory| write_rows(plane, chunk.destination.start, tight, memory))
        };
        (scratch.buffers)
            .with(decode)
            .map_err(|error| self.corrupt(frame, error))
    }
}

/// Buffers of a decode worker, in [`DecodeScratch::buffers`].
#[derive(Debug, Default)]
pub struct HapScratch {
    /// Decompressed texture data, before it is copied into memory that must not be read back.
    pub texture: Vec<u8>,
    /// State of the Snappy decompressor.
    pub snappy: snap::raw::Decoder,
    /// The chunks of the frame at hand.
    pub plan: FramePlan,
}

/// The file's variant, with the sign of Hap HDR as the frame says.
fn variant_of_frame(variant: HapVariant, packet: &[u8]) -> HapVariant {
    let HapVariant::HapHdr { .. } = variant else {
        return variant;
    };
    match textures_in(packet).as_deref() {
        Ok([TextureKind::RgbBc6hSigned]) => HapVariant::HapHdr { is_signed: true },
        Ok([TextureKind::RgbBc6hUnsigned]) => HapVariant::HapHdr { is_signed: false },
        _ => variant,
    }
}

/// Decodes the planned chunks into memory laid out as `blocks`.
///
/// Snappy reads back what it wrote: it works straight in the memory only if that is ordinary memory and its rows have
/// no gaps, otherwise chunk by chunk through the scratch. Staging memory is written in order, once.
fn write_blocks(
    blocks: &FrameLayout,
    packet: &[u8],
    scratch: &mut HapScratch,
    memory: &mut dyn FrameMemory,
) -> Result<(), HapError> {
    let HapScratch {
        texture,
        snappy,
        plan,
    } = scratch;
    for chunk in plan.chunks() {
        let plane = blocks
            .planes
            .get(chunk.plane)
            .ok_or(HapError::PlanMismatch)?;
        if plane.is_tight()
            && let Some(bytes) = memory.bytes_mut()
        {
            let out = plane_bytes_mut(plane, bytes)?
                .get_mut(chunk.destination.clone())
                .ok_or(HapError::PlanMismatch)?;
            decode_chunk(packet, chunk, snappy, out)?;
            continue;
        }
        let tight = tight_chunk(packet, chunk, texture, snappy)?;
        write_rows(plane, chunk.destination.start, tight, memory)?;
    }
    Ok(())
}

/// The bytes of a chunk without row padding: in the packet where it is stored, else decompressed into `texture`.
fn tight_chunk<'bytes>(
    packet: &'bytes [u8],
    chunk: &Chunk,
    texture: &'bytes mut Vec<u8>,
    snappy: &mut snap::raw::Decoder,
) -> Result<&'bytes [u8], HapError> {
    if chunk.compressor == Compressor::Stored {
        let stored = packet.get(chunk.source.clone());
        return stored.ok_or(HapError::PlanMismatch);
    }
    let out = grown(texture, chunk.destination.len())?;
    decode_chunk(packet, chunk, snappy, out)?;
    Ok(out)
}

/// Decodes all planes into the scratch texture, one behind the other and without row padding.
fn decode_tight(
    blocks: &FrameLayout,
    packet: &[u8],
    scratch: &mut HapScratch,
) -> Result<(), HapError> {
    let HapScratch {
        texture,
        snappy,
        plan,
    } = scratch;
    let mut rest = grown(texture, tight_bytes(blocks)?)?;
    for (index, plane) in blocks.planes.iter().enumerate() {
        let bytes = usize::try_from(plane.tight_bytes()).ok();
        let (plane_texture, after) = bytes
            .and_then(|bytes| std::mem::take(&mut rest).split_at_mut_checked(bytes))
            .ok_or(HapError::PlanMismatch)?;
        rest = after;
        for chunk in plan.chunks().iter().filter(|chunk| chunk.plane == index) {
            let out = plane_texture
                .get_mut(chunk.destination.clone())
                .ok_or(HapError::PlanMismatch)?;
            decode_chunk(packet, chunk, snappy, out)?;
        }
    }
    Ok(())
}

/// The first `bytes` of a scratch buffer, which grows if it is shorter and never shrinks.
fn grown(buffer: &mut Vec<u8>, bytes: usize) -> Result<&mut [u8], HapError> {
    if buffer.len() < bytes {
        buffer.resize(bytes, 0);
    }
    buffer.get_mut(..bytes).ok_or(HapError::PlanMismatch)
}

/// The part of a frame's memory that holds `plane`.
fn plane_bytes_mut<'memory>(
    plane: &Plane,
    memory: &'memory mut [u8],
) -> Result<&'memory mut [u8], HapError> {
    let begin = usize::try_from(plane.offset_bytes).ok();
    let end = plane
        .offset_bytes
        .checked_add(plane.stored_bytes())
        .and_then(|end| usize::try_from(end).ok());
    begin
        .zip(end)
        .and_then(|(begin, end)| memory.get_mut(begin..end))
        .ok_or(HapError::PlanMismatch)
}

/// Writes `tight`, which begins `start` bytes into the plane's texture data, to the plane's rows: at once where they
/// follow each other without padding.
fn write_rows(
    plane: &Plane,
    start: usize,
    tight: &[u8],
    memory: &mut dyn FrameMemory,
) -> Result<(), HapError> {
    let plane_begin =
        usize::try_from(plane.offset_bytes).map_err(|_too_large| HapError::PlanMismatch)?;
    let mut write = |offset: usize, bytes: &[u8]| {
        let at = plane_begin
            .checked_add(offset)
            .ok_or(HapError::PlanMismatch)?;
        memory
            .write(at, bytes)
            .map_err(|OutsideMemory| HapError::PlanMismatch)
    };
    if plane.is_tight() {
        return write(start, tight);
    }
    let row_bytes = usize::try_from(plane.row_bytes).unwrap_or(usize::MAX);
    let stride = usize::try_from(plane.stride_bytes).unwrap_or(usize::MAX);
    let (Some(mut row), Some(mut column)) =
        (start.checked_div(row_bytes), start.checked_rem(row_bytes))
    else {
        return Err(HapError::PlanMismatch);
    };
    let mut rest = tight;
    while !rest.is_empty() {
        let count = row_bytes.saturating_sub(column).min(rest.len());
        let (now, later) = rest.split_at_checked(count).ok_or(HapError::PlanMismatch)?;
        let begin = row
            .checked_mul(stride)
            .and_then(|begin| begin.checked_add(column));
        write(begin.ok_or(HapError::PlanMismatch)?, now)?;
        rest = later;
        row = row.checked_add(1).ok_or(HapError::PlanMismatch)?;
        column = 0;
    }
    Ok(())
}
