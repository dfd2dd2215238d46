//! `turbo prune`: a copy of the part of a workspace that one package needs (FACTS §1.6).

use super::script::{Call, Session};
use super::{Runner, State};
use crate::ecosystem::arguments::Arguments;
use crate::ecosystem::{Manager, managers, tools};
use crate::paths;
use crate::stages::{Entry, Holding};

impl Runner<'_, '_> {
    /// `out/json` gets the manifests, `out/full` the sources; without `--docker` both are in `out`.
    pub(super) fn turbo_prune(&self, state: &mut State, session: &Session, call: &Call<'_>) {
        let arguments = Arguments::read(call.arguments(), &["--scope", "--out-dir"]);
        let Some(folder) = session.folder.clone() else { return };
        let Some(app) = state.app_in(self.project, &folder) else { return };
        let out = paths::absolute(&folder, arguments.value(&["out-dir"]).unwrap_or("out"));
        let mut place = |path: String, holding| state.contents.place(Entry::new(path, holding, session.index));
        if !arguments.has(&["docker"]) {
            return place(out, Holding::ContextFolder(app));
        }
        place(paths::join(&out, "full"), Holding::ContextFolder(app.clone()));
        let json = paths::join(&out, "json");
        let scopes = arguments.operands.iter().skip(1).map(String::as_str).chain(arguments.values(&["scope"]));
        for package in scopes.filter_map(|it| self.workspace(&app, it, Manager::Pnpm)) {
            let file = paths::join(&package, "package.json");
            let rest = paths::below(&app, &file).unwrap_or("package.json");
            place(paths::join(&json, rest), Holding::ContextFile(file.clone()));
        }
        self.prune_root(state, session, &app, &folder, &out);
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
