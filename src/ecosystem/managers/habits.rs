//! What each manager does in its own way.

/// What one manager does in its own way when it installs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// Whether nodestage has it install in a production stage; with the others, what the build installed is pruned.
    pub installs_afresh: bool,
    /// Whether its prune goes by what node_modules holds where there is no lock file, and fetches nothing (run with npm 10:
    /// it removes the devDependencies of the root and of the members).
    pub prunes_without_lock: bool,
    /// Whether a frozen install that succeeds shows that the lock file has what package.json asks for.
    pub proves_lock: bool,
    /// Whether a setting says how packages are laid out, perhaps without any node_modules.
    pub has_linkers: bool,
    /// The file that says that a later manager is meant by the same program.
    pub later_settings: Option<&'static str>,
    /// What brings the newest forms to an older major.
    pub plugin: Option<Plugin>,
    /// Where the packages of a workspace's members lie; `None` where nobody described it here.
    pub workspace_layout: Option<WorkspaceLayout>,
}

/// Part of a manager that was a plugin once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// What it is called.
    pub name: &'static str,
    /// Where it lies, from the project's folder.
    pub path: &'static str,
    /// The manager that has it built in.
    pub since: &'static str,
    /// Its major.
    pub major: u32,
}

/// Where the packages of a workspace's members lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceLayout {
    /// At the root; beside a member only those that clash.
    Hoisted,
    /// Each member has links to its own.
    Linked,
}
