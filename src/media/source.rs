//! The two ways of getting at a file's frames.
//!
//! HAP frames stand alone: any worker may read and decode any of them ([`FrameSource`]). What FFmpeg decodes depends
//! on its neighbours: one decoder, on one thread, asked for one frame after the other ([`SequentialSource`]).

use std::any::Any;
use std::sync::Arc;

use super::MediaError;
use super::frame::{FrameLayout, FrameMemory, SharedMemory};
use super::io::{PacketBuffer, ReadReason};
use super::packets::PacketTable;
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// Frames that can be read and decoded in any order by any thread.
pub trait FrameSource: Send + Sync {
    /// The layout of every decoded frame.
    fn layout(&self) -> &Arc<FrameLayout>;

    /// Positions of every frame's stored bytes, where they are known.
    fn packets(&self) -> Option<&PacketTable> {
        None
    }

    /// The mode in which they are read now and the reason for it, where both may change.
    fn reading(&self) -> Option<(IoMode, ReadReason)> {
        None
    }

    /// Reads the stored bytes of `frame` into `packet`, whose memory is used again.
    ///
    /// # Errors
    /// The file system's error, or a span that the file does not hold.
    fn read(&self, frame: FrameIndex, packet: &mut PacketBuffer) -> Result<(), MediaError>;

    /// Reads `frame` into memory laid out as [`Self::layout`] says, if it is stored as it is shown and the memory can
    /// be read to; gives the stored bytes read. `None` if it must be read and decoded; the memory then holds anything.
    /// `headers` is used for the few bytes that are no part of the picture.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn read_into(
        &self,
        _frame: FrameIndex,
        _headers: &mut PacketBuffer,
        _memory: &mut dyn FrameMemory,
    ) -> Result<Option<u64>, MediaError> {
        Ok(None)
    }

    /// Decodes a packet that [`Self::read`] gave for `frame` into memory laid out as [`Self::layout`] says.
    ///
    /// # Errors
    /// The packet's error; the memory then holds anything.
    fn decode(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        scratch: &mut DecodeScratch,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), MediaError>;

    /// Plans to decode a packet in parts, which several threads may do at once with [`Self::decode_part`]. Gives how
    /// many parts there are; 1 where several threads would not be quicker than one.
    ///
    /// # Errors
    /// The packet's error.
    fn plan_parts(
        &self,
        _frame: FrameIndex,
        _packet: &[u8],
        _plan: &mut SourceState,
    ) -> Result<usize, MediaError> {
        Ok(1)
    }

    /// Decodes one part, counted from 0, as [`Self::plan_parts`] planned it for this packet. Once all are decoded, the
    /// memory holds what [`Self::decode`] puts there.
    ///
    /// # Errors
    /// The part's error.
    fn decode_part(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        _part: FramePart<'_>,
        scratch: &mut DecodeScratch,
        memory: &SharedMemory,
    ) -> Result<(), MediaError> {
        memory.write_with(|memory| self.decode(frame, packet, scratch, memory))
    }
}

/// A part of a frame, by its number in the plan.
#[derive(Clone, Copy, Debug)]
pub struct FramePart<'plan> {
    /// The plan.
    pub plan: &'plan SourceState,
    /// The number, from 0.
    pub part: usize,
}

/// State of a decode worker, kept from frame to frame, so that decoding allocates nothing in steady state.
#[derive(Debug, Default)]
pub struct DecodeScratch {
    /// The plan of the frame at hand, if it is decoded in parts.
    pub plan: SourceState,
    /// Buffers of the source.
    pub buffers: SourceState,
}

/// A value whose type only the source knows, in a box that is used again as long as sources of one kind take turns.
#[derive(Debug, Default)]
pub struct SourceState(Option<Box<dyn Any + Send + Sync>>);

impl SourceState {
    /// Lends the value to `use_it`; a new one if there was none of this type.
    pub fn with<T: Any + Default + Send + Sync, R>(
        &mut self,
        use_it: impl FnOnce(&mut T) -> R,
    ) -> R {
        let known = self.0.take().and_then(|known| known.downcast::<T>().ok());
        let mut value = known.unwrap_or_default();
        let result = use_it(&mut value);
        self.0 = Some(value);
        result
    }

    /// The value, if it is of this type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.as_ref()?.downcast_ref()
    }
}

/// Frames of which each needs its predecessors: one decoder, owned by one thread.
pub trait SequentialSource: Send {
    /// The layout of every decoded frame.
    fn layout(&self) -> &Arc<FrameLayout>;

    /// Decodes `frame` into `memory`, going on from where the last call ended if that is quicker than seeking.
    ///
    /// `is_stale` is asked now and then; once it says true the call ends early with [`DecodeOutcome::Stale`].
    ///
    /// # Errors
    /// The error of the demuxer or the decoder.
    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError>;

    /// Allows it to keep decoded frames around the one asked for last, up to so many bytes, so that a step back needs
    /// no new decode; without it, the last one alone is kept. What is over the limit goes at once.
    fn keep(&mut self, _bytes: u64) {}

    /// While nothing is asked for, decodes what may be asked for next, until it is there or `is_interrupted` says that
    /// there is something else to do. Says whether there may be more to do when that is done.
    fn prepare(&mut self, _is_interrupted: &dyn Fn() -> bool) -> bool {
        false
    }

    /// Bytes of decoded frames that it keeps.
    fn kept_bytes(&self) -> u64 {
        0
    }
}

/// Outcome of a sequential decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeOutcome {
    /// The memory holds the frame asked for.
    Frame {
        /// Stored bytes that were read to get it.
        read_bytes: u64,
        /// Time spent reading them, in nanoseconds.
        read_nanos: u64,
    },
    /// The frame is no longer wanted; the memory holds anything.
    Stale,
}

/// Opens a decoder on the thread that will own it.
pub trait SequentialOpener: Send + Sync {
    /// A new decoder at the start of the file.
    ///
    /// # Errors
    /// The error of the file system, the demuxer or the decoder.
    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError>;

    /// Positions of every frame's stored bytes, where they are known.
    fn packets(&self) -> Option<&PacketTable> {
        None
    }

    /// Most frames from one key frame to the next; 1 where every frame stands alone.
    fn longest_group(&self) -> u64 {
        1
    }

    /// A decoder to measure seeking against; none where a frame does not need those before it.
    ///
    /// # Errors
    /// As [`Self::open`].
    fn open_baseline(&self) -> Result<Option<Box<dyn BaselineDecoder>>, MediaError> {
        Ok(None)
    }
}

/// Decodes from the key frame before a frame to the frame itself, and does nothing else: the least that an exact seek
/// without any foresight takes.
pub trait BaselineDecoder {
    /// Decodes every frame from the key frame at or before `frame` to `frame`.
    ///
    /// # Errors
    /// The error of the demuxer or the decoder.
    fn decode(&mut self, frame: FrameIndex) -> Result<(), MediaError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_stays_as_long_as_its_type_is_asked_for() {
        let mut state = SourceState::default();
        state.with(|list: &mut Vec<u8>| list.push(7));
        state.with(|list: &mut Vec<u8>| list.push(8));
        assert_eq!(state.get(), Some(&vec![7_u8, 8]));
        assert_eq!(state.get::<String>(), None, "another type");
        assert!(state.with(|text: &mut String| text.is_empty()), "a new one");
        assert_eq!(state.get::<Vec<u8>>(), None, "it went");
    }
}
