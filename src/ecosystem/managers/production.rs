//! How production packages get into a stage.

/// What a stage does to have an app's production packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// What has to be in the folder first, as sources of a COPY from there.
    pub files: Vec<String>,
    /// The command.
    pub run: String,
    /// Where the packages lie then, from the app's folder.
    pub modules: &'static str,
}

/// How one manager leaves devDependencies out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Production {
    /// The flag of an install; `None` where an install has none.
    pub omit: Option<&'static str>,
    /// The install that holds to the lock file.
    pub install: &'static str,
    /// What empties the cache after it.
    pub clean: &'static str,
    /// What removes devDependencies after a full install.
    pub prune: &'static str,
    /// Whether that runs the root's own scripts.
    pub prune_runs_scripts: bool,
    /// Whether that puts each package back as it was packed: what was changed in node_modules by hand is lost.
    pub prune_resets: bool,
    /// Whether that makes node_modules anew: what was generated into it is lost.
    pub prune_rebuilds: bool,
    /// What removes them from all packages of a workspace, at its root; `None` where nothing is known to.
    pub workspace_prune: Option<&'static str>,
    /// What the packages lie in, from the app's folder.
    pub modules: &'static str,
}

impl Production {
    /// The production install with `flags`, in a stage that has nothing yet, and no cache left in it. `files` is what
    /// the manager needs.
    #[must_use]
    pub fn steps(&self, files: Vec<String>, flags: &[String]) -> Steps {
        let run = format!("{} && {}", with_flags(self.install, flags), self.clean);
        Steps { files, run, modules: self.modules }
    }

    /// The command that takes devDependencies out of a full install with `flags`.
    #[must_use]
    pub fn prune(&self, flags: &[String]) -> String {
        with_flags(self.prune, flags)
    }
}

fn with_flags(command: &str, flags: &[String]) -> String {
    flags.iter().fold(command.to_owned(), |res, flag| format!("{res} {flag}"))
}
