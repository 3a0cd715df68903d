//! The inspector's sections on layers: transform, mixing, crop, corner pins, colours.

use egui::{Id, Sense, Ui, vec2};

use super::fields::{Choice, FIELD_HEIGHT, choice_ui, common, row_ui, section_ui};
use super::key_edits::together;
use super::panel::{chip, opacity_ui};
use super::parameter_row::{keyed_row_ui, parameters_ui};
use super::scale_row::scale_row_ui;
use crate::project::{
    AlphaMode, BlendMode, CornerPin, EditCommand, Fit, Flip, Layer, LayerEdit, MediaId, Parameter,
    ToneMap, Transform,
};
use crate::status::MediaState;
use crate::ui::pass::Pass;

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

/// Draws the transform.
pub(crate) fn transform_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    use Parameter as P;
    if !section_ui(ui, "Transform", "Transform") {
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
    choice_row_ui(ui, layers, &fit, pass, |layer, fit| {
        let old = layer.transform;
        EditCommand::Layer(layer.id, LayerEdit::SetTransform(Transform { fit, ..old }))
    });
    row_ui(ui, "Flip", |ui, width| flip_ui(ui, width, layers, pass));
}

/// Draws a row with a choice for all layers.
fn choice_row_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    layers: &[&Layer],
    choice: &Choice<'_, T>,
    pass: &mut Pass<'_, '_>,
    edit: impl Fn(&Layer, T) -> EditCommand,
) {
    row_ui(ui, choice.name, |ui, width| {
        choice_ui(ui, width, choice, pass, |value| {
            let edits = layers.iter().map(|layer| edit(layer, value));
            together(edits.collect(), "Change layers")
        });
    });
}

fn flip_ui(ui: &mut Ui, width: f32, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    let size = vec2((width - ui.spacing().item_spacing.x) / 2.0, FIELD_HEIGHT);
    let mut half_ui = |names, is_on: fn(Flip) -> bool, with: fn(Flip, bool) -> Flip| {
        let state = common(layers, |layer| is_on(layer.flip));
        if chip_ui(ui, size, names, state, pass) {
            // A mixed state turns on for all first.
            let to = state != Some(true);
            let edits = layers.iter().map(|layer| {
                EditCommand::Layer(layer.id, LayerEdit::SetFlip(with(layer.flip, to)))
            });
            pass.edit(together(edits.collect(), "Flip layers"));
        }
    };
    half_ui(
        ("Across", "Flip across"),
        |flip| flip.across,
        |flip, across| Flip { across, ..flip },
    );
    half_ui(
        ("Down", "Flip down"),
        |flip| flip.down,
        |flip, down| Flip { down, ..flip },
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
    if !section_ui(ui, "Mixing", "Mixing") {
        return;
    }
    keyed_row_ui(
        ui,
        "Opacity",
        layers,
        &[Parameter::Opacity],
        pass,
        |ui, width, pass| {
            let (rect, _) = ui.allocate_exact_size(vec2(width, FIELD_HEIGHT), Sense::hover());
            let id = Id::unique("inspector opacity");
            opacity_ui(ui, id, layers, pass, rect, true);
        },
    );
    let modes: Vec<_> = (BlendMode::ALL.iter())
        .map(|mode| (*mode, mode.label()))
        .collect();
    let blend = Choice {
        name: "Blend mode",
        value: common(layers, |layer| layer.blend),
        choices: &modes[..],
        tooltip: "How the picture's colours mix with those of the layers below",
    };
    choice_row_ui(ui, layers, &blend, pass, |layer, mode| {
        EditCommand::Layer(layer.id, LayerEdit::SetBlend(mode))
    });
    let alpha = Choice {
        name: "Alpha",
        value: common(layers, |layer| layer.alpha),
        choices: ALPHAS,
        tooltip: "What the alpha channel of the media means",
    };
    choice_row_ui(ui, layers, &alpha, pass, |layer, alpha| {
        EditCommand::Layer(layer.id, LayerEdit::SetAlpha(alpha))
    });
}

/// Draws crop and corner pins.
pub(crate) fn crop_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    use Parameter as P;
    if !section_ui(ui, "Crop", "Crop and corners") {
        return;
    }
    let (sides, ends) = ([P::CropLeft, P::CropRight], [P::CropTop, P::CropBottom]);
    parameters_ui(ui, "Left · right", layers, &sides, pass);
    parameters_ui(ui, "Top · bottom", layers, &ends, pass);
    let is_pinned = common(layers, |layer| layer.corner_pin.is_some());
    row_ui(ui, "Corner pin", |ui, width| {
        let text = match is_pinned {
            Some(true) => "On",
            Some(false) => "Off",
            None => "Some",
        };
        let size = vec2(width, FIELD_HEIGHT);
        if chip_ui(ui, size, (text, "Corner pin"), is_pinned, pass) {
            let pin = (is_pinned != Some(true)).then(CornerPin::default);
            let others = layers
                .iter()
                .filter(|one| one.corner_pin.is_some() != pin.is_some());
            let edits =
                others.map(|layer| EditCommand::Layer(layer.id, LayerEdit::SetCornerPin(pin)));
            pass.edit(together(edits.collect(), "Change corner pin"));
        }
    });
    if is_pinned == Some(true) {
        let labels = ["Top left", "Top right", "Bottom right", "Bottom left"];
        for (label, corner) in labels.into_iter().zip(Parameter::CORNERS) {
            parameters_ui(ui, label, layers, &corner, pass);
        }
    }
}

/// Draws the colour adjustments.
pub(crate) fn colour_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    if !section_ui(ui, "Colour", "Colour") {
        return;
    }
    for parameter in [
        Parameter::Brightness,
        Parameter::Contrast,
        Parameter::Saturation,
        Parameter::Hue,
        Parameter::Gamma,
    ] {
        parameters_ui(ui, parameter.label(), layers, &[parameter], pass);
    }
    if layers.iter().any(|layer| has_linear_light(layer, pass)) {
        parameters_ui(ui, "Exposure", layers, &[Parameter::Exposure], pass);
        let highlights = Choice {
            name: "Highlights",
            value: common(layers, |layer| layer.tone_map),
            choices: TONE_MAPS,
            tooltip: "What becomes of light brighter than white",
        };
        choice_row_ui(ui, layers, &highlights, pass, |layer, map| {
            EditCommand::Layer(layer.id, LayerEdit::SetToneMap(map))
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
