//! Widgets that panels share: number fields, buttons with drawn icons, bars, small plots, headings.
//!
//! Every interactive widget reports its role, name and state to AccessKit, and has a tooltip with its shortcut.

mod badge;
mod button;
mod field;
mod filter;
mod icon;
mod level;
mod more;
mod reset_label;
mod sparkline;
mod switch;

pub(crate) use badge::{badge, elided, heading};
pub(crate) use button::{
    IconButton, quiet_button, quiet_toggle, quiet_width, text_width, toggle_chip,
};
pub(crate) use field::{Change, FIELD_HEIGHT, Field, MIXED, Slider, Word, note_ui};
pub(crate) use filter::filter_ui;
pub(crate) use icon::Icon;
pub(crate) use level::{Level, level_ui};
pub(crate) use more::{MORE_WIDTH, more_ui};
pub(crate) use reset_label::reset_label_ui;
pub(crate) use sparkline::{Sparkline, scale_top, sparkline};
pub(crate) use switch::switch_ui;
