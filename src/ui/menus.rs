//! The menus of the top bar.

use crate::command::Action;

/// A menu of the top bar: its title, and its actions in groups.
pub(crate) type Menu = (&'static str, &'static [&'static [Action]]);

/// The menus.
pub(crate) const MENUS: &[Menu] = &[
    (
        "File",
        &[
            &[Action::New, Action::Open],
            &[Action::Save, Action::SaveAs],
            &[Action::AddMedia, Action::OpenAddress],
            &[Action::Relink, Action::Collect],
            &[Action::ProjectSettings, Action::Settings],
            &[Action::ExportReport],
            &[Action::Quit],
        ],
    ),
    (
        "Edit",
        &[
            &[Action::Undo, Action::Redo, Action::ShowSteps],
            &[
                Action::Cut,
                Action::Copy,
                Action::Paste,
                Action::Duplicate,
                Action::Delete,
                Action::RippleDelete,
            ],
            &[
                Action::SelectAll,
                Action::Deselect,
                Action::SelectPrevious,
                Action::SelectNext,
                Action::SelectAbove,
                Action::SelectBelow,
            ],
            &[Action::AddLayer, Action::Rename],
            &[
                Action::ToggleVisible,
                Action::ToggleSolo,
                Action::ToggleLock,
                Action::LaneTaller,
                Action::LaneLower,
            ],
        ],
    ),
    (
        "Clip",
        &[
            &[
                Action::SplitClip,
                Action::TrimStart,
                Action::TrimEnd,
                Action::RippleTrimStart,
                Action::RippleTrimEnd,
            ],
            &[
                Action::NudgeLeft,
                Action::NudgeRight,
                Action::NudgeFarLeft,
                Action::NudgeFarRight,
                Action::MoveUp,
                Action::MoveDown,
            ],
            &[Action::SlipLeft, Action::SlipRight],
            &[Action::FadeInHere, Action::FadeOutHere],
        ],
    ),
    (
        "Playback",
        &[
            &[
                Action::PlayPause,
                Action::Stop,
                Action::PlayFromIn,
                Action::ShuttleBack,
                Action::ShuttleStop,
                Action::ShuttleForward,
            ],
            &[
                Action::StepBack,
                Action::StepForward,
                Action::SecondBack,
                Action::SecondForward,
            ],
            &[
                Action::ToStart,
                Action::ToEnd,
                Action::PreviousEdit,
                Action::NextEdit,
                Action::GoToTime,
            ],
            &[
                Action::ToggleLoop,
                Action::LoopIn,
                Action::LoopOut,
                Action::LoopSelection,
                Action::ClearLoop,
            ],
            &[
                Action::AddMarker,
                Action::PreviousMarker,
                Action::NextMarker,
            ],
        ],
    ),
    (
        "View",
        &[
            &[
                Action::ShowMedia,
                Action::ShowInspector,
                Action::ShowPerformance,
                Action::ShowTimeline,
            ],
            &[
                Action::ShowHistory,
                Action::ShowLog,
                Action::ShowDoctor,
                Action::ShowOverlay,
            ],
            &[
                Action::ZoomIn,
                Action::ZoomOut,
                Action::ZoomFit,
                Action::ZoomSelection,
                Action::ToggleSnap,
                Action::NextTimeFormat,
            ],
            &[Action::PreviewOnly, Action::Fullscreen],
            &[
                Action::Output,
                Action::OutputWindow,
                Action::Blackout,
                Action::TestPattern,
                Action::OutputFigures,
            ],
        ],
    ),
    (
        "Help",
        &[
            &[Action::ShowPalette, Action::ShowShortcuts],
            &[Action::ShowAbout],
        ],
    ),
];
