//! The outputs of bundlers: all modules of the project that an entry loads are in one file.
//!
//! Worked example: webpack.config.js says `entry: './src/server.ts'` and `output: { filename: 'bundle.js' }`. Then
//! `webpack` makes `dist/bundle.js` of `src/server.ts` and all that it imports; without `externals`, of packages too.

use super::follow::Builder;
use super::{Output, Tool, vite};
use crate::ecosystem::tools::Bundler;
use crate::paths;
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::mentions::{self, Mentions};
use crate::project::{App, Reason};

mod configured;
mod esbuild;
mod ncc;
mod parcel;
mod rollup;
mod webpack;
mod words;

pub(super) use words::taken;

/// Notes what `bundler arguments` makes; false where that is for others to say.
pub(super) fn run(builder: &mut Builder<'_>, bundler: Bundler, arguments: &[String]) -> bool {
    match bundler {
        Bundler::Bun => esbuild::bun(builder, &arguments[1..]),
        Bundler::Esbuild => esbuild::esbuild(builder, arguments),
        Bundler::Script => return esbuild::script(builder, &arguments[0]),
        Bundler::Ncc => ncc::run(builder, arguments),
        Bundler::Parcel => return parcel::run(builder, arguments),
        Bundler::Rollup => rollup::run(builder, arguments),
        Bundler::Tsdown => configured::tsdown(builder, arguments),
        Bundler::Tsup => configured::tsup(builder, arguments),
        Bundler::Unbuild => configured::unbuild(builder, arguments),
        Bundler::Vite => return vite::run(builder, arguments),
        Bundler::Webpack => webpack::run(builder, arguments),
    }
    true
}

/// What a bundler is told to make.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    /// Where it goes, from the app's folder.
    pub(super) folder: String,
    /// Each file of it, from the folder and without the extension, and its source as it is written.
    pub(super) entries: Vec<(String, String)>,
    /// Whether source maps come with it; `None` where unknown.
    pub(super) maps: Option<bool>,
    /// Whether packages become part of it.
    pub(super) has_packages: bool,
}

/// Notes what `name` makes.
pub(super) fn add(builder: &mut Builder<'_>, name: &str, bundle: Bundle) {
    let folder = paths::normalise(&bundle.folder);
    if folder.is_empty() || paths::is_outside(&folder) {
        return builder.unknown(format!("`{name}` writes beside the sources"));
    }
    let entries: Option<Vec<(String, String)>> =
        bundle.entries.into_iter().map(|(file, it)| Some((file, source(builder.app, &it)?))).collect();
    let Some(entries) = entries else {
        return builder.unknown(format!("the source of what `{name}` makes was not found"));
    };
    let source_root = common_folder(entries.iter().map(|it| it.1.as_str()));
    builder.add(Output {
        source_root,
        maps: bundle.maps,
        entries,
        has_packages: bundle.has_packages,
        ..Output::new(folder, Tool::Bundler, builder.site.clone())
    });
}

/// Whether some code may ask for its own folder. Bun's bundler and Parcel write the folder of the source there, where others
/// leave that of the bundle. Sources: oven-sh/bun#4216; Parcel's page on Node emulation.
fn may_ask_for_its_folder(app: &App) -> bool {
    !matches!(mentions::find(&app.files, "__dirname", true), Mentions::None)
}

/// The file that a bundler finds for `written`, from the app's folder.
fn source(app: &App, written: &str) -> Option<String> {
    const ENDINGS: [&str; 8] = ["", ".ts", ".tsx", ".mts", ".js", ".mjs", ".jsx", ".cjs"];
    let path = paths::normalise(written);
    let index = paths::join(&path, "index");
    let all =
        ENDINGS.iter().map(|it| format!("{path}{it}")).chain(ENDINGS[1..].iter().map(|it| format!("{index}{it}")));
    all.into_iter().find(|it| app.has_file(it))
}

/// The folder that holds all these files.
fn common_folder<'a>(files: impl Iterator<Item = &'a str>) -> Option<String> {
    let folders = files.map(|it| paths::parent(it).to_owned());
    folders.reduce(|left, right| {
        let found = paths::ancestors(&left).find(|it| paths::contains(it, &right));
        found.unwrap_or_default().to_owned()
    })
}

/// Entries whose files repeat the folders of the sources below the one that holds all of them.
fn by_layout(sources: Vec<String>) -> Vec<(String, String)> {
    let sources: Vec<String> = sources.iter().map(|it| paths::normalise(it)).collect();
    let root = common_folder(sources.iter().map(String::as_str)).unwrap_or_default();
    let file = |it: &str| stem(paths::below(&root, it).unwrap_or(it)).to_owned();
    sources.into_iter().map(|it| (file(&it), it)).collect()
}

/// The same below `base`; `None` where a source lies outside of it.
fn by_layout_below(base: &str, sources: &[String]) -> Option<Vec<(String, String)>> {
    let base = paths::normalise(base);
    let sources = sources.iter().map(|it| paths::normalise(it));
    sources.map(|it| Some((stem(paths::below(&base, &it)?).to_owned(), it))).collect()
}

/// A path without the extension of its file.
pub(super) fn stem(path: &str) -> &str {
    let name = paths::file_name(path);
    let cut = name.rfind('.').filter(|it| *it > 0).map_or(0, |it| name.len() - it);
    &path[..path.len() - cut]
}

/// A configuration that some tool was told of by name, or else one by its usual names; `None` where there is none.
fn config(
    builder: &Builder<'_>,
    named: Option<&str>,
    usual: &[&str],
) -> Result<Option<std::sync::Arc<ConfigFile>>, Reason> {
    match named {
        Some(path) => {
            let path = paths::normalise(path);
            let stem = if super::super::config_file::is_code(&path) { stem(&path) } else { &path };
            let missing = || Reason::of_file(builder.app.folder_path(&path), "was not found");
            builder.app.config_file(stem).ok_or_else(missing)?.map(Some)
        }
        None => usual.iter().find_map(|it| builder.app.config_file(it)).transpose(),
    }
}

/// The file that a setting names, from the app's folder.
fn file_of(app: &App, config: &ConfigFile, value: &Setting) -> Option<String> {
    match value {
        Setting::Text(it) => Some(paths::normalise(it)),
        Setting::Path(it) => Some(paths::resolve(paths::below(&app.folder, paths::parent(&config.path))?, it)),
        _ => None,
    }
}

/// What a setting says of source maps; `None` where that is not known.
fn maps_by(value: Option<&Setting>) -> Option<bool> {
    match value {
        None | Some(Setting::Flag(false)) => Some(false),
        Some(Setting::Flag(true) | Setting::Text(_)) => Some(true),
        Some(_) => None,
    }
}

fn computes(config: &ConfigFile, name: &str) -> Reason {
    Reason::of_file(&config.path, format!("computes `{name}`"))
}
