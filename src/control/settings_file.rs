//! The settings file: RON, written as a whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ron::ser::PrettyConfig;

use crate::project::replace_small_file;
use crate::settings::{SETTINGS_VERSION, Settings};

/// Largest file that is read: some hundred times what settings need.
const MAX_BYTES: u64 = 1 << 20;

/// Settings that cannot be read; the defaults are taken instead.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// The file cannot be read.
    #[error("the settings cannot be read ({source}), so the usual ones are used: {}", path.display())]
    Io {
        /// The error of the file system.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is broken.
    #[error(
        "the settings are broken ({reason}), so the usual ones are used; the broken file is kept as {}",
        kept.display()
    )]
    Broken {
        /// The reason.
        reason: String,
        /// Its new name.
        kept: PathBuf,
    },
}

/// Reads the settings; the defaults where there is no file.
///
/// # Errors
/// The file cannot be read or parsed. A broken one gets another name, so that it can be mended.
pub(crate) fn load(path: &Path) -> Result<Settings, SettingsError> {
    let io_error = |source| SettingsError::Io {
        source,
        path: path.to_owned(),
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => return Err(io_error(error)),
        Ok(metadata) if metadata.len() > MAX_BYTES => {
            return Err(broken(path, "it is too large".to_owned()));
        }
        Ok(_) => {}
    }
    let text = fs::read(path).map_err(io_error)?;
    let text = String::from_utf8_lossy(&text);
    match ron::from_str::<Settings>(&text) {
        Ok(settings) => Ok(settings.clamped()),
        Err(error) => Err(broken(path, error.to_string())),
    }
}

fn broken(path: &Path, reason: String) -> SettingsError {
    let kept = path.with_extension("broken.ron");
    if let Err(error) = fs::rename(path, &kept) {
        tracing::warn!(%error, path = %path.display(), "the broken settings stay where they are");
    }
    SettingsError::Broken { reason, kept }
}

/// The version of the settings in a file; none where that is not told.
fn version_in(path: &Path) -> Option<u32> {
    /// The field that every version has.
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: u32,
    }
    let is_small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= MAX_BYTES);
    let text = is_small.then(|| fs::read(path).ok()).flatten()?;
    let versioned: Versioned = ron::from_str(&String::from_utf8_lossy(&text)).ok()?;
    Some(versioned.version)
}

/// Keeps a file of a newer version beside the one that takes its place, since that lacks what is new in it.
fn keep_newer(path: &Path) {
    let Some(version) = version_in(path).filter(|version| *version > SETTINGS_VERSION) else {
        return;
    };
    let kept = path.with_extension(format!("v{version}.ron"));
    match fs::copy(path, &kept) {
        Ok(_) => tracing::info!("settings of version {version} are kept: {}", kept.display()),
        Err(error) => tracing::warn!(%error, "newer settings are not kept: {}", kept.display()),
    }
}

/// Writes the settings, so that the file is the old or the new one at every moment. The folder is made if need be. A file
/// of a newer version is kept under a name of its own.
///
/// # Errors
/// The error of the file system.
pub(crate) fn save(settings: &Settings, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    keep_newer(path);
    let pretty = PrettyConfig::new().new_line("\n");
    let mut text = ron::ser::to_string_pretty(settings, pretty).map_err(io::Error::other)?;
    text.push('\n');
    replace_small_file(path, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{PrebufferDepth, ThemeChoice};

    #[test]
    fn settings_come_back_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/settings.ron");
        assert_eq!(load(&path).expect("none yet"), Settings::default());
        let mut settings = Settings::default();
        settings.look.theme = ThemeChoice::Light;
        settings.playback.prebuffer = PrebufferDepth::Frames(8);
        settings.layout.panels.insert("media".to_owned(), 250.5);
        settings
            .shortcuts
            .insert("Save".to_owned(), vec!["F5".to_owned()]);
        save(&settings, &path).expect("saves");
        assert_eq!(load(&path).expect("loads"), settings);
    }

    #[test]
    fn fields_of_other_versions_are_passed_over_and_missing_ones_are_usual() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.ron");
        let text = "(version: 9, look: (theme: Light, gloss: Some([1, 2])), hologram: (depth: 3), autosave_s: 60)";
        fs::write(&path, text).expect("writes");
        let settings = load(&path).expect("loads");
        assert_eq!(settings.look.theme, ThemeChoice::Light);
        assert_eq!(settings.autosave_s, 60);
        assert_eq!(settings.playback, Settings::default().playback);
        save(&settings, &path).expect("saves");
        save(&settings, &path).expect("saves once more");
        let kept = fs::read_to_string(folder.path().join("settings.v9.ron"));
        assert_eq!(kept.expect("kept"), text, "nothing of it is lost");
        assert_eq!(load(&path).expect("loads"), settings);
    }

    #[test]
    fn a_broken_file_is_told_kept_and_not_in_the_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.ron");
        fs::write(&path, "(version: 1, look: oops").expect("writes");
        let error = load(&path).expect_err("it is broken");
        let SettingsError::Broken { kept, .. } = &error else {
            panic!("{error}");
        };
        assert!(kept.exists(), "it can be mended");
        assert_eq!(
            load(&path).expect("nothing is there now"),
            Settings::default()
        );
    }
}
