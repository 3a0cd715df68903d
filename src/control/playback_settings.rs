//! Playback settings of the user, as the engine takes them.

use crate::engine::{EngineOptions, PlaybackSettings};
use crate::settings::Playback;

/// Applies settings to the options of an engine that is about to start.
pub(crate) fn apply(playback: &Playback, options: &mut EngineOptions) {
    options.playback = engine_settings(playback);
    options.decode_by = playback.decode;
}

/// The same for an engine that runs.
pub(crate) fn engine_settings(playback: &Playback) -> PlaybackSettings {
    PlaybackSettings {
        prebuffer: playback.prebuffer,
        io: playback.io,
        budget_bytes: u64::from(playback.budget_mib) << 20,
    }
}
