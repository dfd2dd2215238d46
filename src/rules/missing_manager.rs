//! `missing-manager`

use super::declare_rule;
use super::support::{commands_before, is_fatal, is_known, node_stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::Manager;
use crate::ecosystem::absent::{ABSENT, Absent};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::shell::{Command, Joined};
use crate::stages::{Holding, ImageFacts, ImageKind, InstructionId, StageId, says_development};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextSize;

declare_rule! {
    /// Flags `corepack`, `yarn` and `pnpm` in a build or as a start command on an image that does not have them.
    ///
    /// ## Why
    /// Node 25 comes without Corepack, its official images have no Yarn from Node 26 on, and never had pnpm. The build stops with
    /// "not found", or the container does.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:26-slim
    /// WORKDIR /app
    /// COPY package.json yarn.lock ./
    /// RUN yarn install --frozen-lockfile --production
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:26-slim
    /// WORKDIR /app
    /// COPY package.json yarn.lock ./
    /// RUN npm install -g yarn@1.22.22 && yarn install --frozen-lockfile --production
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {"ms": "^2.1.3"}}
    /// ```
    /// ```text file=yarn.lock
    /// # yarn lockfile v1
    ///
    ///
    /// ms@^2.1.3:
    ///   version "2.1.3"
    ///   resolved "https://registry.yarnpkg.com/ms/-/ms-2.1.3.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"
    /// ```
    /// ```js file=server.js
    /// console.log(require('ms')('1h'))
    /// ```
    ///
    /// ## Fix safety
    /// Safe: without it the build stops there. The version is the last one that nodestage knows of. No fix where the build
    /// does not run as root, where the command is part of a longer one, where the app asks for a later Yarn, for pnpm, and for what
    /// the container starts. Nothing is said where an earlier command may have brought the program.
    pub(crate) MISSING_MANAGER { name: "missing-manager", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    for (stage, it) in ctx.model().stages.iter_enumerated() {
        if it.name.as_ref().is_none_or(|it| !says_development(it)) {
            acc.extend(ABSENT.iter().filter_map(|it| of_stage(ctx, stage, *it)));
        }
    }
    acc.extend(ABSENT.iter().filter_map(|it| of_start(ctx, *it)));
}

/// The start command of the image, where that is the program and nothing brings it.
fn of_start(ctx: &Inspection, Absent { program, since, .. }: Absent) -> Option<Diagnostic> {
    let (at, stage) = node_stage(ctx)?;
    let image = ctx.model().root_image(at);
    let command = ctx.facts().command.as_ref().filter(|it| it.words.first().is_some_and(|it| it == program))?;
    let is_without = is_official(image) && (since == 0 || image.node_major.is_some_and(|it| it >= since));
    let end = ctx.model().instructions[stage.instructions.end().previous()].range.end();
    if !is_without || may_be_there(ctx, at, program, end) {
        return None;
    }
    let message = format!("`{}` comes without `{program}`: the container does not start", image.written);
    let place = ctx.model().instructions[command.instruction].content;
    let res = Diagnostic::new(MISSING_MANAGER.name, place, message);
    let res = Diagnostic { severity: Severity::Error, ..res };
    Some(
        res.with_held_back(format!(
            "whether `{program}` is to be installed, or `node` to be started, is for you to say"
        )),
    )
}

/// The first call of the program in `stage`, where nothing brings it.
fn of_stage(ctx: &Inspection, stage: StageId, Absent { program, since, package }: Absent) -> Option<Diagnostic> {
    let image = ctx.model().root_image(stage);
    let is_without = since == 0 || image.node_major.is_some_and(|it| it >= since);
    if !is_without || !is_official(image) {
        return None;
    }
    let own = ctx.model().stages[stage].instructions.clone();
    let (at, command) = own
        .flat_map(|at| ctx.model().commands_of_run(at).map(move |it| (at, it)))
        .find(|it| it.1.program() == Some(program))?;
    if !is_fatal(ctx, at, command.range) || may_be_there(ctx, stage, program, command.range.start()) {
        return None;
    }
    let name = match image.node_major {
        Some(node) if since > 0 => format!("Node {node}"),
        _ => format!("`{}`", image.written),
    };
    let message = format!("{name} comes without `{program}`: the build stops here");
    let mut res = Diagnostic::new(MISSING_MANAGER.name, command.words.first()?.range, message);
    res.severity = Severity::Error;
    let Some(package) = package else {
        return Some(res.with_held_back(format!("which {program} is meant is for you to say")));
    };
    Some(match objection(ctx, stage, at, command) {
        Some(reason) => res.with_held_back(reason),
        None => {
            let edit = Edit::insertion(command.range.start(), format!("npm install -g {package} && "));
            res.with_fix(Fix::new(format!("Install `{package}` first"), Applicability::Safe, vec![edit]))
        }
    })
}

/// Whether it is one of Node's own images: those of others may have more in them.
fn is_official(image: &ImageFacts) -> bool {
    let name = image.expanded.as_deref().and_then(|it| it.split([':', '@']).next()).unwrap_or_default();
    image.kind == ImageKind::Node
        && matches!(name, "node" | "library/node" | "docker.io/node" | "docker.io/library/node")
}

/// Whether something before `end` may have brought the program.
fn may_be_there(ctx: &Inspection, stage: StageId, program: &str, end: TextSize) -> bool {
    let contents = &ctx.model().stages[stage].contents;
    let holds_programs =
        |it: &str| it == "/" || it.starts_with("/usr") || it.starts_with("/opt") || it.contains("/bin");
    // The folder of what pnpm installs for all has nothing without pnpm.
    let is_for_pnpm = |it: InstructionId| ctx.text()[ctx.model().instructions[it].content].contains("PNPM_HOME");
    contents.env.get("PATH").is_some_and(|it| !it.by.is_some_and(is_for_pnpm))
        || contents.entries.iter().any(|it| !matches!(it.holding, Holding::Cache(_)) && holds_programs(&it.path))
        || commands_before(ctx, stage, end)
            .any(|it| it.is_none_or(|it| !is_known(ctx, it) && !is_corepack(it) || names(it, program)))
}

fn is_corepack(command: &Command) -> bool {
    command.program() == Some("corepack")
}

/// Whether it speaks of the program, or brings those that Corepack does.
fn names(command: &Command, program: &str) -> bool {
    let by_corepack = program != "corepack" && is_corepack(command);
    let is_named = |it: &str| it == program || it.starts_with(&format!("{program}@"));
    by_corepack || command.words.iter().any(|it| is_named(&it.raw) || it.value.is_none())
}

/// Why the package can't be installed in front of the command.
fn objection(ctx: &Inspection, stage: StageId, at: InstructionId, command: &Command) -> Option<Reason> {
    let is_plain = matches!(command.joined, Joined::First | Joined::And | Joined::Sequence);
    let instruction = ctx.model().instructions[at];
    let is_text =
        matches!(&instruction.kind, Kind::Run(CommandForm::Shell(text)) if text.contains_range(command.range));
    if !is_plain || !is_text || !command.assignments.is_empty() {
        return Some("the command is part of a longer one".into());
    }
    let stages = ctx.model().ancestry(stage);
    let earlier = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone()).filter(|it| *it < at);
    let is_root = |it: &str| matches!(it, "root" | "0" | "root:root" | "0:0");
    let mut users = earlier.filter_map(|it| match &ctx.model().instructions[it].kind {
        Kind::User(word) => Some(word),
        _ => None,
    });
    if users.any(|it| !is_root(&it.value)) {
        return Some("the command does not run as root".into());
    }
    let later = ctx.model().installs.iter().any(|it| it.instruction >= at && it.manager == Manager::YarnBerry);
    (command.program() == Some("yarn") && later).then(|| "the app asks for a later Yarn, which Corepack brings".into())
}

#[cfg(test)]
mod tests {
    use super::MISSING_MANAGER;
    use crate::testing::{check_clean, check_fix, check_held_back};

    fn dockerfile(node: &str, lines: &str) -> String {
        format!("FROM {node}\nWORKDIR /app\nCOPY . .\n{lines}\nCMD [\"node\", \"server.js\"]\n")
    }

    const FILES: &[(&str, &str)] = &[("package.json", "{}")];

    #[test]
    fn brought_in_front() {
        for (node, before, after) in [
            ("node:25-slim", "RUN corepack enable", "RUN npm install -g corepack@0.34.7 && corepack enable"),
            (
                "node:26",
                "RUN set -e; corepack enable && pnpm install",
                "RUN set -e; npm install -g corepack@0.34.7 && corepack enable && pnpm install",
            ),
            ("node:26-alpine", "RUN yarn install", "RUN npm install -g yarn@1.22.22 && yarn install"),
        ] {
            check_fix(&MISSING_MANAGER, FILES, &dockerfile(node, before), &dockerfile(node, after));
        }
    }

    #[test]
    fn there_or_not_certain() {
        for (node, lines) in [
            ("node:24", "RUN corepack enable"),
            ("node:25", "RUN yarn install"),
            ("node:latest", "RUN corepack enable"),
            ("example.test/node:26", "RUN corepack enable"),
            ("node:26", "RUN npm i -g corepack && corepack enable"),
            ("node:26", "RUN npm install -g yarn\nRUN yarn install"),
            ("node:26", "RUN npm i -g corepack@0.34 && corepack enable && yarn install"),
            ("node:26", "RUN ./tools.sh\nRUN corepack enable"),
            ("node:26", "RUN corepack enable || npm i -g pnpm"),
            ("node:26", "COPY --from=node:24 /usr/local /usr/local\nRUN corepack enable"),
        ] {
            check_clean(&MISSING_MANAGER, FILES, &dockerfile(node, lines));
        }
    }

    #[test]
    fn pnpm_is_in_no_image() {
        let reason = "which pnpm is meant is for you to say";
        let lines = "RUN pnpm install --frozen-lockfile";
        check_held_back(&MISSING_MANAGER, FILES, &dockerfile("node:22-slim", lines), reason);
        let path = "ENV PNPM_HOME=/pnpm\nENV PATH=\"$PNPM_HOME:$PATH\"\nRUN corepack enable";
        let after = path.replace("corepack enable", "npm install -g corepack@0.34.7 && corepack enable");
        check_fix(&MISSING_MANAGER, FILES, &dockerfile("node:26", path), &dockerfile("node:26", &after));
        for lines in [
            "RUN corepack enable && pnpm install",
            "RUN npm install -g pnpm@9\nRUN pnpm install",
            "RUN wget -qO- https://get.pnpm.io/install.sh | sh -\nRUN pnpm install",
            "RUN npx pnpm install",
        ] {
            check_clean(&MISSING_MANAGER, FILES, &dockerfile("node:22", lines));
        }
    }

    #[test]
    fn what_the_container_starts() {
        let reason = "whether `pnpm` is to be installed, or `node` to be started, is for you to say";
        let start = |lines: &str| {
            format!(
                "FROM node:22 AS build\nRUN corepack enable\n\nFROM node:22-slim\nWORKDIR /app\nCOPY . .\n{lines}\n"
            )
        };
        let files = &[("package.json", r#"{"scripts": {"start": "node a.js"}}"#), ("a.js", "")];
        check_held_back(&MISSING_MANAGER, files, &start("CMD [\"pnpm\", \"start\"]"), reason);
        for lines in
            ["CMD [\"npm\", \"start\"]", "CMD [\"yarn\", \"start\"]", "RUN corepack enable\nCMD [\"pnpm\", \"start\"]"]
        {
            check_clean(&MISSING_MANAGER, files, &start(lines));
        }
    }

    #[test]
    fn not_in_front() {
        let lines = "USER node\nRUN corepack enable";
        check_held_back(&MISSING_MANAGER, FILES, &dockerfile("node:26", lines), "the command does not run as root");
    }
}
