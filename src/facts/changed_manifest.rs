//! Commands before an install that may write package.json or the lock file anew: what lies in the context then says
//! nothing of what the install reads.

use crate::ecosystem::Manager;
use crate::paths;
use crate::project::Reason;
use crate::shell::Command;
use crate::stages::{Install, Model};
use crate::text::Text;

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

/// A command before `install`, in its stage or those that it is built on, that may change package.json, the lock file, or
/// what pnpm holds against that; one clause.
#[must_use]
pub fn changed_manifest(model: &Model<'_>, text: &Text, install: &Install) -> Option<Reason> {
    let mut names: Vec<&str> = std::iter::once(MANIFEST).chain(install.manager.locks().iter().copied()).collect();
    if install.manager == Manager::Pnpm {
        names.extend(SETTINGS);
    }
    let ranges = model.ancestry(install.stage).into_iter().rev().map(|it| model.stages[it].instructions.clone());
    let before = |it: &&Command| it.range.end() <= install.command.range.start();
    let mut commands = ranges.flatten().flat_map(|it| model.commands_of_run(it)).filter(before);
    commands.find_map(|it| {
        let name = written(it, &text[it.range], &names)?;
        let words: Vec<&str> = text[it.range].split_whitespace().filter(|it| *it != "\\").collect();
        Some(format!("`{}` may change `{name}` before it", words.join(" ")).into())
    })
}

/// The one of `names` that the command may write.
fn written<'n>(command: &Command, text: &str, names: &[&'n str]) -> Option<&'n str> {
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

#[cfg(test)]
mod tests {
    use super::changed_manifest;
    use crate::testing::Case;

    #[track_caller]
    fn check(command: &str, changes: bool) {
        check_with("npm", command, changes);
    }

    #[track_caller]
    fn check_with(manager: &str, command: &str, changes: bool) {
        let text = format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {command}\nRUN {manager} install\n");
        let ctx = Case::new().files(&[("package.json", "{}"), ("package-lock.json", "{}")]).inspection(&text);
        let install = ctx.model().installs.iter().last().expect("an install");
        let found = changed_manifest(ctx.model(), ctx.text(), install);
        assert_eq!(found.is_some(), changes, "{command}: {found:?}");
    }

    #[test]
    fn commands_that_write() {
        for command in [
            "sed -i 's/1.0.0/1.0.1/' package.json",
            "cat package.json | jq 'del(.devDependencies)' > package.json",
            "echo $(jq . package.json) >package.json",
            "npm pkg set dependencies.ms=2.1.2",
            "npm pkg delete scripts.prepare devDependencies.husky",
            "mv package.docker.json package.json",
            "cp docker/package.json .",
            "node -e \"fs.writeFileSync('package.json', '{}')\"",
            "node scripts/strip.js package.json",
        ] {
            check(command, true);
        }
    }

    #[test]
    fn commands_that_do_not() {
        for command in [
            "cat package.json",
            "npm pkg delete scripts.prepare",
            "npm pkg set scripts.postinstall='echo ok'",
            "cp package.json /tmp/",
            "node -p \"require('./package.json').version\" > version.txt",
            "test -f package-lock.json",
            "echo '//registry.npmjs.org/:_authToken=x' > .npmrc",
            "chown -R node:node /app",
        ] {
            check(command, false);
        }
    }

    #[test]
    fn settings_that_stand_in_the_lock_of_pnpm() {
        let settings = "echo inject-workspace-packages=true >> .npmrc";
        check_with("pnpm", settings, true);
        check_with("npm", settings, false);
        check_with("pnpm", "echo '//registry.npmjs.org/:_authToken=x' > .npmrc", false);
    }
}
