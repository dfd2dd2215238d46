//! Files of the context that instructions name: the start command, the image's other users, variables.

use super::{Scope, mentioned, of_app, seen};
use crate::facts::is_environment_file;
use crate::paths;
use crate::project::{EntryKind, Program, Start};

/// All of them.
pub(super) fn by_instructions(scope: &Scope<'_>) -> Vec<(String, EntryKind)> {
    let facts = scope.facts;
    let users = facts.users.iter().filter(|it| !it.in_later_stage).filter_map(|it| it.start.as_ref());
    let starts: Vec<&Start> = facts.start.iter().chain(users).collect();
    let programs = starts.iter().flat_map(|it| &it.programs).flat_map(texts_of);
    let scripts = starts.iter().flat_map(|it| &it.scripts);
    let wrapper = facts.command.iter().flat_map(|it| it.script.iter().flatten().chain(&it.wrapper));
    let variables = scope.contents.env.values().filter_map(|it| it.value.clone());
    let texts: Vec<String> = programs.chain(variables).chain(scripts.chain(wrapper).cloned()).collect();
    let words = texts.iter().flat_map(|it| it.split([' ', '=', ',', ':', '\'', '"']));
    let paths = words.filter_map(|it| path_of(scope, it));
    let files = paths.filter_map(|it| seen(scope, &it).map(|kind| (it, kind))).filter(|it| it.1 == EntryKind::File);
    files.chain(folders(scope)).collect()
}

/// Folders of data that a variable names, in the image or by compose: `NODE_CONFIG_DIR=./settings`.
fn folders(scope: &Scope<'_>) -> Vec<(String, EntryKind)> {
    let own = scope.contents.env.values().filter_map(|it| it.value.as_deref());
    let composed = scope.project.compose.iter().flat_map(|it| &it.environment).map(|it| it.1.as_str());
    let paths =
        own.chain(composed).filter(|it| it.contains('/')).filter_map(|it| path_of(scope, it.trim_end_matches('/')));
    paths.filter_map(|it| mentioned(scope, &it).map(|kind| (it, kind))).filter(|it| it.1 == EntryKind::Folder).collect()
}

fn texts_of(program: &Program) -> Vec<String> {
    let words = program.arguments.iter().chain(&program.preloads).chain(&program.entry);
    words.chain(program.assignments.iter().map(|it| &it.1)).cloned().collect()
}

/// What a word is of the app's folder, if it may be a file that nothing else brings.
fn path_of(scope: &Scope<'_>, word: &str) -> Option<String> {
    let path = if word.starts_with('/') { of_app(scope, word)? } else { paths::inside(word)? };
    let comes_anyway = scope.outputs.holding(&path).is_some() || paths::contains("node_modules", &path);
    let is_own = path.is_empty() || path.starts_with("package") || is_environment_file(&path);
    (!comes_anyway && !is_own).then_some(path)
}
