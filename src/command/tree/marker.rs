//! `/marker/N`: the markers, numbered by time.

use std::sync::LazyLock;

use super::clip::TIME;
use super::error::TreeError;
use super::layer::{COLOUR, NAME};
use super::path::{ParameterPath, Segment};
use super::row::{Area, Located, Location, Row, place_of};
use super::value::Kind;
use crate::command::Command;
use crate::project::edit::clip_edit::on_frame;
use crate::project::{EditCommand, MAX_NOTE_BYTES, Marker, MarkerEdit, Project};
use crate::time::Time;

/// The word before the number.
pub(super) const WORD: &str = "marker";

const NOTE: Kind = Kind::Text {
    max_bytes: MAX_NOTE_BYTES,
};

static ROWS: LazyLock<Vec<Row<Markers>>> = LazyLock::new(rows);
static NEUTRAL: LazyLock<(Project, Marker)> = LazyLock::new(|| {
    let marker = Marker {
        time: Time::ZERO,
        name: String::new(),
        colour: 0,
        note: String::new(),
    };
    (Project::default(), marker)
});

/// The area of markers.
pub(super) struct Markers;

/// A marker and its place in the list.
#[derive(Clone, Copy)]
pub(super) struct OnMarker<'a> {
    project: &'a Project,
    index: usize,
    marker: &'a Marker,
}

impl Area for Markers {
    type On<'a> = OnMarker<'a>;
    type Edit = MarkerEdit;

    fn rows() -> &'static [Row<Self>] {
        &ROWS
    }

    fn neutral() -> OnMarker<'static> {
        let (project, marker) = &*NEUTRAL;
        OnMarker {
            project,
            index: 0,
            marker,
        }
    }

    fn command(_: OnMarker<'_>, edit: MarkerEdit) -> Command {
        EditCommand::Marker(edit).into()
    }
}

fn rows() -> Vec<Row<Markers>> {
    vec![
        Row::<Markers>::new(
            "time",
            TIME,
            |on| on.marker.time,
            |on, time| MarkerEdit::Move {
                index: on.index,
                time: on_frame(on.project, time),
            },
        )
        .unit("s")
        .without_default(),
        Row::<Markers>::new(
            "name",
            NAME,
            |on| on.marker.name.clone(),
            |on, name| MarkerEdit::Rename(on.index, name),
        )
        .without_default(),
        Row::<Markers>::new(
            "colour",
            COLOUR,
            |on| i64::from(on.marker.colour),
            |on, colour: i64| MarkerEdit::SetColour(on.index, colour as u8),
        )
        .without_default(),
        Row::<Markers>::new(
            "note",
            NOTE,
            |on| on.marker.note.clone(),
            |on, note| MarkerEdit::SetNote(on.index, note),
        )
        .without_default(),
    ]
}

/// All markers.
pub(super) fn all(project: &Project) -> impl Iterator<Item = Box<dyn Located + '_>> {
    let markers = project.markers.iter().enumerate();
    markers.map(|(index, marker)| located(project, index, marker))
}

/// The marker that the segments behind the word name, and the segments that are left.
pub(super) fn find<'a, 's>(
    project: &'a Project,
    segments: &'s [Segment],
    path: &ParameterPath,
) -> Result<(Box<dyn Located + 'a>, &'s [Segment]), TreeError> {
    let unknown = || TreeError::Unknown { path: path.clone() };
    let (segment, rest) = segments.split_first().ok_or_else(unknown)?;
    let names = project.markers.iter().map(|marker| marker.name.as_str());
    let index = place_of(WORD, segment, names, path)?;
    let marker = project.markers.get(index).ok_or_else(unknown)?;
    Ok((located(project, index, marker), rest))
}

fn located<'a>(project: &'a Project, index: usize, marker: &'a Marker) -> Box<dyn Located + 'a> {
    let base = ParameterPath::of(WORD).number(index + 1);
    let on = OnMarker {
        project,
        index,
        marker,
    };
    Box::new(Location::<Markers> { base, on })
}
