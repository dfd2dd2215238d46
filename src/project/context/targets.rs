//! The stages that builds of the repository end at: each makes an image of its own.

use std::path::Path;

use super::super::Site;
use super::{Project, builds, search};
use crate::paths;

/// A stage that a build of the repository ends at: `target` of a compose service or a bake target, `docker build --target`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildTarget {
    /// Its name, or number, as the build has it.
    pub stage: String,
    /// The file that says so.
    pub site: Site,
}

impl BuildTarget {
    /// "`compose.yaml` builds the target `worker`".
    #[must_use]
    pub fn says(&self) -> String {
        format!("`{}` builds the target `{}`", self.site, self.stage)
    }

    /// The name of the file that says so.
    #[must_use]
    pub fn file_name(&self) -> &str {
        paths::file_name(&self.site.path)
    }
}

impl Project {
    /// The stages of this Dockerfile that builds in compose and bake files, Makefiles, scripts and workflows end at, in the
    /// order of those files; each once. Looked for when first asked for.
    #[must_use]
    pub fn targets(&self) -> &[BuildTarget] {
        self.targets.get_or_init(|| self.found_targets())
    }

    fn found_targets(&self) -> Vec<BuildTarget> {
        if self.dockerfile == Path::new("") {
            return Vec::new();
        }
        let loader = &*self.files.loader;
        let folders = search::candidates(loader, &self.dockerfile);
        let mut res: Vec<BuildTarget> = Vec::new();
        for (stage, by) in builds::targets(loader, &folders, &self.dockerfile) {
            if !res.iter().any(|it| it.stage == stage) {
                let site = Site { path: by.to_string_lossy().into_owned(), line: None };
                res.push(BuildTarget { stage, site: self.relative(site) });
            }
        }
        res
    }
}
