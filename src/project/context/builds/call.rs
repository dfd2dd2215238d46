//! One build that a file of the repository names.

use std::path::{Path, PathBuf};

use crate::paths;
use crate::paths::glob::{Dialect, Glob};

/// A build: `docker build`, or what means the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The Dockerfile, from the base; `*` stands for what is not known of it.
    pub(super) file: String,
    /// The context, from the base.
    pub(super) context: String,
    /// What both are relative to.
    pub(super) base: Base,
    /// What the image is called then.
    pub(super) tags: Vec<String>,
    /// The stage at which it stops.
    pub(super) target: Option<String>,
    /// The file that names it, absolute; empty until it is known.
    pub(super) by: PathBuf,
}

/// Where a build runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// In the folder of the file that names it.
    Here,
    /// At the repository's root.
    Root,
    /// In one of the two: people call scripts from either.
    Either,
}

impl Call {
    /// A build of `file`, or of the context's Dockerfile where none is named; `None` where the context is not known, or
    /// nothing of the file's own name is.
    pub(super) fn new(file: Option<String>, context: &str, base: Base) -> Option<Self> {
        let is_remote = context.contains("://") || context.starts_with("git@") || context == "-";
        if context.contains(['*', '$']) || is_remote {
            return None;
        }
        let file = file.unwrap_or_else(|| paths::join(context, "Dockerfile"));
        let name = paths::file_name(&file).replace('*', "");
        let (context, tags) = (context.to_owned(), Vec::new());
        (!name.is_empty() && !file.contains('$')).then_some(Self {
            file,
            context,
            base,
            tags,
            target: None,
            by: PathBuf::new(),
        })
    }

    /// Whether a part of the file's name is open.
    pub(super) fn is_open(&self) -> bool {
        self.file.contains('*')
    }

    pub(super) fn bases(&self, folder: &Path, root: &Path) -> Vec<PathBuf> {
        match self.base {
            Base::Here => vec![folder.to_owned()],
            Base::Root => vec![root.to_owned()],
            Base::Either if folder == root => vec![root.to_owned()],
            Base::Either => vec![folder.to_owned(), root.to_owned()],
        }
    }

    /// The context, where the file is `dockerfile` as seen from `base`.
    pub(super) fn context_for(&self, base: &Path, dockerfile: &Path) -> Option<PathBuf> {
        let is_it = match self.is_open() {
            false => paths::lexical(&base.join(&self.file)) == dockerfile,
            true => self.may_be(&paths::from_root(base, dockerfile)),
        };
        is_it.then(|| paths::lexical(&base.join(&self.context)))
    }

    /// Whether the open name can stand for `dockerfile`, a path from the base.
    fn may_be(&self, dockerfile: &str) -> bool {
        let pattern: Vec<_> = self.file.split('/').map(|it| if it == "*" { "**" } else { it }).collect();
        let pattern = paths::normalise(&pattern.join("/"));
        Glob::new(&pattern, Dialect::Ignore).is_some_and(|it| it.matches(dockerfile))
    }
}
