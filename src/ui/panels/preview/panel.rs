//! The composed picture in its own proportions, with a strip of its settings below.

use egui::{
    Align, Align2, Color32, Layout, Mesh, Rect, RichText, Role, Sense, Shape, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::empty_state::empty_state_ui;
use super::layer_box::PreviewBox;
use crate::ui::actions::perform;
use crate::ui::panels::output_button::output_ui;
use crate::ui::panels::performance::paint_figures;
use crate::ui::panels::top_bar::menu_item_ui;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::theme::Theme;
use crate::ui::widgets::{
    MORE_WIDTH, badge, elided, more_ui, quiet_button, quiet_toggle, quiet_width,
};

const STRIP_HEIGHT: f32 = 28.0;
const SQUARE: f32 = 10.0;
/// Room around the whole canvas in points, in which a handle that turns is seen; where the picture is small, a share
/// of its width.
const STAGE_MARGIN: [f32; 2] = [8.0, 18.0];
const MARGIN_SHARE: f32 = 0.025;
/// Width between the buttons below which the selection is not named.
const CAPTION_WIDTH: f32 = 90.0;

/// The zoom of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Zoom {
    /// Fits the panel.
    #[default]
    Fit,
    /// Screen points per canvas pixel.
    Scale(f32),
}

/// The size of a panel that shows a picture of this size whole.
pub(crate) fn stage_for(picture: Vec2) -> Vec2 {
    // A little more than the share, which is one of the stage and so of the margin as well.
    let margin = stage_margin(1.12 * picture.x);
    picture + Vec2::splat(2.0 * margin) + vec2(0.0, STRIP_HEIGHT)
}

fn stage_margin(width: f32) -> f32 {
    let [least, most] = STAGE_MARGIN;
    (MARGIN_SHARE * width).clamp(least, most)
}

/// The preview.
#[derive(Default)]
pub(crate) struct PreviewPanel {
    zoom: Zoom,
    pan: Vec2,
    outline: PreviewBox,
}

impl PreviewPanel {
    /// Draws the picture and its strip in all of `ui`.
    pub fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let all = ui.available_rect_before_wrap();
        let (stage, strip) = all.split_top_bottom_at_y(all.bottom() - STRIP_HEIGHT);
        ui.painter().rect_filled(all, 0.0, pass.theme.well);
        let project = pass.view.project;
        let canvas = &project.canvas;
        let size = vec2(
            canvas.width_px.max(1) as f32,
            canvas.height_px.max(1) as f32,
        );
        let scale = self.stage_ui(ui, stage, size, pass);
        if project.layers.is_empty() && project.media.is_empty() {
            empty_state_ui(ui, stage, pass);
        }
        ui.scope_builder(egui::UiBuilder::new().max_rect(strip), |ui| {
            self.strip_ui(ui, scale, pass);
        });
    }

    fn show_all(&mut self) {
        self.zoom = Zoom::Fit;
        self.pan = Vec2::ZERO;
    }

    /// Draws the picture, zooms and pans it; returns points per canvas pixel.
    fn stage_ui(&mut self, ui: &Ui, stage: Rect, size: Vec2, pass: &mut Pass<'_, '_>) -> f32 {
        let margin = stage_margin(stage.width().min(stage.height() * size.x / size.y));
        let room = stage.shrink(margin).size().max(Vec2::splat(1.0));
        let fit = (room.x / size.x).min(room.y / size.y);
        let id = ui.scope_id().with("preview");
        let response = ui.interact(stage, id, Sense::click_and_drag());
        let label = format!("Preview, {} by {} pixels", size.x, size.y);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
        if response.double_clicked() {
            self.show_all();
        }
        let mut scale = match self.zoom {
            Zoom::Fit => fit,
            Zoom::Scale(scale) => scale,
        };
        if response.hovered() {
            let factor = ui
                .input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y / 400.0).exp());
            if (factor - 1.0).abs() > 1e-4 {
                scale = (scale * factor).clamp(0.02, 16.0);
                self.zoom = Zoom::Scale(scale);
            }
        }
        let pan = match self.zoom {
            Zoom::Fit => Vec2::ZERO,
            Zoom::Scale(_) => self.pan,
        };
        let picture = Rect::from_center_size(stage.center() + pan, size * scale);
        paint_picture(ui, stage, picture, pass);
        self.outline.ui(ui, &response, picture, pass);
        if pass.state.has_overlay {
            let figures = (pass.view.project, pass.view.snapshot);
            let seen = picture.intersect(stage);
            paint_figures(ui.painter(), seen, pass.theme, figures);
        }
        paint_proxy_mark(ui.painter(), picture.intersect(stage), pass);
        let is_panning = response.dragged_by(egui::PointerButton::Middle)
            || (response.dragged() && !self.outline.is_dragging() && self.zoom != Zoom::Fit);
        if is_panning {
            self.pan = pan + response.drag_delta();
            self.zoom = Zoom::Scale(scale);
        }
        scale
    }

    /// Lays the right group out first, and the left one in the rest; what does not fit is in a menu.
    fn strip_ui(&mut self, ui: &mut Ui, scale: f32, pass: &mut Pass<'_, '_>) {
        let strip = ui.max_rect().shrink2(vec2(8.0, 0.0));
        let layout = Layout::right_to_left(Align::Center);
        let right = egui::UiBuilder::new().max_rect(strip).layout(layout);
        let right = ui.scope_builder(right, |ui| {
            output_ui(ui, pass);
            let kept = MORE_WIDTH + ui.spacing().item_spacing.x;
            let needed = quiet_width(ui, Action::PreviewOnly.label()) + kept;
            let has_room = needed <= ui.available_width();
            if has_room {
                preview_only_ui(ui, pass);
            }
            (ui.min_rect().left(), has_room)
        });
        let (left, has_preview_only) = right.inner;
        let rest = strip.with_max_x(left - ui.spacing().item_spacing.x);
        let layout = Layout::left_to_right(Align::Center);
        let left = egui::UiBuilder::new().max_rect(rest).layout(layout);
        let left = ui.scope_builder(left, |ui| {
            self.views_ui(ui, scale, (has_preview_only, pass));
            ui.min_rect().right()
        });
        paint_caption(ui, rest.with_min_x(left.inner), pass);
    }

    /// Draws the scale, and the ways to see the picture that fit; the others in a menu.
    fn views_ui(
        &mut self,
        ui: &mut Ui,
        scale: f32,
        (has_preview_only, pass): (bool, &mut Pass<'_, '_>),
    ) {
        let percent = format!("{:.0} %", scale * ui.pixels_per_point() * 100.0);
        let gap = ui.spacing().item_spacing.x;
        let more = MORE_WIDTH + gap;
        if quiet_width(ui, &percent) + more <= ui.available_width() {
            ui.add_space(4.0);
            let text = RichText::new(percent).font(style::medium(style::SMALL));
            ui.label(text.color(pass.theme.dim)).on_hover_text(
                "Screen pixels per canvas pixel; turn the wheel over the picture to zoom",
            );
            ui.add_space(4.0);
        }
        let mut room = ui.available_width();
        let widths = VIEWS.map(|view| quiet_width(ui, view.text()));
        let has_all = has_preview_only && widths.iter().sum::<f32>() <= room;
        if !has_all {
            room -= more;
        }
        let mut shown = 0;
        while let Some(width) = widths.get(shown).filter(|width| **width <= room) {
            room -= width;
            shown += 1;
        }
        let (in_bar, in_menu) = VIEWS.split_at(shown);
        for view in in_bar {
            let is_on = view.is_on(pass);
            let tooltip = view.tooltip(ui.ctx());
            let response = match is_on {
                Some(is_on) => quiet_toggle(ui, pass.theme, (view.text(), is_on), tooltip),
                None => quiet_button(ui, pass.theme, view.text(), tooltip),
            };
            if response.clicked() {
                self.choose(*view, ui, pass);
            }
        }
        if has_all || ui.available_width() < MORE_WIDTH {
            return;
        }
        more_ui(ui, pass.theme, "More ways to see the picture", |ui| {
            for view in in_menu {
                let is_on = view.is_on(pass).unwrap_or(false);
                let line = ui.selectable_label(is_on, view.text());
                if line.on_hover_text(view.tooltip(ui.ctx())).clicked() {
                    self.choose(*view, ui, pass);
                    ui.close();
                }
            }
            if !has_preview_only {
                menu_item_ui(ui, Action::PreviewOnly, pass);
            }
        });
    }

    fn choose(&mut self, view: PictureView, ui: &Ui, pass: &mut Pass<'_, '_>) {
        let state = &mut *pass.state;
        match view {
            PictureView::Fit => self.show_all(),
            PictureView::Actual => {
                self.pan = Vec2::ZERO;
                self.zoom = Zoom::Scale(1.0 / ui.pixels_per_point());
            }
            PictureView::SafeAreas => state.has_safe_areas = !state.has_safe_areas,
            PictureView::Checkerboard => state.has_checkerboard = !state.has_checkerboard,
            PictureView::Crop => perform(Action::CropHandles, pass),
        }
    }
}

/// A way to see the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PictureView {
    Fit,
    Actual,
    SafeAreas,
    Checkerboard,
    Crop,
}

/// The ways to see the picture, from left to right.
const VIEWS: [PictureView; 5] = [
    PictureView::Fit,
    PictureView::Actual,
    PictureView::SafeAreas,
    PictureView::Checkerboard,
    PictureView::Crop,
];

impl PictureView {
    fn text(self) -> &'static str {
        match self {
            Self::Fit => "Fit",
            Self::Actual => "100 %",
            Self::SafeAreas => "Safe areas",
            Self::Checkerboard => "Checkerboard",
            Self::Crop => "Crop",
        }
    }

    fn tooltip(self, ctx: &egui::Context) -> String {
        let what = match self {
            Self::Fit => "Show the whole canvas  (double-click)",
            Self::Actual => "One screen pixel per canvas pixel",
            Self::SafeAreas => "Show what is safe for action (93 %) and for titles (90 %)",
            Self::Checkerboard => "Show squares where the canvas has no picture",
            Self::Crop => {
                return Action::CropHandles.tooltip(ctx, "Crop the selected layer by handles");
            }
        };
        what.to_owned()
    }

    /// State of one that is on or off.
    fn is_on(self, pass: &Pass<'_, '_>) -> Option<bool> {
        match self {
            Self::Fit | Self::Actual => None,
            Self::SafeAreas => Some(pass.state.has_safe_areas),
            Self::Checkerboard => Some(pass.state.has_checkerboard),
            Self::Crop => Some(pass.state.is_cropping),
        }
    }
}

fn preview_only_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let tooltip = Action::PreviewOnly.tooltip(ui.ctx(), "The picture alone in the window");
    let state = (Action::PreviewOnly.label(), pass.state.is_preview_only);
    if quiet_toggle(ui, pass.theme, state, tooltip).clicked() {
        perform(Action::PreviewOnly, pass);
    }
}

/// Draws safe action (93 %) and, within it, safe titles (90 % of the canvas, SMPTE ST 2046-1), and the centre.
fn paint_safe_areas(painter: &egui::Painter, picture: Rect, colour: Color32) {
    let stroke = Stroke::new(1.0, colour);
    for share in [0.93, 0.9] {
        let area = Rect::from_center_size(picture.center(), picture.size() * share);
        painter.rect_stroke(area, 0.0, stroke, StrokeKind::Middle);
    }
    let (centre, arm) = (picture.center(), picture.height() * 0.03);
    painter.hline(centre.x - arm..=centre.x + arm, centre.y, stroke);
    painter.vline(centre.x, centre.y - arm..=centre.y + arm, stroke);
}

fn paint_picture(ui: &Ui, stage: Rect, picture: Rect, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let painter = ui.painter_at(stage);
    let background = pass.view.project.canvas.background;
    let [r, g, b] = background.map(|share| (share.clamp(0.0, 1.0) * 255.0).round() as u8);
    painter.rect_filled(picture, 0.0, Color32::from_rgba_unmultiplied(r, g, b, 255));
    if pass.state.has_checkerboard {
        painter.add(checkerboard(
            picture.intersect(stage),
            theme.panel,
            theme.hovered,
        ));
    }
    if let Some(preview) = pass.view.preview {
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(preview.texture, picture, uv, Color32::WHITE);
    }
    if pass.state.has_safe_areas {
        // The picture below is the same in both themes.
        paint_safe_areas(&painter, picture, Theme::dark().dim);
    }
    painter.rect_stroke(
        picture,
        0.0,
        Stroke::new(1.0, theme.line),
        StrokeKind::Outside,
    );
}

/// Marks in the corner that a layer shows its proxy while the exact frame is on its way.
fn paint_proxy_mark(painter: &egui::Painter, picture: Rect, pass: &Pass<'_, '_>) {
    let mut layers = pass.view.snapshot.layers.iter();
    if layers.any(|layer| layer.proxy.is_some()) {
        let place = picture.right_top() + vec2(-8.0, 14.0);
        badge(painter, place, "proxy", pass.theme.warning);
    }
}

/// A checkerboard of two greys, as one mesh.
fn checkerboard(rect: Rect, dark: Color32, light: Color32) -> Shape {
    let mut mesh = Mesh::default();
    if !rect.is_positive() {
        return Shape::Noop;
    }
    mesh.add_colored_rect(rect, dark);
    let columns = (rect.width() / SQUARE).ceil().min(1000.0) as u32;
    let rows = (rect.height() / SQUARE).ceil().min(1000.0) as u32;
    for row in 0..rows {
        for column in (row % 2..columns).step_by(2) {
            let min = rect.min + vec2(column as f32, row as f32) * SQUARE;
            let square = Rect::from_min_size(min, Vec2::splat(SQUARE));
            mesh.add_colored_rect(square.intersect(rect), light);
        }
    }
    Shape::mesh(mesh)
}

/// Names the selection between the buttons of the strip, if it fits.
fn paint_caption(ui: &Ui, room: Rect, pass: &Pass<'_, '_>) {
    let room = room.shrink2(vec2(12.0, 0.0));
    let Some(layer) = pass
        .selected_layer()
        .filter(|_| room.width() > CAPTION_WIDTH)
    else {
        return;
    };
    let mut text = layer.name.clone();
    if let Some(id) = pass.state.selection.clip()
        && let Some((_, clip)) = pass.view.project.clip(id)
        && let Some(media) = pass.view.project.media(clip.media)
    {
        text = format!(
            "{text} · {}",
            crate::ui::panels::media_bin::file_name(media)
        );
    }
    let (font, colour) = (style::regular(style::SMALL), pass.theme.dim);
    let galley = elided(ui.painter(), &text, font, colour, room.width());
    let place = Align2::CENTER_CENTER.anchor_size(room.center(), galley.size());
    ui.painter().galley(place.min, galley, colour);
}
