//! Any text as arguments, one a line: refused or taken, never a panic; and every path in it is a file's or an address.
//! Nothing is carried out.

#![no_main]

use std::path::Path;

use clap::Parser as _;
use libfuzzer_sys::fuzz_target;
use sextet::cli::args::Args;
use sextet::media::MediaError;
use sextet::media::TextureSupport;
use sextet::project::is_address;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    drop(Args::try_parse_from(
        std::iter::once("sextet").chain(text.lines()),
    ));
    // A name that nothing has, whatever it looks like: opening it tells that, and asks nobody else.
    for line in text.lines().filter(|line| !is_address(Path::new(line))) {
        let path = Path::new("/nowhere").join(line.trim_start_matches('/'));
        if path.components().any(|part| part.as_os_str() == "..") {
            continue;
        }
        let refused = sextet::media::open_video(&path, TextureSupport::BlockCompressed);
        let error = refused.err().expect("there is nothing to open");
        assert!(
            matches!(error, MediaError::NotFound { .. } | MediaError::Io { .. }),
            "{error}"
        );
    }
});
