//! The page of the settings that is about remotes.

use std::net::SocketAddr;

use egui::{Key, TextEdit, Ui};

use super::settings::{grid, note, number_ui, reset_row};
use crate::settings::Osc;
use crate::time::formula::Unit;
use crate::ui::pass::Pass;
use crate::ui::widgets::{Field, note_ui, switch_ui};

/// Width of a field for text in points.
const TEXT_WIDTH: f32 = 260.0;

/// The page about remotes.
#[derive(Default)]
pub(super) struct RemoteSettings {
    address: Typing,
    targets: Typing,
}

impl RemoteSettings {
    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, osc: &mut Osc, pass: &Pass<'_, '_>) {
        let usual = Osc::default();
        grid(ui, "remote settings", |ui| {
            reset_row(
                ui,
                "Open Sound Control",
                (&mut osc.is_on, usual.is_on),
                |ui, is_on| {
                    let names = ("Listen", "Listen for Open Sound Control");
                    if switch_ui(ui, TEXT_WIDTH, names, Some(*is_on)).clicked() {
                        *is_on = !*is_on;
                    }
                },
            );
            reset_row(ui, "Port", (&mut osc.port, usual.port), |ui, port| {
                let field = Field {
                    tooltip: "For UDP and TCP; 0 takes any that is free",
                    ..Field::new("OSC port", f64::from(*port), 0.0..=65535.0, Unit::Plain)
                };
                let mut number = u32::from(*port);
                number_ui(ui, &field, &mut number);
                *port = u16::try_from(number).unwrap_or(*port);
            });
            reset_row(
                ui,
                "Address",
                (&mut osc.address, usual.address),
                |ui, address| {
                    let read = |text: &str| text.trim().parse().ok();
                    let why = "Write an address of this machine, such as 127.0.0.1 or 0.0.0.0";
                    let shown = address.to_string();
                    let typed = self.address.ui(ui, pass, ("OSC address", shown), read, why);
                    *address = typed.unwrap_or(*address);
                },
            );
            reset_row(
                ui,
                "Send changes to",
                (&mut osc.targets, usual.targets),
                |ui, targets| {
                    let shown: Vec<_> = targets.iter().map(ToString::to_string).collect();
                    let why = "Write at most 16 addresses such as 192.168.0.5:9001, with blanks between them";
                    let name = ("OSC targets", shown.join(" "));
                    if let Some(typed) = self.targets.ui(ui, pass, name, read_targets, why) {
                        *targets = typed;
                    }
                },
            );
        });
        note(
            ui,
            pass,
            "Address 127.0.0.1 hears programs on this machine alone. 0.0.0.0 hears everybody in the network, who may then \
             change everything: there is no password. Changes are sent to the addresses named here and to whoever subscribes.",
        );
    }
}

fn read_targets(text: &str) -> Option<Vec<SocketAddr>> {
    let words = text.split_whitespace();
    let targets: Vec<_> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    (targets.len() <= Osc::MAX_TARGETS).then_some(targets)
}

/// A text that is being typed, kept until it is left with something that can be read.
#[derive(Default)]
struct Typing {
    text: Option<String>,
}

impl Typing {
    /// Draws the field; gives what was typed when it is left. A text that cannot be read stays, with the reason below;
    /// Escape gives it up.
    fn ui<T>(
        &mut self,
        ui: &mut Ui,
        pass: &Pass<'_, '_>,
        (name, shown): (&str, String),
        read: impl Fn(&str) -> Option<T>,
        why: &str,
    ) -> Option<T> {
        let mut text = self.text.take().unwrap_or_else(|| shown.clone());
        let field = TextEdit::singleline(&mut text).desired_width(TEXT_WIDTH);
        let response = ui.add(field).accessible_name(name);
        let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
        if text == shown || (response.lost_focus() && is_given_up) {
            return None;
        }
        let value = read(&text);
        if value.is_none() {
            note_ui(ui, response.id, response.rect, why, pass.theme.error);
        } else if !response.has_focus() {
            return value;
        }
        self.text = Some(text);
        None
    }
}
