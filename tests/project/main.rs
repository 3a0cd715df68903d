//! Projects: their rules, their edits, their files.

mod edits;
mod file;
mod reach;
mod size;
