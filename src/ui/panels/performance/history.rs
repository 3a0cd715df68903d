//! Performance over the last minute: hit rate, time to read, fill, and frame times, with the frames that were lost.
//!
//! The plots can be frozen: they show a copy of the samples while playing goes on. A click beside a mark seeks to the
//! lost frame.

use std::collections::VecDeque;

use egui::{Id, RichText, Role, ScrollArea, Ui, WidgetInfo};
use egui_plot::{
    GridMark, HLine, HoverPosition, Line, Plot, PlotPoints, PlotResponse, Points, VLine,
};

use crate::command::{Command, TransportCommand};
use crate::status::Snapshot;
use crate::status::snapshot::{LayerSample, Sample};
use crate::time::Time;
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::style;
use crate::ui::widgets::{quiet_toggle, scale_top};

/// Seconds that the plots span.
const SPAN_S: f64 = 60.0;

/// Width of the values beside the plots, so that all begin at the same x.
const AXIS_WIDTH: f32 = 34.0;

/// Least height of a plot, in points.
const MIN_HEIGHT: f32 = 56.0;

/// Tolerance of a click beside a mark, in seconds of the plot.
const NEAR_S: f64 = 0.6;

/// The plots of the last minute.
#[derive(Default)]
pub(crate) struct PerformanceHistory {
    frozen: Option<FrozenHistory>,
    read_scale: ReadScale,
}

/// The top of the plot of read times: it grows in round steps, and shrinks only when the samples begin anew.
#[derive(Debug, Default)]
struct ReadScale {
    top: f32,
    /// The oldest sample seen last.
    oldest: Option<Time>,
}

impl ReadScale {
    /// Follows the samples; gives the top in milliseconds.
    fn follow(&mut self, samples: &Samples<'_>) -> f64 {
        let oldest = samples.machine.front().map(|sample| sample.time);
        if oldest.is_none() || oldest < self.oldest {
            self.top = 0.0;
        }
        self.oldest = oldest;
        let times = samples.layers.iter().flat_map(|layer| layer.iter());
        let most = times.fold(self.top, |most, sample| most.max(sample.read_ms[2]));
        self.top = scale_top(most);
        f64::from(self.top)
    }
}

/// A copy of the samples while the plots are frozen.
struct FrozenHistory {
    machine: VecDeque<Sample>,
    layers: Vec<VecDeque<LayerSample>>,
}

impl FrozenHistory {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            machine: snapshot.history.clone(),
            layers: snapshot
                .layers
                .iter()
                .map(|layer| layer.history.clone())
                .collect(),
        }
    }
}

/// The plotted samples: live or frozen.
struct Samples<'a> {
    machine: &'a VecDeque<Sample>,
    layers: Vec<&'a VecDeque<LayerSample>>,
    now: Time,
}

impl Samples<'_> {
    /// Seconds before the newest sample.
    fn ago(&self, time: Time) -> f64 {
        (time - self.now).seconds()
    }
}

impl Panel for PerformanceHistory {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let is_frozen = self.frozen.is_some();
        ui.horizontal(|ui| {
            let tooltip = "Hold the plots still; playing goes on".to_owned();
            if quiet_toggle(ui, pass.theme, ("Hold", is_frozen), tooltip).clicked() {
                self.frozen = (!is_frozen).then(|| FrozenHistory::of(pass.view.snapshot));
            }
            let hint =
                "Click beside a lost frame to go there. The layer selected is shown in detail.";
            let text = RichText::new(hint).font(style::regular(style::SMALL));
            ui.label(text.color(pass.theme.dim));
        });
        names_ui(ui, pass);
        let snapshot = pass.view.snapshot;
        let samples = match &self.frozen {
            Some(frozen) => Samples {
                machine: &frozen.machine,
                layers: frozen.layers.iter().collect(),
                now: frozen.machine.back().map_or(Time::ZERO, |last| last.time),
            },
            None => Samples {
                machine: &snapshot.history,
                layers: snapshot.layers.iter().map(|layer| &layer.history).collect(),
                now: snapshot.history.back().map_or(Time::ZERO, |last| last.time),
            },
        };
        let read_top = self.read_scale.follow(&samples);
        let height = ((ui.available_height() - 4.0 * 22.0) / 4.0).max(MIN_HEIGHT);
        // A low window scrolls rather than growing over what is beside it.
        let scrolled = ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            [
                plot_ui(
                    ui,
                    pass,
                    "Hit rate, %",
                    (height, 100.0),
                    &samples,
                    |layer| layer.hit_rate * 100.0,
                ),
                read_plot_ui(ui, pass, (height, read_top), &samples),
                plot_ui(
                    ui,
                    pass,
                    "Prebuffer, % full",
                    (height, 100.0),
                    &samples,
                    |layer| layer.fill * 100.0,
                ),
                frame_plot_ui(ui, pass, height, &samples),
            ]
        });
        let clicked = scrolled.inner;
        if let Some(at_s) = clicked.into_iter().flatten().next()
            && let Some(lost_at) = nearest_loss(&samples, at_s)
        {
            pass.push(Command::Transport(TransportCommand::SeekTo(lost_at)));
        }
    }
}

/// The playhead at the lost frame nearest to `at_s`, in seconds before the newest sample.
fn nearest_loss(samples: &Samples<'_>, at_s: f64) -> Option<Time> {
    let losses = samples.layers.iter().flat_map(|layer| layer.iter());
    losses
        .filter_map(|sample| Some(((samples.ago(sample.time) - at_s).abs(), sample.lost_at?)))
        .filter(|(distance, _)| *distance <= NEAR_S)
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, lost_at)| lost_at)
}

fn caption(ui: &mut Ui, pass: &Pass<'_, '_>, text: &str) {
    let text = RichText::new(text).font(style::regular(style::SMALL));
    ui.label(text.color(pass.theme.dim));
}

/// A plot of the last minute, whose axes do not move with what is plotted.
fn empty_plot<'a>(name: &str, height: f32) -> Plot<'a> {
    Plot::new(name.to_owned())
        .height(height)
        .auto_bounds(false)
        .default_x_bounds(-SPAN_S, 0.0)
        .allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .link_axis(Id::unique("last minute"), [true, false])
        .link_cursor(Id::unique("last minute"), [true, false])
        .y_axis_min_width(AXIS_WIDTH)
        .y_grid_spacer(|input| y_marks(input.bounds))
        .x_axis_formatter(|mark, _| format!("{:.0} s", mark.value))
        .label_formatter(|hover| match hover {
            HoverPosition::NearDataPoint {
                plot_name,
                position,
                ..
            } => Some(format!(
                "{plot_name}  {:.2}\n{:.1} s",
                position.y, position.x
            )),
            HoverPosition::Elsewhere { .. } => None,
        })
}

/// Two to four lines across a plot at round values; there is no height for more.
fn y_marks((bottom, top): (f64, f64)) -> Vec<GridMark> {
    let least = ((top - bottom) / 3.0).max(1e-3);
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| *step >= least);
    let step_size = step.unwrap_or(10.0 * power);
    let (first, last) = (
        (bottom / step_size).ceil() as i64,
        (top / step_size).floor() as i64,
    );
    let mark = |index: i64| GridMark {
        value: index as f64 * step_size,
        step_size,
    };
    (first..=last).map(mark).collect()
}

/// The layers' names in their colours, once for all plots.
fn names_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for layer in &pass.view.project.layers {
            let small = style::regular(style::SMALL);
            let dot = RichText::new("■").font(small.clone());
            ui.label(dot.color(pass.theme.layer(layer)));
            ui.label(RichText::new(&layer.name).font(small).color(pass.theme.dim));
            ui.add_space(6.0);
        }
    });
}

/// The x at which a plot was clicked, in seconds before the newest sample.
fn click_of(response: &PlotResponse<()>, name: &str) -> Option<f64> {
    let label = || WidgetInfo::labeled(Role::Image, true, format!("Plot: {name}"));
    response.response.widget_info(label);
    if !response.response.clicked() {
        return None;
    }
    let at = response.response.interact_pointer_pos()?;
    Some(response.transform.value_from_position(at).x)
}

/// One line per layer.
fn plot_ui(
    ui: &mut Ui,
    pass: &Pass<'_, '_>,
    name: &str,
    (height, top): (f32, f64),
    samples: &Samples<'_>,
    value: fn(&LayerSample) -> f32,
) -> Option<f64> {
    caption(ui, pass, name);
    let response = empty_plot(name, height).show(ui, |plot| {
        plot.set_plot_bounds_y(0.0..=top);
        let layers = pass.view.project.layers.iter().zip(&samples.layers);
        for (layer, history) in layers {
            let points: PlotPoints<'_> = history
                .iter()
                .map(|sample| [samples.ago(sample.time), f64::from(value(sample))])
                .collect();
            plot.line(Line::new(layer.name.clone(), points).color(pass.theme.layer(layer)));
        }
    });
    click_of(&response, name)
}

/// The selected layer's median, 95 % and 99 %; without a selection, 99 % of each layer.
fn read_plot_ui(
    ui: &mut Ui,
    pass: &Pass<'_, '_>,
    (height, top): (f32, f64),
    samples: &Samples<'_>,
) -> Option<f64> {
    let layers = &pass.view.project.layers;
    let selected = pass.selected_layer().map(|layer| layer.id);
    let place = layers.iter().position(|layer| Some(layer.id) == selected);
    let Some((place, history)) = place.and_then(|place| Some((place, samples.layers.get(place)?)))
    else {
        let name = "Time to read a frame, 99 % within, ms";
        return plot_ui(ui, pass, name, (height, top), samples, |layer| {
            layer.read_ms[2]
        });
    };
    let name = format!("Time to read a frame of {}, ms", layers[place].name);
    caption(ui, pass, &name);
    let colours = [pass.theme.accent, pass.theme.range, pass.theme.warning];
    let response = empty_plot("read of one layer", height).show(ui, |plot| {
        plot.set_plot_bounds_y(0.0..=top);
        for (index, (name, colour)) in ["p50", "p95", "p99"].into_iter().zip(colours).enumerate() {
            let points: PlotPoints<'_> = history
                .iter()
                .map(|sample| [samples.ago(sample.time), f64::from(sample.read_ms[index])])
                .collect();
            plot.line(Line::new(name, points).color(colour));
        }
    });
    click_of(&response, &name)
}

/// Intervals between pictures, against that of the canvas, and the lost frames as marks.
fn frame_plot_ui(
    ui: &mut Ui,
    pass: &Pass<'_, '_>,
    height: f32,
    samples: &Samples<'_>,
) -> Option<f64> {
    let name = "Interval between pictures, ms; lost frames as marks";
    caption(ui, pass, name);
    let theme = pass.theme;
    let refresh_ms = f64::from(pass.view.snapshot.refresh_ms);
    // A picture that lasted three refreshes reaches the top; longer ones are drawn as long as that.
    let top = (3.0 * refresh_ms).max(1.0);
    let response = empty_plot("frame times", height).show(ui, |plot| {
        plot.set_plot_bounds_y(0.0..=top);
        plot.hline(HLine::new("canvas", refresh_ms).color(theme.faint));
        let line = |pick: fn(&Sample) -> f32| -> PlotPoints<'_> {
            let points = samples.machine.iter();
            points
                .map(|sample| [samples.ago(sample.time), f64::from(pick(sample)).min(top)])
                .collect()
        };
        plot.line(Line::new("mean", line(|sample| sample.frame_ms)).color(theme.range));
        plot.line(Line::new("longest", line(|sample| sample.worst_frame_ms)).color(theme.warning));
        let layers = pass.view.project.layers.iter().zip(&samples.layers);
        for (layer, history) in layers {
            let lost = history.iter().filter(|sample| sample.lost > 0);
            let marks: Vec<[f64; 2]> = lost
                .map(|sample| [samples.ago(sample.time), refresh_ms])
                .collect();
            for [x, _] in &marks {
                plot.vline(VLine::new("", *x).color(theme.error.gamma_multiply(0.25)));
            }
            let points = Points::new(format!("lost by {}", layer.name), marks);
            plot.points(points.radius(2.0).color(theme.layer(layer)));
        }
    });
    click_of(&response, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_of_read_times_stays_until_the_samples_begin_anew() {
        let history = |first: i64, ms: f32| {
            let sample = LayerSample {
                read_ms: [0.1, 0.2, ms],
                ..LayerSample::default()
            };
            let machine = Sample {
                time: Time::from_seconds(first),
                ..Sample::default()
            };
            (VecDeque::from([machine]), VecDeque::from([sample]))
        };
        let mut scale = ReadScale::default();
        for (first, ms, top) in [(9, 0.4, 1.0), (9, 3.0, 5.0), (10, 0.4, 5.0), (2, 0.4, 1.0)] {
            let (machine, layer) = history(first, ms);
            let samples = Samples {
                machine: &machine,
                layers: vec![&layer],
                now: Time::ZERO,
            };
            assert!((scale.follow(&samples) - top).abs() < 1e-6, "{first} {ms}");
        }
    }

    #[test]
    fn a_click_goes_to_the_nearest_lost_frame_and_no_farther() {
        let sample = |seconds: i64, lost_at: Option<i64>| LayerSample {
            time: Time::from_seconds(seconds),
            lost: u32::from(lost_at.is_some()),
            lost_at: lost_at.map(Time::from_seconds),
            ..LayerSample::default()
        };
        let history: VecDeque<_> =
            [sample(90, Some(5)), sample(95, None), sample(96, Some(7))].into();
        let machine = VecDeque::new();
        let samples = Samples {
            machine: &machine,
            layers: vec![&history],
            now: Time::from_seconds(100),
        };
        assert_eq!(nearest_loss(&samples, -4.2), Some(Time::from_seconds(7)));
        assert_eq!(nearest_loss(&samples, -10.0), Some(Time::from_seconds(5)));
        assert_eq!(nearest_loss(&samples, -7.0), None);
    }
}
