//! Fonts and egui's style, from the theme.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke,
    Style, TextStyle, Theme as Mode, Vec2, Visuals,
    style::{HandleShape, WidgetVisuals},
};

use super::theme::Theme;

/// Size of ordinary text in points.
pub(crate) const TEXT: f32 = 12.5;
/// Size of labels and numbers in dense places, in points.
pub(crate) const SMALL: f32 = 11.0;
/// Time of fading and moving, in seconds: seen, and over before it is waited for.
pub(crate) const MOTION_S: f32 = 0.1;
/// Radius of corners in points.
pub(crate) const RADIUS: u8 = 4;

const EMOJI: &str = "Noto Emoji";
const MEDIUM: &str = "medium";
const SEMIBOLD: &str = "semibold";

/// Puts fonts, colours and spacing in place. Called once, before the first pass.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    ctx.set_theme(Mode::Dark);
    ctx.style_mut_of(Mode::Dark, |style| apply(style, Theme::dark(), Mode::Dark));
    ctx.style_mut_of(Mode::Light, |style| {
        apply(style, Theme::light(), Mode::Light);
    });
}

/// Text in ordinary weight.
pub(crate) fn regular(size: f32) -> FontId {
    FontId::proportional(size)
}

/// Text that is a little heavier: names and numbers.
pub(crate) fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// Headings.
pub(crate) fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let weights: [(&str, FontFamily, &'static [u8]); 3] = [
        (
            "Inter",
            FontFamily::Proportional,
            include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
        ),
        (
            "Inter Medium",
            FontFamily::Name(MEDIUM.into()),
            include_bytes!("../../assets/fonts/Inter-Medium.ttf"),
        ),
        (
            "Inter SemiBold",
            FontFamily::Name(SEMIBOLD.into()),
            include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
        ),
    ];
    // All other scripts come from the system's fonts, which need not have emoji.
    let emoji = FontData::from_static(include_bytes!("../../assets/fonts/NotoEmoji-Regular.ttf"));
    fonts.font_data.insert(EMOJI.to_owned(), Arc::new(emoji));
    for (name, family, bytes) in weights {
        let data = Arc::new(FontData::from_static(bytes));
        fonts.font_data.insert(name.to_owned(), data);
        let mut chain = vec![name.to_owned()];
        chain.extend(fallback.iter().cloned());
        chain.push(EMOJI.to_owned());
        fonts.families.insert(family, chain);
    }
    fonts
}

fn apply(style: &mut Style, theme: &Theme, mode: Mode) {
    style.text_styles = [
        (TextStyle::Small, regular(SMALL)),
        (TextStyle::Body, regular(TEXT)),
        (TextStyle::Button, regular(TEXT)),
        (TextStyle::Heading, semibold(15.0)),
        (TextStyle::Monospace, FontId::monospace(TEXT)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(6.0, 4.0);
    spacing.button_padding = Vec2::new(8.0, 3.0);
    spacing.interact_size = Vec2::new(32.0, 22.0);
    spacing.menu_margin = Margin::same(5);
    spacing.window_margin = Margin::same(12);
    spacing.menu_spacing = 2.0;
    spacing.combo_height = 260.0;
    spacing.scroll.bar_width = 6.0;
    // Where there is a bar, nothing lies under it.
    spacing.scroll.floating_allocated_width = 6.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.animation_time = MOTION_S;
    style.visuals = visuals(theme, mode);
}

fn visuals(theme: &Theme, mode: Mode) -> Visuals {
    let mut visuals = mode.default_visuals();
    let radius = CornerRadius::same(RADIUS);
    let shadow = Shadow {
        offset: [0, 6],
        blur: 18,
        spread: 0,
        color: Color32::from_black_alpha(if mode == Mode::Dark { 120 } else { 50 }),
    };
    visuals.panel_fill = theme.panel;
    visuals.window_fill = theme.raised;
    visuals.window_stroke = Stroke::new(1.0, theme.line);
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.extreme_bg_color = theme.well;
    visuals.text_edit_bg_color = Some(theme.background);
    visuals.faint_bg_color = theme.raised;
    visuals.code_bg_color = theme.background;
    visuals.hyperlink_color = theme.range;
    visuals.warn_fg_color = theme.warning;
    visuals.error_fg_color = theme.error;
    visuals.weak_text_color = Some(theme.dim);
    visuals.selection.bg_fill = theme.selected();
    visuals.selection.stroke = Stroke::new(1.0, theme.accent);
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = HandleShape::Circle;

    let look = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = look(theme.panel, theme.line, theme.text);
    widgets.inactive = look(theme.background, theme.line, theme.text);
    widgets.hovered = look(theme.hovered, theme.faint, theme.strong);
    widgets.active = look(theme.hovered, theme.accent, theme.strong);
    widgets.open = look(theme.hovered, theme.line, theme.strong);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_there_in_every_weight_whatever_fonts_the_system_has() {
        let ctx = egui::Context::default();
        install(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for font in [regular(TEXT), medium(TEXT), semibold(TEXT)] {
                for emoji in ['🎉', '🚀', '❤', '🎬'] {
                    let is_there = ui.fonts_mut(|fonts| fonts.has_glyph(&font, emoji));
                    assert!(is_there, "{emoji} in {font:?}");
                }
            }
        });
        output.textures_delta.clear();
    }

    #[test]
    fn digits_are_all_equally_wide_in_every_weight() {
        let ctx = egui::Context::default();
        install(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for font in [regular(TEXT), medium(TEXT), semibold(28.0)] {
                let widths: Vec<f32> = ui.fonts_mut(|fonts| {
                    ('0'..='9')
                        .map(|digit| fonts.glyph_width(&font, digit))
                        .collect()
                });
                assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
            }
        });
        output.textures_delta.clear();
    }
}
