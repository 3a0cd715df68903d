//! Media on its way into the project.
//!
//! ```text
//! files ─► opening (in the engine's project, not in the document) ─► all open or failed ─► one step of undo
//! ```
//!
//! A clip is as long as its file, and how long that is only opening tells. So files are given to the engine at once,
//! and to the document when the last of a batch is open: as media, layers and clips in one step. A file that cannot be
//! opened is told once and left out; the others are added all the same, and so is a live source that gives nothing yet,
//! which the engine tries again.

use std::collections::VecDeque;
use std::path::PathBuf;

use super::messages::Messages;
use crate::engine::Engine;
use crate::media::{host_in, is_live_address};
use crate::project::{
    Clip, EditCommand, EditError, History, Layer, LayerId, MAX_LAYERS, MAX_NAME_BYTES, MediaId,
    MediaRef, Project,
};
use crate::time::Time;
use crate::ui::command::PlaceOn;

/// How long a clip of a single picture is.
const STILL_DURATION: Time = Time::from_seconds(10);

/// How long a clip of a live source is at first; it may be made longer.
const LIVE_DURATION: Time = Time::from_seconds(600);

/// How many colours the theme has for layers.
const LAYER_COLOURS: u8 = 6;

/// What is known of a file once the engine has tried to open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It is still being opened.
    NotYet,
    /// It is open and lasts this long.
    Lasts(Time),
    /// It is a live source that gives nothing yet, for this reason.
    Silent(String),
    /// It cannot be opened, for this reason.
    Failed(String),
}

/// What the engine knows of a file.
pub(crate) fn opened(engine: &Engine, media: MediaId) -> Opened {
    if let Some(error) = engine.media_error(media) {
        let known = engine.project().media(media);
        return if known.is_some_and(|known| is_live_address(&known.path)) {
            Opened::Silent(error.to_owned())
        } else {
            Opened::Failed(error.to_owned())
        };
    }
    match engine.media_facts(media) {
        Some(facts) if facts.is_live() => Opened::Lasts(LIVE_DURATION),
        Some(facts) if facts.timing.frames() > 1 => Opened::Lasts(facts.timing.duration()),
        Some(_still) => Opened::Lasts(STILL_DURATION),
        None => Opened::NotYet,
    }
}

/// The batches that wait for their files, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    batches: VecDeque<Batch>,
}

#[derive(Debug)]
struct Batch {
    files: Vec<Incoming>,
    place: Place,
}

/// Where the clips of a batch go.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Each onto a layer of its own while there are free ones, beginning here.
    OwnLayers(Time),
    /// Onto this layer, as near as there is room to here.
    Layer(PlaceOn, Time),
}

#[derive(Debug)]
struct Incoming {
    media: MediaRef,
    opened: Opened,
}

impl Intake {
    /// Takes in files, given by absolute paths: each gets a layer of its own, with a clip that begins at `start`.
    ///
    /// A file that is in the bin already gets a clip and no second entry there.
    pub fn add_files(&mut self, paths: Vec<PathBuf>, start: Time, known: &Project) {
        let mut known = known.clone();
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let present = known.media.iter().find(|media| media.path == path);
            let media = present.cloned().unwrap_or_else(|| MediaRef {
                id: known.next_media_id(),
                path,
                absolute_hint: None,
                fingerprint: None,
            });
            if known.media(media.id).is_none() {
                known.media.push(media.clone());
            }
            files.push(Incoming::new(media));
        }
        if !files.is_empty() {
            let place = Place::OwnLayers(start);
            self.batches.push_back(Batch { files, place });
        }
    }

    /// Places a file of the bin on this layer.
    pub fn place(&mut self, media: &MediaRef, layer: PlaceOn, start: Time) {
        let files = vec![Incoming::new(media.clone())];
        let place = Place::Layer(layer, start);
        self.batches.push_back(Batch { files, place });
    }

    /// Forgets all that is on its way, because the document is another one.
    pub fn clear(&mut self) {
        self.batches.clear();
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The document with the files that are on their way in its bin: what the engine opens, and the bin shows.
    pub fn project_with(&mut self, document: &Project) -> Project {
        let mut project = document.clone();
        for incoming in self.batches.iter_mut().flat_map(|batch| &mut batch.files) {
            let media = &mut incoming.media;
            if let Some(present) = project.media.iter().find(|other| other.path == media.path) {
                media.clone_from(present);
                continue;
            }
            // An undo or redo meanwhile may have brought back a file with this number.
            if project.media(media.id).is_some() {
                media.id = project.next_media_id();
            }
            project.media.push(media.clone());
        }
        project
    }

    /// Adds each batch whose files are all open or failed to the document, as one step, and tells what failed.
    /// Gives whether there was such a batch.
    ///
    /// Waits while a gesture is open, so that the two steps do not mix.
    pub fn settle(
        &mut self,
        history: &mut History,
        opened: impl Fn(MediaId) -> Opened,
        messages: &mut Messages,
    ) -> bool {
        let mut is_any_settled = false;
        while let Some(batch) = self.batches.front_mut() {
            if !batch.update(&opened) || history.has_gesture() {
                break;
            }
            if let Some(batch) = self.batches.pop_front() {
                batch.add_to(history, messages);
                is_any_settled = true;
            }
        }
        is_any_settled
    }
}

impl Incoming {
    fn new(media: MediaRef) -> Self {
        Self {
            media,
            opened: Opened::NotYet,
        }
    }
}

impl Batch {
    /// Takes up what is known now, and gives whether all files are open or failed.
    fn update(&mut self, opened: &impl Fn(MediaId) -> Opened) -> bool {
        for file in &mut self.files {
            if file.opened == Opened::NotYet {
                file.opened = opened(file.media.id);
            }
        }
        self.files.iter().all(|file| file.opened != Opened::NotYet)
    }

    fn add_to(self, history: &mut History, messages: &mut Messages) {
        let mut plan = Plan::new(history.project().clone());
        let (name, longest) = match self.place {
            Place::OwnLayers(_) => ("Add media", self.longest()),
            Place::Layer(..) => ("Place clip", None),
        };
        // A list of files in an empty project plays in a loop, each repeating until the longest has ended.
        let shared = longest.filter(|_| plan.project.layers.is_empty());
        if shared.is_some() {
            plan.edit(EditCommand::SetLooping(true), messages);
        }
        for file in self.files {
            match file.opened {
                Opened::Failed(reason) => messages.error_about(&file.media.path, reason),
                Opened::NotYet => {}
                Opened::Silent(reason) => {
                    messages.error(format!("added, and tried again by itself: {reason}"));
                    let duration = shared.unwrap_or(LIVE_DURATION);
                    plan.add(&file.media, self.place, duration, messages);
                }
                Opened::Lasts(own) => {
                    plan.add(&file.media, self.place, shared.unwrap_or(own), messages);
                }
            }
        }
        plan.tell_leftover(messages);
        history.begin(name);
        if let Err(error) = history.gesture_edits(&plan.edits) {
            messages.error(error.to_string());
        }
        history.commit();
    }

    fn longest(&self) -> Option<Time> {
        let durations = self.files.iter().filter_map(|file| match file.opened {
            Opened::Lasts(duration) => Some(duration),
            Opened::Silent(_) => Some(LIVE_DURATION),
            _ => None,
        });
        durations.max()
    }
}

/// Edits that follow from each other, tried on a copy of the project as they are put down.
struct Plan {
    project: Project,
    edits: Vec<EditCommand>,
    leftover: usize,
}

impl Plan {
    fn new(project: Project) -> Self {
        Self {
            project,
            edits: Vec::new(),
            leftover: 0,
        }
    }

    /// Puts down an edit if it is allowed, otherwise tells why not. Gives whether it is.
    fn edit(&mut self, edit: EditCommand, messages: &mut Messages) -> bool {
        let tried: Result<(), EditError> = edit.apply(&mut self.project);
        match tried {
            Ok(()) => self.edits.push(edit),
            Err(ref error) => messages.error(error.to_string()),
        }
        tried.is_ok()
    }

    fn add(&mut self, media: &MediaRef, place: Place, duration: Time, messages: &mut Messages) {
        let is_in_bin = self.project.media(media.id).is_some()
            || self.edit(EditCommand::AddMedia(media.clone()), messages);
        if !is_in_bin {
            return;
        }
        let (layer, start) = match place {
            Place::OwnLayers(start) => (self.free_layer(media, messages), start),
            Place::Layer(PlaceOn::Layer(layer), start) => (Some(layer), start),
            Place::Layer(PlaceOn::NewOnTop, start) => (self.new_layer(0, media, messages), start),
            Place::Layer(PlaceOn::NewBelow, start) => {
                let below = self.project.layers.len();
                (self.new_layer(below, media, messages), start)
            }
        };
        let Some(layer) = layer else {
            self.leftover += 1;
            return;
        };
        let start = self.project.free_span_near(layer, start, duration, None);
        let clip = Clip::new(self.project.next_clip_id(), media.id, start, duration);
        self.edit(EditCommand::AddClip(layer, clip), messages);
    }

    /// A new layer while there may be more, then one without clips.
    fn free_layer(&mut self, media: &MediaRef, messages: &mut Messages) -> Option<LayerId> {
        self.new_layer(0, media, messages).or_else(|| {
            let mut layers = self.project.layers.iter().rev();
            let free = layers.find(|layer| layer.clips.is_empty() && !layer.is_locked);
            free.map(|layer| layer.id)
        })
    }

    /// A new layer at this place from the top, named after the file; none when there are as many as there may be.
    fn new_layer(
        &mut self,
        index: usize,
        media: &MediaRef,
        messages: &mut Messages,
    ) -> Option<LayerId> {
        if self.project.layers.len() >= MAX_LAYERS {
            return None;
        }
        let id = self.project.next_layer_id();
        let layer = Layer::new(id, layer_name(media), self.free_colour());
        let added = self.edit(EditCommand::AddLayer { layer, index }, messages);
        added.then_some(id)
    }

    fn free_colour(&self) -> u8 {
        let is_free = |colour: &u8| {
            self.project
                .layers
                .iter()
                .all(|layer| layer.colour != *colour)
        };
        (0..LAYER_COLOURS).find(is_free).unwrap_or(0)
    }

    fn tell_leftover(&self, messages: &mut Messages) {
        match self.leftover {
            0 => {}
            1 => messages.info("all layers are in use, so one file is in the media bin only"),
            more => messages.info(format!(
                "all layers are in use, so {more} files are in the media bin only"
            )),
        }
    }
}

fn layer_name(media: &MediaRef) -> String {
    let stem = || media.path.file_stem().unwrap_or(media.path.as_os_str());
    let mut name = host_in(&media.path).map_or_else(
        || stem().to_string_lossy().into_owned(),
        |host| host.to_owned(),
    );
    name.truncate(name.floor_char_boundary(MAX_NAME_BYTES));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Time = Time::from_seconds(1);

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    fn lasts_as_many_seconds_as_its_number(media: MediaId) -> Opened {
        Opened::Lasts(Time::from_seconds(i64::from(media.0)))
    }

    #[test]
    fn a_list_of_files_becomes_layers_in_one_step_each_as_long_as_the_longest() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        intake.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        intake.settle(
            &mut history,
            lasts_as_many_seconds_as_its_number,
            &mut messages,
        );

        let project = history.project();
        let names: Vec<_> = project.layers.iter().map(|layer| &*layer.name).collect();
        assert_eq!(names, ["b", "a"], "the first file is the bottom layer");
        let two = Time::from_seconds(2);
        assert!(
            project
                .layers
                .iter()
                .all(|layer| layer.clips[0].duration == two),
            "the longest"
        );
        assert!(project.is_looping, "a list of files loops");
        assert_eq!(history.undo_name(), Some("Add media"));
        assert!(history.undo(), "there is a step");
        assert_eq!(
            *history.project(),
            Project::default(),
            "one step took all back"
        );
    }

    #[test]
    fn nothing_is_added_before_the_last_file_is_open() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        intake.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        let first_only = |media| match media {
            MediaId(1) => Opened::Lasts(SECOND),
            _ => Opened::NotYet,
        };
        intake.settle(&mut history, first_only, &mut messages);
        assert!(history.project().media.is_empty(), "still waiting");
        assert_eq!(
            intake.project_with(history.project()).media.len(),
            2,
            "the engine has both"
        );
        intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        assert_eq!(history.project().media.len(), 2);
        assert!(intake.is_empty(), "all settled");
    }

    #[test]
    fn a_file_that_fails_is_told_once_and_the_others_are_added() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        intake.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        let second_fails = |media| match media {
            MediaId(2) => Opened::Failed("the file is empty: /b.mov".to_owned()),
            _ => Opened::Lasts(SECOND),
        };
        for _ in 0..3 {
            intake.settle(&mut history, second_fails, &mut messages);
        }
        assert_eq!(history.project().media.len(), 1);
        assert_eq!(history.project().layers.len(), 1);
        let texts: Vec<_> = messages
            .as_slice()
            .iter()
            .map(|message| &*message.text)
            .collect();
        assert_eq!(texts, ["the file is empty: /b.mov"]);
    }

    #[test]
    fn a_live_source_that_gives_nothing_yet_is_told_of_and_added() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        let url = "udp://127.0.0.1:9123";
        intake.add_files(paths(&[url]), Time::ZERO, history.project());
        let silent = |_| Opened::Silent("it does not answer".to_owned());
        intake.settle(&mut history, silent, &mut messages);
        let project = history.project();
        assert_eq!(project.media[0].path, PathBuf::from(url));
        assert_eq!(project.layers[0].name, "127.0.0.1");
        assert_eq!(project.layers[0].clips[0].duration, LIVE_DURATION);
        let [told] = messages.as_slice() else {
            panic!("told once: {messages:?}");
        };
        assert!(told.text.contains("tried again by itself"), "{}", told.text);
    }

    #[test]
    fn files_beyond_the_sixth_layer_are_in_the_bin_only() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        let names: Vec<_> = (0..8)
            .map(|number| PathBuf::from(format!("/{number}.mov")))
            .collect();
        intake.add_files(names, Time::ZERO, history.project());
        intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        assert_eq!(history.project().media.len(), 8);
        assert_eq!(history.project().layers.len(), MAX_LAYERS);
        assert!(
            messages.as_slice()[0].text.contains("2 files"),
            "{messages:?}"
        );
    }

    #[test]
    fn an_open_gesture_is_left_alone() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        intake.add_files(paths(&["/a.mov"]), Time::ZERO, history.project());
        history.begin("Drag");
        intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        assert!(history.project().media.is_empty(), "waits for the drag");
        history.commit();
        intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        assert_eq!(history.project().media.len(), 1);
    }

    #[test]
    fn a_file_that_is_in_the_bin_gets_a_clip_and_no_second_entry() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        for _ in 0..2 {
            intake.add_files(paths(&["/a.mov"]), SECOND, history.project());
            intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        }
        assert_eq!(history.project().media.len(), 1);
        assert_eq!(history.project().layers.len(), 2);
    }

    #[test]
    fn a_placed_clip_is_as_long_as_its_file_and_finds_room() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        let mut messages = Messages::default();
        intake.add_files(paths(&["/a.mov"]), Time::ZERO, history.project());
        intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        let (media, layer) = (
            history.project().media[0].clone(),
            history.project().layers[0].id,
        );
        intake.place(&media, PlaceOn::Layer(layer), Time::ZERO);
        intake.settle(&mut history, |_| Opened::Lasts(SECOND), &mut messages);
        let clips = &history.project().layers[0].clips;
        assert_eq!(clips.len(), 2);
        assert_eq!((clips[1].start, clips[1].duration), (SECOND, SECOND));
        assert_eq!(history.undo_name(), Some("Place clip"));
    }

    #[test]
    fn a_number_taken_meanwhile_is_given_up() {
        let (mut intake, mut history) = (Intake::default(), History::default());
        intake.add_files(paths(&["/a.mov"]), Time::ZERO, history.project());
        let other = MediaRef {
            id: MediaId(1),
            path: "/other.mov".into(),
            absolute_hint: None,
            fingerprint: None,
        };
        history
            .apply(&EditCommand::AddMedia(other))
            .expect("a new file");
        let project = intake.project_with(history.project());
        assert_eq!(project.validate(), Ok(()));
        assert_eq!(project.media.len(), 2);
    }
}
