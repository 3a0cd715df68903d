//! libavformat, libavcodec and libswscale behind safe types; the only folder with `unsafe`.
//!
//! ```text
//! path ─► Demuxer ─► HAP?  hap_packets: the container's own index, checked against the first packets ─► offsets
//!                          no such index ─► PacketIndex::scan ─► offsets, or HapStreamOpener (packets by demuxing)
//!                 ─► else  PacketIndex::find ─► FfmpegOpener ─► FrameDecoder ─► PictureWriter ─► memory
//! ```
//!
//! * `demuxer`, `stream`, `metered`, `boxes`, `pictures`, `by_ending`: opening a file, or numbered pictures, and its
//!   packets.
//! * `packet_index`, `index_cache`, `timestamps`, `hap_packets`: which frames there are, when they are shown, where they lie.
//! * `codec`, `hardware`: opening a decoder, on a device or in software.
//! * `decoder`, `picture_stream`, `picture`, `pixels`, `convert`, `source`: exact frames from a decoder, into memory.
//! * `bare`: decoding with nothing around it, to measure against.
//! * `near`, `skipping`: pictures kept around the playhead, and frames left out far from it.
//! * `hap_stream`: HAP in containers whose packets cannot be read by offset.
//! * `live`, `connection`, `live_input`, `camera`, `pacing`: sources that come live.
//! * [`mux`]: writing HAP files.
//!
//! Invariants: FFmpeg writes nothing to standard error; a file cannot make it open another, nor a server a file; a frame is recognised by
//! its timestamp; a demuxer and its decoder are owned by one thread.

mod decode;
mod demux;
mod live;
pub mod mux;

pub(super) use decode::source::FfmpegOpener;
pub(super) use demux::demuxer::Demuxer;
pub(super) use demux::hap_packets::HapPackets;
pub(super) use demux::hap_stream::HapStreamOpener;
pub use demux::index_cache::is_index;
pub(crate) use demux::mp4_boxes::OuterBoxes;
pub(super) use live::live_source::LiveOpener;
