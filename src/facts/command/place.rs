//! Where a start command runs: the working directory, or the folder that a package manager or a script goes to.

use crate::ecosystem::{Action, Inside, Invocation, Manager};
use crate::facts::shipped;
use crate::paths;
use crate::project::{App, Project};
use crate::shell::{self, Command, Joined};
use crate::stages::Contents;

/// Where something is started.
#[derive(Clone, Copy)]
pub(in crate::facts) struct Place<'a> {
    /// The app's folder in the image.
    pub(in crate::facts) root: Option<&'a str>,
    /// The folder it starts in.
    pub(in crate::facts) workdir: Option<&'a str>,
    /// What the stage holds.
    pub(in crate::facts) contents: &'a Contents,
    pub(in crate::facts) project: &'a Project,
}

impl Place<'_> {
    /// The folder that a manager is told to run in, from the working directory.
    pub(super) fn folder_of(&self, inside: Inside<'_>, invocation: &Invocation) -> Option<String> {
        match inside {
            Inside::Folder(folder) => Some(folder.to_owned()),
            Inside::Package(package) => self.path_of(package, invocation.manager()),
        }
    }

    /// The folder of a package of the workspace whose root lies at the working directory, from there; or of the package
    /// that lies there itself.
    fn path_of(&self, package: &str, manager: Manager) -> Option<String> {
        let here = shipped::app_in(self.contents, self.project, self.workdir?)?;
        if let Some(folder) = self.project.package_meant(&here.folder, package, manager) {
            return paths::below(&here.folder, &folder).map(str::to_owned);
        }
        let root = &self.project.workspace(&here.folder)?.root.folder;
        let meant = self.project.package_meant(root, package, manager)?;
        (meant == here.folder).then(String::new)
    }
}

/// The folder and the command of the script that `invocation` runs, where it is `cd folder && command` and no more, or a
/// manager's command for another package; a script may run the next.
pub(super) fn after_cd(app: &App, invocation: &Invocation, place: Place<'_>) -> Option<(String, Vec<String>)> {
    let mut invocation = invocation.clone();
    for _ in 0..MAX_SCRIPTS {
        let (Action::Script(words) | Action::Run(words)) = &invocation.action else { return None };
        let [name] = &words[..] else { return None };
        let has_hooks = ["pre", "post"].iter().any(|it| app.package.scripts.contains_key(&format!("{it}{name}")));
        let script = shell::script_of_text(&app.package.scripts.get(name).filter(|_| !has_hooks)?.text);
        let is_plain = |it: &Command| !it.conditional && !it.redirected && it.assignments.is_empty();
        if !script.complete || !script.commands.iter().all(is_plain) {
            return None;
        }
        let commands: Option<Vec<Vec<String>>> =
            script.commands.iter().map(|it| it.words.iter().map(|it| it.value.clone()).collect()).collect();
        match (&commands?[..], script.commands.last()?.joined) {
            ([cd, command], Joined::And) if cd.len() == 2 && cd[0] == "cd" => {
                return Some((cd[1].clone(), command.clone()));
            }
            ([next], _) => {
                invocation = Invocation::read(next)?;
                if let Some((inside, words)) = invocation.target.inside(next) {
                    return Some((place.folder_of(inside, &invocation)?, words));
                }
            }
            _ => return None,
        }
    }
    None
}

/// So many scripts may run one another.
const MAX_SCRIPTS: usize = 8;
