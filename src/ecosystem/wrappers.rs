//! Programs that start the rest of their words.

use super::managers;
use crate::paths;

/// What the outermost wrapper of a command starts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// Another command.
    Command {
        /// The wrapper with its own words, where an npm package brings it.
        wrapper: Option<Vec<String>>,
        /// `NAME=value`, by the wrapper.
        assignments: Vec<(String, String)>,
        /// What it starts.
        rest: Vec<String>,
    },
    /// Texts for a shell, in order.
    Texts(Vec<String>),
    /// A script file for a shell.
    File(String),
    /// It can't be told; why, in one clause.
    Unknown(String),
}

impl Layer {
    fn of(rest: &[String]) -> Self {
        Self::Command { wrapper: None, assignments: Vec::new(), rest: rest.to_vec() }
    }
}

/// Options of the wrappers that take the next word.
const VALUED: &[&str] = &["-n", "-p", "-u", "-s", "-k", "-w", "-g", "-c", "-o", "-e", "-i"];

/// Takes off the wrapper that `words` start with; `None` where it is none.
pub(crate) fn unwrap(words: &[String]) -> Option<Layer> {
    let name = paths::file_name(words.first()?);
    let rest = &words[1..];
    Some(match name {
        "exec"
        | "time"
        | "nohup"
        | "command"
        | "tini"
        | "tini-static"
        | "dumb-init"
        | "catatonit"
        | "docker-init"
        | "docker-entrypoint.sh"
        | "sudo"
        | "nice"
        | "ionice"
        | "stdbuf"
        | "setpriv"
        | "xvfb-run"
        | "builtin" => Layer::of(after_flags(rest, VALUED)),
        "gosu" | "su-exec" | "s6-setuidgid" => Layer::of(rest.get(1..).unwrap_or_default()),
        "timeout" | "flock" => Layer::of(after_flags(rest, VALUED).get(1..).unwrap_or_default()),
        "env" => assigned(None, after_flags(rest, &["-u", "-C"])),
        "cross-env" => assigned(Some(vec![words[0].clone()]), rest),
        "cross-env-shell" => Layer::Texts(vec![rest.join(" ")]),
        "dotenv" | "dotenvx" | "env-cmd" | "doppler" | "infisical" => after_options(name, words),
        "wait-for-it" | "wait-for-it.sh" | "wait-for" | "dockerize" | "runuser" => after_dashes(rest)?,
        "corepack" if rest.first().is_some_and(|it| managers::syntax_of(it).is_some()) => Layer::of(rest),
        "sh" | "bash" | "ash" | "dash" | "zsh" => shell(rest)?,
        "su" => shell(rest).filter(|it| matches!(it, Layer::Texts(_)))?,
        "concurrently" | "conc" => texts(words),
        _ => return None,
    })
}

/// Packages whose program sets variables and starts the rest: it reads no file.
pub(crate) fn only_assigns(program: &str) -> bool {
    program == "cross-env"
}

/// Programs that do nothing but start, and stand as PID 1.
pub(crate) fn is_init(program: &str) -> bool {
    matches!(paths::file_name(program), "tini" | "tini-static" | "dumb-init" | "catatonit" | "docker-init")
}

/// Whether `words` start a shell that nobody gives anything to run: `/bin/sh`, `bash -l`, `sh -c` alone.
pub(crate) fn is_bare_shell(words: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    let is_shell = matches!(paths::file_name(first), "sh" | "bash" | "ash" | "dash" | "zsh");
    is_shell && rest.iter().all(|it| it.starts_with('-'))
}

/// The program of `words`, an init in front of it or not, that takes a file or a command of its own as its next word, and
/// nothing that a shell would run: `node`, `npm`.
pub(crate) fn program_alone<'a>(words: &[&'a str]) -> Option<&'a str> {
    let n_init = n_of_init(words)?;
    let (program, rest) = words.get(n_init..)?.split_first()?;
    match paths::file_name(program) {
        // Its other options may take a word, or bring the program.
        "node" | "nodejs" => rest.iter().all(|it| it.starts_with("--") && !it.starts_with("--eval")),
        "npm" => rest.is_empty(),
        _ => false,
    }
    .then_some(*program)
}

/// How many words an init in front takes.
fn n_of_init(words: &[&str]) -> Option<usize> {
    let (first, rest) = words.split_first()?;
    Some(if is_init(first) { 1 + rest.iter().take_while(|it| it.starts_with('-')).count() } else { 0 })
}

/// How many words stand before the text of `sh -c`, an init in front of it or not.
pub(crate) fn words_before_text(words: &[&str]) -> Option<usize> {
    let n_init = n_of_init(words)?;
    let is_shell = |it: &str| matches!(paths::file_name(it), "sh" | "bash" | "ash" | "dash");
    let is_found = is_shell(words.get(n_init)?) && *words.get(n_init + 1)? == "-c";
    is_found.then_some(n_init + 2)
}

/// `wait-for-it.sh db:5432 -- node x`.
fn after_dashes(words: &[String]) -> Option<Layer> {
    let at = words.iter().position(|it| it == "--")?;
    Some(Layer::of(&words[at + 1..]))
}

/// What follows the flags, those of `valued` with their values.
fn after_flags<'a>(words: &'a [String], valued: &[&str]) -> &'a [String] {
    let mut words = words;
    while let Some(first) = words.first().filter(|it| it.starts_with('-')) {
        let n_taken = if valued.contains(&first.as_str()) { 2 } else { 1 };
        words = words.get(n_taken..).unwrap_or_default();
        if first == "--" {
            break;
        }
    }
    words
}

fn assigned(wrapper: Option<Vec<String>>, words: &[String]) -> Layer {
    let pairs = words.iter().map_while(|it| assignment(it));
    let assignments: Vec<_> = pairs.collect();
    let rest = words[assignments.len()..].to_vec();
    Layer::Command { wrapper, assignments, rest }
}

/// `NAME=value` as a word.
pub(crate) fn assignment(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

/// `sh -c text`, or a script file.
fn shell(words: &[String]) -> Option<Layer> {
    let at = words.iter().position(|it| it.starts_with('-') && !it.starts_with("--") && it.ends_with('c'));
    if let Some(text) = at.and_then(|it| words.get(it + 1)) {
        return Some(Layer::Texts(vec![text.clone()]));
    }
    let file = words.iter().find(|it| !it.starts_with('-'))?;
    Some(Layer::File(file.clone()))
}

/// `dotenv -e .env -- node x`, `dotenvx run -f .env -- node x`, `env-cmd -f .env node x`.
fn after_options(name: &str, words: &[String]) -> Layer {
    let rest = match words.iter().position(|it| it == "--") {
        Some(at) => &words[at + 1..],
        None => {
            let rest = if words.get(1).is_some_and(|it| it == "run") { &words[2..] } else { &words[1..] };
            after_flags(rest, &["-e", "-f", "--file", "--env-file", "-c", "-p", "-r", "-v", "--environments"])
        }
    };
    let wrapper = words[..words.len() - rest.len()].to_vec();
    // `env-cmd ./.env node x`, as it was before version 9.
    let rest = if name == "env-cmd" && rest.first().is_some_and(|it| it.contains(".env")) { &rest[1..] } else { rest };
    Layer::Command { wrapper: Some(wrapper), assignments: Vec::new(), rest: rest.to_vec() }
}

/// `concurrently "npm:a" "tsc -w"`.
fn texts(words: &[String]) -> Layer {
    let commands = words[1..].iter().filter(|it| it.contains(' ') || it.starts_with("npm:"));
    let texts: Vec<String> = commands
        .map(|it| it.strip_prefix("npm:").map_or_else(|| it.clone(), |name| format!("npm run {name}")))
        .collect();
    if texts.is_empty() {
        return Layer::Unknown(format!("`{}` is not followed", words.join(" ")));
    }
    Layer::Texts(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn wrappers_come_off() {
        for (line, expected) in [
            ("tini -- node x.js", "node x.js"),
            ("dumb-init node x.js", "node x.js"),
            ("env -u A B=1 node x.js", "node x.js"),
            ("sudo -u node npm ci", "npm ci"),
            ("gosu node node x.js", "node x.js"),
            ("timeout -s KILL 30 npm ci", "npm ci"),
            ("cross-env A=1 node x.js", "node x.js"),
            ("dotenv -e .env -- node x.js", "node x.js"),
            ("dotenvx run -f .env -- node x.js", "node x.js"),
            ("env-cmd -f .env node x.js", "node x.js"),
            ("wait-for-it.sh db:5432 -t 30 -- node x.js", "node x.js"),
            ("corepack pnpm install", "pnpm install"),
        ] {
            let Some(Layer::Command { rest, .. }) = unwrap(&words(line)) else { panic!("{line} is a wrapper") };
            assert_eq!(rest, words(expected), "{line}");
        }
        let text = |it: &[&str]| unwrap(&it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert_eq!(text(&["sh", "-ec", "npm ci"]), Some(Layer::Texts(vec!["npm ci".to_owned()])));
        assert_eq!(text(&["su", "node", "-c", "npm ci"]), Some(Layer::Texts(vec!["npm ci".to_owned()])));
        assert_eq!(text(&["sh", "./start.sh"]), Some(Layer::File("./start.sh".to_owned())));
        assert_eq!(text(&["node", "x.js"]), None);
        assert_eq!(text(&["corepack", "enable"]), None);
    }
}
