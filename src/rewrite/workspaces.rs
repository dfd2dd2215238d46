//! A package whose node_modules comes from an install at the root of its workspace.

use std::sync::Arc;

use super::refusal;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Member, Mentions, Reach, Reason, Workspace};
use crate::stages::{Install, StageId};

/// The package that ships, and the one whose install brings its packages.
pub(super) struct Installed {
    /// The package that ships: the member whose code is started.
    pub(super) app: Arc<App>,
    /// The root of its workspace; itself where it is in none, or is installed by itself.
    pub(super) root: Arc<App>,
    workspace: Option<Arc<Workspace>>,
}

impl Installed {
    /// A package that is installed by itself.
    pub(super) fn alone(app: Arc<App>) -> Self {
        Self { root: Arc::clone(&app), app, workspace: None }
    }

    /// `app`, whose packages come from an install in `folder` of the context.
    ///
    /// # Errors
    /// Where that is no root of a workspace that `app` belongs to.
    pub(super) fn by(ctx: &Inspection, app: Arc<App>, folder: &str) -> Result<Self, Reason> {
        let workspace = ctx.project().workspace(&app.folder);
        match workspace {
            Some(it) if it.root.folder == folder && it.is_installed_at_root => {
                if let Some(unknown) = &it.unknown {
                    return Err(refusal(format!("the workspace is not known whole: {unknown}")));
                }
                let entry = ctx.facts().entry.as_ref().map(|it| app.folder_path(it));
                let started = entry.and_then(|entry| it.member_holding(&entry)).map(|it| Arc::clone(&it.app));
                Ok(Self { app: started.unwrap_or(app), root: Arc::clone(&it.root), workspace: Some(it) })
            }
            _ if app.folder == folder => Ok(Self::alone(app)),
            _ => Err(Reason::of_file(app.folder_path("package.json"), "is not installed where it ships")),
        }
    }

    /// Whether more than the one package is installed.
    pub(super) fn is_workspace(&self) -> bool {
        self.workspace.is_some()
    }

    /// Whether the package in `folder` of the context is the app, or belongs to its workspace.
    pub(super) fn has(&self, folder: &str) -> bool {
        self.app.folder == folder || self.workspace.as_ref().is_some_and(|it| it.member(folder).is_some())
    }

    /// Whether a production install brings `package`; the links to all members stay.
    pub(super) fn ships(&self, package: &str) -> bool {
        self.app.package.is_production(package)
            || self.app.is_locked_for_production(package)
            || self.root.is_locked_for_production(package)
            || self.workspace.as_ref().is_some_and(|it| it.named(package).is_some())
    }

    /// Whether it leaves `package` out, which a full one brings.
    pub(super) fn leaves_out(&self, package: &str) -> bool {
        let is_dev = self.app.package.is_dev_only(package) || self.root.package.is_dev_only(package);
        is_dev && !self.ships(package)
    }

    /// All packages that the install is of, the root first.
    pub(super) fn packages(&self) -> impl Iterator<Item = &Arc<App>> {
        let members = self.workspace.iter().flat_map(|it| &it.members).map(|it| &it.app);
        std::iter::once(&self.root).chain(members.filter(|it| it.folder != self.root.folder))
    }

    /// The packages that a prune in `workdir` of the stage `from` is to be of, where the stage has others by now than
    /// `install` saw: their packages would come as well. Paths from the root; `None` where it may be of all.
    ///
    /// # Errors
    /// Where the stage may lack one that was installed: a prune takes the packages of such a one away.
    pub(super) fn only(
        &self,
        ctx: &Inspection,
        install: &Install,
        from: StageId,
        workdir: &str,
    ) -> Result<Option<Vec<String>>, Reason> {
        let Some(workspace) = &self.workspace else { return Ok(None) };
        let contents = &ctx.model().stages[from].contents;
        let manifest =
            |folder: &str, it: &Member| paths::join(&paths::join(folder, &workspace.path_of(it)), "package.json");
        let here = |it: &Member| contents.holds_file(ctx.project(), &manifest(workdir, it));
        let folder = install.folder.as_deref().unwrap_or(workdir);
        let was_there = |it: &&Member| install.sees_file(ctx.project(), &manifest(folder, it)) != Some(false);
        let (old, new): (Vec<&Member>, Vec<&Member>) = workspace.members.iter().partition(was_there);
        if let Some(own) = new.iter().find(|it| it.folder == self.app.folder) {
            return Err(Reason::of_file(manifest("", own), "is not there at the install"));
        }
        if let Some(lost) = old.iter().find(|it| here(it) != Some(true)) {
            let path = manifest("", lost);
            return Err(Reason::of_file(path, "may not be in the stage that `node_modules` comes from"));
        }
        if new.iter().all(|it| here(it) == Some(false)) {
            return Ok(None);
        }
        let outer = outermost(workspace, &old);
        let covered = |it: &Member| {
            let reaches = |outer: &&Member| workspace.closure(outer).iter().any(|other| other.folder == it.folder);
            outer.iter().any(|outer| outer.folder == it.folder) || outer.iter().any(reaches)
        };
        // What a filter does not mean stays as it is, devDependencies too.
        let others = old.iter().filter(|it| !covered(it) && !it.app.package.dev_dependencies.is_empty());
        Ok(Some(outer.iter().chain(others).map(|it| workspace.path_of(it)).collect()))
    }

    /// The members that the app needs at run time: those that it names, and those that its modules import, as a
    /// devDependency or not at all named; with all that these need.
    pub(super) fn linked(&self, ctx: &Inspection) -> Vec<&Member> {
        let Some(workspace) = &self.workspace else { return Vec::new() };
        let imports = ctx.facts().runtime.iter().flat_map(|it| it.imports.keys());
        let imported: Vec<&Member> = imports.filter_map(|it| workspace.named(it)).collect();
        let mut all = workspace.closure_by(&self.app, Reach::Production);
        all.extend(imported.iter().flat_map(|it| workspace.closure(it)));
        all.extend(imported);
        let needed = |it: &&Member| it.folder != self.app.folder && all.iter().any(|other| other.folder == it.folder);
        workspace.members.iter().filter(needed).collect()
    }

    /// The package that lies at `path` from the workspace's root.
    pub(super) fn package_at(&self, path: &str) -> Option<&Arc<App>> {
        self.packages().find(|it| paths::below(&self.root.folder, &it.folder) == Some(path))
    }

    /// Where a member lies from the workspace's root.
    pub(super) fn path_of(&self, member: &Member) -> String {
        self.workspace.as_ref().map(|it| it.path_of(member)).unwrap_or_default()
    }

    /// Where the app lies from the workspace's root.
    pub(super) fn path(&self) -> String {
        paths::below(&self.root.folder, &self.app.folder).unwrap_or_default().to_owned()
    }

    /// What the members that the app links to load and a production install leaves out, one clause each: their own
    /// code is not followed from the entry.
    pub(super) fn doubts(&self, ctx: &Inspection) -> Vec<Reason> {
        let doubt = |app: &Arc<App>| {
            let dev = |it: &App| it.package.dev_dependencies.keys().cloned().collect::<Vec<_>>();
            let mut names = [dev(app), dev(&self.root)].concat();
            names.retain(|it| !app.package.is_production(it) && !self.root.is_locked_for_production(it));
            let (name, found) = ctx.project().import_below(&app.folder, &names)?;
            Some(match found {
                Mentions::At(site) => Reason::at(site.clone(), format!("names `{name}`, a devDependency")),
                _ => format!("`{}` has more code than nodestage looks at", app.folder).into(),
            })
        };
        self.linked(ctx).into_iter().filter_map(|it| doubt(&it.app)).collect()
    }
}

/// Those that none of the others needs, for the build or the run.
fn outermost<'a>(workspace: &Workspace, members: &[&'a Member]) -> Vec<&'a Member> {
    let needs = |it: &Member, other: &Member| {
        workspace.closure_by(&it.app, Reach::All).iter().any(|it| it.folder == other.folder)
    };
    let is_outermost = |it: &&&Member| !members.iter().any(|other| other.folder != it.folder && needs(other, it));
    members.iter().filter(is_outermost).copied().collect()
}

#[cfg(test)]
mod tests;
