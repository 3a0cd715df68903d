//! Shaders and pipelines: one for each kind of colour, on the canvas or for a single frame.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::conversion::{Kind, MAX_PLANES};
use super::layer_style::{LayerStyle, Method, State};
use super::uniforms::BLOCK_BYTES;
use super::{Gpu, GpuError};

/// The format of the canvas and of single frames: gamma-encoded values in a plain view, no sRGB one.
pub(super) const TARGET_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// The format of blocks of 16 bytes that the shader decodes: a texel for each.
pub(super) const BLOCKS_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba32Uint;

/// The format in which the pictures of a crossfade are added up.
const GATHER_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba16Float;

/// The binding of the sampler, behind those of the planes.
const SAMPLER_BINDING: u32 = MAX_PLANES as u32;

/// The binding of blocks that the shader decodes.
const BLOCKS_BINDING: u32 = SAMPLER_BINDING + 1;

/// The target of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The canvas: filtered, premultiplied, blended source over.
    Canvas,
    /// The canvas where each of its pixels shows one of the picture: unfiltered. The result is the same for a quarter
    /// of the reads, which matter where blocks are decoded in software.
    CanvasPixelExact,
    /// The canvas, blended by this method, with colour adjustments or without.
    Styled(Method, bool),
    /// A picture of the frame's own size: unfiltered, straight alpha, over nothing.
    SingleFrame,
}

/// The source of a kind's shader.
fn shader_source(kind: Kind) -> String {
    let colour = match kind {
        Kind::Rgb => concat!(
            include_str!("../../shaders/light.wgsl"),
            include_str!("../../shaders/rgb.wgsl")
        ),
        Kind::ScaledYCoCg => include_str!("../../shaders/ycocg.wgsl"),
        Kind::AlphaOnly => include_str!("../../shaders/alpha_only.wgsl"),
        Kind::LinearHdr => concat!(
            include_str!("../../shaders/light.wgsl"),
            include_str!("../../shaders/linear_hdr.wgsl")
        ),
        Kind::YCbCrJoint | Kind::YCbCrSplit => concat!(
            include_str!("../../shaders/light.wgsl"),
            include_str!("../../shaders/ycbcr.wgsl")
        ),
        Kind::Grey => concat!(
            include_str!("../../shaders/light.wgsl"),
            include_str!("../../shaders/grey.wgsl")
        ),
    };
    [
        include_str!("../../shaders/layer.wgsl"),
        include_str!("../../shaders/layer_style.wgsl"),
        include_str!("../../shaders/blend.wgsl"),
        colour,
    ]
    .concat()
}

/// Pipelines for one target, by [`Kind`], in the order of [`Kind::ALL`].
type PipelinePerKind = Vec<wgpu::RenderPipeline>;

/// The pipelines that draw on the canvas.
pub(super) struct Pipelines {
    plain: PipelinePerKind,
    pixel_exact: PipelinePerKind,
    /// By blend method and colour adjustments; those of blend modes are created when first needed.
    styles: BTreeMap<(Method, bool), PipelinePerKind>,
}

impl Pipelines {
    pub fn new(gpu: &Gpu, layouts: &Layouts) -> Self {
        let of = |state| {
            let method = Method::State(state);
            let pipelines = layouts.pipelines(gpu, Target::Styled(method, true));
            ((method, true), pipelines)
        };
        Self {
            plain: layouts.pipelines(gpu, Target::Canvas),
            pixel_exact: layouts.pipelines(gpu, Target::CanvasPixelExact),
            styles: BTreeMap::from([of(State::Normal), of(State::Gather)]),
        }
    }

    /// Creates the pipelines of a style unless they exist, for all kinds at once, so that a layer that changes to
    /// another kind of media while playing finds its own; returns true if it did.
    pub fn prepare(&mut self, gpu: &Gpu, layouts: &Layouts, style: &LayerStyle) -> bool {
        let key = (style.method(), style.has_settings());
        let is_new = !style.is_plain() && !self.styles.contains_key(&key);
        if is_new {
            let pipelines = layouts.pipelines(gpu, Target::Styled(key.0, key.1));
            self.styles.insert(key, pipelines);
        }
        is_new
    }

    /// The pipeline of a plain style.
    pub fn plain(&self, kind: Kind, is_pixel_exact: bool) -> Option<&wgpu::RenderPipeline> {
        let pipelines = if is_pixel_exact {
            &self.pixel_exact
        } else {
            &self.plain
        };
        pipelines.get(kind as usize)
    }

    /// The pipeline that adds a picture to the others of its crossfade.
    pub fn gather(&self, kind: Kind) -> Option<&wgpu::RenderPipeline> {
        let key = (Method::State(State::Gather), true);
        self.styles.get(&key)?.get(kind as usize)
    }

    /// The pipeline for a style that is not plain; `None` unless it was prepared.
    pub fn style(&self, kind: Kind, style: &LayerStyle) -> Option<&wgpu::RenderPipeline> {
        let key = (style.method(), style.has_settings());
        self.styles.get(&key)?.get(kind as usize)
    }
}

/// Resources that all pipelines share: the layouts, the sampler, and blank textures in place of absent planes and blocks.
pub(super) struct Layouts {
    uniforms: wgpu::BindGroupLayout,
    textures: wgpu::BindGroupLayout,
    backdrop: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
    /// The layout with a backdrop after the textures.
    backdrop_pipeline: wgpu::PipelineLayout,
    sampler: wgpu::Sampler,
    blank: wgpu::TextureView,
    no_blocks: wgpu::TextureView,
    /// The shader of each kind, compiled when it is first needed.
    shaders: Vec<OnceCell<wgpu::ShaderModule>>,
}

impl Layouts {
    /// All layouts.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        let blank = blank_texture(gpu, wgpu::TextureFormat::R8Unorm)?;
        let no_blocks = blank_texture(gpu, BLOCKS_FORMAT)?;
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
        let backdrop = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("backdrop"),
            entries: &[texture_entry(0, FILTERED)],
        });
        let backdrop_pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("layer over a backdrop"),
            bind_group_layouts: &[Some(&uniforms), Some(&textures), Some(&backdrop)],
            immediate_size: 0,
        });
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("linear, clamped"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        Ok(Self {
            uniforms,
            textures,
            backdrop,
            pipeline,
            backdrop_pipeline,
            sampler,
            blank: blank.create_view(&wgpu::TextureViewDescriptor::default()),
            no_blocks: no_blocks.create_view(&wgpu::TextureViewDescriptor::default()),
            shaders: vec![OnceCell::new(); Kind::ALL.len()],
        })
    }

    /// The bind group of one block of a uniform buffer.
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

    /// The bind group of the planes of a frame; absent ones are blank, and so are blocks.
    pub fn texture_group(&self, gpu: &Gpu, planes: &[wgpu::TextureView]) -> wgpu::BindGroup {
        let holds_blocks = |view: &&wgpu::TextureView| view.texture().format() == BLOCKS_FORMAT;
        let blocks = planes.iter().find(holds_blocks);
        let plane = |binding: usize| wgpu::BindGroupEntry {
            binding: binding as u32,
            resource: wgpu::BindingResource::TextureView(
                planes
                    .get(binding)
                    .filter(|view| !holds_blocks(view))
                    .unwrap_or(&self.blank),
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
                wgpu::BindGroupEntry {
                    binding: BLOCKS_BINDING,
                    resource: wgpu::BindingResource::TextureView(blocks.unwrap_or(&self.no_blocks)),
                },
            ],
        })
    }

    /// The bind group of the backdrop.
    pub fn backdrop_group(&self, gpu: &Gpu, view: &wgpu::TextureView) -> wgpu::BindGroup {
        gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("backdrop"),
            layout: &self.backdrop,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::TextureView(view),
            }],
        })
    }

    /// The pipelines of all kinds for a target.
    fn pipelines(&self, gpu: &Gpu, target: Target) -> PipelinePerKind {
        let kinds = Kind::ALL.iter();
        kinds
            .map(|&kind| self.pipeline(gpu, kind, target))
            .collect()
    }

    /// The pipeline for a kind of colour and a target.
    pub fn pipeline(&self, gpu: &Gpu, kind: Kind, target: Target) -> wgpu::RenderPipeline {
        let module = self.shaders[kind as usize].get_or_init(|| shader(gpu, kind));
        let is_exact = matches!(target, Target::CanvasPixelExact | Target::SingleFrame);
        let is_exact = f64::from(u8::from(is_exact));
        let mut constants = vec![("is_exact", is_exact)];
        if kind == Kind::YCbCrSplit {
            constants.push(("has_split_chroma", 1.0));
        }
        if !matches!(target, Target::Styled(_, true)) {
            constants.push(("has_settings", 0.0));
        }
        let (entry_point, blend) = match target {
            Target::Canvas | Target::CanvasPixelExact => (
                "fragment_canvas",
                Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            ),
            Target::Styled(Method::State(state), _) => ("fragment_style", Some(blend_state(state))),
            Target::Styled(Method::Backdrop, _) => ("fragment_blend", None),
            Target::SingleFrame => ("fragment_straight", None),
        };
        let layout = match target {
            Target::Styled(Method::Backdrop, _) => &self.backdrop_pipeline,
            _ => &self.pipeline,
        };
        let format = match target {
            Target::Styled(Method::State(State::Gather), _) => GATHER_FORMAT,
            _ => TARGET_FORMAT,
        };
        gpu.device()
            .create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some(&format!("{kind:?} on {target:?}")),
                layout: Some(layout),
                vertex: wgpu::VertexState {
                    module,
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
                    module,
                    entry_point: Some(entry_point),
                    compilation_options: wgpu::PipelineCompilationOptions {
                        constants: &constants,
                        ..Default::default()
                    },
                    targets: &[Some(wgpu::ColorTargetState {
                        format,
                        blend,
                        write_mask: wgpu::ColorWrites::ALL,
                    })],
                }),
                multiview_mask: None,
                cache: None,
            })
    }
}

fn shader(gpu: &Gpu, kind: Kind) -> wgpu::ShaderModule {
    gpu.device()
        .create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(&format!("{kind:?}")),
            source: wgpu::ShaderSource::Wgsl(shader_source(kind).into()),
        })
}

/// The blend state that mixes the shader's premultiplied result with an opaque canvas, which stays opaque.
fn blend_state(state: State) -> wgpu::BlendState {
    use wgpu::{BlendFactor, BlendOperation};
    let (src_factor, dst_factor, operation) = match state {
        State::Normal => return wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
        State::Multiply => (
            BlendFactor::Dst,
            BlendFactor::OneMinusSrcAlpha,
            BlendOperation::Add,
        ),
        State::Screen => (
            BlendFactor::OneMinusDst,
            BlendFactor::One,
            BlendOperation::Add,
        ),
        State::Add => (BlendFactor::One, BlendFactor::One, BlendOperation::Add),
        State::Gather => {
            let sum = wgpu::BlendComponent {
                src_factor: BlendFactor::One,
                dst_factor: BlendFactor::One,
                operation: BlendOperation::Add,
            };
            return wgpu::BlendState {
                color: sum,
                alpha: sum,
            };
        }
        State::Subtract => (
            BlendFactor::One,
            BlendFactor::One,
            BlendOperation::ReverseSubtract,
        ),
    };
    wgpu::BlendState {
        color: wgpu::BlendComponent {
            src_factor,
            dst_factor,
            operation,
        },
        alpha: wgpu::BlendComponent {
            src_factor: BlendFactor::Zero,
            dst_factor: BlendFactor::One,
            operation: BlendOperation::Add,
        },
    }
}

/// Samples that the sampler may mix.
const FILTERED: wgpu::TextureSampleType = wgpu::TextureSampleType::Float { filterable: true };

fn texture_entry(binding: u32, sample_type: wgpu::TextureSampleType) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty: wgpu::BindingType::Texture {
            sample_type,
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        },
        count: None,
    }
}

fn texture_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("layer planes"),
        entries: &[
            texture_entry(0, FILTERED),
            texture_entry(1, FILTERED),
            texture_entry(2, FILTERED),
            texture_entry(3, FILTERED),
            wgpu::BindGroupLayoutEntry {
                binding: SAMPLER_BINDING,
                visibility: wgpu::ShaderStages::FRAGMENT,
                ty: wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering),
                count: None,
            },
            texture_entry(BLOCKS_BINDING, wgpu::TextureSampleType::Uint),
        ],
    })
}

/// A texture of one texel.
fn blank_texture(gpu: &Gpu, format: wgpu::TextureFormat) -> Result<wgpu::Texture, GpuError> {
    gpu.within_memory(1, |device| {
        device.create_texture(&wgpu::TextureDescriptor {
            label: Some("blank plane"),
            size: wgpu::Extent3d::default(),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shader_and_pipeline_is_valid() {
        let gpu = Gpu::headless().expect("lavapipe is installed");
        let layouts = Layouts::new(&gpu).expect("room");
        for &kind in Kind::ALL {
            for target in [
                Target::Canvas,
                Target::CanvasPixelExact,
                Target::SingleFrame,
                Target::Styled(Method::State(State::Subtract), true),
                Target::Styled(Method::State(State::Gather), true),
                Target::Styled(Method::Backdrop, false),
                Target::Styled(Method::Backdrop, true),
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
        let source = shader_source(Kind::Rgb).replace("plane0, at", "plane9, at");
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
