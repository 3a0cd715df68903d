//! The inspector: what the selected clips, layers and markers are, to be edited.

pub(crate) mod clip;
pub(crate) mod fields;
pub(crate) mod key_edits;
pub(crate) mod layer;
pub(crate) mod panel;
pub(crate) mod parameter_row;
