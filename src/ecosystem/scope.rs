//! Which dependencies an install leaves behind, as each manager and major makes of its flags (FACTS §1.2).

use super::releases::Newest;
use super::{Manager, Verb, managers};

/// Which dependencies an install brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Without devDependencies.
    Production,
    /// With them.
    All,
    /// It can't be told.
    Unknown,
}

/// A `--flag`, `--flag=value` or `--flag value` of a package manager.
pub(crate) type Flag = (String, Option<String>);

/// An environment variable as a command sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Unset,
    Value(String),
    Unknown,
}

/// All that decides.
pub(crate) struct Ask<'a> {
    pub(crate) manager: Manager,
    pub(crate) major: Option<u32>,
    /// The version, for managers of which it matters and where it is known.
    pub(crate) version: Option<Newest>,
    pub(crate) verb: Verb,
    pub(crate) flags: &'a [Flag],
    pub(crate) node_env: Setting,
    /// `omit`, `production`, `only`, `include` of the npm configuration: environment, .npmrc.
    pub(crate) config: &'a [Flag],
    /// What node_modules held before; `None` where there was none.
    pub(crate) before: Option<Scope>,
}

impl Ask<'_> {
    /// The scope of node_modules afterwards.
    pub(crate) fn scope(&self) -> Scope {
        let wanted = self.wanted();
        match (self.verb, self.before) {
            (Verb::Rebuild, before) => before.unwrap_or(Scope::Unknown),
            (Verb::Prune, Some(before)) if wanted == Scope::All || before == Scope::Production => before,
            (Verb::Add, Some(Scope::All)) => Scope::All,
            (Verb::Install | Verb::CleanInstall, Some(before)) if wanted == Scope::Production => {
                managers::of(self.manager).scope_over(before)
            }
            _ => wanted,
        }
    }

    /// What the flags and the environment ask for, over nothing.
    fn wanted(&self) -> Scope {
        if self.verb == Verb::Add && self.has(&["save-dev", "D", "dev"]) {
            return Scope::All;
        }
        managers::of(self.manager).scope(self)
    }

    /// `--production`, `--production=false`, and where `by_environment`, NODE_ENV.
    pub(super) fn by_production_flag(&self, names: &[&str], by_environment: bool) -> Scope {
        if let Some(value) = self.flag_value(names) {
            return of_flag(value);
        }
        match &self.node_env {
            _ if !by_environment => Scope::All,
            Setting::Value(value) if value == "production" => Scope::Production,
            Setting::Unknown => Scope::Unknown,
            _ => Scope::All,
        }
    }

    /// Whether a flag has one of these values.
    pub(super) fn says(&self, name: &str, values: &[&str]) -> bool {
        self.flags.iter().any(|(flag, value)| flag == name && is_one_of(value, values))
    }

    /// What the first of these flags says, or its negation.
    pub(super) fn flag_value(&self, names: &[&str]) -> Option<bool> {
        let config = self.config.iter().filter(|_| self.manager != Manager::Bun);
        let negated = self.flags.iter().any(|(flag, _)| flag.strip_prefix("no-").is_some_and(|it| names.contains(&it)));
        let named = self.flags.iter().chain(config).find(|(flag, _)| names.contains(&flag.as_str()));
        let value = named.map(|(_, value)| !is_one_of(value, &["false"]));
        if negated { Some(false) } else { value }
    }

    /// Whether one of these flags is given.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|(flag, value)| names.contains(&flag.as_str()) && !is_one_of(value, &["false"]))
    }
}

/// `--production` or `--production=false`.
pub(super) fn of_flag(production: bool) -> Scope {
    if production { Scope::Production } else { Scope::All }
}

pub(super) fn is_one_of(value: &Option<String>, values: &[&str]) -> bool {
    value.as_deref().is_some_and(|it| values.contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(manager: Manager, major: Option<u32>, verb: Verb, flags: &[(&str, &str)], env: &str) -> Scope {
        over(manager, major, verb, flags, env, None)
    }

    fn over(
        manager: Manager,
        major: Option<u32>,
        verb: Verb,
        flags: &[(&str, &str)],
        env: &str,
        before: Option<Scope>,
    ) -> Scope {
        let value = |it: &str| Some(it.to_owned()).filter(|it| !it.is_empty());
        let flags: Vec<Flag> = flags.iter().map(|(name, it)| ((*name).to_owned(), value(it))).collect();
        let node_env = match env {
            "" => Setting::Unset,
            "?" => Setting::Unknown,
            _ => Setting::Value(env.to_owned()),
        };
        Ask { manager, major, version: None, verb, flags: &flags, node_env, config: &[], before }.scope()
    }

    #[test]
    fn the_matrix() {
        use Manager::*;
        use Scope::{All, Production, Unknown};
        for (manager, major, flag, value, env, expected) in [
            (Npm, 6, "omit", "dev", "", All),
            (Npm, 6, "only", "production", "", Production),
            (Npm, 6, "production", "", "", Production),
            (Npm, 6, "production", "false", "production", All),
            (Npm, 10, "omit", "dev", "", Production),
            (Npm, 10, "omit", "dev,optional", "", All),
            (Npm, 10, "omit-dev", "", "", All),
            (Npm, 10, "P", "", "", All),
            (Npm, 10, "", "", "production", Production),
            (Npm, 10, "", "", "?", Unknown),
            (Npm, 10, "include", "dev", "production", All),
            (Npm, 10, "", "", "development", All),
            (YarnClassic, 1, "omit", "dev", "", All),
            (YarnClassic, 1, "production", "", "", Production),
            (YarnClassic, 1, "production", "false", "production", All),
            (YarnClassic, 1, "", "", "production", Production),
            (YarnBerry, 4, "", "", "production", All),
            (Pnpm, 9, "", "", "production", Production),
            (Pnpm, 10, "", "", "production", All),
            (Pnpm, 10, "prod", "", "", Production),
            (Pnpm, 10, "P", "", "", Production),
            (Pnpm, 9, "prod", "false", "production", All),
            (Bun, 1, "", "", "production", All),
            (Bun, 1, "production", "", "", Production),
        ] {
            let res = scope(manager, Some(major), Verb::Install, &[(flag, value)], env);
            assert_eq!(res, expected, "{manager:?} {major} --{flag}={value} NODE_ENV={env}");
        }
        assert_eq!(scope(Pnpm, None, Verb::Install, &[], "production"), Unknown);
        assert_eq!(scope(YarnBerry, None, Verb::Focus, &[("production", "")], ""), Production);
    }

    #[test]
    fn versions_of_bun() {
        use Scope::{All, Production, Unknown};
        for (version, flag, value, expected) in [
            ("1.2.20", "prod", "", All),
            ("1.2.21", "prod", "", Production),
            ("?", "prod", "", Unknown),
            ("1.1.40", "omit", "dev", All),
            ("1.1", "omit", "dev", Production),
            ("?", "omit", "dev", Unknown),
            ("1.0", "production", "", Production),
            ("?", "p", "", Production),
            ("?", "frozen-lockfile", "", All),
        ] {
            let flags = [(flag.to_owned(), Some(value.to_owned()).filter(|it| !it.is_empty()))];
            let (manager, verb, node_env) = (Manager::Bun, Verb::Install, Setting::Unset);
            let version = Newest::named(version);
            let ask = Ask { manager, major: None, version, verb, flags: &flags, node_env, config: &[], before: None };
            assert_eq!(ask.scope(), expected, "{version:?} --{flag}");
        }
    }

    #[test]
    fn over_a_full_install() {
        use Manager::*;
        for (manager, verb, flags, expected) in [
            (Npm, Verb::Prune, &[("omit", "dev")][..], Scope::Production),
            (Npm, Verb::Prune, &[], Scope::All),
            (Npm, Verb::CleanInstall, &[("omit", "dev")], Scope::Production),
            (YarnClassic, Verb::Install, &[("production", "")], Scope::Production),
            (Pnpm, Verb::Install, &[("prod", "")], Scope::All),
            (Pnpm, Verb::Prune, &[("prod", "")], Scope::Production),
            (Bun, Verb::Install, &[("production", "")], Scope::All),
            (Npm, Verb::Rebuild, &[], Scope::All),
        ] {
            let res = over(manager, Some(10), verb, flags, "", Some(Scope::All));
            assert_eq!(res, expected, "{manager:?} {verb:?} {flags:?}");
        }
    }
}
