//! Where a build's output lands (which tool, which folder, from which sources).

use super::{Reason, Site};
use crate::paths;

mod angular;
mod babel;
mod bundler;
mod client;
mod copies;
mod deliverable;
mod follow;
pub(in crate::project) mod framework;
mod nest;
mod prisma;
mod swc;
mod tsc;
mod vite;

pub(super) use angular::serve_options;
pub use client::GeneratedClient;
pub use deliverable::{Artefact, Deliverable, Packages};
pub(super) use follow::{of_script, of_text};

/// What makes the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// The TypeScript compiler.
    Tsc,
    /// The Nest CLI (tsc underneath).
    Nest,
    /// Babel, by its own command line.
    Babel,
    /// swc, by its own command line or by the Nest CLI.
    Swc,
    /// A copy step of the build script (`copyfiles`, `cp -r`).
    Copy,
    /// A framework, for a server of its own or for browsers: the layout is not that of the sources.
    Framework,
    /// A bundler: all modules of the project are in one file, or in files beside it.
    Bundler,
    /// Another tool that nodestage knows the name of but not yet the output.
    Other,
}

impl Tool {
    /// Whether it makes one module of each source, and leaves the imports as they are.
    #[must_use]
    pub fn compiles(self) -> bool {
        matches!(self, Self::Tsc | Self::Nest | Self::Babel | Self::Swc)
    }
}

/// A folder or file that a build makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// From the app's folder: `dist`.
    pub path: String,
    /// What makes it.
    pub tool: Tool,
    /// The source folder whose layout the output repeats, from the app's folder: `src` for tsc with
    /// `rootDir: src`; `""` is the app's folder. `None` where unknown.
    pub source_root: Option<String>,
    /// Whether source maps come with it; `None` where unknown.
    pub maps: Option<bool>,
    /// The file in which an incremental compiler notes what it made (`tsconfig.tsbuildinfo`), from the app's
    /// folder. With it, and without the output, the compiler makes nothing.
    pub build_info: Option<String>,
    /// Files of a bundle, from its folder and without the extension, each with the source that it is made of.
    pub entries: Vec<(String, String)>,
    /// Whether packages became part of it: those that are devDependencies are not needed beside it.
    pub has_packages: bool,
    /// What says so.
    pub evidence: Site,
}

impl Output {
    /// A folder of which no more is known.
    #[must_use]
    pub(super) fn new(path: String, tool: Tool, evidence: Site) -> Self {
        Self {
            path,
            tool,
            source_root: None,
            maps: None,
            build_info: None,
            entries: Vec::new(),
            has_packages: false,
            evidence,
        }
    }

    /// The source of `file`, both from the app's folder, where that is an entry.
    #[must_use]
    pub fn source_of_entry(&self, file: &str) -> Option<&str> {
        let rest = paths::below(&self.path, file)?;
        let rest = rest.rsplit_once('.').map_or(rest, |it| it.0);
        self.entries.iter().find(|it| it.0 == rest).map(|it| it.1.as_str())
    }

    /// The same output, seen from another folder: the app lies at `folder` from there.
    #[must_use]
    pub fn seen_from(&self, folder: &str) -> Self {
        self.moved(|it| Some(paths::resolve(folder, it))).unwrap_or_else(|| self.clone())
    }

    /// The same output with all of its paths as `by` has them; `None` where it has one not.
    #[must_use]
    pub fn moved(&self, by: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let moved = |it: &Option<String>| it.as_deref().map_or(Some(None), |it| by(it).map(Some));
        let entries = self.entries.iter().map(|(file, source)| Some((file.clone(), by(source)?)));
        Some(Self {
            path: by(&self.path)?,
            source_root: moved(&self.source_root)?,
            build_info: moved(&self.build_info)?,
            entries: entries.collect::<Option<_>>()?,
            ..self.clone()
        })
    }
}

/// What a build script makes, as far as it can be followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// In the order of the script.
    pub outputs: Vec<Output>,
    /// Why there may be more: "`webpack` is not followed yet"; empty where everything is known.
    pub unknown: Vec<Reason>,
    /// What lands outside of the app's folder (`../db/dist`, of a project that is referred to), each with its reason in
    /// `unknown`.
    pub outside: Vec<(Output, Reason)>,
    /// devDependencies that what is compiled loads although no source says so, each with what has the compiler add that.
    pub added: Vec<(String, Reason)>,
    /// Whether a client is generated into node_modules (`prisma generate`), which a fresh install loses.
    pub generated_client: bool,
    /// The folder of its own that a client is generated into, from the app's folder; `None` where none is.
    pub client_folder: Option<String>,
}

impl Outputs {
    /// Whether a client is generated.
    #[must_use]
    pub fn generates(&self) -> bool {
        self.generated_client || self.client_folder.is_some()
    }

    /// The output that holds `file` (from the app's folder).
    #[must_use]
    pub fn holding(&self, file: &str) -> Option<&Output> {
        self.outputs.iter().find(|it| paths::contains(&it.path, file))
    }
}
