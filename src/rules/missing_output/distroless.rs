//! Starts on distroless, whose ENTRYPOINT is `node` and which has no shell.

use super::{MISSING_OUTPUT, error};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::{Invocation, programs};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::stages::{ImageFacts, ImageKind, InstructionId, StageId};
use crate::syntax::{CommandForm, Kind, Word};
use crate::text::TextRange;

/// A CMD that names a program, which `node` takes for a file.
pub(super) fn find(ctx: &Inspection) -> Option<Diagnostic> {
    let at = ctx.model().production.as_ref()?.stage;
    let contents = &ctx.model().stages[at].contents;
    let image = ctx.model().root_image(at);
    if image.kind != ImageKind::Distroless || contents.entrypoint.is_some() {
        return None;
    }
    let cmd = contents.cmd?;
    match &ctx.model().instructions[cmd].kind {
        Kind::Cmd(CommandForm::Exec(words)) => by_words(ctx, at, image, words),
        Kind::Cmd(CommandForm::Shell(range)) => Some(by_shell(ctx, cmd, image, *range)),
        _ => None,
    }
}

fn by_words(ctx: &Inspection, at: StageId, image: &ImageFacts, words: &[Word]) -> Option<Diagnostic> {
    let first = words.first()?;
    let contents = &ctx.model().stages[at].contents;
    let path = paths::absolute(contents.workdir.value.as_deref()?, &first.value);
    let name = paths::file_name(&first.value);
    if !programs::starts_node(name) || contents.holds_file(ctx.project(), &path) == Some(true) {
        return None;
    }
    if Invocation::read(&[first.value.clone(), "run".to_owned()]).is_some() {
        return Some(by_manager(ctx, image, words));
    }
    let message = format!(
        "The ENTRYPOINT of `{}` is `node`: it takes `{}` for a file, which is not there",
        image.written, first.value
    );
    let res = error(Diagnostic::new(MISSING_OUTPUT.name, first.range, message));
    let second = words.get(1).filter(|_| matches!(name, "node" | "nodejs"));
    let Some(second) = second else {
        return Some(res.with_held_back("the file that it starts has to be named"));
    };
    let edit = Edit::deletion(TextRange::new(first.range.start(), second.range.start()));
    Some(res.with_fix(Fix::new(format!("Drop the word `{}`", first.value), Applicability::Safe, vec![edit])))
}

/// `["npm", "start"]`: what the script starts with `node` can be named in its place.
fn by_manager(ctx: &Inspection, image: &ImageFacts, words: &[Word]) -> Diagnostic {
    let program = &words[0].value;
    let message = format!("`{}` has no `{program}`: its ENTRYPOINT, `node`, takes the word for a file", image.written);
    let range = words[0].range.cover(words[words.len() - 1].range);
    let res = error(Diagnostic::new(MISSING_OUTPUT.name, range, message));
    let values: Vec<String> = words.iter().map(|it| it.value.clone()).collect();
    let start = ctx.facts().app.as_ref().map(|it| it.start(&values));
    match start.as_ref().map(|it| (&it.programs[..], &it.unknown[..])) {
        Some(([node], [])) if node.name == "node" && node.assignments.is_empty() && is_plain(&node.arguments) => {
            let words: Vec<String> =
                node.arguments.iter().map(|it| serde_json::Value::from(it.as_str()).to_string()).collect();
            let edit = Edit::replacement(range, words.join(", "));
            res.with_fix(Fix::new(format!("Name what `{}` starts", values.join(" ")), Applicability::Safe, vec![edit]))
        }
        _ => res.with_held_back("the file that it starts has to be named"),
    }
}

/// Whether no word needs a shell.
fn is_plain(words: &[String]) -> bool {
    !words.is_empty() && !words.iter().any(|it| it.contains(['$', '*', '?', '`', '~', '<', '>', '|', '&', ';']))
}

fn by_shell(ctx: &Inspection, cmd: InstructionId, image: &ImageFacts, range: TextRange) -> Diagnostic {
    let message = format!("`{}` has no shell: its ENTRYPOINT, `node`, takes `/bin/sh` for a file", image.written);
    let res = error(Diagnostic::new(MISSING_OUTPUT.name, range, message));
    let words =
        ctx.facts().command.as_ref().filter(|it| it.instruction == cmd && it.shell).map(|it| it.words.as_slice());
    match words {
        Some([program, rest @ ..]) if matches!(program.as_str(), "node" | "nodejs") && !rest.is_empty() => {
            let words: Vec<String> = rest.iter().map(|it| serde_json::Value::from(it.as_str()).to_string()).collect();
            let edit = Edit::replacement(range, format!("[{}]", words.join(", ")));
            res.with_fix(Fix::new("Use the exec form without `node`", Applicability::Safe, vec![edit]))
        }
        _ => res.with_held_back("the file that it starts has to be named"),
    }
}
