//! What becomes of frames that are due: textures and a canvas, or nothing.

use std::sync::Arc;

use image::RgbaImage;

use crate::gpu::{Compositor, Gpu, GpuError, LayerDraw, Look, StagingPool};
use crate::media::frame::{FrameLayout, FrameMemory, FrameMemoryPool};
use crate::playback::heap::HeapPool;
use crate::playback::player::MAX_LANES;
use crate::project::{Canvas, Crop, Layer, LayerValues, Placement};
use crate::stats::snapshot::AdapterInfo;

/// Where frames go.
pub enum Drawing {
    /// Nowhere: everything is done but drawing.
    None(HeapPool),
    /// To the GPU.
    Gpu(Box<GpuDrawing>),
}

/// The GPU's part.
pub struct GpuDrawing {
    gpu: Gpu,
    staging: StagingPool,
    compositor: Compositor,
    /// By how much the canvas is drawn smaller than the project says, across and down.
    divisor: u32,
}

/// One layer of the picture.
pub struct Picture<'a> {
    /// The lane that its frames were uploaded for.
    pub lane: usize,
    /// The layer.
    pub layer: &'a Layer,
    /// What its parameters are now, fades included in its opacity.
    pub values: LayerValues,
    /// The layout of its file's frames.
    pub layout: &'a FrameLayout,
    /// The layout of the proxy's frame that is shown instead, if one is.
    pub proxy: Option<&'a FrameLayout>,
    /// Pictures of one number dissolve into each other.
    pub dissolve: u32,
}

impl Drawing {
    /// Drawing with a GPU, or without.
    ///
    /// # Errors
    /// If the GPU has no room for the canvas.
    pub fn new(
        gpu: Option<Gpu>,
        canvas: &Canvas,
        budget_bytes: u64,
        divisor: u32,
    ) -> Result<Self, GpuError> {
        let Some(gpu) = gpu else {
            return Ok(Self::None(HeapPool::default()));
        };
        Ok(Self::Gpu(Box::new(GpuDrawing {
            staging: StagingPool::new(&gpu, budget_bytes),
            compositor: {
                let [width_px, height_px] = drawn_px(canvas, divisor);
                Compositor::new(&gpu, width_px, height_px)?
            },
            gpu,
            divisor,
        })))
    }

    /// Where frame memory comes from.
    pub fn pool(&mut self) -> &mut dyn FrameMemoryPool {
        match self {
            Self::None(pool) => pool,
            Self::Gpu(drawing) => &mut drawing.staging,
        }
    }

    /// Sets the bytes of frame memory for all layers together, those being copied from included.
    pub fn set_budget(&mut self, bytes: u64) {
        if let Self::Gpu(drawing) = self {
            drawing.staging.set_max_bytes(bytes);
        }
    }

    /// The GPU.
    pub fn gpu(&self) -> Option<&Gpu> {
        match self {
            Self::None(_) => None,
            Self::Gpu(drawing) => Some(&drawing.gpu),
        }
    }

    /// Whether there is a GPU and its device is gone.
    pub fn is_lost(&self) -> bool {
        self.gpu().is_some_and(Gpu::is_lost)
    }

    /// What the GPU refused since the last call, first of all.
    pub fn take_failure(&self) -> Option<String> {
        self.gpu().and_then(Gpu::take_failure)
    }

    /// Takes back what the GPU is done with.
    pub fn poll(&mut self) {
        if let Self::Gpu(drawing) = self {
            drawing.staging.poll();
        }
    }

    /// Sets the canvas's size.
    ///
    /// # Errors
    /// If the GPU has no room for it; the canvas then stays as it was.
    pub fn resize(&mut self, canvas: &Canvas) -> Result<(), GpuError> {
        match self {
            Self::None(_) => Ok(()),
            Self::Gpu(drawing) => {
                let [width_px, height_px] = drawn_px(canvas, drawing.divisor);
                drawing.compositor.resize(width_px, height_px)
            }
        }
    }

    /// Takes a decoded frame; with a GPU it becomes the picture of this lane.
    ///
    /// # Errors
    /// If the GPU cannot take it; the picture before stays.
    pub fn upload(
        &mut self,
        lane: usize,
        layout: &Arc<FrameLayout>,
        memory: Box<dyn FrameMemory>,
    ) -> Result<(), GpuError> {
        match self {
            Self::None(pool) => {
                pool.give_back(memory);
                Ok(())
            }
            Self::Gpu(drawing) => {
                drawing
                    .compositor
                    .upload(key(lane), layout, memory, &mut drawing.staging)
            }
        }
    }

    /// As [`Self::upload`] for the frame of a proxy, which has a texture of its own.
    ///
    /// # Errors
    /// As of [`Self::upload`].
    pub fn upload_proxy(
        &mut self,
        lane: usize,
        layout: &Arc<FrameLayout>,
        memory: Box<dyn FrameMemory>,
    ) -> Result<(), GpuError> {
        self.upload(lane + MAX_LANES, layout, memory)
    }

    /// Forgets the pictures of this lane.
    pub fn clear_layer(&mut self, lane: usize) {
        if let Self::Gpu(drawing) = self {
            drawing.compositor.clear_layer(key(lane));
            drawing.compositor.clear_layer(key(lane + MAX_LANES));
        }
    }

    /// Composes the picture, the layer at the back first.
    pub fn render<'a>(&mut self, canvas: &Canvas, pictures: impl Iterator<Item = Picture<'a>>) {
        let Self::Gpu(drawing) = self else {
            return;
        };
        let draws: Vec<LayerDraw> = pictures
            .filter_map(|picture| {
                let own = picture.lane + picture.proxy.map_or(0, |_| MAX_LANES);
                Some(LayerDraw {
                    key: key(own),
                    opacity: picture.values.opacity,
                    placement: placement(&picture, canvas, drawing.divisor)?,
                    look: look(&picture),
                    dissolve: Some(picture.dissolve),
                })
            })
            .collect();
        drawing.compositor.render(canvas.background, &draws);
    }

    /// Waits until the GPU has done all it was given.
    ///
    /// # Errors
    /// If the device is lost.
    pub fn finish(&mut self) -> Result<(), GpuError> {
        match self {
            Self::None(_) => Ok(()),
            Self::Gpu(drawing) => drawing.gpu.wait_idle(),
        }
    }

    /// The composed picture, and a number that changes whenever the view is another one.
    pub fn canvas(&self) -> Option<(&wgpu::TextureView, u64)> {
        match self {
            Self::None(_) => None,
            Self::Gpu(drawing) => Some((
                drawing.compositor.canvas_view(),
                drawing.compositor.canvas_generation(),
            )),
        }
    }

    /// The composed picture, read back.
    pub fn read_canvas(&mut self) -> Option<RgbaImage> {
        match self {
            Self::None(_) => None,
            Self::Gpu(drawing) => drawing.compositor.read_canvas().ok(),
        }
    }

    /// Time that the GPU took for the last picture it has reported on, in milliseconds.
    pub fn gpu_ms(&mut self) -> Option<f32> {
        match self {
            Self::None(_) => None,
            Self::Gpu(drawing) => drawing.compositor.last_gpu_ms(),
        }
    }

    /// The adapter.
    pub fn adapter(&self) -> Option<AdapterInfo> {
        match self {
            Self::None(_) => None,
            Self::Gpu(drawing) => Some(drawing.gpu.info().clone()),
        }
    }
}

/// The compositor's name of a lane's picture.
fn key(lane: usize) -> u32 {
    u32::try_from(lane).unwrap_or(u32::MAX)
}

/// The size that the canvas is drawn at.
fn drawn_px(canvas: &Canvas, divisor: u32) -> [u32; 2] {
    [canvas.width_px, canvas.height_px].map(|side| side.div_ceil(divisor).max(1))
}

/// Where a picture lies on the canvas as it is drawn; `None` where its corners are pinned so that nothing is seen.
fn placement(picture: &Picture<'_>, canvas: &Canvas, divisor: u32) -> Option<Placement> {
    let layout = picture.layout;
    let stored_px = (layout.width_px, layout.height_px);
    let mut placement = Placement::of(
        [canvas.width_px, canvas.height_px],
        layout.shape.seen_px(stored_px.0, stored_px.1),
        &picture.values,
        picture.layer.flip,
    )?;
    if !layout.shape.is_plain() {
        placement = placement.after(layout.shape.seen_from_stored(stored_px.0, stored_px.1));
    }
    if let Some(proxy) = picture.proxy {
        let across = stored_px.0 as f32 / proxy.width_px.max(1) as f32;
        let down = stored_px.1 as f32 / proxy.height_px.max(1) as f32;
        placement = placement.after([[across, 0.0, 0.0], [0.0, down, 0.0]]);
    }
    for entry in placement.canvas_from_picture.as_flattened_mut() {
        *entry /= divisor as f32;
    }
    Some(placement)
}

fn look(picture: &Picture<'_>) -> Look {
    Look {
        blend: picture.layer.blend,
        crop: stored_crop(picture.values.crop, picture.layout),
        adjust: picture.values.adjust,
        alpha: picture.layer.alpha,
        exposure: picture.values.exposure,
        tone_map: picture.layer.tone_map,
    }
}

/// What is cut off a picture as it is stored, which may lie on its side.
fn stored_crop(seen: Crop, layout: &FrameLayout) -> Crop {
    if layout.shape.is_plain() || seen == Crop::default() {
        return seen;
    }
    let (width_px, height_px) = (layout.width_px, layout.height_px);
    let [seen_width, seen_height] = layout.shape.seen_px(width_px, height_px);
    let stored = |across: f32, down: f32| {
        let point = [across * seen_width as f32, down * seen_height as f32];
        let [x, y] = layout.shape.stored_point(width_px, height_px, point);
        [x / width_px.max(1) as f32, y / height_px.max(1) as f32]
    };
    let from = stored(seen.left, seen.top);
    let to = stored(1.0 - seen.right, 1.0 - seen.bottom);
    Crop {
        left: from[0].min(to[0]).max(0.0),
        top: from[1].min(to[1]).max(0.0),
        right: (1.0 - from[0].max(to[0])).max(0.0),
        bottom: (1.0 - from[1].max(to[1])).max(0.0),
    }
}
