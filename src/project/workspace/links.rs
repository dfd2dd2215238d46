//! Which member a dependency of a package means.

use nodejs_semver::{Range, Version};

use super::super::App;
use super::{Member, Workspace};
use crate::ecosystem::Manager;
use crate::paths;

/// Where a dependency stands in package.json.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dependency {
    /// `dependencies`
    Production,
    /// `optionalDependencies`
    Optional,
    /// `peerDependencies`
    Peer,
    /// `devDependencies`
    Dev,
}

/// A dependency on a member.
#[derive(Clone, Copy)]
pub struct MemberLink<'a> {
    /// What it is called in node_modules.
    pub name: &'a str,
    /// As written: `workspace:*`, `^1.0.0`.
    pub range: &'a str,
    /// Where it stands.
    pub dependency: Dependency,
    /// What it means.
    pub member: &'a Member,
    /// Whether node_modules is known to hold a link to the member's folder: not a package of the registry, nor a
    /// copy.
    pub is_certain: bool,
}

/// What a range says of a member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Link,
    Perhaps,
    Other,
}

impl Workspace {
    /// The members that `app`, a package of the workspace, names among its dependencies. One that may mean a
    /// package of the registry as well is there, and not certain.
    #[must_use]
    pub fn links<'a>(&'a self, app: &'a App) -> Vec<MemberLink<'a>> {
        let package = &app.package;
        let lists = [
            (Dependency::Production, &package.dependencies),
            (Dependency::Optional, &package.optional_dependencies),
            (Dependency::Peer, &package.peer_dependencies),
            (Dependency::Dev, &package.dev_dependencies),
        ];
        let all = lists.into_iter().flat_map(|(dependency, it)| it.iter().map(move |it| (dependency, it)));
        all.filter_map(|(dependency, (name, range))| {
            let (member, meaning) = self.meant(app, name, range.trim())?;
            let is_certain = meaning == Meaning::Link;
            Some(MemberLink { name, range, dependency, member, is_certain })
        })
        .collect()
    }

    fn meant<'a>(&'a self, app: &App, name: &str, range: &str) -> Option<(&'a Member, Meaning)> {
        let (member, meaning) = match range.split_once(':') {
            Some(("workspace", rest)) => (self.by_protocol(app, name, rest)?, Meaning::Link),
            Some((kind @ ("link" | "portal" | "file"), path)) => (self.at_path(app, path)?, self.meaning_of_path(kind)),
            Some(("npm", alias)) => {
                let (name, range) = alias_parts(alias);
                let member = self.named(name)?;
                (member, self.meaning_of_range(member, range))
            }
            // A range of its own list.
            Some(("catalog", _)) => (self.named(name)?, Meaning::Perhaps),
            Some(_) => return None,
            None if range.starts_with(['.', '/']) => (self.at_path(app, range)?, self.meaning_of_path("file")),
            None => {
                let member = self.named(name)?;
                (member, self.meaning_of_range(member, range))
            }
        };
        (meaning != Meaning::Other).then_some((member, meaning))
    }

    /// `workspace:*`, `workspace:^1.0.0`, `workspace:other@*`, `workspace:../other`.
    fn by_protocol(&self, app: &App, name: &str, rest: &str) -> Option<&Member> {
        if rest.starts_with('.') {
            return self.at_path(app, rest);
        }
        let (alias, _) = alias_parts(rest);
        self.named(alias).or_else(|| self.named(name)).or_else(|| self.at_root(rest))
    }

    /// Yarn's `workspace:packages/x`, from the root.
    fn at_root(&self, path: &str) -> Option<&Member> {
        self.member(&paths::resolve(&self.root.folder, path))
    }

    fn at_path(&self, app: &App, path: &str) -> Option<&Member> {
        self.member(&paths::resolve(&app.folder, path))
    }

    /// Yarn and pnpm copy what `file:` names.
    fn meaning_of_path(&self, kind: &str) -> Meaning {
        match (kind, self.manager) {
            ("link" | "portal", _) | (_, Some(Manager::Npm)) => Meaning::Link,
            _ => Meaning::Perhaps,
        }
    }

    /// A range that the member's version satisfies means the member; to pnpm only where a setting says so.
    fn meaning_of_range(&self, member: &Member, range: &str) -> Meaning {
        let range = if range.is_empty() { "*" } else { range };
        let Ok(parsed) = Range::parse(range) else { return Meaning::Perhaps };
        let version = member.app.package.version.as_deref().and_then(|it| Version::parse(it).ok());
        match (version, self.manager) {
            (Some(version), _) if range != "*" && !parsed.satisfies(&version) => Meaning::Other,
            (Some(_), Some(Manager::Pnpm) | None) | (None, _) => Meaning::Perhaps,
            (Some(_), _) if self.is_installed_at_root => Meaning::Link,
            (Some(_), _) => Meaning::Perhaps,
        }
    }
}

/// `name@range` or a name alone.
fn alias_parts(text: &str) -> (&str, &str) {
    match text.rfind('@').filter(|at| *at > 0) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, "*"),
    }
}
