//! The panels of the window, one file or folder each; each reads a [`Pass`](super::pass::Pass) and pushes commands into
//! it.
//!
//! ```text
//! ┌──────────────────────── top_bar ────────────────────────┐
//! │ media_bin │ messages                     │  inspector/  │
//! │           │ preview/                     │              │
//! │           │                              ├──────────────┤
//! ├───────────┴──────────────────────────────┤ performance/ │
//! │ timeline/ (transport, ruler, lanes)      │              │
//! └────────────────────── status_bar ────────┴──────────────┘
//! ```
//!
//! A panel that can be shown and hidden is its file and its row of [`TABLE`]; windows float in the order of the table.
//! [`dialogs`] hold prompts and popups; [`media_row`] and [`output_button`] are parts of panels.

use super::panel::PanelRow;
use super::shown_panels::PanelId;
use crate::command::Action;

mod dialogs;
mod doctor;
pub(crate) mod inspector;
mod log;
pub(crate) mod media_bin;
mod media_row;
mod messages;
mod output_button;
pub(crate) mod performance;
mod preview;
mod status_bar;
pub(crate) mod timeline;
mod top_bar;
mod undo_history;
mod verdict;

pub(crate) use dialogs::{ADDRESS, PALETTE, prompt_ui, relink_ui, task_ui, unsaved_ui};
pub(crate) use messages::messages_ui;
pub(crate) use preview::{PreviewPanel, stage_for};
pub(crate) use status_bar::status_bar_ui;
pub(crate) use top_bar::top_bar_ui;

/// Every panel that can be shown and hidden.
pub(crate) const TABLE: &[PanelRow] = &[
    PanelRow::docked(media_bin::ID, Action::ShowMedia, || {
        Box::<media_bin::MediaBin>::default()
    }),
    PanelRow::docked(inspector::ID, Action::ShowInspector, || {
        Box::<inspector::Inspector>::default()
    }),
    PanelRow::docked(performance::ID, Action::ShowPerformance, || {
        Box::new(performance::performance_ui)
    }),
    PanelRow::docked(timeline::ID, Action::ShowTimeline, || {
        Box::<timeline::Timeline>::default()
    }),
    PanelRow::tool(log::ID, ("Log", [680.0, 320.0]), Action::ShowLog, || {
        Box::<log::Log>::default()
    }),
    PanelRow::tool(
        PanelId("performance over time"),
        ("Performance over time", [720.0, 620.0]),
        Action::ShowHistory,
        || Box::<performance::PerformanceHistory>::default(),
    ),
    PanelRow::tool(
        PanelId("undo history"),
        ("Undo history", [280.0, 360.0]),
        Action::ShowSteps,
        || Box::new(undo_history::undo_history_ui),
    ),
    PanelRow::tool(
        timeline::MARKERS,
        ("Markers", [340.0, 300.0]),
        Action::ShowMarkers,
        || Box::<timeline::MarkerList>::default(),
    ),
    PanelRow::dialog(
        PanelId("settings"),
        ("Settings", [560.0, 440.0]),
        Action::Settings,
        || Box::<dialogs::SettingsWindow>::default(),
    ),
    PanelRow::dialog(
        PanelId("project settings"),
        ("Project settings", [460.0, 320.0]),
        Action::ProjectSettings,
        || Box::<dialogs::ProjectSettingsWindow>::default(),
    ),
    PanelRow::tool(
        doctor::ID,
        ("Doctor", [620.0, 420.0]),
        Action::ShowDoctor,
        || Box::new(doctor::doctor_ui),
    ),
    PanelRow::dialog(
        PanelId("shortcuts"),
        ("Keyboard shortcuts", [906.0, 520.0]),
        Action::ShowShortcuts,
        || Box::<dialogs::ShortcutList>::default(),
    ),
    PanelRow::dialog(
        PanelId("about"),
        ("About Sextet", [440.0, 220.0]),
        Action::ShowAbout,
        || Box::new(dialogs::about_ui),
    ),
    PanelRow::popup(PALETTE, Action::ShowPalette, || {
        Box::<dialogs::Palette>::default()
    }),
    PanelRow::popup(ADDRESS, Action::OpenAddress, || {
        Box::<dialogs::AddressPrompt>::default()
    }),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::shown_panels::{Placement, ShownPanels};

    #[test]
    fn no_two_panels_share_a_name_or_an_action() {
        for (index, row) in TABLE.iter().enumerate() {
            for other in &TABLE[index + 1..] {
                assert_ne!(row.info.id, other.info.id);
                assert_ne!(row.info.action, other.info.action);
            }
        }
    }

    #[test]
    fn docked_panels_keep_the_names_that_settings_files_have() {
        let docked = TABLE.iter().map(|row| row.info);
        let docked = docked.filter(|info| info.placement == Placement::Docked);
        let names: Vec<_> = docked.map(|info| info.id.0).collect();
        assert_eq!(names, ["media", "inspector", "performance", "timeline"]);
        let mut panels = ShownPanels::new(TABLE.iter().map(|row| row.info));
        panels.set_hidden_docks(&["inspector".to_owned(), "log".to_owned()]);
        assert_eq!(panels.hidden_docks(), ["inspector"]);
        assert!(panels.is_shown(media_bin::ID));
    }
}
