//! Sound devices: which there are, and handing frames to one.
//!
//! The callback of a device takes frames from a ring, and says how many and when. It allocates nothing, takes no lock and
//! writes no log.

use rtrb::{Consumer, Producer};

use super::device_line::DeviceReport;
use crate::media::StereoFrame;
use crate::time::{Clock, Time};

/// A sound device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Its name, by which it is chosen.
    pub name: String,
    /// What it is called by people.
    pub description: String,
    /// The system that serves it, such as `PulseAudio`.
    pub host: String,
    /// Its channels.
    pub channels: u16,
    /// Its frames per second, if nothing else is asked for.
    pub rate_hz: u32,
    /// True if the system plays by it where no device is named.
    pub is_default: bool,
}

/// The device that is wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceWish {
    /// The system's default, whichever that is at the time.
    #[default]
    Default,
    /// The one of this name, and no other.
    Named(String),
}

/// No device plays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// This program was built without.
    #[error("this program was built without sound devices")]
    NotBuilt,
    /// There is none.
    #[error("there is no sound device")]
    None,
    /// The one that was asked for is not there.
    #[error("there is no sound device {name:?}; `sextet sound` lists those that are there")]
    NotFound {
        /// Its name.
        name: String,
    },
    /// It does not play.
    #[error("the sound device {name:?} does not play ({reason})")]
    Refused {
        /// Its name.
        name: String,
        /// Its reason.
        reason: String,
    },
}

/// Takes frames from a ring as a device asks for them.
pub struct Taker {
    ring: Consumer<StereoFrame>,
    reports: Producer<DeviceReport>,
    clock: Clock,
    frames: u64,
    starved: u64,
}

impl Taker {
    /// Takes from `ring`, and reports to `reports` by `clock`.
    pub fn new(ring: Consumer<StereoFrame>, reports: Producer<DeviceReport>, clock: Clock) -> Self {
        Self {
            ring,
            reports,
            clock,
            frames: 0,
            starved: 0,
        }
    }

    /// Hands `count` frames to `put`, the first of which is heard after `latency`; silence where the ring is empty.
    pub fn take(&mut self, count: usize, latency: Time, mut put: impl FnMut(usize, StereoFrame)) {
        let report = DeviceReport {
            frames: self.frames,
            starved: self.starved,
            time: self.clock.now(),
            latency,
        };
        // Who reads the reports is late; the next one says all that this one does.
        let _full = self.reports.push(report);
        for place in 0..count {
            let frame = self.ring.pop().unwrap_or_else(|_| {
                self.starved += 1;
                [0.0; 2]
            });
            put(place, frame);
        }
        self.frames += count as u64;
    }
}

#[cfg(feature = "sound")]
pub use with_cpal::devices;
#[cfg(feature = "sound")]
pub(super) use with_cpal::{Playing, open};

#[cfg(not(feature = "sound"))]
pub use without::devices;
#[cfg(not(feature = "sound"))]
pub(super) use without::{Playing, open};

#[cfg(not(feature = "sound"))]
mod without {
    use super::*;

    /// None: this program was built without.
    ///
    /// # Errors
    /// [`DeviceError::NotBuilt`].
    pub fn devices() -> Result<Vec<DeviceInfo>, DeviceError> {
        Err(DeviceError::NotBuilt)
    }

    /// A device that plays; there is none.
    pub(in super::super) struct Playing {
        pub(in super::super) name: String,
        pub(in super::super) rate_hz: u32,
    }

    impl Playing {
        pub(in super::super) fn error(&self) -> Option<String> {
            None
        }
    }

    pub(in super::super) fn open(
        _wish: &DeviceWish,
        _taker: impl FnOnce() -> Taker,
    ) -> Result<Playing, DeviceError> {
        Err(DeviceError::NotBuilt)
    }
}

#[cfg(feature = "sound")]
mod with_cpal {
    use std::sync::Arc;
    use std::time::Duration;

    use cpal::traits::{DeviceTrait as _, HostTrait as _, StreamTrait as _};
    use cpal::{BufferSize, FromSample, SampleFormat, SizedSample, StreamConfig};
    use parking_lot::Mutex;

    use super::{DeviceError, DeviceInfo, DeviceWish, Taker};
    use crate::audio::RATE_HZ;
    use crate::time::Time;

    /// Frames that a device is asked to take at a time: 10.7 ms. Never a system's default, which may be seconds.
    const BUFFER_FRAMES: u32 = 512;

    /// Longest wait for a device to open.
    const OPEN_TIME_OUT: Duration = Duration::from_secs(3);

    /// ALSA's device that discards all at once, so that no sound has its time on it.
    const NO_CLOCK: &str = "null";

    /// Formats of samples in the order in which they are liked.
    const FORMATS: [SampleFormat; 4] = [
        SampleFormat::F32,
        SampleFormat::I32,
        SampleFormat::I24,
        SampleFormat::I16,
    ];

    /// The sound devices that there are, the default one first.
    ///
    /// # Errors
    /// That the system does not list them.
    pub fn devices() -> Result<Vec<DeviceInfo>, DeviceError> {
        keep_alsa_quiet();
        let host = cpal::default_host();
        let default = host
            .default_output_device()
            .and_then(|device| device.id().ok());
        let all = host.devices().map_err(|error| DeviceError::Refused {
            name: host.id().name().to_owned(),
            reason: error.to_string(),
        })?;
        let mut listed: Vec<DeviceInfo> = all
            .filter_map(|device| info(&device, host.id().name(), default.as_ref()))
            .collect();
        listed.sort_by_key(|device| !device.is_default);
        Ok(listed)
    }

    fn info(
        device: &cpal::Device,
        host: &str,
        default: Option<&cpal::DeviceId>,
    ) -> Option<DeviceInfo> {
        let config = device.default_output_config().ok()?;
        let id = device.id().ok().filter(|id| id.id() != NO_CLOCK)?;
        Some(DeviceInfo {
            name: name_of(&id),
            description: device.description().ok()?.name().to_owned(),
            host: host.to_owned(),
            channels: config.channels(),
            rate_hz: config.sample_rate(),
            is_default: default == Some(&id),
        })
    }

    fn name_of(id: &cpal::DeviceId) -> String {
        id.id().to_owned()
    }

    /// Has ALSA keep to itself what it would write to standard error on this thread; all of it comes as an error too.
    fn keep_alsa_quiet() {
        #[cfg(target_os = "linux")]
        if let Err(error) = alsa::Output::local_error_handler() {
            tracing::debug!(%error, "ALSA may write to standard error");
        }
    }

    /// A device that plays until this is dropped.
    pub(in super::super) struct Playing {
        _stream: cpal::Stream,
        pub(in super::super) name: String,
        pub(in super::super) rate_hz: u32,
        error: Arc<Mutex<Option<String>>>,
    }

    impl Playing {
        /// The reason for which it plays no more.
        pub(in super::super) fn error(&self) -> Option<String> {
            self.error.lock().clone()
        }
    }

    /// Has a device play what `taker` takes.
    ///
    /// # Errors
    /// That there is none, or that it does not play.
    pub(in super::super) fn open(
        wish: &DeviceWish,
        taker: impl FnOnce() -> Taker,
    ) -> Result<Playing, DeviceError> {
        keep_alsa_quiet();
        let host = cpal::default_host();
        let device = match wish {
            DeviceWish::Default => host.default_output_device().ok_or(DeviceError::None)?,
            DeviceWish::Named(name) => {
                let is_it = |device: &cpal::Device| {
                    let has_id = device.id().is_ok_and(|id| name_of(&id) == *name);
                    has_id || device.description().is_ok_and(|said| said.name() == name)
                };
                let mut devices = host.devices().into_iter().flatten();
                let found =
                    devices.find(|device| is_it(device) && device.default_output_config().is_ok());
                found.ok_or_else(|| DeviceError::NotFound { name: name.clone() })?
            }
        };
        let name = device.description().map_or_else(
            |_| "of the system".to_owned(),
            |said| said.name().to_owned(),
        );
        let refused = |error: cpal::Error| DeviceError::Refused {
            name: name.clone(),
            reason: error.to_string(),
        };
        let (config, format) = configure(&device).map_err(refused)?;
        let error = Arc::new(Mutex::new(None));
        let stream =
            build(&device, config, format, taker(), Arc::clone(&error)).map_err(refused)?;
        stream.play().map_err(refused)?;
        Ok(Playing {
            _stream: stream,
            rate_hz: config.sample_rate,
            name,
            error,
        })
    }

    /// Two channels, else those of the device; 48 kHz, else its rate; the best format.
    fn configure(device: &cpal::Device) -> Result<(StreamConfig, SampleFormat), cpal::Error> {
        let default = device.default_output_config()?;
        let mut best = (
            usize::MAX,
            default.channels(),
            default.sample_rate(),
            default.sample_format(),
        );
        for range in device.supported_output_configs()? {
            let Some(liked) = FORMATS
                .iter()
                .position(|format| *format == range.sample_format())
            else {
                continue;
            };
            let rates = range.min_sample_rate()..=range.max_sample_rate();
            let is_rate = rates.contains(&RATE_HZ);
            let is_stereo = range.channels() == default.channels().max(2);
            let cost = liked + usize::from(!is_rate) * 10 + usize::from(!is_stereo) * 100;
            if cost < best.0 && (is_rate || rates.contains(&default.sample_rate())) {
                let rate_hz = if is_rate {
                    RATE_HZ
                } else {
                    default.sample_rate()
                };
                best = (cost, range.channels(), rate_hz, range.sample_format());
            }
        }
        let (_, channels, sample_rate, format) = best;
        let config = StreamConfig {
            channels,
            sample_rate,
            buffer_size: BufferSize::Fixed(BUFFER_FRAMES),
        };
        Ok((config, format))
    }

    fn build(
        device: &cpal::Device,
        config: StreamConfig,
        format: SampleFormat,
        taker: Taker,
        error: Arc<Mutex<Option<String>>>,
    ) -> Result<cpal::Stream, cpal::Error> {
        match format {
            SampleFormat::I16 => build_as::<i16>(device, config, taker, error),
            SampleFormat::I24 => build_as::<cpal::I24>(device, config, taker, error),
            SampleFormat::I32 => build_as::<i32>(device, config, taker, error),
            _ => build_as::<f32>(device, config, taker, error),
        }
    }

    fn build_as<T: SizedSample + FromSample<f32>>(
        device: &cpal::Device,
        config: StreamConfig,
        mut taker: Taker,
        error: Arc<Mutex<Option<String>>>,
    ) -> Result<cpal::Stream, cpal::Error> {
        let channels = usize::from(config.channels.max(1));
        let callback = move |data: &mut [T], info: &cpal::OutputCallbackInfo| {
            let times = info.timestamp();
            let latency = times.playback.saturating_duration_since(times.callback);
            let latency = Time::from_nanos(i64::try_from(latency.as_nanos()).unwrap_or(0));
            data.fill(T::from_sample(0.0));
            taker.take(data.len() / channels, latency, |place, frame| {
                let to = &mut data[place * channels..][..channels];
                match to {
                    [mono] => *mono = T::from_sample((frame[0] + frame[1]) * 0.5),
                    [left, right, ..] => {
                        *left = T::from_sample(frame[0]);
                        *right = T::from_sample(frame[1]);
                    }
                    [] => {}
                }
            });
        };
        let on_error = move |said: cpal::Error| match said.kind() {
            // The stream goes on by itself, or says so once more.
            cpal::ErrorKind::DeviceChanged | cpal::ErrorKind::Xrun => {}
            _ => *error.lock() = Some(said.to_string()),
        };
        device.build_output_stream(config, callback, on_error, Some(OPEN_TIME_OUT))
    }
}
