//! The GPU: from decoded frames to the canvas.
//!
//! ```text
//! StagingPool ─ mapped memory ─► a worker fills it ─► Compositor::upload ─ copy ─► textures of the layer
//!      ▲                                                     │
//!      └──────── mapped again once the GPU has copied ◄──────┘
//! Compositor::render: one encoder with all copies of the tick, one pass over the canvas, one submission. A layer whose
//!    blend mode reads the canvas below begins another pass, after a copy of the part that it lies on (`backdrop`);
//!    clips of a crossfade are mixed before, in a pass into a texture of their own (`dissolve`)
//! ```
//!
//! * [`Gpu`]: adapter, device and queue, with or without a window.
//! * [`StagingPool`]: memory that frames are decoded into and that the GPU copies from.
//! * [`Compositor`]: the textures of each layer and the canvas; a [`LayerDraw`] has the project's `Placement` and a
//!   [`LayerStyle`]. `pass_recorder` records the passes.
//! * [`frame_to_rgba`]: one frame as it is stored, for files and for tests.
//!
//! The canvas is gamma-encoded, eight bits a channel, opaque. The shaders lie in `shaders/`, one file per colour model,
//! each joined to `layer.wgsl` (where a picture lies and how it is sampled), `layer_style.wgsl` (its settings of
//! colour), `blend.wgsl` (blend modes) and, where code values may need it, `light.wgsl` (transfer and primaries). A layer
//! without such settings is drawn by pipelines that know nothing of them.
//!
//! A canvas pixel shows the mean of what it covers of the picture, which between pixels is the linear interpolation:
//! colours are converted and multiplied by alpha first, pixel by pixel, unless the picture is opaque and its planes may be
//! filtered as they are stored. Where each canvas pixel shows one of the picture, nothing is filtered. Edges fade where they
//! do not run along the canvas's.
//!
//! `surface` decides on the reaction of a window that gets no surface texture to draw into.
//!
//! Every texture and buffer is created in `within_memory` of the device, so that lack of memory is an error of its
//! user: the caller falls back, or retries.
//!
//! Invariants: every call into wgpu is made by the thread that draws; the one thing that another thread does is to
//! write into mapped memory, which is no call into the device. In steady state a frame creates no buffer, texture,
//! bind group or pipeline; those of a blend mode are made when it is first drawn.

mod backdrop;
mod canvas;
mod compositor;
mod conversion;
mod device;
mod dissolve;
mod error;
mod layer_draw;
mod layer_style;
mod layer_textures;
mod pass_recorder;
mod pipelines;
mod readback;
mod setup;
mod shortage;
mod single_frame;
mod staging;
mod surface;
mod timer;
mod uniforms;

pub use compositor::{Compositor, CompositorCounts};
pub use device::{DeviceHandicap, Gpu};
pub use error::GpuError;
pub use layer_draw::LayerDraw;
pub use layer_style::LayerStyle;
pub use setup::{wgpu_configuration, wgpu_setup};
pub use single_frame::frame_to_rgba;
pub use staging::StagingPool;
