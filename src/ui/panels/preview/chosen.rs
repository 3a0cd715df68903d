//! The layers that the preview's handles are about, and the one at a point of the picture.

use egui::{Pos2, Vec2, vec2};

use super::crop::CropBox;
use super::layer_shape::{LayerShape, differences};
use crate::project::Layer;
use crate::status::MediaState;
use crate::ui::panels::inspector::{key_time, set_values, together};
use crate::ui::pass::Pass;

/// A layer with its shape at the playhead.
pub(crate) type Placed<'v> = (&'v Layer, LayerShape);

/// The selected layers that have a picture; last the one that the inspector shows, if it has one.
pub(crate) fn chosen<'v>(pass: &Pass<'_, 'v>) -> Vec<Placed<'v>> {
    let layers = pass.selected_layers().into_iter();
    layers
        .filter_map(|layer| Some((layer, shape(layer, pass)?)))
        .collect()
}

/// The shown layers whose pictures are at a point of the canvas, the frontmost first.
pub(crate) fn layers_at<'v>(at: Pos2, pass: &Pass<'_, 'v>) -> Vec<Placed<'v>> {
    let project = pass.view.project;
    let shown = project
        .layers
        .iter()
        .filter(|layer| project.is_shown(layer));
    let placed = shown.filter_map(|layer| Some((layer, shape(layer, pass)?)));
    placed
        .filter(|(_, shape)| CropBox::of(shape).is_some_and(|crop| crop.contains(at)))
        .collect()
}

/// The layer's shape at the playhead; `None` without media of known size.
fn shape(layer: &Layer, pass: &Pass<'_, '_>) -> Option<LayerShape> {
    let canvas = &pass.view.project.canvas;
    Some(LayerShape {
        values: layer.at(key_time(pass)),
        flip: layer.flip,
        canvas_px: [canvas.width_px, canvas.height_px],
        picture_px: shown_px(layer, pass)?,
    })
}

/// The size of the media file that the layer shows: a selected clip's, else that under the playhead.
fn shown_px(layer: &Layer, pass: &Pass<'_, '_>) -> Option<[u32; 2]> {
    let playhead = pass.view.transport.playhead;
    let selection = &pass.state.selection;
    let clips = || layer.clips.iter();
    let clip = clips()
        .find(|clip| selection.has_clip(clip.id))
        .or_else(|| clips().find(|clip| (clip.start..clip.end()).contains(&playhead)))?;
    let media = &pass.view.snapshot.media;
    let status = media.iter().find(|status| status.id == clip.media)?;
    match &status.state {
        MediaState::Ready(summary) => {
            Some([summary.width_px, summary.height_px].map(|side| side.max(1)))
        }
        MediaState::Opening | MediaState::Failed(_) => None,
    }
}

/// Alt and an arrow key move the selected layers by a pixel, with Shift by ten.
pub(crate) fn nudge(ui: &egui::Ui, pass: &mut Pass<'_, '_>) {
    let steps = [
        (egui::Key::ArrowLeft, vec2(-1.0, 0.0)),
        (egui::Key::ArrowRight, vec2(1.0, 0.0)),
        (egui::Key::ArrowUp, vec2(0.0, -1.0)),
        (egui::Key::ArrowDown, vec2(0.0, 1.0)),
    ];
    let layers = pass.selected_layers();
    let layers: Vec<_> = layers.iter().filter(|layer| !layer.is_locked).collect();
    if layers.is_empty() {
        return;
    }
    let mut by = Vec2::ZERO;
    ui.input_mut(|input| {
        for (key, step) in steps {
            let far = egui::Modifiers::ALT | egui::Modifiers::SHIFT;
            by += step * 10.0 * input.count_and_consume_key(far, key) as f32;
            by += step * input.count_and_consume_key(egui::Modifiers::ALT, key) as f32;
        }
    });
    if by != Vec2::ZERO {
        let at = key_time(pass);
        let edits = layers.iter().map(|layer| {
            let old = layer.at(at);
            let mut new = old;
            let [x, y] = &mut new.transform.position_px;
            (*x, *y) = (*x + by.x, *y + by.y);
            set_values(layer, at, differences(&old, &new))
        });
        pass.edit(together(edits.collect(), "Move layers"));
    }
}
