//! Demuxing: the packets of a stream, where they lie and when they are shown.

pub(in crate::media) mod codec_source;
pub(in crate::media) mod counting_io;
pub(in crate::media) mod demuxer;
pub(in crate::media) mod format_by_extension;
pub(in crate::media) mod hap_packets;
pub(in crate::media) mod hap_stream;
pub(in crate::media) mod index_cache;
pub(in crate::media) mod mp4_boxes;
pub(in crate::media) mod packet_index;
pub(in crate::media) mod picture_files;
pub(in crate::media) mod sound;
pub(in crate::media) mod stream;
pub(in crate::media) mod timestamps;
