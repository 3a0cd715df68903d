//! Tooltips over clips and the ruler: the picture and the time under the pointer.

use egui::{DragAndDrop, Id, Image, Response, Ui, vec2};

use super::clip::nearest_picture;
use super::media_map::media_frame;
use crate::command::{Command, WindowCommand};
use crate::project::edit::clip_edit;
use crate::project::{Clip, MediaId};
use crate::status::snapshot::MediaSummary;
use crate::status::{MediaState, MediaStatus};
use crate::time::{Time, TimeFormat};
use crate::ui::format;
use crate::ui::panels::media_bin::file_name;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

/// Size that a picture fits into.
const PICTURE: egui::Vec2 = vec2(160.0, 90.0);

/// True if a tooltip may open: nothing is pressed or dragged, which has a readout of its own beside the pointer, and
/// neither a prompt nor another window lies above.
fn may_show(response: &Response, pass: &Pass<'_, '_>) -> bool {
    let ctx = &response.ctx;
    let is_held = ctx.input(|input| input.pointer.any_down())
        || ctx.dragged_id().is_some()
        || DragAndDrop::has_any_payload(ctx);
    !is_held && !pass.has_prompt() && ctx.rect_contains_pointer(response.layer_id, response.rect)
}

/// The tooltip of a clip: the picture under the pointer, its file, and its position there.
pub(crate) fn clip_tooltip_ui(
    response: Response,
    track: &Track,
    clip: &Clip,
    pass: &mut Pass<'_, '_>,
) {
    if !may_show(&response, pass) {
        return;
    }
    response.on_hover_ui_at_pointer(|ui| {
        let Some(pointer) = ui.ctx().pointer_latest_pos() else {
            return;
        };
        let at = clip_edit::on_frame(pass.view.project, track.time_at(pointer.x));
        picture_ui(ui, clip, at, pass);
        let name = pass.view.project.media(clip.media).map(file_name);
        ui.label(name.unwrap_or_default());
        let status = status_of(clip, pass);
        if let Some(MediaState::Ready(summary)) = status.map(|status| &status.state) {
            summary_ui(ui, clip, summary, at, pass);
        }
        if let Some(MediaState::Failed(error)) = status.map(|status| &status.state) {
            ui.colored_label(pass.theme.error, error);
        }
        ui.weak(
            "Drag to move, Alt or Ctrl+Shift and drag to slip, an edge to trim, a corner to fade",
        );
    });
}

fn summary_ui(ui: &mut Ui, clip: &Clip, summary: &MediaSummary, at: Time, pass: &Pass<'_, '_>) {
    ui.weak(format!(
        "{} · {}",
        format::codec_label(&summary.codec),
        format::media_line(summary)
    ));
    let Some(frame) = media_frame(clip, summary, at) else {
        return;
    };
    let rate = pass.view.project.canvas.frame_rate;
    let time = TimeFormat::Timecode.text(at, rate);
    ui.weak(format!("{time} · frame {frame} of {}", summary.frames));
}

/// The tooltip of the ruler: the picture of the topmost layer there, and the time.
pub(crate) fn ruler_tooltip_ui(response: Response, track: &Track, pass: &mut Pass<'_, '_>) {
    if !may_show(&response, pass) {
        return;
    }
    response.on_hover_ui_at_pointer(|ui| {
        let Some(pointer) = ui.ctx().pointer_latest_pos() else {
            return;
        };
        let project = pass.view.project;
        let at = clip_edit::on_frame(project, track.time_at(pointer.x));
        let shown = project
            .layers
            .iter()
            .filter(|layer| project.is_shown(layer));
        let clip = shown
            .flat_map(|layer| &layer.clips)
            .find(|clip| clip.start <= at && at < clip.end());
        if let Some(clip) = clip {
            picture_ui(ui, clip, at, pass);
        }
        let rate = project.canvas.frame_rate;
        ui.label(pass.state.time_format.text(at, rate));
    });
}

fn picture_ui(ui: &mut Ui, clip: &Clip, at: Time, pass: &mut Pass<'_, '_>) {
    let Some(status) = status_of(clip, pass) else {
        return;
    };
    let MediaState::Ready(summary) = &status.state else {
        return;
    };
    // The exact picture is requested; until it comes the nearest thumbnail is shown.
    if let Some(position) = clip.media_position(at, summary.duration) {
        ask_once(ui, clip.media, position, pass);
    }
    let frame = media_frame(clip, summary, at);
    let Some(thumbnail) = frame.and_then(|frame| nearest_picture(status, frame)) else {
        return;
    };
    if let Some(texture) = pass.state.thumbnails.texture(ui.ctx(), thumbnail) {
        let size = vec2(thumbnail.width_px as f32, thumbnail.height_px as f32);
        ui.add(Image::from_texture((texture, size)).fit_to_exact_size(PICTURE));
    }
}

/// Requests a picture unless it was the last one requested: a command is followed by another pass, which would repeat
/// it.
fn ask_once(ui: &Ui, media: MediaId, position: Time, pass: &mut Pass<'_, '_>) {
    let id = Id::unique("picture asked for by hovering");
    let asked = ui.data_mut(|data| {
        let slot = data.get_temp_mut_or_insert_with(id, || None);
        slot.replace((media, position))
    });
    if asked != Some((media, position)) {
        pass.push(Command::Window(WindowCommand::PreviewMedia(
            media, position,
        )));
    }
}

fn status_of<'v>(clip: &Clip, pass: &Pass<'_, 'v>) -> Option<&'v MediaStatus> {
    let media = &pass.view.snapshot.media;
    media.iter().find(|status| status.id == clip.media)
}
