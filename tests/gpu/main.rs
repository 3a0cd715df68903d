//! The compositor on a software adapter, against the formulas and the CPU.

mod colours;
mod compositor;
mod filtering;
mod looks;
mod memory;
