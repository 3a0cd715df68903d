//! Playback settings of the user, as the engine takes them.

use crate::engine::{EngineOptions, IoMode, PlaybackSettings};
use crate::media::DecodeBy;
use crate::settings::{IoChoice, Playback};

/// Applies settings to the options of an engine that is about to start.
pub(crate) fn apply(playback: &Playback, options: &mut EngineOptions) {
    options.playback = engine_settings(playback);
    options.decode_by = if playback.is_software_decode {
        DecodeBy::Software
    } else {
        DecodeBy::Auto
    };
}

/// The same for an engine that runs.
pub(crate) fn engine_settings(playback: &Playback) -> PlaybackSettings {
    PlaybackSettings {
        reads_ahead: playback.is_async,
        prebuffer: playback.prebuffer,
        io: match playback.io {
            _ if playback.is_mapped => IoMode::Mmap,
            IoChoice::Auto => IoMode::Auto,
            IoChoice::Pread => IoMode::Pread,
            IoChoice::Direct => IoMode::Direct,
            IoChoice::Uring => IoMode::Uring,
        },
        budget_bytes: u64::from(playback.budget_mib) << 20,
    }
}
