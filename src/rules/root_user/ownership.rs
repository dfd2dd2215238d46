//! The edits that give folders to the user.
//!
//! A folder that the app is known to write to is made and given by itself; all else stays root's, as code that is only
//! read should. Where something may write beside the app, the app's folder is given: COPY with `--chown`, which costs
//! nothing, and one `chown` for the folder, which COPY never changes. Packages in node_modules stay root's.

use std::collections::BTreeMap;

use super::files;
use super::writable::{Folder, Needs};
use crate::ecosystem::Manager;
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{GeneratedClient, Reason};
use crate::shell;
use crate::stages::{Holding, InstructionId, Scope, Stage, StageId};
use crate::syntax::{Instruction, Kind};

/// What gives the folders, and the user to whom.
pub(super) struct Ownership<'c> {
    pub(super) ctx: &'c Inspection,
    pub(super) at: StageId,
    pub(super) user: &'c str,
}

impl Ownership<'_> {
    fn stage(&self) -> &Stage {
        &self.ctx.model().stages[self.at]
    }

    fn workdir(&self) -> Option<&str> {
        self.stage().contents.workdir.value.as_deref().filter(|it| *it != "/")
    }

    /// `--chown` for the COPYs that bring the app, and whether these are all that is in its folder.
    pub(super) fn copies(&self, doubts: &mut Vec<Reason>) -> (Vec<Edit>, bool) {
        let Some(workdir) = self.workdir() else {
            doubts.push("the app's folder in the image is not known".into());
            return (Vec::new(), false);
        };
        let mut edits = Vec::new();
        let mut complete = !files::come_from_elsewhere(self.ctx, self.at, workdir);
        for idx in self.stage().instructions.clone() {
            let instruction = self.ctx.model().instructions[idx];
            if !matches!(instruction.kind, Kind::Copy(_) | Kind::Add(_)) || !self.brings_app(idx, workdir) {
                continue;
            }
            match (instruction.flag_value("chown"), self.chown(idx, instruction)) {
                (Some(written), _) if self.is_user(written) => {}
                (Some(written), _) if matches!(written.split(':').next(), Some("0" | "root")) => complete = false,
                (Some(written), _) => doubts.push(format!("files of the app belong to `{written}`").into()),
                (None, Some(owner)) => {
                    edits.push(Edit::insertion(instruction.keyword.range.end(), format!(" --chown={owner}")));
                }
                (None, None) => complete = false,
            }
        }
        (edits, complete)
    }

    /// `--chown` for a COPY of the stage that has none; `None` where it can't have one.
    pub(super) fn given(&self, copy: InstructionId) -> Option<Edit> {
        let instruction = self.ctx.model().instructions[copy];
        let is_copy = matches!(instruction.kind, Kind::Copy(_) | Kind::Add(_));
        let is_own = is_copy && self.stage().instructions.contains(copy) && instruction.flag("chown").is_none();
        let owner = self.chown(copy, instruction).filter(|_| is_own)?;
        Some(Edit::insertion(instruction.keyword.range.end(), format!(" --chown={owner}")))
    }

    /// Whether it brings something to the app's folder.
    fn brings_app(&self, instruction: InstructionId, workdir: &str) -> bool {
        let mut entries = self.stage().contents.entries.iter().filter(|it| it.origin.last() == instruction);
        entries.any(|it| paths::contains(workdir, &it.path))
    }

    pub(super) fn is_user(&self, written: &str) -> bool {
        let name = |it: &str| it.split(':').next().unwrap_or_default().to_owned();
        let uid = self.builtin_uid().map(|it| it.to_string());
        name(written) == name(self.user) || uid.is_some_and(|it| it == name(written))
    }

    fn builtin_uid(&self) -> Option<u32> {
        self.ctx.model().root_image(self.at).builtin_user.filter(|it| it.0 == self.user).map(|it| it.1)
    }

    /// The owner as a COPY may name it: a user must exist above it, and `--link` knows numbers only.
    fn chown(&self, copy: InstructionId, instruction: &Instruction) -> Option<String> {
        let is_number = self.user.starts_with(|it: char| it.is_ascii_digit());
        if instruction.flag("link").is_some() && !is_number {
            return self.builtin_uid().map(|it| format!("{it}:{it}"));
        }
        let exists = match self.stage().contents.users.iter().find(|it| it.0 == self.user) {
            Some((_, created)) => *created < copy,
            None => is_number || self.builtin_uid().is_some(),
        };
        exists.then(|| self.owner())
    }

    /// The group of the images' own users has the user's name; of others it is not known. Where files are made for
    /// the group of root, as OpenShift wants it, they keep that.
    fn owner(&self) -> String {
        let is_named = matches!(self.user, "node" | "bun" | "nonroot");
        if is_named && !self.is_for_roots_group() { format!("{0}:{0}", self.user) } else { self.user.to_owned() }
    }

    fn is_for_roots_group(&self) -> bool {
        let ancestry = self.ctx.model().ancestry(self.at);
        let instructions = ancestry.into_iter().flat_map(|it| self.ctx.model().stages[it].instructions.clone());
        let scripts = instructions.filter_map(|it| self.ctx.model().scripts.get(it)?.as_ref());
        let mut commands = scripts.flat_map(|it| &it.commands);
        commands.any(|command| {
            let has = |texts: &[&str]| command.arguments().flatten().any(|it| texts.contains(&it));
            match command.program() {
                Some("chgrp") => has(&["0", "root"]),
                Some("chmod") => has(&["g=u", "g+rwX", "g+w", "g+rw", "a+rwX", "ug+rwX"]),
                Some("chown") => command.arguments().flatten().any(|it| it.ends_with(":0") || it.ends_with(":root")),
                _ => false,
            }
        })
    }

    /// `RUN mkdir -p uploads && chown node:node uploads`; `None` where nothing has to be given.
    pub(super) fn command(&self, needs: &Needs, complete: bool) -> Option<String> {
        if needs.is_nothing() {
            return None;
        }
        let mut steps = Vec::new();
        if !needs.folders.is_empty() {
            steps.push(format!("mkdir -p {}", words(needs.folders.iter().map(|it| it.path.as_str()))));
        }
        let owner = self.owner();
        let is_own = |it: &Folder| needs.app.is_some() && !it.path.starts_with('/');
        let of = |filled: bool| needs.folders.iter().filter(move |it| !is_own(it) && it.filled == filled);
        let is_inside = |path: &str| of(true).any(|it| it.path != path && paths::contains(&it.path, path));
        let mut flat: Vec<&str> = of(false).map(|it| it.path.as_str()).filter(|it| !is_inside(it)).collect();
        if needs.app.is_some() && self.workdir().is_some() {
            if complete && !files::made_by_run(self.ctx, self.at) {
                flat.splice(0..0, self.app_folders(needs));
            } else {
                steps.push(self.by_owner(&owner));
            }
        }
        let deep: Vec<&str> = of(true).map(|it| it.path.as_str()).filter(|it| !is_inside(it)).collect();
        for (paths, option) in [(flat, ""), (deep, "-R ")] {
            if !paths.is_empty() {
                steps.push(format!("chown {option}{owner} {}", words(paths.into_iter())));
            }
        }
        (!steps.is_empty()).then(|| format!("RUN {}", steps.join(" && ")))
    }

    /// Gives all that is root's but packages. Folders of tools in node_modules are no packages: builds leave caches
    /// there (`.vite-temp`, `.cache`) that a run goes on with. Links stay as they are.
    fn by_owner(&self, owner: &str) -> String {
        let mut packages = vec!["-path '*/node_modules/[!.]*'".to_owned()];
        if let Some(app) = &self.ctx.facts().app {
            let linked = app.manager().and_then(Manager::linked_folder).map(|it| format!("node_modules/{it}"));
            // Code like that of packages, and with its engines large: it is not worth a second copy.
            let client = app.generated_client().filter(GeneratedClient::is_in_modules).map(|it| it.path);
            packages.extend(linked.into_iter().chain(client).map(|it| format!("-path '*/{it}'")));
        }
        let packages = match &packages[..] {
            [only] => only.clone(),
            all => format!("\\( {} \\)", all.join(" -o ")),
        };
        format!("find . {packages} -prune -o -user root -exec chown -h {owner} {{}} +")
    }

    /// Whether an install makes a node_modules: not without packages, and not where Yarn plugs them in.
    fn has_packages(&self) -> bool {
        let Some(app) = &self.ctx.facts().app else { return false };
        let plugs_in =
            [".yarnrc.yml", ".pnp.cjs"].iter().any(|it| self.ctx.project().kind(&app.folder_path(it)).is_some());
        let is_full = || self.stage().contents.node_modules().any(|it| it.1.scope == Scope::All);
        // `chown` fails where there is none, so it must be sure where nothing else asks for it.
        let brings_all = || self.ctx.facts().dev_server.is_some() && is_full();
        let has_any = |it: &BTreeMap<String, String>| !it.is_empty();
        let package = &app.package;
        !plugs_in && (has_any(&package.dependencies) || has_any(&package.dev_dependencies) && brings_all())
    }

    /// The app's folder, node_modules in it (caches lie there) and what is made in it.
    fn app_folders<'n>(&self, needs: &'n Needs) -> Vec<&'n str> {
        let workdir = self.workdir().unwrap_or_default();
        let is_made = |it: &crate::stages::Entry| {
            let is_modules = matches!(it.holding, Holding::NodeModules(_));
            is_modules && paths::below(workdir, &it.path) == Some("node_modules")
        };
        let by_run =
            |it: &crate::stages::Entry| matches!(self.ctx.model().instructions[it.origin.last()].kind, Kind::Run(_));
        let made = self.has_packages() && self.stage().contents.entries.iter().any(|it| is_made(it) && by_run(it));
        let own = needs.folders.iter().map(|it| it.path.as_str()).filter(|it| !it.starts_with('/'));
        ["."].into_iter().chain(made.then_some("node_modules")).chain(own).collect()
    }
}

/// Paths as a command takes them.
fn words<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    paths.map(shell::quote).collect::<Vec<_>>().join(" ")
}
