//! One CMD or ENTRYPOINT as words.

use crate::shell::{Command, Joined, Script};
use crate::stages::{InstructionId, Model};
use crate::syntax::{CommandForm, Kind};

/// One CMD or ENTRYPOINT.
pub(super) struct Line {
    pub(super) instruction: InstructionId,
    pub(super) words: Vec<String>,
    pub(super) shell: bool,
}

impl Line {
    pub(super) fn of(text: &str, model: &Model<'_>, instruction: InstructionId) -> Option<Self> {
        let (Kind::Cmd(form) | Kind::Entrypoint(form)) = &model.instructions.get(instruction)?.kind else {
            return None;
        };
        let (words, shell) = match form {
            CommandForm::Exec(words) => (words.iter().map(|it| it.value.clone()).collect(), false),
            CommandForm::Shell(range) => (shell_words(model.scripts.get(instruction)?.as_ref(), &text[*range]), true),
        };
        Some(Self { instruction, words, shell })
    }
}

/// One plain command as its words, anything else as `sh -c`.
fn shell_words(script: Option<&Script>, text: &str) -> Vec<String> {
    match script {
        Some(Script { commands, complete: true }) if commands.len() == 1 => plain(&commands[0]),
        _ => None,
    }
    .unwrap_or_else(|| vec!["sh".to_owned(), "-c".to_owned(), on_one_line(script, text)])
}

fn plain(command: &Command) -> Option<Vec<String>> {
    if !command.assignments.is_empty() || command.redirected || command.conditional || command.words.is_empty() {
        return None;
    }
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    let words = words?;
    // `exec node server.js` starts node, in place of the shell.
    Some(if words[0] == "exec" { words[1..].to_vec() } else { words })
}

/// The text without continuations; rebuilt from its commands where all of them are known.
fn on_one_line(script: Option<&Script>, text: &str) -> String {
    match script {
        Some(script) if script.complete && script.commands.iter().all(|it| !it.conditional && !it.redirected) => {
            script.commands.iter().map(written).collect()
        }
        _ => text.to_owned(),
    }
}

fn written(command: &Command) -> String {
    let join = match command.joined {
        Joined::First => "",
        Joined::And => " && ",
        Joined::Or => " || ",
        Joined::Sequence => "; ",
        Joined::Pipe => " | ",
        Joined::Background => " & ",
    };
    let assignments = command.assignments.iter().map(|(name, value)| format!("{name}={}", value.raw));
    let words = command.words.iter().map(|it| it.raw.clone());
    format!("{join}{}", assignments.chain(words).collect::<Vec<_>>().join(" "))
}
