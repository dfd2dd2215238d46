//! Package managers that an image has because a command brought them, and what they need when they start.

use super::{Action, Invocation, Manager, packages};
use crate::paths;
use crate::shell::Command;

/// Programs by which a manager is started, and the program that it is known by.
const PROGRAMS: &[(&str, &str)] =
    &[("bun", "bun"), ("bunx", "bun"), ("pnpm", "pnpm"), ("pnpx", "pnpm"), ("yarn", "yarn"), ("yarnpkg", "yarn")];

/// Packages that bring a manager, and which.
const PACKAGES: &[(&str, &[&str])] = &[
    ("@pnpm/exe", &["pnpm"]),
    ("bun", &["bun"]),
    ("corepack", &["pnpm", "yarn"]),
    ("pnpm", &["pnpm"]),
    ("yarn", &["yarn"]),
];

/// The files in which Yarn 1 may be told of a later one.
pub(crate) const YARN_SETTINGS: &[&str] = &[".yarnrc.yml", ".yarnrc"];

/// Beside its manifests, what Yarn reads whenever it starts.
pub(crate) const YARN_FILES: &[&str] = &[".yarnrc.yml", ".yarn/plugins", ".yarn/releases"];

/// `pnpm`, `/usr/local/bin/pnpm`, `pnpm@9` after `npx`.
pub(crate) fn program_of(word: &str) -> Option<&'static str> {
    let name = paths::file_name(word);
    let name = name.split('@').next().unwrap_or(name);
    PROGRAMS.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// Whether a word is npm's program.
pub(crate) fn is_npm(word: &str) -> bool {
    matches!(paths::file_name(word), "npm" | "npx")
}

/// The manager behind a program, where `yarn` is a later one or Yarn 1.
pub(crate) fn manager(program: &str, is_later_yarn: bool) -> Option<Manager> {
    Manager::named(program, if is_later_yarn { "4" } else { "1" })
}

/// Whether a package starts programs, or is not described.
pub(crate) fn starts(package: &str) -> bool {
    const OTHERS: &[&str] =
        &["@npmcli/run-script", "concurrently", "nano-spawn", "npm-run-all", "npm-run-all2", "tinyexec"];
    OTHERS.contains(&package) || packages::package(package).is_some_and(packages::Package::starts_programs)
}

/// The managers that a command brings.
pub(crate) fn of(command: &Command) -> Vec<&'static str> {
    let words: Vec<String> = command.words.iter().filter_map(|it| it.value.clone()).collect();
    if words.len() != command.words.len() {
        return Vec::new();
    }
    if command.program() == Some("corepack") {
        return by_corepack(&words[1..]);
    }
    let Some(Action::Global(packages)) = Invocation::read(&words).map(|it| it.action) else { return Vec::new() };
    let names = packages.iter().map(|it| it.rfind('@').filter(|at| *at > 0).map_or(it.as_str(), |at| &it[..at]));
    let found = names.flat_map(|name| PACKAGES.iter().filter(move |it| it.0 == name));
    found.flat_map(|it| it.1.iter().copied()).collect()
}

/// What needs no package.json to lie there: `corepack enable`, `corepack prepare pnpm@9 --activate`.
fn by_corepack(arguments: &[String]) -> Vec<&'static str> {
    let named: Vec<&'static str> = arguments.iter().filter_map(|it| program_of(it)).collect();
    match arguments.first().map(String::as_str) {
        Some("enable") if named.is_empty() => vec!["pnpm", "yarn"],
        Some("enable" | "prepare") => named,
        Some("install") if arguments.iter().any(|it| matches!(it.as_str(), "-g" | "--global")) => named,
        _ => Vec::new(),
    }
}

/// Whether it fetches the manager itself, so that it is there when the container starts.
pub(crate) fn is_fetched(command: &Command) -> bool {
    command.program() != Some("corepack") || command.arguments().flatten().next() != Some("enable")
}

/// `npm install -g corepack`: that brings the managers only once it is enabled.
pub(crate) fn is_of_corepack(command: &Command) -> bool {
    command.program() != Some("corepack")
        && command.arguments().flatten().any(|it| it == "corepack" || it.starts_with("corepack@"))
        && command.arguments().flatten().all(|it| program_of(it).is_none())
}

/// Whether a line looks for the process of a manager: `pgrep -f "npm start"`, `ps aux | grep '[y]arn'`.
pub(crate) fn looks_for_manager(text: &str) -> bool {
    let text = text.replace(['[', ']'], "");
    let mut parts = text.split(|it: char| !it.is_alphanumeric());
    let looks = parts.clone().any(|it| matches!(it, "pgrep" | "pidof" | "pkill" | "ps"));
    looks && parts.any(|it| matches!(it, "npm" | "yarn" | "pnpm" | "bun"))
}

#[cfg(test)]
mod tests {
    use super::{of, program_of};
    use crate::shell::script_of_text;

    #[test]
    fn what_brings_a_manager() {
        for (text, expected) in [
            ("npm i -g pnpm@10", &["pnpm"][..]),
            ("npm install -g @pnpm/exe typescript", &["pnpm"]),
            ("npm install --global yarn@1.22.22 bun", &["yarn", "bun"]),
            ("corepack enable", &["pnpm", "yarn"]),
            ("corepack enable pnpm", &["pnpm"]),
            ("corepack prepare pnpm@9.1.0 --activate", &["pnpm"]),
            ("corepack install", &[]),
            ("npm i -g pm2", &[]),
            ("npm install pnpm", &[]),
        ] {
            let script = script_of_text(text);
            assert_eq!(script.commands.iter().flat_map(of).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn programs_by_name() {
        let cases = [("pnpx", Some("pnpm")), ("/usr/bin/yarn", Some("yarn")), ("pnpm@9", Some("pnpm")), ("npm", None)];
        for (word, expected) in cases {
            assert_eq!(program_of(word), expected, "{word}");
        }
    }
}
