//! `turbo prune`: a copy of the part of a workspace that one package needs (FACTS §1.6).

use super::script::{Call, Session};
use super::{Runner, State};
use crate::ecosystem::arguments::Arguments;
use crate::ecosystem::{Manager, managers, tools};
use crate::paths;
use crate::project::{Member, Reach};
use crate::stages::{Entry, Holding};

impl Runner<'_, '_> {
    /// `out/json` gets the manifests, `out/full` the sources; without `--docker` both are in `out`.
    pub(super) fn turbo_prune(&self, state: &mut State, session: &Session, call: &Call<'_>) {
        let arguments = Arguments::read(call.arguments(), &["--scope", "--out-dir"]);
        let Some(folder) = session.folder.clone() else { return };
        let Some(app) = state.app_in(self.project, &folder) else { return };
        let out = paths::absolute(&folder, arguments.value(&["out-dir"]).unwrap_or("out"));
        let scopes = arguments.operands.iter().skip(1).map(String::as_str).chain(arguments.values(&["scope"]));
        let packages: Vec<Option<String>> = scopes.map(|it| self.workspace(&app, it, Manager::Pnpm)).collect();
        let kept = self.kept_by_prune(&app, &packages);
        let mut place = |path: String, holding| state.contents.place(Entry::new(path, holding, session.index));
        let part = |path: String| Entry {
            without: kept.as_ref().map(|it| it.1.clone()).unwrap_or_default(),
            ..Entry::new(path, Holding::ContextFolder(app.clone()), session.index)
        };
        if !arguments.has(&["docker"]) {
            return state.contents.place(part(out));
        }
        let json = paths::join(&out, "json");
        let manifests = kept.as_ref().map(|it| it.0.clone());
        for package in manifests.unwrap_or_else(|| packages.into_iter().flatten().collect()) {
            let file = paths::join(&package, "package.json");
            let rest = paths::below(&app, &file).unwrap_or("package.json");
            place(paths::join(&json, rest), Holding::ContextFile(file.clone()));
        }
        state.contents.place(part(paths::join(&out, "full")));
        self.prune_root(state, session, &app, &folder, &out);
    }

    /// The folders of the members that stay for `packages`, and, from the root, of those that don't; `None` where that
    /// is not known.
    fn kept_by_prune(&self, app: &str, packages: &[Option<String>]) -> Option<(Vec<String>, Vec<String>)> {
        let workspace = self.project.workspace(app).filter(|it| it.unknown.is_none() && it.root.folder == app)?;
        let mut kept: Vec<String> = Vec::new();
        for package in packages {
            let member = workspace.member(package.as_ref()?)?;
            kept.push(member.folder.clone());
            kept.extend(workspace.closure_by(&member.app, Reach::All).iter().map(|it| it.folder.clone()));
        }
        let root = workspace.closure_by(&workspace.root, Reach::All);
        kept.extend(root.iter().map(|it| it.folder.clone()));
        kept.sort();
        kept.dedup();
        let is_dropped = |it: &&Member| {
            !kept.iter().any(|kept| paths::contains(&it.folder, kept) || paths::contains(kept, &it.folder))
        };
        let dropped = workspace.members.iter().filter(is_dropped).map(|it| workspace.path_of(it)).collect();
        (!packages.is_empty()).then_some((kept, dropped))
    }

    /// The root's own manifests and lock files.
    fn prune_root(&self, state: &mut State, session: &Session, app: &str, folder: &str, out: &str) {
        let locks: Vec<&str> = managers::ALL.iter().flat_map(|it| it.locks()).copied().collect();
        for name in tools::KEPT_BY_TURBO_PRUNE.iter().chain(&locks) {
            let there = state.has_file(self.project, &paths::join(folder, name));
            if there == Some(false) || (there.is_none() && *name != "package.json") {
                continue;
            }
            let file = Holding::ContextFile(paths::join(app, name));
            let mut folders = vec![paths::join(out, "json")];
            folders.extend(locks.contains(name).then(|| out.to_owned()));
            for folder in folders {
                state.contents.place(Entry::new(paths::join(&folder, name), file.clone(), session.index));
            }
        }
    }
}
