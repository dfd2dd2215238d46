//! Scripts of package.json that work in other folders: `"build": "cd client && npm install && npm run build"`.

use super::script::{Call, Session};
use super::{Runner, State};
use crate::ecosystem::{Action, Invocation, tools};
use crate::project::App;
use crate::shell::{Command, Joined, script_of_text};

/// So many scripts of a Dockerfile are followed: they may run one another.
const MAX_FOLLOWED: usize = 64;

impl Runner<'_, '_> {
    /// Runs the commands of `script` in `folder`, where it lies in the image, as those of a RUN; whether it did.
    pub(super) fn work_elsewhere(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        folder: Option<&String>,
        app: &App,
        script: &str,
    ) -> bool {
        let may_follow = self.n_followed < MAX_FOLLOWED && works_elsewhere(app, script);
        let steps = if may_follow { steps(app, script) } else { None };
        let Some((steps, folder)) = steps.zip(folder) else { return false };
        self.n_followed += 1;
        let mut session = session.inside(folder.clone());
        for words in steps {
            self.command(state, &mut session, &call.inside(script, words));
        }
        true
    }
}

/// Whether `script`, or one that it runs, leaves the app's folder.
fn works_elsewhere(app: &App, script: &str) -> bool {
    let mut scripts = vec![script.to_owned()];
    let mut at = 0;
    while let Some(name) = scripts.get(at) {
        for words in steps(app, name).unwrap_or_default() {
            match Invocation::read(&words) {
                None if words[0] == "cd" => return true,
                Some(it) if it.target.folder.is_some() => return true,
                Some(Invocation { action: Action::Script(next) | Action::Run(next), .. }) => {
                    scripts.extend(next.into_iter().next().filter(|it| !scripts.contains(it)));
                }
                _ => {}
            }
        }
        at += 1;
    }
    false
}

/// The commands of a script that are all run one after another, and of which all is known; nothing else where it has hooks.
pub(super) fn steps(app: &App, script: &str) -> Option<Vec<Vec<String>>> {
    let has_hooks = ["pre", "post"].iter().any(|it| app.package.scripts.contains_key(&format!("{it}{script}")));
    let read = script_of_text(&app.package.scripts.get(script)?.text);
    let is_chain = |it: &Command| !it.conditional && matches!(it.joined, Joined::First | Joined::And);
    if has_hooks || !read.complete || !read.commands.iter().all(is_chain) {
        return None;
    }
    let words = |it: &Command| -> Option<Vec<String>> {
        let words: Vec<String> = it.words.iter().map(|it| it.value.clone()).collect::<Option<_>>()?;
        (it.assignments.is_empty() && !it.redirected && is_known(&words)).then_some(words)
    };
    read.commands.iter().map(words).collect()
}

/// Whether nothing comes of a command but packages, and what its own build makes.
fn is_known(words: &[String]) -> bool {
    let is_plain = |it: Invocation| matches!(it.action, Action::Install(_) | Action::Script(_) | Action::Run(_));
    matches!(words, [program, _] if program == "cd")
        || tools::is_build(words)
        || Invocation::read(words).is_some_and(is_plain)
}
