//! Projects: their rules, their edits, their files.

mod edits;
mod file;
mod names;
mod reach;
mod size;
