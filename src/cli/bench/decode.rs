//! `sextet bench decode`: bare throughput, no engine.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde::Serialize;

use super::each_file::{Report, measured};
use crate::cli::output;
use crate::media::frame::{FrameLayout, HeapMemory, Plane};
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeOutcome, DecodeScratch, FrameSource, SequentialOpener};
use crate::media::{self, MediaError, TextureSupport, Video, VideoSource};
use crate::playback::guarded;
use crate::project::shown;
use crate::stats::per_second;
use crate::time::{Clock, FLICKS_PER_SECOND, FrameIndex, Time};

/// Length of each of the two measurements of a file.
const SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND * 3 / 2);

/// Most bytes of packets held in memory; of longer files the first frames are decoded.
const MOST_PACKET_BYTES: u64 = 1 << 30;

/// Arguments of `bench decode`.
#[derive(clap::Args, Clone, Debug)]
pub struct DecodeArgs {
    /// The files, measured one after the other.
    #[arg(required = true)]
    media: Vec<PathBuf>,
    /// Threads that decode HAP; FFmpeg chooses for its own codecs.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256),
          allow_negative_numbers = true)]
    threads: u16,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// The result for a file; its names are a contract.
#[derive(Serialize)]
struct FileReport {
    media: String,
    codec: String,
    width: u32,
    height: u32,
    frames: u64,
    decode_fps: f64,
    read_decode_fps: f64,
    texture_gb_per_s: f64,
}

/// Frames per second from memory, and from the file.
struct Rates {
    decode_fps: f64,
    read_decode_fps: f64,
}

/// Measures each file.
///
/// # Errors
/// If none of the files can be read.
pub fn run(args: &DecodeArgs) -> anyhow::Result<ExitCode> {
    let files = measured(&args.media, "decoded", |path| {
        let media = media::open_video(path, TextureSupport::BlockCompressed);
        let report = media.and_then(|media| measure(&media, args.threads));
        report.map_err(|error| error.to_string())
    })?;
    files.report(args.threads, args.json, table)
}

fn measure(media: &Video, threads: u16) -> Result<FileReport, MediaError> {
    let frames = media.facts.timing.frames();
    let rates = match &media.source {
        VideoSource::Pooled(source) => {
            let read_decode_fps = read_and_decode(&**source, frames, threads)?;
            let packets = packets_in_memory(&**source, frames)?;
            Rates {
                decode_fps: decode_from_memory(&**source, &packets, threads)?,
                read_decode_fps,
            }
        }
        VideoSource::Sequential(opener) => decode_in_order(&**opener, frames)?,
    };
    let facts = &media.facts;
    Ok(FileReport {
        media: shown(&facts.path).to_string(),
        codec: facts.codec.clone(),
        width: facts.width_px,
        height: facts.height_px,
        frames,
        decode_fps: rates.decode_fps,
        read_decode_fps: rates.read_decode_fps,
        texture_gb_per_s: rates.decode_fps * texture_bytes(&media.layout) as f64 / 1e9,
    })
}

/// Bytes of a decoded frame without row padding.
fn texture_bytes(layout: &FrameLayout) -> u64 {
    layout.planes.iter().map(Plane::tight_bytes).sum()
}

fn memory_for(layout: &FrameLayout) -> HeapMemory {
    HeapMemory::new(usize::try_from(layout.bytes).unwrap_or(usize::MAX))
}

fn packets_in_memory(
    source: &dyn FrameSource,
    frames: u64,
) -> Result<Vec<PacketBuffer>, MediaError> {
    let mut packets = Vec::new();
    let mut bytes = 0;
    for frame in 0..frames {
        let mut packet = PacketBuffer::default();
        source.read(FrameIndex(frame), &mut packet)?;
        bytes += packet.len() as u64;
        packets.push(packet);
        if bytes >= MOST_PACKET_BYTES {
            break;
        }
    }
    Ok(packets)
}

fn decode_from_memory(
    source: &dyn FrameSource,
    packets: &[PacketBuffer],
    threads: u16,
) -> Result<f64, MediaError> {
    repeat_on_threads(threads, packets.len() as u64, &|| {
        let mut scratch = DecodeScratch::default();
        let mut memory = memory_for(source.layout());
        move |frame: u64| match packets.get(usize::try_from(frame).unwrap_or(0)) {
            Some(packet) => source.decode(FrameIndex(frame), packet, &mut scratch, &mut memory),
            None => Ok(()),
        }
    })
}

fn read_and_decode(source: &dyn FrameSource, frames: u64, threads: u16) -> Result<f64, MediaError> {
    repeat_on_threads(threads, frames, &|| {
        let mut scratch = DecodeScratch::default();
        let mut memory = memory_for(source.layout());
        let mut packet = PacketBuffer::default();
        move |frame: u64| {
            let frame = FrameIndex(frame);
            if source.read_into(frame, &mut packet, &mut memory)?.is_some() {
                return Ok(());
            }
            source.read(frame, &mut packet)?;
            source.decode(frame, &packet, &mut scratch, &mut memory)
        }
    })
}

/// Has threads take frame after frame, in a loop over all, for [`SPAN`]; gives frames per second of all together.
///
/// `worker` makes what a thread does with a frame. It does one before the clock starts, so that memory is there.
fn repeat_on_threads<W>(
    threads: u16,
    frames: u64,
    worker: &(dyn Fn() -> W + Sync),
) -> Result<f64, MediaError>
where
    W: FnMut(u64) -> Result<(), MediaError>,
{
    let next = AtomicU64::new(0);
    let begin = std::sync::Barrier::new(usize::from(threads));
    let results: Vec<Result<(u64, Time), MediaError>> = thread::scope(|scope| {
        let work = || {
            let mut work = worker();
            let warmed_up = guarded(|| work(0));
            // Reached whatever happened, or the others would wait for ever.
            begin.wait();
            warmed_up?;
            let clock = Clock::system();
            let mut done = 0;
            while clock.now() < SPAN {
                // Relaxed: only the number counts.
                work(next.fetch_add(1, Ordering::Relaxed) % frames.max(1))?;
                done += 1;
            }
            Ok((done, clock.now()))
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .map(|handle| {
                handle.join().unwrap_or_else(|_| {
                    Err(MediaError::Panicked {
                        path: PathBuf::new(),
                        reason: "a measuring thread".to_owned(),
                    })
                })
            })
            .collect()
    });
    let mut fps = 0.0;
    for result in results {
        let (done, elapsed) = result?;
        fps += per_second(done as f64, elapsed.seconds());
    }
    Ok(fps)
}

/// Decodes from the first frame on, in a loop, for [`SPAN`] and at least one frame. Reading is measured by the
/// demuxer; what is left is decoding.
fn decode_in_order(opener: &dyn SequentialOpener, frames: u64) -> Result<Rates, MediaError> {
    let mut decoder = opener.open()?;
    let mut memory = memory_for(decoder.layout());
    let clock = Clock::system();
    let (mut done, mut read_nanos) = (0_u64, 0_u64);
    while done == 0 || clock.now() < SPAN {
        let frame = FrameIndex(done % frames.max(1));
        if let DecodeOutcome::Frame {
            read_nanos: nanos, ..
        } = decoder.decode(frame, &mut memory, &|| false)?
        {
            read_nanos += nanos;
        }
        done += 1;
    }
    let seconds = clock.now().seconds();
    let decoding = seconds - read_nanos as f64 / 1e9;
    Ok(Rates {
        decode_fps: per_second(done as f64, decoding),
        read_decode_fps: per_second(done as f64, seconds),
    })
}

fn table(report: &Report<FileReport>) -> String {
    let mut lines = vec![format!(
        "{:>8}  {:>11}  {:>10}  {:>15}  {:>12}  media",
        "codec", "size", "decode fps", "read+decode fps", "texture GB/s"
    )];
    for file in &report.files {
        lines.push(format!(
            "{:>8}  {:>11}  {:>10.1}  {:>15.1}  {:>12.2}  {}",
            file.codec,
            format!("{}×{}", file.width, file.height),
            file.decode_fps,
            file.read_decode_fps,
            file.texture_gb_per_s,
            file.media
        ));
    }
    lines.push(format!("threads: {}", report.threads));
    output::joined(&lines)
}
