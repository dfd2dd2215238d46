//! Whether what a lock holds is what a range asks for, as npm asks (`dep-valid.js` of its arborist).

use nodejs_semver::{Range, Version};

use super::tree::Node;
use crate::paths;

/// Yes, no, or not to be told from the text alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    Unknown,
}

impl Fit {
    fn of(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

/// Whether `node` is what the package in `folder` (from the lock's folder) asks for with `spec`.
pub(super) fn fit(node: &Node, spec: &str, folder: &str) -> Fit {
    let spec = spec.trim();
    if let Some(alias) = spec.strip_prefix("npm:") {
        return alias_fit(node, alias);
    }
    if let Some(path) = path_of(spec) {
        return match &node.link {
            Some(target) => Fit::of(paths::resolve(folder, path) == *target),
            None => Fit::Unknown,
        };
    }
    if is_git(spec) {
        return git_fit(node, spec);
    }
    if spec.contains("://") {
        return if node.resolved.as_deref() == Some(spec) { Fit::Yes } else { Fit::Unknown };
    }
    registry_fit(node, spec)
}

/// `npm:name@range`
fn alias_fit(node: &Node, alias: &str) -> Fit {
    let (name, range) = match alias.rfind('@').filter(|at| *at > 0) {
        Some(at) => (&alias[..at], &alias[at + 1..]),
        None => (alias, "*"),
    };
    if node.name == name { registry_fit(node, range) } else { Fit::Unknown }
}

/// The path of `file:…`, `link:…` or a path alone.
fn path_of(spec: &str) -> Option<&str> {
    let named = spec.strip_prefix("file:").or_else(|| spec.strip_prefix("link:"));
    let path = named.or_else(|| Some(spec).filter(|it| it.starts_with(['.', '/', '~']) && it.contains('/')));
    path.filter(|it| !it.starts_with("~1") && !it.starts_with('~'))
}

/// `user/repository`, `github:…`, `git+ssh://…`, `https://….git`.
fn is_git(spec: &str) -> bool {
    let hosts = ["git:", "git+", "github:", "gitlab:", "bitbucket:", "gist:", "git@", "ssh:"];
    let short = spec.contains('/') && !spec.contains("://") && !spec.contains(' ') && !spec.starts_with('@');
    let until_fragment = spec.split('#').next().unwrap_or(spec);
    hosts.iter().any(|it| spec.starts_with(it)) || until_fragment.ends_with(".git") || short
}

/// A commit or a range can be held against what is locked; a branch or a tag is as it was then.
fn git_fit(node: &Node, spec: &str) -> Fit {
    let Some(resolved) = node.resolved.as_deref().filter(|it| it.starts_with("git")) else { return Fit::Unknown };
    let Some((_, fragment)) = spec.split_once('#') else { return Fit::Unknown };
    if let Some(range) = fragment.strip_prefix("semver:") {
        return range_fit(node, range).unwrap_or(Fit::Unknown).and(same_repository(resolved, spec));
    }
    let is_commit = fragment.len() == 40 && fragment.chars().all(|it| it.is_ascii_hexdigit());
    if is_commit { Fit::of(resolved.ends_with(fragment)).and(same_repository(resolved, spec)) } else { Fit::Unknown }
}

/// The last two parts of both addresses, without `.git`.
fn same_repository(resolved: &str, spec: &str) -> Fit {
    let name = |it: &str| {
        let address = it.split('#').next().unwrap_or(it).trim_end_matches(".git").to_ascii_lowercase();
        let mut parts: Vec<String> = address.rsplit(['/', ':']).take(2).map(str::to_owned).collect();
        parts.reverse();
        parts
    };
    if name(resolved) == name(spec) { Fit::Yes } else { Fit::Unknown }
}

impl Fit {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }
}

/// A range, a version, or a tag.
fn registry_fit(node: &Node, spec: &str) -> Fit {
    if spec.is_empty() || spec == "*" {
        return Fit::Yes;
    }
    if node.link.is_some() {
        return Fit::Unknown;
    }
    range_fit(node, spec).unwrap_or_else(|| tag_fit(node, spec))
}

/// `None` where `spec` is no range.
fn range_fit(node: &Node, spec: &str) -> Option<Fit> {
    let range = Range::parse(spec).ok()?;
    let Ok(version) = Version::parse(&node.version) else { return Some(Fit::Unknown) };
    Some(Fit::of(range.satisfies(&version)))
}

/// npm takes what was resolved for a tag, whatever the tag means today.
fn tag_fit(node: &Node, spec: &str) -> Fit {
    let is_tag = spec.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
        && spec.starts_with(|it: char| it.is_ascii_alphabetic());
    let is_resolved = node.resolved.as_deref().is_some_and(|it| it.starts_with("http"));
    if is_tag && is_resolved { Fit::Yes } else { Fit::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(version: &str) -> Node {
        let resolved = Some("https://registry.example/a.tgz".to_owned());
        Node { name: "a".to_owned(), version: version.to_owned(), resolved, ..Node::default() }
    }

    #[test]
    fn ranges_of_the_registry() {
        use Fit::{No, Unknown, Yes};
        for (version, spec, expected) in [
            ("1.2.3", "^1.2.0", Yes),
            ("2.0.0", "^1.2.0", No),
            ("0.3.0", "^0.2.1", No),
            ("0.0.0", "^0.0.0", Yes),
            ("1.3.0", "~1.2.0", No),
            ("1.2.3", "1.2.4", No),
            ("1.2.3", "1", Yes),
            ("4.9.9", ">=5", No),
            ("5.0.0", ">=5", Yes),
            ("5.0.0", ">= 5.0.0 <6", Yes),
            ("5.1.2", "5.x", Yes),
            ("4.1.2", "5.x", No),
            ("1.5.0", "1.2.0 - 1.4.0", No),
            ("1.3.0", "1.2.0 - 1.4", Yes),
            ("3.0.0", "^1 || ^2", No),
            ("2.1.0", "^1 || ^2", Yes),
            ("1.2.3", "=1.2.3", Yes),
            ("1.2.3", "v1.2.3", Yes),
            ("1.2.4", "=v1.2.3", No),
            ("1.2.3-beta.1", "^1.2.3", No),
            ("1.2.3-beta.2", "^1.2.3-beta.1", Yes),
            ("1.2.4-beta.2", "^1.2.3-beta.1", No),
            ("1.2.3-beta.1", "*", Yes),
            ("1.2.3", "", Yes),
            ("1.2.3", "x", Yes),
            ("1.2.3", "latest", Yes),
            ("1.2.3", "next", Yes),
            ("1.2.3", "not a range", Unknown),
            ("", "^1.0.0", Unknown),
        ] {
            assert_eq!(fit(&registry(version), spec, ""), expected, "{version} {spec}");
        }
    }

    #[test]
    fn aliases() {
        for (spec, expected) in [
            ("npm:a@^1.0.0", Fit::Yes),
            ("npm:a@^2.0.0", Fit::No),
            ("npm:a", Fit::Yes),
            ("npm:@scope/a@^1.0.0", Fit::Unknown),
        ] {
            assert_eq!(fit(&registry("1.2.3"), spec, ""), expected, "{spec}");
        }
    }

    #[test]
    fn git() {
        let commit = "0123456789012345678901234567890123456789";
        let resolved = Some(format!("git+ssh://git@github.com/user/a.git#{commit}"));
        let node = Node { resolved, ..registry("1.2.3") };
        for (spec, expected) in [
            (format!("user/a#{commit}"), Fit::Yes),
            (format!("github:user/a#{}", commit.replace('0', "1")), Fit::No),
            ("user/a#semver:^1.0.0".to_owned(), Fit::Yes),
            ("git+https://github.com/user/a.git#semver:^2.0.0".to_owned(), Fit::No),
            ("other/a#semver:^1.0.0".to_owned(), Fit::Unknown),
            ("user/a#main".to_owned(), Fit::Unknown),
            ("user/a".to_owned(), Fit::Unknown),
        ] {
            assert_eq!(fit(&node, &spec, ""), expected, "{spec}");
        }
        assert_eq!(fit(&registry("1.2.3"), "user/a", ""), Fit::Unknown);
    }

    #[test]
    fn folders_and_archives() {
        let link = Node { link: Some("packages/a".to_owned()), ..Node::default() };
        assert_eq!(fit(&link, "file:packages/a", ""), Fit::Yes);
        assert_eq!(fit(&link, "file:../a", "packages/b"), Fit::Yes);
        assert_eq!(fit(&link, "file:vendor/a", ""), Fit::No);
        assert_eq!(fit(&link, "^1.0.0", ""), Fit::Unknown);
        assert_eq!(fit(&registry("1.0.0"), "https://registry.example/a.tgz", ""), Fit::Yes);
        assert_eq!(fit(&registry("1.0.0"), "https://registry.example/b.tgz", ""), Fit::Unknown);
    }
}
