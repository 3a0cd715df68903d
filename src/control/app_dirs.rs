//! Folders of the user: settings, recent projects, unsaved changes.

use std::env;
use std::path::PathBuf;

use directories::ProjectDirs;

/// Environment variables that put the folders elsewhere, for tests and for shows carried on a stick.
const CONFIG_VARIABLE: &str = "SEXTET_CONFIG_DIR";
const DATA_VARIABLE: &str = "SEXTET_DATA_DIR";

/// The folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppDirs {
    /// Folder of the settings.
    pub config: PathBuf,
    /// Folder of everything else.
    pub data: PathBuf,
}

impl AppDirs {
    /// The folders that the system has for this, or those that `SEXTET_CONFIG_DIR` and `SEXTET_DATA_DIR` name. None on
    /// a system where the user has no home.
    pub fn of_user() -> Option<Self> {
        let named = |variable| env::var_os(variable).filter(|value| !value.is_empty());
        let usual = ProjectDirs::from("", "", "sextet");
        let config = named(CONFIG_VARIABLE).map(PathBuf::from);
        let data = named(DATA_VARIABLE).map(PathBuf::from);
        Some(Self {
            config: config.or_else(|| Some(usual.as_ref()?.config_dir().to_owned()))?,
            data: data.or_else(|| Some(usual.as_ref()?.data_dir().to_owned()))?,
        })
    }

    /// The file with the settings.
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.ron")
    }

    /// The folder with unsaved changes of running programs.
    pub fn recovery(&self) -> PathBuf {
        self.data.join("recovery")
    }

    /// The folder with locks of open projects.
    pub fn locks(&self) -> PathBuf {
        self.data.join("locks")
    }

    /// The file with the recent projects.
    pub fn recent(&self) -> PathBuf {
        self.data.join("recent.ron")
    }

    /// The folder with the user's own templates.
    pub fn templates(&self) -> PathBuf {
        self.data.join("templates")
    }
}
