//! Opening media files and reading exact frames from them, held against FFmpeg's own tools.

mod addresses;
mod animations;
#[path = "../support/cards.rs"]
mod cards;
mod codecs;
mod colours;
mod commands;
mod errors;
mod exact;
mod families;
mod fields;
mod fuzz_seeds;
mod hap;
mod heif;
mod kept;
mod live;
mod make;
mod memory;
mod odd;
#[path = "../support/own_process.rs"]
mod own_process;
mod pictures;
mod proxies;
mod sequences;
mod shapes;
mod sound;
mod starts;
mod time_stamps;
mod trust;
mod unseen_packets;
