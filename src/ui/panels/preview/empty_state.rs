//! The invitation in the place of the picture while the project is empty: to drop or open files, to begin from a
//! template, to go on with a recent project.

use egui::{
    Button, Color32, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::command::{Command, FileCommand};
use crate::status::program::{RecentView, TemplateView};
use crate::ui::actions::perform;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::elided;
use crate::ui::{format, style};

/// Width of a card, and the height of the two lines below its sketch, in points.
const CARD_WIDTH: f32 = 132.0;
const LINES_HEIGHT: f32 = 42.0;
/// Height of a sketch, and where the place is low.
const SKETCH: f32 = 62.0;
const LOW_SKETCH: f32 = 34.0;
/// Height below which the place is low: two rows of cards have no room with their sketches whole.
const LOW: f32 = 390.0;
/// Gap between cards.
const GAP: f32 = 10.0;
/// Most recent projects that have a card; the menu has all.
const MOST_RECENT: usize = 4;
/// Room around the whole.
const MARGIN: f32 = 20.0;

/// Draws the invitation in the middle of `stage`; what has no room is scrolled.
pub(super) fn empty_state_ui(ui: &mut Ui, stage: Rect, pass: &mut Pass<'_, '_>) {
    let area = stage.shrink(MARGIN.min(stage.width() / 8.0));
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ScrollArea::vertical()
            .id_salt("empty state")
            .auto_shrink(false)
            .show(ui, |ui| {
                // In the middle, as far as it was high in the last pass.
                let id = ui.scope_id().with("height");
                let height = ui
                    .data(|data| data.get_temp(id))
                    .unwrap_or_else(|| area.height());
                ui.add_space(((area.height() - height) / 2.0).max(0.0));
                let top = ui.cursor().top();
                invitation_ui(ui, pass);
                cards_ui(
                    ui,
                    if area.height() < LOW {
                        LOW_SKETCH
                    } else {
                        SKETCH
                    },
                    pass,
                );
                let drawn: f32 = ui.min_rect().bottom() - top;
                if (drawn - height).abs() > 0.5 {
                    ui.data_mut(|data| data.insert_temp(id, drawn));
                    ui.ctx().request_discard("the invitation was measured");
                }
            });
    });
}

fn invitation_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    ui.vertical_centered(|ui| {
        let text = RichText::new("Drop video files here");
        ui.label(text.font(style::semibold(17.0)).color(theme.text));
        let text = "HAP and all that FFmpeg plays; each file gets a layer of its own, up to six";
        ui.label(RichText::new(text).color(theme.dim));
    });
    ui.add_space(8.0);
    let open = format!("Open project…  {}", Action::Open.shortcut_text(ui.ctx()));
    let width = 130.0 + GAP + 190.0;
    row_ui(ui, width, |ui| {
        let tooltip = Action::AddMedia.tooltip(ui.ctx(), "Choose media files");
        let button = Button::new(RichText::new("Add media…").color(theme.background))
            .fill(theme.accent)
            .min_size(vec2(130.0, 28.0));
        if ui.add(button).on_hover_text(tooltip).clicked() {
            pass.push(Command::File(FileCommand::AddMediaDialog));
        }
        let tooltip = Action::Open.tooltip(ui.ctx(), "Choose a project");
        let button = Button::new(open).min_size(vec2(190.0, 28.0));
        if ui.add(button).on_hover_text(tooltip).clicked() {
            perform(Action::Open, pass);
        }
    });
}

fn cards_ui(ui: &mut Ui, sketch: f32, pass: &mut Pass<'_, '_>) {
    let program = pass.view.program;
    if !program.templates.is_empty() {
        title_ui(ui, pass, "New project");
        let templates: Vec<_> = program.templates.iter().enumerate().collect();
        for row in templates.chunks(cards_in_row(ui)) {
            row_ui(ui, row_width(row.len()), |ui| {
                for (index, template) in row {
                    if template_ui(ui, template, (sketch, pass)).clicked() {
                        pass.push(Command::File(FileCommand::NewFromTemplate(*index)));
                    }
                }
            });
        }
    }
    let recent: Vec<_> = program.recent.iter().take(MOST_RECENT).collect();
    if recent.is_empty() {
        return;
    }
    title_ui(ui, pass, "Recent projects");
    for row in recent.chunks(cards_in_row(ui)) {
        row_ui(ui, row_width(row.len()), |ui| {
            for project in row {
                if recent_ui(ui, project, (sketch, pass)).clicked() {
                    let path = project.path.clone();
                    pass.push(Command::File(FileCommand::Open(path)));
                }
            }
        });
    }
}

fn title_ui(ui: &mut Ui, pass: &Pass<'_, '_>, text: &str) {
    ui.add_space(14.0);
    ui.vertical_centered(|ui| {
        let text = RichText::new(text).font(style::medium(style::SMALL));
        ui.label(text.color(pass.theme.dim));
    });
    ui.add_space(2.0);
}

fn cards_in_row(ui: &Ui) -> usize {
    let room = ui.available_width() + GAP;
    (room / (CARD_WIDTH + GAP)).floor().max(1.0) as usize
}

fn row_width(cards: usize) -> f32 {
    cards as f32 * (CARD_WIDTH + GAP) - GAP
}

/// A row of this width in the middle.
fn row_ui(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP, GAP);
        let before = ((ui.available_width() - width) / 2.0).max(0.0);
        ui.add_space(before);
        add(ui);
    });
    ui.add_space(GAP - ui.spacing().item_spacing.y);
}

/// Draws the frame of a card, and its two lines; gives the place of its sketch.
fn card_ui(
    ui: &mut Ui,
    (sketch_height, pass): (f32, &Pass<'_, '_>),
    (title, line): (&str, &str),
    is_enabled: bool,
) -> (Response, Rect) {
    let sense = if is_enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) =
        ui.allocate_exact_size(vec2(CARD_WIDTH, sketch_height + LINES_HEIGHT), sense);
    let theme = pass.theme;
    let is_hot = is_enabled && (response.hovered() || response.has_focus());
    let (fill, border) = if is_hot {
        (theme.hovered, theme.accent)
    } else {
        (theme.panel, theme.line)
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 5.0, fill);
    painter.rect_stroke(rect, 5.0, Stroke::new(1.0, border), StrokeKind::Inside);
    let (sketch, text) = rect.split_top_bottom_at_y(rect.top() + sketch_height);
    let colour = if is_enabled { theme.text } else { theme.faint };
    for (index, (text_line, font, colour)) in [
        (title, style::medium(style::SMALL), colour),
        (line, style::regular(style::SMALL), theme.dim),
    ]
    .into_iter()
    .enumerate()
    {
        let galley = elided(painter, text_line, font, colour, rect.width() - 16.0);
        let at = pos2(rect.left() + 8.0, text.top() + 3.0 + 16.0 * index as f32);
        painter.galley(at, galley, colour);
    }
    let margin = vec2(8.0, if sketch_height < SKETCH { 4.0 } else { 8.0 });
    (response, sketch.shrink2(margin))
}

fn template_ui(
    ui: &mut Ui,
    template: &TemplateView,
    (sketch, pass): (f32, &Pass<'_, '_>),
) -> Response {
    let [width, height] = template.size_px;
    let size = format::picture_size(width, height);
    let line = format!("{size} · {} fps", format::fps(template.frame_rate));
    let (response, place) = card_ui(ui, (sketch, pass), (&template.name, &line), true);
    let name = format!("New project: {}, {line}", template.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let aspect = width.max(1) as f32 / height.max(1) as f32;
    let fitted = vec2(place.height() * aspect, place.height());
    let fitted = fitted * (place.width() / fitted.x).min(1.0);
    let canvas = Rect::from_center_size(place.center(), fitted);
    let painter = ui.painter_at(canvas);
    painter.rect_filled(canvas, 1.0, pass.theme.well);
    // From the bottom to the top, each a little smaller, so that all of them are seen.
    for (index, layer) in template.layers.iter().rev().enumerate() {
        let colour = pass.theme.layers[usize::from(layer.colour) % pass.theme.layers.len()];
        let [x, y, width, height] = layer.share;
        let centre = canvas.min + vec2(x, y) * canvas.size();
        let size = vec2(width, height) * canvas.size() - Vec2::splat(5.0 * index as f32);
        let layer = Rect::from_center_size(centre, size.max(Vec2::splat(4.0)));
        painter.rect_filled(layer, 1.0, pass.theme.well.lerp_to_gamma(colour, 0.3));
        painter.rect_stroke(layer, 1.0, Stroke::new(1.0, colour), StrokeKind::Inside);
    }
    let stroke = Stroke::new(1.0, pass.theme.faint);
    ui.painter()
        .rect_stroke(canvas, 1.0, stroke, StrokeKind::Outside);
    response.on_hover_text(name)
}

fn recent_ui(ui: &mut Ui, recent: &RecentView, (sketch, pass): (f32, &Pass<'_, '_>)) -> Response {
    let name = recent.path.file_stem().unwrap_or(recent.path.as_os_str());
    let name = name.to_string_lossy();
    let folder = recent.path.parent().map(|folder| folder.to_string_lossy());
    let line = if recent.is_missing {
        "missing".to_owned()
    } else {
        folder.unwrap_or_default().into_owned()
    };
    let is_there = !recent.is_missing;
    let (response, place) = card_ui(ui, (sketch, pass), (&name, &line), is_there);
    let label = format!("Open {name}, {line}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_there, &label));
    paint_lanes(ui, place, is_there, pass);
    response.on_hover_text(recent.path.display().to_string())
}

/// Draws a timeline in miniature, for a project whose contents are not known before it is opened.
fn paint_lanes(ui: &Ui, place: Rect, is_there: bool, pass: &Pass<'_, '_>) {
    let clips: [(f32, f32); 4] = [(0.15, 0.55), (0.0, 0.4), (0.45, 1.0), (0.0, 0.9)];
    let step = place.height() / clips.len() as f32;
    for (lane, (from, to)) in clips.into_iter().enumerate() {
        let colour: Color32 = if is_there {
            pass.theme.layers[lane].gamma_multiply(0.55)
        } else {
            pass.theme.line
        };
        let top = place.top() + step * lane as f32;
        let left = place.left() + place.width() * from;
        let right = place.left() + place.width() * to;
        let clip = Rect::from_x_y_ranges(left..=right, top + 1.5..=top + step - 1.5);
        ui.painter().rect_filled(clip, 1.5, colour);
    }
}
