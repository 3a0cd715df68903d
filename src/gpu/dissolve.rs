//! Crossfades: the pictures of two clips of a layer mixed into one before it is blended with the canvas.
//!
//! Drawn one over the other, two half-transparent pictures would let the background through where each alone hides it.
//! So each is drawn with its weight into a texture of the canvas's size, where they are added up; the sum is then drawn
//! like any other picture, premultiplied, by the layer's blend mode.

use std::borrow::Cow;

use super::layer_draw::LayerDraw;
use super::layer_style::LayerStyle;
use crate::project::AlphaMode;
use crate::project::placement::Placement;

/// A frame's draws, with those of crossfades grouped.
pub(super) struct DrawList<'a> {
    /// The parts of crossfades, each with the number of its mixed picture, ascending.
    pub parts: Vec<(u32, LayerDraw)>,
    /// The draws on the canvas.
    pub draws: Cow<'a, [LayerDraw]>,
}

impl<'a> DrawList<'a> {
    /// The draws without any crossfade.
    pub fn without_dissolves(draws: &'a [LayerDraw]) -> Self {
        Self {
            parts: Vec::new(),
            draws: Cow::Borrowed(draws),
        }
    }

    /// Groups the draws of each crossfade: neighbours with one number, all of which have a picture.
    pub fn of(draws: &'a [LayerDraw], has_picture: impl Fn(u32) -> bool) -> Self {
        let is_part = |one: &LayerDraw, next: &LayerDraw| {
            one.dissolve.is_some() && one.dissolve == next.dissolve
        };
        let shown = |draw: &&LayerDraw| has_picture(draw.key);
        let is_any = draws
            .iter()
            .filter(shown)
            .zip(draws.iter().filter(shown).skip(1))
            .any(|(one, next)| is_part(one, next));
        if !is_any {
            return Self::without_dissolves(draws);
        }
        let shown: Vec<LayerDraw> = draws.iter().filter(shown).copied().collect();
        let mut mixed = Self {
            parts: Vec::new(),
            draws: Cow::Owned(Vec::new()),
        };
        let mut number = 0;
        for run in shown.chunk_by(is_part) {
            let drawn = mixed.draws.to_mut();
            if run.len() < 2 {
                drawn.extend_from_slice(run);
                continue;
            }
            mixed.parts.extend(run.iter().map(|draw| (number, *draw)));
            drawn.push(whole(number, run[0].style));
            number += 1;
        }
        mixed
    }

    /// Number of mixed pictures.
    pub fn pictures(&self) -> u32 {
        self.parts.last().map_or(0, |(number, _)| number + 1)
    }
}

/// The key of a mixed picture: counted down from the last, since keys of layers count up from the first.
pub(super) fn key(number: u32) -> u32 {
    u32::MAX - number
}

/// The draw of a mixed picture. Opacity, placement and colour are in it already.
fn whole(number: u32, style: LayerStyle) -> LayerDraw {
    LayerDraw {
        key: key(number),
        opacity: 1.0,
        placement: Placement {
            canvas_from_picture: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
            perspective: [0.0, 0.0, 1.0],
        },
        style: LayerStyle {
            blend: style.blend,
            alpha: AlphaMode::Premultiplied,
            ..LayerStyle::default()
        },
        dissolve: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(key: u32, dissolve: Option<u32>) -> LayerDraw {
        LayerDraw {
            key,
            dissolve,
            ..whole(0, LayerStyle::default())
        }
    }

    fn keys(mixed: &DrawList<'_>) -> (Vec<(u32, u32)>, Vec<u32>) {
        let parts = mixed.parts.iter();
        (
            parts.map(|(number, draw)| (*number, draw.key)).collect(),
            mixed.draws.iter().map(|draw| draw.key).collect(),
        )
    }

    #[test]
    fn neighbours_of_one_number_are_put_together_and_others_left_alone() {
        let draws = [
            draw(1, Some(0)),
            draw(2, Some(0)),
            draw(3, None),
            draw(4, None),
            draw(5, Some(2)),
            draw(6, Some(3)),
            draw(7, Some(3)),
        ];
        let mixed = DrawList::of(&draws, |_| true);
        let parts = vec![(0, 1), (0, 2), (1, 6), (1, 7)];
        assert_eq!(keys(&mixed), (parts, vec![key(0), 3, 4, 5, key(1)]));
        assert_eq!(mixed.pictures(), 2);
    }

    #[test]
    fn a_part_whose_picture_is_not_there_leaves_the_other_as_it_is() {
        let draws = [draw(1, Some(0)), draw(2, Some(0))];
        let mixed = DrawList::of(&draws, |key| key == 1);
        assert_eq!(keys(&mixed), (vec![], vec![1, 2]));
        assert_eq!(mixed.pictures(), 0);
    }
}
