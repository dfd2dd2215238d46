//! What a path of a stage stands for.

use crate::paths;
use crate::project::{EntryKind, Project};
use crate::stages::{Contents, Entry, Holding, NodeModules, names};

/// Something that a source stands for.
pub(super) struct Pick {
    /// Its path below the source; `""` where it is the source itself.
    pub(super) rest: String,
    /// With the path it has in its stage.
    pub(super) entry: Entry,
}

/// All that stands at or below `source`, and the parts of folders above it that lie there. Empty where
/// nothing is known of it.
pub(super) fn select(contents: &Contents, project: &Project, source: &str) -> Vec<Pick> {
    let mut picks = at_or_below(contents, source);
    let is_whole =
        picks.iter().any(|it| it.rest.is_empty() && !matches!(it.entry.holding, Holding::UnknownOutput { .. }));
    if !is_whole && let Some(entry) = part_of_folder(contents, project, source, picks.is_empty()) {
        let made = output_in_packages(contents, project, source, &entry);
        picks.insert(0, Pick { rest: String::new(), entry });
        picks.extend(made.map(|entry| Pick { rest: String::new(), entry }));
    }
    if picks.is_empty() {
        picks.extend(workspace_modules(contents, source).map(|entry| Pick { rest: String::new(), entry }));
    }
    picks
}

fn at_or_below(contents: &Contents, source: &str) -> Vec<Pick> {
    let pick = |it: &Entry| {
        let rest = paths::below(source, &it.path)?.to_owned();
        Some(Pick { rest, entry: it.clone() })
    };
    contents.entries.iter().filter_map(pick).collect()
}

/// The part of the nearest folder above that is known to hold `source`. `alone`: nothing else is known
/// of it, so that guesses are better than nothing.
fn part_of_folder(contents: &Contents, project: &Project, source: &str, alone: bool) -> Option<Entry> {
    let mut above: Vec<_> = contents.entries.iter().filter(|it| is_above(it, source)).collect();
    above.reverse();
    // The deepest knows best; a build that writes beside its sources makes only what they don't hold.
    let is_output = |it: &Entry| matches!(it.holding, Holding::Output { .. });
    above.sort_by_key(|it| (std::cmp::Reverse(it.path.len()), is_output(it)));
    let certain = above.iter().find_map(|it| certain_part(it, project, source));
    let has_output = above.iter().any(|it| matches!(it.holding, Holding::UnknownOutput { .. }));
    certain.or_else(|| above.iter().filter(|_| alone).find_map(|it| guessed_part(it, project, source, has_output)))
}

fn is_above(entry: &Entry, source: &str) -> bool {
    paths::below(&entry.path, source).is_some_and(|rest| !rest.is_empty() && !entry.lacks(rest))
}

fn certain_part(entry: &Entry, project: &Project, source: &str) -> Option<Entry> {
    let rest = paths::below(&entry.path, source)?;
    let holding = match &entry.holding {
        Holding::ContextFolder(folder) => context_part(project, paths::join(folder, rest))?,
        Holding::Output { build, path, tool } => {
            Holding::Output { build: *build, path: paths::join(path, rest), tool: *tool }
        }
        Holding::NodeModules(_) | Holding::Unknown => Holding::Unknown,
        _ => return None,
    };
    Some(Entry { path: source.to_owned(), holding, origin: entry.origin.clone(), without: inner(entry, rest) })
}

/// What the context is known to hold at `file`. A node_modules folder of the context is the host's.
fn context_part(project: &Project, file: String) -> Option<Holding> {
    let is_modules = paths::file_name(&file) == "node_modules";
    match project.kind(&file).filter(|_| project.sees(&file) == Some(true) && !is_modules)? {
        EntryKind::File => Some(Holding::ContextFile(file)),
        EntryKind::Folder => Some(Holding::ContextFolder(file)),
    }
}

/// A workspace's build writes into its packages: what of it lies in this folder of packages is unknown.
fn output_in_packages(contents: &Contents, project: &Project, source: &str, part: &Entry) -> Option<Entry> {
    let Holding::ContextFolder(folder) = &part.holding else { return None };
    let names = project.list(folder).unwrap_or_default();
    let mut packages = names.iter().map(|(it, _)| paths::join(folder, it)).chain([folder.clone()]);
    let is_output = |it: &&Entry| matches!(it.holding, Holding::UnknownOutput { .. }) && is_above(it, source);
    let output = contents.entries.iter().rfind(is_output)?;
    let holds_package = packages.any(|it| project.sees(&paths::join(&it, "package.json")) == Some(true));
    holds_package.then(|| Entry { path: source.to_owned(), ..output.clone() })
}

/// With an unknown context: the sources, unless a build ran that may have made it.
fn guessed_part(entry: &Entry, project: &Project, source: &str, has_output: bool) -> Option<Entry> {
    let rest = paths::below(&entry.path, source)?;
    let holding = match &entry.holding {
        Holding::UnknownOutput { build } if paths::file_name(source) != "node_modules" => {
            Holding::UnknownOutput { build: *build }
        }
        Holding::ContextFolder(folder)
            if project.root().is_none() && !has_output && paths::file_name(source) != "node_modules" =>
        {
            let file = paths::join(folder, rest);
            if names::looks_like_file(&file) { Holding::ContextFile(file) } else { Holding::ContextFolder(file) }
        }
        _ => return None,
    };
    Some(Entry { path: source.to_owned(), holding, origin: entry.origin.clone(), without: inner(entry, rest) })
}

/// What the part at `rest` of `entry` lacks.
fn inner(entry: &Entry, rest: &str) -> Vec<String> {
    let part = |it: &String| match paths::below(rest, it) {
        Some(inner) => Some(inner.to_owned()),
        None => it.starts_with("**/").then(|| it.clone()),
    };
    entry.without.iter().filter_map(part).collect()
}

/// An install at a workspace's root also makes the node_modules of its packages.
fn workspace_modules(contents: &Contents, source: &str) -> Option<Entry> {
    let package = source.strip_suffix("/node_modules")?;
    let of_root = |(entry, _): &(&Entry, &NodeModules)| paths::contains(paths::parent(&entry.path), package);
    let (entry, modules) = contents.node_modules().filter(of_root).max_by_key(|(entry, _)| entry.path.len())?;
    let rest = paths::below(paths::parent(&entry.path), package)?;
    let app = modules.app.as_ref().map(|it| paths::join(it, rest));
    let holding = Holding::NodeModules(NodeModules { app, ..modules.clone() });
    Some(Entry { path: source.to_owned(), holding, ..entry.clone() })
}
