//! `/layer/N`: what each layer is set to; its numbers that can change over time, at the playhead.

use std::sync::LazyLock;

use super::clip;
use super::error::TreeError;
use super::path::{ParameterPath, Segment};
use super::row::{Area, Located, Location, Row, place_of};
use super::value::{Kind, widened};
use crate::command::{Command, TreeContext};
use crate::project::edit::clip_edit::on_frame;
use crate::project::{
    EditCommand, Flip, Layer, LayerEdit, LayerId, MAX_LAYERS, MAX_NAME_BYTES, Parameter, Transform,
};
use crate::time::Time;

/// The word before the number.
pub(super) const WORD: &str = "layer";

/// The type of the number of a layer colour.
pub(super) const COLOUR: Kind = Kind::Int {
    min: 0,
    max: MAX_LAYERS as i64 - 1,
};

/// The type of a name.
pub(super) const NAME: Kind = Kind::Text {
    max_bytes: MAX_NAME_BYTES,
};

static ROWS: LazyLock<Vec<Row<Layers>>> = LazyLock::new(rows);
static NEUTRAL: LazyLock<Layer> = LazyLock::new(|| Layer::new(LayerId(0), String::new(), 0));

/// The area of layers.
pub(super) struct Layers;

/// A layer at a time.
#[derive(Clone, Copy)]
pub(super) struct OnLayer<'a> {
    layer: &'a Layer,
    at: Time,
}

impl Area for Layers {
    type On<'a> = OnLayer<'a>;
    type Edit = LayerEdit;

    fn rows() -> &'static [Row<Self>] {
        &ROWS
    }

    fn neutral() -> OnLayer<'static> {
        OnLayer {
            layer: &NEUTRAL,
            at: Time::ZERO,
        }
    }

    fn command(on: OnLayer<'_>, edit: LayerEdit) -> Command {
        EditCommand::Layer(on.layer.id, edit).into()
    }
}

fn rows() -> Vec<Row<Layers>> {
    let mut rows = Vec::from(lane_rows());
    rows.extend(picture_rows());
    rows.extend(Parameter::ALL.iter().copied().map(parameter_row));
    rows
}

/// The lane on the timeline.
fn lane_rows() -> [Row<Layers>; 9] {
    [
        Row::<Layers>::new(
            "name",
            NAME,
            |on| on.layer.name.clone(),
            |_, name| LayerEdit::Rename(name),
        )
        .without_default(),
        Row::<Layers>::new(
            "colour",
            COLOUR,
            |on| i64::from(on.layer.colour),
            |_, colour: i64| LayerEdit::SetColourIndex(colour as u8),
        )
        .without_default(),
        Row::<Layers>::choice(
            "height",
            |on| on.layer.lane_height,
            |_, height| LayerEdit::SetHeight(height),
        ),
        Row::<Layers>::switch(
            "visible",
            |on| on.layer.is_visible,
            |_, is_on| LayerEdit::SetVisible(is_on),
        ),
        Row::<Layers>::switch(
            "solo",
            |on| on.layer.is_solo,
            |_, is_on| LayerEdit::SetSolo(is_on),
        ),
        Row::<Layers>::switch(
            "mute-sound",
            |on| on.layer.is_mute,
            |_, is_on| LayerEdit::SetMute(is_on),
        ),
        Row::<Layers>::switch(
            "solo-sound",
            |on| on.layer.is_sound_solo,
            |_, is_on| LayerEdit::SetSoundSolo(is_on),
        ),
        Row::<Layers>::switch(
            "locked",
            |on| on.layer.is_locked,
            |_, is_on| LayerEdit::SetLocked(is_on),
        ),
        Row::<Layers>::choice(
            "frame-policy",
            |on| on.layer.frame_policy,
            |_, policy| LayerEdit::SetFramePolicy(policy),
        ),
    ]
}

/// The way the picture is made and mixed.
fn picture_rows() -> [Row<Layers>; 7] {
    [
        Row::<Layers>::choice(
            "blend",
            |on| on.layer.blend,
            |_, blend| LayerEdit::SetBlend(blend),
        ),
        Row::<Layers>::choice(
            "fit",
            |on| on.layer.transform.fit,
            |on, fit| {
                let transform = on.layer.transform;
                LayerEdit::SetTransform(Transform { fit, ..transform })
            },
        ),
        Row::<Layers>::switch(
            "flip/across",
            |on| on.layer.flip.across,
            |on, across| {
                LayerEdit::SetFlip(Flip {
                    across,
                    ..on.layer.flip
                })
            },
        ),
        Row::<Layers>::switch(
            "flip/down",
            |on| on.layer.flip.down,
            |on, down| {
                LayerEdit::SetFlip(Flip {
                    down,
                    ..on.layer.flip
                })
            },
        ),
        Row::<Layers>::choice(
            "alpha",
            |on| on.layer.alpha,
            |_, alpha| LayerEdit::SetAlpha(alpha),
        ),
        Row::<Layers>::choice(
            "tone-map",
            |on| on.layer.tone_map,
            |_, map| LayerEdit::SetToneMap(map),
        ),
        Row::<Layers>::switch(
            "corner-pin",
            |on| on.layer.at(on.at).corner_pin.is_some(),
            |on, is_on| {
                let pin = is_on.then(|| on.layer.corner_pin.unwrap_or_default());
                LayerEdit::SetCornerPin(pin)
            },
        ),
    ]
}

/// The row of a number that can change over time: where it has keyframes, a key is set at the playhead.
fn parameter_row(parameter: Parameter) -> Row<Layers> {
    let (min, max) = parameter.range();
    let kind = Kind::Float {
        min: widened(min),
        max: widened(max),
    };
    let row = Row::<Layers>::new(
        parameter.word(),
        kind,
        move |on: OnLayer<'_>| widened(parameter.of(&on.layer.at(on.at))),
        move |on: OnLayer<'_>, value: f64| LayerEdit::SetParameters {
            at: on.at,
            values: vec![(parameter, value as f32)],
        },
    );
    row.unit(parameter.unit())
}

/// All layers with their clips, from the back to the front.
pub(super) fn all<'a>(context: &TreeContext<'a>) -> impl Iterator<Item = Box<dyn Located + 'a>> {
    let context = *context;
    let layers = context.layers().enumerate();
    layers.flat_map(move |(place, layer)| {
        let base = base(place);
        let clips = clip::all(context.project, layer, &base);
        std::iter::once(located(&context, layer, base)).chain(clips)
    })
}

/// The layer or clip that the segments behind the word name, and the segments that are left.
pub(super) fn find<'a, 's>(
    context: &TreeContext<'a>,
    segments: &'s [Segment],
    path: &ParameterPath,
) -> Result<(Box<dyn Located + 'a>, &'s [Segment]), TreeError> {
    let unknown = || TreeError::Unknown { path: path.clone() };
    let (segment, rest) = segments.split_first().ok_or_else(unknown)?;
    let names = context.layers().map(|layer| layer.name.as_str());
    let place = place_of(WORD, segment, names, path)?;
    let layer = context.layers().nth(place).ok_or_else(unknown)?;
    match rest.split_first() {
        Some((word, rest)) if word.is(clip::WORD) => {
            clip::find((context.project, layer, &base(place)), rest, path)
        }
        _ => Ok((located(context, layer, base(place)), rest)),
    }
}

fn base(place: usize) -> ParameterPath {
    ParameterPath::of(WORD).number(place + 1)
}

fn located<'a>(
    context: &TreeContext<'a>,
    layer: &'a Layer,
    base: ParameterPath,
) -> Box<dyn Located + 'a> {
    let at = on_frame(context.project, context.transport.playhead);
    let on = OnLayer { layer, at };
    Box::new(Location::<Layers> { base, on })
}
