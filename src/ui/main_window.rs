//! The window: which panel is where, and the keys.
//!
//! A pass goes: take in the document ─► Escape for a gesture, then shortcuts ─► panels ─► end of a gesture. Shortcuts
//! pressed while something is typed come after the panels, so that what was typed goes first. Nothing else here asks for
//! another pass; whoever plays does.

use egui::{CentralPanel, Frame, Key, Margin, Modifiers, Panel, Stroke, Ui};

use super::panels::dialogs::address::address_ui;
use super::panels::dialogs::palette::palette_ui;
use super::panels::dialogs::prompt::question_ui;
use super::panels::dialogs::relink::relink_ui;
use super::panels::dialogs::task::task_ui;
use super::panels::dialogs::unsaved::unsaved_ui;
use super::panels::dialogs::windows::{close_front, windows_ui};
use super::panels::inspector::panel::Inspector;
use super::panels::media_bin::MediaBin;
use super::panels::messages::messages_ui;
use super::panels::performance::panel::performance_ui;
use super::panels::preview::panel::PreviewPanel;
use super::panels::status_bar::status_bar_ui;
use super::panels::timeline::Timeline;
use super::panels::top_bar::top_bar_ui;
use super::shortcuts::Asked;
use super::state::{Part, Pass, ViewState};
use super::theme::Theme;
use super::{View, actions, clip_actions, shortcuts};
use crate::command::{Action, Command, FileCommand};
use crate::project::edit::clipboard::CopiedClips;
use crate::settings::Layout;

/// Share of the window's height that the timeline has at first.
const TIMELINE_SHARE: f32 = 0.435;
/// Least heights and widths of panels.
const TIMELINE_MIN: f32 = 46.0 + 27.0 + 6.0 * 32.0;
const SIDE_MIN: f32 = 180.0;
const RIGHT_MIN: f32 = 280.0;
const INSPECTOR_MIN: f32 = 160.0;
const PERFORMANCE_MIN: f32 = 140.0;
/// Least height of the timeline in a low window, where lanes are scrolled: transport, ruler, two lanes.
const TIMELINE_LOW: f32 = 46.0 + 34.0 + 2.0 * 34.0;
/// Least height and width that panels leave to the picture.
const PICTURE_HIGH: f32 = 150.0;
const PICTURE_WIDE: f32 = 170.0;
/// Most share of the width that the right column takes.
const RIGHT_SHARE: f32 = 0.44;

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
    /// A window with its panels as they were in the last run.
    pub fn with_layout(layout: &Layout) -> Self {
        let mut window = Self::default();
        window.state.set_layout(layout);
        window
    }

    /// How the panels are arranged now.
    pub fn layout(&self) -> Layout {
        self.state.layout()
    }

    /// Has commands carried out with the next pass, after what is being typed has come into the document.
    pub fn carry_out_after_typing(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.state.after_typing.wait(commands);
    }

    /// Has an action carried out with the next pass, after what is being typed has come into the document.
    pub fn perform_after_typing(&mut self, action: Action, ctx: &egui::Context) {
        let asked = vec![Asked::Action(action)];
        self.state.after_typing.wait_with(asked, ctx);
    }

    /// Whether such commands wait.
    pub fn waits_for_typing(&self) -> bool {
        self.state.after_typing.is_waiting()
    }

    /// Draws one pass of the whole window, and pushes what the person asked for.
    pub fn ui(&mut self, ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
        let ctx = ui.ctx().clone();
        self.state.follow(view.project, view.document.number);
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
            theme: Theme::of(&ctx),
        };
        timeline.begin_pass(&ctx, &mut pass);
        let asked_while_typing = pass.state.after_typing.begin_pass(&ctx);
        shortcuts_ui(&ctx, &mut pass);
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
                let all = ui.available_rect_before_wrap();
                preview.ui(ui, &mut pass);
                messages_ui(ui, all, &mut pass);
            });
        windows_ui(ui, &mut pass);
        relink_ui(ui, &mut pass);
        palette_ui(ui, &mut pass);
        task_ui(ui, &mut pass);
        unsaved_ui(ui, &mut pass);
        address_ui(ui, &mut pass);
        question_ui(ui, &mut pass);
        paint_drop_target(&ctx, &pass);
        if !asked_while_typing.is_empty() {
            carry_out(asked_while_typing, &mut pass);
            ctx.request_repaint();
        }
        pass.state.gesture.end_pass(&ctx, pass.commands);
        pass.state.after_typing.end_pass(&ctx, pass.commands);
    }
}

/// Carries out what is asked for by key; while something is typed it is put off until that is in the document.
fn shortcuts_ui(ctx: &egui::Context, pass: &mut Pass<'_, '_>) {
    if !takes_shortcuts(pass) {
        return;
    }
    let is_escape_taken = pass.state.after_typing.takes_escape(ctx);
    escape_ui(ctx, is_escape_taken, pass);
    let is_typing = ctx.text_edit_focused();
    let asked = shortcuts::pressed(ctx, is_escape_taken);
    if is_typing && !asked.is_empty() {
        pass.state.after_typing.wait_with(asked, ctx);
    } else {
        carry_out(asked, pass);
    }
}

fn carry_out(asked: Vec<Asked>, pass: &mut Pass<'_, '_>) {
    for asked in asked {
        match asked {
            Asked::Action(action) => actions::perform(action, pass),
            Asked::Paste(text) => paste(&text, pass),
        }
    }
}

/// Puts in the clips in a text; other text is left alone.
fn paste(text: &str, pass: &mut Pass<'_, '_>) {
    if let Some(copied) = CopiedClips::parse(text) {
        clip_actions::paste(pass, &copied);
    }
}

/// Escape closes the window in front before it lets go of what is selected. A field that is typed in, and a menu, have it
/// for themselves.
fn escape_ui(ctx: &egui::Context, is_escape_taken: bool, pass: &mut Pass<'_, '_>) {
    let is_taken = is_escape_taken || egui::Popup::is_any_open(ctx);
    if !is_taken && ctx.input(|input| input.key_pressed(Key::Escape)) && close_front(ctx, pass) {
        ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    }
}

/// Whether key presses ask for actions: not while a question is open, nor while they are being set.
fn takes_shortcuts(pass: &Pass<'_, '_>) -> bool {
    !pass.is_asking()
        && pass.state.address.is_none()
        && !pass.state.recording.is_waiting()
        && !pass.state.is_shown(Part::Palette)
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
    let column = Panel::right("right column")
        .default_size(pass.panel_size("right", width))
        .size_range(RIGHT_MIN..=(ui.available_width() * RIGHT_SHARE).clamp(RIGHT_MIN, 640.0))
        .frame(Frame::new().fill(pass.theme.panel))
        .show(ui, |ui| {
            if has_performance && has_inspector {
                // It scrolls, so it yields before the inspector is no more than a row.
                let most = (ui.available_height() - INSPECTOR_MIN).max(96.0);
                let panel = Panel::bottom("performance")
                    .resizable(true)
                    .default_size(pass.panel_size("performance", height))
                    .size_range(PERFORMANCE_MIN.min(most)..=most)
                    .frame(padded)
                    .show(ui, |ui| performance_ui(ui, pass));
                let height = panel.response.rect.height();
                pass.state.panel_sizes.insert("performance", height);
            }
            CentralPanel::default().frame(padded).show(ui, |ui| {
                if has_inspector {
                    inspector.ui(ui, pass);
                } else {
                    performance_ui(ui, pass);
                }
            });
        });
    let width = column.response.rect.width();
    pass.state.panel_sizes.insert("right", width);
}

fn timeline_ui(ui: &mut Ui, timeline: &mut Timeline, pass: &mut Pass<'_, '_>) {
    if !pass.state.is_shown(Part::Timeline) {
        return;
    }
    let height = timeline_height(ui);
    let least = timeline_min(ui);
    let most = (ui.available_height() - PICTURE_HIGH).max(least);
    let panel = Panel::bottom("timeline")
        .resizable(true)
        .default_size(pass.panel_size("timeline", height))
        .size_range(least..=most)
        .frame(Frame::new().fill(pass.theme.panel))
        .show(ui, |ui| timeline.ui(ui, pass));
    let height = panel.response.rect.height();
    pass.state.panel_sizes.insert("timeline", height);
}

fn timeline_height(ui: &Ui) -> f32 {
    (ui.available_height() * TIMELINE_SHARE)
        .round()
        .max(timeline_min(ui))
}

/// The least height of the timeline: all lanes, or as many as the picture leaves room for.
fn timeline_min(ui: &Ui) -> f32 {
    let free = ui.available_height() - PICTURE_HIGH;
    free.clamp(TIMELINE_LOW, TIMELINE_MIN)
}

fn media_ui(ui: &mut Ui, media_bin: &mut MediaBin, pass: &mut Pass<'_, '_>) {
    if !pass.state.is_shown(Part::Media) {
        return;
    }
    let frame = Frame::new()
        .fill(pass.theme.panel)
        .inner_margin(Margin::symmetric(11, 8));
    let width = (ui.available_width() * 0.22).clamp(238.0, 264.0);
    let most = (ui.available_width() - PICTURE_WIDE).clamp(SIDE_MIN, 520.0);
    let panel = Panel::left("media")
        .default_size(pass.panel_size("media", width))
        .size_range(SIDE_MIN..=most)
        .frame(frame)
        .show(ui, |ui| media_bin.ui(ui, pass));
    let width = panel.response.rect.width();
    pass.state.panel_sizes.insert("media", width);
}

/// Files dropped on the window from outside.
fn files_ui(ctx: &egui::Context, pass: &mut Pass<'_, '_>) {
    let paths: Vec<_> = ctx.input(|input| {
        let dropped = input.raw.dropped_files.iter();
        dropped.map(|file| file.path().to_path_buf()).collect()
    });
    if !paths.is_empty() {
        pass.push(Command::File(FileCommand::AddFiles(paths)));
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
        "Drop to add as layers; a project opens",
        super::style::semibold(20.0),
        theme.strong,
    );
}
