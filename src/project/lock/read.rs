//! Finding the lock files of a folder and telling their generation.

use super::super::Manager;
use super::super::files::Files;
use super::{Lock, npm};
use crate::paths;

/// Larger locks are not read whole.
const MAX_LOCK: usize = 50 << 20;

/// In the order in which they count for their manager.
const NAMES: [&str; 6] =
    ["npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

/// The lock files that stand in `folder`.
pub(in super::super) fn read_all(files: &Files, folder: &str) -> Vec<Lock> {
    NAMES.iter().filter_map(|name| read(files, folder, name)).collect()
}

fn read(files: &Files, folder: &str, name: &str) -> Option<Lock> {
    let path = paths::join(folder, name);
    if !files.is_file(&path) {
        return None;
    }
    let bytes = files.bytes(&path).unwrap_or_default();
    let visible = !files.dockerignore.drops(&path);
    let mut lock = Lock { path, manager: Manager::Npm, generation: None, packages: None, visible, tree: None };
    fill(files, &mut lock, name, &bytes);
    Some(lock)
}

fn fill(files: &Files, lock: &mut Lock, name: &str, bytes: &[u8]) {
    match name {
        "yarn.lock" => {
            let head = head(bytes);
            let berry = number_after(&head, "__metadata:").and(number_after(&head, "version:"));
            lock.manager = if head.contains("__metadata:") { Manager::YarnBerry } else { Manager::YarnClassic };
            lock.generation =
                if lock.manager == Manager::YarnBerry { berry.or(number_after(&head, "version:")) } else { Some(1) };
        }
        "pnpm-lock.yaml" => {
            lock.manager = Manager::Pnpm;
            lock.generation = number_after(&head(bytes), "lockfileVersion:");
        }
        "bun.lock" => {
            lock.manager = Manager::Bun;
            lock.generation = number_after(&head(bytes), "\"lockfileVersion\":");
        }
        "bun.lockb" => {
            lock.manager = Manager::Bun;
            lock.generation = Some(0);
        }
        _ if bytes.len() > MAX_LOCK => lock.generation = number_after(&head(bytes), "\"lockfileVersion\":"),
        _ => npm::fill(files, lock, bytes),
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
