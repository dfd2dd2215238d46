//! The words of `node` and of what stands in for it: flags, preloads, the file.

use super::super::{App, Package};
use crate::paths;

/// Flags of node that take the next word.
const VALUED: [&str; 17] = [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--env-file",
    "--env-file-if-exists",
    "--title",
    "--icu-data-dir",
    "--openssl-config",
    "--diagnostic-dir",
    "--max-old-space-size",
    "--watch-path",
    "--inspect-port",
    "--experimental-config-file",
];

const PRELOADS: [&str; 5] = ["-r", "--require", "--import", "--loader", "--experimental-loader"];

/// What node's words say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NodeWords {
    pub(super) file: Option<String>,
    pub(super) preloads: Vec<String>,
}

/// Reads node's arguments: the first word that is no flag is the file.
pub(super) fn words(arguments: &[String]) -> NodeWords {
    let mut result = NodeWords::default();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        if is_code_flag(word) || ["-i", "-", "--test"].contains(&word.as_str()) {
            return result;
        }
        if word == "--" {
            result.file = rest.next().cloned();
            return result;
        }
        if !word.starts_with('-') {
            result.file = Some(word.clone());
            return result;
        }
        let (flag, value) = word.split_once('=').map_or((word.as_str(), None), |(a, b)| (a, Some(b.to_owned())));
        let value = if VALUED.contains(&flag) { value.or_else(|| rest.next().cloned()) } else { value };
        result.preloads.extend(value.filter(|_| PRELOADS.contains(&flag)));
    }
    result
}

/// Whether code stands in the words, in place of a file.
pub(super) fn is_code_flag(word: &str) -> bool {
    matches!(word, "-e" | "--eval" | "-p" | "--print" | "-pe")
}

/// Flags of loaders that take the next word.
const VALUED_BY_LOADERS: [&str; 21] = [
    "-r",
    "--require",
    "--import",
    "-P",
    "--project",
    "--tsconfig",
    "-w",
    "--watch",
    "--exec",
    "-x",
    "-e",
    "--ext",
    "-i",
    "--ignore",
    "--env-file",
    "-O",
    "--compiler-options",
    "--config",
    "-d",
    "--delay",
    "-c",
];

/// The file that loaders such as `tsx` and `nodemon` run: the first argument that looks like one.
pub(super) fn loader_file(program: &str, arguments: &[String]) -> Option<String> {
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let is_command = word == "watch" && program == "tsx" || word == "start" && program.starts_with("pm2");
        if !is_command && !word.starts_with('-') {
            return Some(word.clone());
        }
        // nodemon's --watch takes a folder, tsx's takes none.
        if VALUED_BY_LOADERS.contains(&word.as_str()) && !(program == "tsx" && word.starts_with("--w")) {
            rest.next();
        }
    }
    None
}

/// The file that Node finds for `path`, from the app's folder.
pub(super) fn resolve(app: &App, path: String) -> String {
    let path = if path.is_empty() { main(&app.package) } else { path };
    on_disk(app, &path)
        .or_else(|| in_folder(app, &path))
        .or_else(|| from_sources(app, &path))
        .unwrap_or_else(|| implied(path))
}

fn main(package: &Package) -> String {
    let main = package.main.as_deref().map(paths::normalise);
    main.filter(|it| !it.is_empty()).unwrap_or_else(|| "index.js".to_owned())
}

fn on_disk(app: &App, path: &str) -> Option<String> {
    let candidates = [path.to_owned(), format!("{path}.js"), format!("{path}.json")];
    candidates.into_iter().find(|it| app.files.is_file(&app.folder_path(it)))
}

/// What a folder's package.json names, or its index.js.
fn in_folder(app: &App, path: &str) -> Option<String> {
    let main = App::load(&app.files, &app.folder_path(path)).map(|it| paths::join(path, &main(&it.package)));
    let main = main.map(|it| on_disk(app, &it).unwrap_or_else(|| implied(it)));
    main.or_else(|| on_disk(app, &paths::join(path, "index")))
}

/// The file that a build makes at `path`, found by its source.
fn from_sources(app: &App, path: &str) -> Option<String> {
    if has_extension(path) {
        return None;
    }
    let name = app.package.first_script(&["build", "compile", "prepare", "prestart"])?.0;
    let outputs = app.outputs(name);
    let candidates = [format!("{path}.js"), format!("{path}/index.js"), format!("{path}.mjs"), format!("{path}.cjs")];
    let is_output = outputs.outputs.iter().any(|it| it.path == path);
    let found = candidates.into_iter().find(|it| app.source_of(it, &outputs).is_some());
    found.or_else(|| is_output.then(|| paths::join(path, "index.js")))
}

fn implied(path: String) -> String {
    if has_extension(&path) { path } else { format!("{path}.js") }
}

fn has_extension(path: &str) -> bool {
    let extension = paths::file_name(path).rsplit_once('.').map(|it| it.1);
    matches!(extension, Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx" | "json" | "node"))
}
