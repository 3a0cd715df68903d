//! The command palette: every action by a few letters of its name.

use egui::{
    Align2, Area, Button, Frame, Id, Key, Margin, Modifiers, Order, RichText, ScrollArea, TextEdit,
    Ui, vec2,
};

use crate::ui::actions::{is_enabled, label, perform};
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;

const WIDTH: f32 = 520.0;
/// Lines shown at once.
const LINES: f32 = 12.0;

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("palette");

/// The text that is typed, and the line that is chosen.
#[derive(Default)]
pub(crate) struct Palette {
    text: String,
    chosen: usize,
    was_open: bool,
}

impl Panel for Palette {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let (up, down, enter, escape) = ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            (
                pressed(Key::ArrowUp),
                pressed(Key::ArrowDown),
                pressed(Key::Enter),
                pressed(Key::Escape),
            )
        });
        let found = found_by(&self.text, pass);
        self.chosen = (self.chosen + usize::from(down))
            .saturating_sub(usize::from(up))
            .min(found.len().saturating_sub(1));
        let chosen = found.get(self.chosen).copied();
        // One that cannot be done now stays in sight, so that it is seen why nothing happens.
        let mut wanted = chosen.filter(|action| enter && is_enabled(*action, pass));
        let response = Area::new(Id::unique("palette"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 80.0))
            .show(ui.ctx(), |ui| {
                let frame = Frame::popup(ui.style()).inner_margin(Margin::same(8));
                frame.show(ui, |ui| {
                    ui.set_width(WIDTH);
                    field_ui(ui, self);
                    let clicked = list_ui(ui, &found, self.chosen, (up || down, pass));
                    wanted = wanted.or(clicked);
                });
            });
        let is_elsewhere = self.was_open && response.response.clicked_elsewhere();
        self.was_open = true;
        if escape || is_elsewhere || wanted.is_some() {
            pass.state.panels.set_shown(ID, false);
        }
        if let Some(action) = wanted {
            perform(action, pass);
        }
    }
}

fn field_ui(ui: &mut Ui, palette: &mut Palette) {
    let field = TextEdit::singleline(&mut palette.text)
        .hint_text("Type to find a command")
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Find a command");
    if !palette.was_open {
        response.request_focus();
    }
    if response.changed() {
        palette.chosen = 0;
    }
    ui.add_space(4.0);
}

fn list_ui(
    ui: &mut Ui,
    found: &[Action],
    chosen: usize,
    (is_moved, pass): (bool, &mut Pass<'_, '_>),
) -> Option<Action> {
    let mut wanted = None;
    if found.is_empty() {
        ui.label(RichText::new("No command has these letters in its name.").color(pass.theme.dim));
        return None;
    }
    let height = LINES * (ui.spacing().interact_size.y + ui.spacing().item_spacing.y);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for (index, action) in found.iter().enumerate() {
            let text = RichText::new(label(*action, pass));
            let keys = RichText::new(action.shortcut_text(ui.ctx())).color(pass.theme.dim);
            let button = Button::new(text)
                .shortcut_text(keys)
                .selected(index == chosen)
                .frame_when_inactive(index == chosen)
                .min_size(vec2(ui.available_width(), 0.0));
            let response = ui.add_enabled(is_enabled(*action, pass), button);
            let response = response.accessible_name(label(*action, pass));
            if index == chosen && is_moved {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                wanted = Some(*action);
            }
        }
    });
    wanted
}

/// The actions that fit, the best first; of equally good ones those first that can be done now.
fn found_by(text: &str, pass: &Pass<'_, '_>) -> Vec<Action> {
    let mut found: Vec<_> = Action::all()
        .filter(|action| *action != Action::ShowPalette)
        .filter_map(|action| Some((score(text, &label(action, pass))?, action)))
        .collect();
    found.sort_by_key(|(score, action)| (std::cmp::Reverse(*score), !is_enabled(*action, pass)));
    found.into_iter().map(|(_, action)| action).collect()
}

/// How well a name fits what was typed: all its letters must come in this order; letters that begin words or follow each
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
