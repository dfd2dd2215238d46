//! The kinds of findings, and the parts of an image that sizes are told by.

use crate::diagnostic::Severity;

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
    /// What layers hold and no container sees.
    Hidden,
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
    pub(super) const fn severity(self) -> Severity {
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
    pub const ALL: [Self; 7] = [
        Self::Base,
        Self::ProductionPackages,
        Self::DevPackages,
        Self::Output,
        Self::Sources,
        Self::Rest,
        Self::Hidden,
    ];

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
            Self::Hidden => "hidden",
        }
    }
}
