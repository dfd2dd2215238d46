//! The words of the start command in the file, and others in their place.

use super::positional::asks_for_words;
use crate::facts::{StartCommand, context_file};
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::shell;
use crate::stages::StageId;
use crate::syntax::{CommandForm, Kind, Word};
use crate::text::TextRange;

/// Where the words stand.
enum Written {
    /// Strings of an exec form.
    Words(TextRange),
    /// The whole text of a shell form.
    Text(TextRange),
    /// The last strings of an ENTRYPOINT, and those of the CMD that follow them.
    Apart(TextRange, TextRange),
}

/// The start command in other words.
pub(in crate::rules) struct StartEdits {
    pub(in crate::rules) edits: Vec<Edit>,
    /// Why they may be wrong.
    pub(in crate::rules) doubt: Option<Reason>,
}

/// `words` in place of the start command's own; brackets and what stands before them stay. Where those stand in ENTRYPOINT
/// and CMD, the program goes into the first and the rest into the second.
///
/// # Errors
/// Where the file has them otherwise, an entrypoint script goes another way by them, or somebody else gives CMD's words.
pub(in crate::rules) fn start_with(
    ctx: &Inspection,
    command: &StartCommand,
    words: &[String],
) -> Result<StartEdits, Reason> {
    if let Some(script) = decides(ctx, command, words) {
        return Err(format!("`{script}` may do something else by the words that it is given").into());
    }
    let alone = |edit: Edit| Ok(StartEdits { edits: vec![edit], doubt: None });
    let written = written(ctx, command);
    if let Some(other) = written.as_ref().and_then(|it| shared_with(ctx, it)) {
        return Err(format!("the stage `{other}` has the same entrypoint with other words").into());
    }
    match written {
        Some(Written::Words(range)) => alone(Edit::replacement(range, json(words))),
        Some(Written::Text(range)) => alone(Edit::replacement(range, format!("[{}]", json(words)))),
        Some(Written::Apart(program, rest)) => apart(ctx, command, words, (program, rest)),
        None => Err("the words of the start command stand in more than one instruction".into()),
    }
}

/// Where words of ENTRYPOINT change: a stage, not one that this one is built on, that has the same and not the same CMD.
fn shared_with(ctx: &Inspection, written: &Written) -> Option<String> {
    let model = ctx.model();
    let at = model.production.as_ref()?.stage;
    let own = &model.stages[at].contents;
    let entrypoint = own.entrypoint?;
    let (Written::Words(first) | Written::Text(first) | Written::Apart(first, _)) = written;
    if !model.instructions[entrypoint].range.contains_range(*first) {
        return None;
    }
    let below = model.ancestry(at);
    let differs = |it: &StageId| {
        let contents = &model.stages[*it].contents;
        contents.entrypoint == Some(entrypoint) && contents.cmd != own.cmd
    };
    let found = model.stages.ids().filter(|it| !below.contains(it) || ctx.ships(*it)).find(differs)?;
    Some(model.name_of(found))
}

fn json(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|it| serde_json::Value::String(it.clone()).to_string()).collect();
    words.join(", ")
}

/// What follows the program is for whoever starts the container to say.
fn apart(
    ctx: &Inspection,
    command: &StartCommand,
    words: &[String],
    (program, rest): (TextRange, TextRange),
) -> Result<StartEdits, Reason> {
    if let Some(user) = ctx.facts().users.iter().find(|it| !it.is_check) {
        return Err(user.reason(" in the image"));
    }
    let [first, others @ ..] = words else { return Err("nothing is known to start".into()) };
    let edits =
        vec![Edit::replacement(program, json(std::slice::from_ref(first))), Edit::replacement(rest, json(others))];
    let old = command.words.first().map_or("", String::as_str);
    let doubt = format!("who gives the container other words (`docker run IMAGE …`) gives them to `{old}` today");
    Ok(StartEdits { edits, doubt: Some(doubt.into()) })
}

/// The entrypoint script that goes another way when it gets `words` in place of the start command's own.
fn decides<'c>(ctx: &Inspection, command: &'c StartCommand, words: &[String]) -> Option<&'c str> {
    let contents = &ctx.model().production_stage()?.contents;
    let script = command.script.as_ref()?;
    let text = |word: &str| context_file(contents, word).and_then(|it| ctx.project().text(&it));
    let (at, text) = script.iter().enumerate().find_map(|(at, word)| Some((at, text(word)?)))?;
    let way = |words: &[String]| {
        let arguments: Vec<String> = script[at + 1..].iter().chain(words).cloned().collect();
        shell::given(&text, &arguments).parts.into_iter().map(|it| it.range).collect::<Vec<_>>()
    };
    let by_shell = ["/bin/sh".to_owned(), "-c".to_owned(), command.words.join(" ")];
    let own = if command.shell { &by_shell[..] } else { &command.words };
    let is_open = own != words && asks_for_words(&text).is_some();
    (is_open || way(own) != way(words)).then_some(script[at].as_str())
}

/// The start command, where it runs several programs and the stage builds nothing yet: once the image is built in place of
/// the container, the stage is another one.
pub(in crate::rules) fn start_that_may_build(ctx: &Inspection) -> Vec<TextRange> {
    let (facts, model) = (ctx.facts(), ctx.model());
    let is_built = model.production.as_ref().is_some_and(|it| model.builds.iter().any(|build| build.stage == it.stage));
    let several = facts.start.as_ref().is_some_and(|it| it.programs.len() > 1);
    let command = facts.command.as_ref().filter(|_| several && !is_built);
    command.map(|it| model.instructions[it.instruction].content).into_iter().collect()
}

fn written(ctx: &Inspection, command: &StartCommand) -> Option<Written> {
    let instruction = ctx.model().instructions[command.instruction];
    let (Kind::Cmd(form) | Kind::Entrypoint(form)) = &instruction.kind else { return None };
    if !instruction.comments.is_empty() {
        return None;
    }
    match form {
        CommandForm::Exec(words)
            if matches!(instruction.kind, Kind::Entrypoint(_)) && !ends_with(words, &command.words) =>
        {
            in_both(ctx, words, command)
        }
        CommandForm::Exec(words) => {
            let first = words.len().checked_sub(command.words.len())?;
            let same = words[first..].iter().map(|it| &it.value).eq(&command.words);
            let range = words.get(first)?.range.cover(words.last()?.range);
            same.then_some(Written::Words(range))
        }
        CommandForm::Shell(range) => command.shell.then_some(Written::Text(*range)),
    }
}

fn ends_with(words: &[Word], end: &[String]) -> bool {
    let first = words.len().checked_sub(end.len());
    first.is_some_and(|it| words[it..].iter().map(|it| &it.value).eq(end))
}

/// Where the words of an ENTRYPOINT go on in the stage's own CMD.
fn in_both(ctx: &Inspection, entrypoint: &[Word], command: &StartCommand) -> Option<Written> {
    let cmd = ctx.model().instructions[ctx.model().production_stage()?.contents.cmd?];
    let Kind::Cmd(CommandForm::Exec(rest)) = &cmd.kind else { return None };
    let first = (entrypoint.len() + rest.len()).checked_sub(command.words.len())?;
    let all = entrypoint.iter().chain(rest).skip(first).map(|it| &it.value);
    let range = |words: &[Word]| Some(words.first()?.range.cover(words.last()?.range));
    let is_same = all.eq(&command.words) && cmd.comments.is_empty();
    is_same.then_some(Written::Apart(range(entrypoint.get(first..)?)?, range(rest)?))
}
