//! What the window draws and how it is handled.
//!
//! ```text
//! View (project, transport, snapshot, preview) ─► MainWindow::ui ─► Vec<Command>
//! ```
//!
//! * [`command`]: what a person can ask for; `app` carries it out after the pass.
//! * [`view`]: what the window is given to draw.
//! * [`main_window`]: the arrangement of panels; `panels/` one file each; `widgets/` what they share.
//! * [`theme`]: colours, from `assets/theme.ron`; `style`: fonts and egui's style, from the theme.
//! * `shortcuts`, `actions`: the table of keys and menus, and what each does; `clip_edit`: edits of clips.
//! * `state`: selection, zoom, shown panels; `gesture`: a drag as one step of undo; `thumbnails`: their textures.
//!
//! Invariants: drawing changes neither project nor engine; nothing here waits on a disk, a decoder or a lock held
//! across either.

mod actions;
mod clip_edit;
pub mod command;
mod format;
mod gesture;
pub mod main_window;
mod panels;
mod shortcuts;
mod state;
mod style;
pub mod theme;
mod thumbnails;
pub mod view;
mod widgets;

pub use command::Command;
pub use main_window::MainWindow;
pub use style::install;
pub use view::View;
