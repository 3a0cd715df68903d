//! The folder of proxies.

use std::io;
use std::path::{Path, PathBuf};

use super::seal::Seal;
use super::{size, source};
use crate::media::cache::CacheFolder;
use crate::media::{ContentId, MediaError, TextureSupport, Video};

/// Limit of all proxies together, in bytes.
const MAX_CACHE_BYTES: u64 = 8 << 30;

/// Bytes that a proxy leaves free on the user's disk: one gibibyte, so that projects can still be saved.
const SPARE_BYTES: u64 = 1 << 30;

/// A folder of proxies, named after the contents of their files. Those unused for longest go first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyStore {
    folder: CacheFolder,
    spare_bytes: u64,
}

/// The place of one file's proxy.
pub(super) struct ProxyKey {
    name: String,
    modified_nanos: i64,
}

impl ProxyStore {
    /// The one in the user's cache folder; `None` where there is none.
    pub fn standard() -> Option<Self> {
        let folder = CacheFolder::of_kind("proxies", MAX_CACHE_BYTES)?;
        Some(Self {
            folder,
            spare_bytes: SPARE_BYTES,
        })
    }

    /// This very folder, for at most `max_bytes`, on whose disk a proxy leaves `spare_bytes` free.
    pub fn at(folder: &Path, max_bytes: u64, spare_bytes: u64) -> Self {
        Self {
            folder: CacheFolder::at(folder, max_bytes),
            spare_bytes,
        }
    }

    /// The path of a file's proxy, be it there or not; `None` if the file cannot be read.
    pub fn path_of(&self, video: &Video) -> Option<PathBuf> {
        let place = ProxyKey::of(video)?;
        Some(self.folder.path(&place.name))
    }

    /// The proxy of an open file, if there is one. One that is damaged or of another file is discarded. Waits for the
    /// disk.
    pub fn find(&self, video: &Video, textures: TextureSupport) -> Option<Video> {
        let place = ProxyKey::of(video)?;
        let path = self.folder.path(&place.name);
        if !path.exists() {
            return None;
        }
        match open(&path, &place, video, textures) {
            Ok(proxy) => {
                self.folder.note_use(&place.name);
                Some(proxy)
            }
            Err(error) => {
                tracing::info!("a proxy is discarded: {error}");
                self.folder.discard(&place.name);
                None
            }
        }
    }

    /// Discards the proxy of a file, since its frames are not what they should be.
    pub fn discard(&self, proxy: &Video) {
        let name = proxy.facts.path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name {
            self.folder.discard(name);
        }
    }

    /// True if a proxy of so many bytes, uncompressed, leaves enough of the disk to other things. Where the system does
    /// not say, writing shows it.
    pub(super) fn has_room(&self, bytes: u64) -> bool {
        let free_bytes = self.folder.free_bytes();
        free_bytes.is_none_or(|free| free >= bytes.saturating_add(self.spare_bytes))
    }

    pub(super) fn place_for(&self, place: &ProxyKey) -> io::Result<PathBuf> {
        self.folder.create()?;
        Ok(self.folder.path(&place.name))
    }

    /// Removes what was unused for longest until so many bytes fit. Says whether they do.
    pub(super) fn make_room(&self, bytes: u64) -> io::Result<bool> {
        self.folder.make_room(bytes)?;
        Ok(bytes <= self.folder.max_bytes())
    }
}

impl ProxyKey {
    pub fn of(video: &Video) -> Option<Self> {
        let id = ContentId::of(&video.facts.path)?;
        Some(Self {
            name: format!("{}.mov", id.name),
            modified_nanos: id.modified_nanos,
        })
    }

    /// The seal that its proxy must have, without the frames.
    pub fn seal(&self, video: &Video, size_px: [u32; 2]) -> Seal {
        Seal {
            modified_nanos: self.modified_nanos,
            of_px: [video.layout.width_px, video.layout.height_px],
            size_px,
            hashes: Vec::new(),
        }
    }
}

fn open(
    path: &Path,
    place: &ProxyKey,
    video: &Video,
    textures: TextureSupport,
) -> Result<Video, MediaError> {
    let damaged = || MediaError::DamagedProxy {
        path: path.to_owned(),
    };
    let seal = Seal::of_file(path).ok_or_else(damaged)?;
    let frames = video.facts.timing.frames();
    let size_px = size::size_px(&video.layout, frames).ok_or_else(damaged)?;
    let expected = Seal {
        hashes: seal.hashes.clone(),
        ..place.seal(video, size_px)
    };
    if seal != expected || seal.hashes.len() as u64 != frames {
        return Err(damaged());
    }
    source::open(path, seal, video, textures)
}
