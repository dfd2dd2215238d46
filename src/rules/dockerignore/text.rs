//! New lines in an ignore file's own habits.

use crate::text::LineEnding;

/// `before` with `lines` at its end: later lines win.
pub(super) fn extended(before: Option<&str>, lines: &[&str]) -> String {
    let before = before.unwrap_or_default();
    let ending = LineEnding::dominant(before).as_str();
    let added = lines.join(ending);
    if before.is_empty() {
        return added + ending;
    }
    let is_open = !before.ends_with('\n');
    let gap = if is_open { ending } else { "" };
    let rest = if has_sections(before) { ending } else { "" };
    let end = if is_open { "" } else { ending };
    format!("{before}{gap}{rest}{added}{end}")
}

/// Whether blank lines part the file's lines: then what stands above is not about the new ones.
fn has_sections(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let last = lines.iter().rposition(|it| !it.is_empty()).unwrap_or(0);
    let ends_blank = last + 1 < lines.len();
    !ends_blank && lines[..last].iter().any(|it| it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::extended;

    #[test]
    fn the_habits_stay() {
        for (before, expected) in [
            (None, "a\nb\n"),
            (Some(""), "a\nb\n"),
            (Some("dist\n"), "dist\na\nb\n"),
            (Some("dist"), "dist\na\nb"),
            (Some("dist\r\nlogs\r\n"), "dist\r\nlogs\r\na\r\nb\r\n"),
            (Some("# Docs\n*.md\n\n# Logs\n*.log\n"), "# Docs\n*.md\n\n# Logs\n*.log\n\na\nb\n"),
            (Some("# Docs\n*.md\n\n"), "# Docs\n*.md\n\na\nb\n"),
        ] {
            assert_eq!(extended(before, &["a", "b"]), expected, "{before:?}");
        }
    }
}
