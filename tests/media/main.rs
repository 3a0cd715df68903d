//! Opening media files and reading exact frames from them, held against FFmpeg's own tools.

#[path = "../support/cards.rs"]
mod cards;
mod codecs;
mod colours;
mod commands;
mod errors;
mod exact;
mod families;
mod fuzz_seeds;
mod hap;
mod kept;
mod live;
mod make;
mod memory;
mod odd;
#[path = "../support/own_process.rs"]
mod own_process;
mod proxies;
mod sequences;
mod sound;
mod time_stamps;
mod trust;
mod unseen_packets;
