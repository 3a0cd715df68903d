//! Decoded sound, kept in blocks by their place in a file.
//!
//! ```text
//! Mixer ─ wants ─► BlockStore ◄─ blocks ─ decoding thread        in real time: what is not there is silence
//! Mixer ─────────► Offline ─────────────► decodes on the spot    for files
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::scene::{SoundKey, Voice};
use crate::audio::RATE_HZ;
use crate::media::{MediaError, SoundOpener, SoundSource, StereoFrame};

/// Frames of a block: 43 ms.
pub const BLOCK_FRAMES: usize = 2048;

/// Most blocks that are kept: 8 MiB, as much as 20 voices need for a second ahead.
const MAX_BLOCKS: usize = 512;

/// Decoded sound by its place in a file.
pub trait Samples {
    /// Fills `frames` with the sound of a voice's file from frame `at` on; false if it is not there yet, in which case
    /// they hold anything.
    fn fetch(&mut self, voice: &Voice, at: i64, frames: &mut [StereoFrame]) -> bool;
}

/// A block that is needed soon.
#[derive(Clone)]
pub struct Want {
    /// The sound.
    pub key: SoundKey,
    /// The block, by its number from position zero.
    pub block: i64,
    /// Opens a decoder.
    pub opener: Arc<dyn SoundOpener>,
}

/// Blocks of decoded sound, shared between who decodes and who mixes.
///
/// The lock is held for copies of single blocks, never while something is decoded.
#[derive(Default)]
pub struct BlockStore {
    blocks: Mutex<Blocks>,
}

struct Blocks {
    kept: Vec<Block>,
    /// Places in `kept`.
    places: HashMap<(SoundKey, i64), usize>,
    /// Goes on with each use.
    now: u64,
}

struct Block {
    key: SoundKey,
    /// Its number from position zero.
    number: i64,
    used: u64,
    frames: Vec<StereoFrame>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            kept: Vec::with_capacity(MAX_BLOCKS),
            places: HashMap::with_capacity(2 * MAX_BLOCKS),
            now: 0,
        }
    }
}

impl Blocks {
    fn find(&mut self, key: SoundKey, block: i64) -> Option<&mut Block> {
        self.now += 1;
        let place = *self.places.get(&(key, block))?;
        let found = self.kept.get_mut(place)?;
        found.used = self.now;
        Some(found)
    }

    fn put(&mut self, key: SoundKey, block: i64, frames: &[StereoFrame]) {
        self.now += 1;
        let used = self.now;
        if self.kept.len() < MAX_BLOCKS {
            let frames = frames.to_vec();
            self.places.insert((key, block), self.kept.len());
            self.kept.push(Block {
                key,
                number: block,
                used,
                frames,
            });
            return;
        }
        let oldest = self.kept.iter_mut().enumerate();
        if let Some((place, oldest)) = oldest.min_by_key(|(_, kept)| kept.used) {
            self.places.remove(&(oldest.key, oldest.number));
            self.places.insert((key, block), place);
            (oldest.key, oldest.number, oldest.used) = (key, block, used);
            oldest.frames.copy_from_slice(frames);
        }
    }

    /// Copies what `at` and the frames after it are; false if a block is missing.
    fn copy(&mut self, key: SoundKey, at: i64, frames: &mut [StereoFrame]) -> bool {
        parts(at, frames.len()).all(|part| {
            self.find(key, part.block).is_some_and(|block| {
                frames[part.to..part.to + part.count]
                    .copy_from_slice(&block.frames[part.from..part.from + part.count]);
                true
            })
        })
    }
}

/// A part of a span that lies in one block.
struct Part {
    block: i64,
    from: usize,
    to: usize,
    count: usize,
}

/// The parts of a span of so many frames from `at` on.
fn parts(at: i64, count: usize) -> impl Iterator<Item = Part> {
    let length = BLOCK_FRAMES as i64;
    let mut done = 0;
    std::iter::from_fn(move || {
        (done < count).then(|| {
            let place = at + done as i64;
            let from = place.rem_euclid(length) as usize;
            let part = Part {
                block: place.div_euclid(length),
                from,
                to: done,
                count: (BLOCK_FRAMES - from).min(count - done),
            };
            done += part.count;
            part
        })
    })
}

impl BlockStore {
    /// True if a block is there; it then counts as used.
    pub fn has(&self, key: SoundKey, block: i64) -> bool {
        self.blocks.lock().find(key, block).is_some()
    }

    /// Keeps a block of [`BLOCK_FRAMES`] in the place of the one not used for longest.
    pub fn put(&self, key: SoundKey, block: i64, frames: &[StereoFrame]) {
        self.blocks.lock().put(key, block, frames);
    }
}

impl Samples for &BlockStore {
    fn fetch(&mut self, voice: &Voice, at: i64, frames: &mut [StereoFrame]) -> bool {
        self.blocks.lock().copy(voice.key, at, frames)
    }
}

/// Decodes what is asked for there and then.
#[derive(Default)]
pub struct Offline {
    store: BlockStore,
    decoders: Decoders,
    scratch: Vec<StereoFrame>,
    /// Errors, each once.
    pub errors: Vec<String>,
}

impl Samples for Offline {
    fn fetch(&mut self, voice: &Voice, at: i64, frames: &mut [StereoFrame]) -> bool {
        for part in parts(at, frames.len()) {
            if !self.store.has(voice.key, part.block) {
                self.scratch.resize(BLOCK_FRAMES, [0.0; 2]);
                let wanted = (voice.key, part.block);
                let decoded = self
                    .decoders
                    .decode(wanted, &voice.opener, &mut self.scratch);
                if let Err(error) = decoded {
                    self.scratch.fill([0.0; 2]);
                    let error = error.to_string();
                    if !self.errors.contains(&error) {
                        self.errors.push(error);
                    }
                }
                self.store.put(voice.key, part.block, &self.scratch);
            }
        }
        (&self.store).fetch(voice, at, frames)
    }
}

/// Open decoders.
#[derive(Default)]
pub(in crate::audio) struct Decoders(HashMap<SoundKey, Box<dyn SoundSource>>);

impl Decoders {
    /// Decodes a block of a sound.
    ///
    /// # Errors
    /// The file's error. The next call opens it anew.
    pub(in crate::audio) fn decode(
        &mut self,
        (key, block): (SoundKey, i64),
        opener: &Arc<dyn SoundOpener>,
        frames: &mut [StereoFrame],
    ) -> Result<(), MediaError> {
        let source = match self.0.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(opener.open(key.stream, RATE_HZ)?)
            }
        };
        let read = source.read(block * BLOCK_FRAMES as i64, frames);
        if read.is_err() {
            self.0.remove(&key);
        }
        read
    }

    /// Closes those for which `is_wanted` is false.
    pub(in crate::audio) fn retain(&mut self, is_wanted: impl Fn(SoundKey) -> bool) {
        self.0.retain(|key, _| is_wanted(*key));
    }

    /// Packets that could not be decoded, of those that are open.
    pub(in crate::audio) fn damaged_packets(&self) -> u64 {
        self.0.values().map(|source| source.damaged_packets()).sum()
    }
}
