//! The window: which panel is where, and the keys.
//!
//! A pass goes: take in the document ─► Escape for a gesture, then shortcuts ─► panels ─► end of a gesture. Nothing
//! here asks for another pass; whoever plays does.

use egui::{CentralPanel, Frame, Margin, Panel, Stroke, Ui};

use super::clipboard::CopiedClips;
use super::panels::address::address_ui;
use super::panels::inspector::Inspector;
use super::panels::media_bin::MediaBin;
use super::panels::messages::messages_ui;
use super::panels::performance::performance_ui;
use super::panels::preview::PreviewPanel;
use super::panels::status_bar::status_bar_ui;
use super::panels::timeline::Timeline;
use super::panels::top_bar::top_bar_ui;
use super::panels::unsaved::unsaved_ui;
use super::panels::windows::windows_ui;
use super::shortcuts::Asked;
use super::state::{Part, Pass, ViewState};
use super::theme::Theme;
use super::{Command, View, actions, clip_actions, shortcuts};

/// Share of the window's height that the timeline has at first.
const TIMELINE_SHARE: f32 = 0.435;
/// Least heights and widths of panels.
const TIMELINE_MIN: f32 = 46.0 + 27.0 + 6.0 * 32.0;
const SIDE_MIN: f32 = 180.0;

/// All that the window shows, and what it remembers between passes.
#[derive(Default)]
pub struct MainWindow {
    state: ViewState,
    media_bin: MediaBin,
    inspector: Inspector,
    preview: PreviewPanel,
    timeline: Timeline,
}

impl MainWindow {
    /// Draws one pass of the whole window, and pushes what the person asked for.
    pub fn ui(&mut self, ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
        let ctx = ui.ctx().clone();
        self.state.follow(view.project, view.document.name);
        self.state.thumbnails.begin_pass();
        self.state.gesture.begin_pass(&ctx, commands);
        let Self {
            state,
            media_bin,
            inspector,
            preview,
            timeline,
        } = self;
        let mut pass = Pass {
            view,
            commands,
            state,
            theme: Theme::dark(),
        };
        timeline.begin_pass(&ctx, &mut pass);
        if view.document.unsaved_question.is_none() && pass.state.address.is_none() {
            for asked in shortcuts::pressed(&ctx) {
                match asked {
                    Asked::Action(action) => actions::perform(action, &mut pass),
                    Asked::Paste(text) => paste(&text, &mut pass),
                }
            }
        }
        files_ui(&ctx, &mut pass);
        bars_ui(ui, &mut pass);
        let panels = !pass.state.is_preview_only;
        if panels {
            right_ui(ui, inspector, &mut pass);
            timeline_ui(ui, timeline, &mut pass);
            media_ui(ui, media_bin, &mut pass);
        }
        CentralPanel::default()
            .frame(Frame::new().fill(pass.theme.well))
            .show(ui, |ui| {
                messages_ui(ui, &mut pass);
                preview.ui(ui, &mut pass);
            });
        windows_ui(ui, &mut pass);
        unsaved_ui(ui, &mut pass);
        address_ui(ui, &mut pass);
        paint_drop_target(&ctx, &pass);
        pass.state.gesture.end_pass(&ctx, pass.commands);
    }
}

/// Puts in the clips in a text; other text is left alone.
fn paste(text: &str, pass: &mut Pass<'_, '_>) {
    if let Some(copied) = CopiedClips::parse(text) {
        clip_actions::paste(pass, &copied);
    }
}

fn bars_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let frame = Frame::new().fill(pass.theme.panel);
    Panel::top("top bar")
        .exact_size(34.0)
        .frame(frame.inner_margin(Margin::symmetric(8, 0)))
        .show(ui, |ui| top_bar_ui(ui, pass));
    Panel::bottom("status bar")
        .exact_size(25.0)
        .frame(frame)
        .show(ui, |ui| status_bar_ui(ui, pass));
}

/// Inspector and performance share a column; performance is as high as the timeline beside it at first.
fn right_ui(ui: &mut Ui, inspector: &mut Inspector, pass: &mut Pass<'_, '_>) {
    let has_inspector = pass.state.is_shown(Part::Inspector);
    let has_performance = pass.state.is_shown(Part::Performance);
    if !has_inspector && !has_performance {
        return;
    }
    let height = timeline_height(ui);
    let width = (ui.available_width() * 0.245).clamp(332.0, 420.0);
    let padded = Frame::new()
        .fill(pass.theme.panel)
        .inner_margin(Margin::symmetric(12, 8));
    Panel::right("right column")
        .default_size(width)
        .size_range(280.0..=640.0)
        .frame(Frame::new().fill(pass.theme.panel))
        .show(ui, |ui| {
            if has_performance && has_inspector {
                Panel::bottom("performance")
                    .resizable(true)
                    .default_size(height)
                    .min_size(140.0)
                    .frame(padded)
                    .show(ui, |ui| performance_ui(ui, pass));
            }
            CentralPanel::default().frame(padded).show(ui, |ui| {
                if has_inspector {
                    inspector.ui(ui, pass);
                } else {
                    performance_ui(ui, pass);
                }
            });
        });
}

fn timeline_ui(ui: &mut Ui, timeline: &mut Timeline, pass: &mut Pass<'_, '_>) {
    if !pass.state.is_shown(Part::Timeline) {
        return;
    }
    let height = timeline_height(ui);
    let most = (ui.available_height() - 160.0).max(TIMELINE_MIN);
    Panel::bottom("timeline")
        .resizable(true)
        .default_size(height)
        .size_range(TIMELINE_MIN..=most)
        .frame(Frame::new().fill(pass.theme.panel))
        .show(ui, |ui| timeline.ui(ui, pass));
}

fn timeline_height(ui: &Ui) -> f32 {
    (ui.available_height() * TIMELINE_SHARE)
        .round()
        .max(TIMELINE_MIN)
}

fn media_ui(ui: &mut Ui, media_bin: &mut MediaBin, pass: &mut Pass<'_, '_>) {
    if !pass.state.is_shown(Part::Media) {
        return;
    }
    let frame = Frame::new()
        .fill(pass.theme.panel)
        .inner_margin(Margin::symmetric(11, 8));
    let width = (ui.available_width() * 0.22).clamp(238.0, 264.0);
    Panel::left("media")
        .default_size(width)
        .size_range(SIDE_MIN..=520.0)
        .frame(frame)
        .show(ui, |ui| media_bin.ui(ui, pass));
}

/// Files dropped on the window from outside.
fn files_ui(ctx: &egui::Context, pass: &mut Pass<'_, '_>) {
    let paths: Vec<_> = ctx.input(|input| {
        let dropped = input.raw.dropped_files.iter();
        dropped.map(|file| file.path().to_path_buf()).collect()
    });
    if !paths.is_empty() {
        pass.push(Command::AddFiles(paths));
    }
}

fn paint_drop_target(ctx: &egui::Context, pass: &Pass<'_, '_>) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop target"));
    let painter = ctx.layer_painter(layer);
    let rect = ctx.content_rect().shrink(6.0);
    let theme = pass.theme;
    painter.rect_filled(rect, 8.0, theme.background.gamma_multiply(0.75));
    let stroke = Stroke::new(2.0, theme.accent);
    painter.rect_stroke(rect, 8.0, stroke, egui::StrokeKind::Inside);
    painter.text(
        rect.center(),
        egui::Align2::CENTER_CENTER,
        "Drop to add",
        super::style::semibold(20.0),
        theme.strong,
    );
}
