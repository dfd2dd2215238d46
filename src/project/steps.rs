//! What one command of a script comes to: wrappers taken off, scripts of package.json named.

use super::App;
use crate::ecosystem::wrappers::{self, Layer};
use crate::ecosystem::{Invocation, Manager};
use crate::paths;
use crate::paths::glob::{Dialect, Glob};
use crate::project::Reason;

mod inline;
mod managers;

/// A command without what only passes it on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// Programs that run first and start the rest: `cross-env`, `dotenv`, with their own arguments.
    pub(super) wrappers: Vec<Vec<String>>,
    /// `NAME=value`, by a wrapper.
    pub(super) assignments: Vec<(String, String)>,
    /// `npx` and its kind, where one looks the program up.
    pub(super) through: Option<String>,
    /// What is left.
    pub(super) what: What,
}

/// What runs in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum What {
    /// Nothing that counts.
    #[default]
    Nothing,
    /// Scripts of package.json, in order.
    Scripts {
        names: Vec<String>,
        /// For the last command of each.
        arguments: Vec<String>,
        /// Whether pre and post scripts run too.
        hooks: bool,
    },
    /// Texts for a shell, in order.
    Texts(Vec<String>),
    /// A program and its arguments.
    Program(Vec<String>),
    /// It can't be followed, and why.
    Unknown(Reason),
}

/// How often a wrapper may stand inside of another.
const MAX_WRAPPERS: usize = 12;

/// What `words` come to, run in the app's folder.
pub(super) fn step(app: &App, words: &[String]) -> Step {
    let mut step = Step::default();
    let mut words = words.to_vec();
    for _ in 0..MAX_WRAPPERS {
        let Some(first) = words.first() else { return step };
        let name = paths::file_name(first).to_owned();
        let layer = match wrappers::unwrap(&words) {
            Some(layer) => Some(Unwrapped::of(layer)),
            None => match Invocation::read(&words) {
                Some(invocation) => managers::follow(app, &invocation, &words, &mut step.through),
                None => {
                    let by_code = || inline::commands(&words).map(|it| Unwrapped::Done(What::Texts(it)));
                    managers::run_others(app, &name, &words).or_else(by_code)
                }
            },
        };
        match layer {
            Some(Unwrapped::Rest(rest)) => words = rest,
            Some(Unwrapped::Wrapped { wrapper, assignments, rest }) => {
                step.wrappers.extend(wrapper);
                step.assignments.extend(assignments);
                words = rest;
            }
            Some(Unwrapped::Done(what)) => return Step { what, ..step },
            None => return Step { what: What::Program(words), ..step },
        }
    }
    Step { what: What::Unknown("too many programs start one another".into()), ..step }
}

/// What one layer comes to.
enum Unwrapped {
    /// More words to look at.
    Rest(Vec<String>),
    /// The same, with what a wrapper adds.
    Wrapped {
        wrapper: Option<Vec<String>>,
        assignments: Vec<(String, String)>,
        rest: Vec<String>,
    },
    Done(What),
}

impl Unwrapped {
    fn of(layer: Layer) -> Self {
        match layer {
            Layer::Command { wrapper, assignments, rest } => Self::Wrapped { wrapper, assignments, rest },
            Layer::Texts(texts) => Self::Done(What::Texts(texts)),
            Layer::File(file) => Self::unknown(format!("`{}` is not followed", paths::normalise(&file))),
            Layer::Unknown(why) => Self::unknown(why),
        }
    }

    fn unknown(why: impl Into<Reason>) -> Self {
        Self::Done(What::Unknown(why.into()))
    }
}

/// Whether running a script by this program runs its pre and post scripts: all but Yarn 2 and later.
fn runs_hooks(app: &App, invocation: &Invocation) -> bool {
    invocation.manager() != Manager::YarnClassic || app.manager() != Some(Manager::YarnBerry)
}

/// The scripts that a name of npm-run-all stands for: `build:*` takes `build:a`, not `build:a:b`.
fn matching_scripts(app: &App, pattern: &str) -> Vec<String> {
    let pattern = pattern.split(' ').next().unwrap_or(pattern);
    if !pattern.contains('*') {
        return vec![pattern.to_owned()];
    }
    // Their separator is the colon; ours is the slash.
    let slashed = |it: &str| it.replace('/', "\u{1}").replace(':', "/");
    let Some(glob) = Glob::new(&slashed(pattern), Dialect::Shell) else { return Vec::new() };
    app.package.scripts.keys().filter(|it| glob.matches(&slashed(it))).cloned().collect()
}
