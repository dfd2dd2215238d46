//! Which package brings a program that an app starts.

use super::super::App;
use crate::ecosystem::packages::package_name;
use crate::ecosystem::programs;

/// The package whose `bin` the program is, by the lock file, else by its name; `None` for what the system or
/// Node brings.
pub(super) fn package_of(app: &App, program: &str) -> Option<String> {
    let usual = programs::package_of(program)?;
    let is_named = |it: &str| app.package.is_production(it) || app.package.is_dev_only(it);
    // `nitro` is `nitropack`'s up to version 2, and has a package of its own after that.
    let by_name = if is_named(program) && !is_named(usual) { program } else { usual };
    Some(app.owner_of(program).unwrap_or(by_name).to_owned())
}

impl App {
    /// Whether one of its packages brings the program of this name.
    #[must_use]
    pub fn brings_program(&self, program: &str) -> bool {
        package_of(self, program).is_some_and(|it| self.is_locked(&it))
    }
}

/// The package that a file of node_modules belongs to: `node_modules/tsx/dist/cli.mjs`, `node_modules/.bin/tsx`.
pub(super) fn owner_of_file(app: &App, path: &str) -> Option<String> {
    let (_, inside) = path.rsplit_once("node_modules/")?;
    match inside.strip_prefix(".bin/") {
        Some(program) => package_of(app, program),
        None => Some(package_name(inside).to_owned()),
    }
}
