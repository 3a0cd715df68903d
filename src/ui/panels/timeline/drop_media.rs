//! Media dropped from the bin onto the lanes, with a ghost at the place where it would land.

use egui::{DragAndDrop, Rect, Stroke, StrokeKind, Ui};

use super::readout::readout_ui;
use super::rows::Rows;
use super::snap::Snap;
use crate::command::PlaceOn;
use crate::command::{Command, HistoryCommand};
use crate::project::edit::clip_edit;
use crate::status::MediaState;
use crate::time::Time;
use crate::ui::panels::media_bin::file_name;
use crate::ui::panels::media_row::DraggedMedia;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

/// Length of a clip whose media duration is not known yet.
const UNKNOWN_LENGTH: Time = Time::from_seconds(5);

/// Draws the ghost of media dragged out of the bin, and places it on release.
pub(crate) fn drop_ui(ui: &Ui, rows: &Rows, track: &Track, pass: &mut Pass<'_, '_>) {
    pass.state.is_media_over_lanes = false;
    let Some(media) = DragAndDrop::payload::<DraggedMedia>(ui.ctx()) else {
        return;
    };
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else {
        return;
    };
    let lanes = rows.area().with_min_x(track.rect.left());
    let lane = rows.lane_at(pointer).filter(|_| lanes.contains(pointer));
    let Some(index) = lane else {
        return;
    };
    pass.state.is_media_over_lanes = true;
    let project = pass.view.project;
    let layer = project.layers.get(index);
    let length = media_length(*media, pass);
    let mut start = clip_edit::on_frame(project, track.time_at(pointer.x));
    let hit = Snap::new(ui, project, &[], track, pass)
        .and_then(|snap| snap.nearest(&[start, start + length]));
    if let Some(hit) = hit {
        start = (start + hit.by).max(Time::ZERO);
        let stroke = Stroke::new(1.0, pass.theme.warning);
        ui.painter_at(lanes)
            .vline(track.x_of(hit.to), lanes.y_range(), stroke);
    }
    // The clip lands in the nearest gap, as the ghost shows.
    let lands = layer.map_or(start, |layer| {
        project.free_span_near(layer.id, start, length, None)
    });
    let is_locked = layer.is_some_and(|layer| layer.is_locked);
    let colour = match layer {
        Some(_) if is_locked => pass.theme.error,
        Some(layer) => pass.theme.layer(layer),
        None => pass.theme.accent,
    };
    // A new layer goes below the others.
    let index = index.min(project.layers.len());
    let row = rows.row(index).shrink2(egui::vec2(0.0, 4.0));
    let span = track.x_of(lands)..=track.x_of(lands + length);
    let ghost = Rect::from_x_y_ranges(span, row.y_range());
    let painter = ui.painter_at(lanes);
    painter.rect_filled(ghost, 4.0, colour.gamma_multiply(0.3));
    painter.rect_stroke(ghost, 4.0, Stroke::new(1.0, colour), StrokeKind::Inside);
    let rate = project.canvas.frame_rate;
    let text = match layer {
        Some(layer) if is_locked => format!("{} is locked", layer.name),
        _ => {
            let name = project.media(media.0).map_or_else(String::new, file_name);
            format!("{name}  {}", pass.state.time_format.text(lands, rate))
        }
    };
    readout_ui(ui, &text, pass);
    let is_released = ui.input(|input| input.pointer.primary_released());
    if is_released && !is_locked {
        DragAndDrop::clear_payload(ui.ctx());
        pass.push(Command::Edit(HistoryCommand::PlaceMedia {
            media: media.0,
            layer: layer.map_or(PlaceOn::NewBelow, |layer| PlaceOn::Layer(layer.id)),
            start: lands,
        }));
    }
}

fn media_length(media: DraggedMedia, pass: &Pass<'_, '_>) -> Time {
    let statuses = &pass.view.snapshot.media;
    let status = statuses.iter().find(|status| status.id == media.0);
    match status.map(|status| &status.state) {
        Some(MediaState::Ready(summary)) => summary.duration,
        Some(MediaState::Opening | MediaState::Failed(_)) | None => UNKNOWN_LENGTH,
    }
}
