//! What a Dockerfile says of paths below the context once a stage holds all of it: what stages hand on, where they go,
//! and what their commands name.

use super::{CommandForm, Copy, Dockerfile, Instruction, Kind, Word};
use crate::paths;

/// A file with more stages is not looked at: each may hand on what all before it hold.
const MAX_STAGES: usize = 500;

/// Where a stage keeps the whole context.
#[derive(Clone, Default)]
struct Whole {
    name: Option<String>,
    workdir: String,
    /// Absolute.
    places: Vec<String>,
}

/// The paths that `COPY --from`, WORKDIR and commands name of stages that did `COPY . .`, from the context, where they
/// have a folder in front (`packages/server/package.json`): a lone `dist` says nothing of where the context is. What is
/// installed or can't be read off is left out.
#[must_use]
pub fn carried(dockerfile: &Dockerfile) -> Vec<String> {
    let (mut stages, mut res): (Vec<Whole>, Vec<String>) = (Vec::new(), Vec::new());
    for instruction in dockerfile.instructions() {
        match &instruction.kind {
            Kind::From(_) if stages.len() == MAX_STAGES => return Vec::new(),
            Kind::From(from) => {
                let name = from.name.as_ref().map(|it| it.value.to_ascii_lowercase());
                let base = named(&stages, &from.image.value).cloned().unwrap_or_default();
                stages.push(Whole { name, ..base });
            }
            Kind::Workdir(folder) => {
                let Some(stage) = stages.last_mut() else { continue };
                stage.workdir = paths::absolute(&stage.workdir, &folder.value);
                res.extend(folder_below(stage, &stage.workdir).filter(|it| !it.is_empty() && !folder.has_variable()));
            }
            Kind::Run(_) | Kind::Cmd(_) | Kind::Entrypoint(_) => {
                let Some(stage) = stages.last().filter(|it| !it.places.is_empty()) else { continue };
                let words = commanded(instruction).into_iter().filter(|it| is_path(it));
                res.extend(words.filter_map(|it| below_context(stage, &paths::absolute(&stage.workdir, it))));
            }
            Kind::Copy(copy) => copied(&mut stages, instruction, copy, &mut res),
            _ => {}
        }
    }
    res.sort_unstable();
    res.dedup();
    res
}

fn copied(stages: &mut [Whole], instruction: &Instruction, copy: &Copy, res: &mut Vec<String>) {
    if let Some(from) = instruction.flag_value("from") {
        let Some(stage) = named(stages, from) else { return };
        let sources = copy.sources.iter().filter(|it| !it.has_variable());
        let sources: Vec<String> = sources.map(|it| paths::absolute("/", &it.value)).collect();
        res.extend(sources.iter().filter_map(|it| below_context(stage, it)));
        if sources.iter().any(|it| stage.places.contains(it)) {
            take(stages, &copy.destination);
        }
        return;
    }
    let takes_all = copy.sources.iter().any(|it| matches!(it.value.as_str(), "." | "./" | "/"));
    if takes_all {
        take(stages, &copy.destination);
    }
}

/// The last stage has the whole context at `destination`.
fn take(stages: &mut [Whole], destination: &Word) {
    let Some(stage) = stages.last_mut().filter(|_| !destination.has_variable()) else { return };
    let place = paths::absolute(&stage.workdir, &destination.value);
    if !stage.places.contains(&place) {
        stage.places.push(place);
    }
}

/// The words of a command, as far as one sees them without a shell.
fn commanded(instruction: &Instruction) -> Vec<&str> {
    match &instruction.kind {
        Kind::Run(CommandForm::Exec(words))
        | Kind::Cmd(CommandForm::Exec(words))
        | Kind::Entrypoint(CommandForm::Exec(words)) => words.iter().flat_map(|it| words_of(&it.value)).collect(),
        _ => instruction.args.iter().flat_map(|it| words_of(it)).collect(),
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\'', '=']).filter(|it| !it.is_empty())
}

fn is_path(word: &str) -> bool {
    word.contains('/') && !word.starts_with(['-', '@']) && !word.contains(['$', ':', '`'])
}

/// The earlier stage of that name or number.
fn named<'s>(stages: &'s [Whole], name: &str) -> Option<&'s Whole> {
    let name = name.to_ascii_lowercase();
    let by_name = stages.iter().rev().find(|it| it.name.as_deref() == Some(&name));
    by_name.or_else(|| stages.get(name.parse::<usize>().ok()?))
}

fn below_context(stage: &Whole, path: &str) -> Option<String> {
    folder_below(stage, path).filter(|it| it.contains('/'))
}

fn folder_below(stage: &Whole, path: &str) -> Option<String> {
    let rest = stage.places.iter().find_map(|it| paths::below(it, path))?;
    let end = rest.split('/').take_while(|it| *it != "node_modules" && !it.contains(['*', '?', '[', '$']));
    Some(end.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::carried;

    #[test]
    fn only_what_lies_below_the_context() {
        let text = "FROM node AS base\nWORKDIR /app\nFROM base AS Build\nCOPY . .\nFROM node\nWORKDIR /app\n\
            COPY --from=build /app/packages/server/package.json /app/dist /etc/x/y ./\n\
            COPY --from=1 /app/packages/api/node_modules ./\nCOPY --from=base /app/a/b ./\nCOPY --from=build /app/$X/y ./\n";
        let parse = crate::syntax::parse(text);
        assert_eq!(carried(&parse.dockerfile), ["packages/api", "packages/server/package.json"]);
    }

    #[test]
    fn folders_and_words_of_commands() {
        for (text, expected) in [
            ("WORKDIR /app/apps/api\nCMD [\"node\", \"dist/a.js\"]", &["apps/api", "apps/api/dist/a.js"][..]),
            ("RUN cd apps/api && npm ci --cache=/tmp/x && rm -rf \"apps/web\"", &["apps/api", "apps/web"]),
            ("CMD node apps/api/dist/a.js", &["apps/api/dist/a.js"]),
            ("FROM node\nWORKDIR /srv\nCOPY --from=0 /app .\nCMD [\"node\", \"a/b.js\"]", &["a/b.js"]),
            ("RUN npx @x/y && cp $A/b node_modules/x/y /c/d", &[]),
        ] {
            let parse = crate::syntax::parse(&format!("FROM node\nWORKDIR /app\nCOPY . .\n{text}\n"));
            assert_eq!(carried(&parse.dockerfile), expected, "{text}");
        }
    }
}
