//! Scripts that need no parser: a few programs with plain words, joined by `&&`. Most are such.

use super::{Command, Joined, Place, Script, ShellWord};

/// Longer ones are left to the parser.
const MAX_LEN: usize = 4096;

/// Words that may not be what they seem: the grammar's own, and commands that decide whether the next one runs.
const SPECIAL: [&str; 33] = [
    "case", "command", "coproc", "declare", "do", "done", "elif", "else", "esac", "export", "false", "fi", "for",
    "function", "hash", "if", "in", "local", "readonly", "select", "then", "test", "time", "trap", "true", "type",
    "typeset", "unset", "unsetenv", "until", "which", "while", "wait",
];

/// What the parser would make of `text`; `None` where it has to be asked.
pub(super) fn read(text: &str, place: Place, complete: bool) -> Option<Script> {
    if text.len() > MAX_LEN || !text.bytes().all(|it| is_plain(it) || matches!(it, b' ' | b'&' | b'=')) {
        return None;
    }
    let mut commands: Vec<Command> = Vec::new();
    let mut words: Vec<ShellWord> = Vec::new();
    for (start, raw) in words_of(text) {
        if raw == "&&" {
            let command = command(std::mem::take(&mut words), commands.is_empty())?;
            commands.push(command);
        } else {
            let end = start + raw.len();
            let value = is_word(raw, words.is_empty()).then(|| raw.to_owned())?;
            words.push(ShellWord { range: place.range(start, end), value: Some(value.clone()), raw: value });
        }
    }
    commands.push(command(words, commands.is_empty())?);
    Some(Script { commands, complete })
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:@-".contains(&byte)
}

/// The words with where they start.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = text.split(' ').scan(0, |at, it| {
        let start = *at;
        *at += it.len() + 1;
        Some((start, it))
    });
    parts.filter(|it| !it.1.is_empty())
}

/// Whether it stands for itself: `NAME=value` in front of a program, and a program that is no name, do not.
fn is_word(raw: &str, is_program: bool) -> bool {
    let is_option = raw.starts_with("--") && raw.len() > 2;
    let is_argument = |it: u8| is_plain(it) || (it == b'=' && is_option);
    let is_meant = if is_program { is_program_name(raw) } else { raw.bytes().all(is_argument) };
    is_meant && !SPECIAL.contains(&raw)
}

fn is_program_name(raw: &str) -> bool {
    let starts = raw.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '.' | '/'));
    starts && raw.bytes().all(|it| is_plain(it) && !matches!(it, b':' | b'@'))
}

fn command(words: Vec<ShellWord>, is_first: bool) -> Option<Command> {
    let range = words.first()?.range.cover(words.last()?.range);
    let joined = if is_first { Joined::First } else { Joined::And };
    Some(Command { range, assignments: Vec::new(), words, joined, conditional: false, redirected: false })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shell::tree;
    use crate::text::TextSize;

    fn is_as_parsed(text: &str) {
        let place = Place::At(TextSize::new(7));
        if let Some(script) = read(text, place, true) {
            assert_eq!(format!("{script:?}"), format!("{:?}", tree::parsed(text, place, true, 0)), "{text}");
        }
    }

    #[test]
    fn most_scripts_are_plain() {
        for (text, n_commands) in [
            ("npm ci", Some(1)),
            ("  npm  run build &&      npm prune --omit=dev ", Some(2)),
            ("apk add --no-cache libc6-compat@edge", Some(1)),
            ("corepack enable && corepack prepare pnpm@9.1.0 --activate", Some(2)),
            ("NODE_ENV=production node a.js", None),
            ("export A=b && node a.js", None),
            ("test -f a && rm a", None),
            ("npm ci &&", None),
            ("&& npm ci", None),
            ("npm ci & npm run build", None),
            ("npm ci &&& a", None),
            ("", None),
            ("a\nb", None),
            ("a # b", None),
            ("[ a ]", None),
            ("echo done", None),
        ] {
            let script = read(text, Place::At(TextSize::new(0)), true);
            assert_eq!(script.map(|it| it.commands.len()), n_commands, "{text}");
            is_as_parsed(text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn plain_scripts_are_read_as_the_parser_reads_them(text in "([a-z]{1,4}|[A-Za-z0-9_./:@%+,-]{1,6}|[a-z0-9_./:@-]{1,6}|--?[a-z]{1,3}=?[a-z0-9@/.]{0,3}|[0-9]{1,2}|&&|&&| {1,3}){1,12}") {
            is_as_parsed(&text);
        }

        #[test]
        fn also_with_words_of_the_grammar(
            words in prop::collection::vec(prop::sample::select(vec![
                "npm", "run", "&&", "sh", "-c", "exec", "env", "node", "if", "then", "fi", "{", "let", "eval", "source", ".",
                "set", "-e", "--", "-", "+", "+x", "@", "1", "12", "a=b", "--a=b", "/bin/sh", "cd", "/a", "in", "do", "echo",
                "return", "exit", "0", ":", "%", ",", "a,b", "@a/b", "a:b", "printf", "shift", "alias", "bind", "getopts",
                "sudo", "nohup", "_", "_a", "continue", "break", "read", "umask", "ulimit",
            ]), 1..9),
        ) {
            is_as_parsed(&words.join(" "));
        }
    }
}
