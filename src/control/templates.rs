//! Templates for new projects: those that come with the program, and the user's own.
//!
//! A template is a project file without media. Those of the program lie in `projects/templates/` and are part of it;
//! any project that is put into the user's folder of templates is one too.

use std::fs;
use std::path::Path;

use crate::project::Project;
use crate::project::storage::file;

/// The templates of the program: name and text.
const OWN: [(&str, &str); 3] = [
    (
        "Six-layer stage",
        include_str!("../../projects/templates/six-layer-stage.ron"),
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
        assert_eq!(templates[0].project.layers.len(), MAX_LAYERS);
        assert_eq!(templates[1].project.canvas.width_px, 3840);
        assert!(
            templates[2].project.canvas.height_px > templates[2].project.canvas.width_px,
            "upright"
        );
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
