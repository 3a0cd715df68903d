//! Cost of a frame of each file, read from the page cache and decoded with nothing else going on.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::media::frame::HeapMemory;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeScratch, FrameSource, SequentialOpener};
use crate::media::{MediaError, Video, VideoSource};
use crate::playback::guarded;
use crate::stats::per_second;
use crate::stats::process::{self, ProcessUsage};
use crate::time::{Clock, FLICKS_PER_SECOND, FrameIndex, Time};

/// Length of one file's measurement.
const SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND / 5);

/// The same for a file with a decoder of its own, whose first frames are slower.
const SEQUENTIAL_SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND / 2);

/// Neighbouring frames that are decoded over and over: enough to differ, few enough to stay in the page cache.
const FRAMES: u64 = 24;

/// Cost of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    /// Frames per second, with all cores at it; for a decoder of its own, with all that it uses.
    pub fps: f64,
    /// Seconds of one core for a frame.
    pub core_s: f64,
    /// True if frames come from one decoder, in their order.
    pub is_sequential: bool,
}

/// Measures a file with this many threads.
///
/// # Errors
/// The file's error.
pub(super) fn measure(video: &Video, threads: usize) -> Result<Cost, MediaError> {
    match &video.source {
        VideoSource::Pooled(source) => pooled(&**source, video.facts.timing.frames(), threads),
        VideoSource::Sequential(opener) => {
            sequential(&**opener, video.layout.bytes, video.facts.timing.frames())
        }
    }
}

fn memory(bytes: u64) -> HeapMemory {
    HeapMemory::new(usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// Work of one thread.
struct Share {
    frames: u64,
    cpu_s: f64,
    wall_s: f64,
}

fn pooled(source: &dyn FrameSource, frames: u64, threads: usize) -> Result<Cost, MediaError> {
    let first = frames / 3;
    let count = FRAMES.min(frames - first).max(1);
    let next = AtomicU64::new(0);
    let clock = Clock::system();
    let work = || -> Result<Share, MediaError> {
        let mut memory = memory(source.layout().bytes);
        let mut scratch = DecodeScratch::default();
        let mut packet = PacketBuffer::default();
        let mut frame = || {
            // Relaxed: each number is taken once, and nothing else hangs on it.
            let frame = FrameIndex(first + next.fetch_add(1, Ordering::Relaxed) % count);
            source.read(frame, &mut packet)?;
            source.decode(frame, &packet, &mut scratch, &mut memory)
        };
        // The first brings buffers and the file into memory.
        frame()?;
        let (begin, cpu_begin) = (clock.now(), process::thread_cpu_seconds());
        let mut done = 0;
        while clock.now() - begin < SPAN {
            frame()?;
            done += 1;
        }
        let wall_s = (clock.now() - begin).seconds();
        let cpu = process::thread_cpu_seconds().zip(cpu_begin);
        Ok(Share {
            frames: done,
            cpu_s: cpu.map_or(wall_s, |(end, begin)| end - begin),
            wall_s,
        })
    };
    let shares: Result<Vec<Share>, MediaError> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads.max(1))
            .map(|_| scope.spawn(|| guarded(work)))
            .collect();
        running
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_panic| {
                    Err(MediaError::Panicked {
                        path: std::path::PathBuf::new(),
                        reason: "while it was measured".to_owned(),
                    })
                })
            })
            .collect()
    });
    let shares = shares?;
    let total: u64 = shares.iter().map(|share| share.frames).sum();
    let cpu_s: f64 = shares.iter().map(|share| share.cpu_s).sum();
    Ok(Cost {
        fps: shares
            .iter()
            .map(|share| per_second(share.frames as f64, share.wall_s))
            .sum(),
        core_s: cpu_s / total.max(1) as f64,
        is_sequential: false,
    })
}

fn sequential(
    opener: &dyn SequentialOpener,
    frame_bytes: u64,
    frames: u64,
) -> Result<Cost, MediaError> {
    let mut memory = memory(frame_bytes);
    guarded(|| {
        let mut decoder = opener.open()?;
        decoder.decode(FrameIndex(0), &mut memory, &|| false)?;
        let clock = Clock::system();
        let cpu_begin = ProcessUsage::now().cpu_seconds;
        let mut done = 0;
        // A still is one frame, decoded once and shown for ever.
        while frames > 1 && clock.now() < SEQUENTIAL_SPAN {
            decoder.decode(FrameIndex((done + 1) % frames), &mut memory, &|| false)?;
            done += 1;
        }
        if done == 0 {
            return Ok(Cost {
                fps: f64::INFINITY,
                core_s: 0.0,
                is_sequential: true,
            });
        }
        let wall_s = clock.now().seconds();
        let cpu_s = ProcessUsage::now().cpu_seconds - cpu_begin;
        Ok(Cost {
            fps: per_second(done as f64, wall_s),
            // Where the system says nothing, one core is taken for the whole time.
            core_s: if cpu_s > 0.0 { cpu_s } else { wall_s } / done as f64,
            is_sequential: true,
        })
    })
}
