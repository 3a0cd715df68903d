//! Sequences of edits on a project: its rules hold after each, and undo leads back through every state.

use proptest::prelude::*;
use sextet::project::{
    AlphaMode, BlendMode, Canvas, Clip, ClipEdit, ClipId, CornerPin, EditCommand, Fit, Flip,
    FramePolicy, History, Interpolation, Keyframe, LaneHeight, Layer, LayerEdit, LayerId, LoopMode,
    Marker, MarkerEdit, MediaEdit, MediaId, MediaRef, Parameter, Project, ProjectEdit, TimeRange,
    ToneMap, Transform,
};
use sextet::time::{FrameRate, Time};

/// Something a person may do to the document.
#[derive(Clone, Debug)]
enum Op {
    Edit(EditCommand),
    /// A drag over these changes, kept or taken back at the end.
    Gesture {
        edits: Vec<EditCommand>,
        is_kept: bool,
    },
    Undo,
    Redo,
}

/// Times on a coarse grid, so that clips meet, with some from beside the timeline and from its ends.
fn any_time() -> impl Strategy<Value = Time> {
    prop_oneof![
        20 => (-3_i64..30).prop_map(Time::from_seconds),
        1 => any::<i64>().prop_map(Time::from_flicks),
    ]
}

fn any_clip() -> impl Strategy<Value = Clip> {
    (0_u32..12, 0_u32..4, any_time(), any_time(), any_time()).prop_map(
        |(id, media, start, duration, media_in)| {
            let mut clip = Clip::new(ClipId(id), MediaId(media), start, duration);
            clip.media_in = media_in;
            clip
        },
    )
}

fn media(id: u32) -> MediaRef {
    let path = format!("/media/{id}.mov").into();
    MediaRef {
        id: MediaId(id),
        path,
        absolute_hint: None,
        fingerprint: None,
    }
}

fn layer_edit() -> impl Strategy<Value = EditCommand> {
    let id = || (0_u32..8).prop_map(LayerId);
    prop_oneof![
        (id(), 0_usize..9).prop_map(|(id, index)| EditCommand::Project(ProjectEdit::AddLayer {
            layer: Box::new(Layer::new(id, "new".to_owned(), 3)),
            index
        })),
        id().prop_map(|id| EditCommand::Layer(id, LayerEdit::Remove)),
        (id(), 0_usize..9)
            .prop_map(|(layer, index)| EditCommand::Layer(layer, LayerEdit::MoveTo(index))),
        (id(), "[a-zé]{0,6}")
            .prop_map(|(id, name)| EditCommand::Layer(id, LayerEdit::Rename(name))),
        (id(), any::<bool>())
            .prop_map(|(id, on)| EditCommand::Layer(id, LayerEdit::SetVisible(on))),
        (id(), any::<bool>()).prop_map(|(id, on)| EditCommand::Layer(id, LayerEdit::SetSolo(on))),
        (id(), prop::bool::weighted(0.2))
            .prop_map(|(id, on)| EditCommand::Layer(id, LayerEdit::SetLocked(on))),
        (id(), any::<f32>()).prop_map(|(id, angle)| {
            let transform = Transform {
                rotation_deg: angle,
                fit: Fit::Fill,
                ..Transform::default()
            };
            EditCommand::Layer(id, LayerEdit::SetTransform(transform))
        }),
    ]
}

/// Mostly what a parameter allows.
fn any_value() -> impl Strategy<Value = (Parameter, f32)> {
    let value = prop_oneof![6 => 0.1_f32..1.0, 1 => any::<f32>()];
    (prop::sample::select(Parameter::ALL.to_vec()), value)
}

fn picture_edit() -> impl Strategy<Value = EditCommand> {
    let id = || (0_u32..8).prop_map(LayerId);
    let number = || prop_oneof![6 => 0.1_f32..1.0, 1 => any::<f32>()];
    prop_oneof![
        (id(), 0_u8..8)
            .prop_map(|(id, colour)| EditCommand::Layer(id, LayerEdit::SetColourIndex(colour))),
        id().prop_map(|id| EditCommand::Layer(id, LayerEdit::SetHeight(LaneHeight::Tall))),
        id().prop_map(|id| EditCommand::Layer(
            id,
            LayerEdit::SetFramePolicy(FramePolicy::NeverSkip)
        )),
        id().prop_map(|id| EditCommand::Layer(id, LayerEdit::SetAlpha(AlphaMode::Premultiplied))),
        id().prop_map(|id| EditCommand::Layer(id, LayerEdit::SetToneMap(ToneMap::Soft))),
        (id(), prop::sample::select(BlendMode::ALL.to_vec()))
            .prop_map(|(id, mode)| EditCommand::Layer(id, LayerEdit::SetBlend(mode))),
        (id(), any::<bool>(), any::<bool>()).prop_map(|(id, across, down)| EditCommand::Layer(
            id,
            LayerEdit::SetFlip(Flip { across, down })
        )),
        (
            id(),
            prop::option::of(prop::array::uniform4(prop::array::uniform2(number())))
        )
            .prop_map(|(id, offsets)| {
                let pin = offsets.map(|offsets_px| CornerPin { offsets_px });
                EditCommand::Layer(id, LayerEdit::SetCornerPin(pin))
            }),
    ]
}

fn keyframe_edit() -> impl Strategy<Value = EditCommand> {
    let layer = || (1_u32..4).prop_map(LayerId);
    let interpolation = || prop::sample::select(Interpolation::ALL.to_vec());
    prop_oneof![
        (
            layer(),
            any_time(),
            prop::collection::vec(any_value(), 0..4)
        )
            .prop_map(|(layer, at, values)| EditCommand::Layer(
                layer,
                LayerEdit::SetParameters { at, values }
            )),
        (layer(), any_time(), any_value(), interpolation()).prop_map(
            |(layer, time, (parameter, value), interpolation)| {
                let key = Keyframe {
                    time,
                    value,
                    interpolation,
                };
                EditCommand::Layer(layer, LayerEdit::SetKeyframe { parameter, key })
            }
        ),
        (layer(), any_time(), any_value()).prop_map(|(layer, time, (parameter, _))| {
            EditCommand::Layer(layer, LayerEdit::RemoveKeyframe { parameter, time })
        }),
        (layer(), any_time(), any_time(), any_value()).prop_map(
            |(layer, from, to, (parameter, value))| {
                EditCommand::Layer(
                    layer,
                    LayerEdit::MoveKeyframe {
                        parameter,
                        from,
                        to,
                        value,
                    },
                )
            }
        ),
        (layer(), any_value()).prop_map(|(layer, (parameter, _))| {
            EditCommand::Layer(layer, LayerEdit::ClearKeyframes(parameter))
        }),
    ]
}

fn clip_edit() -> impl Strategy<Value = EditCommand> {
    let id = || (0_u32..12).prop_map(ClipId);
    let layer = || (0_u32..8).prop_map(LayerId);
    let modes = [
        LoopMode::Once,
        LoopMode::HoldLast,
        LoopMode::Loop,
        LoopMode::PingPong,
        LoopMode::Times(3),
        LoopMode::Times(0),
    ];
    prop_oneof![
        4 => (layer(), any_clip()).prop_map(|(layer, clip)| EditCommand::Layer(layer, LayerEdit::AddClip(clip))),
        1 => id().prop_map(|id| EditCommand::Clip(id, ClipEdit::Remove)),
        4 => (id(), layer(), any_time())
            .prop_map(|(clip, layer, start)| EditCommand::Clip(clip, ClipEdit::Move { layer, start })),
        4 => (id(), any_time(), any_time(), prop::option::of(any_time())).prop_map(
            |(clip, start, duration, media_length)| EditCommand::Clip(clip, ClipEdit::Trim { start, duration, media_length })
        ),
        1 => (id(), any_time()).prop_map(|(clip, phase)| EditCommand::Clip(clip, ClipEdit::SetPhase(phase))),
        1 => (id(), prop_oneof![-12.0_f64..12.0, any::<f64>()])
            .prop_map(|(clip, speed)| EditCommand::Clip(clip, ClipEdit::SetSpeed(speed))),
        1 => (id(), prop::sample::select(modes.to_vec()))
            .prop_map(|(clip, mode)| EditCommand::Clip(clip, ClipEdit::SetLoopMode(mode))),
        1 => (id(), any_time(), prop::option::of(any_time())).prop_map(
            |(clip, media_in, media_out)| EditCommand::Clip(clip, ClipEdit::SetMediaSpan { media_in, media_out })
        ),
        2 => (id(), any_time(), any_time())
            .prop_map(|(clip, fade_in, fade_out)| EditCommand::Clip(clip, ClipEdit::SetFades { fade_in, fade_out })),
    ]
}

fn document_edit() -> impl Strategy<Value = EditCommand> {
    prop_oneof![
        (0_u32..6).prop_map(|id| EditCommand::Media(MediaEdit::Add(media(id)))),
        (0_u32..6).prop_map(|id| EditCommand::Media(MediaEdit::Remove(MediaId(id)))),
        (0_u32..6).prop_map(|id| EditCommand::Media(MediaEdit::Update(media(id)))),
        (0_u32..20_000, 1_u32..5000).prop_map(|(width_px, height_px)| {
            let frame_rate = FrameRate::FPS_60;
            EditCommand::Project(ProjectEdit::SetCanvas(Canvas {
                width_px,
                height_px,
                frame_rate,
                background: [0.5; 3],
            }))
        }),
        any_time().prop_map(|time| EditCommand::Marker(MarkerEdit::Add(Marker {
            time,
            name: "here".to_owned(),
            colour: 2,
            note: String::new(),
        }))),
        (0_usize..4).prop_map(|index| EditCommand::Marker(MarkerEdit::Remove(index))),
        (0_usize..4, any_time())
            .prop_map(|(index, time)| EditCommand::Marker(MarkerEdit::Move { index, time })),
        (0_usize..4, "[a-zé]{0,6}")
            .prop_map(|(index, name)| EditCommand::Marker(MarkerEdit::Rename(index, name))),
        (0_usize..4, 0_u8..8)
            .prop_map(|(index, colour)| EditCommand::Marker(MarkerEdit::SetColour(index, colour))),
        (0_usize..4, "[a-zé]{0,6}")
            .prop_map(|(index, note)| EditCommand::Marker(MarkerEdit::SetNote(index, note))),
        "[a-zé \"\n]{0,20}".prop_map(|notes| EditCommand::Project(ProjectEdit::SetNotes(notes))),
        prop::option::of((any_time(), any_time())).prop_map(|range| {
            EditCommand::Project(ProjectEdit::SetLoopRange(
                range.map(|(start, end)| TimeRange { start, end }),
            ))
        }),
        any::<bool>().prop_map(|on| EditCommand::Project(ProjectEdit::SetLooping(on))),
    ]
}

fn single_edit() -> impl Strategy<Value = EditCommand> {
    prop_oneof![
        2 => layer_edit(),
        2 => picture_edit(),
        3 => keyframe_edit(),
        8 => clip_edit(),
        2 => document_edit(),
    ]
}

fn any_edit() -> impl Strategy<Value = EditCommand> {
    let batch = prop::collection::vec(single_edit(), 0..4)
        .prop_map(|commands| EditCommand::Batch(commands, "Several".into()));
    prop_oneof![15 => single_edit(), 1 => batch]
}

fn any_op() -> impl Strategy<Value = Op> {
    let gesture = (prop::collection::vec(clip_edit(), 0..5), any::<bool>())
        .prop_map(|(edits, is_kept)| Op::Gesture { edits, is_kept });
    prop_oneof![
        8 => any_edit().prop_map(Op::Edit),
        2 => gesture,
        1 => Just(Op::Undo),
        1 => Just(Op::Redo),
    ]
}

fn start() -> Project {
    let seconds = Time::from_seconds;
    Project::with_media_layers(&[
        ("/media/1.mov".into(), seconds(4)),
        ("/media/2.mov".into(), seconds(6)),
        ("/media/3.mov".into(), seconds(5)),
    ])
}

fn carry_out(history: &mut History, op: &Op) -> Result<(), TestCaseError> {
    match op {
        Op::Edit(edit) => {
            let before = history.project_arc();
            if history.apply(edit).is_err() {
                prop_assert_eq!(history.project(), &*before, "refused, so nothing changed");
            }
        }
        Op::Gesture { edits, is_kept } => {
            let before = history.project_arc();
            history.begin("Gesture");
            for edit in edits {
                // Refused changes are part of a drag.
                let shown = history.project_arc();
                if history.gesture_edit(edit).is_err() {
                    prop_assert_eq!(history.project(), &*shown);
                }
            }
            if *is_kept {
                history.commit();
            } else {
                history.cancel();
                prop_assert_eq!(history.project(), &*before, "taken back");
            }
        }
        Op::Undo => {
            history.undo();
        }
        Op::Redo => {
            history.redo();
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_rules_hold_after_every_edit(ops in prop::collection::vec(any_op(), 0..60)) {
        let mut history = History::new(start());
        for op in &ops {
            carry_out(&mut history, op)?;
            prop_assert_eq!(history.project().validate(), Ok(()), "after {:?}", op);
            prop_assert_eq!(history.is_dirty(), *history.project() != start());
        }
    }

    #[test]
    fn undoing_leads_back_through_every_state_and_redoing_forward_again(
        edits in prop::collection::vec(any_edit(), 0..60),
    ) {
        let mut history = History::new(start());
        let mut states = vec![history.project_arc()];
        for edit in &edits {
            if history.apply(edit).is_ok() && history.project() != &**states.last().expect("one") {
                states.push(history.project_arc());
            }
        }
        for state in states.iter().rev().skip(1) {
            prop_assert!(history.undo());
            prop_assert_eq!(history.project(), &**state);
        }
        prop_assert!(!history.undo());
        prop_assert!(!history.is_dirty());
        for state in states.iter().skip(1) {
            prop_assert!(history.redo());
            prop_assert_eq!(history.project(), &**state);
        }
        prop_assert!(!history.redo());
    }

    #[test]
    fn a_moved_clip_lies_no_further_from_where_it_was_wanted_than_any_free_place(
        clips in prop::collection::vec((0_i64..4, 1_i64..5), 0..6), wanted in 0_i64..40, length in 1_i64..6,
    ) {
        let mut project = start();
        let layer = project.layers[0].id;
        project.layers[0].clips.clear();
        let mut free_from = 0;
        for (id, (gap, length)) in (10..).zip(clips) {
            let start = free_from + gap;
            let clip =
                Clip::new(ClipId(id), MediaId(1), Time::from_seconds(start), Time::from_seconds(length));
            project = EditCommand::Layer(layer, LayerEdit::AddClip(clip)).applied_to(&project).expect("there is room");
            free_from = start + length;
        }
        let duration = Time::from_seconds(length);
        let wanted = Time::from_seconds(wanted);
        let fits = |start: Time| {
            let clip = Clip::new(ClipId(99), MediaId(1), start, duration);
            EditCommand::Layer(layer, LayerEdit::AddClip(clip)).applied_to(&project).is_ok()
        };
        // All edges lie on whole seconds: the nearest place is on one, or a flick beside it.
        let places = (0..80).flat_map(|place| {
            (-1..=1).map(move |flick| Time::from_seconds(place) + Time::from_flicks(flick))
        });
        let nearest = places.filter(|place| fits(*place)).min_by_key(|place| (*place - wanted).abs());
        prop_assert_eq!(Some(project.room_near(layer, wanted, duration, None)), nearest);
        let free = project.free_span_near(layer, wanted, duration, None);
        let is_free = |start: Time| {
            let clips = &project.layers[0].clips;
            clips.iter().all(|clip| clip.end() <= start || start + duration <= clip.start)
        };
        let nearest_free = (0..80)
            .map(Time::from_seconds)
            .filter(|place| is_free(*place))
            .min_by_key(|place| (*place - wanted).abs());
        prop_assert_eq!(Some(free), nearest_free);
    }
}

proptest! {
    // Each case waits for the disk.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_edits_lead_to_comes_back_from_a_file(ops in prop::collection::vec(any_op(), 0..60)) {
        let mut history = History::new(start());
        for op in &ops {
            carry_out(&mut history, op)?;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.ron");
        sextet::project::storage::file::save(history.project(), &path).expect("saves");
        prop_assert_eq!(&sextet::project::storage::file::load(&path).expect("loads"), history.project());
    }
}
