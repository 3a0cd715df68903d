//! One file of the media bin.

use egui::{
    Align2, Color32, CursorIcon, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::media_bin::file_name;
use super::timeline::readout_ui;
use super::top_bar::menu_item_ui;
use crate::command::PlaceOn;
use crate::command::{Command, FileCommand, HistoryCommand};
use crate::project::{EditCommand, MediaEdit, MediaId, MediaRef, shown};
use crate::status::snapshot::ProxyStatus;
use crate::status::{MediaState, MediaStatus};
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{badge, elided};
use crate::ui::{format, style};

const ROW_HEIGHT: f32 = 38.0;
const THUMBNAIL: egui::Vec2 = vec2(50.0, 28.0);
/// Height added to a row while its proxy is being made.
const PROXY_HEIGHT: f32 = 12.0;
/// Size of the proxy's progress bar.
const PROXY_BAR: egui::Vec2 = vec2(52.0, 2.0);

/// The payload of a drag out of the bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DraggedMedia(pub MediaId);

/// Draws one file: thumbnail, name, size and rate, codec.
pub(crate) fn media_row_ui(ui: &mut Ui, media: &MediaRef, pass: &mut Pass<'_, '_>) {
    let snapshot = pass.view.snapshot;
    let status = snapshot.media.iter().find(|status| status.id == media.id);
    let proxy_percent = status.and_then(|status| match status.proxy {
        ProxyStatus::Making { percent } => Some(percent),
        ProxyStatus::None | ProxyStatus::Ready | ProxyStatus::Refused(_) => None,
    });
    let height = ROW_HEIGHT + proxy_percent.map_or(0.0, |_| PROXY_HEIGHT);
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let name = file_name(media);
    let (line, colour) = status_line(status, pass);
    let is_used = is_used(media, pass);
    let is_selected = pass.state.selection == Selection::Media(media.id);
    response.widget_info(|| {
        let use_text = if is_used { "" } else { ", not in use" };
        let proxy_text = proxy_percent.map_or(String::new(), |done| format!(", proxy {done} %"));
        let text = format!("{name}, {line}{proxy_text}{use_text}");
        WidgetInfo::selected(Role::ListItem, true, is_selected, text)
    });
    if ui.is_rect_visible(rect) {
        paint_row(ui, rect, &response, is_selected, pass);
        paint_thumbnail(ui, rect, status, pass);
        let badge_left = paint_badge(ui.painter(), rect, status, pass);
        let texts = Rect::from_min_max(
            pos2(rect.left() + THUMBNAIL.x + 12.0, rect.top()),
            pos2(badge_left - 6.0, rect.top() + ROW_HEIGHT),
        );
        if let Some(percent) = proxy_percent {
            let below = pos2(texts.left(), texts.bottom() + PROXY_HEIGHT / 2.0 - 3.0);
            paint_proxy(ui.painter(), below, percent, pass);
        }
        let name_colour = if is_used {
            pass.theme.text
        } else {
            pass.theme.dim
        };
        let parts = [(&*name, name_colour), (&*line, colour)];
        paint_texts(ui, texts, parts);
    }
    handle(ui, &response, media, pass);
    tooltip(response, media, (status, is_used), pass.has_bc());
}

/// True if a clip uses the file.
fn is_used(media: &MediaRef, pass: &Pass<'_, '_>) -> bool {
    let layers = pass.view.project.layers.iter();
    let mut clips = layers.flat_map(|layer| &layer.clips);
    clips.any(|clip| clip.media == media.id)
}

fn status_line(status: Option<&MediaStatus>, pass: &Pass<'_, '_>) -> (String, Color32) {
    let theme = pass.theme;
    match status.map(|status| &status.state) {
        Some(MediaState::Ready(summary)) => (format::media_line(summary), theme.dim),
        Some(MediaState::Failed(error)) => (error.clone(), theme.error),
        Some(MediaState::Opening) if status.is_some_and(|status| status.is_silent) => {
            ("its disk does not answer".to_owned(), theme.warning)
        }
        Some(MediaState::Opening) | None => {
            let percent = status.and_then(|status| status.opening_percent);
            let text = percent.map_or_else(
                || "opening…".to_owned(),
                |percent| format!("opening… {percent} %"),
            );
            (text, theme.range)
        }
    }
}

fn handle(ui: &Ui, response: &Response, media: &MediaRef, pass: &mut Pass<'_, '_>) {
    if response.clicked() || response.secondary_clicked() {
        pass.state.selection = Selection::Media(media.id);
    }
    if response.double_clicked() {
        pass.push(Command::Edit(HistoryCommand::PlaceMedia {
            media: media.id,
            layer: PlaceOn::NewOnTop,
            start: pass.view.transport.playhead,
        }));
    }
    response.dnd_set_drag_payload(DraggedMedia(media.id));
    if response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        // Over the lanes its name stands with the time that it would be placed at.
        if !pass.state.is_media_over_lanes {
            readout_ui(ui, &file_name(media), pass);
        }
    }
    response.context_menu(|ui| {
        if ui.button("Place on a new layer").clicked() {
            pass.push(Command::Edit(HistoryCommand::PlaceMedia {
                media: media.id,
                layer: PlaceOn::NewOnTop,
                start: pass.view.transport.playhead,
            }));
            ui.close();
        }
        ui.separator();
        if ui.button("Show in folder").clicked() {
            pass.push(Command::File(FileCommand::RevealMedia(media.id)));
            ui.close();
        }
        if ui.button("Replace…").clicked() {
            pass.push(Command::File(FileCommand::ReplaceMediaDialog(media.id)));
            ui.close();
        }
        menu_item_ui(ui, Action::Relink, pass);
        ui.separator();
        if ui.button("Remove, with its clips").clicked() {
            pass.edit(EditCommand::Media(MediaEdit::Remove(media.id)));
            ui.close();
        }
        ui.separator();
        menu_item_ui(ui, Action::AddMedia, pass);
    });
}

fn paint_row(ui: &Ui, rect: Rect, response: &Response, is_selected: bool, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let back = rect.expand2(vec2(4.0, 0.0));
    if is_selected {
        ui.painter().rect_filled(back, 4.0, theme.raised);
    } else if response.hovered() {
        ui.painter()
            .rect_filled(back, 4.0, theme.raised.gamma_multiply(0.6));
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            back,
            4.0,
            egui::Stroke::new(1.0, theme.accent),
            egui::StrokeKind::Inside,
        );
    }
}

fn paint_thumbnail(ui: &Ui, row: Rect, status: Option<&MediaStatus>, pass: &mut Pass<'_, '_>) {
    let middle = row.left_center() + vec2(2.0, 0.0);
    let rect = Align2::LEFT_CENTER.anchor_size(middle, THUMBNAIL);
    ui.painter().rect_filled(rect, 3.0, pass.theme.well);
    let Some(status) = status else {
        return;
    };
    // The first picture of a film is often black, so the one a quarter in is shown.
    let thumbnails = &status.thumbnails;
    let Some(thumbnail) = thumbnails.get(thumbnails.len() / 4) else {
        return;
    };
    let texture = pass.state.thumbnails.texture(ui.ctx(), thumbnail);
    if let Some(texture) = texture {
        let size = vec2(thumbnail.width_px as f32, thumbnail.height_px as f32);
        egui::Image::from_texture((texture, size))
            .uv(cover_uv(size, THUMBNAIL))
            .corner_radius(3)
            .paint_at(ui, rect);
    }
}

/// The part of a picture that covers a frame of another shape.
fn cover_uv(picture: egui::Vec2, frame: egui::Vec2) -> Rect {
    let ratio = (picture.x / picture.y.max(1.0)) / (frame.x / frame.y);
    let shown = if ratio > 1.0 {
        vec2(1.0 / ratio, 1.0)
    } else {
        vec2(1.0, ratio)
    };
    Rect::from_center_size(pos2(0.5, 0.5), shown)
}

fn paint_badge(
    painter: &Painter,
    row: Rect,
    status: Option<&MediaStatus>,
    pass: &Pass<'_, '_>,
) -> f32 {
    let (text, colour) = match status.map(|status| &status.state) {
        Some(MediaState::Ready(summary)) => {
            let codec = format::codec_label(&summary.codec);
            (codec, codec_colour(status, pass))
        }
        Some(MediaState::Failed(_)) => ("error", pass.theme.error),
        Some(MediaState::Opening) | None => return row.right(),
    };
    badge(painter, row.right_center() - vec2(2.0, 0.0), text, colour).left()
}

/// The colour of a codec's tag: a warning where the file costs more than it would have to.
pub(crate) fn codec_colour(status: Option<&MediaStatus>, pass: &Pass<'_, '_>) -> Color32 {
    match status.and_then(|status| format::codec_cost(status, pass.has_bc())) {
        Some(_) => pass.theme.warning,
        None => pass.theme.dim,
    }
}

fn paint_texts(
    ui: &Ui,
    rect: Rect,
    [(name, name_colour), (line, line_colour)]: [(&str, Color32); 2],
) {
    let painter = ui.painter();
    let middle = rect.center().y;
    let cut = |text: &str, font, colour| elided(painter, text, font, colour, rect.width());
    let name = cut(name, style::medium(style::TEXT), name_colour);
    let line = cut(line, style::regular(style::SMALL), line_colour);
    let top = middle - 1.0 - name.size().y;
    painter.galley(pos2(rect.left(), top), name, name_colour);
    painter.galley(pos2(rect.left(), middle + 2.0), line, line_colour);
}

/// Draws the progress of a proxy: a bar that begins at `left`, and the percentage after it.
fn paint_proxy(painter: &Painter, left: egui::Pos2, percent: u8, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let bar = Align2::LEFT_CENTER.anchor_size(left, PROXY_BAR);
    painter.rect_filled(bar, 1.0, theme.line);
    let mut done = bar;
    done.set_width(bar.width() * f32::from(percent.min(100)) / 100.0);
    painter.rect_filled(done, 1.0, theme.warning);
    painter.text(
        bar.right_center() + vec2(6.0, 0.0),
        Align2::LEFT_CENTER,
        format!("proxy {percent} %"),
        style::regular(style::SMALL),
        theme.warning,
    );
}

fn tooltip(
    response: Response,
    media: &MediaRef,
    (status, is_used): (Option<&MediaStatus>, bool),
    has_bc: bool,
) {
    response.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        match status.map(|status| &status.state) {
            Some(MediaState::Ready(summary)) => {
                ui.label(format!(
                    "{} × {} · {} fps · {} frames · {:.2} s · {}",
                    summary.width_px,
                    summary.height_px,
                    format::fps(summary.frame_rate),
                    summary.frames,
                    summary.duration.seconds(),
                    format::mb_per_s(summary.mean_mb_per_s),
                ));
                ui.label(format!("Played by {}: {}", summary.played_by, summary.why));
                if let Some(cost) = status.and_then(|status| format::codec_cost(status, has_bc)) {
                    ui.colored_label(ui.visuals().warn_fg_color, cost);
                }
                match status.map(|status| &status.proxy) {
                    Some(ProxyStatus::Making { .. }) => {
                        ui.weak("A proxy, to scrub at once, is made while nothing plays");
                    }
                    Some(ProxyStatus::Ready) => {
                        ui.weak("Has a proxy, which shows at once while scrubbing");
                    }
                    Some(ProxyStatus::Refused(reason)) => {
                        ui.weak(format!("Has no proxy: {reason}"));
                    }
                    Some(ProxyStatus::None) | None => {}
                }
            }
            Some(MediaState::Failed(error)) => {
                ui.colored_label(ui.visuals().error_fg_color, error);
            }
            Some(MediaState::Opening) | None => {
                ui.label("Being opened");
            }
        }
        ui.weak(shown(&media.path).to_string());
        if !is_used {
            ui.weak("No clip shows it");
        }
        ui.weak("Drag to the timeline, or double-click for a new layer");
    });
}
