//! The inspector's sections, the layer's head, and the canvas.
//!
//! Several layers, or clips and their layers, are edited at once: a field shows the value that they have in common, and
//! a change of it is one step for all of them.

use egui::{Align, Id, Layout, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};

use super::clip::clips_ui;
use super::fields::{
    Choice, FIELD_HEIGHT, Number, choice_ui, common, is_mixed, number_ui, row_ui, section_ui,
};
use super::key_edits::{set_values, together};
use super::layer::{colour_ui, crop_ui, mixing_ui, transform_ui};
use super::parameter_row::key_time;
use crate::project::{
    Canvas, EditCommand, FramePolicy, Layer, LayerEdit, LayerId, Parameter, ProjectEdit,
};
use crate::time::FrameRate;
use crate::ui::panel::Panel;
use crate::ui::panels::media_bin::file_name;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;
use crate::ui::style;
use crate::ui::widgets::{Level, heading, level_ui, toggle_chip};

/// Rates offered for the canvas, as numerators and denominators.
const RATES: &[(u32, u32)] = &[
    (24000, 1001),
    (24, 1),
    (25, 1),
    (30000, 1001),
    (30, 1),
    (50, 1),
    (60000, 1001),
    (60, 1),
];

/// Frame policies with their labels.
const POLICIES: &[(FramePolicy, &str)] = &[
    (FramePolicy::Nearest, "Nearest ready frame"),
    (FramePolicy::Hold, "Hold the last one"),
    (FramePolicy::NeverSkip, "Never skip a frame"),
];

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("inspector");

/// The inspector.
#[derive(Default)]
pub(crate) struct Inspector {
    /// The name being typed, and its layer.
    renaming: Option<(LayerId, String)>,
}

impl Panel for Inspector {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        head_ui(ui, pass);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let layers = pass.selected_layers();
            if layers.is_empty() {
                canvas_ui(ui, pass);
                return;
            }
            self.layers_ui(ui, &layers, pass);
            transform_ui(ui, &layers, pass);
            mixing_ui(ui, &layers, pass);
            clips_ui(ui, pass);
            crop_ui(ui, &layers, pass);
            colour_ui(ui, &layers, pass);
            ui.add_space(8.0);
        });
    }
}

impl Inspector {
    fn layers_ui(&mut self, ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
        let title = match layers.len() {
            1 => "Layer".to_owned(),
            count => format!("{count} layers"),
        };
        if !section_ui(ui, "Layer", &title) {
            return;
        }
        if let [layer] = layers {
            row_ui(ui, "Name", |ui, width| {
                self.name_ui(ui, width, layer, pass);
            });
        }
        row_ui(ui, "State", |ui, width| state_ui(ui, width, layers, pass));
        let policy = Choice {
            name: "Late frames",
            value: common(layers, |layer| layer.frame_policy),
            choices: POLICIES,
            tooltip: "What is shown when the frame that is due is not ready in time: the nearest one before it that is, \
                      the last one until it is, or every frame in turn, so that the layer falls behind rather than \
                      leave one out",
        };
        row_ui(ui, "Late frames", |ui, width| {
            choice_ui(ui, width, &policy, pass, |policy| {
                let edits = layers.iter();
                let edits =
                    edits.map(|one| EditCommand::Layer(one.id, LayerEdit::SetFramePolicy(policy)));
                together(edits.collect(), "Change frame policy")
            });
        });
    }

    fn name_ui(&mut self, ui: &mut Ui, width: f32, layer: &Layer, pass: &mut Pass<'_, '_>) {
        let mut text = match &self.renaming {
            Some((id, text)) if *id == layer.id => text.clone(),
            _ => layer.name.clone(),
        };
        let field = TextEdit::singleline(&mut text)
            .id(Id::unique(("layer name", layer.id)))
            .char_limit(80)
            .margin(egui::Margin::symmetric(7, 3));
        let response = ui
            .add_sized(vec2(width, FIELD_HEIGHT), field)
            .accessible_name("Layer name");
        if response.lost_focus() {
            let text = text.trim();
            let is_escape = ui.input(|input| input.key_pressed(egui::Key::Escape));
            if !text.is_empty() && text != layer.name && !is_escape {
                pass.edit(EditCommand::Layer(
                    layer.id,
                    LayerEdit::Rename(text.to_owned()),
                ));
            }
            self.renaming = None;
        } else if response.has_focus() {
            self.renaming = Some((layer.id, text));
        }
        response.on_hover_text("What the layer is called");
    }
}

/// Draws the opacity of layers as a level, which shows that of the last of them.
pub(crate) fn opacity_ui(
    ui: &Ui,
    id: Id,
    layers: &[&Layer],
    pass: &mut Pass<'_, '_>,
    rect: egui::Rect,
    is_field: bool,
) {
    let Some(shown) = layers.last() else {
        return;
    };
    let at = key_time(pass);
    let name = match layers {
        [layer] => format!("Opacity of {}", layer.name),
        _ => format!("Opacity of {} layers", layers.len()),
    };
    let level = Level {
        name: &name,
        rect,
        colour: pass.theme.layer(shown),
        is_mixed: is_mixed(layers, |layer| layer.at(at).opacity),
        is_field,
    };
    let opacity = shown.at(at).opacity;
    let (response, set) = level_ui(ui, id, opacity, level);
    if let Some(opacity) = set {
        let edits = layers.iter();
        let edits = edits.map(|layer| set_values(layer, at, [(Parameter::Opacity, opacity)]));
        let edit = together(edits.collect(), "Change opacity");
        if response.dragged() {
            pass.gesture_edit("Change opacity", edit);
        } else {
            pass.edit(edit);
        }
    }
    response.on_hover_text(format!(
        "Opacity {:.0} %; drag to change, double-click for 100 %",
        opacity * 100.0
    ));
}

fn head_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    ui.horizontal(|ui| {
        heading(ui, pass.theme, "Inspector");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(subject(pass)).font(style::regular(style::SMALL));
            ui.add(egui::Label::new(text.color(pass.theme.dim)).truncate());
        });
    });
}

/// The selection in words, such as `Waves › storm.mov`.
fn subject(pass: &Pass<'_, '_>) -> String {
    let project = pass.view.project;
    match &pass.state.selection {
        Selection::Layers(layers) => match &layers[..] {
            [layer] => project.layer(*layer).map(|layer| layer.name.clone()),
            several => Some(format!("{} layers", several.len())),
        },
        Selection::Within(layer) => project.layer(*layer).map(|layer| layer.name.clone()),
        Selection::Clips(clips) if clips.len() > 1 => Some(format!("{} clips", clips.len())),
        other => other
            .clip()
            .and_then(|id| project.clip(id))
            .map(|(layer, clip)| {
                let media = project.media(clip.media).map(file_name);
                format!("{} › {}", layer.name, media.unwrap_or_default())
            }),
    }
    .unwrap_or_else(|| "Canvas".to_owned())
}

fn state_ui(ui: &mut Ui, width: f32, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    let gap = 4.0;
    let size = vec2((width - 2.0 * gap) / 3.0, FIELD_HEIGHT);
    ui.spacing_mut().item_spacing.x = gap;
    let theme = pass.theme;
    let is_on = |action: Action, layer: &Layer| match action {
        Action::ToggleVisible => layer.is_visible,
        Action::ToggleSolo => layer.is_solo,
        _ => layer.is_locked,
    };
    let chips = [
        ("Visible", theme.accent, Action::ToggleVisible),
        ("Solo", theme.warning, Action::ToggleSolo),
        ("Locked", theme.error, Action::ToggleLock),
    ];
    for (name, colour, action) in chips {
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let id = Id::unique(("inspector state", name));
        let state = common(layers, |layer| is_on(action, layer));
        let response = chip(ui, rect, id, (name, name), state, colour);
        if response.clicked() {
            crate::ui::actions::perform(action, pass);
        }
        let what = action.label();
        response.on_hover_text(action.tooltip(ui.ctx(), what));
    }
}

/// Draws a chip for a setting that is on or off for all (`Some`), or mixed (`None`).
pub(crate) fn chip(
    ui: &Ui,
    rect: egui::Rect,
    id: Id,
    (text, name): (&str, &str),
    state: Option<bool>,
    colour: egui::Color32,
) -> egui::Response {
    let text = match state {
        Some(_) => text.to_owned(),
        None => format!("{text} {}", super::fields::MIXED),
    };
    let on = (state == Some(true)).then_some(colour);
    toggle_chip(ui, rect, id, (&text, name), on)
}

/// Draws a row of two numbers, across and down.
fn pair_ui<'n>(
    ui: &mut Ui,
    label: &str,
    names: [&'static str; 2],
    pass: &mut Pass<'_, '_>,
    number: impl Fn(usize) -> Number<'n>,
    edit: impl Fn(usize, f64) -> EditCommand,
) {
    row_ui(ui, label, |ui, width| {
        let width = (width - ui.spacing().item_spacing.x) / 2.0;
        for (axis, name) in names.into_iter().enumerate() {
            let number = Number {
                name,
                ..number(axis)
            };
            let value = number.value;
            number_ui(ui, width, number, pass, |change| edit(axis, change(value)));
        }
    });
}

fn canvas_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    if !section_ui(ui, "Canvas", "Canvas") {
        return;
    }
    let old = pass.view.project.canvas;
    let names = ["Canvas width", "Canvas height"];
    pair_ui(
        ui,
        "Size",
        names,
        pass,
        |axis| Number {
            name: "",
            value: f64::from([old.width_px, old.height_px][axis]),
            is_mixed: false,
            range: 1.0..=16384.0,
            speed: 4.0,
            decimals: 0,
            suffix: " px",
            tooltip: "Pixels of the composed picture",
        },
        |axis, value| {
            let mut new = old;
            let pixels = value.round().clamp(1.0, 16384.0) as u32;
            *[&mut new.width_px, &mut new.height_px][axis] = pixels;
            EditCommand::Project(ProjectEdit::SetCanvas(new))
        },
    );
    let rates: Vec<(FrameRate, String)> = RATES
        .iter()
        .filter_map(|(num, den)| FrameRate::new(*num, *den))
        .map(|rate| (rate, format!("{} fps", crate::ui::format::fps(rate))))
        .collect();
    let mut choices: Vec<(FrameRate, &str)> = rates
        .iter()
        .map(|(rate, text)| (*rate, text.as_str()))
        .collect();
    let own = format!("{} fps", crate::ui::format::fps(old.frame_rate));
    if choices.iter().all(|(rate, _)| *rate != old.frame_rate) {
        choices.push((old.frame_rate, &own));
    }
    row_ui(ui, "Frame rate", |ui, width| {
        let choice = Choice {
            name: "Frame rate",
            value: Some(old.frame_rate),
            choices: &choices,
            tooltip: "Pictures per second of the canvas, whose frames all edits lie on",
        };
        choice_ui(ui, width, &choice, pass, |frame_rate| {
            EditCommand::Project(ProjectEdit::SetCanvas(Canvas { frame_rate, ..old }))
        });
    });
    row_ui(ui, "Background", |ui, width| {
        background_ui(ui, width, old, pass);
    });
}

fn background_ui(ui: &mut Ui, width: f32, old: Canvas, pass: &mut Pass<'_, '_>) {
    let gap = ui.spacing().item_spacing.x;
    let names = ["Background red", "Background green", "Background blue"];
    for (channel, name) in names.into_iter().enumerate() {
        let number = Number {
            name,
            value: f64::from(old.background[channel]) * 100.0,
            is_mixed: false,
            range: 0.0..=100.0,
            speed: 0.5,
            decimals: 0,
            suffix: " %",
            tooltip: name,
        };
        number_ui(ui, (width - 2.0 * gap) / 3.0, number, pass, |change| {
            let mut new = old;
            let percent = change(f64::from(old.background[channel]) * 100.0);
            new.background[channel] = (percent / 100.0) as f32;
            EditCommand::Project(ProjectEdit::SetCanvas(new))
        });
    }
}
