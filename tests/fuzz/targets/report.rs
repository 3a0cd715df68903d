//! Any text as a report to compare: refused or taken, and if taken, shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::stats::compare::{WrittenReport, sections};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(report) = WrittenReport::parse(text) {
        drop(sections(&report, None));
        drop(sections(&report, Some(&report)));
    }
});
