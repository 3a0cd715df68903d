//! Decoded frames: what they look like in memory, and the memory itself.
//!
//! * [`PlaneFormat`], [`Plane`], [`FrameLayout`]: which planes there are, and where each lies.
//! * [`ColourModel`], [`SampleCoding`]: how the numbers in them become a colour.
//! * [`Shape`], [`Turn`]: how the picture is turned and stretched to be seen.
//! * [`FrameMemory`], [`FrameMemoryPool`]: the memory that a frame is decoded into, and where it comes from.

mod coding;
mod colour;
mod format;
mod layout;
mod memory;
mod shape;

pub use coding::{ChromaSiting, Levels, SampleCoding, ToCanvas, Transfer};
pub use colour::{ColourModel, Primaries, YCbCrMatrix};
pub use format::PlaneFormat;
pub use layout::{FrameLayout, LayoutError, MAX_SIDE_PX, Plane, ROW_ALIGNMENT_BYTES};
pub use memory::{FrameMemory, FrameMemoryPool, HeapMemory, OutsideMemory, SharedMemory};
pub use shape::{Shape, Turn};
