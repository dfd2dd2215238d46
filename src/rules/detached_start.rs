//! `detached-start`

use super::declare_rule;
use super::support::{StartEdits, is_harmless, quoted, quoted_words, start_with, started_stage, text_of_shell};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::detached;
use crate::facts::StartCommand;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::shell::{Command, Joined, Script};
use crate::text::TextRange;
use crate::{paths, shell};

declare_rule! {
    /// Flags a start command that leaves the app in the background and returns.
    ///
    /// ## Why
    /// A container ends with its first process. `pm2 start` only hands the app to a daemon, which ends with it:
    /// the container stops as soon as it has started. So it does where the shell starts the app with `&` and has nothing
    /// else to do.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// RUN npm install -g pm2@6
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["pm2", "start", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// RUN npm install -g pm2@6
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["pm2-runtime", "start", "server.js"]
    /// ```
    /// ```js file=server.js
    /// require('http').createServer((_, res) => res.end('ok')).listen(3000)
    /// ```
    ///
    /// ## Fix safety
    /// Safe: `pm2-runtime` comes with pm2, and stays. It ends at some of pm2's options (`--time`): with those `pm2` gets `--no-daemon`. A
    /// last `&` is taken away, and so is `setsid`, which forks where it is the first process. No fix where the command stands in a
    /// script of package.json, or behind others. A command after it (`pm2 start app.js && pm2 logs`) may keep the container, and nothing is said.
    pub(crate) DETACHED_START { name: "detached-start", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let facts = ctx.facts();
    let (Some(_), Some(command)) = (started_stage(ctx), &facts.command) else { return };
    if let Some(found) = in_background(ctx, command) {
        acc.push(found);
        return;
    }
    let own = attached(command);
    let Some(found) = own.clone().map(|_| command.words.clone()).or_else(|| last_program(ctx)) else { return };
    let place = ctx.model().instructions[command.instruction].content;
    let message = format!("`{}` returns at once, and the container ends", quoted_words(&found));
    let mut res = Diagnostic::new(DETACHED_START.name, place, message);
    res.severity = Severity::Error;
    let edit = own.as_ref().and_then(|it| Some((it, start_with(ctx, command, it).ok()?)));
    acc.push(match edit {
        Some((words, StartEdits { edits, doubt: None })) => {
            res.with_fix(Fix::new(format!("Start `{}`", quoted_words(words)), Applicability::Safe, edits))
        }
        _ => res.with_held_back("the command does not stand alone in the Dockerfile"),
    });
}

/// The words that stay in place of the start command's own. A shell starts `setsid` as a process that need not fork.
fn attached(command: &StartCommand) -> Option<Vec<String>> {
    let by_shell = command.shell && command.words.first().is_some_and(|it| detached::forks_as_first(it));
    detached::attached(&command.words).filter(|_| !by_shell)
}

/// A shell that ends with `node server.js &`: what stands before it ends too.
fn in_background(ctx: &Inspection, command: &StartCommand) -> Option<Diagnostic> {
    let instruction = ctx.model().instructions[command.instruction];
    let script = ctx.model().scripts[command.instruction].as_ref().filter(|it| it.complete)?;
    let text = text_of_shell(&instruction.kind, script)?;
    let last = script.commands.last()?;
    let after = &ctx.text()[TextRange::new(last.range.end(), text.end())];
    if after.trim() != "&" || !command.wrapper_known || !is_over(script) {
        return None;
    }
    let message = format!("`{} &` goes to the background, and the container ends with its shell", quoted(&last.words));
    let res = Diagnostic::new(DETACHED_START.name, instruction.content, message);
    let edit = Edit::deletion(TextRange::at(last.range.end(), crate::text::offset(after.trim_end().len())));
    let fix = Fix::new("Leave it in the foreground", Applicability::Safe, vec![edit]);
    Some(Diagnostic { severity: Severity::Error, ..res }.with_fix(fix))
}

/// Whether the shell waits for none of its commands: each goes to the background, as a list does that ends with `&`, or runs
/// nothing that stays.
fn is_over(script: &Script) -> bool {
    let of_list = |at: usize| {
        let mut signs = script.commands[at + 1..].iter().map(|it| it.joined);
        signs.find(|it| !matches!(it, Joined::And | Joined::Or | Joined::Pipe)).unwrap_or(Joined::Background)
    };
    let goes = |(at, it): (usize, &Command)| {
        !it.conditional && !script.is_substituted(it) && (of_list(at) == Joined::Background || is_harmless(it))
    };
    script.commands.iter().enumerate().all(goes)
}

/// The last of the programs that the container starts, where that one returns.
fn last_program(ctx: &Inspection) -> Option<Vec<String>> {
    let last = ctx.facts().known_start().ok()?.programs.last()?;
    let words: Vec<String> = std::iter::once(&last.name).chain(&last.arguments).cloned().collect();
    // `… && tail -f /dev/null` keeps the container.
    let is_last = is_last_of(&ctx.facts().command.as_ref()?.words, &last.name);
    detached::attached(&words).filter(|_| is_last && !detached::forks_as_first(&last.name)).map(|_| words)
}

/// Whether the text of `sh -c`, if that is what `words` are, ends with a command of that program.
fn is_last_of(words: &[String], program: &str) -> bool {
    let [shell, flag, text] = words else { return true };
    if paths::file_name(shell) != "sh" || flag != "-c" {
        return true;
    }
    let last = shell::script_of_text(text).commands.pop();
    last.is_none_or(|it| it.program().is_none_or(|it| paths::file_name(it) == program))
}

#[cfg(test)]
mod tests {
    use super::DETACHED_START;
    use crate::testing::{check_clean, check_fix, check_held_back};

    const FILES: &[(&str, &str)] =
        &[("package.json", r#"{"scripts": {"start": "pm2 start server.js"}}"#), ("server.js", "")];

    fn dockerfile(start: &str) -> String {
        format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{start}\n")
    }

    #[test]
    fn it_stays() {
        for (before, after) in [
            ("CMD pm2 start server.js -i 2", "CMD [\"pm2-runtime\", \"start\", \"server.js\", \"-i\", \"2\"]"),
            ("CMD [\"forever\", \"start\", \"server.js\"]", "CMD [\"forever\", \"server.js\"]"),
        ] {
            check_fix(&DETACHED_START, FILES, &dockerfile(before), &dockerfile(after));
        }
    }

    #[test]
    fn the_shell_ends() {
        for (before, after) in [
            ("CMD node server.js &", "CMD node server.js"),
            ("CMD nohup node server.js > log 2>&1 & ", "CMD nohup node server.js > log 2>&1 "),
            ("CMD cd /app; node server.js &", "CMD cd /app; node server.js"),
            ("CMD node worker.js & node server.js &", "CMD node worker.js & node server.js"),
            ("CMD node migrate.js && node server.js &", "CMD node migrate.js && node server.js"),
            ("CMD [\"sh\", \"-c\", \"node server.js &\"]", "CMD [\"sh\", \"-c\", \"node server.js\"]"),
            ("CMD [\"setsid\", \"node\", \"server.js\"]", "CMD [\"node\", \"server.js\"]"),
        ] {
            check_fix(&DETACHED_START, FILES, &dockerfile(before), &dockerfile(after));
        }
    }

    #[test]
    fn not_alone() {
        let reason = "the command does not stand alone in the Dockerfile";
        for start in ["CMD [\"npm\", \"start\"]", "CMD node migrate.js && pm2 start server.js"] {
            check_held_back(&DETACHED_START, FILES, &dockerfile(start), reason);
        }
    }

    #[test]
    fn what_keeps_the_container() {
        for start in [
            "CMD [\"pm2-runtime\", \"server.js\"]",
            "CMD pm2 start server.js --no-daemon",
            "CMD pm2 start server.js && pm2 logs",
            "CMD pm2 start server.js && tail -f /dev/null",
            "CMD [\"forever\", \"server.js\"]",
            "CMD node server.js & wait",
            "CMD node server.js & node worker.js",
            "CMD node worker.js; node server.js &",
            "CMD if true; then node server.js & fi",
            "CMD node server.js & tail -f log",
            "CMD [\"nohup\", \"node\", \"server.js\"]",
            "CMD [\"bash\", \"-c\", \"node server.js & exec tail -f /dev/null\"]",
            "CMD setsid node server.js",
            "CMD [\"setsid\", \"--wait\", \"node\", \"server.js\"]",
            "ENTRYPOINT [\"./unknown.sh\"]\nCMD node server.js &",
        ] {
            check_clean(&DETACHED_START, FILES, &dockerfile(start));
        }
    }
}
