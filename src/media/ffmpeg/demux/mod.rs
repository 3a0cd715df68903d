//! Demuxing: the packets of a stream, their positions and their times.
//!
//! ```text
//! path ─► Demuxer (libavformat, through a CountingFile) ─► VideoStream, sound
//!            ├─► PacketIndex::find ─► index_cache, or PacketIndex::scan ─► timestamps ─► MediaTiming
//!            └─► HapPackets::find ─► the container's own table, checked ─► offsets
//!                                 └► no such table ─► HapStreamOpener: packets one after the other
//! ```
//!
//! * `demuxer`, `container`, `counting_io`: one file, open. `picture_files`: numbered pictures as packets. `format_by_extension`:
//!   pictures that nothing but their name tells apart.
//! * `stream`, `sound`, `codec_source`: streams as their container describes them, and as a decoder takes them.
//! * `packet_index`, `index_cache`: the frames of a stream, kept for the next opening. `picture_packets`: packets that show
//!   nothing. `field_pairs`: two packets that show one picture. `mpeg4_frames`: packets that show another's. `units`, `bits`:
//!   the parts of packets, and numbers of any length. `headers`: where headers inside the stream change. `timestamps`, `frame_times`, `time_grid`: the times of
//!   frames, and the rate under stamps that do not keep it exactly.
//! * `hap_packets`, `hap_stream`: HAP by offset, and HAP where there are no offsets. `mp4_boxes`: what FFmpeg does not
//!   tell of a QuickTime file.
//!
//! Invariant: what a container claims is checked before it is believed; the number of frames is counted.

mod bits;
pub(super) mod codec_source;
pub(super) mod container;
pub(super) mod counting_io;
pub(super) mod demuxer;
mod field_pairs;
pub(super) mod format_by_extension;
mod frame_times;
pub(super) mod hap_packets;
pub(super) mod hap_stream;
pub(super) mod headers;
pub(super) mod index_cache;
pub(super) mod mp4_boxes;
mod mpeg4_frames;
pub(super) mod packet_index;
pub(super) mod picture_files;
pub(super) mod picture_packets;
pub(super) mod sound;
pub(super) mod stream;
pub(super) mod time_grid;
pub(super) mod timestamps;
mod units;
