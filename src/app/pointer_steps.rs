//! Pointer steps: quick movements of the pointer, given to the window one after the other.
//!
//! egui decides once a frame what lies under the pointer, by where it was last. Where frames are slow, one frame sees a
//! button pressed and the pointer elsewhere already, and takes up what lies there instead of what was pressed; one that
//! sees all of a drag sees none. So a frame gets no movement after a press, and no release after a movement: what is
//! left comes in the next frame, which is requested at once.
//!
//! ```text
//! move A, press, move B, move C, release   ─►   move A, press │ move B, move C │ release
//! ```

use egui::{Event, RawInput};

/// Events that wait for the next frame.
#[derive(Debug, Default)]
pub(crate) struct PointerSteps {
    waiting: Vec<Event>,
}

/// Effect of an event on the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Move,
    Press,
    Release,
}

impl PointerSteps {
    /// Takes out of a frame's input the events after its first step, and puts in before it those held back; true if
    /// some wait for another frame.
    pub fn hold_back(&mut self, input: &mut RawInput) -> bool {
        let mut events = std::mem::take(&mut self.waiting);
        events.append(&mut input.events);
        let end = end_of_step(&events);
        self.waiting = events.split_off(end);
        input.events = events;
        !self.waiting.is_empty()
    }
}

/// Number of events that make up the first step.
fn end_of_step(events: &[Event]) -> usize {
    let mut last = None;
    for (index, event) in events.iter().enumerate() {
        let Some(step) = step_of(event) else {
            continue;
        };
        let is_next = matches!(
            (last, step),
            (Some(Step::Press | Step::Release), Step::Move) | (Some(Step::Move), Step::Release)
        );
        if is_next {
            return index;
        }
        last = Some(step);
    }
    events.len()
}

fn step_of(event: &Event) -> Option<Step> {
    match event {
        Event::PointerMoved(_) | Event::PointerGone => Some(Step::Move),
        Event::PointerButton { pressed: true, .. } => Some(Step::Press),
        Event::PointerButton { pressed: false, .. } => Some(Step::Release),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Modifiers, PointerButton, Pos2, Rect, Sense, pos2};

    fn at(x: f32) -> Pos2 {
        pos2(x, 50.0)
    }

    fn button(x: f32, pressed: bool) -> Event {
        Event::PointerButton {
            pos: at(x),
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        }
    }

    /// Traces what is dragged, pass by pass, of a left and a right half of the window when all these events come in one frame.
    fn dragged(events: Vec<Event>, is_stepped: bool) -> Vec<&'static str> {
        let ctx = egui::Context::default();
        let mut steps = PointerSteps::default();
        let mut dragged = Vec::new();
        let mut frames = vec![Vec::new(), events];
        frames.extend((0..4).map(|_| Vec::new()));
        for events in frames {
            let mut input = RawInput {
                screen_rect: Some(Rect::from_min_max(
                    at(0.0) - egui::vec2(0.0, 50.0),
                    pos2(200.0, 100.0),
                )),
                events,
                ..RawInput::default()
            };
            if is_stepped {
                steps.hold_back(&mut input);
            }
            let mut held = "nothing";
            let mut output = ctx.run_ui(input, |ui| {
                for (name, left) in [("left", 0.0), ("right", 100.0)] {
                    let half = Rect::from_min_max(pos2(left, 0.0), pos2(left + 100.0, 100.0));
                    let id = egui::Id::unique(name);
                    if ui
                        .interact(half, id, Sense::click_and_drag())
                        .drag_started()
                    {
                        held = name;
                    }
                }
            });
            output.textures_delta.clear();
            dragged.push(held);
        }
        dragged
    }

    #[test]
    fn a_drag_that_comes_in_one_frame_takes_up_what_was_pressed() {
        let events = vec![
            Event::PointerMoved(at(20.0)),
            button(20.0, true),
            Event::PointerMoved(at(90.0)),
            Event::PointerMoved(at(150.0)),
        ];
        assert!(
            dragged(events.clone(), false).contains(&"right"),
            "as egui has it"
        );
        let stepped = dragged(events, true);
        assert!(
            stepped.contains(&"left") && !stepped.contains(&"right"),
            "{stepped:?}"
        );
    }

    #[test]
    fn a_drag_that_begins_and_ends_in_one_frame_is_one() {
        let events = vec![
            Event::PointerMoved(at(20.0)),
            button(20.0, true),
            Event::PointerMoved(at(150.0)),
            button(150.0, false),
        ];
        let stepped = dragged(events, true);
        assert!(stepped.contains(&"left"), "{stepped:?}");
    }

    #[test]
    fn no_event_is_lost_or_changes_its_place() {
        let events = vec![
            Event::PointerMoved(at(1.0)),
            button(1.0, true),
            button(1.0, false),
            Event::Copy,
            Event::PointerMoved(at(2.0)),
            button(2.0, true),
            Event::PointerMoved(at(3.0)),
            Event::Cut,
            button(3.0, false),
            Event::PointerGone,
        ];
        let mut steps = PointerSteps::default();
        let mut lengths = Vec::new();
        let mut given = Vec::new();
        let mut input = RawInput {
            events: events.clone(),
            ..RawInput::default()
        };
        loop {
            let is_more = steps.hold_back(&mut input);
            lengths.push(input.events.len());
            given.append(&mut input.events);
            if !is_more {
                break;
            }
        }
        assert_eq!(given, events);
        assert_eq!(lengths, [4, 2, 2, 1, 1]);
    }
}
