//! HAP textures as RGBA, for adapters that cannot sample block compression.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use half::f16;

use super::HapError;
use super::plan::tight_bytes;
use crate::media::cpu::{half_block, rgba8_block, scaled_ycocg_block};
use crate::media::frame::{
    ColourModel, FrameLayout, FrameMemory, OutsideMemory, Plane, PlaneFormat,
};

/// Bytes of the widest RGBA texel, four half floats.
const MAX_TEXEL_BYTES: usize = 8;

/// Writes the textures at the start of `texture`, which lie there without row padding as `blocks` says, to `memory`,
/// laid out as `layout` says: one plane of RGBA.
///
/// Each row of blocks is converted in a strip behind the textures, so that `memory` is written in order and never read.
///
/// # Errors
/// [`HapError::PlanMismatch`] if a buffer is too short for its layout.
pub(super) fn write_rgba(
    blocks: &FrameLayout,
    layout: &FrameLayout,
    texture: &mut Vec<u8>,
    memory: &mut dyn FrameMemory,
) -> Result<(), HapError> {
    let [target] = layout.planes.as_slice() else {
        return Err(HapError::PlanMismatch);
    };
    let (colour, alpha) = match blocks.planes.as_slice() {
        [colour] => (colour, None),
        [colour, alpha] => (colour, Some(alpha)),
        _ => return Err(HapError::PlanMismatch),
    };
    let textures_end = tight_bytes(blocks)?;
    let strip_row = (colour.width_px as usize).saturating_mul(MAX_TEXEL_BYTES);
    let strip_bytes = strip_row.saturating_mul(4);
    let needed = textures_end.saturating_add(strip_bytes);
    if texture.len() < needed {
        texture.resize(needed, 0);
    }
    let (textures, strip) = texture
        .split_at_mut_checked(textures_end)
        .ok_or(HapError::PlanMismatch)?;
    let alpha_begin =
        usize::try_from(colour.tight_bytes()).map_err(|_too_large| HapError::PlanMismatch)?;
    let (colour_blocks, alpha_blocks) = textures
        .split_at_checked(alpha_begin)
        .ok_or(HapError::PlanMismatch)?;
    let rows = block_rows(colour, colour_blocks);
    // Without a plane of alpha there is nothing to chain: the strip then keeps the colour's own.
    let mut alpha_rows = alpha.map(|alpha| block_rows(alpha, alpha_blocks));
    let target_begin =
        usize::try_from(target.offset_bytes).map_err(|_too_large| HapError::PlanMismatch)?;
    let mut lines = (target_begin..)
        .step_by((target.stride_bytes as usize).max(1))
        .take(target.rows as usize);
    for row in rows {
        convert_colour(blocks.colour, colour.format, row, strip, strip_row)?;
        if let Some(alpha_row) = alpha_rows.as_mut().and_then(Iterator::next) {
            convert_alpha(alpha_row, strip, strip_row)?;
        }
        for (line, texels) in lines.by_ref().take(4).zip(strip.chunks_exact(strip_row)) {
            let texels = texels
                .get(..target.row_bytes as usize)
                .ok_or(HapError::PlanMismatch)?;
            memory
                .write(line, texels)
                .map_err(|OutsideMemory| HapError::PlanMismatch)?;
        }
    }
    Ok(())
}

/// The rows of blocks of a plane, with the size of its blocks.
fn block_rows<'texture>(
    plane: &Plane,
    texture: &'texture [u8],
) -> impl Iterator<Item = std::slice::ChunksExact<'texture, u8>> + use<'texture> {
    let block_bytes = plane.format.block_bytes() as usize;
    texture
        .chunks_exact((plane.row_bytes as usize).max(1))
        .map(move |row| row.chunks_exact(block_bytes))
}

/// Decodes one row of blocks into a strip of four lines, each `strip_row` bytes long.
fn convert_colour(
    colour: ColourModel,
    format: PlaneFormat,
    row: std::slice::ChunksExact<'_, u8>,
    strip: &mut [u8],
    strip_row: usize,
) -> Result<(), HapError> {
    for (column, block) in row.enumerate() {
        match format {
            PlaneFormat::Bc6hUnsigned | PlaneFormat::Bc6hSigned => {
                let texels = half_block(format == PlaneFormat::Bc6hSigned, block)
                    .map(|[r, g, b]| [r, g, b, f16::ONE].map(f16::to_le_bytes));
                put_block(
                    bytemuck::cast_ref::<_, [[u8; 8]; 16]>(&texels),
                    column,
                    strip,
                    strip_row,
                )?;
            }
            _ if matches!(
                colour,
                ColourModel::ScaledYCoCg | ColourModel::ScaledYCoCgAlpha
            ) =>
            {
                let texels = scaled_ycocg_block(block).map(|[r, g, b]| [r, g, b, 255]);
                put_block(&texels, column, strip, strip_row)?;
            }
            _ => {
                let texels = rgba8_block(format, block).map(|[r, g, b, a]| match colour {
                    ColourModel::AlphaOnly => [255, 255, 255, r],
                    ColourModel::Rgb { has_alpha: false } => [r, g, b, 255],
                    _ => [r, g, b, a],
                });
                put_block(&texels, column, strip, strip_row)?;
            }
        }
    }
    Ok(())
}

/// Decodes one row of BC4 blocks into the alpha of a strip of 8-bit RGBA.
fn convert_alpha(
    row: std::slice::ChunksExact<'_, u8>,
    strip: &mut [u8],
    strip_row: usize,
) -> Result<(), HapError> {
    for (column, block) in row.enumerate() {
        let texels = rgba8_block(PlaneFormat::Bc4, block);
        let (rows, _) = texels.as_chunks::<4>();
        for (alphas, line) in rows.iter().zip(strip.chunks_exact_mut(strip_row)) {
            let at = column.saturating_mul(16);
            let end = at.saturating_add(16);
            let targets = line.get_mut(at..end).ok_or(HapError::PlanMismatch)?;
            let (targets, _) = targets.as_chunks_mut::<4>();
            for ([_, _, _, target], [alpha, ..]) in targets.iter_mut().zip(alphas) {
                *target = *alpha;
            }
        }
    }
    Ok(())
}

/// Writes the 16 texels of the block in `column` to the strip.
fn put_block<const BYTES: usize>(
    texels: &[[u8; BYTES]; 16],
    column: usize,
    strip: &mut [u8],
    strip_row: usize,
) -> Result<(), HapError> {
    let (rows, _) = texels.as_chunks::<4>();
    let block_row_bytes = BYTES.saturating_mul(4);
    let at = column.saturating_mul(block_row_bytes);
    let end = at.saturating_add(block_row_bytes);
    for (row, line) in rows.iter().zip(strip.chunks_exact_mut(strip_row)) {
        line.get_mut(at..end)
            .ok_or(HapError::PlanMismatch)?
            .copy_from_slice(row.as_flattened());
    }
    Ok(())
}
