//! The table of the performance panel: a row per layer, and one for the totals.

use egui::{
    Align2, Color32, FontId, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::project::Layer;
use crate::status::snapshot::{LayerSnapshot, ReadPath, SlotState};
use crate::status::verdict::GOOD_HIT_RATE;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::theme::Theme;
use crate::ui::widgets::{Sparkline, elided, scale_top, sparkline};
use crate::ui::{format, style};

const ROW_HEIGHT: f32 = 22.0;

/// Widths of the columns of numbers, in points: hits, the percentiles of read times, drops.
const HITS: f32 = 38.0;
const P50: f32 = 36.0;
const P95: f32 = 36.0;
const P99: f32 = 44.0;
const DROPS: f32 = 38.0;

/// Least width of a layer's name with its mark, and the width that it grows to.
const NAME: f32 = 78.0;
const NAME_MOST: f32 = 160.0;

/// Least width of the prebuffer, which its title fits in, and of the plot.
const SLOTS: f32 = 52.0;
const SPARK: f32 = 48.0;

/// Gap beside the prebuffer and the plot.
const GAP: f32 = 8.0;

/// Read time, as a share of a frame's, from which it is a warning.
const SLOW_SHARE: f32 = 0.75;

/// Samples that a layer's small plot shows.
const SPARK_SAMPLES: usize = 60;

/// Quarters of a second that the line below the hit rate shows.
const HIT_SAMPLES: usize = 60;

/// Right edges of the columns of numbers, and the boxes of the plots, within a row.
struct Columns {
    name: Rect,
    numbers: [Option<f32>; 4],
    slots: Rect,
    spark: Option<Rect>,
    drops: f32,
}

impl Columns {
    /// Distributes the width: numbers have fixed widths, the name and the plots share the rest. A narrow row has neither
    /// plot nor median, a narrower one only the last of the percentiles.
    fn of(row: Rect) -> Self {
        let needed = NAME + HITS + P99 + GAP + SLOTS + GAP + DROPS;
        let mut spare = row.width() - needed;
        let mut take = |width: f32| {
            let has_room = spare >= width;
            spare -= if has_room { width } else { 0.0 };
            has_room
        };
        let (has_p95, has_p50, has_spark) = (take(P95), take(P50), take(GAP + SPARK));
        // Without room for all that is needed it is the name that yields.
        let name_width = (NAME + if spare < 0.0 { spare } else { spare * 0.6 })
            .clamp(30.0_f32.min(NAME), NAME_MOST);
        let shared = (spare - (name_width - NAME)).max(0.0);
        let slots_width = SLOTS + if has_spark { shared / 2.0 } else { shared };
        let mut x = row.left() + name_width;
        let name = Rect::from_x_y_ranges(row.left()..=x, row.y_range());
        let numbers =
            [(HITS, true), (P50, has_p50), (P95, has_p95), (P99, true)].map(|(width, is_shown)| {
                x += if is_shown { width } else { 0.0 };
                is_shown.then_some(x)
            });
        let drops = row.right() - 2.0;
        let slots = Rect::from_x_y_ranges(x + GAP..=x + GAP + slots_width, row.y_range());
        let spark = slots.right() + GAP..=drops - DROPS;
        Self {
            name,
            numbers,
            slots,
            spark: has_spark.then(|| Rect::from_x_y_ranges(spark, row.y_range())),
            drops,
        }
    }
}

/// Draws the titles and a row for each layer.
pub(crate) fn layer_rows_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    titles_ui(ui, pass.theme);
    let view = pass.view;
    let none = LayerSnapshot::default();
    for (index, layer) in view.project.layers.iter().enumerate() {
        let snapshot = view.snapshot.layers.get(index).unwrap_or(&none);
        layer_row_ui(ui, layer, snapshot, pass);
    }
}

/// Draws the row of all layers together.
pub(crate) fn totals_row_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let totals = &pass.view.snapshot.totals;
    let columns = Columns::of(rect);
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme.line));
    let font = style::medium(style::SMALL);
    let centre = rect.center().y;
    painter.text(
        pos2(columns.name.left() + 14.0, centre),
        Align2::LEFT_CENTER,
        "All",
        font.clone(),
        theme.dim,
    );
    let rate = totals.hit_rate();
    let colour = warn_if(rate < GOOD_HIT_RATE, pass);
    number(
        painter,
        columns.numbers[0].unwrap_or_else(|| columns.name.right()),
        centre,
        &format::hits(totals),
        &font,
        colour,
    );
    let colour = warn_if(totals.lost() > 0, pass);
    number(
        painter,
        columns.drops,
        centre,
        &totals.lost().to_string(),
        &font,
        colour,
    );
    let text = format!("{} due", totals.due);
    painter.text(
        pos2(columns.slots.left(), centre),
        Align2::LEFT_CENTER,
        text,
        style::regular(style::SMALL),
        theme.dim,
    );
    let causes = &totals.causes;
    let tooltip = format!(
        "{} frames due: {} shown on time, {} repeated, {} late, {} dropped\n\
         Causes: {} reading, {} decoding, {} uploading, {} presenting, {} live source",
        totals.due,
        totals.presented,
        totals.repeated,
        totals.late,
        totals.dropped,
        causes.read,
        causes.decode,
        causes.upload,
        causes.present,
        causes.source
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &tooltip));
    response.on_hover_text(tooltip);
}

fn titles_ui(ui: &mut Ui, theme: &Theme) {
    let size = vec2(ui.available_width(), 20.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let columns = Columns::of(rect);
    let painter = ui.painter();
    let font = style::regular(10.5);
    let y = rect.center().y;
    let left = |x: f32, text: &str| {
        painter.text(
            pos2(x, y),
            Align2::LEFT_CENTER,
            text,
            font.clone(),
            theme.dim,
        );
    };
    left(columns.name.left() + 14.0, "Layer");
    left(columns.slots.left(), "Prebuffer");
    if let Some(spark) = columns.spark {
        left(spark.left(), "Read");
    }
    let titles = ["Hit %", "p50", "p95", "p99 ms"];
    for (x, title) in columns.numbers.into_iter().zip(titles) {
        let Some(x) = x else { continue };
        number(painter, x, y, title, &font, theme.dim);
    }
    number(painter, columns.drops, y, "Drops", &font, theme.dim);
    response.on_hover_text(
        "Hit: due frames that were ready in the prebuffer; a line below it is marked where some of the last 15 seconds \
         were not. p50, p95, p99: time to read a frame, in milliseconds. Read: the last of these times, on a scale that \
         grows with the longest and keeps until the counts are reset. Drops: frames not shown on time.",
    );
}

fn layer_row_ui(ui: &mut Ui, layer: &Layer, snapshot: &LayerSnapshot, pass: &mut Pass<'_, '_>) {
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let counts = &snapshot.counts;
    let is_selected = pass.state.selection.has_layer(layer.id);
    let mut summary = format!(
        "{}: hit rate {}, {} drops, read p99 {} ms",
        layer.name,
        format::hits_percent(counts),
        counts.lost(),
        format::ms(snapshot.read_p99_ms)
    );
    if snapshot.over_budget.is_some() {
        summary.push_str(", over the memory budget");
    }
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, &summary));
    if response.clicked() {
        pass.state.selection = Selection::Within(layer.id);
    }
    if response.hovered() || is_selected {
        let fill = pass.theme.raised.gamma_multiply(0.7);
        ui.painter()
            .rect_filled(rect.expand2(vec2(4.0, 0.0)), 3.0, fill);
    }
    paint_row(ui.painter(), rect, layer, snapshot, pass);
    let tooltip = match &snapshot.error {
        Some(error) => format!("{summary}\n{error}"),
        None => match &snapshot.read_path {
            Some(path) => format!(
                "{summary}\n{}{}",
                reading(snapshot, path),
                condition(snapshot)
            ),
            None => summary.clone(),
        },
    };
    response.on_hover_text(tooltip);
}

/// The tooltip of a row: the layer's read path with the reason, its losses by cause, its read times.
fn reading(snapshot: &LayerSnapshot, path: &ReadPath) -> String {
    let why = &path.why;
    let causes = &snapshot.counts.causes;
    let now = snapshot.hit_rates.back().copied();
    format!(
        "{why}\nHit rate now {}, {}, longest read {} ms\nLost: {} reading, {} decoding, {} uploading, {} drawing, {} live source",
        format::hits_now(&snapshot.counts, now),
        format::mb_per_s(f64::from(snapshot.read_mb_per_s)),
        format::ms(snapshot.read_max_ms),
        causes.read,
        causes.decode,
        causes.upload,
        causes.present,
        causes.source
    )
}

/// The layer's decoder, the faults of its file and a budget too small for it, a line each; empty without any.
fn condition(snapshot: &LayerSnapshot) -> String {
    let decoding = snapshot.decoding.as_ref();
    let mut text = decoding.map_or_else(String::new, |text| format!("\nDecoded {text}"));
    let lost = snapshot.health.to_string();
    if !lost.is_empty() {
        text.push_str("\nSo far ");
        text.push_str(&lost);
    }
    if let Some(shortage) = snapshot.over_budget {
        text.push_str("\nMemory: ");
        text.push_str(&shortage.to_string());
    }
    text
}

fn paint_row(
    painter: &Painter,
    rect: Rect,
    layer: &Layer,
    snapshot: &LayerSnapshot,
    pass: &Pass<'_, '_>,
) {
    let theme = pass.theme;
    let columns = Columns::of(rect);
    let centre = rect.center().y;
    let chip = Rect::from_center_size(pos2(rect.left() + 4.0, centre), vec2(7.0, 7.0));
    painter.rect_filled(chip, 2.0, theme.layer(layer));
    let read_path = snapshot.read_path.as_ref();
    let has_fallback = read_path.is_some_and(|path| path.fallback.is_some());
    if has_fallback || snapshot.over_budget.is_some() {
        // A ring marks what is not as asked for, since the colour is the layer's.
        painter.rect_stroke(
            chip.expand(2.0),
            3.0,
            Stroke::new(1.0, theme.warning),
            StrokeKind::Outside,
        );
    }
    let colour = if snapshot.error.is_some() {
        theme.error
    } else {
        theme.text
    };
    let font = style::regular(style::SMALL);
    let room = columns.name.width() - 16.0;
    let name = elided(painter, &layer.name, font, colour, room);
    let at = Align2::LEFT_CENTER.anchor_size(pos2(rect.left() + 14.0, centre), name.size());
    painter.galley(at.min, name, colour);
    let counts = &snapshot.counts;
    let refresh_ms = pass.view.snapshot.refresh_ms;
    let is_slow = refresh_ms > 0.0 && snapshot.read_p99_ms > refresh_ms * SLOW_SHARE;
    let is_missing = counts.hit_rate() < GOOD_HIT_RATE;
    let font = style::regular(style::SMALL);
    let warn_if = |is_bad| warn_if(is_bad, pass);
    let cells = [
        (format::hits(counts), warn_if(is_missing)),
        (format::ms(snapshot.read_p50_ms), warn_if(false)),
        (format::ms(snapshot.read_p95_ms), warn_if(false)),
        (format::ms(snapshot.read_p99_ms), warn_if(is_slow)),
    ];
    for (x, (text, colour)) in columns.numbers.into_iter().zip(cells) {
        let Some(x) = x else { continue };
        number(painter, x, centre, &text, &font, colour);
    }
    if let Some(right) = columns.numbers[0] {
        let strip = Rect::from_x_y_ranges(
            right - 30.0..=right,
            rect.bottom() - 4.0..=rect.bottom() - 2.0,
        );
        paint_hit_history(painter, strip, snapshot, theme);
    }
    paint_slots(painter, columns.slots, &snapshot.slots, theme);
    if let Some(spark) = columns.spark {
        let colour = match (is_slow || is_missing, pass.is_moving()) {
            (true, _) => theme.warning,
            (false, true) => theme.accent,
            (false, false) => theme.faint,
        };
        let plot = Sparkline {
            rect: spark.shrink2(vec2(0.0, 5.0)),
            top: scale_top(snapshot.read_max_ms).min(scale_top(refresh_ms)),
            capacity: SPARK_SAMPLES,
            stroke: Stroke::new(1.2, colour),
        };
        sparkline(painter, snapshot.read_ms.iter().copied(), plot);
    }
    let lost = counts.lost();
    let colour = if lost > 0 { theme.warning } else { theme.dim };
    number(
        painter,
        columns.drops,
        centre,
        &lost.to_string(),
        &font,
        colour,
    );
}

/// Draws the hit rate of the last seconds under its figure: a line with marks where frames were missed; nothing without
/// misses.
fn paint_hit_history(painter: &Painter, strip: Rect, snapshot: &LayerSnapshot, theme: &Theme) {
    let is_miss = |rate: &f32| f64::from(*rate) < GOOD_HIT_RATE;
    if !snapshot
        .hit_rates
        .iter()
        .rev()
        .take(HIT_SAMPLES)
        .any(is_miss)
    {
        return;
    }
    painter.rect_filled(strip, 0.0, theme.line);
    let step = strip.width() / HIT_SAMPLES as f32;
    for (ago, rate) in snapshot
        .hit_rates
        .iter()
        .rev()
        .take(HIT_SAMPLES)
        .enumerate()
    {
        if is_miss(rate) {
            let right = strip.right() - ago as f32 * step;
            let part = Rect::from_x_y_ranges(right - step..=right, strip.y_range());
            painter.rect_filled(part, 0.0, theme.warning);
        }
    }
}

/// Draws a cell per slot: filled if ready, striped while being read, an outline if free.
fn paint_slots(painter: &Painter, rect: Rect, slots: &[SlotState], theme: &Theme) {
    if slots.is_empty() {
        return;
    }
    let gap = 2.0;
    let width = ((rect.width() + gap) / slots.len() as f32 - gap).clamp(1.5, 9.0);
    for (index, slot) in slots.iter().enumerate() {
        let x = rect.left() + index as f32 * (width + gap);
        let cell = Rect::from_min_size(pos2(x, rect.center().y - 5.0), vec2(width, 10.0));
        match slot {
            SlotState::Ready => drop(painter.rect_filled(cell, 1.0, theme.accent)),
            SlotState::Filling => {
                let stripe = (width / 5.0).max(1.0);
                let mut x = cell.left();
                while x < cell.right() - 0.1 {
                    let line =
                        Rect::from_x_y_ranges(x..=(x + stripe).min(cell.right()), cell.y_range());
                    painter.rect_filled(line, 0.0, theme.range);
                    x += 2.0 * stripe;
                }
            }
            SlotState::Free => {
                let stroke = Stroke::new(1.0, theme.line);
                painter.rect_stroke(cell, 1.0, stroke, StrokeKind::Inside);
            }
        }
    }
}

fn number(painter: &Painter, right: f32, y: f32, text: &str, font: &FontId, colour: Color32) {
    painter.text(
        pos2(right, y),
        Align2::RIGHT_CENTER,
        text,
        font.clone(),
        colour,
    );
}

/// The colour of a figure: of those that do not move, only what went wrong stands out.
fn warn_if(is_bad: bool, pass: &Pass<'_, '_>) -> Color32 {
    match (is_bad, pass.is_moving()) {
        (true, _) => pass.theme.warning,
        (false, true) => pass.theme.text,
        (false, false) => pass.theme.dim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_lie_beside_each_other_in_every_width_and_the_name_and_the_prebuffer_have_room() {
        for width in 240..700 {
            let row = Rect::from_min_size(pos2(100.0, 0.0), vec2(width as f32, ROW_HEIGHT));
            let columns = Columns::of(row);
            let mut x = columns.name.right();
            for right in columns.numbers.into_iter().flatten() {
                assert!(right >= x + P50, "{width}");
                x = right;
            }
            assert!(columns.slots.left() >= x + GAP, "{width}");
            assert!(columns.slots.width() >= SLOTS, "{width}");
            let right = columns.spark.map_or_else(
                || columns.slots.right(),
                |spark| {
                    assert!(spark.left() >= columns.slots.right() + GAP, "{width}");
                    assert!(spark.width() >= SPARK - GAP, "{width}");
                    spark.right()
                },
            );
            assert!(right <= columns.drops - DROPS + 0.01, "{width}: {right}");
            if width >= 266 {
                assert!(columns.name.width() >= NAME, "{width}");
            }
        }
    }
}
