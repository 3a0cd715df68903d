//! Playback settings of the user, as the engine takes them.

use crate::audio::output::DeviceWish;
use crate::engine::{EngineOptions, PlaybackSettings, SoundTo};
use crate::settings::{Playback, SoundSettings};
use crate::time::Time;

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

/// Where sound goes by the settings.
pub(crate) fn sound_to(sound: &SoundSettings) -> SoundTo {
    let wish = match sound.device.as_str() {
        SoundSettings::NONE => return SoundTo::Nowhere,
        SoundSettings::DEFAULT => DeviceWish::Default,
        name => DeviceWish::Named(name.to_owned()),
    };
    SoundTo::Device {
        wish,
        offset: Time::from_seconds_f64(sound.offset_ms() / 1e3),
    }
}
