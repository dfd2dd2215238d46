//! check() and fix(): the only doors for the command line, the server and the hook.

mod check;
mod excess;
mod exec_form;
mod merge;
mod passes;
#[cfg(test)]
mod tests;

pub use crate::inspection::{Input, Inspection};
pub use check::{CheckResult, check, check_inspected, check_with};
pub use excess::excess;
pub use passes::{Applied, FixOptions, FixResult, Reverted, fix, fix_inspected, fix_with};

use std::path::Path;
use std::sync::Arc;

use crate::config::Settings;
use crate::project::{Loader, Project, Request};
use crate::rules::RULES;
use crate::syntax::{Copy, Dockerfile, Instruction, Kind, SourceFile};

/// The name of the parser's diagnostics.
pub const SYNTAX_ERROR: &str = "syntax-error";

/// The input for the Dockerfile `text` at `path` (absolute), its project found through `loader`.
#[must_use]
pub fn load(loader: Arc<dyn Loader>, path: &Path, text: String, settings: Settings) -> Input {
    let source = SourceFile::new(text);
    let request = Request { context: settings.context.clone(), ..request_for(path, source.dockerfile()) };
    let project = Arc::new(Project::load(loader, &request));
    Input { source, path: Some(path.to_owned()), project, settings }
}

/// The input for a text without a place: nothing is known of its project.
#[must_use]
pub fn load_unplaced(loader: Arc<dyn Loader>, text: String, settings: Settings) -> Input {
    let source = SourceFile::new(text);
    Input { source, path: None, project: Arc::new(Project::unknown(loader)), settings }
}

/// What to look for when the project of the Dockerfile at `path` is loaded.
#[must_use]
pub fn request_for(path: &Path, dockerfile: &Dockerfile) -> Request {
    let copies = dockerfile.instructions().filter_map(context_copy);
    let sources = copies.flat_map(|it| &it.sources).map(|it| unquoted(&it.value));
    let copy_sources = sources.filter(|it| !it.contains('$') && !is_remote(it)).map(str::to_owned).collect();
    let carried = crate::syntax::carried(dockerfile);
    let commands = dockerfile.instructions().filter_map(commanded).collect();
    Request { dockerfile: path.to_owned(), context: None, copy_sources, carried, commands }
}

/// The text of a command, and that of a WORKDIR as the command that goes there.
fn commanded(instruction: &Instruction) -> Option<String> {
    match &instruction.kind {
        Kind::Workdir(folder) => Some(format!("cd {}", folder.value)),
        Kind::Run(_) | Kind::Cmd(_) | Kind::Entrypoint(_) => Some(instruction.args.join(" ")),
        _ => None,
    }
}

/// The names of all rules, and of what the linter itself reports.
pub fn rule_names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|it| it.name).chain([crate::config::suppressions::UNUSED])
}

/// The names of the stages of `dockerfile`, where `target` is none of them and no number of one.
#[must_use]
pub fn stages_without(dockerfile: &Dockerfile, target: &str) -> Option<Vec<String>> {
    let stages = dockerfile.instructions().filter_map(|it| match &it.kind {
        Kind::From(from) => Some(from.name.as_ref().map(|it| it.value.clone())),
        _ => None,
    });
    let stages: Vec<Option<String>> = stages.collect();
    let is_number = target.parse::<usize>().is_ok_and(|it| it < stages.len());
    let names: Vec<String> = stages.into_iter().flatten().collect();
    (!is_number && !names.iter().any(|it| it.eq_ignore_ascii_case(target))).then_some(names)
}

/// What to say of a target that is not there.
#[must_use]
pub fn no_stage(target: &str, names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    match names.is_empty() {
        true => format!("there is no stage `{target}`: no stage of the Dockerfile has a name"),
        false => format!("there is no stage `{target}`; the Dockerfile has {}", names.join(", ")),
    }
}

fn context_copy(instruction: &Instruction) -> Option<&Copy> {
    match &instruction.kind {
        Kind::Copy(copy) | Kind::Add(copy) if instruction.flag("from").is_none() => Some(copy),
        _ => None,
    }
}

fn unquoted(word: &str) -> &str {
    let inner = |quote| word.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(word)
}

/// A URL or a Git reference, which ADD fetches.
fn is_remote(source: &str) -> bool {
    source.contains("://") || source.starts_with("git@")
}
