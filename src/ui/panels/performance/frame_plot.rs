//! The plot of intervals between pictures, with the canvas's interval and the lost frames; a click beside one of these
//! seeks there.

use std::collections::VecDeque;

use egui::{Align, Layout, Rect, RichText, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::command::{Command, TransportCommand};
use crate::status::snapshot::HISTORY;
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::widgets::{Sparkline, sparkline};
use crate::ui::{format, style};

const HEIGHT: f32 = 66.0;

/// Tolerance of a click beside a mark, in pictures.
const NEAR: usize = 6;

/// Draws the plot and its caption.
pub(crate) fn frame_plot_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let snapshot = pass.view.snapshot;
    let small = |text: String| RichText::new(text).font(style::regular(style::SMALL));
    ui.horizontal(|ui| {
        let text = format!("Frame time, ms · {} refresh", format::ms(refresh_ms(pass)));
        ui.label(small(text).color(theme.dim));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(last) = snapshot.frame_ms.back() {
                let worst = snapshot.frame_ms.iter().copied().fold(*last, f32::max);
                let text = format!("worst {}", format::ms(worst));
                ui.label(small(text).color(theme.dim));
            }
        });
    });
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let lost = snapshot.frame_lost_at.iter().flatten().count();
    let label = format!(
        "Frame times of the last {} pictures, {lost} of them with a lost frame",
        snapshot.frame_ms.len()
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    paint(ui, rect, pass);
    let pointed = response
        .hover_pos()
        .map(|pointer| place_at(rect, pointer.x));
    if let Some(at) = response
        .interact_pointer_pos()
        .filter(|_| response.clicked())
        && let Some(lost_at) = nearest_loss(&snapshot.frame_lost_at, place_at(rect, at.x))
    {
        pass.push(Command::Transport(TransportCommand::SeekTo(lost_at)));
    }
    let under_pointer = pointed.and_then(|ago| {
        let ms = snapshot.frame_ms.iter().rev().nth(ago)?;
        let loss = nearest_loss(&snapshot.frame_lost_at, ago);
        Some(match loss {
            Some(at) => format!(
                "{} ms; a frame was lost at {}, click to go there",
                format::ms(*ms),
                pass.time_text(at)
            ),
            None => format!("{} ms", format::ms(*ms)),
        })
    });
    response.on_hover_text(under_pointer.unwrap_or(label));
}

/// The picture plotted at an x, counted back from the newest.
fn place_at(rect: Rect, x: f32) -> usize {
    let plot = inner(rect);
    let step = plot.width() / (HISTORY - 1) as f32;
    ((plot.right() - x).max(0.0) / step).round() as usize
}

/// The playhead at the lost frame nearest to a picture, counted back from the newest.
fn nearest_loss(lost_at: &VecDeque<Option<Time>>, ago: usize) -> Option<Time> {
    let losses = lost_at.iter().rev().enumerate();
    losses
        .filter_map(|(place, lost)| Some((place.abs_diff(ago), (*lost)?)))
        .filter(|(distance, _)| *distance <= NEAR)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, lost_at)| lost_at)
}

/// The part of the box that the plot fills.
fn inner(rect: Rect) -> Rect {
    rect.shrink2(vec2(4.0, 6.0))
}

/// The canvas's interval; before the first picture the snapshot does not have it yet.
fn refresh_ms(pass: &Pass<'_, '_>) -> f32 {
    let measured = pass.view.snapshot.refresh_ms;
    if measured > 0.0 {
        measured
    } else {
        (1000.0 / pass.view.project.canvas.frame_rate.fps()) as f32
    }
}

fn paint(ui: &Ui, rect: Rect, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let snapshot = pass.view.snapshot;
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, theme.background);
    let plot = inner(rect);
    // A picture that lasted two refreshes reaches the top.
    let refresh_ms = refresh_ms(pass);
    let top = (refresh_ms * 2.0).max(1.0);
    let y = plot.bottom() - plot.height() * (refresh_ms / top).clamp(0.0, 1.0);
    painter.extend(Shape::dashed_line(
        &[pos2(plot.left(), y), pos2(plot.right(), y)],
        Stroke::new(1.0, theme.faint),
        3.0,
        3.0,
    ));
    let step = plot.width() / (HISTORY - 1) as f32;
    for (ago, lost) in snapshot.frame_lost_at.iter().rev().enumerate() {
        if lost.is_none() {
            continue;
        }
        let x = plot.right() - ago as f32 * step;
        painter.vline(x, plot.y_range(), Stroke::new(1.5, theme.error));
    }
    let line = Sparkline {
        rect: plot,
        top,
        capacity: HISTORY,
        stroke: Stroke::new(1.3, theme.range),
    };
    sparkline(&painter, snapshot.frame_ms.iter().copied(), line);
}
