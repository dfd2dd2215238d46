//! Texts in memory over files.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{EntryKind, Loader, Stamp};

/// Texts in memory that stand in for files: unsaved buffers over the disk, or a whole project in a test.
pub struct Overlay<L> {
    files: BTreeMap<PathBuf, Arc<str>>,
    below: L,
}

impl<L: Loader> Overlay<L> {
    /// `files` over `below`.
    pub fn new<T: Into<Arc<str>>>(files: impl IntoIterator<Item = (PathBuf, T)>, below: L) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path, text.into())).collect(), below }
    }

    /// The paths below `folder`, from there.
    fn below_folder<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        let files = self.files.range(folder.to_owned()..).map(|it| it.0);
        let files = files.take_while(move |it| it.starts_with(folder));
        files.filter_map(move |it| it.strip_prefix(folder).ok()).filter(|it| !it.as_os_str().is_empty())
    }

    /// The names that the texts add to `folder`.
    fn names(&self, folder: &Path) -> BTreeMap<String, EntryKind> {
        let mut res = BTreeMap::new();
        for rest in self.below_folder(folder) {
            let mut parts = rest.components();
            let Some(first) = parts.next() else { continue };
            let kind = if parts.next().is_some() { EntryKind::Folder } else { EntryKind::File };
            res.insert(first.as_os_str().to_string_lossy().into_owned(), kind);
        }
        res
    }
}

impl<L: Loader> Loader for Overlay<L> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            Some(text) => Ok(text.as_bytes().to_owned()),
            None => self.below.read(path),
        }
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if self.files.contains_key(path) {
            return Some(EntryKind::File);
        }
        if self.below_folder(path).next().is_some() {
            return Some(EntryKind::Folder);
        }
        self.below.kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let mut names = self.names(folder);
        match self.below.list(folder) {
            Ok(below) => names.extend(below),
            Err(error) if names.is_empty() => return Err(error),
            Err(_) => {}
        }
        Ok(names.into_iter().collect())
    }

    fn is_closed(&self, path: &Path) -> bool {
        self.below.is_closed(path)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        if let Some(text) = self.files.get(path) {
            return Stamp::of(text);
        }
        let below = self.below.stamp(path);
        let names = self.names(path);
        if names.is_empty() { below } else { Stamp::of((below.0, names)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlay(files: &[(&str, &str)]) -> Overlay<()> {
        Overlay::new(files.iter().map(|(path, text)| (PathBuf::from(path), *text)), ())
    }

    #[test]
    fn folders_are_there_for_what_is_in_them() {
        let overlay = overlay(&[("/a/b/c", ""), ("/a/d", ""), ("/a.txt", "")]);
        assert_eq!(overlay.kind(Path::new("/a/b")), Some(EntryKind::Folder));
        let names = overlay.list(Path::new("/a")).unwrap();
        assert_eq!(names, [("b".to_owned(), EntryKind::Folder), ("d".to_owned(), EntryKind::File)]);
        assert!(overlay.list(Path::new("/x")).is_err());
    }

    #[test]
    fn a_stamp_follows_the_text_and_the_names() {
        let stamp = |files: &[(&str, &str)], path: &str| overlay(files).stamp(Path::new(path));
        let (one, other) = ([("/a/b", "1")], [("/a/b", "2")]);
        assert_ne!(stamp(&one, "/a/b"), stamp(&other, "/a/b"));
        assert_eq!(stamp(&one, "/a"), stamp(&other, "/a"));
        assert_ne!(stamp(&one, "/a"), stamp(&[("/a/c", "1")], "/a"));
        assert_ne!(stamp(&one, "/a"), stamp(&[], "/a"));
    }
}
