//! Textures of thumbnails, uploaded a few per pass and dropped when long unused.

use std::collections::HashMap;

use egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions};

use crate::status::Thumbnail;

/// Textures uploaded in one pass: about 0.1 ms each, which keeps a pass within its budget.
const LOADS_PER_PASS: usize = 4;

/// Textures kept before those out of sight are dropped: six files of sixteen pictures four times over.
const KEPT: usize = 384;

/// Textures by the keys of their thumbnails.
#[derive(Default)]
pub(crate) struct Thumbnails {
    textures: HashMap<u64, Entry>,
    pass: u64,
    loads_left: usize,
}

struct Entry {
    handle: TextureHandle,
    used_in_pass: u64,
}

impl Thumbnails {
    /// Begins a pass: uploads are allowed again, and textures not seen lately are dropped if there are too many.
    pub fn begin_pass(&mut self) {
        if self.textures.len() > KEPT {
            let pass = self.pass;
            self.textures.retain(|_, entry| entry.used_in_pass == pass);
        }
        self.pass += 1;
        self.loads_left = LOADS_PER_PASS;
    }

    /// The texture of a thumbnail, or `None` in a pass that has uploaded enough; then another pass is requested.
    pub fn texture(&mut self, ctx: &Context, thumbnail: &Thumbnail) -> Option<TextureId> {
        if let Some(entry) = self.textures.get_mut(&thumbnail.key) {
            entry.used_in_pass = self.pass;
            return Some(entry.handle.id());
        }
        if self.loads_left == 0 {
            ctx.request_repaint();
            return None;
        }
        let size = [thumbnail.width_px as usize, thumbnail.height_px as usize];
        if size.contains(&0) || thumbnail.rgba.len() != size[0] * size[1] * 4 {
            return None;
        }
        self.loads_left -= 1;
        let image = ColorImage::from_rgba_unmultiplied(size, &thumbnail.rgba);
        let handle = ctx.load_texture("thumbnail", image, TextureOptions::LINEAR);
        let id = handle.id();
        let entry = Entry {
            handle,
            used_in_pass: self.pass,
        };
        self.textures.insert(thumbnail.key, entry);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::FrameIndex;

    fn thumbnail(key: u64) -> Thumbnail {
        Thumbnail {
            key,
            frame: FrameIndex(key),
            width_px: 2,
            height_px: 1,
            rgba: vec![255; 8],
        }
    }

    #[test]
    fn a_pass_makes_few_textures_and_the_next_one_goes_on() {
        let ctx = Context::default();
        let mut thumbnails = Thumbnails::default();
        let made = |thumbnails: &mut Thumbnails| {
            thumbnails.begin_pass();
            (0..10)
                .filter(|key| thumbnails.texture(&ctx, &thumbnail(*key)).is_some())
                .count()
        };
        assert_eq!(made(&mut thumbnails), LOADS_PER_PASS);
        assert_eq!(made(&mut thumbnails), 2 * LOADS_PER_PASS);
        assert_eq!(made(&mut thumbnails), 10);
    }

    #[test]
    fn pixels_that_do_not_fit_the_size_are_not_drawn() {
        let mut thumbnails = Thumbnails::default();
        thumbnails.begin_pass();
        let mut broken = thumbnail(1);
        broken.rgba.pop();
        assert_eq!(thumbnails.texture(&Context::default(), &broken), None);
    }
}
