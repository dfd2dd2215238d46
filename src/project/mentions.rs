//! Whether the code of the context has a word: for what can't be followed but must not be overlooked.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::files::Files;
use super::{EntryKind, Site};
use crate::ecosystem::files;
use crate::paths;

/// What was found of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mentions {
    /// Nowhere.
    None,
    /// Here first.
    At(Site),
    /// There is more code than we look at.
    Unknown,
}

/// What was looked for below one root so far, in all folders or not.
#[derive(Default)]
pub(super) struct Known(pub(super) Mutex<BTreeMap<(String, bool), Mentions>>);

/// More files are not looked at.
const MAX_FILES: usize = 600;
const MAX_DEPTH: usize = 12;

/// Folders that hold no code of a build or a run; nor do hidden ones.
const FOREIGN: &[&str] =
    &["node_modules", "dist", "build", "out", "coverage", "vendor", "docs", "test", "tests", "__tests__", "e2e"];

/// Folders with the scripts of a build.
const SCRIPTS: &[&str] = &["scripts", "script", "tools", "tasks", "bin", "config"];

const CODE: &[&str] = &["js", "cjs", "mjs", "ts", "cts", "mts", "jsx", "tsx", "vue", "svelte", "sh", "mk"];

/// Looks for `word`, in all folders or only in the root and its scripts.
pub(super) fn find(files: &Files, word: &str, deep: bool) -> Mentions {
    let (mut open, mut n_files) = (vec![(String::new(), 0)], 0);
    while let Some((folder, depth)) = open.pop() {
        for (name, kind) in files.list(&folder) {
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::Folder if is_entered(&name) && (deep || depth > 0 || SCRIPTS.contains(&name.as_str())) => {
                    open.push((path, depth + 1));
                }
                EntryKind::File if is_code(&name) => {
                    n_files += 1;
                    if let Some(line) = files.code(&path).and_then(|it| line_with(&it, word)) {
                        return Mentions::At(Site { path, line: Some(line) });
                    }
                }
                _ => {}
            }
        }
        if n_files > MAX_FILES || depth > MAX_DEPTH {
            return Mentions::Unknown;
        }
    }
    Mentions::None
}

/// See [`Project::import_below`](super::Project::import_below).
pub(super) fn import_below(files: &Files, folder: &str, packages: &[String]) -> Option<(String, Mentions)> {
    let (mut open, mut n_files) = (vec![(folder.to_owned(), 0)], 0);
    while let Some((folder, depth)) = open.pop() {
        if n_files > MAX_FILES || depth > MAX_DEPTH {
            return packages.first().map(|it| (it.clone(), Mentions::Unknown));
        }
        for (name, kind) in files.list(&folder) {
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::Folder if is_entered(&name) => open.push((path, depth + 1)),
                EntryKind::File if is_code(&name) && !is_of_tools(&name) => {
                    n_files += 1;
                    let text = files.code(&path);
                    let found =
                        text.and_then(|text| packages.iter().find_map(|it| Some((it, line_naming(&text, it)?))));
                    if let Some((package, line)) = found {
                        return Some((package.clone(), Mentions::At(Site { path, line: Some(line) })));
                    }
                }
                _ => {}
            }
        }
    }
    None
}

/// A test, or the configuration of a tool: neither runs in production.
fn is_of_tools(name: &str) -> bool {
    let others = [".stories.", ".config.", "eslintrc", ".setup."];
    files::is_test_name(name) || files::is_declaration(name) || others.iter().any(|it| name.contains(it))
}

/// The first line (from 1) that has the package in quotes, by itself or before a `/`; type-only imports left out.
pub(super) fn line_naming(text: &str, package: &str) -> Option<usize> {
    let is_quote = |it: char| matches!(it, '\'' | '"' | '`');
    let is_named = |at: usize| {
        let start = text[..at].chars().next_back();
        let end = text[at + package.len()..].chars().next();
        start.is_some_and(is_quote) && end.is_some_and(|it| is_quote(it) || it == '/')
    };
    let is_type = |at: usize| {
        let line = text[text[..at].rfind('\n').map_or(0, |it| it + 1)..].trim_start();
        ["import type", "export type"].iter().any(|it| line.starts_with(it))
    };
    let (at, _) = text.match_indices(package).find(|(at, _)| is_named(*at) && !is_type(*at))?;
    Some(text[..at].matches('\n').count() + 1)
}

fn is_entered(name: &str) -> bool {
    !name.starts_with('.') && !FOREIGN.contains(&name)
}

fn is_code(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|it| it.1);
    extension.is_some_and(|it| CODE.contains(&it)) || matches!(name, "Makefile" | "justfile")
}

/// The first line (from 1) that has the word and is no comment.
fn line_with(text: &str, word: &str) -> Option<usize> {
    if !text.contains(word) {
        return None;
    }
    let is_comment = |it: &str| it.starts_with("//") || it.starts_with('*') || it.starts_with('#');
    let has_word = |it: &str| !is_comment(it.trim_start()) && has_word(it, word);
    text.lines().position(has_word).map(|it| it + 1)
}

/// Whether `word` stands in `text` by itself: `git` in `git log` and `simple-git`, not in `github` or
/// `.gitignore`, nor in a URL (`x.git`, `git@`, `git+https`).
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_word = |it: &char| it.is_alphanumeric() || *it == '_';
    text.match_indices(word).any(|(at, _)| {
        let mut before = text[..at].chars().rev();
        let (last, last_but_one) = (before.next(), before.next());
        let after = text[at + word.len()..].chars().next();
        let is_suffix = last == Some('.') && last_but_one.as_ref().is_some_and(is_word);
        let is_url = after.is_some_and(|it| matches!(it, '@' | '+' | ':'));
        !last.as_ref().is_some_and(is_word) && !after.as_ref().is_some_and(is_word) && !is_suffix && !is_url
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_by_itself() {
        for (text, expected) in [
            ("execSync('git rev-parse HEAD')", true),
            ("spawn(\"git\", ['log'])", true),
            ("require('simple-git')", true),
            ("fs.readFileSync('.git/HEAD')", true),
            ("https://github.com/a/b.git", false),
            ("git@example.com:a/b", false),
            ("git+ssh://x", false),
            (".gitignore", false),
            ("digit", false),
        ] {
            assert_eq!(has_word(text, "git"), expected, "{text}");
        }
    }

    #[test]
    fn comments_do_not_count() {
        assert_eq!(line_with("// git log\n * git\nrun('git log')\n", "git"), Some(3));
        assert_eq!(line_with("# git log\n", "git"), None);
    }
}
