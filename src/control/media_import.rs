//! Media import: files on their way into the project.
//!
//! ```text
//! files ─► opening (in the engine's project, not in the document) ─► all open or failed ─► one step of undo
//! ```
//!
//! A new clip is as long as its file, whatever was added with it and however quickly it opened; the settings say so. Only
//! opening a file tells its length. So files are given to the engine at once, and to the document when the last of a
//! batch is open: as media, layers and clips in one step. A file that cannot be opened is reported once and left out; the
//! others are added all the same, and so is a live source that gives nothing yet, which the engine tries again. A file
//! that takes long is waited for a little by the others and then comes by itself; one whose disk does not answer is
//! reported.

use std::collections::VecDeque;
use std::path::PathBuf;

pub(crate) use super::import_batch::OpenState;
use super::import_batch::{Batch, ImportFile, LIVE_DURATION, PATIENCE};
use super::import_plan::ImportTarget;
use super::messages::Messages;
use crate::command::PlaceOn;
use crate::engine::Engine;
use crate::media::is_live_address;
use crate::project::{History, MediaId, MediaRef, Project};
use crate::time::Time;

/// Length of a clip of a single picture.
const STILL_DURATION: Time = Time::from_seconds(10);

/// The state of a file in the engine.
pub(crate) fn opened(engine: &Engine, media: MediaId) -> OpenState {
    if let Some(error) = engine.media_error(media) {
        let known = engine.project().media(media);
        return if known.is_some_and(|known| is_live_address(&known.path)) {
            OpenState::Silent(error.to_owned())
        } else {
            OpenState::Failed(error.to_owned())
        };
    }
    match engine.media_facts(media) {
        Some(facts) if facts.is_live() => OpenState::Lasts(LIVE_DURATION),
        Some(facts) if facts.timing.frames() > 1 => OpenState::Lasts(facts.timing.duration()),
        Some(_still) => OpenState::Lasts(STILL_DURATION),
        None if engine.is_media_silent(media) => OpenState::NoAnswer,
        None => OpenState::NotYet,
    }
}

/// The batches that wait for their files, oldest first.
#[derive(Debug, Default)]
pub(crate) struct MediaImport {
    batches: VecDeque<Batch>,
}

impl MediaImport {
    /// Imports files, given by absolute paths: each gets a layer of its own, with a clip that begins at `start`.
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
            files.push(ImportFile::new(media));
        }
        if !files.is_empty() {
            let place = ImportTarget::OwnLayers(start);
            self.batches.push_back(Batch::new(files, place));
        }
    }

    /// Places a file of the bin on this layer.
    pub fn place(&mut self, media: &MediaRef, layer: PlaceOn, start: Time) {
        let files = vec![ImportFile::new(media.clone())];
        let place = ImportTarget::Layer(layer, start);
        self.batches.push_back(Batch::new(files, place));
    }

    /// Forgets all that is on its way, because the document is another one.
    pub fn clear(&mut self) {
        self.batches.clear();
    }

    /// True if nothing is on its way.
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

    /// Adds each batch whose files are all open or failed to the document, as one step, and reports those that failed;
    /// of one that was waited for long enough those that are. Gives whether anything was added.
    ///
    /// Waits while a gesture is open, so that the two steps do not mix.
    pub fn settle(
        &mut self,
        history: &mut History,
        opened: impl Fn(MediaId) -> OpenState,
        now: Time,
        messages: &mut Messages,
    ) -> bool {
        let mut is_any_settled = false;
        // Each waits for those before it, but not for ever.
        let mut is_held = history.has_gesture();
        for mut batch in std::mem::take(&mut self.batches) {
            batch.update(&opened, now, messages);
            if !is_held && (batch.is_late || batch.is_open()) {
                let ready = batch.split_off_open();
                if !ready.files.is_empty() {
                    ready.add_to(history, messages);
                    is_any_settled = true;
                }
            }
            if !batch.files.is_empty() {
                is_held |= !batch.is_late;
                self.batches.push_back(batch);
            }
        }
        is_any_settled
    }

    /// Time at which the next batch has been waited for long enough.
    pub fn next_check(&self) -> Option<Time> {
        let waiting = self.batches.iter().filter(|batch| !batch.is_late);
        let since = waiting.filter_map(|batch| batch.since);
        since.map(|since| since + PATIENCE).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::MediaEdit;
    use crate::project::{EditCommand, MAX_LAYERS};

    const SECOND: Time = Time::from_seconds(1);

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    fn lasts_as_many_seconds_as_its_number(media: MediaId) -> OpenState {
        OpenState::Lasts(Time::from_seconds(i64::from(media.0)))
    }

    /// The lengths of the layers' first clips, in seconds.
    fn durations(history: &History) -> Vec<i64> {
        let layers = history.project().layers.iter();
        let durations = layers.map(|layer| layer.clips[0].duration.seconds());
        durations.map(|seconds| seconds.round() as i64).collect()
    }

    /// All files are open by now, each a second long.
    fn settle_open(import: &mut MediaImport, history: &mut History, messages: &mut Messages) {
        import.settle(history, |_| OpenState::Lasts(SECOND), Time::ZERO, messages);
    }

    #[test]
    fn a_list_of_files_becomes_layers_in_one_step_each_clip_as_long_as_its_file() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        import.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        import.settle(
            &mut history,
            lasts_as_many_seconds_as_its_number,
            Time::ZERO,
            &mut messages,
        );

        let project = history.project();
        let names: Vec<_> = project.layers.iter().map(|layer| &*layer.name).collect();
        assert_eq!(names, ["b", "a"], "the first file is the bottom layer");
        assert_eq!(durations(&history), [2, 1]);
        assert!(project.is_looping, "a list of files loops");
        assert_eq!(history.undo_name(), Some("Add media · 2 clips"));
        assert!(history.undo(), "there is a step");
        assert_eq!(
            *history.project(),
            Project::default(),
            "one step took all back"
        );
    }

    #[test]
    fn nothing_is_added_before_the_last_file_is_open() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        import.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        let first_only = |media| match media {
            MediaId(1) => OpenState::Lasts(SECOND),
            _ => OpenState::NotYet,
        };
        import.settle(&mut history, first_only, Time::ZERO, &mut messages);
        assert!(history.project().media.is_empty(), "still waiting");
        assert_eq!(
            import.project_with(history.project()).media.len(),
            2,
            "the engine has both"
        );
        settle_open(&mut import, &mut history, &mut messages);
        assert_eq!(history.project().media.len(), 2);
        assert!(import.is_empty(), "all settled");
    }

    #[test]
    fn a_clip_is_as_long_as_its_file_however_quickly_it_opens() {
        // Each file is open after so many seconds, by its number; the order in which they open is another each time.
        for open_after in [[0, 0, 0], [0, 9, 1], [9, 0, 30], [30, 9, 1]] {
            let (mut import, mut history) = (MediaImport::default(), History::default());
            let mut messages = Messages::default();
            let files = paths(&["/a.mov", "/b.mov", "/c.mov"]);
            import.add_files(files, Time::ZERO, history.project());
            for now in 0..=30 {
                let opened = |media: MediaId| {
                    if now < open_after[media.0 as usize - 1] {
                        OpenState::NotYet
                    } else {
                        lasts_as_many_seconds_as_its_number(media)
                    }
                };
                import.settle(&mut history, opened, Time::from_seconds(now), &mut messages);
            }
            assert!(import.is_empty(), "all settled");
            let mut durations = durations(&history);
            durations.sort_unstable();
            assert_eq!(durations, [1, 2, 3], "{open_after:?}");
            assert_eq!(messages.as_slice(), [], "nothing to look after");
        }
    }

    #[test]
    fn a_file_that_takes_long_does_not_hold_up_the_others_and_a_silent_disk_is_told_of() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        import.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        let known = import.project_with(history.project());
        import.add_files(paths(&["/c.mov"]), Time::ZERO, &known);
        let all_but_first = |media| match media {
            MediaId(1) => OpenState::NotYet,
            _ => OpenState::Lasts(SECOND),
        };
        let layers = |history: &History| {
            let layers = history.project().layers.iter();
            layers.map(|layer| layer.name.clone()).collect::<Vec<_>>()
        };
        assert!(!import.settle(&mut history, all_but_first, SECOND, &mut messages));
        assert!(layers(&history).is_empty(), "a little is waited");
        let next = import.next_check().expect("not for ever");
        assert_eq!(next, SECOND + PATIENCE);
        assert!(import.settle(&mut history, all_but_first, next, &mut messages));
        assert_eq!(layers(&history), ["c", "b"]);
        assert_eq!(import.next_check(), None, "it comes when it is open");
        assert_eq!(messages.as_slice(), [], "it is only slow");
        let first_is_silent = |media| match media {
            MediaId(1) => OpenState::NoAnswer,
            other => all_but_first(other),
        };
        for _ in 0..3 {
            assert!(!import.settle(&mut history, first_is_silent, next, &mut messages));
        }
        let texts = messages.as_slice().iter().map(|message| &*message.text);
        let texts: Vec<_> = texts.filter(|text| text.contains("/a.mov")).collect();
        assert_eq!(texts.len(), 1, "told once: {texts:?}");
        let known = import.project_with(history.project());
        import.add_files(paths(&["/d.mov"]), Time::ZERO, &known);
        assert!(import.settle(&mut history, first_is_silent, next, &mut messages));
        assert_eq!(layers(&history), ["d", "c", "b"], "not held up either");
        assert!(import.settle(
            &mut history,
            |_| OpenState::Lasts(SECOND),
            next,
            &mut messages
        ));
        assert_eq!(layers(&history), ["a", "d", "c", "b"]);
        assert!(import.is_empty(), "all settled");
        assert_eq!(messages.as_slice(), [], "and all is well");
    }

    #[test]
    fn a_file_that_fails_is_told_once_and_the_others_are_added() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        import.add_files(paths(&["/a.mov", "/b.mov"]), Time::ZERO, history.project());
        let second_fails = |media| match media {
            MediaId(2) => OpenState::Failed("the file is empty: /b.mov".to_owned()),
            _ => OpenState::Lasts(SECOND),
        };
        for _ in 0..3 {
            import.settle(&mut history, second_fails, Time::ZERO, &mut messages);
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
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        let url = "udp://127.0.0.1:9123";
        import.add_files(paths(&[url]), Time::ZERO, history.project());
        let silent = |_| OpenState::Silent("it does not answer".to_owned());
        import.settle(&mut history, silent, Time::ZERO, &mut messages);
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
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        let names: Vec<_> = (0..8)
            .map(|number| PathBuf::from(format!("/{number}.mov")))
            .collect();
        import.add_files(names, Time::ZERO, history.project());
        settle_open(&mut import, &mut history, &mut messages);
        assert_eq!(history.project().media.len(), 8);
        assert_eq!(history.project().layers.len(), MAX_LAYERS);
        assert!(
            messages.as_slice()[0].text.contains("2 files"),
            "{messages:?}"
        );
    }

    #[test]
    fn an_open_gesture_is_left_alone() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        import.add_files(paths(&["/a.mov"]), Time::ZERO, history.project());
        history.begin("Drag");
        settle_open(&mut import, &mut history, &mut messages);
        assert!(history.project().media.is_empty(), "waits for the drag");
        history.commit();
        settle_open(&mut import, &mut history, &mut messages);
        assert_eq!(history.project().media.len(), 1);
    }

    #[test]
    fn a_file_that_is_in_the_bin_gets_a_clip_and_no_second_entry() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        for _ in 0..2 {
            import.add_files(paths(&["/a.mov"]), SECOND, history.project());
            settle_open(&mut import, &mut history, &mut messages);
        }
        assert_eq!(history.project().media.len(), 1);
        assert_eq!(history.project().layers.len(), 2);
    }

    #[test]
    fn a_placed_clip_is_as_long_as_its_file_and_finds_room() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        let mut messages = Messages::default();
        import.add_files(paths(&["/a.mov"]), Time::ZERO, history.project());
        settle_open(&mut import, &mut history, &mut messages);
        let (media, layer) = (
            history.project().media[0].clone(),
            history.project().layers[0].id,
        );
        import.place(&media, PlaceOn::Layer(layer), Time::ZERO);
        settle_open(&mut import, &mut history, &mut messages);
        let clips = &history.project().layers[0].clips;
        assert_eq!(clips.len(), 2);
        assert_eq!((clips[1].start, clips[1].duration), (SECOND, SECOND));
        assert_eq!(history.undo_name(), Some("Place a.mov at 00:00:01:00"));
    }

    #[test]
    fn a_number_taken_meanwhile_is_given_up() {
        let (mut import, mut history) = (MediaImport::default(), History::default());
        import.add_files(paths(&["/a.mov"]), Time::ZERO, history.project());
        let other = MediaRef {
            id: MediaId(1),
            path: "/other.mov".into(),
            absolute_hint: None,
            fingerprint: None,
        };
        history
            .apply(&EditCommand::Media(MediaEdit::Add(other)))
            .expect("a new file");
        let project = import.project_with(history.project());
        assert_eq!(project.validate(), Ok(()));
        assert_eq!(project.media.len(), 2);
    }
}
