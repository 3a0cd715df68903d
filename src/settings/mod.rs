//! Settings: what a person has set once and for all projects.

mod model;

pub use model::*;
