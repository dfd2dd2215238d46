//! The words of the start command in the file, and others in their place.

use crate::facts::StartCommand;
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

/// Where the words stand.
enum Written {
    /// Strings of an exec form.
    Words(TextRange),
    /// The whole text of a shell form.
    Text(TextRange),
}

/// `words` in place of the start command's own, where all of these stand in one instruction; brackets and what stands
/// before them stay.
pub(in crate::rules) fn start_with(ctx: &Inspection, command: &StartCommand, words: &[String]) -> Option<Edit> {
    let json: Vec<String> = words.iter().map(|it| serde_json::Value::String(it.clone()).to_string()).collect();
    let json = json.join(", ");
    match written(ctx, command)? {
        Written::Words(range) => Some(Edit::replacement(range, json)),
        Written::Text(range) => Some(Edit::replacement(range, format!("[{json}]"))),
    }
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
