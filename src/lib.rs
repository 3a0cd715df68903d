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
//!         ffmpeg-DECK   the rest: one decoder, frame after frame
//!    ─► ring of the layer: slots in memory that the GPU can copy from
//!    ─► gpu: slot ─► texture ─► compositor ─► canvas ─► preview, or readback
//! ```
//!
//! Slots and buffers go back to where they came from. Nothing is read or decoded on the thread that draws. Every due
//! frame is counted once: presented, repeated, late or dropped, with its cause.
//!
//! # The way of sound
//!
//! ```text
//! project, files ─► scene ─┐                    sound-decode ─► blocks ─┐
//! transport ─► motion ─────┴► plan ─► sound ─► mixer ─► limiter ─► ring ─► the device's callback, which only takes
//!                                       └─► or, once it is over, exactly into a file
//! ```
//!
//! The clock of the pictures is master: sound is measured against it, and slewed by no more than a thousandth. Pictures
//! never wait for sound.
//!
//! # The way of a command
//!
//! ```text
//! panel, key, palette, command line, remotes ─► Command ─► Controller::execute
//!     /layer/2/opacity 0.5 ─► parameter tree ─► the command that sets it
//!       File       session, import, tasks        Edit       history: EditCommand::applied_to ─► engine
//!       Transport  engine                        Output, Window, Report
//!    ─► Controller::tick ─► Engine::tick ─► Status ─► panels, reports, remotes
//!    └► ShellRequest ─► whoever has a window: clipboard, dialogs, full screen
//! ```
//!
//! The program is a value, [`control::Controller`], which knows no window: the window, `play --headless` and tests drive
//! it alike. Each family of commands is matched in full, in one place.
//!
//! # The map
//!
//! A folder sees only those on lines below its own, and none on its line; what else it may see is said.
//!
//! | line | folder | purpose |
//! |---|---|---|
//! | 12 | [`cli`] | the command line, one file for each command |
//! | 11 | [`app`] | the shell: the window, dialogs, the output window, signals |
//! | 11 | [`export`] | media made into other files: convert to HAP |
//! | 11 | [`remote`] | what comes from outside: OSC; sees `command`, `status`, `project`, `transport`, `settings`, `time` alone |
//! | 10 | [`control`] | the program: commands executed; session, import, tasks, prompts, recovery; the headless driver |
//! | 9 | [`engine`] | decks, the tick, prefetch, outcomes; sees `library` too |
//! | 9 | [`library`] | media files opened in the background, thumbnails, proxies |
//! | 9 | [`doctor`] | measures beforehand whether a project will hold |
//! | 8 | [`ui`] | panels: read the status, give back commands; sees `command`, `status`, `project`, `transport`, `settings`, `time` alone |
//! | 8 | [`playback`] | the queue, the workers, the rings, the memory budget |
//! | 8 | [`gpu`] | device, staging memory, textures, the compositor |
//! | 8 | [`audio`] | the mixer, sound devices, files of the mix |
//! | 7 | [`command`] | the command families, the actions, the parameter tree |
//! | 6 | [`status`] | the state of the program as it is shown and reported |
//! | 5 | [`media`] | opening files; HAP; FFmpeg; ways of reading; frames in memory |
//! | 5 | [`transport`] | the playhead; from project time to media frames, now and next |
//! | 4 | [`stats`] | counts, histograms, the report |
//! | 3 | [`project`] | the document: model, edits and undo, storage |
//! | 2 | [`settings`] | choices that hold for all projects |
//! | 1 | [`time`] | flicks, frame indices, rational rates, the clock |
//!
//! `stats` lies below `media` and `transport`, since both count. From `control` down nothing names egui; wgpu is named by
//! `gpu`, `ui` and `app`. No ring of imports is longer than three files. `tests/architecture` holds the code to all of it.
//!
//! # Threads
//!
//! | name | number | work | owner |
//! |---|---|---|---|
//! | `main` | 1 | the window, the engine's tick, every call into wgpu | the system |
//! | `io-N` | 3 or 4, up to 10 when disks do not answer | reads packets | [`playback::workers::Workers`] |
//! | `decode-N` | one per core, at most 16 | decodes HAP, spare ones the chunks of another's frame | [`playback::workers::Workers`] |
//! | `ffmpeg-DECK` | one per deck that needs it | one decoder each | [`playback::sequential::SequentialThread`] |
//! | `live-start` | 1 once there is a live source | starts `live`, at normal priority | the process; not joined, since it does nothing else |
//! | `live` | one per live source | connects, decodes, keeps the newest pictures | its files; not joined, since it may wait for a network |
//! | `index-N` | 2, up to 16 when files do not answer, low priority | opens files | the library |
//! | `picture-N` | the same, lowest priority | makes thumbnails of open files, finds their proxies | the library |
//! | `proxy` | 1 where there are proxies, lowest priority | makes them while nothing plays | the library |
//! | `sound` | 1 where a device is to play | mixes a little ahead of the device, opens it, and opens it again | the engine |
//! | `sound-decode` | 1 beside it | decodes sound before it is mixed | the engine |
//! | (unnamed) | 1 to 3 of cpal while a device plays | the device's callback, which takes frames from a ring; its server's replies | cpal |
//! | `thread-monitor` | 1 | reads the processor time of threads from the system, once a second | the engine |
//! | `project-io` | 1 | reads and writes project files and settings | the controller |
//! | `recovery` | 1 | keeps unsaved changes for after a crash, whatever `project-io` waits for | the controller |
//! | `media-files` | 1 | collects media, searches for missing ones | the controller |
//! | `notify-rs inotify loop` | 1 | hears of media files that change (named by its crate; other names elsewhere) | the controller |
//! | `signals` | 1 | hears that the system wishes the window to end | the app |
//! | `convert-read`, `convert-N` | 1, and one per core, in `convert` | decode in order, and encode | [`export::convert`] |
//! | `doctor` | 1 | examines the project when asked | the controller |
//! | `osc` | 1 while Open Sound Control is on | waits on its sockets; reads, merges and answers messages | [`remote::osc::Osc`] |
//! | `report` | 1 in `play --headless --report` | writes the report each minute | the command |
//! | `open` | one per file, until it is open, in `play` and `doctor` of files | opens it to ask how long it is | not joined, since a disk may keep it |
//! | `path-probe` | one per path, until its disk answers | checks that files named to the window, projects opened lately and folders to be watched exist | not joined, for the same reason |
//! | `file-dialog` | while one is open | asks for files | the app |
//!
//! Each is stopped and joined by its owner. Since a disk may keep them for ever, those of the engine are waited for three
//! seconds and no longer, those of the controller that read and write files ten. Channels and queues are bounded.
//!
//! A panic in any of them is told and gone on after: in `io-N`, `decode-N`, `ffmpeg-DECK`, `live`, `index-N` as an
//! error of the layer, in the others as a message, and in `main` as a dialog, with unsaved changes kept. Which test breaks
//! each of them down: `io-N`, `decode-N`, `ffmpeg-DECK` `tests/playback/threads.rs` and `parts.rs`; `live`
//! `tests/media/live.rs`; `index-N`, `proxy`, `thread-monitor` `tests/engine/breakdowns.rs`; `report` `cli/soak.rs`; all those
//! of controller and app, and `main`, `tests/app/breakdowns.rs`.
//!
//! # Where `unsafe` is, and why
//!
//! `unsafe_code` is denied; each exception is marked with its reason, each block states why it is sound, and
//! `tests/architecture` knows the files. None of them reads untrusted bytes in Rust.
//!
//! | file | purpose |
//! |---|---|
//! | `media/ffmpeg/demux/format_by_extension.rs` | telling libavformat the format that only the name of a file tells |
//! | `media/ffmpeg/live/camera.rs` | opening a device that does not block its reader, which ffmpeg-next cannot |
//! | `media/ffmpeg/decode/convert.rs` | moving a scaler to another thread; setting its colour coefficients |
//! | `media/ffmpeg/decode/decoder.rs`, `skipping.rs`, `start_state.rs`, `demux/stream.rs`, `codec_source.rs`, `sound.rs` | fields of codecs and their parameters that ffmpeg-next does not show |
//! | `media/ffmpeg/demux/demuxer.rs`, `container.rs` | libavformat's own index; seeking by stream; streams that are not read; a flag of packets |
//! | `media/ffmpeg/sound/resampler.rs` | libswresample with channel layouts as FFmpeg 5.1 and newer have them |
//! | `media/ffmpeg/decode/hardware.rs` | hardware devices and frames, of which ffmpeg-next knows nothing |
//! | `media/ffmpeg/mux_sound.rs` | codecs of a container; parameters of streams of sound |
//! | `media/hap/encode/avx2.rs` | calling what was compiled for AVX2, once the processor was asked |
//! | `media/ffmpeg/mux.rs` | the codec parameters of a new stream |
//! | `media/ffmpeg/decode/pixels.rs` | libavutil's static tables of pixel formats |
//! | `cli/fatal_signals.rs` | a handler of aborts, which says that memory has run out |
//! | `media/io/mmap.rs` | a mapping of a file, which changes when the file does |
//! | `media/io/uring.rs` | a buffer that the kernel writes to until it says that it is done |

// Support that unit tests share with the tests outside calls the crate by its name.
#[cfg(test)]
extern crate self as sextet;

pub mod app;
pub mod audio;
pub mod cli;
pub mod command;
pub mod control;
pub mod doctor;
pub mod engine;
pub mod export;
pub mod gpu;
pub mod library;
pub mod media;
pub mod playback;
pub mod project;
pub mod remote;
pub mod settings;
pub mod stats;
pub mod status;
pub mod time;
pub mod transport;
pub mod ui;
