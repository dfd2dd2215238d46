//! A shell script that a container starts: what runs before the app, and the app itself.

use super::{Follower, MAX_DEPTH, Place, value};
use crate::ecosystem::programs;
use crate::paths;
use crate::shell::{self, Command};

impl Follower<'_> {
    /// Follows the text of a script that `words` start: the way through it that the last of them, its arguments, lead.
    pub(super) fn shell_file(&mut self, text: &str, words: &[String], n_arguments: usize, place: &mut Place) {
        let (itself, arguments) = words.split_at(words.len() - n_arguments);
        let given = shell::given(text, arguments);
        self.functions.extend(shell::functions(text));
        if place.depth == 1 {
            let with = |it: Option<String>| itself.iter().cloned().chain(it).collect();
            self.start.alternatives.extend(given.others.into_iter().map(with));
        }
        for part in given.parts {
            self.part(&text[part.range], &part.arguments, place);
        }
    }

    fn part(&mut self, text: &str, arguments: &[String], place: &mut Place) {
        let script = shell::script_of_text(text);
        if !script.complete {
            self.unknown("its entrypoint script can't be read".to_owned());
        }
        for command in &script.commands {
            self.command(command, &expanded(command, arguments), text, place);
        }
    }

    /// One command of the shell text `text`, by its words.
    pub(super) fn command(&mut self, command: &Command, words: &[String], text: &str, place: &mut Place) {
        let Some(first) = words.first() else { return };
        if command.words.iter().any(|it| it.value.is_none() && it.raw == *first) {
            return self.unknown(format!("`{first}` is only known at run time"));
        }
        if command.redirected && writes_a_file(&text[command.range]) {
            self.start.writes.push(format!("`{}` writes a file", first_line(&text[command.range])).into());
        }
        if first == "export" {
            place.assignments.extend(node_options(words));
        }
        let function = self.functions.iter().find(|it| it.name == *first);
        match first.as_str() {
            _ if function.is_some_and(|it| it.runs_its_arguments) => {
                self.unknown(format!("`{}` is not followed", words.join(" ")));
            }
            _ if function.is_some() => {}
            _ if is_nothing(words) => {
                let only_tells = matches!(first.as_str(), ":" | "echo" | "printf" | "set" | "true");
                let besides = Some(first).filter(|_| place.script.is_some() && !only_tells);
                self.start.besides.extend(besides.cloned());
            }
            "cd" => place.folder = self.changed(&place.folder, words),
            "." | "source" => self.source(&words[1..], place),
            _ => {
                let assigned = command.assignments.iter().map(|(name, it)| (name.clone(), value(it)));
                let assignments = place.assignments.iter().cloned().chain(assigned).collect();
                self.words(words, Place { assignments, depth: place.depth + 1, ..place.clone() });
            }
        }
    }

    /// A file that the same shell reads: what it defines and where it goes holds for what follows.
    fn source(&mut self, words: &[String], place: &mut Place) {
        let Some((file, arguments)) = words.split_first() else { return };
        let file = &beside(&place.zero, file);
        let text = self.ground.script.and_then(|it| it(file)).filter(|_| place.depth <= MAX_DEPTH);
        let Some(text) = text else { return self.unknown(format!("`{file}`, which a script reads, is not followed")) };
        self.start.scripts.extend(self.ground.path(&place.folder, file));
        self.start.script_words.push(file.clone());
        let depth = place.depth;
        place.depth += 2;
        self.shell_file(&text, words, arguments.len(), place);
        place.depth = depth;
    }
}

/// What `export NODE_OPTIONS="--require ./tracing.js $NODE_OPTIONS"` has all of the following load first.
fn node_options(words: &[String]) -> Option<(String, String)> {
    let (name, value) = words[1..].iter().filter_map(|it| it.split_once('=')).find(|it| it.0 == "NODE_OPTIONS")?;
    Some((name.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
}

/// `"$(dirname "$0")/env.sh"` in the script `zero`; other words as they are.
fn beside(zero: &str, word: &str) -> String {
    let folders = ["$(dirname \"$0\")/", "$(dirname $0)/", "${0%/*}/"];
    let plain = word.trim_matches('"');
    match folders.iter().find_map(|it| plain.strip_prefix(it)).filter(|it| !it.contains('$')) {
        Some(rest) => paths::join(paths::parent(zero), rest),
        None => word.to_owned(),
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

/// `> file`; not what goes nowhere, to another stream, or where anybody may write.
fn writes_a_file(text: &str) -> bool {
    let targets = text.split('>').skip(1).map(|it| it.trim_start_matches(['|', ' ', '\t']));
    let is_nowhere =
        |it: &str| ["&", "/dev/", "\"/dev/", "/proc/", "/tmp/"].iter().any(|nowhere| it.starts_with(nowhere));
    targets.filter(|it| !it.is_empty()).any(|it| !is_nowhere(it))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::writes_a_file;

    #[test]
    fn redirects() {
        for (text, expected) in [
            ("echo a > $conf", true),
            ("echo a >> log", true),
            ("echo a >log 2>&1", true),
            ("echo a >/etc/x.conf", true),
            ("echo a >/dev/null 2>&1", false),
            ("echo a >&2", false),
            ("echo a 2> /dev/null", false),
            ("echo a > /proc/1/fd/1", false),
            ("echo a > /tmp/x", false),
            ("read a < x", false),
        ] {
            assert_eq!(writes_a_file(text), expected, "{text}");
        }
    }
}
