//! Whether a package of a workspace or the root of that is the context, where the COPY sources fit both, by what the
//! Dockerfile's commands need.

use std::path::Path;
use std::sync::Arc;

use super::super::{App, Loader, Workspace};
use super::{Project, Request, search};
use crate::ecosystem::{Action, Invocation, Manager, Verb};
use crate::paths;
use crate::shell;

/// Which of the two is the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The root of the workspaces.
    Above,
    /// The package.
    Here,
    /// That is not known; the package's folder from the root, where it is one of its members.
    Open(Option<String>),
}

/// Tools that look for the root of the workspaces, and the files that they know it by.
const OF_ROOT: [(&str, &str); 3] = [("turbo", "turbo.json"), ("nx", "nx.json"), ("lerna", "lerna.json")];

/// What is told of the two folders, `here` and the root `above` it.
pub(super) fn side(loader: &Arc<dyn Loader>, here: &Path, above: &Path, request: &Request) -> Side {
    let project = Project::without_locks(Arc::clone(loader), Some(above.to_owned()), &request.dockerfile);
    let folder = paths::from_root(above, here);
    let workspace = project.workspace(&folder).filter(|it| it.root.folder.is_empty() && it.root.folder != folder);
    let (root, app) = (project.app(""), project.app(&folder));
    let two = Two { loader: &**loader, here, above, root: root.as_deref(), app: app.as_deref() };
    let texts: Vec<_> = request.commands.iter().map(|it| shell::script_of_text(it)).collect();
    let commands = || texts.iter().flat_map(|it| &it.commands);
    let words = |it: &shell::Command| -> Vec<String> {
        it.words.iter().map(|it| it.value.clone().unwrap_or_default()).collect()
    };
    let is_linked = workspace.as_ref().zip(app.as_ref()).is_some_and(|(workspace, app)| needs_member(workspace, app));
    if is_linked || commands().any(|it| two.asks(&words(it)) == Some(Side::Above)) {
        return Side::Above;
    }
    // What is not known of a command may lead into the package's folder.
    let is_plain =
        texts.iter().all(|it| it.complete) && commands().all(|it| it.words.iter().all(|it| it.value.is_some()));
    let names = |it: &String| search::holds(&**loader, here, it) && !search::holds(&**loader, above, it);
    let is_here = request.carried.iter().any(names) || commands().any(|it| two.asks(&words(it)) == Some(Side::Here));
    if is_plain && is_here {
        return Side::Here;
    }
    Side::Open(workspace.map(|_| folder))
}

/// Whether nothing but the root's install brings a package that `app` depends on: it is a folder, or in no registry.
fn needs_member(workspace: &Workspace, app: &App) -> bool {
    let is_folder = |it: &str| ["workspace:", "link:", "file:", "portal:"].iter().any(|kind| it.starts_with(kind));
    let is_private = |app: &App| {
        let text = app.files.text(&app.folder_path("package.json")).unwrap_or_default();
        let value: Option<serde_json::Value> = serde_json::from_str(&text).ok();
        value.is_some_and(|it| it.get("private") == Some(&serde_json::Value::Bool(true)))
    };
    workspace.links(app).iter().any(|it| is_folder(it.range) || is_private(&it.member.app))
}

/// The two folders.
struct Two<'a> {
    loader: &'a dyn Loader,
    here: &'a Path,
    above: &'a Path,
    root: Option<&'a App>,
    app: Option<&'a App>,
}

impl Two<'_> {
    /// The folder in which alone a command does its work; `None` where it is not told.
    fn asks(&self, words: &[String]) -> Option<Side> {
        if let Some(tool) = OF_ROOT.iter().find(|it| words.first().is_some_and(|word| paths::file_name(word) == it.0)) {
            return self.only(|folder| self.loader.kind(&folder.join(tool.1)).is_some());
        }
        if let [program, folder] = words
            && program == "cd"
            && !folder.starts_with(['.', '/'])
        {
            return self.only(|it| self.loader.kind(&it.join(folder)).is_some());
        }
        let invocation = Invocation::read(words)?;
        if invocation.target.all || !invocation.target.packages.is_empty() {
            // A root of workspaces of its own may be meant as well.
            let is_root = self.app.is_some_and(App::is_workspace_root);
            return (!is_root).then_some(Side::Above);
        }
        match &invocation.action {
            Action::Install(verb) => self.by_lock(invocation.manager(), *verb, &words[1..]),
            Action::Run(rest) if OF_ROOT.iter().any(|it| rest.first().is_some_and(|word| word == it.0)) => {
                self.asks(rest)
            }
            Action::Script(rest) | Action::Run(rest) => self.by_script(rest.first()?),
            Action::Exec(rest) => self.asks(rest),
            _ => None,
        }
    }

    fn only(&self, holds: impl Fn(&Path) -> bool) -> Option<Side> {
        match (holds(self.here), holds(self.above)) {
            (true, false) => Some(Side::Here),
            (false, true) => Some(Side::Above),
            _ => None,
        }
    }

    /// An install that fails without a lock file.
    fn by_lock(&self, manager: Manager, verb: Verb, arguments: &[String]) -> Option<Side> {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let needs = match manager {
            // The first Yarn goes on.
            Manager::YarnClassic | Manager::YarnBerry => arguments.contains(&"--immutable"),
            _ => manager.needs_lock(verb, &arguments),
        };
        let has = |folder: &Path| manager.locks().iter().any(|it| self.loader.kind(&folder.join(it)).is_some());
        if needs && matches!(verb, Verb::Install | Verb::CleanInstall) { self.only(has) } else { None }
    }

    fn by_script(&self, name: &str) -> Option<Side> {
        let has = |it: Option<&App>| it.is_some_and(|it| it.package.scripts.contains_key(name));
        match (has(self.app), has(self.root)) {
            (true, false) => Some(Side::Here),
            (false, true) => Some(Side::Above),
            _ => None,
        }
    }
}
