//! What fields remember from pass to pass, of all of them in one place.

use egui::{Context, Event, Id, LayerId};

/// Passes for which what belongs to a field that is no longer drawn is kept.
const PASSES_KEPT: u64 = 2;

/// The memory of all fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Texts being typed; two while one field hands over to another.
    pub typing: Vec<Typing>,
    /// Texts that were refused when their field was left.
    pub refused: Vec<Refused>,
    /// What was typed in the pass in which a field was clicked or reached by Tab, before it could take it.
    pub early: Option<Early>,
    /// The field that is dragged, and the exact value that the drag has come to.
    pub scrub: Option<(Id, f64)>,
    /// The fields of the last pass, in the order in which they were drawn.
    previous: Vec<(LayerId, Id)>,
    /// Those of this pass so far.
    current: Vec<(LayerId, Id)>,
    pass: u64,
}

/// The text of a field that is typed in.
#[derive(Clone, Debug)]
pub(super) struct Typing {
    pub field: Id,
    pub text: String,
    /// The text that the field had at first; if it still has it, nothing is to be changed.
    pub initial: String,
    /// True until the first pass, in which all of it is selected.
    pub is_new: bool,
    /// Why Enter was refused.
    pub refusal: Option<String>,
    /// The pass in which the field was last drawn.
    pub seen: u64,
}

/// What was typed in a pass for a field that had not yet the keyboard, or was drawn before it had it.
#[derive(Clone, Debug)]
pub(super) struct Early {
    pub field: Id,
    pub events: Vec<Event>,
    pub pass: u64,
}

/// A text that was refused when its field was left.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub field: Id,
    pub text: String,
    pub why: String,
    /// The time until which the field says so, in seconds.
    pub until_s: f64,
}

impl Memory {
    /// Reads or changes the memory.
    pub fn with<R>(ctx: &Context, change: impl FnOnce(&mut Self) -> R) -> R {
        let id = Id::unique("number fields");
        ctx.data_mut(|data| change(data.get_temp_mut_or_default(id)))
    }

    /// Notes that a field is drawn in this pass.
    pub fn note(&mut self, layer: LayerId, field: Id, pass: u64) {
        if self.pass != pass {
            self.pass = pass;
            std::mem::swap(&mut self.previous, &mut self.current);
            self.current.clear();
            self.typing
                .retain(|typing| pass - typing.seen <= PASSES_KEPT);
            self.early.take_if(|early| pass - early.pass > PASSES_KEPT);
        }
        self.current.push((layer, field));
    }

    /// The text of a field.
    pub fn typed(&self, field: Id) -> Option<&Typing> {
        self.typing.iter().find(|one| one.field == field)
    }

    /// The text of a field, taken out.
    pub fn take_typing(&mut self, field: Id) -> Option<Typing> {
        let at = self.typing.iter().position(|one| one.field == field)?;
        Some(self.typing.swap_remove(at))
    }

    /// What was typed for a field before it could take it.
    pub fn take_early(&mut self, field: Id) -> Vec<Event> {
        let early = self.early.take_if(|early| early.field == field);
        early.map_or_else(Vec::new, |early| early.events)
    }

    /// The refusal that a field is to say, if it was not long ago.
    pub fn refusal(&mut self, field: Id, now_s: f64) -> Option<Refused> {
        if self.refused.is_empty() {
            return None;
        }
        self.refused.retain(|one| one.until_s > now_s);
        self.refused.iter().find(|one| one.field == field).cloned()
    }

    /// Forgets that a field refused a text.
    pub fn forget_refusal(&mut self, field: Id) {
        self.refused.retain(|one| one.field != field);
    }

    /// The field after this one in its window, or the one before; past the last comes the first.
    pub fn neighbour(&self, layer: LayerId, field: Id, is_back: bool) -> Option<Id> {
        let fields = self.previous.iter().filter(|(other, _)| *other == layer);
        let ids: Vec<_> = fields.map(|(_, id)| *id).collect();
        let at = ids.iter().position(|id| *id == field)?;
        let count = ids.len();
        let step = if is_back { count - 1 } else { 1 };
        ids.get((at + step) % count).copied()
    }
}
