//! `# nodestage: ignore[rule]` above an instruction, `# nodestage: ignore-stage[rule]` above a FROM,
//! `# nodestage: ignore-file[rule]` anywhere.

mod comment;
mod insert;

pub use comment::{Comment, List, Reach, Word};
pub use insert::ignore;

use super::nearest;
use crate::diagnostic::Diagnostic;
use crate::syntax::{Item, SourceFile};
use crate::text::{TextRange, TextSize};

/// The name that idle and wrong suppressions are reported by.
pub const UNUSED: &str = "unused-suppression";

/// All suppression comments of a file.
#[derive(Debug, Default)]
pub struct Suppressions {
    entries: Vec<Entry>,
    mistakes: Vec<Diagnostic>,
}

/// One rule (or all of them) that one comment silences.
#[derive(Debug)]
struct Entry {
    /// The rule's name in the comment, or the whole comment.
    range: TextRange,
    /// `None` is every rule.
    rule: Option<String>,
    scope: Scope,
    used: bool,
    /// The stage whose FROM is all that the comment speaks of, where something of its rule is in the rest of it.
    missed: bool,
    stage: Option<TextRange>,
}

#[derive(Clone, Copy, Debug)]
enum Scope {
    File,
    /// From its FROM to the next one.
    Stage(TextRange),
    /// `ignore-stage` above another instruction than FROM.
    NoStage,
    Instruction(TextRange),
    /// No instruction follows the comment.
    Nothing,
}

impl Suppressions {
    /// Reads the comments of `source`. `known` are the names of all rules.
    #[must_use]
    pub fn find(source: &SourceFile, known: &[&str]) -> Self {
        let mut res = Self::default();
        let (text, items) = (source.text(), &source.dockerfile().items);
        if !text.contains("nodestage:") {
            return res;
        }
        for (idx, item) in items.iter().enumerate() {
            match item {
                Item::Comment(comment) => res.read(text, *comment, &items[idx + 1..], known),
                Item::Instruction(it) => {
                    for comment in &it.comments {
                        res.read(text, *comment, &items[idx..], known);
                    }
                }
                Item::Directive(_) | Item::Blank(_) => {}
            }
        }
        res
    }

    /// Whether `diagnostic` is silenced; the comments that silence it count as used.
    pub fn silence(&mut self, diagnostic: &Diagnostic) -> bool {
        let mut silenced = false;
        for entry in &mut self.entries {
            if entry.covers(diagnostic) {
                entry.used = true;
                silenced = true;
            } else {
                entry.missed |= entry.misses(diagnostic);
            }
        }
        silenced
    }

    /// What is wrong with the comments themselves, once all diagnostics went through
    /// [`silence`](Self::silence). `ran` are the names of the rules that were run: a comment for another
    /// one is not idle.
    #[must_use]
    pub fn report(self, ran: &[&str]) -> Vec<Diagnostic> {
        let idle = self.entries.into_iter().filter(|it| !it.used);
        let idle = idle.filter(|it| it.rule.as_deref().is_none_or(|rule| ran.contains(&rule)));
        self.mistakes.into_iter().chain(idle.map(|it| it.report())).collect()
    }

    /// `items` start with the instruction around the comment, or with what follows it.
    fn read(&mut self, text: &str, range: TextRange, items: &[Item], known: &[&str]) {
        let Some(comment) = Comment::read(text, range) else { return };
        let scope = match comment.reach() {
            Some(Reach::Instruction) => below(items),
            Some(Reach::Stage) => stage_below(items),
            Some(Reach::File) => Scope::File,
            None => return self.unknown_word(comment.word),
        };
        let stage = match (comment.reach(), stage_below(items)) {
            (Some(Reach::Instruction), Scope::Stage(it)) => Some(it),
            _ => None,
        };
        match &comment.list {
            List::None => self.add(comment.word.range, None, scope, stage),
            List::Unclosed(range) => self.mistake(*range, "the bracket after `ignore` is not closed"),
            List::Rules(rules) => rules.iter().for_each(|it| self.read_rule(*it, (scope, stage), known)),
        }
    }

    fn read_rule(&mut self, rule: Word<'_>, (scope, stage): (Scope, Option<TextRange>), known: &[&str]) {
        let name = rule.text;
        if known.contains(&name) {
            return self.add(rule.range, Some(name.to_owned()), scope, stage);
        }
        let what = format!("there is no rule `{name}`");
        self.mistake(rule.range, &with_suggestion(what, nearest(name, known.iter().copied())));
    }

    fn add(&mut self, range: TextRange, rule: Option<String>, scope: Scope, stage: Option<TextRange>) {
        self.entries.push(Entry { range, rule, scope, used: false, missed: false, stage });
    }

    fn unknown_word(&mut self, word: Word<'_>) {
        let what = format!("`{}` is not something a nodestage comment can say", word.text);
        let known = Reach::ALL.map(Reach::word);
        self.mistake(word.range, &with_suggestion(what, nearest(word.text, known)));
    }

    fn mistake(&mut self, range: TextRange, message: &str) {
        self.mistakes.push(Diagnostic::new(UNUSED, range, message));
    }
}

impl Entry {
    fn covers(&self, diagnostic: &Diagnostic) -> bool {
        self.is_about(diagnostic) && self.scope.holds(diagnostic.range.start())
    }

    fn is_about(&self, diagnostic: &Diagnostic) -> bool {
        self.rule.as_deref().is_none_or(|it| it == diagnostic.rule)
    }

    /// Whether `ignore-stage` would have silenced it.
    fn misses(&self, diagnostic: &Diagnostic) -> bool {
        self.is_about(diagnostic) && self.stage.is_some_and(|it| it.contains(diagnostic.range.start()))
    }

    fn report(self) -> Diagnostic {
        let what = self.rule.map_or_else(|| "nothing".to_owned(), |it| format!("no `{it}`"));
        let message = match self.scope {
            Scope::File => format!("there is {what} to ignore in this file"),
            Scope::Instruction(_) => format!("there is {what} to ignore at the instruction below"),
            Scope::Stage(_) => format!("there is {what} to ignore in the stage below"),
            Scope::NoStage => "this comment stands above no FROM".to_owned(),
            Scope::Nothing => "this comment stands above no instruction".to_owned(),
        };
        let diagnostic = Diagnostic::new(UNUSED, self.range, message);
        match self.scope {
            Scope::Nothing => diagnostic.with_note("`ignore` belongs directly above the instruction it speaks of"),
            Scope::NoStage => diagnostic.with_note("`ignore-stage` belongs directly above the FROM of its stage"),
            Scope::Instruction(_) if self.missed => {
                diagnostic.with_note("`ignore` speaks of FROM alone here; `ignore-stage` silences the whole stage")
            }
            Scope::File | Scope::Stage(_) | Scope::Instruction(_) => diagnostic,
        }
    }
}

impl Scope {
    fn holds(self, at: TextSize) -> bool {
        match self {
            Self::File => true,
            Self::Stage(it) | Self::Instruction(it) => it.contains(at),
            Self::NoStage | Self::Nothing => false,
        }
    }
}

/// The instruction directly below a comment; other comments may stand between.
fn below(items: &[Item]) -> Scope {
    match items.iter().find(|it| !matches!(it, Item::Comment(_))) {
        Some(Item::Instruction(it)) => Scope::Instruction(it.range),
        _ => Scope::Nothing,
    }
}

/// The stage whose FROM stands directly below a comment.
fn stage_below(items: &[Item]) -> Scope {
    let mut rest = items.iter().skip_while(|it| matches!(it, Item::Comment(_)));
    let Some(from) = rest.next().filter(|it| is_from(it)) else { return Scope::NoStage };
    let end = rest.take_while(|it| !is_from(it)).last().unwrap_or(from).range().end();
    Scope::Stage(TextRange::new(from.range().start(), end))
}

fn is_from(item: &Item) -> bool {
    matches!(item, Item::Instruction(it) if it.name() == "FROM")
}

fn with_suggestion(message: String, suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("{message}; did you mean `{name}`?"),
        None => message,
    }
}
