//! Compiled addons that this image can't load: for another C library, or another processor.
//!
//! Packages bring addons for several platforms side by side; as long as one of them fits, the others only take space.

use std::collections::BTreeMap;

use super::FindingKind;
use super::facts::Addon;
use super::gathered::{Found, Gathered};
use super::{installed, subject::Subject};
use crate::ecosystem::images;
use crate::image::{Entry, Kind, Tree};

/// Where an addon runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Libc {
    Musl,
    Glibc,
}

pub(super) fn gather<'a>(subject: &Subject<'a>, gathered: &mut Gathered<'a>) {
    let libc = libc(subject.tree);
    let processor = subject.image.config.platform.split('/').nth(1).unwrap_or_default();
    let mut families: BTreeMap<String, Vec<(Entry, Addon)>> = BTreeMap::new();
    for entry in subject.tree.entries() {
        let is_addon = entry.kind == Kind::File && entry.path.ends_with(".node") && !images::is_of_system(&entry.path);
        let Some(bytes) = subject.tree.kept(&entry).filter(|_| is_addon) else { continue };
        if let Some(addon) = Addon::read(bytes) {
            families.entry(family(&entry.path)).or_default().push((entry, addon));
        }
    }
    for addons in families.values() {
        let why = |it: &Addon| foreign(*it, libc, processor);
        if addons.iter().any(|it| it.1.machine.is_some() && why(&it.1).is_none()) {
            continue;
        }
        for (entry, addon) in addons {
            let Some(message) = why(addon) else { continue };
            gathered.add(&Found {
                kind: FindingKind::ForeignAddon,
                path: &entry.path,
                place: &entry.path,
                bytes: if entry.is_again { 0 } else { entry.size },
                layer: entry.layer,
                message: &|| message.clone(),
            });
        }
    }
}

/// Why the addon can't be loaded, where that is known.
fn foreign(addon: Addon, libc: Option<Libc>, processor: &str) -> Option<String> {
    // What is for Windows or macOS comes along with its kind.
    let machine = addon.machine?;
    if machine != processor && !processor.is_empty() {
        return Some(format!("It is for {machine}, and the image for {processor}"));
    }
    match (addon.is_musl, addon.is_glibc, libc?) {
        (true, false, Libc::Glibc) => Some("It is for musl (Alpine), and the image has glibc".to_owned()),
        (false, true, Libc::Musl) => Some("It is for glibc, and the image has musl (Alpine)".to_owned()),
        _ => None,
    }
}

/// The C library of the image; `None` where it has both, or none that is known.
fn libc(tree: &Tree) -> Option<Libc> {
    let has = |folder: &str, start: &str| tree.list(folder).into_iter().flatten().any(|it| it.0.starts_with(start));
    let folders = ["/lib", "/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu"];
    let is_musl = has("/lib", "ld-musl-");
    let is_glibc = folders.iter().any(|it| has(it, "ld-linux"));
    match (is_musl, is_glibc) {
        (true, false) => Some(Libc::Musl),
        (false, true) => Some(Libc::Glibc),
        _ => None,
    }
}

/// What addons for several platforms have in common: their package, without the platform in its name
/// (`@img/sharp-linuxmusl-x64`).
fn family(path: &str) -> String {
    let package = installed::of(path).map_or(path, |it| it.path);
    let start = package.rfind("/node_modules/").map_or(0, |it| it + "/node_modules/".len());
    let cut = ["linux", "darwin", "win32"].iter().filter_map(|it| package[start..].find(it)).min();
    match (cut, package.rfind("/node_modules/")) {
        // pnpm and bun keep each in a folder of its own.
        (Some(cut), Some(_)) => package[start..start + cut].to_owned(),
        _ => package.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn families() {
        for (path, expected) in [
            ("/app/node_modules/@img/sharp-linux-x64/lib/a.node", "@img/sharp-"),
            (
                "/app/node_modules/.pnpm/@img+sharp-linuxmusl-x64@1/node_modules/@img/sharp-linuxmusl-x64/lib/a.node",
                "@img/sharp-",
            ),
            ("/app/node_modules/bcrypt/prebuilds/linux-x64/a.node", "/app/node_modules/bcrypt"),
        ] {
            assert_eq!(family(path), expected, "{path}");
        }
    }
}
