//! `missing-node-env`

mod asked;
mod at_start;

use super::declare_rule;
use super::support::{is_harmless, named_production, node_stage, severity_of_shipping, start_that_may_build};
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
    let mut diagnostic = Diagnostic::new(
        MISSING_NODE_ENV.name,
        place,
        format!("{} runs without `NODE_ENV=production`", named_production(ctx)),
    );
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
mod tests;
