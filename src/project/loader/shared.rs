//! A shared loader is a loader.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Entry, EntryKind, Loader, Memo, Stamp};

impl<L: Loader + ?Sized> Loader for Arc<L> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        (**self).kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        (**self).list(folder)
    }

    fn entries(&self, folder: &Path) -> io::Result<Arc<[Entry]>> {
        (**self).entries(folder)
    }

    fn is_closed(&self, path: &Path) -> bool {
        (**self).is_closed(path)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        (**self).stamp(path)
    }

    fn memo(&self) -> Option<&Memo> {
        (**self).memo()
    }
}
