//! `/output`: the output window.

use std::sync::LazyLock;

use super::row::{Area, Row};
use super::value::Kind;
use crate::command::{Command, OutputCommand, TreeContext};
use crate::project::Project;

static ROWS: LazyLock<Vec<Row<Output>>> = LazyLock::new(rows);
static NEUTRAL: LazyLock<Project> = LazyLock::new(Project::default);

/// The area of the output window.
pub(super) struct Output;

impl Area for Output {
    type On<'a> = TreeContext<'a>;
    type Edit = OutputCommand;

    fn rows() -> &'static [Row<Self>] {
        &ROWS
    }

    fn neutral() -> TreeContext<'static> {
        TreeContext::at_rest(&NEUTRAL)
    }

    fn command(_: TreeContext<'_>, command: OutputCommand) -> Command {
        command.into()
    }
}

fn rows() -> Vec<Row<Output>> {
    vec![
        Row::<Output>::switch(
            "open",
            |on| on.output.is_open,
            |_, is_on| OutputCommand::SetOpen(is_on),
        ),
        Row::<Output>::new(
            "display",
            Kind::Int { min: 1, max: 1 },
            |on| on.output.display as i64 + 1,
            |_, number: i64| OutputCommand::SetDisplay((number - 1) as usize),
        )
        .ranged(|on| Kind::Int {
            min: 1,
            max: on.displays.len().max(1) as i64,
        }),
        Row::<Output>::switch(
            "windowed",
            |on| on.output.is_windowed,
            |_, is_on| OutputCommand::SetWindowed(is_on),
        ),
        Row::<Output>::choice(
            "picture",
            |on| on.output.picture,
            |_, picture| OutputCommand::SetPicture(picture),
        ),
        Row::<Output>::switch(
            "figures",
            |on| on.output.has_figures,
            |_, is_on| OutputCommand::SetFigures(is_on),
        ),
    ]
}
