//! Words with their quotes taken off, and put on.

use std::borrow::Cow;

/// What the shell makes of a word; `None` when it holds an expansion.
pub(super) fn unquote(raw: &str) -> Option<String> {
    let mut value = String::with_capacity(raw.len());
    let mut quote = None;
    let mut chars = raw.chars().peekable();
    while let Some(ch) = chars.next() {
        match (quote, ch) {
            (Some(open), _) if ch == open => quote = None,
            (Some('\''), _) => value.push(ch),
            (None, '\'' | '"') => quote = Some(ch),
            (_, '`') => return None,
            (_, '$') if chars.peek().is_some_and(|it| starts_expansion(*it, quote)) => return None,
            (None, '\\') => value.extend(chars.next().filter(|it| *it != '\n')),
            (Some('"'), '\\') => escaped(&mut value, chars.next()),
            _ => value.push(ch),
        }
    }
    Some(value)
}

/// `text` as one word of a shell, in quotes where it would be more or something else without.
#[must_use]
pub fn quote(text: &str) -> Cow<'_, str> {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-@%+=:,".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

/// Behind `$`: a name, a number, a special parameter, `{`, `(`, or an ANSI-C or translated string.
fn starts_expansion(ch: char, quote: Option<char>) -> bool {
    let is_quote = matches!(ch, '\'' | '"') && quote.is_none();
    is_quote || ch.is_alphanumeric() || "_{(@*#?-$![".contains(ch)
}

/// Between double quotes a backslash escapes four characters and the line end.
fn escaped(value: &mut String, ch: Option<char>) {
    match ch {
        Some('\n') => {}
        Some(ch @ ('$' | '`' | '"' | '\\')) => value.push(ch),
        Some(ch) => value.extend(['\\', ch]),
        None => value.push('\\'),
    }
}

/// The text between the quotes when all of `raw` is one quoted string, and whether it stands there
/// as it is. Expansions stay in it.
pub(super) fn quoted_script(raw: &str) -> Option<(String, bool)> {
    if let Some(inner) = raw.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) {
        return (!inner.contains('\'')).then(|| (inner.to_owned(), true));
    }
    let inner = raw.strip_prefix('"').and_then(|it| it.strip_suffix('"'))?;
    if !inner.contains('\\') {
        return (!inner.contains('"')).then(|| (inner.to_owned(), true));
    }
    let mut script = String::new();
    let mut chars = inner.chars();
    while let Some(ch) = chars.next() {
        match ch {
            '"' => return None,
            '\\' => escaped(&mut script, chars.next()),
            _ => script.push(ch),
        }
    }
    Some((script, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_off() {
        let cases = [
            ("npm", "npm"),
            ("'a b'", "a b"),
            (r#""a b""#, "a b"),
            (r#"a"b c"'d'"#, "ab cd"),
            (r"a\ b", "a b"),
            (r#""a\"b\n""#, r#"a"b\n"#),
            ("'$x'", "$x"),
            (r"\$x", "$x"),
            ("a$", "a$"),
            ("*.js", "*.js"),
            ("''", ""),
        ];
        for (raw, want) in cases {
            assert_eq!(unquote(raw).as_deref(), Some(want), "{raw}");
        }
    }

    #[test]
    fn quotes_are_put_on() {
        for (text, want) in [
            ("uploads/a-b_c.d", "uploads/a-b_c.d"),
            ("übersicht", "übersicht"),
            ("my files", "'my files'"),
            ("$HOME", "'$HOME'"),
            ("a;b", "'a;b'"),
            ("it's", r"'it'\''s'"),
            ("~", "'~'"),
            ("", "''"),
        ] {
            assert_eq!(quote(text), want);
            assert_eq!(unquote(&quote(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn expansions_are_unknown() {
        for raw in ["$x", "${x}", "a$(b)", "\"$x\"", "`a`", "\"`a`\"", "$1", "$@", "$'a'"] {
            assert_eq!(unquote(raw), None, "{raw}");
        }
    }
}
