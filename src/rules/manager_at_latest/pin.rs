//! Which version of a manager is meant.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Floating;
use crate::ecosystem::{latest, managers};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Manager, Reason};

/// The version to write.
pub(super) enum Pin {
    /// That of package.json, which runs anyway.
    Named(String),
    /// The latest is refused today.
    Fails {
        node: u32,
        instead: u32,
    },
    /// A major, and what is not known of it.
    Major(u32, Reason),
    None,
}

pub(super) fn pin(ctx: &Inspection, found: &Floating<'_>) -> Pin {
    let apps = apps(ctx, found.manager);
    let named: BTreeSet<&str> = apps.iter().filter_map(|it| named(it, found.manager)).collect();
    if let Some(version) = named.first().filter(|_| named.len() == 1 && switches(ctx, &apps, found)) {
        return Pin::Named((*version).to_owned());
    }
    let image = ctx.model().stage_of(found.at).map(|it| ctx.model().root_image(it));
    let node = image.and_then(|it| it.node_major).filter(|_| found.manager == Manager::Npm);
    if let Some(node) = node.filter(|it| !latest::newest_npm_runs_on(*it)) {
        return image.and_then(|it| it.npm.major).map_or(Pin::None, |instead| Pin::Fails { node, instead });
    }
    let major_of = |it: &&str| it.split('.').next()?.parse().ok();
    if let Some((version, major)) = named.first().filter(|_| named.len() == 1).and_then(|it| Some((it, major_of(it)?)))
    {
        let reason = format!("package.json names {version}, and the build may have gone past it");
        return Pin::Major(major, reason.into());
    }
    let of_lock = |it: &Arc<App>| {
        let lock = it.locks.iter().find(|it| it.manager == found.manager)?;
        managers::of(found.manager).major_of_lock(lock.generation?)
    };
    let name = found.manager.program();
    match (apps.iter().find_map(of_lock), latest::newest_major(found.manager)) {
        (Some(major), _) => {
            Pin::Major(major, format!("the lock file says {name} {major}, and the build may have gone past it").into())
        }
        (None, Some(major)) => Pin::Major(
            major,
            format!("nothing in the repository names a version, and {major} is the latest that nodestage knows of")
                .into(),
        ),
        (None, None) => Pin::None,
    }
}

/// What the file installs by that manager, with the roots of workspaces.
fn apps(ctx: &Inspection, manager: Manager) -> Vec<Arc<App>> {
    let model = ctx.model();
    let by_install = model.installs.iter().filter(|it| it.manager == manager).filter_map(|it| it.app.as_deref());
    let by_script = model.script_calls.iter().filter(|it| it.manager == manager).filter_map(|it| it.app.as_deref());
    let folders: BTreeSet<&str> = by_install.chain(by_script).flat_map(paths::ancestors).collect();
    folders.into_iter().filter_map(|it| ctx.project().app(it)).collect()
}

/// The version in package.json, without its hash.
fn named(app: &App, manager: Manager) -> Option<&str> {
    let (named, version) = app.package.package_manager.as_ref()?;
    let version = version.split('+').next()?;
    (*named == manager && version.starts_with(|it: char| it.is_ascii_digit())).then_some(version)
}

/// Whether the manager takes that version by itself.
fn switches(ctx: &Inspection, apps: &[Arc<App>], found: &Floating<'_>) -> bool {
    let settings = |it: &App| managers::of(found.manager).settings().iter().map(|name| it.folder_path(name)).collect();
    let mut settings = apps.iter().flat_map(|it| -> Vec<String> { settings(it) });
    let keeps = settings.any(|it| ctx.project().text(&it).is_some_and(|it| latest::keeps_its_version(&it)));
    found.by_corepack || (found.manager == Manager::Pnpm && !keeps)
}
