//! The window: one pass over bars, panels, windows and prompts, and the keys.
//!
//! A pass goes: follow the document ─► Escape for a gesture, then shortcuts ─► panels ─► end of a gesture. Shortcuts
//! pressed while a field is typed in come after the panels, so that its text goes first. Playing, not this file,
//! requests the passes that follow.

use egui::{CentralPanel, Frame, Key, Margin, Modifiers, Panel, Stroke, Ui};

use super::after_typing::AfterTyping;
use super::docks::Docks;
use super::panel::{Panels, close_front};
use super::panels::{
    ADDRESS, PALETTE, PreviewPanel, TABLE, messages_ui, prompt_ui, relink_ui, status_bar_ui,
    task_ui, top_bar_ui, unsaved_ui,
};
use super::pass::Pass;
use super::shortcuts::Asked;
use super::state::ViewState;
use super::theme::Theme;
use super::{View, actions, clip_actions, shortcuts};
use crate::command::{Action, Command, FileCommand};
use crate::project::edit::clipboard::CopiedClips;
use crate::settings::Layout;

/// The window: its panels, and the state that lives from pass to pass.
pub struct MainWindow {
    state: ViewState,
    after_typing: AfterTyping,
    panels: Panels,
    docks: Docks,
    preview: PreviewPanel,
}

impl Default for MainWindow {
    fn default() -> Self {
        Self {
            state: ViewState::new(TABLE.iter().map(|row| row.info)),
            after_typing: AfterTyping::default(),
            panels: Panels::new(TABLE),
            docks: Docks::default(),
            preview: PreviewPanel::default(),
        }
    }
}

impl MainWindow {
    /// A window with its panels as they were in the last run.
    pub fn with_layout(layout: &Layout) -> Self {
        let mut window = Self::default();
        window.state.panels.set_hidden_docks(&layout.hidden);
        window.panels.set_tool_places(&layout.tools);
        window.state.folded_sections = layout.folded.iter().cloned().collect();
        window
    }

    /// The arrangement of the panels; the window's own size and state are left out.
    pub fn layout(&self) -> Layout {
        Layout {
            hidden: self.state.panels.hidden_docks(),
            panels: self.docks.sizes(),
            tools: self.panels.tool_places(),
            folded: self.state.folded_sections.iter().cloned().collect(),
            ..Layout::default()
        }
    }

    /// Puts commands off to the next pass, after the text that is being typed.
    pub fn carry_out_after_typing(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.after_typing.wait(commands);
    }

    /// Puts an action off to the next pass, after the text that is being typed.
    pub fn perform_after_typing(&mut self, action: Action, ctx: &egui::Context) {
        self.after_typing
            .wait_with(vec![Asked::Action(action)], ctx);
    }

    /// Puts what was asked for by key in another window off to the next pass, after the text that is being typed here.
    pub(crate) fn carry_out_asked(&mut self, asked: Vec<Asked>, ctx: &egui::Context) {
        self.after_typing.wait_with(asked, ctx);
    }

    /// True while such commands wait.
    pub fn waits_for_typing(&self) -> bool {
        self.after_typing.is_waiting()
    }

    /// Draws one pass of the whole window, and pushes the commands that the user gives.
    pub fn ui(&mut self, ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
        let ctx = ui.ctx().clone();
        self.state.follow(view.project, view.document);
        self.state.thumbnails.begin_pass();
        self.state.help.begin_pass();
        self.state.gesture.begin_pass(&ctx, commands);
        let mut pass = Pass {
            view,
            commands,
            state: &mut self.state,
            theme: Theme::of(&ctx),
        };
        shortcuts::release(&ctx);
        self.panels.begin_pass(&ctx, &mut pass);
        let asked_while_typing = self.after_typing.begin_pass(&ctx);
        if takes_shortcuts(&self.panels, &pass) {
            shortcuts_ui(&ctx, &mut self.after_typing, &mut pass);
        }
        files_ui(&ctx, &mut pass);
        bars_ui(ui, &mut pass);
        if !pass.state.is_preview_only {
            self.docks.ui(ui, &mut self.panels, &mut pass);
        }
        CentralPanel::default()
            .frame(Frame::new().fill(pass.theme.well))
            .show(ui, |ui| {
                let all = ui.available_rect_before_wrap();
                self.preview.ui(ui, &mut pass);
                messages_ui(ui, all, &mut pass);
            });
        // Of two that want Escape, the one drawn first has it.
        self.panels.windows_ui(ui, self.docks.free(), &mut pass);
        relink_ui(ui, &mut pass);
        self.panels.popup_ui(PALETTE, ui, &mut pass);
        task_ui(ui, &mut pass);
        unsaved_ui(ui, &mut pass);
        self.panels.popup_ui(ADDRESS, ui, &mut pass);
        prompt_ui(ui, &mut pass);
        paint_drop_target(&ctx, &pass);
        if !asked_while_typing.is_empty() {
            carry_out(asked_while_typing, &mut pass);
            ctx.request_repaint();
        }
        pass.state.gesture.end_pass(&ctx, pass.commands);
        pass.state.help.end_pass(&ctx);
        self.after_typing.end_pass(&ctx, pass.commands);
    }
}

/// Carries out the shortcuts pressed in this pass; while a field is typed in they are put off.
fn shortcuts_ui(ctx: &egui::Context, after_typing: &mut AfterTyping, pass: &mut Pass<'_, '_>) {
    let is_escape_taken = after_typing.takes_escape(ctx);
    escape_ui(ctx, is_escape_taken, pass);
    let is_typing = ctx.text_edit_focused();
    let asked = shortcuts::pressed(ctx, is_escape_taken);
    if is_typing && !asked.is_empty() {
        after_typing.wait_with(asked, ctx);
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

/// Pastes the clips that a text holds; other text is ignored.
fn paste(text: &str, pass: &mut Pass<'_, '_>) {
    if let Some(copied) = CopiedClips::parse(text) {
        clip_actions::paste(pass, &copied);
    }
}

/// Lets Escape close the window in front, or end cropping, before it deselects. A text field and a menu have the key to themselves.
fn escape_ui(ctx: &egui::Context, is_escape_taken: bool, pass: &mut Pass<'_, '_>) {
    let is_taken = is_escape_taken || egui::Popup::is_any_open(ctx);
    if !is_taken
        && ctx.input(|input| input.key_pressed(Key::Escape))
        && (close_front(ctx, &mut pass.state.panels) || std::mem::take(&mut pass.state.is_cropping))
    {
        ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    }
}

/// True while keys ask for actions: no prompt holds the window, and no panel has the keys to itself.
fn takes_shortcuts(panels: &Panels, pass: &Pass<'_, '_>) -> bool {
    !pass.has_prompt() && !panels.takes_keys(&pass.state.panels)
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
