//! Settings: what a user has set once and for all projects, and the choices that settings, command line and engine
//! share.
//!
//! * [`IoMode`], [`DecodeBy`], [`PrebufferDepth`], [`ThemeChoice`]: one enum for each choice, in the words of the command line and of the file.
//! * [`Settings`]: all of it as one value, which the settings window edits and a file keeps.
//! * `migrate`: files of earlier versions.

mod choices;
mod migrate;
mod model;

pub use choices::{DecodeBy, IoMode, MAX_PREBUFFER, MIN_PREBUFFER, PrebufferDepth, ThemeChoice};
pub use model::{
    Appearance, Layout, Osc, Output, Playback, SCALES, SETTINGS_VERSION, Settings, SoundSettings,
};
