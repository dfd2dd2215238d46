//! `@FILE`: a list of paths, one a line.

use std::path::{Path, PathBuf};

use super::super::read;

/// The file that `path` says holds a list; a file whose own name starts so is no list.
pub(super) fn file(path: &Path) -> Option<PathBuf> {
    let name = path.to_str()?.strip_prefix('@')?;
    (!name.is_empty() && !path.exists()).then(|| name.into())
}

/// The paths in the list, without empty lines.
pub(super) fn paths(list: &Path) -> Result<Vec<PathBuf>, String> {
    let text = read::read(list)?;
    Ok(text.lines().map(str::trim_end).filter(|it| !it.is_empty()).map(PathBuf::from).collect())
}
