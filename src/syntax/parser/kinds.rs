//! The second reader: the words of each instruction to its [`Kind`], or why BuildKit refuses them.

use super::heredoc::is_heredoc;
use super::instruction::{onbuild, word};
use super::lines::Logical;
use super::node::{Arg, Node, Operands, RawPair};
use super::{duration, image};
use crate::syntax::{CommandForm, Copy, Flag, From, Instruction, Kind, Pair, Word};

mod flags;

/// What `node` says; `instruction` is what is known of it so far.
pub(super) fn read(text: &str, line: &Logical, node: &Node, instruction: &Instruction) -> Result<Kind, String> {
    if node.error.is_some() {
        return Ok(Kind::Invalid);
    }
    let reader = Reader { line, node, name: instruction.name() };
    let kind = reader.kind(text, instruction)?;
    if reader.checks_flags() {
        flags::check(&reader.name, &instruction.flags)?;
    }
    Ok(kind)
}

struct Reader<'a> {
    line: &'a Logical,
    node: &'a Node,
    name: String,
}

impl Reader<'_> {
    fn kind(&self, text: &str, instruction: &Instruction) -> Result<Kind, String> {
        Ok(match &*self.name {
            "FROM" => Kind::From(self.from()?),
            "RUN" => Kind::Run(self.command(self.node.words())),
            "CMD" => Kind::Cmd(self.command(self.node.words())),
            "ENTRYPOINT" => Kind::Entrypoint(self.command(self.node.words())),
            "COPY" => Kind::Copy(self.copy()?),
            "ADD" => Kind::Add(self.copy()?),
            "ENV" => Kind::Env(self.pairs()?),
            "LABEL" => Kind::Label(self.pairs()?),
            "ARG" => Kind::Arg(self.arguments()?),
            "USER" => Kind::User(self.single()?),
            "WORKDIR" => Kind::Workdir(self.single()?),
            "STOPSIGNAL" => Kind::Stopsignal(self.single()?),
            "MAINTAINER" => Kind::Maintainer(self.single()?),
            "EXPOSE" => Kind::Expose(self.list()?),
            "VOLUME" => Kind::Volume(self.volumes()?),
            "SHELL" => Kind::Shell(self.shell()?),
            "HEALTHCHECK" => Kind::Healthcheck(self.healthcheck(&instruction.flags)?),
            "ONBUILD" => Kind::Onbuild(Box::new(self.onbuild(text, instruction)?)),
            name => return Err(super::misspelt::unknown(name)),
        })
    }

    /// BuildKit does not look at the flags of these.
    fn checks_flags(&self) -> bool {
        let is_none = self.name == "HEALTHCHECK" && self.node.words().len() == 1;
        !is_none && !matches!(&*self.name, "ARG" | "STOPSIGNAL")
    }

    fn words(&self, args: &[Arg]) -> Vec<Word> {
        args.iter().map(|it| word(self.line, it)).collect()
    }

    fn from(&self) -> Result<From, String> {
        let (image, name) = match self.node.words() {
            [image] => (image, None),
            [image, keyword, name] if keyword.text.eq_ignore_ascii_case("as") => (image, Some(name)),
            _ => return Err("FROM requires either one or three arguments".to_owned()),
        };
        if let Some(name) = name.filter(|it| !is_stage_name(&it.text.to_lowercase())) {
            return Err(format!(
                "invalid name for build stage: {:?}, name can't start with a number or contain symbols",
                name.text
            ));
        }
        let reference = image::reference(self.line, image);
        Ok(From { image: word(self.line, image), reference, name: name.map(|it| word(self.line, it)) })
    }

    fn command(&self, args: &[Arg]) -> CommandForm {
        if self.node.json {
            return CommandForm::Exec(self.words(args));
        }
        let span = args.first().map_or(self.node.rest.clone(), |it| it.span.clone());
        CommandForm::Shell(self.line.range(&span))
    }

    fn copy(&self) -> Result<Copy, String> {
        let name = &self.name;
        let [sources @ .., destination] = self.node.words() else {
            return Err(format!("{name} requires at least two arguments, but none was provided"));
        };
        if sources.is_empty() {
            return Err(format!("{name} requires at least two arguments, but only one was provided"));
        }
        if is_heredoc(&destination.text) {
            return Err(format!("{name} cannot accept a heredoc as a destination"));
        }
        let sources = sources.iter().filter(|it| !is_heredoc(&it.text)).map(|it| word(self.line, it)).collect();
        Ok(Copy { sources, destination: word(self.line, destination) })
    }

    fn pairs(&self) -> Result<Vec<Pair>, String> {
        let Operands::Pairs(pairs) = &self.node.operands else { return Err(self.at_least_one()) };
        pairs.iter().map(|it| self.pair(it)).collect()
    }

    fn pair(&self, pair: &RawPair) -> Result<Pair, String> {
        self.named(&pair.key)?;
        Ok(Pair {
            range: self.line.range(&pair.span),
            key: word(self.line, &pair.key),
            value: Some(word(self.line, &pair.value)),
        })
    }

    fn arguments(&self) -> Result<Vec<Pair>, String> {
        let words = self.node.words();
        if words.is_empty() {
            return Err(self.at_least_one());
        }
        words.iter().map(|it| self.argument(it)).collect()
    }

    fn argument(&self, arg: &Arg) -> Result<Pair, String> {
        let (start, end) = (arg.span.start, arg.span.end);
        let part = |from: usize, to: usize| Arg { text: self.line.text[from..to].to_owned(), span: from..to };
        let key_end = start + arg.text.find('=').unwrap_or(arg.text.len());
        let (key, value) = (part(start, key_end), (key_end < end).then(|| part(key_end + 1, end)));
        self.named(&key)?;
        Ok(Pair {
            range: self.line.range(&arg.span),
            key: word(self.line, &key),
            value: value.map(|it| word(self.line, &it)),
        })
    }

    fn named(&self, key: &Arg) -> Result<(), String> {
        if key.text.is_empty() { Err(format!("{} names can not be blank", self.name)) } else { Ok(()) }
    }

    fn single(&self) -> Result<Word, String> {
        let first = self.node.words().first();
        first.map(|it| word(self.line, it)).ok_or_else(|| format!("{} requires exactly one argument", self.name))
    }

    fn list(&self) -> Result<Vec<Word>, String> {
        let words = self.words(self.node.words());
        if words.is_empty() { Err(self.at_least_one()) } else { Ok(words) }
    }

    fn volumes(&self) -> Result<Vec<Word>, String> {
        let volumes = self.list()?;
        if volumes.iter().any(|it| it.value.trim().is_empty()) {
            return Err("VOLUME specified can not be an empty string".to_owned());
        }
        Ok(volumes)
    }

    fn shell(&self) -> Result<Vec<Word>, String> {
        let words = self.list()?;
        if !self.node.json {
            return Err("SHELL requires the arguments to be in JSON form".to_owned());
        }
        Ok(words)
    }

    fn healthcheck(&self, flags: &[Flag]) -> Result<Option<CommandForm>, String> {
        let [kind, command @ ..] = self.node.words() else { return Err(self.at_least_one()) };
        match &*kind.text.to_uppercase() {
            "NONE" if command.is_empty() => return Ok(None),
            "NONE" => return Err("HEALTHCHECK NONE takes no arguments".to_owned()),
            "CMD" if command.is_empty() => return Err("Missing command after HEALTHCHECK CMD".to_owned()),
            "CMD" => {}
            kind => return Err(format!("Unknown type {kind:?} in HEALTHCHECK (try CMD)")),
        }
        flags.iter().try_for_each(check_healthcheck_flag)?;
        Ok(Some(self.command(command)))
    }

    fn onbuild(&self, text: &str, instruction: &Instruction) -> Result<Instruction, String> {
        let Operands::Onbuild(child) = &self.node.operands else { return Err(self.at_least_one()) };
        let child = onbuild(text, self.line, child, instruction);
        match &*child.name() {
            "ONBUILD" => Err("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned()),
            name @ ("MAINTAINER" | "FROM") => Err(format!("{name} isn't allowed as an ONBUILD trigger")),
            _ => Ok(child),
        }
    }

    fn at_least_one(&self) -> String {
        format!("{} requires at least one argument", self.name)
    }
}

fn is_stage_name(name: &str) -> bool {
    let is_part = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, '-' | '_' | '.');
    name.starts_with(|it: char| it.is_ascii_lowercase()) && name.chars().all(is_part)
}

fn check_healthcheck_flag(flag: &Flag) -> Result<(), String> {
    let value = flag.value.as_ref().map_or("", |it| &*it.value);
    if value.is_empty() {
        return Ok(());
    }
    if flag.name == "retries" {
        let is_count = value.parse::<i32>().is_ok_and(|it| it >= 0);
        return is_count.then_some(()).ok_or_else(|| format!("invalid number of retries: {value:?}"));
    }
    let nanoseconds = duration::parse(value).ok_or_else(|| format!("invalid duration: {value:?}"))?;
    if nanoseconds != 0.0 && nanoseconds < 1e6 {
        return Err(format!("Interval {:?} cannot be less than 1ms", flag.name));
    }
    Ok(())
}
