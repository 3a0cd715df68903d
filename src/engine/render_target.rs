//! The target of frames that are due: textures and a canvas, or nothing.

use std::sync::Arc;

use image::RgbaImage;

use crate::gpu::{Compositor, Gpu, GpuError, LayerDraw, LayerStyle, StagingPool};
use crate::media::TextureSupport;
use crate::media::frame::{FrameLayout, FrameMemory, FrameMemoryPool};
use crate::playback::heap::HeapPool;
use crate::playback::{Channel, DeckId};
use crate::project::{Canvas, Crop, Layer, LayerValues, Placement};
use crate::stats::AdapterInfo;

/// Divisors at which a canvas is tried that there is no room for, and what is logged of it.
const REDUCTIONS: [(u32, &str); 4] = [
    (1, ""),
    (2, "the canvas is drawn at half its size"),
    (4, "the canvas is drawn at a quarter of its size"),
    (8, "the canvas is drawn at an eighth of its size"),
];

/// The target of frames.
pub enum RenderTarget {
    /// None: everything is done but drawing.
    Headless(HeapPool),
    /// To the GPU.
    Gpu(Box<GpuTarget>),
}

/// The GPU's part.
pub struct GpuTarget {
    gpu: Gpu,
    staging: StagingPool,
    compositor: Compositor,
    /// Divisor of the canvas's size that is asked for, across and down.
    wanted_divisor: u32,
    /// The divisor at which it is drawn.
    divisor: u32,
    /// The reason for which it is drawn smaller than it shall be.
    unreported: Option<GpuError>,
    /// True if it still is the one of a size before, because there was no room for the smallest one.
    is_outdated: bool,
}

/// One layer of the picture.
pub struct Picture<'a> {
    /// The channel that its frame was uploaded for.
    pub channel: Channel,
    /// The layer.
    pub layer: &'a Layer,
    /// Its parameters now, fades included in its opacity.
    pub values: LayerValues,
    /// The layout of its file's frames.
    pub layout: &'a FrameLayout,
    /// The layout of the proxy's frame that is shown instead, if one is.
    pub proxy: Option<&'a FrameLayout>,
    /// Pictures of one number dissolve into each other.
    pub dissolve: u32,
}

impl RenderTarget {
    /// A target with a GPU, or without; the canvas is drawn smaller than asked for where the GPU has no room for it.
    ///
    /// # Errors
    /// If the GPU has no room for the smallest one.
    pub fn new(
        gpu: Option<Gpu>,
        canvas: &Canvas,
        budget_bytes: u64,
        divisor: u32,
    ) -> Result<Self, GpuError> {
        let Some(gpu) = gpu else {
            return Ok(Self::Headless(HeapPool::default()));
        };
        let made = with_room(canvas, divisor, |[width_px, height_px]| {
            Compositor::new(&gpu, width_px, height_px)
        })?;
        Ok(Self::Gpu(Box::new(GpuTarget {
            staging: StagingPool::new(&gpu, budget_bytes),
            compositor: made.canvas,
            gpu,
            wanted_divisor: divisor,
            divisor: made.divisor,
            unreported: made.reason,
            is_outdated: false,
        })))
    }

    /// The pool of frame memory.
    pub fn pool(&mut self) -> &mut dyn FrameMemoryPool {
        match self {
            Self::Headless(pool) => pool,
            Self::Gpu(target) => &mut target.staging,
        }
    }

    /// Bytes of frame memory held now.
    pub fn held_bytes(&self) -> u64 {
        match self {
            Self::Headless(pool) => pool.held_bytes(),
            Self::Gpu(target) => target.staging.held_bytes(),
        }
    }

    /// Sets the bytes of frame memory for all layers together, those being copied from included.
    pub fn set_budget(&mut self, bytes: u64) {
        if let Self::Gpu(target) = self {
            target.staging.set_max_bytes(bytes);
        }
    }

    /// The GPU.
    pub fn gpu(&self) -> Option<&Gpu> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => Some(&target.gpu),
        }
    }

    /// True if there is a GPU and its device is gone.
    pub fn is_lost(&self) -> bool {
        self.gpu().is_some_and(Gpu::is_lost)
    }

    /// The first thing that the GPU refused since the last call.
    pub fn take_failure(&self) -> Option<String> {
        self.gpu().and_then(Gpu::take_failure)
    }

    /// Takes back what the GPU is done with.
    pub fn poll(&mut self) {
        if let Self::Gpu(target) = self {
            target.staging.poll();
        }
    }

    /// Sets the canvas's size; it is drawn smaller than asked for where the GPU has no room for it.
    ///
    /// # Errors
    /// If the GPU has no room for the smallest one; the canvas then stays as it was.
    pub fn resize(&mut self, canvas: &Canvas) -> Result<(), GpuError> {
        let Self::Gpu(target) = self else {
            return Ok(());
        };
        let compositor = &mut target.compositor;
        let made = with_room(canvas, target.wanted_divisor, |[width_px, height_px]| {
            compositor.resize(width_px, height_px)
        });
        target.is_outdated = made.is_err();
        let made = made?;
        target.divisor = made.divisor;
        target.unreported = made.reason;
        Ok(())
    }

    /// Divisor of the canvas's size as it is drawn, across and down.
    pub fn divisor(&self) -> u32 {
        match self {
            Self::Headless(_) => 1,
            Self::Gpu(target) => target.divisor,
        }
    }

    /// True if something is done without or made smaller because the GPU has no memory for it.
    pub fn is_short(&self) -> bool {
        match self {
            Self::Headless(_) => false,
            Self::Gpu(target) => {
                target.divisor != target.wanted_divisor
                    || target.is_outdated
                    || target.compositor.is_short()
                    || target.staging.shortage().is_some()
            }
        }
    }

    /// Asks the GPU again for what it had no memory for: at once for the canvas, for the rest as it is needed next.
    ///
    /// # Errors
    /// As of [`Self::resize`].
    pub fn try_again(&mut self, canvas: &Canvas) -> Result<(), GpuError> {
        let Self::Gpu(target) = self else {
            return Ok(());
        };
        target.staging.try_again();
        target.compositor.try_again();
        let before = (target.divisor, target.unreported.take());
        self.resize(canvas)?;
        if let Self::Gpu(target) = self
            && target.divisor == before.0
        {
            // As it was, of which nothing new is to be reported.
            target.unreported = before.1;
        }
        Ok(())
    }

    /// The first thing that the GPU had no memory for since the last call, and what is done instead.
    pub fn take_shortage(&mut self) -> Option<GpuError> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => target
                .unreported
                .take()
                .or_else(|| target.compositor.take_shortage()),
        }
    }

    /// The shortage of GPU memory for which frames wait just now.
    pub fn staging_shortage(&self) -> Option<GpuError> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => target.staging.shortage(),
        }
    }

    /// Takes a decoded frame; with a GPU it becomes the picture of this channel.
    ///
    /// # Errors
    /// If the GPU cannot take it; the channel then has no picture.
    pub fn upload(
        &mut self,
        channel: Channel,
        layout: &Arc<FrameLayout>,
        memory: Box<dyn FrameMemory>,
    ) -> Result<(), GpuError> {
        match self {
            Self::Headless(pool) => {
                pool.give_back(memory);
                Ok(())
            }
            Self::Gpu(target) => {
                target
                    .compositor
                    .upload(key(channel), layout, memory, &mut target.staging)
            }
        }
    }

    /// Forgets the pictures of this deck.
    pub fn clear_deck(&mut self, deck: DeckId) {
        if let Self::Gpu(target) = self {
            for channel in [Channel::Exact(deck), Channel::Proxy(deck)] {
                target.compositor.clear_layer(key(channel));
            }
        }
    }

    /// Composes the picture, the layer at the back first.
    pub fn render<'a>(&mut self, canvas: &Canvas, pictures: impl Iterator<Item = Picture<'a>>) {
        let Self::Gpu(target) = self else {
            return;
        };
        let draws: Vec<LayerDraw> = pictures
            .filter_map(|picture| {
                Some(LayerDraw {
                    key: key(picture.channel),
                    opacity: picture.values.opacity,
                    placement: placement(&picture, canvas, target.divisor)?,
                    style: layer_style(&picture),
                    dissolve: Some(picture.dissolve),
                })
            })
            .collect();
        target.compositor.render(canvas.background, &draws);
    }

    /// Waits until the GPU has done all it was given.
    ///
    /// # Errors
    /// If the device is lost.
    pub fn finish(&mut self) -> Result<(), GpuError> {
        match self {
            Self::Headless(_) => Ok(()),
            Self::Gpu(target) => target.gpu.wait_idle(),
        }
    }

    /// The composed picture, and a number that changes whenever the view is another one.
    pub fn canvas(&self) -> Option<(&wgpu::TextureView, u64)> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => Some((
                target.compositor.canvas_view(),
                target.compositor.canvas_generation(),
            )),
        }
    }

    /// The composed picture, read back.
    pub fn read_canvas(&mut self) -> Option<RgbaImage> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => target.compositor.read_canvas().ok(),
        }
    }

    /// Time that the GPU took for the last picture it has reported on, in milliseconds.
    pub fn gpu_ms(&mut self) -> Option<f32> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => target.compositor.last_gpu_ms(),
        }
    }

    /// The adapter.
    pub fn adapter(&self) -> Option<AdapterInfo> {
        match self {
            Self::Headless(_) => None,
            Self::Gpu(target) => Some(target.gpu.info().clone()),
        }
    }
}

/// The textures that frames are to be decoded to for this device.
pub(super) fn textures_for(gpu: Option<&Gpu>) -> TextureSupport {
    match gpu {
        Some(gpu) if !gpu.has_bc() => TextureSupport::RgbaOnly,
        Some(gpu) if gpu.is_software() => TextureSupport::Software,
        _ => TextureSupport::BlockCompressed,
    }
}

/// The compositor's name of a channel's picture.
fn key(channel: Channel) -> u32 {
    u32::try_from(channel.index()).unwrap_or(u32::MAX)
}

/// A canvas that there was room for.
struct Made<T> {
    canvas: T,
    divisor: u32,
    /// The reason for which it is smaller than asked for.
    reason: Option<GpuError>,
}

/// Has a canvas made at this divisor; where there is no room for it, at two, four or eight times that.
fn with_room<T>(
    canvas: &Canvas,
    divisor: u32,
    mut make: impl FnMut([u32; 2]) -> Result<T, GpuError>,
) -> Result<Made<T>, GpuError> {
    let mut reason = None;
    for (factor, meanwhile) in REDUCTIONS {
        let divisor = divisor.saturating_mul(factor);
        match make(drawn_px(canvas, divisor)) {
            Ok(canvas) => {
                let reason = reason.map(|error| GpuError::Meanwhile {
                    error: Box::new(error),
                    meanwhile,
                });
                return Ok(Made {
                    canvas,
                    divisor,
                    reason,
                });
            }
            Err(error @ (GpuError::OutOfMemory(_) | GpuError::TooLarge { .. })) => {
                reason.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(reason.unwrap_or(GpuError::Lost))
}

/// The size that the canvas is drawn at.
fn drawn_px(canvas: &Canvas, divisor: u32) -> [u32; 2] {
    [canvas.width_px, canvas.height_px].map(|side| side.div_ceil(divisor).max(1))
}

/// The placement of a picture on the canvas as it is drawn; `None` where its corners are pinned so that nothing is seen.
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

fn layer_style(picture: &Picture<'_>) -> LayerStyle {
    LayerStyle {
        blend: picture.layer.blend,
        crop: stored_crop(picture.values.crop, picture.layout),
        adjust: picture.values.adjust,
        alpha: picture.layer.alpha,
        exposure: picture.values.exposure,
        tone_map: picture.layer.tone_map,
    }
}

/// The crop of a picture as it is stored, which may lie on its side.
fn stored_crop(cadence_sample: Crop, layout: &FrameLayout) -> Crop {
    if layout.shape.is_plain() || cadence_sample == Crop::default() {
        return cadence_sample;
    }
    let (width_px, height_px) = (layout.width_px, layout.height_px);
    let [seen_width, seen_height] = layout.shape.seen_px(width_px, height_px);
    let stored = |across: f32, down: f32| {
        let point = [across * seen_width as f32, down * seen_height as f32];
        let [x, y] = layout.shape.stored_point(width_px, height_px, point);
        [x / width_px.max(1) as f32, y / height_px.max(1) as f32]
    };
    let from = stored(cadence_sample.left, cadence_sample.top);
    let to = stored(1.0 - cadence_sample.right, 1.0 - cadence_sample.bottom);
    Crop {
        left: from[0].min(to[0]).max(0.0),
        top: from[1].min(to[1]).max(0.0),
        right: (1.0 - from[0].max(to[0])).max(0.0),
        bottom: (1.0 - from[1].max(to[1])).max(0.0),
    }
}
