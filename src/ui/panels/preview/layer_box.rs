//! The outlines of the selected layers on the preview, with handles: the pictures move, corners and sides scale, the
//! knob turns; a pinned corner pulls itself, and where the crop is edited its edges do. Several layers have a box in
//! common.

use egui::{CursorIcon, Id, Modifiers, Painter, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

use super::chosen::{Placed, chosen, layers_at, nudge};
use super::crop::CropBox;
use super::drag::{BoxHandle, Drag, DragResult};
use super::figures::figures_ui;
use super::frame::Frame;
use super::layer_shape::{LayerShape, differences};
use super::outline::{
    REACH, Screen, box_handles, crop_handles, paint_anchor, paint_crop, paint_guide, paint_handles,
    paint_outline, pin_handles, resize_cursor,
};
use crate::project::LayerId;
use crate::ui::panels::inspector::{key_time, set_values, together};
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::theme::Theme;

/// Distance in points from a line of the canvas within which a drag snaps to it.
const SNAP: f32 = 7.0;
/// Width of the outline of one picture, and of each of several, in points.
const LINE: [f32; 2] = [1.4, 1.0];

/// What the handles are about.
enum Subject {
    /// One picture.
    One(LayerShape),
    /// One whose corners are pinned.
    Pinned(LayerShape),
    /// The crop of one.
    Crop(LayerShape, CropBox),
    /// Several pictures.
    Several(Frame),
}

impl Subject {
    /// What they are about for these layers, of which none is locked; `None` if there are no handles.
    fn of(layers: &[Placed<'_>], is_cropping: bool) -> Option<Self> {
        let (_, shape) = layers.last()?;
        if is_cropping {
            return Some(Self::Crop(*shape, CropBox::of(shape)?));
        }
        Some(match layers {
            [_] if shape.values.corner_pin.is_some() => Self::Pinned(*shape),
            [_] => Self::One(*shape),
            _ => {
                let shapes: Vec<_> = layers.iter().map(|(_, shape)| *shape).collect();
                Self::Several(Frame::about(&shapes)?)
            }
        })
    }

    fn frame(&self) -> Frame {
        match self {
            Self::One(shape) | Self::Pinned(shape) | Self::Crop(shape, _) => shape.frame(),
            Self::Several(frame) => *frame,
        }
    }

    fn centre(&self) -> Pos2 {
        match self {
            Self::Crop(_, crop) => crop.point(Vec2::ZERO),
            Self::One(_) | Self::Pinned(_) | Self::Several(_) => self.frame().centre,
        }
    }

    fn handles(&self, screen: Screen) -> Vec<(BoxHandle, Pos2)> {
        match self {
            Self::One(shape) => box_handles(&shape.frame(), screen),
            Self::Pinned(shape) => pin_handles(shape, screen),
            Self::Crop(_, crop) => crop_handles(crop, screen),
            Self::Several(frame) => box_handles(frame, screen),
        }
    }
}

/// The outlines, and the drag in progress.
#[derive(Default)]
pub(crate) struct PreviewBox {
    drag: Option<Drag>,
}

impl PreviewBox {
    /// Selects layers that are clicked, drags them, and draws the handles of the selected ones. `stage` is the response
    /// of the whole area around the picture.
    pub fn ui(&mut self, ui: &Ui, stage: &egui::Response, picture: Rect, pass: &mut Pass<'_, '_>) {
        // Both releasing the button and Escape, which cancels the gesture, end the drag.
        if ui.ctx().dragged_id().is_none() {
            self.drag = None;
        }
        let canvas = pass.view.project.canvas;
        let screen = Screen {
            picture,
            points_per_px: picture.width() / canvas.width_px.max(1) as f32,
            stage: stage.rect,
        };
        self.select_ui(ui, stage, screen, pass);
        nudge(ui, pass);
        let layers = chosen(pass);
        let free: Vec<_> = (layers.iter().copied())
            .filter(|(layer, _)| !layer.is_locked)
            .collect();
        let subject = Subject::of(&free, pass.state.is_cropping);
        if let Some(subject) = &subject {
            self.handles_ui(ui, screen, &free, subject);
        }
        let painter = ui.painter_at(stage.rect);
        let result = self.drag_ui(ui, screen, pass);
        paint(&painter, screen, &layers, subject.as_ref(), result.as_ref());
    }

    /// True while a handle is dragged, so that the view must not pan.
    pub fn is_dragging(&self) -> bool {
        self.drag.is_some()
    }

    /// A click selects the frontmost layer there, with Shift or Ctrl it adds it or takes it out; a drag takes all
    /// selected ones along.
    fn select_ui(
        &mut self,
        ui: &Ui,
        stage: &egui::Response,
        screen: Screen,
        pass: &mut Pass<'_, '_>,
    ) {
        let is_drag = stage.drag_started_by(egui::PointerButton::Primary);
        let press = if is_drag {
            ui.input(|input| input.pointer.press_origin())
        } else {
            stage.interact_pointer_pos()
        };
        let (true, Some(press)) = (is_drag || stage.clicked(), press) else {
            return;
        };
        let at = screen.canvas(press);
        if is_drag {
            self.begin_on_picture(press, at, pass);
        } else {
            let modifiers = ui.input(|input| input.modifiers);
            click(at, modifiers, pass);
        }
    }

    /// Begins a drag of the selected layers if one of them is at a point, or of the frontmost one there; where the crop
    /// is edited, of what it leaves.
    fn begin_on_picture(&mut self, press: Pos2, at: Pos2, pass: &mut Pass<'_, '_>) {
        let hits = layers_at(at, pass);
        let selected = chosen(pass);
        let is_selected = |id: LayerId| selected.iter().any(|(layer, _)| layer.id == id);
        let shapes: Vec<_> = selected.iter().map(|(_, shape)| *shape).collect();
        let is_within =
            shapes.len() > 1 && Frame::about(&shapes).is_some_and(|frame| frame.contains(at));
        let is_on_selected = hits.iter().any(|(layer, _)| is_selected(layer.id));
        if !is_within && !is_on_selected {
            let Some((layer, _)) = hits.first() else {
                return;
            };
            pass.state.selection = Selection::Within(layer.id);
        }
        let layers: Vec<_> = (chosen(pass).into_iter())
            .filter(|(layer, _)| !layer.is_locked)
            .collect();
        if let Some(subject) = Subject::of(&layers, pass.state.is_cropping) {
            let handle = match &subject {
                Subject::Crop(_, crop) if !crop.contains(at) => return,
                Subject::Crop(..) => BoxHandle::Crop(Vec2::ZERO),
                Subject::One(_) | Subject::Pinned(_) | Subject::Several(_) => BoxHandle::Body,
            };
            self.begin(handle, press, &layers, &subject);
        }
    }

    /// Begins a drag of these layers; a crop is that of the last of them alone.
    fn begin(&mut self, handle: BoxHandle, press: Pos2, layers: &[Placed<'_>], subject: &Subject) {
        let count = match subject {
            Subject::Crop(..) => 1,
            Subject::One(_) | Subject::Pinned(_) | Subject::Several(_) => layers.len(),
        };
        let dragged = layers.iter().skip(layers.len() - count);
        self.drag = Some(Drag {
            handle,
            start: dragged.map(|(layer, shape)| (layer.id, *shape)).collect(),
            frame: subject.frame(),
            press,
        });
    }

    /// Registers the handles, and begins the drag of one.
    fn handles_ui(&mut self, ui: &Ui, screen: Screen, layers: &[Placed<'_>], subject: &Subject) {
        let (name, key) = match (subject, layers) {
            (Subject::Several(_), _) => (format!("{} layers", layers.len()), None),
            (_, [.., (layer, _)]) => (layer.name.clone(), Some(layer.id)),
            _ => return,
        };
        let centre = screen.point(subject.centre());
        for (index, (handle, at)) in subject.handles(screen).into_iter().enumerate() {
            let (verb, cursor) = match handle {
                BoxHandle::Body => continue,
                BoxHandle::Scale(_) => ("Scale".to_owned(), resize_cursor(at - centre)),
                BoxHandle::Pin(_) => ("Pull corner of".to_owned(), CursorIcon::Crosshair),
                BoxHandle::Knob => ("Turn".to_owned(), CursorIcon::Grab),
                BoxHandle::Crop(side) => {
                    let verb = format!("Crop {} of", side_name(side));
                    (verb, resize_cursor(at - centre))
                }
            };
            let rect = Rect::from_center_size(at, Vec2::splat(REACH)).intersect(screen.stage);
            let id = Id::unique(("preview box", key, index));
            let response = ui
                .interact(rect, id, Sense::drag())
                .on_hover_and_drag_cursor(cursor);
            response.widget_info(|| {
                WidgetInfo::labeled(Role::Splitter, true, format!("{verb} {name}"))
            });
            if response.drag_started()
                && let Some(press) = ui.input(|input| input.pointer.press_origin())
            {
                self.begin(handle, press, layers, subject);
            }
        }
    }

    /// Pushes the edit of the drag, and draws the figures at the pointer and the lines that it snapped to.
    fn drag_ui(&self, ui: &Ui, screen: Screen, pass: &mut Pass<'_, '_>) -> Option<DragResult> {
        let drag = self.drag.as_ref()?;
        let pointer = ui.input(|input| input.pointer.latest_pos())?;
        if pointer == drag.press && !pass.state.gesture.is_active() {
            return None;
        }
        let modifiers = ui.input(|input| input.modifiers);
        let reach = if modifiers.command {
            0.0
        } else {
            SNAP / screen.points_per_px
        };
        let by = (pointer - drag.press) / screen.points_per_px;
        let result = drag.result(screen.canvas(drag.press), by, reach, modifiers)?;
        let at = key_time(pass);
        let changed = drag.start.iter().zip(&result.values);
        let edits: Option<Vec<_>> = changed
            .map(|((id, shape), values)| {
                let layer = pass.view.project.layer(*id)?;
                let values = differences(&shape.values, values);
                Some(set_values(layer, at, values))
            })
            .collect();
        // A layer may have been removed meanwhile, by a remote or an undo.
        pass.gesture_edit(result.name, together(edits?, result.name));
        let painter = ui.painter_at(screen.stage);
        for (axis, line) in &result.lines {
            paint_guide(&painter, screen, *axis, *line);
        }
        figures_ui(ui, screen.stage, pointer, &result.figures);
        Some(result)
    }
}

/// The sides that a handle of the crop moves, in words.
fn side_name(at: Vec2) -> String {
    let word = |at: f32, words: [&'static str; 2]| match at {
        at if at < 0.0 => words[0],
        at if at > 0.0 => words[1],
        _ => "",
    };
    let down = word(at.y, ["top", "bottom"]);
    let across = word(at.x, ["left", "right"]);
    format!("{down} {across}").trim().to_owned()
}

/// Selects what is at a point of the canvas.
fn click(at: Pos2, modifiers: Modifiers, pass: &mut Pass<'_, '_>) {
    let hits = layers_at(at, pass);
    let selected = pass.selected_layers();
    if modifiers.shift || modifiers.command {
        if let Some((layer, _)) = hits.first() {
            // Selected clips stand for their layers.
            let layers = selected.iter().map(|layer| layer.id).collect();
            pass.state.selection = Selection::Layers(layers);
            pass.state.selection.toggle_layer(layer.id);
        }
        return;
    }
    let is_selected = |id: LayerId| selected.iter().any(|layer| layer.id == id);
    let hit = hits
        .iter()
        .find(|(layer, _)| is_selected(layer.id))
        .or_else(|| hits.first());
    match hit {
        // The one that is selected stays so, with its clips.
        Some((layer, _)) if selected.len() == 1 && is_selected(layer.id) => {}
        Some((layer, _)) => pass.state.selection = Selection::Within(layer.id),
        None => pass.state.selection = Selection::Nothing,
    }
}

fn paint(
    painter: &Painter,
    screen: Screen,
    layers: &[Placed<'_>],
    subject: Option<&Subject>,
    result: Option<&DragResult>,
) {
    // The picture below is the same in both themes.
    let theme = Theme::dark();
    let width = LINE[usize::from(layers.len() > 1)];
    for (layer, shape) in layers {
        paint_outline(painter, screen, shape.corners(), theme.layer(layer), width);
    }
    let (Some(subject), Some((layer, _))) = (subject, layers.last()) else {
        return;
    };
    let colour = theme.layer(layer);
    match subject {
        Subject::One(shape) | Subject::Pinned(shape) => {
            let handles = subject.handles(screen);
            paint_handles(painter, screen, &shape.frame(), &handles, colour);
            paint_anchor(painter, screen, shape, colour);
        }
        Subject::Crop(shape, crop) => paint_crop(painter, screen, (shape, crop), colour),
        Subject::Several(frame) => {
            // In a drag the box is the one that was taken hold of, so that it turns with its pictures.
            let frame = result.map_or(*frame, |result| result.frame);
            paint_outline(painter, screen, frame.corners(), theme.strong, LINE[0]);
            let handles = box_handles(&frame, screen);
            paint_handles(painter, screen, &frame, &handles, theme.strong);
        }
    }
}
