//! Builds of frameworks: of those that have a server of their own, and of sites of plain files.

use super::follow::Builder;
use super::{Output, Tool, angular};
use crate::ecosystem::frameworks::{self, BUILD_PATH, Made, When};
use crate::paths;
use crate::project::{App, Reason};

/// Notes what `name arguments` makes; whether it is such a build.
pub(super) fn run(builder: &mut Builder<'_>, name: &str, arguments: &[String]) -> bool {
    if frameworks::made(name, arguments).next().is_none() {
        return false;
    }
    match outputs(builder.app, name, arguments) {
        Ok(paths) => paths.into_iter().for_each(|path| {
            let evidence = builder.site.clone();
            let tool = Tool::Framework;
            builder.add(Output { path, tool, source_root: None, maps: None, build_info: None, evidence });
        }),
        Err(why) => builder.unknown(why),
    }
    true
}

fn outputs(app: &App, name: &str, arguments: &[String]) -> Result<Vec<String>, Reason> {
    let Some(made) = frameworks::made(name, arguments).find(|it| applies(app, it)) else {
        return Err(missing(app, frameworks::made(name, arguments).last()));
    };
    let (program, word) = made.build;
    if let Some(option) = made.moved_by(arguments) {
        return Err(format!("it is not known what `{option}` means to `{program} {word}`").into());
    }
    folders(app, made)
}

/// Where this kind of output lies.
///
/// # Errors
/// What moves it, one clause.
pub(in crate::project) fn folders(app: &App, made: &Made) -> Result<Vec<String>, Reason> {
    let config = app.config_file(made.config).transpose()?;
    if let Some((config, setting)) = config.as_ref().and_then(|it| Some((it, it.first_other(made.moves)?))) {
        return Err(Reason::of_file(&config.path, format!("sets `{setting}`")));
    }
    if made.build.0 == "react-scripts"
        && let Some(path) = names_build_path(app)
    {
        return Err(Reason::of_file(path, format!("sets `{BUILD_PATH}`")));
    }
    if made.build.0 == "ng" {
        return angular::output(app).map(|it| vec![it]);
    }
    match config.as_ref().map_or(Ok(None), |it| it.text(made.folder))? {
        None => Ok(made.outputs.iter().map(|it| (*it).to_owned()).collect()),
        Some(folder) => Ok(vec![paths::resolve("", folder)]),
    }
}

/// The file that sets it for the build.
fn names_build_path(app: &App) -> Option<String> {
    let files = [".env", ".env.local", ".env.production", ".env.production.local", "package.json"];
    let names_it = |path: &String| app.files.text(path).is_some_and(|it| it.contains(BUILD_PATH));
    files.iter().map(|it| app.folder_path(it)).find(names_it)
}

/// Whether what says that a build makes this kind of output is there.
pub(in crate::project) fn applies(app: &App, made: &Made) -> bool {
    let config = || app.config_file(made.config)?.ok();
    match made.when {
        When::Always => true,
        When::Page(page) => app.files.is_file(&app.folder_path(page)),
        When::Setting(name, value) => config().is_some_and(|it| it.sets(name, value)),
        When::Imports(module) => config().is_some_and(|it| it.imports(module)),
        When::Starts(file) => app.package.scripts.values().any(|it| it.text.contains(file)),
    }
}

/// Says that none of the kinds is known to be made; `plain` is the plainest.
pub(in crate::project) fn missing(app: &App, plain: Option<&Made>) -> Reason {
    let Some(made) = plain else { return "what is built is not known".into() };
    let (program, word) = made.build;
    match made.when {
        When::Page(page) => {
            format!("what `{program} {word}` makes without `{}` is not known", app.folder_path(page)).into()
        }
        _ => format!("what `{program} {word}` makes is not known").into(),
    }
}
