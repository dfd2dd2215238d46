//! `unpinned-base`

use super::declare_rule;
use super::support::node_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inspection::Inspection;
use crate::stages::Base;
use crate::syntax::Kind;

declare_rule! {
    /// Tells that a stage stands on an image of Node without a version.
    ///
    /// ## Why
    /// `node:latest`, `node:lts` and `node:alpine` are another major of Node some day, and the same Dockerfile
    /// makes another image, or none.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:latest
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// There is no fix: which version is meant is for you to say.
    pub(crate) UNPINNED_BASE { name: "unpinned-base", since: "0.1.0", severity: Info, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    for stage in &ctx.model().stages {
        let Base::Image(image) = &stage.base else { continue };
        let Kind::From(from) = &ctx.model().instructions[stage.from].kind else { continue };
        if image.is_floating() {
            let message = format!("`{}` is another Node with each new major", from.image.value);
            let mut res = Diagnostic::new(UNPINNED_BASE.name, from.image.range, message);
            res.severity = Severity::Info;
            acc.push(res);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UNPINNED_BASE;
    use crate::testing::{check_clean, check_diagnostics};

    fn dockerfile(image: &str) -> String {
        format!("FROM {image}\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn tags() {
        for image in ["node", "node:latest", "node:lts-alpine", "docker.io/library/node:slim"] {
            let expected = format!("1:6: info[unpinned-base] `{image}` is another Node with each new major\n");
            check_diagnostics(&UNPINNED_BASE, &[], &dockerfile(image), &expected);
        }
        for image in ["node:22", "node:jod-slim", "node:lts@sha256:abc", "node:$V", "acme/base", "oven/bun:1"] {
            check_clean(&UNPINNED_BASE, &[], &dockerfile(image));
        }
    }
}
