//! Colours of the window, from `assets/theme.ron`.
//!
//! There are two themes, one for the dark and one for the light mode of egui. The file is part of the program and is
//! parsed once. Nothing else in the program names a colour: panels take theirs from [`Theme`], and egui's own widgets
//! get theirs from it in `super::style`.

use std::sync::LazyLock;

use egui::Color32;
use serde::{Deserialize, Deserializer, de};

use crate::project::{Layer, MAX_LAYERS};

/// Opacity of the accent behind a chosen entry: low enough for text in the accent to be read.
const SELECTED_OPACITY: f32 = 0.2;

/// Share of a layer's colour in the band of its clips.
const BAND_SHARE: f32 = 0.42;

static THEMES: LazyLock<Themes> = LazyLock::new(|| {
    ron::from_str(include_str!("../../assets/theme.ron"))
        .expect("the built-in themes are checked by a test")
});

/// The two themes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Themes {
    dark: Theme,
    light: Theme,
}

/// The colours of the window.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Behind everything.
    #[serde(deserialize_with = "colour")]
    pub background: Color32,
    /// Sunken areas: text fields, tracks of bars, the surroundings of the picture.
    #[serde(deserialize_with = "colour")]
    pub well: Color32,
    /// Panels.
    #[serde(deserialize_with = "colour")]
    pub panel: Color32,
    /// Buttons and other raised surfaces.
    #[serde(deserialize_with = "colour")]
    pub raised: Color32,
    /// Raised surfaces under the pointer.
    #[serde(deserialize_with = "colour")]
    pub hovered: Color32,
    /// Separators.
    #[serde(deserialize_with = "colour")]
    pub line: Color32,
    /// Text.
    #[serde(deserialize_with = "colour")]
    pub text: Color32,
    /// Text and lines that must be seen first, such as the playhead.
    #[serde(deserialize_with = "colour")]
    pub strong: Color32,
    /// Labels beside values.
    #[serde(deserialize_with = "colour")]
    pub dim: Color32,
    /// Lines and marks of what is present but inactive; never text.
    #[serde(deserialize_with = "colour")]
    pub faint: Color32,
    /// Active, in memory, good.
    #[serde(deserialize_with = "colour")]
    pub accent: Color32,
    /// Reading, and ranges of time.
    #[serde(deserialize_with = "colour")]
    pub range: Color32,
    /// Warnings.
    #[serde(deserialize_with = "colour")]
    pub warning: Color32,
    /// Errors.
    #[serde(deserialize_with = "colour")]
    pub error: Color32,
    /// The layers' own colours; never the only mark by which layers differ.
    #[serde(deserialize_with = "colours")]
    pub layers: [Color32; MAX_LAYERS],
}

impl Theme {
    /// The dark theme.
    pub fn dark() -> &'static Self {
        &THEMES.dark
    }

    /// The light theme.
    pub fn light() -> &'static Self {
        &THEMES.light
    }

    /// The theme that is in use.
    pub fn of(ctx: &egui::Context) -> &'static Self {
        match ctx.theme() {
            egui::Theme::Dark => Self::dark(),
            egui::Theme::Light => Self::light(),
        }
    }

    /// The translucent background of the chosen entry of a list, whose text is in the accent.
    pub fn selected(&self) -> Color32 {
        self.accent.gamma_multiply(SELECTED_OPACITY)
    }

    /// A layer's colour.
    pub fn layer(&self, layer: &Layer) -> Color32 {
        self.layers[usize::from(layer.colour) % MAX_LAYERS]
    }

    /// The band of a layer's clips, and the text on it: subdued, and in full colour where the layer is chosen.
    pub fn band(&self, layer: &Layer, is_chosen: bool) -> (Color32, Color32) {
        self.band_of(self.layer(layer), is_chosen)
    }

    fn band_of(&self, colour: Color32, is_chosen: bool) -> (Color32, Color32) {
        if is_chosen {
            (colour, self.background)
        } else {
            let fill = self.background.lerp_to_gamma(colour, BAND_SHARE);
            (fill, self.strong)
        }
    }
}

fn colour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_hex(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is no colour #rrggbb")))
}

fn colours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[Color32; MAX_LAYERS], D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let parsed: Option<Vec<_>> = texts.iter().map(|text| parse_hex(text)).collect();
    parsed
        .and_then(|colours| colours.try_into().ok())
        .ok_or_else(|| de::Error::custom("expected six colours #rrggbb"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that makes colours, from the theme file"
)]
fn parse_hex(text: &str) -> Option<Color32> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some(Color32::from_rgb(red, green, blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as in WCAG 2.2.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |colour: Color32| {
            let [r, g, b, _] = egui::Rgba::from(colour).to_array();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2.2, success criterion 1.4.3, for text of ordinary size.
    const TEXT_CONTRAST: f32 = 4.5;

    #[test]
    fn text_stands_out_enough_from_everything_that_it_is_written_on() {
        for (name, theme) in [("dark", Theme::dark()), ("light", Theme::light())] {
            let backs = [
                ("background", theme.background),
                ("well", theme.well),
                ("panel", theme.panel),
                ("raised", theme.raised),
                ("hovered", theme.hovered),
            ];
            let told = [
                ("dim", theme.dim),
                ("accent", theme.accent),
                ("range", theme.range),
                ("warning", theme.warning),
                ("error", theme.error),
            ];
            for (back_name, back) in backs {
                for (text_name, text) in [("text", theme.text), ("strong", theme.strong)] {
                    let found = contrast(text, back);
                    assert!(found >= 7.0, "{name}: {text_name} on {back_name}: {found}");
                }
                // What is under the pointer is written in `text` or `strong`.
                for (text_name, text) in told.iter().filter(|_| back_name != "hovered") {
                    let found = contrast(*text, back);
                    assert!(
                        found >= TEXT_CONTRAST,
                        "{name}: {text_name} on {back_name}: {found}"
                    );
                }
            }
        }
    }

    #[test]
    fn badges_and_what_is_written_on_a_colour_stand_out_enough() {
        for (name, theme) in [("dark", Theme::dark()), ("light", Theme::light())] {
            let chosen = theme.raised.blend(theme.selected());
            let found = contrast(theme.accent, chosen);
            assert!(found >= TEXT_CONTRAST, "{name}: what is chosen: {found}");
            let own = [theme.accent, theme.warning, theme.error];
            for colour in theme.layers.into_iter().chain(own) {
                let found = contrast(colour, theme.background);
                assert!(found >= TEXT_CONTRAST, "{name}: {colour:?}: {found}");
            }
        }
    }

    #[test]
    fn names_on_the_bands_of_clips_stand_out_enough() {
        for (name, theme) in [("dark", Theme::dark()), ("light", Theme::light())] {
            for (colour, is_chosen) in theme.layers.iter().flat_map(|c| [(*c, false), (*c, true)]) {
                let (fill, text) = theme.band_of(colour, is_chosen);
                let found = contrast(text, fill);
                assert!(found >= TEXT_CONTRAST, "{name}: {colour:?}: {found}");
            }
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        assert_eq!(parse_hex("#12345"), None);
        assert_eq!(parse_hex("123456"), None);
        assert_eq!(parse_hex("#12345g"), None);
        assert!(parse_hex("#123456").is_some(), "six digits");
    }
}
