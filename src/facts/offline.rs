//! Installs of the run that take their packages from the cache that the image holds.

use super::ProductionFacts;
use crate::ecosystem::{Action, Invocation};
use crate::project::{Project, Reason, Site, Start};
use crate::stages::Model;

/// The first of them: of the start, of the image's other users, or of the scripts that these start.
#[must_use]
pub fn offline_install(model: &Model<'_>, project: &Project, facts: &ProductionFacts) -> Option<Reason> {
    let users = facts.users.iter().filter_map(|it| it.start.as_ref());
    let found = facts.start.iter().chain(users).find_map(by_program);
    found.or_else(|| facts.scripts(model).iter().find_map(|it| in_script(&it.path, &project.text(&it.path)?)))
}

fn by_program(start: &Start) -> Option<Reason> {
    let words = start.programs.iter().map(|it| [std::slice::from_ref(&it.name), &it.arguments].concat());
    let found = words.into_iter().find(|it| is_offline(it))?;
    Some(format!("`{}` takes its packages from the cache when the container starts", found.join(" ")).into())
}

/// What a script of the project installs offline.
#[must_use]
pub fn in_script(path: &str, text: &str) -> Option<Reason> {
    let is_it = |line: &str| line.split(['&', ';', '|']).any(|it| is_offline(&words(it)));
    let line = text.lines().position(is_it)? + 1;
    let site = Site { path: path.to_owned(), line: Some(line) };
    Some(Reason::at(site, "installs packages from the cache"))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn is_offline(words: &[String]) -> bool {
    let is_said = words.iter().any(|it| matches!(it.as_str(), "--offline" | "--prefer-offline"));
    is_said && matches!(Invocation::read(words).map(|it| it.action), Some(Action::Install(_)))
}
