//! Streams of sound, as opening a file describes them.

use super::make::Clip;
use sextet::media::{self, MediaError, OpenOptions, Sound, TextureSupport};

fn sound_of(clip: &Clip) -> Option<Sound> {
    let options = OpenOptions::new(TextureSupport::BlockCompressed);
    let media = media::open(&clip.path, &options).expect("opens");
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
        for stream in &sound.streams {
            assert_eq!(stream.codec, codecs, "{name}");
            let seconds = stream.duration.expect("it is known").seconds();
            assert!((0.4..1.2).contains(&seconds), "{name}: {seconds}");
        }
    }
}

#[test]
fn a_file_without_sound_has_none_and_one_of_sound_alone_is_refused() {
    assert_eq!(sound_of(&clip("mute.mov", &[], &["-c:v", "libx264"])), None);
    let alone = Clip::made("alone.wav", &["-f", "lavfi", "-i", "sine=r=48000:d=1"]);
    let refused = media::open(
        &alone.path,
        &OpenOptions::new(TextureSupport::BlockCompressed),
    );
    assert!(matches!(refused, Err(MediaError::NoVideo { .. })));
}
