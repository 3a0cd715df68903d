//! The grid of cells by which a picture shows its frame index.

use image::RgbaImage;

const COLUMNS: u32 = 6;
const ROWS: u32 = 4;

/// The smallest picture with a grid; a smaller one is wholly the grey level of its index modulo 256.
const MIN_WIDTH_PX: u32 = 24;
const MIN_HEIGHT_PX: u32 = 16;

/// Layout of a picture's cells: 6 columns and 4 rows from the top-left corner, the most significant bit first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexGrid {
    cell_width_px: u32,
    cell_height_px: u32,
}

impl IndexGrid {
    /// The grid of a picture of this size, or `None` if it is too small for one.
    ///
    /// Cells are whole blocks, 1/48 of the width and 1/32 of the height, and at least one block.
    pub fn of_size(width_px: u32, height_px: u32) -> Option<Self> {
        if width_px < MIN_WIDTH_PX || height_px < MIN_HEIGHT_PX {
            return None;
        }
        Some(Self {
            cell_width_px: (width_px / 48 * 4).max(4),
            cell_height_px: (height_px / 32 * 4).max(4),
        })
    }

    /// Pixels across the whole grid.
    pub fn width_px(self) -> u32 {
        self.cell_width_px * COLUMNS
    }

    /// Pixels down the whole grid.
    pub fn height_px(self) -> u32 {
        self.cell_height_px * ROWS
    }

    /// True if the cell at a pixel is white for `index`; `None` outside the grid.
    pub fn is_white(self, index: u64, x: u32, y: u32) -> Option<bool> {
        let (column, row) = (x / self.cell_width_px, y / self.cell_height_px);
        if column >= COLUMNS || row >= ROWS {
            return None;
        }
        let bit = COLUMNS * ROWS - 1 - (row * COLUMNS + column);
        Some(index >> bit & 1 == 1)
    }

    /// The middles of the cells, in the order of their bits.
    fn middles(self) -> impl Iterator<Item = (u32, u32)> {
        (0..ROWS).flat_map(move |row| {
            (0..COLUMNS).map(move |column| {
                (
                    column * self.cell_width_px + self.cell_width_px / 2,
                    row * self.cell_height_px + self.cell_height_px / 2,
                )
            })
        })
    }
}

/// The frame index that a picture of a test card carries: modulo 2²⁴, or modulo 256 in a picture too small for the
/// grid.
///
/// If a cell is transparent, the grid is in alpha. `None` if a cell is neither white nor black, or the picture is
/// empty.
pub fn read_index_grid(image: &RgbaImage) -> Option<u64> {
    let (width, height) = image.dimensions();
    let Some(grid) = IndexGrid::of_size(width, height) else {
        let [_, green, _, alpha] = image.get_pixel_checked(width / 2, height / 2)?.0;
        return Some(u64::from(if alpha < 255 { alpha } else { green }));
    };
    let cells: Vec<[u8; 4]> = grid
        .middles()
        .map(|(x, y)| image.get_pixel_checked(x, y).map(|pixel| pixel.0))
        .collect::<Option<_>>()?;
    let is_in_alpha = cells.iter().any(|cell| cell[3] < 128);
    cells.iter().try_fold(0, |index, &[r, g, b, a]| {
        let level = if is_in_alpha {
            u32::from(a)
        } else {
            (u32::from(r) + u32::from(g) + u32::from(b)) / 3
        };
        match level {
            0..64 => Some(index << 1),
            192.. => Some(index << 1 | 1),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn card(width: u32, height: u32, index: u64, is_in_alpha: bool) -> RgbaImage {
        let grid = IndexGrid::of_size(width, height).expect("large enough");
        RgbaImage::from_fn(width, height, |x, y| {
            let level = match grid.is_white(index, x, y) {
                Some(true) => 255,
                Some(false) => 0,
                None => 99,
            };
            Rgba(if is_in_alpha {
                [255, 255, 255, level]
            } else {
                [level, level, level, 255]
            })
        })
    }

    #[test]
    fn cells_have_the_size_that_scripts_rely_on() {
        for (size, cell) in [
            ((1920, 1080), (160, 132)),
            ((24, 16), (4, 4)),
            ((640, 360), (52, 44)),
        ] {
            let grid = IndexGrid::of_size(size.0, size.1).expect("large enough");
            assert_eq!((grid.cell_width_px, grid.cell_height_px), cell);
        }
        assert_eq!(IndexGrid::of_size(23, 16), None);
        assert_eq!(IndexGrid::of_size(24, 15), None);
    }

    #[test]
    fn an_index_is_read_back_from_colour_and_from_alpha() {
        for index in [0, 1, 0x5A_5A5A, 0x80_0000, 0xFF_FFFF] {
            for is_in_alpha in [false, true] {
                let image = card(127, 71, index, is_in_alpha);
                assert_eq!(read_index_grid(&image), Some(index));
            }
        }
    }

    #[test]
    fn a_picture_without_a_grid_gives_no_index() {
        assert_eq!(
            read_index_grid(&RgbaImage::from_pixel(64, 64, Rgba([99, 99, 99, 255]))),
            None
        );
        assert_eq!(read_index_grid(&RgbaImage::new(0, 0)), None);
    }
}
