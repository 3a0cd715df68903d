//! The timeline's arrangement, the wheel, and the playhead.

use egui::{Rect, Shape, Stroke, Ui, pos2, vec2};

use super::lane_header;
use super::lanes::Lanes;
use super::overview::{self, Overview};
use super::rows::Rows;
use super::ruler::{self, Ruler};
use super::time_readout::TimeReadout;
use super::transport_bar::{self, transport_bar_ui};
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shown_panels::PanelId;
use crate::ui::timeline_scale::Track;

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("timeline");

/// The transport and the timeline.
#[derive(Default)]
pub(crate) struct Timeline {
    ruler: Ruler,
    lanes: Lanes,
    overview: Overview,
    readout: TimeReadout,
}

impl Panel for Timeline {
    /// Lets Escape cancel a drag that is no gesture.
    fn begin_pass(&mut self, ctx: &egui::Context, pass: &mut Pass<'_, '_>) {
        self.lanes.begin_pass(ctx, pass);
    }

    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let all = ui.available_rect_before_wrap();
        let line = Stroke::new(1.0, pass.theme.line);
        let (bar, below) = all.split_top_bottom_at_y(all.top() + transport_bar::HEIGHT);
        let (below, overview) = below.split_top_bottom_at_y(below.bottom() - overview::HEIGHT);
        transport_bar_ui(ui, bar, &mut self.readout, pass);
        ui.painter().hline(all.x_range(), bar.bottom(), line);

        let left = all.left() + lane_header::WIDTH;
        let (heads_and_ruler, lanes) = below.split_top_bottom_at_y(below.top() + ruler::HEIGHT);
        let ruler_rect = heads_and_ruler.with_min_x(left);
        let project = pass.view.project;
        let transport = pass.view.transport;
        pass.state.timeline.follow(
            ruler_rect.width(),
            project.duration(),
            transport.playhead,
            transport.is_playing,
        );
        let rows = Rows::new(lanes, pass);
        wheel_ui(ui, below, left, &rows, pass);
        drag_view_ui(ui, below.with_min_x(left), pass);
        let rows = Rows::new(lanes, pass);
        let ruler_track = pass.state.timeline.track(ruler_rect);
        let lanes_track = pass.state.timeline.track(lanes.with_min_x(left));
        self.lanes.ui(ui, &rows, &lanes_track, pass);
        self.ruler.ui(ui, &ruler_track, pass);
        self.overview.ui(ui, overview.with_min_x(left), pass);
        ui.painter().hline(overview.x_range(), overview.top(), line);
        ui.painter()
            .vline(left, below.y_range().min..=overview.bottom(), line);
        paint_playhead(ui, below.with_min_x(left), &ruler_track, pass);
        ui.allocate_rect(all, egui::Sense::hover());
    }
}

/// Scrolls the lanes by wheel where they do not all fit, else pans the shown part, as with Shift and by touchpad; with
/// Ctrl it zooms about the pointer.
fn wheel_ui(ui: &Ui, rect: Rect, left: f32, rows: &Rows, pass: &mut Pass<'_, '_>) {
    if !ui.rect_contains_pointer(rect) {
        return;
    }
    let (zoom, scroll, pointer) = ui.input(|input| {
        (
            input.zoom_delta(),
            input.smooth_scroll_delta(),
            input.pointer.hover_pos(),
        )
    });
    if (zoom - 1.0).abs() > 1e-4 {
        let offset = pointer.map_or(0.0, |pointer| (pointer.x - left).max(0.0));
        pass.state.timeline.zoom_about(f64::from(zoom), offset);
    } else if scroll != egui::Vec2::ZERO {
        let over_lanes = pointer.is_some_and(|pointer| rows.area().contains(pointer));
        if rows.overflow() > 0.0 && over_lanes {
            pass.state.timeline.scrolled -= scroll.y;
            pass.state.timeline.pan(-scroll.x);
        } else {
            pass.state.timeline.pan(-scroll.x - scroll.y);
        }
    }
}

/// Pans the shown part and the lanes with the middle button.
fn drag_view_ui(ui: &Ui, rect: Rect, pass: &mut Pass<'_, '_>) {
    let (is_down, origin, delta) = ui.input(|input| {
        let pointer = &input.pointer;
        (
            pointer.middle_down(),
            pointer.press_origin(),
            pointer.delta(),
        )
    });
    if is_down && origin.is_some_and(|origin| rect.contains(origin)) {
        pass.state.timeline.pan(-delta.x);
        pass.state.timeline.scrolled -= delta.y;
        ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
    }
}

fn paint_playhead(ui: &Ui, rect: Rect, track: &Track, pass: &Pass<'_, '_>) {
    let x = track.x_of(pass.view.transport.playhead);
    if !rect.expand(8.0).x_range().contains(x) {
        return;
    }
    let painter = ui.painter().with_clip_rect(rect.expand2(vec2(7.0, 0.0)));
    let colour = pass.theme.strong;
    let ruler = track.rect;
    painter.vline(
        x,
        ruler.bottom() - 8.0..=rect.bottom(),
        Stroke::new(1.5, colour),
    );
    let (top, bottom) = (ruler.bottom() - 15.0, ruler.bottom() - 1.0);
    let handle = vec![
        pos2(x - 6.0, top),
        pos2(x + 6.0, top),
        pos2(x + 6.0, top + 6.0),
        pos2(x, bottom),
        pos2(x - 6.0, top + 6.0),
    ];
    painter.add(Shape::convex_polygon(handle, colour, Stroke::NONE));
}
