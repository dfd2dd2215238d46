//! Exec forms: one command, or the script of a shell.

use super::{Command, Joined, Place, Script, ShellWord, is_shell, script_argument, tree};
use crate::syntax::Word;
use crate::text::{TextRange, offset};

/// The commands of `["node", "server.js"]` or `["sh", "-c", "…"]`.
pub(super) fn script(text: &str, words: &[Word]) -> Script {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Script { commands: Vec::new(), complete: true };
    };
    let nested = shell_script(text, words);
    if is_shell(&first.value)
        && let Some(script) = nested
    {
        return script;
    }
    let command = Command {
        range: first.range.cover(last.range),
        assignments: Vec::new(),
        words: words.iter().map(|it| word(text, it)).collect(),
        joined: Joined::First,
        conditional: false,
        redirected: false,
    };
    // A wrapper (`["tini", "--", "sh", "-c", "…"]`): the script's commands follow it.
    let Script { commands, complete } = nested.unwrap_or(Script { commands: Vec::new(), complete: true });
    Script { commands: std::iter::once(command).chain(commands).collect(), complete }
}

fn word(text: &str, word: &Word) -> ShellWord {
    ShellWord { range: word.range, value: Some(word.value.clone()), raw: text[word.range].to_owned() }
}

/// The script of the first shell among `words`.
fn shell_script(text: &str, words: &[Word]) -> Option<Script> {
    let shell = words.iter().position(|it| is_shell(&it.value))?;
    let arguments = &words[shell + 1..];
    let script = arguments.get(script_argument(arguments.iter().map(|it| Some(&*it.value)))?)?;
    Some(tree::read(&script.value, place(text, script), true))
}

/// Where the string's text stands as it is, its place can be told to the byte.
fn place(text: &str, word: &Word) -> Place {
    let inner = TextRange::new(word.range.start() + offset(1), word.range.end() - offset(1));
    if text[inner] == word.value { Place::At(inner.start()) } else { Place::Within(word.range) }
}

/// The words in brackets as they are written, whatever stands between them; `None` without brackets.
pub(crate) fn words_in_brackets(written: &str) -> Option<Vec<String>> {
    let mut rest = written.trim().strip_prefix('[')?.strip_suffix(']')?.trim_start();
    let mut words = Vec::new();
    while !rest.is_empty() {
        let end = match rest.strip_prefix('"') {
            Some(inner) => {
                let mut escaped = false;
                let is_end = |it: char| {
                    let is_end = it == '"' && !escaped;
                    escaped = it == '\\' && !escaped;
                    is_end
                };
                inner.find(is_end)? + 2
            }
            None => rest.find([' ', '\t', ',']).unwrap_or(rest.len()),
        };
        let (word, more) = rest.split_at(end);
        if !word.is_empty() {
            words.push(word.to_owned());
        }
        rest = more.trim_start_matches([' ', '\t', ',']);
    }
    Some(words)
}
