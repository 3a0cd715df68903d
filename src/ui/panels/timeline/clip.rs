//! The painter of a clip: its film, name, badges, fades and outline.

use std::sync::Arc;

use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::media_map::media_frame;
use super::prebuffer::{STRIP_HEIGHT, paint_prebuffer};
use crate::project::{Clip, Layer};
use crate::status::snapshot::{MediaSummary, PlayedBy};
use crate::status::{MediaState, MediaStatus, Thumbnail};
use crate::time::Time;
use crate::ui::panels::media_bin::file_name;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;
use crate::ui::widgets::{badge, elided};
use crate::ui::{format, style};

const RADIUS: f32 = 4.0;
/// Width from which a clip has badges.
const BADGED: f32 = 130.0;
/// Brightness of the film, so that the name and the strip stand out.
const FILM_BRIGHTNESS: f32 = 0.55;

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
    (lane, layer, clip): (usize, &Layer, &Clip),
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
    if let (Some(status), Some(summary)) = (status, summary) {
        paint_film(&painter, rect, track, clip, (status, summary), pass);
    }
    let fades = own_fades(layer, clip);
    paint_fade_shades(&painter, rect, track, fades, theme.background);
    let name = view
        .project
        .media(clip.media)
        .map_or_else(String::new, file_name);
    let error = status.and_then(|status| match &status.state {
        MediaState::Failed(error) => Some(error.as_str()),
        MediaState::Opening | MediaState::Ready(_) => None,
    });
    let badges = badges(lane, clip, (status, summary), pass);
    let clear = clear_of_crossfades(rect, track, layer, clip);
    let room = paint_badges(&painter, clear, &badges);
    paint_name(&painter, clear.with_max_x(room), &name, error, pass);
    paint_fade_lines(&painter, rect, track, fades, theme.strong);
    if let Some(summary) = summary {
        let now = (view.transport.playhead, view.project.canvas.frame_rate);
        let inside = rect.shrink(1.0);
        let inner = painter.with_clip_rect(inside.intersect(painter.clip_rect()));
        if let Some(snapshot) = view.snapshot.layers.get(lane) {
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
    let film = rect.shrink(1.0);
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
    let inner = rect.shrink(1.0);
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
    colour: Color32,
) {
    for fade in fades(rect, track, lengths) {
        let stroke = Stroke::new(1.0, colour.gamma_multiply(0.75));
        painter.line_segment([fade.foot, fade.reach], stroke);
        painter.circle_filled(fade.reach + vec2(0.0, 3.0), 2.5, colour);
    }
}

/// The badges of a clip: its codec, and its problems.
fn badges<'v>(
    lane: usize,
    clip: &Clip,
    (status, summary): (Option<&MediaStatus>, Option<&'v MediaSummary>),
    pass: &Pass<'_, 'v>,
) -> Vec<(&'v str, Color32)> {
    let theme = pass.theme;
    let mut badges = Vec::new();
    if status.is_some_and(|status| matches!(status.state, MediaState::Failed(_))) {
        badges.push(("missing", theme.error));
    }
    let Some(summary) = summary else {
        return badges;
    };
    badges.push((format::codec_label(&summary.codec), theme.dim));
    let adapter = pass.view.snapshot.adapter.as_ref();
    if summary.played_by == PlayedBy::Hap && adapter.is_some_and(|adapter| !adapter.bc) {
        badges.push(("CPU", theme.warning));
    }
    // Frames of this clip that were lost to reading, if reading is the layer's chief cause of loss.
    let snapshot = pass.view.snapshot.layers.get(lane);
    let is_slow = snapshot.is_some_and(|layer| {
        let within = |miss: &Time| (clip.start..clip.end()).contains(miss);
        let is_main_cause = layer.counts.causes.read * 2 > layer.counts.lost();
        is_main_cause && layer.misses.iter().any(within)
    });
    if is_slow {
        badges.push(("slow disk", theme.warning));
    }
    badges
}

/// Draws badges from the right; returns the x at which the name must end. A narrow clip shows none.
fn paint_badges(painter: &Painter, rect: Rect, badges: &[(&str, Color32)]) -> f32 {
    let seen = rect.intersect(painter.clip_rect());
    let mut right = seen.right() - 16.0;
    if seen.width() < BADGED || rect.height() < 26.0 {
        return rect.right();
    }
    for (text, colour) in badges.iter().rev() {
        let centre = pos2(right, rect.top() + 11.0);
        right = badge(painter, centre, text, *colour).left() - 4.0;
        if right < seen.left() + BADGED / 2.0 {
            break;
        }
    }
    right
}

fn paint_name(painter: &Painter, rect: Rect, name: &str, error: Option<&str>, pass: &Pass<'_, '_>) {
    // The name stays visible when the clip begins left of the shown part.
    let left = rect.left().max(painter.clip_rect().left());
    let room = Rect::from_min_max(
        pos2(left + 6.0, rect.top() + 3.0),
        pos2(rect.right() - 4.0, rect.bottom() - STRIP_HEIGHT),
    );
    if room.width() < 12.0 {
        return;
    }
    let (text, colour) = match error {
        Some(error) => (format!("{name}: {error}"), pass.theme.error),
        None => (name.to_owned(), pass.theme.strong),
    };
    let font = style::medium(style::SMALL);
    let galley = elided(painter, &text, font, colour, room.width());
    let clipped = painter.with_clip_rect(room.intersect(painter.clip_rect()));
    let back = Align2::LEFT_TOP
        .anchor_size(room.min, galley.size())
        .expand2(vec2(4.0, 1.0));
    painter
        .with_clip_rect(rect.shrink(1.0).intersect(painter.clip_rect()))
        .rect_filled(back, 3.0, pass.theme.background.gamma_multiply(0.6));
    clipped.galley(room.min, galley, colour);
}
