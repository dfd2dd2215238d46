//! The words of the start command in the file, and others in their place.

use super::positional::asks_for_words;
use crate::facts::{StartCommand, context_file};
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::shell;
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

/// Where the words stand.
enum Written {
    /// Strings of an exec form.
    Words(TextRange),
    /// The whole text of a shell form.
    Text(TextRange),
}

/// `words` in place of the start command's own; brackets and what stands before them stay.
///
/// # Errors
/// Where those do not all stand in one instruction, or an entrypoint script goes another way by them.
pub(in crate::rules) fn start_with(ctx: &Inspection, command: &StartCommand, words: &[String]) -> Result<Edit, Reason> {
    if let Some(script) = decides(ctx, command, words) {
        return Err(format!("`{script}` may do something else by the words that it is given").into());
    }
    let json: Vec<String> = words.iter().map(|it| serde_json::Value::String(it.clone()).to_string()).collect();
    let json = json.join(", ");
    match written(ctx, command) {
        Some(Written::Words(range)) => Ok(Edit::replacement(range, json)),
        Some(Written::Text(range)) => Ok(Edit::replacement(range, format!("[{json}]"))),
        None => Err("the words of the start command stand in more than one instruction".into()),
    }
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
        CommandForm::Exec(words) => {
            let first = words.len().checked_sub(command.words.len())?;
            let same = words[first..].iter().map(|it| &it.value).eq(&command.words);
            let range = words.get(first)?.range.cover(words.last()?.range);
            same.then_some(Written::Words(range))
        }
        CommandForm::Shell(range) => command.shell.then_some(Written::Text(*range)),
    }
}
