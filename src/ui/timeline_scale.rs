//! The part of time that the timeline shows, and the mapping between time and the screen.

use egui::Rect;

use crate::time::Time;

/// Points per second at the closest: a frame at 60 fps is 40 points wide.
const CLOSEST: f64 = 2400.0;
/// Points per second from farthest away: six hours in about a thousand points.
const FARTHEST: f64 = 0.05;
/// Length shown by a fitted timeline, in project lengths.
const FIT_MARGIN: f64 = 1.04;
/// Length shown when zooming to a selection, in selection lengths.
const SPAN_MARGIN: f64 = 1.2;
/// Length of an empty timeline.
const EMPTY_LENGTH: Time = Time::from_seconds(20);
/// Position of the playhead on a new page, as a share of the width.
const PAGE_LEAD: f64 = 0.04;

/// The part of time that is shown.
#[derive(Clone, Debug)]
pub(crate) struct TimelineScale {
    origin: Time,
    points_per_s: f64,
    width: f32,
    wants_fit: bool,
    /// The width that all of the project was fitted to, until it is zoomed or moved.
    fitted: Option<f32>,
    was_empty: bool,
    had_playhead: bool,
    /// Vertical scroll offset of the lanes, in points.
    pub scrolled: f32,
    /// True while dragged clips snap.
    pub is_snapping: bool,
}

impl Default for TimelineScale {
    fn default() -> Self {
        Self {
            origin: Time::ZERO,
            points_per_s: 50.0,
            width: 1.0,
            wants_fit: true,
            fitted: None,
            was_empty: true,
            had_playhead: true,
            scrolled: 0.0,
            is_snapping: true,
        }
    }
}

impl TimelineScale {
    /// Adapts the shown part to the width and the project: fits it on request, when the first clip appears, and when a
    /// fitted timeline changes its width; turns the page when the playhead runs out of sight while playing.
    pub fn follow(&mut self, width: f32, duration: Time, playhead: Time, is_playing: bool) {
        self.width = width.max(1.0);
        let is_empty = duration == Time::ZERO;
        let is_resized = self.fitted.is_some_and(|fitted| fitted != self.width);
        if self.wants_fit || is_resized || (self.was_empty && !is_empty) {
            self.fit(duration);
        }
        self.was_empty = is_empty;
        let x = self.offset_of(playhead);
        let is_visible = (0.0..=f64::from(self.width)).contains(&x);
        if is_playing && self.had_playhead && !is_visible {
            let lead = f64::from(self.width) * PAGE_LEAD / self.points_per_s;
            self.set_origin(playhead - Time::from_seconds_f64(lead));
            self.had_playhead = true;
        } else {
            self.had_playhead = is_visible;
        }
    }

    /// Zooms about the middle.
    pub fn zoom(&mut self, factor: f64) {
        self.zoom_about(factor, self.width / 2.0);
    }

    /// Zooms so that the time `offset` points from the left edge stays there.
    pub fn zoom_about(&mut self, factor: f64, offset: f32) {
        let held = self.time_at_offset(f64::from(offset));
        self.points_per_s = (self.points_per_s * factor).clamp(FARTHEST, CLOSEST);
        self.fitted = None;
        let before = Time::from_seconds_f64(f64::from(offset) / self.points_per_s);
        self.set_origin(held - before);
    }

    /// Moves the shown part by points, to later times for positive ones.
    pub fn pan(&mut self, points: f32) {
        let by = Time::from_seconds_f64(f64::from(points) / self.points_per_s);
        self.set_origin(self.origin + by);
    }

    /// Shows the whole project from the next pass on.
    pub fn request_fit(&mut self) {
        self.wants_fit = true;
    }

    /// Shows a span of time, with a little room on both sides.
    pub fn show_span(&mut self, start: Time, end: Time) {
        self.wants_fit = false;
        let length = (end - start).seconds().max(0.01);
        let points = f64::from(self.width) / (length * SPAN_MARGIN);
        self.points_per_s = points.clamp(FARTHEST, CLOSEST);
        let shown = f64::from(self.width) / self.points_per_s;
        let before = (shown - length) / 2.0;
        self.set_origin(start - Time::from_seconds_f64(before));
    }

    /// The span that is shown.
    pub fn shown(&self) -> (Time, Time) {
        let end = self.time_at_offset(f64::from(self.width));
        (self.origin, end)
    }

    /// Shows a span and nothing beside it, as far as the zoom goes; its start stays.
    pub fn set_shown(&mut self, start: Time, end: Time) {
        self.wants_fit = false;
        let length = (end - start).seconds().max(1e-3);
        self.points_per_s = (f64::from(self.width) / length).clamp(FARTHEST, CLOSEST);
        self.set_origin(start);
    }

    /// The whole of the timeline: the project as it is fitted, and what is shown.
    pub fn whole(&self, duration: Time) -> Time {
        let fitted = Time::from_seconds_f64(fitted_length(duration));
        fitted.max(self.shown().1)
    }

    /// Moves the shown part so that a span is in sight, if it is not; its start where it is too long.
    pub fn reveal(&mut self, start: Time, end: Time) {
        let (left, right) = (self.offset_of(start), self.offset_of(end));
        let width = f64::from(self.width);
        let margin = width * PAGE_LEAD;
        if left < 0.0 || (right > width && right - left > width) {
            self.pan((left - margin) as f32);
        } else if right > width {
            self.pan((right - width + margin) as f32);
        }
    }

    /// The zoom as a share from farthest to closest, by ratio.
    pub fn zoom_share(&self) -> f64 {
        (self.points_per_s / FARTHEST).ln() / (CLOSEST / FARTHEST).ln()
    }

    /// Sets the zoom as such a share, about the middle.
    pub fn set_zoom_share(&mut self, share: f64) {
        let wanted = FARTHEST * (CLOSEST / FARTHEST).powf(share.clamp(0.0, 1.0));
        self.zoom(wanted / self.points_per_s);
    }

    /// The mapping onto a rectangle.
    pub fn track(&self, rect: Rect) -> Track {
        Track {
            rect,
            origin: self.origin,
            points_per_s: self.points_per_s,
        }
    }

    fn fit(&mut self, duration: Time) {
        self.wants_fit = false;
        let points = f64::from(self.width) / fitted_length(duration);
        self.points_per_s = points.clamp(FARTHEST, CLOSEST);
        self.origin = Time::ZERO;
        self.fitted = Some(self.width);
    }

    fn set_origin(&mut self, origin: Time) {
        self.fitted = None;
        self.origin = origin.max(Time::ZERO);
    }

    fn offset_of(&self, time: Time) -> f64 {
        (time - self.origin).seconds() * self.points_per_s
    }

    fn time_at_offset(&self, offset: f64) -> Time {
        self.origin + Time::from_seconds_f64(offset / self.points_per_s)
    }
}

/// Seconds that a fitted timeline shows.
fn fitted_length(duration: Time) -> f64 {
    let length = if duration == Time::ZERO {
        EMPTY_LENGTH
    } else {
        duration
    };
    length.seconds() * FIT_MARGIN
}

/// Maps between time and the horizontal position in a rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Track {
    /// The rectangle in which time is drawn.
    pub rect: Rect,
    origin: Time,
    points_per_s: f64,
}

impl Track {
    /// The x at which a time is drawn.
    pub fn x_of(&self, time: Time) -> f32 {
        let offset = (time - self.origin).seconds() * self.points_per_s;
        // Far outside, where nothing is drawn, precision of f32 does not matter, but overflow would.
        self.rect.left() + offset.clamp(-1e6, 1e6) as f32
    }

    /// The time drawn at an x.
    pub fn time_at(&self, x: f32) -> Time {
        let offset = f64::from(x - self.rect.left());
        self.origin + Time::from_seconds_f64(offset / self.points_per_s)
    }

    /// The length of so many points.
    pub fn length_of(&self, points: f32) -> Time {
        Time::from_seconds_f64(f64::from(points) / self.points_per_s)
    }

    /// Points that a length takes.
    pub fn points_of(&self, length: Time) -> f32 {
        (length.seconds() * self.points_per_s) as f32
    }

    /// True if any of a span is in sight.
    pub fn shows(&self, start: Time, end: Time) -> bool {
        self.x_of(end) >= self.rect.left() && self.x_of(start) <= self.rect.right()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> TimelineScale {
        let mut scale = TimelineScale::default();
        scale.follow(1000.0, Time::from_seconds(20), Time::ZERO, false);
        scale
    }

    fn track(scale: &TimelineScale) -> Track {
        scale.track(Rect::from_min_size(
            egui::pos2(200.0, 0.0),
            egui::vec2(1000.0, 10.0),
        ))
    }

    #[test]
    fn zooming_about_a_point_leaves_its_time_there() {
        let mut scale = scale();
        let before = track(&scale).time_at(500.0);
        scale.zoom_about(3.0, 300.0);
        let after = track(&scale).time_at(500.0);
        assert!(
            (before - after).abs().millis() < 0.01,
            "{before:?} {after:?}"
        );
    }

    #[test]
    fn the_page_turns_when_the_playhead_leaves_while_playing() {
        let mut scale = scale();
        scale.zoom_about(10.0, 0.0);
        let at = Time::from_seconds(3);
        scale.follow(1000.0, Time::from_seconds(20), at, false);
        assert!(track(&scale).x_of(at) > 1200.0, "paused: it stays");
        let mut scale = self::scale();
        scale.zoom_about(10.0, 0.0);
        scale.follow(1000.0, Time::from_seconds(20), Time::ZERO, true);
        scale.follow(1000.0, Time::from_seconds(20), at, true);
        assert!(
            (200.0..300.0).contains(&track(&scale).x_of(at)),
            "a new page"
        );
    }

    #[test]
    fn a_span_is_shown_whole_and_brought_into_sight() {
        let mut scale = scale();
        let s = Time::from_seconds;
        scale.show_span(s(4), s(6));
        let shown = track(&scale);
        let (left, right) = (shown.x_of(s(4)), shown.x_of(s(6)));
        assert!(
            left > 200.0 && right < 1200.0 && right - left > 800.0,
            "{left} {right}"
        );
        scale.reveal(s(4), s(6));
        assert_eq!(track(&scale).x_of(s(4)), left, "it was in sight");
        scale.reveal(s(12), s(12));
        assert!(track(&scale).shows(s(12), s(12)), "brought into sight");
    }

    #[test]
    fn what_was_fitted_stays_so_in_another_width_until_it_is_zoomed() {
        let mut scale = scale();
        let (length, end) = (Time::from_seconds(20), |scale: &TimelineScale| {
            scale.offset_of(Time::from_seconds(20))
        });
        scale.follow(500.0, length, Time::ZERO, false);
        assert!((450.0..500.0).contains(&end(&scale)), "all of it");
        scale.zoom(2.0);
        let zoomed = end(&scale);
        scale.follow(1000.0, length, Time::ZERO, false);
        assert!((end(&scale) - zoomed).abs() < 1e-9, "as it was zoomed");
    }

    #[test]
    fn the_origin_is_never_before_zero() {
        let mut scale = scale();
        scale.pan(-5000.0);
        assert_eq!(track(&scale).time_at(200.0), Time::ZERO);
    }
}
