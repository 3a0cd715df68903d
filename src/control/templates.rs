//! Templates for new projects: those that come with the program, and the user's own.
//!
//! A template is a project file without media. Those of the program lie in `projects/templates/` and are part of it;
//! any project that is put into the user's folder of templates is one too.

use std::fs;
use std::path::Path;

use crate::project::storage::file;
use crate::project::{Project, Transform};
use crate::status::program::{TemplateLayer, TemplateView};

/// The templates of the program: name and text.
const OWN: [(&str, &str); 5] = [
    (
        "One layer",
        include_str!("../../projects/templates/one-layer.ron"),
    ),
    (
        "Six-layer stage",
        include_str!("../../projects/templates/six-layer-stage.ron"),
    ),
    (
        "Picture in picture",
        include_str!("../../projects/templates/picture-in-picture.ron"),
    ),
    (
        "Blank 4K",
        include_str!("../../projects/templates/blank-4k.ron"),
    ),
    (
        "Vertical screens",
        include_str!("../../projects/templates/vertical.ron"),
    ),
];

/// A template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    /// Its name.
    pub name: String,
    /// The project to begin with.
    pub project: Project,
}

impl Template {
    /// The template as it is shown: its canvas, and the places of its layers.
    pub fn view(&self) -> TemplateView {
        let canvas = &self.project.canvas;
        let size_px = [canvas.width_px, canvas.height_px];
        let [width, height] = size_px.map(|side| side.max(1) as f32);
        let layers = self.project.layers.iter().map(|layer| {
            let Transform {
                position_px: [x, y],
                scale,
                ..
            } = layer.transform;
            TemplateLayer {
                colour: layer.colour,
                share: [0.5 + x / width, 0.5 + y / height, scale[0], scale[1]],
            }
        });
        TemplateView {
            name: self.name.clone(),
            size_px,
            frame_rate: canvas.frame_rate,
            layers: layers.collect(),
        }
    }
}

/// All templates: those of the program, then those of this folder by name. What cannot be read is left out.
pub(crate) fn load(folder: Option<&Path>) -> Vec<Template> {
    let mut templates: Vec<_> = OWN
        .iter()
        .filter_map(|(name, text)| template(name, file::parse_text(text, Path::new(name))))
        .collect();
    let Some(entries) = folder.and_then(|folder| fs::read_dir(folder).ok()) else {
        return templates;
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
        .collect();
    paths.sort();
    templates.extend(paths.iter().filter_map(|path| {
        let name = path.file_stem()?.to_string_lossy().into_owned();
        template(&name, file::load(path))
    }));
    templates
}

fn template(
    name: &str,
    read: Result<Project, crate::project::ProjectFileError>,
) -> Option<Template> {
    match read {
        Ok(project) => Some(Template {
            name: name.to_owned(),
            project,
        }),
        Err(error) => {
            tracing::warn!(%error, name, "a template is left out");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::MAX_LAYERS;

    #[test]
    fn every_template_of_the_program_is_a_good_project() {
        let templates = load(None);
        assert_eq!(templates.len(), OWN.len());
        let views: Vec<_> = templates.iter().map(Template::view).collect();
        let [one, six, inset, blank, upright] = &views[..] else {
            panic!("{views:?}");
        };
        assert_eq!(one.layers[0].share, [0.5, 0.5, 1.0, 1.0]);
        assert_eq!(six.layers.len(), MAX_LAYERS);
        let [x, y, width, height] = inset.layers[0].share;
        assert!(x + width / 2.0 < 1.0 && y + height / 2.0 < 1.0, "within");
        assert_eq!((blank.size_px[0], blank.layers.len()), (3840, 0));
        assert!(upright.size_px[1] > upright.size_px[0]);
    }

    #[test]
    fn projects_in_the_folder_are_templates_and_broken_ones_are_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = Project::default();
        file::save(&own, &folder.path().join("club.ron")).expect("saves");
        fs::write(folder.path().join("broken.ron"), "oops").expect("writes");
        fs::write(folder.path().join("readme.txt"), "").expect("writes");
        let templates = load(Some(folder.path()));
        let names: Vec<_> = templates.iter().map(|template| &*template.name).collect();
        assert_eq!(names.last(), Some(&"club"));
        assert_eq!(names.len(), OWN.len() + 1);
    }
}
