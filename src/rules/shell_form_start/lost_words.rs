//! Words of CMD that reach the wrong program, in which case nothing starts.

use super::SHELL_FORM_START;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{programs, wrappers};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::rules::support::needs_shell;
use crate::shell::ShellWord;
use crate::stages::{ImageKind, InstructionId, StageId};
use crate::syntax::{CommandForm, Kind, Word};
use crate::text::TextRange;

/// What is wrong with the start command of stage `at`, if its words get lost.
pub(super) fn lost_words(ctx: &Inspection, at: StageId) -> Option<Diagnostic> {
    let contents = &ctx.model().stages[at].contents;
    let own = contents.entrypoint.map(|it| form(ctx, it));
    let cmd = contents.cmd.map(|it| (it, form(ctx, it)));
    match (own, cmd) {
        (Some(CommandForm::Exec(own)), Some((id, CommandForm::Shell(range)))) => {
            shell_for_program(ctx, own, id, *range)
        }
        (Some(CommandForm::Exec(own)), Some((id, CommandForm::Exec(cmd)))) => behind_text(ctx, own, id, cmd),
        (Some(CommandForm::Exec(own)), None) => behind_text(ctx, &[], contents.entrypoint?, own),
        (None, Some((id, CommandForm::Exec(cmd)))) if ctx.model().root_image(at).kind != ImageKind::Other => {
            behind_text(ctx, &[], id, cmd)
        }
        _ => None,
    }
}

fn form(ctx: &Inspection, at: InstructionId) -> &CommandForm {
    match &ctx.model().instructions[at].kind {
        Kind::Cmd(form) | Kind::Entrypoint(form) => form,
        _ => unreachable!("a stage starts by CMD and ENTRYPOINT"),
    }
}

fn error(ctx: &Inspection, at: InstructionId, message: String) -> Diagnostic {
    let res = Diagnostic::new(SHELL_FORM_START.name, ctx.model().instructions[at].content, message);
    Diagnostic { severity: Severity::Error, ..res }
}

/// `ENTRYPOINT ["node"]` with `CMD node server.js`: the engine starts `node /bin/sh -c "node server.js"`.
fn shell_for_program(ctx: &Inspection, own: &[Word], at: InstructionId, range: TextRange) -> Option<Diagnostic> {
    let own: Vec<&str> = own.iter().map(|it| it.value.as_str()).collect();
    let program = wrappers::program_alone(&own)?;
    let message = format!("`{program}` of the ENTRYPOINT is given `/bin/sh -c` to run, and nothing starts");
    let res = error(ctx, at, message);
    let Some(words) = plain_words(ctx, at).filter(|it| ctx.text()[range].trim_end().ends_with(it[it.len() - 1])) else {
        return Some(res.with_held_back("what this CMD says needs a shell"));
    };
    let words = if paths::file_name(words[0]) == paths::file_name(program) { &words[1..] } else { &words[..] };
    if words.is_empty() {
        return Some(res.with_held_back(format!("what `{program}` should run is for you to say")));
    }
    let edit = Edit::replacement(range, serde_json::Value::from(words).to_string().replace("\",\"", "\", \""));
    Some(res.with_fix(Fix::new("Give it the words themselves", Applicability::Safe, vec![edit])))
}

/// The words of a shell form that is one command of plain words.
fn plain_words<'m>(ctx: &'m Inspection, at: InstructionId) -> Option<Vec<&'m str>> {
    let script = ctx.model().scripts[at].as_ref().filter(|it| it.complete)?;
    let [only] = script.commands.as_slice() else { return None };
    let is_bare = only.assignments.is_empty() && !only.redirected && !only.conditional && !only.words.is_empty();
    let plain = |it: &'m ShellWord| it.value.as_deref().filter(|value| is_plain(value) && *value == it.raw);
    only.words.iter().map(plain).collect::<Option<Vec<_>>>().filter(|_| is_bare)
}

/// `["sh", "-c", "npm", "start"]`: a shell takes one text, and the words behind it are its `$0`, `$1`.
fn behind_text(ctx: &Inspection, own: &[Word], at: InstructionId, last: &[Word]) -> Option<Diagnostic> {
    let words: Vec<&str> = own.iter().chain(last).map(|it| it.value.as_str()).collect();
    let n_before = wrappers::words_before_text(&words)?;
    let (text, rest) = words.get(n_before..)?.split_first()?;
    if rest.is_empty() || !is_plain(text) {
        return None;
    }
    let shell = words[n_before - 2];
    let message = format!("`{shell} -c` takes one text: it runs `{text}` alone, without `{}`", rest.join(" "));
    let res = error(ctx, at, message);
    let Some(first) = n_before.checked_sub(own.len()).filter(|_| rest.iter().all(|it| is_plain(it))) else {
        return Some(res.with_held_back("the words stand in ENTRYPOINT and CMD, or mean something else to a shell"));
    };
    let joined = serde_json::Value::from(words[n_before..].join(" ")).to_string();
    let edit = Edit::replacement(last[first].range.cover(last[last.len() - 1].range), joined);
    let fix = |applicability| Fix::new("Write one text", applicability, vec![edit]);
    Some(if programs::starts_node(paths::file_name(text)) {
        res.with_fix(fix(Applicability::Safe))
    } else {
        res.with_fix(fix(Applicability::Unsafe)).with_held_back(format!("`{text}` may be meant to run without them"))
    })
}

/// Whether a word is the same to a shell and without one.
fn is_plain(word: &str) -> bool {
    let is_special = |it: char| it.is_whitespace() || "\"'\\#()[]!".contains(it);
    !word.is_empty() && !needs_shell(word) && !word.contains(is_special)
}

#[cfg(test)]
mod tests {
    use super::super::SHELL_FORM_START;
    use crate::testing::{check_clean, check_diagnostics, check_fix, check_held_back, check_unsafe_fix};

    fn dockerfile(start: &str) -> String {
        format!("FROM node:22-alpine\nWORKDIR /app\nCOPY . .\n{start}\n")
    }

    #[test]
    fn a_shell_for_a_program() {
        for (before, after) in [
            ("ENTRYPOINT [\"node\"]\nCMD node server.js", "ENTRYPOINT [\"node\"]\nCMD [\"server.js\"]"),
            (
                "ENTRYPOINT [\"node\"]\nCMD server.js --port 80",
                "ENTRYPOINT [\"node\"]\nCMD [\"server.js\", \"--port\", \"80\"]",
            ),
            ("ENTRYPOINT [\"npm\"]\nCMD start", "ENTRYPOINT [\"npm\"]\nCMD [\"start\"]"),
            (
                "ENTRYPOINT [\"tini\", \"--\", \"node\", \"--no-warnings\"]\nCMD server.js",
                "ENTRYPOINT [\"tini\", \"--\", \"node\", \"--no-warnings\"]\nCMD [\"server.js\"]",
            ),
        ] {
            check_fix(&SHELL_FORM_START, &[], &dockerfile(before), &dockerfile(after));
        }
        let message = "5:1: error[shell-form-start] `node` of the ENTRYPOINT is given `/bin/sh -c` to run, and nothing starts\n  held back: what this CMD says needs a shell\n";
        let start = dockerfile("ENTRYPOINT [\"node\"]\nCMD server.js --port $PORT");
        check_diagnostics(&SHELL_FORM_START, &[], &start, message);
        let alone = dockerfile("ENTRYPOINT [\"node\"]\nCMD node");
        check_held_back(&SHELL_FORM_START, &[], &alone, "what `node` should run is for you to say");
    }

    #[test]
    fn words_behind_a_text() {
        for (before, after) in [
            ("CMD [\"sh\", \"-c\", \"npm\", \"start\"]", "CMD [\"sh\", \"-c\", \"npm start\"]"),
            (
                "ENTRYPOINT [\"/bin/sh\", \"-c\"]\nCMD [\"node\", \"server.js\"]",
                "ENTRYPOINT [\"/bin/sh\", \"-c\"]\nCMD [\"node server.js\"]",
            ),
            ("ENTRYPOINT [\"bash\", \"-c\", \"node\", \".\"]", "ENTRYPOINT [\"bash\", \"-c\", \"node .\"]"),
        ] {
            check_fix(&SHELL_FORM_START, &[], &dockerfile(before), &dockerfile(after));
        }
        let start = |words: &str| dockerfile(&format!("CMD [\"sh\", \"-c\", {words}]"));
        check_unsafe_fix(&SHELL_FORM_START, &[], &start("\"./run.sh\", \"web\""), &start("\"./run.sh web\""));
        let reason = "the words stand in ENTRYPOINT and CMD, or mean something else to a shell";
        check_held_back(&SHELL_FORM_START, &[], &start("\"node\", \"$FILE\""), reason);
        let apart = dockerfile("ENTRYPOINT [\"sh\", \"-c\", \"node\"]\nCMD [\"server.js\"]");
        check_held_back(&SHELL_FORM_START, &[], &apart, reason);
    }

    #[test]
    fn what_starts() {
        for start in [
            "ENTRYPOINT [\"node\"]\nCMD [\"server.js\"]",
            "ENTRYPOINT [\"node\", \"server.js\"]\nCMD serve",
            "ENTRYPOINT [\"./entry.sh\"]\nCMD node server.js",
            "ENTRYPOINT [\"tini\", \"--\"]\nCMD node server.js",
            "ENTRYPOINT [\"/bin/sh\", \"-c\"]\nCMD [\"node server.js\"]",
            "ENTRYPOINT [\"sh\", \"-c\", \"exec \\\"$@\\\"\", \"--\"]\nCMD [\"node\", \"server.js\"]",
            "CMD [\"sh\", \"-c\", \"node server.js\", \"sh\"]",
            "CMD [\"sh\", \"-c\", \"exec node server.js\"]",
        ] {
            check_clean(&SHELL_FORM_START, &[], &dockerfile(start));
        }
    }
}
