//! `detached-start`

use super::declare_rule;
use super::support::{StartEdits, quoted_words, start_with, started_stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::detached;
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::{paths, shell};

declare_rule! {
    /// Flags a start command that leaves the app in the background and returns.
    ///
    /// ## Why
    /// A container ends with its first process. `pm2 start` only hands the app to a daemon, which ends with it:
    /// the container stops as soon as it has started.
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
    /// Safe: `pm2-runtime` comes with pm2, and stays. It ends at some of pm2's options (`--time`): with those `pm2` gets `--no-daemon`. No fix where the command stands in a script of package.json, or behind
    /// others. A command after it (`pm2 start app.js && pm2 logs`) may keep the container, and nothing is said.
    pub(crate) DETACHED_START { name: "detached-start", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let facts = ctx.facts();
    let (Some(_), Some(command)) = (started_stage(ctx), &facts.command) else { return };
    let own = detached::attached(&command.words);
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

/// The last of the programs that the container starts, where that one returns.
fn last_program(ctx: &Inspection) -> Option<Vec<String>> {
    let last = ctx.facts().known_start().ok()?.programs.last()?;
    let words: Vec<String> = std::iter::once(&last.name).chain(&last.arguments).cloned().collect();
    // `… && tail -f /dev/null` keeps the container.
    let is_last = is_last_of(&ctx.facts().command.as_ref()?.words, &last.name);
    detached::attached(&words).filter(|_| is_last).map(|_| words)
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
        ] {
            check_clean(&DETACHED_START, FILES, &dockerfile(start));
        }
    }
}
