//! Migration of project files of older versions, one version at a time.
//!
//! Each version that is no longer written has its own types here, and one conversion to the version after it; types
//! that later versions have unchanged are not repeated.

use serde::Deserialize;

use crate::project::{
    Canvas, Clip, ClipId, ClipSound, Fit, Layer, LayerId, LoopMode, Marker, MediaId, MediaRef,
    Project, TimeRange, Transform,
};
use crate::time::Time;

/// A project as version 1 had it: clips do not overlap, markers have no colours, layers no more than opacity and a
/// transform without anchor.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Project1 {
    canvas: Canvas,
    media: Vec<MediaRef>,
    layers: Vec<Layer1>,
    markers: Vec<Marker1>,
    loop_range: Option<TimeRange>,
    is_looping: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer1 {
    id: LayerId,
    name: String,
    colour: u8,
    is_visible: bool,
    #[serde(default)]
    is_solo: bool,
    #[serde(default)]
    is_locked: bool,
    opacity: f32,
    /// The only one there was.
    #[serde(default, rename = "blend")]
    _blend: BlendMode1,
    #[serde(default)]
    transform: Transform1,
    clips: Vec<Clip1>,
}

#[derive(Default, Deserialize)]
enum BlendMode1 {
    #[default]
    Normal,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Transform1 {
    position_px: [f32; 2],
    scale: [f32; 2],
    rotation_deg: f32,
    fit: Fit,
}

impl Default for Transform1 {
    fn default() -> Self {
        Self {
            position_px: [0.0; 2],
            scale: [1.0; 2],
            rotation_deg: 0.0,
            fit: Fit::Fit,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clip1 {
    id: ClipId,
    media: MediaId,
    start: Time,
    duration: Time,
    #[serde(default)]
    media_in: Time,
    #[serde(default)]
    media_out: Option<Time>,
    #[serde(default = "normal_speed")]
    speed: f64,
    #[serde(default)]
    loop_mode: LoopMode1,
    #[serde(default)]
    fade_in: Time,
    #[serde(default)]
    fade_out: Time,
}

fn normal_speed() -> f64 {
    1.0
}

#[derive(Default, Deserialize)]
enum LoopMode1 {
    Once,
    HoldLast,
    #[default]
    Loop,
    PingPong,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marker1 {
    time: Time,
    name: String,
}

impl From<Project1> for Project {
    fn from(old: Project1) -> Self {
        Self {
            canvas: old.canvas,
            media: old.media,
            layers: old.layers.into_iter().map(Layer::from).collect(),
            markers: old.markers.into_iter().map(Marker::from).collect(),
            loop_range: old.loop_range,
            is_looping: old.is_looping,
            notes: String::new(),
            master_gain_db: 0.0,
        }
    }
}

impl From<Layer1> for Layer {
    fn from(old: Layer1) -> Self {
        Self {
            is_visible: old.is_visible,
            is_solo: old.is_solo,
            is_locked: old.is_locked,
            opacity: old.opacity,
            transform: Transform {
                position_px: old.transform.position_px,
                scale: old.transform.scale,
                rotation_deg: old.transform.rotation_deg,
                anchor: [0.0; 2],
                fit: old.transform.fit,
            },
            clips: old.clips.into_iter().map(Clip::from).collect(),
            ..Self::new(old.id, old.name, old.colour)
        }
    }
}

impl From<Clip1> for Clip {
    fn from(old: Clip1) -> Self {
        Self {
            id: old.id,
            media: old.media,
            start: old.start,
            duration: old.duration,
            media_in: old.media_in,
            media_out: old.media_out,
            speed: old.speed,
            loop_mode: match old.loop_mode {
                LoopMode1::Once => LoopMode::Once,
                LoopMode1::HoldLast => LoopMode::HoldLast,
                LoopMode1::Loop => LoopMode::Loop,
                LoopMode1::PingPong => LoopMode::PingPong,
            },
            phase: Time::ZERO,
            fade_in: old.fade_in,
            fade_out: old.fade_out,
            sound: ClipSound::default(),
        }
    }
}

impl From<Marker1> for Marker {
    fn from(old: Marker1) -> Self {
        Self {
            time: old.time,
            name: old.name,
            colour: 0,
            note: String::new(),
        }
    }
}
