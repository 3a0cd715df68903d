//! Bytes as a packet index of the cache folder: reading them may refuse them, nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    sextet::media::ffmpeg::is_index(bytes);
});
