//! One walk over all files: what each is for, what it takes, and what it is doing in an image.

use std::collections::BTreeMap;

use super::dev::{Dev, Reason};
use super::gathered::{Found, Gathered};
use super::subject::Subject;
use super::{FindingKind, Part, facts, installed};
use crate::ecosystem::files::{FileKind, is_version_control, kind_of, test_folder};
use crate::ecosystem::global_tools::is_dev_tool;
use crate::ecosystem::{caches, images, managers, system};
use crate::image::{Entry, Kind};
use crate::paths;

/// The walk.
struct Content<'s, 'g, 'a> {
    subject: &'s Subject<'a>,
    gathered: &'g mut Gathered<'a>,
    dev: Dev<'s>,
    /// By the package's folder.
    reasons: BTreeMap<String, Option<Reason>>,
    /// Whether what starts is TypeScript itself.
    runs_typescript: bool,
    /// The folder of the output that starts, where that is not the app's own.
    output: Option<String>,
}

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    let started = super::entry::started(subject);
    let runs_typescript = started.runs_typescript;
    let output =
        started.file.as_deref().map(|it| subject.top_of(it)).filter(|it| Some(it.as_str()) != started.file.as_deref());
    let mut content =
        Content { subject, gathered, dev: Dev::new(subject), reasons: BTreeMap::new(), runs_typescript, output };
    for entry in subject.tree.entries() {
        if entry.kind == Kind::File {
            let part = content.look_at(&entry);
            content.gathered.count(part, if entry.is_again { 0 } else { entry.size });
        }
    }
}

impl Content<'_, '_, '_> {
    fn look_at(&mut self, entry: &Entry) -> Part {
        if self.is_left(entry) {
            return Part::Rest;
        }
        if images::is_of_system(&entry.path) {
            return self.of_system(entry);
        }
        if let Some(part) = self.of_package(entry) {
            return part;
        }
        self.of_app(entry)
    }

    /// Caches, and what version control knows.
    fn is_left(&mut self, entry: &Entry) -> bool {
        if self.subject.base.has(entry) {
            return false;
        }
        let parts = entry.path.match_indices('/').map(|it| it.0).skip(1);
        let folder = parts.map(|at| &entry.path[..at]).find(|it| is_version_control(paths::file_name(it)));
        if let Some(folder) = folder.filter(|it| !it.contains("/node_modules/")) {
            self.find(FindingKind::VersionControl, entry, folder, &|| {
                "What version control knows, with all that was ever committed".to_owned()
            });
            return true;
        }
        if let Some(folder) = caches::cache_of(&entry.path) {
            self.find(FindingKind::Cache, entry, folder, &|| "A cache that no container needs".to_owned());
            return true;
        }
        false
    }

    fn of_system(&mut self, entry: &Entry) -> Part {
        if self.subject.base.has(entry) {
            return Part::Base;
        }
        if let Some(place) = system::for_compiling(&entry.path) {
            self.find(FindingKind::BuildTools, entry, place, &|| "Only who compiles needs it".to_owned());
        }
        match installed::of(&entry.path) {
            Some(package) if is_dev_tool(&package.name) => {
                self.find(FindingKind::DevDependencies, entry, package.path, &|| {
                    "A tool for development, installed for all".to_owned()
                });
                Part::DevPackages
            }
            Some(package) if !managers::brings(&package.name) => Part::ProductionPackages,
            _ => Part::Base,
        }
    }

    fn of_package(&mut self, entry: &Entry) -> Option<Part> {
        let is_below = entry.path.contains("/node_modules/") || entry.path.contains("/.yarn/cache/");
        let Some(package) = installed::of(&entry.path) else { return is_below.then_some(Part::ProductionPackages) };
        if !self.reasons.contains_key(package.path) {
            let manifest = self.subject.tree.get(&paths::join(package.path, "package.json"));
            let version = manifest.and_then(|it| String::from_utf8(self.subject.tree.kept(&it)?.to_vec()).ok());
            let reason = self.dev.reason(&package, version.as_deref());
            self.reasons.insert(package.path.to_owned(), reason);
        }
        match self.reasons.get(package.path).cloned().flatten() {
            Some(reason) => {
                let message = match &reason {
                    Reason::Lock(lock) => format!("`{}` is dev by `{lock}`", package.name),
                    Reason::Known => format!("`{}` is a tool for development", package.name),
                };
                self.find(FindingKind::DevDependencies, entry, package.path, &|| message.clone());
                Some(Part::DevPackages)
            }
            None => {
                if kind_of(&entry.path) == FileKind::SourceMap {
                    self.find(FindingKind::PackageSourceMaps, entry, package.path, &|| {
                        "Source maps that the package brings".to_owned()
                    });
                }
                Some(Part::ProductionPackages)
            }
        }
    }

    fn of_app(&mut self, entry: &Entry) -> Part {
        let path = entry.path.as_str();
        let top = self.subject.top_of(path);
        let is_output = self.output.as_deref() == Some(top.as_str()) || images::is_output(paths::file_name(&top));
        let plain = if is_output { Part::Output } else { Part::Rest };
        match kind_of(path) {
            FileKind::BuildInfo => {
                self.find(FindingKind::BuildInfo, entry, path, &|| "An incremental compiler's notes".to_owned());
                Part::Sources
            }
            // What it holds is asked where secrets are.
            FileKind::Environment => Part::Rest,
            FileKind::Test => {
                let place = test_folder(path).unwrap_or(path);
                self.find(FindingKind::Tests, entry, place, &|| "Tests, which no container runs".to_owned());
                Part::Sources
            }
            FileKind::SourceMap => {
                self.find(FindingKind::SourceMaps, entry, &top, &|| "Source maps, with the sources in them".to_owned());
                Part::Sources
            }
            FileKind::TypeScript if !self.is_film(entry) => {
                if !self.runs_typescript {
                    self.find(FindingKind::Sources, entry, &top, &|| {
                        "TypeScript, which the container does not run".to_owned()
                    });
                }
                Part::Sources
            }
            FileKind::Declaration => Part::Sources,
            FileKind::JavaScript if !is_output => Part::Sources,
            _ => plain,
        }
    }

    fn is_film(&self, entry: &Entry) -> bool {
        self.subject.tree.kept(entry) == Some(facts::NO_CODE)
    }

    fn find(&mut self, kind: FindingKind, entry: &Entry, place: &str, message: &dyn Fn() -> String) {
        let bytes = if entry.is_again { 0 } else { entry.size };
        self.gathered.add(&Found { kind, path: &entry.path, place, bytes, layer: entry.layer, message });
    }
}
