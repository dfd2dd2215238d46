//! The parser: physical lines to logical lines to instructions, as BuildKit reads them.
//!
//! BuildKit has two readers. The first splits the file into logical lines and each line into words; the
//! second checks the words of each instruction. Both stop at the first error; this one goes on after
//! the broken line.

mod directives;
mod duration;
mod flags;
mod heredoc;
mod image;
mod instruction;
mod json;
mod kinds;
mod lexer;
mod lines;
mod misspelt;
mod node;
mod words;

use super::{Dockerfile, Instruction, Item, Kind, Parse, Phase, SyntaxError};
use crate::text::{TextRange, range};
use directives::Directives;
use heredoc::Closers;
use lines::{Line, Logical};

/// What BuildKit's scanner takes as one physical line.
const MAX_LINE: usize = 65_535;

/// Parses a Dockerfile; never fails.
#[must_use]
pub fn parse(text: &str) -> Parse {
    let mut parser = Parser::new(text);
    parser.byte_order_mark();
    while parser.next < parser.lines.len() {
        parser.step();
    }
    parser.finish()
}

struct Parser<'a> {
    text: &'a str,
    lines: Vec<Line>,
    /// The first line that is not read yet.
    next: usize,
    directives: Directives,
    closers: Option<Closers<'a>>,
    items: Vec<Item>,
    errors: Vec<SyntaxError>,
    in_stage: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            lines: lines::physical(text),
            next: 0,
            directives: Directives::default(),
            closers: None,
            items: Vec::new(),
            errors: Vec::new(),
            in_stage: false,
        }
    }

    fn byte_order_mark(&mut self) {
        let Some(first) = self.lines.first_mut().filter(|_| self.text.starts_with('\u{feff}')) else { return };
        first.start = '\u{feff}'.len_utf8();
        self.items.push(Item::Blank(range(0, first.start)));
        if first.start == first.end {
            self.next = 1;
        }
    }

    fn step(&mut self) {
        let line = self.lines[self.next];
        let content = line.content(self.text);
        let trimmed = content.trim_start();
        if trimmed.is_empty() {
            self.directives.close();
            self.blank(line.range());
        } else if trimmed.starts_with('#') {
            self.comment(line, trimmed);
        } else {
            self.directives.close();
            self.instruction();
        }
    }

    fn blank(&mut self, blank: TextRange) {
        self.next += 1;
        match self.items.last_mut() {
            // The byte order mark alone stays alone: it is no line.
            Some(Item::Blank(last)) if self.next > 1 && last.end() == blank.start() => *last = last.cover(blank),
            _ => self.items.push(Item::Blank(blank)),
        }
    }

    fn comment(&mut self, line: Line, trimmed: &str) {
        self.next += 1;
        let item = match self.directives.read(trimmed, line.range()) {
            Ok(Some(directive)) => Item::Directive(directive),
            Ok(None) => Item::Comment(line.range()),
            Err(message) => {
                self.error(line.range(), message, Phase::Parse);
                Item::Comment(line.range())
            }
        };
        self.items.push(item);
    }

    fn instruction(&mut self) {
        let (logical, after) = Logical::read(self.text, &self.lines, self.next, self.directives.escape());
        let node = node::read(&logical.text, 0..logical.text.len(), self.directives.escape(), 0);
        let found = heredoc::read(&logical, &node);
        let heredocs = found.as_ref().map_or(&[][..], Vec::as_slice);
        let bodies = self.bodies(heredocs, after);
        let whole = range(self.lines[self.next].start, self.lines[bodies.after - 1].end);
        self.next = bodies.after;
        let instruction = instruction::build(self.text, &logical, &node, whole, bodies.heredocs);
        let failure = node.error.or(found.err()).or((!bodies.closed).then(|| "unterminated heredoc".to_owned()));
        self.finish_instruction(instruction, failure);
    }

    fn bodies(&mut self, found: &[heredoc::Opening], after: usize) -> heredoc::Bodies {
        if found.is_empty() {
            return heredoc::Bodies { heredocs: Vec::new(), after, closed: true };
        }
        let closers = self.closers.get_or_insert_with(|| Closers::new(self.text, &self.lines));
        heredoc::bodies(self.text, &self.lines, closers, found, after)
    }

    fn finish_instruction(&mut self, built: Result<Instruction, Box<instruction::Refused>>, failure: Option<String>) {
        let (instruction, refusal) = match built {
            Ok(instruction) => (instruction, None),
            Err(refused) => (refused.instruction, Some(refused.message)),
        };
        let at = instruction.content;
        self.stage(&instruction);
        match (failure, refusal) {
            (Some(message), _) => self.error(at, message, Phase::Parse),
            (None, Some(message)) => self.error(at, message, Phase::Instruction),
            (None, None) => {}
        }
        self.items.push(Item::Instruction(Box::new(instruction)));
    }

    /// Whatever stands in front of the first FROM must be an ARG.
    fn stage(&mut self, instruction: &Instruction) {
        let name = instruction.name();
        if name == "FROM" || self.in_stage || name == "ARG" {
            self.in_stage |= name == "FROM";
        } else {
            // Once is enough: whatever follows lacks the same stage.
            self.in_stage = true;
            self.error(instruction.content, "no build stage in current context".to_owned(), Phase::Instruction);
        }
    }

    fn error(&mut self, range: TextRange, message: String, phase: Phase) {
        self.errors.push(SyntaxError { range, message, phase });
    }

    fn finish(mut self) -> Parse {
        let too_long: Vec<TextRange> =
            self.lines.iter().filter(|it| it.length(self.text) > MAX_LINE).map(|it| it.range()).collect();
        for line in too_long {
            self.error(line, format!("a line is longer than {MAX_LINE} bytes"), Phase::Parse);
        }
        if !self.items.iter().any(|it| matches!(it, Item::Instruction(_))) {
            self.error(range(0, 0), "file with no instructions".to_owned(), Phase::Parse);
        }
        self.errors.sort_by_key(|it| it.range.start());
        let is_shell = |it: &Item| matches!(it, Item::Instruction(it) if matches!(it.kind, Kind::Shell(_)));
        let has_shell = self.items.iter().any(is_shell);
        let dockerfile = Dockerfile { items: self.items, escape: self.directives.escape(), has_shell };
        Parse { dockerfile, errors: self.errors }
    }
}
