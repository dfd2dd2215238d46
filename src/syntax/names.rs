//! The names in a file, stages and variables: where they are given, and where they are used.

use super::{Dockerfile, From, Instruction, Item, Kind, Pair, Word};
use crate::text::{TextRange, TextSize, range};

/// One place of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name alone, without `$`, braces or quotes. For a stage without a name: its image.
    pub range: TextRange,
    /// Of what.
    pub of: Named,
    /// Whether the name is given here; else it is used.
    pub is_definition: bool,
    /// Which FROM is above, from 0; `None` before the first. A FROM itself counts what is above it.
    pub stage: Option<usize>,
}

/// What has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// The stage of this number.
    Stage(usize),
    /// An ARG or ENV variable. All of one name are one: they hand their value on from scope to scope.
    Variable(String),
}

/// All names of `text`, whose tree is `dockerfile`, in the order of the file.
#[must_use]
pub fn names(text: &str, dockerfile: &Dockerfile) -> Vec<Name> {
    let mut reader = Reader { text, stages: Vec::new(), names: Vec::new() };
    for instruction in dockerfile.instructions() {
        reader.read(instruction, dockerfile.escape);
    }
    reader.names.sort_by_key(|it| (it.range.start(), it.range.end()));
    reader.names
}

/// The innermost name that the byte at `at` belongs to, or touches from its end.
#[must_use]
pub fn name_at(names: &[Name], at: TextSize) -> Option<&Name> {
    names.iter().filter(|it| it.range.contains_inclusive(at)).min_by_key(|it| it.range.len())
}

/// Where the thing that `name` stands for was named: of a variable, the place that holds at `name`. A
/// variable that a stage declares again leads to the one before.
#[must_use]
pub fn definition<'a>(names: &'a [Name], name: &'a Name) -> Option<&'a Name> {
    let mut given = names.iter().filter(|it| it.is_definition && it.of == name.of);
    let Named::Variable(_) = name.of else { return given.next() };
    let before: Vec<&Name> = given.filter(|it| it.range.start() < name.range.start()).collect();
    let nearest = before.iter().rev().find(|it| it.stage == name.stage);
    let global = before.iter().find(|it| it.stage.is_none());
    nearest.or(global).or(before.last()).copied().or_else(|| name.is_definition.then_some(name))
}

struct Reader<'a> {
    text: &'a str,
    /// The names of the stages so far.
    stages: Vec<Option<String>>,
    names: Vec<Name>,
}

impl Reader<'_> {
    fn read(&mut self, instruction: &Instruction, escape: char) {
        if let Kind::Onbuild(inner) = &instruction.kind {
            return self.read(inner, escape);
        }
        self.flags(instruction);
        self.variables(instruction, escape);
        match &instruction.kind {
            Kind::From(from) => self.from(from),
            Kind::Arg(pairs) | Kind::Env(pairs) => pairs.iter().for_each(|it| self.pair(it)),
            _ => {}
        }
    }

    fn from(&mut self, from: &From) {
        if let Some(stage) = self.stage_named(&from.image.value) {
            self.add(from.image.range, Named::Stage(stage), false);
        }
        let name = from.name.as_ref();
        let own = Named::Stage(self.stages.len());
        self.add(name.map_or(from.image.range, |it| it.range), own, true);
        self.stages.push(name.map(|it| it.value.clone()));
    }

    fn pair(&mut self, pair: &Pair) {
        self.add(pair.key.range, Named::Variable(pair.key.value.clone()), true);
    }

    /// `--from=stage`, `--mount=from=stage`
    fn flags(&mut self, instruction: &Instruction) {
        for flag in &instruction.flags {
            let Some(value) = &flag.value else { continue };
            let named = match flag.name.as_str() {
                "from" => Some(value.range),
                "mount" => self.in_mount(value),
                _ => None,
            };
            let stage = named.and_then(|it| self.stage_named(&self.text[it]));
            if let (Some(range), Some(stage)) = (named, stage) {
                self.add(range, Named::Stage(stage), false);
            }
        }
    }

    fn in_mount(&self, value: &Word) -> Option<TextRange> {
        let mut at = usize::from(value.range.start());
        for part in self.text[value.range].split(',') {
            if let Some(name) = part.strip_prefix("from=") {
                return Some(range(at + 5, at + 5 + name.len()));
            }
            at += part.len() + 1;
        }
        None
    }

    /// An earlier stage, by name or number.
    fn stage_named(&self, name: &str) -> Option<usize> {
        let is_it = |it: &Option<String>| it.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(name));
        self.stages.iter().rposition(is_it).or_else(|| name.parse().ok().filter(|it| *it < self.stages.len()))
    }

    /// `$NAME` and `${NAME…}`, outside of single quotes and comments.
    fn variables(&mut self, instruction: &Instruction, escape: char) {
        let text = self.text.as_bytes();
        let (mut at, end) = (usize::from(instruction.operands.start()), usize::from(instruction.content.end()));
        at = instruction.flags.first().map_or(at, |it| usize::from(it.range.start()));
        let mut quote = Quote::None;
        while at < end {
            if let Some(comment) = instruction.comments.iter().find(|it| it.contains(range(at, at).start())) {
                at = comment.end().into();
                continue;
            }
            quote = quote.after(text[at]);
            match text[at] {
                it if it == escape as u8 && quote != Quote::Single => at += 2,
                b'$' if quote != Quote::Single => at = self.variable(at + 1, end),
                _ => at += 1,
            }
        }
    }

    /// The variable after a `$`; gives where to go on.
    fn variable(&mut self, at: usize, end: usize) -> usize {
        let start = at + usize::from(self.text[at..end].starts_with('{'));
        let is_part = |it: &u8| it.is_ascii_alphanumeric() || *it == b'_';
        let n = self.text.as_bytes()[start..end].iter().take_while(|it| is_part(it)).count();
        let name = &self.text[start..start + n];
        if n > 0 && !name.starts_with(|it: char| it.is_ascii_digit()) {
            self.add(range(start, start + n), Named::Variable(name.to_owned()), false);
        }
        start + n
    }

    fn add(&mut self, range: TextRange, of: Named, is_definition: bool) {
        let stage = self.stages.len().checked_sub(1);
        self.names.push(Name { range, of, is_definition, stage });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

impl Quote {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::None, b'\'') => Self::Single,
            (Self::None, b'"') => Self::Double,
            (Self::Single, b'\'') | (Self::Double, b'"') => Self::None,
            _ => self,
        }
    }
}

/// The stages of a file: each with its FROM and all that follows up to the next.
#[must_use]
pub fn stage_ranges(dockerfile: &Dockerfile) -> Vec<(&Instruction, TextRange)> {
    let mut res: Vec<(&Instruction, TextRange)> = Vec::new();
    for item in &dockerfile.items {
        let Item::Instruction(instruction) = item else { continue };
        match (&instruction.kind, res.last_mut()) {
            (Kind::From(_), _) => res.push((instruction, instruction.content)),
            (_, Some(stage)) => stage.1 = stage.1.cover(instruction.content),
            (_, None) => {}
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    /// Names in the order of the file: `=` gives one, `>` uses one.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let names = names(text, &parse(text).dockerfile);
        let shown: Vec<String> = names
            .iter()
            .map(|it| {
                let mark = if it.is_definition { '=' } else { '>' };
                let of = match &it.of {
                    Named::Stage(number) => number.to_string(),
                    Named::Variable(name) => name.clone(),
                };
                format!("{}{mark}{of}", &text[it.range])
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn stages_by_name_and_number() {
        check(
            "FROM a AS Build\nFROM build\nCOPY --from=BUILD /a --from=0 b\nRUN --mount=type=bind,from=build,target=/x y\nCOPY --from=later a b\nFROM c AS later\n",
            &["Build=0", "build>0", "build=1", "BUILD>0", "build>0", "later=2"],
        );
    }

    #[test]
    fn variables_outside_of_single_quotes() {
        check(
            "ARG V=1\nFROM node:${V:-20}\nARG V\nENV A=$V B='$V' C=\\$V\nRUN echo \"$A\" '$A' \\\n # $V\n && echo $1 $$ ${A%x}\n",
            &["V=V", "node:${V:-20}=0", "V>V", "V=V", "A=A", "V>V", "B=B", "C=C", "A>A", "A>A"],
        );
    }

    #[test]
    fn a_declaration_leads_to_the_one_before() {
        let text = "ARG V=1\nFROM a\nARG V\nRUN $V\nFROM b\nRUN $V\n";
        let names = names(text, &parse(text).dockerfile);
        let lead = |at: usize| definition(&names, name_at(&names, range(at, at).start()).unwrap()).map(|it| it.range);
        let at: Vec<usize> = text.match_indices('V').map(|it| it.0).collect();
        assert_eq!(lead(at[1]), Some(range(at[0], at[0] + 1)));
        assert_eq!(lead(at[2]), Some(range(at[1], at[1] + 1)));
        assert_eq!(lead(at[3]), Some(range(at[0], at[0] + 1)));
        assert_eq!(lead(at[0]), Some(range(at[0], at[0] + 1)));
    }
}
