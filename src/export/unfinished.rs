//! A movie that is being written, and what is known of it, so that it goes on where it was after a kill.
//!
//! Beside the movie-to-be lie two files of a name that follows from its own: the movie as far as it has come, and a journal
//! with a line for each of its pictures: where its packet lies, how long it is, its checksum, and the damage met.
//!
//! To go on, the movie is written anew from its beginning over itself, with the packets that are in it already: the same
//! packets make the same bytes at the same places, so that a kill meanwhile harms nothing. The first packet that is not as
//! the journal says, since the system had not yet written it, is where encoding begins. Nothing relies on the order in which
//! a disk writes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::error::ExportError;
use super::frames::Damage;
use crate::media::ffmpeg::mux::MuxError;

/// A movie that is being written. Dropped, it is taken away, unless it has its name by then.
pub(super) struct Unfinished {
    /// The movie-to-be.
    path: PathBuf,
    /// The movie as far as it has come.
    movie: PathBuf,
    journal_path: PathBuf,
    /// Locked as long as it is open, so that no other program writes the same movie.
    journal: File,
    /// Its end, behind the last whole line.
    end: u64,
    origin: Option<String>,
}

/// What the journal says of a picture.
struct Record {
    offset: u64,
    length: u64,
    checksum: u32,
    damage: Damage,
}

/// The file that a movie is before it has its name, and its journal.
fn parts_of(path: &Path) -> (PathBuf, PathBuf) {
    let name = path.file_name().unwrap_or_default();
    let name = crc32fast::hash(name.as_encoded_bytes());
    let beside = |ending: &str| path.with_file_name(format!(".sextet-{name:08x}{ending}"));
    (beside(".mov"), beside(".part"))
}

/// Bytes that an unfinished movie has on the disk already.
pub fn unfinished_bytes(path: &Path) -> u64 {
    fs::metadata(parts_of(path).0).map_or(0, |part| part.len())
}

impl Unfinished {
    /// What there is of a movie made of `origin`, or the beginning of a new one.
    ///
    /// # Errors
    /// The file system's error, or that the movie is being written by another program.
    pub fn open(path: &Path, origin: Option<&str>) -> Result<Self, ExportError> {
        let path = std::path::absolute(path).map_err(|source| refused(path, source))?;
        let (movie, journal_path) = parts_of(&path);
        let journal = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&journal_path)
            .map_err(|source| refused(&path, source))?;
        match journal.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ExportError::Busy { path }),
            // Some file systems know no locks.
            Err(TryLockError::Error(error)) => tracing::debug!("no lock: {error}"),
        }
        Ok(Self {
            path,
            movie,
            journal_path,
            journal,
            end: 0,
            origin: origin.map(str::to_owned),
        })
    }

    /// The movie as far as it has come.
    pub fn movie(&self) -> &Path {
        &self.movie
    }

    /// Gives the packets that are in the movie already, in their order, with the damage met; from then on [`Self::note`] goes
    /// on behind them.
    ///
    /// # Errors
    /// The error of `give`, or the file system's.
    pub fn replay(
        &mut self,
        most: u64,
        mut give: impl FnMut(Vec<u8>, Damage) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let path = self.path.clone();
        let failed = |source| refused(&path, source);
        self.journal.rewind().map_err(failed)?;
        let mut lines = BufReader::new(&self.journal);
        let mut line = Vec::new();
        let mut end = read_line(&mut lines, &mut line).map_err(failed)?;
        let is_same = self.origin.as_ref().map(String::as_bytes) == Some(line.as_slice());
        if is_same && let Ok(mut movie) = File::open(&self.movie) {
            for _ in 0..most {
                let length = read_line(&mut lines, &mut line).map_err(failed)?;
                let record = str::from_utf8(&line).ok().and_then(Record::read);
                let Some(record) = record.filter(|_| length > 0) else {
                    break;
                };
                let Some(packet) = record.packet(&mut movie) else {
                    break;
                };
                give(packet, record.damage)?;
                end += length;
            }
        } else {
            end = 0;
        }
        drop(lines);
        self.end = end;
        self.journal.set_len(end).map_err(failed)?;
        self.journal.seek(SeekFrom::Start(end)).map_err(failed)?;
        if end == 0 {
            let origin = self.origin.clone().unwrap_or_default();
            self.append(&origin)?;
        }
        Ok(())
    }

    /// Notes a packet that was written at an offset of the movie.
    ///
    /// # Errors
    /// The file system's error.
    pub fn note(&mut self, offset: u64, packet: &[u8], damage: &Damage) -> Result<(), ExportError> {
        let record = Record {
            offset,
            length: packet.len() as u64,
            checksum: crc32fast::hash(packet),
            damage: damage.clone(),
        };
        self.append(&record.line())
    }

    fn append(&mut self, line: &str) -> Result<(), ExportError> {
        let line = format!("{line}\n");
        self.journal
            .write_all(line.as_bytes())
            .map_err(|source| refused(&self.path, source))?;
        self.end += line.len() as u64;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Of a movie that has its name there is none under this one. What cannot be removed is written over next time.
        fs::remove_file(&self.movie).ok();
        fs::remove_file(&self.journal_path).ok();
    }
}

impl Record {
    fn line(&self) -> String {
        let said = self.damage.first.as_deref().unwrap_or_default();
        format!(
            "{} {} {:08x} {} {} {}",
            self.offset,
            self.length,
            self.checksum,
            self.damage.lost,
            self.damage.concealed,
            said.replace(['\n', '\r'], " ")
        )
    }

    fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(6, ' ');
        Some(Self {
            offset: words.next()?.parse().ok()?,
            length: words.next()?.parse().ok()?,
            checksum: u32::from_str_radix(words.next()?, 16).ok()?,
            damage: Damage {
                lost: words.next()?.parse().ok()?,
                concealed: words.next()?.parse().ok()?,
                first: Some(words.next()?.to_owned()).filter(|said| !said.is_empty()),
            },
        })
    }

    /// The packet, if it is in the movie as it was noted.
    fn packet(&self, movie: &mut File) -> Option<Vec<u8>> {
        let end = self.offset.checked_add(self.length)?;
        if end > movie.metadata().ok()?.len() {
            return None;
        }
        let mut packet = vec![0; usize::try_from(self.length).ok()?];
        movie.seek(SeekFrom::Start(self.offset)).ok()?;
        movie.read_exact(&mut packet).ok()?;
        (crc32fast::hash(&packet) == self.checksum).then_some(packet)
    }
}

/// Reads a line without its end, and gives its length with it; 0 where there is no whole one more.
fn read_line(lines: &mut BufReader<&File>, line: &mut Vec<u8>) -> io::Result<u64> {
    /// The longest line: one with the longest message.
    const MAX_BYTES: u64 = 64 << 10;
    line.clear();
    let length = lines.take(MAX_BYTES).read_until(b'\n', line)?;
    if line.pop() == Some(b'\n') {
        Ok(length as u64)
    } else {
        line.clear();
        Ok(0)
    }
}

fn refused(path: &Path, source: io::Error) -> ExportError {
    ExportError::Mux(MuxError::Io {
        path: path.to_owned(),
        source,
    })
}
