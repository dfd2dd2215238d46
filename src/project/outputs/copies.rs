//! Copy steps: `cp -r a dist/a`, `copyfiles`, `cpx` and their kind.

use super::follow::Builder;
use super::{Output, Tool};
use crate::paths;
use crate::paths::glob;

/// Notes what a copy program makes; false where `name` is none.
pub(super) fn run(builder: &mut Builder<'_>, name: &str, arguments: &[String]) -> bool {
    match name {
        "cp" | "cpr" | "ncp" => cp(builder, name, arguments),
        "copyfiles" | "copyup" => copyfiles(builder, name, arguments),
        "cpx" | "cpx2" | "cpy" | "cpy-cli" => repeated(builder, name, arguments),
        "mv" | "rsync" | "ln" => builder.unknown(format!("`{name} {}` is not followed", arguments.join(" "))),
        _ => return false,
    }
    true
}

/// Whether a command's text sends output to a file.
pub(super) fn writes_a_file(text: &str) -> bool {
    text.match_indices('>').any(|(at, _)| {
        let target = text[at + 1..].trim_start_matches(['>', '|']).trim_start();
        !target.starts_with('&') && !target.starts_with("/dev/null") && !target.is_empty() && !text[..at].ends_with('=')
    })
}

fn words(arguments: &[String], valued: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        if valued.contains(&word.as_str()) {
            rest.next();
        } else if !word.starts_with('-') {
            found.push(word.clone());
        }
    }
    found
}

/// `cp a… destination`
fn cp(builder: &mut Builder<'_>, name: &str, arguments: &[String]) {
    let mut sources = words(arguments, &[]);
    let Some(destination) = sources.pop().filter(|it| is_plain(it) && !sources.is_empty()) else {
        return builder.unknown(format!("`{name} {}` is not followed", arguments.join(" ")));
    };
    let into = destination.ends_with('/') || sources.len() > 1 || builder.is_made(&paths::normalise(&destination));
    for source in &sources {
        let contents = name != "cp" || source.ends_with("/.") || glob::is_glob(source);
        let path = if into && !contents {
            paths::resolve(&destination, paths::file_name(&paths::normalise(source)))
        } else {
            paths::normalise(&destination)
        };
        let source_root = if glob::is_glob(source) { literal_folder(source) } else { paths::normalise(source) };
        add(builder, path, Some(source_root));
    }
}

/// `copyfiles -u 1 "src/**/*.html" dist`: the destination repeats the sources' folders, less `-u` of them.
fn copyfiles(builder: &mut Builder<'_>, name: &str, arguments: &[String]) {
    let flat = arguments.iter().any(|it| it == "-f" || it == "--flat");
    let n_up = up(arguments).unwrap_or(usize::from(name == "copyup"));
    let mut sources = words(arguments, &["-u", "--up", "-e", "--exclude"]);
    let Some(destination) = sources.pop().filter(|it| is_plain(it)) else { return };
    for source in &sources {
        let root = literal_folder(source);
        let left: Vec<&str> = root.split('/').filter(|it| !it.is_empty()).skip(n_up).collect();
        let path = if flat { paths::normalise(&destination) } else { paths::resolve(&destination, &left.join("/")) };
        add(builder, path, (!flat).then_some(root));
    }
}

fn up(arguments: &[String]) -> Option<usize> {
    let flag = |it: &String| it == "-u" || it == "--up";
    if let Some(at) = arguments.iter().position(flag) {
        return arguments.get(at + 1)?.parse().ok();
    }
    let joined = ["--up=", "-u="];
    joined.iter().find_map(|flag| arguments.iter().find_map(|it| it.strip_prefix(flag)))?.parse().ok()
}

/// `cpx "src/**/*.html" dist`: the destination repeats what lies below the glob's folder.
fn repeated(builder: &mut Builder<'_>, name: &str, arguments: &[String]) {
    let mut sources = words(arguments, &["-c", "--command", "-t", "--transform", "--cwd", "--rename"]);
    let Some(destination) = sources.pop().filter(|it| is_plain(it)) else {
        return builder.unknown(format!("`{name} {}` is not followed", arguments.join(" ")));
    };
    for source in &sources {
        let root = (!name.starts_with("cpy")).then(|| literal_folder(source));
        add(builder, paths::normalise(&destination), root);
    }
}

fn add(builder: &mut Builder<'_>, path: String, source_root: Option<String>) {
    if path.is_empty() || paths::is_outside(&path) {
        return builder.unknown(format!("a copy step writes to `{path}`"));
    }
    let evidence = builder.site.clone();
    builder.add(Output { source_root, maps: Some(false), ..Output::new(path, Tool::Copy, evidence) });
}

fn is_plain(word: &str) -> bool {
    !word.contains('$') && !word.starts_with('/') && !glob::is_glob(word)
}

/// The folders in front of the first wildcard; for a plain file its folder.
fn literal_folder(source: &str) -> String {
    let plain =
        source.split('/').take_while(|it| !it.contains(['*', '?', '[', '{', '!'])).collect::<Vec<_>>().join("/");
    let plain = paths::normalise(&plain);
    let is_file = !glob::is_glob(source) && paths::file_name(&plain).contains('.');
    if is_file { paths::parent(&plain).to_owned() } else { plain }
}
