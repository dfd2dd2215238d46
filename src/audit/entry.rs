//! What a container starts: whether it is there, and what it imports.

use super::FindingKind;
use super::gathered::{Found, Gathered};
use super::subject::Subject;
use crate::ecosystem::wrappers::{self, Layer};
use crate::image::Kind;
use crate::paths;
use crate::project::{Ground, Import, Outputs, Start};

/// What starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Started {
    /// The file that Node or its kind runs, absolute, as it is asked for.
    pub(super) file: Option<String>,
    /// Whether that is TypeScript.
    pub(super) runs_typescript: bool,
    /// The packages and files that are loaded before it.
    preloads: Vec<String>,
}

/// Follows ENTRYPOINT and CMD to the file that runs.
pub(super) fn started(subject: &Subject<'_>) -> Started {
    let Some(app) = subject.app(&subject.folder) else { return Started::default() };
    let config = &subject.image.config;
    let words: Vec<String> = config.entrypoint.iter().chain(&config.cmd).cloned().collect();
    let script = |word: &str| text(subject, &paths::absolute(&config.workdir, word));
    let file = |path: &str| text(subject, path);
    let ground = Ground {
        root: Some(&subject.folder),
        workdir: Some(&config.workdir),
        script: Some(&script),
        file: Some(&file),
    };
    let start = app.start_on(&without_own_script(&words), ground);
    let Some(program) = start.programs.iter().rev().find(|it| it.entry.is_some()) else {
        return by_words(subject, &start);
    };
    let file = program.entry.as_deref().map(|it| paths::absolute(&subject.folder, it));
    let runs_typescript =
        file.as_deref().is_some_and(is_typescript) || program.arguments.iter().any(|it| is_typescript(it));
    Started { file, runs_typescript, preloads: program.preloads.clone() }
}

/// The entrypoint of Node's own images starts what follows it.
fn without_own_script(words: &[String]) -> Vec<String> {
    match words.split_first() {
        Some((first, rest)) if paths::file_name(first) == "docker-entrypoint.sh" && !rest.is_empty() => {
            match rest[0].starts_with('-') {
                true => std::iter::once("node".to_owned()).chain(rest.iter().cloned()).collect(),
                false => rest.to_vec(),
            }
        }
        _ => words.to_vec(),
    }
}

/// A lone argument that lies outside of the app's folder.
fn by_words(subject: &Subject<'_>, start: &Start) -> Started {
    let lone = start.programs.last().filter(|it| matches!(it.name.as_str(), "node" | "bun")).and_then(|it| {
        match &it.arguments[..] {
            [only] if !only.starts_with('-') && !only.contains('$') => Some(only.clone()),
            _ => None,
        }
    });
    let file = lone.map(|it| paths::absolute(&subject.image.config.workdir, &it));
    Started { runs_typescript: file.as_deref().is_some_and(is_typescript), file, preloads: Vec::new() }
}

fn is_typescript(path: &str) -> bool {
    [".ts", ".tsx", ".mts", ".cts"].iter().any(|it| path.ends_with(it))
}

fn text(subject: &Subject<'_>, path: &str) -> Option<String> {
    let entry = subject.tree.resolve(path)?;
    String::from_utf8(subject.tree.kept(&entry)?.to_vec()).ok()
}

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    let config = &subject.image.config;
    if let Some(program) = missing_program(subject) {
        let message = format!("The container starts `{program}`, which is not in the image");
        return gathered.add_of_config(FindingKind::MissingEntry, &program, message);
    }
    let started = started(subject);
    let Some(file) = &started.file else { return };
    match resolved(subject, file) {
        Some(path) => imports(subject, gathered, &path, &started),
        None => {
            let words: Vec<&str> = config.entrypoint.iter().chain(&config.cmd).map(String::as_str).collect();
            let message = format!("`{}` starts it, and it is not in the image", words.join(" "));
            gathered.add_of_config(FindingKind::MissingEntry, file, message);
        }
    }
}

/// The program that starts first, where the image does not have it.
fn missing_program(subject: &Subject<'_>) -> Option<String> {
    let config = &subject.image.config;
    let mut words: Vec<String> = config.entrypoint.iter().chain(&config.cmd).cloned().collect();
    while let Some(first) = words.first().cloned() {
        if !is_there(subject, &first) {
            return Some(first);
        }
        words = match wrappers::unwrap(&words) {
            // Node's own script takes flags for itself.
            Some(Layer::Command { rest, .. })
                if rest.first().is_some_and(|it| !it.starts_with('-') && !it.contains('$')) =>
            {
                rest
            }
            _ => return None,
        };
        // What a wrapper starts is looked up only where it is surely a program.
        if !matches!(paths::file_name(&words[0]), "node" | "bun" | "deno") {
            return None;
        }
    }
    None
}

fn is_there(subject: &Subject<'_>, program: &str) -> bool {
    let config = &subject.image.config;
    if program.contains('/') {
        return subject.tree.resolve(&paths::absolute(&config.workdir, program)).is_some();
    }
    let path = config.env_value("PATH").unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    path.split(':').filter(|it| it.starts_with('/')).any(|it| subject.tree.resolve(&paths::join(it, program)).is_some())
}

/// The file that Node finds for a path, as `require` does.
fn resolved(subject: &Subject<'_>, file: &str) -> Option<String> {
    let found = |path: &str| subject.tree.resolve(path).filter(|it| it.kind == Kind::File).map(|it| it.path);
    let ended = ["", ".js", ".json", ".node", ".cjs", ".mjs", ".ts", "/index.js"]
        .iter()
        .find_map(|it| found(&format!("{file}{it}")));
    ended.or_else(|| {
        let app = subject.project.app(file)?;
        let main = paths::absolute(file, app.package.main.as_deref()?);
        ["", ".js", "/index.js"].iter().find_map(|it| found(&format!("{main}{it}")))
    })
}

/// The packages that the file and what it loads import at their top, each to be found from there.
fn imports<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>, file: &str, started: &Started) {
    let Some(app) = subject.app(&subject.folder) else { return };
    let has_others = subject.image.config.env_value("NODE_PATH").is_some() || app.has_file(".pnp.cjs");
    let Some(entry) = paths::below(&subject.folder, file).filter(|_| !has_others) else { return };
    let runtime = app.runtime_with(entry, &started.preloads, &Outputs::default());
    for import in runtime.imports.values() {
        let importer = paths::absolute("/", &import.site.path);
        if import.is_followed
            || import.is_for_development
            || app.is_local(&import.package)
            || !is_plain(subject, &importer, import)
        {
            continue;
        }
        let is_found = |folder: &str| {
            subject.tree.resolve(&paths::join(folder, &format!("node_modules/{}", import.package))).is_some()
        };
        if paths::ancestors(&importer).skip(1).any(is_found) {
            continue;
        }
        let line = import.site.line.unwrap_or(1);
        let message = || format!("Line {line} imports `{}`, which is in no node_modules above", import.package);
        let place = format!("{importer} {}", import.package);
        gathered.add(&Found {
            kind: FindingKind::MissingImport,
            path: &importer,
            place: &place,
            bytes: 0,
            layer: subject.tree.get(&importer).and_then(|it| it.layer),
            message: &message,
        });
    }
}

/// Whether the import stands at the top of its module, by itself, so that nothing catches its failure.
fn is_plain(subject: &Subject<'_>, importer: &str, import: &Import) -> bool {
    let Some(text) = text(subject, importer) else { return false };
    let line = text.lines().nth(import.site.line.unwrap_or(1).saturating_sub(1)).unwrap_or_default();
    ["import ", "export ", "const ", "let ", "var ", "require("].iter().any(|it| line.starts_with(it))
}
