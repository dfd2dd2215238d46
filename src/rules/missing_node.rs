//! `missing-node`

use super::declare_rule;
use super::support::lacks_node;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inspection::Inspection;
use crate::stages::Base;

declare_rule! {
    /// Flags a production stage that starts Node on an image without it.
    ///
    /// ## Why
    /// A stage starts from its own image: the Node of the build stage is not in it. The container stops with
    /// "executable file not found".
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    ///
    /// FROM alpine:3.22
    /// WORKDIR /app
    /// COPY --from=build /app /app
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// No fix: which image with Node fits is for you to say. The other rules about Node then keep silent.
    pub(crate) MISSING_NODE { name: "missing-node", since: "0.1.0", severity: Error, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(stage) = ctx.model().production.as_ref().map(|it| it.stage).filter(|_| lacks_node(ctx)) else { return };
    let Some(command) = &ctx.facts().command else { return };
    let program = command.words.first().cloned().unwrap_or_default();
    let image = ctx.model().root_image(stage);
    let message = format!("Nothing puts Node into `{}`: the container can't start `{program}`", image.written);
    let place = ctx.model().instructions[command.instruction].content;
    let mut res = Diagnostic::new(MISSING_NODE.name, place, message);
    res.severity = Severity::Error;
    let from = ctx.model().instructions[ctx.model().stages[stage].from].content;
    let earlier = ctx.model().stages.before(stage).iter().rev().find_map(|it| match &it.base {
        Base::Image(image) if image.has_node() => Some(image.written.as_str()),
        _ => None,
    });
    let example = earlier.map(|it| format!(", as `{it}` is")).unwrap_or_default();
    acc.push(
        res.with_related(from, "the stage starts from here")
            .with_held_back(format!("the stage has to start from an image with Node{example}")),
    );
}

#[cfg(test)]
mod tests {
    use super::MISSING_NODE;
    use crate::testing::{Case, check_clean};

    fn dockerfile(image: &str, lines: &str, start: &str) -> String {
        format!(
            "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\n\nFROM {image}\nWORKDIR /app\n{lines}COPY --from=build /app .\nCMD {start}\n"
        )
    }

    #[test]
    fn nothing_puts_it_there() {
        for (image, start) in [
            ("alpine:3.22", "[\"node\", \"server.js\"]"),
            ("debian:13-slim", "npm start"),
            ("nginx:alpine", "[\"yarn\", \"start\"]"),
            ("scratch", "[\"node\", \"server.js\"]"),
        ] {
            let report = Case::new().file("package.json", "{}").report(&dockerfile(image, "", start));
            assert!(report.contains("error[missing-node]"), "{image}: {report}");
            assert!(!report.contains("root-user") && !report.contains("node-env"), "{image}: {report}");
        }
    }

    #[test]
    fn there_or_not_certain() {
        let start = "[\"node\", \"server.js\"]";
        for (image, lines) in [
            ("node:22", ""),
            ("alpine:3.22", "RUN apk add --no-cache nodejs npm\n"),
            ("alpine:3.22", "RUN apk add --no-cache $PACKAGES\n"),
            ("debian:13", "RUN curl -fsSL https://example.test/setup | bash -\n"),
            ("debian:13", "RUN wget https://example.test/n.tar.xz && tar xf n.tar.xz -C /usr/local\n"),
            ("alpine:3.22", "COPY --from=build /usr/local/bin/node /usr/local/bin/\n"),
            ("debian:13", "COPY --from=build /usr/local /usr/local\n"),
            ("example.test/alpine:3", ""),
            ("python:3", ""),
        ] {
            check_clean(&MISSING_NODE, &[("package.json", "{}")], &dockerfile(image, lines, start));
        }
        check_clean(&MISSING_NODE, &[], &dockerfile("nginx:alpine", "", "[\"nginx\"]"));
    }
}
