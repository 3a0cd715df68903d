//! Opening media files and reading exact frames from them, held against FFmpeg's own tools.

mod codecs;
mod colours;
mod commands;
mod errors;
mod exact;
mod families;
mod hap;
mod kept;
mod live;
mod make;
mod odd;
mod sequences;
mod trust;
