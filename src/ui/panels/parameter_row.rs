//! Rows of a layer's parameters: numbers to drag or type, and a diamond that makes them change over time.

use egui::{Align2, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::fields::{FIELD_HEIGHT, LABEL_WIDTH, Number, number_ui};
use crate::project::{EditCommand, Interpolation, Keyframe, Layer, Parameter};
use crate::time::Time;
use crate::ui::clip_edit::on_frame;
use crate::ui::state::Pass;
use crate::ui::{Command, style};

/// Width of the diamond and the arrows beside it.
const KEYS_WIDTH: f32 = 40.0;

/// How a parameter's numbers are shown and dragged.
struct Unit {
    /// The shown value of 1.
    factor: f64,
    /// How much of the shown value a point of dragging is.
    speed: f64,
    decimals: usize,
    suffix: &'static str,
    /// The greatest shown value that a field takes, either way; the parameter's own range where absent.
    reach: Option<f64>,
}

fn unit(parameter: Parameter) -> Unit {
    let plain = Unit {
        factor: 1.0,
        speed: 0.01,
        decimals: 2,
        suffix: "",
        reach: None,
    };
    let percent = Unit {
        factor: 100.0,
        speed: 0.5,
        decimals: 1,
        suffix: " %",
        reach: None,
    };
    let degrees = Unit {
        speed: 0.5,
        decimals: 1,
        suffix: "°",
        reach: Some(3600.0),
        ..plain
    };
    match parameter {
        Parameter::ScaleX | Parameter::ScaleY => Unit {
            reach: Some(10_000.0),
            ..percent
        },
        Parameter::AnchorX
        | Parameter::AnchorY
        | Parameter::Opacity
        | Parameter::CropLeft
        | Parameter::CropTop
        | Parameter::CropRight
        | Parameter::CropBottom => percent,
        Parameter::Rotation | Parameter::Hue => degrees,
        Parameter::Brightness | Parameter::Contrast | Parameter::Saturation | Parameter::Gamma => {
            plain
        }
        Parameter::Exposure => Unit {
            suffix: " stops",
            ..plain
        },
        // Positions and corners.
        _ => Unit {
            factor: 1.0,
            speed: 1.0,
            decimals: 1,
            suffix: " px",
            reach: Some(16_384.0),
        },
    }
}

/// The canvas frame under the playhead, where values are shown and keys are set.
pub(crate) fn key_time(pass: &Pass<'_, '_>) -> Time {
    on_frame(pass.view.project, pass.view.transport.playhead)
}

/// The change that gives parameters these values at the playhead.
pub(crate) fn set_values(
    layer: &Layer,
    at: Time,
    values: impl IntoIterator<Item = (Parameter, f32)>,
) -> EditCommand {
    EditCommand::SetLayerParameters {
        layer: layer.id,
        at,
        values: values.into_iter().collect(),
    }
}

/// A row of parameters that belong together, as numbers.
pub(crate) fn parameters_ui(
    ui: &mut Ui,
    label: &str,
    layer: &Layer,
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
) {
    keyed_row_ui(ui, label, layer, parameters, pass, |ui, width, pass| {
        let gap = ui.spacing().item_spacing.x;
        let count = parameters.len().max(1) as f32;
        let width = (width - gap * (count - 1.0)) / count;
        for parameter in parameters {
            parameter_ui(ui, width, layer, *parameter, pass);
        }
    });
}

fn parameter_ui(
    ui: &mut Ui,
    width: f32,
    layer: &Layer,
    parameter: Parameter,
    pass: &mut Pass<'_, '_>,
) {
    let at = key_time(pass);
    let unit = unit(parameter);
    let (least, greatest) = parameter.range();
    let range = match unit.reach {
        Some(reach) => -reach..=reach,
        None => f64::from(least) * unit.factor..=f64::from(greatest) * unit.factor,
    };
    let number = Number {
        name: parameter.label(),
        value: f64::from(parameter.of(&layer.at(at))) * unit.factor,
        range,
        speed: unit.speed,
        decimals: unit.decimals,
        suffix: unit.suffix,
        tooltip: parameter.label(),
    };
    number_ui(ui, width, number, pass, |value| {
        set_values(layer, at, [(parameter, (value / unit.factor) as f32)])
    });
}

/// A row with a label that resets its parameters on a double click, what `fields` adds, and the keyframe buttons.
pub(crate) fn keyed_row_ui(
    ui: &mut Ui,
    label: &str,
    layer: &Layer,
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
    fields: impl FnOnce(&mut Ui, f32, &mut Pass<'_, '_>),
) {
    ui.horizontal(|ui| {
        label_ui(ui, label, layer, parameters, pass);
        let gap = ui.spacing().item_spacing.x;
        let width = (ui.available_width() - KEYS_WIDTH - gap).max(20.0);
        fields(ui, width, pass);
        keys_ui(ui, label, layer, parameters, pass);
    });
}

fn label_ui(
    ui: &mut Ui,
    label: &str,
    layer: &Layer,
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
) {
    let (rect, response) = ui.allocate_exact_size(vec2(LABEL_WIDTH, FIELD_HEIGHT), Sense::click());
    let name = format!("Reset {}", label.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let is_changed = parameters.iter().any(|parameter| {
        parameter.of(&layer.at(key_time(pass))) != parameter.neutral()
            || layer.track(*parameter).is_some()
    });
    let colour = if is_changed && response.hovered() {
        pass.theme.text
    } else {
        pass.theme.dim
    };
    ui.painter().text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        label,
        style::regular(style::TEXT),
        colour,
    );
    let is_asked = response.double_clicked()
        || (response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)));
    if is_changed && is_asked {
        pass.edit(reset(layer, parameters, key_time(pass)));
    }
    response.on_hover_text("Double-click to reset");
}

/// Neutral values for all time.
fn reset(layer: &Layer, parameters: &[Parameter], at: Time) -> EditCommand {
    let mut commands: Vec<_> = parameters
        .iter()
        .filter(|parameter| layer.track(**parameter).is_some())
        .map(|parameter| EditCommand::ClearKeyframes {
            layer: layer.id,
            parameter: *parameter,
        })
        .collect();
    let neutral = parameters
        .iter()
        .map(|parameter| (*parameter, parameter.neutral()));
    commands.push(set_values(layer, at, neutral));
    EditCommand::Batch(commands, "Reset")
}

/// The diamond, filled where there is a key, and arrows to the keys before and after.
fn keys_ui(
    ui: &mut Ui,
    label: &str,
    layer: &Layer,
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
) {
    let (area, _) = ui.allocate_exact_size(vec2(KEYS_WIDTH, FIELD_HEIGHT), Sense::hover());
    let at = key_time(pass);
    let keys = || {
        let tracks = parameters
            .iter()
            .filter_map(|parameter| layer.track(*parameter));
        tracks.flat_map(|track| &track.keys)
    };
    let before = keys().map(|key| key.time).filter(|time| *time < at).max();
    let after = keys().map(|key| key.time).filter(|time| *time > at).min();
    let is_key = keys().any(|key| key.time == at);
    let is_keyed = keys().next().is_some();
    let what = label.to_lowercase();
    for (direction, time, name) in [
        (-1.0, before, format!("Previous keyframe of {what}")),
        (1.0, after, format!("Next keyframe of {what}")),
    ] {
        let centre = area.center() + vec2(direction * 14.0, 0.0);
        let rect = Rect::from_center_size(centre, vec2(10.0, FIELD_HEIGHT));
        // Without keys there is nowhere to go, and nothing moves when there are some.
        if is_keyed
            && arrow_ui(ui, rect, direction, time.is_some(), name).clicked()
            && let Some(time) = time
        {
            pass.push(Command::SeekTo(time));
        }
    }
    let rect = Rect::from_center_size(area.center(), vec2(16.0, FIELD_HEIGHT));
    let response = ui.interact(rect, ui.scope_id().with(("keys", label)), Sense::click());
    let name = format!("Keyframe of {what}");
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), is_key, &name));
    let colour = match (is_keyed, response.hovered() || response.has_focus()) {
        (true, _) => pass.theme.accent,
        (false, true) => pass.theme.text,
        (false, false) => pass.theme.faint,
    };
    paint_diamond(ui, rect, is_key, colour);
    if response.clicked() {
        pass.edit(toggled(layer, parameters, at, is_key));
    }
    let tooltip = if is_key {
        "Remove the keyframe here"
    } else {
        "Set a keyframe here"
    };
    response
        .on_hover_text(format!("{tooltip}; right-click for more"))
        .context_menu(|ui| menu_ui(ui, layer, parameters, at, pass));
}

fn arrow_ui(ui: &Ui, rect: Rect, direction: f32, is_enabled: bool, name: String) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(&name), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, &name));
    let visuals = ui.style().interact(&response);
    let colour = if is_enabled {
        visuals.text_color()
    } else {
        ui.visuals().weak_text_color().gamma_multiply(0.4)
    };
    let tip = rect.center() + vec2(direction * 2.0, 0.0);
    let back = vec2(-direction * 4.0, 0.0);
    let points = vec![
        tip + back - vec2(0.0, 4.0),
        tip,
        tip + back + vec2(0.0, 4.0),
    ];
    ui.painter()
        .add(Shape::line(points, Stroke::new(1.4, colour)));
    response.on_hover_text(name)
}

fn paint_diamond(ui: &Ui, rect: Rect, is_filled: bool, colour: egui::Color32) {
    let (centre, r) = (rect.center(), 4.5);
    let points = vec![
        pos2(centre.x, centre.y - r),
        pos2(centre.x + r, centre.y),
        pos2(centre.x, centre.y + r),
        pos2(centre.x - r, centre.y),
    ];
    let stroke = Stroke::new(1.2, colour);
    ui.painter().add(if is_filled {
        Shape::convex_polygon(points, colour, stroke)
    } else {
        Shape::closed_line(points, stroke)
    });
}

/// Sets keys of all the parameters here, or takes away those that are here.
fn toggled(layer: &Layer, parameters: &[Parameter], at: Time, is_key: bool) -> EditCommand {
    let values = layer.at(at);
    let commands = parameters.iter().filter_map(|&parameter| {
        let track = layer.track(parameter);
        if !is_key {
            let key = Keyframe {
                time: at,
                value: parameter.of(&values),
                interpolation: interpolation_at(layer, parameter, at),
            };
            return Some(EditCommand::SetLayerKeyframe {
                layer: layer.id,
                parameter,
                key,
            });
        }
        track?.index_at(at)?;
        Some(EditCommand::RemoveKeyframe {
            layer: layer.id,
            parameter,
            time: at,
        })
    });
    let name = if is_key {
        "Remove keyframe"
    } else {
        "Set keyframe"
    };
    EditCommand::Batch(commands.collect(), name)
}

/// How the stretch under a time goes.
fn interpolation_at(layer: &Layer, parameter: Parameter, at: Time) -> Interpolation {
    let keys = layer.track(parameter).map_or(&[][..], |track| &track.keys);
    let after = keys.partition_point(|key| key.time <= at);
    let before = after.checked_sub(1).and_then(|index| keys.get(index));
    before.map_or_else(Interpolation::default, |key| key.interpolation)
}

fn menu_ui(
    ui: &mut Ui,
    layer: &Layer,
    parameters: &[Parameter],
    at: Time,
    pass: &mut Pass<'_, '_>,
) {
    let is_keyed = parameters
        .iter()
        .any(|parameter| layer.track(*parameter).is_some());
    ui.add_enabled_ui(is_keyed, |ui| {
        for interpolation in Interpolation::ALL {
            let is_on = parameters.iter().any(|parameter| {
                layer.track(*parameter).is_some()
                    && interpolation_at(layer, *parameter, at) == interpolation
            });
            if ui.selectable_label(is_on, interpolation.label()).clicked() {
                pass.edit(interpolated(layer, parameters, at, interpolation));
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Clear keyframes").clicked() {
            let clear = parameters
                .iter()
                .map(|parameter| EditCommand::ClearKeyframes {
                    layer: layer.id,
                    parameter: *parameter,
                });
            pass.edit(EditCommand::Batch(clear.collect(), "Clear keyframes"));
            ui.close();
        }
    });
    if ui.button("Reset and clear keyframes").clicked() {
        pass.edit(reset(layer, parameters, at));
        ui.close();
    }
}

/// The stretch under a time to go another way.
fn interpolated(
    layer: &Layer,
    parameters: &[Parameter],
    at: Time,
    interpolation: Interpolation,
) -> EditCommand {
    let commands = parameters.iter().filter_map(|&parameter| {
        let keys = &layer.track(parameter)?.keys;
        let after = keys.partition_point(|key| key.time <= at);
        let key = *keys.get(after.saturating_sub(1))?;
        Some(EditCommand::SetLayerKeyframe {
            layer: layer.id,
            parameter,
            key: Keyframe {
                interpolation,
                ..key
            },
        })
    });
    EditCommand::Batch(commands.collect(), "Change interpolation")
}
