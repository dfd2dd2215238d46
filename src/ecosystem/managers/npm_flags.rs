//! The flags and settings of npm, and which of them another install can have as well.

use super::super::Manager;
use super::FlagUse;

/// Flags and settings of npm that change neither what is installed nor from where: how much is said, how long is
/// waited, where the cache is. What is about devDependencies is here too: a production install says that itself.
const IDLE: &[&str] = &[
    "audit",
    "fund",
    "silent",
    "s",
    "quiet",
    "q",
    "verbose",
    "d",
    "dd",
    "ddd",
    "loglevel",
    "prefer-offline",
    "progress",
    "update-notifier",
    "color",
    "include",
    "also",
    "dev",
    "only",
    "production",
    "prod",
    "save",
    "save-dev",
    "save-prod",
    "save-exact",
    "S",
    "D",
    "E",
    "P",
    "yes",
    "y",
    "unsafe-perm",
    "foreground-scripts",
    "cache",
    "prefix",
    "C",
    "fetch-retries",
    "fetch-retry-mintimeout",
    "fetch-retry-maxtimeout",
    "fetch-retry-factor",
    "fetch-timeout",
    "network-timeout",
    "maxsockets",
    "timing",
    "omit-dev",
];

/// Flags that mean the same to `npm ci` and `npm prune`, with the values that they may have.
const REPEATED: &[&str] = &[
    "legacy-peer-deps",
    "strict-peer-deps",
    "force",
    "f",
    "ignore-scripts",
    "install-links",
    "engine-strict",
    "registry",
    "optional",
    "omit",
    "workspaces",
    "include-workspace-root",
];

/// Variables of a command that have nothing to do with packages.
const IDLE_VARIABLES: &[&str] = &["NODE_ENV", "CI", "HUSKY", "NODE_OPTIONS", "DEBIAN_FRONTEND"];

/// Flags that mean the same to `npm ci`; those that end in `=` with any value.
const OF_CLEAN: &[&str] = &[
    "--legacy-peer-deps",
    "--strict-peer-deps",
    "--force",
    "-f",
    "--omit=",
    "--include=",
    "--only=",
    "--production",
    "--production=",
    "--prod",
    "--no-audit",
    "--audit=",
    "--no-fund",
    "--fund=",
    "--ignore-scripts",
    "--ignore-scripts=",
    "--foreground-scripts",
    "--loglevel=",
    "--silent",
    "-s",
    "--quiet",
    "-q",
    "--verbose",
    "-d",
    "-dd",
    "-ddd",
    "--no-optional",
    "--prefer-offline",
    "--offline",
    "--progress=",
    "--no-progress",
    "--unsafe-perm",
    "--unsafe-perm=",
    "--registry=",
    "--cache=",
    "--no-update-notifier",
    "--update-notifier=",
    "--fetch-retries=",
    "--fetch-timeout=",
    "--fetch-retry-mintimeout=",
    "--fetch-retry-maxtimeout=",
    "--maxsockets=",
    "--network-timeout=",
    "--no-color",
    "--color=",
    "--engine-strict",
    "--omit-dev",
    "--no-dev",
    "-P",
    "--omit",
    "--only",
    "dev",
    "--no-bin-links",
];

/// Flags that say what to write to package.json: nothing to say where nothing is added.
const OF_SAVING: &[&str] =
    &["--save", "-S", "--save-dev", "-D", "--save-prod", "--save-exact", "-E", "--save-optional", "-O", "--no-save"];

/// What of one install another one, or a prune, can repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// Nothing: it does not matter there.
    No,
    /// The flag, as it is written there.
    As(String),
    /// Nobody described it here.
    Unknown,
}

/// Whether the word after `flag`, as written, may be its value.
pub(crate) fn takes_value(flag: &str) -> bool {
    Manager::Npm.takes_value(flag)
}

/// What becomes of `flag` in another install; `next` is its value where that is a word of its own.
pub(crate) fn repeated(flag: &str, next: Option<&str>) -> Repeated {
    let bare = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-')).unwrap_or(flag);
    let (name, value) = bare.split_once('=').map_or((bare, next), |it| (it.0, Some(it.1)));
    match (name.strip_prefix("no-").unwrap_or(name), value) {
        ("omit", Some("dev")) | ("package-lock", Some("true")) => Repeated::No,
        (it, _) if is_idle(it) => Repeated::No,
        ("w" | "workspace", Some(value)) => Repeated::As(format!("--workspace={value}")),
        ("registry" | "omit" | "w" | "workspace", None) => Repeated::Unknown,
        ("registry" | "omit", Some(value)) => Repeated::As(format!("--{name}={value}")),
        ("f", _) => Repeated::As("--force".to_owned()),
        (it, _) if REPEATED.contains(&it) => Repeated::As(flag.to_owned()),
        _ => Repeated::Unknown,
    }
}

/// What becomes of the word `flag` of `npm install` in `npm ci`: it stays, or it goes.
pub(crate) fn in_clean_install(flag: &str) -> FlagUse {
    let name = flag.split_once('=').map_or_else(|| flag.to_owned(), |it| format!("{}=", it.0));
    if OF_CLEAN.contains(&flag) || OF_CLEAN.contains(&name.as_str()) {
        FlagUse::Repeated
    } else if OF_SAVING.contains(&flag) {
        FlagUse::Idle
    } else {
        FlagUse::Unknown
    }
}

/// Whether a flag or setting changes neither what is installed nor from where.
pub(crate) fn is_idle(name: &str) -> bool {
    IDLE.contains(&name)
}

/// The setting that a variable sets: `npm_config_registry`.
pub(crate) fn setting_of(variable: &str) -> Option<String> {
    variable.to_ascii_lowercase().strip_prefix("npm_config_").map(|it| it.replace('_', "-"))
}

/// Whether a variable has nothing to do with packages.
pub(crate) fn is_idle_variable(name: &str) -> bool {
    IDLE_VARIABLES.contains(&name) || setting_of(name).is_some_and(|it| is_idle(&it))
}

/// `npm config set registry …`: the command, and the setting that it changes.
pub(crate) fn changed_setting(program: &str, words: &[&str]) -> Option<(String, String)> {
    let operands: Vec<&str> = words.iter().copied().filter(|it| !it.starts_with('-')).collect();
    let (command, rest) = match (program, &operands[..]) {
        ("npm", ["config" | "c", "set" | "delete" | "rm", rest @ ..]) => ("npm config set", rest),
        ("npm", ["set", rest @ ..]) => ("npm set", rest),
        _ => return None,
    };
    let key = rest.first().map_or("", |it| it.split('=').next().unwrap_or(it));
    Some((command.to_owned(), key.to_owned()))
}

/// What `npm config set` sets: `omit dev`, `omit=dev`; and whether it is for all users.
pub(crate) fn set_values(words: &[&str]) -> Option<(Vec<(String, String)>, bool)> {
    let is_global = words.iter().any(|it| matches!(*it, "-g" | "--global" | "--location=global"));
    let operands: Vec<&str> = words.iter().copied().filter(|it| !it.starts_with('-')).collect();
    let (["config" | "c", "set", rest @ ..] | ["set", rest @ ..]) = &operands[..] else { return None };
    let pair = |(key, value): (&str, &str)| (key.to_owned(), value.trim_matches('"').to_owned());
    let pairs = match rest {
        [key, value] if !key.contains('=') => vec![pair((key, value))],
        [key] if !key.contains('=') => vec![pair((key, "true"))],
        all => all.iter().filter_map(|it| it.split_once('=')).map(pair).collect(),
    };
    Some((pairs, is_global))
}

#[cfg(test)]
mod tests {
    use super::{FlagUse, Repeated, changed_setting, in_clean_install, is_idle_variable, repeated, set_values};

    #[test]
    fn what_another_install_repeats() {
        let flag = |it: &str| Repeated::As(it.to_owned());
        for (given, next, expected) in [
            ("--loglevel", Some("warn"), Repeated::No),
            ("--no-audit", None, Repeated::No),
            ("--omit=dev", None, Repeated::No),
            ("-f", None, flag("--force")),
            ("-w", Some("api"), flag("--workspace=api")),
            ("--registry", Some("https://r.test"), flag("--registry=https://r.test")),
            ("--registry", None, Repeated::Unknown),
            ("--legacy-peer-deps", None, flag("--legacy-peer-deps")),
            ("--before", Some("2020-01-01"), Repeated::Unknown),
        ] {
            assert_eq!(repeated(given, next), expected, "{given}");
        }
    }

    #[test]
    fn what_npm_ci_takes() {
        assert_eq!(in_clean_install("--loglevel=warn"), FlagUse::Repeated);
        assert_eq!(in_clean_install("--save-exact"), FlagUse::Idle);
        assert_eq!(in_clean_install("--before=2020-01-01"), FlagUse::Unknown);
    }

    #[test]
    fn values_that_are_set() {
        for (words, expected) in [
            (&["config", "set", "omit", "dev"][..], Some((vec![("omit", "dev")], false))),
            (
                &["config", "-g", "set", "omit=dev", "fund=false"],
                Some((vec![("omit", "dev"), ("fund", "false")], true)),
            ),
            (&["set", "production"], Some((vec![("production", "true")], false))),
            (&["config", "get", "omit"], None),
        ] {
            let found = set_values(words);
            let found = found.as_ref().map(|(pairs, all)| {
                (pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<Vec<_>>(), *all)
            });
            assert_eq!(found, expected, "{words:?}");
        }
    }

    #[test]
    fn settings() {
        let found = changed_setting("npm", &["config", "-g", "set", "registry=x"]);
        assert_eq!(found, Some(("npm config set".to_owned(), "registry".to_owned())));
        assert_eq!(changed_setting("yarn", &["config", "set", "x", "y"]), None);
        assert!(
            is_idle_variable("NPM_CONFIG_LOGLEVEL")
                && is_idle_variable("CI")
                && !is_idle_variable("npm_config_registry")
        );
    }
}
