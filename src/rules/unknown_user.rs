//! `unknown-user`

mod meant;
mod users;

use super::declare_rule;
use super::support::{NamedUser, commands_before, is_known, named_user, note_of_number, written_user};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::lines;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::stages::{InstructionId, StageId};
use crate::syntax::{Kind, Word};
use crate::text::{TextRange, offset};
use meant::meant;
use users::has_user;

declare_rule! {
    /// Flags a USER, and an owner in `COPY --chown`, that the image does not have.
    ///
    /// ## Why
    /// Docker looks the name up in the image's `/etc/passwd`, and the next RUN or the container stops with
    /// "unable to find user". COPY gives the files to root then. A comment after the name is part of the name.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY server.js ./
    /// USER 1000:1000 # node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY server.js ./
    /// # node
    /// USER 1000:1000
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Moving a comment is safe. So is the one user that the stage creates where the name is one letter off, or differs by a
    /// sign: nothing starts without the fix. Another user is always unsafe. What a variable names is looked up, too; the
    /// default of an ARG, which the build may change, is a warning with an unsafe fix. A name is reported where the image is known and
    /// no command of the stage may have created it.
    pub(crate) UNKNOWN_USER { name: "unknown-user", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for (at, instruction) in ctx.model().instructions.iter_enumerated() {
        let Kind::User(user) = &instruction.kind else {
            acc.extend(instruction.flag("chown").and_then(|it| owner(ctx, at, it.value.as_ref()?)));
            continue;
        };
        match user.value.find(|it: char| it.is_whitespace()) {
            Some(end) if user.value[end..].trim_start().starts_with('#') => {
                acc.push(commented(ctx, at, user, end));
            }
            Some(_) => {}
            None => acc.extend(missing(ctx, at, user)),
        }
    }
}

/// A name with a comment after it.
fn commented(ctx: &Inspection, at: InstructionId, user: &Word, end: usize) -> Diagnostic {
    let message = format!("The comment is part of the name: there is no user `{}`", user.value);
    let res = Diagnostic::new(UNKNOWN_USER.name, user.range, message);
    let res = Diagnostic { severity: Severity::Error, ..res };
    let written = &ctx.text()[user.range];
    // With a continuation in it the text is not the value.
    if written.trim_end() != user.value.trim_end() {
        return res.with_held_back("the line is continued");
    }
    let comment = user.value[end..].trim();
    let range = TextRange::new(user.range.start() + offset(end), user.range.start() + offset(written.trim_end().len()));
    let above = lines::above(ctx.source(), ctx.model().instructions[at]);
    let edits = vec![lines::comment(ctx.source(), above, comment), Edit::deletion(range)];
    res.with_fix(Fix::new("Move the comment to a line of its own", Applicability::Safe, edits))
}

/// `COPY --chown=app`: BuildKit looks the name up in the stage's own image, and takes root where it is not there (run with
/// Docker 28.5: `-rw-r--r-- 0 0`); older builders stop.
fn owner(ctx: &Inspection, at: InstructionId, word: &Word) -> Option<Diagnostic> {
    let name = unknown_name(ctx, at, &word.value)?;
    let image = ctx.model().root_image(ctx.model().stage_of(at)?);
    let message = format!("`{}` has no user `{name}`: these files are root's", image.written);
    let res = Diagnostic { severity: Severity::Warning, ..Diagnostic::new(UNKNOWN_USER.name, word.range, message) };
    if let Some(meant) = meant(ctx, at, name).filter(|_| ctx.text()[word.range].contains(name)) {
        let title = format!("Give them to `{}`", meant.name);
        let edit = Edit::replacement(word.range, ctx.text()[word.range].replacen(name, meant.name, 1));
        let reason = format!("whether `{}` is meant is for you to say", meant.name);
        return Some(res.with_fix(Fix::new(title, Applicability::Unsafe, vec![edit])).with_held_back(reason));
    }
    let Some((builtin, _)) = image.builtin_user else {
        return Some(res.with_held_back("which user is meant, or has to be created, is for you to say"));
    };
    let instead = word.value.split(':').map(|_| builtin).collect::<Vec<_>>().join(":");
    let edit = Edit::replacement(word.range, instead.as_str());
    Some(
        res.with_fix(Fix::new(format!("Give them to `{instead}`"), Applicability::Unsafe, vec![edit]))
            .with_held_back(format!("`{name}` may be meant to be created")),
    )
}

/// The user's name of a word, where the image of the stage has none of that name and nothing creates one.
fn unknown_name<'a>(ctx: &Inspection, at: InstructionId, word: &'a str) -> Option<&'a str> {
    let name = word.split(':').next()?.trim_matches(['"', '\'']);
    let is_name =
        name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') && !name.contains(['$', '\\', '%']);
    let stage = ctx.model().stage_of(at)?;
    let is_there = |name| has_user(ctx, stage, name).is_none_or(|it| it) || may_be_created(ctx, stage, at, name);
    (is_name && ctx.model().root_image(stage).expanded.is_some() && !is_there(name)).then_some(name)
}

/// A name that nobody creates.
fn missing(ctx: &Inspection, at: InstructionId, user: &Word) -> Option<Diagnostic> {
    let named = named_user(ctx, at)?;
    let name = unknown_name(ctx, at, named.value)?;
    let image = ctx.model().root_image(ctx.model().stage_of(at)?);
    let which = if user.has_variable() { format!(", which `{}` is", user.value) } else { String::new() };
    let default = if named.by_argument { " by default" } else { "" };
    let message = format!("`{}` has no user `{name}`{which}{default}, and nothing creates one", image.written);
    let res = Diagnostic::new(UNKNOWN_USER.name, user.range, message);
    let severity = if named.by_argument { Severity::Warning } else { Severity::Error };
    Some(with_fix(ctx, at, &named, name, Diagnostic { severity, ..res }))
}

fn with_fix(ctx: &Inspection, at: InstructionId, named: &NamedUser<'_>, name: &str, mut res: Diagnostic) -> Diagnostic {
    let Some(place) = named.place else {
        return res.with_held_back("the name comes by a variable");
    };
    if let Some(meant) = meant(ctx, at, name) {
        res = res.with_related(ctx.model().instructions[meant.by].content, format!("`{}` is created here", meant.name));
        let edit = Edit::replacement(place, named.value.replacen(name, meant.name, 1));
        let title = format!("Run as `{}`", meant.name);
        return match meant.is_sure && !named.by_argument {
            true => res.with_fix(Fix::new(title, Applicability::Safe, vec![edit])),
            false => res
                .with_fix(Fix::new(title, Applicability::Unsafe, vec![edit]))
                .with_held_back(format!("whether `{}` is meant is for you to say", meant.name)),
        };
    }
    let image = ctx.model().stage_of(at).map(|it| ctx.model().root_image(it));
    let Some((image, (builtin, uid))) = image.and_then(|it| Some((it, it.builtin_user?))) else {
        return res.with_held_back("which user is meant, or has to be created, is for you to say");
    };
    let instead = written_user(ctx, (builtin, uid));
    let edit = Edit::replacement(place, instead.as_str());
    res = res.with_note(format!("`{}` has the user `{builtin}` (uid {uid})", image.written));
    if let Some(note) = note_of_number(ctx) {
        res = res.with_note(note);
    }
    res.with_fix(Fix::new(format!("Run as `{instead}`"), Applicability::Unsafe, vec![edit]))
        .with_held_back(format!("`{name}` may be meant to be created"))
}

/// Whether something before the USER may create it: a command or a package, or another `/etc/passwd`.
fn may_be_created(ctx: &Inspection, stage: StageId, at: InstructionId, name: &str) -> bool {
    let contents = &ctx.model().stages[stage].contents;
    let start = ctx.model().instructions[at].range.start();
    let is_named = |it: &str| it.contains(name) || it.contains("passwd") || it.contains("$");
    let mut commands = commands_before(ctx, stage, start);
    contents.users.iter().any(|it| it.0 == name)
        || contents.system_packages.iter().any(|it| it.0.contains(name) && it.0 != "nodejs")
        || contents.entries.iter().any(|it| it.path == "/" || it.path.starts_with("/etc"))
        || commands.any(|it| {
            it.is_none_or(|it| {
                let says = is_named(&ctx.text()[it.range]);
                let creates = matches!(it.program(), Some("adduser" | "useradd" | "usermod"));
                (says && (creates || it.redirected || !is_known(ctx, it)))
                    || (!is_known(ctx, it) && may_create(it.program()))
            })
        })
}

/// A shell script or another file may do so; a tool of Node's does not.
fn may_create(program: Option<&str>) -> bool {
    program.is_none_or(|it| it.contains(['.', '/']) || matches!(it, "sh" | "bash" | "eval" | "source" | "."))
}

#[cfg(test)]
mod tests;
