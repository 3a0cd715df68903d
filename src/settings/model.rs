//! The settings as one value: appearance, playing, panels, keys.
//!
//! Plain data. Fields that a file does not have take their defaults, and fields that this program does not know are
//! passed over, so that files of older and newer versions both work.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::choices::{DecodeBy, IoMode, PrebufferDepth, ThemeChoice};
use super::migrate::StoredPlayback;

/// The version of the settings that this program writes.
pub const SETTINGS_VERSION: u32 = 3;

/// The version from which on the prebuffer may follow the disk.
const AUTO_PREBUFFER_VERSION: u32 = 3;

/// The prebuffer before that where nobody had chosen one.
const USUAL_BEFORE: PrebufferDepth = PrebufferDepth::Frames(5);

/// Scales of the window that can be chosen, in percent.
pub const SCALES: [u32; 7] = [75, 90, 100, 125, 150, 175, 200];

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The version of the file that they came from.
    pub version: u32,
    /// The appearance of the window.
    pub look: Appearance,
    /// Seconds between two automatic copies of a changed project, 5 to 600.
    pub autosave_s: u32,
    /// Playback of projects.
    pub playback: Playback,
    /// Sound.
    pub sound: SoundSettings,
    /// Layout of the window.
    pub layout: Layout,
    /// The output window.
    pub output: Output,
    /// Open Sound Control.
    pub osc: Osc,
    /// Keys that differ from the usual ones, by the action's name. An empty list takes an action's keys away.
    pub shortcuts: BTreeMap<String, Vec<String>>,
}

/// The appearance of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Appearance {
    /// Dark or light.
    pub theme: ThemeChoice,
    /// Size of everything in the window, in percent of what the system asks for; 50 to 300.
    pub scale_percent: u32,
}

/// Playback of projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredPlayback")]
pub struct Playback {
    /// Frames that each layer reads ahead.
    pub prebuffer: PrebufferDepth,
    /// The I/O mode.
    #[serde(rename = "io_mode")]
    pub io: IoMode,
    /// Frame memory for all layers together, in MiB; 64 to 16384.
    pub budget_mib: u32,
    /// The decoder of files that FFmpeg plays.
    pub decode: DecodeBy,
}

/// Sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SoundSettings {
    /// The device that plays: the name of one, [`Self::DEFAULT`] or [`Self::NONE`].
    pub device: String,
    /// Milliseconds by which each device is heard later than it says, −500 to 500, by its name.
    pub offsets_ms: BTreeMap<String, f64>,
}

impl SoundSettings {
    /// Stands for the system's default, whichever that is at the time.
    pub const DEFAULT: &str = "default";
    /// Stands for no sound.
    pub const NONE: &str = "none";
    /// The most that a device may be off, in milliseconds.
    pub const MOST_OFFSET_MS: f64 = 500.0;

    /// Milliseconds by which the device that plays is heard later than it says.
    pub fn offset_ms(&self) -> f64 {
        self.offsets_ms.get(&self.device).copied().unwrap_or(0.0)
    }

    /// Sets it.
    pub fn set_offset_ms(&mut self, offset_ms: f64) {
        if offset_ms == 0.0 {
            self.offsets_ms.remove(&self.device);
        } else {
            self.offsets_ms.insert(self.device.clone(), offset_ms);
        }
    }
}

impl Default for SoundSettings {
    fn default() -> Self {
        Self {
            device: Self::DEFAULT.to_owned(),
            offsets_ms: BTreeMap::new(),
        }
    }
}

/// Layout of the window. Sizes are in points; absent ones are the usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Width and height of the window.
    pub window: Option<[f32; 2]>,
    /// True if the window was maximised.
    pub is_maximised: bool,
    /// Names of the panels that are hidden.
    pub hidden: Vec<String>,
    /// Widths and heights of panels, by their names.
    pub panels: BTreeMap<String, f32>,
    /// Left, top, width and height of tool windows, by their names.
    pub tools: BTreeMap<String, [f32; 4]>,
    /// Names of the inspector's sections that are folded away.
    pub folded: Vec<String>,
}

/// The output window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Output {
    /// The name of the display that it was last shown on.
    pub display: Option<String>,
    /// True if it is in a window of its own rather than full screen.
    pub is_windowed: bool,
}

/// Open Sound Control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Osc {
    /// True if messages are received.
    pub is_on: bool,
    /// The address on which they are received. Loopback takes those of this machine alone; `0.0.0.0` takes those of
    /// everybody in the network, who may then change everything.
    pub address: IpAddr,
    /// The port, for UDP and TCP; 0 for any that is free.
    pub port: u16,
    /// The addresses that changes are sent to.
    pub targets: Vec<SocketAddr>,
}

impl Osc {
    /// Its port where nobody has chosen one.
    pub const PORT: u16 = 9000;
    /// Most targets.
    pub const MAX_TARGETS: usize = 16;
}

impl Default for Osc {
    fn default() -> Self {
        Self {
            is_on: false,
            address: Ipv4Addr::LOCALHOST.into(),
            port: Self::PORT,
            targets: Vec::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            look: Appearance::default(),
            autosave_s: 30,
            playback: Playback::default(),
            sound: SoundSettings::default(),
            layout: Layout::default(),
            output: Output::default(),
            osc: Osc::default(),
            shortcuts: BTreeMap::new(),
        }
    }
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::Dark,
            scale_percent: 100,
        }
    }
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            prebuffer: PrebufferDepth::Auto,
            io: IoMode::Auto,
            budget_mib: 192,
            decode: DecodeBy::Auto,
        }
    }
}

impl From<StoredPlayback> for Playback {
    fn from(stored: StoredPlayback) -> Self {
        let usual = Self::default();
        Self {
            prebuffer: stored.prebuffer.unwrap_or(usual.prebuffer),
            io: stored.io().unwrap_or(usual.io),
            budget_mib: stored.budget_mib.unwrap_or(usual.budget_mib),
            decode: stored.decode().unwrap_or(usual.decode),
        }
    }
}

impl Settings {
    /// Clamps every number to its range, since a file may hold anything, and takes what was usual in an earlier version
    /// for what is usual now.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        if self.version < AUTO_PREBUFFER_VERSION && self.playback.prebuffer == USUAL_BEFORE {
            self.playback.prebuffer = PrebufferDepth::Auto;
        }
        self.version = SETTINGS_VERSION;
        self.look.scale_percent = self.look.scale_percent.clamp(50, 300);
        self.autosave_s = self.autosave_s.clamp(5, 600);
        self.playback.prebuffer = self.playback.prebuffer.clamped();
        self.playback.budget_mib = self.playback.budget_mib.clamp(64, 16 << 10);
        let most_ms = SoundSettings::MOST_OFFSET_MS;
        self.sound
            .offsets_ms
            .retain(|_, offset| offset.abs() <= most_ms);
        let is_size = |size: &f32| size.is_finite() && (1.0..=16384.0).contains(size);
        self.layout.panels.retain(|_, size| is_size(size));
        let is_place = |place: &[f32; 4]| {
            let [left, top, width, height] = place;
            let is_near = |at: &f32| at.is_finite() && at.abs() <= 16384.0;
            is_near(left) && is_near(top) && is_size(width) && is_size(height)
        };
        self.layout.tools.retain(|_, place| is_place(place));
        self.osc.targets.truncate(Osc::MAX_TARGETS);
        self.layout.window = self
            .layout
            .window
            .filter(|window| window.iter().all(is_size));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_clamped() {
        let mut settings = Settings::default();
        settings.look.scale_percent = 0;
        settings.playback.prebuffer = PrebufferDepth::Frames(1000);
        settings.autosave_s = 0;
        settings.layout.window = Some([f32::NAN, 100.0]);
        settings.layout.panels.insert("media".to_owned(), -4.0);
        let nowhere = [f32::INFINITY, 0.0, 10.0, 10.0];
        settings.layout.tools.insert("log".to_owned(), nowhere);
        let clamped = settings.clamped();
        assert_eq!(clamped.look.scale_percent, 50);
        assert_eq!(clamped.playback.prebuffer, PrebufferDepth::Frames(16));
        assert_eq!(clamped.autosave_s, 5);
        assert_eq!(clamped.layout, Layout::default());
    }

    #[test]
    fn the_usual_prebuffer_of_earlier_versions_becomes_the_usual_one_and_a_chosen_one_stays() {
        let read = |text: &str| ron::from_str::<Settings>(text).expect("readable").clamped();
        for (version, frames, expected) in [
            (2, 5, PrebufferDepth::Auto),
            (1, 5, PrebufferDepth::Auto),
            (2, 8, PrebufferDepth::Frames(8)),
            (3, 5, PrebufferDepth::Frames(5)),
            (3, 0, PrebufferDepth::Auto),
        ] {
            let text = format!("(version: {version}, playback: (prebuffer: {frames}))");
            assert_eq!(read(&text).playback.prebuffer, expected, "{text}");
        }
    }
}
