//! Commands as words, and the parameter tree: what prints is read again as the same, every parameter takes what it says
//! and nothing else, and what is refused names the path.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use sextet::command::operation::ContextOperation;
use sextet::command::tree::{self, Kind, Node, ParameterPath, Stream, TreeError, Value};
use sextet::command::{
    Action, Assignment, Command, FileCommand, HistoryCommand, OutputCommand, PlaceOn,
    ReportCommand, TransportCommand, TreeContext, UnsavedAnswer, WindowCommand,
};
use sextet::control::{Controller, ControllerOptions};
use sextet::engine::EngineOptions;
use sextet::project::{
    BlendMode, Clip, ClipEdit, ClipId, CornerPin, EditCommand, Interpolation, Keyframe, Layer,
    LayerEdit, LayerId, LoopMode, Marker, MarkerEdit, MediaEdit, MediaId, MediaRef, Parameter,
    Project, ProjectEdit, TimeRange,
};
use sextet::settings::{PrebufferDepth, Settings, ThemeChoice};
use sextet::status::program::{Answer, OutputPicture};
use sextet::time::Time;
use sextet::time::path_text::from_bytes;
use sextet::transport::Direction;

fn seconds(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

/// Two layers of two clips each, from the back `Titles` and `a/b 2`; two markers.
fn sample() -> Project {
    let files = [
        ("/m/a.mov".into(), seconds(4)),
        ("/m/b.mov".into(), seconds(4)),
    ];
    let mut project = Project::with_media_layers(&files);
    for (place, name) in ["a/b 2", "Titles"].into_iter().enumerate() {
        let layer = &mut project.layers[place];
        layer.name = String::from(name);
        let id = ClipId(11 + place as u32);
        let clip = Clip::new(id, MediaId(1), seconds(10), seconds(2));
        layer.clips.push(clip);
    }
    for (time, name) in [(1, "Intro"), (5, "End")] {
        project.markers.push(Marker {
            time: seconds(time),
            name: name.to_owned(),
            colour: 1,
            note: String::new(),
        });
    }
    assert_eq!(project.validate(), Ok(()), "the rules hold");
    project
}

fn set(path: &str, value: &str) -> Assignment {
    Assignment {
        path: path.parse().expect("a path"),
        value: value.to_owned(),
    }
}

fn value_of(project: &Project, path: &str) -> Value {
    let context = TreeContext::at_rest(project);
    let path = path.parse().expect("a path");
    let node = tree::read(&context, &path).expect("a parameter");
    node.value.expect("a value")
}

/// The project after a setting.
fn after(project: &Project, path: &str, value: &str) -> Project {
    let context = TreeContext::at_rest(project);
    match tree::resolve(&context, &set(path, value)) {
        Ok(Command::Edit(HistoryCommand::Apply(edit))) => {
            edit.applied_to(project).expect("it was tried")
        }
        other => panic!("{path} {value}: {other:?}"),
    }
}

fn refusal(project: &Project, path: &str, value: &str) -> String {
    let refused = tree::resolve(&TreeContext::at_rest(project), &set(path, value));
    let told = refused.expect_err("it is refused").to_string();
    assert!(told.contains(path), "{told}");
    assert!(!told.contains('\n'), "{told}");
    told
}

#[test]
fn layers_are_numbered_from_the_back_and_named() {
    let project = sample();
    let titles = Value::Text("Titles".to_owned());
    assert_eq!(value_of(&project, "/layer/1/name"), titles);
    assert_eq!(value_of(&project, "/layer/Titles/name"), titles);
    let changed = after(&project, "/layer/a%2Fb%202/opacity", "0.5");
    assert_eq!(changed.layers[0].opacity, 0.5);
    assert_eq!(after(&project, "/layer/2/opacity", "0.5"), changed);
    let mut same = project.clone();
    same.layers[0].name = "Titles".to_owned();
    let told = refusal(&same, "/layer/Titles/opacity", "1");
    assert!(told.contains("layers 1, 2 are called"), "{told}");
    let told = refusal(&project, "/layer/Nobody/opacity", "1");
    assert!(told.contains("no layer is called"), "{told}");
    let mut number = project;
    number.layers[0].name = "1".to_owned();
    assert_eq!(value_of(&number, "/layer/1/name"), titles);
    assert_eq!(
        value_of(&number, "/layer/%31/name"),
        Value::Text("1".to_owned())
    );
}

#[test]
fn what_is_read_can_be_set_and_changes_nothing() {
    let mut project = sample();
    // A corner that is set turns the pin on.
    for layer in &mut project.layers {
        layer.corner_pin = Some(CornerPin::default());
    }
    let context = TreeContext::at_rest(&project);
    let nodes = tree::nodes(&context);
    let parameters = nodes.iter().filter(|node| node.value.is_some());
    let mut edits = 0;
    for node in parameters.filter(|node| node.is_writable) {
        let value = node.value.as_ref().expect("filtered").to_string();
        let setting = set(&node.path.to_string(), &value);
        match tree::resolve(&context, &setting).expect("its own value") {
            Command::Edit(HistoryCommand::Apply(edit)) => {
                assert_eq!(edit.applied_to(&project).as_ref(), Ok(&project), "{edit:?}");
                edits += 1;
            }
            Command::Window(WindowCommand::SetSettings(settings)) => {
                assert_eq!(*settings, Settings::default());
            }
            Command::Transport(_) | Command::Output(_) => {}
            other => panic!("{node:?}: {other:?}"),
        }
    }
    assert!(edits > 2 * Parameter::ALL.len(), "{edits}");
}

#[test]
fn every_path_is_there_once_and_finds_its_node() {
    let project = sample();
    let context = TreeContext::at_rest(&project);
    let nodes = tree::nodes(&context);
    for node in &nodes {
        let same = nodes.iter().filter(|other| other.path == node.path);
        assert_eq!(same.count(), 1, "{}", node.path);
        let path: ParameterPath = node.path.to_string().parse().expect("a path");
        assert_eq!(tree::read(&context, &path).as_ref(), Ok(node));
    }
    for path in [
        "/layer/1/opacity",
        "/transport/play",
        "/file/save",
        "/edit/undo",
    ] {
        let is_there = nodes.iter().any(|node| node.path.to_string() == path);
        assert!(is_there, "{path}");
    }
    let actions = nodes.iter().filter(|node| node.kind.name() == "action");
    assert!(actions.count() > Action::all().count(), "and more words");
}

#[test]
fn values_of_another_type_or_out_of_range_are_refused_with_what_is_taken() {
    let project = sample();
    let context = TreeContext::at_rest(&project);
    for node in tree::nodes(&context) {
        let Node { path, kind, .. } = &node;
        let wrong: &[&str] = match kind {
            Kind::Bool | Kind::Choice(_) | Kind::Rate => &["nonsense", "-7", ""],
            Kind::Int { .. } | Kind::Float { .. } | Kind::Speed { .. } | Kind::Time { .. } => {
                &["nan", "inf", "-inf", "1e300", "-1e300", "nonsense", ""]
            }
            Kind::Text { .. } | Kind::Action { .. } => continue,
        };
        for value in wrong.iter().filter(|_| node.is_writable) {
            let told = refusal(&project, &path.to_string(), value);
            assert!(told.contains(" takes "), "{told}");
        }
    }
    assert_eq!(
        refusal(&project, "/layer/2/opacity", "1.5"),
        "/layer/2/opacity takes a number from 0 to 1, not \"1.5\""
    );
    let long = "x".repeat(2000);
    let told = refusal(&project, "/layer/1/name", &long);
    assert!(told.len() < 200, "{told}");
    assert!(refusal(&project, "/layer/1/clip/1/speed", "0").contains("not 0"));
}

#[test]
fn what_cannot_be_set_says_why() {
    let mut project = sample();
    project.layers[1].is_locked = true;
    for (path, value, told) in [
        ("/layer/9/opacity", "1", "the number must be 1 to 2"),
        ("/layer/0/opacity", "1", "the number must be 1 to 2"),
        ("/layer/1/clip/3/speed", "1", "the number must be 1 to 2"),
        ("/layer/1/opacty", "1", "there is no"),
        ("/layer/1", "1", "there is no"),
        ("/layer", "1", "there is no"),
        ("/nothing", "1", "there is no"),
        ("/project/duration", "1", "can be read but not set"),
        ("/transport/play", "1", "is an action"),
        ("/layer/1/clip/1/speed", "2", "\"Titles\" is locked"),
        ("/transport/loop/end", "0", "the loop range must"),
        ("/layer/2/clip/1/media-out", "0", "out point"),
        ("/output/display", "2", "a whole number from 1 to 1"),
    ] {
        let refused = refusal(&project, path, value);
        assert!(refused.contains(told), "{refused}");
    }
    let empty = Project::default();
    let told = refusal(&empty, "/marker/1/time", "1");
    assert!(told.contains("there is no marker at all"), "{told}");
    // Its picture is no matter of its clips.
    after(&project, "/layer/1/opacity", "0.25");
}

#[test]
fn a_number_with_keyframes_gets_a_key_at_the_playhead() {
    let mut project = sample();
    let key = LayerEdit::SetKeyframe {
        parameter: Parameter::Opacity,
        key: Keyframe {
            time: seconds(1),
            value: 1.0,
            interpolation: Interpolation::Linear,
        },
    };
    let layer = project.layers[1].id;
    project = EditCommand::Layer(layer, key)
        .applied_to(&project)
        .expect("keys");
    let mut context = TreeContext::at_rest(&project);
    context.transport.playhead = seconds(3);
    let resolved = tree::resolve(&context, &set("/layer/1/opacity", "0.5"));
    let Ok(Command::Edit(HistoryCommand::Apply(edit))) = resolved else {
        panic!("{resolved:?}");
    };
    let changed = edit.applied_to(&project).expect("it was tried");
    let track = changed.layers[1].track(Parameter::Opacity).expect("kept");
    let keys: Vec<_> = track.keys.iter().map(|key| (key.time, key.value)).collect();
    assert_eq!(keys, [(seconds(1), 1.0), (seconds(3), 0.5)]);
    context.project = &changed;
    context.transport.playhead = seconds(2);
    let path = "/layer/1/opacity".parse().expect("a path");
    let shown = tree::read(&context, &path).expect("there").value;
    assert_eq!(shown, Some(Value::Float(0.75)), "at the playhead");
}

#[test]
fn every_area_is_set_by_what_carries_it_out_by_hand() {
    let project = sample();
    let changed = after(&project, "/layer/Titles/blend", "multiply");
    assert_eq!(changed.layers[1].blend, BlendMode::Multiply);
    let changed = after(&project, "/layer/1/visible", "toggle");
    assert!(!changed.layers[1].is_visible, "it was visible");
    let changed = after(&project, "/layer/1/top-left-x", "12");
    assert!(changed.layers[1].corner_pin.is_some(), "turned on");
    let changed = after(&changed, "/layer/1/corner-pin", "off");
    assert_eq!(changed.layers[1].corner_pin, None);
    let changed = after(&project, "/layer/1/clip/2/start", "20");
    assert_eq!(changed.layers[1].clips[1].start, seconds(20));
    let changed = after(&project, "/layer/1/clip/1/loops", "3");
    assert_eq!(changed.layers[1].clips[0].loop_mode, LoopMode::Times(3));
    let changed = after(&changed, "/layer/1/clip/1/loop-mode", "ping-pong");
    assert_eq!(changed.layers[1].clips[0].loop_mode, LoopMode::PingPong);
    let changed = after(&project, "/layer/1/clip/1/phase", "90f");
    let phase = Time::from_seconds_f64(1.5);
    assert_eq!(changed.layers[1].clips[0].phase, phase);
    let changed = after(&project, "/layer/1/clip/1/fade-out", "1s");
    assert_eq!(changed.layers[1].clips[0].fade_out, seconds(1));
    let changed = after(&project, "/marker/Intro/time", "00:00:02:00");
    assert_eq!(changed.markers[0].time, seconds(2));
    let changed = after(&project, "/canvas/rate", "30000/1001");
    assert_eq!(changed.canvas.frame_rate.num(), 30_000);
    let changed = after(&project, "/transport/loop/end", "3");
    let range = changed.loop_range.expect("set");
    assert_eq!((range.start, range.end), (Time::ZERO, seconds(3)));
    let changed = after(&changed, "/transport/loop/start", "none");
    assert_eq!(changed.loop_range, None);

    let context = TreeContext::at_rest(&project);
    let resolved = |path, value| tree::resolve(&context, &set(path, value)).expect("it is taken");
    for (path, value, command) in [
        (
            "/transport/position",
            "90f",
            TransportCommand::SeekTo(Time::from_seconds_f64(1.5)).into(),
        ),
        ("/transport/playing", "1", TransportCommand::Play.into()),
        (
            "/transport/playing",
            "false",
            TransportCommand::Pause.into(),
        ),
        (
            "/transport/speed",
            "-2",
            TransportCommand::SetSpeed(-2.0).into(),
        ),
        (
            "/output/open",
            "toggle",
            OutputCommand::SetOpen(true).into(),
        ),
        (
            "/output/picture",
            "black",
            OutputCommand::SetPicture(OutputPicture::Black).into(),
        ),
    ] as [(&str, &str, Command); 6]
    {
        assert_eq!(resolved(path, value), command);
    }
    let Command::Window(WindowCommand::SetSettings(settings)) =
        resolved("/settings/theme", "light")
    else {
        panic!("settings are set");
    };
    assert_eq!(settings.look.theme, ThemeChoice::Light);
}

#[test]
fn settings_of_one_path_in_a_row_are_one_step_of_undo() {
    let project = sample();
    let mut history = sextet::project::History::new(project.clone());
    let mut stream = Stream::default();
    let mut now = Time::ZERO;
    for value in ["0.9", "0.8", "0.7"] {
        let setting = set("/layer/1/opacity", value);
        let context = TreeContext::at_rest(history.project());
        let Ok(Command::Edit(HistoryCommand::Apply(edit))) = tree::resolve(&context, &setting)
        else {
            panic!("an edit");
        };
        for command in stream.edit(&setting.path, edit, now) {
            match command {
                HistoryCommand::BeginGesture(name) => history.begin(name),
                HistoryCommand::GestureEdit(edit) => history.gesture_edit(&edit).expect("tried"),
                other => panic!("{other:?}"),
            }
        }
        now += Time::from_seconds_f64(0.1);
    }
    assert_eq!(stream.end(), Some(HistoryCommand::CommitGesture));
    history.commit();
    assert_eq!(history.project().layers[1].opacity, 0.7);
    assert!(history.undo(), "one step");
    assert_eq!(*history.project(), project);
}

#[test]
fn actions_that_need_no_window_come_to_commands() {
    let project = sample();
    let mut context = TreeContext::at_rest(&project);
    context.transport.playhead = seconds(2);
    let next = ContextOperation::ToMarker(Direction::Forwards).command(&context);
    assert_eq!(next, Some(TransportCommand::SeekTo(seconds(5)).into()));
    let marked = ContextOperation::AddMarker.command(&context);
    let Some(Command::Edit(HistoryCommand::Apply(edit))) = marked else {
        panic!("{marked:?}");
    };
    let changed = edit.applied_to(&project).expect("there is room");
    assert_eq!(changed.markers[1].name, "Marker 3");
}

#[test]
fn a_program_without_a_window_sets_by_path_and_says_once_what_needs_one() {
    let options = ControllerOptions::headless(sample(), EngineOptions::default());
    let mut program = Controller::new(options, None, Arc::new(|| {})).expect("it starts");
    let read = |text: &str| text.parse::<Command>().expect("a command");
    program.execute_all(
        [
            "/layer/1/opacity 0.5",
            "/settings/prebuffer 7",
            "/settings/autosave 60",
            "/transport/position 2",
            "/transport/next-marker",
        ]
        .map(read),
    );
    let status = program.status();
    assert_eq!(status.project.layers[1].opacity, 0.5);
    let prebuffer = status.program.settings.playback.prebuffer;
    assert_eq!(prebuffer, PrebufferDepth::Frames(7));
    assert_eq!(status.program.settings.autosave_s, 60);
    assert_eq!(status.transport.playhead, seconds(5));
    assert!(status.messages.is_empty(), "{:?}", status.messages);
    program.execute_all(["/window/zoom-fit", "/layer/3/opacity 1", "/edit/undo"].map(read));
    let status = program.status();
    let told: Vec<_> = status
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    assert!(
        told[0].contains("/window/zoom-fit is carried out by the window"),
        "{told:?}"
    );
    assert!(told[1].contains("/layer/3/opacity"), "{told:?}");
    assert_eq!(told.len(), 2);
    assert_eq!(
        status.project.layers[1].opacity, 1.0,
        "an edit like one by hand"
    );
}

#[test]
fn words_are_read_as_people_write_them() {
    let read = |text: &str| text.parse::<Command>().map_err(|error| error.to_string());
    assert_eq!(read("/file/open"), Ok(FileCommand::OpenDialog.into()));
    let open = FileCommand::Open("/a b.ron".into());
    assert_eq!(read(" /file/open \"/a b.ron\" "), Ok(open.into()));
    assert_eq!(
        read("/transport/step -1"),
        Ok(TransportCommand::StepFrames(-1).into())
    );
    let zoom = WindowCommand::Perform(Action::ZoomFit);
    assert_eq!(read("/window/zoom-fit"), Ok(zoom.into()));
    let edit = EditCommand::Layer(LayerId(1), LayerEdit::SetSolo(true));
    assert_eq!(read("/edit/apply Layer(1, SetSolo(true))"), Ok(edit.into()));
    assert_eq!(
        read("/layer/2/name Two words"),
        Ok(set("/layer/2/name", "Two words").into())
    );
    for (text, told) in [
        ("", "begins with a slash"),
        ("play", "begins with a slash"),
        ("/file/save now", "takes no arguments"),
        ("/file/open a b", "takes the path of a project"),
        ("/transport/step x", "takes a number of frames"),
        ("/edit/apply Nonsense", "takes an edit as RON"),
        ("/layer/2/opacity", "write a value behind it"),
        ("/layer/2/name \"open", "write a value behind it"),
    ] {
        let refused = read(text).expect_err("it is refused");
        assert!(refused.contains(told), "{text}: {refused}");
    }
    let long = format!(
        "/layer/1/name {}",
        "x".repeat(sextet::command::MAX_COMMAND_BYTES)
    );
    assert!(read(&long).expect_err("long").contains("at most"));
}

#[test]
fn the_path_of_an_action_is_how_its_command_prints() {
    for action in Action::all() {
        let command = action.command();
        assert_eq!(command.to_string(), action.path());
        assert_eq!(action.path().parse(), Ok(command));
    }
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        (-9_i64..99).prop_map(Time::from_seconds),
        any::<i64>().prop_map(Time::from_flicks),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z \"\\\\/(),%\n]{0,9}"]
}

/// The path of a file: Unicode for the most part, and never with a NUL.
fn path() -> impl Strategy<Value = PathBuf> {
    let of_bytes = prop::collection::vec(1_u8.., 0..12)
        .prop_map(|bytes| from_bytes(bytes).unwrap_or_else(|| "not on this system".into()));
    prop_oneof![
        4 => text().prop_map(|text| text.replace('\0', "0").into()),
        1 => of_bytes,
    ]
}

fn number() -> impl Strategy<Value = f32> {
    prop_oneof![-9.0_f32..9.0, prop::num::f32::NORMAL | prop::num::f32::ZERO]
}

fn media_ref() -> impl Strategy<Value = MediaRef> {
    (any::<u32>(), path(), prop::option::of(path())).prop_map(|(id, path, hint)| MediaRef {
        id: MediaId(id),
        path,
        absolute_hint: hint,
        fingerprint: None,
    })
}

fn single_edit() -> impl Strategy<Value = EditCommand> {
    let layer = || any::<u32>().prop_map(LayerId);
    let clip = || any::<u32>().prop_map(ClipId);
    prop_oneof![
        media_ref().prop_map(|media| EditCommand::Media(MediaEdit::Add(media))),
        (layer(), text()).prop_map(|(id, name)| EditCommand::Layer(id, LayerEdit::Rename(name))),
        (
            layer(),
            time(),
            prop::collection::vec((prop::sample::select(Parameter::ALL), number()), 0..4)
        )
            .prop_map(|(id, at, values)| EditCommand::Layer(
                id,
                LayerEdit::SetParameters { at, values }
            )),
        (
            layer(),
            prop::option::of(prop::array::uniform4(prop::array::uniform2(number())))
        )
            .prop_map(|(id, pin)| {
                let pin = pin.map(|offsets_px| CornerPin { offsets_px });
                EditCommand::Layer(id, LayerEdit::SetCornerPin(pin))
            }),
        (clip(), layer(), time())
            .prop_map(|(id, layer, start)| EditCommand::Clip(id, ClipEdit::Move { layer, start })),
        (clip(), prop::num::f64::NORMAL)
            .prop_map(|(id, speed)| EditCommand::Clip(id, ClipEdit::SetSpeed(speed))),
        (any::<usize>(), text())
            .prop_map(|(index, name)| EditCommand::Marker(MarkerEdit::Rename(index, name))),
        text().prop_map(|notes| EditCommand::Project(ProjectEdit::SetNotes(notes))),
        (time(), time()).prop_map(
            |(start, end)| EditCommand::Project(ProjectEdit::SetLoopRange(Some(TimeRange {
                start,
                end
            })))
        ),
        (any::<u32>(), text(), any::<usize>()).prop_map(|(id, name, index)| {
            let mut layer = Layer::new(LayerId(id), name, 3);
            layer
                .clips
                .push(Clip::new(ClipId(1), MediaId(1), Time::ZERO, seconds(1)));
            let layer = Box::new(layer);
            EditCommand::Project(ProjectEdit::AddLayer { layer, index })
        }),
    ]
}

fn any_edit() -> impl Strategy<Value = EditCommand> {
    let batch = (prop::collection::vec(single_edit(), 0..3), text())
        .prop_map(|(edits, name)| EditCommand::Batch(edits, name.into()));
    prop_oneof![4 => single_edit(), 1 => batch]
}

fn file() -> impl Strategy<Value = FileCommand> {
    let media = || any::<u32>().prop_map(MediaId);
    const ANSWERS: &[Answer] = &[
        Answer::Cancel,
        Answer::KeepBoth,
        Answer::SaveAs,
        Answer::OpenBackup,
    ];
    const UNSAVED: &[UnsavedAnswer] = &[
        UnsavedAnswer::Save,
        UnsavedAnswer::Discard,
        UnsavedAnswer::Cancel,
    ];
    prop_oneof![
        path().prop_map(FileCommand::Open),
        prop::collection::vec(path(), 0..3).prop_map(FileCommand::AddFiles),
        any::<usize>().prop_map(FileCommand::NewFromTemplate),
        prop::sample::select(ANSWERS).prop_map(FileCommand::Answer),
        prop::sample::select(UNSAVED).prop_map(FileCommand::AnswerUnsaved),
        media().prop_map(FileCommand::RevealMedia),
        media().prop_map(FileCommand::ReplaceMediaDialog),
        (media(), any::<bool>())
            .prop_map(|(id, is_chosen)| FileCommand::ChooseRelink(id, is_chosen)),
        prop::sample::select(&[
            FileCommand::ForgetRecent,
            FileCommand::CancelTask,
            FileCommand::ApplyRelink,
            FileCommand::CloseRelink,
        ]),
    ]
}

fn history() -> impl Strategy<Value = HistoryCommand> {
    let on = prop_oneof![
        any::<u32>().prop_map(|id| PlaceOn::Layer(LayerId(id))),
        Just(PlaceOn::NewOnTop),
        Just(PlaceOn::NewBelow),
    ];
    prop_oneof![
        any::<usize>().prop_map(HistoryCommand::GoToStep),
        any_edit().prop_map(HistoryCommand::Apply),
        any_edit().prop_map(HistoryCommand::GestureEdit),
        text().prop_map(|name| HistoryCommand::BeginGesture(name.into())),
        Just(HistoryCommand::KeepGesture),
        Just(HistoryCommand::CommitGesture),
        Just(HistoryCommand::CancelGesture),
        (any::<u32>(), on, time()).prop_map(|(id, layer, start)| HistoryCommand::PlaceMedia {
            media: MediaId(id),
            layer,
            start,
        }),
    ]
}

fn transport() -> impl Strategy<Value = TransportCommand> {
    prop_oneof![
        Just(TransportCommand::Play),
        any::<i64>().prop_map(TransportCommand::StepFrames),
        time().prop_map(TransportCommand::Scrub),
        time().prop_map(TransportCommand::ScrubEnd),
        time().prop_map(TransportCommand::SeekTo),
        prop::num::f64::NORMAL.prop_map(TransportCommand::SetSpeed),
    ]
}

fn output() -> impl Strategy<Value = OutputCommand> {
    const PICTURES: &[OutputPicture] = &[
        OutputPicture::Canvas,
        OutputPicture::Black,
        OutputPicture::Pattern,
    ];
    let picture = || prop::sample::select(PICTURES);
    prop_oneof![
        any::<bool>().prop_map(OutputCommand::SetOpen),
        any::<usize>().prop_map(OutputCommand::SetDisplay),
        any::<bool>().prop_map(OutputCommand::SetWindowed),
        any::<bool>().prop_map(OutputCommand::SetFigures),
        picture().prop_map(OutputCommand::Show),
        picture().prop_map(OutputCommand::SetPicture),
    ]
}

fn window() -> impl Strategy<Value = WindowCommand> {
    let settings = (any::<u32>(), text(), text(), number()).prop_map(|(scale, name, key, size)| {
        let mut settings = Settings::default();
        settings.look.scale_percent = scale;
        settings.shortcuts.insert(name.clone(), vec![key]);
        settings.layout.panels.insert(name, size);
        WindowCommand::SetSettings(Box::new(settings))
    });
    prop_oneof![
        text().prop_map(WindowCommand::Tell),
        text().prop_map(WindowCommand::TellUndoable),
        text().prop_map(WindowCommand::CopyText),
        any::<u64>().prop_map(WindowCommand::DismissMessage),
        any::<usize>()
            .prop_map(|frames| WindowCommand::SetPrebuffer(PrebufferDepth::Frames(frames))),
        Just(WindowCommand::SetPrebuffer(PrebufferDepth::Auto)),
        (any::<u32>(), time()).prop_map(|(id, at)| WindowCommand::PreviewMedia(MediaId(id), at)),
        settings,
    ]
}

fn assignment() -> impl Strategy<Value = Assignment> {
    let name = "[a-z]{1,5}|[0-9]{1,4}|%2F[a-z]|%3[0-9]";
    (prop::collection::vec(name, 1..4), text()).prop_map(|(names, value)| Assignment {
        path: format!("/layer/{}", names.join("/"))
            .parse()
            .expect("a path"),
        value,
    })
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        file().prop_map(Command::from),
        history().prop_map(Command::from),
        transport().prop_map(Command::from),
        output().prop_map(Command::from),
        window().prop_map(Command::from),
        prop::sample::select(&[ReportCommand::ExportLog, ReportCommand::Examine])
            .prop_map(Command::from),
        assignment().prop_map(Command::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn every_command_is_read_as_the_one_that_printed(command in any_command()) {
        prop_assert_eq!(command.to_string().parse::<Command>(), Ok(command));
    }

    #[test]
    fn any_text_is_refused_or_prints_as_what_reads_the_same(
        text in prop_oneof![
            any::<String>(),
            "(/[a-z0-9%-]{1,8}){1,3} ?[a-z0-9 \".]{0,9}",
            "/(file/open|file/add|transport/seek|window/tell|edit/place-media) [a-z0-9 \".]{0,12}",
        ]
    ) {
        if let Ok(command) = text.parse::<Command>() {
            prop_assert_eq!(command.to_string().parse::<Command>(), Ok(command));
        }
    }

    #[test]
    fn any_setting_is_refused_or_holds_the_rules(
        place in any::<prop::sample::Index>(),
        value in prop_oneof![
            text(),
            any::<f64>().prop_map(|value| value.to_string()),
            "-?[0-9]{1,5}(\\.[0-9])?|none|toggle|on|[0-9]{1,3}f",
        ],
    ) {
        let project = sample();
        let context = TreeContext::at_rest(&project);
        let nodes = tree::nodes(&context);
        let path = nodes[place.index(nodes.len())].path.clone();
        match tree::resolve(&context, &Assignment { path, value }) {
            Ok(Command::Edit(HistoryCommand::Apply(edit))) => {
                prop_assert!(edit.applied_to(&project).is_ok());
            }
            Ok(command) => prop_assert!(!matches!(command, Command::Set(_))),
            Err(error) => prop_assert!(!matches!(error, TreeError::Unknown { .. }), "{}", error),
        }
    }
}
