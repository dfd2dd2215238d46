//! What webpack makes by its configuration, 4 and 5: `dist/main.js` of `src/index.js` where nothing says otherwise (FACTS
//! §2.3).

use super::words::{Options, Words};
use super::{Bundle, add, computes, config, file_of};
use crate::paths;
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::outputs::follow::Builder;
use crate::project::{App, Reason};

const OPTIONS: Options = Options {
    valued: &[
        "-c",
        "--config",
        "--entry",
        "--env",
        "--mode",
        "--node-env",
        "-o",
        "--output-path",
        "--output-filename",
        "--stats",
        "-t",
        "--target",
    ],
    bare: &[
        "--bail",
        "--color",
        "--colors",
        "--fail-on-warnings",
        "--hide-modules",
        "--no-color",
        "--no-devtool",
        "--no-stats",
        "--no-watch",
        "-p",
        "--progress",
    ],
};

/// Settings of plugins that say where these put things.
const PLACES: [&str; 6] = ["to", "filename", "outputPath", "dest", "outDir", "outputFile"];

/// `webpack --mode production`, `webpack build -c webpack.prod.js`
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    match bundles(builder, arguments) {
        Ok(all) => all.into_iter().for_each(|it| add(builder, "webpack", it)),
        Err(why) => builder.unknown(why),
    }
}

fn bundles(builder: &Builder<'_>, arguments: &[String]) -> Result<Vec<Bundle>, Reason> {
    let is_word = |it: &String| matches!(it.as_str(), "build" | "bundle" | "b");
    let rest = &arguments[usize::from(arguments.first().is_some_and(is_word))..];
    let words =
        Words::read(rest, &OPTIONS).map_err(|word| format!("it is not known what `{word}` means to `webpack`"))?;
    let app = builder.app;
    let usual = ["webpack.config", ".webpack/webpack.config", ".webpack/webpackfile"];
    let config = config(builder, words.value(&["-c", "--config"]), &usual)?;
    let config = config.as_deref();
    if let Some(config) = config.filter(|it| it.inside("node", "__dirname").any(|it| *it != Setting::Flag(false))) {
        return Err(Reason::of_file(&config.path, "sets `__dirname`"));
    }
    let is_told = words.has(&["-o", "--output-path", "--output-filename", "--entry"]) || !words.operands.is_empty();
    match config.and_then(|it| of_several(app, it)) {
        Some(_) if is_told => return Err("`webpack` has its words and several configurations".into()),
        Some(all) => return all,
        None => {}
    }
    let by_config = match config {
        Some(config) => config.folder_in("output", "path", app)?,
        None => None,
    };
    let by_words = words.value(&["-o", "--output-path"]).map(paths::normalise);
    let folder = by_words.or(by_config).unwrap_or_else(|| "dist".to_owned());
    config.map_or(Ok(()), |it| all_inside(app, it, &folder))?;
    let sources = match (words.value(&["--entry"]).or(words.operands.first().map(String::as_str)), config) {
        (Some(source), _) => vec![("main".to_owned(), source.to_owned())],
        (None, Some(config)) => entries(app, config)?,
        (None, None) => vec![("main".to_owned(), "src".to_owned())],
    };
    let template = template(config, &words)?;
    let named = sources.into_iter().map(|(name, source)| Some((file(&template, &name)?, source)));
    let entries = named.collect::<Option<_>>().unwrap_or_default();
    let has_packages = config.is_none_or(|it| it.first(&["externals", "externalsType"]).is_none());
    Ok(vec![Bundle { folder, entries, maps: maps(config, &words), has_packages }])
}

/// `module.exports = [server, client]`: each with an `entry` and an `output` of its own.
fn of_several(app: &App, config: &ConfigFile) -> Option<Result<Vec<Bundle>, Reason>> {
    let all = |name| config.inside("", name).collect::<Vec<_>>();
    let (entries, outputs) = (all("entry"), all("output"));
    if entries.len() < 2 || entries.len() != outputs.len() {
        return None;
    }
    let has_packages = config.first(&["externals", "externalsType"]).is_none();
    // Which of them has what for `devtool` is not told apart.
    let maps = config.inside("", "devtool").next().is_none().then_some(false);
    let each = entries.into_iter().zip(outputs).map(|(entry, output)| {
        let Setting::Table(settings) = output else { return Err(computes(config, "output")) };
        let of = |name: &str| settings.iter().find(|it| it.0 == name).map(|it| &it.1);
        let folder = match of("path") {
            None => "dist".to_owned(),
            Some(it) => file_of(app, config, it).ok_or_else(|| computes(config, "path"))?,
        };
        all_inside(app, config, &folder)?;
        let template = match of("filename") {
            None => "[name].js",
            Some(Setting::Text(it)) => it.as_str(),
            Some(_) => "[other]",
        };
        let named =
            sources(app, config, entry)?.into_iter().map(|(name, source)| Some((file(template, &name)?, source)));
        let entries = named.collect::<Option<_>>().unwrap_or_default();
        Ok(Bundle { folder, entries, maps, has_packages })
    });
    Some(each.collect())
}

/// That plugins leave nothing outside of the output's folder.
fn all_inside(app: &App, config: &ConfigFile, folder: &str) -> Result<(), Reason> {
    let is_outside = |it: &Setting| match it {
        Setting::Text(it) if !it.starts_with('/') => paths::is_outside(&paths::normalise(it)),
        Setting::Path(_) => !file_of(app, config, it).is_some_and(|it| paths::contains(folder, &it)),
        Setting::Flag(_) => false,
        _ => true,
    };
    match config.of_plugins(&PLACES).find(|it| is_outside(it)) {
        Some(_) => Err(Reason::of_file(&config.path, "has plugins that may put things elsewhere")),
        None => Ok(()),
    }
}

/// The entries by their names: `entry: './a'` is called `main`.
fn entries(app: &App, config: &ConfigFile) -> Result<Vec<(String, String)>, Reason> {
    match config.one("", "entry")? {
        None => Ok(vec![("main".to_owned(), "src".to_owned())]),
        Some(it) => sources(app, config, it),
    }
}

fn sources(app: &App, config: &ConfigFile, entry: &Setting) -> Result<Vec<(String, String)>, Reason> {
    let one = |name: &str, it: &Setting| Some((name.to_owned(), source(app, config, it)?));
    let found = match entry {
        Setting::Table(all) => all.iter().map(|(name, it)| one(name, it)).collect::<Option<_>>(),
        it => one("main", it).map(|it| vec![it]),
    };
    found.ok_or_else(|| computes(config, "entry"))
}

/// The one file of the project that an entry loads: `'./a'`, `['./a']`, `{ import: './a' }`.
fn source(app: &App, config: &ConfigFile, value: &Setting) -> Option<String> {
    match value {
        Setting::List(all) => match &all[..] {
            [only] => source(app, config, only),
            _ => None,
        },
        Setting::Table(all) => source(app, config, &all.iter().find(|it| it.0 == "import")?.1),
        // Packages are entries as well.
        Setting::Text(it) if !it.starts_with(['.', '/']) => {
            super::source(app, it).filter(|_| config.first(&["context"]).is_none())
        }
        it => file_of(app, config, it).filter(|_| config.first(&["context"]).is_none()),
    }
}

/// How files are called: `[name].js`.
fn template(config: Option<&ConfigFile>, words: &Words) -> Result<String, Reason> {
    if let Some(written) = words.value(&["--output-filename"]) {
        return Ok(written.to_owned());
    }
    match config.map_or(Ok(None), |it| it.one("output", "filename"))? {
        None => Ok("[name].js".to_owned()),
        Some(Setting::Text(it)) => Ok(it.clone()),
        Some(_) => Ok("[other]".to_owned()),
    }
}

/// The file of an entry, without its extension; `None` where its name is made of more than the entry's.
fn file(template: &str, name: &str) -> Option<String> {
    let file = template.replace("[name]", name);
    (!file.contains('[')).then(|| super::stem(&paths::normalise(&file)).to_owned())
}

/// Whether it writes source maps, by `devtool`: those that begin with `eval` are in the code.
fn maps(config: Option<&ConfigFile>, words: &Words) -> Option<bool> {
    if words.has(&["--no-devtool"]) {
        return Some(false);
    }
    match config.and_then(|it| it.one("", "devtool").transpose()).transpose().ok()? {
        None | Some(Setting::Flag(false)) => Some(false),
        Some(Setting::Text(it)) => Some(!it.starts_with("eval")),
        Some(_) => None,
    }
}
