//! esbuild by its command line or by a script that calls it, and Bun's bundler.

use super::words::{Options, Words};
use super::{
    Bundle, add, by_layout, by_layout_below, common_folder, computes, file_of, maps_by, may_ask_for_its_folder, stem,
};
use crate::paths;
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::outputs::follow::Builder;
use crate::project::{App, Reason};

/// Options of esbuild that leave the output where it is, and those that say where that is.
const ESBUILD: Options = Options {
    valued: &[],
    bare: &[
        "--allow-overwrite",
        "--alias",
        "--banner",
        "--bundle",
        "--charset",
        "--color",
        "--conditions",
        "--define",
        "--drop",
        "--external",
        "--footer",
        "--format",
        "--inject",
        "--jsx",
        "--jsx-import-source",
        "--keep-names",
        "--legal-comments",
        "--loader",
        "--log-level",
        "--log-limit",
        "--main-fields",
        "--metafile",
        "--minify",
        "--minify-identifiers",
        "--minify-syntax",
        "--minify-whitespace",
        "--out-extension",
        "--outbase",
        "--outdir",
        "--outfile",
        "--packages",
        "--platform",
        "--pure",
        "--resolve-extensions",
        "--sourcemap",
        "--sources-content",
        "--splitting",
        "--target",
        "--tree-shaking",
        "--tsconfig",
    ],
};

/// Those of `bun build`. Source: Bun's page "Bundler".
const BUN: Options = Options {
    valued: &[
        "--banner",
        "--conditions",
        "--define",
        "--drop",
        "--env",
        "--external",
        "-e",
        "--footer",
        "--format",
        "--loader",
        "--outdir",
        "--outfile",
        "--packages",
        "--target",
        "--tsconfig-override",
    ],
    bare: &[
        "--emit-dce-annotations",
        "--minify",
        "--minify-identifiers",
        "--minify-syntax",
        "--minify-whitespace",
        "--no-clear-screen",
        "--production",
        "--sourcemap",
        "--splitting",
    ],
};

/// `esbuild src/index.ts --bundle …`
pub(super) fn esbuild(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = match Words::read(arguments, &ESBUILD) {
        Ok(words) => words,
        Err(word) => return builder.unknown(format!("it is not known what `{word}` means to `esbuild`")),
    };
    let is_one = words.operands.iter().all(|it| !it.contains('*'));
    if words.operands.is_empty() || !is_one || !matches!(words.value(&["--bundle"]), Some("" | "true")) {
        let entries = words.operands.join(" ");
        return builder.unknown(format!("what `esbuild` makes of `{entries}` is not followed yet"));
    }
    let has_packages = !words.has(&["--external", "--packages"]);
    to_folder(builder, "esbuild", &words, has_packages);
}

/// `bun build src/index.ts --outdir dist`
pub(super) fn bun(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = match Words::read(arguments, &BUN) {
        Ok(words) => words,
        Err(word) => return builder.unknown(format!("it is not known what `{word}` means to `bun build`")),
    };
    if may_ask_for_its_folder(builder.app) {
        return builder.unknown("what `bun build` makes of `__dirname` is not followed");
    }
    let has_packages = !words.has(&["--external", "-e", "--packages"]);
    to_folder(builder, "bun build", &words, has_packages);
}

/// `node build.mjs`, where that calls esbuild and does nothing else; false where it may.
pub(super) fn script(builder: &mut Builder<'_>, file: &str) -> bool {
    const MODULES: [&str; 5] = ["esbuild", "path", "node:path", "url", "node:url"];
    let path = paths::normalise(file);
    if !crate::project::config_file::is_code(&path) {
        return false;
    }
    let Some(Ok(config)) = builder.app.config_file(stem(&path)) else { return false };
    let is_other = |it: &str| !MODULES.contains(&it);
    let is_plain = config.imports("esbuild") && config.first_import(is_other).is_none();
    if !is_plain || config.first(&["plugins", "write", "outExtension", "entryNames"]).is_some() {
        return false;
    }
    match by_options(builder.app, &config) {
        Ok(bundle) => add(builder, "esbuild", bundle),
        Err(why) => builder.unknown(why),
    }
    true
}

/// What one call of `build` says.
fn by_options(app: &App, config: &ConfigFile) -> Result<Bundle, Reason> {
    let computed = |name: &'static str| move || computes(config, name);
    if !matches!(config.one("", "bundle")?, Some(Setting::Flag(true))) {
        return Err(Reason::of_file(&config.path, "does not say `bundle: true`"));
    }
    let entry = config.one("", "entryPoints")?;
    let entries = match entry {
        Some(Setting::List(all)) => {
            let files: Option<Vec<String>> = all.iter().map(|it| file_of(app, config, it)).collect();
            let files = files.ok_or_else(computed("entryPoints"))?;
            match config.one("", "outbase")? {
                Some(base) => file_of(app, config, base)
                    .and_then(|it| by_layout_below(&it, &files))
                    .ok_or_else(computed("outbase"))?,
                None => by_layout(files),
            }
        }
        Some(Setting::Table(all)) => {
            let named = all.iter().map(|(name, it)| Some((name.clone(), file_of(app, config, it)?)));
            named.collect::<Option<_>>().ok_or_else(computed("entryPoints"))?
        }
        _ => return Err(computes(config, "entryPoints")),
    };
    let maps = maps_by(config.one("", "sourcemap")?);
    let has_packages = config.first(&["external", "packages"]).is_none();
    let folder = match (config.one("", "outdir")?, config.one("", "outfile")?, &entries[..]) {
        (Some(folder), None, _) => file_of(app, config, folder).ok_or_else(computed("outdir"))?,
        (None, Some(file), [(_, source)]) => {
            let file = file_of(app, config, file).ok_or_else(computed("outfile"))?;
            let entries = vec![(stem(paths::file_name(&file)).to_owned(), source.clone())];
            return Ok(Bundle { folder: paths::parent(&file).to_owned(), entries, maps, has_packages });
        }
        _ => return Err(computes(config, "outdir")),
    };
    Ok(Bundle { folder, entries, maps, has_packages })
}

/// Notes what goes to `--outdir` or `--outfile`.
fn to_folder(builder: &mut Builder<'_>, name: &str, words: &Words, has_packages: bool) {
    let sources = words.operands.clone();
    let maps = Some(words.maps(&["--sourcemap"]).unwrap_or(false));
    let (folder, entries) = match (words.value(&["--outdir"]), words.value(&["--outfile"]), &sources[..]) {
        (Some(folder), None, [_, ..]) => {
            let below = words.value(&["--outbase"]).map(|it| by_layout_below(it, &sources));
            let Some(entries) = below.unwrap_or_else(|| Some(by_layout(sources))) else {
                return builder.unknown(format!("not all entries of `{name}` lie in its `--outbase`"));
            };
            (folder.to_owned(), entries)
        }
        (None, Some(file), [source]) => {
            let file = paths::normalise(file);
            (paths::parent(&file).to_owned(), vec![(stem(paths::file_name(&file)).to_owned(), source.clone())])
        }
        _ => {
            let entries = common_folder(sources.iter().map(String::as_str)).unwrap_or_default();
            return builder.unknown(format!("where `{name}` puts what it makes of `{entries}` is not known"));
        }
    };
    add(builder, name, Bundle { folder, entries, maps, has_packages });
}
