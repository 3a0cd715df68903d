//! The window: panels that read the program's state and push commands.
//!
//! ```text
//! View (project, transport, snapshot, preview) ─► MainWindow::ui ─► Vec<Command>
//! ```
//!
//! * [`view`]: the input of a pass. `pass`: the context that panels get; `state`: what several of them share.
//! * [`main_window`]: one pass. `docks`: the arrangement around the preview. `panels/`: the panels, and their table;
//!   `panel`, `shown_panels`: a row of it, and which are shown. `widgets/`: parts of panels.
//! * `shortcuts`, [`keymap`]: the keys of actions. `actions`, `clip_actions`, `select_actions`, `transport_actions`: an
//!   action carried out.
//! * `selection`, `renaming`, `timeline_scale`, `thumbnails`, `help_line`: parts of the state. `gesture`: a drag as one step of
//!   undo. `after_typing`: shortcuts put off while a field is typed in.
//! * [`theme`]: colours, from `assets/theme.ron`; `style`: fonts and egui's style, from the theme. `format`: numbers.
//! * `prebuffer_field`: a field that several panels have. `panic_notice`: drawn in place of the panels after one of them panicked.
//!
//! Arrows point one way: panels ─► actions ─► `pass` ─► `state` ─► its parts.
//!
//! Invariants: drawing changes neither project nor engine; nothing here waits on a disk, a decoder or a lock held
//! across either.

mod actions;
mod after_typing;
mod clip_actions;
mod docks;
mod format;
mod gesture;
mod help_line;
pub mod keymap;
pub mod main_window;
mod panel;
mod panels;
pub(crate) mod panic_notice;
mod pass;
mod prebuffer_field;
mod renaming;
mod select_actions;
mod selection;
mod shortcuts;
mod shown_panels;
mod state;
mod style;
pub mod theme;
mod thumbnails;
mod timeline_scale;
mod transport_actions;
pub mod view;
mod widgets;

pub use main_window::MainWindow;
pub(crate) use panels::performance::paint_figures;
pub(crate) use shortcuts::{Asked, pressed as pressed_keys};
pub use style::install;
pub use view::View;
