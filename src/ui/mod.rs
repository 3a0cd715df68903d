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
//! * `action`, `shortcuts`, `menus`: what can be asked for, by which key, in which menu; `actions`, `clip_actions`,
//!   `transport_actions`: what each does.
//! * `clip_edit`, `clip_split`, `group_edit`, `clipboard`: edits of one clip and of several, and their way over the clipboard.
//! * `state`: zoom, shown panels; `selection`: what is selected; `gesture`: a drag as one step of undo;
//!   `after_typing`: what waits for what is being typed; `thumbnails`: their textures.
//! * [`keymap`]: keys that were set in place of the usual ones; [`settings`]: what is set for all projects; [`program`]: what the window is told of the program itself.
//!
//! Invariants: drawing changes neither project nor engine; nothing here waits on a disk, a decoder or a lock held
//! across either.

mod actions;
mod after_typing;
mod clip_actions;
mod format;
mod gesture;
pub mod keymap;
pub mod main_window;
mod panels;
pub(crate) mod panic_notice;
mod select_actions;
mod selection;
mod shortcuts;
mod state;
mod style;
pub mod theme;
mod thumbnails;
mod transport_actions;
pub mod view;
mod widgets;

pub use main_window::MainWindow;
pub(crate) use panels::performance::overlay::paint_figures;
pub use style::install;
pub use view::View;
