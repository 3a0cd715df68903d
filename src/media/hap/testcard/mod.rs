//! Test cards: moving pictures that carry their frame index, in every variant of HAP; and the demo's pictures.
//!
//! ```text
//! index ─► grid:    which texels are white or black cells
//!       ─► pattern: the rest, a gradient with lit shapes moving over it
//!       ─► card:    blocks, some of them random ─► textures ─► encode::write_frame
//! place in the loop ─► scenes ─► textures ─► encode::write_frame
//! ```
//!
//! The gradient changes only downwards, so that a row of plain blocks is one block repeated: Snappy shrinks it to
//! almost nothing, and the share of random blocks is about the ratio of stored to decoded bytes. It also means that
//! only blocks under a shape or on a cell's edge have to be encoded one by one.

mod card;
mod grid;
mod pattern;
mod random;
mod scenes;

pub use card::TestCard;
pub use grid::{IndexGrid, read_index_grid};
pub use scenes::Scene;
