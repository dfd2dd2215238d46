//! devDependencies in the words of commands that sources start: `execSync('npx drizzle-kit push')`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{App, Reason, package};
use super::Named;
use super::graph::Graph;
use super::named::{self, Text};
use crate::ecosystem::packages::{self, package_name};
use crate::ecosystem::{brought, programs};
use crate::paths;

/// What stands in a module that starts programs by Node's means or bun's.
const MEANS: &[&str] = &["child_process", "Bun.spawn", "Bun.$", "'bun'", "\"bun\""];

/// Those that any text of the modules names, where one of these starts programs: which text becomes a command, nobody
/// can tell.
pub(super) fn collect(graph: &Graph<'_>, res: &mut BTreeMap<String, Named>) {
    let by_means = || graph.modules.iter().any(|module| MEANS.iter().any(|it| module.text.contains(it)));
    if !by_means() && !graph.packages.values().any(|it| brought::starts(&it.package)) {
        return;
    }
    let left_out = left_out(graph.app);
    let mut texts = named::of_modules(graph);
    texts.extend(of_templates(graph));
    let scripts = scripts(graph.app, &texts);
    let all = texts.iter().map(|it| (it, None)).chain(scripts.iter().map(|(name, it)| (it, Some(name))));
    for (text, script) in all {
        for package in words(&text.text).filter_map(|it| meant(graph.app, it, &left_out)) {
            let how = match script {
                Some(script) => format!("may run the script `{script}`, which names `{package}`"),
                None => format!("names `{package}`"),
            };
            let how = Reason::at(text.site.clone(), how);
            named::add(res, Named { package, site: text.site.clone(), how, is_certain: false, always_by: None });
        }
    }
}

/// The devDependencies that a production install leaves out: the app's, and those of the packages above it.
fn left_out(app: &App) -> BTreeSet<String> {
    let above = paths::ancestors(&app.folder).filter(|it| *it != app.folder).filter_map(|it| {
        let path = paths::join(it, "package.json");
        Some(package::read(&path, &app.files.text(&path)?).ok()?.0)
    });
    let above: BTreeSet<String> = above.flat_map(|it| it.dev_dependencies.into_keys()).collect();
    let is_there = |it: &String| app.package.is_production(it) || app.is_locked_for_production(it);
    let own = app.package.dev_dependencies.keys().filter(|it| app.leaves_out(it)).cloned();
    own.chain(above.into_iter().filter(|it| !is_there(it))).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    packages::words(text).map(|it| it.trim_end_matches('.'))
}

/// The package that a word names, or the program in it.
fn meant(app: &App, word: &str, left_out: &BTreeSet<String>) -> Option<String> {
    let program = paths::file_name(word);
    let by_program = app.owner_of(program).or_else(|| programs::package_of(program));
    let mut names = [Some(package_name(word)), by_program].into_iter().flatten();
    names.find(|it| left_out.contains(*it)).map(str::to_owned)
}

/// The parts of templates with something computed in them.
fn of_templates(graph: &Graph<'_>) -> Vec<Text> {
    let modules = graph.modules.iter().enumerate();
    let templates = modules.flat_map(|(at, module)| module.nodes.templates.iter().map(move |it| (at, *it)));
    let parts = templates.flat_map(|(at, it)| it.quasis.iter().map(move |part| (at, part)));
    parts
        .map(|(at, it)| Text { text: it.value.raw.as_str().to_owned(), site: graph.site(at, it), always: false })
        .collect()
}

/// The scripts of package.json that the texts may ask for, by name, each as a text where it is asked for; a script may run
/// the next.
fn scripts(app: &App, texts: &[Text]) -> Vec<(String, Text)> {
    if !texts.iter().any(|it| words(&it.text).any(|it| brought::is_npm(it) || brought::program_of(it).is_some())) {
        return Vec::new();
    }
    // Names of scripts may have a colon.
    let asked = |text: &str, name: &str| text.split([' ', '"', '\'']).any(|it| it == name);
    let mut res: Vec<(String, Text)> = Vec::new();
    let mut open: Vec<Text> =
        texts.iter().map(|it| Text { text: it.text.clone(), site: it.site.clone(), always: false }).collect();
    while let Some(text) = open.pop() {
        for (name, script) in app.package.scripts.iter().filter(|it| asked(&text.text, it.0)) {
            if res.iter().all(|it| it.0 != *name) {
                let found = || Text { text: script.text.clone(), site: text.site.clone(), always: false };
                res.push((name.clone(), found()));
                open.push(found());
            }
        }
    }
    res
}
