//! The frames of a file for other programs: one after the other, in order, none lost.

use std::path::Path;

use image::RgbaImage;

use super::error::ExportError;
use super::frames::{FrameReader, ReadOutcome};
use super::picture::PictureMaker;
use crate::media::frame::HeapMemory;
use crate::media::{self, TextureSupport, Video};
use crate::time::{FrameIndex, FrameRate, Time};

/// A file whose frames are walked through.
pub struct FrameFile {
    video: Video,
    maker: PictureMaker,
}

/// Which frames of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRange {
    /// The first.
    pub from: u64,
    /// The first that is not wanted any more; none for the end of the file.
    pub to: Option<u64>,
    /// Steps from one to the next, at least 1.
    pub every: u64,
}

impl Default for FrameRange {
    fn default() -> Self {
        Self {
            from: 0,
            to: None,
            every: 1,
        }
    }
}

/// A frame as other programs take it.
#[derive(Clone, Debug)]
pub struct WalkedFrame {
    /// Its place among those that are given, from 0.
    pub index: u64,
    /// The frame of the file.
    pub frame: FrameIndex,
    /// When it is shown, from the first frame of the file on.
    pub pts: Time,
    /// Red, green, blue and straight alpha, 8 bits each, gamma-encoded, upright.
    pub picture: RgbaImage,
}

impl FrameFile {
    /// Opens a file.
    ///
    /// # Errors
    /// What is wrong with it, or that it has no end.
    pub fn open(path: &Path) -> Result<Self, ExportError> {
        let video = media::open_video(path, TextureSupport::RgbaOnly)?;
        if video.facts.is_live() {
            return Err(ExportError::Live {
                path: path.to_owned(),
            });
        }
        let maker = PictureMaker {
            layout: (*video.layout).clone(),
            is_light: false,
            is_premultiplied: false,
            size_px: None,
        };
        Ok(Self { video, maker })
    }

    /// Frames of the file.
    pub fn frames(&self) -> u64 {
        self.video.facts.timing.frames()
    }

    /// Their rate; the mean one if it varies.
    pub fn rate(&self) -> FrameRate {
        self.video.facts.timing.rate()
    }

    /// Pixels across and down of every picture.
    pub fn size_px(&self) -> [u32; 2] {
        self.maker.out_px()
    }

    /// Width of a pixel to its height.
    pub fn pixel_aspect(&self) -> (u32, u32) {
        self.maker.pixel_aspect()
    }

    /// Walks through frames. Each comes once, in order; one that cannot be had is an error that names it, after which the next
    /// one comes.
    pub fn walk(&self, range: FrameRange) -> FrameWalk<'_> {
        let bytes = usize::try_from(self.maker.layout.bytes).unwrap_or(usize::MAX);
        FrameWalk {
            file: self,
            reader: FrameReader::new(&self.video),
            memory: HeapMemory::new(bytes),
            next: range.from,
            end: range.to.unwrap_or(u64::MAX).min(self.frames()),
            every: range.every.max(1),
            index: 0,
            last_pts: None,
        }
    }
}

/// A walk through the frames of a file.
pub struct FrameWalk<'file> {
    file: &'file FrameFile,
    reader: FrameReader<'file>,
    memory: HeapMemory,
    next: u64,
    end: u64,
    every: u64,
    index: u64,
    last_pts: Option<Time>,
}

impl Iterator for FrameWalk<'_> {
    type Item = Result<WalkedFrame, ExportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let frame = FrameIndex(self.next);
        let index = self.index;
        self.next = self.next.saturating_add(self.every);
        self.index += 1;
        Some(self.read(index, frame))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end.saturating_sub(self.next).div_ceil(self.every);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl FrameWalk<'_> {
    fn read(&mut self, index: u64, frame: FrameIndex) -> Result<WalkedFrame, ExportError> {
        let path = &self.file.video.facts.path;
        let pts = self.file.video.facts.timing.time_of(frame);
        if self.last_pts.is_some_and(|last| pts <= last) {
            return Err(ExportError::Order {
                frame,
                path: path.clone(),
            });
        }
        self.last_pts = Some(pts);
        match self.reader.read(frame, &mut self.memory, &|| false)? {
            ReadOutcome::Frame => Ok(WalkedFrame {
                index,
                frame,
                pts,
                picture: self.file.maker.levels(self.memory.bytes()),
            }),
            ReadOutcome::Lost | ReadOutcome::Cancelled => Err(ExportError::Lost {
                frame,
                reason: self.reader.error.take().map(Box::new),
                path: path.clone(),
            }),
        }
    }
}
