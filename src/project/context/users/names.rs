//! Whose image a name stands for, where nothing but the name says it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::super::super::Loader;
use super::super::Project;
use super::super::builds::{self, Tag};
use super::Given;
use super::run::{Of, Run};
use crate::ecosystem::images;
use crate::paths;

/// A service of a compose file that runs the Dockerfile's image.
pub(super) struct Service {
    pub(super) name: String,
    /// The name of the compose file.
    pub(super) file: String,
}

impl Service {
    /// Whether compose finds it in the files that are named, or by itself.
    fn is_of(&self, files: &[String]) -> bool {
        let is_default = ["compose.y", "docker-compose.y"].iter().any(|it| self.file.starts_with(it));
        if files.is_empty() { is_default || self.file.contains("override") } else { files.contains(&self.file) }
    }
}

/// What a name says of an image.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// It is the Dockerfile's, or whoever runs it says which.
    Ours,
    /// Nothing speaks against that.
    Open,
    Others,
}

/// What is known of the names of the repository's images.
pub(in super::super) struct Names<'a> {
    loader: &'a dyn Loader,
    folders: &'a [PathBuf],
    project: &'a Project,
    /// What the Dockerfile's image may be called for.
    own: Vec<String>,
    others: OnceCell<Vec<String>>,
    tags: OnceCell<Vec<Tag>>,
}

impl<'a> Names<'a> {
    pub(in super::super) fn new(loader: &'a dyn Loader, folders: &'a [PathBuf], project: &'a Project) -> Self {
        let folder = project.dockerfile.parent();
        let packages = folder.into_iter().chain(project.root()).filter_map(|it| package_name(loader, it));
        let name = folder.and_then(Path::file_name).and_then(|it| it.to_str()).map(str::to_owned);
        let own = name.into_iter().chain(packages).filter(|it| !it.is_empty()).collect();
        let (others, tags) = (OnceCell::new(), OnceCell::new());
        Self { loader, folders, project, own, others, tags }
    }

    /// Whether what a file runs is the Dockerfile's image, or the container of one of these services; the stage that is
    /// built for it is noted then.
    pub(super) fn has(&self, run: &mut Run, services: &[Service]) -> bool {
        match &run.of {
            Of::Service(name, files) => services.iter().any(|it| it.name == *name && it.is_of(files)),
            Of::Image(name) => {
                run.user.target = self.built(name).and_then(|it| it.target.clone());
                let whose = self.whose(name);
                // What lays folders of the host into it may be any tool's.
                let is_plain = run.user.given == Given::default();
                whose == Whose::Ours || whose == Whose::Open && (run.is_deployed || is_plain)
            }
        }
    }

    /// Whether the image called `image` may be the Dockerfile's.
    pub(in super::super) fn is_ours(&self, image: &str) -> bool {
        self.whose(image) != Whose::Others
    }

    fn whose(&self, image: &str) -> Whose {
        let name = short(image);
        match self.built(image) {
            Some(it) if it.is_ours => Whose::Ours,
            Some(_) => Whose::Others,
            None if is_open(name) || self.own.iter().any(|it| is_named(name, it)) => Whose::Ours,
            None if images::is_known(name) || self.others().iter().any(|it| is_named(name, it)) => Whose::Others,
            None => Whose::Open,
        }
    }

    /// Whether a file at `path` stands in a folder that is called like that of another Dockerfile.
    pub(in super::super) fn is_place_of_another(&self, path: &Path) -> bool {
        let has = |name: &String| path.iter().any(|it| it.to_str() == Some(name.as_str()));
        !self.own.iter().any(has) && self.others().iter().any(has)
    }

    /// What the repository's builds say of an image of that name; those of the Dockerfile first.
    fn built(&self, image: &str) -> Option<&Tag> {
        let tags = self.tags.get_or_init(|| builds::tags(self.loader, self.folders, &self.project.dockerfile));
        let same = tags.iter().filter(|it| !is_open(image) && it.name == image).max_by_key(|it| it.is_ours);
        let is_alike = |it: &&Tag| !is_open(short(image)) && short(&it.name) == short(image);
        same.or_else(|| tags.iter().filter(is_alike).max_by_key(|it| it.is_ours))
    }

    /// The folders of the other Dockerfiles.
    fn others(&self) -> &[String] {
        self.others.get_or_init(|| {
            let folders = self.project.other_dockerfiles().into_iter();
            let names = folders.map(|it| paths::file_name(paths::parent(&it)).to_owned());
            names.filter(|it| !it.is_empty() && !self.own.contains(it)).collect()
        })
    }
}

/// The name without its registry, tag and digest.
fn short(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or_default();
    paths::file_name(name).split(':').next().unwrap_or_default()
}

/// Whether a name is only known where it is used.
fn is_open(name: &str) -> bool {
    name.contains(['*', '$', '{', '<'])
}

/// Whether `folder` stands in a name by itself: `api` in `shop-api`.
fn is_named(name: &str, folder: &str) -> bool {
    let plain = |it: &str| format!("-{}-", it.to_ascii_lowercase().replace(['_', '.'], "-"));
    plain(name).contains(&plain(folder))
}

fn package_name(loader: &dyn Loader, folder: &Path) -> Option<String> {
    let text = loader.read(&folder.join("package.json")).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(paths::file_name(value.get("name")?.as_str()?).to_owned())
}
