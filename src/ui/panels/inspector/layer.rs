//! The inspector's sections on layers: transform, mixing, crop, corner pins, colours.

use egui::{Id, Sense, Ui, vec2};

use super::fields::{Choice, choice_ui, common};
use super::key_edits::{reset, together};
use super::panel::chip;
use super::parameter_row::{is_changed, key_time, parameters_ui};
use super::rows::{Section, reset_row_ui, section_ui};
use super::scale_row::scale_row_ui;
use crate::project::{
    AlphaMode, BlendMode, CornerPin, EditCommand, Fit, Flip, Layer, LayerEdit, MediaId, Parameter,
    ToneMap, Transform,
};
use crate::status::MediaState;
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::widgets::{FIELD_HEIGHT, switch_ui};

const FITS: &[(Fit, &str)] = &[
    (Fit::Fit, "Fit"),
    (Fit::Fill, "Fill"),
    (Fit::Stretch, "Stretch"),
    (Fit::None, "None (pixel for pixel)"),
];

const ALPHAS: &[(AlphaMode, &str)] = &[
    (AlphaMode::Straight, "Straight"),
    (AlphaMode::Premultiplied, "Premultiplied"),
    (AlphaMode::Ignored, "Ignored"),
];

const TONE_MAPS: &[(ToneMap, &str)] = &[
    (ToneMap::Clip, "Clip at white"),
    (ToneMap::Soft, "Roll off to white"),
];

const TRANSFORM: &[Parameter] = &[
    Parameter::PositionX,
    Parameter::PositionY,
    Parameter::ScaleX,
    Parameter::ScaleY,
    Parameter::Rotation,
    Parameter::AnchorX,
    Parameter::AnchorY,
];

const CROP: &[Parameter] = &[
    Parameter::CropLeft,
    Parameter::CropRight,
    Parameter::CropTop,
    Parameter::CropBottom,
];

const COLOURS: &[Parameter] = &[
    Parameter::Brightness,
    Parameter::Contrast,
    Parameter::Saturation,
    Parameter::Hue,
    Parameter::Gamma,
    Parameter::Exposure,
];

/// Parameters to reset, and with each layer other edits, as one step.
fn reset_all(
    layers: &[&Layer],
    parameters: &[Parameter],
    at: Time,
    others: impl Fn(&Layer) -> Vec<LayerEdit>,
) -> EditCommand {
    let mut edits = vec![reset(layers, parameters, at)];
    for layer in layers {
        let others = others(layer).into_iter();
        edits.extend(others.map(|edit| EditCommand::Layer(layer.id, edit)));
    }
    EditCommand::Batch(edits, "Reset".into())
}

/// Draws the transform.
pub(crate) fn transform_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    use Parameter as P;
    let at = key_time(pass);
    let differs = |layer: &&Layer| {
        layer.flip != Flip::default() || layer.transform.fit != Transform::default().fit
    };
    let section = Section {
        name: "Transform",
        title: "Transform",
        is_changed: is_changed(layers, TRANSFORM, at) || layers.iter().any(differs),
    };
    let reset = || {
        reset_all(layers, TRANSFORM, at, |_| {
            let transform = LayerEdit::SetTransform(Transform::default());
            vec![transform, LayerEdit::SetFlip(Flip::default())]
        })
    };
    if !section_ui(ui, &section, pass, reset) {
        return;
    }
    parameters_ui(ui, "Position", layers, &[P::PositionX, P::PositionY], pass);
    scale_row_ui(ui, layers, pass);
    parameters_ui(ui, "Rotation", layers, &[P::Rotation], pass);
    parameters_ui(ui, "Anchor", layers, &[P::AnchorX, P::AnchorY], pass);
    let fit = Choice {
        name: "Fit",
        value: common(layers, |layer| layer.transform.fit),
        choices: FITS,
        tooltip: "How the picture is sized to the canvas before its scale",
    };
    choice_row_ui(ui, layers, (&fit, Fit::Fit), pass, |layer, fit| {
        let old = layer.transform;
        LayerEdit::SetTransform(Transform { fit, ..old })
    });
    flip_row_ui(ui, layers, pass);
}

/// Draws a row with a choice for all layers, of which one is the usual one.
fn choice_row_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    layers: &[&Layer],
    (choice, usual): (&Choice<'_, T>, T),
    pass: &mut Pass<'_, '_>,
    edit: impl Fn(&Layer, T) -> LayerEdit,
) {
    let set = |value| {
        let edits = layers.iter();
        let edits = edits.map(|layer| EditCommand::Layer(layer.id, edit(layer, value)));
        together(edits.collect(), "Change layers")
    };
    let is_changed = choice.value != Some(usual);
    reset_row_ui(
        ui,
        (choice.name, is_changed),
        pass,
        || set(usual),
        |ui, width, pass| choice_ui(ui, width, choice, pass, set),
    );
}

fn flip_row_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    let flipped = |with: &dyn Fn(Flip) -> Flip| {
        let edits = layers.iter();
        let edits =
            edits.map(|layer| EditCommand::Layer(layer.id, LayerEdit::SetFlip(with(layer.flip))));
        together(edits.collect(), "Flip layers")
    };
    let is_changed = layers.iter().any(|layer| layer.flip != Flip::default());
    reset_row_ui(
        ui,
        ("Flip", is_changed),
        pass,
        || flipped(&|_| Flip::default()),
        |ui, width, pass| {
            let size = vec2((width - ui.spacing().item_spacing.x) / 2.0, FIELD_HEIGHT);
            // A mixed state turns on for all first.
            let state = common(layers, |layer| layer.flip.across);
            if chip_ui(ui, size, ("Across", "Flip across"), state, pass) {
                let across = state != Some(true);
                pass.edit(flipped(&|flip| Flip { across, ..flip }));
            }
            let state = common(layers, |layer| layer.flip.down);
            if chip_ui(ui, size, ("Down", "Flip down"), state, pass) {
                let down = state != Some(true);
                pass.edit(flipped(&|flip| Flip { down, ..flip }));
            }
        },
    );
}

/// Draws a toggle chip; returns true if it was clicked.
fn chip_ui(
    ui: &mut Ui,
    size: egui::Vec2,
    names: (&str, &str),
    state: Option<bool>,
    pass: &Pass<'_, '_>,
) -> bool {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = Id::unique(("inspector chip", names.1));
    let response = chip(ui, rect, id, names, state, pass.theme.accent);
    let is_clicked = response.clicked();
    response.on_hover_text(names.1);
    is_clicked
}

/// Draws opacity, blend mode and alpha.
pub(crate) fn mixing_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    let (opacity, at) = (&[Parameter::Opacity], key_time(pass));
    let differs =
        |layer: &&Layer| layer.blend != BlendMode::default() || layer.alpha != AlphaMode::default();
    let section = Section {
        name: "Mixing",
        title: "Mixing",
        is_changed: is_changed(layers, opacity, at) || layers.iter().any(differs),
    };
    let reset = || {
        reset_all(layers, opacity, at, |_| {
            let blend = LayerEdit::SetBlend(BlendMode::default());
            vec![blend, LayerEdit::SetAlpha(AlphaMode::default())]
        })
    };
    if !section_ui(ui, &section, pass, reset) {
        return;
    }
    parameters_ui(ui, "Opacity", layers, opacity, pass);
    let modes: Vec<_> = (BlendMode::ALL.iter())
        .map(|mode| (*mode, mode.label()))
        .collect();
    let blend = Choice {
        name: "Blend mode",
        value: common(layers, |layer| layer.blend),
        choices: &modes[..],
        tooltip: "How the picture's colours mix with those of the layers below",
    };
    let usual = BlendMode::default();
    choice_row_ui(ui, layers, (&blend, usual), pass, |_, mode| {
        LayerEdit::SetBlend(mode)
    });
    let alpha = Choice {
        name: "Alpha",
        value: common(layers, |layer| layer.alpha),
        choices: ALPHAS,
        tooltip: "What the alpha channel of the media means",
    };
    let usual = AlphaMode::default();
    choice_row_ui(ui, layers, (&alpha, usual), pass, |_, alpha| {
        LayerEdit::SetAlpha(alpha)
    });
}

/// Draws crop and corner pins.
pub(crate) fn crop_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    use Parameter as P;
    let at = key_time(pass);
    let is_pinned = common(layers, |layer| layer.corner_pin.is_some());
    let section = Section {
        name: "Crop",
        title: "Crop and corners",
        is_changed: is_changed(layers, CROP, at) || is_pinned != Some(false),
    };
    let reset = || reset_all(layers, CROP, at, unpinned);
    if !section_ui(ui, &section, pass, reset) {
        return;
    }
    let (sides, ends) = ([P::CropLeft, P::CropRight], [P::CropTop, P::CropBottom]);
    parameters_ui(ui, "Left · right", layers, &sides, pass);
    parameters_ui(ui, "Top · bottom", layers, &ends, pass);
    pin_row_ui(ui, layers, is_pinned, pass);
    if is_pinned == Some(true) {
        let labels = ["Top left", "Top right", "Bottom right", "Bottom left"];
        for (label, corner) in labels.into_iter().zip(Parameter::CORNERS) {
            parameters_ui(ui, label, layers, &corner, pass);
        }
    }
}

/// The edits that take a layer's corner pin away, with its keyframes.
fn unpinned(layer: &Layer) -> Vec<LayerEdit> {
    let corners = Parameter::CORNERS.iter().flatten();
    let keyed = corners.filter(|one| layer.track(**one).is_some());
    let mut edits: Vec<_> = keyed.map(|one| LayerEdit::ClearKeyframes(*one)).collect();
    edits.push(LayerEdit::SetCornerPin(None));
    edits
}

fn pin_row_ui(ui: &mut Ui, layers: &[&Layer], is_pinned: Option<bool>, pass: &mut Pass<'_, '_>) {
    let off = || {
        let edits = layers.iter().flat_map(|layer| {
            let edits = unpinned(layer).into_iter();
            edits.map(|edit| EditCommand::Layer(layer.id, edit))
        });
        EditCommand::Batch(edits.collect(), "Change corner pin".into())
    };
    let row = ("Corner pin", is_pinned != Some(false));
    reset_row_ui(ui, row, pass, off, |ui, width, pass| {
        let text = match is_pinned {
            Some(true) => "On",
            Some(false) => "Off",
            None => "On for some",
        };
        let response = switch_ui(ui, width, (text, "Corner pin"), is_pinned);
        if response.clicked() {
            let pin = (is_pinned != Some(true)).then(CornerPin::default);
            let others = layers
                .iter()
                .filter(|one| one.corner_pin.is_some() != pin.is_some());
            let edits =
                others.map(|layer| EditCommand::Layer(layer.id, LayerEdit::SetCornerPin(pin)));
            pass.edit(together(edits.collect(), "Change corner pin"));
        }
        response.on_hover_text("Pull the corners of the picture one by one, in perspective");
    });
}

/// Draws the colour adjustments.
pub(crate) fn colour_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    let has_light = layers.iter().any(|layer| has_linear_light(layer, pass));
    let at = key_time(pass);
    let differs = |layer: &&Layer| layer.tone_map != ToneMap::default();
    let section = Section {
        name: "Colour",
        title: "Colour",
        is_changed: is_changed(layers, COLOURS, at) || layers.iter().any(differs),
    };
    let reset = || {
        reset_all(layers, COLOURS, at, |_| {
            vec![LayerEdit::SetToneMap(ToneMap::default())]
        })
    };
    if !section_ui(ui, &section, pass, reset) {
        return;
    }
    let of_light = |one: &&Parameter| **one == Parameter::Exposure;
    for parameter in COLOURS.iter().filter(|one| has_light || !of_light(one)) {
        parameters_ui(ui, parameter.label(), layers, &[*parameter], pass);
    }
    if has_light {
        let highlights = Choice {
            name: "Highlights",
            value: common(layers, |layer| layer.tone_map),
            choices: TONE_MAPS,
            tooltip: "What becomes of light brighter than white",
        };
        let usual = ToneMap::default();
        choice_row_ui(ui, layers, (&highlights, usual), pass, |_, map| {
            LayerEdit::SetToneMap(map)
        });
    }
}

/// True if the layer's media is scene-linear, or its exposure has been set.
fn has_linear_light(layer: &Layer, pass: &Pass<'_, '_>) -> bool {
    let is_linear = |media: MediaId| {
        let mut known = pass.view.snapshot.media.iter();
        known.any(|status| match &status.state {
            MediaState::Ready(summary) => status.id == media && summary.codec.starts_with("HapH"),
            MediaState::Opening | MediaState::Failed(_) => false,
        })
    };
    layer.exposure != 0.0
        || layer.track(Parameter::Exposure).is_some()
        || layer.clips.iter().any(|clip| is_linear(clip.media))
}
