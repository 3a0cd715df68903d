//! Features and limits requested of an adapter, with a window or without.

use std::sync::Arc;

use super::surface::{Redraw, SurfaceCare};
use crate::media::frame::MAX_SIDE_PX;

/// The longest buffer requested: a frame of the largest picture in 16 bytes a block, with room to spare.
const MAX_BUFFER_BYTES: u64 = 1 << 30;

/// The wgpu configuration of a window: BC textures and timestamps if the adapter has them, and two frames in flight,
/// since uploads and layers are more work than one frame in flight allows for.
///
/// `redraw` schedules another picture, for when a window got none.
pub fn wgpu_configuration(redraw: Redraw) -> egui_wgpu::WgpuConfiguration {
    let care = SurfaceCare::new(redraw);
    egui_wgpu::WgpuConfiguration {
        surface: egui_wgpu::SurfaceConfig::HIGH_THROUGHPUT,
        wgpu_setup: wgpu_setup(),
        on_surface_status: Arc::new(move |status| care.action(status)),
    }
}

/// The part of [`wgpu_configuration`] that creates the device; tests of the window use it alone.
pub fn wgpu_setup() -> egui_wgpu::WgpuSetup {
    let mut setup = egui_wgpu::WgpuSetupCreateNew::without_display_handle();
    setup.device_descriptor = Arc::new(device_descriptor);
    setup.into()
}

/// The features and limits to request of `adapter`, all of which it has.
pub(super) fn device_descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    let wanted = wgpu::Features::TEXTURE_COMPRESSION_BC
        | wgpu::Features::TEXTURE_FORMAT_16BIT_NORM
        | wgpu::Features::TIMESTAMP_QUERY
        | wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS;
    let offered = adapter.limits();
    let base = [wgpu::Limits::default(), wgpu::Limits::downlevel_defaults()]
        .into_iter()
        .find(|limits| limits.check_limits(&offered))
        .unwrap_or_else(wgpu::Limits::downlevel_webgl2_defaults);
    wgpu::DeviceDescriptor {
        label: Some("sextet device"),
        required_features: adapter.features() & wanted,
        required_limits: wgpu::Limits {
            max_texture_dimension_2d: offered.max_texture_dimension_2d.min(MAX_SIDE_PX),
            max_buffer_size: offered.max_buffer_size.min(MAX_BUFFER_BYTES),
            ..base
        },
        ..Default::default()
    }
}
