//! Finding the lock files of a folder and telling their generation.

use super::super::files::Files;
use super::super::{Manager, Package};
use super::{Lock, frozen, npm};
use crate::ecosystem::managers;
use crate::paths;

/// Larger locks are not read whole.
const MAX_LOCK: usize = 50 << 20;

/// The lock files that stand in `folder`.
pub(in super::super) fn read_all(files: &Files, folder: &str, package: &Package) -> Vec<Lock> {
    let mut res: Vec<Lock> = Vec::new();
    for manager in managers::ALL {
        for name in manager.locks() {
            let path = paths::join(folder, name);
            // Both Yarns call it the same; its text says whose it is.
            if files.is_file(&path) && res.iter().all(|it| it.path != path) {
                res.push(read(files, manager, path, package));
            }
        }
    }
    res
}

fn read(files: &Files, manager: Manager, path: String, package: &Package) -> Lock {
    let bytes = files.bytes(&path).unwrap_or_default();
    let visible = !files.dockerignore.drops(&path);
    let mut lock = Lock { path, manager, generation: None, packages: None, visible, tree: None, frozen: None };
    fill(files, &mut lock, &bytes);
    if files.reads_locks && bytes.len() <= MAX_LOCK && lock.manager != Manager::Npm {
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        frozen::fill(&mut lock, &text, package);
    }
    lock
}

fn fill(files: &Files, lock: &mut Lock, bytes: &[u8]) {
    match lock.manager {
        Manager::YarnClassic | Manager::YarnBerry => {
            let head = head(bytes);
            let berry = number_after(&head, "__metadata:").and(number_after(&head, "version:"));
            lock.manager = if head.contains("__metadata:") { Manager::YarnBerry } else { Manager::YarnClassic };
            lock.generation =
                if lock.manager == Manager::YarnBerry { berry.or(number_after(&head, "version:")) } else { Some(1) };
        }
        Manager::Pnpm => lock.generation = number_after(&head(bytes), "lockfileVersion:"),
        // The old one is no text.
        Manager::Bun => lock.generation = number_after(&head(bytes), "\"lockfileVersion\":").or(Some(0)),
        Manager::Npm if bytes.len() > MAX_LOCK || !files.reads_locks => {
            lock.generation = number_after(&head(bytes), "\"lockfileVersion\":");
        }
        Manager::Npm => npm::fill(files, lock, bytes),
    }
}

/// The first lines: generations stand at the head.
fn head(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned()
}

/// The integer after the first `key`, quotes and fraction left out.
fn number_after(text: &str, key: &str) -> Option<u32> {
    let rest = &text[text.find(key)? + key.len()..];
    let digits = rest.trim_start_matches([' ', '\t', '\'', '"']);
    let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}
