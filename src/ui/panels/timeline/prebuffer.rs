//! The strip under a clip: coming frames that are ready or being read, and past misses.

use egui::{Color32, Painter, Rect, pos2};

use super::media_map::media_frame;
use crate::project::Clip;
use crate::status::snapshot::{LayerSnapshot, MediaSummary};
use crate::time::{FrameIndex, FrameRate, Time};
use crate::ui::theme::Theme;
use crate::ui::timeline_scale::Track;

/// Canvas frames covered from the playhead on: twice the largest prebuffer at half speed.
const AHEAD: i64 = 64;
/// Minimum width of a frame: zoomed out, the strip is drawn larger than to scale, so that it can be read.
const CELL_WIDTH: f32 = 4.0;
/// Height of the strip.
pub(crate) const STRIP_HEIGHT: f32 = 4.0;
/// Width of a miss.
const MISS_WIDTH: f32 = 2.0;

/// Draws the strip along the bottom of a clip.
pub(crate) fn paint_prebuffer(
    painter: &Painter,
    clip_rect: Rect,
    track: &Track,
    clip: &Clip,
    media: &MediaSummary,
    layer: &LayerSnapshot,
    (playhead, rate): (Time, FrameRate),
) {
    let theme = Theme::of(painter.ctx());
    let top = clip_rect.bottom() - STRIP_HEIGHT;
    if layer.clip == Some(clip.id) {
        let width = track.points_of(rate.frame_duration()).max(CELL_WIDTH);
        let gap = if width > 3.0 { 1.0 } else { 0.0 };
        let first = rate.frame_at(playhead);
        for ahead in 0..AHEAD {
            let Some(frame) = media_frame(clip, media, rate.time_of(first + ahead)) else {
                break;
            };
            let Some(colour) = colour_of(FrameIndex(frame), layer, theme) else {
                continue;
            };
            let left = track.x_of(playhead) + ahead as f32 * width;
            let cell = Rect::from_min_max(
                pos2(left, top),
                pos2(left + width - gap, clip_rect.bottom()),
            );
            painter.rect_filled(cell, 0.0, colour);
        }
    }
    for miss in layer
        .misses
        .iter()
        .filter(|miss| (clip.start..clip.end()).contains(*miss))
    {
        let x = track.x_of(*miss);
        let mark = Rect::from_min_max(
            pos2(x - MISS_WIDTH / 2.0, top - 1.0),
            pos2(x + MISS_WIDTH / 2.0, clip_rect.bottom()),
        );
        painter.rect_filled(mark, 0.0, theme.error);
    }
}

fn colour_of(frame: FrameIndex, layer: &LayerSnapshot, theme: &Theme) -> Option<Color32> {
    if layer.in_memory.contains(&frame) {
        Some(theme.accent)
    } else if layer.in_flight.contains(&frame) {
        Some(theme.range)
    } else {
        None
    }
}
