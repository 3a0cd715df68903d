//! Runs a filter of another program over a movie and makes a movie of what comes back:
//!
//! ```text
//! cargo run --example filter_movie -- IN.mov OUT.mov ffmpeg -v error -f rawvideo -pix_fmt rgba -s 1920x1080 -i - \
//!     -vf negate -f rawvideo -pix_fmt rgba -
//! ```
//!
//! The program gets RGBA of the movie's size on standard input, frame after frame, and gives as much back.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use image::RgbaImage;
use sextet::export::{FrameEncoder, FrameFile, FrameRange, Picture};
use sextet::media::ffmpeg::mux::MovWriter;
use sextet::media::hap::HapVariant;
use sextet::media::hap::encode::FrameOptions;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, program, arguments @ ..] = words.as_slice() else {
        return Err("usage: filter_movie IN OUT.mov PROGRAM ARGUMENTS…".into());
    };
    let file = FrameFile::open(Path::new(input))?;
    let [width_px, height_px] = file.size_px();
    let mut filter = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut to_filter = filter.stdin.take().ok_or("no standard input")?;
    let mut from_filter = filter.stdout.take().ok_or("no standard output")?;
    let variant = HapVariant::HapQ;
    let mut encoder = FrameEncoder::new(variant, FrameOptions::default());
    let mut writer =
        MovWriter::create(Path::new(output), variant, width_px, height_px, file.rate())?;
    let sent = thread::scope(|scope| -> Result<u64, Box<dyn Error>> {
        // Written by a thread of its own: the program may give back late, and take no more before.
        let sender = scope.spawn(|| -> Result<u64, String> {
            let mut sent = 0;
            for frame in file.walk(FrameRange::default()) {
                let frame = frame.map_err(|error| error.to_string())?;
                let written = to_filter.write_all(frame.picture.as_raw());
                written.map_err(|error| error.to_string())?;
                sent += 1;
            }
            drop(to_filter);
            Ok(sent)
        });
        let mut pixels = vec![0; 4 * width_px as usize * height_px as usize];
        let mut received = 0;
        while from_filter.read_exact(&mut pixels).is_ok() {
            let picture = RgbaImage::from_raw(width_px, height_px, pixels.clone());
            let picture = Picture::Levels(picture.ok_or("not a picture")?);
            writer.write(&encoder.packet(&picture)?)?;
            received += 1;
        }
        let sent = sender.join().map_err(|_panic| "the sender broke down")??;
        if received == sent {
            Ok(sent)
        } else {
            Err(format!("{sent} frames were sent and {received} came back").into())
        }
    })?;
    filter.wait()?;
    writer.finish()?;
    writeln!(std::io::stdout(), "{sent} frames")?;
    Ok(())
}
