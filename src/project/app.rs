//! One folder with a package.json.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use nodejs_semver::{Range, Version};

use super::config_file::ConfigFile;
use super::files::Files;
use super::workspace::Patterns;
use super::yarnrc::Yarnrc;
use super::{
    Ground, Lock, LockedPackage, Manager, NodeServer, Outputs, Package, Program, Reason, Runtime, Script, Start,
    StaticSite, built_of, lock, mentions, modes, node_server, npmrc, outputs, package, runtime, start, static_site,
    workspace, yarnrc,
};
use crate::ecosystem::{native, programs};
use crate::paths;
use crate::shell::{self, Joined};

/// A configuration file, why it can't be read, or that there is none.
type FoundConfig = Option<Result<Arc<ConfigFile>, Reason>>;

/// How sure something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It is so.
    Certain,
    /// It may be so.
    Possible,
}

/// A folder of the context that has a package.json.
pub struct App {
    /// From the context's root; `""` is the root.
    pub folder: String,
    /// Its package.json.
    pub package: Package,
    /// Its lock files, the one that counts first: the one of the manager that package.json or the other
    /// evidence names. npm-shrinkwrap.json counts before package-lock.json.
    pub locks: Vec<Lock>,
    /// Whether it has an .npmrc, and the lines of it that matter to an install (tokens left out).
    pub npmrc: Option<Vec<(String, String)>>,
    pub(super) files: Arc<Files>,
    pub(super) runtimes: Mutex<BTreeMap<String, Arc<Runtime>>>,
    runtimes_of_places: Mutex<BTreeMap<String, Option<Arc<Runtime>>>>,
    pub(super) outputs: Mutex<BTreeMap<String, Outputs>>,
    pub(super) configs: Mutex<BTreeMap<String, FoundConfig>>,
    pub(super) patterns: OnceLock<Patterns>,
    pub(super) neighbours: OnceLock<BTreeMap<String, String>>,
    /// The manager that installs it, where its lock files are of several.
    pub(super) installed_by: OnceLock<Manager>,
}

impl App {
    /// Reads the app in `folder`; `None` where there is no package.json that can be read.
    pub(super) fn load(files: &Arc<Files>, folder: &str) -> Option<Self> {
        let path = paths::join(folder, "package.json");
        let text = files.text(&path)?;
        let (package, problems) =
            package::read(&path, &text).map_err(|it| files.problem(&it.site.path, it.site.line, it.message)).ok()?;
        for it in problems {
            files.problem(&it.site.path, it.site.line, it.message);
        }
        let npmrc_path = paths::join(folder, ".npmrc");
        let npmrc = if files.is_file(&npmrc_path) { files.text(&npmrc_path) } else { None };
        let mut app = Self {
            folder: folder.to_owned(),
            package,
            locks: Vec::new(),
            npmrc: npmrc.as_deref().map(npmrc::read),
            files: Arc::clone(files),
            runtimes: Mutex::default(),
            runtimes_of_places: Mutex::default(),
            outputs: Mutex::default(),
            configs: Mutex::default(),
            patterns: OnceLock::new(),
            neighbours: OnceLock::new(),
            installed_by: OnceLock::new(),
        };
        app.locks = lock::read_all(files, folder, &app.package);
        let manager = app.manager();
        app.locks.sort_by_key(|it| Some(it.manager) != manager);
        Some(app)
    }

    /// A folder without a package.json: a lone script runs as well.
    pub(super) fn bare(files: &Arc<Files>, folder: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            package: Package::default(),
            locks: Vec::new(),
            npmrc: None,
            files: Arc::clone(files),
            runtimes: Mutex::default(),
            runtimes_of_places: Mutex::default(),
            outputs: Mutex::default(),
            configs: Mutex::default(),
            patterns: OnceLock::new(),
            neighbours: OnceLock::new(),
            installed_by: OnceLock::new(),
        }
    }

    /// The same app, with its modules in another folder of the context: where a COPY puts them beside package.json.
    #[must_use]
    pub fn with_modules_in(&self, folder: &str) -> Self {
        let (package, locks, npmrc) = (self.package.clone(), self.locks.clone(), self.npmrc.clone());
        Self { package, locks, npmrc, ..Self::bare(&self.files, folder) }
    }

    /// Whether a package is a folder of the project: its code is the project's own.
    #[must_use]
    pub fn is_local(&self, name: &str) -> bool {
        let range = self.package.dependencies.get(name).or_else(|| self.package.optional_dependencies.get(name));
        let is_path = |it: &String| ["workspace:", "file:", "link:", "portal:"].iter().any(|kind| it.starts_with(kind));
        let path = format!("node_modules/{name}");
        let mut locked = self.locks.iter().filter_map(|it| it.packages.as_ref()).flatten();
        range.is_some_and(is_path)
            || locked.any(|it| it.path == path && it.link.is_some())
            || self.neighbours().contains_key(name)
    }

    /// The packages of its workspace, itself among them, by name: their folders, from the context's root.
    pub(super) fn neighbours(&self) -> &BTreeMap<String, String> {
        self.neighbours.get_or_init(|| workspace::neighbours(&self.files, &self.folder))
    }

    /// A devDependency that one of these files of the app names as a module, and the file.
    pub(crate) fn named_in_files(&self, files: &[&str]) -> Option<(&str, String)> {
        let texts = files.iter().filter(|it| self.files.is_file(&self.folder_path(it)));
        let mut texts = texts.filter_map(|it| Some((self.folder_path(it), self.files.text(&self.folder_path(it))?)));
        texts.find_map(|(path, text)| {
            let mut dev = self.package.dev_dependencies.keys().filter(|it| self.leaves_out(it));
            dev.find(|it| mentions::line_naming(&text, it).is_some()).map(|it| (it.as_str(), path))
        })
    }

    /// Whether the text of a configuration by one of these names, without the extension, is one of those.
    pub(crate) fn config_says(&self, stems: &[&str], is_meant: impl Fn(&str) -> bool) -> bool {
        const ENDINGS: [&str; 6] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
        let names = stems.iter().flat_map(|stem| ENDINGS.iter().map(move |it| format!("{stem}{it}")));
        let mut texts = names.filter_map(|it| self.files.text(&self.folder_path(&it)));
        texts.any(|it| is_meant(&it))
    }

    /// A path of the app as a path of the context.
    #[must_use]
    pub fn folder_path(&self, path: &str) -> String {
        paths::resolve(&self.folder, path)
    }

    /// The manager that package.json and the lock files speak for; where these contradict one another, the one that the
    /// Dockerfile installs by. `None` where there is neither.
    #[must_use]
    pub fn manager(&self) -> Option<Manager> {
        if let Some((manager, _)) = self.package.package_manager {
            return Some(manager);
        }
        let first = self.locks.first()?.manager;
        let is_only = self.locks.iter().all(|it| it.manager == first);
        if is_only { Some(first) } else { self.installed_by.get().copied() }
    }

    /// Takes note of the managers that the Dockerfile installs it by.
    pub(crate) fn note_managers(&self, managers: &[Manager]) {
        if let [only] = managers
            && self.locks.iter().any(|it| it.manager == *only)
        {
            // Told once: the first reading stands.
            let _ = self.installed_by.set(*only);
        }
    }

    /// The lock file that counts: the manager's.
    #[must_use]
    pub fn lock(&self) -> Option<&Lock> {
        let manager = self.manager()?;
        self.locks.iter().find(|it| it.manager == manager)
    }

    /// The locked packages of a production install whose install scripts do something that the run
    /// may need (npm locks of generation 2 and later; none otherwise).
    #[must_use]
    pub fn production_scripts(&self) -> Vec<&LockedPackage> {
        let packages = self.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
        packages
            .iter()
            .filter(|it| it.install_script && !it.dev && !native::works_without_script(&it.name, &it.version))
            .collect()
    }

    /// The root's scripts that an install may run, in the order in which npm runs them.
    #[must_use]
    pub fn root_scripts_on_install(&self) -> Vec<(&'static str, &Script)> {
        let names = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];
        names.into_iter().filter_map(|name| Some((name, self.package.scripts.get(name)?))).collect()
    }

    /// Whether a script does nothing where devDependencies are not there: its one program is of them, and to fail is
    /// allowed (`svelte-kit sync || echo ''`).
    #[must_use]
    pub fn is_idle_without_dev(&self, script: &Script) -> bool {
        let read = shell::script_of_text(&script.text);
        let [tried, instead] = &read.commands[..] else { return false };
        let succeeds = instead.joined == Joined::Or && matches!(instead.program(), Some("true" | "echo" | ":"));
        let is_plain = read.complete && !tried.redirected && !instead.redirected;
        let program = tried.words.first().and_then(|it| it.value.as_deref());
        let package = program.and_then(|it| self.owner_of(it).or_else(|| programs::package_of(it)));
        is_plain && succeeds && package.is_some_and(|it| self.leaves_out(it))
    }

    /// What .yarnrc.yml in its folder says to Yarn 2 and later.
    #[must_use]
    pub fn yarnrc(&self) -> Yarnrc {
        yarnrc::read(&self.files, &self.folder)
    }

    /// Whether a production install leaves `package` out: a devDependency that no other package brings.
    #[must_use]
    pub fn leaves_out(&self, package: &str) -> bool {
        self.package.is_dev_only(package) && !self.is_locked_for_production(package)
    }

    /// Whether `package` is installed for development only: as a devDependency, or for one.
    #[must_use]
    pub fn lacks_in_production(&self, package: &str) -> bool {
        let is_there = self.package.is_dev_only(package) || self.locked().any(|it| it.name == package);
        is_there && !self.package.is_production(package) && !self.is_locked_for_production(package)
    }

    /// Whether `package` is of one of the versions in `range`: by the lock file, else it may be, by the range that package.json
    /// asks for. `None` where it is of none, as far as is known.
    #[must_use]
    pub fn is_of_version(&self, package: &str, range: &str) -> Option<Certainty> {
        let range = Range::parse(range).ok()?;
        let locked = self.locked().filter(|it| it.name == package).min_by_key(|it| it.path.len());
        if let Some(version) = locked.and_then(|it| Version::parse(&it.version).ok()) {
            return range.satisfies(&version).then_some(Certainty::Certain);
        }
        let asked = Range::parse(self.package.dependencies.get(package)?).ok()?;
        range.allows_any(&asked).then_some(Certainty::Possible)
    }

    /// Whether a file of the app's folder is there.
    #[must_use]
    pub fn has_file(&self, path: &str) -> bool {
        self.files.is_file(&self.folder_path(path))
    }

    /// Whether a dependency of package.json or a lock file has it.
    #[must_use]
    pub fn is_locked(&self, package: &str) -> bool {
        self.package.is_production(package)
            || self.package.is_dev_only(package)
            || self.locked().any(|it| it.name == package)
    }

    /// Whether a lock file has it among the packages that a production install brings: hoisted by another
    /// dependency, or optional.
    #[must_use]
    pub fn is_locked_for_production(&self, package: &str) -> bool {
        let path = format!("node_modules/{package}");
        self.locked().any(|it| it.path == path && !it.dev)
    }

    /// The package that brings a program into `node_modules/.bin`, by the lock file.
    #[must_use]
    pub fn owner_of(&self, program: &str) -> Option<&str> {
        let brings = |it: &&LockedPackage| {
            it.path.matches("node_modules/").count() == 1 && it.bins.iter().any(|it| it == program)
        };
        let found = self.locked().filter(brings);
        // `nuxt` stands in `nuxt` and in `@nuxt/cli`, which it brings.
        found.min_by_key(|it| (it.dev, !self.package.names(&it.name))).map(|it| it.name.as_str())
    }

    fn locked(&self) -> impl Iterator<Item = &LockedPackage> {
        self.locks.iter().filter_map(|it| it.packages.as_ref()).flatten()
    }

    /// What running `script` of package.json makes, pre and post scripts included. Cached by script.
    #[must_use]
    pub fn outputs(&self, script: &str) -> Outputs {
        once(&self.outputs, script.to_owned(), || outputs::of_script(self, script))
    }

    /// What shell text makes that runs in the app's folder (`npx tsc -p .`, `npm run build && cp …`).
    #[must_use]
    pub fn outputs_of_text(&self, text: &str) -> Outputs {
        outputs::of_text(self, text)
    }

    /// The programs that `words` starts, run in the app's folder.
    #[must_use]
    pub fn start(&self, words: &[String]) -> Start {
        self.start_on(words, Ground::default())
    }

    /// The programs that `words` starts on this ground.
    #[must_use]
    pub fn start_on(&self, words: &[String], ground: Ground<'_>) -> Start {
        start::follow(self, words, ground)
    }

    /// The configuration written as code that is called `stem`, with any extension; `None` where there is none. Cached by
    /// name.
    ///
    /// # Errors
    /// Where settings may stand elsewhere: one clause.
    pub(super) fn config_file(&self, stem: &str) -> FoundConfig {
        once(&self.configs, stem.to_owned(), || ConfigFile::find(self, stem).map(|it| it.map(Arc::new)))
    }

    /// Whether the configuration called `stem` sets `name` to `value`; `None` where that is not known, or it is set to something
    /// else.
    #[must_use]
    pub fn config_sets(&self, stem: &str, name: &str, value: &str) -> Option<bool> {
        match self.config_file(stem) {
            None => Some(false),
            Some(Err(_)) => None,
            Some(Ok(it)) if it.sets_anywhere(name, value) => Some(true),
            Some(Ok(it)) => it.first(&[name]).is_none().then_some(false),
        }
    }

    /// The site of plain files that `start` has its own tool serve, or why it can't be served otherwise; `None` where it
    /// serves none.
    #[must_use]
    pub fn site(&self, start: &Start) -> Option<Result<StaticSite, Reason>> {
        static_site::of(self, start)
    }

    /// The server for `node` that the framework of `program` builds, or why it is not known; `None` where it is known to
    /// build none.
    #[must_use]
    pub fn node_server(&self, program: &Program) -> Option<Result<NodeServer, Reason>> {
        node_server::of(self, program)
    }

    /// What runs when `entry` (from the app's folder) is started; `outputs` says from which sources the
    /// entry is made, where it is built. Cached by entry.
    #[must_use]
    pub fn runtime(&self, entry: &str, outputs: &Outputs) -> Arc<Runtime> {
        self.runtime_with(entry, &[], outputs)
    }

    /// The same, with what is loaded before the entry: `-r`, `--import`, files and packages.
    #[must_use]
    pub fn runtime_with(&self, entry: &str, preloads: &[String], outputs: &Outputs) -> Arc<Runtime> {
        let key = format!("{entry} {preloads:?} {outputs:?}");
        once(&self.runtimes, key, || Arc::new(runtime::follow(self, entry, preloads, outputs)))
    }

    /// What the code in `places`, files and folders from the app's folder, does, of which a framework builds its server;
    /// `None` where some of it can't be read here, there is none, or more than we look at.
    #[must_use]
    pub fn runtime_of_places(&self, places: &[&str]) -> Option<Arc<Runtime>> {
        let find = || built_of::modules(self, places).map(|it| Arc::new(runtime::follow_files(self, &it)));
        once(&self.runtimes_of_places, places.join(" "), find)
    }

    /// What all code of the app does, wherever it runs; `None` where there is none, or more than we look at.
    #[must_use]
    pub fn runtime_of_sources(&self) -> Option<Arc<Runtime>> {
        let all = modes::code(&self.files, &self.folder)?;
        let own: Vec<String> =
            all.iter().filter_map(|it| paths::below(&self.folder, it)).map(|it| format!("./{it}")).collect();
        let (first, rest) = own.split_first()?;
        Some(self.runtime_with(first, rest, &Outputs::default()))
    }
}

/// What `known` has for `key`, found the first time. Nothing is locked meanwhile: finding may ask for more.
fn once<T: Clone>(known: &Mutex<BTreeMap<String, T>>, key: String, find: impl FnOnce() -> T) -> T {
    if let Some(it) = known.lock().ok().and_then(|it| it.get(&key).cloned()) {
        return it;
    }
    let found = find();
    if let Ok(mut known) = known.lock() {
        known.insert(key, found.clone());
    }
    found
}
