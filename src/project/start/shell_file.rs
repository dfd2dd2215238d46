//! A shell script that a container starts: what runs before the app, and the app itself.

use super::{Follower, Place, value};
use crate::ecosystem::programs;
use crate::paths;
use crate::shell::{self, Command};

impl Follower<'_> {
    /// Follows the text of a script that `words` start: the way through it that the last of them, its arguments, lead.
    pub(super) fn shell_file(&mut self, text: &str, words: &[String], n_arguments: usize, mut place: Place) {
        let (itself, arguments) = words.split_at(words.len() - n_arguments);
        let given = shell::given(text, arguments);
        if place.depth == 1 {
            let with = |it: Option<String>| itself.iter().cloned().chain(it).collect();
            self.start.alternatives.extend(given.others.into_iter().map(with));
        }
        for part in given.parts {
            self.part(&text[part.range], &part.arguments, &mut place);
        }
    }

    fn part(&mut self, text: &str, arguments: &[String], place: &mut Place) {
        let script = shell::script_of_text(text);
        if !script.complete {
            self.unknown("its entrypoint script can't be read".to_owned());
        }
        for command in &script.commands {
            let words = expanded(command, arguments);
            let Some(first) = words.first() else { continue };
            if first.starts_with(['$', '"']) {
                self.unknown(format!("`{first}` is only known at run time"));
            } else if first == "cd" {
                place.folder = self.changed(&place.folder, &words);
            } else if writes_a_file(&text[command.range]) {
                self.unknown(format!("`{}` writes a file", first_line(&text[command.range])));
            } else if !is_nothing(&words) {
                let assigned = command.assignments.iter().map(|(name, it)| (name.clone(), value(it)));
                let assignments = place.assignments.iter().cloned().chain(assigned).collect();
                self.words(&words, Place { assignments, depth: place.depth + 1, ..place.clone() });
            }
        }
    }
}

/// The words with the script's arguments in place of `"$@"`, without the `exec` in front.
fn expanded(command: &Command, arguments: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    for word in &command.words {
        match word.raw.trim_matches('"') {
            "$@" | "${@}" | "$*" | "${*}" => words.extend(arguments.iter().cloned()),
            _ => words.push(value(word)),
        }
    }
    if words.first().is_some_and(|it| it == "exec") {
        words.remove(0);
    }
    words
}

/// Whether a command changes nothing: `set -e`, `echo`, `[ -f x ]`.
fn is_nothing(words: &[String]) -> bool {
    programs::is_without_trace(paths::file_name(&words[0]))
}

/// `> file`; not what goes nowhere or to another stream.
fn writes_a_file(text: &str) -> bool {
    let mut rest = text.to_owned();
    for nowhere in ["> /dev/null", ">/dev/null", ">&2", ">&1", "> /dev/stderr", ">/dev/stderr", "> /dev/stdout"] {
        rest = rest.replace(nowhere, "");
    }
    rest.contains("> ") || rest.contains(">>") || rest.split('>').skip(1).any(|it| it.starts_with(['/', '.', '$', '"']))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text).trim()
}
