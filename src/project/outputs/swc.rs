//! The output of swc, by its own command line and by `nest build`.

use nodejs_semver::Range;
use serde_json::Value;

use super::super::tsconfig::TsConfig;
use super::super::{App, json};
use super::follow::Builder;
use super::{Output, Tool};
use crate::paths;

/// The first version of `@swc/cli` that keeps the sources' own folder (`src`) in the output.
const KEEPS_FOLDERS: (u64, u64) = (0, 3);

/// What the words of `swc` say.
#[derive(Debug, Default)]
struct Words {
    sources: Vec<String>,
    out_dir: Option<String>,
    config: Option<String>,
    strips: bool,
    maps: bool,
    unknown: Option<String>,
}

/// `swc src -d dist …`
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = read(arguments);
    if let Some(word) = words.unknown {
        return builder.unknown(format!("`swc {word}` is not followed yet"));
    }
    let ([source], Some(out)) = (&words.sources[..], &words.out_dir) else {
        return builder.unknown("`swc` is followed for one folder and `--out-dir` only".to_owned());
    };
    let (source, out) = (paths::normalise(source), paths::normalise(out));
    let source_root = match words.strips {
        true => Some(source),
        false => keeps_folders(builder).map(|keeps| if keeps { String::new() } else { source }),
    };
    note_helpers(builder, words.config.as_deref(), arguments);
    let maps = if words.maps { Some(true) } else { maps(builder, words.config.as_deref()) };
    add(builder, out, source_root, maps);
}

/// `nest build` with `"builder": "swc"`: it compiles `sourceRoot` into the `outDir` of tsconfig, without the folder.
pub(super) fn by_nest(builder: &mut Builder<'_>, config: &TsConfig, settings: &Value) {
    let options = settings.pointer("/compilerOptions/builder/options");
    let option = |key: &str| options.and_then(|it| it.get(key));
    if let Some(key) = ["filenames", "outFile", "ignore", "extensions"].iter().find(|it| option(it).is_some()) {
        return builder.unknown(format!("`{key}` of the builder `swc` is not followed yet"));
    }
    if config.out_dir.is_none() && config.unknown_base.is_some() {
        return builder.unknown(format!("`{}` extends what can't be read", config.path));
    }
    let named = option("outDir").and_then(Value::as_str).map(paths::normalise);
    let out = named.or_else(|| config.out_dir.clone()).unwrap_or_else(|| "dist".to_owned());
    let root = settings.get("sourceRoot").and_then(Value::as_str).map_or_else(|| "src".to_owned(), paths::normalise);
    let strips = option("stripLeadingPaths").and_then(Value::as_bool) != Some(false);
    let swcrc = option("swcrcPath").and_then(Value::as_str);
    note_helpers(builder, swcrc, &[]);
    let maps = if config.maps() == Some(true) { Some(true) } else { maps(builder, swcrc) };
    add(builder, out, Some(if strips { root } else { String::new() }), maps);
}

/// Notes the import of its helpers, which swc adds to what it compiles where it is told not to write them there.
fn note_helpers(builder: &mut Builder<'_>, swcrc: Option<&str>, arguments: &[String]) {
    let path = builder.app.folder_path(swcrc.unwrap_or(".swcrc"));
    let text = builder.app.files.text(&path).unwrap_or_default();
    if text.contains("externalHelpers") || arguments.iter().any(|it| it.contains("externalHelpers")) {
        builder.adds_import("@swc/helpers", &path);
    }
}

fn read(arguments: &[String]) -> Words {
    let mut words = Words::default();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let (flag, own) = word.split_once('=').map_or((word.as_str(), None), |it| (it.0, Some(it.1.to_owned())));
        let mut value = || own.clone().or_else(|| rest.next().cloned());
        match flag {
            "-d" | "--out-dir" => words.out_dir = value(),
            "--config-file" => words.config = value(),
            "--strip-leading-paths" => words.strips = true,
            "-s" | "--source-maps" => words.maps = own.as_deref() != Some("false"),
            "-D"
            | "--copy-files"
            | "-q"
            | "--quiet"
            | "-w"
            | "--watch"
            | "--sync"
            | "--include-dotfiles"
            | "--delete-dir-on-start"
            | "--no-swcrc" => {}
            "-C" | "--config" | "--ignore" | "--log-watch-compilation" | "--env-name" | "--workers" => {
                value();
            }
            _ if flag.starts_with('-') => words.unknown = Some(word.clone()),
            _ => words.sources.push(word.clone()),
        }
    }
    words
}

/// Whether the `@swc/cli` that is installed keeps the folder of the sources; `None` where neither a lock file nor the range
/// of package.json says.
fn keeps_folders(builder: &Builder<'_>) -> Option<bool> {
    let locks = builder.app.locks.iter().filter_map(|it| it.packages.as_ref()).flatten();
    let locked = locks.into_iter().find(|it| it.path.ends_with("node_modules/@swc/cli"));
    let Some(version) = locked.map(|it| &it.version) else { return keeps_folders_by_range(builder.app) };
    let mut parts = version.split('.').map(|it| it.parse::<u64>().ok());
    let version = (parts.next()??, parts.next()??);
    Some(version >= KEEPS_FOLDERS)
}

/// The same where all versions that package.json allows are of one kind.
fn keeps_folders_by_range(app: &App) -> Option<bool> {
    let package = &app.package;
    let all = [&package.dev_dependencies, &package.dependencies];
    let asked = Range::parse(all.iter().find_map(|it| it.get("@swc/cli"))?).ok()?;
    let (major, minor) = KEEPS_FOLDERS;
    let allows = |sign: &str| Range::parse(format!("{sign}{major}.{minor}.0")).map(|it| asked.allows_any(&it));
    match (allows("<").ok()?, allows(">=").ok()?) {
        (true, false) => Some(false),
        (false, true) => Some(true),
        _ => None,
    }
}

/// Whether `.swcrc` asks for source maps; `None` where it can't be read.
fn maps(builder: &Builder<'_>, named: Option<&str>) -> Option<bool> {
    let path = builder.app.folder_path(&paths::normalise(named.unwrap_or(".swcrc")));
    if !builder.app.files.is_file(&path) {
        return named.is_none().then_some(false);
    }
    let settings = json::loose(&builder.app.files.text(&path)?).ok()?;
    let says = |it: &Value| !matches!(it, Value::Bool(false) | Value::Null);
    Some(settings.get("sourceMaps").is_some_and(says))
}

fn add(builder: &mut Builder<'_>, path: String, source_root: Option<String>, maps: Option<bool>) {
    if path.is_empty() || paths::is_outside(&path) {
        return builder.unknown("`swc` writes beside the sources".to_owned());
    }
    let evidence = builder.site.clone();
    builder.add(Output { source_root, maps, ..Output::new(path, Tool::Swc, evidence) });
}
