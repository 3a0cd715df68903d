//! Sources of frames that do what a test tells them, and memory that is counted.
//!
//! A frame's memory carries the number of its source and of the frame, so that a frame in the wrong place is found out.

use std::path::PathBuf;
use std::sync::Arc;

use sextet::media::frame::{
    ColourModel, FrameLayout, FrameMemory, FrameMemoryPool, HeapMemory, PlaneFormat, SharedMemory,
};
use sextet::media::io::{PacketBuffer, ReadReason};
use sextet::media::source::{
    DecodeOutcome, DecodeScratch, FramePart, FrameSource, SequentialOpener, SequentialSource,
    SourceState,
};
use sextet::media::{Backend, MediaError, PlayedBy, ReadPath, Video, VideoFacts, VideoSource};
use sextet::playback::heap::HeapPool;
use sextet::playback::{FrameKey, ScheduledFrame, Source, SourceId};
use sextet::time::{FrameIndex, FrameRate, MediaTiming, Time};

/// A step of a frame's way through a source: it may return at once, wait for the test, fail, or panic.
pub type Step = Arc<dyn Fn(FrameIndex) -> Result<(), MediaError> + Send + Sync>;

/// A step at which nothing happens.
pub fn nothing() -> Step {
    Arc::new(|_| Ok(()))
}

/// An error that names the frame.
pub fn failure(frame: FrameIndex) -> MediaError {
    let path = PathBuf::from("scripted");
    MediaError::Truncated { path, frame }
}

/// A source whose frames any worker may read and decode, scripted for both.
pub fn pooled(id: u64, on_read: Step, on_decode: Step) -> Source {
    let on_part: PartStep = Arc::new(|frame, _| panic!("frame {frame} has one part"));
    in_parts(id, 1, on_read, on_decode, on_part)
}

/// A step at which a source decodes a part of a frame.
pub type PartStep = Arc<dyn Fn(FrameIndex, usize) -> Result<(), MediaError> + Send + Sync>;

/// As [`pooled`], with frames of so many parts that several workers may decode at once.
pub fn in_parts(
    id: u64,
    parts: usize,
    on_read: Step,
    on_decode: Step,
    on_part: PartStep,
) -> Source {
    let source = Pooled {
        id,
        layout: layout(),
        parts,
        on_read,
        on_decode,
        on_part,
    };
    source_of(id, VideoSource::Pooled(Arc::new(source)))
}

/// A step of a scripted decoder with a frame; it is given the question whether the frame is stale.
pub type SequentialStep =
    Arc<dyn Fn(FrameIndex, &dyn Fn() -> bool) -> Result<DecodeOutcome, MediaError> + Send + Sync>;

/// A decoded frame that cost nothing.
pub const DECODED: DecodeOutcome = DecodeOutcome::Frame {
    read_bytes: 1,
    read_nanos: 0,
};

/// A source with one decoder, scripted.
pub fn sequential(id: u64, on_decode: SequentialStep) -> Source {
    let opener = Opener {
        id,
        layout: layout(),
        on_decode,
    };
    source_of(id, VideoSource::Sequential(Arc::new(opener)))
}

fn source_of(id: u64, source: VideoSource) -> Source {
    let facts = VideoFacts {
        path: PathBuf::from(format!("scripted-{id}")),
        codec: "scripted".to_owned(),
        width_px: 256,
        height_px: 1,
        coded_width_px: 256,
        coded_height_px: 1,
        colour: String::new(),
        shape: sextet::media::frame::Shape::default(),
        timing: MediaTiming::constant(FrameRate::FPS_60, 100_000),
        mean_mb_per_s: 0.0,
        peak_mb_per_s: 0.0,
        chunks: 1,
        played_by: PlayedBy::Ffmpeg,
        why: String::new(),
    };
    let video = Video {
        facts: Arc::new(facts),
        layout: layout(),
        source,
        read_path: ReadPath {
            backend: Backend::Ffmpeg,
            why: ReadReason::Demuxed,
            fallback: None,
        },
        health: Arc::default(),
    };
    Source {
        id: SourceId(id),
        video,
    }
}

fn layout() -> Arc<FrameLayout> {
    let colour = ColourModel::Grey {
        is_full_range: true,
    };
    let layout = FrameLayout::new(256, 1, colour, &[(PlaneFormat::R8, 0, 0)]);
    Arc::new(layout.expect("a small picture"))
}

struct Pooled {
    id: u64,
    layout: Arc<FrameLayout>,
    parts: usize,
    on_read: Step,
    on_decode: Step,
    on_part: PartStep,
}

impl FrameSource for Pooled {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn read(&self, frame: FrameIndex, packet: &mut PacketBuffer) -> Result<(), MediaError> {
        packet.resize(16).copy_from_slice(&mark(self.id, frame));
        (self.on_read)(frame)
    }

    fn decode(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        _scratch: &mut DecodeScratch,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), MediaError> {
        assert_eq!(packet, mark(self.id, frame), "the packet is the frame's");
        memory.write(0, packet).expect("room for the mark");
        (self.on_decode)(frame)
    }

    fn plan_parts(
        &self,
        _frame: FrameIndex,
        _packet: &[u8],
        _plan: &mut SourceState,
    ) -> Result<usize, MediaError> {
        Ok(self.parts)
    }

    fn decode_part(
        &self,
        frame: FrameIndex,
        packet: &[u8],
        part: FramePart<'_>,
        _scratch: &mut DecodeScratch,
        memory: &SharedMemory,
    ) -> Result<(), MediaError> {
        assert_eq!(packet, mark(self.id, frame), "the packet is the frame's");
        (self.on_part)(frame, part.part)?;
        // Each writes its share of the mark, so that a frame of which one is missing is found out.
        let share = |part: usize| packet.len() * part / self.parts;
        let (begin, end) = (share(part.part), share(part.part + 1));
        memory
            .write_with(|memory| memory.write(begin, &packet[begin..end]))
            .expect("room for the mark");
        Ok(())
    }
}

struct Opener {
    id: u64,
    layout: Arc<FrameLayout>,
    on_decode: SequentialStep,
}

impl SequentialOpener for Opener {
    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError> {
        Ok(Box::new(Decoder {
            id: self.id,
            layout: Arc::clone(&self.layout),
            on_decode: Arc::clone(&self.on_decode),
        }))
    }
}

struct Decoder {
    id: u64,
    layout: Arc<FrameLayout>,
    on_decode: SequentialStep,
}

impl SequentialSource for Decoder {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        let decoded = (self.on_decode)(frame, is_stale)?;
        if decoded != DecodeOutcome::Stale {
            memory
                .write(0, &mark(self.id, frame))
                .expect("room for the mark");
        }
        Ok(decoded)
    }
}

fn mark(source: u64, frame: FrameIndex) -> [u8; 16] {
    let mut mark = [0; 16];
    mark[..8].copy_from_slice(&source.to_le_bytes());
    mark[8..].copy_from_slice(&frame.0.to_le_bytes());
    mark
}

/// Panics unless the memory holds this frame.
pub fn verify_frame(memory: &mut dyn FrameMemory, key: FrameKey) {
    let bytes = memory.bytes_mut().expect("ordinary memory");
    assert_eq!(
        bytes[..16],
        mark(key.source.0, key.frame),
        "the memory holds frame {key:?}"
    );
}

/// A frame of a source.
pub fn key(source: u64, frame: u64) -> FrameKey {
    FrameKey {
        source: SourceId(source),
        frame: FrameIndex(frame),
    }
}

/// Consecutive frames of a source, one flick apart.
pub fn window(source: u64, from: u64, count: u64) -> Vec<ScheduledFrame> {
    (from..from + count)
        .map(|frame| ScheduledFrame {
            key: key(source, frame),
            deadline: Time::from_flicks(frame as i64),
        })
        .collect()
}

/// Ordinary memory, and how much of it is lent out.
#[derive(Default)]
pub struct CountingPool {
    heap: HeapPool,
    /// Pieces of memory that have not come back.
    pub lent: usize,
}

impl FrameMemoryPool for CountingPool {
    fn take(&mut self, bytes: u64) -> Option<Box<dyn FrameMemory>> {
        let memory = self.heap.take(bytes)?;
        self.lent += 1;
        Some(memory)
    }

    fn give_back(&mut self, mut memory: Box<dyn FrameMemory>) {
        // What comes back must not be taken for a frame ever again.
        if let Some(bytes) = memory.bytes_mut() {
            bytes[..16].fill(0xEE);
        }
        self.lent = self
            .lent
            .checked_sub(1)
            .expect("nothing comes back that was not lent");
        self.heap.give_back(memory);
    }

    fn held_bytes(&self) -> u64 {
        self.heap.held_bytes()
    }
}

/// Memory of one byte, for frames that nobody looks at.
pub fn memory_of_one_byte() -> Box<dyn FrameMemory> {
    Box::new(HeapMemory::new(1))
}

/// Numbers that look random and are the same in each run (xorshift64, Marsaglia 2003).
pub struct Numbers(pub u64);

impl Numbers {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
