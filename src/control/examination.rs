//! The examination of the project by the doctor.

use std::sync::Arc;

use super::controller::Controller;
use super::doctor_thread::DoctorJob;
use super::messages::Notice;
use crate::doctor::DoctorOptions;
use crate::media::TextureSupport;
use crate::status::document::Remedy;

impl Controller {
    /// Has the project examined. Playing pauses: it would take part of what is measured.
    pub(super) fn examine(&mut self) {
        self.engine.pause();
        let has_bc = self
            .engine
            .snapshot()
            .adapter
            .as_ref()
            .is_none_or(|adapter| adapter.bc);
        let textures = if has_bc {
            TextureSupport::BlockCompressed
        } else {
            TextureSupport::RgbaOnly
        };
        let engine = self.engine.options();
        let job = DoctorJob {
            project: Arc::clone(self.engine.project()),
            options: DoctorOptions {
                prebuffer: engine.playback.prebuffer,
                budget_bytes: engine.playback.budget_bytes,
                textures,
                slow_disk: engine.slow_disk.clone(),
            },
        };
        match self.doctor.submit(job) {
            Ok(()) => self.engine.begin_examination(),
            Err(busy) => self.messages.error(busy.to_string()),
        }
    }

    /// Receives the diagnosis.
    pub(super) fn receive_diagnosis(&mut self) {
        match self.doctor.poll() {
            Some(Ok((project, diagnosis))) => {
                self.engine.end_examination(&project, Some(diagnosis));
            }
            Some(Err(panic)) => {
                let project = Arc::clone(self.engine.project());
                self.engine.end_examination(&project, None);
                let text = "The examination broke down; try it once more";
                let notice = Notice::new(text, Remedy::OpenDoctor);
                self.messages
                    .error(notice.with_details(format!("doctor: {panic}")));
            }
            None => {}
        }
    }
}
