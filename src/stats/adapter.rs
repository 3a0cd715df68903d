//! The adapter that draws, for reports and panels.

/// The adapter that draws.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AdapterInfo {
    /// Its name as the driver states it.
    pub name: String,
    /// The graphics interface, such as `Vulkan`.
    pub backend: String,
    /// True if it samples BC textures; if not, HAP is decoded on the CPU.
    pub bc: bool,
}
