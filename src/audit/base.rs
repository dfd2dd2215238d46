//! What the base image brought.

use crate::ecosystem::images;
use crate::image::{Entry, Image, Kind};

/// The layers and paths that are not the app's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base {
    /// So many of the lowest layers.
    n_layers: usize,
}

impl Base {
    /// So many of the lowest layers, as somebody who knows says.
    pub(super) const fn known(n_layers: usize) -> Self {
        Self { n_layers }
    }

    /// Told from the history: by instructions that only the makers of well-known images write, or else the first layer alone
    /// where it has the system in it; `n_least` are known to be.
    pub(super) fn of(image: &Image, n_least: usize) -> Self {
        let steps = &image.config.history;
        let instructions: Vec<&str> = steps.iter().map(|it| it.instruction.as_str()).collect();
        let n_steps = images::n_of_base(&instructions).unwrap_or(0);
        let n_layers = steps[..n_steps].iter().filter(|it| !it.is_empty).count().max(n_least);
        let is_of_system = |it: Entry| it.layer == Some(0) && it.kind == Kind::File && images::is_of_system(&it.path);
        let has_system = n_layers == 0 && image.tree.entries().any(is_of_system);
        Self { n_layers: n_layers.max(usize::from(has_system)) }
    }

    /// Whether the layer is one of the base image.
    pub(super) fn has_layer(self, layer: usize) -> bool {
        layer < self.n_layers
    }

    /// Whether an entry is of the system, or of the base image's.
    pub(super) fn has(self, entry: &Entry) -> bool {
        images::is_of_system(&entry.path) && entry.layer.is_none_or(|it| self.has_layer(it))
    }
}
