//! Edits of the parameters of one or several layers, with their keyframes; each is one step of undo.

use crate::project::{EditCommand, Interpolation, Keyframe, Layer, LayerEdit, Parameter};
use crate::time::Time;

/// Gives parameters these values at a time.
pub(crate) fn set_values(
    layer: &Layer,
    at: Time,
    values: impl IntoIterator<Item = (Parameter, f32)>,
) -> EditCommand {
    EditCommand::Layer(
        layer.id,
        LayerEdit::SetParameters {
            at,
            values: values.into_iter().collect(),
        },
    )
}

/// Joins several edits into one step; a single one stays itself.
pub(crate) fn together(edits: Vec<EditCommand>, name: &'static str) -> EditCommand {
    match <[EditCommand; 1]>::try_from(edits) {
        Ok([only]) => only,
        Err(edits) => EditCommand::Batch(edits, name.into()),
    }
}

/// Resets parameters to neutral values, without keys.
pub(crate) fn reset(layers: &[&Layer], parameters: &[Parameter], at: Time) -> EditCommand {
    let mut edits = Vec::new();
    for layer in layers {
        let keyed = parameters.iter().filter(|one| layer.track(**one).is_some());
        edits.extend(
            keyed.map(|parameter| {
                EditCommand::Layer(layer.id, LayerEdit::ClearKeyframes(*parameter))
            }),
        );
        let neutral = parameters.iter().map(|one| (*one, one.neutral()));
        edits.push(set_values(layer, at, neutral));
    }
    EditCommand::Batch(edits, "Reset".into())
}

/// Sets keys of all the parameters at a time, or, with `is_key`, removes those that are there.
pub(crate) fn toggled(
    layers: &[&Layer],
    parameters: &[Parameter],
    at: Time,
    is_key: bool,
) -> EditCommand {
    let edit = |layer: &Layer, parameter: Parameter| {
        if is_key {
            layer.track(parameter)?.index_at(at)?;
            return Some(EditCommand::Layer(
                layer.id,
                LayerEdit::RemoveKeyframe {
                    parameter,
                    time: at,
                },
            ));
        }
        Some(EditCommand::Layer(
            layer.id,
            LayerEdit::SetKeyframe {
                parameter,
                key: Keyframe {
                    time: at,
                    value: parameter.of(&layer.at(at)),
                    interpolation: interpolation_at(layer, parameter, at),
                },
            },
        ))
    };
    let edits = pairs(layers, parameters).filter_map(|(layer, one)| edit(layer, one));
    let name = if is_key {
        "Remove keyframe"
    } else {
        "Set keyframe"
    };
    EditCommand::Batch(edits.collect(), name.into())
}

/// Removes all keys.
pub(crate) fn cleared(layers: &[&Layer], parameters: &[Parameter]) -> EditCommand {
    let edits = pairs(layers, parameters).map(|(layer, parameter)| {
        EditCommand::Layer(layer.id, LayerEdit::ClearKeyframes(parameter))
    });
    EditCommand::Batch(edits.collect(), "Clear keyframes".into())
}

/// Sets the interpolation of the segment at a time.
pub(crate) fn interpolated(
    layers: &[&Layer],
    parameters: &[Parameter],
    at: Time,
    interpolation: Interpolation,
) -> EditCommand {
    let edits = pairs(layers, parameters).filter_map(|(layer, parameter)| {
        let keys = &layer.track(parameter)?.keys;
        let after = keys.partition_point(|key| key.time <= at);
        let key = *keys.get(after.saturating_sub(1))?;
        Some(EditCommand::Layer(
            layer.id,
            LayerEdit::SetKeyframe {
                parameter,
                key: Keyframe {
                    interpolation,
                    ..key
                },
            },
        ))
    });
    EditCommand::Batch(edits.collect(), "Change interpolation".into())
}

/// The interpolation of the segment at a time.
pub(crate) fn interpolation_at(layer: &Layer, parameter: Parameter, at: Time) -> Interpolation {
    let keys = layer.track(parameter).map_or(&[][..], |track| &track.keys);
    let after = keys.partition_point(|key| key.time <= at);
    let before = after.checked_sub(1).and_then(|index| keys.get(index));
    before.map_or_else(Interpolation::default, |key| key.interpolation)
}

fn pairs<'l>(
    layers: &'l [&'l Layer],
    parameters: &'l [Parameter],
) -> impl Iterator<Item = (&'l Layer, Parameter)> {
    let of_one = |layer: &'l Layer| parameters.iter().map(move |one| (layer, *one));
    layers.iter().copied().flat_map(of_one)
}
