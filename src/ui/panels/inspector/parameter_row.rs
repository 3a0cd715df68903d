//! Rows of the parameters of one or several layers: numbers to drag or type, and a diamond that sets keyframes. Of
//! several layers the last is the one whose numbers are shown.

use egui::{Color32, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::fields::{is_mixed, number_ui};
use super::key_edits::{
    cleared, interpolated, interpolation_at, reset, set_values, together, toggled,
};
use super::rows::{KEYS_WIDTH, fields_width, label_ui};
use super::scale_row::{is_scale_linked, with_linked};
use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit::on_frame;
use crate::project::{Interpolation, Layer, Parameter};
use crate::time::Time;
use crate::time::formula::Unit;
use crate::ui::pass::Pass;
use crate::ui::widgets::{FIELD_HEIGHT, Field, Slider};

/// How a parameter is shown and dragged.
struct Shown {
    unit: Unit,
    /// The shown value of 1.
    factor: f64,
    /// Change of the shown value per point of dragging.
    speed: f64,
    decimals: usize,
    /// The greatest shown value that a field takes, either way; the parameter's own range where absent.
    reach: Option<f64>,
}

fn shown(parameter: Parameter) -> Shown {
    let plain = Shown {
        unit: Unit::Plain,
        factor: 1.0,
        speed: 0.01,
        decimals: 2,
        reach: None,
    };
    let percent = Shown {
        unit: Unit::Percent,
        factor: 100.0,
        speed: 0.5,
        decimals: 1,
        reach: None,
    };
    let degrees = Shown {
        unit: Unit::Degrees,
        speed: 0.5,
        decimals: 1,
        reach: Some(3600.0),
        ..plain
    };
    match parameter {
        Parameter::ScaleX | Parameter::ScaleY => Shown {
            reach: Some(10_000.0),
            ..percent
        },
        Parameter::Opacity => Shown {
            speed: 1.0,
            decimals: 0,
            ..percent
        },
        Parameter::AnchorX
        | Parameter::AnchorY
        | Parameter::CropLeft
        | Parameter::CropTop
        | Parameter::CropRight
        | Parameter::CropBottom => percent,
        Parameter::Rotation | Parameter::Hue => degrees,
        Parameter::Brightness
        | Parameter::Contrast
        | Parameter::Saturation
        | Parameter::Gamma
        | Parameter::Pan => plain,
        Parameter::Gain => Shown {
            unit: Unit::Decibels,
            speed: 0.1,
            decimals: 1,
            ..plain
        },
        Parameter::Exposure => Shown {
            unit: Unit::Stops,
            ..plain
        },
        // Positions and corners are pixels.
        _ => Shown {
            unit: Unit::Pixels,
            factor: 1.0,
            speed: 1.0,
            decimals: 1,
            reach: Some(16_384.0),
        },
    }
}

/// The bar of a parameter in its shown unit, for those of which more and less can be seen at once: opacity, which begins
/// with nothing, and colours, which lie about a neutral middle.
fn slider(parameter: Parameter, colour: Color32) -> Option<Slider> {
    let (least, most, neutral) = match parameter {
        Parameter::Opacity => (0.0, 100.0, None),
        Parameter::Brightness => (-1.0, 1.0, Some(0.0)),
        Parameter::Contrast | Parameter::Saturation => (0.0, 2.0, Some(1.0)),
        Parameter::Hue => (-180.0, 180.0, Some(0.0)),
        Parameter::Gamma => (0.25, 4.0, Some(1.0)),
        Parameter::Exposure => (-4.0, 4.0, Some(0.0)),
        _ => return None,
    };
    Some(Slider {
        least,
        most,
        neutral,
        is_logarithmic: parameter == Parameter::Gamma,
        colour,
    })
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
    let Some(layer) = layers.last() else {
        return;
    };
    let at = key_time(pass);
    let how = shown(parameter);
    let (least, greatest) = parameter.range();
    let range = match how.reach {
        Some(reach) => -reach..=reach,
        None => f64::from(least) * how.factor..=f64::from(greatest) * how.factor,
    };
    let shown_of = |layer: &Layer| exact(parameter.of(&layer.at(at))) * how.factor;
    let value = shown_of(layer);
    // Opacity may be finer than its bar; between keys it is not, so that its width stays.
    let is_finer = (value - value.round()).abs() > 0.01 && layer.track(parameter).is_none();
    let name = match (parameter, layers) {
        (Parameter::Opacity, [layer]) => format!("Opacity of {}", layer.name),
        (Parameter::Opacity, _) => format!("Opacity of {} layers", layers.len()),
        _ => parameter.label().to_owned(),
    };
    let colour = match parameter {
        Parameter::Opacity => pass.theme.layer(layer),
        _ => pass.theme.accent,
    };
    let field = Field {
        is_mixed: is_mixed(layers, |layer| parameter.of(&layer.at(at))),
        speed: how.speed,
        decimals: how.decimals.max(usize::from(is_finer)),
        slider: slider(parameter, colour),
        tooltip: parameter.label(),
        ..Field::new(&name, value, range, how.unit)
    };
    let is_linked = is_scale_linked(ui, pass);
    number_ui(ui, width, (&field, parameter.label()), pass, |change| {
        let edits = layers.iter().map(|layer| {
            let value = (change(shown_of(layer)) / how.factor) as f32;
            let values = with_linked(&layer.at(at), (parameter, value), is_linked);
            set_values(layer, at, values)
        });
        together(edits.collect(), "Change layers")
    });
}

/// The number that is meant by one of single precision: that of its shortest decimal form.
fn exact(value: f32) -> f64 {
    let far = 1e6;
    (f64::from(value) * far).round() / far
}

/// True if any of these parameters has keys, or another value than its neutral one.
pub(crate) fn is_changed(layers: &[&Layer], parameters: &[Parameter], at: Time) -> bool {
    layers.iter().any(|layer| {
        let values = layer.at(at);
        let differs = |one: &Parameter| one.of(&values) != one.neutral();
        let mut parameters = parameters.iter();
        parameters.any(|one| differs(one) || layer.track(*one).is_some())
    })
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
        let at = key_time(pass);
        if label_ui(ui, label, is_changed(layers, parameters, at)) {
            pass.edit(reset(layers, parameters, at));
        }
        let width = fields_width(ui);
        fields(ui, width, pass);
        keys_ui(ui, label, layers, parameters, pass);
    });
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

fn paint_diamond(ui: &Ui, rect: Rect, is_filled: bool, colour: Color32) {
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
