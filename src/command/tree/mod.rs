//! The parameter tree: one path for everything that may be set live, and for every action.
//!
//! | path | what |
//! |---|---|
//! | `/project/…`, `/canvas/…` | the document as a whole |
//! | `/layer/N/…` | a layer, from 1 at the back; a name stands for the number as well |
//! | `/layer/N/clip/M/…` | its clips, from 1 in order of their starts |
//! | `/marker/N/…` | a marker, from 1 in order of time; a name stands for the number as well |
//! | `/transport/…` | playhead, speed, loop |
//! | `/output/…` | the output window |
//! | `/settings/…` | what holds for all projects |
//! | `/file/…`, `/edit/…`, `/transport/…`, `/output/…`, `/report/…` | actions that need no window |
//! | `/window/…` | actions of the window |
//!
//! ```text
//! Assignment { path, value as text } ─► resolve ─► Command of another family ─► carried out, as by hand
//!                     TreeContext ─────────┘
//! ```
//!
//! * [`path`], [`value`], [`node`]: what the tree is made of. `row`: a parameter with its functions.
//! * `layer`, `clip`, `marker`, `project`, `transport`, `output`, `settings`, `action`: the rows, by area. A layer's
//!   numbers that change over time come from [`Parameter`](crate::project::Parameter).
//! * [`stream`]: settings of one path in a row as one step of undo.
//!
//! Invariants: an edit that [`resolve`] gives is carried out without an error on the same project; what is read of a
//! parameter that is writable can be set again.

mod action;
mod assignment;
mod clip;
mod context;
mod error;
mod layer;
mod marker;
pub mod node;
mod output;
pub mod path;
mod project;
mod resolve;
mod row;
mod settings;
pub mod stream;
mod transport;
pub mod value;

pub use assignment::Assignment;
pub use context::TreeContext;
pub use error::TreeError;
pub use node::Node;
pub use path::{ParameterPath, PathError};
pub use resolve::{nodes, read, resolve};
pub use stream::Stream;
pub use value::{Kind, Value};
