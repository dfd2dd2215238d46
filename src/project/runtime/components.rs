//! Components of Vue, Svelte and Astro: the code in them, where it stands.

use std::borrow::Cow;

use oxc_span::SourceType;

const SCRIPT: &str = "<script";
const END: &str = "</script>";

/// Whether a file is such a component.
pub(in crate::project) fn is_component(path: &str) -> bool {
    [".vue", ".svelte", ".astro"].iter().any(|it| path.ends_with(it))
}

/// The language of its code. TypeScript is read for JavaScript as well.
pub(super) fn source_type(text: &str) -> SourceType {
    let is_jsx = ["lang=\"tsx\"", "lang=\"jsx\""].iter().any(|it| text.contains(it));
    if is_jsx { SourceType::tsx() } else { SourceType::ts() }
}

/// The text with nothing but its code, each line at its place; `None` where the rest may do more than to show something.
pub(super) fn code<'t>(path: &str, text: &'t str) -> Option<Cow<'t, str>> {
    if !is_component(path) {
        return Some(Cow::Borrowed(text));
    }
    let ranges = if path.ends_with(".astro") { frontmatter(text) } else { scripts(text) };
    let mut res = String::with_capacity(text.len());
    let mut end = 0;
    for (from, to) in ranges {
        res += &blank(&text[end..from])?;
        res += &text[from..to];
        end = to;
    }
    res += &blank(&text[end..])?;
    Some(Cow::Owned(res))
}

/// Spaces and line ends in place of a template, where that reads no file itself.
fn blank(template: &str) -> Option<String> {
    let reaches_out = ["readFile", "readdir", "Sync(", "process.", "import("].iter().any(|it| template.contains(it));
    (!reaches_out).then(|| template.chars().map(|it| if it == '\n' { it } else { ' ' }).collect())
}

/// Between the first two lines of dashes.
fn frontmatter(text: &str) -> Vec<(usize, usize)> {
    let start = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\n', '\r']).len();
    let Some(rest) = text[start..].strip_prefix("---") else { return Vec::new() };
    let from = start + "---".len();
    rest.find("\n---").map(|it| (from, from + it)).into_iter().collect()
}

/// Between each `<script …>` and its end.
fn scripts(text: &str) -> Vec<(usize, usize)> {
    let (mut res, mut at) = (Vec::new(), 0);
    while let Some(found) = text[at..].find(SCRIPT) {
        let open = at + found;
        let Some(from) = text[open..].find('>').map(|it| open + it + 1) else { break };
        let Some(to) = text[from..].find(END).map(|it| from + it) else { break };
        res.push((from, to));
        at = to;
    }
    res
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn only_their_code() {
        let found = |path: &str, text: &str| code(path, text).map(|it| it.trim().to_owned());
        for (path, text, expected) in [
            ("a.vue", "<template>a</template>\n<script setup lang=\"ts\">\nlet a = 1\n</script>\n", Some("let a = 1")),
            ("a.svelte", "<script>let a</script>\n<p>{a}</p>\n<style>p {}</style>", Some("let a")),
            ("a.astro", "---\nimport a from 'a'\n---\n<p>{a}</p>\n", Some("import a from 'a'")),
            ("a.astro", "<p>a</p>\n", Some("")),
            ("a.svelte", "<p>{readFileSync('a')}</p>\n", None),
            ("a.ts", "<p>\n", Some("<p>")),
        ] {
            assert_eq!(found(path, text).as_deref(), expected, "{text}");
        }
        // Lines keep their numbers, and characters of several bytes their place in the line.
        let text = "<p>é</p>\n<script>\nlet a\n</script>\n";
        let found = code("a.vue", text).unwrap_or_default();
        assert_eq!(found.lines().position(|it| it == "let a"), Some(2));
    }
}
