//! The conversion itself: threads, order, and the file.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope, ScopedJoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use image::RgbaImage;

use super::encoder::FrameEncoder;
use super::error::ExportError;
use super::frames::{Damage, FrameReader, ReadOutcome};
use super::picture::{Picture, PictureMaker};
use super::plan::ConvertPlan;
use super::schedule::Schedule;
use crate::media::ffmpeg::mux::{MovWriter, MovieFormat, MuxError};
use crate::media::frame::HeapMemory;
use crate::media::hap::HapVariant;
use crate::media::hap::encode::FrameOptions;
use crate::media::{MediaError, Video};
use crate::playback::guarded;
use crate::time::{Clock, Time};

/// Frames in memory beside those that are being encoded: one being decoded, one waiting.
const SPARE_FRAMES: usize = 2;

/// Progress of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames written.
    pub done: u64,
    /// Frames that there will be.
    pub frames: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Time since the beginning.
    pub elapsed: Time,
}

/// What became of a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Frames written.
    pub frames: u64,
    /// Bytes of their packets.
    pub bytes: u64,
    /// Frames that hold the picture before, since theirs cannot be decoded.
    pub held: u64,
    /// Places at which errors of the source were concealed.
    pub concealed: u64,
    /// What was said of the first damage; none if the source is whole.
    pub first_damage: Option<String>,
    /// Time that it took.
    pub elapsed: Time,
}

/// A frame on its way to an encoder.
enum Content {
    /// Decoded.
    Frame(HeapMemory),
    /// The same as the frame before.
    Repeat,
    /// None was decoded yet, and there must be something to show.
    Blank,
}

/// A packet on its way to the file.
struct Encoded {
    place: u64,
    /// None for the same as the one before.
    packet: Result<Option<Vec<u8>>, ExportError>,
    memory: Option<HeapMemory>,
}

/// Converts a file to a movie at `path`, which is replaced once the new one is whole.
///
/// `progress` is told after each frame; `is_cancelled` is asked now and then.
///
/// # Errors
/// Why there is no new movie.
pub fn convert(
    mut plan: ConvertPlan,
    path: &Path,
    progress: &mut dyn FnMut(Progress),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Converted, ExportError> {
    let movie = MovieFormat {
        variant: plan.variant,
        size_px: plan.size_px,
        rate: plan.rate,
        units_per_second: plan.schedule.units_per_second(),
        pixel_aspect: plan.maker.pixel_aspect(),
        has_colour_tags: true,
        metadata: &plan.metadata,
    };
    let sound = plan.sound_copy.take();
    let writer = MovWriter::create_with(path, &movie, sound)?;
    let clock = Clock::system();
    let mut out = Output {
        schedule: &plan.schedule,
        writer,
        last: Vec::new(),
        done: 0,
        bytes: 0,
        clock: &clock,
    };
    let work = Work {
        variant: plan.variant,
        size_px: plan.size_px,
        video: &plan.video,
        maker: &plan.maker,
        schedule: &plan.schedule,
        options: plan.options,
        threads: plan.threads,
    };
    let damage = run_threads(&work, &mut out, progress, is_cancelled)?;
    if is_cancelled() {
        return Err(ExportError::Cancelled);
    }
    let (frames, bytes) = (out.done, out.bytes);
    out.writer.finish().map_err(ExportError::Mux)?;
    Ok(Converted {
        frames,
        bytes,
        held: damage.lost,
        concealed: damage.concealed,
        first_damage: damage.first,
        elapsed: clock.now(),
    })
}

/// What all threads know of the plan.
struct Work<'a> {
    variant: HapVariant,
    size_px: [u32; 2],
    video: &'a Video,
    maker: &'a PictureMaker,
    schedule: &'a Schedule,
    options: FrameOptions,
    threads: usize,
}

/// The movie being written.
struct Output<'a> {
    schedule: &'a Schedule,
    writer: MovWriter,
    /// The packet written last.
    last: Vec<u8>,
    done: u64,
    bytes: u64,
    clock: &'a Clock,
}

impl Output<'_> {
    fn write(&mut self, packet: Option<Vec<u8>>) -> Result<(), MuxError> {
        if let Some(packet) = packet {
            self.last = packet;
        }
        let step = self.schedule.step(self.done);
        self.writer
            .write_at(&self.last, step.begin, step.duration)?;
        self.done += 1;
        self.bytes += self.last.len() as u64;
        Ok(())
    }

    fn progress(&self) -> Progress {
        Progress {
            done: self.done,
            frames: self.schedule.frames(),
            bytes: self.bytes,
            elapsed: self.clock.now(),
        }
    }
}

/// Decodes, encodes and writes every frame. Ends early, with the frames until then, once it is cancelled.
fn run_threads(
    work: &Work<'_>,
    out: &mut Output<'_>,
    progress: &mut dyn FnMut(Progress),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Damage, ExportError> {
    let in_flight = work.threads + SPARE_FRAMES;
    let (give_back, free) = bounded(in_flight);
    for _ in 0..in_flight {
        let bytes = usize::try_from(work.maker.layout.bytes).unwrap_or(usize::MAX);
        // The channel has room for all.
        give_back.send(HeapMemory::new(bytes)).ok();
    }
    let (to_encoders, frames) = bounded(1);
    let (to_writer, packets) = bounded(1);
    // Says to the reader that nobody waits for its frames any more.
    let has_ended = AtomicBool::new(false);
    let is_over = || is_cancelled() || has_ended.load(Ordering::Relaxed);
    thread::scope(|scope| {
        let reader = start(scope, "convert-read".to_owned(), || {
            read_frames(work, &free, to_encoders, &is_over)
        })?;
        let encoders: Result<Vec<_>, _> = (0..work.threads)
            .map(|number| {
                let (frames, to_writer) = (frames.clone(), to_writer.clone());
                start(scope, format!("convert-{number}"), move || {
                    encode_frames(work, &frames, &to_writer);
                })
            })
            .collect();
        drop((frames, to_writer));
        let written = encoders.and_then(|encoders| {
            let written = write_packets(out, packets, &give_back, progress);
            drop(give_back);
            has_ended.store(true, Ordering::Relaxed);
            encoders.into_iter().for_each(joined);
            written
        });
        let damage = joined(reader);
        written.and(damage)
    })
}

/// Starts a thread; a panic in it goes on where it is joined.
fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    run: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, ExportError> {
    thread::Builder::new()
        .name(name)
        .spawn_scoped(scope, run)
        .map_err(ExportError::Thread)
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Decodes the frames of the schedule in order, into memory that comes back once they are written.
fn read_frames(
    work: &Work<'_>,
    free: &Receiver<HeapMemory>,
    to_encoders: Sender<(u64, Content)>,
    is_over: &dyn Fn() -> bool,
) -> Result<Damage, ExportError> {
    let mut reader = FrameReader::new(work.video);
    let mut last = None;
    let mut has_picture = false;
    let mut spare: Option<HeapMemory> = None;
    for place in 0..work.schedule.frames() {
        let source = work.schedule.step(place).source;
        let content = if last == Some(source) {
            Content::Repeat
        } else {
            let Some(mut memory) = spare.take().or_else(|| free.recv().ok()) else {
                break;
            };
            match reader.read(source, &mut memory, is_over)? {
                ReadOutcome::Frame => Content::Frame(memory),
                ReadOutcome::Cancelled => break,
                ReadOutcome::Lost => {
                    spare = Some(memory);
                    if has_picture {
                        Content::Repeat
                    } else {
                        Content::Blank
                    }
                }
            }
        };
        last = Some(source);
        has_picture = true;
        if is_over() || to_encoders.send((place, content)).is_err() {
            break;
        }
    }
    drop(to_encoders);
    Ok(reader.damage)
}

/// Encodes whatever frame comes next.
fn encode_frames(work: &Work<'_>, frames: &Receiver<(u64, Content)>, to_writer: &Sender<Encoded>) {
    let mut encoder = FrameEncoder::new(work.variant, work.options);
    for (place, content) in frames {
        let mut encode = |picture: Picture| encoder.packet(&picture).map(Some);
        let (packet, memory) = match content {
            Content::Repeat => (Ok(Ok(None)), None),
            Content::Blank => {
                let [width_px, height_px] = work.size_px;
                let black = image::Rgba([0, 0, 0, 255]);
                let blank = RgbaImage::from_pixel(width_px, height_px, black);
                (Ok(encode(Picture::Levels(blank))), None)
            }
            Content::Frame(memory) => {
                let packet = guarded(|| Ok(encode(work.maker.picture(memory.bytes()))));
                (packet, Some(memory))
            }
        };
        let packet = match packet {
            Ok(encoded) => encoded.map_err(ExportError::Encode),
            Err(error) => Err(ExportError::Media(named(error, work))),
        };
        let encoded = Encoded {
            place,
            packet,
            memory,
        };
        if to_writer.send(encoded).is_err() {
            return;
        }
    }
}

/// The error of a panic with the file's name.
fn named(error: MediaError, work: &Work<'_>) -> MediaError {
    match error {
        MediaError::Panicked { reason, .. } => MediaError::Panicked {
            path: work.video.facts.path.clone(),
            reason,
        },
        other => other,
    }
}

/// Writes packets in the order of their places. Memory goes back only then, which bounds how many wait for an earlier one.
fn write_packets(
    out: &mut Output<'_>,
    packets: Receiver<Encoded>,
    give_back: &Sender<HeapMemory>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), ExportError> {
    let mut waiting = BTreeMap::new();
    for encoded in packets {
        waiting.insert(encoded.place, encoded);
        while let Some(encoded) = waiting.remove(&out.done) {
            out.write(encoded.packet?)?;
            if let Some(memory) = encoded.memory {
                // The reader may have ended.
                give_back.send(memory).ok();
            }
            progress(out.progress());
        }
    }
    Ok(())
}
