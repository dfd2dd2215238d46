//! Lines of a plan that a COPY further down repeats: the files would lie in two layers.

use super::production;
use crate::inspection::Inspection;
use crate::paths;
use crate::stages::{IdRange, InstructionId};
use crate::syntax::{self, Instruction, Kind};

/// The lines without those whose files the COPYs right after the one at `copy` bring again to the same places.
pub(super) fn without(ctx: &Inspection, copy: InstructionId, lines: &str, workdir: &str) -> String {
    let later = later(ctx, copy, workdir);
    let is_again = |it: &Brought| later.iter().any(|other| other.repeats(it));
    let is_kept = |line: &&str| {
        let parse = syntax::parse(line);
        let all: Vec<Brought> = parse.dockerfile.instructions().flat_map(|it| brought(it, workdir)).collect();
        all.is_empty() || !all.iter().all(is_again)
    };
    // An install of the plan's own needs what stands above it.
    let is_run = |line: &&str| syntax::parse(line).dockerfile.instructions().any(|it| matches!(it.kind, Kind::Run(_)));
    let lines: Vec<&str> = lines.split_inclusive('\n').collect();
    let n_before = lines.iter().rposition(is_run).map_or(0, |it| it + 1);
    let (before, rest) = lines.split_at(n_before);
    before.iter().copied().chain(rest.iter().copied().filter(is_kept)).collect()
}

/// Whether one of those COPYs brings the folder `at`, absolute, from a stage.
pub(super) fn brings(ctx: &Inspection, copy: InstructionId, at: &str, workdir: &str) -> bool {
    later(ctx, copy, workdir).iter().any(|it| it.at == at && it.is_in_full && it.from.is_some())
}

fn later(ctx: &Inspection, copy: InstructionId, workdir: &str) -> Vec<Brought> {
    let after = IdRange::new(copy.next(), production(ctx).instructions.end());
    let instructions = after.map(|it| ctx.model().instructions[it]);
    let copies = instructions.take_while(|it| !matches!(it.kind, Kind::Run(_) | Kind::Workdir(_)));
    copies.flat_map(|it| brought(it, workdir)).collect()
}

/// One operand of a COPY.
struct Brought {
    /// The stage, where it comes from one.
    from: Option<String>,
    source: String,
    /// Where it lies afterwards, absolute.
    at: String,
    /// Whether the place was written in full, and not as the folder that it goes into.
    is_in_full: bool,
}

impl Brought {
    /// The same of the same stage, or a file of the same name that takes the place of the one of the context.
    fn repeats(&self, earlier: &Self) -> bool {
        let is_same = self.from == earlier.from && self.source == earlier.source && self.is_in_full;
        let is_named = paths::file_name(&self.source) == paths::file_name(&self.at);
        let is_manifest = earlier.from.is_none() && is_named && self.is_in_full && !earlier.is_in_full;
        self.at == earlier.at && (is_same || is_manifest)
    }
}

fn brought(instruction: &Instruction, workdir: &str) -> Vec<Brought> {
    let Kind::Copy(copy) = &instruction.kind else { return Vec::new() };
    let is_open = copy.destination.has_variable() || copy.sources.iter().any(|it| it.has_variable());
    if is_open || instruction.flags.iter().any(|it| !matches!(it.name.as_str(), "from" | "chown")) {
        return Vec::new();
    }
    let destination = &copy.destination.value;
    let is_folder = destination.ends_with('/') || destination == "." || copy.sources.len() > 1;
    let folder = paths::absolute(workdir, destination);
    let one = |source: &str| Brought {
        from: instruction.flag_value("from").map(str::to_ascii_lowercase),
        source: paths::absolute("/", source),
        at: if is_folder { paths::join(&folder, paths::file_name(source)) } else { folder.clone() },
        is_in_full: !is_folder,
    };
    copy.sources.iter().map(|it| one(&it.value)).collect()
}
