//! Shaders and pipelines: one for each kind of colour, on the canvas or for a frame by itself.

use super::Gpu;
use super::conversion::{Kind, MAX_PLANES};
use super::uniforms::BLOCK_BYTES;

/// The format of the canvas and of single frames: gamma-encoded values in a plain view, no sRGB one.
pub(super) const TARGET_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// The binding of the sampler, behind those of the planes.
const SAMPLER_BINDING: u32 = MAX_PLANES as u32;

/// What a pipeline draws into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The canvas: filtered, premultiplied, blended source over.
    Canvas,
    /// The same where each canvas pixel shows one pixel of the picture: texel by texel instead of filtered. The result
    /// is the same, for a quarter of the reads, which tell where blocks are decoded in software.
    CanvasPixelExact,
    /// A picture of the frame's own size: texel by texel, straight alpha, over nothing.
    SingleFrame,
}

/// The text of a kind's shader.
fn shader_source(kind: Kind) -> String {
    let colour = match kind {
        Kind::Rgb => include_str!("../../shaders/rgb.wgsl"),
        Kind::ScaledYCoCg => include_str!("../../shaders/ycocg.wgsl"),
        Kind::AlphaOnly => include_str!("../../shaders/alpha_only.wgsl"),
        Kind::LinearHdr => include_str!("../../shaders/linear_hdr.wgsl"),
        Kind::YCbCrJoint | Kind::YCbCrSplit => concat!(
            include_str!("../../shaders/hdr.wgsl"),
            include_str!("../../shaders/ycbcr.wgsl")
        ),
        Kind::Grey => include_str!("../../shaders/grey.wgsl"),
    };
    [include_str!("../../shaders/layer.wgsl"), colour].concat()
}

/// What all pipelines share: how resources are bound, the sampler, and a texture that stands in for absent planes.
pub(super) struct Layouts {
    uniforms: wgpu::BindGroupLayout,
    textures: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
    sampler: wgpu::Sampler,
    blank: wgpu::TextureView,
}

impl Layouts {
    pub fn new(gpu: &Gpu) -> Self {
        let device = gpu.device();
        let uniforms = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("layer uniforms"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: true,
                    min_binding_size: wgpu::BufferSize::new(BLOCK_BYTES),
                },
                count: None,
            }],
        });
        let textures = texture_layout(device);
        let pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("layer"),
            bind_group_layouts: &[Some(&uniforms), Some(&textures)],
            immediate_size: 0,
        });
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("linear, clamped"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        let blank = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("blank plane"),
            size: wgpu::Extent3d::default(),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        Self {
            uniforms,
            textures,
            pipeline,
            sampler,
            blank: blank.create_view(&wgpu::TextureViewDescriptor::default()),
        }
    }

    /// The group that shows one block of a uniform buffer.
    pub fn uniform_group(&self, gpu: &Gpu, buffer: &wgpu::Buffer) -> wgpu::BindGroup {
        gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("layer uniforms"),
            layout: &self.uniforms,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer,
                    offset: 0,
                    size: wgpu::BufferSize::new(BLOCK_BYTES),
                }),
            }],
        })
    }

    /// The group that shows the planes of a frame; absent ones are blank.
    pub fn texture_group(&self, gpu: &Gpu, planes: &[wgpu::TextureView]) -> wgpu::BindGroup {
        let plane = |binding: usize| wgpu::BindGroupEntry {
            binding: binding as u32,
            resource: wgpu::BindingResource::TextureView(
                planes.get(binding).unwrap_or(&self.blank),
            ),
        };
        gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("layer planes"),
            layout: &self.textures,
            entries: &[
                plane(0),
                plane(1),
                plane(2),
                plane(3),
                wgpu::BindGroupEntry {
                    binding: SAMPLER_BINDING,
                    resource: wgpu::BindingResource::Sampler(&self.sampler),
                },
            ],
        })
    }

    /// The pipeline for a kind of colour and a target.
    pub fn pipeline(&self, gpu: &Gpu, kind: Kind, target: Target) -> wgpu::RenderPipeline {
        let module = gpu
            .device()
            .create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(&format!("{kind:?}")),
                source: wgpu::ShaderSource::Wgsl(shader_source(kind).into()),
            });
        let is_exact = f64::from(u8::from(target != Target::Canvas));
        let exact = ("is_exact", is_exact);
        let split = ("has_split_chroma", 1.0);
        let constants: &[(&str, f64)] = match kind {
            Kind::YCbCrSplit => &[exact, split],
            _ => &[exact],
        };
        let (entry_point, blend) = match target {
            Target::Canvas | Target::CanvasPixelExact => (
                "fragment_canvas",
                Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            ),
            Target::SingleFrame => ("fragment_straight", None),
        };
        gpu.device()
            .create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some(&format!("{kind:?} on {target:?}")),
                layout: Some(&self.pipeline),
                vertex: wgpu::VertexState {
                    module: &module,
                    entry_point: Some("vertex"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    buffers: &[],
                },
                primitive: wgpu::PrimitiveState {
                    topology: wgpu::PrimitiveTopology::TriangleStrip,
                    ..Default::default()
                },
                depth_stencil: None,
                multisample: wgpu::MultisampleState::default(),
                fragment: Some(wgpu::FragmentState {
                    module: &module,
                    entry_point: Some(entry_point),
                    compilation_options: wgpu::PipelineCompilationOptions {
                        constants,
                        ..Default::default()
                    },
                    targets: &[Some(wgpu::ColorTargetState {
                        format: TARGET_FORMAT,
                        blend,
                        write_mask: wgpu::ColorWrites::ALL,
                    })],
                }),
                multiview_mask: None,
                cache: None,
            })
    }
}

fn texture_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let plane = |binding| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty: wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: true },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        },
        count: None,
    };
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("layer planes"),
        entries: &[
            plane(0),
            plane(1),
            plane(2),
            plane(3),
            wgpu::BindGroupLayoutEntry {
                binding: SAMPLER_BINDING,
                visibility: wgpu::ShaderStages::FRAGMENT,
                ty: wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering),
                count: None,
            },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shader_and_pipeline_is_valid() {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        let layouts = Layouts::new(&gpu);
        for kind in Kind::ALL {
            for target in [
                Target::Canvas,
                Target::CanvasPixelExact,
                Target::SingleFrame,
            ] {
                let scope = gpu.device().push_error_scope(wgpu::ErrorFilter::Validation);
                let pipeline = layouts.pipeline(&gpu, kind, target);
                let error = pollster::block_on(scope.pop());
                assert!(error.is_none(), "{kind:?} on {target:?}: {error:?}");
                drop(pipeline);
            }
        }
    }

    #[test]
    fn a_shader_with_a_fault_is_not_valid() {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        let source = shader_source(Kind::Rgb).replace("plane0, 0u", "plane9, 0u");
        let scope = gpu.device().push_error_scope(wgpu::ErrorFilter::Validation);
        let module = gpu
            .device()
            .create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some("faulty"),
                source: wgpu::ShaderSource::Wgsl(source.into()),
            });
        assert!(pollster::block_on(scope.pop()).is_some(), "{module:?}");
    }
}
