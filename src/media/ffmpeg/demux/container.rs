//! A container open in libavformat, whose calls are broken off when they take too much of the processor.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::format::context::{Input, StreamIo};

use super::counting_io::CountingFile;
use super::format_by_extension;
#[cfg(not(target_os = "linux"))]
use crate::time::Clock;
use crate::time::Time;

/// Bytes that libavformat reads at a time where it does not ask for more.
const READ_AHEAD_BYTES: usize = 64 * 1024;

/// Packets in a row that a demuxer may call corrupt before the rest is given up.
const MAX_CORRUPT_RUN: u32 = 1000;

/// An open container.
pub(in crate::media) struct Container {
    input: Input,
    /// Processor time that one call into libavformat may take before it is broken off.
    time_out: Time,
    /// Deadline of the call at hand, in flicks of [`time_spent`]; read by the interrupt callback on the same
    /// thread, so relaxed ordering is enough.
    deadline: Arc<AtomicI64>,
}

impl Container {
    /// Opens a file as what FFmpeg takes it for, or as one picture of this codec and length.
    ///
    /// # Errors
    /// FFmpeg's.
    pub(in crate::media) fn open(
        file: CountingFile,
        as_picture: Option<(Id, u64)>,
        time_out: Time,
    ) -> Result<Self, ffmpeg::Error> {
        let deadline = Arc::new(AtomicI64::new((time_spent() + time_out).flicks()));
        let input = open_input(file, as_picture, &deadline)?;
        Ok(Self {
            input,
            time_out,
            deadline,
        })
    }

    /// libavformat's own.
    pub(in crate::media) fn input(&self) -> &Input {
        &self.input
    }

    /// libavformat's own.
    pub(in crate::media) fn input_mut(&mut self) -> &mut Input {
        &mut self.input
    }

    /// The names of the container format, separated by commas.
    pub(in crate::media) fn format(&self) -> String {
        self.input.format().name().to_owned()
    }

    /// Time limit of one call.
    pub(in crate::media) fn time_out(&self) -> Time {
        self.time_out
    }

    /// The next packet of a stream; `None` at the end, or where the file is cut off.
    ///
    /// Packets that the demuxer calls corrupt are passed over.
    ///
    /// # Errors
    /// The file system's error, or that reading took too long.
    pub(in crate::media) fn next_packet(
        &mut self,
        stream: usize,
    ) -> Result<Option<ffmpeg::Packet>, ffmpeg::Error> {
        self.arm();
        let mut corrupt_run = 0;
        loop {
            let mut packet = ffmpeg::Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == stream => return Ok(Some(packet)),
                Ok(()) => corrupt_run = 0,
                Err(ffmpeg::Error::InvalidData) if corrupt_run < MAX_CORRUPT_RUN => {
                    corrupt_run += 1;
                }
                Err(ffmpeg::Error::Eof | ffmpeg::Error::InvalidData) => return Ok(None),
                Err(error) => {
                    self.input.clear_interrupt();
                    return Err(error);
                }
            }
        }
    }

    /// The next packet of any stream; `None` at the end, and where no more can be made of the file.
    pub(in crate::media) fn next_of_any(&mut self) -> Option<ffmpeg::Packet> {
        for _ in 0..MAX_CORRUPT_RUN {
            self.arm();
            let mut packet = ffmpeg::Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) => return Some(packet),
                Err(ffmpeg::Error::InvalidData) => {}
                Err(_) => return None,
            }
        }
        None
    }

    /// Goes to the key frame of a stream at or before a timestamp of it, as far as the container knows.
    ///
    /// # Errors
    /// That the container cannot seek, or that it took too long.
    #[expect(
        unsafe_code,
        reason = "ffmpeg-next cannot seek by a stream's own time stamps"
    )]
    pub(in crate::media) fn seek(
        &mut self,
        stream: usize,
        timestamp: i64,
    ) -> Result<(), ffmpeg::Error> {
        self.arm();
        self.input.clear_interrupt();
        let index = i32::try_from(stream).unwrap_or(-1);
        // SAFETY: the context is open and borrowed mutably for the call; an index that is none of its streams is refused.
        let status = unsafe {
            ffmpeg::ffi::av_seek_frame(
                self.input.as_mut_ptr(),
                index,
                timestamp,
                ffmpeg::ffi::AVSEEK_FLAG_BACKWARD,
            )
        };
        if status < 0 {
            return Err(ffmpeg::Error::from(status));
        }
        Ok(())
    }

    /// Has the demuxer read nothing of any stream but this one, as far as it can.
    pub(in crate::media) fn read_only(&mut self, stream: usize) {
        for other in 0..self.input.streams().len() {
            if other != stream {
                self.discard(other);
            }
        }
    }

    /// Leaves out the packets of a stream from now on; some demuxers then do not even read them.
    #[expect(unsafe_code, reason = "ffmpeg-next cannot discard streams")]
    pub(in crate::media) fn discard(&mut self, index: usize) {
        if let Some(mut stream) = self.input.stream_mut(index) {
            // SAFETY: the stream is one of the open context's, which is borrowed mutably.
            unsafe { (*stream.as_mut_ptr()).discard = ffmpeg::ffi::AVDiscard::AVDISCARD_ALL };
        }
    }

    /// Has packets carry the timestamps that the file states, and no others.
    #[expect(unsafe_code, reason = "ffmpeg-next does not set flags of contexts")]
    pub(in crate::media) fn guess_no_timestamps(&mut self) {
        // SAFETY: the context is open and borrowed mutably; the flag is read with each packet.
        unsafe { (*self.input.as_mut_ptr()).flags |= ffmpeg::ffi::AVFMT_FLAG_NOFILLIN };
    }

    /// Gives the next call its time.
    fn arm(&self) {
        let deadline = time_spent() + self.time_out;
        self.deadline.store(deadline.flicks(), Ordering::Relaxed);
    }
}

/// The processor's time that this thread has spent. By it a call is broken off that a file keeps busy; that a disk is
/// slow, or a machine has other work, is no fault of the file.
fn time_spent() -> Time {
    #[cfg(target_os = "linux")]
    {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Time::from_seconds(spent.tv_sec) + Time::from_nanos(spent.tv_nsec)
    }
    #[cfg(not(target_os = "linux"))]
    {
        static CLOCK: std::sync::LazyLock<Clock> = std::sync::LazyLock::new(Clock::system);
        CLOCK.now()
    }
}

/// Opens a file as what FFmpeg takes it for, or as one picture of this codec and length.
fn open_input(
    file: CountingFile,
    as_picture: Option<(Id, u64)>,
    deadline: &Arc<AtomicI64>,
) -> Result<Input, ffmpeg::Error> {
    let io = StreamIo::from_read_seek_with_capacity(file, READ_AHEAD_BYTES)?;
    let mut options = ffmpeg::Dictionary::new();
    // No protocol has this name: what a playlist or a reference movie points at is not opened.
    options.set("protocol_whitelist", "none");
    let deadline = Arc::clone(deadline);
    let is_over = move || time_spent().flicks() > deadline.load(Ordering::Relaxed);
    match as_picture {
        Some((codec, bytes)) => format_by_extension::open_as(codec, io, bytes, options, is_over),
        None => ffmpeg::format::input_from_stream_with_interrupt(io, None, Some(options), is_over),
    }
}
