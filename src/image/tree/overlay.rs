//! Laying a layer over those below it.

use std::sync::Arc;

use super::super::layer::Said;
use super::super::names::{PathId, ROOT};
use super::super::{ImageError, Kind};
use super::{Covered, IMPLIED, NOTHING, Place, Tree};

impl Tree {
    /// Lays the layer over what is there. Whiteouts are about the layers below, wherever they stand in their own.
    pub(super) fn lay(&mut self, layer: u16) -> Result<(), ImageError> {
        let records = Arc::clone(&self.layers[usize::from(layer)]);
        for record in &records.all {
            match record.said {
                Said::Whiteout => self.clear(record.path, layer),
                Said::Opaque => self.clear_below(record.path, layer),
                _ => {}
            }
        }
        for (index, record) in records.all.iter().enumerate() {
            let own = Place { layer, index: index as u32 };
            match record.said {
                Said::Whiteout | Said::Opaque => {}
                Said::HardLink(target) => self.link(record.path, target, own)?,
                _ => self.put(record.path, own, record.said == Said::Folder),
            }
        }
        Ok(())
    }

    fn put(&mut self, path: PathId, place: Place, is_folder: bool) {
        self.make_room(path, place.layer);
        if is_folder && self.kind(path) == Some(Kind::Folder) {
            self.current[path.0 as usize] = place;
            return;
        }
        self.clear(path, place.layer);
        self.current[path.0 as usize] = place;
    }

    /// Another name of what is at `target` now.
    fn link(&mut self, path: PathId, target: PathId, own: Place) -> Result<(), ImageError> {
        let place = self.at(target);
        if !matches!(self.kind(target), Some(Kind::File | Kind::Link | Kind::Other)) {
            let (name, target) = (self.contents.names.path(path), self.contents.names.path(target));
            let digest = &self.layers[usize::from(own.layer)].digest;
            let what = format!("`{name}` is a hard link to `{target}`, which is no file there: the archive is damaged");
            return Err(ImageError::at(digest, what));
        }
        if place != self.at(path) {
            *self.shared.entry(place).or_insert(1) += 1;
            self.make_room(path, own.layer);
            self.clear(path, own.layer);
            self.current[path.0 as usize] = place;
        }
        Ok(())
    }

    /// What is above a path is a folder, whether the layer speaks of it or not.
    fn make_room(&mut self, path: PathId, layer: u16) {
        let mut above = self.contents.names.parent(path);
        while above != ROOT && self.kind(above) != Some(Kind::Folder) {
            self.clear(above, layer);
            self.current[above.0 as usize] = IMPLIED;
            above = self.contents.names.parent(above);
        }
    }

    /// Takes away what is at a path, and all below.
    fn clear(&mut self, path: PathId, by: u16) {
        if self.at(path) == NOTHING {
            return;
        }
        self.clear_below(path, by);
        self.drop_one(path, by);
    }

    fn clear_below(&mut self, folder: PathId, by: u16) {
        let mut work: Vec<PathId> = self.contents.names.children(folder).collect();
        while let Some(path) = work.pop() {
            // What is not there has nothing below it.
            if self.at(path) != NOTHING {
                work.extend(self.contents.names.children(path));
                self.drop_one(path, by);
            }
        }
    }

    fn drop_one(&mut self, path: PathId, by: u16) {
        let place = std::mem::replace(&mut self.current[path.0 as usize], NOTHING);
        if let Some(n_names) = self.shared.get_mut(&place) {
            *n_names -= 1;
            if *n_names > 0 {
                return;
            }
            self.shared.remove(&place);
        }
        let is_file = self.record(place).is_some_and(|it| it.said == Said::File);
        if is_file && place.layer != by {
            self.hidden.push(Covered { place, by });
        }
    }
}
