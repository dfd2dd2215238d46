//! From `yarn` or `pnpm install` to the same with the flag that holds to the lock file.

use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::{Agreement, App, Lock, Reason};
use crate::shell::ShellWord;
use crate::stages::{Install, Verb};

/// The words of `install` that all of them take.
const VERBS: &[&str] = &["install", "i"];

/// The edits, and why they may be wrong; or why there are none.
pub(super) fn edits(
    ctx: &Inspection,
    install: &Install,
    app: &App,
    lock: &Lock,
) -> Result<(Vec<Edit>, Option<Reason>), Reason> {
    let flag = install.manager.frozen_flag().ok_or("that is another command")?;
    refuse(ctx, install)?;
    let verb = verb(install).ok_or("the install is not a plain one")?;
    let doubt = match lock.frozen_agreement(app, install.major, install.is_major_named) {
        Agreement::Yes => crate::rewrite::missing_member(ctx, install, app),
        Agreement::Unknown(reason) => Some(reason),
        Agreement::No(reason) => return Err(format!("`{}` would fail: {reason}", install.manager.frozen()).into()),
    };
    if let Some(word) = not_frozen(install) {
        return Ok((
            vec![Edit::replacement(word.range, flag)],
            Some(format!("the command asks for that by `{}`", word.raw).into()),
        ));
    }
    Ok((vec![Edit::insertion(verb.range.end(), format!(" {flag}"))], doubt))
}

/// `install`, which flags may come before, or the program where there is no verb.
fn verb(install: &Install) -> Option<&ShellWord> {
    let (program, arguments) = install.command.words.split_first()?;
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let value = word.value.as_deref()?;
        if !value.starts_with('-') {
            return VERBS.contains(&value).then_some(word);
        }
        if install.manager.takes_value(value) {
            rest.next();
        }
    }
    Some(program)
}

/// A flag that says the opposite.
fn not_frozen(install: &Install) -> Option<&ShellWord> {
    let flags = install.manager.unfrozen_flags();
    install.command.words.iter().find(|it| it.value.as_deref().is_some_and(|it| flags.contains(&it)))
}

/// What speaks against it altogether.
fn refuse(ctx: &Inspection, install: &Install) -> Result<(), Reason> {
    if !super::is_in_plain_branch(ctx, install) {
        return Err("the command runs in some cases only".into());
    }
    for word in install.command.words.iter().skip(1) {
        let Some(value) = word.value.as_deref() else { return Err(format!("`{}` is computed", word.raw).into()) };
        let name = value.split('=').next().unwrap_or(value).trim_start_matches('-');
        let is_flag = value.starts_with('-');
        if is_flag && !install.manager.takes_when_frozen(name) {
            return Err(format!("it is not known what `{value}` means to `{}`", install.manager.frozen()).into());
        }
    }
    let changes =
        |it: &&Install| matches!(it.verb, Verb::Add | Verb::Update | Verb::Remove) && it.stage == install.stage;
    let before = |it: &&Install| it.command.range.end() <= install.command.range.start();
    match ctx.model().installs.iter().filter(changes).find(before) {
        Some(other) => Err(format!("`{}` changes package.json before it", other.command.written()).into()),
        None => Ok(()),
    }
}
