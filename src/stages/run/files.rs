//! rm, mv, cp, find: commands that move what a stage holds.

use super::cache;
use super::copy::{expand_glob, is_folder, place};
use super::script::{Call, Session};
use super::select::select;
use super::{Runner, State};
use crate::ecosystem::arguments::Arguments;
use crate::ecosystem::managers;
use crate::paths;
use crate::paths::glob::{Dialect, is_glob};
use crate::stages::{Contents, Entry, Holding, InstructionId, NodeModules, Scope, names};

impl Runner<'_, '_> {
    /// `rm`. What may or may not run makes node_modules unknown.
    pub(super) fn remove(&self, state: &mut State, session: &Session, call: &Call<'_>) {
        let named = call.command.words.iter().filter_map(|it| managers::asked_for_cache(&it.raw));
        named.filter(|_| !call.command.conditional).for_each(|it| cache::clean(state, session.index, it));
        let arguments = Arguments::read(call.arguments(), &[]);
        for operand in arguments.operands.iter().flat_map(|it| braces(it)) {
            let Some(path) = session.resolve(state, &operand).filter(|it| it != "/") else { continue };
            // What npm keeps in its folder besides is a few logs.
            let path = path.strip_suffix("/.npm/_cacache").map_or(path.clone(), |it| format!("{it}/.npm"));
            if call.command.conditional {
                doubt(&mut state.contents, &path);
            } else {
                remove(&mut state.contents, &path, session.index);
            }
        }
    }

    /// `mv` and `cp`.
    pub(super) fn transfer(&self, state: &mut State, session: &Session, call: &Call<'_>, moves: bool) {
        let arguments = Arguments::read(call.arguments(), &["-t", "--target-directory", "--exclude"]);
        let mut operands: Vec<String> = arguments.operands.iter().flat_map(|it| braces(it)).collect();
        let Some(target) = arguments.value(&["t", "target-directory"]).map(str::to_owned).or_else(|| operands.pop())
        else {
            return;
        };
        let Some(path) = session.resolve(state, &target) else { return };
        let many = operands.len() > 1 || target.ends_with('/') || operands.iter().any(|it| is_glob(it));
        for operand in operands {
            let Some(source) = session.resolve(state, &operand) else { continue };
            let inside = operand.ends_with("/.") || operand == ".";
            for source in expand_glob(&state.contents, self.project, &source, Dialect::Shell) {
                let keeps_name = !inside && !source.contains("${") && (many || is_folder(&state.contents, &path));
                let path = if keeps_name { paths::join(&path, paths::file_name(&source)) } else { path.clone() };
                self.transfer_one(state, session, &source, &path, moves);
            }
        }
    }

    fn transfer_one(&self, state: &mut State, session: &Session, source: &str, path: &str, moves: bool) {
        let picks = select(&state.contents, self.project, source);
        if moves {
            remove(&mut state.contents, source, session.index);
        }
        if picks.is_empty() {
            state.contents.place(Entry::new(path.to_owned(), Holding::Unknown, session.index));
        }
        for pick in picks {
            place(&mut state.contents, Entry { path: paths::join(path, &pick.rest), ..pick.entry });
        }
    }

    /// `find FOLDER -name PATTERN -delete`, and nothing more involved than that.
    pub(super) fn find(&self, state: &mut State, session: &Session, call: &Call<'_>) {
        let words = call.arguments();
        let deletes = words.iter().any(|it| it == "-delete" || it == "rm");
        let is_plain =
            !words.iter().any(|it| ["!", "-not", "-o", "-or", "-path", "-mtime", "-size"].contains(&it.as_str()));
        let pattern = words.iter().position(|it| it == "-name").and_then(|at| words.get(at + 1));
        let (true, Some(pattern)) = (deletes && is_plain, pattern) else { return };
        let named = words.iter().take_while(|it| !it.starts_with(['-', '(', '\\']));
        let named: Vec<&str> = named.map(String::as_str).collect();
        for folder in if named.is_empty() { vec!["."] } else { named } {
            let Some(folder) = session.resolve(state, folder) else { continue };
            state.contents.remove_named(&folder, pattern);
        }
    }
}

/// `a{b,c}` as `ab` and `ac`.
fn braces(word: &str) -> Vec<String> {
    let parts = word.split_once('{').filter(|(before, _)| !before.ends_with('$'));
    let Some((before, (inner, after))) = parts.and_then(|(before, rest)| Some((before, rest.split_once('}')?))) else {
        return vec![word.to_owned()];
    };
    inner.split(',').map(|it| format!("{before}{it}{after}")).collect()
}

/// A cache that another instruction left stays in that instruction's layer.
fn remove(contents: &mut Contents, path: &str, index: InstructionId) {
    let is_kept = |it: &Entry| matches!(it.holding, Holding::Cache(_)) && it.origin.instruction != index;
    let kept: Vec<_> = contents.entries.iter().filter(|it| is_kept(it)).cloned().collect();
    if is_glob(path) {
        remove_matching(contents, path)
    } else {
        contents.remove(path)
    }
    for entry in kept {
        contents.place(entry);
    }
}

fn remove_matching(contents: &mut Contents, pattern: &str) {
    let n_parts = pattern.split('/').count();
    let head = |it: &Entry| it.path.split('/').take(n_parts).collect::<Vec<_>>().join("/");
    let is_emptied =
        |it: &Entry| matches!(it.holding, Holding::Cache(_)) && paths::below(&it.path, pattern) == Some("*");
    contents.entries.retain(|it| !names::matches(pattern, &head(it), Dialect::Shell) && !is_emptied(it));
    for entry in contents.entries.iter_mut().filter(|it| !it.is_file()) {
        let Some(rest) = paths::below(&entry.path, pattern).map(str::to_owned) else { continue };
        entry.without.push(rest);
    }
}

fn doubt(contents: &mut Contents, path: &str) {
    for entry in contents.entries.iter_mut().filter(|it| paths::contains(path, &it.path)) {
        if let Holding::NodeModules(NodeModules { scope, .. }) = &mut entry.holding {
            *scope = Scope::Unknown;
        }
    }
}
