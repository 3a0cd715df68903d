//! The inspector's sections, and the layer's own.
//!
//! Several layers, or clips and their layers, are edited at once: a field shows the value that they have in common, and
//! a change of it is one step for all of them.

use egui::{Id, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::canvas::canvas_ui;
use super::clip::clips_ui;
use super::fields::{Choice, choice_ui, common};
use super::key_edits::together;
use super::layer::{colour_ui, crop_ui, mixing_ui, transform_ui};
use super::rows::{Section, reset_row_ui, row_ui, section_ui};
use crate::project::{EditCommand, FramePolicy, Layer, LayerEdit, LayerId};
use crate::ui::panel::Panel;
use crate::ui::panels::media_bin::file_name;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;
use crate::ui::style;
use crate::ui::widgets::{FIELD_HEIGHT, MIXED, elided, heading, toggle_chip};

/// Height of the head in points.
const HEAD_HEIGHT: f32 = 18.0;
/// Side of the colour of a selected layer, and the gap beside it, in points.
const CHIP: f32 = 8.0;
const CHIP_GAP: f32 = 4.0;

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
        let layers = pass.selected_layers();
        head_ui(ui, &layers, pass);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            // What is typed belongs to what was selected then, and to nothing else.
            let selection = &pass.state.selection;
            let subject = (selection.clips().to_vec(), selection.layers().to_vec());
            ui.push_id(subject, |ui| {
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
        });
    }
}

impl Inspector {
    fn layers_ui(&mut self, ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
        let title = match layers.len() {
            1 => "Layer".to_owned(),
            count => format!("{count} layers"),
        };
        let policy_of = |layer: &Layer| layer.frame_policy;
        let set = |policy| {
            let edits = layers.iter();
            let edits =
                edits.map(|one| EditCommand::Layer(one.id, LayerEdit::SetFramePolicy(policy)));
            together(edits.collect(), "Change frame policy")
        };
        let usual = FramePolicy::default();
        let is_changed = layers.iter().any(|layer| policy_of(layer) != usual);
        let section = Section {
            name: "Layer",
            title: &title,
            is_changed,
        };
        if !section_ui(ui, &section, pass, || set(usual)) {
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
            value: common(layers, |layer| policy_of(layer)),
            choices: POLICIES,
            tooltip: "What is shown when the frame that is due is not ready in time: the nearest one before it that is, \
                      the last one until it is, or every frame in turn, so that the layer falls behind rather than \
                      leave one out",
        };
        reset_row_ui(
            ui,
            ("Late frames", is_changed),
            pass,
            || set(usual),
            |ui, width, pass| choice_ui(ui, width, &policy, pass, set),
        );
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

/// Draws the panel's name, and on its right what is selected, with the colours of its layers.
fn head_ui(ui: &mut Ui, layers: &[&Layer], pass: &Pass<'_, '_>) {
    ui.horizontal(|ui| {
        heading(ui, pass.theme, "Inspector");
        let size = vec2(ui.available_width(), HEAD_HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let subject = subject(pass);
        response
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Selected: {subject}")));
        let chips = layers.len() as f32 * (CHIP + CHIP_GAP);
        let font = style::medium(style::SMALL);
        let room = rect.width() - chips - CHIP_GAP;
        let text = elided(ui.painter(), &subject, font, pass.theme.text, room);
        let left = rect.right() - text.size().x;
        let at = pos2(left, rect.center().y - text.size().y / 2.0);
        ui.painter().galley(at, text, pass.theme.text);
        for (place, layer) in layers.iter().enumerate() {
            let x = left - chips - 2.0 + place as f32 * (CHIP + CHIP_GAP);
            let centre = pos2(x + CHIP / 2.0, rect.center().y);
            let chip = egui::Rect::from_center_size(centre, vec2(CHIP, CHIP));
            let colour = pass.theme.layer(layer);
            ui.painter().rect_filled(chip, 2.0, colour);
        }
        response.on_hover_text(subject);
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
        None => format!("{text} {MIXED}"),
    };
    let on = (state == Some(true)).then_some(colour);
    toggle_chip(ui, rect, id, (&text, name), on)
}
