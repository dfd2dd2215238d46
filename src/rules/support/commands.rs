//! Looking at commands: their flags, and what they may do.

use crate::rules::RuleContext;
use crate::shell::{Command, ShellWord};
use crate::stages::{Install, Model};
use crate::syntax::Instruction;
use crate::text::TextRange;

/// Programs that neither build nor read NODE_ENV nor need devDependencies.
const HARMLESS: &[&str] = &[
    ":",
    "addgroup",
    "adduser",
    "apk",
    "apt",
    "apt-get",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "corepack",
    "curl",
    "date",
    "dnf",
    "echo",
    "export",
    "groupadd",
    "install",
    "ls",
    "microdnf",
    "mkdir",
    "printf",
    "rm",
    "set",
    "test",
    "touch",
    "true",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "wget",
    "yum",
];

/// What the package managers do without running the app's own scripts.
const HARMLESS_VERBS: &[&str] = &["cache", "config", "pkg", "set", "store", "-v", "--version", "version"];

/// Whether `command` runs nothing of the app.
pub(in crate::rules) fn is_harmless(command: &Command) -> bool {
    let Some(program) = command.program() else { return command.words.is_empty() };
    if HARMLESS.contains(&program) {
        return true;
    }
    let is_manager = matches!(program, "npm" | "yarn" | "pnpm" | "bun");
    is_manager
        && (is_global(command) || command.arguments().next().flatten().is_some_and(|it| HARMLESS_VERBS.contains(&it)))
}

fn is_global(command: &Command) -> bool {
    command.arguments().flatten().any(|it| matches!(it, "-g" | "--global" | "global"))
}

/// The commands of RUN instructions that may run after `install`: later ones of its stage, and all of
/// the stages that are built on it or copy from it.
pub(in crate::rules) fn later_run<'m>(model: &'m Model<'_>, install: &Install) -> Vec<&'m Command> {
    let mut res = Vec::new();
    for (stage_idx, stage) in model.stages.iter().enumerate() {
        let after = match stage_idx == install.stage {
            true => Some(install.instruction),
            false if takes_from(model, stage_idx, install.stage) => Some(stage.from),
            false => None,
        };
        let Some(after) = after else { continue };
        for at in stage.instructions.clone().filter(|it| *it >= after) {
            let commands = model.scripts.get(at).and_then(Option::as_ref).into_iter().flat_map(|it| &it.commands);
            let is_run = matches!(model.instructions[at].kind, crate::syntax::Kind::Run(_));
            let is_later = |it: &&Command| at > after || it.range.start() >= install.command.range.end();
            res.extend(commands.filter(is_later).filter(|_| is_run));
        }
    }
    res
}

/// Whether stage `stage` is built on `source`, or copies from it.
fn takes_from(model: &Model<'_>, stage: usize, source: usize) -> bool {
    let built_on = model.ancestry(stage)[1..].contains(&source);
    let copied = |it: &crate::stages::Entry| model.stage_of(it.origin.instruction) == Some(source);
    built_on || model.stages[stage].contents.entries.iter().any(copied)
}

/// The words that say the option of `matches`: one word `--name=value`, or two, `--name value`. The
/// text is given to `matches` as `--name=value`.
pub(in crate::rules) fn flag_spans<'c>(
    command: &'c Command,
    two_words: &[&str],
    matches: impl Fn(&str) -> bool,
) -> Vec<(TextRange, &'c str)> {
    let words = &command.words;
    let mut res = Vec::new();
    for (at, word) in words.iter().enumerate().skip(1) {
        let Some(value) = word.value.as_deref() else { continue };
        let next = words.get(at + 1).filter(|_| two_words.contains(&value));
        let joined = next.map(|it| format!("{value}={}", it.value.as_deref().unwrap_or_default()));
        match (joined, next) {
            _ if matches(value) => res.push((word.range, value)),
            (Some(joined), Some(next)) if matches(&joined) => res.push((word.range.cover(next.range), value)),
            _ => {}
        }
    }
    res
}

/// The words as they stand in the file, on one line: for messages.
pub(in crate::rules) fn quoted(words: &[ShellWord]) -> String {
    let words: Vec<&str> = words.iter().map(|it| it.raw.as_str()).collect();
    words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a `--mount` of the instruction lies at a path that ends in `name`.
pub(in crate::rules) fn mounts_over(ctx: &RuleContext<'_>, instruction: usize, name: &str) -> bool {
    let instruction: &Instruction = ctx.model.instructions[instruction];
    let targets = instruction.flags.iter().filter(|it| it.name == "mount").flat_map(|it| it.mount_options());
    targets.filter(|(key, _)| matches!(*key, "target" | "dst" | "destination")).any(|(_, path)| {
        let path = path.trim_end_matches('/');
        path == name || path.ends_with(&format!("/{name}"))
    })
}

/// Decoded words on one line: for messages.
pub(in crate::rules) fn quoted_words(words: &[String]) -> String {
    words.join(" ")
}
