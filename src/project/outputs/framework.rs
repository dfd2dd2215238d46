//! Builds of frameworks: of those that have a server of their own, and of sites of plain files.

use std::sync::Arc;

use super::follow::Builder;
use super::{Output, Tool, angular, bundler};
use crate::ecosystem::frameworks::{self, MOVING, Made, Operand, When};
use crate::ecosystem::maps;
use crate::paths;
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::{App, Reason, json};

/// Notes what `name arguments` makes; whether it is such a build.
pub(super) fn run(builder: &mut Builder<'_>, name: &str, arguments: &[String]) -> bool {
    if frameworks::made(name, arguments).next().is_none() {
        return false;
    }
    if name == "ng"
        && let Some(server) = angular::server(builder.app)
    {
        let option = frameworks::made(name, arguments).find_map(|it| it.moved_by(arguments));
        match option {
            Some(option) => builder.unknown(format!("it is not known what `{option}` means to `ng build`")),
            None => bundler::add(builder, "ng build", server),
        }
        return true;
    }
    match outputs(builder.app, name, arguments) {
        Ok(paths) => paths.into_iter().for_each(|path| {
            let maps = maps(builder.app, name, arguments);
            builder.add(Output { maps, ..Output::new(path, Tool::Framework, builder.site.clone()) });
        }),
        Err(why) => builder.unknown(why),
    }
    true
}

/// Whether it leaves source maps for browsers, by the settings that its tool has for that; `None` where that is not known.
/// Sources: the tools' own pages (FACTS §2.3).
pub(super) fn maps(app: &App, name: &str, arguments: &[String]) -> Option<bool> {
    let (setting, stem) = maps::setting(name)?;
    // Servers that plugins make have maps of their own.
    if !frameworks::made(name, arguments).last().is_some_and(|it| applies(app, it)) {
        return None;
    }
    if arguments.iter().any(|it| it == "--sourcemap") {
        return Some(true);
    }
    let config = app.config_file(stem).transpose().ok()?;
    let mut values = config.iter().flat_map(|it| it.values(setting));
    match (values.next(), values.next()) {
        (None, _) => Some(false),
        (Some(Setting::Flag(maps)), None) => Some(*maps),
        // Those that are `inline` lie in no file of their own.
        (Some(Setting::Text(kind)), None) => Some(kind == "hidden"),
        _ => None,
    }
}

pub(super) fn outputs(app: &App, name: &str, arguments: &[String]) -> Result<Vec<String>, Reason> {
    let Some(made) = frameworks::made(name, arguments).find(|it| applies(app, it)) else {
        return Err(missing(app, frameworks::made(name, arguments)));
    };
    if let Some(option) = made.moved_by(arguments) {
        return Err(format!("it is not known what `{option}` means to `{}`", written(made)).into());
    }
    if made.operand == Operand::Page {
        of_page(app, made, arguments)?;
    }
    folders(app, made, made.root(arguments))
}

/// That a build which can make a library as well is given a page. Source: Parcel's page "Targets".
fn of_page(app: &App, made: &Made, arguments: &[String]) -> Result<(), Reason> {
    let path = app.folder_path("package.json");
    let manifest = app.files.text(&path).and_then(|it| json::loose(&it).ok()).unwrap_or_default();
    let is_page = |it: &str| it.ends_with(".html");
    if !arguments.iter().any(|it| is_page(it)) && !manifest["source"].as_str().is_some_and(is_page) {
        return Err(format!("`{}` is not known to make a page", written(made)).into());
    }
    match ["targets", "main", "module", "browser", "types"].iter().find(|it| !manifest[**it].is_null()) {
        Some(setting) => Err(Reason::of_file(path, format!("sets `{setting}`, where `{}` puts things", written(made)))),
        None => Ok(()),
    }
}

/// The words that build, as one would write them.
pub(in crate::project) fn written(made: &Made) -> String {
    let (program, word) = made.build;
    format!("{program} {word}").trim_end().to_owned()
}

/// The configuration of a build in `root`, from the app's folder.
pub(in crate::project) fn config(app: &App, made: &Made, root: &str) -> Option<Result<Arc<ConfigFile>, Reason>> {
    made.config.iter().find_map(|it| app.config_file(&paths::join(root, it)))
}

/// Where this kind of output of a build in `root` lies, from the app's folder.
///
/// # Errors
/// What moves it, one clause.
pub(in crate::project) fn folders(app: &App, made: &Made, root: &str) -> Result<Vec<String>, Reason> {
    let config = config(app, made, root).transpose()?;
    let config = config.as_deref();
    moved(app, made, root)?;
    if made.build.0 == "ng" {
        return angular::output(app).map(|it| vec![it]);
    }
    let own = config.map_or(Ok(None), |it| it.folder(made.root, app, root))?;
    let root = own.as_deref().unwrap_or(root);
    match config.map_or(Ok(None), |it| it.folder(made.folder, app, root))? {
        None => made.outputs.iter().map(|it| Ok(paths::join(root, &filled(it, made, config)?))).collect(),
        Some(folder) => Ok(vec![folder]),
    }
}

/// `build/{projectName}` with the text of the setting `projectName`.
fn filled(output: &str, made: &Made, config: Option<&ConfigFile>) -> Result<String, Reason> {
    let Some((before, name)) = output.strip_suffix('}').and_then(|it| it.split_once('{')) else {
        return Ok(output.to_owned());
    };
    let value = config.map_or(Ok(None), |it| it.text(name))?;
    let value =
        value.ok_or_else(|| format!("where `{}` puts the site is not known without `{name}`", written(made)))?;
    Ok(format!("{before}{value}"))
}

/// What puts the output elsewhere, or makes it another one.
fn moved(app: &App, made: &Made, root: &str) -> Result<(), Reason> {
    for config in made.config.iter().filter_map(|it| app.config_file(&paths::join(root, it))) {
        let config = config?;
        let other = if made.by_plugin { ConfigFile::first_other_anywhere } else { ConfigFile::first_other };
        if let Some(setting) = other(&config, made.moves) {
            return Err(Reason::of_file(&config.path, format!("sets `{setting}`")));
        }
    }
    match names_variable(app) {
        Some((path, variable)) => Err(Reason::of_file(path, format!("sets `{variable}`"))),
        None => Ok(()),
    }
}

/// The file that sets a variable by which the output lies elsewhere.
fn names_variable(app: &App) -> Option<(String, &'static str)> {
    let files = [".env", ".env.local", ".env.production", ".env.production.local", "package.json"];
    files.iter().map(|it| app.folder_path(it)).find_map(|path| {
        let text = app.files.text(&path)?;
        let variable = MOVING.iter().find(|it| text.contains(**it))?;
        Some((path, *variable))
    })
}

/// Whether what says that a build makes this kind of output is there, and nothing that says otherwise.
pub(in crate::project) fn applies(app: &App, made: &Made) -> bool {
    holds(app, made) && otherwise(app, made).is_none()
}

fn holds(app: &App, made: &Made) -> bool {
    let config = || config(app, made, "")?.ok();
    match made.when {
        When::Always => true,
        When::Page(page) => {
            let root = config().and_then(|it| it.folder(made.root, app, "").ok()?).unwrap_or_default();
            app.files.is_file(&app.folder_path(&paths::join(&root, page)))
        }
        When::Setting(name, value) => config().is_some_and(|it| it.sets(name, value)),
        When::Imports(module) => config().is_some_and(|it| it.imports(module)),
        When::ImportsWith(module, (name, value)) => {
            config().is_some_and(|it| it.imports(module) && it.sets_anywhere(name, value))
        }
        When::Starts(file) => app.package.scripts.values().any(|it| it.text.contains(file)),
        When::Unscripted(words) => {
            let has_any = |text: &str| words.iter().any(|it| text.contains(it));
            !app.package.scripts.values().any(|it| has_any(&it.text))
        }
    }
}

/// What the configuration imports by which the build makes something else, one clause.
fn otherwise(app: &App, made: &Made) -> Option<Reason> {
    of_platform(app, made).or_else(|| of_plugin(app, made))
}

fn of_platform(app: &App, made: &Made) -> Option<Reason> {
    let config = config(app, made, "")?.ok()?;
    let module = config.first_import(frameworks::is_of_platform)?;
    Some(Reason::of_file(&config.path, format!("imports `{module}`, which makes nothing that runs in a container")))
}

fn of_plugin(app: &App, made: &Made) -> Option<Reason> {
    let config = config(app, made, "")?.ok()?;
    let module = config.first_import(|it| made.unless.iter().any(|other| frameworks::is_of(it, other)))?;
    Some(Reason::of_file(&config.path, format!("imports `{module}`, and what that has the build make is not known")))
}

/// Says why none of these kinds is known to be made; the plainest comes last.
pub(in crate::project) fn missing<'a>(app: &App, kinds: impl Iterator<Item = &'a Made>) -> Reason {
    let kinds: Vec<&Made> = kinds.collect();
    let by = |why: fn(&App, &Made) -> Option<Reason>| kinds.iter().find_map(|it| why(app, it));
    if let Some(reason) = by(of_platform).or_else(|| by(of_plugin)) {
        return reason;
    }
    let Some(made) = kinds.last() else { return "what is built is not known".into() };
    match made.when {
        When::Page(page) => {
            format!("what `{}` makes without `{}` is not known", written(made), app.folder_path(page)).into()
        }
        _ => format!("what `{}` makes is not known", written(made)).into(),
    }
}
