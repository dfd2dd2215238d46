//! The tree: items that tile the file, instructions with typed operands.

use crate::text::TextRange;

/// What [`parse`](super::parse) returns: always a tree, and what was wrong.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The tree; its items tile the file even when there are errors.
    pub dockerfile: Dockerfile,
    /// In the order of the file.
    pub errors: Vec<SyntaxError>,
}

/// One thing BuildKit would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The part that is wrong, at most the instruction.
    pub range: TextRange,
    /// One sentence without a full stop.
    pub message: String,
    /// Which of BuildKit's two readers refuses it.
    pub phase: Phase,
}

/// BuildKit's two readers: the line parser, and the reading of each instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// `parser.Parse`
    Parse,
    /// `instructions.Parse`
    Instruction,
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// They tile the file: the first starts at 0, each starts where the one before ended.
    pub items: Vec<Item>,
    /// `\`, or `` ` `` by directive.
    pub escape: char,
    /// Whether a SHELL instruction stands in it.
    pub has_shell: bool,
}

impl Dockerfile {
    /// The instructions, in order.
    pub fn instructions(&self) -> impl DoubleEndedIterator<Item = &Instruction> {
        self.items.iter().filter_map(|it| match it {
            Item::Instruction(instruction) => Some(&**instruction),
            _ => None,
        })
    }

    /// The item that holds the byte at `at`.
    #[must_use]
    pub fn item_at(&self, at: crate::text::TextSize) -> Option<&Item> {
        let idx = self.items.partition_point(|it| it.range().end() <= at);
        self.items.get(idx)
    }
}

/// A piece of the file, whole physical lines with their line ends.
#[derive(Clone, Debug)]
pub enum Item {
    /// An instruction, also one whose operands are wrong ([`Kind::Invalid`]).
    Instruction(Box<Instruction>),
    /// One comment line.
    Comment(TextRange),
    /// One `# name=value` line at the head of the file that the parser obeys.
    Directive(Directive),
    /// One or more empty lines; also a byte order mark.
    Blank(TextRange),
}

impl Item {
    /// Where it stands.
    #[must_use]
    pub fn range(&self) -> TextRange {
        match self {
            Self::Instruction(it) => it.range,
            Self::Comment(it) | Self::Blank(it) => *it,
            Self::Directive(it) => it.range,
        }
    }
}

/// `# syntax=…`, `# escape=…`, `# check=…`.
#[derive(Clone, Debug)]
pub struct Directive {
    /// The line.
    pub range: TextRange,
    /// In lower case.
    pub name: String,
    /// Trimmed.
    pub value: String,
}

/// A piece of text with its place and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it stands in the file, quotes included. It may span a line continuation.
    pub range: TextRange,
    /// As BuildKit's line parser hands it on: continuations removed, quotes and variables still in it
    /// (in exec forms and heredoc names: decoded).
    pub value: String,
}

impl Word {
    /// Whether a variable is expanded in it.
    #[must_use]
    pub fn has_variable(&self) -> bool {
        self.value.contains('$')
    }
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Whole physical lines: from the start of the first to the end of the last, heredoc bodies, the
    /// comment lines inside of it and the final line end included.
    pub range: TextRange,
    /// From the first byte of the keyword to the last byte before the final line end and trailing
    /// space. Heredoc bodies are included.
    pub content: TextRange,
    /// As written.
    pub keyword: Word,
    /// In order.
    pub flags: Vec<Flag>,
    /// What follows the flags, to the end of the logical line (heredoc bodies not included).
    pub operands: TextRange,
    /// The operands, read.
    pub kind: Kind,
    /// In order.
    pub heredocs: Vec<Heredoc>,
    /// BuildKit's words of the operands (`parser.Node.Next`), for `debug parse`.
    pub args: Vec<String>,
    /// Whether BuildKit read the operands as a JSON array.
    pub json: bool,
    /// BuildKit's text of the logical line (`parser.Node.Original`).
    pub original: String,
    /// Comment lines that stand between the instruction's continued lines, line ends included.
    pub comments: Vec<TextRange>,
    /// Empty lines that stand there, line ends included; BuildKit warns about them.
    pub blanks: Vec<TextRange>,
}

impl Instruction {
    /// The keyword in upper case.
    #[must_use]
    pub fn name(&self) -> String {
        self.keyword.value.to_ascii_uppercase()
    }

    /// The first flag `--name`.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|it| it.name == name)
    }

    /// The value of the first flag `--name=value`.
    #[must_use]
    pub fn flag_value(&self, name: &str) -> Option<&str> {
        self.flag(name)?.value.as_ref().map(|it| it.value.as_str())
    }
}

/// `--name=value` or `--name`.
#[derive(Clone, Debug)]
pub struct Flag {
    /// With the dashes and the value.
    pub range: TextRange,
    /// Without the dashes.
    pub name: String,
    /// What stands after `=`.
    pub value: Option<Word>,
}

impl Flag {
    /// The `key=value` parts of a `--mount` flag; a bare key has the value "".
    #[must_use]
    pub fn mount_options(&self) -> Vec<(&str, &str)> {
        let Some(value) = &self.value else { return Vec::new() };
        value.value.split(',').map(|it| it.split_once('=').unwrap_or((it, ""))).collect()
    }
}

/// A here-document of RUN, COPY or ADD.
#[derive(Clone, Debug)]
pub struct Heredoc {
    /// The `<<EOF` word.
    pub opening: TextRange,
    /// The delimiter, without quotes.
    pub name: String,
    /// Whether variables in the body are expanded (the delimiter is not quoted).
    pub expand: bool,
    /// Whether leading tabs are dropped (`<<-`).
    pub chomp: bool,
    /// The lines between, without the closing line; `None` where it is not closed.
    pub body: Option<TextRange>,
}

/// What an instruction says.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `FROM`
    From(From),
    /// `RUN`
    Run(CommandForm),
    /// `CMD`
    Cmd(CommandForm),
    /// `ENTRYPOINT`
    Entrypoint(CommandForm),
    /// `COPY`
    Copy(Copy),
    /// `ADD`
    Add(Copy),
    /// `ENV`
    Env(Vec<Pair>),
    /// `ARG`
    Arg(Vec<Pair>),
    /// `LABEL`
    Label(Vec<Pair>),
    /// `USER`
    User(Word),
    /// `WORKDIR`
    Workdir(Word),
    /// `EXPOSE`
    Expose(Vec<Word>),
    /// `VOLUME`
    Volume(Vec<Word>),
    /// `HEALTHCHECK CMD …`, or `None` for `HEALTHCHECK NONE`
    Healthcheck(Option<CommandForm>),
    /// `SHELL`
    Shell(Vec<Word>),
    /// `STOPSIGNAL`
    Stopsignal(Word),
    /// `MAINTAINER`
    Maintainer(Word),
    /// `ONBUILD`: the instruction after it
    Onbuild(Box<Instruction>),
    /// An unknown keyword, or operands BuildKit refuses
    Invalid,
}

/// `FROM [--platform=…] image [AS name]`.
#[derive(Clone, Debug)]
pub struct From {
    /// The whole reference as written.
    pub image: Word,
    /// Its parts.
    pub reference: ImageRef,
    /// The stage's name.
    pub name: Option<Word>,
}

/// `repository[:tag][@digest]`, not expanded. Parts of a reference with variables are split as text
/// (outside of `${…}`), so each part may hold variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// With the registry.
    pub repository: Word,
    /// Without the colon.
    pub tag: Option<Word>,
    /// Without the at sign.
    pub digest: Option<Word>,
}

/// The two ways to write a command.
#[derive(Clone, Debug)]
pub enum CommandForm {
    /// `["node", "server.js"]`: words decoded; each range covers the quoted string.
    Exec(Vec<Word>),
    /// Text for the shell: the operands' range. With heredocs, their bodies belong to it.
    Shell(TextRange),
}

/// `COPY` and `ADD`.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Heredoc openings are not among them.
    pub sources: Vec<Word>,
    /// The last word.
    pub destination: Word,
}

/// `key=value`, or `key` alone.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The whole pair.
    pub range: TextRange,
    /// The key.
    pub key: Word,
    /// The value, quotes still in it.
    pub value: Option<Word>,
}
