//! From `npm install` to `npm ci`.

use crate::ecosystem::managers::npm_flags;
use crate::ecosystem::{FlagUse, Manager};
use crate::facts::Conditions;
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::{Agreement, App, Lock, Reason};
use crate::rules::support::mounts_over;
use crate::shell::ShellWord;
use crate::stages::{Install, Verb};
use crate::text::TextRange;

/// The edits, and why they may be wrong; or why there are none.
pub(super) fn edits(
    ctx: &Inspection,
    install: &Install,
    app: &App,
    lock: &Lock,
) -> Result<(Vec<Edit>, Option<Reason>), Reason> {
    refuse(ctx, install, app)?;
    let doubt = lock_doubt(ctx, install, app, lock)?;
    let mut edits = Vec::new();
    let words = &install.command.words;
    let mut rest = words.iter().enumerate().skip(1);
    while let Some((at, word)) = rest.next() {
        let Some(value) = word.value.as_deref() else { return Err(format!("`{}` is computed", word.raw).into()) };
        if at == 1 && install.manager.is_plain_install(value) {
            edits.push(Edit::replacement(word.range, "ci"));
        } else if at == 1 {
            return Err(format!("`{value}` comes before the verb").into());
        } else if let Some(is_apart) = target(value).filter(|_| install.is_since(7)) {
            rest.by_ref().take(usize::from(is_apart)).for_each(drop);
        } else if npm_flags::takes_value(value) && keeps(value) {
            rest.next();
        } else {
            match npm_flags::in_clean_install(value) {
                FlagUse::Repeated => {}
                FlagUse::Idle => edits.push(Edit::deletion(with_space_before(&words[at - 1], word))),
                FlagUse::Unknown => return Err(format!("it is not known what `{value}` means to `npm ci`").into()),
            }
        }
    }
    if edits.is_empty() { Err("it has no verb".into()) } else { Ok((edits, doubt)) }
}

/// Whether `npm ci` knows the flag with a value.
fn keeps(flag: &str) -> bool {
    npm_flags::in_clean_install(&format!("{flag}=")) == FlagUse::Repeated
}

/// Whether the value of a flag that says where to install (`--prefix /app`, `--workspace=server`) is the next word; `None`
/// for other flags. npm 6 does not do that.
fn target(word: &str) -> Option<bool> {
    let (name, value) = word.split_once('=').map_or((word, None), |it| (it.0, Some(it.1)));
    matches!(name, "--prefix" | "-C" | "--workspace" | "-w").then_some(value.is_none())
}

/// The flag and what stands before it, a continuation too.
fn with_space_before(before: &ShellWord, word: &ShellWord) -> TextRange {
    TextRange::new(before.range.end(), word.range.end())
}

/// What speaks against `npm ci` altogether.
fn refuse(ctx: &Inspection, install: &Install, app: &App) -> Result<(), Reason> {
    if !super::is_in_plain_branch(ctx, install) {
        return Err("the command runs in some cases only".into());
    }
    if mounts_over(ctx, install.instruction, "node_modules") {
        return Err("`npm ci` can't remove the `node_modules` that is mounted there".into());
    }
    if app.npmrc.iter().flatten().any(|(key, value)| key == "package-lock" && value == "false") {
        return Err("`.npmrc` says `package-lock=false`".into());
    }
    let added = |it: &&Install| it.verb == Verb::Add && it.stage == install.stage;
    match ctx.model().installs.iter().filter(added).find(|it| it.command.range.end() <= install.command.range.start()) {
        Some(_) => Err("`npm ci` would remove the packages that were added before it".into()),
        None => Ok(()),
    }
}

/// The major of an npm that passes over this lock file, because a later one wrote it (FACTS §1.3).
pub(super) fn too_old(install: &Install, lock: &Lock) -> Option<u32> {
    let is_later = lock.manager == Manager::Npm && lock.generation.is_some_and(|it| it >= 3);
    install.major.filter(|it| is_later && *it <= 6)
}

/// Whether this npm reads this lock, and takes it.
fn lock_doubt(ctx: &Inspection, install: &Install, app: &App, lock: &Lock) -> Result<Option<Reason>, Reason> {
    let Some(generation) = lock.generation else { return Err(Reason::of_file(&lock.path, "can't be read")) };
    if lock.packages.is_none() {
        return Err(Reason::of_file(&lock.path, "can't be read"));
    }
    let peers = Conditions::of(ctx.model(), ctx.project(), install).peers;
    let workspace = ctx.project().workspace(&app.folder).filter(|it| it.root.folder == app.folder);
    let members: Vec<_> = workspace.iter().flat_map(|it| it.seen_members(ctx.project())).map(|it| it.app).collect();
    match lock.agreement(app, &members, peers, install.npm()) {
        Agreement::No(reason) => return Err(format!("`npm ci` would fail: {reason}").into()),
        Agreement::Unknown(reason) => return Ok(Some(reason)),
        Agreement::Yes if workspace.is_some_and(|it| it.unknown.is_some()) => {
            return Ok(Some(format!("whether `{}` agrees with the workspaces is not known", lock.path).into()));
        }
        Agreement::Yes => {}
    }
    let shrinkwrap = lock.path.ends_with("npm-shrinkwrap.json");
    match install.major {
        Some(major) if major >= 12 && shrinkwrap => Err(format!("npm {major} does not read `{}`", lock.path).into()),
        None if shrinkwrap || (generation >= 3 && !install.is_since(7)) => {
            let image = &ctx.model().root_image(install.stage).written;
            Ok(Some(
                format!("the version of npm in `{image}` is not known, nor whether it reads `{}`", lock.path).into(),
            ))
        }
        _ => Ok(None),
    }
}
