//! Errors of the GPU.

use crate::media::frame::PlaneFormat;

/// An error of the GPU.
#[derive(Debug, thiserror::Error)]
pub enum GpuError {
    /// The machine has no adapter that wgpu can use, not even a software one.
    #[error(
        "no graphics adapter was found; install a Vulkan driver, such as Mesa's lavapipe for software drawing"
    )]
    NoAdapter,
    /// The adapter gave no device.
    #[error("the graphics adapter gave no device")]
    Device(#[from] wgpu::RequestDeviceError),
    /// The device is lost: its driver was reset, or the adapter removed.
    #[error("the graphics device was lost; restart the program")]
    Lost,
    /// A picture exceeds the adapter's texture limit.
    #[error(
        "a picture of {width_px}×{height_px} exceeds this adapter's limit of {limit_px} pixels a side"
    )]
    TooLarge {
        /// Texels across.
        width_px: u32,
        /// Texels down.
        height_px: u32,
        /// The longest side that the adapter allows.
        limit_px: u32,
    },
    /// The adapter cannot sample the format.
    #[error("this adapter does not sample {0:?} textures; decode the frame to RGBA on the CPU")]
    Unsupported(PlaneFormat),
    /// A layout lacks a plane that its colour model needs, or has too many.
    #[error("a frame came with {planes} planes, which its colour model does not allow")]
    Planes {
        /// Number of planes.
        planes: usize,
    },
    /// The memory is shorter than its layout.
    #[error("a frame of {needed_bytes} bytes came in memory of {given_bytes}")]
    ShortMemory {
        /// Bytes of the layout.
        needed_bytes: u64,
        /// Bytes of the memory.
        given_bytes: u64,
    },
    /// The staging pool has reached its bound.
    #[error(
        "no staging memory of {0} bytes is left; lower the prebuffer or raise the memory budget"
    )]
    NoStaging(u64),
    /// The device has no memory left for a texture or a buffer.
    #[error(
        "the graphics device is out of memory for {:.1} MB; use fewer layers or smaller pictures",
        *.0 as f64 / 1e6
    )]
    OutOfMemory(u64),
    /// An allocation failed, and a fallback is in use.
    #[error("{error}; meanwhile {meanwhile}")]
    Meanwhile {
        /// The failure.
        error: Box<Self>,
        /// The fallback.
        meanwhile: &'static str,
    },
    /// An uncaptured error of the device.
    #[error("the graphics device refused something ({0}); the picture may not be right")]
    Refused(String),
    /// A finished picture could not be read back.
    #[error("the picture could not be read back from the graphics device")]
    Readback,
}
