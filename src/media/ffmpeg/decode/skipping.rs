//! Leaving out frames that no other frame refers to, on the way to a frame far ahead.
//!
//! The codecs named here mark such frames in the stream, and their decoders look at the mark before they decode.
//! In HEVC a frame so marked may still serve those of a higher temporal layer, so only streams of one layer count.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;

use crate::media::ffmpeg::demux::demuxer::Demuxer;

/// True if the stream says which of its frames nothing refers to, and its decoder heeds it.
pub(in crate::media) fn is_safe(demuxer: &Demuxer) -> bool {
    match demuxer.stream().codec {
        Id::H264 | Id::MPEG1VIDEO | Id::MPEG2VIDEO | Id::MPEG4 => true,
        Id::HEVC => has_one_temporal_layer(demuxer.codec_source().extra_data()),
        _ => false,
    }
}

/// True if an HEVC configuration record (ISO/IEC 14496-15, 8.3.3.1) says that there is one temporal layer: bits 3 to 5
/// of its byte 21. A stream without such a record does not say.
fn has_one_temporal_layer(record: &[u8]) -> bool {
    let is_record = record.first() == Some(&1);
    is_record && record.get(21).is_some_and(|byte| byte >> 3 & 7 == 1)
}

/// Has the decoder pass over such frames from the next packet on, or decode them all.
#[expect(unsafe_code, reason = "ffmpeg-next has no call for this field")]
pub(in crate::media) fn leave_out_unreferenced(decoder: &mut ffmpeg::decoder::Video, is_on: bool) {
    use ffmpeg::ffi::AVDiscard::{AVDISCARD_DEFAULT, AVDISCARD_NONREF};
    let discard = if is_on {
        AVDISCARD_NONREF
    } else {
        AVDISCARD_DEFAULT
    };
    // SAFETY: the context is open and borrowed mutably; the field may be set at any time between packets (avcodec.h).
    unsafe {
        (*decoder.as_mut_ptr()).skip_frame = discard;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_record_of_one_temporal_layer_counts() {
        let mut record = [0_u8; 23];
        assert!(!has_one_temporal_layer(&record), "no record");
        record[0] = 1;
        assert!(!has_one_temporal_layer(&record), "it does not say");
        record[21] = 1 << 3 | 3;
        assert!(has_one_temporal_layer(&record), "one");
        record[21] = 2 << 3;
        assert!(!has_one_temporal_layer(&record), "two");
        assert!(!has_one_temporal_layer(&record[..20]), "cut short");
    }
}
