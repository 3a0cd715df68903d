//! The actions: all that menus and shortcuts ask for, each in one row.
//!
//! A row gives the name in the settings, the path in the parameter tree, the label, the default shortcuts as settings
//! write them, and the operation. Menus, palette, shortcut editor and parameter tree are made of the rows.

use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr};

use super::operation::{
    ClipOperation, ContextOperation, Edge, LayerOperation, LayerSwitch, Operation, SelectOperation,
    WindowOperation, Zoom,
};
use super::{
    Command, FileCommand, HistoryCommand, OutputCommand, ReportCommand, TransportCommand,
    WindowCommand,
};
use crate::status::program::OutputPicture;
use crate::time::Time;
use crate::transport::Direction;

/// A menu: its title, and its actions in groups.
pub type Menu = (&'static str, &'static [&'static [Action]]);

/// The row of an action, its name aside.
struct Row {
    path: &'static str,
    label: &'static str,
    shortcuts: &'static [&'static str],
    operation: fn() -> Operation,
    need: Need,
}

/// Condition for a command of a menu to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// A step that can be undone.
    Undo,
    /// A step that can be done again.
    Redo,
    /// Media files.
    Media,
    /// Media files that could not be opened.
    MissingMedia,
    /// The output window.
    OpenOutput,
}

macro_rules! need {
    () => {
        Need::Nothing
    };
    ($need:ident) => {
        Need::$need
    };
}

macro_rules! actions {
    (
        menus {
            $( $menu:literal { $( [ $( $listed:ident $path:literal $label:literal [$($keys:literal),*] => $operation:expr $(, needs $need:ident)?; )+ ] )+ } )+
        }
        others {
            $( $other:ident $other_path:literal $other_label:literal [$($other_keys:literal),*] => $other_operation:expr; )+
        }
    ) => {
        /// An action, documented by its label. Settings name it by the variant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
        pub enum Action {
            $($($( #[doc = $label] $listed, )+)+)+
            $( #[doc = $other_label] $other, )+
        }

        /// The menus of the top bar.
        pub const MENUS: &[Menu] = &[$( ($menu, &[$( &[$( Action::$listed ),+] ),+]) ),+];

        impl Action {
            fn row(self) -> Row {
                match self {
                    $($($( Self::$listed => Row {
                        path: $path,
                        label: $label,
                        shortcuts: &[$($keys),*],
                        operation: || $operation.into(),
                        need: need!($($need)?),
                    }, )+)+)+
                    $( Self::$other => Row {
                        path: $other_path,
                        label: $other_label,
                        shortcuts: &[$($other_keys),*],
                        operation: || $other_operation.into(),
                        need: Need::Nothing,
                    }, )+
                }
            }
        }
    };
}

actions! {
    menus {
        "File" {
            [
                New "/file/new" "New project" ["Ctrl+N"] => FileCommand::New;
                Open "/file/open" "Open…" ["Ctrl+O"] => FileCommand::OpenDialog;
            ]
            [
                Save "/file/save" "Save" ["Ctrl+S"] => FileCommand::Save;
                SaveAs "/file/save-as" "Save as…" ["Ctrl+Shift+S"] => FileCommand::SaveAs;
            ]
            [
                AddMedia "/file/add-media" "Add media…" ["Ctrl+I"] => FileCommand::AddMediaDialog;
                OpenAddress "/window/open-address" "Open URL…" ["Ctrl+U"] => WindowOperation::Panel;
            ]
            [
                Relink "/file/relink" "Relink missing media from a folder…" [] => FileCommand::RelinkDialog, needs MissingMedia;
                Collect "/file/collect" "Collect project and media…" [] => FileCommand::CollectDialog, needs Media;
            ]
            [
                ProjectSettings "/window/project-settings" "Project settings" ["Ctrl+Shift+Comma"] => WindowOperation::Panel;
                Settings "/window/settings" "Settings" ["Ctrl+Comma"] => WindowOperation::Panel;
            ]
            [
                ExportReport "/report/export" "Export report…" ["Ctrl+Shift+E"] => ReportCommand::ExportReport;
            ]
            [
                Quit "/file/quit" "Quit" ["Ctrl+Q"] => WindowCommand::Quit;
            ]
        }
        "Edit" {
            [
                Undo "/edit/undo" "Undo" ["Ctrl+Z"] => HistoryCommand::Undo, needs Undo;
                Redo "/edit/redo" "Redo" ["Ctrl+Shift+Z", "Ctrl+Y"] => HistoryCommand::Redo, needs Redo;
                ShowSteps "/window/undo-history" "Undo history" ["Ctrl+H"] => WindowOperation::Panel;
            ]
            [
                Cut "/window/cut" "Cut" ["Ctrl+X"] => ClipOperation::Cut;
                Copy "/window/copy" "Copy" ["Ctrl+C"] => ClipOperation::Copy;
                Paste "/window/paste" "Paste at playhead" ["Ctrl+V"] => ClipOperation::Paste;
                Duplicate "/window/duplicate" "Duplicate" ["Ctrl+D"] => ClipOperation::Duplicate;
                Delete "/window/delete" "Delete" ["Delete", "Backspace"] => WindowOperation::Delete;
                RippleDelete "/window/ripple-delete" "Ripple delete" ["Shift+Delete", "Shift+Backspace"] => ClipOperation::RippleDelete;
            ]
            [
                SelectAll "/window/select-all" "Select all clips" ["Ctrl+A"] => SelectOperation::AllClips;
                Deselect "/window/select-nothing" "Select nothing" ["Escape"] => SelectOperation::Nothing;
                SelectPrevious "/window/select-previous" "Select previous clip" ["Ctrl+Left"] => SelectOperation::PreviousClip;
                SelectNext "/window/select-next" "Select next clip" ["Ctrl+Right"] => SelectOperation::NextClip;
                SelectAbove "/window/select-above" "Select layer above" ["Ctrl+Up"] => SelectOperation::LayerAbove;
                SelectBelow "/window/select-below" "Select layer below" ["Ctrl+Down"] => SelectOperation::LayerBelow;
            ]
            [
                AddLayer "/edit/add-layer" "Add layer" ["Ctrl+Shift+N"] => ContextOperation::AddLayer;
                Rename "/window/rename" "Rename…" ["F2"] => WindowOperation::Rename;
                CropHandles "/window/crop-handles" "Crop on the picture" ["C"] => WindowOperation::CropHandles;
            ]
            [
                ToggleVisible "/window/toggle-visible" "Layer visible" ["Ctrl+M"] => LayerOperation::Toggle(LayerSwitch::Visible);
                ToggleSolo "/window/toggle-solo" "Solo layer" ["Ctrl+T"] => LayerOperation::Toggle(LayerSwitch::Solo);
                ToggleLock "/window/toggle-lock" "Lock layer" ["Ctrl+L"] => LayerOperation::Toggle(LayerSwitch::Locked);
                LaneTaller "/window/taller-lane" "Taller lane" ["Alt+Equals", "Alt+Plus"] => LayerOperation::LaneHeight(1);
                LaneLower "/window/lower-lane" "Lower lane" ["Alt+Minus"] => LayerOperation::LaneHeight(-1);
            ]
        }
        "Clip" {
            [
                SplitClip "/window/split" "Split at playhead" ["Ctrl+K"] => ClipOperation::Split;
                TrimStart "/window/trim-start" "Trim start to playhead" ["OpenBracket"] => ClipOperation::Trim(Edge::Start);
                TrimEnd "/window/trim-end" "Trim end to playhead" ["CloseBracket"] => ClipOperation::Trim(Edge::End);
                RippleTrimStart "/window/ripple-trim-start" "Ripple trim start to playhead" ["Q"] => ClipOperation::RippleTrim(Edge::Start);
                RippleTrimEnd "/window/ripple-trim-end" "Ripple trim end to playhead" ["W"] => ClipOperation::RippleTrim(Edge::End);
            ]
            [
                NudgeLeft "/window/nudge-earlier" "Move one frame earlier" ["Comma"] => ClipOperation::Nudge(-1);
                NudgeRight "/window/nudge-later" "Move one frame later" ["Period"] => ClipOperation::Nudge(1);
                NudgeFarLeft "/window/nudge-far-earlier" "Move ten frames earlier" ["Shift+Comma"] => ClipOperation::Nudge(-10);
                NudgeFarRight "/window/nudge-far-later" "Move ten frames later" ["Shift+Period"] => ClipOperation::Nudge(10);
                MoveUp "/window/move-up" "Move to the lane above" ["Alt+Up"] => ClipOperation::MoveLanes(-1);
                MoveDown "/window/move-down" "Move to the lane below" ["Alt+Down"] => ClipOperation::MoveLanes(1);
            ]
            [
                SlipLeft "/window/slip-earlier" "Slip one frame earlier" ["Alt+Comma"] => ClipOperation::Slip(-1);
                SlipRight "/window/slip-later" "Slip one frame later" ["Alt+Period"] => ClipOperation::Slip(1);
            ]
            [
                FadeInHere "/window/fade-in" "Fade in to playhead" ["Alt+OpenBracket"] => ClipOperation::FadeHere(Edge::Start);
                AddFades "/window/add-fades" "Fade in and out" ["Ctrl+Shift+D"] => ClipOperation::AddFades;
                FadeOutHere "/window/fade-out" "Fade out from playhead" ["Alt+CloseBracket"] => ClipOperation::FadeHere(Edge::End);
            ]
        }
        "Playback" {
            [
                PlayPause "/transport/play-pause" "Play" ["Space"] => TransportCommand::TogglePlay;
                Stop "/transport/stop" "Stop" ["Shift+Space"] => TransportCommand::Stop;
                PlayFromIn "/transport/play-from-in" "Play from in point" ["Ctrl+Space"] => TransportCommand::PlayFromIn;
                ShuttleBack "/transport/shuttle-back" "Shuttle backwards" ["J"] => TransportCommand::Shuttle(Direction::Backwards);
                ShuttleStop "/transport/pause" "Shuttle stop" ["K"] => TransportCommand::Pause;
                ShuttleForward "/transport/shuttle-forward" "Shuttle forwards" ["L"] => TransportCommand::Shuttle(Direction::Forwards);
            ]
            [
                StepBack "/transport/step-back" "One frame back" ["Left"] => TransportCommand::StepFrames(-1);
                StepForward "/transport/step-forward" "One frame forward" ["Right"] => TransportCommand::StepFrames(1);
                SecondBack "/transport/second-back" "One second back" ["Shift+Left"] => ContextOperation::Skip(-1);
                SecondForward "/transport/second-forward" "One second forward" ["Shift+Right"] => ContextOperation::Skip(1);
            ]
            [
                ToStart "/transport/to-start" "To the start" ["Home"] => TransportCommand::SeekTo(Time::ZERO);
                ToEnd "/transport/to-end" "To the end" ["End"] => ContextOperation::ToEnd;
                PreviousEdit "/transport/previous-edit" "To the previous edit" ["Up"] => ContextOperation::ToEdit(Direction::Backwards);
                NextEdit "/transport/next-edit" "To the next edit" ["Down"] => ContextOperation::ToEdit(Direction::Forwards);
                GoToTime "/window/go-to-time" "Go to a time…" ["T"] => WindowOperation::GoToTime;
            ]
            [
                ToggleLoop "/transport/toggle-loop" "Loop" ["Slash"] => ContextOperation::ToggleLoop;
                LoopIn "/transport/loop-from" "Begin loop at playhead" ["I"] => ContextOperation::LoopFrom;
                LoopOut "/transport/loop-to" "End loop at playhead" ["O"] => ContextOperation::LoopTo;
                LoopSelection "/window/loop-selection" "Loop the selection" ["X"] => ClipOperation::Loop;
                ClearLoop "/transport/clear-loop" "Loop everything" ["Alt+X"] => ContextOperation::ClearLoop;
            ]
            [
                AddMarker "/edit/add-marker" "Add marker" ["M"] => ContextOperation::AddMarker;
                ShowMarkers "/window/markers" "Markers" ["Shift+M"] => WindowOperation::Panel;
                PreviousMarker "/transport/previous-marker" "To the previous marker" ["Shift+Up"] => ContextOperation::ToMarker(Direction::Backwards);
                NextMarker "/transport/next-marker" "To the next marker" ["Shift+Down"] => ContextOperation::ToMarker(Direction::Forwards);
            ]
        }
        "View" {
            [
                ShowMedia "/window/media" "Media" ["Ctrl+1"] => WindowOperation::Panel;
                ShowInspector "/window/inspector" "Inspector" ["Ctrl+2"] => WindowOperation::Panel;
                ShowPerformance "/window/performance" "Performance" ["Ctrl+3"] => WindowOperation::Panel;
                ShowTimeline "/window/timeline" "Timeline" ["Ctrl+4"] => WindowOperation::Panel;
            ]
            [
                ShowHistory "/window/performance-history" "Performance over time" ["Ctrl+P"] => WindowOperation::Panel;
                ShowLog "/window/log" "Log" ["Ctrl+G"] => WindowOperation::Panel;
                ShowDoctor "/window/doctor" "Doctor: will it hold?" ["Ctrl+Shift+G"] => WindowOperation::Panel;
                ShowOverlay "/window/overlay" "Figures over the picture" ["Ctrl+Shift+F"] => WindowOperation::ToggleOverlay;
            ]
            [
                ZoomIn "/window/zoom-in" "Zoom timeline in" ["Plus", "Equals", "Shift+Plus"] => Zoom::In;
                ZoomOut "/window/zoom-out" "Zoom timeline out" ["Minus"] => Zoom::Out;
                ZoomFit "/window/zoom-fit" "Fit timeline" ["0"] => Zoom::Fit;
                ZoomSelection "/window/zoom-selection" "Zoom to selection" ["Z"] => Zoom::Selection;
                ToggleSnap "/window/toggle-snap" "Snap" ["S"] => WindowOperation::ToggleSnap;
                NextTimeFormat "/window/next-time-format" "Change time format" ["Shift+T"] => WindowOperation::NextTimeFormat;
            ]
            [
                PreviewOnly "/window/preview-only" "Preview only" ["F"] => WindowOperation::PreviewOnly;
                Fullscreen "/window/fullscreen" "Full screen" ["Shift+F11"] => WindowCommand::ToggleFullscreen;
            ]
            [
                Output "/output/toggle" "Output" ["F11"] => OutputCommand::Toggle;
                OutputWindow "/output/toggle-windowed" "Output in a window of its own" [] => ContextOperation::ToggleOutputWindowed;
                Blackout "/output/blackout" "Output black" ["Ctrl+B"] => OutputCommand::Show(OutputPicture::Black), needs OpenOutput;
                TestPattern "/output/test-pattern" "Test pattern on the output" ["Ctrl+Shift+B"] => OutputCommand::Show(OutputPicture::Pattern), needs OpenOutput;
                OutputFigures "/output/toggle-figures" "Figures on the output" [] => OutputCommand::ToggleFigures, needs OpenOutput;
            ]
        }
        "Help" {
            [
                ShowPalette "/window/palette" "Find a command…" ["Ctrl+Shift+P"] => WindowOperation::Panel;
                ShowShortcuts "/window/shortcuts" "Keyboard shortcuts" ["F1"] => WindowOperation::Panel;
            ]
            [
                ShowAbout "/window/about" "About Sextet" [] => WindowOperation::Panel;
            ]
        }
    }
    others {
        ResetStats "/report/reset" "Reset counts" [] => ReportCommand::ResetStats;
        CopyReport "/report/copy" "Copy report" [] => ReportCommand::CopyReport;
    }
}

impl Action {
    /// All actions, in the order of the menus; those of no menu come last.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// The name by which settings know it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its path in the parameter tree.
    pub fn path(self) -> &'static str {
        self.row().path
    }

    /// Its label where its state does not matter.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// Its default shortcuts as settings write them, such as `Ctrl+Shift+S`; menus show the first.
    pub fn shortcuts(self) -> &'static [&'static str] {
        self.row().shortcuts
    }

    /// The way it is carried out.
    pub fn operation(self) -> Operation {
        (self.row().operation)()
    }

    /// Condition for it to be offered.
    pub fn need(self) -> Need {
        self.row().need
    }

    /// The command that asks for it, with or without a window.
    pub fn command(self) -> Command {
        match self.operation() {
            Operation::Command(command) => command,
            Operation::Context(_) | Operation::Window(_) => WindowCommand::Perform(self).into(),
        }
    }

    /// The action of this path.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::iter().find(|action| action.path() == path)
    }

    /// The action that asks for this command and nothing else.
    pub fn of_command(command: &Command) -> Option<Self> {
        Self::iter().find(|action| action.command() == *command)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_paths_and_labels_are_given_once() {
        let count = Action::all().count();
        for text in [Action::name, Action::path, Action::label] {
            let texts: BTreeSet<_> = Action::all().map(text).collect();
            assert_eq!(texts.len(), count);
        }
    }

    #[test]
    fn what_a_window_carries_out_has_a_path_below_it() {
        for action in Action::all() {
            let is_below = action.path().starts_with("/window/");
            let operation = action.operation();
            let is_window = matches!(operation, Operation::Window(_))
                || operation == Operation::Command(WindowCommand::ToggleFullscreen.into());
            assert_eq!(is_below, is_window, "{action:?}");
        }
    }

    #[test]
    fn an_action_is_found_by_its_path_and_by_its_command() {
        for action in Action::all() {
            assert_eq!(Action::of_path(action.path()), Some(action));
            assert_eq!(Action::of_command(&action.command()), Some(action));
        }
        assert_eq!(Action::of_path("/file"), None);
    }
}
