//! Packages as they lie in an image: in node_modules, in pnpm's and bun's folders, in Yarn's archives.

use crate::ecosystem::packages::package_name;
use crate::paths;

/// Where a file belongs to a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installed<'a> {
    /// The package's folder, or its archive, absolute.
    pub(super) path: &'a str,
    pub(super) name: String,
    /// Where the path says it.
    pub(super) version: Option<String>,
    /// The folder whose node_modules it is in, at the outermost.
    pub(super) root: &'a str,
}

/// The package that the file at `path` is of.
pub(super) fn of(path: &str) -> Option<Installed<'_>> {
    if path.ends_with(".zip") {
        return archive(path);
    }
    let start = path.rfind("/node_modules/")? + "/node_modules/".len();
    let name = package_name(&path[start..]);
    // `.bin`, `.cache` and what else tools put beside the packages; files beside them.
    if name.starts_with('.') || name.len() == path.len() - start {
        return None;
    }
    let root = &path[..path.find("/node_modules/")?];
    let root = if root.is_empty() { "/" } else { root };
    Some(Installed { path: &path[..start + name.len()], name: name.to_owned(), version: version(&path[..start]), root })
}

/// pnpm's and bun's folders: `/app/node_modules/.pnpm/@s+a@1.2.0_b@4/node_modules/`.
fn version(before: &str) -> Option<String> {
    let folder = before.strip_suffix("/node_modules/")?;
    let store = paths::file_name(paths::parent(folder));
    if !matches!(store, ".pnpm" | ".bun") {
        return None;
    }
    let key = paths::file_name(folder);
    let at = key.get(1..)?.find('@')? + 1;
    let rest = &key[at + 1..];
    let end = rest.find(['_', '(']).unwrap_or(rest.len());
    // A version's own `+` is followed by what was built; bun's by a hash.
    Some(rest[..end].split('+').next().unwrap_or_default().to_owned())
}

/// Yarn's: `/app/.yarn/cache/@s-a-npm-1.2.0-0123456789-abcdef.zip`.
fn archive(path: &str) -> Option<Installed<'_>> {
    let folder = paths::parent(path).strip_suffix("/.yarn/cache")?;
    let stem = paths::file_name(path).strip_suffix(".zip")?;
    let (name, rest) = stem.split_once("-npm-")?;
    let mut parts: Vec<&str> = rest.rsplitn(3, '-').collect();
    let version = parts.pop()?.to_owned();
    let root = if folder.is_empty() { "/" } else { folder };
    // A scope's `/` is a `-` there; names are held against the lock in that spelling.
    Some(Installed { path, name: name.to_owned(), version: Some(version), root })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn where_packages_lie() {
        for (path, expected) in [
            ("/app/node_modules/ms/index.js", Some(("/app/node_modules/ms", "ms", None, "/app"))),
            (
                "/app/node_modules/a/node_modules/@s/b/x/y.js",
                Some(("/app/node_modules/a/node_modules/@s/b", "@s/b", None, "/app")),
            ),
            (
                "/app/node_modules/.pnpm/@s+a@1.2.0_b@4/node_modules/@s/a/i.js",
                Some(("/app/node_modules/.pnpm/@s+a@1.2.0_b@4/node_modules/@s/a", "@s/a", Some("1.2.0"), "/app")),
            ),
            (
                "/app/node_modules/.bun/ms@2.1.3+0a1b/node_modules/ms/i.js",
                Some(("/app/node_modules/.bun/ms@2.1.3+0a1b/node_modules/ms", "ms", Some("2.1.3"), "/app")),
            ),
            (
                "/app/.yarn/cache/@s-a-npm-1.2.0-0123456789-abcdef.zip",
                Some(("/app/.yarn/cache/@s-a-npm-1.2.0-0123456789-abcdef.zip", "@s-a", Some("1.2.0"), "/app")),
            ),
            ("/app/node_modules/.bin/tsc", None),
            ("/app/node_modules/.package-lock.json", None),
            ("/node_modules/ms/index.js", Some(("/node_modules/ms", "ms", None, "/"))),
        ] {
            let found = of(path);
            let found = found.as_ref().map(|it| (it.path, it.name.as_str(), it.version.as_deref(), it.root));
            assert_eq!(found, expected, "{path}");
        }
    }
}
