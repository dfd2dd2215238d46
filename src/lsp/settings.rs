//! The client's settings: `initializationOptions`, and the section `nodestage` of its configuration.
//!
//! They are what nodestage.toml does not say: a key that stands in both counts as in the file, so that
//! editor and command line agree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::{Settings, level_named, nearest};
use crate::diagnostic::Severity;
use crate::linter::rule_names;
use crate::paths::lexical;

/// What the client's user wants, for one workspace folder or for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EditorSettings {
    pub(super) targets: Vec<String>,
    /// As written: relative to the workspace folder.
    pub(super) context: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) levels: BTreeMap<&'static str, Option<Severity>>,
    /// Whether fixes are offered in which a fact is missing.
    pub(super) unsafe_fixes: bool,
    pub(super) inlay_hints: bool,
    /// As `tracing` writes it.
    pub(super) log_level: String,
}

impl Default for EditorSettings {
    fn default() -> Self {
        Self {
            targets: Vec::new(),
            context: None,
            user: None,
            levels: BTreeMap::new(),
            unsafe_fixes: true,
            inlay_hints: true,
            log_level: "warn".to_owned(),
        }
    }
}

const KEYS: &[&str] = &["target", "context", "user", "rules", "unsafeFixes", "inlayHints", "logLevel"];
const LOG_LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

impl EditorSettings {
    /// Reads a section, and what is wrong with it in words. What is wrong counts as absent; `null` is absent.
    /// Other keys may be the client's own (`path`, `trace`), so they are no mistakes unless they are
    /// nearly one of ours.
    pub(super) fn read(section: &Value) -> (Self, Vec<String>) {
        let mut reader = Reader { section, mistakes: Vec::new() };
        let default = Self::default();
        let res = Self {
            targets: reader.texts("target"),
            context: reader.text("context").map(PathBuf::from),
            user: reader.text("user"),
            levels: reader.levels(),
            unsafe_fixes: reader.flag("unsafeFixes").unwrap_or(default.unsafe_fixes),
            inlay_hints: reader.flag("inlayHints").unwrap_or(default.inlay_hints),
            log_level: reader.log_level().unwrap_or(default.log_level),
        };
        reader.misspelt();
        (res, reader.mistakes)
    }

    /// What holds for a Dockerfile in `folder`, of which nodestage.toml says `file`.
    pub(super) fn under(&self, file: Settings, folder: Option<&Path>) -> Settings {
        let context = || Some(lexical(&folder?.join(self.context.as_ref()?)));
        let mut levels = self.levels.clone();
        levels.extend(file.levels);
        Settings {
            targets: if file.targets.is_empty() { self.targets.clone() } else { file.targets },
            context: file.context.or_else(context),
            user: file.user.or_else(|| self.user.clone()),
            levels,
        }
    }
}

struct Reader<'a> {
    section: &'a Value,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.section.get(key).filter(|it| !it.is_null())
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::String(it) if it.is_empty() => None,
            Value::String(it) => Some(it.clone()),
            _ => self.mistake(format!("`nodestage.{key}` is a string")),
        }
    }

    /// A text, or a list of them.
    fn texts(&mut self, key: &str) -> Vec<String> {
        let Some(Value::Array(all)) = self.get(key) else { return self.text(key).into_iter().collect() };
        let texts: Option<Vec<String>> = all.iter().map(|it| it.as_str().map(str::to_owned)).collect();
        texts.or_else(|| self.mistake(format!("`nodestage.{key}` is a list of strings"))).unwrap_or_default()
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(it) => Some(*it),
            _ => self.mistake(format!("`nodestage.{key}` is true or false")),
        }
    }

    fn log_level(&mut self) -> Option<String> {
        let level = self.text("logLevel")?.to_ascii_lowercase();
        if LOG_LEVELS.contains(&level.as_str()) {
            return Some(level);
        }
        self.mistake(format!("`nodestage.logLevel` is one of {}, not `{level}`", LOG_LEVELS.join(", ")))
    }

    fn levels(&mut self) -> BTreeMap<&'static str, Option<Severity>> {
        let Some(rules) = self.get("rules").cloned() else { return BTreeMap::new() };
        let Some(rules) = rules.as_object() else {
            self.mistake::<()>("`nodestage.rules` is an object of rule names and levels".to_owned());
            return BTreeMap::new();
        };
        rules.iter().filter_map(|(name, level)| self.level(name, level)).collect()
    }

    fn level(&mut self, name: &str, level: &Value) -> Option<(&'static str, Option<Severity>)> {
        let Some(rule) = rule_names().find(|it| *it == name) else {
            let suggestion =
                nearest(name, rule_names()).map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
            return self.mistake(format!("`nodestage.rules`: there is no rule `{name}`{suggestion}"));
        };
        let Some(level) = level.as_str().and_then(level_named) else {
            return self.mistake(format!("`nodestage.rules`: `{name}` is off, info, warning or error"));
        };
        Some((rule, level))
    }

    /// Keys that someone meant for one of ours.
    fn misspelt(&mut self) {
        let keys = self.section.as_object().into_iter().flatten().map(|it| it.0.as_str());
        let unknown = keys.filter(|it| !KEYS.contains(it));
        let near = unknown.filter_map(|it| Some((it, nearest(it, KEYS.iter().copied()).filter(|_| it.len() > 4)?)));
        let mistakes = near.map(|(key, meant)| format!("there is no `nodestage.{key}`; did you mean `{meant}`?"));
        self.mistakes.extend(mistakes.collect::<Vec<_>>());
    }

    fn mistake<T>(&mut self, message: String) -> Option<T> {
        self.mistakes.push(message);
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_mistake(section: &Value, expected: &str) {
        let (settings, mistakes) = EditorSettings::read(section);
        assert_eq!(mistakes, [expected]);
        assert_eq!(settings, EditorSettings::default());
    }

    #[test]
    fn null_is_absent() {
        let section = json!({"target": null, "user": "", "rules": null, "path": "/usr/bin/nodestage"});
        assert_eq!(EditorSettings::read(&section), (EditorSettings::default(), Vec::new()));
        assert_eq!(EditorSettings::read(&Value::Null), (EditorSettings::default(), Vec::new()));
    }

    #[test]
    fn mistakes_are_named_and_the_rest_counts() {
        check_mistake(&json!({"target": 1}), "`nodestage.target` is a string");
        check_mistake(&json!({"target": ["a", 1]}), "`nodestage.target` is a list of strings");
        check_mistake(
            &json!({"rules": {"root-usr": "off"}}),
            "`nodestage.rules`: there is no rule `root-usr`; did you mean `root-user`?",
        );
        check_mistake(
            &json!({"rules": {"root-user": "on"}}),
            "`nodestage.rules`: `root-user` is off, info, warning or error",
        );
        check_mistake(&json!({"unsafeFixs": false}), "there is no `nodestage.unsafeFixs`; did you mean `unsafeFixes`?");
    }

    #[test]
    fn the_file_goes_before_the_editor() {
        let section = json!({"target": "a", "user": "u", "context": "x/..", "rules": {"root-user": "off"}});
        let (editor, _) = EditorSettings::read(&section);
        let levels = BTreeMap::from([("root-user", Some(Severity::Error))]);
        let file = Settings { targets: vec!["b".to_owned()], levels: levels.clone(), ..Settings::default() };
        let settings = editor.under(file, Some(Path::new("/w")));
        assert_eq!(settings.targets, ["b"]);
        assert_eq!(settings.user.as_deref(), Some("u"));
        assert_eq!(settings.context.as_deref(), Some(Path::new("/w")));
        assert_eq!(settings.levels, levels);
    }
}
