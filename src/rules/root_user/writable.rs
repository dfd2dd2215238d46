//! The folders that the app writes to.

use std::collections::BTreeSet;

use super::elsewhere;
use super::files;
use crate::ecosystem::servers;
use crate::fix::lines::Spot;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Access, AccessBase, EntryKind, Reason, Site};
use crate::shell::Command;
use crate::stages::{IdRange, InstructionId, Stage, StageId};
use crate::syntax::Kind;

/// A folder that must be writable.
pub(super) struct Folder {
    /// From the working directory, or absolute.
    pub(super) path: String,
    /// Whether there may be files in it already, which the user must own as well.
    pub(super) filled: bool,
    /// Where something says so.
    pub(super) site: Site,
}

/// What must be writable.
#[derive(Default)]
pub(super) struct Needs {
    pub(super) folders: Vec<Folder>,
    /// The paths of these.
    paths: BTreeSet<String>,
    /// Why the app's folder itself must be, where it must.
    pub(super) app: Option<Reason>,
}

/// What must be writable; what is not known about it goes to `doubts`.
pub(super) fn needs(ctx: &Inspection, at: StageId, doubts: &mut Vec<Reason>) -> Needs {
    let mut needs = Needs::default();
    let bundled = ctx.facts().known_runtime().err().and_then(|_| ctx.facts().bundled_runtime(ctx.model()));
    match (ctx.facts().known_runtime(), &bundled) {
        (Ok(_), _) if ctx.facts().built.is_some() && servers::keeps_cache(ctx.facts().server()) => {
            needs.own_app("its server keeps a cache beside what was built".into());
        }
        (Ok(_), _) => {}
        (Err(_), Some(bundled)) if bundled.unknown.is_empty() => {
            needs.own_app("its server keeps a cache beside what was built".into());
        }
        (Err(doubt), bundled) => {
            let doubt = bundled.as_ref().and_then(|it| it.unknown.first().cloned()).unwrap_or(doubt);
            needs.own_app(doubt.clone());
            doubts.extend(Some(doubt).filter(|it| !doubts.contains(it)));
        }
    }
    for write in ctx.facts().modules().chain(&bundled).flat_map(|it| &it.writes) {
        match folder(ctx, at, write) {
            Ok(Place::Folder(it)) => needs.add(it),
            Ok(Place::App) => needs.own_app(Reason::at(write.site.clone(), "writes into the app's own folder")),
            Ok(Place::Anybodys) => {}
            Ok(Place::OfTheSystem(it, doubt)) => {
                needs.add(it);
                doubts.push(doubt);
            }
            Err(doubt) => {
                needs.own_app(doubt.clone());
                doubts.push(doubt);
            }
        }
    }
    let users = ctx.facts().users.iter().filter(|it| !it.has_own_user && !it.in_later_stage);
    let runtimes = ctx.facts().modules().chain(&bundled).chain(users.filter_map(|it| it.runtime.as_ref()));
    for possible in runtimes.flat_map(|it| &it.may_write) {
        needs.own_app(possible.reason.clone());
        doubts.extend(Some(&possible.reason).filter(|_| possible.anywhere).cloned());
    }
    elsewhere::collect(ctx, at, &mut needs, doubts);
    doubts.extend(needs.folders.iter().filter_map(|it| made_otherwise(ctx, at, &it.path)));
    without_shell(ctx, at, &mut needs, doubts);
    needs
}

impl Needs {
    /// Whether nothing writes anything, as far as is known.
    pub(super) fn is_nothing(&self) -> bool {
        self.folders.is_empty() && self.app.is_none()
    }

    pub(super) fn add(&mut self, folder: Folder) {
        if self.paths.insert(folder.path.clone()) {
            self.folders.push(folder);
        }
    }

    pub(super) fn own_app(&mut self, reason: Reason) {
        self.app.get_or_insert(reason);
    }
}

/// The command that makes a link or a file of that name: `mkdir -p` fails at both, if a link leads nowhere.
fn made_otherwise(ctx: &Inspection, at: StageId, path: &str) -> Option<Reason> {
    let name = paths::file_name(path);
    let makes = |it: &&Command| {
        let last = it.words.last().and_then(|it| it.value.as_deref());
        matches!(it.program(), Some("ln" | "touch")) && last.is_some_and(|it| paths::file_name(it) == name)
    };
    let stages = ctx.model().ancestry(at).into_iter();
    let mut runs = stages.flat_map(|it| ctx.model().stages[it].instructions.clone());
    let found = runs.find_map(|it| ctx.model().commands_of_run(it).find(makes))?;
    Some(format!("`{}` makes `{name}`, which may be no folder", found.written()).into())
}

fn without_shell(ctx: &Inspection, at: StageId, needs: &mut Needs, doubts: &mut Vec<Reason>) {
    let image = ctx.model().root_image(at);
    if needs.is_nothing() || image.shell == Some(true) {
        return;
    }
    let what = needs.folders.first().map_or("the app's folder".to_owned(), |it| format!("`{}`", it.path));
    doubts.push(format!("`{}` has no shell to make {what} writable", image.written).into());
    *needs = Needs::default();
}

enum Place {
    Folder(Folder),
    /// The app's folder itself.
    App,
    /// Anybody may write there.
    Anybodys,
    /// A folder that others may write to as well.
    OfTheSystem(Folder, Reason),
}

/// The folder of one write.
fn folder(ctx: &Inspection, at: StageId, write: &Access) -> Result<Place, Reason> {
    let site = &write.site;
    // A line of a RUN can't hold a name with a line break in it.
    let Some(path) = write.path.as_ref().filter(|it| !it.contains(char::is_control)) else {
        return match write.base {
            AccessBase::Temporary => Ok(Place::Anybodys),
            _ => Err(Reason::at(site.clone(), "writes to a path that is only known at run time")),
        };
    };
    if write.base == AccessBase::Temporary {
        return temporary(ctx, at, write, path);
    }
    let workdir = ctx.model().stages[at].contents.workdir.value.as_deref();
    let absolute = match (write.base, workdir) {
        (AccessBase::Root, _) => path.clone(),
        (AccessBase::Module, _) if ctx.facts().above.is_some() => {
            paths::absolute(ctx.facts().app_root.as_deref().unwrap_or("/"), path)
        }
        (_, Some(workdir)) if paths::is_outside(path) => paths::absolute(workdir, path),
        _ => {
            let folder = if write.is_folder { path } else { paths::parent(path) };
            return inside(ctx, at, folder, site);
        }
    };
    let folder = if write.is_folder { absolute.as_str() } else { paths::parent(&absolute) };
    match workdir.and_then(|it| paths::below(it, folder)) {
        Some(rest) if workdir != Some("/") => inside(ctx, at, rest, site),
        _ => outside(ctx, at, folder, site),
    }
}

/// A folder below the working directory.
fn inside(ctx: &Inspection, at: StageId, folder: &str, site: &Site) -> Result<Place, Reason> {
    let facts = ctx.facts();
    let is_known = facts.app_at_workdir || facts.above.is_some();
    if ctx.model().stages[at].contents.workdir.value.is_none() || !is_known {
        let folder = if folder.is_empty() { "." } else { folder };
        return Err(Reason::at(
            site.clone(),
            format!("writes to `{folder}`, and it is not known where that lies in the image"),
        ));
    }
    if folder.is_empty() || folder == "." {
        return Ok(Place::App);
    }
    let here = facts.above.as_ref().or(facts.app.as_ref());
    let copied = here.is_some_and(|it| is_in_context(ctx, &it.folder, folder));
    let filled = copied || files::made_by_run(ctx, at);
    Ok(Place::Folder(Folder { path: folder.to_owned(), filled, site: site.clone() }))
}

/// A folder elsewhere in the image.
fn outside(ctx: &Inspection, at: StageId, folder: &str, site: &Site) -> Result<Place, Reason> {
    if ["/tmp", "/var/tmp", "/dev", "/proc"].iter().any(|it| paths::contains(it, folder)) {
        return Ok(Place::Anybodys);
    }
    let doubt = || Reason::at(site.clone(), format!("writes to `{folder}`, and it is not known who else does"));
    if !elsewhere::may_be_given(folder) {
        let own = || Folder { path: folder.to_owned(), filled: false, site: site.clone() };
        return if elsewhere::may_be_of_one(folder) { Ok(Place::OfTheSystem(own(), doubt())) } else { Err(doubt()) };
    }
    let copied = ctx.model().stages[at].contents.entries.iter().any(|it| paths::contains(folder, &it.path));
    let filled = copied || files::made_by_run(ctx, at);
    Ok(Place::Folder(Folder { path: folder.to_owned(), filled, site: site.clone() }))
}

/// Anybody may make files there, but what a RUN made is root's.
fn temporary(ctx: &Inspection, at: StageId, write: &Access, path: &str) -> Result<Place, Reason> {
    let path = if path.starts_with("/") { path.to_owned() } else { paths::join("/tmp", path) };
    let rest = paths::below("/tmp", &path).unwrap_or_default();
    let first = rest.split('/').next().unwrap_or_default();
    let is_unique = write.by.starts_with("mkdtemp") || first.is_empty();
    if is_unique || !files::may_be_made(ctx, at, &format!("/tmp/{first}")) {
        return Ok(Place::Anybodys);
    }
    if !write.is_folder && first == rest {
        return Err(Reason::at(write.site.clone(), format!("writes to `{path}`, which a RUN may have made as root")));
    }
    Ok(Place::Folder(Folder { path: format!("/tmp/{first}"), filled: true, site: write.site.clone() }))
}

fn is_in_context(ctx: &Inspection, app: &str, folder: &str) -> bool {
    ctx.project().kind(&paths::join(app, folder)) == Some(EntryKind::Folder)
}

/// The VOLUME that the folders must be made before: older builders drop what is changed after it.
pub(super) fn volume_before(
    ctx: &Inspection,
    stage: &Stage,
    spot: Spot,
    folders: &[Folder],
    doubts: &mut Vec<Reason>,
) -> Option<InstructionId> {
    let workdir = stage.contents.workdir.value.as_deref()?;
    let end = match spot {
        Spot::Before(at) => at,
        Spot::After(at) => at.next(),
    };
    let covers = |at: &InstructionId| match &ctx.model().instructions[*at].kind {
        Kind::Volume(words) => folders
            .iter()
            .any(|it| words.iter().any(|word| word.value.trim_end_matches('/') == paths::absolute(workdir, &it.path))),
        _ => false,
    };
    let volume = stage.instructions.clone().filter(|it| *it < end).find(covers)?;
    let moved = IdRange::new(volume, end).any(|it| matches!(ctx.model().instructions[it].kind, Kind::Workdir(_)));
    if moved || folders.iter().any(|it| it.filled) || is_made_between(ctx, IdRange::new(volume, end), folders) {
        doubts.push(
            format!("the folder is changed after `{}`", ctx.text()[ctx.model().instructions[volume].content].trim())
                .into(),
        );
        return None;
    }
    Some(volume)
}

/// Whether a RUN among `instructions` names one of the folders: `mkdir` would fail on one that is there already.
fn is_made_between(ctx: &Inspection, instructions: IdRange<InstructionId>, folders: &[Folder]) -> bool {
    let names = |text: &str| folders.iter().any(|it| text.contains(it.path.as_str()));
    let mut commands = instructions.flat_map(|it| ctx.model().commands_of_run(it));
    commands.any(|it| names(&ctx.text()[it.range]))
}
