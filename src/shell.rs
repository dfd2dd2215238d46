//! The commands inside shell text, with ranges mapped back to the file.
//!
//! Shell is not our field: tree-sitter-bash reads it. Continuations, comment lines and blank lines are
//! masked with spaces first, byte for byte, so that every range is a range of the Dockerfile.

mod mask;
mod walk;

use crate::syntax::{CommandForm, Dockerfile, Heredoc, Instruction, Word};
use crate::text::TextRange;

/// The commands of one shell text, in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Flat: those inside of `if`, loops, subshells and `sh -c '…'` are listed too, marked as such.
    pub commands: Vec<Command>,
    /// False where the text has errors, so that commands may be missing.
    pub complete: bool,
}

/// One simple command.
#[derive(Clone, Debug)]
pub struct Command {
    /// From its first assignment or word to its last word or redirect.
    pub range: TextRange,
    /// `NAME=value` in front of it.
    pub assignments: Vec<(String, ShellWord)>,
    /// The program and its arguments; empty for an assignment alone.
    pub words: Vec<ShellWord>,
    /// What stands between it and the command before it.
    pub joined: Joined,
    /// Whether it may not run, or run more than once: inside of `if`, `case`, a loop, a function, or
    /// behind `||`.
    pub conditional: bool,
    /// Whether it has a redirect (`>`, `<`, `2>&1`…).
    pub redirected: bool,
}

impl Command {
    /// The program's name, without its folder; `None` when it is computed or there is none.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        let value = self.words.first()?.value.as_deref()?;
        Some(value.rsplit('/').next().unwrap_or(value))
    }

    /// The arguments as text; `None` in place of computed ones.
    pub fn arguments(&self) -> impl Iterator<Item = Option<&str>> {
        self.words.iter().skip(1).map(|it| it.value.as_deref())
    }
}

/// How a command hangs on the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The first one.
    First,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or a new line
    Sequence,
    /// `|`
    Pipe,
    /// `&`
    Background,
}

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellWord {
    /// As it stands in the file, quotes included.
    pub range: TextRange,
    /// Unquoted; `None` when it holds an expansion (`$x`, `$(…)`, a glob is not one).
    pub value: Option<String>,
    /// As written, continuations masked.
    pub raw: String,
}

/// The commands of a RUN, CMD, ENTRYPOINT or HEALTHCHECK in either form: an exec form is one command
/// (`["sh", "-c", "…"]`: the commands of its script), a RUN heredoc's body counts as its script.
#[must_use]
pub fn script(text: &str, dockerfile: &Dockerfile, instruction: &Instruction, form: &CommandForm) -> Script {
    match form {
        CommandForm::Exec(words) => exec(words),
        CommandForm::Shell(operands) => match &instruction.heredocs[..] {
            [] => walk::commands(&mask::continued(&text[*operands], dockerfile.escape), usize::from(operands.start())),
            heredocs => with_heredocs(text, dockerfile, *operands, heredocs),
        },
    }
}

/// The commands of shell text that stands outside of a Dockerfile (package.json's scripts); the
/// ranges are ranges of `text`.
#[must_use]
pub fn script_of_text(text: &str) -> Script {
    walk::commands(text, 0)
}

fn exec(words: &[Word]) -> Script {
    let shell_words =
        words.iter().map(|it| ShellWord { range: it.range, value: Some(it.value.clone()), raw: it.value.clone() });
    let words: Vec<ShellWord> = shell_words.collect();
    let Some((first, last)) = words.first().zip(words.last()) else {
        return Script { commands: Vec::new(), complete: true };
    };
    let range = first.range.cover(last.range);
    let command =
        Command { range, assignments: Vec::new(), words, joined: Joined::First, conditional: false, redirected: false };
    walk::nested(&command).unwrap_or(Script { commands: vec![command], complete: true })
}

/// `RUN <<EOF`: the body is the script. `RUN cat <<EOF > file`: the body is data, the line is the script.
fn with_heredocs(text: &str, dockerfile: &Dockerfile, operands: TextRange, heredocs: &[Heredoc]) -> Script {
    let base = usize::from(operands.start());
    let mut line = mask::continued(&text[operands], dockerfile.escape);
    for heredoc in heredocs.iter().filter(|it| operands.contains_range(it.opening)) {
        let (start, end) = (usize::from(heredoc.opening.start()) - base, usize::from(heredoc.opening.end()) - base);
        line.replace_range(start..end, &" ".repeat(end - start));
    }
    if !line.trim().is_empty() {
        let mut res = walk::commands(&line, base);
        res.commands.iter_mut().for_each(|it| it.redirected = true);
        return res;
    }
    let mut res = Script { commands: Vec::new(), complete: true };
    for body in heredocs.iter().filter_map(|it| it.body) {
        let foreign = text[body].starts_with("#!") && !is_shell(text[body].lines().next().unwrap_or_default());
        let script = if foreign { Script::default() } else { walk::commands(&text[body], usize::from(body.start())) };
        res.complete &= script.complete;
        res.commands.extend(script.commands);
    }
    res
}

/// Whether a `#!` line names a shell.
fn is_shell(line: &str) -> bool {
    ["/sh", "/bash", "/ash", "/dash", " sh", " bash"].iter().any(|it| line.contains(it))
}

#[cfg(test)]
mod tests;
