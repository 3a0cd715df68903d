//! Values that change over time: tracks of keys, and what lies between them.
//!
//! Keys are at project times and belong to the layer, not to its clips, so that moving a clip leaves them.

use serde::{Deserialize, Serialize};

use super::Parameter;
use crate::time::Time;

/// The keyframes of one parameter of a layer. Before its first key and after its last it stays as that one is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// The parameter.
    pub parameter: Parameter,
    /// Its keys, at least one, no two at the same time, ascending.
    pub keys: Vec<Keyframe>,
}

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyframe {
    /// Position on the timeline.
    pub time: Time,
    /// The value, in the unit and range of its parameter.
    pub value: f32,
    /// Interpolation to the next key.
    #[serde(default)]
    pub interpolation: Interpolation,
}

/// Interpolation from one key to the next.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum Interpolation {
    /// It stays, and jumps at the next key.
    Hold,
    /// Evenly.
    #[default]
    Linear,
    /// Slowly away, and slowly to rest: `3t² − 2t³`.
    Ease,
}

impl Interpolation {
    /// All of them, in the order of a menu.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The name shown to users.
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// The part of the way that is done when this part of the time, 0 to 1, is over.
    fn progress(self, part: f64) -> f64 {
        match self {
            Self::Hold => 0.0,
            Self::Linear => part,
            Self::Ease => part * part * (3.0 - 2.0 * part),
        }
    }
}

impl Track {
    /// The value at this time; the parameter's neutral one without keys.
    pub fn at(&self, time: Time) -> f32 {
        let next = self.keys.partition_point(|key| key.time <= time);
        let before = next.checked_sub(1).and_then(|index| self.keys.get(index));
        match (before, self.keys.get(next)) {
            (Some(from), Some(to)) => between(from, to, time),
            (Some(only), None) | (None, Some(only)) => only.value,
            (None, None) => self.parameter.neutral(),
        }
    }

    /// The time of the first key after this one.
    pub fn next_key(&self, time: Time) -> Option<Time> {
        let next = self.keys.partition_point(|key| key.time <= time);
        self.keys.get(next).map(|key| key.time)
    }

    /// The place of the key at exactly this time.
    pub fn index_at(&self, time: Time) -> Option<usize> {
        self.keys.binary_search_by_key(&time, |key| key.time).ok()
    }

    /// Puts a key in its place, instead of one at the same time.
    pub(super) fn insert(&mut self, key: Keyframe) {
        match self.keys.binary_search_by_key(&key.time, |key| key.time) {
            Ok(index) => self.keys[index] = key,
            Err(index) => self.keys.insert(index, key),
        }
    }
}

/// The value between two keys, the first at or before `time`, the second after it.
fn between(from: &Keyframe, to: &Keyframe, time: Time) -> f32 {
    let part = (time - from.time).flicks() as f64 / (to.time - from.time).flicks() as f64;
    let (start, end) = (f64::from(from.value), f64::from(to.value));
    (start + (end - start) * from.interpolation.progress(part)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Layer, LayerId};

    fn key(seconds: i64, value: f32, interpolation: Interpolation) -> Keyframe {
        Keyframe {
            time: Time::from_seconds(seconds),
            value,
            interpolation,
        }
    }

    fn track(keys: &[Keyframe]) -> Track {
        Track {
            parameter: Parameter::Opacity,
            keys: keys.to_vec(),
        }
    }

    fn at(track: &Track, seconds: f64) -> f32 {
        track.at(Time::from_seconds_f64(seconds))
    }

    #[test]
    fn each_interpolation_goes_its_own_way_and_meets_both_keys() {
        for (interpolation, quarter, half) in [
            (Interpolation::Hold, 0.0, 0.0),
            (Interpolation::Linear, 0.25, 0.5),
            (Interpolation::Ease, 0.15625, 0.5),
        ] {
            let track = track(&[key(2, 0.0, interpolation), key(6, 1.0, Interpolation::Hold)]);
            assert_eq!(at(&track, 0.0), 0.0, "before the first key");
            assert_eq!(at(&track, 2.0), 0.0);
            assert_eq!((at(&track, 3.0), at(&track, 4.0)), (quarter, half));
            assert_eq!((at(&track, 6.0), at(&track, 60.0)), (1.0, 1.0));
        }
    }

    #[test]
    fn each_key_says_how_its_own_stretch_goes() {
        let track = track(&[
            key(0, 0.0, Interpolation::Linear),
            key(1, 1.0, Interpolation::Hold),
            key(2, 0.0, Interpolation::Linear),
        ]);
        assert_eq!(
            [0.5, 1.0, 1.999, 2.0].map(|time| at(&track, time)),
            [0.5, 1.0, 1.0, 0.0]
        );
    }

    #[test]
    fn a_layer_takes_keyed_values_from_tracks_and_the_rest_from_its_fields() {
        let mut layer = Layer::new(LayerId(1), String::new(), 0);
        layer.opacity = 0.25;
        assert_eq!(layer.at(Time::ZERO), layer.base_values());
        layer.transform.position_px = [7.0, 9.0];
        layer
            .track_mut(Parameter::PositionX)
            .insert(key(0, 100.0, Interpolation::Linear));
        layer
            .track_mut(Parameter::PositionX)
            .insert(key(10, 200.0, Interpolation::Linear));
        let values = layer.at(Time::from_seconds(5));
        assert_eq!(values.transform.position_px, [150.0, 9.0]);
        assert_eq!(values.opacity, 0.25);
        layer
            .track_mut(Parameter::TopRightX)
            .insert(key(0, 5.0, Interpolation::Hold));
        let pin = layer
            .at(Time::ZERO)
            .corner_pin
            .expect("a keyed corner turns the pin on");
        assert_eq!(pin.offsets_px[1], [5.0, 0.0]);
    }
}
