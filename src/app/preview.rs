//! The composed picture as a texture that egui draws.
//!
//! The engine composes into a texture of its own; egui only samples it. The registration follows the view: when the
//! engine makes a new one, with another generation, the same egui texture points to the new view.

use egui_wgpu::RenderState;

use crate::ui::view::Preview;

/// Keeps the canvas registered with egui.
pub(crate) struct PreviewTexture {
    render_state: RenderState,
    shown: Option<Shown>,
}

struct Shown {
    texture: egui::TextureId,
    generation: u64,
}

impl PreviewTexture {
    /// Nothing is registered yet.
    pub fn new(render_state: RenderState) -> Self {
        Self {
            render_state,
            shown: None,
        }
    }

    /// The preview to draw, after the engine composed: its canvas with the generation of the view, if there is one.
    ///
    /// `size_px` is the canvas's own size; the view may be smaller where the adapter draws slowly.
    pub fn update(
        &mut self,
        canvas: Option<(&wgpu::TextureView, u64)>,
        size_px: [u32; 2],
    ) -> Option<Preview> {
        let (view, generation) = canvas?;
        if self.shown.as_ref().map(|shown| shown.generation) != Some(generation) {
            self.register(view, generation);
        }
        self.shown.as_ref().map(|shown| Preview {
            texture: shown.texture,
            size_px,
        })
    }

    fn register(&mut self, view: &wgpu::TextureView, generation: u64) {
        let device = &self.render_state.device;
        // The preview is mostly smaller than the canvas; linear is the best that egui's sampler offers without mips.
        let filter = wgpu::FilterMode::Linear;
        let mut renderer = self.render_state.renderer.write();
        let texture = match &self.shown {
            Some(shown) => {
                renderer.update_egui_texture_from_wgpu_texture(device, view, filter, shown.texture);
                shown.texture
            }
            None => renderer.register_native_texture(device, view, filter),
        };
        self.shown = Some(Shown {
            texture,
            generation,
        });
    }
}

impl Drop for PreviewTexture {
    fn drop(&mut self) {
        if let Some(shown) = self.shown.take() {
            self.render_state
                .renderer
                .write()
                .free_texture(&shown.texture);
        }
    }
}
