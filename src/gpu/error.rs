//! What can go wrong with the device.

use crate::media::frame::PlaneFormat;

/// Why the GPU could not do what it was asked to.
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
    /// The device is gone: its driver was reset, or the adapter removed.
    #[error("the graphics device was lost; restart the program")]
    Lost,
    /// A picture is larger than the adapter's textures can be.
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
        /// How many there are.
        planes: usize,
    },
    /// The memory is shorter than its layout says.
    #[error("a frame of {needed_bytes} bytes came in memory of {given_bytes}")]
    ShortMemory {
        /// Bytes that the layout asks for.
        needed_bytes: u64,
        /// Bytes that there are.
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
    /// Something could not be had, and there is another way until it can.
    #[error("{error}; meanwhile {meanwhile}")]
    Meanwhile {
        /// What went wrong.
        error: Box<Self>,
        /// What is done instead.
        meanwhile: &'static str,
    },
    /// The device refused something that nobody was there to hear of.
    #[error("the graphics device refused something ({0}); the picture may not be right")]
    Refused(String),
    /// A finished picture could not be read back.
    #[error("the picture could not be read back from the graphics device")]
    Readback,
}
