//! What stages that hold the whole context hand on: names of paths below the context.

use super::{Copy, Dockerfile, Instruction, Kind};
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

/// The paths that `COPY --from` names of stages that did `COPY . .`, from the context, where they have a folder in
/// front (`packages/server/package.json`): a lone `dist` says nothing of where the context is. What is installed
/// or can't be read off is left out.
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
        res.extend(sources.filter_map(|it| below_context(stage, &paths::absolute("/", &it.value))));
        return;
    }
    let Some(stage) = stages.last_mut() else { return };
    let takes_all = copy.sources.iter().any(|it| matches!(it.value.as_str(), "." | "./" | "/"));
    if takes_all && !copy.destination.has_variable() {
        let place = paths::absolute(&stage.workdir, &copy.destination.value);
        if !stage.places.contains(&place) {
            stage.places.push(place);
        }
    }
}

/// The earlier stage of that name or number.
fn named<'s>(stages: &'s [Whole], name: &str) -> Option<&'s Whole> {
    let name = name.to_ascii_lowercase();
    let by_name = stages.iter().rev().find(|it| it.name.as_deref() == Some(&name));
    by_name.or_else(|| stages.get(name.parse::<usize>().ok()?))
}

fn below_context(stage: &Whole, path: &str) -> Option<String> {
    let rest = stage.places.iter().find_map(|it| paths::below(it, path))?;
    let end = rest.split('/').take_while(|it| *it != "node_modules" && !it.contains(['*', '?', '[', '$']));
    let rest = end.collect::<Vec<_>>().join("/");
    rest.contains('/').then_some(rest)
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
}
