//! Whether a lock fits its package.json, as `npm ci` asks.

use super::super::{Manager, Package};
use super::Lock;
use crate::paths;

impl Lock {
    /// Why `npm ci` refuses this lock with this package.json; `None` where it does not, or where that
    /// can't be told. npm asks whether what is locked satisfies the ranges, not whether they are the same.
    #[must_use]
    pub fn agrees_with(&self, package: &Package) -> Option<String> {
        if self.manager != Manager::Npm {
            return None;
        }
        let packages = self.packages.as_ref()?;
        let file = paths::file_name(&self.path);
        for (name, range) in package.dependencies.iter().chain(&package.dev_dependencies) {
            let path = format!("node_modules/{name}");
            let Some(locked) = packages.iter().find(|it| it.path == path) else {
                return Some(format!("`{name}` is in package.json but not in {file}"));
            };
            if self.root_ranges.get(name).is_some_and(|it| it != range)
                && satisfies(&locked.version, range) == Some(false)
            {
                return Some(format!("package.json asks for `{name}` {range}, {file} holds {}", locked.version));
            }
        }
        None
    }
}

/// Whether a version fits a range of the plain kinds (`1.2.3`, `^1.2`, `~1`); `None` for all others.
fn satisfies(version: &str, range: &str) -> Option<bool> {
    let version = numbers(version).filter(|it| it.len() == 3)?;
    let (operator, rest) = match range.as_bytes().first()? {
        b'^' | b'~' => range.split_at(1),
        _ => ("", range),
    };
    let wanted = numbers(rest)?;
    let n_fixed = match operator {
        "^" => wanted.iter().position(|it| *it != 0).unwrap_or(wanted.len() - 1) + 1,
        "~" => wanted.len().min(2),
        _ => wanted.len(),
    };
    Some(version[..n_fixed] == wanted[..n_fixed] && version[..wanted.len()] >= wanted[..])
}

/// One to three plain numbers.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let numbers: Option<Vec<u64>> = text.split('.').map(|it| it.parse().ok()).collect();
    numbers.filter(|it| it.len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ranges_are_compared() {
        for (version, range, expected) in [
            ("1.2.3", "^1.2.0", Some(true)),
            ("2.0.0", "^1.2.0", Some(false)),
            ("0.3.0", "^0.2.1", Some(false)),
            ("0.0.0", "^0.0.0", Some(true)),
            ("1.3.0", "~1.2.0", Some(false)),
            ("1.2.3", "1.2.4", Some(false)),
            ("1.2.3", "1", Some(true)),
            ("1.2.3", ">=1", None),
            ("1.2.3-beta", "^1.2.3", None),
            ("1.2.3", "latest", None),
        ] {
            assert_eq!(satisfies(version, range), expected, "{version} {range}");
        }
    }
}
