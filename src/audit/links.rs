//! Links that lead nowhere.

use super::FindingKind;
use super::gathered::{Found, Gathered};
use super::subject::Subject;
use crate::ecosystem::images;
use crate::image::Kind;
use crate::paths;

/// Folders that are filled when a container starts.
const LATER: &[&str] = &["/proc", "/dev", "/run", "/var/run", "/tmp", "/sys", "/mnt", "/var/log"];

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    for entry in subject.tree.entries().filter(|it| it.kind == Kind::Link) {
        let is_own = !images::is_of_system(&entry.path) && is_looked_at(&entry.path);
        let Some(target) = subject.tree.target(&entry).filter(|_| is_own) else { continue };
        let whole = paths::absolute(paths::parent(&entry.path), target);
        if LATER.iter().any(|it| paths::contains(it, &whole)) || subject.tree.resolve(&entry.path).is_some() {
            continue;
        }
        let message = || format!("It leads to `{target}`, which is not in the image");
        gathered.add(&Found {
            kind: FindingKind::DanglingLink,
            path: &entry.path,
            place: &entry.path,
            bytes: 0,
            layer: entry.layer,
            message: &message,
        });
    }
}

/// Packages have broken links among their own tests: only the links by which they are found count there.
fn is_looked_at(path: &str) -> bool {
    let Some(at) = path.rfind("/node_modules/") else { return true };
    let rest = &path[at + "/node_modules/".len()..];
    let n_parts = rest.matches('/').count();
    n_parts == 0 || (n_parts == 1 && (rest.starts_with('@') || rest.starts_with(".bin/")))
}
