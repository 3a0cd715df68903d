//! Sextet plays and arranges up to six layers of video at 60 pictures a second, and shows in numbers that it drops none
//! of their frames.
//!
//! # The way of a frame
//!
//! ```text
//! project ─► transport (clock) ─► schedule: per layer the frame due now, and the next ones in play order
//!    ─► playback: one queue, earliest deadline first, across all layers
//!         io-N          positioned read of the packet into a pooled buffer
//!         decode-N      HAP: the packet's chunks into the frame's slot, spare workers helping
//!         ffmpeg-LAYER  the rest: one decoder, frame after frame
//!    ─► ring of the layer: slots in memory that the GPU can copy from
//!    ─► gpu: slot ─► texture ─► compositor ─► canvas ─► preview, or readback
//! ```
//!
//! Slots and buffers go back to where they came from. Nothing is read or decoded on the thread that draws. Every due
//! frame is counted once: presented, repeated, late or dropped, with its cause.
//!
//! # The map
//!
//! | folder | what it does | imports |
//! |---|---|---|
//! | [`time`] | flicks, frame indices, rational rates, the clock | nothing |
//! | [`stats`] | counts, histograms, the snapshot for the window, the report for scripts, the doctor's findings | `time` |
//! | [`project`] | the document: model, edits, undo, the file | `time` |
//! | [`transport`] | the playhead; from project time to media frames, now and next | `time`, `project` |
//! | [`media`] | opening files; HAP; FFmpeg; frames in memory | `time`, `stats` |
//! | [`playback`] | the queue, the workers, the rings, the memory budget | `time`, `stats`, `media` |
//! | [`gpu`] | device, staging memory, textures, the compositor | `time`, `stats`, `media::frame`, of `project` what a layer looks like |
//! | [`engine`] | all of the above tied together, without a window | all above |
//! | [`ui`] | what the window draws; gives back commands | `time`, `stats`, `project`, `transport` |
//! | [`app`] | the window: carries commands out, opens and saves | all above |
//! | [`cli`] | the command line, one file per command | all above |
//!
//! `tests/architecture` holds the code to it. The window, `play --headless`, the benches and the tests all drive the
//! same [`engine`].
//!
//! # Threads
//!
//! | name | how many | what it does | owner |
//! |---|---|---|---|
//! | `main` | 1 | the window, the engine's tick, every call into wgpu | the system |
//! | `io-N` | 3 or 4, up to 10 when disks do not answer | reads packets | [`playback::workers::Workers`] |
//! | `decode-N` | one per core, at most 16 | decodes HAP, spare ones the chunks of another's frame | [`playback::workers::Workers`] |
//! | `ffmpeg-LAYER` | one per layer that needs it | one decoder each | [`playback::sequential::SequentialThread`] |
//! | `live` | one per live source | connects, decodes, keeps the newest pictures | its files; not joined, since it may wait for a network |
//! | `index-N` | 2, up to 16 when files do not answer, lowest priority | opens files, finds their proxies, makes thumbnails | the engine |
//! | `proxy` | 1 where there are proxies, lowest priority | makes them while nothing plays | the engine |
//! | `watch` | 1 | reads what the system says of threads, once a second | the engine |
//! | `project-io` | 1 | reads and writes project files and settings | the app |
//! | `recovery` | 1 | keeps unsaved changes for after a crash, whatever `project-io` waits for | the app |
//! | `media-files` | 1 | collects media, searches for missing ones | the app |
//! | `notify-rs inotify loop` | 1 | hears of media files that change (named by its crate; other names elsewhere) | the app |
//! | `signals` | 1 | hears that the system wishes the window to end | the window |
//! | `doctor` | 1 | examines the project when asked | the app |
//! | `report` | 1 in `play --headless --report` | writes the report each minute | the command |
//! | `open` | one per file, until it is open, in `play` and `doctor` of files | opens it to ask how long it is | not joined, since a disk may keep it |
//! | `look` | one per path, until its disk answers | looks whether files named to the window, projects opened lately and folders to be watched are there | not joined, for the same reason |
//! | `file-dialog` | while one is open | asks for files | the app |
//!
//! Each is stopped and joined by its owner. Since a disk may keep them for ever, those of the engine are waited for three
//! seconds and no longer, those of the app that read and write files ten. Channels and queues are bounded.
//!
//! A panic in any of them is told and gone on after: in `io-N`, `decode-N`, `ffmpeg-LAYER`, `live` and `index-N` as an
//! error of the layer, in the others as a message, and in `main` as a dialog, with unsaved changes kept. Which test breaks
//! each of them down: `io-N`, `decode-N`, `ffmpeg-LAYER` `tests/playback/threads.rs` and `parts.rs`; `live`
//! `tests/media/live.rs`; `index-N`, `proxy`, `watch` `tests/engine/breakdowns.rs`; `report` `cli/soak.rs`; all those
//! of the app, and `main`, `tests/app/breakdowns.rs`.
//!
//! # Where `unsafe` is, and why
//!
//! `unsafe_code` is denied; each exception is marked with its reason, each block states why it is sound, and
//! `tests/architecture` knows the files. None of them reads untrusted bytes in Rust.
//!
//! | file | what for |
//! |---|---|
//! | `media/ffmpeg/by_ending.rs` | telling libavformat what a file is that only its name tells |
//! | `media/ffmpeg/camera.rs` | opening a device that does not block its reader, which ffmpeg-next cannot |
//! | `media/ffmpeg/convert.rs` | moving a scaler to another thread; setting its colour coefficients |
//! | `media/ffmpeg/decoder.rs`, `stream.rs`, `skipping.rs` | fields of codec parameters that ffmpeg-next does not show |
//! | `media/ffmpeg/demuxer.rs` | libavformat's own index; seeking by stream; a flag of packets |
//! | `media/ffmpeg/hardware.rs` | hardware devices and frames, of which ffmpeg-next knows nothing |
//! | `media/ffmpeg/mux.rs` | the codec parameters of a new stream |
//! | `media/ffmpeg/pixels.rs` | libavutil's static tables of pixel formats |
//! | `media/io/mmap.rs` | a mapping of a file, which changes when the file does |
//! | `media/io/uring.rs` | a buffer that the kernel writes to until it says that it is done |

// Support that unit tests share with the tests outside calls the crate by its name.
#[cfg(test)]
extern crate self as sextet;

pub mod app;
pub mod cli;
pub mod command;
pub mod control;
pub mod doctor;
pub mod engine;
pub mod gpu;
pub mod library;
pub mod media;
pub mod playback;
pub mod project;
pub mod settings;
pub mod stats;
pub mod status;
pub mod time;
pub mod transport;
pub mod ui;
