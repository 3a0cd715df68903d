//! Everything that can be asked for by menu or key, and what each is called.

/// Something that can be asked for by menu or key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// An empty project.
    New,
    /// Another project.
    Open,
    /// Save.
    Save,
    /// Save under another name.
    SaveAs,
    /// Media files into the bin.
    AddMedia,
    /// A live source by its address.
    OpenAddress,
    /// Project and media into one folder.
    Collect,
    /// Search for media that are not where they were.
    Relink,
    /// Canvas, rate, background, notes.
    ProjectSettings,
    /// What is set for all projects.
    Settings,
    /// The report into a file.
    ExportReport,
    /// Close the window.
    Quit,
    /// One step back.
    Undo,
    /// One step forward again.
    Redo,
    /// What is selected away.
    Delete,
    /// The selected clips away, and the gaps closed.
    RippleDelete,
    /// The selected clips onto the clipboard, and away.
    Cut,
    /// The selected clips onto the clipboard.
    Copy,
    /// The clips of the clipboard at the playhead.
    Paste,
    /// Copies of the selected clips behind them.
    Duplicate,
    /// Select every clip.
    SelectAll,
    /// Select the clip before, on the same lane.
    SelectPrevious,
    /// Select the clip behind, on the same lane.
    SelectNext,
    /// Select the layer above.
    SelectAbove,
    /// Select the layer below.
    SelectBelow,
    /// Give the selected layer or marker another name.
    Rename,
    /// A new layer on top.
    AddLayer,
    /// Select nothing.
    Deselect,
    /// Cut the selected clips, or all under the playhead, in two at the playhead.
    SplitClip,
    /// Begin the selected clips at the playhead.
    TrimStart,
    /// End the selected clips at the playhead.
    TrimEnd,
    /// The same as [`Self::TrimStart`], and what follows moves up.
    RippleTrimStart,
    /// The same as [`Self::TrimEnd`], and what follows moves up.
    RippleTrimEnd,
    /// The selected clips or marker one frame earlier.
    NudgeLeft,
    /// The selected clips or marker one frame later.
    NudgeRight,
    /// The selected clips or marker ten frames earlier.
    NudgeFarLeft,
    /// The selected clips or marker ten frames later.
    NudgeFarRight,
    /// The selected clips one lane up.
    MoveUp,
    /// The selected clips one lane down.
    MoveDown,
    /// What the selected clips show, one frame earlier.
    SlipLeft,
    /// What the selected clips show, one frame later.
    SlipRight,
    /// The selected clips' fades in end at the playhead.
    FadeInHere,
    /// The selected clips' fades out begin at the playhead.
    FadeOutHere,
    /// The layer on or off.
    ToggleVisible,
    /// The layer alone.
    ToggleSolo,
    /// The layer safe from editing.
    ToggleLock,
    /// The layer's lane higher.
    LaneTaller,
    /// The layer's lane less high.
    LaneLower,
    /// Play or pause.
    PlayPause,
    /// Pause where playing began.
    Stop,
    /// Play from the in point.
    PlayFromIn,
    /// Play backwards, faster each time.
    ShuttleBack,
    /// Pause.
    ShuttleStop,
    /// Play forwards, faster each time.
    ShuttleForward,
    /// One frame back.
    StepBack,
    /// One frame forward.
    StepForward,
    /// One second back.
    SecondBack,
    /// One second forward.
    SecondForward,
    /// To the start.
    ToStart,
    /// To the last frame.
    ToEnd,
    /// To the edge of a clip before.
    PreviousEdit,
    /// To the edge of a clip behind.
    NextEdit,
    /// To the marker before.
    PreviousMarker,
    /// To the marker behind.
    NextMarker,
    /// Type a time to go to.
    GoToTime,
    /// Write times as timecode, frames or seconds.
    NextTimeFormat,
    /// Whether playing loops.
    ToggleLoop,
    /// The loop begins at the playhead.
    LoopIn,
    /// The loop ends at the playhead.
    LoopOut,
    /// The loop is all of the timeline.
    ClearLoop,
    /// The loop is the selected clips.
    LoopSelection,
    /// A marker at the playhead.
    AddMarker,
    /// The media bin.
    ShowMedia,
    /// The inspector.
    ShowInspector,
    /// The performance panel.
    ShowPerformance,
    /// The timeline.
    ShowTimeline,
    /// Performance over time, large.
    ShowHistory,
    /// The log.
    ShowLog,
    /// The steps of undo.
    ShowSteps,
    /// All actions by a few letters.
    ShowPalette,
    /// The canvas on a display of its own.
    Output,
    /// The output in a window of its own, or full screen again.
    OutputWindow,
    /// The output black, or not any more.
    Blackout,
    /// A test pattern on the output, or not any more.
    TestPattern,
    /// Figures on the output, or not any more.
    OutputFigures,
    /// Whether the project will hold here.
    ShowDoctor,
    /// Figures over the picture.
    ShowOverlay,
    /// The picture alone.
    PreviewOnly,
    /// The window on the whole screen.
    Fullscreen,
    /// The timeline closer.
    ZoomIn,
    /// The timeline from farther away.
    ZoomOut,
    /// All of the timeline.
    ZoomFit,
    /// The selected clips in all the room there is.
    ZoomSelection,
    /// Whether what is dragged snaps.
    ToggleSnap,
    /// The list of shortcuts.
    ShowShortcuts,
    /// What the program is.
    ShowAbout,
    /// Begin the counts anew.
    ResetStats,
    /// The numbers as text.
    CopyReport,
}

/// What an action is called where its state does not matter.
#[expect(
    clippy::too_many_lines,
    reason = "a table, with a line for each action"
)]
pub(crate) fn static_label(action: Action) -> &'static str {
    match action {
        Action::New => "New project",
        Action::Open => "Open…",
        Action::Save => "Save",
        Action::SaveAs => "Save as…",
        Action::AddMedia => "Add media…",
        Action::OpenAddress => "Open URL…",
        Action::Collect => "Collect project and media…",
        Action::Relink => "Relink missing media…",
        Action::ProjectSettings => "Project settings",
        Action::Settings => "Settings",
        Action::ExportReport => "Export report…",
        Action::Quit => "Quit",
        Action::Undo => "Undo",
        Action::Redo => "Redo",
        Action::Delete => "Delete",
        Action::RippleDelete => "Ripple delete",
        Action::Cut => "Cut",
        Action::Copy => "Copy",
        Action::Paste => "Paste at playhead",
        Action::Duplicate => "Duplicate",
        Action::SelectAll => "Select all clips",
        Action::SelectPrevious => "Select previous clip",
        Action::SelectNext => "Select next clip",
        Action::SelectAbove => "Select layer above",
        Action::SelectBelow => "Select layer below",
        Action::Rename => "Rename…",
        Action::AddLayer => "Add layer",
        Action::Deselect => "Select nothing",
        Action::SplitClip => "Split at playhead",
        Action::TrimStart => "Trim start to playhead",
        Action::TrimEnd => "Trim end to playhead",
        Action::RippleTrimStart => "Ripple trim start to playhead",
        Action::RippleTrimEnd => "Ripple trim end to playhead",
        Action::NudgeLeft => "Move one frame earlier",
        Action::NudgeRight => "Move one frame later",
        Action::NudgeFarLeft => "Move ten frames earlier",
        Action::NudgeFarRight => "Move ten frames later",
        Action::MoveUp => "Move to the lane above",
        Action::MoveDown => "Move to the lane below",
        Action::SlipLeft => "Slip one frame earlier",
        Action::SlipRight => "Slip one frame later",
        Action::FadeInHere => "Fade in to playhead",
        Action::FadeOutHere => "Fade out from playhead",
        Action::ToggleVisible => "Layer visible",
        Action::ToggleSolo => "Solo layer",
        Action::ToggleLock => "Lock layer",
        Action::LaneTaller => "Taller lane",
        Action::LaneLower => "Lower lane",
        Action::PlayPause => "Play",
        Action::Stop => "Stop",
        Action::PlayFromIn => "Play from in point",
        Action::ShuttleBack => "Shuttle backwards",
        Action::ShuttleStop => "Shuttle stop",
        Action::ShuttleForward => "Shuttle forwards",
        Action::StepBack => "One frame back",
        Action::StepForward => "One frame forward",
        Action::SecondBack => "One second back",
        Action::SecondForward => "One second forward",
        Action::ToStart => "To the start",
        Action::ToEnd => "To the end",
        Action::PreviousEdit => "To the previous edit",
        Action::NextEdit => "To the next edit",
        Action::PreviousMarker => "To the previous marker",
        Action::NextMarker => "To the next marker",
        Action::GoToTime => "Go to a time…",
        Action::NextTimeFormat => "Change time format",
        Action::ToggleLoop => "Loop",
        Action::LoopIn => "Begin loop at playhead",
        Action::LoopOut => "End loop at playhead",
        Action::ClearLoop => "Loop everything",
        Action::LoopSelection => "Loop the selection",
        Action::AddMarker => "Add marker",
        Action::ShowMedia => "Media",
        Action::ShowInspector => "Inspector",
        Action::ShowPerformance => "Performance",
        Action::ShowTimeline => "Timeline",
        Action::ShowHistory => "Performance over time",
        Action::ShowLog => "Log",
        Action::ShowSteps => "Undo history",
        Action::ShowPalette => "Find a command…",
        Action::Output => "Output",
        Action::OutputWindow => "Output in a window of its own",
        Action::Blackout => "Output black",
        Action::TestPattern => "Test pattern on the output",
        Action::OutputFigures => "Figures on the output",
        Action::ShowDoctor => "Doctor: will it hold?",
        Action::ShowOverlay => "Figures over the picture",
        Action::PreviewOnly => "Preview only",
        Action::Fullscreen => "Full screen",
        Action::ZoomIn => "Zoom timeline in",
        Action::ZoomOut => "Zoom timeline out",
        Action::ZoomFit => "Fit timeline",
        Action::ZoomSelection => "Zoom to selection",
        Action::ToggleSnap => "Snap",
        Action::ShowShortcuts => "Keyboard shortcuts",
        Action::ShowAbout => "About Sextet",
        Action::ResetStats => "Reset counts",
        Action::CopyReport => "Copy report",
    }
}
