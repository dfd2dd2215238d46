//! A script of several commands: the shell runs them as before, and gives way to the last one.

use super::direct::{self, Direct};
use crate::ecosystem::{Invocation, programs};
use crate::facts::StartCommand;
use crate::inspection::Inspection;
use crate::project::{App, Program, Reason, Start};
use crate::rules::support::is_left_out;
use crate::shell::{Command, Joined, script_of_text};
use crate::text::TextRange;

/// `prisma migrate deploy && node server.js` → `sh -c "node_modules/.bin/prisma migrate deploy && exec node server.js"`; or
/// why not.
pub(super) fn start(ctx: &Inspection, app: &App, command: &StartCommand, script: &str) -> Result<Direct, Reason> {
    let several = || Reason::from(format!("`{script}` runs more than one program"));
    let is_alone = direct::script_words(&command.words).is_some_and(|it| it.len() == 1);
    let start = ctx.facts().start.as_ref().filter(|_| is_alone).ok_or_else(several)?;
    let text = app.package.scripts.get(script).map(|it| it.text.trim()).ok_or_else(several)?;
    let read = script_of_text(text);
    let (inside, outside): (Vec<&Command>, Vec<&Command>) =
        read.commands.iter().partition(|it| read.is_substituted(it));
    if !read.complete || !is_plain_chain(text, &outside) || !inside.into_iter().all(is_found) {
        return Err(several());
    }
    // What the manager sets is gone without it, and a trap with its shell.
    if ["npm_", "INIT_CWD", "trap"].iter().any(|it| text.contains(it)) {
        return Err(format!("`{script}` needs the shell that the manager starts").into());
    }
    let (last, before) = outside.split_last().ok_or_else(several)?;
    let mut edits: Vec<(TextRange, String)> = Vec::new();
    for command in before {
        edits.extend(by_path(ctx, app, start, command, script)?);
    }
    // It has `node_modules/.bin` in PATH today.
    let doubt = edits.first().map(|(_, it)| Reason::from(format!("`{it}` may start what the manager finds for it")));
    let name = word(last).filter(|_| !is_of_manager(last)).ok_or_else(several)?;
    let server = start.programs.last().filter(|it| it.name == name).ok_or_else(several)?;
    let found = direct::found(ctx, app, server, script)?;
    edits.push((last.words[0].range, format!("exec {found}")));
    let words = vec!["sh".to_owned(), "-c".to_owned(), edited(text, &edits)];
    Ok(Direct { words, environment: Vec::new(), doubt })
}

/// Whether nothing stands between the commands but `&&` and `;`: no `if`, no group, no pipe.
fn is_plain_chain(text: &str, commands: &[&Command]) -> bool {
    let mut end = 0;
    let mut is_plain = !text.contains('\n') && !commands.is_empty();
    for command in commands {
        let between = text[end..usize::from(command.range.start())].trim();
        is_plain &= match command.joined {
            Joined::First => between.is_empty(),
            Joined::And => between == "&&",
            Joined::Sequence => between == ";",
            Joined::Or | Joined::Pipe | Joined::Background => false,
        };
        end = usize::from(command.range.end());
    }
    is_plain && end == text.len()
}

/// What replaces the name of a command that the manager finds in `node_modules/.bin`; the shell finds the rest by itself.
fn by_path(
    ctx: &Inspection,
    app: &App,
    start: &Start,
    command: &Command,
    script: &str,
) -> Result<Option<(TextRange, String)>, Reason> {
    let through_manager =
        |name: &str| Reason::from(format!("`{script}` runs `{name}`, which is found through the manager"));
    // An assignment alone changes what the rest gets, with the manager or without.
    let Some(first) = command.words.first() else { return Ok(None) };
    let name = word(command).ok_or_else(|| through_manager(&first.raw))?;
    if is_found(command) {
        return Ok(None);
    }
    let program = start.programs.iter().find(|it| it.name == name);
    let Some(package) = program.and_then(|it| it.package.as_deref()) else {
        let is_of_system = start.besides.iter().any(|it| it == name);
        return if is_of_system { Ok(None) } else { Err(through_manager(name)) };
    };
    if is_left_out(app, package) {
        return Err(format!("`{script}` runs `{name}`, a devDependency").into());
    }
    let is_found_too = |it: &&Program| it.package.is_some() && command.arguments().any(|word| word == Some(&it.name));
    if let Some(other) = start.programs.iter().find(is_found_too) {
        return Err(through_manager(&other.name));
    }
    let modules = direct::modules_of(ctx, app, package).ok_or_else(|| through_manager(name))?;
    Ok(Some((first.range, format!("{modules}/.bin/{name}"))))
}

/// The name of what it runs, where that is a bare name.
fn word(command: &Command) -> Option<&str> {
    command.words.first()?.value.as_deref().filter(|it| !it.contains('/'))
}

/// Whether a shell finds it without `node_modules/.bin` in PATH.
fn is_found(command: &Command) -> bool {
    is_of_manager(command) || word(command).is_some_and(|it| it == "node" || programs::is_of_the_shell(it))
}

fn is_of_manager(command: &Command) -> bool {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    words.is_some_and(|it| Invocation::read(&it).is_some())
}

fn edited(text: &str, edits: &[(TextRange, String)]) -> String {
    let mut res = text.to_owned();
    for (range, new) in edits.iter().rev() {
        res.replace_range(usize::from(range.start())..usize::from(range.end()), new);
    }
    res
}
