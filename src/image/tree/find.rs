//! Finding what is at a path, links followed as a container does.

use super::super::Kind;
use super::super::names::{PathId, ROOT};
use super::{Entry, Tree};

/// More links than this are a circle, as Linux has it.
const MAX_LINKS: usize = 40;

impl Tree {
    /// What stands at `path` (absolute) itself; the folders above may be links.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Entry> {
        self.entry(self.find(path, false)?)
    }

    /// What `path` (absolute) leads to, links followed; none leads out of the image.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Option<Entry> {
        self.entry(self.find(path, true)?)
    }

    /// The names in a folder, sorted, with what each leads to.
    #[must_use]
    pub fn list(&self, folder: &str) -> Option<Vec<(String, Kind)>> {
        let folder = self.find(folder, true).filter(|it| self.kind(*it) == Some(Kind::Folder))?;
        let path = self.contents.names.path(folder);
        let led = |it: PathId| match self.kind(it)? {
            Kind::Link => self.resolve(&crate::paths::join(&path, self.contents.names.name(it))).map(|it| it.kind),
            kind => Some(kind),
        };
        let named = |it: PathId| Some((self.contents.names.name(it).to_owned(), led(it)?));
        let mut res: Vec<(String, Kind)> = self.contents.names.children(folder).filter_map(named).collect();
        res.sort_by(|a, b| a.0.cmp(&b.0));
        Some(res)
    }

    fn find(&self, path: &str, follow_last: bool) -> Option<PathId> {
        let mut parts: Vec<String> = parts(path);
        let mut at = ROOT;
        let mut n_links = 0;
        while let Some(part) = parts.pop() {
            if part == ".." {
                at = self.contents.names.parent(at);
                continue;
            }
            let next = self.contents.names.find(at, &part)?;
            match self.kind(next)? {
                Kind::Link if follow_last || !parts.is_empty() => {
                    n_links += 1;
                    let target = self.target(&self.entry(next)?)?.to_owned();
                    if n_links > MAX_LINKS || target.len() > crate::paths::MAX_LEN {
                        return None;
                    }
                    at = if target.starts_with('/') { ROOT } else { at };
                    parts.extend(self::parts(&target));
                }
                Kind::File | Kind::Other | Kind::Link if !parts.is_empty() => return None,
                _ => at = next,
            }
        }
        Some(at)
    }
}

/// The last one first.
fn parts(path: &str) -> Vec<String> {
    path.split('/').rev().filter(|it| !it.is_empty() && *it != ".").map(str::to_owned).collect()
}
