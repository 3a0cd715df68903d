//! `/transport`: the playhead, the speed and the loop.

use std::sync::LazyLock;

use super::clip::TIME;
use super::row::{Area, Row};
use super::value::Kind;
use crate::command::{Command, TransportCommand, TreeContext};
use crate::project::edit::clip_edit::on_frame;
use crate::project::{EditCommand, MAX_SPEED, Project, ProjectEdit, TimeRange};
use crate::time::Time;

static ROWS: LazyLock<Vec<Row<Transport>>> = LazyLock::new(rows);
static NEUTRAL: LazyLock<Project> = LazyLock::new(Project::default);

/// The area of the transport.
pub(super) struct Transport;

impl Area for Transport {
    type On<'a> = TreeContext<'a>;
    type Edit = Command;

    fn rows() -> &'static [Row<Self>] {
        &ROWS
    }

    fn neutral() -> TreeContext<'static> {
        TreeContext::at_rest(&NEUTRAL)
    }

    fn command(_: TreeContext<'_>, command: Command) -> Command {
        command
    }
}

fn rows() -> Vec<Row<Transport>> {
    vec![
        Row::<Transport>::new(
            "position",
            TIME,
            |on| on.transport.playhead,
            |_, time| TransportCommand::SeekTo(time).into(),
        )
        .unit("s"),
        Row::<Transport>::switch(
            "playing",
            |on| on.transport.is_playing,
            |_, is_on| {
                if is_on {
                    TransportCommand::Play.into()
                } else {
                    TransportCommand::Pause.into()
                }
            },
        ),
        Row::<Transport>::new(
            "speed",
            Kind::Speed { max: MAX_SPEED },
            |on| on.transport.speed,
            |_, speed| TransportCommand::SetSpeed(speed).into(),
        ),
        Row::<Transport>::switch(
            "loop/enabled",
            |on| on.project.is_looping,
            |_, is_on| EditCommand::Project(ProjectEdit::SetLooping(is_on)).into(),
        ),
        Row::<Transport>::new(
            "loop/start",
            TIME,
            |on| on.project.loop_range.map(|range| range.start),
            |on, start| {
                let range = start.map(|start| TimeRange {
                    start: on_frame(on.project, start),
                    ..range(on.project)
                });
                EditCommand::Project(ProjectEdit::SetLoopRange(range)).into()
            },
        )
        .unit("s")
        .optional(),
        Row::<Transport>::new(
            "loop/end",
            TIME,
            |on| on.project.loop_range.map(|range| range.end),
            |on, end| {
                let range = end.map(|end| TimeRange {
                    end: on_frame(on.project, end),
                    ..range(on.project)
                });
                EditCommand::Project(ProjectEdit::SetLoopRange(range)).into()
            },
        )
        .unit("s")
        .optional(),
    ]
}

/// The loop, or all of the timeline.
fn range(project: &Project) -> TimeRange {
    project.loop_range.unwrap_or_else(|| TimeRange {
        start: Time::ZERO,
        end: project.duration(),
    })
}
