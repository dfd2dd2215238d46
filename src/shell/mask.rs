//! Hiding from a shell parser what the Dockerfile's own syntax adds, byte for byte.

/// The text of an instruction's operands with continuations, comment lines and line ends as spaces.
pub(super) fn continued(text: &str, escape: char) -> String {
    let mut res = String::with_capacity(text.len());
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\r', '\n']);
        let is_comment = at > 0 && content.trim_start().starts_with('#');
        let shown = if is_comment { "" } else { without_escape(content, escape) };
        res.push_str(shown);
        res.push_str(&" ".repeat(line.len() - shown.len()));
    }
    res
}

/// The line up to the escape character that continues it.
fn without_escape(line: &str, escape: char) -> &str {
    let trimmed = line.trim_end_matches([' ', '\t']);
    trimmed.strip_suffix(escape).unwrap_or(line)
}
