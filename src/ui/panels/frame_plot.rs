//! The plot of intervals between pictures, with the interval that the canvas asks for and the frames that were lost.

use egui::{Align, Layout, Rect, RichText, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::stats::snapshot::HISTORY;
use crate::ui::state::Pass;
use crate::ui::widgets::{Sparkline, sparkline};
use crate::ui::{format, style};

const HEIGHT: f32 = 66.0;

/// Draws the plot and its caption.
pub(crate) fn frame_plot_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
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
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let lost = snapshot.frame_dropped.iter().filter(|lost| **lost).count();
    let label = format!(
        "Frame times of the last {} pictures, {lost} of them with a lost frame",
        snapshot.frame_ms.len()
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    paint(ui, rect, pass);
    response.on_hover_text(label);
}

/// The interval that the canvas asks for; before the first picture the snapshot does not have it yet.
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
    let plot = rect.shrink2(vec2(4.0, 6.0));
    // A picture that took the place of two stands at the top.
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
    let count = snapshot.frame_dropped.len();
    for (index, _) in snapshot
        .frame_dropped
        .iter()
        .enumerate()
        .filter(|(_, lost)| **lost)
    {
        let x = plot.right() - (count - 1 - index) as f32 * step;
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
