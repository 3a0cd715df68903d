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
use super::origin::origin_box;
use super::picture::Picture;
use super::plan::ConvertPlan;
use super::room::wait_for_room;
use super::schedule::Schedule;
use super::unfinished::Unfinished;
use crate::library::{Priority, give_way};
use crate::media::MediaError;
use crate::media::ffmpeg::mux::{MovWriter, MovieFormat, MuxError};
use crate::media::frame::HeapMemory;
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
    /// True if the disk is full, and room is waited for.
    pub is_waiting_for_room: bool,
}

/// What became of a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Frames written.
    pub frames: u64,
    /// Those of them that were there already, from an earlier run that was ended.
    pub resumed: u64,
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
    damage: Damage,
    /// None for the same as the one before.
    packet: Result<Option<Vec<u8>>, ExportError>,
    memory: Option<HeapMemory>,
}

/// Converts a file to a movie at `path`, which is replaced once the new one is whole. What an earlier run was ended in the
/// midst of is gone on with. Where the disk is full, waits for room.
///
/// `progress` is told after each frame; `is_cancelled` is asked now and then.
///
/// # Errors
/// Why there is no new movie; nothing of it is then left.
pub fn convert(
    plan: &ConvertPlan,
    path: &Path,
    progress: &mut dyn FnMut(Progress),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Converted, ExportError> {
    let clock = Clock::system();
    let mut unfinished = Unfinished::open(path, plan.origin.as_deref())?;
    let mut resumed = None;
    loop {
        let mut reached = Progress {
            done: 0,
            frames: plan.frames,
            bytes: 0,
            elapsed: Time::ZERO,
            is_waiting_for_room: false,
        };
        let mut note = |now: Progress| {
            reached = Progress {
                elapsed: clock.now(),
                ..now
            };
            progress(reached);
        };
        let made = attempt(plan, path, &mut unfinished, &mut note, is_cancelled);
        match made {
            Ok(mut converted) => {
                converted.resumed = resumed.unwrap_or(converted.resumed);
                converted.elapsed = clock.now();
                return Ok(converted);
            }
            Err(error) if error.is_for_want_of_room() => {
                resumed.get_or_insert(0);
                progress(Progress {
                    is_waiting_for_room: true,
                    ..reached
                });
                let frame_bytes = reached.bytes / reached.done.max(1);
                wait_for_room(unfinished.movie(), 8 * frame_bytes, is_cancelled)?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Writes the movie from its beginning, with what is there already.
fn attempt(
    plan: &ConvertPlan,
    path: &Path,
    unfinished: &mut Unfinished,
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
    let writer = MovWriter::create_at(path, unfinished.movie(), &movie, plan.open_sound()?)?;
    let mut out = Output {
        schedule: &plan.schedule,
        writer,
        last: Vec::new(),
        done: 0,
        bytes: 0,
        damage: Damage::default(),
    };
    unfinished.replay(plan.frames, |packet, damage| {
        if is_cancelled() {
            return Err(ExportError::Cancelled);
        }
        out.damage.add(damage);
        out.write(Some(packet))?;
        Ok(())
    })?;
    let resumed = out.done;
    run_threads(plan, &mut out, unfinished, progress, is_cancelled)?;
    if is_cancelled() {
        return Err(ExportError::Cancelled);
    }
    let origin = plan.origin.as_deref().map(origin_box);
    out.writer
        .finish_with(&origin.unwrap_or_default())
        .map_err(ExportError::Mux)?;
    Ok(Converted {
        frames: out.done,
        resumed,
        bytes: out.bytes,
        held: out.damage.lost,
        concealed: out.damage.concealed,
        first_damage: out.damage.first,
        elapsed: Time::ZERO,
    })
}

/// The movie being written.
struct Output<'a> {
    schedule: &'a Schedule,
    writer: MovWriter,
    /// The packet written last.
    last: Vec<u8>,
    done: u64,
    bytes: u64,
    damage: Damage,
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
            elapsed: Time::ZERO,
            is_waiting_for_room: false,
        }
    }
}

/// Decodes, encodes and writes every frame. Ends early, with the frames until then, once it is cancelled.
fn run_threads(
    plan: &ConvertPlan,
    out: &mut Output<'_>,
    unfinished: &mut Unfinished,
    progress: &mut dyn FnMut(Progress),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<(), ExportError> {
    let first = out.done;
    let in_flight = plan.threads + SPARE_FRAMES;
    let (give_back, free) = bounded(in_flight);
    for _ in 0..in_flight {
        let bytes = usize::try_from(plan.maker.layout.bytes).unwrap_or(usize::MAX);
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
            read_frames(plan, first, &free, to_encoders, &is_over)
        })?;
        let encoders: Result<Vec<_>, _> = (0..plan.threads)
            .map(|number| {
                let (frames, to_writer) = (frames.clone(), to_writer.clone());
                start(scope, format!("convert-{number}"), move || {
                    encode_frames(plan, &frames, &to_writer);
                })
            })
            .collect();
        drop((frames, to_writer));
        let written = encoders.and_then(|encoders| {
            let written = write_packets(out, unfinished, packets, &give_back, progress);
            drop(give_back);
            has_ended.store(true, Ordering::Relaxed);
            encoders.into_iter().for_each(joined);
            written
        });
        let read = joined(reader);
        written.and(read)
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
    plan: &ConvertPlan,
    first: u64,
    free: &Receiver<HeapMemory>,
    to_encoders: Sender<(u64, Damage, Content)>,
    is_over: &dyn Fn() -> bool,
) -> Result<(), ExportError> {
    give_way(Priority::Last);
    let mut reader = FrameReader::new(&plan.video);
    let mut last = None;
    let mut has_picture = first > 0;
    let mut spare: Option<HeapMemory> = None;
    for place in first..plan.schedule.frames() {
        let source = plan.schedule.step(place).source;
        let content = if last == Some(source) {
            Content::Repeat
        } else {
            let Some(mut memory) = spare.take().or_else(|| free.recv().ok()) else {
                break;
            };
            match reader.read(source, &mut memory, is_over)? {
                ReadOutcome::Frame => {
                    has_picture = true;
                    Content::Frame(memory)
                }
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
        let damage = reader.take_damage();
        if is_over() || to_encoders.send((place, damage, content)).is_err() {
            break;
        }
    }
    drop(to_encoders);
    match reader.error {
        Some(error) if !has_picture => Err(error.into()),
        _ => Ok(()),
    }
}

/// Encodes whatever frame comes next.
fn encode_frames(
    plan: &ConvertPlan,
    frames: &Receiver<(u64, Damage, Content)>,
    to_writer: &Sender<Encoded>,
) {
    give_way(Priority::Last);
    let mut encoder = FrameEncoder::new(plan.variant, plan.options);
    for (place, damage, content) in frames {
        let mut encode = |picture: Picture| encoder.packet(&picture).map(Some);
        let (packet, memory) = match content {
            Content::Repeat => (Ok(Ok(None)), None),
            Content::Blank => {
                let [width_px, height_px] = plan.size_px;
                let black = image::Rgba([0, 0, 0, 255]);
                let blank = RgbaImage::from_pixel(width_px, height_px, black);
                (Ok(encode(Picture::Levels(blank))), None)
            }
            Content::Frame(memory) => {
                let packet = guarded(|| Ok(encode(plan.maker.picture(memory.bytes()))));
                (packet, Some(memory))
            }
        };
        let packet = match packet {
            Ok(encoded) => encoded.map_err(ExportError::Encode),
            Err(error) => Err(ExportError::Media(named(error, plan))),
        };
        let encoded = Encoded {
            place,
            damage,
            packet,
            memory,
        };
        if to_writer.send(encoded).is_err() {
            return;
        }
    }
}

/// The error of a panic with the file's name.
fn named(error: MediaError, plan: &ConvertPlan) -> MediaError {
    match error {
        MediaError::Panicked { reason, .. } => MediaError::Panicked {
            path: plan.video.facts.path.clone(),
            reason,
        },
        other => other,
    }
}

/// Writes packets in the order of their places. Memory goes back only then, which bounds how many wait for an earlier one.
fn write_packets(
    out: &mut Output<'_>,
    unfinished: &mut Unfinished,
    packets: Receiver<Encoded>,
    give_back: &Sender<HeapMemory>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), ExportError> {
    let mut waiting = BTreeMap::new();
    for encoded in packets {
        waiting.insert(encoded.place, encoded);
        while let Some(encoded) = waiting.remove(&out.done) {
            let offset = out.writer.position();
            out.write(encoded.packet?)?;
            unfinished.note(offset, &out.last, &encoded.damage)?;
            out.damage.add(encoded.damage);
            if let Some(memory) = encoded.memory {
                // The reader may have ended.
                give_back.send(memory).ok();
            }
            progress(out.progress());
        }
    }
    Ok(())
}
