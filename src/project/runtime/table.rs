//! Functions that take the path of a file, by package and name.

use oxc_ast::ast::Expression;

use super::graph::Graph;
use super::values::Origin;
use crate::ecosystem::packages::{self, Use};

/// What a function does with the path that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    argument: usize,
    does: Use,
    by: String,
}

impl Effect {
    /// By an option, or by convention.
    pub(super) fn new(does: Use, by: &str) -> Self {
        Self { argument: 0, does, by: by.to_owned() }
    }

    /// Reads of a folder.
    pub(super) fn reads_folder(by: &str) -> Self {
        Self::new(Use::ReadsFolder, by)
    }

    /// Reads of a file.
    pub(super) fn reads(by: &str) -> Self {
        Self::new(Use::Reads, by)
    }

    /// A file written and others beside it.
    pub(super) fn writes_beside(by: &str) -> Self {
        Self::new(Use::WritesBeside, by)
    }

    pub(super) fn argument(&self) -> usize {
        self.argument
    }

    pub(super) fn by(&self) -> &str {
        &self.by
    }

    pub(super) fn is_write(&self) -> bool {
        matches!(self.does, Use::Writes | Use::WritesFolder | Use::WritesBeside)
    }

    pub(super) fn is_folder(&self) -> bool {
        matches!(self.does, Use::ReadsFolder | Use::WritesFolder)
    }

    /// Whether a path that is not known does no harm.
    pub(super) fn only_looks(&self) -> bool {
        self.does == Use::Looks
    }

    /// Whether the folder of the file counts, not the file.
    pub(super) fn takes_folder(&self) -> bool {
        self.does == Use::WritesBeside
    }
}

/// What a function of a package does; most do nothing with files.
pub(super) fn effects(origin: &Origin) -> Vec<Effect> {
    let last = origin.names.last().map_or("", String::as_str);
    let by = if last.is_empty() || last == "()" { origin.package.clone() } else { name(origin, last) };
    let found = packages::call(&origin.package, &origin.path());
    found.into_iter().map(|(argument, does)| Effect { argument, does, by: by.clone() }).collect()
}

/// What a method does by its name alone: of an object whose package is known, or may be any of the imported ones.
pub(super) fn by_method(graph: &Graph<'_>, callee: &Expression<'_>, origin: Option<&Origin>) -> Vec<Effect> {
    let Expression::StaticMemberExpression(member) = callee.get_inner_expression() else { return Vec::new() };
    let name = member.property.name.as_str();
    let mut found: Vec<(usize, Use)> = match origin {
        Some(it) => packages::methods(&it.package, name),
        None => graph.packages.keys().flat_map(|it| packages::methods(it, name)).filter(|_| name != "write").collect(),
    };
    let is_bun = name == "write" && member.object.is_specific_id("Bun");
    if is_bun {
        found.push((0, Use::Writes));
    }
    let is_wrapped = |it: &Origin| it.package == "pify" || it.names.iter().any(|it| it.starts_with("promisify"));
    if found.is_empty() && origin.is_none_or(is_wrapped) {
        found.extend_from_slice(packages::like_fs(name));
    }
    found.into_iter().map(|(argument, does)| Effect { argument, does, by: name.to_owned() }).collect()
}

fn name(origin: &Origin, last: &str) -> String {
    match origin.package.as_str() {
        "express" => format!("express.{last}"),
        _ => last.to_owned(),
    }
}
