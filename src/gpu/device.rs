//! The GPU device.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::GpuError;
use super::setup::device_descriptor;
use crate::stats::AdapterInfo;

/// Adapter, device and queue. Clones share one device.
#[derive(Clone, Debug)]
pub struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    info: AdapterInfo,
    is_software: bool,
    has_16_bit: bool,
    is_lost: Arc<AtomicBool>,
    /// Largest allocation that succeeds, in bytes, for tests.
    room_bytes: Arc<AtomicU64>,
    /// The first uncaptured error since the last query, on a device that records them rather than panics. The lock
    /// protects it alone.
    failure: Arc<Mutex<Option<String>>>,
}

/// Features and memory withheld from an adapter, for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeviceHandicap {
    /// Features withheld.
    pub lacking: wgpu::Features,
    /// Shares of its memory, in percent, beyond which allocations fail, or the device is lost.
    pub memory: wgpu::MemoryBudgetThresholds,
}

impl Gpu {
    /// A device without a window, on the fastest adapter that gives one: a hardware GPU before a software one.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] if there is none, or the error of the last adapter tried.
    pub fn headless() -> Result<Self, GpuError> {
        Self::headless_as(&DeviceHandicap::default())
    }

    /// [`Self::headless`] with a handicap, to test fallbacks.
    ///
    /// # Errors
    /// As for [`Self::headless`].
    pub fn headless_as(poorer: &DeviceHandicap) -> Result<Self, GpuError> {
        let backends =
            wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY | wgpu::Backends::GL);
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
        descriptor.backends = backends;
        descriptor.memory_budget_thresholds = poorer.memory;
        let instance = wgpu::Instance::new(descriptor);
        let mut adapters = pollster::block_on(instance.enumerate_adapters(backends));
        adapters.sort_by_key(|adapter| preference(&adapter.get_info()));

        let mut failure = GpuError::NoAdapter;
        for adapter in adapters {
            let mut wanted = device_descriptor(&adapter);
            wanted.required_features.remove(poorer.lacking);
            match pollster::block_on(adapter.request_device(&wanted)) {
                Ok((device, queue)) => return Ok(Self::new(&adapter.get_info(), device, queue)),
                Err(error) => failure = error.into(),
            }
        }
        Err(failure)
    }

    /// The window's device, which is [`Self::forgiving`].
    pub fn from_render_state(state: &egui_wgpu::RenderState) -> Self {
        let gpu = Self::new(
            &state.adapter.get_info(),
            state.device.clone(),
            state.queue.clone(),
        );
        gpu.forgiving()
    }

    /// The same device with uncaptured errors recorded for [`Self::take_failure`]. By default they panic, which reveals
    /// a mistake in a test but must not end a show.
    #[must_use]
    pub fn forgiving(self) -> Self {
        let failure = Arc::clone(&self.failure);
        self.device.on_uncaptured_error(Arc::new(move |error| {
            tracing::error!(%error, "the graphics device refused something");
            failure.lock().get_or_insert_with(|| error.to_string());
        }));
        self
    }

    /// The first uncaptured error since the last call, on a device that is [`Self::forgiving`].
    pub fn take_failure(&self) -> Option<String> {
        self.failure.lock().take()
    }

    fn new(adapter: &wgpu::AdapterInfo, device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let is_lost = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_lost);
        device.set_device_lost_callback(move |reason, message| {
            // A device that was destroyed on purpose is reported as lost as well.
            if reason != wgpu::DeviceLostReason::Destroyed {
                tracing::error!(%message, "the graphics device was lost");
            }
            // Release pairs with the acquire in `is_lost`: a reader of the flag sees all that came before the loss.
            flag.store(true, Ordering::Release);
        });
        let info = AdapterInfo {
            name: adapter.name.clone(),
            backend: format!("{:?}", adapter.backend),
            bc: device
                .features()
                .contains(wgpu::Features::TEXTURE_COMPRESSION_BC),
        };
        let has_16_bit = device
            .features()
            .contains(wgpu::Features::TEXTURE_FORMAT_16BIT_NORM);
        Self {
            device,
            queue,
            info,
            has_16_bit,
            is_software: adapter.device_type == wgpu::DeviceType::Cpu,
            is_lost,
            room_bytes: Arc::new(AtomicU64::new(u64::MAX)),
            failure: Arc::default(),
        }
    }

    /// The same device as if its adapter did not sample BC textures, to test the fallback.
    #[must_use]
    pub fn without_bc(mut self) -> Self {
        self.info.bc = false;
        self
    }

    /// The same device as if its adapter did not sample channels of 16 bits, to test the fallback.
    #[must_use]
    pub fn without_16_bit(mut self) -> Self {
        self.has_16_bit = false;
        self
    }

    /// Lets allocations of more than `bytes` fail from now on, to test fallbacks; clones as well.
    pub fn set_room(&self, bytes: u64) {
        // Relaxed: the number orders nothing else, and one thread draws.
        self.room_bytes.store(bytes, Ordering::Relaxed);
    }

    /// The adapter's names, for panels and reports.
    pub fn info(&self) -> &AdapterInfo {
        &self.info
    }

    /// True if the adapter samples BC textures.
    pub fn has_bc(&self) -> bool {
        self.info.bc
    }

    /// True if the adapter samples channels of 16 bits.
    pub fn has_16_bit(&self) -> bool {
        self.has_16_bit
    }

    /// True if the device writes timestamps.
    pub fn has_timestamps(&self) -> bool {
        self.device
            .features()
            .contains(wgpu::Features::TIMESTAMP_QUERY)
    }

    /// True if the adapter renders on the CPU.
    pub fn is_software(&self) -> bool {
        self.is_software
    }

    /// True if the device is lost; everything created from it is then inert.
    pub fn is_lost(&self) -> bool {
        // Acquire pairs with the release in the callback.
        self.is_lost.load(Ordering::Acquire)
    }

    /// Blocks until the device has finished all submissions, and runs their callbacks.
    ///
    /// # Errors
    /// [`GpuError::Lost`].
    pub fn wait_idle(&self) -> Result<(), GpuError> {
        match self.device.poll(wgpu::PollType::wait_indefinitely()) {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "waiting for the graphics device failed");
                Err(GpuError::Lost)
            }
        }
    }

    /// The device.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// The queue of the device.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// Submits recorded commands: the only call of this folder that does.
    #[expect(
        clippy::disallowed_methods,
        reason = "the gpu folder submits, on the thread that draws"
    )]
    pub(super) fn submit(&self, encoder: wgpu::CommandEncoder) {
        self.queue.submit([encoder.finish()]);
    }

    /// Refuses sizes beyond the device's limit.
    pub(super) fn check_size(&self, width_px: u32, height_px: u32) -> Result<(), GpuError> {
        let limit_px = self.device.limits().max_texture_dimension_2d;
        let is_allowed = |side| (1..=limit_px).contains(&side);
        if is_allowed(width_px) && is_allowed(height_px) {
            return Ok(());
        }
        Err(GpuError::TooLarge {
            width_px,
            height_px,
            limit_px,
        })
    }

    /// Runs `create`, unless the device is lost, and returns an error if it ran out of memory; `bytes` is the
    /// approximate size.
    ///
    /// All textures and buffers of this folder are created in it, and nothing else: using one that failed, even for a
    /// view, is another error, which only [`Self::take_failure`] would report.
    pub(super) fn within_memory<T>(
        &self,
        bytes: u64,
        create: impl FnOnce(&wgpu::Device) -> T,
    ) -> Result<T, GpuError> {
        if self.is_lost() {
            return Err(GpuError::Lost);
        }
        if bytes > self.room_bytes.load(Ordering::Relaxed) {
            return Err(GpuError::OutOfMemory(bytes));
        }
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let created = create(&self.device);
        match pollster::block_on(scope.pop()) {
            None => Ok(created),
            Some(_) => Err(GpuError::OutOfMemory(bytes)),
        }
    }
}

/// Sort key of adapters: by kind, a discrete GPU first, then by graphics API.
fn preference(info: &wgpu::AdapterInfo) -> (u8, u8) {
    let kind = match info.device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    };
    let backend = match info.backend {
        wgpu::Backend::Vulkan | wgpu::Backend::Metal | wgpu::Backend::Dx12 => 0,
        wgpu::Backend::BrowserWebGpu => 1,
        wgpu::Backend::Gl => 2,
        wgpu::Backend::Noop => 3,
    };
    (kind, backend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headless_device_samples_bc_textures_and_is_not_lost() {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        assert!(gpu.has_bc(), "lavapipe samples BC");
        assert!(!gpu.is_lost());
        assert!(!gpu.info().name.is_empty());
        assert!(!gpu.without_bc().has_bc());
    }

    #[test]
    fn a_device_refuses_pictures_beyond_its_limit() {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        let limit_px = gpu.device().limits().max_texture_dimension_2d;
        assert!(gpu.check_size(limit_px, 1).is_ok());
        for (width_px, height_px) in [(limit_px + 1, 1), (1, limit_px + 1), (0, 1), (1, 0)] {
            assert!(
                matches!(
                    gpu.check_size(width_px, height_px),
                    Err(GpuError::TooLarge { .. })
                ),
                "{width_px}×{height_px}"
            );
        }
    }
}
