//! Files of pictures, whose headers, chunks and boxes are taken apart before anything is decoded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::media::pictures_in;

fuzz_target!(|bytes: &[u8]| {
    pictures_in(bytes);
});
