//! libavformat, libavcodec, libswscale and libswresample behind safe types; the only folder with `unsafe`.
//!
//! * `demux`: files, and their packets. `decode`: exact frames from packets. `live`: sources without an end.
//! * `sound`: frames of sound from packets.
//! * [`mux`]: writing HAP files; [`mux_sound`]: with the sound of others.
//!
//! `decode`, `sound`, `live` and `mux_sound` see `demux`, and `live` sees `decode`; no arrow runs back.
//!
//! Invariants: FFmpeg writes nothing to standard error; a file cannot make it open another, nor a server a file.

mod decode;
mod demux;
mod live;
pub mod mux;
pub mod mux_sound;
mod sound;

pub(super) use decode::animation::open as open_animation;
pub(super) use decode::heif::open as open_heif;
pub(super) use decode::source::FfmpegOpener;
pub(super) use demux::demuxer::Demuxer;
pub(super) use demux::hap_packets::HapPackets;
pub(super) use demux::hap_stream::HapStreamOpener;
pub use demux::index_cache::is_index;
pub(crate) use demux::mp4_boxes::OuterBoxes;
pub(super) use live::live_source::LiveOpener;
pub use live::starter::live_from_here;
pub(super) use sound::FileSound;
