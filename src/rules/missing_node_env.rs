//! `missing-node-env`

mod asked;
mod at_start;

use super::declare_rule;
use super::support::{is_harmless, node_stage, severity_of_shipping, start_that_may_build};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::{Effect, effect_of, modes};
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Program, Reason, Runtime, Site};
use crate::shell::Command;
use crate::stages::{Base, Entry, Holding, ImageKind, InstructionId, Scope, Stage, StageId, Verb};
use crate::syntax::Kind;
use crate::text::TextRange;

declare_rule! {
    /// Flags a production stage that runs without `NODE_ENV=production`.
    ///
    /// ## Why
    /// Express and others then run in their development mode: slower, and with stack traces in answers.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// ENV NODE_ENV=production
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// require('http').createServer((_, res) => res.end('ok')).listen(3000)
    /// ```
    ///
    /// ## Fix safety
    /// The line goes below every full install and every build of the stage. It is safe where the app's own
    /// sources are known and do the same with it as without: comparisons with other words (`=== 'test'`), logs and
    /// the details of errors aside, they name NODE_ENV nowhere, a compose file says production already, or Next's own
    /// server sets it as well. Else it is unsafe (a cookie for https only, a configuration without that key, another
    /// `.env` file), and the places are named. It is unsafe as well where another stage is built on this one. Where a
    /// fix makes an install leave devDependencies out, that one goes first, and this line then goes above the install.
    ///
    /// A Dockerfile is for development by its name (`Dockerfile.dev`, `api.test.Dockerfile`) or its folder's
    /// (`dev/Dockerfile`, `.devcontainer/Dockerfile`), unless the name of the file or the stage says
    /// production, `nodestage.toml` names the stage, or the stage sets `NODE_ENV=production` or holds
    /// production dependencies only. Nothing of it ships, so it is not reported. It is run for development
    /// where the stage is called so (`AS dev`), starts a development server or nothing (`sleep infinity`)
    /// or sets `NODE_ENV=development`: then there is no fix. Where it is the only one, and a compose file sets that or
    /// starts a development server, it may ship elsewhere all the same: the fix is unsafe.
    ///
    /// No fix where the container installs packages when it starts: devDependencies would be left out.
    ///
    /// A development server sets `NODE_ENV` itself and is not reported here. An image that starts nothing, and that
    /// nobody is known to run, is reported as information.
    pub(crate) MISSING_NODE_ENV { name: "missing-node-env", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, stage)) = node_stage(ctx) else { return };
    if stage.contents.env.contains_key("NODE_ENV") || !is_plain_base(ctx, at) || start_decides(ctx) {
        return;
    }
    let place = ctx.model().instructions[stage.from].content;
    let mut diagnostic =
        Diagnostic::new(MISSING_NODE_ENV.name, place, "The production stage runs without `NODE_ENV=production`");
    diagnostic.severity = severity_of_shipping(ctx);
    if let Some(development) = ctx.facts().development.as_ref().filter(|it| !it.is_by_others()) {
        acc.push(diagnostic.with_held_back(development.reason()));
        return;
    }
    if let Some(reason) = at_start::install(ctx) {
        acc.push(diagnostic.with_held_back(reason));
        return;
    }
    let edits = vec![lines::instructions(ctx.source(), spot(ctx, at, stage), &["ENV NODE_ENV=production".to_owned()])];
    let fix = |it| {
        Fix::new("Set `NODE_ENV=production`", it, edits)
            .depending_on(open_arguments(ctx, at))
            .giving_way_to(start_that_may_build(ctx))
    };
    acc.push(match doubt(ctx, at) {
        Some(doubt) => by_mode(ctx, diagnostic.with_fix(fix(Applicability::Unsafe))).with_held_back(doubt),
        None => diagnostic.with_fix(fix(Applicability::Safe)),
    });
}

/// With the places where the app does something else by NODE_ENV.
fn by_mode(ctx: &Inspection, diagnostic: Diagnostic) -> Diagnostic {
    let sites = own_modes(ctx).unwrap_or_default();
    sites
        .iter()
        .take(MAX_SITES)
        .fold(diagnostic, |res, it| res.with_related_file(&it.path, it.line, "NODE_ENV decides here"))
}

/// More places say no more.
const MAX_SITES: usize = 3;

/// What the installs that keep the line below them are told: when they leave devDependencies out, it
/// goes above them.
fn open_arguments(ctx: &Inspection, at: StageId) -> Vec<TextRange> {
    let installs = ctx.model().installs.iter().filter(|it| it.stage == at && it.scope != Scope::Production);
    let arguments = |it: &Command| {
        let end = it.range.end();
        TextRange::new(it.words.get(1).map_or(end, |it| it.range.end()), end)
    };
    installs.map(|it| arguments(&it.command)).collect()
}

/// Who may install devDependencies later: a stage on this one, or the container itself.
fn doubt(ctx: &Inspection, at: StageId) -> Option<Reason> {
    if let Some(name) = dependant(ctx, at) {
        return Some(format!("{name} is built on this stage and may install devDependencies").into());
    }
    let composed = ctx.facts().development.as_ref().map(|it| it.reason().clone());
    composed.or_else(|| ctx.facts().known_start().err()).or_else(|| mode_doubt(ctx)).or_else(|| asked::doubt(ctx))
}

/// Where the app's own code asks for NODE_ENV: the modules that run, or all code of the app where they, or a package
/// of the project itself, are not followed.
fn own_modes(ctx: &Inspection) -> Result<Vec<Site>, Reason> {
    let facts = ctx.facts();
    let app = facts.app.as_ref().ok_or("it is not known whose package.json ships")?;
    let others = facts.users.iter().filter(|it| it.entry.is_some());
    let is_followed = |it: &Runtime| {
        it.unknown.is_empty()
            && !it.imports.values().any(|it| !it.is_followed && ctx.project().is_own_package(app, &it.package))
    };
    let doubt = match facts.known_runtime() {
        Ok(runtime)
            if is_followed(runtime) && others.clone().all(|it| it.runtime.as_deref().is_some_and(is_followed)) =>
        {
            let others = others.filter_map(|it| it.runtime.as_ref()).flat_map(|it| it.modes.clone());
            return Ok(runtime.modes.iter().cloned().chain(others).collect());
        }
        Ok(_) => "a package of the project itself is not followed".into(),
        Err(doubt) => doubt,
    };
    let is_member = ctx.project().workspace(&app.folder).is_some()
        || app.package.dependencies.keys().any(|it| ctx.project().is_own_package(app, it));
    let mut sites = ctx.project().modes(if is_member { "" } else { &app.folder }).ok_or(doubt)?;
    sites.retain(|it| may_run(ctx, &it.path));
    Ok(sites)
}

/// Whether the stage, or one that it takes something from, holds a file of the context.
fn may_run(ctx: &Inspection, path: &str) -> bool {
    let (model, project) = (ctx.model(), ctx.project());
    let Some(production) = &model.production else { return true };
    let holds = |it: &Entry| match &it.holding {
        Holding::ContextFile(file) => file == path,
        Holding::ContextFolder(folder) => {
            paths::below(folder, path).is_some_and(|rest| !it.lacks(rest)) && project.sees(path) != Some(false)
        }
        _ => false,
    };
    let own = model.ancestry(production.stage);
    let stages = model.feeding(production.stage).into_iter().filter(|it| own.contains(it) || makes_something(ctx, *it));
    stages.into_iter().any(|it| model.stages[it].contents.entries.iter().any(holds))
}

/// Whether a command of the stage may make something of what lies there: what is copied as it is lies in the other stage.
fn makes_something(ctx: &Inspection, stage: StageId) -> bool {
    let model = ctx.model();
    let is_prune = |it: &Command| {
        let words: Vec<&str> = it.words.iter().filter_map(|it| it.value.as_deref()).collect();
        words.windows(2).any(|it| it[0].starts_with("turbo") && it[1] == "prune")
    };
    let is_install = |it: &Command| effect_of(it) == Effect::Install;
    let runs = model.stages[stage].instructions.clone();
    let runs = runs.filter(|it| matches!(model.instructions[*it].kind, Kind::Run(_)));
    let mut scripts = runs.map(|it| model.scripts[it].as_ref().filter(|it| it.complete));
    scripts
        .any(|it| it.is_none_or(|it| it.commands.iter().any(|it| !is_prune(it) && !is_install(it) && !is_harmless(it))))
}

/// What the app itself does by NODE_ENV; the same with and without the line where a compose file says production
/// already.
fn mode_doubt(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    if ctx.project().compose.as_ref().and_then(|it| it.node_env.as_deref()) == Some("production") {
        return None;
    }
    let runs_more = facts.users.iter().any(|it| it.entry.is_some());
    if !runs_more && facts.is_next_server(ctx.model()) {
        return None;
    }
    let site = match own_modes(ctx) {
        Ok(sites) => sites.first().cloned(),
        Err(doubt) => return Some(format!("{doubt}, so it is not known what the app does by NODE_ENV").into()),
    };
    if let Some(site) = site {
        return Some(Reason::at(site.clone(), "does something else under `NODE_ENV=production`"));
    }
    let runtime = facts.runtime.as_ref()?;
    let (it, does) = runtime.imports.values().find_map(|it| Some((it, modes::done_by_mode(&it.package)?)))?;
    Some(format!("`{}`, which `{}` imports, {does}", it.package, it.site).into())
}

/// Images whose own environment is known not to set it.
fn is_plain_base(ctx: &Inspection, at: StageId) -> bool {
    use ImageKind::{Bun, Distroless, Node, System};
    matches!(ctx.model().root_image(at).kind, Node | Bun | Distroless | System)
}

/// Whether the start command sets NODE_ENV itself, as development servers do.
fn start_decides(ctx: &Inspection) -> bool {
    let facts = ctx.facts();
    let mut programs = facts.start.iter().flat_map(|it| &it.programs);
    let sets = |it: &Program| it.name == "vite" || it.assignments.iter().any(|it| it.0 == "NODE_ENV");
    facts.dev_server.is_some() || programs.any(sets)
}

/// A stage that is `FROM` this one, in words.
fn dependant(ctx: &Inspection, at: StageId) -> Option<String> {
    let on_this = ctx.model().stages.iter().find(|it| it.base == Base::Stage(at))?;
    let name = on_this.name.as_ref();
    Some(name.map_or_else(|| "another stage".to_owned(), |it| format!("`{it}`")))
}

/// Below the last step that may want devDependencies or another mode; else below the first WORKDIR that
/// stands above the installs.
fn spot(ctx: &Inspection, at: StageId, stage: &Stage) -> Spot {
    if let Some(last) = stage.instructions.clone().rev().find(|it| may_care(ctx, at, *it)) {
        return Spot::After(last);
    }
    let installs = |at: InstructionId| ctx.model().installs.iter().any(|it| it.instruction == at);
    let mut head = stage.instructions.clone().take_while(|it| !installs(*it));
    let workdir = head.find(|it| matches!(ctx.model().instructions[*it].kind, Kind::Workdir(_)));
    Spot::After(workdir.unwrap_or(stage.from))
}

/// Whether a step may do something else with NODE_ENV than without.
fn may_care(ctx: &Inspection, at: StageId, instruction: InstructionId) -> bool {
    if !matches!(ctx.model().instructions[instruction].kind, Kind::Run(_) | Kind::Invalid) {
        return false;
    }
    let Some(script) = ctx.model().scripts.get(instruction).and_then(Option::as_ref) else { return true };
    !script.complete || script.commands.iter().any(|it| !is_harmless(it) && !is_production_install(ctx, at, it))
}

fn is_production_install(ctx: &Inspection, at: StageId, command: &Command) -> bool {
    let mut installs = ctx.model().installs.iter().filter(|it| it.stage == at);
    installs.any(|it| it.command.range == command.range && (it.scope == Scope::Production || it.verb == Verb::Rebuild))
}

#[cfg(test)]
mod tests {
    use super::MISSING_NODE_ENV;
    use crate::fix::Applicability;
    use crate::testing::{Case, check_clean, check_fix, check_held_back, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[
        ("package.json", r#"{"scripts": {"build": "tsc", "start": "node server.js", "dev": "nodemon server.js"}}"#),
        ("server.js", "console.log('ok')\n"),
    ];

    #[test]
    fn behind_the_build_of_the_same_stage() {
        check_fix(
            &MISSING_NODE_ENV,
            FILES,
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nCMD [\"node\", \"server.js\"]",
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nENV NODE_ENV=production\nCMD [\"node\", \"server.js\"]",
        );
    }

    #[test]
    fn packages_that_go_by_it() {
        for (package, reason) in [
            ("getconfig", "`getconfig`, which `server.js:1` imports, picks its files by NODE_ENV"),
            ("envalid", "`envalid`, which `server.js:1` imports, answers by NODE_ENV"),
        ] {
            let (manifest, server) =
                (format!(r#"{{"dependencies": {{"{package}": "1"}}}}"#), format!("require('{package}')"));
            let files = [("package.json", manifest.as_str()), ("server.js", &server)];
            let text = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
            check_held_back(&MISSING_NODE_ENV, &files, text, reason);
        }
    }

    #[test]
    fn below_the_workdir_in_lower_case_and_crlf() {
        check_fix(
            &MISSING_NODE_ENV,
            FILES,
            "from node:22-slim\r\nworkdir /app\r\ncopy package*.json .\r\nrun npm ci --omit=dev\r\ncopy . .\r\ncmd node server.js\r\n",
            "from node:22-slim\r\nworkdir /app\r\nenv NODE_ENV=production\r\ncopy package*.json .\r\nrun npm ci --omit=dev\r\ncopy . .\r\ncmd node server.js\r\n",
        );
    }

    #[test]
    fn what_is_mounted_is_installed_when_the_container_starts() {
        let reason = "the container installs packages by `yarn` when it starts, and devDependencies would be left out";
        let dockerfile = "FROM node:22\nWORKDIR /app\nENTRYPOINT yarn && yarn serve\n";
        check_held_back(&MISSING_NODE_ENV, &[], dockerfile, reason);
    }

    #[test]
    fn next_sets_it_itself() {
        let files = |name| {
            [
                ("package.json", r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "15.0.0"}}"#),
                ("pages/index.js", "export const live = process.env.NODE_ENV === 'production'\n"),
                (name, "require('http').createServer().listen(process.env.NODE_ENV === 'production' ? 80 : 3000)\n"),
            ]
        };
        let build = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n";
        let standalone = |env: &str, more: &str, start: &str| {
            format!(
                "{build}\nFROM node:22\nWORKDIR /app\n{env}COPY --from=build /app/.next/standalone ./\n{more}CMD [\"node\", \"{start}\"]\n"
            )
        };
        let whole = |env: &str| format!("{build}{env}CMD [\"npx\", \"next\", \"start\"]\n");
        let line = "ENV NODE_ENV=production\n";
        let none = files("lib/none.js");
        check_fix(&MISSING_NODE_ENV, &none, &standalone("", "", "server.js"), &standalone(line, "", "server.js"));
        check_fix(&MISSING_NODE_ENV, &none, &whole(""), &whole(line));
        let own = files("custom.js");
        let of = |env: &str| standalone(env, "COPY custom.js ./\n", "custom.js");
        check_unsafe_fix(&MISSING_NODE_ENV, &own, &of(""), &of(line));
    }

    #[test]
    fn below_a_workdir_further_down() {
        let dockerfile = |env: &str| {
            format!(
                "FROM node:22\nRUN apt-get update\nCOPY . /app\nWORKDIR /app\n{env}RUN npm ci --omit=dev\nCMD [\"node\", \"server.js\"]\n"
            )
        };
        check_fix(&MISSING_NODE_ENV, FILES, &dockerfile(""), &dockerfile("ENV NODE_ENV=production\n"));
    }

    #[test]
    fn another_stage_stands_on_it() {
        let before = "FROM node:22 AS production\nCOPY . .\nCMD [\"node\", \"server.js\"]\nFROM production AS test\nRUN npm ci\nCMD [\"npm\", \"test\"]\n";
        let after = "FROM node:22 AS production\nENV NODE_ENV=production\nCOPY . .\nCMD [\"node\", \"server.js\"]\nFROM production AS test\nRUN npm ci\nCMD [\"npm\", \"test\"]\n";
        check_unsafe_fix(&MISSING_NODE_ENV, FILES, before, after);
    }

    #[test]
    fn set_or_not_known_or_not_wanted() {
        for dockerfile in [
            "FROM node:22\nENV NODE_ENV production\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
            "FROM node:22\nARG MODE\nENV NODE_ENV=$MODE\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
            "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"npm\", \"run\", \"dev\"]\n",
            "FROM nginx\nCOPY . /usr/share/nginx/html\n",
            "FROM example/base\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
        ] {
            check_clean(&MISSING_NODE_ENV, FILES, dockerfile);
        }
    }

    /// Where the modules are not followed, all that may be of the run is looked at, and nothing else.
    #[test]
    fn code_of_other_packages() {
        let mode = "module.exports = process.env.NODE_ENV === 'production' ? 1 : 2\n";
        let files: &[(&str, &str)] = &[
            ("package.json", r#"{"workspaces": ["apps/*", "packages/*"]}"#),
            ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#),
            ("turbo.json", "{}"),
            (
                "apps/api/package.json",
                r#"{"name": "api", "scripts": {"build": "tsc && ./more.sh"}, "dependencies": {"lib": "*"}}"#,
            ),
            ("apps/api/src/a.ts", ""),
            ("apps/web/package.json", r#"{"name": "web"}"#),
            ("apps/web/session.js", mode),
            ("packages/lib/package.json", r#"{"name": "lib"}"#),
            ("packages/lib/index.js", ""),
        ];
        let build = "RUN npm run build -w api\n";
        let start = "CMD [\"node\", \"apps/api/dist/index.js\"]\n";
        let installed = "FROM node:22 AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\n";
        let next = "FROM node:22\nWORKDIR /app\n";
        let prune = "FROM node:22 AS all\nWORKDIR /app\nCOPY . .\nRUN npx turbo prune api --docker\n";
        let pruned = "FROM node:22 AS build\nWORKDIR /app\nCOPY --from=all /app/out/full/ .\nRUN npm ci\n";
        let ship = "COPY --from=build /app/apps/api/dist ./apps/api/dist\n";
        for before in [
            format!("{installed}COPY apps/api apps/api\n{build}{next}{ship}{start}"),
            format!("{prune}{pruned}{build}{next}{ship}{start}"),
        ] {
            let after = before.replace(next, &format!("{next}ENV NODE_ENV=production\n"));
            check_fix(&MISSING_NODE_ENV, files, &before, &after);
            let all = before.replace(build, &format!("COPY . .\n{build}"));
            let after = after.replace(build, &format!("COPY . .\n{build}"));
            check_unsafe_fix(&MISSING_NODE_ENV, files, &all, &after);
        }
    }

    #[test]
    fn for_development() {
        let dockerfile = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n";
        assert_eq!(Case::of(&MISSING_NODE_ENV).files(FILES).at("Dockerfile.dev").report(dockerfile), "");
        let compose = "services:\n  shop:\n    build: .\n    environment:\n      NODE_ENV: development\n";
        let files = [FILES, &[("compose.yaml", compose)]].concat();
        let reason = "`compose.yaml:2` sets `NODE_ENV` to `development`";
        check_held_back(&MISSING_NODE_ENV, &files, dockerfile, reason);
        // The same image may ship elsewhere.
        let after = dockerfile.replace("RUN npm ci\n", "RUN npm ci\nENV NODE_ENV=production\n");
        check_unsafe_fix(&MISSING_NODE_ENV, &files, dockerfile, &after);
        let own = dockerfile.replace("COPY", "ENV NODE_ENV=development\nCOPY");
        check_clean(&MISSING_NODE_ENV, &files, &own);
    }

    /// The install leaves devDependencies out first, and this line goes above it then.
    #[test]
    fn it_waits_for_the_fix_of_an_install() {
        const LOCKED: &[(&str, &str)] = &[
            ("package.json", r#"{"devDependencies": {"eslint": "9"}}"#),
            (
                "package-lock.json",
                r#"{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"eslint": "9"}}, "node_modules/eslint": {"version": "9.9.0", "dev": true}}}"#,
            ),
            ("server.js", "console.log('ok')\n"),
        ];
        let before = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nUSER node\nCMD [\"node\", \"server.js\"]\n";
        let after = "FROM node:22\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\nRUN npm ci --omit=dev && npm cache clean --force\nUSER node\nCMD [\"node\", \"server.js\"]\n";
        let case = Case::new().files(LOCKED);
        assert_eq!(case.fix(before, Applicability::Safe), after);
        check_fix(&MISSING_NODE_ENV, LOCKED, before, &before.replace("npm ci\n", "npm ci\nENV NODE_ENV=production\n"));
    }
}
