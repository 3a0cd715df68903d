//! The compositor on a software adapter, against the formulas and the CPU.

mod colours;
mod compositor;
mod looks;
mod memory;
