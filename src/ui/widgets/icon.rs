//! Icons drawn with lines and triangles, so that they are crisp at every scale.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

/// A drawn icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// A square.
    Stop,
    /// A bar and a triangle to the left.
    ToStart,
    /// A bar and a triangle to the right.
    ToEnd,
    /// A small triangle to the left, and a bar.
    StepBack,
    /// A bar, and a small triangle to the right.
    StepForward,
    /// An oval of two arrows.
    Loop,
    /// A cross of two lines, upright.
    Plus,
    /// A line.
    Minus,
    /// Two lines that cross aslant.
    Close,
    /// Corners of a frame.
    Fit,
    /// A small triangle that points down.
    Down,
    /// Three points in a row.
    More,
    /// An arrow that goes back in a circle.
    Reset,
}

impl Icon {
    /// Draws the icon within a square about the middle of `rect`.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let centre = rect.center();
        let r = 5.0;
        let stroke = Stroke::new(1.6, colour);
        let left_bar = bar(centre - vec2(r, 0.0), r, colour);
        let right_bar = bar(centre + vec2(r, 0.0), r, colour);
        match self {
            Self::Play => drop(painter.add(triangle(centre + vec2(0.6, 0.0), r, 1.0, colour))),
            Self::Pause => {
                painter.add(bar(centre - vec2(2.8, 0.0), r, colour));
                painter.add(bar(centre + vec2(2.8, 0.0), r, colour));
            }
            Self::Stop => {
                let square = Rect::from_center_size(centre, Vec2::splat(2.0 * r - 1.0));
                painter.rect_filled(square, 1.0, colour);
            }
            Self::ToStart => {
                painter.add(left_bar);
                painter.add(triangle(centre + vec2(1.0, 0.0), r, -1.0, colour));
            }
            Self::ToEnd => {
                painter.add(right_bar);
                painter.add(triangle(centre - vec2(1.0, 0.0), r, 1.0, colour));
            }
            Self::StepBack => {
                painter.add(triangle(centre - vec2(1.5, 0.0), 0.75 * r, -1.0, colour));
                painter.add(bar(centre + vec2(4.0, 0.0), r, colour));
            }
            Self::StepForward => {
                painter.add(triangle(centre + vec2(1.5, 0.0), 0.75 * r, 1.0, colour));
                painter.add(bar(centre - vec2(4.0, 0.0), r, colour));
            }
            Self::Loop => paint_loop(painter, centre, colour),
            Self::Plus => {
                painter.line_segment([centre - vec2(4.0, 0.0), centre + vec2(4.0, 0.0)], stroke);
                painter.line_segment([centre - vec2(0.0, 4.0), centre + vec2(0.0, 4.0)], stroke);
            }
            Self::Minus => {
                painter.line_segment([centre - vec2(4.0, 0.0), centre + vec2(4.0, 0.0)], stroke);
            }
            Self::Close => {
                painter.line_segment([centre - vec2(3.5, 3.5), centre + vec2(3.5, 3.5)], stroke);
                painter.line_segment([centre + vec2(-3.5, 3.5), centre + vec2(3.5, -3.5)], stroke);
            }
            Self::Fit => paint_fit(painter, centre, colour),
            Self::Down => {
                let corners = [vec2(-4.0, -2.0), vec2(4.0, -2.0), vec2(0.0, 3.0)];
                let corners = corners.map(|corner| centre + corner).to_vec();
                painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
            }
            Self::More => {
                for x in [-4.5, 0.0, 4.5] {
                    painter.circle_filled(centre + vec2(x, 0.0), 1.5, colour);
                }
            }
            Self::Reset => paint_reset(painter, centre, colour),
        }
    }
}

fn bar(centre: Pos2, half_height: f32, colour: Color32) -> Shape {
    Shape::rect_filled(
        Rect::from_center_size(centre, vec2(2.0, 2.0 * half_height)),
        0.5,
        colour,
    )
}

/// A triangle that points right for a direction of 1, left for −1.
fn triangle(centre: Pos2, r: f32, direction: f32, colour: Color32) -> Shape {
    let back = centre.x - direction * r * 0.8;
    Shape::convex_polygon(
        vec![
            pos2(back, centre.y - r),
            pos2(centre.x + direction * r, centre.y),
            pos2(back, centre.y + r),
        ],
        colour,
        Stroke::NONE,
    )
}

fn paint_loop(painter: &Painter, centre: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.5, colour);
    let rect = Rect::from_center_size(centre, vec2(13.0, 8.0));
    painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Middle);
    for (tip, direction) in [
        (rect.center_top() + vec2(1.5, 0.0), 1.0),
        (rect.center_bottom() - vec2(1.5, 0.0), -1.0),
    ] {
        painter.add(triangle(tip, 3.0, direction, colour));
    }
}

fn paint_fit(painter: &Painter, centre: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.5, colour);
    for side in [-1.0, 1.0] {
        let x = centre.x + side * 5.5;
        painter.line_segment([pos2(x, centre.y - 4.5), pos2(x, centre.y + 4.5)], stroke);
        painter.add(triangle(
            pos2(centre.x + side * 2.4, centre.y),
            2.4,
            side,
            colour,
        ));
    }
}

fn paint_reset(painter: &Painter, centre: Pos2, colour: Color32) {
    let r = 4.0;
    // From the arrow's tip at the upper left, clockwise for five sixths of a circle.
    let on_circle = |step: u8| {
        let angle = (-150.0 + f32::from(step) * 25.0).to_radians();
        centre + r * vec2(angle.cos(), angle.sin())
    };
    let arc: Vec<_> = (0..=12).map(on_circle).collect();
    let tip = arc[0];
    painter.add(Shape::line(arc, Stroke::new(1.3, colour)));
    let head = [vec2(-1.8, 1.6), vec2(-1.2, -3.2), vec2(3.0, 0.6)];
    let head = head.map(|corner| tip + corner).to_vec();
    painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));
}
