//! Yarn's Plug'n'Play gives way to node_modules, which can be copied, and which `node` reads without Yarn.

use super::blocks;
use crate::facts::{LINKER_VARIABLE, linker};
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::Linker;
use crate::stages::{Install, InstructionId};

/// What of such a fix is not known.
pub const LINKER_DOUBT: &str =
    "`node_modules` takes the place of Yarn's Plug'n'Play then, and no module may ask for that";

/// The ENV that has Yarn put the packages into node_modules, in front of its installs; `None` where none of them plugs
/// packages in, where it is an old Yarn, or where the Dockerfile itself speaks of Plug'n'Play.
#[must_use]
pub fn node_modules_linker(ctx: &Inspection) -> Option<Fix> {
    let model = ctx.model();
    let plugs_in =
        |it: &&Install| it.manager.habits().has_linkers && linker(model, ctx.project(), it) == Linker::PlugAndPlay;
    let installs: Vec<&Install> = model.installs.iter().filter(plugs_in).collect();
    let is_later = installs.iter().all(|it| it.manager.production(it.major).is_some());
    if installs.is_empty() || !is_later || ctx.text().contains(".pnp.") || loads_it(ctx) {
        return None;
    }
    let mut places: Vec<InstructionId> = Vec::new();
    for install in installs {
        let stages = model.ancestry(install.stage);
        let is_set = places.iter().any(|it| model.stage_of(*it).is_some_and(|it| stages.contains(&it)));
        if !is_set {
            places.push(install.instruction);
        }
    }
    let line = blocks::style(ctx).line("ENV", &format!("{LINKER_VARIABLE}=node-modules"));
    let edits: Vec<Edit> =
        places.into_iter().map(|it| lines::insertion(ctx.source(), Spot::Before(it), &line)).collect();
    Some(Fix::new("Have Yarn install into `node_modules`", Applicability::Unsafe, edits))
}

/// Whether a script of the app that ships names the loader.
fn loads_it(ctx: &Inspection) -> bool {
    let scripts = ctx.facts().app.iter().flat_map(|it| it.package.scripts.values());
    scripts.into_iter().any(|it| it.text.contains(".pnp.") || it.text.contains("pnpapi"))
}
