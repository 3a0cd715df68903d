//! The list of markers: a click goes to one; the one that is selected shows its fields: name, colour, note.
//!
//! Its rows are walked through with the arrows and chosen with Enter; Delete removes the marker that is selected.

use egui::{
    Align2, EventFilter, Id, Key, Modifiers, Rect, Response, RichText, Role, ScrollArea, Sense,
    Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use super::markers::marker_colour;
use super::menus::COLOUR_NAMES;
use crate::command::{Command, TransportCommand};
use crate::project::{EditCommand, Marker, MarkerEdit};
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;
use crate::ui::style;
use crate::ui::widgets::{Icon, IconButton, elided, quiet_button};

/// The panel's name.
pub(crate) const MARKERS: PanelId = PanelId("markers");
/// Height of a row.
const ROW: f32 = 24.0;
/// Side of a colour's square among the fields.
const SWATCH: f32 = 16.0;
/// Longest name and note in letters.
const NAME_LETTERS: usize = 80;
const NOTE_LETTERS: usize = 400;

/// A text of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Note,
}

/// The list, and the text that is being typed: of which marker, and which of its texts.
#[derive(Default)]
pub(crate) struct MarkerList {
    typed: Option<(usize, Field, String)>,
    /// The marker whose fields were brought into sight last.
    opened: Option<usize>,
}

impl Panel for MarkerList {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        head_ui(ui, pass);
        let markers = &pass.view.project.markers;
        if markers.is_empty() {
            let text = Action::AddMarker.tooltip(ui.ctx(), "Markers name places in time. Add one");
            ui.label(RichText::new(text).color(pass.theme.dim));
            return;
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let mut rows = Vec::with_capacity(markers.len());
            for (index, marker) in markers.iter().enumerate() {
                rows.push(row_ui(ui, index, marker, pass));
                // What is typed is kept until its field has given it up.
                let is_typed = self.typed.as_ref().is_some_and(|typed| typed.0 == index);
                let is_open = pass.state.selection == Selection::Marker(index);
                if is_open || is_typed {
                    let fields = ui.scope(|ui| self.fields_ui(ui, index, marker, pass));
                    if is_open && self.opened.replace(index) != Some(index) {
                        fields.response.scroll_to_me(None);
                    }
                }
            }
            walk_ui(ui, &rows, pass);
        });
    }
}

/// Draws the number of markers, and the button that adds one.
fn head_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.horizontal(|ui| {
        let tooltip = Action::AddMarker.tooltip(ui.ctx(), "Add a marker at the playhead");
        if quiet_button(ui, pass.theme, "+ Add at playhead", tooltip).clicked() {
            crate::ui::actions::perform(Action::AddMarker, pass);
        }
    });
    ui.separator();
}

/// Draws a row: colour, time, name, note, and the button that removes it.
fn row_ui(ui: &mut Ui, index: usize, marker: &Marker, pass: &mut Pass<'_, '_>) -> Response {
    let theme = pass.theme;
    let size = vec2(ui.available_width(), ROW);
    let (_, rect) = ui.allocate_space(size);
    // The fields that come and go below a row give no other row its focus.
    let id = Id::unique(("marker row", index));
    let response = ui.interact(rect, id, Sense::click());
    let is_selected = pass.state.selection == Selection::Marker(index);
    let rate = pass.view.project.canvas.frame_rate;
    let time = pass.state.time_format.text(marker.time, rate);
    response.widget_info(|| {
        let text = format!("{}, {time}", marker.name);
        WidgetInfo::selected(Role::ListItem, true, is_selected, text)
    });
    if response.clicked() {
        go_to(index, marker, pass);
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter_at(rect);
    if is_selected || response.hovered() {
        let fill = if is_selected {
            theme.raised
        } else {
            theme.raised.gamma_multiply(0.6)
        };
        painter.rect_filled(rect, 3.0, fill);
    }
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme.accent);
        painter.rect_stroke(rect, 3.0, stroke, StrokeKind::Inside);
    }
    let square = Rect::from_center_size(rect.left_center() + vec2(11.0, 0.0), vec2(9.0, 9.0));
    painter.rect_filled(square, 2.0, marker_colour(theme, marker));
    let line = |x: f32, text: &str, font, colour, room: f32| {
        let galley = elided(&painter, text, font, colour, room);
        let size = galley.size();
        let place = Align2::LEFT_CENTER.anchor_size(pos2(x, rect.center().y), size);
        painter.galley(place.min, galley, colour);
        place.right()
    };
    let left = rect.left() + 24.0;
    let right = rect.right() - ROW - 4.0;
    let x = line(
        left,
        &time,
        style::regular(style::SMALL),
        theme.dim,
        right - left,
    ) + 10.0;
    let name = style::medium(style::TEXT);
    let x = line(x, &marker.name, name, theme.text, right - x) + 10.0;
    line(
        x,
        &marker.note,
        style::regular(style::SMALL),
        theme.dim,
        right - x,
    );
    let cross =
        Rect::from_center_size(rect.right_center() - vec2(ROW / 2.0, 0.0), vec2(18.0, 18.0));
    let is_removed = ui
        .scope_builder(egui::UiBuilder::new().max_rect(cross), |ui| {
            let button = IconButton::new(Icon::Close, "Remove the marker").quiet();
            let tooltip = Action::Delete.tooltip(ui.ctx(), "Remove the marker");
            button.ui(ui, theme, tooltip).clicked()
        })
        .inner;
    if is_removed {
        pass.edit(EditCommand::Marker(MarkerEdit::Remove(index)));
        pass.state.selection = Selection::Nothing;
    }
    response
}

fn go_to(index: usize, marker: &Marker, pass: &mut Pass<'_, '_>) {
    pass.state.selection = Selection::Marker(index);
    pass.push(Command::Transport(TransportCommand::SeekTo(marker.time)));
    pass.state.timeline.reveal(marker.time, marker.time);
}

/// Moves the keyboard from row to row, and the playhead with it.
fn walk_ui(ui: &Ui, rows: &[Response], pass: &mut Pass<'_, '_>) {
    let Some(place) = rows.iter().position(Response::has_focus) else {
        return;
    };
    let own = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(rows[place].id, own));
    let step = ui.input_mut(|input| {
        let down = input.consume_key(Modifiers::NONE, Key::ArrowDown);
        let up = input.consume_key(Modifiers::NONE, Key::ArrowUp);
        isize::from(down) - isize::from(up)
    });
    let next = place.checked_add_signed(step);
    let next = next.filter(|next| step != 0 && *next < rows.len());
    if let Some(next) = next {
        rows[next].request_focus();
        rows[next].scroll_to_me(None);
        go_to(next, &pass.view.project.markers[next], pass);
    }
}

impl MarkerList {
    /// Draws the fields of the marker that is selected.
    fn fields_ui(&mut self, ui: &mut Ui, index: usize, marker: &Marker, pass: &mut Pass<'_, '_>) {
        ui.horizontal(|ui| {
            ui.add_space(24.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                ui.add_space(3.0);
                if let Some(name) = self.text_ui(ui, index, Field::Name, &marker.name) {
                    pass.edit(EditCommand::Marker(MarkerEdit::Rename(index, name)));
                }
                if let Some(note) = self.text_ui(ui, index, Field::Note, &marker.note) {
                    pass.edit(EditCommand::Marker(MarkerEdit::SetNote(index, note)));
                }
                if let Some(colour) = swatches_ui(ui, marker, pass) {
                    pass.edit(EditCommand::Marker(MarkerEdit::SetColour(index, colour)));
                }
                ui.add_space(5.0);
            });
        });
    }

    /// Draws the field of a text; returns another one when it is given up. Escape leaves it as it was.
    fn text_ui(&mut self, ui: &mut Ui, index: usize, which: Field, was: &str) -> Option<String> {
        let is_this = |typed: &(usize, Field, String)| (typed.0, typed.1) == (index, which);
        let typed = self.typed.take_if(|typed| is_this(typed));
        let mut text = typed.map_or_else(|| was.to_owned(), |(_, _, text)| text);
        let (label, hint, letters) = match which {
            Field::Name => ("Marker name", "Name", NAME_LETTERS),
            Field::Note => ("Marker note", "Note", NOTE_LETTERS),
        };
        let field = TextEdit::singleline(&mut text)
            .id_salt(("marker", index, label))
            .hint_text(hint)
            .char_limit(letters)
            .desired_width(ui.available_width() - 8.0);
        let response = ui.add(field).accessible_name(label);
        if response.has_focus() {
            self.typed = Some((index, which, text));
            return None;
        }
        let is_kept = response.lost_focus() && !ui.input(|input| input.key_pressed(Key::Escape));
        let text = text.trim();
        let is_name = which == Field::Note || !text.is_empty();
        (is_kept && is_name && text != was).then(|| text.to_owned())
    }
}

/// Draws the six colours; returns the one that was chosen.
fn swatches_ui(ui: &mut Ui, marker: &Marker, pass: &Pass<'_, '_>) -> Option<u8> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (index, name) in (0_u8..).zip(COLOUR_NAMES) {
            let (rect, response) = ui.allocate_exact_size(vec2(SWATCH, SWATCH), Sense::click());
            let is_current = marker.colour == index;
            response
                .widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_current, name));
            let colour = pass.theme.layers[usize::from(index)];
            ui.painter().rect_filled(rect.shrink(2.0), 3.0, colour);
            if is_current || response.hovered() || response.has_focus() {
                let stroke = Stroke::new(1.5, pass.theme.strong);
                ui.painter()
                    .rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
            }
            if response.on_hover_text(name).clicked() {
                chosen = Some(index);
            }
        }
    });
    chosen
}
