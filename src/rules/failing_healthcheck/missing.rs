//! Health checks that ask for what is not there: a file, a script of package.json, a port.

use super::FAILING_HEALTHCHECK;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{Action, Invocation, packages};
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::EntryKind;
use crate::rules::support::{commands_before, is_known, may_have_made, quoted};
use crate::shell::Command;
use crate::stages::{Holding, ImageKind, InstructionId, StageId};
use crate::text::TextSize;

/// What the first command of the HEALTHCHECK at `at` does not find in the image of stage `stage`.
pub(super) fn find(ctx: &Inspection, stage: StageId, at: InstructionId, command: &Command) -> Option<Diagnostic> {
    file(ctx, stage, at, command).or_else(|| script(ctx, stage, command)).or_else(|| port(ctx, at, command))
}

fn diagnostic(command: &Command, message: &str) -> Diagnostic {
    let message = format!("{message}: the container is always unhealthy");
    Diagnostic { severity: Severity::Error, ..Diagnostic::new(FAILING_HEALTHCHECK.name, command.range, message) }
}

fn end_of(ctx: &Inspection, stage: StageId) -> TextSize {
    ctx.model().instructions[ctx.model().stages[stage].instructions.end().previous()].range.end()
}

/// `node healthcheck.js`, `./healthcheck.sh`.
fn file(ctx: &Inspection, stage: StageId, at: InstructionId, command: &Command) -> Option<Diagnostic> {
    let word = file_of(command)?;
    let workdir = ctx.model().stages[stage].contents.workdir.value.as_deref()?;
    let path = paths::absolute(workdir, word);
    if !is_absent(ctx, stage, &path) {
        return None;
    }
    let res = diagnostic(command, &format!("Nothing in the image is `{word}`"));
    Some(match source(ctx, &path).filter(|_| ctx.model().stage_of(at) == Some(stage)) {
        Some(source) => with_copy(ctx, stage, at, &path, &source, res),
        None => res.with_held_back("which file is meant is for you to say"),
    })
}

fn file_of(command: &Command) -> Option<&str> {
    let is_module = |it: &str| [".js", ".mjs", ".cjs"].iter().any(|end| it.ends_with(end));
    let first = || command.words.get(1)?.value.as_deref().filter(|it| !it.starts_with('-'));
    match command.program()? {
        "node" | "nodejs" => first().filter(|it| is_module(it)),
        "sh" | "bash" => first().filter(|it| it.ends_with(".sh")),
        _ => command.words[0].value.as_deref().filter(|it| it.contains('/') && (is_module(it) || it.ends_with(".sh"))),
    }
}

/// Folders that images bring files in.
const OF_IMAGES: &[&str] = &["/bin", "/etc", "/lib", "/opt", "/run", "/sbin", "/srv", "/tmp", "/usr", "/var"];

/// Whether nothing can have put the file there: no image, no COPY, no command, no mount.
fn is_absent(ctx: &Inspection, stage: StageId, path: &str) -> bool {
    let image = ctx.model().root_image(stage);
    let is_clean = image.expanded.is_some()
        && matches!(image.kind, ImageKind::Node | ImageKind::Bun | ImageKind::System | ImageKind::Distroless)
        && !OF_IMAGES.iter().any(|it| paths::contains(it, path));
    let contents = &ctx.model().stages[stage].contents;
    let lacks = |it| lacks(ctx, it, path);
    let mounted = ctx.facts().given.mounts.iter().any(|it| paths::contains(&it.mount.target, path));
    let name = paths::file_name(path);
    let names_it = |it: &Command| ctx.text()[it.range].contains(name);
    is_clean
        && !mounted
        && contents.entries.iter().all(lacks)
        && commands_before(ctx, stage, end_of(ctx, stage))
            .all(|it| it.is_some_and(|it| is_known(ctx, it) && !names_it(it)))
}

/// Whether the file is no part of what is there. A folder that the context does not have yet, and a source beside it that may be
/// compiled, leave that open.
fn lacks(ctx: &Inspection, entry: &crate::stages::Entry, path: &str) -> bool {
    let in_context = match (&entry.holding, paths::below(&entry.path, path)) {
        (Holding::ContextFolder(folder), Some(rest)) if !entry.lacks(rest) => paths::join(folder, rest),
        _ => return entry.holds_file(ctx.project(), path) == Some(false) && !paths::contains(path, &entry.path),
    };
    let stem = in_context.rsplit_once('.').map_or(in_context.as_str(), |it| it.0);
    let is_compiled = [".ts", ".mts", ".cts"].iter().any(|it| ctx.project().kind(&format!("{stem}{it}")).is_some());
    let has_folder = ctx.project().kind(paths::parent(&in_context)) == Some(EntryKind::Folder);
    has_folder && !is_compiled && ctx.project().sees(&in_context) == Some(false)
}

/// The file of the context that would lie there.
fn source(ctx: &Inspection, path: &str) -> Option<String> {
    let (app, root) = (ctx.facts().app.as_ref()?, ctx.facts().app_root.as_deref()?);
    let source = paths::join(&app.folder, paths::below(root, path)?);
    let is_plain = source.chars().all(|it| it.is_ascii_alphanumeric() || "-_./".contains(it));
    (is_plain && ctx.project().sees(&source) == Some(true)).then_some(source)
}

fn with_copy(
    ctx: &Inspection,
    stage: StageId,
    at: InstructionId,
    path: &str,
    source: &str,
    res: Diagnostic,
) -> Diagnostic {
    let workdir = &ctx.model().stages[stage].contents.workdir;
    let folder = match workdir.value.as_deref().and_then(|it| paths::below(it, paths::parent(path))) {
        Some("") => "./".to_owned(),
        Some(below) => format!("./{below}/"),
        None => format!("{}/", paths::parent(path)),
    };
    if workdir.by.is_some_and(|it| it > at) {
        return res.with_held_back("the working directory changes below it");
    }
    let edit = lines::instructions(ctx.source(), Spot::Before(at), &[format!("COPY {source} {folder}")]);
    let title = format!("Copy `{source}`");
    match needs_more(ctx, source) {
        None => res.with_fix(Fix::new(title, Applicability::Safe, vec![edit])),
        Some(reason) => res.with_fix(Fix::new(title, Applicability::Unsafe, vec![edit])).with_held_back(reason),
    }
}

/// Why the file may not do alone.
fn needs_more(ctx: &Inspection, source: &str) -> Option<String> {
    let unknown = || Some(format!("what else `{source}` needs is not known"));
    let Some(user) = ctx.facts().users.iter().find(|it| it.is_check && it.site.is_none()) else { return unknown() };
    let Some(runtime) = user.runtime.as_ref().filter(|it| it.unknown.is_empty() && it.reads.is_empty()) else {
        return unknown();
    };
    if let Some(doubt) = user.without_dev(ctx.facts().app.as_deref()).err() {
        return Some(doubt.reason.to_string());
    }
    let other = runtime.files.iter().find(|it| paths::file_name(it) != paths::file_name(source))?;
    Some(format!("`{source}` needs `{other}` as well"))
}

/// `npm run health`, of which package.json has no script.
fn script(ctx: &Inspection, stage: StageId, command: &Command) -> Option<Diagnostic> {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    let words = words?;
    let invocation = Invocation::read(&words)?;
    let Action::Script(script) = &invocation.action else { return None };
    let name = script.first()?;
    let app = ctx.facts().app.as_ref().filter(|_| ctx.facts().app_at_workdir)?;
    let says_run = words.iter().any(|it| matches!(it.as_str(), "run" | "run-script"));
    let must_be_script = says_run && invocation.manager().runs_only_scripts(name) && !invocation.target.is_elsewhere();
    let is_open = words.iter().any(|it| it == "--if-present") || app.package.scripts.contains_key(name);
    let end = end_of(ctx, stage);
    let is_made = ["package.json", "pkg", name].iter().any(|it| may_have_made(ctx, stage, end, it));
    if !must_be_script || is_open || is_made {
        return None;
    }
    let manifest = app.folder_path("package.json");
    let message = format!("`{manifest}` has no script `{name}` for `{}`", quoted(&command.words));
    let res = diagnostic(command, &message);
    Some(match crate::config::nearest(name, app.package.scripts.keys().map(String::as_str)) {
        Some(meant) => res.with_held_back(format!("`{meant}` may be meant, or a script that is still to be written")),
        None => res.with_held_back("which script is meant is for you to say"),
    })
}

/// A port that nothing listens on: all that the app does is known, and it names its ports itself.
fn port(ctx: &Inspection, at: InstructionId, command: &Command) -> Option<Diagnostic> {
    let is_client = matches!(command.program()?, "node" | "curl" | "wget");
    let asked = asked_port(&ctx.text()[ctx.model().instructions[at].content]).filter(|_| is_client)?;
    let runtime = ctx.facts().known_runtime().ok().filter(|_| ctx.facts().server().is_none())?;
    let is_alone = ctx.facts().known_start().ok()?.programs.len() == 1 && runtime.starts.is_empty();
    let ports: Option<Vec<u16>> = runtime.listens.iter().map(|it| it.port.filter(|_| it.variable.is_none())).collect();
    let ports = ports.filter(|it| is_alone && !it.is_empty() && !it.contains(&asked))?;
    if !runtime.unknown.is_empty() || !runtime.imports.keys().all(|it| packages::is_quiet(it)) {
        return None;
    }
    let site = &runtime.listens[0].site;
    let message = format!("The app listens on {}, and this asks {asked}", ports[0]);
    let res = diagnostic(command, &message).with_related_file(&site.path, site.line, "it listens here");
    Some(res.with_held_back("which of the two is meant is for you to say"))
}

/// The one port of the container itself that a command names.
fn asked_port(text: &str) -> Option<u16> {
    let hosts = ["localhost:", "127.0.0.1:", "0.0.0.0:"];
    let ports = hosts.iter().flat_map(|host| text.split(host).skip(1)).map(|rest| {
        let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    let ports: Option<Vec<u16>> = ports.collect();
    ports?.into_iter().reduce(|one, other| if one == other { one } else { 0 }).filter(|it| *it > 0)
}

#[cfg(test)]
mod tests {
    use super::super::FAILING_HEALTHCHECK;
    use crate::testing::{check_clean, check_diagnostics, check_fix, check_held_back, check_unsafe_fix};

    const PACKAGE: (&str, &str) = ("package.json", r#"{"scripts": {"start": "node server.js", "check": "node a.js"}}"#);
    const SERVER: (&str, &str) = ("server.js", "require('http').createServer().listen(3000)\n");
    const ALONE: (&str, &str) = ("check.js", "require('http').get('http://localhost:3000')\n");

    fn dockerfile(lines: &str, check: &str) -> String {
        format!(
            "FROM node:22-alpine\nWORKDIR /app\nCOPY package.json server.js ./\n{lines}HEALTHCHECK CMD {check}\nCMD [\"node\", \"server.js\"]\n"
        )
    }

    #[test]
    fn a_file_that_is_not_copied() {
        let files = [PACKAGE, SERVER, ALONE];
        for check in ["node check.js", "[\"node\", \"./check.js\"]", "node /app/check.js || exit 1"] {
            check_fix(&FAILING_HEALTHCHECK, &files, &dockerfile("", check), &dockerfile("COPY check.js ./\n", check));
        }
        let below = [PACKAGE, SERVER, ("scripts/check.js", "require('./lib')\n"), ("scripts/lib.js", "")];
        let copy = "COPY scripts/check.js ./scripts/\n";
        let check = "node scripts/check.js";
        check_unsafe_fix(&FAILING_HEALTHCHECK, &below, &dockerfile("", check), &dockerfile(copy, check));
        let reason = "`scripts/check.js` needs `scripts/lib.js` as well";
        check_held_back(&FAILING_HEALTHCHECK, &below, &dockerfile("", check), reason);
    }

    #[test]
    fn a_file_that_is_nowhere() {
        let files = [PACKAGE, SERVER];
        let expected = "4:17: error[failing-healthcheck] Nothing in the image is `check.js`: the container is always unhealthy\n  held back: which file is meant is for you to say\n";
        check_diagnostics(&FAILING_HEALTHCHECK, &files, &dockerfile("", "node check.js"), expected);
        let all = dockerfile("COPY . .\n", "./check.sh");
        check_held_back(&FAILING_HEALTHCHECK, &files, &all, "which file is meant is for you to say");
    }

    #[test]
    fn a_file_that_is_there_or_may_be() {
        let files = [
            PACKAGE,
            SERVER,
            ALONE,
            ("source.ts", ""),
            ("compose.yaml", "services: {a: {build: ., volumes: [\"./x:/mnt\"]}}"),
        ];
        for (lines, check) in [
            ("COPY . .\n", "node check.js"),
            ("COPY check.js /app/\n", "node check.js"),
            ("COPY . .\n", "node source.js"),
            ("COPY . .\n", "node dist/check.js"),
            ("RUN ./make.sh\n", "node other.js"),
            ("RUN echo x > other.js\n", "node other.js"),
            ("COPY --from=tools /checks/ ./\n", "node other.js"),
            ("", "/usr/local/bin/other.sh"),
            ("", "node -e 'process.exit(0)'"),
            ("", "node --test check.js"),
            ("", "node /mnt/check.js"),
        ] {
            check_clean(&FAILING_HEALTHCHECK, &files, &dockerfile(lines, check));
        }
    }

    #[test]
    fn a_script_that_is_not_there() {
        let expected = "4:17: error[failing-healthcheck] `package.json` has no script `health` for `npm run health`: the container is always unhealthy\n  held back: which script is meant is for you to say\n";
        let files = [PACKAGE, SERVER];
        check_diagnostics(&FAILING_HEALTHCHECK, &files, &dockerfile("", "npm run health"), expected);
        let near = "`check` may be meant, or a script that is still to be written";
        check_held_back(&FAILING_HEALTHCHECK, &files, &dockerfile("", "[\"npm\", \"run\", \"chek\"]"), near);
        for check in ["npm run check", "npm run health --if-present", "npm test", "npm run"] {
            check_clean(&FAILING_HEALTHCHECK, &files, &dockerfile("COPY . .\n", check));
        }
    }

    #[test]
    fn a_port_that_nothing_listens_on() {
        let expected = "4:17: error[failing-healthcheck] The app listens on 3000, and this asks 8080: the container is always unhealthy\n  held back: which of the two is meant is for you to say\n";
        let files = [PACKAGE, SERVER];
        let check = "wget -q --spider http://localhost:8080/ || exit 1";
        check_diagnostics(&FAILING_HEALTHCHECK, &files, &dockerfile("", check), expected);
        check_clean(&FAILING_HEALTHCHECK, &files, &dockerfile("", &check.replace("8080", "3000")));
        for server in [
            "require('http').createServer().listen(process.env.PORT || 3000)\n",
            "require('http').createServer().listen(port())\n",
            "require('http').createServer().listen(3000)\nrequire('unheard-of')\n",
            "require('http').createServer().listen(3000)\nrequire('http').createServer().listen(8080)\n",
            "require('http').createServer().listen(3000)\nrequire('child_process').spawn('./metrics')\n",
        ] {
            check_clean(&FAILING_HEALTHCHECK, &[PACKAGE, ("server.js", server)], &dockerfile("", check));
        }
    }
}
