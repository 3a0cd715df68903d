//! Rows of the inspector, with a label on the left that resets them, and sections of rows that fold away.

use egui::{Align2, Id, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, vec2};

use crate::project::EditCommand;
use crate::ui::pass::Pass;
use crate::ui::style;
use crate::ui::theme::Theme;
use crate::ui::widgets::{FIELD_HEIGHT, Icon, reset_label_ui};

/// Width of a row's label in points.
const LABEL_WIDTH: f32 = 82.0;
/// Width of the keyframe diamond and its arrows, at the right end of a row.
pub(crate) const KEYS_WIDTH: f32 = 40.0;
/// Height of a section's title in points.
const TITLE_HEIGHT: f32 = 20.0;
/// Radius of the mark of what is changed, and its distance from the title, in points.
const MARK: f32 = 2.5;
const MARK_GAP: f32 = 9.0;

/// Draws a row that has nothing to reset: its label, then `fields`, which gets the width for all fields together.
pub(crate) fn row_ui(ui: &mut Ui, label: &str, fields: impl FnOnce(&mut Ui, f32)) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(LABEL_WIDTH, FIELD_HEIGHT), Sense::hover());
        let colour = Theme::of(ui.ctx()).dim;
        let font = style::regular(style::TEXT);
        let painter = ui.painter();
        painter.text(rect.left_center(), Align2::LEFT_CENTER, label, font, colour);
        fields(ui, fields_width(ui));
    });
}

/// Draws a row whose label resets it on a double click.
pub(crate) fn reset_row_ui(
    ui: &mut Ui,
    (label, is_changed): (&str, bool),
    pass: &mut Pass<'_, '_>,
    reset: impl FnOnce() -> EditCommand,
    fields: impl FnOnce(&mut Ui, f32, &mut Pass<'_, '_>),
) {
    ui.horizontal(|ui| {
        if label_ui(ui, label, is_changed) {
            pass.edit(reset());
        }
        let width = fields_width(ui);
        fields(ui, width, pass);
    });
}

/// The width of a row's fields: all rows end on one line, left of the column of keyframe buttons.
pub(crate) fn fields_width(ui: &Ui) -> f32 {
    (ui.available_width() - KEYS_WIDTH - ui.spacing().item_spacing.x).max(20.0)
}

/// Draws the label of a row; true if it is asked to reset what is changed.
pub(crate) fn label_ui(ui: &mut Ui, label: &str, is_changed: bool) -> bool {
    reset_label_ui(ui, vec2(LABEL_WIDTH, FIELD_HEIGHT), label, is_changed)
}

/// The title of a section of rows.
pub(crate) struct Section<'a> {
    /// Its name, by which it is remembered that it is folded.
    pub name: &'static str,
    /// What it is called now.
    pub title: &'a str,
    /// True if any of its rows is not as it was at first.
    pub is_changed: bool,
}

/// Draws the title of a section, with a line above; a click folds its rows away, its button resets them. Returns true if
/// they are unfolded.
pub(crate) fn section_ui(
    ui: &mut Ui,
    section: &Section<'_>,
    pass: &mut Pass<'_, '_>,
    reset: impl FnOnce() -> EditCommand,
) -> bool {
    ui.add_space(6.0);
    let y = ui.cursor().top();
    let line = ui.visuals().widgets.noninteractive.bg_stroke;
    let across = ui.max_rect().x_range().expand(12.0);
    ui.painter().hline(across, y, line);
    ui.add_space(5.0);
    let name = section.name;
    let is_open = !pass.state.folded_sections.contains(name);
    let size = vec2(ui.available_width(), TITLE_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, is_open, format!("{name} section"))
    });
    paint_title(ui, rect, &response, section, is_open);
    if response.clicked() {
        let folded = &mut pass.state.folded_sections;
        if is_open {
            folded.insert(name.to_owned());
        } else {
            folded.remove(name);
        }
    }
    let verb = if is_open { "Fold" } else { "Unfold" };
    response.on_hover_text(format!("{verb} these rows"));
    if section.is_changed && reset_button_ui(ui, rect, name).clicked() {
        pass.edit(reset());
    }
    is_open
}

fn paint_title(ui: &Ui, rect: Rect, response: &Response, section: &Section<'_>, is_open: bool) {
    let theme = Theme::of(ui.ctx());
    let is_hot = response.hovered() || response.has_focus();
    let colour = if is_hot { theme.strong } else { theme.text };
    let font = style::semibold(style::TEXT);
    let at = rect.left_center();
    let painter = ui.painter();
    let title = painter.text(at, Align2::LEFT_CENTER, section.title, font, colour);
    if section.is_changed {
        let mark = title.right_center() + vec2(MARK_GAP, 0.5);
        painter.circle_filled(mark, MARK, theme.accent);
    }
    let centre = rect.right_center() - vec2(KEYS_WIDTH / 2.0, 0.0);
    let (tip, side) = if is_open {
        (vec2(0.0, 2.0), vec2(4.0, 0.0))
    } else {
        (vec2(2.0, 0.0), vec2(0.0, 4.0))
    };
    let points = vec![centre - tip - side, centre + tip, centre - tip + side];
    let colour = if is_hot { theme.strong } else { theme.dim };
    painter.add(Shape::line(points, Stroke::new(1.3, colour)));
}

/// Draws the button that resets a section, where its fields end.
fn reset_button_ui(ui: &Ui, title: Rect, name: &str) -> Response {
    let theme = Theme::of(ui.ctx());
    let gap = ui.spacing().item_spacing.x;
    let at = title.right_center() - vec2(KEYS_WIDTH + gap, 0.0);
    let rect = Align2::RIGHT_CENTER.anchor_size(at, vec2(TITLE_HEIGHT, TITLE_HEIGHT));
    let response = ui.interact(rect, Id::unique(("reset section", name)), Sense::click());
    let label = format!("Reset section {name}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &label));
    let is_hot = response.hovered() || response.has_focus();
    let colour = if is_hot { theme.strong } else { theme.dim };
    Icon::Reset.paint(ui.painter(), rect, colour);
    response.on_hover_text("Reset these rows, without keyframes")
}
