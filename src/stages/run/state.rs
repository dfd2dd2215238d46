//! What is known at one point of a stage: what it holds, and what only the run itself needs.

use std::collections::BTreeMap;

use crate::ecosystem::releases::{Newest, Npm};
use crate::paths;
use crate::project::Project;
use crate::stages::expand::Variable;
use crate::stages::{Contents, Entry, Holding, ImageFacts, InstructionId, Libc, NpmSetting, Traced, User};

/// How many bytes the known values of a stage's ENV and ARG may have together; what goes beyond is unknown.
const MAX_VALUES: usize = 128 << 10;

/// The state between two instructions.
#[derive(Clone)]
pub(super) struct State {
    pub(super) contents: Contents,
    /// ARG in scope; `None` where only the build's caller knows the value.
    pub(super) args: BTreeMap<String, Traced<Option<String>>>,
    /// The working folder; unknown variables stand in it as `${NAME}`.
    pub(super) folder: String,
    pub(super) libc: Option<Libc>,
    pub(super) tools: Tools,
    /// What `npm config set` has set.
    pub(super) npm_config: Vec<ConfigSet>,
    /// Whether this stage has a CMD of its own.
    has_command: bool,
    /// `apk add --virtual NAME`: the packages of each name.
    pub(super) virtual_packages: BTreeMap<String, Vec<String>>,
    /// What `--mount=type=bind` of the RUN at hand adds.
    pub(super) mounts: Vec<Entry>,
    /// The targets of its `--mount=type=cache`.
    pub(super) cache_mounts: Vec<String>,
}

/// The versions of the tools at hand; `None` where unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Tools {
    pub(super) node: Option<u32>,
    pub(super) npm: Npm,
    pub(super) pnpm: Option<u32>,
    pub(super) yarn: Option<u32>,
    pub(super) bun: Option<Newest>,
}

/// A setting by `npm config set`.
#[derive(Clone)]
pub(super) struct ConfigSet {
    pub(super) setting: NpmSetting,
    /// Whose configuration it stands in; `None` for all users.
    pub(super) user: Option<User>,
}

impl State {
    /// For the ARGs before the first FROM.
    pub(super) fn before_any_stage() -> Self {
        Self::on_image(&ImageFacts::unknown())
    }

    /// The start of a stage on `image`.
    pub(super) fn on_image(image: &ImageFacts) -> Self {
        Self {
            contents: Contents::of_image(image),
            args: BTreeMap::new(),
            folder: image.workdir.clone().unwrap_or_else(|| "/".to_owned()),
            libc: image.libc,
            tools: Tools { node: image.node_major, npm: image.npm, bun: image.bun, ..Tools::default() },
            npm_config: Vec::new(),
            has_command: false,
            virtual_packages: BTreeMap::new(),
            mounts: Vec::new(),
            cache_mounts: Vec::new(),
        }
    }

    /// The start of a stage on the stage that ended so.
    pub(super) fn inherited(&self) -> Self {
        Self { has_command: false, ..self.clone() }
    }

    /// ENV counts before ARG.
    pub(super) fn variable(&self, name: &str) -> Variable {
        if let Some(traced) = self.contents.env.get(name) {
            return traced.value.clone().map_or(Variable::Unknown, Variable::Known);
        }
        match self.args.get(name) {
            Some(traced) => traced.value.clone().map_or(Variable::Open, Variable::Known),
            None => Variable::Undeclared,
        }
    }

    /// `value`, where there is room for it among the known values.
    pub(super) fn bounded(&self, value: Option<String>) -> Option<String> {
        let known = self.contents.env.values().chain(self.args.values()).filter_map(|it| it.value.as_ref());
        let len: usize = known.map(String::len).sum();
        value.filter(|it| len + it.len() <= MAX_VALUES)
    }

    /// WORKDIR
    pub(super) fn enter(&mut self, folder: String, by: InstructionId) {
        let folder = if folder.len() > paths::MAX_LEN { "${WORKDIR}".to_owned() } else { folder };
        let value = Some(folder.clone()).filter(|it| !it.contains("${"));
        self.contents.workdir = Traced { value, by: Some(by) };
        self.folder = folder;
    }

    /// CMD
    pub(super) fn command(&mut self, by: InstructionId) {
        self.contents.cmd = Some(by);
        self.contents.cmd_dropped = false;
        self.has_command = true;
    }

    /// ENTRYPOINT drops a CMD that is not of the same stage.
    pub(super) fn entrypoint(&mut self, by: InstructionId) {
        self.contents.entrypoint = Some(by);
        if !self.has_command {
            self.contents.cmd = None;
            self.contents.cmd_dropped = true;
        }
    }

    /// The user's home folder.
    pub(super) fn home(&self) -> String {
        match &self.contents.user.value {
            User::Root => "/root".to_owned(),
            User::Named(name) if name.starts_with(|it: char| it.is_ascii_alphabetic()) => {
                format!("/home/{}", name.split(':').next().unwrap_or(name))
            }
            _ => "${HOME}".to_owned(),
        }
    }

    /// What the command at hand sees, bind mounts last.
    fn seen(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.contents.entries.iter().chain(&self.mounts)
    }

    /// All of that but caches, which no command asks for, and of which each layer may have one.
    pub(super) fn all_seen(&self) -> Vec<Entry> {
        self.seen().filter(|it| !matches!(it.holding, Holding::Cache(_))).cloned().collect()
    }

    /// The same as [`app_in`](Self::app_in), where nothing unknown may lie over that package.json.
    pub(super) fn certain_app_in(&self, project: &Project, folder: &str) -> Option<String> {
        let manifest = paths::join(folder, "package.json");
        let may_cover = |it: &Entry| it.holding == Holding::Unknown && paths::contains(&it.path, &manifest);
        self.app_in(project, folder).filter(|_| !self.seen().any(may_cover))
    }

    /// The folder of the context whose package.json lies in `folder`.
    pub(super) fn app_in(&self, project: &Project, folder: &str) -> Option<String> {
        let manifest = paths::join(folder, "package.json");
        self.seen().rev().find_map(|entry| match &entry.holding {
            Holding::ContextFile(file) if entry.path == manifest && paths::file_name(file) == "package.json" => {
                Some(paths::parent(file).to_owned())
            }
            Holding::ContextFolder(of) => {
                let app = paths::join(of, paths::below(&entry.path, folder)?);
                let is_there = project.sees(&paths::join(&app, "package.json")).unwrap_or(true);
                is_there.then_some(app)
            }
            _ => None,
        })
    }

    /// Whether `file` is there; `None` where it can't be told.
    pub(super) fn has_file(&self, project: &Project, file: &str) -> Option<bool> {
        let mut doubtful = false;
        for entry in self.seen() {
            match (&entry.holding, paths::below(&entry.path, file)) {
                (Holding::ContextFile(_), Some("")) => return Some(true),
                (Holding::ContextFolder(of), Some(rest)) if !entry.lacks(rest) => {
                    match project.sees(&paths::join(of, rest)) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => doubtful = true,
                    }
                }
                (Holding::Unknown, Some(rest)) => {
                    doubtful |= !rest.is_empty() || paths::file_name(file) == paths::file_name(&entry.path)
                }
                _ => {}
            }
        }
        if doubtful { None } else { Some(false) }
    }

    /// Whether more than manifests is there.
    pub(super) fn has_sources(&self, project: &Project) -> bool {
        self.seen().any(|it| it.holds_sources(project))
    }
}
