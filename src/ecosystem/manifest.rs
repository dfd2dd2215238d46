//! The files that an install reads and compares, and the commands that may write them.

use super::Manager;
use crate::paths;
use crate::shell::Command;

/// The file that the managers ask for packages.
const MANIFEST: &str = "package.json";

/// Files of pnpm with settings that stand in its lock as well.
const SETTINGS: [&str; 2] = [".npmrc", "pnpm-workspace.yaml"];

/// Programs that read what they are given and leave it alone.
const READERS: &[&str] = &[
    "cat",
    "ls",
    "test",
    "[",
    "[[",
    "grep",
    "head",
    "tail",
    "wc",
    "stat",
    "jq",
    "echo",
    "printf",
    "chmod",
    "chown",
    "sha256sum",
    "md5sum",
    "diff",
    "du",
    "file",
    "rm",
];

/// Keys of package.json that no lock file repeats.
const IDLE_KEYS: &[&str] =
    &["scripts", "private", "type", "main", "module", "bin", "files", "exports", "husky", "lint-staged"];

/// What an install by `manager` holds against its lock file, and that file.
pub(crate) fn read_by(manager: Manager) -> Vec<&'static str> {
    let mut res: Vec<&str> = std::iter::once(MANIFEST).chain(manager.locks().iter().copied()).collect();
    if manager == Manager::Pnpm {
        res.extend(SETTINGS);
    }
    res
}

/// The one of `names` that the command may write.
pub(crate) fn written<'n>(command: &Command, text: &str, names: &[&'n str]) -> Option<&'n str> {
    let named = |it: &str| names.iter().find(|name| **name == paths::file_name(it)).copied();
    if let Some(found) = redirected(text).find_map(named) {
        return Some(found).filter(|it| !(SETTINGS.contains(it) && is_about_registry(text)));
    }
    let words: Vec<&str> = command.words.iter().skip(1).map(|it| it.value.as_deref().unwrap_or(&it.raw)).collect();
    let any = || words.iter().find_map(|it| named(it));
    match command.program()? {
        "npm" | "pnpm" if words.first() == Some(&"pkg") => changes_packages(&words[1..]).then_some(MANIFEST),
        "cp" | "ln" => match words.last() {
            Some(it) if is_here(it) => any(),
            it => named(it?),
        },
        "node" | "bun" if words.iter().any(|it| is_code_flag(it)) => {
            let code = words.iter().filter(|it| it.contains("write")).copied();
            code.flat_map(|it| names.iter().filter(move |name| it.contains(**name))).next().copied()
        }
        it if READERS.contains(&it) => None,
        _ => any(),
    }
}

/// Who may take packages from where is nothing that a lock file says.
fn is_about_registry(text: &str) -> bool {
    ["registry", "_auth", "oken"].iter().any(|it| text.contains(it))
}

/// `npm pkg set dependencies.ms=2`: keys that a lock file has a say in.
fn changes_packages(words: &[&str]) -> bool {
    let Some((verb, keys)) = words.split_first() else { return false };
    let key = |it: &&str| it.split(['=', '.', '[']).next().is_some_and(|it| !IDLE_KEYS.contains(&it));
    match *verb {
        "get" => false,
        "set" | "delete" => keys.iter().filter(|it| !it.starts_with('-')).any(key),
        _ => true,
    }
}

fn is_code_flag(word: &str) -> bool {
    matches!(word, "-e" | "--eval" | "-p" | "--print" | "-pe")
}

fn is_here(word: &str) -> bool {
    matches!(word, "." | "./")
}

/// What `>` and `>>` write to.
fn redirected(text: &str) -> impl Iterator<Item = &str> {
    text.split('>')
        .skip(1)
        .filter_map(|it| it.split_whitespace().next())
        .map(|it| it.trim_matches(['"', '\'', ')', ';']))
}

/// The beginnings of the variables that managers set for a script.
const VARIABLES: [&str; 7] =
    ["npm_package_", "npm_config_", "npm_lifecycle_", "npm_command", "npm_execpath", "npm_node_execpath", "INIT_CWD"];

/// However they are asked for: `process.env.npm_package_version`, `const { INIT_CWD } = env`, `get('npm_command')`.
pub(crate) fn names_variable(line: &str) -> bool {
    VARIABLES.iter().any(|it| line.contains(it))
}
