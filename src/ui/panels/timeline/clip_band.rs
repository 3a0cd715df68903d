//! The band along the upper edge of a clip: its name in the layer's colour, the places of the fades' handles, and what
//! is wrong with it. The codec is in the bin and in the lane's head.

use egui::{Color32, CornerRadius, Painter, Rangef, Rect, pos2, vec2};

use crate::project::{Clip, Layer};
use crate::status::snapshot::{MediaSummary, PlayedBy};
use crate::time::Time;
use crate::ui::panels::media_bin::file_name;
use crate::ui::pass::Pass;
use crate::ui::style;
use crate::ui::widgets::elided;

/// Height of the band.
const HEIGHT: f32 = 14.0;
/// Least height of the film below it, for which the band gives way on low lanes.
const LEAST_FILM: f32 = 4.0;
/// Distance of the handle of a fade that has no length from the clip's edge.
pub(crate) const HANDLE: f32 = 6.5;
/// Distance of the name from an edge and from a handle.
const GAP: f32 = 5.0;
/// Room before a fade's handle from which the name stands there, and not after it.
const AMPLE: f32 = 90.0;
/// Width from which a clip is told to have a problem.
const TAGGED: f32 = 110.0;
const RADIUS: u8 = 4;

/// The lane of clips that are drawn.
#[derive(Clone, Copy)]
pub(crate) struct LaneLook {
    /// Its index.
    pub index: usize,
    /// True if its layer or a clip on it is selected.
    pub is_chosen: bool,
}

/// What a band tells.
pub(crate) struct Face<'a> {
    /// Its lane.
    pub lane: LaneLook,
    /// Its layer.
    pub layer: &'a Layer,
    /// The clip.
    pub clip: &'a Clip,
    /// The reason for which its file cannot be opened.
    pub error: Option<&'a str>,
    /// Its file.
    pub summary: Option<&'a MediaSummary>,
    /// Points that its fade in takes.
    pub fade_in: f32,
}

/// The band of a clip.
pub(crate) fn rect(clip: Rect) -> Rect {
    let height = HEIGHT.min(clip.height() - LEAST_FILM).max(0.0);
    Rect::from_min_size(clip.min, vec2(clip.width(), height))
}

/// Draws the band; its texts go into the part of it that is clear of crossfades.
pub(crate) fn paint_band(
    painter: &Painter,
    clip: Rect,
    clear: Rect,
    face: &Face<'_>,
    pass: &Pass<'_, '_>,
) {
    let band = rect(clip);
    let (fill, text) = pass.theme.band(face.layer, face.lane.is_chosen);
    let radius = CornerRadius {
        sw: 0,
        se: 0,
        ..CornerRadius::same(RADIUS)
    };
    painter.rect_filled(band, radius, fill);
    let seen = band.intersect(clear).intersect(painter.clip_rect());
    let right = paint_tags(painter, seen, &tags(face, pass), pass);
    let handle = clip.left() + face.fade_in.max(HANDLE);
    let room = name_room(Rangef::new(seen.left() + GAP, right - GAP), handle);
    if room.span() < 12.0 {
        return;
    }
    let name = pass.view.project.media(face.clip.media);
    let name = name.map_or_else(String::new, file_name);
    let told = face.error.map(|error| format!("{name}: {error}"));
    let font = style::medium(10.5);
    let galley = elided(painter, &told.unwrap_or(name), font, text, room.span());
    let at = pos2(room.min, band.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, text);
}

/// The room of the name beside the handle of the fade in: before it where that is ample, else after it.
fn name_room(room: Rangef, handle: f32) -> Rangef {
    if handle + GAP < room.min {
        return room;
    }
    let before = Rangef::new(room.min, (handle - GAP - 2.0).min(room.max));
    let after = Rangef::new((handle + GAP + 1.0).min(room.max), room.max);
    if before.span() >= AMPLE || before.span() >= after.span() {
        before
    } else {
        after
    }
}

/// The problems of a clip.
fn tags<'v>(face: &Face<'_>, pass: &Pass<'_, 'v>) -> Vec<(&'v str, Color32)> {
    let theme = pass.theme;
    let mut tags = Vec::new();
    if face.error.is_some() {
        tags.push(("missing", theme.error));
    }
    let Some(summary) = face.summary else {
        return tags;
    };
    if summary.played_by == PlayedBy::Hap && !pass.has_bc() {
        tags.push(("CPU", theme.warning));
    }
    // Frames of this clip that were lost to reading, if reading is the layer's chief cause of loss.
    let snapshot = pass.view.snapshot.layers.get(face.lane.index);
    let is_slow = snapshot.is_some_and(|layer| {
        let within = |miss: &Time| (face.clip.start..face.clip.end()).contains(miss);
        let is_main_cause = layer.counts.causes.read * 2 > layer.counts.lost();
        is_main_cause && layer.misses.iter().any(within)
    });
    if is_slow {
        tags.push(("slow disk", theme.warning));
    }
    tags
}

/// Draws tags from the right, but for the handle of the fade out; returns the x at which the name must end. A narrow
/// clip shows none.
fn paint_tags(painter: &Painter, band: Rect, tags: &[(&str, Color32)], pass: &Pass<'_, '_>) -> f32 {
    if tags.is_empty() || band.width() < TAGGED {
        return band.right();
    }
    let mut right = band.right() - 2.0 * HANDLE;
    for (text, colour) in tags.iter().rev() {
        let galley = painter.layout_no_wrap((*text).to_owned(), style::medium(9.5), *colour);
        let size = vec2(galley.size().x + 8.0, band.height() - 2.0);
        let centre = pos2(right - size.x / 2.0, band.center().y);
        let tag = Rect::from_center_size(centre, size);
        painter.rect_filled(tag, 2.0, pass.theme.background);
        painter.galley(tag.center() - galley.size() / 2.0, galley, *colour);
        right = tag.left() - 4.0;
        if right < band.left() + TAGGED / 2.0 {
            break;
        }
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_beside_the_handle_of_the_fade() {
        let room = Rangef::new(5.0, 200.0);
        let with_handle_at = |handle: f32| name_room(room, handle);
        for handle in [0.0, HANDLE, 30.0, 80.0, 120.0, 190.0, 250.0] {
            let name = with_handle_at(handle);
            assert!(name.min >= room.min && name.max <= room.max, "{name:?}");
            assert!(!name.contains(handle), "{name:?} at {handle}");
            assert!(name.span() > 60.0, "{name:?} at {handle}");
        }
        assert!(with_handle_at(HANDLE).min > HANDLE, "after it");
        assert!(with_handle_at(120.0).max < 120.0, "before it");
    }
}
