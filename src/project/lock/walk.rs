//! Walks a lock from the root package as npm does before `npm ci`: is everything there that is asked for?

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::{Agreement, Peers};
use super::overrides::Override;
use super::spec::{Fit, fit};
use super::tree::{Kind, Node, Ranges, Tree};
use crate::ecosystem::releases::{Npm, Release};
use crate::paths;
use crate::project::Reason;

/// The walk over one lock.
pub(super) struct Walk<'a> {
    pub(super) tree: &'a Tree,
    /// The lock's file name, for messages.
    pub(super) file: &'a str,
    pub(super) overrides: BTreeMap<String, Override>,
    pub(super) peers: Peers,
    pub(super) npm: Npm,
    /// What the package.json files of the build context ask for, by their folders from the lock's folder.
    pub(super) manifests: BTreeMap<String, Ranges>,
    /// Each workspace, by its folder.
    pub(super) workspaces: BTreeMap<String, Named>,
}

/// What a workspace's package.json calls it.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) version: Option<String>,
}

impl Walk<'_> {
    /// The first disagreement; else the first thing that can't be told.
    pub(super) fn run(&self) -> Agreement {
        let mut unknown = None;
        let mut seen = BTreeSet::new();
        let mut open = vec![String::new()];
        if let Some(reason) = self.missing_workspace() {
            return Agreement::No(reason);
        }
        // What is found through the root comes first: npm looks at the targets of links, but not at what only
        // they need.
        let mut links: Vec<String> = self.workspaces.keys().cloned().collect();
        let mut is_through_link = false;
        loop {
            let Some(path) = open.pop() else {
                is_through_link = true;
                open.append(&mut links);
                if open.is_empty() { break } else { continue }
            };
            if !seen.insert(path.clone()) {
                continue;
            }
            let is_checked = !is_through_link || !path.contains("node_modules/");
            match self.check(&path, &mut open, &mut links) {
                Agreement::Yes => {}
                Agreement::No(reason) if is_checked => return Agreement::No(reason),
                Agreement::No(reason) | Agreement::Unknown(reason) => drop(unknown.get_or_insert(reason)),
            }
        }
        unknown.map_or(Agreement::Yes, Agreement::Unknown)
    }

    /// A workspace that the lock does not link to its folder.
    fn missing_workspace(&self) -> Option<Reason> {
        let is_linked = |folder: &str, name: &str| {
            let node = self.tree.at(&format!("node_modules/{name}"));
            node.is_some_and(|it| it.link.as_deref() == Some(folder))
        };
        let (folder, Named { name, .. }) = self.workspaces.iter().find(|(folder, it)| !is_linked(folder, &it.name))?;
        Some(format!("the workspace `{name}` (`{folder}`) is not in {}", self.file).into())
    }

    /// What the package at `path` asks for; where that lies goes to `open`, the targets of links to `links`.
    fn check(&self, path: &str, open: &mut Vec<String>, links: &mut Vec<String>) -> Agreement {
        let node = self.tree.at(path);
        if node.is_some_and(|it| it.shrinkwrap) {
            return Agreement::Yes;
        }
        let Some(ranges) = self.manifests.get(path).or_else(|| node.map(|it| &it.ranges)) else {
            return Agreement::Unknown(format!("the package.json in `{path}` is not known").into());
        };
        let at_home = !path.contains("node_modules/");
        let bundled = node.map(|it| it.bundled.as_slice()).unwrap_or_default();
        let mut unknown = None;
        for (name, (kind, range)) in ranges.edges(self.peers == Peers::Installed, at_home) {
            if !at_home && bundled.iter().any(|it| it == name) {
                continue;
            }
            let found = self.tree.find(path, name);
            match self.judge(path, node, name, (kind, range), found) {
                Agreement::Yes => {}
                Agreement::Unknown(reason) => drop(unknown.get_or_insert(reason)),
                no @ Agreement::No(_) => return no,
            }
            match found {
                Some((_, Node { link: Some(target), .. })) => links.push(target.clone()),
                Some((at, _)) => open.push(at.to_owned()),
                None => {}
            }
        }
        unknown.map_or(Agreement::Yes, Agreement::Unknown)
    }

    fn judge(
        &self,
        path: &str,
        node: Option<&Node>,
        name: &str,
        (kind, range): (Kind, &str),
        found: Option<(&str, &Node)>,
    ) -> Agreement {
        let who = || if path.is_empty() { "package.json".to_owned() } else { format!("`{}`", shown(path)) };
        let Some((at, found)) = found else { return self.missing(path, name, kind, &who()) };
        let in_bundle = found.in_bundle || node.is_some_and(|it| it.in_bundle);
        // A peer may not be the asking package's own.
        let is_own_peer = matches!(kind, Kind::Peer | Kind::OptionalPeer)
            && !path.is_empty()
            && at == format!("{path}/node_modules/{name}");
        let by_version = || self.linked(found).map_or(Fit::Unknown, |it| self.fit(path, name, range, it));
        let res = match self.fit(path, name, range, found) {
            _ if is_own_peer => Fit::No,
            Fit::Unknown => by_version(),
            known => known,
        };
        match (res, kind) {
            (Fit::Yes, _) => Agreement::Yes,
            (Fit::No, Kind::OptionalPeer) if self.passes_over_peer() => Agreement::Yes,
            (Fit::No, Kind::OptionalPeer) => Agreement::Unknown(
                format!("{} may have `{name}` {range}, and {} holds {}", who(), self.file, found.version).into(),
            ),
            (Fit::No, _) if self.fits_above(path, at, name, range) => Agreement::Unknown(
                format!("{} holds two versions of `{name}`, and the nearer does not fit", self.file).into(),
            ),
            (Fit::No, _) if in_bundle => {
                Agreement::Unknown(format!("`{name}` comes in the archive of another package").into())
            }
            (Fit::No, _) => {
                let version = &self.linked(found).unwrap_or(found).version;
                Agreement::No(format!("{} asks for `{name}` {range}, {} holds {version}", who(), self.file).into())
            }
            (Fit::Unknown, _) => Agreement::Unknown(
                format!("whether {} holds what `{name}`: `{range}` asks for is not known", self.file).into(),
            ),
        }
    }

    /// The workspace that `link` leads to, where the lock has it by the version that it has today: that counts for
    /// ranges.
    fn linked(&self, link: &Node) -> Option<&Node> {
        let target = link.link.as_deref()?;
        let (node, named) = (self.tree.at(target)?, self.workspaces.get(target)?);
        (named.version.as_ref() == Some(&node.version)).then_some(node)
    }

    /// Whether another one further up would do: npm may take that.
    fn fits_above(&self, path: &str, at: &str, name: &str, range: &str) -> bool {
        let holder = at.strip_suffix(&format!("node_modules/{name}")).unwrap_or_default().trim_end_matches('/');
        let above = (!holder.is_empty()).then(|| self.tree.find(paths::parent(holder), name)).flatten();
        above.is_some_and(|(_, it)| self.fit(path, name, range, it) == Fit::Yes)
    }

    fn missing(&self, path: &str, name: &str, kind: Kind, who: &str) -> Agreement {
        match kind {
            Kind::OptionalPeer => Agreement::Yes,
            Kind::Optional if !path.is_empty() && self.passes_over_optional() => Agreement::Yes,
            Kind::Optional if !path.is_empty() => {
                Agreement::Unknown(format!("`{name}`, which {who} can do without, is not in {}", self.file).into())
            }
            _ if path.is_empty() => {
                Agreement::No(format!("`{name}` is in package.json but not in {}", self.file).into())
            }
            _ => Agreement::No(format!("{who} asks for `{name}`, which is not in {}", self.file).into()),
        }
    }

    /// Whether `npm ci` and `npm install` of this major both do without an optional package that the lock file lacks, be
    /// it for this system or another: 7 to 10 do (run with 7.24, 8.19, 9.9, 10.2 to 10.9). Of 11, 11.0 does, 11.6 misses
    /// the one for its own system, 11.19 all.
    fn passes_over_optional(&self) -> bool {
        self.npm.major.is_some_and(|it| (7..=10).contains(&it))
    }

    /// Whether `npm ci` does not mind an optional peer that does not fit: run, 10.9 to 11.4 refuse it, 11.6 to 11.19 don't.
    fn passes_over_peer(&self) -> bool {
        self.npm.at_least.is_some_and(|it| it >= Release { major: 11, minor: 6 })
    }

    /// Whether what was found is what is asked for, overrides considered.
    fn fit(&self, path: &str, name: &str, range: &str, found: &Node) -> Fit {
        if self.workspaces.contains_key(path) || path.is_empty() {
            return self.own_fit(path, name, range, found);
        }
        match self.overrides.get(name) {
            None if self.is_same_git(path, range, found) => Fit::Yes,
            None => fit(found, range, path),
            Some(Override::Unknown) => Fit::Unknown,
            Some(Override::Range(instead)) => fit(found, instead, ""),
        }
    }

    /// The root's own ranges are overridden by the same range only: npm refuses others.
    fn own_fit(&self, path: &str, name: &str, range: &str, found: &Node) -> Fit {
        match self.overrides.get(name) {
            Some(Override::Range(instead)) if instead == range => fit(found, range, path),
            Some(_) => Fit::Unknown,
            None if self.is_same_git(path, range, found) => Fit::Yes,
            None => fit(found, range, path),
        }
    }

    /// A branch, a tag or an address that is the same as when the lock was written was resolved then.
    fn is_same_git(&self, path: &str, range: &str, found: &Node) -> bool {
        let is_remote = found.resolved.as_deref().is_some_and(|it| it.starts_with("git"));
        let then = self.tree.at(path).map(|it| &it.ranges);
        let lists = then.map(|it| [&it.production, &it.development, &it.optional]);
        let is_same = lists.iter().flatten().any(|it| it.values().any(|it| it == range));
        is_remote && is_same && !range.contains("#semver:")
    }
}

/// The package's name, from its path.
fn shown(path: &str) -> &str {
    path.rsplit("node_modules/").next().unwrap_or(path)
}
