//! `unknown-user`

use super::declare_rule;
use super::support::{commands_before, is_known, note_of_number, written_user};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::lines;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::stages::{ImageKind, InstructionId, Libc, StageId};
use crate::syntax::{Kind, Word};
use crate::text::{TextRange, offset};

declare_rule! {
    /// Flags a USER that the image does not have.
    ///
    /// ## Why
    /// Docker looks the name up in the image's `/etc/passwd`, and the next RUN or the container stops with
    /// "unable to find user". A comment after the name is part of the name.
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
    /// Moving a comment is safe. Another user is always unsafe. A name is reported where the image is known and
    /// no command of the stage may have created it.
    pub(crate) UNKNOWN_USER { name: "unknown-user", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for (at, instruction) in ctx.model().instructions.iter_enumerated() {
        let Kind::User(user) = &instruction.kind else { continue };
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

/// A name that nobody creates.
fn missing(ctx: &Inspection, at: InstructionId, user: &Word) -> Option<Diagnostic> {
    let name = user.value.split(':').next()?.trim_matches(['"', '\'']);
    let is_name =
        name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') && !name.contains(['$', '\\', '%']);
    let stage = ctx.model().stage_of(at)?;
    let image = ctx.model().root_image(stage);
    if !is_name || image.expanded.is_none() || has_user(ctx, stage, name)? || may_be_created(ctx, stage, at, name) {
        return None;
    }
    let message = format!("`{}` has no user `{name}`, and nothing creates one", image.written);
    let mut res = Diagnostic::new(UNKNOWN_USER.name, user.range, message);
    res.severity = Severity::Error;
    let Some((builtin, uid)) = image.builtin_user else {
        return Some(res.with_held_back("which user is meant, or has to be created, is for you to say"));
    };
    let instead = written_user(ctx, (builtin, uid));
    let edit = Edit::replacement(user.range, instead.as_str());
    let mut res = res.with_note(format!("`{}` has the user `{builtin}` (uid {uid})", image.written));
    if let Some(note) = note_of_number(ctx) {
        res = res.with_note(note);
    }
    Some(
        res.with_fix(Fix::new(format!("Run as `{instead}`"), Applicability::Unsafe, vec![edit]))
            .with_held_back(format!("`{name}` may be meant to be created")),
    )
}

/// Users that come with Debian's and Alpine's base files.
const DEBIAN: &[&str] = &[
    "root",
    "daemon",
    "bin",
    "sys",
    "sync",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
    "backup",
    "list",
    "irc",
    "gnats",
    "_apt",
    "nobody",
    "systemd-network",
    "systemd-timesync",
    "messagebus",
    "sshd",
];
const ALPINE: &[&str] = &[
    "root",
    "bin",
    "daemon",
    "adm",
    "lp",
    "sync",
    "shutdown",
    "halt",
    "mail",
    "news",
    "uucp",
    "operator",
    "man",
    "postmaster",
    "cron",
    "ftp",
    "sshd",
    "at",
    "squid",
    "xfs",
    "games",
    "cyrus",
    "vpopmail",
    "ntp",
    "smmsp",
    "guest",
    "nobody",
    "svn",
    "postgres",
    "nut",
    "utmp",
];

/// Whether the image has the user; `None` where that is not known.
fn has_user(ctx: &Inspection, stage: StageId, name: &str) -> Option<bool> {
    let image = ctx.model().root_image(stage);
    let repository = image.expanded.as_deref()?.split([':', '@']).next()?;
    let is_official = |of: &str| repository == of || repository == format!("docker.io/library/{of}");
    let is_known = match image.kind {
        ImageKind::Node => is_official("node"),
        ImageKind::System => ["alpine", "debian", "ubuntu"].into_iter().any(is_official),
        _ => false,
    };
    let users = match image.libc.filter(|_| is_known)? {
        Libc::Glibc => DEBIAN,
        Libc::Musl => ALPINE,
    };
    Some(users.contains(&name) || image.builtin_user.is_some_and(|it| it.0 == name))
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
mod tests {
    use super::UNKNOWN_USER;
    use crate::testing::{check_clean, check_fix, check_held_back, check_unsafe_fix};

    fn dockerfile(image: &str, lines: &str) -> String {
        format!("FROM {image}\nWORKDIR /app\nCOPY . .\n{lines}\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn a_comment_after_the_name() {
        for (before, after) in [
            ("USER 1000 # node", "# node\nUSER 1000"),
            ("USER node   #why", "#why\nUSER node"),
            ("# hadolint ignore=DL3002\nUSER node # why", "# why\n# hadolint ignore=DL3002\nUSER node"),
            ("# who\nuser node:node # the image's own", "# who\n# the image's own\nuser node:node"),
        ] {
            check_fix(&UNKNOWN_USER, &[], &dockerfile("node:22", before), &dockerfile("node:22", after));
        }
    }

    #[test]
    fn nobody_creates_it() {
        for (image, name) in [("node:22-alpine", "nextjs"), ("node:22", "app:app"), ("node:20-slim", "nonroot")] {
            let user = |name: &str| dockerfile(image, &format!("USER {name}"));
            check_unsafe_fix(&UNKNOWN_USER, &[], &user(name), &user("node"));
        }
        let reason = "which user is meant, or has to be created, is for you to say";
        check_held_back(&UNKNOWN_USER, &[], &dockerfile("alpine:3.22", "RUN apk add nodejs\nUSER node"), reason);
        check_held_back(&UNKNOWN_USER, &[], &dockerfile("debian:13-slim", "USER node"), reason);
    }

    #[test]
    fn by_number_where_pods_run() {
        let files = &[("k8s/app.yaml", "apiVersion: apps/v1\nkind: Deployment\n")];
        let user = |name: &str| dockerfile("node:22-alpine", &format!("USER {name}"));
        check_unsafe_fix(&UNKNOWN_USER, files, &user("nextjs"), &user("1000"));
        check_clean(&UNKNOWN_USER, files, &user("node"));
        let changed = |name: &str| dockerfile("node:22", &format!("RUN usermod -u 1234 node\nUSER {name}"));
        check_unsafe_fix(&UNKNOWN_USER, files, &changed("nextjs"), &changed("node"));
    }

    #[test]
    fn there_or_not_certain() {
        for (image, lines) in [
            ("node:22", "USER node"),
            ("node:22-alpine", "USER 1001"),
            ("node:22", "USER www-data"),
            ("node:22-alpine", "USER nobody:nobody"),
            ("node:22", "RUN useradd app\nUSER app"),
            ("node:22-alpine", "RUN addgroup -S app && adduser -S -G app app\nUSER app"),
            ("node:22", "RUN useradd ${NAME}\nUSER app"),
            ("node:22", "RUN ./users.sh\nUSER app"),
            ("node:22", "RUN echo 'app:x:1001:1001::/:' >> /etc/passwd\nUSER app"),
            ("node:22", "COPY --from=build /etc/passwd /etc/passwd\nUSER app"),
            ("ubuntu:24.04", "USER ubuntu"),
            ("node:22", "ARG NAME=app\nUSER $NAME"),
            ("example.test/node:22", "USER app"),
            ("oven/bun:1", "USER node"),
        ] {
            check_clean(&UNKNOWN_USER, &[], &dockerfile(image, lines));
        }
    }
}
