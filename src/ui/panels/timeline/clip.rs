//! The painter of a clip: its band, film, fades and outline.

use std::sync::Arc;

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::clip_band::{self, Face, LaneLook, paint_band};
use super::media_map::media_frame;
use super::prebuffer::paint_prebuffer;
use crate::project::{Clip, Layer};
use crate::status::snapshot::MediaSummary;
use crate::status::{MediaState, MediaStatus, Thumbnail};
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

const RADIUS: f32 = 4.0;
/// Brightness of the film, so that keyframes, fades and the strip stand out.
const FILM_BRIGHTNESS: f32 = 0.37;

/// The rectangle of a clip within its lane.
pub(crate) fn clip_rect(track: &Track, lane: Rect, clip: &Clip) -> Rect {
    let (left, right) = (track.x_of(clip.start), track.x_of(clip.end()));
    let lane = lane.shrink2(vec2(0.0, 4.0));
    Rect::from_x_y_ranges(left..=right.max(left + 3.0), lane.y_range())
}

/// Draws a clip.
pub(crate) fn paint_clip(
    ui: &Ui,
    rect: Rect,
    track: &Track,
    (lane, layer, clip): (LaneLook, &Layer, &Clip),
    is_selected: bool,
    pass: &mut Pass<'_, '_>,
) {
    let view = pass.view;
    let theme = pass.theme;
    let colour = theme.layer(layer);
    let mut painter = ui.painter_at(track.rect.intersect(ui.clip_rect()));
    if !view.project.is_shown(layer) {
        painter.multiply_opacity(0.4);
    }
    painter.rect_filled(rect, RADIUS, theme.background.lerp_to_gamma(colour, 0.28));
    let status = view
        .snapshot
        .media
        .iter()
        .find(|status| status.id == clip.media);
    let summary = status.and_then(ready);
    let film = rect.with_min_y(clip_band::rect(rect).bottom());
    if let (Some(status), Some(summary)) = (status, summary) {
        paint_film(&painter, film, track, clip, (status, summary), pass);
    }
    let fades = own_fades(layer, clip);
    paint_fade_shades(&painter, film, track, fades, theme.background);
    let error = status.and_then(|status| match &status.state {
        MediaState::Failed(error) => Some(error.as_str()),
        MediaState::Opening | MediaState::Ready(_) => None,
    });
    let clear = clear_of_crossfades(rect, track, layer, clip);
    let face = Face {
        lane,
        layer,
        clip,
        error,
        summary,
        fade_in: track.points_of(fades[0]),
    };
    paint_band(&painter, rect, clear, &face, pass);
    paint_fade_lines(&painter, film, track, fades, film.top() - rect.top(), pass);
    if let Some(summary) = summary {
        let now = (view.transport.playhead, view.project.canvas.frame_rate);
        let inside = rect.shrink(1.0);
        let inner = painter.with_clip_rect(inside.intersect(painter.clip_rect()));
        if let Some(snapshot) = view.snapshot.layers.get(lane.index) {
            paint_prebuffer(&inner, inside, track, clip, summary, snapshot, now);
        }
    }
    let stroke = if is_selected {
        Stroke::new(2.0, theme.strong)
    } else if error.is_some() {
        Stroke::new(1.0, theme.error)
    } else {
        Stroke::new(1.0, colour.gamma_multiply(0.9))
    };
    painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Inside);
}

/// The part of a clip that lies in no crossfade, where its texts are legible.
fn clear_of_crossfades(rect: Rect, track: &Track, layer: &Layer, clip: &Clip) -> Rect {
    let others = || layer.clips.iter().filter(|other| other.id != clip.id);
    let before = others()
        .filter(|other| other.start < clip.start)
        .map(Clip::end);
    let after = others()
        .map(|other| other.start)
        .filter(|start| *start > clip.start);
    let left = before
        .max()
        .map_or_else(|| rect.left(), |end| track.x_of(end));
    let right = after
        .min()
        .map_or_else(|| rect.right(), |start| track.x_of(start));
    let left = left.clamp(rect.left(), rect.right());
    Rect::from_x_y_ranges(left..=right.clamp(left, rect.right()), rect.y_range())
}

fn ready(status: &MediaStatus) -> Option<&MediaSummary> {
    match &status.state {
        MediaState::Ready(summary) => Some(summary),
        MediaState::Opening | MediaState::Failed(_) => None,
    }
}

/// Draws thumbnails side by side, each the one nearest to the frame shown at its middle.
fn paint_film(
    painter: &Painter,
    rect: Rect,
    track: &Track,
    clip: &Clip,
    (status, summary): (&MediaStatus, &MediaSummary),
    pass: &mut Pass<'_, '_>,
) {
    let film = rect.shrink2(vec2(1.0, 0.0)).with_max_y(rect.bottom() - 1.0);
    if film.height() < 4.0 {
        return;
    }
    let aspect = summary.width_px.max(1) as f32 / summary.height_px.max(1) as f32;
    let width = (film.height() * aspect.clamp(0.6, 2.4)).max(8.0);
    let inner = painter.with_clip_rect(film.intersect(painter.clip_rect()));
    let seen = film.x_range().intersection(track.rect.x_range());
    let first = ((seen.min - film.left()) / width).floor().max(0.0) as u32;
    let tint = Color32::WHITE.gamma_multiply(FILM_BRIGHTNESS);
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    for index in first.. {
        let left = film.left() + index as f32 * width;
        if left >= seen.max {
            break;
        }
        let at = track.time_at((left + width / 2.0).min(film.right()));
        let thumbnail = media_frame(clip, summary, at.min(clip.end() - Time::from_flicks(1)))
            .and_then(|frame| nearest_thumbnail(status, frame));
        let Some(thumbnail) = thumbnail else {
            continue;
        };
        if let Some(texture) = pass.state.thumbnails.texture(painter.ctx(), thumbnail) {
            let tile = Rect::from_min_size(pos2(left, film.top()), vec2(width, film.height()));
            inner.image(texture, tile, uv, tint);
            let edge = Stroke::new(1.0, pass.theme.background.gamma_multiply(0.5));
            inner.vline(tile.right(), tile.y_range(), edge);
        }
    }
}

/// The thumbnail with the nearest frame.
pub(crate) fn nearest_thumbnail(status: &MediaStatus, frame: u64) -> Option<&Thumbnail> {
    nearest(status.thumbnails.iter(), frame)
}

/// The nearest of the thumbnails and the picture that was requested last.
pub(crate) fn nearest_picture(status: &MediaStatus, frame: u64) -> Option<&Thumbnail> {
    nearest(status.preview.iter().chain(&status.thumbnails), frame)
}

fn nearest<'v>(
    pictures: impl Iterator<Item = &'v Arc<Thumbnail>>,
    frame: u64,
) -> Option<&'v Thumbnail> {
    pictures
        .min_by_key(|thumbnail| thumbnail.frame.0.abs_diff(frame))
        .map(AsRef::as_ref)
}

/// The end of a fade on the upper edge, and the corner where it begins.
struct Fade {
    corner: Pos2,
    foot: Pos2,
    reach: Pos2,
}

/// The lengths of a clip's fades; none on a side where a crossfade takes its place.
fn own_fades(layer: &Layer, clip: &Clip) -> [Time; 2] {
    let [before, after] = layer.crossfades_of(clip.id);
    let own = |crossfade: Option<Time>, fade| crossfade.map_or(fade, |_| Time::ZERO);
    [own(before, clip.fade_in), own(after, clip.fade_out)]
}

fn fades(rect: Rect, track: &Track, [fade_in, fade_out]: [Time; 2]) -> impl Iterator<Item = Fade> {
    let inner = rect.shrink2(vec2(1.0, 0.0)).with_max_y(rect.bottom() - 1.0);
    let ends = [
        (fade_in, inner.left(), 1.0),
        (fade_out, inner.right(), -1.0),
    ];
    let track = *track;
    ends.into_iter()
        .map(move |(length, x, direction)| (track.points_of(length), x, direction))
        .filter(|(points, ..)| *points >= 1.0)
        .map(move |(points, x, direction)| Fade {
            corner: pos2(x, inner.top()),
            foot: pos2(x, inner.bottom()),
            reach: pos2(x + direction * points.min(inner.width()), inner.top()),
        })
}

fn paint_fade_shades(
    painter: &Painter,
    rect: Rect,
    track: &Track,
    lengths: [Time; 2],
    shade: Color32,
) {
    for fade in fades(rect, track, lengths) {
        let corners = vec![fade.foot, fade.corner, fade.reach];
        let shade = shade.gamma_multiply(0.6);
        painter.add(Shape::convex_polygon(corners, shade, Stroke::NONE));
    }
}

fn paint_fade_lines(
    painter: &Painter,
    rect: Rect,
    track: &Track,
    lengths: [Time; 2],
    band: f32,
    pass: &Pass<'_, '_>,
) {
    let colour = pass.theme.strong;
    for fade in fades(rect, track, lengths) {
        let stroke = Stroke::new(1.0, colour.gamma_multiply(0.75));
        painter.line_segment([fade.foot, fade.reach], stroke);
        // Where the handle is, in the band.
        let dot = fade.reach - vec2(0.0, band / 2.0);
        let outline = Stroke::new(1.0, pass.theme.background);
        painter.circle(dot, 3.0, colour, outline);
    }
}
