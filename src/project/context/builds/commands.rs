//! `docker build` and its like in shell text.

use super::call::{Base, Call};
use crate::paths;
use crate::shell;

/// Flags of `docker build` and `docker buildx build` that take no value.
const SWITCHES: [&str; 18] = [
    "--no-cache",
    "--pull",
    "--push",
    "--load",
    "--quiet",
    "-q",
    "--rm",
    "--force-rm",
    "--squash",
    "--compress",
    "--debug",
    "-D",
    "--check",
    "--layers",
    "--no-rm",
    "--disable-content-trust",
    "--stream",
    "--tls-verify",
];

/// The text with `*` in place of each variable: what a pattern takes for anything.
pub(in super::super) fn with_stars(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        res.push_str(before);
        match variable_len(after) {
            Some(len) => {
                res.push('*');
                rest = &after[len..];
            }
            None => {
                res.push('$');
                rest = &after[1..];
            }
        }
    }
    res + rest
}

/// The length of `$NAME`, `${NAME…}` or `${{ … }}` at the start.
fn variable_len(text: &str) -> Option<usize> {
    if text.starts_with("${{") {
        return text.find("}}").map(|it| it + 2);
    }
    if text.starts_with("${") {
        return text.find('}').map(|it| it + 1).filter(|it| !text[..*it].contains('\n'));
    }
    let name = text[1..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').count();
    (name > 0).then_some(name + 1)
}

/// The builds of a shell text that runs at `base`.
pub(super) fn calls(text: &str, base: Base) -> Vec<Call> {
    let mut res = Vec::new();
    if !text.contains("build") && !text.contains("bud") {
        return res;
    }
    let mut folder = Some(String::new());
    for command in &shell::script_of_text(text).commands {
        let words: Vec<Option<&str>> = command.words.iter().map(|it| it.value.as_deref()).collect();
        match words[..] {
            [Some("cd" | "pushd"), Some(to)] => {
                folder = folder.filter(|_| !to.contains('*')).map(|it| entered(&it, to))
            }
            [Some("cd" | "pushd"), ..] => folder = None,
            _ => res.extend(folder.as_ref().and_then(|it| call(&words, it, base))),
        }
    }
    res
}

fn entered(folder: &str, to: &str) -> String {
    if folder.is_empty() { to.to_owned() } else { paths::join(folder, to) }
}

/// The build that `words`, in `folder`, are.
fn call(words: &[Option<&str>], folder: &str, base: Base) -> Option<Call> {
    let arguments = arguments(words)?;
    let (mut file, mut context, mut tags, mut target) = (None, None, Vec::new(), None);
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        match word {
            Some("-f" | "--file") => file = Some((*rest.next()?)?),
            Some(it) if it.starts_with("--file=") => file = it.strip_prefix("--file="),
            Some("-t" | "--tag") => tags.extend((*rest.next()?).map(str::to_owned)),
            Some(it) if it.starts_with("--tag=") => tags.push(it["--tag=".len()..].to_owned()),
            Some("--target") => target = (*rest.next()?).map(str::to_owned),
            Some(it) if it.starts_with("--target=") => target = it.strip_prefix("--target=").map(str::to_owned),
            Some(it) if SWITCHES.contains(it) || *it == "*" => {}
            Some(it) if it.starts_with("--") && it.contains('=') => {}
            Some(it) if it.len() > 1 && it.starts_with('-') => drop(rest.next()),
            Some(it) if context.is_none() => context = Some(*it),
            // More than one folder, or one that is not known.
            _ => return None,
        }
    }
    let at = |it: &str| entered(folder, it.trim_end_matches('/'));
    Some(Call { tags, target, ..Call::new(file.map(at), &at(context?), base)? })
}

/// What follows `docker build`, `docker buildx build`, `podman build` or `buildah bud`.
fn arguments<'w>(words: &'w [Option<&'w str>]) -> Option<&'w [Option<&'w str>]> {
    let start = words.iter().position(|it| it.is_some_and(is_builder))?;
    let verbs = &words[start + 1..];
    let n = match verbs {
        [Some("buildx" | "image" | "builder"), Some("build" | "b"), ..] => 2,
        [Some("build" | "bud"), ..] => 1,
        _ => return None,
    };
    Some(&verbs[n..])
}

fn is_builder(word: &str) -> bool {
    matches!(paths::file_name(word), "docker" | "podman" | "buildah" | "nerdctl" | "depot")
}
