//! What a link in a repository may lead to: the repository, and nothing else of the machine.

use std::io;
use std::path::{Path, PathBuf};

use crate::paths::lexical;

/// How far up we look for a project where there is no repository.
const MAX_LEVELS: usize = 8;

/// What makes a folder the root of a project where there is no repository.
const MANIFESTS: [&str; 4] = ["package.json", "nodestage.toml", "compose.yaml", "docker-compose.yml"];

/// The path without links, where none of them leaves the repository.
///
/// The repository is the nearest folder above `path` that holds `.git`; without one it is the outermost project
/// above, or the folder of `path`. A link *to* the repository, or above it, is the user's own.
///
/// # Errors
/// Where there is nothing, or a link that leaves the repository.
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    if let Some(without_links) = without_links(path) {
        return without_links.and_then(|()| Ok(lexical(&std::path::absolute(path)?)));
    }
    let real = path.canonicalize()?;
    let written = lexical(&std::path::absolute(path)?);
    if real == written || is_inside(&real, &written) {
        return Ok(real);
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "a link that leaves the repository"))
}

/// Whether something is there; `None` where a part of the path is a link, or that can't be told. One question to the
/// kernel, where it takes that one, in place of one for each part.
fn without_links(path: &Path) -> Option<io::Result<()>> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        match openat2(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
            Ok(_) => Some(Ok(())),
            // What is before the missing part is no link: that would have been another error.
            Err(error @ (Errno::NOENT | Errno::NOTDIR)) => Some(Err(error.into())),
            Err(_) => None,
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = path;
        None
    }
}

fn is_inside(real: &Path, written: &Path) -> bool {
    let Some(folder) = written.parent() else { return true };
    let within = |border: &Path| border.canonicalize().is_ok_and(|it| real.starts_with(it));
    match repository(folder) {
        // What looks like a repository may be another one, which a link leads to.
        Some(border) => within(border) && border.parent().and_then(repository).is_none_or(within),
        None => within(project(folder)),
    }
}

fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|it| it.join(".git").exists())
}

fn project(folder: &Path) -> &Path {
    let above = folder.ancestors().take(MAX_LEVELS);
    above.filter(|it| MANIFESTS.iter().any(|name| it.join(name).is_file())).last().unwrap_or(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder with these files; `a -> b` is a link.
    fn tree(entries: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for entry in entries {
            let (path, target) = entry.split_once(" -> ").map_or((*entry, None), |(a, b)| (a, Some(b)));
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match target {
                Some(target) => symlink(target, path).unwrap(),
                None => fs::write(path, "").unwrap(),
            }
        }
        folder
    }

    #[test]
    fn links_stay_in_the_repository() {
        let folder = tree(&[
            "repo/.git/HEAD",
            "repo/tsconfig.json",
            "repo/app/tsconfig.json -> ../tsconfig.json",
            "repo/app/out -> ../../victim",
            "repo/app/far -> /proc/self/environ",
            "repo/app/gone -> nothing",
            "repo/other -> ../other",
            "other/.git/HEAD",
            "other/secret",
            "victim",
            "mine -> repo",
        ]);
        for (path, is_read) in [
            ("repo/app/tsconfig.json", true),
            ("repo/app/out", false),
            ("repo/app/far", false),
            ("repo/app/gone", false),
            ("repo/other", false),
            ("repo/other/secret", false),
            ("mine/app/tsconfig.json", true),
            ("mine/app/out", false),
        ] {
            assert_eq!(real_path(&folder.path().join(path)).is_ok(), is_read, "{path}");
        }
    }

    #[test]
    fn without_a_repository_the_project_is_the_border() {
        let folder = tree(&[
            "app/package.json",
            "app/docker/Dockerfile",
            "app/docker/package.json -> ../package.json",
            "app/.dockerignore -> ../victim",
            "victim",
            "single/Dockerfile -> ../victim",
        ]);
        for (path, is_read) in
            [("app/docker/package.json", true), ("app/.dockerignore", false), ("single/Dockerfile", false)]
        {
            assert_eq!(real_path(&folder.path().join(path)).is_ok(), is_read, "{path}");
        }
    }
}
