//! The commands inside shell text, with ranges mapped back to the file.
//!
//! Shell is not our field: tree-sitter-bash reads it. Continuations, comment lines and blank lines are
//! masked with spaces first, byte for byte, so that every range is a range of the Dockerfile.

mod exec;
mod functions;
mod given;
mod heredoc;
mod mask;
mod plain;
mod tree;
mod word;

pub(crate) use exec::words_in_brackets;

use crate::paths;
use crate::syntax::{CommandForm, Dockerfile, Instruction, Kind};
use crate::text::{TextRange, TextSize, range};

pub use functions::{Function, functions};
pub use given::{Given, Part, given};
pub use word::quote;

/// The commands of one shell text, in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Flat: those inside of `if`, loops, subshells and `sh -c '…'` are listed too, marked as such.
    pub commands: Vec<Command>,
    /// False where the text has errors, so that commands may be missing.
    pub complete: bool,
}

impl Script {
    /// What joins one more command to the one at `place`. Where `;` follows, `&&` would keep `set -e` from seeing that one fail:
    /// a shell stops for the last command of such a list alone.
    #[must_use]
    pub fn joint_after(&self, place: usize) -> &'static str {
        let next = self.commands.get(place + 1).map(|it| it.joined);
        if next == Some(Joined::Sequence) { "; " } else { " && " }
    }

    /// Whether `command` stands in a `$(…)` of another one.
    #[must_use]
    pub fn is_substituted(&self, command: &Command) -> bool {
        self.commands.iter().any(|it| it.range != command.range && it.range.contains_range(command.range))
    }
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
    /// Whether it may not run, or run more than once: inside of `if`, `case`, a loop, a function,
    /// after `||`, or after a test and `&&`.
    pub conditional: bool,
    /// Whether it has a redirect (`>`, `<`, `2>&1`…).
    pub redirected: bool,
}

impl Command {
    /// The program's name, without its folder; `None` when it is computed or there is none.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.value.as_deref().map(paths::file_name)
    }

    /// Its words as they stand in the file, on one line: for messages.
    #[must_use]
    pub fn written(&self) -> String {
        let words = self.words.iter().flat_map(|it| it.read().split_whitespace());
        words.collect::<Vec<_>>().join(" ")
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

impl ShellWord {
    /// The word for a reader: without quotes that change nothing, as those of an exec form.
    #[must_use]
    pub fn read(&self) -> &str {
        let is_plain = |it: &str| !it.is_empty() && !it.contains(char::is_whitespace);
        self.value.as_deref().filter(|it| self.raw.starts_with('"') && is_plain(it)).unwrap_or(&self.raw)
    }
}

/// The commands of a RUN, CMD, ENTRYPOINT or HEALTHCHECK in either form: an exec form is one command
/// (`["sh", "-c", "…"]`: the commands of its script), a RUN heredoc's body counts as its script.
///
/// The commands inside of `$(…)` follow the command that holds them, as redirected ones. Where SHELL
/// names something that is no POSIX shell, nothing is known of a shell form.
#[must_use]
pub fn script(text: &str, dockerfile: &Dockerfile, instruction: &Instruction, form: &CommandForm) -> Script {
    match form {
        CommandForm::Exec(words) => exec::script(text, words),
        CommandForm::Shell(_) if !has_posix_shell(dockerfile, instruction) => Script::default(),
        CommandForm::Shell(range) if instruction.heredocs.is_empty() => {
            let masked = mask::shell_form(text, dockerfile.escape, instruction, *range);
            tree::read(&masked.text, Place::At((*range).start()), masked.complete)
        }
        CommandForm::Shell(range) => heredoc::script(text, dockerfile.escape, instruction, *range),
    }
}

/// The commands of shell text that stands outside of a Dockerfile (package.json's scripts); the
/// ranges are ranges of `text`.
#[must_use]
pub fn script_of_text(text: &str) -> Script {
    tree::read(text, Place::At(TextSize::new(0)), true)
}

/// Whether the stage's last SHELL in front of `instruction` is one that we read.
fn has_posix_shell(dockerfile: &Dockerfile, instruction: &Instruction) -> bool {
    if !dockerfile.has_shell {
        return true;
    }
    let before = dockerfile.instructions().rev().skip_while(|it| it.range.start() >= instruction.range.start());
    for it in before {
        match &it.kind {
            Kind::Shell(words) => return words.first().is_some_and(|it| is_shell(&it.value)),
            Kind::From(_) => return true,
            _ => {}
        }
    }
    true
}

/// Whether `program` is a POSIX shell, with or without its folder.
fn is_shell(program: &str) -> bool {
    matches!(paths::file_name(program), "sh" | "ash" | "bash" | "dash" | "ksh" | "zsh")
}

/// The argument of a shell that holds its script: the one after `-c`, `-lc`, `-euxc`…
fn script_argument<'a>(arguments: impl IntoIterator<Item = Option<&'a str>>) -> Option<usize> {
    let mut is_option_name = false;
    for (idx, argument) in arguments.into_iter().enumerate() {
        let argument = argument?;
        match argument {
            _ if is_option_name => is_option_name = false,
            "-o" | "+o" => is_option_name = true,
            _ if argument.starts_with("--") => {}
            _ if argument.starts_with('-') && argument.contains('c') => return Some(idx + 1),
            _ if argument.starts_with(['-', '+']) => {}
            _ => return None,
        }
    }
    None
}

/// Where the text of a script stands in the file.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Byte for byte, from here.
    At(TextSize),
    /// Somewhere in here: its quoting was taken off.
    Within(TextRange),
}

impl Place {
    /// The place of the bytes from `start` to `end`.
    fn range(self, start: usize, end: usize) -> TextRange {
        match self {
            Self::At(base) => range(start, end) + base,
            Self::Within(range) => range,
        }
    }
}

#[cfg(test)]
mod tests;
