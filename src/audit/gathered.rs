//! Findings as they come in: those of one kind and place are one.

use std::collections::BTreeMap;

use super::{Audit, Finding, FindingKind, Part};
use crate::config::{AuditOptions, size};
use crate::ecosystem::secrets;
use crate::image::Image;

use super::subject::Subject;

/// All that was found so far.
pub(super) struct Gathered<'a> {
    image: &'a Image,
    options: &'a AuditOptions,
    groups: BTreeMap<(FindingKind, String), Finding>,
    allowed: usize,
    pub(super) sizes: BTreeMap<Part, u64>,
    pub(super) files: usize,
    pub(super) doubts: Vec<String>,
}

/// One thing that is found.
pub(super) struct Found<'m> {
    pub(super) kind: FindingKind,
    /// The file, or what of the configuration it is: what configuration may allow.
    pub(super) path: &'m str,
    /// What it is reported as: a folder that it lies in, or the same.
    pub(super) place: &'m str,
    pub(super) bytes: u64,
    pub(super) layer: Option<usize>,
    pub(super) message: &'m dyn Fn() -> String,
}

/// Small rests of these kinds are no findings, in bytes.
const fn threshold(kind: FindingKind) -> u64 {
    match kind {
        FindingKind::Cache => 64 << 10,
        FindingKind::HiddenBytes => 1 << 20,
        _ => 0,
    }
}

impl<'a> Gathered<'a> {
    pub(super) fn new(subject: &Subject<'a>, options: &'a AuditOptions) -> Self {
        Self {
            image: subject.image,
            options,
            groups: BTreeMap::new(),
            allowed: 0,
            sizes: BTreeMap::new(),
            files: 0,
            doubts: Vec::new(),
        }
    }

    /// Adds something that is found, unless it is allowed.
    pub(super) fn add(&mut self, found: &Found<'_>) {
        if self.options.allows(found.kind.name(), found.path) {
            self.allowed += 1;
            return;
        }
        let group = self.groups.entry((found.kind, found.place.to_owned())).or_insert_with(|| Finding {
            kind: found.kind,
            severity: found.kind.severity(),
            path: found.place.to_owned(),
            message: (found.message)(),
            bytes: 0,
            files: 0,
            layer: found.layer,
            instruction: None,
        });
        group.bytes += found.bytes;
        group.files += 1;
        group.layer = group.layer.min(found.layer.or(group.layer)).or(found.layer);
    }

    /// Something about the configuration of the image.
    pub(super) fn add_of_config(&mut self, kind: FindingKind, place: &str, message: String) {
        self.add(&Found { kind, path: place, place, bytes: 0, layer: None, message: &|| message.clone() });
        if let Some(it) = self.groups.get_mut(&(kind, place.to_owned())) {
            it.files = 0;
        }
    }

    /// Calls the instruction that is known to have set it.
    pub(super) fn set_instruction(&mut self, kind: FindingKind, place: &str, instruction: &str) {
        if let Some(it) = self.groups.get_mut(&(kind, place.to_owned())) {
            it.instruction = Some(secrets::without_values(instruction).0);
        }
    }

    pub(super) fn count(&mut self, part: Part, bytes: u64) {
        *self.sizes.entry(part).or_default() += bytes;
        self.files += 1;
    }

    /// What came of it.
    pub(super) fn finish(mut self) -> Audit {
        let bytes: u64 = self.image.layers.iter().map(|it| it.bytes).sum();
        let seen: u64 = self.sizes.values().sum();
        self.sizes.insert(Part::Hidden, bytes.saturating_sub(seen));
        if let Some(max) = self.options.max_size.filter(|it| bytes > *it) {
            let message = format!("The image takes {}, and may take {}", size(bytes), size(max));
            self.add_of_config(FindingKind::MaxSize, "the image", message);
        }
        let image = self.image;
        let instruction =
            |it: &Finding| image.layers.get(it.layer?)?.instruction.as_deref().map(|it| secrets::without_values(it).0);
        let kept = self.groups.into_values().filter(|it| it.bytes >= threshold(it.kind));
        let mut findings: Vec<Finding> =
            kept.map(|it| Finding { instruction: it.instruction.clone().or_else(|| instruction(&it)), ..it }).collect();
        let rank = |kind: FindingKind| FindingKind::ALL.iter().position(|it| *it == kind);
        findings.sort_by(|a, b| (rank(a.kind), b.bytes, &a.path).cmp(&(rank(b.kind), a.bytes, &b.path)));

        if !image.tree.is_complete() {
            self.doubts.push(
                "the image has more manifests and code than is kept in memory: some were not looked at".to_owned(),
            );
        }
        Audit { findings, allowed: self.allowed, sizes: self.sizes, bytes, files: self.files, doubts: self.doubts }
    }
}
