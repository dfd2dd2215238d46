//! Bytes that layers hold and no container sees.

use std::collections::BTreeMap;

use super::FindingKind;
use super::gathered::{Found, Gathered};
use super::subject::Subject;
use crate::paths;

/// So many parts of a path tell where the bytes are.
const N_PARTS: usize = 3;

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    // By the two layers: which folder most of it is in says where to look.
    let mut pairs: BTreeMap<(usize, usize), BTreeMap<String, u64>> = BTreeMap::new();
    for it in subject.tree.hidden().filter(|it| !subject.base.has_layer(it.by)) {
        *pairs.entry((it.layer, it.by)).or_default().entry(place(&it.path)).or_default() += it.size;
    }
    for ((layer, by), places) in pairs {
        let bytes = places.values().sum();
        let Some((place, _)) = places.into_iter().max_by_key(|it| it.1) else { continue };
        let message = || format!("Layer {} replaces or deletes what this layer has, most of it here", by + 1);
        let key = format!("{place} (layer {}, by {})", layer + 1, by + 1);
        let found = Found {
            kind: FindingKind::HiddenBytes,
            path: &place,
            place: &key,
            bytes,
            layer: Some(layer),
            message: &message,
        };
        gathered.add(&found);
    }
}

/// The first parts of the folder.
fn place(path: &str) -> String {
    let folder = paths::parent(path);
    let end = folder.match_indices('/').nth(N_PARTS).map_or(folder.len(), |it| it.0);
    folder[..end].to_owned()
}
