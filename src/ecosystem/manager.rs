//! The package managers, by name.

use super::arguments::Arguments;
use super::managers::{self, FlagUse, Habits, Production};
use super::{Scope, Verb};

/// A package manager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manager {
    /// npm, any major: the one that comes with Node, and so the one where nothing speaks for another.
    #[default]
    Npm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and later.
    YarnBerry,
    /// pnpm, any major.
    Pnpm,
    /// bun.
    Bun,
}

impl Manager {
    /// The manager that `packageManager` names in package.json by its program and version.
    #[must_use]
    pub fn named(name: &str, version: &str) -> Option<Self> {
        Some(match name {
            "npm" => Self::Npm,
            "yarn" if version == "1" || version.starts_with("1.") => Self::YarnClassic,
            "yarn" => Self::YarnBerry,
            "pnpm" => Self::Pnpm,
            "bun" => Self::Bun,
            _ => return None,
        })
    }

    /// The lock file that it makes today.
    #[must_use]
    pub const fn usual_lock(self) -> &'static str {
        match self {
            Self::Npm => "package-lock.json",
            Self::YarnClassic | Self::YarnBerry => "yarn.lock",
            Self::Pnpm => "pnpm-lock.yaml",
            Self::Bun => "bun.lock",
        }
    }

    /// The names of its lock files; where there are several, the first one that is there counts.
    #[must_use]
    pub fn locks(self) -> &'static [&'static str] {
        managers::of(self).locks()
    }

    /// What every install needs: package.json and the lock file called `lock`, if there is one, as sources of a COPY.
    #[must_use]
    pub fn manifests(self, lock: Option<&str>) -> Vec<String> {
        managers::of(self).manifests(lock)
    }

    /// What it does in its own way when it installs.
    #[must_use]
    pub fn habits(self) -> Habits {
        managers::of(self).habits()
    }

    /// Whether an install over another one takes nothing away.
    #[must_use]
    pub fn only_adds(self) -> bool {
        managers::of(self).scope_over(Scope::All) == Scope::All
    }

    /// Files beside package.json and the lock that change what an install does, where they are there (FACTS §1.5).
    #[must_use]
    pub fn settings(self) -> &'static [&'static str] {
        managers::of(self).settings()
    }

    /// Whether the official images of this major of Node bring it: npm always, Yarn 1 up to Node 25 (FACTS §0).
    #[must_use]
    pub fn comes_with_node(self, major: Option<u32>) -> bool {
        match self {
            Self::Npm => true,
            Self::YarnClassic => major.is_some_and(|it| it <= 25),
            Self::YarnBerry | Self::Pnpm | Self::Bun => false,
        }
    }

    /// Whether bun's own images bring it.
    #[must_use]
    pub fn comes_with_bun(self) -> bool {
        matches!(self, Self::Npm | Self::Bun)
    }

    /// The folder in node_modules where it keeps the packages, if those beside it are links only.
    #[must_use]
    pub fn linked_folder(self) -> Option<&'static str> {
        managers::of(self).linked_folder()
    }

    /// Whether these arguments hold an install to the lock file.
    #[must_use]
    pub fn is_frozen(self, arguments: &[&str]) -> bool {
        let words: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        managers::of(self).is_frozen(&Arguments::read(&words, &[]).flags)
    }

    /// Whether an install with these arguments stops where there is no lock file: Yarn 1 and bun go on (FACTS §1.3).
    #[must_use]
    pub fn needs_lock(self, verb: Verb, arguments: &[&str]) -> bool {
        let has = |flags: &[&str]| arguments.iter().any(|it| flags.contains(it));
        match self {
            Self::Npm => verb == Verb::CleanInstall,
            Self::Pnpm => verb == Verb::CleanInstall || has(&["--frozen-lockfile"]),
            Self::YarnBerry => has(&["--immutable", "--frozen-lockfile"]),
            Self::YarnClassic | Self::Bun => false,
        }
    }

    /// Whether a word after `run` can be nothing but a script, unless the manager knows it itself. The others look
    /// among the installed programs next.
    #[must_use]
    pub fn runs_only_scripts(self, script: &str) -> bool {
        match self {
            // A start without a script runs server.js.
            Self::Npm => !matches!(script, "env" | "start" | "restart"),
            Self::Pnpm => script != "start",
            Self::YarnClassic | Self::YarnBerry | Self::Bun => false,
        }
    }

    /// Whether `filter` means the package called `name` in `folder`, from the root of the workspaces.
    #[must_use]
    pub fn is_meant(self, filter: &str, name: &str, folder: &str) -> bool {
        let scopeless = name.rsplit('/').next().unwrap_or(name);
        let is_folder = folder == filter.trim_end_matches('/') || crate::paths::file_name(folder) == filter;
        let is_yarn = matches!(self, Self::YarnClassic | Self::YarnBerry);
        name == filter || (scopeless == filter && !is_yarn) || (matches!(self, Self::Npm | Self::Bun) && is_folder)
    }

    /// A filter without the signs that add what a package depends on: pnpm's `api...`.
    #[must_use]
    pub fn without_signs(self, filter: &str) -> &str {
        match self {
            Self::Pnpm => filter.trim_start_matches("...").trim_end_matches("...").trim_matches('^'),
            _ => filter,
        }
    }

    /// Whether a filter that matches no package is no error.
    #[must_use]
    pub fn ignores_unmatched(self) -> bool {
        self == Self::Pnpm
    }

    /// Whether a lock file with a package of the workspace that is not there does not agree.
    #[must_use]
    pub fn wants_all_members(self) -> bool {
        self == Self::Bun
    }

    /// The install that holds to the lock file, as one writes it.
    #[must_use]
    pub fn frozen(self) -> &'static str {
        managers::of(self).frozen()
    }

    /// The flag that makes an install hold to the lock file; `None` where that is another command.
    #[must_use]
    pub fn frozen_flag(self) -> Option<&'static str> {
        managers::of(self).frozen_flag()
    }

    /// The flags that say the opposite.
    #[must_use]
    pub fn unfrozen_flags(self) -> &'static [&'static str] {
        managers::of(self).unfrozen_flags()
    }

    /// What `flag` of an install, without its dashes, means to another form of it.
    #[must_use]
    pub fn flag_use(self, flag: &str) -> FlagUse {
        managers::of(self).flag(flag)
    }

    /// What `flag` of an install, without its dashes, means to an install over it.
    #[must_use]
    pub fn flag_again(self, flag: &str) -> FlagUse {
        managers::of(self).flag_again(flag)
    }

    /// Whether an install that holds to the lock file takes `flag`, without its dashes, as well, and asks the lock file the
    /// same.
    #[must_use]
    pub fn takes_when_frozen(self, flag: &str) -> bool {
        self.flag_use(flag) != FlagUse::Unknown || managers::of(self).idle_when_frozen().contains(&flag)
    }

    /// Whether the word after `flag`, as written, may be its value.
    #[must_use]
    pub fn takes_value(self, flag: &str) -> bool {
        managers::of(self).valued().contains(&flag)
    }

    /// Whether `word` asks for an install of what package.json names, and not from the lock file alone.
    #[must_use]
    pub fn is_plain_install(self, word: &str) -> bool {
        managers::of(self).verbs().install.contains(&word)
    }

    /// Whether `word` asks for an install that makes node_modules anew from the lock file.
    #[must_use]
    pub fn is_clean_install(self, word: &str) -> bool {
        managers::of(self).verbs().clean.contains(&word)
    }

    /// The place in `words`, a command of this manager, of the word that says what is asked for: the first that is
    /// neither a flag nor the value of one. The program's own where there is none.
    #[must_use]
    pub fn verb_at(self, words: &[&str]) -> usize {
        let mut rest = words.iter().enumerate().skip(1);
        while let Some((at, word)) = rest.next() {
            if !word.starts_with('-') {
                return at;
            }
            if self.takes_value(word) {
                rest.next();
            }
        }
        0
    }

    /// Whether a production install runs the root's script `name` where the full one does (FACTS §1.3).
    #[must_use]
    pub fn runs_in_production(self, name: &str) -> bool {
        !matches!(self, Self::YarnClassic | Self::YarnBerry) || !name.contains("prepare")
    }

    /// The flag that brings devDependencies although NODE_ENV is `production`.
    #[must_use]
    pub fn with_dev(self, major: Option<u32>) -> Option<&'static str> {
        managers::of(self).with_dev(major)
    }

    /// How production dependencies get into a stage; `None` where nodestage does not write that yet.
    #[must_use]
    pub fn production(self, major: Option<u32>) -> Option<Production> {
        managers::of(self).production(major)
    }

    /// Whether nodestage writes how production dependencies get into a stage, for some major at least.
    #[must_use]
    pub fn is_written(self) -> bool {
        self.production(Some(u32::MAX)).is_some()
    }

    /// The words before a program of an installed package.
    #[must_use]
    pub fn runs_programs_by(self) -> &'static str {
        match self {
            Self::Npm => "npx",
            Self::YarnClassic | Self::YarnBerry => "yarn",
            Self::Pnpm => "pnpm exec",
            Self::Bun => "bunx",
        }
    }

    /// The program's name.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::YarnClassic | Self::YarnBerry => "yarn",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
        }
    }
}
