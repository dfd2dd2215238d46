//! What a built image holds that should not ship.
//!
//! [`Reader`] says which contents are kept while the image is read; [`audit`](audit()) then walks the tree once, tells
//! what each file is for, and asks the questions that need more than one file: the lock, the user, the entry. What the
//! base image brings is no finding; its size is counted.

mod addons;
mod base;
mod content;
mod dev;
mod entry;
mod facts;
mod gathered;
mod given;
mod hidden;
mod installed;
mod links;
mod look;
mod subject;
#[cfg(test)]
mod tests;
mod user;

pub use look::Reader;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::AuditOptions;
use crate::diagnostic::Severity;
use crate::ecosystem::secrets;
use crate::image::Image;
use subject::Subject;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Packages that a production install leaves out.
    DevDependencies,
    /// TypeScript beside the output that runs.
    Sources,
    /// Tests of the app.
    Tests,
    /// Source maps of the app's own output.
    SourceMaps,
    /// Source maps that packages bring: information only.
    PackageSourceMaps,
    /// What an incremental compiler notes.
    BuildInfo,
    /// `.git` and its kind.
    VersionControl,
    /// `.env` and its kind.
    EnvironmentFile,
    /// A token, a password or a key.
    Secret,
    /// A cache that only an install needs.
    Cache,
    /// Compilers and headers.
    BuildTools,
    /// A link that leads nowhere.
    DanglingLink,
    /// A compiled addon for another C library, or another processor.
    ForeignAddon,
    /// Bytes in the image that no container sees.
    HiddenBytes,
    /// Containers run as root.
    RootUser,
    /// A user that the image does not have.
    UnknownUser,
    /// The file or the program that the container starts is not there.
    MissingEntry,
    /// A package that the entry imports is not there.
    MissingImport,
    /// The image is larger than it may be.
    MaxSize,
}

/// Something that should not ship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// Information is not counted.
    pub severity: Severity,
    /// A file or a folder of the image, absolute; or where in its configuration it stands: `USER`, `ENV NPM_TOKEN`.
    pub path: String,
    /// One clause, without a full stop.
    pub message: String,
    /// What it takes in the image, in bytes.
    pub bytes: u64,
    /// How many files it is.
    pub files: usize,
    /// The layer that it is from, counted from 0; of several the first.
    pub layer: Option<usize>,
    /// The instruction that made the layer, where that is known; values that are secret are left out.
    pub instruction: Option<String>,
}

/// What a part of the image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The system, Node and its package managers.
    Base,
    /// Packages that the run needs.
    ProductionPackages,
    /// Packages that only the build needs.
    DevPackages,
    /// What the build made, and what browsers get.
    Output,
    /// Sources, tests and maps.
    Sources,
    /// Anything else.
    Rest,
}

/// What came of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// By kind, the largest of each first.
    pub findings: Vec<Finding>,
    /// How many were left out because configuration allows them.
    pub allowed: usize,
    /// What containers see, in bytes.
    pub sizes: BTreeMap<Part, u64>,
    /// What the image takes: all layers, in bytes.
    pub bytes: u64,
    /// How many files containers see.
    pub files: usize,
    /// Why something was not looked at, one sentence each.
    pub doubts: Vec<String>,
}

impl FindingKind {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 19] = [
        Self::Secret,
        Self::EnvironmentFile,
        Self::VersionControl,
        Self::MissingEntry,
        Self::MissingImport,
        Self::ForeignAddon,
        Self::UnknownUser,
        Self::RootUser,
        Self::DanglingLink,
        Self::DevDependencies,
        Self::Sources,
        Self::Tests,
        Self::SourceMaps,
        Self::BuildInfo,
        Self::Cache,
        Self::BuildTools,
        Self::HiddenBytes,
        Self::MaxSize,
        Self::PackageSourceMaps,
    ];

    /// Its name in reports and in nodestage.toml; that of the rule where one says the same of a Dockerfile.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DevDependencies => "dev-dependencies",
            Self::Sources => "source-in-production",
            Self::Tests => "tests",
            Self::SourceMaps => "source-maps",
            Self::PackageSourceMaps => "package-source-maps",
            Self::BuildInfo => "build-info",
            Self::VersionControl => "version-control",
            Self::EnvironmentFile => "environment-file",
            Self::Secret => "secret-in-image",
            Self::Cache => "package-cache",
            Self::BuildTools => "build-tools-in-production",
            Self::DanglingLink => "dangling-link",
            Self::ForeignAddon => "foreign-addon",
            Self::HiddenBytes => "hidden-bytes",
            Self::RootUser => "root-user",
            Self::UnknownUser => "unknown-user",
            Self::MissingEntry => "missing-entry",
            Self::MissingImport => "missing-import",
            Self::MaxSize => "max-size",
        }
    }

    /// How bad it is: an error where the container fails or gives something away, information where it is not the app's own.
    const fn severity(self) -> Severity {
        match self {
            Self::Secret | Self::UnknownUser | Self::MissingEntry | Self::MissingImport | Self::ForeignAddon => {
                Severity::Error
            }
            Self::PackageSourceMaps => Severity::Info,
            _ => Severity::Warning,
        }
    }
}

impl Part {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::Base, Self::ProductionPackages, Self::DevPackages, Self::Output, Self::Sources, Self::Rest];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::ProductionPackages => "production packages",
            Self::DevPackages => "dev packages",
            Self::Output => "output",
            Self::Sources => "sources",
            Self::Rest => "rest",
        }
    }
}

impl Audit {
    /// Whether there is more than information.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.findings.iter().any(|it| it.severity != Severity::Info)
    }
}

/// The project that an image may have been built from: its lock says which packages are dev where the image has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Context {
    /// None is known.
    #[default]
    Unknown,
    /// It is in this folder.
    Named(PathBuf),
    /// It is in this folder if the names in the two package.json files are the same.
    Perhaps(PathBuf),
}

/// What is known of where an image comes from, besides what it says itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The project.
    pub context: Context,
    /// How many of its lowest layers are the base image's; `None` to tell that from the history.
    pub n_base_layers: Option<usize>,
}

/// An instruction with the values of secrets left out, so that it can be shown.
#[must_use]
pub fn shown_instruction(instruction: &str) -> String {
    secrets::without_values(instruction).0
}

/// Looks into an image.
#[must_use]
pub fn audit(image: &Image, origin: &Origin, options: &AuditOptions) -> Audit {
    let subject = Subject::new(image, origin);
    let mut gathered = gathered::Gathered::new(&subject, options);
    content::gather(&subject, &mut gathered);
    links::gather(&subject, &mut gathered);
    addons::gather(&subject, &mut gathered);
    given::gather(&subject, &mut gathered);
    hidden::gather(&subject, &mut gathered);
    user::gather(&subject, &mut gathered);
    entry::gather(&subject, &mut gathered);
    gathered.finish()
}
