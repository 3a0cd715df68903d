//! Small HAP test cards in a folder of their own.

use std::path::{Path, PathBuf};

use sextet::media::ffmpeg::mux::MovWriter;
use sextet::media::hap::encode::{FrameOptions, write_frame};
use sextet::media::hap::testcard::TestCard;
use sextet::media::hap::{Compressor, HapVariant};
use sextet::project::{MediaId, MediaRef};
use sextet::time::FrameRate;
use tempfile::TempDir;

/// Size of a card, and of a layer's place on the canvas.
pub const CARD_PX: (u32, u32) = (48, 32);

/// Frames of card number `n` carry their index plus `n` times this, so that a frame of the wrong file is found out.
pub const NUMBERS_PER_CARD: u64 = 1000;

/// A folder of test cards.
pub struct Cards {
    pub folder: TempDir,
    pub media: Vec<MediaRef>,
}

impl Cards {
    /// An empty folder.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            media: Vec::new(),
        }
    }

    /// Writes a card of this many frames, and gives its id in projects; the first is 0.
    pub fn add(&mut self, fps: u32, frames: u64) -> MediaId {
        // Stored, so that all frames are of the same length and a cut of the file can be placed.
        let options = FrameOptions {
            compressor: Compressor::Stored,
            ..FrameOptions::default()
        };
        self.add_as(fps, frames, CARD_PX, &options)
    }

    /// The same at another size, and written in another way.
    pub fn add_as(
        &mut self,
        fps: u32,
        frames: u64,
        size_px: (u32, u32),
        options: &FrameOptions,
    ) -> MediaId {
        let number = self.media.len() as u32;
        let path = self.folder.path().join(format!("card-{number}.mov"));
        let card = TestCard {
            variant: HapVariant::Hap,
            width_px: size_px.0,
            height_px: size_px.1,
            rate: FrameRate::new(fps, 1).expect("a usual rate"),
            noise: 0.0,
            seed: u64::from(number),
        };
        write_card(&path, &card, u64::from(number), frames, options);
        self.add_path(path)
    }

    /// Notes a path, whatever is at it.
    pub fn add_path(&mut self, path: PathBuf) -> MediaId {
        let id = MediaId(self.media.len() as u32);
        self.media.push(MediaRef {
            id,
            path,
            absolute_hint: None,
            fingerprint: None,
        });
        id
    }

    /// Path of a card.
    pub fn path(&self, id: MediaId) -> &Path {
        &self.media[id.0 as usize].path
    }
}

fn write_card(path: &Path, card: &TestCard, number: u64, frames: u64, options: &FrameOptions) {
    let mut writer =
        MovWriter::create(path, card.variant, card.width_px, card.height_px, card.rate)
            .expect("begun");
    for frame in 0..frames {
        let textures = card.textures(frame + number * NUMBERS_PER_CARD);
        let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
        let mut packet = Vec::new();
        write_frame(card.variant, &textures, options, &mut packet).expect("encoded");
        writer.write(&packet).expect("written");
    }
    writer.finish().expect("finished");
}
