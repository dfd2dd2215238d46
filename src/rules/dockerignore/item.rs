//! What should stay out of the context, and whether it may.

use super::copies::copied_paths;
use super::taker::Taker;
use crate::ecosystem::files;
use crate::inspection::Inspection;
use crate::project::{Reason, SameContext};
use crate::stages::InstructionId;
use crate::syntax::{SourceFile, carried};

/// Why something should not be kept out. The order is from nothing to certain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Objection {
    /// The image is the same without it, or better.
    None,
    /// Something may need it: a clause.
    Doubt(Reason),
    /// It is there on purpose.
    Needed,
}

/// What a kind of thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    NodeModules,
    Git,
    Env,
    BuildInfo,
}

/// Something that a COPY takes along and that the ignore file should drop.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// The line for the ignore file.
    pub(super) pattern: String,
    /// What it is called in messages.
    pub(super) shown: String,
    /// The instructions that take it along.
    pub(super) copies: Vec<InstructionId>,
    /// Files of the context that it stands for.
    pub(super) paths: Vec<String>,
    pub(super) objection: Objection,
    /// The other Dockerfile that needs it.
    pub(super) needed_by: Option<String>,
}

impl Item {
    /// The same in a context that may be a folder further up. Git's own folder is at the top then.
    pub(super) fn anywhere(&self) -> Self {
        let is_plain = self.kind == Kind::Git || self.pattern.starts_with("**/");
        let pattern = if is_plain { self.pattern.clone() } else { format!("**/{}", self.pattern) };
        Self { pattern, ..self.clone() }
    }
}

impl Kind {
    /// Whether a part of a path is such a thing.
    pub(super) fn is_part(self, part: &str) -> bool {
        match self {
            Self::NodeModules => part == "node_modules",
            Self::Git => part == ".git",
            Self::Env => part.starts_with(".env"),
            Self::BuildInfo => files::is_build_info(part),
        }
    }
}

/// What the Dockerfile takes along that it should not.
pub(super) fn missing(ctx: &Inspection) -> Vec<Item> {
    let mut res = Taker::new(ctx).items();
    let own_file = ctx.project().dockerignore.path.as_deref().is_some_and(|it| it != ".dockerignore");
    if !res.is_empty() && !own_file {
        ctx.project().other_dockerfiles().iter().for_each(|it| hear(ctx, it, &mut res));
    }
    res
}

/// Adds the objections of another Dockerfile, if it is built with the same context and ignore file.
fn hear(ctx: &Inspection, path: &str, items: &mut [Item]) {
    let has_own_file = ctx.project().kind(&format!("{path}.dockerignore")).is_some();
    let Some(text) = ctx.project().text(path).filter(|_| !has_own_file) else { return };
    let source = SourceFile::new(text);
    let dockerfile = source.dockerfile();
    let same = ctx.project().is_context_of(path, &copied_paths(dockerfile), &carried(dockerfile));
    if same == SameContext::No {
        return;
    }
    let other = ctx.beside(source);
    let taker = Taker::new(&other);
    for item in items {
        let objection = taker.objection_of_other(item);
        object(item, path, same, objection);
    }
}

fn object(item: &mut Item, path: &str, same: SameContext, objection: Objection) {
    let shown = &item.shown;
    let doubt = match objection {
        Objection::Needed if same == SameContext::Yes => {
            item.needed_by = Some(path.to_owned());
            return;
        }
        Objection::Needed => format!("`{path}`, which may have the same context, needs `{shown}`").into(),
        Objection::Doubt(doubt) => Reason::of_file(path, format!("may have the same context, and there {doubt}")),
        Objection::None => return,
    };
    if item.objection == Objection::None {
        item.objection = Objection::Doubt(doubt);
    }
}
