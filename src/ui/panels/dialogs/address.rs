//! The prompt for the address of a live source.

use std::path::{Path, PathBuf};

use egui::{Button, Frame, Id, Key, Margin, Modal, Modifiers, RichText, TextEdit, Ui};

use crate::command::{Command, FileCommand};
use crate::project::is_address;
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shown_panels::PanelId;
use crate::ui::style;

/// The field's name in AccessKit.
const FIELD: &str = "Address of the live source";

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("address");

/// The prompt.
#[derive(Default)]
pub(crate) struct AddressPrompt {
    text: String,
}

impl Panel for AddressPrompt {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let mut is_cancelled =
            ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let mut is_answered = false;
        let theme = pass.theme;
        let is_right = is_address(Path::new(self.text.trim()));
        let frame = Frame::popup(ui.style()).inner_margin(Margin::same(18));
        let modal = Modal::new(Id::unique("address")).frame(frame);
        modal.show(ui.ctx(), |ui| {
            ui.set_width(420.0);
            let title = RichText::new("Open a live source").font(style::semibold(15.0));
            ui.label(title.color(theme.strong));
            ui.add_space(4.0);
            let forms =
                "http, https, rtsp, rtp, udp, srt or rtmp and ://, or v4l2: and a camera's device";
            ui.label(RichText::new(forms).color(theme.dim));
            ui.add_space(10.0);
            let field = TextEdit::singleline(&mut self.text)
                .hint_text("https://example.org/live.m3u8")
                .desired_width(f32::INFINITY);
            let response = ui.add(field).accessible_name(FIELD);
            if !response.has_focus() && !response.lost_focus() {
                response.request_focus();
            }
            let is_entered =
                response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            ui.add_space(14.0);
            ui.horizontal(|ui| {
                let size = [(ui.available_width() - 8.0) / 2.0, 28.0];
                let cancel = ui.add_sized(size, Button::new("Cancel"));
                let open =
                    Button::new(RichText::new("Open").color(theme.background)).fill(theme.accent);
                let open = ui
                    .add_enabled_ui(is_right, |ui| ui.add_sized(size, open))
                    .inner;
                let open = open.on_hover_text("Give it a layer of its own  (Enter)");
                is_answered = open.clicked() || (is_entered && is_right);
                is_cancelled |= cancel.on_hover_text("Open nothing  (Esc)").clicked();
            });
        });
        if is_cancelled || is_answered {
            pass.state.panels.set_shown(ID, false);
        }
        if is_answered {
            pass.push(Command::File(FileCommand::AddFiles(vec![PathBuf::from(
                self.text.trim(),
            )])));
        }
    }
}
