//! Bytes that the program says it read, against the system's own count of this process (`/proc/self/io`, proc(5)).
//!
//! `rchar` counts what was asked of the system, from the page cache or not; `read_bytes` what came from storage, which
//! is what counts where reads go past the page cache. Neither counts mapped files. The program counts the stored bytes of
//! frames read while playing, also of those that a jump made useless; the file's own index, thumbnails, and the reads that
//! choose how a file is read are over before. The only test of its binary, since others would read as well.

#![cfg(target_os = "linux")]

use crate::card_rig::{Rig, at, clip};
use crate::cards::Cards;
use crate::own_process::in_own_process;
use sextet::engine::{EngineOptions, PlaybackSettings};
use sextet::media::hap::Compressor;
use sextet::media::hap::encode::FrameOptions;
use sextet::project::Project;
use sextet::settings::IoMode;
use sextet::stats::process::{UncountedIo, bytes_asked_for, storage_bytes_read};

const FRAMES: u64 = 30;

/// Bytes read while playing and jumping about, as the program says, as they were asked for, and as they came from
/// storage; and how they were read.
fn read_while_playing(project: &Project, io: IoMode) -> ([f64; 3], String) {
    let options = EngineOptions {
        playback: PlaybackSettings {
            io,
            ..PlaybackSettings::default()
        },
        ..EngineOptions::default()
    };
    let mut rig = Rig::with_options(options, project.clone(), false);
    rig.engine.play();
    rig.settle();
    rig.engine.reset_stats();
    let before = (bytes_asked_for(), storage_bytes_read());
    for _ in 0..60 {
        rig.advance(1);
    }
    // What is read for a place that was left again is read all the same.
    for jump in 0..40_i64 {
        rig.engine.seek(at(jump * 7 % 30));
        rig.pass(1);
    }
    rig.settle();
    let count =
        |count: Result<u64, UncountedIo>| count.expect("a process may read its own counts") as f64;
    let asked = count(bytes_asked_for()) - count(before.0);
    let stored = count(storage_bytes_read()) - count(before.1);
    let report = rig.engine.report();
    let told: u64 = report.layers.iter().map(|layer| layer.read_bytes).sum();
    let io = report.layers[0].identity.io.clone();
    ([told as f64, asked, stored], io)
}

#[test]
fn bytes_read_agree_with_the_system_within_one_per_cent() {
    in_own_process!();
    let mut cards = Cards::new();
    // A mebibyte each, so that direct reads, which begin and end at whole blocks, take less than one per cent more.
    let options = FrameOptions {
        compressor: Compressor::Stored,
        ..FrameOptions::default()
    };
    let card = cards.add_as(60, FRAMES, (2048, 1024), &options);
    let project = cards.project(vec![vec![clip(card, 0, 30)], vec![clip(card, 0, 30)]]);
    let agrees = |one: f64, other: f64| (one / other - 1.0).abs() < 0.01;
    let ([told, asked, _], io) = read_while_playing(&project, IoMode::Pread);
    assert_eq!(io, "pread");
    assert!(told > 100e6, "{told} are too few to tell by");
    assert!(agrees(told, asked), "{told} of {asked} bytes");
    let ([told, asked, stored], io) = read_while_playing(&project, IoMode::Direct);
    assert!(agrees(told, asked), "{told} of {asked} bytes by {io}");
    // A file system in memory has no storage behind it, and refuses direct reads or counts none.
    if io == "direct" && stored > 0.0 {
        assert!(agrees(told, stored), "{told} of {stored} bytes");
    }
}
