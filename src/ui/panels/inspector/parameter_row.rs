//! Rows of the parameters of one or several layers: numbers to drag or type, and a diamond that sets keyframes. Of
//! several layers the last is the one whose numbers are shown.

use egui::{Align2, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::fields::{FIELD_HEIGHT, KEYS_WIDTH, LABEL_WIDTH, Number, is_mixed, number_ui};
use super::key_edits::{
    cleared, interpolated, interpolation_at, reset, set_values, together, toggled,
};
use super::scale_row::{is_scale_linked, with_linked};
use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit::on_frame;
use crate::project::{Interpolation, Layer, Parameter};
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::style;

/// The unit in which a parameter is shown and dragged.
struct Unit {
    /// The shown value of 1.
    factor: f64,
    /// Change of the shown value per point of dragging.
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
        // Positions and corners are pixels.
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

/// Draws a row of related parameters as numbers.
pub(crate) fn parameters_ui(
    ui: &mut Ui,
    label: &str,
    layers: &[&Layer],
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
) {
    keyed_row_ui(ui, label, layers, parameters, pass, |ui, width, pass| {
        let gap = ui.spacing().item_spacing.x;
        let count = parameters.len().max(1) as f32;
        let width = (width - gap * (count - 1.0)) / count;
        for parameter in parameters {
            parameter_ui(ui, width, layers, *parameter, pass);
        }
    });
}

/// Draws the field of one parameter.
pub(crate) fn parameter_ui(
    ui: &mut Ui,
    width: f32,
    layers: &[&Layer],
    parameter: Parameter,
    pass: &mut Pass<'_, '_>,
) {
    let Some(shown) = layers.last() else {
        return;
    };
    let at = key_time(pass);
    let unit = unit(parameter);
    let (least, greatest) = parameter.range();
    let range = match unit.reach {
        Some(reach) => -reach..=reach,
        None => f64::from(least) * unit.factor..=f64::from(greatest) * unit.factor,
    };
    let number = Number {
        name: parameter.label(),
        value: f64::from(parameter.of(&shown.at(at))) * unit.factor,
        is_mixed: is_mixed(layers, |layer| parameter.of(&layer.at(at))),
        range,
        speed: unit.speed,
        decimals: unit.decimals,
        suffix: unit.suffix,
        tooltip: parameter.label(),
    };
    let is_linked = is_scale_linked(ui, pass);
    number_ui(ui, width, number, pass, |change| {
        let edits = layers.iter().map(|layer| {
            let old = f64::from(parameter.of(&layer.at(at))) * unit.factor;
            let value = (change(old) / unit.factor) as f32;
            let values = with_linked(&layer.at(at), (parameter, value), is_linked);
            set_values(layer, at, values)
        });
        together(edits.collect(), "Change layers")
    });
}

/// Draws a row: a label that resets its parameters on a double click, `fields`, and the keyframe buttons.
pub(crate) fn keyed_row_ui(
    ui: &mut Ui,
    label: &str,
    layers: &[&Layer],
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
    fields: impl FnOnce(&mut Ui, f32, &mut Pass<'_, '_>),
) {
    ui.horizontal(|ui| {
        label_ui(ui, label, layers, parameters, pass);
        let gap = ui.spacing().item_spacing.x;
        let width = (ui.available_width() - KEYS_WIDTH - gap).max(20.0);
        fields(ui, width, pass);
        keys_ui(ui, label, layers, parameters, pass);
    });
}

fn label_ui(
    ui: &mut Ui,
    label: &str,
    layers: &[&Layer],
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
) {
    let (rect, response) = ui.allocate_exact_size(vec2(LABEL_WIDTH, FIELD_HEIGHT), Sense::click());
    let name = format!("Reset {}", label.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let at = key_time(pass);
    let is_changed = layers.iter().any(|layer| {
        let values = layer.at(at);
        let differs = |one: &Parameter| one.of(&values) != one.neutral();
        parameters
            .iter()
            .any(|one| differs(one) || layer.track(*one).is_some())
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
        pass.edit(reset(layers, parameters, at));
    }
    response.on_hover_text("Double-click to reset");
}

/// Draws the diamond, filled on a key, and arrows to the keys before and after.
fn keys_ui(
    ui: &mut Ui,
    label: &str,
    layers: &[&Layer],
    parameters: &[Parameter],
    pass: &mut Pass<'_, '_>,
) {
    let (area, _) = ui.allocate_exact_size(vec2(KEYS_WIDTH, FIELD_HEIGHT), Sense::hover());
    let at = key_time(pass);
    let keys = || {
        let layers = layers.iter();
        layers
            .flat_map(|layer| parameters.iter().filter_map(|one| layer.track(*one)))
            .flat_map(|track| &track.keys)
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
        // Without keys the arrows are hidden but keep their width, so that nothing moves when there are some.
        if is_keyed
            && arrow_ui(ui, rect, direction, time.is_some(), name).clicked()
            && let Some(time) = time
        {
            pass.push(Command::Transport(TransportCommand::SeekTo(time)));
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
        pass.edit(toggled(layers, parameters, at, is_key));
    }
    let tooltip = if is_key {
        "Remove the keyframe here"
    } else {
        "Set a keyframe here"
    };
    response
        .on_hover_text(format!("{tooltip}; right-click for more"))
        .context_menu(|ui| menu_ui(ui, layers, parameters, at, pass));
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

fn menu_ui(
    ui: &mut Ui,
    layers: &[&Layer],
    parameters: &[Parameter],
    at: Time,
    pass: &mut Pass<'_, '_>,
) {
    let keyed = || {
        let layers = layers.iter();
        layers.flat_map(|layer| {
            let keyed = parameters.iter().filter(|one| layer.track(**one).is_some());
            keyed.map(move |one| (*layer, *one))
        })
    };
    let is_keyed = keyed().next().is_some();
    ui.add_enabled_ui(is_keyed, |ui| {
        for &interpolation in Interpolation::ALL {
            let goes_so = |(layer, one): (&Layer, Parameter)| {
                interpolation_at(layer, one, at) == interpolation
            };
            let is_on = keyed().any(goes_so);
            if ui.selectable_label(is_on, interpolation.label()).clicked() {
                pass.edit(interpolated(layers, parameters, at, interpolation));
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Clear keyframes").clicked() {
            pass.edit(cleared(layers, parameters));
            ui.close();
        }
    });
    if ui.button("Reset and clear keyframes").clicked() {
        pass.edit(reset(layers, parameters, at));
        ui.close();
    }
}
