//! `dev-server`

mod direct;

use super::declare_rule;
use super::structure::with_this_plan;
use super::support::{StartEdits, node_stage, quoted_words, start_with};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::sites;
use crate::facts::StartCommand;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::rewrite;

declare_rule! {
    /// Flags a container that starts a development or preview server.
    ///
    /// ## Why
    /// Such a server watches, compiles and reloads. It starts slowly, takes the memory of a compiler, shows its errors to
    /// visitors, and needs the sources and the devDependencies in the image.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// EXPOSE 3000
    /// CMD ["npm", "start"]
    /// ```
    /// ```dockerfile after unsafe
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    ///
    /// FROM nginxinc/nginx-unprivileged:stable-alpine
    /// COPY <<'EOF' /etc/nginx/conf.d/default.conf
    /// server {
    ///     listen 3000;
    ///     root /usr/share/nginx/html;
    ///     location / {
    ///         try_files $uri /index.html;
    ///     }
    /// }
    /// EOF
    ///
    /// COPY --from=build /app/build /usr/share/nginx/html
    /// EXPOSE 3000
    /// ```
    /// ```json file=package.json
    /// {
    ///   "name": "shop",
    ///   "scripts": { "start": "react-scripts start", "build": "react-scripts build" },
    ///   "dependencies": { "react-scripts": "^5.0.0" }
    /// }
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {}}
    /// ```
    /// ```html file=public/index.html
    /// <div id="root"></div>
    /// ```
    ///
    /// ## Fix safety
    /// Unsafe: only you know whether the image is for development. No site where words of the command may change what is
    /// served (`--proxy-config`, `--base`, `--mode staging`). A site is built and served by nginx on the port of old,
    /// without a proxy or variables at the start. An app is started without the watcher, by the file that it ran, by the
    /// server that its framework builds for Node (`node build/index.js` of SvelteKit) or by the script of package.json that
    /// starts it for production (`start:prod`), after a build where that needs one. Not offered where the server forwards or
    /// answers requests: with functions of Gatsby, mocks of Umi, plugins of Vite that have a server.
    ///
    /// A Dockerfile that is for development by its name (see `missing-node-env`), or beside a `Dockerfile.prod`, is not
    /// reported.
    pub(crate) DEV_SERVER { name: "dev-server", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    let Some(command) = &ctx.facts().command else { return };
    let Some(message) = message(ctx) else { return };
    let place = ctx.model().instructions[command.instruction].content;
    let res = Diagnostic::new(DEV_SERVER.name, place, message);
    acc.push(match rewrite::static_site(ctx) {
        Some(Ok(plan)) => with_this_plan(res, plan),
        Some(Err(reason)) => {
            let direct = with_direct_start(ctx, command, res.clone());
            if direct.fix.is_some() { direct } else { res.with_held_back(reason) }
        }
        None => with_direct_start(ctx, command, res),
    });
}

fn message(ctx: &Inspection) -> Option<String> {
    let facts = ctx.facts();
    let by_server = facts.dev_server.as_ref().map(|it| format!("The container starts a development server, `{it}`"));
    by_server.or_else(|| {
        let program =
            facts.start.iter().flat_map(|it| &it.programs).find(|it| sites::is_preview(&it.name, &it.arguments))?;
        let word = program.arguments.first()?;
        Some(format!(
            "The container starts `{} {word}`, which is there to look at a build, not to serve it",
            program.name
        ))
    })
}

/// The same with a fix that starts the app without the development server.
fn with_direct_start(ctx: &Inspection, command: &StartCommand, res: Diagnostic) -> Diagnostic {
    let direct = match direct::find(ctx, command) {
        Ok(direct) => direct,
        Err(reason) => return res.with_held_back(reason),
    };
    let StartEdits { mut edits, doubt } = match start_with(ctx, command, &direct.words) {
        Ok(edits) => edits,
        Err(reason) => return res.with_held_back(reason),
    };
    let build = direct.step.as_ref().map(|it| format!("RUN {it}"));
    let spot =
        if build.is_some() { Spot::After(rewrite::build_step::place(ctx)) } else { Spot::Before(command.instruction) };
    let variables = direct.environment.iter().map(|(name, value)| format!("ENV {name}={value}"));
    let added: Vec<String> = build.into_iter().chain(variables).collect();
    if !added.is_empty() {
        edits.push(lines::instructions(ctx.source(), spot, &added));
    }
    let title = format!("Start `{}` instead", quoted_words(&direct.words));
    let is_server = ctx.facts().dev_server.is_some();
    let meant = || match is_server {
        true => "whether the image is for development is for you to say".into(),
        false => "a preview may set variables that the server itself does not".into(),
    };
    let doubts = std::iter::once(rewrite::sources_mounted(ctx).unwrap_or_else(meant));
    let passes = direct.step.map(|it| format!("whether `{it}` passes is not known").into());
    let listens = direct.port.map(|it| format!("it listens on `PORT`, else on {it}").into());
    let loads = environment_file(ctx).map(|it| format!("it reads no `{it}`, as the command of old may").into());
    let doubts: Vec<Reason> = doubts.chain(loads).chain(passes).chain(listens).chain(doubt).collect();
    res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(Reason::joined(&doubts))
}

/// A file of variables that the image has: servers for development and previews read it.
fn environment_file(ctx: &Inspection) -> Option<String> {
    let app = ctx.facts().app.as_ref()?;
    let path = app.folder_path(".env");
    (ctx.project().sees(&path) == Some(true)).then_some(path)
}

#[cfg(test)]
mod tests;
