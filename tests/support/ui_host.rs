//! A stand-in for the application: owns a project, draws the window over it, carries out commands in the simplest way
//! and keeps them for tests to look at.

use std::path::PathBuf;
use std::sync::Arc;

use egui_kittest::Harness;
use sextet::command::{Command, FileCommand, HistoryCommand, TransportCommand, WindowCommand};
use sextet::control::VerdictTracker;
use sextet::project::{
    Clip, ClipId, Fit, History, Layer, LayerId, LoopMode, Marker, MediaId, MediaRef, Project,
    StepName, TimeRange, Transform,
};
use sextet::settings::{IoMode, PrebufferDepth, Settings};
use sextet::stats::Counts;
use sextet::stats::recorder::CauseCounts;
use sextet::status::document::{DocumentStatus, Message, TransportView, UnsavedPrompt};
use sextet::status::events::LogLine;
use sextet::status::program::{
    DisplayView, OutputView, ProgramStatus, PromptView, RecentView, RelinkView, TaskView,
    TemplateView, UndoSteps,
};
use sextet::status::snapshot::{
    AdapterInfo, Backend, MediaSummary, PlayedBy, ProxyStatus, ReadPath, ReadReason, SlotState,
};
use sextet::status::{LayerSnapshot, MediaState, MediaStatus, Snapshot, Thumbnail};
use sextet::time::{FrameIndex, FrameRate, Time};
use sextet::ui::view::Preview;
use sextet::ui::{MainWindow, View};

/// The stand-in.
#[derive(Default)]
pub struct Host {
    pub window: MainWindow,
    pub project: Project,
    pub history: History,
    pub snapshot: Snapshot,
    pub transport: TransportView,
    pub messages: Vec<Message>,
    pub preview: Option<Preview>,
    pub name: String,
    pub is_dirty: bool,
    pub unsaved_prompt: Option<UnsavedPrompt>,
    pub log: Vec<Command>,
    pub picture: Option<egui::TextureHandle>,
    pub settings: Settings,
    pub recent: Vec<RecentView>,
    pub templates: Vec<TemplateView>,
    pub prompt: Option<PromptView>,
    pub task: Option<TaskView>,
    pub relink: Option<RelinkView>,
    pub steps: UndoSteps,
    pub kept_ago_s: Option<u64>,
    pub displays: Vec<DisplayView>,
    pub output: OutputView,
    pub tracker: VerdictTracker,
}

impl Host {
    pub fn pass(&mut self, ui: &mut egui::Ui) {
        if let Some(picture) = &self.picture {
            self.preview = Some(Preview {
                texture: picture.id(),
                size_px: [96, 54],
            });
        }
        // A test may have changed the project before the first pass.
        if *self.history.project() != self.project {
            self.history.reset(self.project.clone());
        }
        let mut commands = Vec::new();
        let name = |name: &str| StepName::Owned(name.to_owned());
        let document = DocumentStatus {
            number: 0,
            name: self.name.clone(),
            is_dirty: self.is_dirty,
            state: self.history.state(),
            undo: self.history.undo_name().map(name),
            redo: self.history.redo_name().map(name),
            unsaved_prompt: self.unsaved_prompt,
        };
        let program = ProgramStatus {
            settings: Arc::new(self.settings.clone()),
            recent: self.recent.clone().into(),
            templates: self.templates.clone().into(),
            prompt: self.prompt.clone().map(Arc::new),
            task: self.task.clone(),
            relink: self.relink.clone().map(Arc::new),
            steps: self.steps.clone(),
            kept_ago_s: self.kept_ago_s,
            displays: self.displays.clone().into(),
            output: self.output,
        };
        let view = View {
            project: &self.project,
            transport: self.transport,
            snapshot: &self.snapshot,
            preview: self.preview,
            document: &document,
            messages: &self.messages,
            prebuffer: PrebufferDepth::Frames(5),
            program: &program,
            verdict: self
                .tracker
                .follow(&self.snapshot, self.transport.is_playing),
        };
        // The harness puts a margin around; the window has none.
        let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
        ui.scope_builder(whole, |ui| {
            ui.set_clip_rect(ui.ctx().content_rect());
            self.window.ui(ui, &view, &mut commands);
        });
        for command in commands {
            self.apply(&command);
            self.log.push(command);
        }
    }

    fn apply(&mut self, command: &Command) {
        match command {
            Command::Edit(HistoryCommand::BeginGesture(name)) => self.history.begin(name.clone()),
            Command::Edit(HistoryCommand::CommitGesture) => self.history.commit(),
            Command::Edit(HistoryCommand::CancelGesture) => self.history.cancel(),
            // What is refused within a gesture leaves what was there.
            Command::Edit(HistoryCommand::GestureEdit(edit)) => _ = self.history.gesture_edit(edit),
            Command::Edit(HistoryCommand::Apply(edit)) => {
                self.history.apply(edit).expect("an edit that can be done");
            }
            Command::Edit(HistoryCommand::Undo) => _ = self.history.undo(),
            Command::Edit(HistoryCommand::Redo) => _ = self.history.redo(),
            Command::Transport(
                TransportCommand::Scrub(at)
                | TransportCommand::ScrubEnd(at)
                | TransportCommand::SeekTo(at),
            ) => {
                self.transport.playhead = *at;
            }
            Command::Transport(TransportCommand::TogglePlay) => {
                self.transport.is_playing = !self.transport.is_playing;
            }
            Command::File(FileCommand::AnswerUnsaved(_)) => self.unsaved_prompt = None,
            Command::Window(WindowCommand::SetSettings(settings)) => {
                self.settings = (**settings).clone();
            }
            Command::Window(WindowCommand::DismissMessage(id)) => {
                self.messages.retain(|message| message.id != *id);
            }
            _ => {}
        }
        self.project = self.history.project().clone();
    }
}

/// A harness over a host, of this size in points.
pub fn harness<'a>(host: Host, size: [f32; 2]) -> Harness<'a, Host> {
    harness_scaled(host, size, 1.0)
}

/// The same, at another scale.
pub fn harness_scaled<'a>(host: Host, size: [f32; 2], scale: f32) -> Harness<'a, Host> {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_step_dt(1.0 / 60.0)
        .with_context_setup(sextet::ui::install)
        .with_render_options(egui_wgpu::RendererOptions::PREDICTABLE)
        .build_ui_state(|ui, host: &mut Host| host.pass(ui), host);
    harness.run_steps(30);
    harness
}

/// Six layers, nine files, everything that the window can show.
pub fn rich() -> Host {
    let mut host = Host {
        name: "festival_main.ron".to_owned(),
        is_dirty: true,
        project: project(),
        ..Host::default()
    };
    host.transport = TransportView {
        playhead: seconds(8.2),
        is_playing: true,
        is_scrubbing: false,
        speed: 1.0,
    };
    host.snapshot = snapshot(&host.project, host.transport.playhead);
    host
}

pub fn seconds(seconds: f64) -> Time {
    Time::from_seconds_f64(seconds)
}

/// Name, codec, width, height, rate, length in seconds, megabytes per second, hue.
type File = (
    &'static str,
    &'static str,
    [u32; 2],
    u32,
    f64,
    f64,
    [f32; 3],
);

const FILES: [File; 9] = [
    (
        "base_plate.mov",
        "Hap1",
        [3840, 2160],
        60,
        20.0,
        249.0,
        [0.75, 0.25, 0.5],
    ),
    (
        "city_map.mov",
        "Hap7",
        [1920, 1080],
        60,
        14.2,
        118.0,
        [0.65, 0.75, 0.25],
    ),
    (
        "waves_loop.mov",
        "HapY",
        [1920, 1080],
        60,
        7.0,
        96.0,
        [0.2, 0.7, 0.6],
    ),
    (
        "waves_storm.mov",
        "HapY",
        [1920, 1080],
        60,
        12.0,
        121.0,
        [0.15, 0.6, 0.5],
    ),
    (
        "interview_A.mp4",
        "H.264",
        [1920, 1080],
        25,
        11.4,
        1.4,
        [0.25, 0.5, 0.9],
    ),
    (
        "sparks_loop.mov",
        "Hap5",
        [1280, 720],
        60,
        5.6,
        38.0,
        [0.9, 0.5, 0.25],
    ),
    (
        "sparks_big.mov",
        "Hap5",
        [1920, 1080],
        60,
        5.4,
        88.0,
        [0.9, 0.45, 0.2],
    ),
    (
        "intro_titles.mov",
        "HapM",
        [1920, 1080],
        60,
        4.4,
        131.0,
        [0.5, 0.4, 0.95],
    ),
    (
        "logo_still.png",
        "PNG",
        [2048, 2048],
        60,
        0.1,
        0.0,
        [0.6, 0.6, 0.62],
    ),
];

fn project() -> Project {
    let media = FILES
        .iter()
        .enumerate()
        .map(|(index, file)| MediaRef {
            id: MediaId(index as u32),
            path: PathBuf::from("/media/show").join(file.0),
            absolute_hint: None,
            fingerprint: None,
        })
        .collect();
    let layers = vec![
        layer(0, "Titles", 1.0, &[(7, 6.0, 4.4)]),
        layer(1, "Sparks", 0.8, &[(5, 2.4, 5.6), (6, 9.4, 5.4)]),
        layer(2, "Faces", 1.0, &[(4, 1.0, 11.4)]),
        layer(3, "Waves", 0.65, &[(2, 0.0, 6.8), (3, 6.8, 10.4)]),
        layer(4, "Map", 0.4, &[(1, 4.4, 14.2)]),
        layer(5, "Base", 1.0, &[(0, 0.0, 19.4)]),
    ];
    let mut project = Project {
        media,
        layers,
        markers: vec![
            Marker {
                time: seconds(6.2),
                name: "Verse".to_owned(),
                colour: 1,
                note: String::new(),
            },
            Marker {
                time: seconds(13.6),
                name: "Chorus".to_owned(),
                colour: 4,
                note: String::new(),
            },
        ],
        loop_range: Some(TimeRange {
            start: seconds(4.1),
            end: seconds(13.6),
        }),
        is_looping: true,
        ..Project::default()
    };
    let faces = &mut project.layers[2].clips[0];
    (faces.fade_in, faces.fade_out) = (seconds(0.55), seconds(0.75));
    let titles = &mut project.layers[0].clips[0];
    (titles.fade_in, titles.fade_out) = (seconds(0.55), seconds(0.75));
    project.layers[3].transform = Transform {
        position_px: [112.0, -38.5],
        scale: [0.45, 0.45],
        rotation_deg: -4.0,
        fit: Fit::None,
        ..Transform::default()
    };
    project
}

fn layer(index: u8, name: &str, opacity: f32, clips: &[(u32, f64, f64)]) -> Layer {
    Layer {
        opacity,
        clips: clips
            .iter()
            .map(|(media, start, length)| Clip {
                id: ClipId(u32::from(index) * 10 + *media),
                media: MediaId(*media),
                start: seconds(*start),
                duration: seconds(*length),
                media_in: Time::ZERO,
                media_out: None,
                speed: 1.0,
                loop_mode: LoopMode::Loop,
                phase: Time::ZERO,
                fade_in: Time::ZERO,
                fade_out: Time::ZERO,
                sound: Default::default(),
            })
            .collect(),
        ..Layer::new(LayerId(u32::from(index) + 1), name.to_owned(), index)
    }
}

fn snapshot(project: &Project, playhead: Time) -> Snapshot {
    let media = FILES
        .iter()
        .enumerate()
        .map(|(index, file)| media_status(index, file))
        .collect();
    let layers: Vec<_> = project
        .layers
        .iter()
        .enumerate()
        .map(|(index, layer)| layer_snapshot(index, layer, playhead))
        .collect();
    let mut totals = Counts::default();
    for layer in &layers {
        totals.add(&layer.counts);
    }
    let noise = |index: usize| ((index * 7919 + 13) % 101) as f32 / 101.0;
    Snapshot {
        canvas_divisor: 1,
        layers,
        media,
        totals,
        frame_ms: (0..240)
            .map(|index| match index {
                88 => 19.4,
                142 => 31.0,
                _ => 16.5 + 0.4 * noise(index),
            })
            .collect(),
        frame_lost_at: (0..240)
            .map(|index| (index == 142).then(|| seconds(5.62)))
            .collect(),
        fps: 60.0,
        refresh_ms: 16.67,
        disk_mb_per_s: 612.0,
        frame_memory_bytes: 118 << 20,
        frame_budget_bytes: 192 << 20,
        rss_bytes: 274 << 20,
        cpu_cores: 0.34,
        gpu_ms: Some(1.9),
        adapter: Some(AdapterInfo {
            name: "NVIDIA RTX A2000".to_owned(),
            backend: "Vulkan".to_owned(),
            bc: true,
        }),
        log: [LogLine {
            time: seconds(127.4),
            is_error: false,
            text: "Faces: 2 frames repeated, waiting for the decoder".to_owned(),
            ..LogLine::default()
        }]
        .into(),
        ..Snapshot::default()
    }
}

fn layer_snapshot(index: usize, layer: &Layer, playhead: Time) -> LayerSnapshot {
    let is_slow = index == 2;
    let lost = if is_slow { 2 } else { 0 };
    let clip = layer
        .clips
        .iter()
        .find(|clip| (clip.start..clip.end()).contains(&playhead));
    let rate = clip.map_or(60, |clip| FILES[clip.media.0 as usize].3);
    let rate = FrameRate::new(rate, 1).expect("a rate");
    let now = clip.map_or(0, |clip| rate.frame_at(playhead - clip.start)) as u64;
    let counts = Counts {
        due: 3600,
        presented: 3600 - lost,
        repeated: lost,
        asked: 3600,
        hits: if is_slow { 3571 } else { 3600 },
        causes: CauseCounts {
            decode: lost,
            ..CauseCounts::default()
        },
        ..Counts::default()
    };
    let scale = if is_slow { 12.0 } else { 1.0 };
    let ready = if is_slow { 3 } else { 5 };
    LayerSnapshot {
        counts,
        read_p50_ms: 0.31 * scale,
        read_p95_ms: 0.44 * scale,
        read_p99_ms: if is_slow {
            14.2
        } else {
            0.6 + 0.1 * index as f32
        },
        slots: (0..5)
            .map(|slot| match slot {
                slot if slot < ready => SlotState::Ready,
                3 => SlotState::Filling,
                _ => SlotState::Free,
            })
            .collect(),
        read_ms: (0..120)
            .map(|sample| {
                let wave = ((sample * 37 + index * 11) % 17) as f32 / 17.0;
                let spike = if (sample + index * 7).is_multiple_of(19) {
                    0.5
                } else {
                    0.0
                };
                (0.2 + 0.25 * wave + spike) * scale
            })
            .collect(),
        hit_rates: vec![1.0; 120].into(),
        clip: clip.map(|clip| clip.id),
        in_memory: (now..now + 6).map(FrameIndex).collect(),
        in_flight: (now + 6..now + 9).map(FrameIndex).collect(),
        misses: if is_slow {
            [seconds(5.5), seconds(5.62)].into()
        } else {
            [].into()
        },
        shown: Some(FrameIndex(now)),
        read_path: Some(if is_slow {
            read_path(Backend::Ffmpeg)
        } else {
            read_path(Backend::Io(IoMode::Pread))
        }),
        error: None,
        ..LayerSnapshot::default()
    }
}

fn read_path(backend: Backend) -> ReadPath {
    ReadPath {
        backend,
        why: match backend {
            Backend::Io(mode) => ReadReason::Asked(mode),
            Backend::Ffmpeg => ReadReason::Demuxed,
        },
        fallback: None,
    }
}

fn media_status(index: usize, file: &File) -> MediaStatus {
    let (name, codec, size, rate, length, mb_per_s, hue) = *file;
    let rate = FrameRate::new(rate, 1).expect("a rate");
    let frames = if codec == "PNG" {
        1
    } else {
        (length * rate.fps()) as u64
    };
    MediaStatus {
        id: MediaId(index as u32),
        path: PathBuf::from("/media/show").join(name),
        state: MediaState::Ready(MediaSummary {
            codec: codec.to_owned(),
            width_px: size[0],
            height_px: size[1],
            frame_rate: rate,
            frames,
            duration: Time::from_seconds_f64(length),
            mean_mb_per_s: mb_per_s,
            played_by: if codec.starts_with("Hap") {
                PlayedBy::Hap
            } else {
                PlayedBy::Ffmpeg
            },
            why: "the codec tag says so".to_owned(),
        }),
        thumbnails: (0..8)
            .map(|picture| {
                let frame = frames * picture / 8;
                Arc::new(gradient((index * 8) as u64 + picture, frame, hue))
            })
            .collect(),
        opening_percent: None,
        is_silent: false,
        preview: None,
        proxy: if name == "interview_A.mp4" {
            ProxyStatus::Making { percent: 64 }
        } else {
            ProxyStatus::None
        },
    }
}

/// A picture with a slanted light in the colour of its file.
fn gradient(key: u64, frame: u64, hue: [f32; 3]) -> Thumbnail {
    let (width, height) = (96_u32, 54_u32);
    let angle = key as f32 * 1.7;
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (
                x as f32 / width as f32 - 0.5,
                y as f32 / height as f32 - 0.5,
            );
            let along = u * angle.cos() + v * angle.sin();
            let light = 0.12 + 0.8 * (1.0 - (along * 2.2).abs()).max(0.0).powi(2);
            rgba.extend(hue.map(|share| (share * light * 255.0) as u8));
            rgba.push(255);
        }
    }
    Thumbnail {
        key,
        frame: FrameIndex(frame),
        width_px: width,
        height_px: height,
        rgba,
    }
}
