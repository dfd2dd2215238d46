//! `failing-healthcheck`

mod missing;

use super::declare_rule;
use super::support::{commands_before, is_known};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::shell::Command;
use crate::stages::{ImageFacts, ImageKind, InstructionId, Libc, StageId};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

declare_rule! {
    /// Flags a HEALTHCHECK whose program, file, script or port is not there.
    ///
    /// ## Why
    /// The check fails each time, so the container is always unhealthy: an orchestrator stops it, and what
    /// waits for it never starts. The slim images of Node have neither `curl` nor `wget`, Alpine has no `curl`,
    /// and distroless has not even a shell. The same holds for a file that no COPY brings, a script that package.json does not
    /// have, and a port that the app does not listen on.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY server.js ./
    /// HEALTHCHECK --interval=30s CMD curl -f http://localhost:3000/health || exit 1
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// require('http').createServer((_, res) => res.end('ok')).listen(3000)
    /// ```
    ///
    /// ## Fix safety
    /// A plain request is made by `node` instead. That is always unsafe: the app may answer it otherwise. The path of
    /// distroless' `node` is safe, and so is a COPY of the file that the check runs, where that needs no other file. A port is
    /// reported where all that the app does is known and its ports stand in the code as numbers.
    pub(crate) FAILING_HEALTHCHECK { name: "failing-healthcheck", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(stage) = ctx.model().production.as_ref().map(|it| it.stage) else { return };
    let Some((at, form)) = healthcheck(ctx, stage) else { return };
    let image = ctx.model().root_image(stage);
    let place = ctx.model().instructions[at].content;
    let lacks_shell = image.shell == Some(false) && image.kind != ImageKind::Other && is_untouched(ctx, stage, "sh");
    if lacks_shell && matches!(form, CommandForm::Shell(_)) {
        let message = format!("`{}` has no shell to run this HEALTHCHECK", image.written);
        let res = error(Diagnostic::new(FAILING_HEALTHCHECK.name, place, message));
        acc.push(with_fix(ctx, stage, at, form, res));
        return;
    }
    let commands = ctx.model().scripts[at].as_ref().map(|it| it.commands.as_slice()).unwrap_or_default();
    let Some(command) = commands.first().filter(|it| !it.conditional) else { return };
    let Some(program) = command.program() else { return };
    let has_path = || ctx.model().stages[stage].contents.env.contains_key("PATH");
    if brings(image, program) == Some(false) && is_untouched(ctx, stage, program) && !(program == "node" && has_path())
    {
        let what = if program == "node" { " on its PATH" } else { "" };
        let message = format!("`{}` has no `{program}`{what}: the container is always unhealthy", image.written);
        let res = error(Diagnostic::new(FAILING_HEALTHCHECK.name, command.words[0].range, message));
        acc.push(with_fix(ctx, stage, at, form, res));
    } else {
        acc.extend(missing::find(ctx, stage, at, command));
    }
}

fn error(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Error, ..diagnostic }
}

/// The HEALTHCHECK in force.
fn healthcheck(ctx: &Inspection, stage: StageId) -> Option<(InstructionId, &CommandForm)> {
    let stages = ctx.model().ancestry(stage);
    let instructions = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone().rev());
    let mut checks = instructions.filter_map(|it| match &ctx.model().instructions[it].kind {
        Kind::Healthcheck(form) => Some((it, form.as_ref())),
        _ => None,
    });
    let (at, form) = checks.next()?;
    Some((at, form?))
}

/// Whether the image brings `curl` or `wget`, or distroless anything; `None` where that is not known (FACTS §5).
fn brings(image: &ImageFacts, program: &str) -> Option<bool> {
    let expanded = image.expanded.as_deref()?;
    let is_fetcher = matches!(program, "curl" | "wget");
    let is_slim = || expanded.contains("-slim") || expanded.ends_with(":slim");
    match (image.kind, image.libc) {
        // Its node is not on the PATH.
        (ImageKind::Distroless, _) if image.shell == Some(false) => Some(program.starts_with("/nodejs/bin/")),
        (ImageKind::Node | ImageKind::System, Some(Libc::Musl)) if is_fetcher => Some(program == "wget"),
        (ImageKind::Node, Some(Libc::Glibc)) if is_fetcher => Some(!is_slim()),
        (ImageKind::Node, Some(Libc::Glibc)) if is_slim() && is_of_busybox(program) => Some(false),
        (ImageKind::System, Some(Libc::Glibc)) if is_fetcher && is_debian(expanded) => Some(false),
        _ => None,
    }
}

/// Whether Alpine's busybox has the program, and Debian's slim images have it not: of `netcat-openbsd`, `procps`, `net-tools`.
fn is_of_busybox(program: &str) -> bool {
    matches!(program, "nc" | "netcat" | "netstat" | "pgrep" | "pkill" | "ps")
}

fn is_debian(image: &str) -> bool {
    let name = paths::file_name(image.split([':', '@']).next().unwrap_or(image));
    matches!(name, "debian" | "ubuntu")
}

/// Whether nothing can have put the program there: no package, no COPY and no unknown command.
fn is_untouched(ctx: &Inspection, stage: StageId, program: &str) -> bool {
    let contents = &ctx.model().stages[stage].contents;
    let end = ctx.model().stages[stage].instructions.end();
    let end = ctx.model().instructions[end.previous()].range.end();
    let is_program = |it: &str| paths::file_name(it) == program || it.ends_with("/bin") || it == "/" || it == "/usr";
    // Packages of many kinds bring those programs along.
    let brings = |it: &str| it.contains(program) || is_of_busybox(program) || is_large(it);
    !contents.system_packages.iter().any(|it| brings(&it.0))
        && !contents.entries.iter().any(|it| is_program(&it.path))
        && commands_before(ctx, stage, end).all(|it| it.is_some_and(|it| is_known(ctx, it) && !installs(it, program)))
}

/// Packages that bring many others along.
fn is_large(package: &str) -> bool {
    ["chromium", "build-essential", "firefox", "libreoffice", "awscli", "python", "npm", "task-"]
        .iter()
        .any(|it| package.contains(it))
}

/// A command that names it, or packages by a variable.
fn installs(command: &Command, program: &str) -> bool {
    let is_open = |raw: &str| raw.contains('$') || raw.contains(program);
    command.words.iter().skip(1).any(|it| is_open(&it.raw))
        && matches!(command.program(), Some("apk" | "apt" | "apt-get" | "ln" | "cp" | "mv"))
        && !command.words.iter().any(|it| matches!(it.raw.as_str(), "del" | "purge" | "remove"))
}

fn with_fix(
    ctx: &Inspection,
    stage: StageId,
    at: InstructionId,
    form: &CommandForm,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let image = ctx.model().root_image(stage);
    if let (ImageKind::Distroless, CommandForm::Exec(words)) = (image.kind, form)
        && let Some(first) = words.first().filter(|it| it.value == "node")
    {
        let edit = Edit::replacement(first.range, "\"/nodejs/bin/node\"");
        return diagnostic.with_fix(Fix::new("Name it by its path", Applicability::Safe, vec![edit]));
    }
    let can_fetch = image.has_node() && image.kind != ImageKind::Bun && image.node_major.is_some_and(|it| it >= 18);
    let url = ctx.model().scripts[at].as_ref().and_then(|it| request(&it.commands));
    let (Some(url), true) = (url, can_fetch) else {
        return diagnostic.with_held_back("how else the app is asked is for you to say");
    };
    // curl takes any answer for success unless it is told otherwise.
    let takes_any = ctx.model().scripts[at].as_ref().is_some_and(|it| takes_any(&it.commands));
    let found = if takes_any { "() => process.exit(0)" } else { "(res) => process.exit(res.ok ? 0 : 1)" };
    let script = format!("fetch('{url}').then({found}, () => process.exit(1))");
    let program = if image.kind == ImageKind::Distroless { "/nodejs/bin/node" } else { "node" };
    let words: Vec<String> =
        [program, "-e", &script].iter().map(|it| serde_json::Value::from(*it).to_string()).collect();
    let edit = match form {
        CommandForm::Shell(range) => Edit::replacement(*range, format!("[{}]", words.join(", "))),
        CommandForm::Exec(all) => {
            let range = all.iter().map(|it| it.range).reduce(TextRange::cover);
            let Some(range) = range else { return diagnostic };
            Edit::replacement(range, words.join(", "))
        }
    };
    diagnostic
        .with_fix(Fix::new("Ask by `node`", Applicability::Unsafe, vec![edit]))
        .with_held_back("the app may answer `fetch` otherwise")
}

/// Whether it is `curl` without `-f`: an error that the server answers with is no failure.
fn takes_any(commands: &[Command]) -> bool {
    let fails = |it: &str| it == "--fail" || !it.starts_with("--") && it.starts_with('-') && it.contains('f');
    commands.first().is_some_and(|it| it.program() == Some("curl") && !it.words[1..].iter().any(|it| fails(it.read())))
}

/// The address of a plain request: `curl -f URL || exit 1`.
fn request(commands: &[Command]) -> Option<String> {
    const PLAIN: &[&str] = &[
        "-f",
        "-s",
        "-S",
        "-sf",
        "-fs",
        "-fsS",
        "-sSf",
        "-fSs",
        "-fsSL",
        "-L",
        "-q",
        "-qO-",
        "-O-",
        "-O",
        "-",
        "/dev/null",
        "--fail",
        "--silent",
        "--show-error",
        "--spider",
        "--quiet",
        "--no-verbose",
        "--tries=1",
        "-o",
        "-nv",
        "-qO",
    ];
    let (first, rest) = commands.split_first()?;
    let exits = rest.iter().all(|it| matches!(it.program(), Some("exit" | "false")));
    let words: Option<Vec<&str>> = first.words[1..].iter().map(|it| it.value.as_deref()).collect();
    let words = words?;
    let (urls, flags): (Vec<&str>, Vec<&str>) =
        words.into_iter().partition(|it| it.contains("localhost") || it.contains("127.0.0.1"));
    let [url] = urls[..] else { return None };
    let is_plain = exits && flags.iter().all(|it| PLAIN.contains(it)) && !url.contains(['\'', '\\', '$']);
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    (is_plain && url.starts_with("http://")).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::FAILING_HEALTHCHECK;
    use crate::testing::{check_clean, check_diagnostics, check_fix, check_unsafe_fix};

    fn dockerfile(image: &str, lines: &str) -> String {
        format!("FROM {image}\nWORKDIR /app\nCOPY . .\n{lines}\nCMD [\"node\", \"server.js\"]\n")
    }

    const FILES: &[(&str, &str)] = &[("check.js", ""), ("healthcheck.js", ""), ("check", "")];

    const BY_NODE: &str = r#"["node", "-e", "fetch('http://localhost:3000/up').then((res) => process.exit(res.ok ? 0 : 1), () => process.exit(1))"]"#;

    #[test]
    fn a_program_that_is_not_there() {
        for (image, command) in [
            ("node:22-slim", "curl -f http://localhost:3000/up || exit 1"),
            ("node:22-bookworm-slim", "wget -q --spider http://localhost:3000/up || exit 1"),
            ("node:20-alpine", "[\"curl\", \"--fail\", \"http://localhost:3000/up\"]"),
            ("node:20-alpine", "curl -fsS localhost:3000/up"),
        ] {
            let before = dockerfile(image, &format!("HEALTHCHECK --interval=5s CMD {command}"));
            let after = dockerfile(image, &format!("HEALTHCHECK --interval=5s CMD {BY_NODE}"));
            check_unsafe_fix(&FAILING_HEALTHCHECK, &[], &before, &after);
        }
        let before = dockerfile("node:22-slim", "HEALTHCHECK CMD curl http://localhost:3000/up");
        let after = BY_NODE.replace("(res) => process.exit(res.ok ? 0 : 1)", "() => process.exit(0)");
        check_unsafe_fix(
            &FAILING_HEALTHCHECK,
            &[],
            &before,
            &dockerfile("node:22-slim", &format!("HEALTHCHECK CMD {after}")),
        );
        let image = "gcr.io/distroless/nodejs22-debian12";
        let by_path = BY_NODE.replace("\"node\"", "\"/nodejs/bin/node\"");
        for command in ["wget -qO- http://localhost:3000/up", "[\"curl\", \"-f\", \"http://localhost:3000/up\"]"] {
            let before = dockerfile(image, &format!("HEALTHCHECK CMD {command}"));
            check_unsafe_fix(
                &FAILING_HEALTHCHECK,
                &[],
                &before,
                &dockerfile(image, &format!("HEALTHCHECK CMD {by_path}")),
            );
        }
    }

    #[test]
    fn node_of_an_image_without_a_path_to_it() {
        let check = |program: &str| {
            let line = format!("HEALTHCHECK CMD [\"{program}\", \"check.js\"]");
            dockerfile("gcr.io/distroless/nodejs22-debian12", &line)
        };
        check_fix(&FAILING_HEALTHCHECK, FILES, &check("node"), &check("/nodejs/bin/node"));
        let with_path = format!("ENV PATH=/nodejs/bin:$PATH\n{}", "HEALTHCHECK CMD [\"node\", \"check.js\"]");
        check_clean(&FAILING_HEALTHCHECK, FILES, &dockerfile("gcr.io/distroless/nodejs22-debian12", &with_path));
    }

    #[test]
    fn programs_of_busybox() {
        let text = dockerfile("node:22-slim", "HEALTHCHECK CMD nc -z localhost 3000");
        let expected = "4:17: error[failing-healthcheck] `node:22-slim` has no `nc`: the container is always unhealthy\n  held back: how else the app is asked is for you to say\n";
        check_diagnostics(&FAILING_HEALTHCHECK, &[], &text, expected);
        for lines in [
            "RUN apt-get update && apt-get install -y netcat-openbsd\nHEALTHCHECK CMD nc -z localhost 3000",
            "RUN apt-get update && apt-get install -y git\nHEALTHCHECK CMD pgrep node",
        ] {
            check_clean(&FAILING_HEALTHCHECK, &[], &dockerfile("node:22-slim", lines));
        }
        check_clean(&FAILING_HEALTHCHECK, &[], &text.replace("-slim", "-alpine"));
    }

    #[test]
    fn there_or_not_certain() {
        let curl = "HEALTHCHECK CMD curl -f http://localhost:3000/up || exit 1";
        for (image, lines) in [
            ("node:22", curl),
            ("node:22-alpine", "HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1"),
            ("node:22-alpine", "HEALTHCHECK CMD node healthcheck.js"),
            ("node:22-slim", "HEALTHCHECK NONE"),
            ("example.test/node:22-slim", "HEALTHCHECK CMD ./check"),
            ("python:3-slim", curl),
        ] {
            check_clean(&FAILING_HEALTHCHECK, FILES, &dockerfile(image, lines));
        }
        for line in [
            "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
            "RUN apt-get update && apt-get install -y $PACKAGES",
            "RUN ./tools.sh",
            "COPY --from=tools /usr/bin/curl /usr/bin/curl",
        ] {
            check_clean(&FAILING_HEALTHCHECK, FILES, &dockerfile("node:22-slim", &format!("{line}\n{curl}")));
        }
    }
}
