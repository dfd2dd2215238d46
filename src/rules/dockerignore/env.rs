//! `.env`: whether it is there, and who reads it.

use std::sync::Arc;

use super::item::Objection;
use crate::ecosystem::dotenv;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Manager, Project};

/// Whether `folder` has one: on this machine, or by what the repository says on others.
pub(super) fn is_there(project: &Project, folder: &str) -> bool {
    let is_file = |name: &str| project.kind(&paths::join(folder, name)).is_some();
    if is_file(".env") {
        return true;
    }
    let is_ignored = project.text(".gitignore").is_some_and(|it| it.lines().any(names_it));
    let has_model = [".env.example", ".env.sample", ".env.template", ".env.dist"].into_iter().any(is_file);
    is_ignored && (has_model || project.app(folder).is_some_and(|it| reader(&it, dotenv::AT_START).is_some()))
}

fn names_it(line: &str) -> bool {
    matches!(line.trim().trim_start_matches('/').trim_start_matches("**/"), ".env" | ".env*" | "*.env")
}

/// Whether the image of `ctx` can do without it. That nothing reads it can never be known for sure.
pub(super) fn objection(ctx: &Inspection, apps: &[String]) -> Objection {
    let apps: Vec<Arc<App>> = apps.iter().filter_map(|it| ctx.project().app(it)).collect();
    let in_script = |it: &Arc<App>| it.package.scripts.values().any(|it| it.text.contains(".env"));
    let is_built = !ctx.model().builds.is_empty() || ctx.facts().dev_server.is_some();
    let at_build = is_built && apps.iter().any(|it| reader(it, dotenv::AT_BUILD).is_some());
    if at_build || ctx.text().contains(".env") || apps.iter().any(in_script) {
        return Objection::Needed;
    }
    let by_bun = apps.iter().any(|it| it.manager() == Some(Manager::Bun)).then_some("bun");
    let reader = apps.iter().find_map(|it| reader(it, dotenv::AT_START)).or(by_bun);
    Objection::Doubt(match reader {
        Some(name) => {
            format!("`{name}` reads it when the container starts: give its values there (`docker run --env-file`)")
                .into()
        }
        None => "something may read it in the build or when the container starts".into(),
    })
}

fn reader(app: &App, names: &[&'static str]) -> Option<&'static str> {
    let package = &app.package;
    let has = |name: &str| package.dependencies.contains_key(name) || package.dev_dependencies.contains_key(name);
    names.iter().copied().find(|it| has(it))
}
