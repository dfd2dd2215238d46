//! A unified diff in colours.

/// `diff`, which is of one file, with what goes in red and what comes in green.
#[must_use]
pub fn coloured(diff: &str) -> String {
    let (mut res, mut in_hunk) = (String::with_capacity(diff.len()), false);
    for line in diff.split_inclusive('\n') {
        in_hunk |= line.starts_with("@@");
        let color = match line.as_bytes().first() {
            _ if !in_hunk => "\x1b[1m",
            Some(b'@') => "\x1b[36m",
            Some(b'+') => "\x1b[32m",
            Some(b'-') => "\x1b[31m",
            _ => "",
        };
        let text = line.trim_end_matches('\n');
        match color {
            "" => res.push_str(line),
            it => res.extend([it, text, "\x1b[0m", &line[text.len()..]]),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::coloured;

    #[test]
    fn lines_have_the_colour_of_what_becomes_of_them() {
        // The line that goes is `-- a`: only in front of the first hunk that would be a file's name.
        let diff = "--- a/D\n+++ b/D\n@@ -1,2 +1,2 @@\n FROM a\n--- a\n+b";
        let expected = "\x1b[1m--- a/D\x1b[0m\n\x1b[1m+++ b/D\x1b[0m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n FROM a\n\x1b[31m--- a\x1b[0m\n\x1b[32m+b\x1b[0m";
        assert_eq!(coloured(diff), expected);
    }
}
