//! The window over a stand-in for the program, by role, label, key and pointer.

mod bars;
mod clips;
mod fields;
mod gestures;
mod hand;
mod handles;
mod layer;
mod markers;
mod overview;
mod palette;
mod performance;
mod pictures;
mod program;
mod several;
mod shell;
mod timeline;
mod tools;
#[path = "../support/ui_host.rs"]
mod ui_host;
mod window;
