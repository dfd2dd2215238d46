//! `end-of-life-node`

use super::declare_rule;
use super::support::node_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::end_of_life;
use crate::inspection::Inspection;
use crate::syntax::Kind;

declare_rule! {
    /// Tells that the Node of the production stage gets no more fixes.
    ///
    /// ## Why
    /// Holes that are found in it stay open, and the image's system is no longer rebuilt either.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:16-slim
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// There is no fix: another major of Node is for you to try.
    pub(crate) END_OF_LIFE_NODE { name: "end-of-life-node", since: "0.1.0", severity: Info, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, _)) = node_stage(ctx) else { return };
    let model = ctx.model();
    let root = *model.ancestry(at).last().unwrap_or(&at);
    let image = model.root_image(at);
    let Some((major, ended)) = image.node_major.and_then(|it| Some((it, end_of_life::ended(it)?))) else { return };
    let Kind::From(from) = &model.instructions[model.stages[root].from].kind else { return };
    let message = format!("Node {major} has had no fixes since {ended}");
    let mut res = Diagnostic::new(END_OF_LIFE_NODE.name, from.image.range, message);
    res.severity = Severity::Info;
    acc.push(res);
}

#[cfg(test)]
mod tests {
    use super::END_OF_LIFE_NODE;
    use crate::testing::{check_clean, check_diagnostics};

    fn dockerfile(image: &str) -> String {
        format!("FROM {image} AS base\nWORKDIR /app\nCOPY . .\n\nFROM base\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn majors() {
        for (image, message) in [
            ("node:20-alpine", "Node 20 has had no fixes since April 2026"),
            ("node:gallium", "Node 16 has had no fixes since September 2023"),
        ] {
            let expected = format!("1:6: info[end-of-life-node] {message}\n");
            check_diagnostics(&END_OF_LIFE_NODE, &[], &dockerfile(image), &expected);
        }
        for image in ["node:22", "node:24-slim", "node", "node:lts", "oven/bun:1", "$IMAGE"] {
            check_clean(&END_OF_LIFE_NODE, &[], &dockerfile(image));
        }
    }
}
