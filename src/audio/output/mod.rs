//! Handing the mix out: to a device in step with the clock, or to a file.
//!
//! ```text
//! engine ─ Plan ─► SoundThread ─ Feeder ─► ring ─► device's callback, which takes and does nothing else
//!                     ▲  └ wants ─► thread `sound-decode` ─► BlockStore
//!                     └─ reports of the callback ─► DeviceLine ─► StepControl
//! engine ─ Plan ─► Recorder ─ Feeder ─► WAV
//! ```
//!
//! * [`Plan`], [`Motion`]: what is heard when, as the engine says it.
//! * [`Feeder`]: the frames for each moment; [`StepControl`]: what is done about an error; `slewer`: other rates.
//! * [`SoundThread`], `decode_thread`, `device`, [`DeviceLine`]: real time. [`Recorder`], [`wav`]: a file.

mod decode_thread;
mod device;
mod device_line;
mod feeder;
mod joined;
mod plan;
mod recorder;
mod slewer;
mod sound_status;
mod sound_thread;
mod step_control;
pub mod wav;

pub use device::{DeviceError, DeviceInfo, DeviceWish, Taker, devices};
pub use device_line::{DeviceLine, DeviceReport};
pub use feeder::Feeder;
pub use plan::{Motion, Plan};
pub use recorder::{RecordError, Recorder};
pub use sound_status::{SoundEvent, SoundStatus};
pub use sound_thread::SoundThread;
pub use step_control::{JUMP, MOST_SLEW, Step, StepControl};
