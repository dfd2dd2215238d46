//! What was made of files, for a run in which nothing changes.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::fast::RandomState;

use super::Loader;

/// Remembers what was read from a path, by its type: many Dockerfiles of one repository ask for the same. Only for what
/// the path and the files there decide.
#[derive(Default)]
pub struct Memo(Mutex<Slots>);

/// By the bytes of the path: to take paths apart costs more than they are worth here.
type Slots = HashMap<(TypeId, OsString), Slot, RandomState>;

type Slot = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

impl Memo {
    fn get<T: Any + Send + Sync>(&self, path: &Path, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        let key = (TypeId::of::<T>(), path.as_os_str().to_owned());
        let slot = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        // Nothing else is locked meanwhile: making it may ask for more.
        let made = slot.get_or_init(|| Arc::new(make()));
        Arc::clone(made).downcast().ok()
    }
}

/// What `make` makes of `path`, made once where the loader says that nothing changes.
pub(crate) fn remembered<T: Any + Send + Sync>(loader: &dyn Loader, path: &Path, make: impl Fn() -> T) -> Arc<T> {
    loader.memo().and_then(|it| it.get(path, &make)).unwrap_or_else(|| Arc::new(make()))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::PathBuf;

    use super::super::{Overlay, Snapshot};
    use super::*;

    #[test]
    fn a_path_is_read_once_a_type_where_nothing_changes() {
        let count = Cell::new(0);
        let ask = |loader: &dyn Loader, path: &str| {
            *remembered(loader, Path::new(path), || {
                count.set(count.get() + 1);
                count.get()
            })
        };
        let files: Arc<dyn Loader> = Arc::new(Overlay::new([(PathBuf::from("/a"), "text")], ()));
        let snapshot = Snapshot::new(Arc::clone(&files));
        assert_eq!(["/a", "/a", "/b", "/a"].map(|it| ask(&snapshot, it)), [1, 1, 2, 1]);
        assert_eq!(["/a", "/a"].map(|it| ask(&files, it)), [3, 4]);
        assert_eq!(*remembered(&snapshot, Path::new("/a"), || "another type"), "another type");
    }
}
