//! `sextet sound`: the sound devices of this machine.

use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use super::output;
use crate::audio::output::{DeviceInfo, devices};

/// Arguments of `sound`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct SoundArgs {
    /// Print one JSON array, with an object for each device.
    #[arg(long)]
    pub json: bool,
}

/// A device; the names are a contract.
#[derive(Debug, Serialize)]
struct DeviceReport {
    name: String,
    description: String,
    host: String,
    channels: u16,
    rate: u32,
    is_default: bool,
}

impl From<DeviceInfo> for DeviceReport {
    fn from(device: DeviceInfo) -> Self {
        Self {
            name: device.name,
            description: device.description,
            host: device.host,
            channels: device.channels,
            rate: device.rate_hz,
            is_default: device.is_default,
        }
    }
}

/// Prints the sound devices, the default one first. That there is none is no error.
///
/// # Errors
/// That the devices cannot be listed, or standard output not be written.
pub fn run(args: SoundArgs) -> Result<ExitCode> {
    let devices: Vec<DeviceReport> = devices()?.into_iter().map(DeviceReport::from).collect();
    if args.json {
        output::print_line(&serde_json::to_string_pretty(&devices)?)?;
    } else if devices.is_empty() {
        output::remark("there is no sound device");
    } else {
        output::print_line(&table(&devices))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(devices: &[DeviceReport]) -> String {
    let headings = ["", "name", "description", "channels", "Hz", "through"].map(str::to_owned);
    let row = |device: &DeviceReport| {
        [
            if device.is_default { "default" } else { "" }.to_owned(),
            output::escaped(&device.name),
            output::escaped(&device.description),
            device.channels.to_string(),
            device.rate.to_string(),
            device.host.clone(),
        ]
    };
    let rows = std::iter::once(headings).chain(devices.iter().map(row));
    output::aligned(&rows.collect::<Vec<_>>()).join("\n")
}
