//! Streams of sound: what opening a file says of them, and their samples at any position, held against FFmpeg's tools.

use std::process::Command;

use super::make::Clip;
use sextet::media::{
    self, MediaError, OpenOptions, Sound, SoundSource, StereoFrame, TextureSupport,
};
use sextet::time::Time;

/// Noise that is the same each time, so that no two places sound alike.
const NOISE: &str =
    "anoisesrc=r=48000:d=3:a=0.5:seed=7,lowpass=f=6000,aformat=channel_layouts=stereo";

fn media(clip: &Clip) -> media::Media {
    let options = OpenOptions::new(TextureSupport::BlockCompressed);
    media::open(&clip.path, &options).expect("opens")
}

fn sound_of(clip: &Clip) -> Option<Sound> {
    let media = media(clip);
    assert!(media.video.is_some(), "it has pictures");
    media.sound
}

/// A second of pictures with these streams of sound.
fn clip(name: &str, inputs: &[&str], encoding: &[&str]) -> Clip {
    let mut arguments = vec!["-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=1"];
    for input in inputs {
        arguments.extend(["-f", "lavfi", "-i", input]);
    }
    arguments.extend(["-map", "0"]);
    let maps: Vec<String> = (1..=inputs.len()).map(|input| input.to_string()).collect();
    for map in &maps {
        arguments.extend(["-map", map]);
    }
    arguments.extend(encoding);
    Clip::made(name, &arguments)
}

/// A file of this sound alone.
fn alone(name: &str, input: &str, encoding: &str) -> Clip {
    let mut arguments = vec!["-f", "lavfi", "-i", input];
    arguments.extend(encoding.split_whitespace());
    Clip::made(name, &arguments)
}

fn source(sound: &Sound, place: usize, rate_hz: u32) -> Box<dyn SoundSource> {
    let stream = sound.streams[place].index;
    sound.opener.open(stream, rate_hz).expect("a decoder")
}

fn read(source: &mut dyn SoundSource, at: i64, count: usize) -> Vec<StereoFrame> {
    let mut frames = vec![[9.0; 2]; count];
    source.read(at, &mut frames).expect("it reads");
    frames
}

/// What FFmpeg's tool decodes with these options: stereo at this rate.
fn reference(clip: &Clip, rate_hz: u32, decoding: &[&str]) -> Vec<StereoFrame> {
    let rate = rate_hz.to_string();
    let output = Command::new("ffmpeg")
        .args(["-v", "quiet"])
        .args(decoding)
        .arg("-i")
        .arg(&clip.path)
        .args([
            "-map", "0:a:0", "-ac", "2", "-ar", &rate, "-f", "f32le", "-",
        ])
        .output()
        .expect("the ffmpeg tool");
    let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    let frames = output.stdout.chunks_exact(8);
    frames
        .map(|bytes| [sample(&bytes[..4]), sample(&bytes[4..])])
        .collect()
}

/// The largest difference of two sounds.
fn apart(one: &[StereoFrame], other: &[StereoFrame]) -> f32 {
    assert_eq!(one.len(), other.len(), "equally long");
    let pairs = one.iter().flatten().zip(other.iter().flatten());
    pairs
        .map(|(one, other)| (one - other).abs())
        .fold(0.0, f32::max)
}

fn peak(frames: &[StereoFrame]) -> f32 {
    frames
        .iter()
        .flatten()
        .fold(0.0, |peak, sample| sample.abs().max(peak))
}

#[test]
fn each_stream_of_sound_is_described_as_its_container_says() {
    let inputs = [
        "sine=r=48000:d=1,aformat=channel_layouts=stereo",
        "sine=r=44100:d=0.5",
    ];
    for (name, encoding, codecs) in [
        ("two.mov", "-c:v libx264 -c:a pcm_s16le", "pcm_s16le"),
        ("two.mkv", "-c:v libx264 -c:a flac", "flac"),
        ("hap.mov", "-c:v hap -c:a pcm_s24le", "pcm_s24le"),
    ] {
        let encoding: Vec<&str> = encoding.split(' ').collect();
        let sound = sound_of(&clip(name, &inputs, &encoding)).expect("two streams");
        let [stereo, mono] = sound.streams.as_slice() else {
            panic!("{name}: {sound:?}");
        };
        assert_eq!((stereo.index, mono.index), (1, 2), "{name}");
        assert_eq!((stereo.channels, stereo.rate_hz), (2, 48_000), "{name}");
        assert_eq!((mono.channels, mono.rate_hz), (1, 44_100), "{name}");
        assert_eq!(
            (&*stereo.layout, &*mono.layout),
            ("stereo", "mono"),
            "{name}"
        );
        for stream in &sound.streams {
            assert_eq!(stream.codec, codecs, "{name}");
            assert_eq!(stream.start, Time::ZERO, "{name}");
            let seconds = stream.duration.expect("it is known").seconds();
            assert!((0.4..1.2).contains(&seconds), "{name}: {seconds}");
        }
    }
}

#[test]
fn a_file_without_sound_has_none_and_one_of_sound_alone_has_no_picture() {
    let mute = clip("mute.mov", &[], &["-c:v", "libx264"]);
    assert!(sound_of(&mute).is_none());
    let alone = alone("alone.wav", "sine=r=48000:d=1", "");
    let media = media(&alone);
    assert!(media.video.is_none() && media.sound.is_some());
    assert!(matches!(
        media.into_video(),
        Err(MediaError::NoVideo { .. })
    ));
    let neither = Clip::of("words.txt", b"neither sound nor pictures");
    let options = OpenOptions::new(TextureSupport::BlockCompressed);
    assert!(media::open(&neither.path, &options).is_err());
}

// AAC without what it puts in the place of noise, which is another one each time.
#[test]
fn every_sample_is_where_ffmpeg_decodes_it_and_a_jump_gives_what_playing_gives() {
    for (name, encoding) in [
        ("a.wav", "-c:a pcm_s16le"),
        ("b.wav", "-c:a pcm_f32le"),
        ("a.aiff", "-c:a pcm_s24be"),
        ("a.flac", ""),
        ("a.m4a", "-c:a aac -b:a 128k -aac_pns 0"),
        ("b.m4a", "-c:a alac"),
        ("cbr.mp3", "-c:a libmp3lame -b:a 128k"),
        ("vbr.mp3", "-c:a libmp3lame -q:a 4"),
        ("a.ac3", "-c:a ac3"),
        ("a.eac3", "-c:a eac3"),
        ("a.opus", "-c:a libopus"),
        ("a.ogg", "-c:a libvorbis"),
        ("opus.mkv", "-c:a libopus"),
        ("aac.mkv", "-c:a aac -aac_pns 0"),
        ("flac.mkv", "-c:a flac"),
        ("pcm.mkv", "-c:a pcm_s16le"),
        ("aac.ts", "-c:a aac -aac_pns 0 -f mpegts"),
        ("a.aac", "-c:a aac -aac_pns 0"),
        ("pcm.avi", "-c:a pcm_s16le"),
    ] {
        let clip = alone(name, NOISE, encoding);
        // The noise that AC-3 puts in the place of what has no bits is to be that of the frame.
        let decoding: &[&str] = if name.ends_with("ac3") {
            &["-cons_noisegen", "1"]
        } else {
            &[]
        };
        let expected = reference(&clip, 48_000, decoding);
        let sound = media(&clip).sound.expect("sound");
        let mut playing = source(&sound, 0, 48_000);
        let whole: Vec<StereoFrame> = (0..expected.len().div_ceil(2048))
            .flat_map(|block| read(&mut *playing, block as i64 * 2048, 2048))
            .collect();
        let count = expected.len();
        let off = apart(&whole[..count], &expected);
        assert!(off < 2e-4, "{name}: played, {off} off");
        assert!(
            peak(&whole[count..]) == 0.0,
            "{name}: silence after its end"
        );
        let mut jumping = source(&sound, 0, 48_000);
        for at in [100_000, 64_123, 96_000, 5, 30_000, 140_000, 1_000, 142_500] {
            let heard = read(&mut *jumping, at, 1000);
            let off = apart(&heard, &whole[at as usize..at as usize + 1000]);
            assert!(off < 2e-4, "{name}: jumped to {at}, {off} off");
        }
        assert_eq!(playing.damaged_packets(), 0, "{name}");
    }
}

#[test]
fn another_rate_is_in_phase_after_a_jump() {
    for (rate, mix) in [
        (44_100, 48_000),
        (48_000, 44_100),
        (8_000, 48_000),
        (96_000, 48_000),
    ] {
        let clip = alone(
            "rate.wav",
            &format!("aevalsrc=0.125*sin(2*PI*997*t):s={rate}:d=2:c=mono"),
            "-c:a pcm_f32le",
        );
        let sound = media(&clip).sound.expect("sound");
        let mut playing = source(&sound, 0, mix);
        let whole = read(&mut *playing, 0, 2 * mix as usize);
        let mut jumping = source(&sound, 0, mix);
        for at in [mix as usize, 12_345, 70_001, 1, 3] {
            let heard = read(&mut *jumping, at as i64, 500);
            let off = apart(&heard, &whole[at..at + 500]);
            assert!(off < 1e-5, "{rate} to {mix} at {at}: {off} off");
        }
        let middle = mix as usize / 2;
        for (place, frame) in whole.iter().enumerate().skip(middle).take(1000) {
            let phase = std::f64::consts::TAU * 997.0 * place as f64 / f64::from(mix);
            let off = (f64::from(frame[0]) - phase.sin() * 0.125).abs();
            assert!(off < 1e-4, "{rate} to {mix} at {place}: {off} off the sine");
        }
    }
}

#[test]
fn each_number_of_channels_is_heard_on_two() {
    // Left and right as loud as each channel is to be, by ITU-R BS.775.
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let places: [(&str, &[[f32; 2]]); 5] = [
        ("mono", &[[1.0, 1.0]]),
        ("stereo", &[[1.0, 0.0], [0.0, 1.0]]),
        ("quad", &[[1.0, 0.0], [0.0, 1.0], [half, 0.0], [0.0, half]]),
        (
            "5.1",
            &[
                [1.0, 0.0],
                [0.0, 1.0],
                [half, half],
                [0.0, 0.0],
                [half, 0.0],
                [0.0, half],
            ],
        ),
        (
            "7.1",
            &[
                [1.0, 0.0],
                [0.0, 1.0],
                [half, half],
                [0.0, 0.0],
                [half, 0.0],
                [0.0, half],
                [half, 0.0],
                [0.0, half],
            ],
        ),
    ];
    for (layout, coefficients) in places {
        for (channel, wanted) in coefficients.iter().enumerate() {
            let levels: Vec<String> = (0..coefficients.len())
                .map(|other| if other == channel { "0.5" } else { "0" }.to_owned())
                .collect();
            let input = format!("aevalsrc={}:c={layout}:s=48000:d=0.1", levels.join("|"));
            let clip = alone("places.wav", &input, "-c:a pcm_f32le");
            let sound = media(&clip).sound.expect("sound");
            let heard = read(&mut *source(&sound, 0, 48_000), 1000, 1)[0];
            for side in 0..2 {
                let off = (heard[side] - 0.5 * wanted[side]).abs();
                assert!(off < 1e-4, "{layout}, channel {channel}: {heard:?}");
            }
        }
    }
}

/// The first frame that is not silent.
fn begin(source: &mut dyn SoundSource, count: usize) -> Option<usize> {
    let frames = read(source, 0, count);
    frames.iter().position(|frame| frame[0].abs() > 1e-3)
}

#[test]
fn sound_that_begins_late_or_early_keeps_its_place_beside_the_picture() {
    let steady = "aevalsrc=0.5|0.5:s=48000:d=1";
    for (offset, expected) in [("0.5", Some(24_000)), ("-0.25", Some(0)), ("0", Some(0))] {
        let clip = Clip::made(
            "late.mov",
            &[
                "-f",
                "lavfi",
                "-i",
                "testsrc=s=64x48:r=25:d=2",
                "-itsoffset",
                offset,
                "-f",
                "lavfi",
                "-i",
                steady,
                "-c:v",
                "hap",
                "-c:a",
                "pcm_s16le",
            ],
        );
        let sound = sound_of(&clip).expect("sound");
        let mut source = source(&sound, 0, 48_000);
        assert_eq!(begin(&mut *source, 48_000), expected, "{offset}");
        // A jump into the silence before it, and one to its very begin.
        assert_eq!(begin(&mut *source, 48_000), expected, "{offset} again");
        let late = read(&mut *source, 90_000, 500);
        let length = offset.parse::<f64>().expect("a number") + 1.0;
        assert!(
            length > 1.8 || peak(&late) == 0.0,
            "{offset}: silence after its end"
        );
    }
}

#[test]
fn a_picture_that_begins_late_is_where_sound_counts_from() {
    let clip = Clip::made(
        "picture.mkv",
        &[
            "-itsoffset",
            "0.4",
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=64x48:r=25:d=1",
            "-f",
            "lavfi",
            "-i",
            "aevalsrc=if(gte(t\\,0.6)\\,0.5\\,0):s=48000:d=1",
            "-c:v",
            "mpeg4",
            "-c:a",
            "pcm_s16le",
        ],
    );
    let sound = sound_of(&clip).expect("sound");
    assert_eq!(sound.streams[0].start, Time::from_seconds_f64(-0.4));
    let begin = begin(&mut *source(&sound, 0, 48_000), 40_000);
    assert_eq!(begin, Some(9_600), "0.6 s less 0.4 s");
}

#[test]
fn damaged_packets_are_silence_of_their_length_and_counted() {
    let clip = alone("whole.flac", NOISE, "-c:a flac");
    let whole = reference(&clip, 48_000, &[]);
    let mut bytes = std::fs::read(&clip.path).expect("read");
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 3000] {
        *byte ^= 0x5A;
    }
    let damaged = Clip::of("damaged.flac", &bytes);
    let sound = media(&damaged).sound.expect("sound");
    let mut source = source(&sound, 0, 48_000);
    let heard: Vec<StereoFrame> = (0..70)
        .flat_map(|block| read(&mut *source, block * 2048, 2048))
        .collect();
    assert!(source.damaged_packets() > 0, "it is counted");
    let count = 60 * 2048;
    let wrong: Vec<usize> = (0..count)
        .filter(|&place| apart(&heard[place..=place], &whole[place..=place]) > 1e-4)
        .collect();
    let (first, last) = (wrong[0], wrong[wrong.len() - 1]);
    assert!(last - first < 4 * 4608, "from {first} to {last}");
}

#[test]
fn a_layout_that_changes_midway_is_heard_on() {
    let parts: Vec<Vec<u8>> = [("mono", 44_100), ("stereo", 48_000)]
        .into_iter()
        .map(|(layout, rate)| {
            let input = format!("sine=f=1000:r={rate}:d=1,aformat=channel_layouts={layout}");
            let part = alone("part.aac", &input, "-c:a aac");
            std::fs::read(&part.path).expect("read")
        })
        .collect();
    let clip = Clip::of("changes.aac", &parts.concat());
    let sound = media(&clip).sound.expect("sound");
    let mut source = source(&sound, 0, 48_000);
    let heard: Vec<StereoFrame> = (0..44)
        .flat_map(|block| read(&mut *source, block * 2048, 2048))
        .collect();
    let loud = |from: usize| peak(&heard[from..from + 2000]) > 0.05;
    assert!(
        loud(20_000) && loud(60_000) && loud(80_000),
        "before and after the change"
    );
    assert!(peak(&heard) < 0.5, "and no louder than it is");
    let jumped = read(&mut *source, 20_000, 2000);
    assert!(peak(&jumped) > 0.05, "a jump back over the change");
}

#[test]
fn garbage_and_cut_files_never_panic() {
    let clip = alone("whole.m4a", NOISE, "-c:a aac -movflags +faststart");
    let bytes = std::fs::read(&clip.path).expect("read");
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    for _ in 0..40 {
        let mut changed = bytes[..bytes.len() - random(bytes.len() / 2)].to_vec();
        for _ in 0..30 {
            let place = random(changed.len());
            changed[place] = random(256) as u8;
        }
        let clip = Clip::of("changed.m4a", &changed);
        let options = OpenOptions::new(TextureSupport::BlockCompressed);
        let Ok(media::Media {
            sound: Some(sound), ..
        }) = media::open(&clip.path, &options)
        else {
            continue;
        };
        for stream in &sound.streams {
            let Ok(mut source) = sound.opener.open(stream.index, 48_000) else {
                continue;
            };
            let mut frames = vec![[0.0; 2]; 4096];
            for at in [0, 100_000, 3, i64::MAX / 8, -50_000] {
                // An error is as good as silence.
                drop(source.read(at, &mut frames));
            }
        }
    }
}
