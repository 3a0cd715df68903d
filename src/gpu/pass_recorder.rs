//! The render passes of a frame: crossfades first, then the canvas in as few passes as blend modes allow.

use std::collections::BTreeMap;

use super::backdrop::{Backdrop, bounds_px};
use super::canvas::Canvas;
use super::dissolve::{self, DrawList};
use super::layer_draw::{LayerDraw, VisibleDraw, visible};
use super::layer_style::Method;
use super::layer_textures::LayerTextures;
use super::pipelines::Pipelines;
use super::timer::GpuTimer;
use super::uniforms::UniformBuffer;

/// Records the passes of a frame. Pipelines, backdrop and uniform blocks are prepared before.
pub(super) struct PassRecorder<'a> {
    /// The textures of each layer, and of each mixed picture.
    pub layers: &'a BTreeMap<u32, LayerTextures>,
    /// The pipelines.
    pub pipelines: &'a Pipelines,
    /// The copy of the canvas below a layer; absent without memory for it.
    pub backdrop: Option<&'a Backdrop>,
    /// The blocks of the draws, in their order.
    pub uniforms: &'a UniformBuffer,
    /// The timer of the frame.
    pub timer: Option<&'a GpuTimer>,
    /// The canvas.
    pub canvas: &'a Canvas,
}

impl PassRecorder<'_> {
    /// Mixes the pictures of each crossfade, one pass for each.
    pub fn record_mixes(&self, encoder: &mut wgpu::CommandEncoder, mixed: &DrawList<'_>) {
        let mut index = 0;
        for parts in mixed.parts.chunk_by(|(one, _), (next, _)| one == next) {
            let number = parts.first().map_or(0, |(number, _)| *number);
            let whole = self.layers.get(&dissolve::key(number));
            let Some(target) = whole.and_then(LayerTextures::target) else {
                continue;
            };
            let nothing = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
            let mut pass = self.begin_pass(encoder, target, nothing, (index == 0, false));
            for drawn in visible(self.layers, parts.iter().map(|(_, draw)| draw)) {
                let pipeline = self.pipelines.gather(drawn.1.conversion().kind);
                self.record_draw_by(&mut pass, pipeline, index, drawn);
                index += 1;
            }
        }
    }

    /// Draws the layers, whose uniform blocks begin at `first`, in as few passes as their blend modes allow; returns
    /// their number.
    pub fn record_canvas(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        background: [f32; 3],
        (first, draws): (u32, &[LayerDraw]),
    ) -> u64 {
        let [r, g, b] = background.map(|channel| f64::from(channel.clamp(0.0, 1.0)));
        let mut load = wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a: 1.0 });
        let mut queue = (first..).zip(visible(self.layers, draws)).peekable();
        let mut left = queue
            .clone()
            .filter(|(_, (draw, ..))| self.reads_backdrop(draw))
            .count();
        let mut is_first = true;
        let mut passes = 0;
        loop {
            // The draw that begins this pass reads the canvas below, so its part of it is copied first.
            if let (false, Some((_, (draw, layer, _)))) = (is_first, queue.peek())
                && let Some(backdrop) = self.backdrop
            {
                let part_px = draw.style.part_px(layer.picture_px());
                let bounds = bounds_px(&draw.placement, part_px, self.canvas.size_px());
                backdrop.record_copy(encoder, &self.canvas.texture, bounds);
            }
            let ends = (is_first && first == 0, left == 0);
            let mut pass = self.begin_pass(encoder, &self.canvas.view, load, ends);
            if !is_first && let Some((index, drawn)) = queue.next() {
                self.record_draw(&mut pass, index, drawn);
            }
            while let Some((index, drawn)) =
                queue.next_if(|(_, (draw, ..))| !self.reads_backdrop(draw))
            {
                self.record_draw(&mut pass, index, drawn);
            }
            drop(pass);
            passes += 1;
            if left == 0 {
                return passes;
            }
            left -= 1;
            is_first = false;
            load = wgpu::LoadOp::Load;
        }
    }

    /// True if a draw reads the backdrop. Without memory for one, it is drawn as Normal.
    fn reads_backdrop(&self, draw: &LayerDraw) -> bool {
        self.backdrop.is_some() && draw.style.method() == Method::Backdrop
    }

    fn begin_pass<'a>(
        &self,
        encoder: &'a mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
        load: wgpu::LoadOp<wgpu::Color>,
        ends: (bool, bool),
    ) -> wgpu::RenderPass<'a> {
        encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("canvas"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load,
                    store: wgpu::StoreOp::Store,
                },
            })],
            depth_stencil_attachment: None,
            timestamp_writes: self
                .timer
                .as_ref()
                .and_then(|timer| timer.pass_writes(ends)),
            occlusion_query_set: None,
            multiview_mask: None,
        })
    }

    fn record_draw(&self, pass: &mut wgpu::RenderPass<'_>, index: u32, drawn: VisibleDraw<'_>) {
        let (draw, layer, _) = drawn;
        let kind = layer.conversion().kind;
        let reads_backdrop = self.reads_backdrop(draw);
        let pipeline = if draw.style.is_plain() {
            self.pipelines.plain(kind, draw.placement.is_pixel_exact())
        } else if draw.style.method() == Method::Backdrop && !reads_backdrop {
            self.pipelines.plain(kind, false)
        } else {
            self.pipelines.style(kind, &draw.style)
        };
        if reads_backdrop && let Some(backdrop) = self.backdrop {
            pass.set_bind_group(2, backdrop.bind_group(), &[]);
        }
        self.record_draw_by(pass, pipeline, index, drawn);
    }

    /// Draws a picture with this pipeline, unless all of it is cropped.
    fn record_draw_by(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        pipeline: Option<&wgpu::RenderPipeline>,
        index: u32,
        (draw, layer, picture): VisibleDraw<'_>,
    ) {
        let [left, top, right, bottom] = draw.style.part_px(layer.picture_px());
        let is_empty = right <= left || bottom <= top;
        let (false, Some(pipeline)) = (is_empty, pipeline) else {
            return;
        };
        pass.set_pipeline(pipeline);
        self.uniforms.bind(pass, index);
        pass.set_bind_group(1, picture, &[]);
        pass.draw(0..4, 0..1);
    }
}
