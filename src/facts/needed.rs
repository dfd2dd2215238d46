//! devDependencies that the run needs: by an import, a program, a preload, or by a text that names them.

use super::ProductionFacts;
use crate::ecosystem::packages::{self, package_name};
use crate::project::{App, Certainty, Reason, Runtime, Start};
use crate::stages::Model;

/// A devDependency that a production install leaves out, and that something of the run needs or may need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The package's name.
    pub package: String,
    /// One clause that says what needs it.
    pub reason: Reason,
    /// Whether the start fails without it; else it may be loaded.
    pub is_certain: bool,
}

/// All of them, the surest first, each once.
pub(super) fn of(model: &Model<'_>, facts: &ProductionFacts) -> Vec<Needed> {
    let (Some(app), Some(stage)) = (&facts.app, model.production_stage()) else { return Vec::new() };
    let mut all = Vec::new();
    all.extend(facts.start.iter().flat_map(|it| started(app, it, "the container")));
    all.extend(facts.modules().flat_map(|it| of_modules(app, it)));
    all.extend(by_server(app, facts));
    all.extend(facts.outputs.added.iter().map(|(package, reason)| needed(package, reason.clone())));
    all.extend(in_environment(app, model));
    all.extend(of_users(app, facts));
    let is_global = |package: &str| stage.contents.global_packages.iter().any(|it| it.0 == package);
    let mut res: Vec<Needed> = Vec::new();
    for it in all {
        if !is_global(&it.package) && res.iter().all(|other| other.package != it.package) {
            res.push(it);
        }
    }
    res
}

fn needed(package: &str, reason: Reason) -> Needed {
    Needed { package: package.to_owned(), reason, is_certain: false }
}

fn certain(package: &str, reason: Reason) -> Needed {
    Needed { is_certain: true, ..needed(package, reason) }
}

/// The package that a preload (`-r dotenv/config`, `--import tsx`) speaks of; `None` for a file.
#[must_use]
pub fn preloaded_package(preload: &str) -> Option<&str> {
    let is_file =
        preload.starts_with(['.', '/']) || preload.contains(':') || preload.ends_with("js") && !preload.contains("/");
    (!is_file && !preload.is_empty()).then(|| package_name(preload))
}

/// Programs, preloads, and names among the arguments and variables.
fn started(app: &App, start: &Start, who: &str) -> Vec<Needed> {
    let mut res = Vec::new();
    for program in &start.programs {
        if let Some(package) = program.package.as_deref().filter(|it| app.leaves_out(it)) {
            res.push(certain(package, format!("{who} starts `{package}`, a devDependency").into()));
        }
        let preloads = program.preloads.iter().filter_map(|it| preloaded_package(it));
        for package in preloads.filter(|it| app.leaves_out(it)) {
            res.push(certain(package, format!("{who} preloads `{package}`, a devDependency").into()));
        }
        let texts = program.arguments.iter().chain(program.assignments.iter().map(|it| &it.1));
        for package in texts.flat_map(|it| named_in(app, it)) {
            res.push(needed(&package, format!("the start command names `{package}`, a devDependency").into()));
        }
    }
    res
}

/// The devDependencies that words of a text name.
fn named_in(app: &App, text: &str) -> Vec<String> {
    let names = packages::words(text).map(package_name);
    names.filter(|it| app.leaves_out(it)).map(str::to_owned).collect()
}

fn of_modules(app: &App, runtime: &Runtime) -> Vec<Needed> {
    let imports = runtime.imports.values().filter(|it| !it.is_brought && app.leaves_out(&it.package));
    let imports = imports.map(|it| {
        needed(&it.package, Reason::at(it.site.clone(), format!("imports `{}`, a devDependency", it.package)))
    });
    let named = runtime.named.values();
    let named = named.map(|it| Needed {
        is_certain: it.is_certain,
        ..needed(&it.package, Reason { text: format!("{}, a devDependency", it.how.text), ..it.how.clone() })
    });
    imports.chain(named).collect()
}

/// What the framework's server compiles its configuration with when it starts.
fn by_server(app: &App, facts: &ProductionFacts) -> Option<Needed> {
    let own = facts.server()?.compiled.as_ref().filter(|it| app.has_file(it.file) && app.leaves_out(it.by))?;
    let certainty = app.is_of_version(own.of, own.versions)?;
    let text = format!("needs `{}`, a devDependency, when `{}` reads it at the start", own.by, own.of);
    let reason = Reason::of_file(app.folder_path(own.file), text);
    Some(Needed { is_certain: certainty == Certainty::Certain, ..needed(own.by, reason) })
}

fn in_environment(app: &App, model: &Model<'_>) -> Vec<Needed> {
    let Some(stage) = model.production_stage() else { return Vec::new() };
    let values = stage.contents.env.iter().filter_map(|(name, it)| Some((name, it.value.as_deref()?)));
    let named = values.flat_map(|(name, value)| named_in(app, value).into_iter().map(move |it| (name, it)));
    named.map(|(name, it)| needed(&it, format!("the variable `{name}` names `{it}`, a devDependency").into())).collect()
}

/// What compose services, HEALTHCHECK and others need.
fn of_users(app: &App, facts: &ProductionFacts) -> Vec<Needed> {
    let mut res = Vec::new();
    for user in facts.users.iter().filter(|it| !it.in_later_stage && !it.is_possible) {
        let modules = user.runtime.iter().flat_map(|it| of_modules(app, it));
        let all = user.start.iter().flat_map(|it| started(app, it, "it")).chain(modules);
        res.extend(all.map(|it| Needed {
            reason: user.reason(&format!(", which needs `{}`, a devDependency", it.package)),
            is_certain: it.is_certain && !user.is_for_development(),
            ..it
        }));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::preloaded_package;

    #[test]
    fn preloads_by_name() {
        for (preload, expected) in [
            ("dotenv/config", Some("dotenv")),
            ("tsx", Some("tsx")),
            ("ts-node/register/transpile-only", Some("ts-node")),
            ("@swc-node/register/esm-register", Some("@swc-node/register")),
            ("newrelic", Some("newrelic")),
            ("./tracing.js", None),
            ("tracing.js", None),
            ("/app/tracing.js", None),
            ("data:text/javascript,1", None),
        ] {
            assert_eq!(preloaded_package(preload), expected, "{preload}");
        }
    }
}
