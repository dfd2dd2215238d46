//! nodestage.toml as written.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::audit::{AUDIT_KINDS, AuditOptions};
use super::{ConfigError, Settings, nearest, parse_size};
use crate::diagnostic::Severity;

/// One nodestage.toml, read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    folder: PathBuf,
    common: FileOptions,
    rules: BTreeMap<&'static str, Option<Severity>>,
    exclude: GlobSet,
    audit: AuditOptions,
    files: Vec<(String, FileOptions)>,
}

/// The options that can differ from Dockerfile to Dockerfile.
#[derive(Clone, Debug, Default)]
struct FileOptions {
    targets: Option<Vec<String>>,
    context: Option<PathBuf>,
    user: Option<String>,
}

const TOP_KEYS: &[&str] = &["target", "context", "user", "exclude", "rules", "files", "audit"];
const FILE_KEYS: &[&str] = &["target", "context", "user"];
const AUDIT_KEYS: &[&str] = &["allow", "ignore", "max-size"];
const LEVELS: &[&str] = &["off", "info", "warning", "error"];

type Table<'a> = DeTable<'a>;
type Value<'a> = Spanned<DeValue<'a>>;

impl Options {
    /// Reads `text`, the nodestage.toml at `path` (absolute). `known` are the names of all rules.
    ///
    /// # Errors
    /// At the first thing that is wrong, with its place.
    pub fn parse(path: &Path, text: &str, known: &[&'static str]) -> Result<Self, ConfigError> {
        let at_fault = |fault: Fault| ConfigError::at(path, text, fault.span.start, fault.message);
        let table = Table::parse(text)
            .map_err(|it| at_fault(Fault { span: it.span().unwrap_or_default(), message: it.message().to_owned() }))?;
        let folder = path.parent().unwrap_or(path);
        read(folder, table.get_ref(), known).map_err(at_fault)
    }

    /// What holds for the Dockerfile at `path` (absolute).
    #[must_use]
    pub fn settings(&self, path: &Path) -> Settings {
        let own = self.relative(path).and_then(|path| self.files.iter().find(|(it, _)| *it == path));
        let own = own.map(|(_, it)| it.clone()).unwrap_or_default();
        let common = self.common.clone();
        Settings {
            targets: own.targets.or(common.targets).unwrap_or_default(),
            context: own.context.or(common.context),
            user: own.user.or(common.user),
            levels: self.rules.clone(),
        }
    }

    /// Whether `exclude` names the file at `path` (absolute), or a folder that it is in.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        let Some(relative) = self.relative(path) else { return false };
        !self.exclude.is_empty() && Path::new(&relative).ancestors().any(|it| self.exclude.is_match(it))
    }

    /// What holds for images.
    #[must_use]
    pub fn audit(&self) -> &AuditOptions {
        &self.audit
    }

    fn relative(&self, path: &Path) -> Option<String> {
        Some(path.strip_prefix(&self.folder).ok()?.to_string_lossy().replace('\\', "/"))
    }
}

/// What is wrong, and where.
struct Fault {
    span: Range<usize>,
    message: String,
}

fn fault<T>(span: Range<usize>, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { span, message: message.into() })
}

fn read(folder: &Path, table: &Table<'_>, known: &[&'static str]) -> Result<Options, Fault> {
    check_keys(table, TOP_KEYS)?;
    Ok(Options {
        folder: folder.to_owned(),
        common: read_file(folder, table)?,
        rules: table.get("rules").map(|it| read_rules(it, known)).transpose()?.unwrap_or_default(),
        exclude: table.get("exclude").map(|it| read_globs(it, "exclude")).transpose()?.unwrap_or_default(),
        audit: table.get("audit").map(read_audit).transpose()?.unwrap_or_default(),
        files: table.get("files").map(|it| read_files(folder, it)).transpose()?.unwrap_or_default(),
    })
}

fn read_file(folder: &Path, table: &Table<'_>) -> Result<FileOptions, Fault> {
    let text = |key: &str| table.get(key).map(|it| string(it, key)).transpose();
    Ok(FileOptions {
        targets: table.get("target").map(read_targets).transpose()?,
        context: text("context")?.map(|it| crate::paths::lexical(&folder.join(it))),
        user: table.get("user").map(read_user).transpose()?,
    })
}

fn read_files(folder: &Path, value: &Value<'_>) -> Result<Vec<(String, FileOptions)>, Fault> {
    let mut res = Vec::new();
    for (path, value) in as_table(value, "files")? {
        let table = as_table(value, path.get_ref())?;
        check_keys(table, FILE_KEYS)?;
        res.push((path.get_ref().trim_start_matches("./").to_owned(), read_file(folder, table)?));
    }
    Ok(res)
}

fn read_targets(value: &Value<'_>) -> Result<Vec<String>, Fault> {
    let DeValue::Array(all) = value.get_ref() else { return Ok(vec![string(value, "target")?]) };
    if all.is_empty() {
        return fault(value.span(), "`target` names at least one stage");
    }
    all.iter().map(|it| string(it, "target")).collect()
}

fn read_user(value: &Value<'_>) -> Result<String, Fault> {
    let user = string(value, "user")?;
    let is_part = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "_.-".contains(it));
    if user.split(':').count() > 2 || !user.split(':').all(is_part) {
        return fault(
            value.span(),
            format!("`user` is a name or a number, perhaps with a group (`1000:1000`), not `{user}`"),
        );
    }
    if matches!(user.split(':').next(), Some("root" | "0")) {
        return fault(value.span(), format!("`user` is what replaces root; it cannot be `{user}`"));
    }
    Ok(user)
}

fn read_rules(value: &Value<'_>, known: &[&'static str]) -> Result<BTreeMap<&'static str, Option<Severity>>, Fault> {
    let mut res = BTreeMap::new();
    for (key, value) in as_table(value, "rules")? {
        let Some(name) = known.iter().find(|it| **it == key.get_ref().as_ref()) else {
            return fault(key.span(), unknown("rule", key.get_ref(), known));
        };
        res.insert(*name, read_level(value, name)?);
    }
    Ok(res)
}

fn read_level(value: &Value<'_>, rule: &str) -> Result<Option<Severity>, Fault> {
    let word = string(value, rule)?;
    match super::level_named(&word) {
        Some(level) => Ok(level),
        None => fault(value.span(), unknown("level", &word, LEVELS) + " (off, info, warning, error)"),
    }
}

fn read_audit(value: &Value<'_>) -> Result<AuditOptions, Fault> {
    let table = as_table(value, "audit")?;
    check_keys(table, AUDIT_KEYS)?;
    let size =
        |it: &Value<'_>| parse_size(&string(it, "max-size")?).map_err(|message| Fault { span: it.span(), message });
    Ok(AuditOptions {
        allow: table.get("allow").map(|it| read_globs(it, "allow")).transpose()?.unwrap_or_default(),
        ignore: table.get("ignore").map(read_kinds).transpose()?.unwrap_or_default(),
        max_size: table.get("max-size").map(size).transpose()?,
    })
}

fn read_kinds(value: &Value<'_>) -> Result<Vec<String>, Fault> {
    let Some(all) = value.get_ref().as_array() else {
        return fault(value.span(), "`ignore` is a list of kinds of findings");
    };
    let one = |it: &Value<'_>| {
        let name = string(it, "ignore")?;
        match AUDIT_KINDS.contains(&name.as_str()) {
            true => Ok(name),
            false => fault(it.span(), unknown("kind of finding", &name, AUDIT_KINDS)),
        }
    };
    all.iter().map(one).collect()
}

/// So many can be told apart in little time and memory.
const MAX_GLOBS: usize = 500;

fn read_globs(value: &Value<'_>, key: &str) -> Result<GlobSet, Fault> {
    let Some(globs) = value.get_ref().as_array() else {
        return fault(value.span(), format!("`{key}` is a list of globs"));
    };
    if globs.len() > MAX_GLOBS {
        return fault(value.span(), format!("`{key}` has more than {MAX_GLOBS} globs"));
    }
    let mut res = GlobSetBuilder::new();
    for glob in globs {
        let text = string(glob, key)?;
        match Glob::new(text.trim_end_matches('/')) {
            Ok(it) => res.add(it),
            Err(error) => return fault(glob.span(), error.to_string()),
        };
    }
    res.build().map_err(|it| Fault { span: value.span(), message: it.to_string() })
}

fn check_keys(table: &Table<'_>, known: &[&str]) -> Result<(), Fault> {
    match table.keys().find(|it| !known.contains(&it.get_ref().as_ref())) {
        Some(key) => fault(key.span(), unknown("key", key.get_ref(), known)),
        None => Ok(()),
    }
}

fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(name) => format!("unknown {what} `{word}`; did you mean `{name}`?"),
        None => format!("unknown {what} `{word}`"),
    }
}

fn string(value: &Value<'_>, key: &str) -> Result<String, Fault> {
    match value.get_ref().as_str() {
        Some("") => fault(value.span(), format!("`{key}` is empty")),
        Some(text) => Ok(text.to_owned()),
        None => fault(value.span(), format!("`{key}` is a string, not {}", value.get_ref().type_str())),
    }
}

fn as_table<'a, 'i>(value: &'a Value<'i>, key: &str) -> Result<&'a Table<'i>, Fault> {
    match value.get_ref().as_table() {
        Some(table) => Ok(table),
        None => fault(value.span(), format!("`{key}` is a table, not {}", value.get_ref().type_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options, ConfigError> {
        Options::parse(Path::new("/p/nodestage.toml"), text, &["root-user", "source-maps"])
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        assert_eq!(parse(text).expect_err("it is wrong").to_string(), expected);
    }

    #[test]
    fn a_files_own_table_goes_before_the_common_keys() {
        let options = parse("target = 'a'\ncontext = '..'\n[files.'api/Dockerfile']\ntarget = 'b'\n").unwrap();
        let settings = options.settings(Path::new("/p/api/Dockerfile"));
        assert_eq!((settings.targets, settings.context), (vec!["b".to_owned()], Some("/".into())));
        assert_eq!(options.settings(Path::new("/p/Dockerfile")).targets, ["a"]);
    }

    #[test]
    fn rules_have_levels() {
        let settings = parse("[rules]\nroot-user = 'off'\nsource-maps = 'error'").unwrap().settings(Path::new("/p/D"));
        assert_eq!(settings.levels["root-user"], None);
        assert_eq!(settings.levels["source-maps"], Some(Severity::Error));
    }

    #[test]
    fn exclude_names_files_and_folders() {
        let options = parse("exclude = ['examples/', '**/*.dev.Dockerfile']").unwrap();
        assert!(options.excludes(Path::new("/p/examples/a/Dockerfile")));
        assert!(options.excludes(Path::new("/p/x/api.dev.Dockerfile")));
        assert!(!options.excludes(Path::new("/p/Dockerfile")));
    }

    #[test]
    fn images_have_options() {
        let options =
            parse("[audit]\nallow = ['/app/test/**', '**/*.map']\nignore = ['root-user']\nmax-size = '200MB'").unwrap();
        let audit = options.audit();
        assert!(audit.allows("tests", "/app/test/a.js") && audit.allows("source-maps", "/app/dist/a.js.map"));
        assert!(audit.allows("root-user", "USER") && !audit.allows("tests", "/app/tests/a.js"));
        assert_eq!(audit.max_size, Some(200_000_000));
    }

    #[test]
    fn mistakes_have_a_place_and_a_way_out() {
        check_error("\ntraget = 'a'", "/p/nodestage.toml:2:1: unknown key `traget`; did you mean `target`?");
        check_error(
            "[rules]\nrootuser = 'off'",
            "/p/nodestage.toml:2:1: unknown rule `rootuser`; did you mean `root-user`?",
        );
        check_error(
            "[rules]\nroot-user = 'of'",
            "/p/nodestage.toml:2:13: unknown level `of`; did you mean `off`? (off, info, warning, error)",
        );
        check_error("target = 3", "/p/nodestage.toml:1:10: `target` is a string, not integer");
        check_error("target = ['a', 3]", "/p/nodestage.toml:1:16: `target` is a string, not integer");
        check_error("target = []", "/p/nodestage.toml:1:10: `target` names at least one stage");
        assert_eq!(parse("target = ['a', 'b']").unwrap().settings(Path::new("/p/Dockerfile")).targets, ["a", "b"]);
        check_error("user = ''", "/p/nodestage.toml:1:8: `user` is empty");
        check_error("user = 'root'", "/p/nodestage.toml:1:8: `user` is what replaces root; it cannot be `root`");
        check_error(
            "[audit]\nmaxsize = '1GB'",
            "/p/nodestage.toml:2:1: unknown key `maxsize`; did you mean `max-size`?",
        );
        check_error(
            "[audit]\nmax-size = 'big'",
            "/p/nodestage.toml:2:12: `big` is not a size; write `200MB`, `1.5GB` or `512MiB`",
        );
        check_error(
            "[audit]\nignore = ['test']",
            "/p/nodestage.toml:2:11: unknown kind of finding `test`; did you mean `tests`?",
        );
        assert!(parse("user = 'a b'").is_err());
        assert!(parse("target = ").is_err());
    }
}
