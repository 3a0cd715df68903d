//! The list of keyboard shortcuts, by menu, in as many columns as there is room for, with a search.

use egui::{Align, Layout, RichText, ScrollArea, Ui, vec2};

use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::MENUS;
use crate::ui::style;
use crate::ui::theme::Theme;
use crate::ui::widgets::filter_ui;

/// Width of a column, and of the keys in it, in points.
const COLUMN: f32 = 268.0;
const KEYS: f32 = 98.0;
/// Gap between two columns.
const GAP: f32 = 18.0;

/// Gestures of the pointer, which belong to no menu.
const POINTER: &[(&str, &str)] = &[
    ("Wheel", "Move along the timeline"),
    ("Ctrl+wheel", "Zoom timeline"),
    ("Ctrl or Alt+drag", "Do not snap"),
    ("Alt+drag a clip", "Show other frames of it"),
    ("Escape", "Take a drag back"),
    ("Double-click", "Show the whole canvas"),
];

/// The list, and what is searched for.
#[derive(Default)]
pub(crate) struct ShortcutList {
    filter: String,
    /// The pass in which it was drawn last.
    drawn: u64,
}

/// A menu with its lines: keys, and what they do.
struct Block {
    title: &'static str,
    lines: Vec<(String, &'static str)>,
}

impl Block {
    /// Its height in lines.
    fn height(&self) -> usize {
        self.lines.len() + 2
    }
}

impl Panel for ShortcutList {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let theme = pass.theme;
        let tooltip = "Show only shortcuts whose name or keys have this in them";
        let pass_number = ui.ctx().cumulative_pass_nr();
        let has_come = pass_number > self.drawn + 1;
        self.drawn = pass_number;
        let named = ("Find a shortcut", tooltip);
        filter_ui(ui, theme, &mut self.filter, named, has_come);
        ui.add_space(6.0);
        let blocks = blocks(ui, self.filter.trim());
        if blocks.is_empty() {
            let text = format!(
                "No shortcut has “{}” in its name or keys.",
                self.filter.trim()
            );
            ui.label(RichText::new(text).color(theme.dim));
            return;
        }
        ScrollArea::vertical()
            .auto_shrink(false)
            .show(ui, |ui| columns_ui(ui, theme, blocks));
    }
}

/// Draws the blocks in as many columns as there is room for.
fn columns_ui(ui: &mut Ui, theme: &Theme, blocks: Vec<Block>) {
    let count = ((ui.available_width() + GAP) / (COLUMN + GAP)).max(1.0) as usize;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for column in in_columns(blocks, count) {
            ui.vertical(|ui| {
                ui.set_width(COLUMN);
                for block in &column {
                    block_ui(ui, theme, block);
                }
            });
        }
    });
}

/// The menus and the pointer's gestures, with the lines that have all words of `wanted` in them.
fn blocks(ui: &Ui, wanted: &str) -> Vec<Block> {
    let words: Vec<_> = wanted.split_whitespace().map(str::to_lowercase).collect();
    let is_wanted = |(keys, label): &(String, &str)| {
        let line = format!("{keys} {label}").to_lowercase();
        words.iter().all(|word| line.contains(word))
    };
    let of_menus = MENUS.iter().map(|(title, groups)| {
        let actions = groups.iter().flat_map(|group| group.iter());
        let lines = actions.map(|action| (action.shortcut_text(ui.ctx()), action.label()));
        let lines = lines.filter(|(keys, _)| !keys.is_empty()).collect();
        Block { title, lines }
    });
    let pointer = POINTER
        .iter()
        .map(|(keys, label)| ((*keys).to_owned(), *label));
    let pointer = Block {
        title: "Pointer",
        lines: pointer.collect(),
    };
    let mut blocks: Vec<_> = of_menus.chain([pointer]).collect();
    for block in &mut blocks {
        block.lines.retain(is_wanted);
    }
    blocks.retain(|block| !block.lines.is_empty());
    blocks
}

/// The blocks in their order, in columns of about the same height.
fn in_columns(blocks: Vec<Block>, count: usize) -> Vec<Vec<Block>> {
    let all: usize = blocks.iter().map(Block::height).sum();
    let height = all.div_ceil(count.max(1));
    let mut columns = vec![Vec::new()];
    let mut filled = 0;
    for block in blocks {
        // A block goes on in the next column where more than half of it would stand out.
        let is_full = filled > 0 && filled + block.height() / 2 > height;
        if is_full && columns.len() < count {
            columns.push(Vec::new());
            filled = 0;
        }
        filled += block.height();
        if let Some(column) = columns.last_mut() {
            column.push(block);
        }
    }
    columns
}

fn block_ui(ui: &mut Ui, theme: &Theme, block: &Block) {
    let heading = RichText::new(block.title).font(style::semibold(style::TEXT));
    ui.label(heading.color(theme.accent));
    let height = ui.text_style_height(&egui::TextStyle::Body);
    ui.spacing_mut().interact_size.y = height;
    for (keys, label) in &block.lines {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let size = vec2(KEYS, height);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(KEYS);
                ui.label(RichText::new(keys).color(theme.dim));
            });
            ui.label(*label);
        });
    }
    ui.add_space(10.0);
}
