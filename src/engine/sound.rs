//! Sound in a tick, and where it goes.

use std::io;
use std::path::Path;

use super::engine::Engine;
use super::parts::Parts;
use super::sound_desk::{Output, SoundDesk};
use super::sound_to::SoundTo;
use super::tick_state::TickContext;
use crate::audio::output::{RecordError, SoundEvent};
use crate::status::events::EventKind;
use crate::time::Time;

/// Follows project, files and playhead, and logs what is to be told.
pub(super) fn follow_sound(context: &TickContext, parts: &mut Parts) {
    let Parts {
        sound,
        library,
        transport,
        project,
        snapshot,
        ..
    } = parts;
    if matches!(sound.output, Output::Nowhere) {
        return;
    }
    sound.follow_scene(project, library);
    sound.tell(context.clock, transport, &context.bounds);
    if let Output::Device(thread) = &sound.output {
        for event in thread.events() {
            let kind = match &event {
                SoundEvent::Playing { .. } => EventKind::Note,
                SoundEvent::Silent { .. } | SoundEvent::Undecodable { .. } => EventKind::Error,
            };
            snapshot.log(context.clock, kind, event.to_string());
        }
    }
}

impl Engine {
    /// Has sound go there from now on.
    ///
    /// # Errors
    /// That the system has no threads to give; sound then goes nowhere.
    pub fn set_sound(&mut self, to: SoundTo) -> io::Result<()> {
        let parts = &mut self.parts;
        // The device is given back before it may be asked for once more.
        parts.sound = SoundDesk::nowhere();
        parts.sound = SoundDesk::start(&to, &parts.clock)?;
        parts.options.sound = to;
        Ok(())
    }

    /// Writes what was heard in the first `length` of playing to a WAV file, where it was kept; gives the errors of
    /// media files.
    ///
    /// # Errors
    /// That the file cannot be written.
    pub fn write_sound(&self, length: Time, path: &Path) -> Result<Vec<String>, RecordError> {
        match &self.parts.sound.output {
            Output::File(recorder) => recorder.write(length, path),
            Output::Nowhere | Output::Device(_) => Ok(Vec::new()),
        }
    }
}
