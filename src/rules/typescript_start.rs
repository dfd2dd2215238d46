//! `typescript-start`

use super::declare_rule;
use super::support::started_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inspection::Inspection;
use crate::project::Program;
use crate::stages::{ImageFacts, ImageKind};

declare_rule! {
    /// Flags a start of a TypeScript file by a Node that reads none.
    ///
    /// ## Why
    /// Node takes the types out by itself from 22.18 and 23.6 on. Earlier ones stop with "Unknown file extension"
    /// or a syntax error.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:20-slim
    /// WORKDIR /app
    /// COPY package.json ./
    /// COPY src ./src
    /// CMD ["node", "src/server.ts"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "type": "module"}
    /// ```
    /// ```ts file=src/server.ts
    /// const port: number = 3000
    /// console.log(port)
    /// ```
    ///
    /// ## Fix safety
    /// No fix: the app has to be built, or another Node taken.
    pub(crate) TYPESCRIPT_START { name: "typescript-start", since: "0.1.0", severity: Error, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, _)) = started_stage(ctx) else { return };
    let (Some(command), Some(start)) = (&ctx.facts().command, &ctx.facts().start) else { return };
    let image = ctx.model().root_image(at);
    let Some(release) = old_release(image) else { return };
    if ctx.model().stages[at].contents.env.contains_key("NODE_OPTIONS") {
        return;
    }
    let Some(entry) = start.programs.iter().find_map(typescript_entry) else { return };
    let message = format!("Node {release} runs no TypeScript: `{entry}` can't be started");
    let place = ctx.model().instructions[command.instruction].content;
    let mut res = Diagnostic::new(TYPESCRIPT_START.name, place, message);
    res.severity = Severity::Error;
    acc.push(res.with_held_back("it has to be built, or started by Node 22.18 or later"));
}

/// The TypeScript file that plain `node` starts, without a loader.
fn typescript_entry(program: &Program) -> Option<&str> {
    let is_node = matches!(program.name.as_str(), "node" | "nodejs") && program.preloads.is_empty();
    let takes_types =
        |it: &String| it.contains("strip-types") || it.contains("transform-types") || it.contains("loader");
    let is_plain =
        !program.arguments.iter().any(takes_types) && program.assignments.iter().all(|it| it.0 != "NODE_OPTIONS");
    let entry = program.entry.as_deref().filter(|_| is_node && is_plain)?;
    [".ts", ".mts", ".cts"].iter().any(|it| entry.ends_with(it)).then_some(entry)
}

/// The release of an image whose Node takes no types out; `None` where it does, or is not known.
fn old_release(image: &ImageFacts) -> Option<String> {
    let has_release = matches!(image.kind, ImageKind::Node | ImageKind::OtherNode | ImageKind::Distroless);
    let major = image.node_major.filter(|_| has_release)?;
    match major {
        ..22 => Some(major.to_string()),
        22 | 23 => {
            let minor = minor(image)?;
            let first = if major == 22 { 18 } else { 6 };
            (minor < first).then(|| format!("{major}.{minor}"))
        }
        _ => None,
    }
}

/// The minor release in the tag: `22.12-slim`.
fn minor(image: &ImageFacts) -> Option<u32> {
    let tag = image.expanded.as_deref()?.split('@').next()?.rsplit_once(':')?.1;
    let rest = tag.split('.').nth(1)?;
    rest.split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::TYPESCRIPT_START;
    use crate::testing::{check_clean, check_diagnostics};

    const FILES: &[(&str, &str)] =
        &[("package.json", r#"{"scripts": {"start": "node src/main.ts"}}"#), ("src/main.ts", "const a: number = 1\n")];

    fn dockerfile(image: &str, start: &str) -> String {
        format!("FROM {image}\nWORKDIR /app\nCOPY . .\nCMD {start}\n")
    }

    #[test]
    fn an_old_node() {
        for (image, release) in [
            ("node:20-alpine", "20"),
            ("node:18", "18"),
            ("node:22.12-slim", "22.12"),
            ("node:22.17.1", "22.17"),
            ("node:23.5", "23.5"),
        ] {
            for start in ["[\"node\", \"src/main.ts\"]", "[\"npm\", \"start\"]", "node src/main.ts"] {
                let expected = format!(
                    "4:1: error[typescript-start] Node {release} runs no TypeScript: `src/main.ts` can't be started\n  held back: it has to be built, or started by Node 22.18 or later\n"
                );
                check_diagnostics(&TYPESCRIPT_START, FILES, &dockerfile(image, start), &expected);
            }
        }
    }

    #[test]
    fn a_node_or_a_loader_that_can() {
        for (image, start) in [
            ("node:22", "[\"node\", \"src/main.ts\"]"),
            ("node:22.18", "[\"node\", \"src/main.ts\"]"),
            ("node:24-alpine", "[\"node\", \"src/main.ts\"]"),
            ("node:lts", "[\"node\", \"src/main.ts\"]"),
            ("node:20", "[\"node\", \"--import\", \"tsx\", \"src/main.ts\"]"),
            ("node:20", "[\"node\", \"-r\", \"ts-node/register\", \"src/main.ts\"]"),
            ("node:20", "[\"node\", \"--loader=ts-node/esm\", \"src/main.ts\"]"),
            ("node:22.6", "[\"node\", \"--experimental-strip-types\", \"src/main.ts\"]"),
            ("node:20", "[\"npx\", \"tsx\", \"src/main.ts\"]"),
            ("node:20", "[\"node\", \"dist/main.js\"]"),
            ("oven/bun:1", "[\"bun\", \"src/main.ts\"]"),
        ] {
            check_clean(&TYPESCRIPT_START, FILES, &dockerfile(image, start));
        }
    }
}
