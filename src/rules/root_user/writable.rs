//! The folders that the app writes to, and how another user may.

use crate::paths;
use crate::project::{Access, AccessBase, EntryKind, Site};
use crate::rules::RuleContext;
use crate::rules::support::Spot;
use crate::stages::Stage;
use crate::syntax::Kind;

/// A folder that must be writable.
pub(super) struct Folder {
    /// From the working directory, or absolute.
    pub(super) path: String,
    /// Whether files come into it with the context, which the user must own as well.
    pub(super) filled: bool,
    /// Where the sources write to it.
    pub(super) site: Site,
}

/// What must be writable; what is not known about it goes to `doubts`.
pub(super) fn folders(ctx: &RuleContext<'_>, at: usize, doubts: &mut Vec<String>) -> Vec<Folder> {
    doubts.extend(ctx.facts().known_runtime().err().filter(|it| !doubts.contains(it)));
    let Some(runtime) = &ctx.facts().runtime else { return Vec::new() };
    let mut res: Vec<Folder> = Vec::new();
    for write in &runtime.writes {
        match folder(ctx, at, write) {
            Ok(Some(it)) if res.iter().all(|other| other.path != it.path) => res.push(it),
            Ok(_) => {}
            Err(doubt) => doubts.push(doubt),
        }
    }
    if !res.is_empty() && ctx.model.root_image(at).shell != Some(true) {
        doubts.push(format!("`{}` has no shell to make `{}` writable", ctx.model.root_image(at).written, res[0].path));
        res.clear();
    }
    res
}

/// The folder behind one write; `None` where anybody may write.
fn folder(ctx: &RuleContext<'_>, at: usize, write: &Access) -> Result<Option<Folder>, String> {
    let site = &write.site;
    if write.base == AccessBase::Temporary {
        return Ok(None);
    }
    let Some(path) = &write.path else {
        return Err(format!("`{site}` writes to a path that is only known at run time"));
    };
    if write.base == AccessBase::Root {
        return absolute(path, site);
    }
    if paths::is_outside(path) {
        return Err(format!("`{site}` writes to `{path}`, outside of the app's folder"));
    }
    let folder = if write.is_folder { path } else { paths::parent(path) };
    if folder.is_empty() || folder == "." {
        return Err(format!("`{site}` writes into the working directory, which belongs to root"));
    }
    if ctx.model.stages[at].contents.workdir.value.is_none() || !ctx.facts().app_at_workdir {
        return Err(format!("`{site}` writes to `{folder}`, and it is not known where that lies in the image"));
    }
    let filled = ctx.facts().app.as_ref().is_some_and(|it| is_in_context(ctx, &it.folder, folder));
    Ok(Some(Folder { path: folder.to_owned(), filled, site: site.clone() }))
}

fn absolute(path: &str, site: &Site) -> Result<Option<Folder>, String> {
    if ["/tmp", "/var/tmp", "/dev", "/proc"].iter().any(|it| paths::contains(it, path)) {
        return Ok(None);
    }
    Err(format!("`{site}` writes to `{path}`, and it is not known who else does"))
}

fn is_in_context(ctx: &RuleContext<'_>, app: &str, folder: &str) -> bool {
    ctx.project.kind(&paths::join(app, folder)) == Some(EntryKind::Folder)
}

/// `RUN mkdir -p uploads && chown node:node uploads`
pub(super) fn command(folders: &[Folder], user: &str) -> Option<String> {
    if folders.is_empty() {
        return None;
    }
    let all: Vec<&str> = folders.iter().map(|it| it.path.as_str()).collect();
    let of =
        |filled: bool| folders.iter().filter(|it| it.filled == filled).map(|it| it.path.as_str()).collect::<Vec<_>>();
    let mut res = format!("RUN mkdir -p {}", all.join(" "));
    for (paths, option) in [(of(false), ""), (of(true), "-R ")] {
        if !paths.is_empty() {
            res.push_str(&format!(" && chown {option}{} {}", owner(user), paths.join(" ")));
        }
    }
    Some(res)
}

/// The group of the images' own users has the user's name; of others it is not known.
fn owner(user: &str) -> String {
    if matches!(user, "node" | "bun") { format!("{user}:{user}") } else { user.to_owned() }
}

/// The VOLUME that the folders must be made before: older builders drop what is changed behind it.
pub(super) fn volume_before(
    ctx: &RuleContext<'_>,
    stage: &Stage,
    spot: Spot,
    folders: &[Folder],
    doubts: &mut Vec<String>,
) -> Option<usize> {
    let workdir = stage.contents.workdir.value.as_deref()?;
    let end = match spot {
        Spot::Before(at) => at,
        Spot::After(at) => at + 1,
    };
    let covers = |at: &usize| match &ctx.model.instructions[*at].kind {
        Kind::Volume(words) => {
            folders.iter().any(|it| words.iter().any(|word| word.value == paths::join(workdir, &it.path)))
        }
        _ => false,
    };
    let volume = stage.instructions.clone().filter(|it| *it < end).find(covers)?;
    let moved = (volume..end).any(|it| matches!(ctx.model.instructions[it].kind, Kind::Workdir(_)));
    if moved || folders.iter().any(|it| it.filled) {
        doubts.push(format!(
            "the folder is changed behind `{}`",
            ctx.text[ctx.model.instructions[volume].content].trim()
        ));
        return None;
    }
    Some(volume)
}
