//! Execution of edits of layers: their settings and their keyframes.

use super::apply::{layer_mut, move_layer, remove_layer};
use super::apply_clips::add_clip;
use crate::project::{
    CornerPin, EditError, Keyframe, Layer, LayerEdit, LayerId, Parameter, Project, Track,
};
use crate::time::Time;

impl LayerEdit {
    pub(super) fn change(&self, id: LayerId, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::Remove => remove_layer(project, id)?,
            Self::MoveTo(index) => move_layer(project, id, *index)?,
            Self::AddClip(clip) => add_clip(project, id, clip)?,
            Self::Rename(name) => layer_mut(project, id)?.name.clone_from(name),
            Self::SetVisible(on) => layer_mut(project, id)?.is_visible = *on,
            Self::SetSolo(on) => layer_mut(project, id)?.is_solo = *on,
            Self::SetMute(on) => layer_mut(project, id)?.is_mute = *on,
            Self::SetSoundSolo(on) => layer_mut(project, id)?.is_sound_solo = *on,
            Self::SetLocked(on) => layer_mut(project, id)?.is_locked = *on,
            Self::SetColourIndex(colour) => layer_mut(project, id)?.colour = *colour,
            Self::SetHeight(height) => layer_mut(project, id)?.lane_height = *height,
            Self::SetFramePolicy(policy) => layer_mut(project, id)?.frame_policy = *policy,
            Self::SetBlend(blend) => layer_mut(project, id)?.blend = *blend,
            Self::SetTransform(transform) => layer_mut(project, id)?.transform = *transform,
            Self::SetFlip(flip) => layer_mut(project, id)?.flip = *flip,
            Self::SetCornerPin(pin) => set_corner_pin(layer_mut(project, id)?, *pin),
            Self::SetAlpha(alpha) => layer_mut(project, id)?.alpha = *alpha,
            Self::SetToneMap(map) => layer_mut(project, id)?.tone_map = *map,
            Self::SetParameters { at, values } => {
                set_parameters(layer_mut(project, id)?, *at, values);
            }
            Self::SetKeyframe { parameter, key } => {
                layer_mut(project, id)?.track_mut(*parameter).insert(*key);
            }
            Self::RemoveKeyframe { parameter, time } => {
                remove_key(project, id, *parameter, *time)?;
            }
            Self::MoveKeyframe {
                parameter,
                from,
                to,
                value,
            } => {
                let layer = layer_mut(project, id)?;
                let key = take_key(layer, *parameter, *from)?;
                layer.track_mut(*parameter).insert(Keyframe {
                    time: *to,
                    value: *value,
                    ..key
                });
            }
            Self::ClearKeyframes(parameter) => layer_mut(project, id)?
                .keyframes
                .retain(|track| track.parameter != *parameter),
        }
        Ok(())
    }
}

fn set_corner_pin(layer: &mut Layer, pin: Option<CornerPin>) {
    layer.corner_pin = pin;
    if pin.is_none() {
        layer
            .keyframes
            .retain(|track| !Parameter::CORNERS.as_flattened().contains(&track.parameter));
    }
}

fn set_parameters(layer: &mut Layer, at: Time, values: &[(Parameter, f32)]) {
    let mut base = layer.base_values();
    for (parameter, value) in values {
        if layer.track(*parameter).is_none() {
            parameter.set(&mut base, *value);
            continue;
        }
        let track = layer.track_mut(*parameter);
        let interpolation = interpolation_near(track, at);
        track.insert(Keyframe {
            time: at,
            value: *value,
            interpolation,
        });
    }
    layer.set_base_values(&base);
}

/// The interpolation of the key at or before `time`, so that a key between two changes only the value there.
fn interpolation_near(track: &Track, time: Time) -> crate::project::Interpolation {
    let after = track.keys.partition_point(|key| key.time <= time);
    let before = after.checked_sub(1).and_then(|index| track.keys.get(index));
    before.map_or_else(Default::default, |key| key.interpolation)
}

fn remove_key(
    project: &mut Project,
    layer: LayerId,
    parameter: Parameter,
    time: Time,
) -> Result<(), EditError> {
    let layer = layer_mut(project, layer)?;
    let key = take_key(layer, parameter, time)?;
    if layer.track_mut(parameter).keys.is_empty() {
        layer.keyframes.retain(|track| track.parameter != parameter);
        let mut base = layer.base_values();
        parameter.set(&mut base, key.value);
        layer.set_base_values(&base);
    }
    Ok(())
}

/// Removes a key from its track, which may be empty then.
fn take_key(layer: &mut Layer, parameter: Parameter, time: Time) -> Result<Keyframe, EditError> {
    let unknown = EditError::UnknownKeyframe { parameter };
    if layer.track(parameter).is_none() {
        return Err(unknown);
    }
    let track = layer.track_mut(parameter);
    let index = track.index_at(time).ok_or(unknown)?;
    Ok(track.keys.remove(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::EditCommand;
    use crate::project::Interpolation;

    const ID: LayerId = LayerId(1);

    fn seconds(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn project() -> Project {
        Project::with_media_layers(&[("/m/a.mov".into(), seconds(4))])
    }

    fn set_key(at: i64, value: f32) -> EditCommand {
        EditCommand::Layer(
            ID,
            LayerEdit::SetKeyframe {
                parameter: Parameter::Opacity,
                key: Keyframe {
                    time: seconds(at),
                    value,
                    interpolation: Interpolation::Ease,
                },
            },
        )
    }

    fn set_opacity(at: i64, value: f32) -> EditCommand {
        EditCommand::Layer(
            ID,
            LayerEdit::SetParameters {
                at: seconds(at),
                values: vec![(Parameter::Opacity, value), (Parameter::Hue, 90.0)],
            },
        )
    }

    #[test]
    fn a_parameter_with_keys_is_keyed_at_the_time_and_one_without_is_set_for_all_time() {
        let mut project = project();
        project = set_opacity(2, 0.5).applied_to(&project).expect("sets");
        assert_eq!(project.layers[0].opacity, 0.5);
        assert_eq!(project.layers[0].adjust.hue_deg, 90.0);
        assert!(
            project.layers[0].keyframes.is_empty(),
            "no track begins by itself"
        );
        project = set_key(0, 1.0).applied_to(&project).expect("keys");
        project = set_opacity(2, 0.0).applied_to(&project).expect("keys");
        let track = project.layers[0]
            .track(Parameter::Opacity)
            .expect("a track");
        assert_eq!(track.keys.len(), 2);
        assert_eq!(
            track.keys[1].interpolation,
            Interpolation::Ease,
            "as the one before"
        );
        assert_eq!(
            project.layers[0].opacity, 0.5,
            "kept for when the track is cleared"
        );
        assert_eq!(project.layers[0].at(seconds(1)).opacity, 0.5);
    }

    #[test]
    fn the_last_keys_value_stays_when_it_is_removed() {
        let mut project = project();
        project = set_key(1, 0.25).applied_to(&project).expect("keys");
        let remove = |time| {
            EditCommand::Layer(
                ID,
                LayerEdit::RemoveKeyframe {
                    parameter: Parameter::Opacity,
                    time: seconds(time),
                },
            )
        };
        let unknown = EditError::UnknownKeyframe {
            parameter: Parameter::Opacity,
        };
        assert_eq!(remove(2).applied_to(&project), Err(unknown));
        project = remove(1).applied_to(&project).expect("removes");
        assert!(
            project.layers[0].keyframes.is_empty(),
            "an empty track is none"
        );
        assert_eq!(project.layers[0].opacity, 0.25);
    }

    #[test]
    fn a_moved_key_takes_the_place_of_one_that_is_there() {
        let mut project = project();
        for at in [0, 1, 2] {
            project = set_key(at, at as f32 / 2.0)
                .applied_to(&project)
                .expect("keys");
        }
        let to = |to| {
            EditCommand::Layer(
                ID,
                LayerEdit::MoveKeyframe {
                    parameter: Parameter::Opacity,
                    from: seconds(0),
                    to: seconds(to),
                    value: 0.75,
                },
            )
        };
        project = to(2).applied_to(&project).expect("moves");
        let track = project.layers[0]
            .track(Parameter::Opacity)
            .expect("a track");
        let times: Vec<_> = track.keys.iter().map(|key| (key.time, key.value)).collect();
        assert_eq!(times, [(seconds(1), 0.5), (seconds(2), 0.75)]);
        let refused = EditCommand::Layer(
            ID,
            LayerEdit::MoveKeyframe {
                parameter: Parameter::Opacity,
                from: seconds(1),
                to: seconds(-1),
                value: 0.0,
            },
        );
        assert!(
            matches!(refused.applied_to(&project), Err(EditError::Rule(_))),
            "before the timeline"
        );
    }

    #[test]
    fn turning_the_corner_pin_off_takes_its_keys_along() {
        let mut project = project();
        project = EditCommand::Layer(ID, LayerEdit::SetCornerPin(Some(CornerPin::default())))
            .applied_to(&project)
            .expect("sets");
        project = EditCommand::Layer(
            ID,
            LayerEdit::SetKeyframe {
                parameter: Parameter::TopLeftX,
                key: Keyframe {
                    time: Time::ZERO,
                    value: 5.0,
                    interpolation: Interpolation::Hold,
                },
            },
        )
        .applied_to(&project)
        .expect("keys");
        project = EditCommand::Layer(ID, LayerEdit::SetCornerPin(None))
            .applied_to(&project)
            .expect("clears");
        assert_eq!(project.layers[0].at(Time::ZERO).corner_pin, None);
    }
}
