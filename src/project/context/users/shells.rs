//! Texts for a shell in the files of a repository: recipes, scripts, steps of workflows, examples for readers.

use serde_json::Value;

use super::super::builds::commands::with_stars;
use super::super::builds::makefile;
use super::super::document::Document;

/// Takes the texts out of one kind of file; `*` stands for what is only known where they run.
pub(super) type Texts = fn(&Document) -> Vec<String>;

/// How deep a document is read.
const MAX_DEPTH: usize = 32;

pub(super) fn reader(name: &str) -> Option<Texts> {
    let ends = |ends: &[&str]| ends.iter().any(|it| name.ends_with(it));
    Some(match name {
        "Makefile" | "makefile" | "GNUmakefile" => |it| vec![with_stars(&makefile::commands(&it.text))],
        "justfile" | "Justfile" | ".justfile" => recipes,
        "package.json" => scripts,
        _ if ends(&[".mk"]) => |it| vec![with_stars(&makefile::commands(&it.text))],
        _ if ends(&[".just"]) => recipes,
        _ if ends(&[".sh", ".bash"]) => |it| vec![with_stars(&it.text)],
        _ if ends(&[".yml", ".yaml"]) => steps,
        _ if ends(&[".md", ".MD"]) => examples,
        _ => return None,
    })
}

/// The recipes of a justfile.
fn recipes(document: &Document) -> Vec<String> {
    let text = document.text.replace("\\\r\n", " ").replace("\\\n", " ");
    let lines =
        text.lines().filter(|it| it.starts_with([' ', '\t'])).map(|it| it.trim_start().trim_start_matches(['@', '-']));
    vec![with_stars(&without_templates(&lines.map(|it| format!("{it}\n")).collect::<String>()))]
}

/// The text with `*` in place of each `{{ … }}`.
pub(super) fn without_templates(text: &str) -> String {
    let mut parts = text.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |res, it| res + "*" + it.split_once("}}").map_or("", |it| it.1))
}

/// The scripts of a package.json.
fn scripts(document: &Document) -> Vec<String> {
    let Ok(package) = serde_json::from_str::<Value>(&document.text) else { return Vec::new() };
    let scripts = package.get("scripts").and_then(Value::as_object).into_iter().flatten();
    scripts.filter_map(|it| it.1.as_str()).filter(|it| runs(it)).map(with_stars).collect()
}

/// The texts of a document that run something.
fn steps(document: &Document) -> Vec<String> {
    let mut res = Vec::new();
    if let Some(value) = document.yaml().ok().filter(|_| runs(&document.text)) {
        walk(value, 0, &mut res);
    }
    res
}

fn walk(value: &Value, depth: usize, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if runs(text) => texts.push(with_stars(&without_templates(&text.replace("${{", "{{")))),
        Value::Array(items) if depth < MAX_DEPTH => items.iter().for_each(|it| walk(it, depth + 1, texts)),
        Value::Object(map) if depth < MAX_DEPTH => map.values().for_each(|it| walk(it, depth + 1, texts)),
        _ => {}
    }
}

fn runs(text: &str) -> bool {
    ["docker", "podman", "nerdctl"].iter().any(|it| text.contains(it))
}

/// The commands that a page shows: lines that begin with one, and those that they go on in.
fn examples(document: &Document) -> Vec<String> {
    let text = document.text.replace("\\\r\n", " ").replace("\\\n", " ");
    let plain =
        |it: &str| it.trim().trim_start_matches(['$', '#', '>', '`']).trim_start().trim_end_matches('`').to_owned();
    let lines = text.lines().map(plain).filter(|it| it.starts_with("docker") || it.starts_with("podman"));
    lines.map(|it| with_stars(&it.replace('<', "*").replace('>', ""))).collect()
}
