//! The player and its threads on scripted sources.

mod parts;
#[path = "../support/player_rig.rs"]
mod player_rig;
mod properties;
#[path = "../support/scripted.rs"]
mod scripted;
mod sound;
mod sound_in_step;
mod threads;
