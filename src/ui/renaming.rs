//! The new name of a layer or a marker while it is typed on the timeline.

use crate::project::LayerId;

/// A name being typed on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Renaming {
    /// The owner of the name.
    pub target: RenameTarget,
    /// The text typed so far.
    pub text: String,
    /// True once the field had the keyboard, so that losing it ends the renaming.
    pub has_begun: bool,
}

/// The owner of a name that is edited on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RenameTarget {
    /// A layer.
    Layer(LayerId),
    /// A marker, by its index in the list.
    Marker(usize),
}
