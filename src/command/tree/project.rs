//! `/project` and `/canvas`: the document apart from its layers.

use std::sync::LazyLock;

use super::clip::TIME;
use super::row::{Area, Row};
use super::value::{Kind, widened};
use crate::command::Command;
use crate::project::{
    Canvas, EditCommand, MAX_CANVAS_PX, MAX_GAIN_DB, MAX_NOTES_BYTES, Project, ProjectEdit,
    SILENT_DB,
};

static PROJECT_ROWS: LazyLock<Vec<Row<Document>>> = LazyLock::new(project_rows);
static CANVAS_ROWS: LazyLock<Vec<Row<CanvasArea>>> = LazyLock::new(canvas_rows);
static NEUTRAL: LazyLock<Project> = LazyLock::new(Project::default);

/// The area of the project as a whole.
pub(super) struct Document;

/// The area of the canvas.
pub(super) struct CanvasArea;

impl Area for Document {
    type On<'a> = &'a Project;
    type Edit = ProjectEdit;

    fn rows() -> &'static [Row<Self>] {
        &PROJECT_ROWS
    }

    fn neutral() -> &'static Project {
        &NEUTRAL
    }

    fn command(_: &Project, edit: ProjectEdit) -> Command {
        EditCommand::Project(edit).into()
    }
}

impl Area for CanvasArea {
    type On<'a> = &'a Canvas;
    type Edit = Canvas;

    fn rows() -> &'static [Row<Self>] {
        &CANVAS_ROWS
    }

    fn neutral() -> &'static Canvas {
        &NEUTRAL.canvas
    }

    fn command(_: &Canvas, canvas: Canvas) -> Command {
        EditCommand::Project(ProjectEdit::SetCanvas(canvas)).into()
    }
}

fn project_rows() -> Vec<Row<Document>> {
    vec![
        Row::<Document>::fixed("duration", TIME, |project| project.duration()).unit("s"),
        Row::<Document>::new(
            "notes",
            Kind::Text {
                max_bytes: MAX_NOTES_BYTES,
            },
            |project| project.notes.clone(),
            |_, notes| ProjectEdit::SetNotes(notes),
        ),
        Row::<Document>::new(
            "master-gain",
            Kind::Float {
                min: widened(SILENT_DB),
                max: widened(MAX_GAIN_DB),
            },
            |project| widened(project.master_gain_db),
            |_, gain_db: f64| ProjectEdit::SetMasterGain(gain_db as f32),
        )
        .unit("dB"),
    ]
}

fn canvas_rows() -> Vec<Row<CanvasArea>> {
    let side = Kind::Int {
        min: 1,
        max: i64::from(MAX_CANVAS_PX),
    };
    let mut rows = vec![
        Row::<CanvasArea>::new(
            "width",
            side.clone(),
            |canvas| i64::from(canvas.width_px),
            |canvas, width: i64| Canvas {
                width_px: width as u32,
                ..*canvas
            },
        )
        .unit("px"),
        Row::<CanvasArea>::new(
            "height",
            side,
            |canvas| i64::from(canvas.height_px),
            |canvas, height: i64| Canvas {
                height_px: height as u32,
                ..*canvas
            },
        )
        .unit("px"),
        Row::<CanvasArea>::new(
            "rate",
            Kind::Rate,
            |canvas| canvas.frame_rate,
            |canvas, frame_rate| Canvas {
                frame_rate,
                ..*canvas
            },
        )
        .unit("fps"),
    ];
    let components = ["background/red", "background/green", "background/blue"];
    let components = components.into_iter().enumerate();
    rows.extend(components.map(|(index, words)| component_row(words, index)));
    rows
}

/// A component of the background.
fn component_row(words: &'static str, index: usize) -> Row<CanvasArea> {
    Row::<CanvasArea>::new(
        words,
        Kind::Float { min: 0.0, max: 1.0 },
        move |canvas: &Canvas| widened(canvas.background[index]),
        move |canvas: &Canvas, value: f64| {
            let mut changed = *canvas;
            changed.background[index] = value as f32;
            changed
        },
    )
}
