//! What the sources do at run time: imports, files read and written, ports, signals.

pub(super) use components::is_component;
pub(super) use graph::can_be_followed;
use std::collections::BTreeMap;

use super::{App, Outputs, Reason, Site};

mod accesses;
mod commands;
mod components;
mod frameworks;
mod graph;
mod guards;
mod imports;
mod members;
mod mentions;
mod modes;
mod module;
mod named;
mod options;
mod possible;
mod process;
mod resolve;
mod settings;
mod table;
mod typeorm;
mod values;

/// What a path in the sources is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessBase {
    /// The working directory.
    WorkingDirectory,
    /// The module's own folder (`__dirname`, `import.meta.url`, `import.meta.dirname`).
    Module,
    /// It is absolute.
    Root,
    /// `os.tmpdir()`, `/tmp`.
    Temporary,
}

/// A file or folder that is read or written at run time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    /// Where the sources say so.
    pub site: Site,
    /// What it is relative to.
    pub base: AccessBase,
    /// At run time, from the app's folder (in the image: from the working directory): for a module's own
    /// folder, after the module moved to the output. Normalised; `..` in front where it leaves the app. For
    /// [`AccessBase::Root`] the absolute path. `None` where it is computed.
    pub path: Option<String>,
    /// Whether the path names a folder; a file else, or it can't be told.
    pub is_folder: bool,
    /// The whole pattern, where it is one and `path` only the folder in front of its first wildcard.
    pub glob: Option<String>,
    /// In a few words what does it: "`express.static`", "`multer`", "`readFileSync`".
    pub by: String,
}

/// A package imported at run time (type-only imports left out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The package's name: `express`, `@scope/name`.
    pub package: String,
    /// The first place.
    pub site: Site,
    /// Whether another package of the workspace imports it, and names it among its own dependencies.
    pub is_brought: bool,
    /// Whether it is a package of the workspace whose modules were followed like the app's own.
    pub is_followed: bool,
    /// Whether it is loaded by code alone that does not run under `NODE_ENV=production`.
    pub is_for_development: bool,
}

/// A devDependency that is loaded at run time by its name in a text, or may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The package's name.
    pub package: String,
    /// Where.
    pub site: Site,
    /// One clause: "`server.js:2` names `pino-pretty`".
    pub how: Reason,
    /// Whether a package that is imported is known to load it by that text, or files of it are known to be read.
    pub is_certain: bool,
    /// The package that loads it by that text whatever the environment is.
    pub always_by: Option<String>,
}

/// A text in the sources that may be a path: it counts only where the context has something there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where.
    pub site: Site,
    /// The text, up to its first placeholder.
    pub text: String,
    /// The whole text, where it has a wildcard.
    pub glob: Option<String>,
    /// The module's own folder at run time, from the app's folder.
    pub folder: String,
}

/// Something that may write, and it is not known where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleWrite {
    /// Where the sources say so.
    pub site: Site,
    /// What may, as one clause: "`git`, which `server.js:2` starts, may write anywhere".
    pub reason: Reason,
    /// Whether it may write anywhere; else only below the working directory, the app's own folder, the home and the
    /// folder for temporary files, as packages do that are given no other path.
    pub anywhere: bool,
}

/// A call that may have a server listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The port where it is a known number (`process.env.PORT || 3000` gives 3000).
    pub port: Option<u16>,
    /// The environment variable that gives another one.
    pub variable: Option<String>,
    /// Where the sources say so.
    pub site: Site,
}

/// What the modules reachable from an entry do.
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    /// The source files that were read, from the app's folder, sorted; the entry's own first.
    pub files: Vec<String>,
    /// By package name. Builtin modules are left out.
    pub imports: BTreeMap<String, Import>,
    /// devDependencies that are loaded by name, or may be: those that a production install leaves out.
    pub named: BTreeMap<String, Named>,
    /// Modules that run where they stand in the sources although the entry is compiled, from the app's folder.
    pub in_place: Vec<String>,
    /// Files and folders read.
    pub reads: Vec<Access>,
    /// Texts that may be paths, of calls that nodestage does not know.
    pub mentions: Vec<Mention>,
    /// Files and folders written or created.
    pub writes: Vec<Access>,
    /// What may write besides.
    pub may_write: Vec<PossibleWrite>,
    /// Where a module starts other programs than those that only tell something; the command, or the program, where it
    /// is known.
    pub starts: Vec<(Site, Option<String>)>,
    /// Where a server may be told to listen.
    pub listens: Vec<Listen>,
    /// A `process.on('SIGTERM' | 'SIGINT')` handler.
    pub signal_handler: Option<Site>,
    /// Where the app does something else under `NODE_ENV=production` than without a NODE_ENV, logs left out.
    pub modes: Vec<Site>,
    /// `npm_package_*` variables read.
    pub npm_variables: Vec<Site>,
    /// What could not be followed: computed imports, files that do not parse, an entry whose source was
    /// not found.
    pub unknown: Vec<Reason>,
}

/// The lines of a module at which NODE_ENV decides something; its first mention where it can't be parsed.
pub(super) fn modes_in(path: &str, text: &str) -> Vec<usize> {
    if !modes::may_have(text) {
        return Vec::new();
    }
    stacker::maybe_grow(STACK_SIZE, STACK_SIZE, || {
        let allocator = oxc_allocator::Allocator::default();
        graph::modes_in(&allocator, path, text)
    })
}

/// Generated sources nest deep (`a + b + …` a thousand times), and what reads them goes down with it. As much is
/// reserved, in bytes, and only what is used is taken.
pub(crate) const STACK_SIZE: usize = 128 << 20;

/// What runs when `entry` is started.
pub(super) fn follow(app: &App, entry: &str, preloads: &[String], outputs: &Outputs) -> Runtime {
    stacker::maybe_grow(STACK_SIZE, STACK_SIZE, || follow_here(app, entry, preloads, outputs))
}

/// What these files do, which are there, and what they import.
pub(super) fn follow_files(app: &App, files: &[String]) -> Runtime {
    let outputs = Outputs::default();
    stacker::maybe_grow(STACK_SIZE, STACK_SIZE, || read_graph(app, &outputs, |graph| graph.walk_files(files)))
}

fn follow_here(app: &App, entry: &str, preloads: &[String], outputs: &Outputs) -> Runtime {
    read_graph(app, outputs, |graph| {
        graph.walk(entry);
        graph.walk_preloads(preloads);
        graph.walk_conventions();
    })
}

fn read_graph(app: &App, outputs: &Outputs, walk: impl FnOnce(&mut graph::Graph<'_>)) -> Runtime {
    let allocator = oxc_allocator::Allocator::default();
    let mut graph = graph::Graph::new(app, outputs, &allocator);
    walk(&mut graph);
    let mut runtime = Runtime { files: graph.files(), ..Runtime::default() };
    accesses::collect(&graph, &mut runtime);
    frameworks::collect(&graph, &mut runtime);
    options::collect(&graph, &mut runtime);
    process::collect(&graph, &mut runtime);
    settings::collect(&graph, &mut runtime);
    possible::collect(&graph, &mut runtime);
    accesses::settle(&mut runtime);
    runtime.mentions = mentions::gather(&graph);
    runtime.modes = graph.modes();
    runtime.reads.extend(graph.reads.iter().cloned());
    runtime.in_place = graph.in_place(&runtime.reads);
    runtime.named = named::collect(&graph, &runtime);
    runtime.imports = graph.packages;
    runtime.unknown.extend(graph.unknown);
    runtime
}
