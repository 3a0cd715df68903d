//! Where sound goes.

use crate::audio::output::DeviceWish;
use crate::time::Time;

/// Where sound goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SoundTo {
    /// Nowhere.
    #[default]
    Nowhere,
    /// To a device.
    Device {
        /// Which one.
        wish: DeviceWish,
        /// Time by which the device is heard later than it says.
        offset: Time,
    },
    /// It is kept in mind, to be mixed exactly once it is over: [`Engine::write_sound`](super::Engine::write_sound).
    File,
}
