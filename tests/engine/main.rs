//! Projects through the whole engine, under a clock that is set by hand or in real time.

mod accounting;
mod breakdowns;
mod bytes;
#[path = "../support/card_rig.rs"]
mod card_rig;
#[path = "../support/cards.rs"]
mod cards;
mod disks;
mod every_frame;
mod faults;
mod gpu;
mod hap_flaws;
mod numbers;
mod overload;
#[path = "../support/own_process.rs"]
mod own_process;
mod playback;
mod policies;
mod proxies;
#[path = "../support/scripted.rs"]
#[expect(dead_code, reason = "other binaries use the rest")]
mod scripted;
#[path = "../support/scripted_engine.rs"]
mod scripted_engine;
mod settings;
mod sharing;
#[path = "../support/six_layers.rs"]
mod six_layers;
mod speed;
mod storm;
#[path = "../support/ticking.rs"]
mod ticking;
#[path = "../support/timed_disk.rs"]
mod timed_disk;
mod trust;
mod voices;
#[path = "../support/watchdog.rs"]
mod watchdog;
