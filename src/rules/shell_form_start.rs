//! `shell-form-start`

mod lost_words;

use super::declare_rule;
use super::support::{commands_before, needs_shell, node_stage, quoted_words, start_with, text_of_shell};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{Action, Invocation, detached, programs};
use crate::facts::StartCommand;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::shell::{self, Command, Joined, Script, ShellWord};
use crate::stages::{ImageKind, StageId};
use crate::syntax::{CommandForm, Kind};
use crate::text::{TextRange, offset};
use lost_words::lost_words;

declare_rule! {
    /// Flags a start command in shell form, where the shell takes the signals in place of the app.
    ///
    /// ## Why
    /// `/bin/sh` of the Debian images stays the container's first process and passes no signal on: the app does not
    /// hear that it should stop, and is killed after ten seconds, in the middle of a request. The shells of Alpine
    /// and of Red Hat's images give way to their last command, and nothing is said there. Nothing starts at all where words
    /// go to the wrong program: `ENTRYPOINT ["node"]` gets `/bin/sh -c` before a CMD in shell form, and `["sh", "-c", "npm",
    /// "start"]` runs `npm` alone.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD node server.js
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// process.on('SIGTERM', () => process.exit(0))
    /// ```
    ///
    /// ## Fix safety
    /// Safe. A CMD of plain words gets the exec form, where the image's own ENTRYPOINT, or a script that only passes on,
    /// stands before it. Else `exec` goes in front of the last command: all that the shell does stays as it is. No fix
    /// where that command stands in a condition, in a pipe or in the background. It is information where no module
    /// handles SIGTERM, since Node as the first process then waits to be killed as well. `CMD npm start` is left to
    /// `package-manager-start`.
    pub(crate) SHELL_FORM_START { name: "shell-form-start", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, _)) = node_stage(ctx) else { return };
    if let Some(found) = lost_words(ctx, at) {
        acc.push(found);
        return;
    }
    let Some(command) = ctx.facts().command.as_ref().filter(|it| it.wrapper_known) else { return };
    let Some(script) = ctx.model().scripts[command.instruction].as_ref() else { return };
    if !has_its_own_shell(ctx, at) || !stands_behind_shell(command) || gives_way(script) {
        return;
    }
    if ctx.facts().dev_server.is_some() || is_manager(&command.words) {
        return;
    }
    acc.extend(diagnostic(ctx, command, script));
}

/// Whether the stage's shell is the dash of its image.
fn has_its_own_shell(ctx: &Inspection, at: StageId) -> bool {
    let model = ctx.model();
    let mut instructions = model.ancestry(at).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    let is_set = instructions.any(|it| matches!(model.instructions[it].kind, Kind::Shell(_)));
    let end = model.instructions[model.stages[at].instructions.end().previous()].range.end();
    let replaces = |it: &Command| {
        let words = || it.words.iter().map(|it| it.raw.as_str());
        words().any(|it| it.ends_with("/sh") || it == "dpkg-reconfigure")
    };
    model.root_image(at).has_dash() && !is_set && !commands_before(ctx, at, end).flatten().any(replaces)
}

/// A shell form, or `["sh", "-c", "…"]`.
fn stands_behind_shell(command: &StartCommand) -> bool {
    let is_shell = |it: &String| matches!(it.as_str(), "sh" | "/bin/sh" | "dash" | "/bin/dash");
    command.shell || (command.words.len() == 3 && command.words.first().is_some_and(is_shell))
}

/// Whether a command takes the shell's place already, or the shell looks after signals.
fn gives_way(script: &Script) -> bool {
    script.commands.iter().any(|it| matches!(it.program(), Some("exec" | "trap" | "wait")))
}

fn is_manager(words: &[String]) -> bool {
    Invocation::read(words).is_some_and(|it| matches!(it.action, Action::Script(_) | Action::Run(_)))
}

fn diagnostic(ctx: &Inspection, command: &StartCommand, script: &Script) -> Option<Diagnostic> {
    let instruction = ctx.model().instructions[command.instruction];
    if let Some(found) = quoted_otherwise(ctx, command) {
        return Some(found);
    }
    // After it, `true` and its kind say how the shell ends.
    let named = |it: &&Command| it.program().is_some_and(|it| !programs::is_of_the_shell(it));
    let last = script.commands.iter().rfind(named)?;
    let name = last.program()?;
    let words: Option<Vec<String>> = last.words.iter().map(|it| it.value.clone()).collect();
    if words.is_some_and(|it| detached::attached(&it).is_some() && !detached::forks_as_first(&it[0])) {
        return None;
    }
    let inner = text_apart(command, name).map(shell::script_of_text);
    let name = inner.as_ref().and_then(|it| it.commands.iter().rfind(named)?.program()).unwrap_or(name);
    let message = format!("SIGTERM reaches the shell of this {}, not `{name}`", instruction.name());
    let mut res = Diagnostic::new(SHELL_FORM_START.name, instruction.content, message);
    if is_deaf(ctx) {
        res.severity = Severity::Info;
    }
    let is_last = script.commands.last().is_some_and(|it| it.range == last.range);
    let (title, edit) = match exec_form(ctx, command, script) {
        Some(edit) => (format!("Start `{}` itself", quoted_words(&command.words)), edit),
        None if is_last && takes_exec(ctx, command, script, last) => {
            (format!("Put `exec` in front of `{name}`"), Edit::insertion(last.words[0].range.start(), "exec "))
        }
        None => return Some(res.with_held_back(format!("`{name}` is not the plain last command of the shell"))),
    };
    Some(res.with_fix(Fix::new(title, Applicability::Safe, vec![edit])))
}

/// The text that CMD gives to the shell of `ENTRYPOINT ["sh", "-c"]`.
fn text_apart<'c>(command: &'c StartCommand, program: &str) -> Option<&'c str> {
    match &command.words[..] {
        [shell, flag, text] if flag == "-c" && crate::paths::file_name(shell) == program => Some(text),
        _ => None,
    }
}

/// An exec form in single quotes: a shell gets it, and finds no program of that name. Behind an ENTRYPOINT of the image's own it
/// may be that nobody runs it.
fn quoted_otherwise(ctx: &Inspection, command: &StartCommand) -> Option<Diagnostic> {
    let instruction = ctx.model().instructions[command.instruction];
    let (Kind::Cmd(CommandForm::Shell(range)) | Kind::Entrypoint(CommandForm::Shell(range))) = &instruction.kind else {
        return None;
    };
    let is_cmd = matches!(instruction.kind, Kind::Cmd(_));
    if is_cmd && ctx.model().production_stage()?.contents.entrypoint.is_some() {
        return None;
    }
    let text = ctx.text()[*range].trim_end();
    if let Some(array) = without_commas(text) {
        let message = "This is no array, as a comma is missing: a shell gets it, and nothing starts";
        let res = Diagnostic::new(SHELL_FORM_START.name, instruction.content, message);
        let edit = Edit::replacement(TextRange::at(range.start(), offset(text.len())), array);
        let res = Diagnostic { severity: Severity::Error, ..res };
        return Some(res.with_fix(Fix::new("Write the commas", Applicability::Safe, vec![edit])));
    }
    let json = text.replace('\'', "\"");
    let is_meant =
        text.contains('\'') && !text.contains(['"', '\\']) && serde_json::from_str::<Vec<String>>(&json).is_ok();
    let first = text.split_whitespace().next().filter(|_| is_meant)?.replace('\'', "");
    let message =
        format!("The exec form takes double quotes: a shell looks for a program `{first}`, and nothing starts");
    let res = Diagnostic::new(SHELL_FORM_START.name, instruction.content, message);
    let res = Diagnostic { severity: Severity::Error, ..res };
    let edit = Edit::replacement(TextRange::at(range.start(), offset(text.len())), json);
    Some(res.with_fix(Fix::new("Write double quotes", Applicability::Safe, vec![edit])))
}

/// `["node" "server.js"]` with its commas.
fn without_commas(text: &str) -> Option<String> {
    let words = shell::words_in_brackets(text).filter(|it| it.iter().all(|it| it.starts_with('"')))?;
    let array = format!("[{}]", words.join(", "));
    let is_program = words.first().is_some_and(|it| it.len() > 2 && !it.contains('$'));
    (is_program && serde_json::from_str::<Vec<String>>(&array).is_ok()).then_some(array)
}

/// Whether it is known that the app does not hear SIGTERM in any case.
fn is_deaf(ctx: &Inspection) -> bool {
    ctx.facts().known_runtime().is_ok_and(|it| it.signal_handler.is_none()) && ctx.facts().server().is_none()
}

/// The exec form, where nothing is lost with the shell: the ENTRYPOINT of the image is a script that sets PWD too.
fn exec_form(ctx: &Inspection, command: &StartCommand, script: &Script) -> Option<Edit> {
    let kind = &ctx.model().instructions[command.instruction].kind;
    let stage = ctx.model().production_stage()?;
    let image = ctx.model().root_image(ctx.model().production.as_ref()?.stage);
    let by_image = stage.contents.entrypoint.is_none() && matches!(image.kind, ImageKind::Node | ImageKind::Bun);
    let [only] = script.commands.as_slice() else { return None };
    let is_plain = |it: &ShellWord| it.value.is_some() && !needs_shell(&it.raw) && !it.raw.contains(['[', '\\']);
    let text = text_of_shell(kind, script)?;
    let around = ctx.text()[text].replacen(&ctx.text()[only.range], "", 1);
    let forks = only.words.first().is_some_and(|it| detached::forks_as_first(&it.raw));
    if forks || around.contains(['&', '!']) {
        return None;
    }
    let is_one = only.assignments.is_empty() && !only.redirected && only.words.iter().all(is_plain);
    let is_passed_on = matches!(kind, Kind::Cmd(_)) && (by_image || command.script.is_some());
    let may = command.shell && script.complete && is_one && !only.conditional && is_passed_on;
    may.then(|| start_with(ctx, command, &command.words).ok()?.edits.pop()).flatten()
}

/// Whether `exec` in front of the last command changes nothing but who gets the signals.
fn takes_exec(ctx: &Inspection, command: &StartCommand, script: &Script, last: &Command) -> bool {
    let kind = &ctx.model().instructions[command.instruction].kind;
    let Some(text) = text_of_shell(kind, script) else { return false };
    let first = &last.words[0];
    let before = &ctx.text()[TextRange::new(text.start(), last.range.start())];
    let after = &ctx.text()[TextRange::new(last.range.end(), text.end())];
    let before = before.trim_end_matches(|it: char| it.is_whitespace() || it == '\\');
    let is_first_or_next = before.is_empty() || before.ends_with("&&") || before.ends_with(';');
    script.complete
        && !last.conditional
        && matches!(last.joined, Joined::First | Joined::And | Joined::Sequence)
        && !script.is_substituted(last)
        && ctx.text()[first.range] == first.raw
        && shell::functions(&ctx.text()[text]).iter().all(|it| it.name != first.raw)
        && is_first_or_next
        && after.trim().is_empty()
        && !detached::forks_as_first(&first.raw)
}

#[cfg(test)]
mod tests {
    use super::SHELL_FORM_START;
    use crate::fix::Applicability;
    use crate::testing::{Case, check_clean, check_diagnostics, check_fix, check_held_back};

    const FILES: &[(&str, &str)] = &[
        ("package.json", r#"{"scripts": {"start": "node server.js"}}"#),
        ("server.js", "process.on('SIGTERM', () => process.exit(0))\n"),
        ("docker-entry.sh", "#!/bin/sh\nset -e\nexec \"$@\"\n"),
        ("prepare.sh", "#!/bin/sh\n./wait\n$1\n"),
    ];

    fn dockerfile(start: &str) -> String {
        format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{start}\n")
    }

    #[track_caller]
    fn fixed(before: &str, after: &str) {
        check_fix(&SHELL_FORM_START, FILES, &dockerfile(before), &dockerfile(after));
    }

    #[test]
    fn plain_words_get_the_exec_form() {
        fixed("CMD node server.js", "CMD [\"node\", \"server.js\"]");
        fixed("CMD (node server.js)", "CMD [\"node\", \"server.js\"]");
        fixed("cmd node --name='a b' \\\n  server.js", "cmd [\"node\", \"--name=a b\", \"server.js\"]");
        fixed(
            "ENTRYPOINT [\"./docker-entry.sh\"]\nCMD node server.js",
            "ENTRYPOINT [\"./docker-entry.sh\"]\nCMD [\"node\", \"server.js\"]",
        );
    }

    #[test]
    fn an_array_without_its_commas() {
        let before = dockerfile("CMD [ \"node\" \"server.js\" ]");
        check_fix(&SHELL_FORM_START, FILES, &before, &dockerfile("CMD [\"node\", \"server.js\"]"));
    }

    #[test]
    fn single_quotes_are_no_exec_form() {
        fixed("CMD ['node', 'server.js']", "CMD [\"node\", \"server.js\"]");
        let message = "4:1: error[shell-form-start] The exec form takes double quotes: a shell looks for a program `[node,`, and nothing starts\n  fix (safe): Write double quotes\n";
        check_diagnostics(&SHELL_FORM_START, FILES, &dockerfile("CMD ['node', 'server.js']"), message);
    }

    /// What the entrypoint does with its words is not looked into here.
    #[test]
    fn single_quotes_behind_an_entrypoint() {
        let start = dockerfile("ENTRYPOINT [\"./prepare.sh\"]\nCMD ['node', 'server.js']");
        assert_eq!(Case::of(&SHELL_FORM_START).files(FILES).fix(&start, Applicability::Safe), start);
    }

    #[test]
    fn the_text_of_an_entrypoint_stands_in_cmd() {
        let start = dockerfile("ENTRYPOINT [\"/bin/sh\", \"-c\"]\nCMD [\"node server.js\"]");
        let expected = "4:1: warning[shell-form-start] SIGTERM reaches the shell of this ENTRYPOINT, not `node`\n  held back: `node` is not the plain last command of the shell\n";
        check_diagnostics(&SHELL_FORM_START, FILES, &start, expected);
    }

    #[test]
    fn a_function_of_the_script_is_no_program() {
        let start = dockerfile("CMD run() { node server.js; }; run");
        assert!(!Case::of(&SHELL_FORM_START).files(FILES).fix(&start, Applicability::Unsafe).contains("exec run"));
    }

    #[test]
    fn what_needs_the_shell_gets_exec() {
        for (before, after) in [
            ("CMD node server.js --port $PORT", "CMD exec node server.js --port $PORT"),
            ("CMD PORT=80 node server.js", "CMD PORT=80 exec node server.js"),
            ("CMD node migrate.js && \\\n  node server.js", "CMD node migrate.js && \\\n  exec node server.js"),
            ("CMD cd api; npm start", "CMD cd api; exec npm start"),
            ("CMD node server.js > /tmp/log 2>&1", "CMD exec node server.js > /tmp/log 2>&1"),
            ("CMD node [a].js", "CMD exec node [a].js"),
            (
                "CMD [\"sh\", \"-c\", \"node a.js && node server.js\"]",
                "CMD [\"sh\", \"-c\", \"node a.js && exec node server.js\"]",
            ),
            // The exec form would be given the words of CMD, which the shell form leaves out, and no PWD.
            ("ENTRYPOINT node server.js", "ENTRYPOINT exec node server.js"),
            (
                "ENTRYPOINT [\"tini\", \"--\"]\nCMD node server.js",
                "ENTRYPOINT [\"tini\", \"--\"]\nCMD exec node server.js",
            ),
        ] {
            fixed(before, after);
        }
    }

    #[test]
    fn the_last_command_is_not_plain() {
        for start in [
            "CMD node server.js | tee log",
            "CMD (cd api && node server.js)",
            "CMD test -f x && node x.js || node server.js",
            "CMD node worker.js & node server.js &",
            "CMD node server.js &",
        ] {
            let reason = "`node` is not the plain last command of the shell"
                .replace("`node`", if start.contains("tee") { "`tee`" } else { "`node`" });
            check_held_back(&SHELL_FORM_START, FILES, &dockerfile(start), &reason);
        }
    }

    #[test]
    fn nobody_would_hear_it() {
        let files = [("server.js", "require('http').createServer().listen(3000)\n"), ("package.json", "{}")];
        let expected = "4:1: info[shell-form-start] SIGTERM reaches the shell of this CMD, not `node`\n  fix (safe): Start `node server.js` itself\n";
        check_diagnostics(&SHELL_FORM_START, &files, &dockerfile("CMD node server.js"), expected);
    }

    #[test]
    fn the_shell_gives_way() {
        let start = dockerfile("CMD node server.js");
        for image in ["node:22-alpine", "example.com/node:22", "registry.access.redhat.com/ubi9/nodejs-20"] {
            check_clean(&SHELL_FORM_START, FILES, &start.replace("node:22-slim", image));
        }
        for start in [
            "CMD [\"node\", \"server.js\"]",
            "CMD exec node server.js",
            "CMD npm start",
            "CMD node a.js && pm2 start server.js",
            "SHELL [\"/bin/bash\", \"-c\"]\nCMD node server.js",
            "RUN ln -sf /bin/bash /bin/sh\nCMD node server.js",
            "CMD [\"bash\", \"-c\", \"node server.js\"]",
            "CMD trap 'kill $pid' TERM; node server.js & pid=$!; wait",
            "ENTRYPOINT [\"./prepare.sh\"]\nCMD node server.js",
        ] {
            check_clean(&SHELL_FORM_START, FILES, &dockerfile(start));
        }
    }
}
