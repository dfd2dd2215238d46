//! `find FOLDER… TESTS -exec COMMAND {} +`.

/// The commands that `find` runs on what it finds, without their end; `None` where these words are no `find`, or one whose
/// command is not plain.
///
/// Source: POSIX, `find`: `-exec` and `-ok` reach to a `;`, or to a `+` after `{}`; busybox has no `-ok`.
pub(crate) fn commands(words: &[String]) -> Option<Vec<&[String]>> {
    let (first, rest) = words.split_first()?;
    if crate::paths::file_name(first) != "find" {
        return None;
    }
    let mut found = Vec::new();
    let mut rest = rest;
    while let Some(at) = rest.iter().position(|it| matches!(it.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir")) {
        let inner = &rest[at + 1..];
        let end = inner.iter().position(|it| matches!(it.as_str(), ";" | "\\;" | "+"))?;
        found.push(inner.get(..end).filter(|it| !it.is_empty())?);
        rest = &inner[end + 1..];
    }
    Some(found)
}

/// Whether `find` is given no folder but the working one, and changes no more than whose things are, and for whom.
pub(crate) fn gives_away(words: &[String]) -> bool {
    let is_here =
        words.get(1).is_some_and(|it| it == ".") && words.get(2).is_none_or(|it| it.starts_with(['-', '(', '\\']));
    let changes = |it: &&[String]| matches!(it[0].as_str(), "chown" | "chmod" | "chgrp");
    let deletes = words.iter().any(|it| it == "-delete");
    is_here && !deletes && commands(words).is_some_and(|it| !it.is_empty() && it.iter().all(changes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run() {
        for (line, expected, gives) in [
            ("find . -path '*/x/*' -prune -o -user root -exec chown -h node {} +", Some("chown -h node {}"), true),
            ("find . -name a -exec rm {} ; -exec chmod 1 {} ;", Some("rm {}, chmod 1 {}"), false),
            ("find . ( -name a ) -exec chmod 1 {} +", Some("chmod 1 {}"), true),
            ("find / -exec chown node {} +", Some("chown node {}"), false),
            ("find . -name a", Some(""), false),
            ("find . -exec chown node {}", None, false),
            ("ls .", None, false),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let found = commands(&words).map(|it| it.iter().map(|it| it.join(" ")).collect::<Vec<_>>().join(", "));
            assert_eq!(found.as_deref(), expected, "{line}");
            assert_eq!(gives_away(&words), gives, "{line}");
        }
    }
}
