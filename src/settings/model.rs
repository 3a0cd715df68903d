//! What a person has set once and for all projects: look, playing, panels, keys.
//!
//! Plain data, which the settings window edits and `app` keeps in a file. Fields that a file does not have take their
//! defaults, and fields that this program does not know are passed over, so that files of older and newer versions both
//! work.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

/// The version of the settings that this program writes.
pub const SETTINGS_VERSION: u32 = 1;

/// Scales of the window that can be chosen, in percent.
pub const SCALES: [u32; 7] = [75, 90, 100, 125, 150, 175, 200];

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The version of the file that they came from.
    pub version: u32,
    /// How the window looks.
    pub look: Look,
    /// Seconds between two automatic copies of a changed project, 5 to 600.
    pub autosave_s: u32,
    /// How projects are played.
    pub playback: Playback,
    /// Where things are in the window.
    pub layout: Layout,
    /// The output window.
    pub output: Output,
    /// Keys that differ from the usual ones, by the action's name. An empty list takes an action's keys away.
    pub shortcuts: BTreeMap<String, Vec<String>>,
}

/// How the window looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Dark or light.
    pub theme: ThemeChoice,
    /// Size of everything in the window, in percent of what the system asks for; 50 to 300.
    pub scale_percent: u32,
}

/// Which theme.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum ThemeChoice {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
}

/// How projects are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Playback {
    /// Frames that each layer reads ahead, 3 to 16.
    pub prebuffer: usize,
    /// Whether frames are read and decoded ahead of time; off only to see what that is worth.
    pub is_async: bool,
    /// Whether files are mapped into memory rather than read.
    pub is_mapped: bool,
    /// How files are read otherwise.
    pub io: IoChoice,
    /// Frame memory for all layers together, in MiB; 64 to 16384.
    pub budget_mib: u32,
    /// Whether hardware decoders are left alone.
    pub is_software_decode: bool,
}

/// How files are read.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum IoChoice {
    /// Chosen per file by measuring.
    #[default]
    Auto,
    /// Through the page cache.
    Pread,
    /// Past the page cache.
    Direct,
    /// By a Linux ring.
    Uring,
}

/// Where things are in the window. Sizes are in points; absent ones are the usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Width and height of the window.
    pub window: Option<[f32; 2]>,
    /// Whether the window was as large as the screen.
    pub is_maximised: bool,
    /// Names of the panels that are hidden.
    pub hidden: Vec<String>,
    /// Widths and heights of panels, by their names.
    pub panels: BTreeMap<String, f32>,
}

/// The output window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Output {
    /// The name of the display that it was last shown on.
    pub display: Option<String>,
    /// Whether it is in a window of its own rather than full screen.
    pub is_windowed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            look: Look::default(),
            autosave_s: 30,
            playback: Playback::default(),
            layout: Layout::default(),
            output: Output::default(),
            shortcuts: BTreeMap::new(),
        }
    }
}

impl Default for Look {
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
            prebuffer: 5,
            is_async: true,
            is_mapped: false,
            io: IoChoice::Auto,
            budget_mib: 192,
            is_software_decode: false,
        }
    }
}

impl Settings {
    /// The same with every number within its range, since a file may hold anything.
    pub fn held(mut self) -> Self {
        self.version = SETTINGS_VERSION;
        self.look.scale_percent = self.look.scale_percent.clamp(50, 300);
        self.autosave_s = self.autosave_s.clamp(5, 600);
        self.playback.prebuffer = self.playback.prebuffer.clamp(3, 16);
        self.playback.budget_mib = self.playback.budget_mib.clamp(64, 16 << 10);
        let is_size = |size: &f32| size.is_finite() && (1.0..=16384.0).contains(size);
        self.layout.panels.retain(|_, size| is_size(size));
        self.layout.window = self
            .layout
            .window
            .filter(|window| window.iter().all(is_size));
        self
    }
}

impl IoChoice {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Pread, Self::Direct, Self::Uring];

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "Automatic",
            Self::Pread => "Page cache",
            Self::Direct => "Past the page cache",
            Self::Uring => "io_uring",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_brought_into_it() {
        let mut settings = Settings::default();
        settings.look.scale_percent = 0;
        settings.playback.prebuffer = 1000;
        settings.autosave_s = 0;
        settings.layout.window = Some([f32::NAN, 100.0]);
        settings.layout.panels.insert("media".to_owned(), -4.0);
        let held = settings.held();
        assert_eq!(held.look.scale_percent, 50);
        assert_eq!(held.playback.prebuffer, 16);
        assert_eq!(held.autosave_s, 5);
        assert_eq!(held.layout, Layout::default());
    }
}
