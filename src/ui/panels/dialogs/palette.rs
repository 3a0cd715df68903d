//! The command palette: every action by a few letters of its name, every path of the parameter tree, and a line of
//! words to carry out.
//!
//! ```text
//! "fit tim"              actions whose names fit, then parameters whose paths do
//! "/layer/2/op"          paths that fit; Enter carries an action out, and completes a parameter
//! "/layer/2/opacity 0.5" Enter carries the line out, or says in one line why it cannot be
//! ```

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Align2, Area, Button, Frame, Id, Key, Margin, Modifiers, Order, RichText, ScrollArea, TextEdit,
    Ui, vec2,
};

use crate::command::tree::{self, Kind, Node};
use crate::command::{Command, ParseCommandError, WindowCommand};
use crate::ui::actions::{context, is_enabled, label, perform};
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;

const WIDTH: f32 = 520.0;
/// Lines shown at once.
const LINES: f32 = 12.0;
/// Paths of the tree among the lines: more than anybody reads, and few enough to be drawn in every pass.
const MOST_PATHS: usize = 50;

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("palette");

/// The text that is typed, and the line that is chosen.
#[derive(Default)]
pub(crate) struct Palette {
    text: String,
    chosen: usize,
    was_open: bool,
    /// True once the text was completed, so that typing goes on behind it.
    is_completed: bool,
    /// The tree as it was when the palette was opened.
    nodes: Vec<Node>,
    /// The reason for which the line that was typed was not carried out.
    error: Option<String>,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// An action of a menu.
    Action(Action),
    /// A parameter, or an action of no menu.
    Node(Node),
}

impl Panel for Palette {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        if !self.was_open {
            self.nodes = tree::nodes(&context(pass));
        }
        let (up, down, enter, escape) = ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            (
                pressed(Key::ArrowUp),
                pressed(Key::ArrowDown),
                pressed(Key::Enter),
                pressed(Key::Escape),
            )
        });
        let lines = found_by(self, pass);
        self.chosen = (self.chosen + usize::from(down))
            .saturating_sub(usize::from(up))
            .min(lines.len().saturating_sub(1));
        let mut wanted = lines.get(self.chosen).filter(|_| enter).cloned();
        let response = Area::new(Id::unique("palette"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 80.0))
            .show(ui.ctx(), |ui| {
                let frame = Frame::popup(ui.style()).inner_margin(Margin::same(8));
                frame.show(ui, |ui| {
                    ui.set_width(WIDTH);
                    field_ui(ui, self, pass);
                    let clicked = list_ui(ui, &lines, self.chosen, (up || down, pass));
                    wanted = clicked.or_else(|| wanted.take());
                });
            });
        let is_elsewhere = self.was_open && response.response.clicked_elsewhere();
        self.was_open = true;
        let is_done = if enter && is_typed_line(&self.text) {
            carry_out_line(self, pass)
        } else {
            wanted.is_some_and(|line| choose(line, self, pass))
        };
        if escape || is_elsewhere || is_done {
            pass.state.panels.set_shown(ID, false);
        }
    }
}

fn field_ui(ui: &mut Ui, palette: &mut Palette, pass: &Pass<'_, '_>) {
    let field = TextEdit::singleline(&mut palette.text)
        .hint_text("Type to find a command, or a path such as /layer/1/opacity 0.5")
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Find a command");
    if !palette.was_open {
        response.request_focus();
    }
    if std::mem::take(&mut palette.is_completed)
        && let Some(mut state) = TextEditState::load(ui.ctx(), response.id)
    {
        let end = CCursor::new(palette.text.chars().count());
        state.cursor.set_char_range(Some(CCursorRange::one(end)));
        state.store(ui.ctx(), response.id);
    }
    if response.changed() {
        palette.chosen = 0;
        palette.error = None;
    }
    if let Some(error) = &palette.error {
        ui.label(RichText::new(error).color(pass.theme.error));
    }
    ui.add_space(4.0);
}

fn list_ui(
    ui: &mut Ui,
    lines: &[Line],
    chosen: usize,
    (is_moved, pass): (bool, &mut Pass<'_, '_>),
) -> Option<Line> {
    let mut wanted = None;
    if lines.is_empty() {
        ui.label(RichText::new("No command has these letters in its name.").color(pass.theme.dim));
        return None;
    }
    let height = LINES * (ui.spacing().interact_size.y + ui.spacing().item_spacing.y);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for (index, line) in lines.iter().enumerate() {
            let is_chosen = index == chosen;
            let [name, path, more] = texts_of(line, ui, pass);
            let dim = |text: String| RichText::new(text).color(pass.theme.dim);
            let button = Button::new((RichText::new(name.as_str()), dim(path)))
                .shortcut_text(dim(more))
                .selected(is_chosen)
                .frame_when_inactive(is_chosen)
                .min_size(vec2(ui.available_width(), 0.0));
            let response = ui.add_enabled(can_choose(line, pass), button);
            let response = response.accessible_name(name);
            if is_chosen && is_moved {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                wanted = Some(line.clone());
            }
        }
    });
    wanted
}

/// The name of a line, its path where that is another, and at its end shortcut or value.
fn texts_of(line: &Line, ui: &Ui, pass: &Pass<'_, '_>) -> [String; 3] {
    match line {
        Line::Action(action) => [
            label(*action, pass),
            action.path().to_owned(),
            action.shortcut_text(ui.ctx()),
        ],
        Line::Node(node) => {
            // The value may have changed since the palette was opened.
            let now = tree::read(&context(pass), &node.path).ok();
            let value = now.and_then(|node| node.value);
            let value = value.map_or_else(String::new, |value| value.to_string());
            let more = match &node.kind {
                Kind::Action { takes } => (*takes).to_owned(),
                _ => format!("{value} {}", node.unit),
            };
            [node.path.to_string(), String::new(), more]
        }
    }
}

/// True where something can be done with a line now. One that cannot stays in sight, so that it is seen why nothing happens.
fn can_choose(line: &Line, pass: &Pass<'_, '_>) -> bool {
    match line {
        Line::Action(action) => is_enabled(*action, pass),
        Line::Node(node) => node.is_writable,
    }
}

/// Carries a line out, or completes what is typed by it; gives whether the palette is done.
fn choose(line: Line, palette: &mut Palette, pass: &mut Pass<'_, '_>) -> bool {
    if !can_choose(&line, pass) {
        return false;
    }
    match line {
        Line::Action(action) => {
            perform(action, pass);
            true
        }
        Line::Node(node) => {
            palette.text = node.path.to_string();
            palette.chosen = 0;
            if node.kind == (Kind::Action { takes: "" }) {
                return carry_out_line(palette, pass);
            }
            palette.text.push(' ');
            palette.is_completed = true;
            false
        }
    }
}

/// True where a path with something behind it is typed.
fn is_typed_line(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('/') && text.contains(char::is_whitespace)
}

/// Carries out what is typed, or has it said why it cannot be; gives whether it was carried out.
fn carry_out_line(palette: &mut Palette, pass: &mut Pass<'_, '_>) -> bool {
    let carried_out = carry_out(&palette.text, pass);
    palette.error = carried_out.err();
    palette.error.is_none()
}

/// Carries out a line of words; a setting is tried here, so that an error is seen where it was typed.
fn carry_out(text: &str, pass: &mut Pass<'_, '_>) -> Result<(), String> {
    let command: Command = text
        .parse()
        .map_err(|error: ParseCommandError| error.to_string())?;
    if let Command::Set(setting) = &command {
        let tried = tree::resolve(&context(pass), setting);
        tried.map_err(|error| error.to_string())?;
    }
    match command {
        Command::Window(WindowCommand::Perform(action)) => perform(action, pass),
        command => pass.push(command),
    }
    Ok(())
}

/// The lines that fit, the best first; of equally good ones those first that can be done now. Parameters come last.
fn found_by(palette: &Palette, pass: &Pass<'_, '_>) -> Vec<Line> {
    let text = palette.text.trim();
    let is_path = text.starts_with('/');
    let path = text.split(char::is_whitespace).next().unwrap_or("");
    let mut actions: Vec<_> = Action::all()
        .filter(|action| *action != Action::ShowPalette)
        .filter_map(|action| {
            let score = if is_path {
                score(path, action.path())
            } else {
                score(text, &label(action, pass))
            };
            Some((score?, action))
        })
        .collect();
    actions.sort_by_key(|(score, action)| (std::cmp::Reverse(*score), !is_enabled(*action, pass)));
    let mut lines: Vec<_> = actions
        .into_iter()
        .map(|(score, action)| (score, action.path().len(), Line::Action(action)))
        .collect();
    if !text.is_empty() {
        lines.extend(paths_by(if is_path { path } else { text }, &palette.nodes));
    }
    if is_path {
        // Among equals the shortest, which is the very path where it is typed in full.
        lines.sort_by_key(|(score, length, _)| (std::cmp::Reverse(*score), *length));
    }
    lines.into_iter().map(|(.., line)| line).collect()
}

/// The parameters, and the actions of no menu, whose paths fit, the best first; with their scores and lengths.
fn paths_by(typed: &str, nodes: &[Node]) -> Vec<(u32, usize, Line)> {
    let mut fitting: Vec<_> = nodes
        .iter()
        .filter_map(|node| {
            let path = node.path.to_string();
            let score = score(typed, &path)?;
            Action::of_path(&path)
                .is_none()
                .then_some((score, path.len(), node))
        })
        .collect();
    fitting.sort_by_key(|(score, length, _)| (std::cmp::Reverse(*score), *length));
    fitting.truncate(MOST_PATHS);
    let line =
        |(score, length, node): (u32, usize, &Node)| (score, length, Line::Node(node.clone()));
    fitting.into_iter().map(line).collect()
}

/// Rank of a name against what was typed: all its letters must come in this order; letters that begin words or follow each
/// other count more. Nothing if they do not.
fn score(typed: &str, name: &str) -> Option<u32> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let mut total = 0;
    let mut place = 0;
    let mut last = None;
    for letter in typed
        .to_lowercase()
        .chars()
        .filter(|letter| !letter.is_whitespace())
    {
        let begins_word =
            |at: usize| at == 0 || name.get(at - 1).is_some_and(|c| !c.is_alphanumeric());
        let fits = |at: &usize| name.get(*at) == Some(&letter);
        let follows = Some(place).filter(|at| last.is_some() && fits(at));
        let word = (place..name.len()).find(|at| fits(at) && begins_word(*at));
        let (at, points) = match (follows, word) {
            (Some(at), _) => (at, 4),
            (None, Some(at)) => (at, 3),
            (None, None) => ((place..name.len()).find(fits)?, 1),
        };
        total += points;
        last = Some(at);
        place = at + 1;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_in_order_and_beginnings_of_words_count_more() {
        assert_eq!(score("xyz", "Save as…"), None);
        assert!(score("", "Save").is_some(), "nothing typed fits all");
        assert!(
            score("sa", "Save as…") > score("sa", "Close all"),
            "together"
        );
        assert!(
            score("zf", "Zoom to fit") > score("zf", "Fuzzy af"),
            "beginnings"
        );
        assert!(
            score("fit tim", "Fit timeline").is_some(),
            "spaces do not matter"
        );
    }
}
