//! The compositor: uploads frames, draws the layers on the canvas.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use image::RgbaImage;

use super::backdrop::Backdrop;
use super::canvas::Canvas;
use super::dissolve::{self, DrawList};
use super::layer_draw::{LayerDraw, visible};
use super::layer_style::Method;
use super::layer_textures::LayerTextures;
use super::pass_recorder::PassRecorder;
use super::pipelines::{Layouts, Pipelines};
use super::readback::read_texture;
use super::shortage::Shortage;
use super::timer::GpuTimer;
use super::uniforms::{self, UniformBuffer};
use super::{Gpu, GpuError, StagingPool};
use crate::media::frame::{FrameLayout, FrameMemory, FrameMemoryPool as _};
use crate::project::AlphaMode;
use crate::project::blend::BlendMode;

const NO_CROSSFADE: &str = "the pictures of a crossfade lie one over the other";
const NO_BACKDROP: &str = "blend modes that need what is below are drawn as Normal";

/// Counts since the compositor was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompositorCounts {
    /// Frames uploaded.
    pub uploads: u64,
    /// Renders of the canvas.
    pub renders: u64,
    /// Draws of layers.
    pub draws: u64,
    /// Render passes: one for each render, one for each layer that reads the backdrop, one for each crossfade.
    pub passes: u64,
    /// Creations of textures, pipelines and buffers; constant in steady state.
    pub creations: u64,
}

/// Draws layers on a canvas. In a frame: any number of [`Self::upload`]s, then one [`Self::render`].
///
/// The canvas is gamma-encoded `Rgba8Unorm`; draws are premultiplied, and since it is cleared to an opaque background
/// it stays opaque.
pub struct Compositor {
    gpu: Gpu,
    layouts: Layouts,
    pipelines: Pipelines,
    layers: BTreeMap<u32, LayerTextures>,
    canvas: Canvas,
    /// Created when a blend mode first needs it.
    backdrop: Option<Backdrop>,
    uniforms: UniformBuffer,
    /// The commands of the frame so far; created by its first upload.
    encoder: Option<wgpu::CommandEncoder>,
    timer: Option<GpuTimer>,
    /// Submissions that the device has not finished; its callbacks decrement it.
    in_flight: Arc<AtomicU32>,
    counts: CompositorCounts,
    shortage: Shortage,
}

impl Compositor {
    /// A compositor with a canvas of this size and no pictures. All pipelines but those of blend modes are created
    /// here, so that none is while playing.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] or [`GpuError::OutOfMemory`] for the canvas.
    pub fn new(gpu: &Gpu, width_px: u32, height_px: u32) -> Result<Self, GpuError> {
        // First, since it reports a lost device, which the rest would take for an error of this program.
        let canvas = Canvas::new(gpu, width_px, height_px, 1)?;
        let layouts = Layouts::new(gpu)?;
        Ok(Self {
            canvas,
            uniforms: UniformBuffer::new(gpu, &layouts)?,
            timer: GpuTimer::new(gpu),
            pipelines: Pipelines::new(gpu, &layouts),
            backdrop: None,
            gpu: gpu.clone(),
            layouts,
            layers: BTreeMap::new(),
            encoder: None,
            in_flight: Arc::new(AtomicU32::new(0)),
            counts: CompositorCounts::default(),
            shortage: Shortage::default(),
        })
    }

    /// Resizes the canvas. It is created anew, so views of the old one are stale; with the same size nothing happens.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] or [`GpuError::OutOfMemory`]; the canvas then stays as it is.
    pub fn resize(&mut self, width_px: u32, height_px: u32) -> Result<(), GpuError> {
        if self.canvas_px() != [width_px, height_px] {
            let generation = self.canvas.generation + 1;
            self.canvas = Canvas::new(&self.gpu, width_px, height_px, generation)?;
            self.counts.creations += 1;
        }
        Ok(())
    }

    /// Uploads a frame of the layer `key`, to be shown from the next [`Self::render`] on. The memory returns to `pool`
    /// once the GPU has copied it.
    ///
    /// # Errors
    /// The fault of the frame or the device. The layer then shows nothing rather than an outdated picture, and the memory
    /// has returned to the pool.
    pub fn upload(
        &mut self,
        key: u32,
        layout: &Arc<FrameLayout>,
        memory: Box<dyn FrameMemory>,
        pool: &mut StagingPool,
    ) -> Result<(), GpuError> {
        let result = self.try_upload(key, layout, memory, pool);
        if result.is_err() {
            self.clear_layer(key);
        }
        result
    }

    fn try_upload(
        &mut self,
        key: u32,
        layout: &Arc<FrameLayout>,
        memory: Box<dyn FrameMemory>,
        pool: &mut StagingPool,
    ) -> Result<(), GpuError> {
        if let Err(error) = self.prepare_layer(key, layout) {
            pool.give_back(memory);
            return Err(error);
        }
        let mut encoder = self.take_encoder();
        let buffer = pool.begin_copy(memory, layout.bytes, &encoder);
        if let (Ok(buffer), Some(layer)) = (&buffer, self.layers.get_mut(&key)) {
            layer.record_copy(&mut encoder, buffer);
            self.counts.uploads += 1;
        }
        self.encoder = Some(encoder);
        buffer.map(drop)
    }

    /// Creates the layer's textures unless there are some of this layout.
    fn prepare_layer(&mut self, key: u32, layout: &Arc<FrameLayout>) -> Result<(), GpuError> {
        if self.gpu.is_lost() {
            return Err(GpuError::Lost);
        }
        if self
            .layers
            .get(&key)
            .is_some_and(|layer| layer.fits(layout))
        {
            return Ok(());
        }
        // The old textures are dropped first, so that both never take memory at once.
        self.layers.remove(&key);
        let textures = LayerTextures::new(&self.gpu, &self.layouts, layout)?;
        self.layers.insert(key, textures);
        self.counts.creations += 1;
        Ok(())
    }

    /// Shows nothing for the layer until its next upload. Its textures are kept.
    pub fn clear_layer(&mut self, key: u32) {
        if let Some(layer) = self.layers.get_mut(&key) {
            layer.clear();
        }
    }

    /// Drops the layers that `is_kept` does not name, with their textures.
    pub fn retain_layers(&mut self, mut is_kept: impl FnMut(u32) -> bool) {
        self.layers.retain(|&key, _| is_kept(key));
    }

    /// True if the layer has a picture.
    pub fn has_picture(&self, key: u32) -> bool {
        self.layers
            .get(&key)
            .is_some_and(|layer| layer.bind_group().is_some())
    }

    /// Draws the layers, bottom first, over an opaque background (red, green, blue, gamma-encoded, 0 to 1), and submits
    /// this together with the uploads since the last call. Layers without a picture are skipped, and so are those
    /// wholly under an opaque one.
    pub fn render(&mut self, background: [f32; 3], draws: &[LayerDraw]) {
        if self.gpu.is_lost() {
            self.encoder = None;
            return;
        }
        let mut encoder = self.take_encoder();
        let mixed = self.mixed(self.uncovered(draws));
        let draws = &*mixed.draws;
        self.prepare(draws);
        if let Err(error) = self.write_uniforms(&mixed) {
            // The canvas stays as it is; the recorded uploads are submitted with the next one.
            self.shortage.note(error, "the picture stands still");
            self.encoder = Some(encoder);
            return;
        }
        let first = mixed.parts.len() as u32;
        let recorder = self.recorder();
        recorder.record_mixes(&mut encoder, &mixed);
        let passes = recorder.record_canvas(&mut encoder, background, (first, draws));
        if let Some(timer) = &mut self.timer {
            timer.end(&mut encoder);
        }
        // Relaxed: the count orders nothing else.
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let in_flight = Arc::clone(&self.in_flight);
        encoder.on_submitted_work_done(move || {
            in_flight.fetch_sub(1, Ordering::Relaxed);
        });
        self.gpu.submit(encoder);
        self.counts.renders += 1;
        self.counts.draws += visible(&self.layers, draws).count() as u64;
        self.counts.draws += mixed.parts.len() as u64;
        self.counts.passes += passes + u64::from(mixed.pictures());
    }

    /// Groups the draws of crossfades. Without memory for the mixed picture, they are drawn one over the other.
    fn mixed<'a>(&mut self, draws: &'a [LayerDraw]) -> DrawList<'a> {
        let mixed = DrawList::of(draws, |key| self.has_picture(key));
        let size_px = self.canvas_px();
        for number in 0..mixed.pictures() {
            let key = dissolve::key(number);
            let present = self.layers.get(&key);
            if present.is_some_and(|present| present.picture_px() == size_px) {
                continue;
            }
            if self.shortage.lasts() {
                return DrawList::without_dissolves(draws);
            }
            self.layers.remove(&key);
            self.counts.creations += 1;
            match LayerTextures::drawn(&self.gpu, &self.layouts, size_px) {
                Ok(drawn) => _ = self.layers.insert(key, drawn),
                Err(error) => {
                    self.shortage.note(error, NO_CROSSFADE);
                    return DrawList::without_dissolves(draws);
                }
            }
        }
        mixed
    }

    /// The new shortage of memory since the last call, with the fallback in use.
    pub fn take_shortage(&mut self) -> Option<GpuError> {
        self.shortage.take()
    }

    /// True while a fallback is in use for lack of memory.
    pub fn is_short(&self) -> bool {
        self.shortage.lasts()
    }

    /// Retries with the next canvas.
    pub fn try_again(&mut self) {
        self.shortage.end();
    }

    /// Canvases submitted that the device has not finished, as of the pool's last poll. Without a window's vsync the
    /// caller must limit it: beyond two or three, each further one only adds latency.
    pub fn frames_in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// The draws from the topmost one on that covers the canvas opaquely.
    fn uncovered<'a>(&self, draws: &'a [LayerDraw]) -> &'a [LayerDraw] {
        let covers = |draw: &LayerDraw| {
            self.layers.get(&draw.key).is_some_and(|layer| {
                let is_opaque =
                    !layer.conversion().has_alpha || draw.style.alpha == AlphaMode::Ignored;
                let part_px = draw.style.part_px(layer.picture_px());
                layer.bind_group().is_some()
                    && is_opaque
                    && draw.style.blend == BlendMode::Normal
                    && draw.opacity >= 1.0
                    && draw.placement.covers(self.canvas_px(), part_px)
            })
        };
        let first = draws.iter().rposition(covers).unwrap_or(0);
        &draws[first..]
    }

    fn take_encoder(&mut self) -> wgpu::CommandEncoder {
        if let Some(encoder) = self.encoder.take() {
            return encoder;
        }
        let mut encoder =
            self.gpu
                .device()
                .create_command_encoder(&wgpu::CommandEncoderDescriptor {
                    label: Some("frame"),
                });
        if let Some(timer) = &mut self.timer {
            timer.begin(&mut encoder);
        }
        encoder
    }

    /// Writes the uniform blocks of the parts of crossfades, then those of the draws on the canvas.
    fn write_uniforms(&mut self, mixed: &DrawList<'_>) -> Result<(), GpuError> {
        let blocks = mixed.parts.len() + mixed.draws.len();
        if self.uniforms.begin(&self.gpu, &self.layouts, blocks)? {
            self.counts.creations += 1;
        }
        let canvas_px = self.canvas_px();
        let parts = mixed.parts.iter().map(|(_, draw)| draw);
        for (draw, layer, _) in visible(&self.layers, parts.chain(&*mixed.draws)) {
            self.uniforms.push(&uniforms::block(
                layer.conversion(),
                &draw.placement,
                &draw.style,
                draw.opacity,
                canvas_px,
                layer.picture_px(),
            ));
        }
        self.uniforms.write(&self.gpu);
        Ok(())
    }

    fn recorder(&self) -> PassRecorder<'_> {
        PassRecorder {
            layers: &self.layers,
            pipelines: &self.pipelines,
            backdrop: self.backdrop.as_ref(),
            uniforms: &self.uniforms,
            timer: self.timer.as_ref(),
            canvas: &self.canvas,
        }
    }

    /// Creates the pipelines and the backdrop that the blend modes of these draws lack.
    fn prepare(&mut self, draws: &[LayerDraw]) {
        for draw in draws {
            let method = draw.style.method();
            if self
                .pipelines
                .prepare(&self.gpu, &self.layouts, &draw.style)
            {
                self.counts.creations += 1;
            }
            let canvas_px = self.canvas_px();
            let has_backdrop = self
                .backdrop
                .as_ref()
                .is_some_and(|backdrop| backdrop.size_px() == canvas_px);
            if method != Method::Backdrop || has_backdrop {
                continue;
            }
            // A backdrop of another size is useless, and its memory may be just what is lacking.
            self.backdrop = None;
            if self.shortage.lasts() {
                continue;
            }
            self.counts.creations += 1;
            match Backdrop::new(&self.gpu, &self.layouts, canvas_px) {
                Ok(backdrop) => self.backdrop = Some(backdrop),
                Err(error) => self.shortage.note(error, NO_BACKDROP),
            }
        }
    }

    /// The canvas as a texture to sample: `Rgba8Unorm`, gamma-encoded, opaque.
    pub fn canvas_view(&self) -> &wgpu::TextureView {
        &self.canvas.view
    }

    /// A number that changes with the canvas's texture, and so with its view.
    pub fn canvas_generation(&self) -> u64 {
        self.canvas.generation
    }

    /// Width and height of the canvas.
    pub fn canvas_px(&self) -> [u32; 2] {
        self.canvas.size_px()
    }

    /// Reads the canvas as it was last drawn; alpha is 255 everywhere. Blocks until the GPU is done.
    ///
    /// # Errors
    /// [`GpuError::Lost`], [`GpuError::OutOfMemory`] or [`GpuError::Readback`].
    pub fn read_canvas(&self) -> Result<RgbaImage, GpuError> {
        read_texture(&self.gpu, &self.canvas.texture)
    }

    /// GPU time of the newest measured frame, in milliseconds; `None` if the adapter has no timestamps.
    pub fn last_gpu_ms(&mut self) -> Option<f32> {
        // Buffers that a lost device had mapped must not be touched.
        if self.gpu.is_lost() {
            return None;
        }
        self.timer.as_mut().and_then(GpuTimer::last_ms)
    }

    /// Counts since it was created.
    pub fn counts(&self) -> CompositorCounts {
        self.counts
    }
}
