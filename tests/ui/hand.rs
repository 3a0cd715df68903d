//! The hand of a user: keys with their modifiers, buttons of the pointer.

use egui::{Event, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;

use crate::ui_host::{Host, harness, rich};

/// The window of a rich project, paused, after a change.
pub fn paused(size: [f32; 2], change: impl FnOnce(&mut Host)) -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    change(&mut host);
    harness(host, size)
}

/// The modifier of most shortcuts.
pub fn ctrl() -> Modifiers {
    Modifiers::CTRL | Modifiers::COMMAND
}

/// Presses the first button at a place, or lets it go.
pub fn button(harness: &mut Harness<'_, Host>, pos: Pos2, pressed: bool, modifiers: Modifiers) {
    harness.event(Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers,
    });
    harness.step();
}

/// Goes to a place and clicks there; the modifiers are let go afterwards.
pub fn click_with(harness: &mut Harness<'_, Host>, at: Pos2, modifiers: Modifiers) {
    harness.event(Event::ModifiersChanged(modifiers));
    harness.hover_at(at);
    harness.step();
    button(harness, at, true, modifiers);
    button(harness, at, false, modifiers);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
}
