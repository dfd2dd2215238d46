//! Where an image has what was fetched only to install: caches of package managers, of the system's too.

use super::managers;

/// Below a home.
const OF_HOMES: &[&str] = &[
    ".npm/_cacache",
    ".cache/yarn",
    ".cache/pip",
    ".cache/node-gyp",
    ".node-gyp",
    ".pnpm-store",
    ".local/share/pnpm/store",
    ".yarn/cache",
];

/// Anywhere below an app.
const OF_APPS: &[&str] = &[
    "node_modules/.cache",
    "node_modules/.vite",
    ".next/cache",
    ".npm/_cacache",
    ".turbo",
    ".pnpm-store",
    ".parcel-cache",
];

/// Of the system.
const OF_SYSTEM: &[&str] = &[
    "/var/cache/apt/archives",
    "/var/cache/apk",
    "/var/lib/apt/lists",
    "/usr/local/share/.cache",
    "/var/cache/yum",
    "/var/cache/dnf",
    "/opt/yarn/cache",
];

/// Folders of users.
const HOMES: &[&str] = &["/root", "/home/node", "/home/bun", "/home/nonroot"];

/// The cache that a file of an image lies in.
pub(crate) fn cache_of(path: &str) -> Option<&str> {
    let below = |folder: &str| {
        path.starts_with(folder).then(|| path.get(folder.len()..)).flatten().is_some_and(|it| it.starts_with('/'))
    };
    if let Some(folder) = OF_SYSTEM.iter().find(|it| below(it)) {
        return Some(&path[..folder.len()]);
    }
    for home in HOMES.iter().filter(|it| below(it)) {
        let own = managers::ALL.iter().map(|it| managers::of(*it).cache(home));
        let all = OF_HOMES.iter().map(|it| format!("{home}/{it}")).chain(own);
        // npm's own folder keeps logs as well, which are small.
        if let Some(folder) = all.filter(|it| !it.ends_with("/.npm")).find(|it| below(it)) {
            return Some(&path[..folder.len()]);
        }
    }
    let ends = OF_APPS.iter().filter_map(|it| path.find(&format!("/{it}/")).map(|at| at + 1 + it.len()));
    ends.min().map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::cache_of;

    #[test]
    fn folders() {
        for (path, expected) in [
            ("/root/.npm/_cacache/index-v5/a", Some("/root/.npm/_cacache")),
            ("/root/.npm/_logs/a.log", None),
            ("/root/.bun/install/cache/a", Some("/root/.bun/install/cache")),
            ("/usr/local/share/.cache/yarn/v6/a", Some("/usr/local/share/.cache")),
            ("/app/node_modules/.cache/terser/a", Some("/app/node_modules/.cache")),
            ("/app/.yarn/cache/ms-npm-2.1.3-1.zip", None),
            ("/app/cache/a", None),
        ] {
            assert_eq!(cache_of(path), expected, "{path}");
        }
    }
}
