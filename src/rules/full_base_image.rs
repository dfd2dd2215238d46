//! `full-base-image`

use super::declare_rule;
use super::support::node_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inspection::Inspection;
use crate::syntax::Kind;

declare_rule! {
    /// Tells that the production stage stands on the full image of Node, with compilers and version control.
    ///
    /// ## Why
    /// `node:22` is over a gigabyte, `node:22-slim` a fifth of that with the same Node on the same system. Few apps
    /// call what the full one has besides; packages with compiled parts may want it for their install, which a stage of
    /// its own can do.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// There is no fix: what of the image an app or its packages call is not known.
    pub(crate) FULL_BASE_IMAGE { name: "full-base-image", since: "0.1.0", severity: Info, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, _)) = node_stage(ctx).filter(|_| ctx.facts().development.is_none()) else { return };
    let model = ctx.model();
    let root = *model.ancestry(at).last().unwrap_or(&at);
    let Some(slim) = model.root_image(at).slim_variant() else { return };
    let Kind::From(from) = &model.instructions[model.stages[root].from].kind else { return };
    let message = format!("`{}` brings compilers and much else; `{slim}` is the same without", from.image.value);
    let mut res = Diagnostic::new(FULL_BASE_IMAGE.name, from.image.range, message);
    res.severity = Severity::Info;
    acc.push(res);
}

#[cfg(test)]
mod tests {
    use super::FULL_BASE_IMAGE;
    use crate::testing::{check_clean, check_diagnostics};

    fn dockerfile(image: &str) -> String {
        format!("FROM {image}\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn variants() {
        for (image, slim) in [
            ("node:22", "node:22-slim"),
            ("node", "node:slim"),
            ("node:latest", "node:slim"),
            ("node:20.11.1-bookworm", "node:20.11.1-bookworm-slim"),
            ("docker.io/library/node:lts", "docker.io/library/node:lts-slim"),
        ] {
            let message = format!("`{image}` brings compilers and much else; `{slim}` is the same without");
            check_diagnostics(
                &FULL_BASE_IMAGE,
                &[],
                &dockerfile(image),
                &format!("1:6: info[full-base-image] {message}\n"),
            );
        }
        for image in [
            "node:22-slim",
            "node:22-alpine3.20",
            "acme/node:22",
            "node@sha256:abc",
            "node:22@sha256:abc",
            "oven/bun:1",
            "node:$V",
        ] {
            check_clean(&FULL_BASE_IMAGE, &[], &dockerfile(image));
        }
    }
}
