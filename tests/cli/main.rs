//! The command line as scripts see it: the built program, its outputs and exit codes.

mod bench;
mod contract;
mod convert;
mod frames;
mod hostile_media;
mod limits;
mod links;
mod numbers;
mod open_files;
mod osc;
mod outputs;
mod program;
mod sound;
mod tree;
