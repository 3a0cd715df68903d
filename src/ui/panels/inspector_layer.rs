//! The inspector's part about a layer's picture: where it lies, how it mixes, what is cut off, its colours.

use egui::{Id, Sense, Ui, vec2};

use super::fields::{FIELD_HEIGHT, choice_ui, row_ui, section_ui};
use super::inspector::opacity_ui;
use super::parameter_row::{keyed_row_ui, parameters_ui};
use crate::project::{
    AlphaMode, BlendMode, CornerPin, EditCommand, Fit, Flip, Layer, Parameter, ToneMap, Transform,
};
use crate::stats::MediaState;
use crate::ui::state::Pass;
use crate::ui::widgets::toggle_chip;

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

/// Draws the sections about a layer's picture.
pub(crate) fn picture_ui(ui: &mut Ui, layer: &Layer, pass: &mut Pass<'_, '_>) {
    transform_ui(ui, layer, pass);
    mixing_ui(ui, layer, pass);
    crop_ui(ui, layer, pass);
    colour_ui(ui, layer, pass);
}

fn transform_ui(ui: &mut Ui, layer: &Layer, pass: &mut Pass<'_, '_>) {
    use Parameter as P;
    section_ui(ui, "Transform");
    parameters_ui(ui, "Position", layer, &[P::PositionX, P::PositionY], pass);
    parameters_ui(ui, "Scale", layer, &[P::ScaleX, P::ScaleY], pass);
    parameters_ui(ui, "Rotation", layer, &[P::Rotation], pass);
    parameters_ui(ui, "Anchor", layer, &[P::AnchorX, P::AnchorY], pass);
    let old = layer.transform;
    row_ui(ui, "Fit", |ui, width| {
        choice_ui(ui, width, "Fit", (old.fit, FITS), pass, |fit| {
            EditCommand::SetLayerTransform(layer.id, Transform { fit, ..old })
        });
    });
    row_ui(ui, "Flip", |ui, width| flip_ui(ui, width, layer, pass));
}

fn flip_ui(ui: &mut Ui, width: f32, layer: &Layer, pass: &mut Pass<'_, '_>) {
    let old = layer.flip;
    let across = Flip {
        across: !old.across,
        ..old
    };
    let down = Flip {
        down: !old.down,
        ..old
    };
    let chips = [
        ("Across", "Flip across", old.across, across),
        ("Down", "Flip down", old.down, down),
    ];
    let size = vec2((width - ui.spacing().item_spacing.x) / 2.0, FIELD_HEIGHT);
    for (text, name, is_on, new) in chips {
        if chip_ui(ui, size, layer, (text, name), is_on, pass) {
            pass.edit(EditCommand::SetLayerFlip(layer.id, new));
        }
    }
}

/// A chip that is on or off; says whether it was clicked.
fn chip_ui(
    ui: &mut Ui,
    size: egui::Vec2,
    layer: &Layer,
    names: (&str, &str),
    is_on: bool,
    pass: &Pass<'_, '_>,
) -> bool {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = Id::unique(("inspector chip", names.1, layer.id));
    let response = toggle_chip(ui, rect, id, names, is_on.then_some(pass.theme.accent));
    let is_clicked = response.clicked();
    response.on_hover_text(names.1);
    is_clicked
}

fn mixing_ui(ui: &mut Ui, layer: &Layer, pass: &mut Pass<'_, '_>) {
    section_ui(ui, "Mixing");
    keyed_row_ui(
        ui,
        "Opacity",
        layer,
        &[Parameter::Opacity],
        pass,
        |ui, width, pass| {
            let (rect, _) = ui.allocate_exact_size(vec2(width, FIELD_HEIGHT), Sense::hover());
            let id = Id::unique(("inspector opacity", layer.id));
            opacity_ui(ui, id, layer, pass, rect, true);
        },
    );
    let modes = BlendMode::ALL.map(|mode| (mode, mode.label()));
    row_ui(ui, "Blend", |ui, width| {
        let choices = (layer.blend, &modes[..]);
        choice_ui(ui, width, "Blend mode", choices, pass, |mode| {
            EditCommand::SetLayerBlend(layer.id, mode)
        });
    });
    row_ui(ui, "Alpha", |ui, width| {
        choice_ui(ui, width, "Alpha", (layer.alpha, ALPHAS), pass, |alpha| {
            EditCommand::SetLayerAlpha(layer.id, alpha)
        });
    });
}

fn crop_ui(ui: &mut Ui, layer: &Layer, pass: &mut Pass<'_, '_>) {
    use Parameter as P;
    section_ui(ui, "Crop and corners");
    parameters_ui(
        ui,
        "Left · right",
        layer,
        &[P::CropLeft, P::CropRight],
        pass,
    );
    parameters_ui(
        ui,
        "Top · bottom",
        layer,
        &[P::CropTop, P::CropBottom],
        pass,
    );
    let is_pinned = layer.corner_pin.is_some();
    row_ui(ui, "Corner pin", |ui, width| {
        let text = if is_pinned { "On" } else { "Off" };
        let size = vec2(width, FIELD_HEIGHT);
        if chip_ui(ui, size, layer, (text, "Corner pin"), is_pinned, pass) {
            let pin = (!is_pinned).then(CornerPin::default);
            pass.edit(EditCommand::SetLayerCornerPin(layer.id, pin));
        }
    });
    if is_pinned {
        let labels = ["Top left", "Top right", "Bottom right", "Bottom left"];
        for (label, corner) in labels.into_iter().zip(Parameter::CORNERS) {
            parameters_ui(ui, label, layer, &corner, pass);
        }
    }
}

fn colour_ui(ui: &mut Ui, layer: &Layer, pass: &mut Pass<'_, '_>) {
    section_ui(ui, "Colour");
    for parameter in [
        Parameter::Brightness,
        Parameter::Contrast,
        Parameter::Saturation,
        Parameter::Hue,
        Parameter::Gamma,
    ] {
        parameters_ui(ui, parameter.label(), layer, &[parameter], pass);
    }
    if has_linear_light(layer, pass) {
        parameters_ui(ui, "Exposure", layer, &[Parameter::Exposure], pass);
        row_ui(ui, "Highlights", |ui, width| {
            let choices = (layer.tone_map, TONE_MAPS);
            choice_ui(ui, width, "Highlights", choices, pass, |map| {
                EditCommand::SetLayerToneMap(layer.id, map)
            });
        });
    }
}

/// Whether exposure means anything to the layer, or has been set.
fn has_linear_light(layer: &Layer, pass: &Pass<'_, '_>) -> bool {
    let is_linear = |media: u32| {
        let mut known = pass.view.snapshot.media.iter();
        known.any(|status| match &status.state {
            MediaState::Ready(summary) => status.id == media && summary.codec.starts_with("HapH"),
            MediaState::Opening | MediaState::Failed(_) => false,
        })
    };
    layer.exposure != 0.0
        || layer.track(Parameter::Exposure).is_some()
        || layer.clips.iter().any(|clip| is_linear(clip.media.0))
}
