//! Texts that may be paths: libraries take file names in more ways than can be listed.

use super::super::Site;
use super::Mention;
use super::graph::Graph;
use super::resolve::{self, Resolved};
use crate::paths;

/// The longest text that is taken for a path, in bytes.
const MAX_LENGTH: usize = 200;

/// Every text of the modules that may name a file or a folder.
pub(super) fn gather(graph: &Graph<'_>) -> Vec<Mention> {
    let mut res = Vec::new();
    for (at, module) in graph.modules.iter().enumerate() {
        let folder = paths::parent(&graph.run_path(&module.path)).to_owned();
        let mut add = |text: &str, site: Site| {
            if let Some(glob) = pattern(text) {
                let (text, glob) = (fixed_folder(glob).to_owned(), Some(glob.to_owned()));
                res.push(Mention { site, text, glob, folder: folder.clone() });
            } else if let Some(text) = plausible(text) {
                res.push(Mention { site, text: text.to_owned(), glob: None, folder: folder.clone() });
            }
        };
        for string in module.nodes.strings.iter().filter(|it| !is_import(graph, &module.path, it.value.as_str())) {
            add(string.value.as_str(), graph.site(at, *string));
        }
        for template in &module.nodes.templates {
            for part in &template.quasis {
                add(part.value.raw.as_str(), graph.site(at, part));
            }
        }
    }
    res
}

/// Whether it is the name of a module without the extension: `./cats/cats.module`.
fn is_import(graph: &Graph<'_>, from: &str, text: &str) -> bool {
    let path = || paths::resolve(paths::parent(from), text);
    text.starts_with('.')
        && !resolve::is_module(text)
        && matches!(resolve::file(graph, &path()), Some(Resolved::Module(found)) if found != path())
}

/// `text` as a pattern of files: one with a wildcard, and with a folder or an extension that is written out.
fn pattern(text: &str) -> Option<&str> {
    let text = text.strip_prefix('!').unwrap_or(text);
    let is_odd = |it: char| it.is_whitespace() || matches!(it, '$' | '|' | '^' | '\\' | '(' | ':' | '<' | '>' | '%');
    let said = !fixed_folder(text).is_empty() || has_extension(text);
    (text.len() <= MAX_LENGTH && text.contains('*') && said && !text.starts_with('/') && !text.contains(is_odd))
        .then_some(text)
}

/// The folder in front of the first wildcard.
fn fixed_folder(pattern: &str) -> &str {
    let end = pattern.find(['*', '{', '[', '?']).unwrap_or(pattern.len());
    pattern[..end].rsplit_once('/').map_or("", |it| it.0).trim_start_matches("./")
}

/// Whether a pattern ends in an extension: `**/*.sql`.
fn has_extension(pattern: &str) -> bool {
    let extension = pattern.rsplit('/').next().unwrap_or_default().rsplit_once('.').map_or("", |it| it.1);
    extension.chars().any(char::is_alphanumeric)
}

/// The part of `text` in front of a placeholder or a glob, if it looks like a path.
fn plausible(text: &str) -> Option<&str> {
    if text.len() > MAX_LENGTH || text.contains(char::is_whitespace) || text.contains("://") {
        return None;
    }
    let end = text.find(['*', '{', '[', '$', '%', '?']).unwrap_or(text.len());
    let known = if end < text.len() { &text[..text[..end].rfind('/').map_or(0, |it| it + 1)] } else { text };
    let path = known.trim_end_matches('/');
    (!path.is_empty() && path != "." && path != "..").then_some(path)
}

#[cfg(test)]
mod tests {
    use super::{pattern, plausible};

    #[test]
    fn placeholders_end_a_path() {
        assert_eq!(plausible("./locales/{{lng}}.json"), Some("./locales"));
        assert_eq!(plausible("migrations/*.js"), Some("migrations"));
        assert_eq!(plausible("../templates/m.hbs"), Some("../templates/m.hbs"));
        assert_eq!(plausible("a sentence"), None);
        assert_eq!(plausible("https://example.test/a"), None);
        assert_eq!(plausible("*"), None);
    }

    #[test]
    fn patterns_say_where_or_what() {
        for it in ["src/**/*.graphql", "**/*.sql", "migrations/*.js", "src/**/*.entity{.ts,.js}"] {
            assert_eq!(pattern(it), Some(it));
        }
        for it in ["*", "*/*", "/api/*", "a *", "**", "/**/x.js", "https://*.example.test", "^a.*b"] {
            assert_eq!(pattern(it), None, "{it}");
        }
    }
}
