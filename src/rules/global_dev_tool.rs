//! `global-dev-tool`

use super::declare_rule;
use super::structure::gets_a_fresh_base;
use super::support::{is_harmless, node_stage, quoted, severity_of_shipping, word_deletion};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::{Action, Invocation, global_tools, programs};
use crate::facts::StartCommand;
use crate::fix::{Applicability, Edit, Fix, lines};
use crate::inspection::Inspection;
use crate::project::{Reason, Start};
use crate::shell::{Command, Joined, Script, ShellWord};
use crate::stages::{InstructionId, StageId};
use crate::syntax::{CommandForm, Kind};

declare_rule! {
    /// Flags a tool for development that is installed for all (`npm install -g`) in the image that ships, and that the
    /// container does not start.
    ///
    /// ## Why
    /// `npm prune` and `npm ci --omit=dev` leave it: it stays in /usr/local with all it depends on, at another version
    /// in each build.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// RUN npm install -g nodemon
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after unsafe
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop"}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Always unsafe: somebody may start it in the image by hand. No fix where a later command may use it. Nothing is
    /// said where it is not known what the container starts, nor where another fix gives the stage that ships a fresh base.
    pub(crate) GLOBAL_DEV_TOOL { name: "global-dev-tool", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, stage)) = node_stage(ctx) else { return };
    let facts = ctx.facts();
    let Ok(start) = facts.known_start() else { return };
    if facts.development.is_some() || facts.dev_server.is_some() || gets_a_fresh_base(ctx) {
        return;
    }
    let users: Option<Vec<&Start>> = facts.users.iter().map(|it| it.start.as_ref()).collect();
    let Some(users) = users else { return };
    for (name, by) in stage.contents.global_packages.iter().filter(|it| global_tools::is_dev_tool(&it.0)) {
        let is_used = users.iter().chain([&start]).any(|it| starts(it, name));
        if !is_used && !is_named(facts.command.as_ref(), name) {
            acc.extend(diagnostic(ctx, at, *by, name));
        }
    }
}

/// Whether a start runs the package's program, or something of which no more is known.
fn starts(start: &Start, package: &str) -> bool {
    let mut programs = start.programs.iter();
    !start.unknown.is_empty() || programs.any(|it| it.package.as_deref() == Some(package) || it.name == package)
}

fn is_named(command: Option<&StartCommand>, package: &str) -> bool {
    command.is_some_and(|it| it.words.iter().any(|it| it.contains(package)))
}

fn diagnostic(ctx: &Inspection, at: StageId, by: InstructionId, name: &str) -> Option<Diagnostic> {
    let script = ctx.model().scripts[by].as_ref()?;
    let (place, command, word) = script.commands.iter().enumerate().find_map(|(place, it)| {
        let word = it.words.iter().find(|it| it.value.as_deref().is_some_and(|it| is_package(it, name)))?;
        Some((place, it, word))
    })?;
    let message = format!("`{name}` is in the image that ships, and the container does not start it");
    let mut res = Diagnostic::new(GLOBAL_DEV_TOOL.name, word.range, message);
    res.severity = severity_of_shipping(ctx);
    let edit = match later_use(ctx, at, by, script, place) {
        Some(reason) => return Some(res.with_held_back(reason)),
        None => edit(ctx, by, script, command, word),
    };
    Some(match edit {
        Some(edit) => res
            .with_fix(Fix::new(format!("Leave `{name}` out"), Applicability::Unsafe, vec![edit]))
            .with_held_back("somebody may start it in the image by hand"),
        None => res.with_held_back("the RUN does more, or in another way, than to install it"),
    })
}

fn is_package(word: &str, name: &str) -> bool {
    word.strip_prefix(name).is_some_and(|it| it.is_empty() || it.starts_with('@'))
}

/// The first command after it, in the stages that have it, that may use it.
fn later_use(ctx: &Inspection, at: StageId, by: InstructionId, script: &Script, place: usize) -> Option<Reason> {
    let model = ctx.model();
    let stages: Vec<StageId> =
        model.stages.ids().filter(|it| model.is_on(*it, model.stage_of(by).unwrap_or(at))).collect();
    let runs =
        model.scripts.iter_enumerated().filter(|it| it.0 > by && matches!(model.instructions[it.0].kind, Kind::Run(_)));
    let runs = runs.filter(|it| model.stage_of(it.0).is_some_and(|it| stages.contains(&it)));
    let commands: Option<Vec<&Script>> = runs.map(|it| it.1.as_ref().filter(|it| it.complete)).collect();
    let Some(later) = commands else { return Some("a later RUN can't be read".into()) };
    let hooks = |it: &Command| {
        let install = model.installs.iter().find(|install| install.command.range == it.range)?;
        let app = ctx.project().app(install.app.as_deref()?)?;
        Some(app.root_scripts_on_install().is_empty())
    };
    let later = script.commands[place + 1..].iter().chain(later.into_iter().flat_map(|it| &it.commands));
    let is_of_system = |it: &Command| it.program().is_some_and(programs::is_idle);
    let may_use = |it: &&Command| !is_of_system(it) && !is_harmless(it) && hooks(it) != Some(true);
    later.filter(|it| !is_global(it)).find(may_use).map(|it| format!("`{}` may use it", quoted(&it.words)).into())
}

fn is_global(command: &Command) -> bool {
    !global_packages(command).is_empty()
}

/// What the command installs for all.
fn global_packages(command: &Command) -> Vec<String> {
    match action(command) {
        Some(Action::Global(names)) => names,
        _ => Vec::new(),
    }
}

fn action(command: &Command) -> Option<Action> {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    Some(Invocation::read(&words?)?.action)
}

/// The word taken out; the whole RUN where it is all there is.
fn edit(ctx: &Inspection, by: InstructionId, script: &Script, command: &Command, word: &ShellWord) -> Option<Edit> {
    let instruction = ctx.model().instructions[by];
    let Kind::Run(CommandForm::Shell(text)) = &instruction.kind else { return None };
    let is_plain = matches!(command.joined, Joined::First | Joined::And | Joined::Sequence) && !command.conditional;
    if !script.complete || !is_plain || !instruction.comments.is_empty() || !text.contains_range(command.range) {
        return None;
    }
    let only_cleans = |it: &Command| it.range == command.range || action(it) == Some(Action::CleanCache);
    match (global_packages(command).len(), script.commands.iter().all(only_cleans)) {
        (2.., _) => Some(word_deletion(command, word)),
        (1, true) if !has_comment_above(ctx, by) => Some(lines::removal(ctx.source(), instruction.range)),
        _ => None,
    }
}

/// A comment directly above would speak of what comes next.
fn has_comment_above(ctx: &Inspection, at: InstructionId) -> bool {
    let start = ctx.model().instructions[at].range.start();
    let above = &ctx.text()[..usize::from(start)];
    above.lines().next_back().is_some_and(|it| it.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::GLOBAL_DEV_TOOL;
    use crate::testing::{check_clean, check_held_back, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[("package.json", r#"{"dependencies": {"ms": "2"}}"#), ("server.js", "")];

    fn dockerfile(lines: &str, start: &str) -> String {
        format!(
            "FROM node:22-slim\n{lines}WORKDIR /app\nCOPY . .\nRUN npm install --omit=dev\nCMD [\"{start}\", \"server.js\"]\n"
        )
    }

    #[test]
    fn it_is_left_out() {
        for (before, after) in [
            ("RUN npm i -g nodemon\n", ""),
            ("RUN npm i -g nodemon && npm cache clean --force\n", ""),
            ("RUN npm install pm2 typescript@5 -g\n", "RUN npm install pm2 -g\n"),
            ("RUN yarn global add ts-node pm2\n", "RUN yarn global add pm2\n"),
            ("RUN yarn global add ts-node\n", ""),
            (
                "RUN npm i -g eslint jest pm2 && npm cache clean --force\n",
                "RUN npm i -g pm2 && npm cache clean --force\n",
            ),
        ] {
            check_unsafe_fix(&GLOBAL_DEV_TOOL, FILES, &dockerfile(before, "node"), &dockerfile(after, "node"));
        }
    }

    #[test]
    fn something_may_use_it() {
        for (lines, reason) in [
            ("RUN npm i -g typescript\nCOPY src src\nRUN tsc\n", "`tsc` may use it"),
            ("RUN npm i -g typescript && ./build\n", "`./build` may use it"),
            ("# for all\nRUN npm i -g typescript\n", "the RUN does more, or in another way, than to install it"),
        ] {
            check_held_back(&GLOBAL_DEV_TOOL, FILES, &dockerfile(lines, "node"), reason);
        }
    }

    #[test]
    fn it_runs_or_is_no_tool() {
        check_clean(&GLOBAL_DEV_TOOL, FILES, &dockerfile("RUN npm i -g pm2 serve\n", "node"));
        check_clean(&GLOBAL_DEV_TOOL, FILES, &dockerfile("RUN npm i -g ts-node\n", "ts-node"));
        check_clean(&GLOBAL_DEV_TOOL, FILES, &dockerfile("RUN npm i -g nodemon\n", "./start"));
        let compose = ("compose.yaml", "services:\n  web:\n    build: .\n    command: nodemon server.js\n");
        check_clean(&GLOBAL_DEV_TOOL, &[FILES, &[compose]].concat(), &dockerfile("RUN npm i -g nodemon\n", "node"));
    }
}
