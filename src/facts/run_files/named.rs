//! Files of the context that instructions name: the start command, the image's other users, variables.

use super::{Scope, of_app, seen};
use crate::facts::is_environment_file;
use crate::paths;
use crate::project::{EntryKind, Program};

/// All of them.
pub(super) fn by_instructions(scope: &Scope<'_>) -> Vec<(String, EntryKind)> {
    let users = scope.facts.users.iter().filter(|it| !it.in_later_stage).filter_map(|it| it.start.as_ref());
    let programs = scope.facts.start.iter().chain(users).flat_map(|it| &it.programs);
    let variables = scope.contents.env.values().filter_map(|it| it.value.clone());
    let users = scope.facts.users.iter().filter(|it| !it.in_later_stage).filter_map(|it| it.start.as_ref());
    let scripts = scope.facts.start.iter().chain(users).flat_map(|it| &it.scripts).cloned();
    let wrapper = scope.facts.command.iter().flat_map(|it| it.script.iter().flatten().chain(&it.wrapper)).cloned();
    let scripts = scripts.chain(wrapper);
    let texts: Vec<String> = programs.flat_map(texts_of).chain(variables).chain(scripts).collect();
    let words = texts.iter().flat_map(|it| it.split([' ', '=', ',', ':', '\'', '"']));
    let paths = words.filter_map(|it| path_of(scope, it));
    paths.filter_map(|it| seen(scope, &it).map(|kind| (it, kind))).filter(|it| it.1 == EntryKind::File).collect()
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
