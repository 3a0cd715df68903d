//! Rules that hold for every layer, its clips aside.

use super::{Layer, MAX_LAYERS, MAX_NAME_BYTES, MAX_TIME, Parameter, ProjectError, Track};
use crate::time::Time;

pub(super) fn check_layer(layer: &Layer) -> Result<(), ProjectError> {
    if layer.name.len() > MAX_NAME_BYTES {
        return Err(ProjectError::NameTooLong { what: "layer" });
    }
    if usize::from(layer.colour) >= MAX_LAYERS {
        return Err(ProjectError::LayerColour {
            layer: layer.name.clone(),
        });
    }
    let values = layer.base_values();
    for &parameter in Parameter::ALL {
        check_value(layer, parameter, parameter.of(&values))?;
    }
    for track in &layer.keyframes {
        check_track(layer, track)?;
    }
    let is_in_order = layer
        .keyframes
        .is_sorted_by(|one, next| one.parameter < next.parameter);
    match layer.keyframes.first() {
        Some(track) if !is_in_order => Err(disorder(layer, track.parameter)),
        _ => Ok(()),
    }
}

fn check_value(layer: &Layer, parameter: Parameter, value: f32) -> Result<(), ProjectError> {
    if parameter.allows(value) {
        return Ok(());
    }
    Err(ProjectError::LayerValue {
        layer: layer.name.clone(),
        parameter,
    })
}

fn check_track(layer: &Layer, track: &Track) -> Result<(), ProjectError> {
    let is_time = |time: Time| (Time::ZERO..=MAX_TIME).contains(&time);
    let is_in_order = track.keys.is_sorted_by(|one, next| one.time < next.time);
    let are_times = track.keys.iter().all(|key| is_time(key.time));
    if track.keys.is_empty() || !is_in_order || !are_times {
        return Err(disorder(layer, track.parameter));
    }
    track
        .keys
        .iter()
        .try_for_each(|key| check_value(layer, track.parameter, key.value))
}

fn disorder(layer: &Layer, parameter: Parameter) -> ProjectError {
    ProjectError::Keyframes {
        layer: layer.name.clone(),
        parameter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Interpolation, Keyframe, LayerId};

    fn with_keys(tracks: &[(Parameter, &[(i64, f32)])]) -> Result<(), ProjectError> {
        let mut layer = Layer::new(LayerId(1), "a".to_owned(), 0);
        for (parameter, keys) in tracks {
            let keys = keys.iter().map(|(flicks, value)| Keyframe {
                time: Time::from_flicks(*flicks),
                value: *value,
                interpolation: Interpolation::Linear,
            });
            layer.keyframes.push(Track {
                parameter: *parameter,
                keys: keys.collect(),
            });
        }
        check_layer(&layer)
    }

    #[test]
    fn tracks_are_in_order_without_repeats_and_hold_numbers_in_range() {
        let one: &[(i64, f32)] = &[(0, 0.5)];
        let (opacity, hue) = (Parameter::Opacity, Parameter::Hue);
        assert_eq!(with_keys(&[(opacity, one), (hue, one)]), Ok(()));
        for wrong in [
            &[(hue, one), (opacity, one)][..],
            &[(hue, one), (hue, one)],
            &[(hue, &[])],
            &[(hue, &[(1, 0.0), (1, 0.0)])],
            &[(hue, &[(2, 0.0), (1, 0.0)])],
            &[(hue, &[(-1, 0.0)])],
            &[(hue, &[(i64::MAX, 0.0)])],
        ] {
            let found = with_keys(wrong);
            assert!(
                matches!(found, Err(ProjectError::Keyframes { .. })),
                "{wrong:?}: {found:?}"
            );
        }
        for value in [f32::NAN, f32::INFINITY, 1.1] {
            let found = with_keys(&[(opacity, &[(0, value)])]);
            assert!(
                matches!(found, Err(ProjectError::LayerValue { .. })),
                "{value}: {found:?}"
            );
        }
    }
}
