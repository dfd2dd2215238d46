//! A script that builds before it starts: `"start": "npm run build && node dist/server.js"`.

use super::direct::{self, Direct};
use crate::ecosystem::{Action, Invocation};
use crate::facts::StartCommand;
use crate::inspection::Inspection;
use crate::project::{App, Outputs, Program, Reason};
use crate::rewrite::build_step::{self, Builder};
use crate::rules::support::is_transparent;
use crate::shell::{self, Command, Joined};

/// What to start once the image is built with the output in it.
pub(super) struct Built {
    pub(super) start: Direct,
    /// The command that builds, where the Dockerfile does not yet.
    pub(super) step: Option<String>,
}

/// `None` where the script is of another kind.
pub(super) fn find(ctx: &Inspection, command: &StartCommand) -> Option<Result<Built, Reason>> {
    let app = ctx.facts().app.as_ref()?;
    let script = direct::script_words(&command.words)?.into_iter().next()?;
    let text = app.package.scripts.get(&script)?.text.as_str();
    let parsed = shell::script_of_text(text);
    let [build, run] = &parsed.commands[..] else { return None };
    let is_plain = |it: &Command| !it.conditional && !it.redirected;
    if !parsed.complete || run.joined != Joined::And || ![build, run].into_iter().all(is_plain) {
        return None;
    }
    let (builder, outputs) = builder(app, build, &text[build.range])?;
    let program = started(app, &text[run.range])?;
    let output = &outputs.holding(program.entry.as_deref()?)?.path;
    Some(built(ctx, command, &script, (builder.of(), output), &program))
}

fn built(
    ctx: &Inspection,
    command: &StartCommand,
    script: &str,
    (builder, output): (Builder<'_>, &str),
    program: &Program,
) -> Result<Built, Reason> {
    let app = ctx.facts().app.as_ref().ok_or("it is not known whose package.json it reads")?;
    direct::refuse(ctx, app, command, script)?;
    let start = direct::plain(ctx, app, program, script)?;
    Ok(Built { start, step: build_step::tried(ctx, builder, output)? })
}

/// What builds, with a name of its own.
enum Named {
    Script(String),
    Program(String),
}

impl Named {
    fn of(&self) -> Builder<'_> {
        match self {
            Self::Script(name) => Builder::Script(name),
            Self::Program(text) => Builder::Program(text),
        }
    }
}

/// What `command`, written as `text`, builds by, and what that makes.
fn builder(app: &App, command: &Command, text: &str) -> Option<(Named, Outputs)> {
    let words: Vec<String> = command.words.iter().map(|it| it.value.clone()).collect::<Option<_>>()?;
    if !command.assignments.is_empty() {
        return None;
    }
    let found = match Invocation::read(&words) {
        Some(invocation) if invocation.target.is_elsewhere() => return None,
        Some(invocation) => match invocation.action {
            Action::Script(words) | Action::Run(words) => match &words[..] {
                [name] => (Named::Script(name.clone()), app.outputs(name)),
                _ => return None,
            },
            _ => return None,
        },
        None => (Named::Program(text.to_owned()), app.outputs_of_text(text)),
    };
    Some(found).filter(|it| it.1.unknown.is_empty())
}

/// The one program that `text` starts.
fn started(app: &App, text: &str) -> Option<Program> {
    let start = app.start(&["sh".to_owned(), "-c".to_owned(), text.to_owned()]);
    let mut programs = start.programs.into_iter().filter(|it| !is_transparent(it));
    let program = programs.next().filter(|_| start.unknown.is_empty() && start.besides.is_empty())?;
    programs.next().is_none().then_some(program)
}
