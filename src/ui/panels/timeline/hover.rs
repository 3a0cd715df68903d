//! The hover preview: the picture and the time under the pointer, above the timeline and its transport, so that neither
//! clips nor buttons are covered.

use egui::containers::Tooltip;
use egui::{DragAndDrop, Id, Image, Rect, RectAlign, Response, RichText, Ui, pos2, vec2};

use super::clip::nearest_picture;
use super::media_map::media_frame;
use super::{ruler, transport_bar};
use crate::command::{Command, WindowCommand};
use crate::project::edit::clip_edit;
use crate::project::{Clip, MediaId, Project};
use crate::status::{MediaState, MediaStatus};
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::style;
use crate::ui::timeline_scale::Track;

/// Size that a picture fits into.
const PICTURE: egui::Vec2 = vec2(128.0, 72.0);
/// Width of the text of an error, which has no picture.
const ERROR_WIDTH: f32 = 260.0;

/// True if the preview may open: nothing is pressed or dragged, which has a readout of its own beside the pointer, and
/// neither a prompt nor another window lies above.
fn may_show(response: &Response, pass: &Pass<'_, '_>) -> bool {
    let ctx = &response.ctx;
    let is_held = ctx.input(|input| input.pointer.any_down())
        || ctx.dragged_id().is_some()
        || DragAndDrop::has_any_payload(ctx);
    !is_held && !pass.has_prompt() && ctx.rect_contains_pointer(response.layer_id, response.rect)
}

/// The preview of a clip, for a track that lies below the ruler.
pub(crate) fn clip_preview_ui(
    response: &Response,
    track: &Track,
    clip: &Clip,
    pass: &mut Pass<'_, '_>,
) {
    let top = track.rect.top() - ruler::HEIGHT;
    preview_ui(response, (track, top), pass, |_, _| Some(clip));
}

/// The preview of the ruler: the picture of the topmost layer there.
pub(crate) fn ruler_preview_ui(response: &Response, track: &Track, pass: &mut Pass<'_, '_>) {
    preview_ui(response, (track, track.rect.top()), pass, |project, at| {
        let layers = project.layers.iter();
        let shown = layers.filter(|layer| project.is_shown(layer));
        let mut clips = shown.flat_map(|layer| &layer.clips);
        clips.find(|clip| clip.start <= at && at < clip.end())
    });
}

/// Draws the preview above the transport, which lies on `top`, at the pointer, once that has come to rest on the widget.
fn preview_ui<'c, 'v: 'c>(
    response: &Response,
    (track, top): (&Track, f32),
    pass: &mut Pass<'_, 'v>,
    clip_at: impl FnOnce(&'v Project, Time) -> Option<&'c Clip>,
) {
    let Some(pointer) = response.ctx.pointer_latest_pos() else {
        return;
    };
    if !response.contains_pointer() || !may_show(response, pass) {
        return;
    }
    let top = top - transport_bar::HEIGHT;
    let project = pass.view.project;
    let at = clip_edit::on_frame(project, track.time_at(pointer.x));
    let mut tooltip = Tooltip::for_enabled(response).accessible_name("Picture under the pointer");
    let anchor = Rect::from_min_max(pos2(pointer.x, top), pos2(pointer.x, track.rect.bottom()));
    tooltip.popup = tooltip
        .popup
        .anchor(anchor)
        .align(RectAlign::TOP)
        .align_alternatives(&[])
        .width(PICTURE.x);
    tooltip.show(|ui| {
        ui.vertical_centered(|ui| {
            if let Some(clip) = clip_at(project, at) {
                picture_ui(ui, clip, at, pass);
            }
            let time = pass.state.time_format.text(at, project.canvas.frame_rate);
            let font = style::medium(style::SMALL);
            ui.label(RichText::new(time).font(font).color(pass.theme.strong));
        });
    });
}

fn picture_ui(ui: &mut Ui, clip: &Clip, at: Time, pass: &mut Pass<'_, '_>) {
    let Some(status) = status_of(clip, pass) else {
        return;
    };
    let summary = match &status.state {
        MediaState::Ready(summary) => summary,
        MediaState::Failed(error) => {
            ui.set_max_width(ERROR_WIDTH);
            ui.colored_label(pass.theme.error, error);
            return;
        }
        MediaState::Opening => return,
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
