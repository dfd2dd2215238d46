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
mod kinds;
mod links;
mod look;
mod subject;
#[cfg(test)]
mod tests;
mod user;

pub use kinds::{FindingKind, Part};
pub use look::Reader;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::AuditOptions;
use crate::diagnostic::Severity;
use crate::ecosystem::{images, secrets};
use crate::image::Image;
use subject::Subject;

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

/// What came of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// By kind, the largest of each first.
    pub findings: Vec<Finding>,
    /// How many were left out because configuration allows them.
    pub allowed: usize,
    /// What each part takes, in bytes; together they are `bytes`.
    pub sizes: BTreeMap<Part, u64>,
    /// What the image takes: all layers, in bytes.
    pub bytes: u64,
    /// How many files containers see.
    pub files: usize,
    /// Why something was not looked at, one sentence each.
    pub doubts: Vec<String>,
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
    /// So many are at least, where the history may say less.
    pub n_least_base_layers: usize,
}

/// An instruction with the values of secrets left out, so that it can be shown.
#[must_use]
pub fn shown_instruction(instruction: &str) -> String {
    secrets::without_values(instruction).0
}

/// Whether people build their images on those of `repository`, as engines list it.
#[must_use]
pub fn is_base(repository: &str) -> bool {
    images::is_base(repository)
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
