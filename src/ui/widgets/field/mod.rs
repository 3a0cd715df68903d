//! The one kind of field for numbers: dragging scrubs, a click types, Tab goes on to the next.
//!
//! ```text
//!            click, Tab, focus                       Enter, Tab, focus elsewhere: read ─► Change::Typed
//! idle ───────────────────────► typing, all selected ┤
//!  │ ▲                                               └ Escape: given up
//!  └─┴── drag ─► Change::Scrubbed
//! ```
//!
//! * [`Field`]: one of them, drawn and led through these states. [`Slider`]: the bar within it.
//! * `typing`: the text of the one that is typed in. `scrub`: dragging. `paint`: what it looks like.
//! * `memory`: what lasts from pass to pass, of all fields together; their order for Tab.
//!
//! A text that is no number, or lies out of range, leaves the value as it is, and the field says why.

mod memory;
mod number;
mod paint;
mod scrub;
mod slider;
mod typing;

pub(crate) use number::{Change, Field, Word};
pub(crate) use paint::{FIELD_HEIGHT, MIXED, note_ui};
pub(crate) use slider::Slider;
