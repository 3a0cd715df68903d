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
//! * `packet_index`, `index_cache`, `stamps`, `hap_packets`: which frames there are, when they are shown, where they lie.
//! * `codec`, `hardware`: opening a decoder, on a device or in software.
//! * `decoder`, `picture_stream`, `picture`, `pixels`, `convert`, `source`: exact frames from a decoder, into memory.
//! * `bare`: decoding with nothing around it, to measure against.
//! * `near`, `skipping`: pictures kept around the playhead, and frames left out far from it.
//! * `hap_stream`: HAP in containers whose packets cannot be read by offset.
//! * `live`, `connection`, `live_input`, `camera`, `pacing`: sources that come live.
//! * [`mux`]: writing HAP files.
//!
//! Invariants: FFmpeg writes nothing to standard error; a file cannot make it open another, nor a server a file; a frame is recognised by
//! its time stamp; a demuxer and its decoder are owned by one thread.

mod bare;
mod boxes;
mod by_ending;
mod camera;
mod codec;
mod connection;
mod convert;
mod decoder;
mod demuxer;
mod hap_packets;
mod hap_stream;
mod hardware;
mod index_cache;
mod live;
mod live_input;
mod metered;
pub mod mux;
mod near;
mod pacing;
mod packet_index;
mod picture;
mod picture_stream;
mod pictures;
mod pixels;
mod skipping;
mod source;
mod stamps;
mod stream;

pub(crate) use boxes::OuterBoxes;
pub(super) use demuxer::Demuxer;
pub(super) use hap_packets::HapPackets;
pub(super) use hap_stream::HapStreamOpener;
pub use index_cache::is_index;
pub(super) use live::LiveOpener;
pub(super) use source::FfmpegOpener;
