//! HCL as far as bake files of plain lines go.

/// The lines without comments, trimmed: each brace ends its line, each list stands on one, and texts of several lines are left
/// out.
pub(super) fn lines(text: &str) -> Vec<String> {
    let text = apart(&without_heredocs(text));
    text.lines().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// `<<EOT` and the lines up to `EOT` as one text.
fn without_heredocs(text: &str) -> String {
    let mut end: Option<&str> = None;
    let mut res = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some(name) = end {
            end = Some(name).filter(|it| line.trim() != *it);
            continue;
        }
        match line.split_once("<<") {
            Some((before, name)) if before.trim_end().ends_with('=') => {
                end = Some(name.trim_start_matches(['-', '~']).trim());
                res.push_str(before);
                res.push_str("\"<<\"");
            }
            _ => res.push_str(line),
        }
        res.push('\n');
    }
    res
}

fn apart(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let (mut is_quoted, mut is_comment, mut n_lists) = (false, false, 0_usize);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        is_comment |= !is_quoted && (char == '#' || char == '/' && chars.peek() == Some(&'/'));
        is_comment &= char != '\n';
        is_quoted ^= char == '"' && !is_comment;
        match char {
            _ if is_comment => {}
            '\n' if n_lists > 0 => res.push(' '),
            '{' if !is_quoted => res.push_str("{\n"),
            '}' if !is_quoted => res.push_str("\n}\n"),
            it => {
                n_lists += usize::from(it == '[' && !is_quoted);
                n_lists -= usize::from(it == ']' && !is_quoted && n_lists > 0);
                res.push(it);
            }
        }
    }
    res
}

/// The text that a value is, a variable as `${NAME}`; `${}` for what has to be computed. `None` for `null`.
pub(super) fn text(value: &str) -> Option<String> {
    let value = value.trim();
    let inner = value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).filter(|it| !it.contains('"'));
    let is_name = !value.is_empty() && value.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    match inner {
        Some(text) => Some(text.to_owned()),
        None if value == "null" => None,
        None if is_name => Some(format!("${{{value}}}")),
        None => Some("${}".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, text};

    #[test]
    fn one_thing_a_line() {
        let read = lines(
            "target \"a\" { context = \".\" } # x {\n// y\ngroup \"g\" {\n  targets = [\n    \"a\",\n    \"b\"\n  ]\n}\n",
        );
        let expected =
            ["target \"a\" {", "context = \".\"", "}", "group \"g\" {", "targets = [     \"a\",     \"b\"   ]", "}"];
        assert_eq!(read, expected);
        assert_eq!(lines("a = <<-EOT\n  FROM {\n  EOT\nb = 1\n"), ["a = \"<<\"", "b = 1"]);
        assert_eq!(lines("a = \"https://x.test/#y\"\n"), ["a = \"https://x.test/#y\""]);
    }

    #[test]
    fn values() {
        for (value, expected) in [
            (" \"api\"", Some("api")),
            ("item", Some("${item}")),
            ("DEBUG ? \"dev\" : \"prod\"", Some("${}")),
            ("null", None),
        ] {
            assert_eq!(text(value).as_deref(), expected);
        }
    }
}
