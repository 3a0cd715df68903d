//! The thread `sound-decode`: has blocks ready before they are mixed.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::{Condvar, Mutex};

use super::joined::Joined;
use super::sound_status::SoundEvent;
use crate::audio::mix::{BLOCK_FRAMES, BlockStore, Decoders, SoundKey, Want};
use crate::media::StereoFrame;

/// Most blocks that are asked for at a time, fewer than the store keeps.
pub(super) const MAX_WANTS: usize = 384;

/// What the threads share.
struct Shared {
    /// What is wanted, and a count of lists; its lock is held for swaps alone.
    wants: Mutex<Wants>,
    changed: Condvar,
    store: BlockStore,
}

#[derive(Default)]
struct Wants {
    list: Vec<Want>,
    serial: u64,
    is_over: bool,
    damaged: u64,
}

/// Decodes what is wanted.
pub(super) struct DecodeThread {
    shared: Arc<Shared>,
    events: Receiver<SoundEvent>,
    _thread: Joined,
}

impl DecodeThread {
    /// Starts it.
    ///
    /// # Errors
    /// That the system has no thread to give.
    pub(super) fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared {
            wants: Mutex::new(Wants {
                list: Vec::with_capacity(MAX_WANTS),
                ..Wants::default()
            }),
            changed: Condvar::new(),
            store: BlockStore::default(),
        });
        let (tell, events) = bounded(16);
        let of_thread = Arc::clone(&shared);
        let thread = Joined::spawn("sound-decode", move || run(&of_thread, &tell))?;
        Ok(Self {
            shared,
            events,
            _thread: thread,
        })
    }

    /// Takes this list for the last one, and gives that back, for its room.
    pub(super) fn want(&self, list: &mut Vec<Want>) {
        let mut wants = self.shared.wants.lock();
        std::mem::swap(&mut wants.list, list);
        wants.serial += 1;
        self.shared.changed.notify_one();
    }

    /// The blocks.
    pub(super) fn store(&self) -> &BlockStore {
        &self.shared.store
    }

    /// What is to be told.
    pub(super) fn events(&self) -> impl Iterator<Item = SoundEvent> {
        self.events.try_iter()
    }

    /// Packets that could not be decoded, of the sounds that are open.
    pub(super) fn damaged_packets(&self) -> u64 {
        self.shared.wants.lock().damaged
    }
}

impl Drop for DecodeThread {
    fn drop(&mut self) {
        self.shared.wants.lock().is_over = true;
        self.shared.changed.notify_one();
    }
}

fn run(shared: &Shared, tell: &Sender<SoundEvent>) {
    let mut decoders = Decoders::default();
    let mut frames: Vec<StereoFrame> = vec![[0.0; 2]; BLOCK_FRAMES];
    let mut failed: HashSet<SoundKey> = HashSet::new();
    let mut list: Vec<Want> = Vec::with_capacity(MAX_WANTS);
    let mut serial = 0;
    loop {
        let mut wants = shared.wants.lock();
        if wants.is_over {
            return;
        }
        if wants.serial != serial {
            serial = wants.serial;
            list.clone_from(&wants.list);
        }
        wants.damaged = decoders.damaged_packets();
        let missing = list
            .iter()
            .find(|want| !shared.store.has(want.key, want.block));
        let Some(want) = missing else {
            decoders.retain(|key| list.iter().any(|want| want.key == key));
            shared.changed.wait(&mut wants);
            continue;
        };
        drop(wants);
        let decoded = decoders.decode((want.key, want.block), &want.opener, &mut frames);
        if let Err(error) = decoded {
            // Silence, so that it is not tried again and again.
            frames.fill([0.0; 2]);
            if failed.insert(want.key) {
                let error = error.to_string();
                // Who is told no more has enough to read.
                let _full = tell.try_send(SoundEvent::Undecodable { error });
            }
        }
        shared.store.put(want.key, want.block, &frames);
    }
}
