//! The textures that the adapter can sample.

/// The textures that the adapter which draws can sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextureSupport {
    /// The adapter samples BC textures: HAP frames are uploaded as they are.
    BlockCompressed,
    /// The adapter is a program, which samples BC textures by decoding the blocks anew for every texel it touches. For
    /// the intricate BC7 and BC6H that takes longer than decoding each block once: frames of Hap R and Hap HDR are
    /// decoded to RGBA ahead of time, as on [`Self::RgbaOnly`]. One picture of 1920×1080 Hap R took llvmpipe 190 ms of
    /// processor time, of Hap Q 36 ms; decoding it takes 70 ms, on threads that do not draw.
    Software,
    /// It does not sample them: HAP frames are decoded to RGBA on the CPU.
    RgbaOnly,
}
