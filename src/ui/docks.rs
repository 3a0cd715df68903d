//! The arrangement of the docked panels around the preview, and their sizes.

use std::collections::BTreeMap;

use egui::{CentralPanel, Frame, Margin, Panel as Dock, Rect, Ui, Vec2, vec2};

use super::panel::Panels;
use super::panels::{inspector, media_bin, performance, stage_for, timeline};
use super::pass::Pass;

/// Share of the window's height that the timeline has at first.
const TIMELINE_SHARE: f32 = 0.435;
/// Minimum heights and widths of panels.
const TIMELINE_MIN: f32 = 46.0 + 27.0 + 6.0 * 32.0;
const SIDE_MIN: f32 = 176.0;
const RIGHT_MIN: f32 = 280.0;
const INSPECTOR_MIN: f32 = 160.0;
const PERFORMANCE_MIN: f32 = 140.0;
/// Minimum height of the timeline in a low window, where lanes are scrolled: transport, ruler, two lanes.
const TIMELINE_LOW: f32 = 46.0 + 34.0 + 2.0 * 34.0;
/// Minimum height and width that panels leave to the preview.
const PREVIEW_HIGH: f32 = 150.0;
const PREVIEW_WIDE: f32 = 170.0;
/// Share of the window's width that panels leave to the picture, where its proportions allow.
const PICTURE_SHARE: f32 = 0.4;
/// Maximum share of the height that the preview claims for it: an upright canvas would leave no timeline.
const PREVIEW_SHARE: f32 = 0.56;
/// Height of the timeline above its lanes: transport and ruler.
const ABOVE_LANES: f32 = 46.0 + 34.0;
/// Gap between tool windows and what is around them.
const TOOL_GAP: f32 = 8.0;

/// Least height of a place for tool windows.
const TOOL_HEIGHT: f32 = 180.0;

/// Widths and heights of the docks, by the names that they have in the layout.
///
/// A window that becomes too small for them squeezes docks; they have the size that the user gave them again as soon as
/// there is room.
#[derive(Default)]
pub(crate) struct Docks {
    sizes: BTreeMap<&'static str, DockSize>,
    /// Where tool windows open, so that they cover neither picture nor transport.
    free: Option<Rect>,
}

/// Size of a dock, in points.
#[derive(Clone, Copy)]
struct DockSize {
    /// The one that the user gave it, or the usual one.
    wished: f32,
    /// The range that it was drawn in last.
    range: [f32; 2],
}

impl DockSize {
    /// The size in its range.
    fn squeezed(&self) -> f32 {
        let [least, most] = self.range;
        self.wished.clamp(least, most)
    }
}

impl Docks {
    /// The sizes by name.
    pub fn sizes(&self) -> BTreeMap<String, f32> {
        let sizes = self.sizes.iter();
        sizes
            .map(|(name, size)| ((*name).to_owned(), size.wished))
            .collect()
    }

    /// Gives a dock its size: in a range other than the last one what is wished, otherwise what the user drags it to.
    fn sized(&mut self, dock: Dock, name: &'static str, usual: f32, range: [f32; 2]) -> Dock {
        let before = self.sizes.get(name).copied();
        let size = DockSize {
            wished: before.map_or(usual, |before| before.wished),
            range,
        };
        self.sizes.insert(name, size);
        let [least, most] = range;
        let dock = dock.default_size(size.squeezed());
        if before.is_some_and(|before| before.range == range) {
            dock.size_range(least..=most)
        } else {
            dock.size_range(size.squeezed()..=size.squeezed())
        }
    }

    /// Takes the size that a dock was drawn in: another than it was given is what the user dragged it to. One outside its
    /// range is that of a window without room for it.
    fn follow(&mut self, name: &'static str, drawn: f32) {
        if let Some(size) = self.sizes.get_mut(name)
            && (size.squeezed() - drawn).abs() > 0.5
            && (size.range[0]..=size.range[1]).contains(&drawn)
        {
            size.wished = drawn;
        }
    }

    /// Draws the docks that are shown; the preview has what they leave of `ui`.
    pub fn ui(&mut self, ui: &mut Ui, panels: &mut Panels, pass: &mut Pass<'_, '_>) {
        let all = ui.available_rect_before_wrap();
        let preview = preview_size(all.size(), pass);
        let sides = all.width() - preview.x;
        let column = self.right_ui(ui, panels, (preview, pass));
        let timeline = self.timeline_ui(ui, panels, (preview, pass));
        self.media_ui(
            ui,
            panels,
            (sides - column.map_or(0.0, |column| column.width()), pass),
        );
        // The strip of the lanes, as far as the right edge; where that is low, the right column.
        let strip = timeline.map(|timeline| all.with_min_y(timeline.top() + ABOVE_LANES));
        let is_high = |rect: &Rect| rect.height() >= TOOL_HEIGHT;
        let free = strip.filter(is_high).or(column).or(strip);
        self.free = free.map(|free| free.shrink(TOOL_GAP));
    }

    /// Where tool windows open.
    pub fn free(&self) -> Option<Rect> {
        self.free
    }

    /// Inspector and performance share a column; performance is as high as the timeline beside it at first.
    fn right_ui(
        &mut self,
        ui: &mut Ui,
        panels: &mut Panels,
        (preview, pass): (Vec2, &mut Pass<'_, '_>),
    ) -> Option<Rect> {
        let has_inspector = pass.state.panels.is_shown(inspector::ID);
        let has_performance = pass.state.panels.is_shown(performance::ID);
        if !has_inspector && !has_performance {
            return None;
        }
        let beside = if pass.state.panels.is_shown(media_bin::ID) {
            SIDE_MIN
        } else {
            0.0
        };
        let most = ui.available_width() - preview.x - beside;
        let height = timeline_height(ui, preview);
        let width = (ui.available_width() * 0.245).clamp(332.0, 420.0);
        let padded = Frame::new()
            .fill(pass.theme.panel)
            .inner_margin(Margin::symmetric(12, 8));
        let usual = pass.panel_size("right", width);
        let range = [RIGHT_MIN, most.clamp(RIGHT_MIN, 640.0)];
        let column = self
            .sized(Dock::right("right column"), "right", usual, range)
            .frame(Frame::new().fill(pass.theme.panel))
            .show(ui, |ui| {
                if has_performance && has_inspector {
                    // Performance scrolls, so it yields before the inspector is no more than a row.
                    let most = (ui.available_height() - INSPECTOR_MIN).max(96.0);
                    let usual = pass.panel_size("performance", height);
                    let range = [PERFORMANCE_MIN.min(most), most];
                    let dock = Dock::bottom("performance").resizable(true);
                    let panel = self
                        .sized(dock, "performance", usual, range)
                        .frame(padded)
                        .show(ui, |ui| panels.docked_ui(performance::ID, ui, pass));
                    self.follow("performance", panel.response.rect.height());
                }
                CentralPanel::default().frame(padded).show(ui, |ui| {
                    let id = if has_inspector {
                        inspector::ID
                    } else {
                        performance::ID
                    };
                    panels.docked_ui(id, ui, pass);
                });
            });
        self.follow("right", column.response.rect.width());
        Some(column.response.rect)
    }

    fn timeline_ui(
        &mut self,
        ui: &mut Ui,
        panels: &mut Panels,
        (preview, pass): (Vec2, &mut Pass<'_, '_>),
    ) -> Option<Rect> {
        if !pass.state.panels.is_shown(timeline::ID) {
            return None;
        }
        let height = timeline_height(ui, preview);
        let least = timeline_min(ui, preview);
        let most = (ui.available_height() - preview.y).max(least);
        let usual = pass.panel_size("timeline", height);
        let dock = Dock::bottom("timeline").resizable(true);
        let panel = self
            .sized(dock, "timeline", usual, [least, most])
            .frame(Frame::new().fill(pass.theme.panel))
            .show(ui, |ui| panels.docked_ui(timeline::ID, ui, pass));
        self.follow("timeline", panel.response.rect.height());
        Some(panel.response.rect)
    }

    /// Draws the media bin, at most `most` points wide.
    fn media_ui(
        &mut self,
        ui: &mut Ui,
        panels: &mut Panels,
        (most, pass): (f32, &mut Pass<'_, '_>),
    ) {
        if !pass.state.panels.is_shown(media_bin::ID) {
            return;
        }
        let frame = Frame::new()
            .fill(pass.theme.panel)
            .inner_margin(Margin::symmetric(11, 8));
        let width = (ui.available_width() * 0.22).clamp(238.0, 264.0);
        let most = most.min(ui.available_width() - PREVIEW_WIDE);
        let most = most.clamp(SIDE_MIN, 520.0);
        let usual = pass.panel_size("media", width);
        let panel = self
            .sized(Dock::left("media"), "media", usual, [SIDE_MIN, most])
            .frame(frame)
            .show(ui, |ui| panels.docked_ui(media_bin::ID, ui, pass));
        self.follow("media", panel.response.rect.width());
    }
}

/// The size that panels leave to the preview in this room, so that the picture has its share of the width.
fn preview_size(room: Vec2, pass: &Pass<'_, '_>) -> Vec2 {
    let canvas = &pass.view.project.canvas;
    let width = room.x * PICTURE_SHARE;
    let height = width * canvas.height_px as f32 / canvas.width_px.max(1) as f32;
    let stage = stage_for(vec2(width, height));
    let high = stage.y.min(room.y * PREVIEW_SHARE).max(PREVIEW_HIGH);
    vec2(stage.x, high)
}

fn timeline_height(ui: &Ui, preview: Vec2) -> f32 {
    let least = timeline_min(ui, preview);
    let most = (ui.available_height() - preview.y).max(least);
    let height = ui.available_height() * TIMELINE_SHARE;
    height.round().clamp(least, most)
}

/// The minimum height of the timeline: all lanes, or as many as the preview leaves room for.
fn timeline_min(ui: &Ui, preview: Vec2) -> f32 {
    let free = ui.available_height() - preview.y;
    free.clamp(TIMELINE_LOW, TIMELINE_MIN)
}
