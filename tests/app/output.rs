//! The output in a viewport of its own, as a window system gives it one: its keys, its kinds, and what closes it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::home::{Home, Window, make_card};
use egui::accesskit::Role;
use egui::{
    Event, ImmediateViewport, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, ViewportBuilder,
    vec2,
};
use egui_kittest::kittest::Queryable as _;
use sextet::app::AppOptions;
use sextet::control::DialogRequest;
use sextet::time::Time;

thread_local! {
    /// Events of the output's window, for its next pass.
    static EVENTS: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
    /// The output's window as it was asked for in the last pass.
    static SHOWN: RefCell<Option<ViewportBuilder>> = const { RefCell::new(None) };
}

/// The program with a clip of two seconds, over a window system that has windows.
fn window(home: &Home) -> Window {
    let card = make_card(home.path("card.mov"), "64x32", "120");
    over_windows(home.open(vec![card], &home.path("show.ron")))
}

/// The same window over a window system that has windows.
fn over_windows(window: Window) -> Window {
    window.harness.ctx.set_embed_viewports(false);
    egui::Context::set_immediate_viewport_renderer(|ctx, viewport| {
        let ImmediateViewport {
            ids,
            builder,
            mut viewport_ui_cb,
        } = viewport;
        SHOWN.set(Some(builder));
        let input = RawInput {
            viewport_id: ids.this,
            viewports: std::iter::once((ids.this, egui::ViewportInfo::default())).collect(),
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(960.0, 540.0))),
            events: EVENTS.take(),
            ..RawInput::default()
        };
        // Nothing is painted here.
        ctx.run_ui(input, |ui| viewport_ui_cb(ui))
            .drop_without_applying_deltas();
    });
    window
}

fn key_event(modifiers: Modifiers, key: Key, pressed: bool) -> Event {
    Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers,
    }
}

/// Presses a key while the output has the keyboard.
fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    for pressed in [true, false] {
        EVENTS.with_borrow_mut(|events| events.push(key_event(modifiers, key, pressed)));
        window.harness.run_steps(2);
    }
}

/// The output's window as it is asked for now; none while it is closed.
fn shown(window: &mut Window) -> Option<ViewportBuilder> {
    SHOWN.take();
    window.harness.step();
    SHOWN.take()
}

fn click_menu(window: &mut Window, menu: &str, item: &str) {
    for label in [menu, item] {
        let harness = &mut window.harness;
        harness.get_by_role_and_label(Role::Button, label).click();
        harness.run_steps(4);
    }
}

fn is_playing(window: &Window) -> bool {
    window.app().engine().transport().is_playing()
}

/// The actions of a user, counted.
struct Actions(u32);

impl Actions {
    fn press(&mut self, window: &mut Window, modifiers: Modifiers, key: Key) {
        self.0 += 1;
        window.press(modifiers, key);
    }

    /// What is done in a dialog of the system.
    fn in_dialog(&mut self, count: u32) {
        self.0 += count;
    }
}

#[test]
fn from_an_empty_window_to_six_faded_layers_full_screen_it_takes_at_most_nine_actions() {
    let home = Home::new();
    let cards: Vec<_> = (0..6)
        .map(|number| make_card(home.path(&format!("{number}.mov")), "64x32", "180"))
        .collect();
    let window = home.open_with(AppOptions {
        dialogs: Arc::new(move |_: &DialogRequest| Ok(cards.clone())),
        ..AppOptions::default()
    });
    let mut window = over_windows(window);
    let (mut actions, none) = (Actions(0), Modifiers::NONE);
    actions.press(&mut window, Modifiers::COMMAND, Key::I);
    // The first file, the last one with Shift, and the button.
    actions.in_dialog(3);
    actions.press(&mut window, Modifiers::COMMAND, Key::A);
    actions.press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    actions.press(&mut window, none, Key::F11);
    actions.press(&mut window, none, Key::Space);

    let project = window.app().project();
    assert_eq!(project.layers.len(), 6);
    for layer in &project.layers {
        let clip = &layer.clips[0];
        let fades = [clip.fade_in, clip.fade_out];
        assert_eq!(fades, [Time::from_seconds(1); 2], "{}", layer.name);
    }
    assert!(project.is_looping && is_playing(&window));
    let output = shown(&mut window).expect("it is open");
    assert_eq!(output.fullscreen, Some(true));
    assert!(actions.0 <= 9, "{} actions", actions.0);
}

#[test]
fn the_editors_keys_work_in_the_output() {
    let home = Home::new();
    let mut window = window(&home);
    window.press(Modifiers::NONE, Key::F11);
    assert!(shown(&mut window).is_some(), "open");

    press(&mut window, Modifiers::NONE, Key::Space);
    assert!(is_playing(&window), "space plays");
    press(&mut window, Modifiers::NONE, Key::Space);
    assert!(!is_playing(&window), "and pauses");
    press(&mut window, Modifiers::NONE, Key::L);
    assert!(is_playing(&window), "shuttle");
    press(&mut window, Modifiers::NONE, Key::K);
    assert!(!is_playing(&window));
    let add_layer = Modifiers::COMMAND | Modifiers::SHIFT;
    press(&mut window, add_layer, Key::N);
    assert_eq!(window.app().project().layers.len(), 2);
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(window.app().engine().playhead(), Time::from_seconds(1));
    press(&mut window, Modifiers::NONE, Key::M);
    let markers = &window.app().project().markers;
    assert_eq!(markers[0].time, Time::from_seconds(1));
    press(&mut window, Modifiers::NONE, Key::Home);
    assert_eq!(window.app().engine().playhead(), Time::ZERO);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(window.app().engine().playhead(), Time::from_seconds(1));
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert!(
        window.app().project().markers.is_empty(),
        "the marker that was gone to"
    );
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(window.app().project().markers.len(), 1, "undone");
    assert!(shown(&mut window).is_some(), "open all along");
}

#[test]
fn escape_and_f11_close_the_output_and_leave_the_editor_as_it_is() {
    let home = Home::new();
    let mut window = window(&home);
    window.change();
    for key in [Key::Escape, Key::F11] {
        window.press(Modifiers::NONE, Key::F11);
        assert!(shown(&mut window).is_some(), "open");
        press(&mut window, Modifiers::NONE, key);
        assert!(shown(&mut window).is_none(), "{key:?} closes it");
    }
    assert_eq!(window.app().project().layers.len(), 2);
}

#[test]
fn playing_goes_on_from_the_output_while_a_prompt_holds_the_editor() {
    let home = Home::new();
    let mut window = window(&home);
    window.change();
    window.press(Modifiers::NONE, Key::F11);
    window.press(Modifiers::COMMAND, Key::N);
    assert!(window.is_shown("Discard"), "asked");
    press(&mut window, Modifiers::NONE, Key::Space);
    assert!(is_playing(&window), "space plays");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    assert_eq!(window.app().project().layers.len(), 2, "nothing is edited");
    assert!(window.is_shown("Discard"), "still asked");
}

#[test]
fn a_double_click_in_the_output_does_nothing() {
    let home = Home::new();
    let mut window = window(&home);
    window.press(Modifiers::NONE, Key::F11);
    let before = shown(&mut window).expect("open");
    let pos = egui::pos2(300.0, 200.0);
    let button = |pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    for pressed in [true, false, true, false] {
        let events = [Event::PointerMoved(pos), button(pressed)];
        EVENTS.with_borrow_mut(|queue| queue.extend(events));
        window.harness.step();
    }
    window.harness.run_steps(3);
    let after = shown(&mut window).expect("still open");
    assert!(before.fullscreen == after.fullscreen && before.monitor == after.monitor);
}

#[test]
fn the_output_in_a_window_of_its_own_fills_no_display() {
    let home = Home::new();
    let mut window = window(&home);
    let item = "Output in a window of its own";
    click_menu(&mut window, "View", item);
    let builder = shown(&mut window).expect("choosing it opens it");
    assert_eq!(builder.monitor, None, "a monitor would be filled");
    assert_ne!(builder.fullscreen, Some(true));
    assert_eq!(builder.decorations, Some(true), "it can be moved");
    window.harness.get_by_label("Output Window, open");
    click_menu(&mut window, "View", item);
    let builder = shown(&mut window).expect("still open");
    assert_eq!((builder.monitor, builder.fullscreen), (Some(0), Some(true)));
    window.harness.get_by_label("Output Display 1, open");
}
