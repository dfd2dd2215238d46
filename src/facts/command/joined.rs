//! ENTRYPOINT and CMD as one command, with what the base image puts in front.

use super::StartCommand;
use super::line::Line;
use crate::ecosystem::wrappers;
use crate::facts::shipped;
use crate::paths;
use crate::project::Project;
use crate::stages::{ImageFacts, ImageKind, InstructionId, Stage};

/// The engine joins the words; an ENTRYPOINT in shell form swallows CMD.
pub(super) fn joined(entrypoint: Line, cmd: Option<Line>, stage: &Stage, project: &Project) -> Option<StartCommand> {
    let rest = after_init(&entrypoint.words);
    let init = entrypoint.words.len() > rest.len();
    let wrapper = entrypoint.words.first().filter(|_| init || is_script(rest)).cloned();
    if (rest.is_empty() || is_script(rest)) && !entrypoint.shell {
        let wrapper_known = rest.is_empty() || passes_on(&rest[0], stage, project);
        let script = Some(rest.to_vec()).filter(|it| !it.is_empty());
        let Some(cmd) = cmd else { return script.map(|it| alone(entrypoint.instruction, it)) };
        return Some(StartCommand {
            instruction: cmd.instruction,
            words: after_init(&cmd.words).to_vec(),
            shell: cmd.shell,
            wrapper,
            wrapper_known,
            script,
        });
    }
    let mut words = rest.to_vec();
    let instruction = entrypoint.instruction;
    words.extend(cmd.filter(|_| !entrypoint.shell).into_iter().flat_map(|it| it.words));
    Some(StartCommand { instruction, words, shell: entrypoint.shell, wrapper, wrapper_known: true, script: None })
}

/// An entrypoint script that gets no words.
fn alone(instruction: InstructionId, words: Vec<String>) -> StartCommand {
    StartCommand { instruction, words, shell: false, wrapper: None, wrapper_known: true, script: None }
}

/// CMD alone: the base image's ENTRYPOINT comes first.
pub(super) fn by_base(cmd: Line, image: &ImageFacts) -> StartCommand {
    let rest = after_init(&cmd.words);
    let wrapper = cmd.words.first().filter(|_| cmd.words.len() > rest.len()).cloned();
    let mut words = rest.to_vec();
    let node_first = image.kind == ImageKind::Distroless || (image.has_node() && is_for_node(&words));
    if node_first && !cmd.shell {
        words.insert(0, "node".to_owned());
    }
    let wrapper_known = image.kind != ImageKind::Other;
    StartCommand { instruction: cmd.instruction, words, shell: cmd.shell, wrapper, wrapper_known, script: None }
}

/// docker-entrypoint.sh of the node image puts `node` before flags and before what is no command.
fn is_for_node(words: &[String]) -> bool {
    words.first().is_some_and(|it| it.starts_with('-') || is_module(it))
}

fn is_module(word: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].iter().any(|it| word.ends_with(it))
}

fn is_script(words: &[String]) -> bool {
    matches!(words, [only] if only.ends_with(".sh") || only.ends_with("entrypoint"))
}

fn after_init(words: &[String]) -> &[String] {
    if !words.first().is_some_and(|it| wrappers::is_init(it)) {
        return words;
    }
    let n_flags = words[1..].iter().take_while(|it| it.starts_with('-')).count();
    &words[1 + n_flags..]
}

/// The node image's own entrypoint, or a script of the context that does nothing but `exec "$@"`.
fn passes_on(word: &str, stage: &Stage, project: &Project) -> bool {
    let name = paths::file_name(word);
    match shipped::script_file(&stage.contents, word) {
        Some(file) => project.text(&file.path).is_some_and(|it| only_passes_on(&it)),
        None => name == "docker-entrypoint.sh",
    }
}

fn only_passes_on(script: &str) -> bool {
    let lines = script.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines.filter(|it| !it.starts_with("set ")).eq(["exec \"$@\""])
}
