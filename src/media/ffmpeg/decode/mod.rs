//! Decoding: exact frames from the packets of a stream, in software or on the GPU.

pub(in crate::media) mod baseline_decoder;
pub(in crate::media) mod codec;
pub(in crate::media) mod convert;
pub(in crate::media) mod decoder;
pub(in crate::media) mod frame_cache;
pub(in crate::media) mod hardware;
pub(in crate::media) mod picture;
pub(in crate::media) mod picture_stream;
pub(in crate::media) mod pixels;
pub(in crate::media) mod skipping;
pub(in crate::media) mod source;
