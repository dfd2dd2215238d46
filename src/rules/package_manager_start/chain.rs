//! A script of several commands: the shell runs them as before, and gives way to the last one.

use super::direct::{self, Direct};
use crate::ecosystem::{Invocation, programs};
use crate::facts::StartCommand;
use crate::inspection::Inspection;
use crate::project::{App, Program, Reason, Start};
use crate::rules::support::is_left_out;
use crate::shell::{Command, Joined, ShellWord, script_of_text};
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
    if !read.complete || !is_plain_chain(text, &outside) || !inside.into_iter().all(|it| Part::of(it).is_found()) {
        return Err(several());
    }
    // What the manager sets is gone without it, and a trap with its shell.
    if ["npm_", "INIT_CWD", "trap"].iter().any(|it| text.contains(it)) {
        return Err(format!("`{script}` needs the shell that the manager starts").into());
    }
    let parts: Vec<Part<'_>> = outside.into_iter().map(Part::of).collect();
    let (last, before) = parts.split_last().ok_or_else(several)?;
    let mut edits: Vec<(TextRange, String)> = Vec::new();
    for part in before {
        edits.extend(by_path(ctx, app, start, part, script)?);
    }
    // It has `node_modules/.bin` in PATH today.
    let doubt = edits.first().map(|(_, it)| Reason::from(format!("`{it}` may start what the manager finds for it")));
    let name = last.name().filter(|_| !last.is_of_manager()).ok_or_else(several)?;
    let server = start.programs.last().filter(|it| it.name == name).ok_or_else(several)?;
    let found = direct::found(ctx, app, server, script)?;
    edits.push((last.words[0].range, format!("exec {found}")));
    edits.extend(parts.iter().filter_map(|it| Some((it.setter?, String::new()))));
    edits.sort_by_key(|it| it.0.start());
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

/// A command of the script.
struct Part<'a> {
    command: &'a Command,
    /// The program and its arguments.
    words: &'a [ShellWord],
    /// A `cross-env` before its variables: the shell sets them by itself.
    setter: Option<TextRange>,
}

impl<'a> Part<'a> {
    fn of(command: &'a Command) -> Self {
        let all = command.words.as_slice();
        let variables = all.iter().skip(1).take_while(|it| is_assignment(&it.raw)).count();
        if command.program() != Some("cross-env") || variables == 0 || all.len() <= variables + 1 {
            return Self { command, words: all, setter: None };
        }
        let setter = TextRange::new(all[0].range.start(), all[1].range.start());
        Self { command, words: &all[variables + 1..], setter: Some(setter) }
    }

    /// The name of what it runs, where that is a bare name.
    fn name(&self) -> Option<&'a str> {
        self.words.first()?.value.as_deref().filter(|it| !it.contains('/'))
    }

    /// Whether a shell finds it without `node_modules/.bin` in PATH.
    fn is_found(&self) -> bool {
        self.is_of_manager() || self.name().is_some_and(|it| it == "node" || programs::is_of_the_shell(it))
    }

    fn is_of_manager(&self) -> bool {
        let words: Option<Vec<String>> = self.words.iter().map(|it| it.value.clone()).collect();
        words.is_some_and(|it| Invocation::read(&it).is_some())
    }
}

/// `NAME=value`, which a shell reads as it stands.
fn is_assignment(word: &str) -> bool {
    let is_of_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    word.split_once('=').is_some_and(|(name, value)| {
        name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && name.chars().all(is_of_name)
            && value.chars().all(|it| is_of_name(it) || "./:,@%+-".contains(it))
    })
}

/// What replaces the name of a command that the manager finds in `node_modules/.bin`; the shell finds the rest by itself.
fn by_path(
    ctx: &Inspection,
    app: &App,
    start: &Start,
    part: &Part<'_>,
    script: &str,
) -> Result<Option<(TextRange, String)>, Reason> {
    let through_manager =
        |name: &str| Reason::from(format!("`{script}` runs `{name}`, which is found through the manager"));
    // An assignment alone changes what the rest gets, with the manager or without.
    let Some(first) = part.words.first() else { return Ok(None) };
    let name = part.name().ok_or_else(|| through_manager(&first.raw))?;
    if part.is_found() {
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
    let is_found_too =
        |it: &&Program| it.package.is_some() && part.command.arguments().any(|word| word == Some(&it.name));
    if let Some(other) = start.programs.iter().find(is_found_too) {
        return Err(through_manager(&other.name));
    }
    let modules = direct::modules_of(ctx, app, package).ok_or_else(|| through_manager(name))?;
    Ok(Some((first.range, format!("{modules}/.bin/{name}"))))
}

fn edited(text: &str, edits: &[(TextRange, String)]) -> String {
    let mut res = text.to_owned();
    for (range, new) in edits.iter().rev() {
        res.replace_range(usize::from(range.start())..usize::from(range.end()), new);
    }
    res
}
