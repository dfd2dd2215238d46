//! Looking at commands: their flags, and what they may do.

use crate::ecosystem::{Effect, effect_of};
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::shell::{Command, Script, ShellWord};
use crate::stages::InstructionId;
use crate::syntax::{CommandForm, Instruction, Kind};
use crate::text::{TextRange, offset};

/// Whether `command` runs nothing of the app and leaves its packages alone. What nobody described is not harmless.
pub(in crate::rules) fn is_harmless(command: &Command) -> bool {
    effect_of(command) == Effect::Idle
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
    let words: Vec<&str> = words.iter().map(ShellWord::read).collect();
    words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `word` of `command` taken out, with the space in front of it.
pub(in crate::rules) fn word_deletion(command: &Command, word: &ShellWord) -> Edit {
    let before = command.words.iter().take_while(|it| it.range != word.range).last();
    let start = before.map_or(word.range.start(), |it| it.range.end());
    Edit::deletion(TextRange::new(start, word.range.end()))
}

/// The text of `script` in the file: all of a shell form, or the last string of `["sh", "-c", "…"]` without its quotes, where
/// it stands as it is.
pub(in crate::rules) fn text_of_shell(kind: &Kind, script: &Script) -> Option<TextRange> {
    let (Kind::Cmd(form) | Kind::Entrypoint(form)) = kind else { return None };
    let last = script.commands.last()?.range;
    match form {
        CommandForm::Shell(range) => Some(*range),
        CommandForm::Exec(words) => {
            let word = words.last()?.range;
            let inner = TextRange::new(word.start() + offset(1), word.end() - offset(1));
            (inner.contains_range(last) && word != last).then_some(inner)
        }
    }
}

/// Whether a `--mount` of the instruction lies at a path that ends in `name`.
pub(in crate::rules) fn mounts_over(ctx: &Inspection, instruction: InstructionId, name: &str) -> bool {
    let instruction: &Instruction = ctx.model().instructions[instruction];
    let targets = instruction.flags.iter().filter(|it| it.name == "mount").flat_map(|it| it.mount_options());
    targets.filter(|(key, _)| matches!(*key, "target" | "dst" | "destination")).any(|(_, path)| {
        let path = path.trim_end_matches('/');
        path == name || path.ends_with(&format!("/{name}"))
    })
}

/// Whether a word means what it means only to a shell.
pub(in crate::rules) fn needs_shell(word: &str) -> bool {
    word.contains(['$', '*', '?', '`', '~', '<', '>', '|', '&', ';', '{', '\n'])
}

/// Decoded words on one line: for messages.
pub(in crate::rules) fn quoted_words(words: &[String]) -> String {
    words.join(" ")
}
