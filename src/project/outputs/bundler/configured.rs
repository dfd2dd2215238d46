//! Bundlers of libraries and servers that read a file of settings: tsup, tsdown and unbuild. They leave what package.json
//! lists as `dependencies` outside, and take in the rest.
//!
//! Worked example: `defineConfig({ entry: ['src/index.ts', 'src/jobs/mail.ts'] })` makes `dist/index.js` and
//! `dist/jobs/mail.js`.

use super::words::{Options, Words};
use super::{Bundle, add, by_layout, computes, config, file_of, maps_by, stem};
use crate::paths;
use crate::paths::glob::{self, Dialect, Glob};
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::outputs::follow::Builder;
use crate::project::{App, EntryKind, Reason};

/// Options of tsup and tsdown that leave the output where it is, and those that are read.
const OPTIONS: Options = Options {
    valued: &["-c", "--config", "-d", "--out-dir", "--external", "--format", "--platform", "--target", "--tsconfig"],
    bare: &[
        "--clean",
        "--dts",
        "--keep-names",
        "--minify",
        "--no-clean",
        "--no-config",
        "--no-dts",
        "--no-splitting",
        "--shims",
        "--silent",
        "--sourcemap",
        "--splitting",
        "--treeshake",
    ],
};

/// More files and folders are not looked at.
const MAX_FILES: usize = 2_000;

/// Settings that put more than bundles somewhere, or other ones.
const MORE: [&str; 4] = ["onSuccess", "bundle", "unbundle", "hooks"];

/// `tsup src/index.ts …`
pub(super) fn tsup(builder: &mut Builder<'_>, arguments: &[String]) {
    by_config(builder, "tsup", "tsup.config", None, arguments);
}

/// `tsdown …`
pub(super) fn tsdown(builder: &mut Builder<'_>, arguments: &[String]) {
    by_config(builder, "tsdown", "tsdown.config", Some("src/index.ts"), arguments);
}

/// `unbuild`
pub(super) fn unbuild(builder: &mut Builder<'_>, arguments: &[String]) {
    match of_unbuild(builder, arguments) {
        Ok(bundle) => add(builder, "unbuild", bundle),
        Err(why) => builder.unknown(why),
    }
}

fn by_config(builder: &mut Builder<'_>, name: &str, file: &str, usual: Option<&str>, arguments: &[String]) {
    match bundle(builder, name, file, usual, arguments) {
        Ok(bundle) => add(builder, name, bundle),
        Err(why) => builder.unknown(why),
    }
}

fn bundle(
    builder: &Builder<'_>,
    name: &str,
    file: &str,
    usual: Option<&str>,
    arguments: &[String],
) -> Result<Bundle, Reason> {
    let words =
        Words::read(arguments, &OPTIONS).map_err(|word| format!("it is not known what `{word}` means to `{name}`"))?;
    let app = builder.app;
    let config = match words.has(&["--no-config"]) {
        true => None,
        false => config(builder, words.value(&["-c", "--config"]), &[file])?,
    };
    let manifest = app.folder_path("package.json");
    let manifest_says = || app.files.text(&manifest).is_some_and(|it| it.contains(&format!("\"{name}\": {{")));
    if config.is_none() && manifest_says() {
        return Err(Reason::of_file(manifest, format!("has settings of `{name}`, which are not followed yet")));
    }
    let config = config.as_deref();
    if let Some((config, setting)) = config.and_then(|it| Some((it, it.first(&MORE)?))) {
        return Err(Reason::of_file(&config.path, format!("sets `{setting}`")));
    }
    let entries = match (&words.operands[..], config) {
        ([], Some(config)) => entries(app, config, usual)?,
        ([], None) => by_layout(vec![usual.ok_or("what `tsup` makes is not known without an entry")?.to_owned()]),
        (all, _) => by_layout(expanded(app, all)?),
    };
    let folder = match words.value(&["-d", "--out-dir"]) {
        Some(folder) => folder.to_owned(),
        None => config.map_or(Ok(None), |it| it.folder("outDir", app, ""))?.unwrap_or_else(|| "dist".to_owned()),
    };
    let maps = match (words.maps(&["--sourcemap"]), config) {
        (Some(maps), _) => Some(maps),
        (None, Some(config)) => maps_by(config.one("", "sourcemap")?),
        (None, None) => Some(false),
    };
    let leaves_out = |it: &ConfigFile| it.first(&["external", "noExternal", "skipNodeModulesBundle"]).is_some();
    let has_packages = !words.has(&["--external"]) && !config.is_some_and(leaves_out);
    Ok(Bundle { folder, entries, maps, has_packages })
}

/// What `entry` says: a list of files and patterns, or files by the names of what is made of them.
fn entries(app: &App, config: &ConfigFile, usual: Option<&str>) -> Result<Vec<(String, String)>, Reason> {
    let entry = config.one("", "entry")?.or(config.one("", "entryPoints")?);
    let computed = || computes(config, "entry");
    match (entry, usual) {
        (None, Some(usual)) => Ok(by_layout(vec![usual.to_owned()])),
        (Some(Setting::Table(all)), _) => {
            let named = all.iter().map(|(name, it)| Some((name.clone(), file_of(app, config, it)?)));
            named.collect::<Option<_>>().ok_or_else(computed)
        }
        (Some(Setting::List(all)), _) => {
            let files: Option<Vec<String>> = all.iter().map(|it| file_of(app, config, it)).collect();
            Ok(by_layout(expanded(app, &files.ok_or_else(computed)?)?))
        }
        (Some(it), _) => Ok(by_layout(expanded(app, &[file_of(app, config, it).ok_or_else(computed)?])?)),
        (None, None) => Err(Reason::of_file(&config.path, "names no `entry`")),
    }
}

/// The files that these names and patterns stand for.
fn expanded(app: &App, written: &[String]) -> Result<Vec<String>, Reason> {
    let (without, with): (Vec<&String>, Vec<&String>) = written.iter().partition(|it| it.starts_with('!'));
    let mut res = Vec::new();
    for pattern in with.into_iter().map(|it| paths::normalise_pattern(it)) {
        match glob::is_glob(&pattern) {
            true => res.extend(matching(app, &pattern)?),
            false => res.push(pattern),
        }
    }
    let without: Vec<Glob> =
        without.iter().filter_map(|it| Glob::new(&paths::normalise_pattern(&it[1..]), Dialect::Shell)).collect();
    res.retain(|it| !without.iter().any(|glob| glob.matches(it)));
    Ok(res)
}

/// The files of the app that match `pattern`.
fn matching(app: &App, pattern: &str) -> Result<Vec<String>, Reason> {
    let unknown = || Reason::from(format!("what `{pattern}` takes is not known"));
    let glob = Glob::new(pattern, Dialect::Shell).ok_or_else(unknown)?;
    let (mut res, mut open) = (Vec::new(), vec![String::new()]);
    while let Some(folder) = open.pop() {
        for (name, kind) in app.files.list(&app.folder_path(&folder)) {
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::Folder if name != "node_modules" && !name.starts_with('.') => open.push(path),
                EntryKind::File if glob.matches(&path) => res.push(path),
                _ => {}
            }
        }
        if open.len() + res.len() > MAX_FILES {
            return Err(unknown());
        }
    }
    res.sort();
    Ok(res)
}

/// What unbuild makes: `src/index` becomes `dist/index.mjs`. Source: its page, 3.
fn of_unbuild(builder: &Builder<'_>, arguments: &[String]) -> Result<Bundle, Reason> {
    if let Some(word) = arguments.iter().find(|it| !matches!(it.as_str(), "--minify" | "--sourcemap")) {
        return Err(format!("it is not known what `{word}` means to `unbuild`").into());
    }
    let app = builder.app;
    let config = config(builder, None, &["build.config"])?;
    let Some(config) = config.as_deref() else {
        return Err("what `unbuild` makes is not known without `build.config.ts`".into());
    };
    if let Some(setting) = config.first(&["hooks", "preset", "rootDir", "stub"]) {
        return Err(Reason::of_file(&config.path, format!("sets `{setting}`")));
    }
    let Some(Setting::List(all)) = config.one("", "entries")? else { return Err(computes(config, "entries")) };
    let named = all.iter().map(|it| {
        let source = file_of(app, config, it)?;
        Some((stem(paths::below("src", &source).unwrap_or(paths::file_name(&source))).to_owned(), source))
    });
    let entries = named.collect::<Option<_>>().ok_or_else(|| computes(config, "entries"))?;
    let folder = config.folder("outDir", app, "")?.unwrap_or_else(|| "dist".to_owned());
    let by_words = arguments.iter().any(|it| it == "--sourcemap").then_some(true);
    let maps = by_words.or_else(|| maps_by(config.one("", "sourcemap").ok().flatten()));
    Ok(Bundle { folder, entries, maps, has_packages: config.first(&["externals"]).is_none() })
}
