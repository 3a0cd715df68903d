//! `/settings`: what holds for all projects.

use std::sync::LazyLock;

use super::row::{Area, Row};
use super::value::Kind;
use crate::command::{Command, WindowCommand};
use crate::settings::{Osc, Settings, SoundSettings};

static ROWS: LazyLock<Vec<Row<SettingsArea>>> = LazyLock::new(rows);
static NEUTRAL: LazyLock<Settings> = LazyLock::new(Settings::default);

/// The prebuffer that follows the disk.
const AUTO: &str = "auto";

/// The prebuffers that there are, by their words.
static PREBUFFERS: [&str; 15] = [
    AUTO, "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
];

/// The longest name of a sound device, in bytes.
const MAX_DEVICE_BYTES: usize = 256;
/// Longest text of an address with its port: an IPv6 address with a scope.
const MAX_ADDRESS_BYTES: usize = 64;

/// The area of the settings.
pub(super) struct SettingsArea;

impl Area for SettingsArea {
    type On<'a> = &'a Settings;
    type Edit = Settings;

    fn rows() -> &'static [Row<Self>] {
        &ROWS
    }

    fn neutral() -> &'static Settings {
        &NEUTRAL
    }

    fn command(_: &Settings, settings: Settings) -> Command {
        WindowCommand::SetSettings(Box::new(settings)).into()
    }
}

/// The settings after a change.
fn with(settings: &Settings, change: impl FnOnce(&mut Settings)) -> Settings {
    let mut changed = settings.clone();
    change(&mut changed);
    changed
}

fn rows() -> Vec<Row<SettingsArea>> {
    let mut rows = Vec::from(program_rows());
    rows.extend(sound_rows());
    rows.extend(osc_rows());
    rows
}

/// The window and playback.
fn program_rows() -> [Row<SettingsArea>; 7] {
    [
        Row::<SettingsArea>::choice(
            "theme",
            |settings| settings.look.theme,
            |settings, theme| with(settings, |settings| settings.look.theme = theme),
        ),
        Row::<SettingsArea>::new(
            "scale",
            Kind::Int { min: 50, max: 300 },
            |settings| i64::from(settings.look.scale_percent),
            |settings, percent: i64| {
                with(settings, |settings| {
                    settings.look.scale_percent = percent as u32;
                })
            },
        )
        .unit("%"),
        Row::<SettingsArea>::new(
            "autosave",
            Kind::Int { min: 5, max: 600 },
            |settings| i64::from(settings.autosave_s),
            |settings, seconds: i64| {
                with(settings, |settings| settings.autosave_s = seconds as u32)
            },
        )
        .unit("s"),
        Row::<SettingsArea>::choice_of(
            "prebuffer",
            &PREBUFFERS,
            |settings| {
                let name = settings.playback.prebuffer.to_string();
                let known = PREBUFFERS.iter().find(|known| **known == name);
                known.copied().unwrap_or(AUTO)
            },
            |settings, name| {
                let prebuffer = name.parse().ok()?;
                Some(with(settings, |settings| {
                    settings.playback.prebuffer = prebuffer;
                }))
            },
        )
        .unit("frames"),
        Row::<SettingsArea>::new(
            "frame-memory",
            Kind::Int {
                min: 64,
                max: 16384,
            },
            |settings| i64::from(settings.playback.budget_mib),
            |settings, mebibytes: i64| {
                with(settings, |settings| {
                    settings.playback.budget_mib = mebibytes as u32;
                })
            },
        )
        .unit("MiB"),
        Row::<SettingsArea>::choice(
            "io",
            |settings| settings.playback.io,
            |settings, io| with(settings, |settings| settings.playback.io = io),
        ),
        Row::<SettingsArea>::choice(
            "decode",
            |settings| settings.playback.decode,
            |settings, decode| with(settings, |settings| settings.playback.decode = decode),
        ),
    ]
}

fn sound_rows() -> Vec<Row<SettingsArea>> {
    vec![
        Row::<SettingsArea>::new(
            "sound-device",
            Kind::Text {
                max_bytes: MAX_DEVICE_BYTES,
            },
            |settings| settings.sound.device.clone(),
            |settings, device: String| with(settings, |settings| settings.sound.device = device),
        ),
        Row::<SettingsArea>::new(
            "sound-offset",
            Kind::Float {
                min: -SoundSettings::MOST_OFFSET_MS,
                max: SoundSettings::MOST_OFFSET_MS,
            },
            |settings| settings.sound.offset_ms(),
            |settings, offset_ms: f64| {
                with(settings, |settings| {
                    let sound = &mut settings.sound;
                    sound.set_offset_ms(offset_ms);
                })
            },
        )
        .unit("ms"),
    ]
}

/// Open Sound Control.
fn osc_rows() -> [Row<SettingsArea>; 4] {
    [
        Row::<SettingsArea>::switch(
            "osc/enabled",
            |settings| settings.osc.is_on,
            |settings, is_on| with(settings, |settings| settings.osc.is_on = is_on),
        ),
        Row::<SettingsArea>::text(
            "osc/address",
            MAX_ADDRESS_BYTES,
            |settings| settings.osc.address.to_string(),
            |settings, text| {
                let address = text.trim().parse().ok()?;
                Some(with(settings, |settings| settings.osc.address = address))
            },
        ),
        Row::<SettingsArea>::new(
            "osc/port",
            Kind::Int { min: 0, max: 65535 },
            |settings| i64::from(settings.osc.port),
            |settings, port: i64| with(settings, |settings| settings.osc.port = port as u16),
        ),
        Row::<SettingsArea>::text(
            "osc/targets",
            Osc::MAX_TARGETS * MAX_ADDRESS_BYTES,
            |settings| {
                let targets = settings.osc.targets.iter();
                let targets: Vec<_> = targets.map(ToString::to_string).collect();
                targets.join(" ")
            },
            |settings, text| {
                let targets = text.split_whitespace().map(|target| target.parse().ok());
                let targets: Vec<_> = targets.collect::<Option<_>>()?;
                (targets.len() <= Osc::MAX_TARGETS)
                    .then(|| with(settings, |settings| settings.osc.targets = targets))
            },
        ),
    ]
}
