//! The output as far as it needs no window: whether it is open, its picture, its display.

use crate::settings::Output as OutputSettings;
use crate::status::program::{DisplayView, OutputPicture, OutputView};

/// State of the output window.
#[derive(Debug, Default)]
pub(crate) struct OutputState {
    is_open: bool,
    picture: OutputPicture,
    has_figures: bool,
    /// The display that it filled and that is gone: it opens again when that comes back.
    awaited: Option<String>,
}

/// What became of the output when the displays changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DisplayChange {
    /// The display of this name is gone, and the output is closed.
    Gone(String),
    /// The display of this name is back, and the output is open again.
    Back(String),
}

impl OutputState {
    /// Opens it or closes it; it opens with the canvas and without figures.
    pub fn set_open(&mut self, is_open: bool) {
        if is_open != self.is_open {
            *self = Self {
                is_open,
                ..Self::default()
            };
        }
        self.awaited = None;
    }

    /// Follows a change of the displays. Without its display it closes, since on another one it might cover the editor.
    pub fn follow_displays(
        &mut self,
        before: &[DisplayView],
        now: &[DisplayView],
        settings: &OutputSettings,
    ) -> Option<DisplayChange> {
        let is_there = |name: &str| now.iter().any(|display| display.name == name);
        // A system that names no displays tells nothing about them.
        if now.is_empty() || settings.is_windowed {
            return None;
        }
        if self.is_open {
            let filled = before.get(chosen_display(before, settings))?;
            if is_there(&filled.name) {
                return None;
            }
            self.is_open = false;
            self.awaited = Some(filled.name.clone());
            return Some(DisplayChange::Gone(filled.name.clone()));
        }
        let back = self.awaited.take_if(|name| is_there(name))?;
        self.is_open = true;
        Some(DisplayChange::Back(back))
    }

    /// True while it is open.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Shows figures over the picture, or none.
    pub fn set_figures(&mut self, has_figures: bool) {
        self.has_figures = has_figures;
    }

    /// Shows this picture.
    pub fn set_picture(&mut self, picture: OutputPicture) {
        self.picture = picture;
    }

    /// Shows figures over the picture, for whoever sets a display up, or hides them.
    pub fn toggle_figures(&mut self) {
        self.has_figures = !self.has_figures;
    }

    /// Shows this picture; the canvas if this is shown already.
    pub fn show(&mut self, picture: OutputPicture) {
        self.picture = if self.picture == picture {
            OutputPicture::Canvas
        } else {
            picture
        };
    }

    /// The state as it is shown.
    pub fn view(&self, displays: &[DisplayView], settings: &OutputSettings) -> OutputView {
        OutputView {
            is_open: self.is_open,
            display: chosen_display(displays, settings),
            is_windowed: settings.is_windowed,
            picture: self.picture,
            has_figures: self.has_figures,
        }
    }
}

/// Index of the display that was chosen last. Without one the second, so that the output does not cover the editor; the
/// first where there is no other.
fn chosen_display(displays: &[DisplayView], settings: &OutputSettings) -> usize {
    let named = settings
        .display
        .as_ref()
        .and_then(|name| displays.iter().position(|display| display.name == *name));
    named.unwrap_or_else(|| usize::from(displays.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn displays() -> Vec<DisplayView> {
        ["DP-1", "HDMI-1", "HDMI-2"]
            .map(|name| DisplayView {
                name: name.to_owned(),
                size_px: [1920, 1080],
                origin_px: [0, 0],
            })
            .to_vec()
    }

    #[test]
    fn the_display_is_the_one_last_chosen_or_another_than_the_editors() {
        let named = |name: &str| OutputSettings {
            display: Some(name.to_owned()),
            is_windowed: false,
        };
        assert_eq!(chosen_display(&displays(), &named("HDMI-2")), 2);
        assert_eq!(chosen_display(&displays(), &named("gone")), 1);
        assert_eq!(chosen_display(&displays()[..1], &named("gone")), 0);
        assert_eq!(chosen_display(&displays(), &OutputSettings::default()), 1);
    }

    #[test]
    fn showing_the_same_twice_brings_the_canvas_back() {
        let mut output = OutputState::default();
        output.set_open(true);
        output.toggle_figures();
        output.show(OutputPicture::Black);
        output.show(OutputPicture::Pattern);
        assert_eq!(output.picture, OutputPicture::Pattern);
        output.show(OutputPicture::Pattern);
        assert_eq!(output.picture, OutputPicture::Canvas);
        output.show(OutputPicture::Black);
        output.set_open(false);
        output.set_open(true);
        assert_eq!(
            output.picture,
            OutputPicture::Canvas,
            "never black when opened"
        );
        assert!(!output.has_figures, "and no figures before an audience");
    }

    #[test]
    fn without_its_display_the_output_is_closed_until_that_is_back() {
        let (all, settings) = (displays(), OutputSettings::default());
        let without = [all[0].clone(), all[2].clone()];
        let mut output = OutputState::default();
        output.set_open(true);
        output.show(OutputPicture::Black);
        assert_eq!(output.follow_displays(&all, &[], &settings), None);
        assert_eq!(output.follow_displays(&all, &all[..2], &settings), None);
        let name = "HDMI-1".to_owned();
        let gone = output.follow_displays(&all, &without, &settings);
        assert_eq!(gone, Some(DisplayChange::Gone(name.clone())));
        assert!(!output.is_open());
        assert_eq!(output.follow_displays(&without, &without, &settings), None);
        let back = output.follow_displays(&without, &all, &settings);
        assert_eq!(back, Some(DisplayChange::Back(name)));
        assert!(output.is_open() && output.picture == OutputPicture::Black);

        output.follow_displays(&all, &without, &settings);
        output.set_open(false);
        let back = output.follow_displays(&without, &all, &settings);
        assert_eq!(back, None, "the user closed it");
    }
}
