//! Any text as a project file: read, and if it is a project, written and read again as the same.
//!
//! Run with `TMPDIR` in memory: saving waits for the disk.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::project::storage::file::{load, save};

fuzz_target!(|data: &[u8]| {
    let folder = std::env::temp_dir().join(format!("sextet-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (read, written) = (folder.join("in.ron"), folder.join("out.ron"));
    std::fs::write(&read, data).expect("written");
    let Ok(project) = load(&read) else {
        return;
    };
    save(&project, &written).expect("what is valid can be saved");
    let again = load(&written).expect("what was saved can be read");
    assert_eq!(again.canvas, project.canvas, "it is the same canvas");
    assert_eq!(again.layers, project.layers, "they are the same layers");
    assert_eq!(again.markers, project.markers, "they are the same markers");
    assert_eq!(again.media.len(), project.media.len(), "as many media files");
});
