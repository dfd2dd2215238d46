//! Programs that start the rest of their words.

use super::{Unwrapped, What};
use crate::paths;

/// Takes off the wrapper that `words` start with; `None` where it is none.
pub(super) fn unwrap(name: &str, words: &[String]) -> Option<Unwrapped> {
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
        | "docker-entrypoint.sh"
        | "docker-init"
        | "sudo"
        | "nice" => Unwrapped::rest(after_flags(rest, &["-n", "-p", "-u"])),
        "gosu" | "su-exec" | "timeout" => Unwrapped::rest(rest.get(1..).unwrap_or_default()),
        "env" => assigned(None, after_flags(rest, &["-u"])),
        "cross-env" => assigned(Some(vec![words[0].clone()]), rest),
        "cross-env-shell" => shell_of_rest(rest),
        "dotenv" | "dotenvx" | "env-cmd" | "doppler" | "infisical" => behind_options(name, words),
        "sh" | "bash" | "ash" | "dash" | "zsh" => shell(rest)?,
        "concurrently" | "conc" => texts(words),
        _ => return None,
    })
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

fn assigned(wrapper: Option<Vec<String>>, words: &[String]) -> Unwrapped {
    let pairs = words.iter().map_while(|it| assignment(it));
    let assignments: Vec<_> = pairs.collect();
    let rest = words[assignments.len()..].to_vec();
    Unwrapped::Rest { wrapper, assignments, rest }
}

fn assignment(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

fn shell_of_rest(words: &[String]) -> Unwrapped {
    Unwrapped::Done(What::Texts(vec![words.join(" ")]))
}

/// `sh -c text`; a script file can't be followed.
fn shell(words: &[String]) -> Option<Unwrapped> {
    let at = words.iter().position(|it| it.starts_with('-') && !it.starts_with("--") && it.ends_with('c'));
    if let Some(text) = at.and_then(|it| words.get(it + 1)) {
        return Some(Unwrapped::Done(What::Texts(vec![text.clone()])));
    }
    let file = words.iter().find(|it| !it.starts_with('-'))?;
    Some(Unwrapped::unknown(format!("`{}` is not followed", paths::normalise(file))))
}

/// `dotenv -e .env -- node x`, `dotenvx run -f .env -- node x`, `env-cmd -f .env node x`.
fn behind_options(name: &str, words: &[String]) -> Unwrapped {
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
    Unwrapped::Rest { wrapper: Some(wrapper), assignments: Vec::new(), rest: rest.to_vec() }
}

/// `concurrently "npm:a" "tsc -w"`.
fn texts(words: &[String]) -> Unwrapped {
    let commands = words[1..].iter().filter(|it| it.contains(' ') || it.starts_with("npm:"));
    let texts: Vec<String> = commands
        .map(|it| it.strip_prefix("npm:").map_or_else(|| it.clone(), |name| format!("npm run {name}")))
        .collect();
    if texts.is_empty() {
        return Unwrapped::unknown(format!("`{}` is not followed", words.join(" ")));
    }
    Unwrapped::Done(What::Texts(texts))
}
