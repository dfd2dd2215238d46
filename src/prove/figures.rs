//! What an image holds, as far as it is compared.

use crate::audit::{self, Context, FindingKind, Origin, Part, Reader};
use crate::config::AuditOptions;
use crate::image::{self, Source};
use std::path::Path;

use super::ProveError;

/// Figures of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// All layers, in bytes.
    pub bytes: u64,
    /// What packages take that only the build needs, in bytes.
    pub dev_bytes: u64,
    /// How many they are.
    pub n_dev: usize,
    /// What sources, tests and maps take, in bytes.
    pub source_bytes: u64,
    /// As the image says; empty for root.
    pub user: String,
    /// What the entry or its imports miss, by path.
    pub missing: Vec<String>,
}

impl Figures {
    /// Whose the process is.
    #[must_use]
    pub fn user_name(&self) -> &str {
        if self.user.is_empty() { "root" } else { &self.user }
    }

    /// Looks into the image that the engine calls `name`, whose project is `context`.
    ///
    /// # Errors
    /// Where the image can't be read.
    pub(super) fn read(name: &str, context: &Path) -> Result<Self, ProveError> {
        let source = Source::Engine(name.to_owned());
        let image = image::read(&source, None, &Reader, &mut ()).map_err(|it| ProveError::Image(it.to_string()))?;
        let digests: Vec<&str> = image.layers.iter().map(|it| it.digest.as_str()).collect();
        let n_least_base_layers = image::n_layers_of_base(&digests, &audit::is_base);
        let origin = Origin { context: Context::Perhaps(context.to_owned()), n_base_layers: None, n_least_base_layers };
        let audit = audit::audit(&image, &origin, &AuditOptions::default());
        Ok(Self { user: image.config.user, ..Self::of(&audit) })
    }

    fn of(audit: &audit::Audit) -> Self {
        let bytes = |part| audit.sizes.get(&part).copied().unwrap_or(0);
        let of_kind = |kind: FindingKind| audit.findings.iter().filter(move |it| it.kind == kind);
        let missing = of_kind(FindingKind::MissingEntry).chain(of_kind(FindingKind::MissingImport));
        Self {
            bytes: audit.bytes,
            dev_bytes: bytes(Part::DevPackages),
            n_dev: of_kind(FindingKind::DevDependencies).count(),
            source_bytes: bytes(Part::Sources),
            user: String::new(),
            missing: missing.map(|it| it.path.clone()).collect(),
        }
    }
}
