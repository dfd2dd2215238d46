//! `dev-dependencies`

use std::collections::BTreeSet;
use std::sync::Arc;

use super::declare_rule;
use super::structure::{runs_on_sources, with_refusal, with_this_plan};
use super::support::severity_of_shipping;
use crate::diagnostic::Diagnostic;
use crate::ecosystem::{Invocation, tools};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Member, Reach, Workspace};
use crate::stages::{Entry, Install, NodeModules, Scope};

declare_rule! {
    /// Flags devDependencies that reach the production image.
    ///
    /// ## Why
    /// Compilers, linters and test runners are often most of node_modules, and most of its advisories.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY . .
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// { "name": "shop", "devDependencies": { "eslint": "^9.0.0" } }
    /// ```
    /// ```json file=package-lock.json
    /// {
    ///   "name": "shop",
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "name": "shop", "devDependencies": { "eslint": "^9.0.0" } },
    ///     "node_modules/eslint": { "version": "9.9.0", "dev": true }
    ///   }
    /// }
    /// ```
    /// ```js file=server.js
    /// require('node:http').createServer((_request, response) => response.end('ok')).listen(3000);
    /// ```
    ///
    /// ## Fix safety
    /// Safe when the lock file fits and no module that runs needs a devDependency; unsafe where the
    /// sources can't be followed. A Dockerfile that is for development by its name (see
    /// `missing-node-env`) is not reported; one that is run for development has no fix, or an unsafe one where only a compose
    /// file runs it so. An image that starts nothing, as one that others are built on, is reported as information.
    pub(crate) DEV_DEPENDENCIES { name: "dev-dependencies", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(stage) = ctx.model().production_stage().filter(|_| ctx.model().ships_node() && !runs_on_sources(ctx))
    else {
        return;
    };
    let Some((entry, modules)) = stage.contents.node_modules().find(|(_, it)| it.scope == Scope::All) else { return };
    let Some(message) = message(ctx, modules) else { return };
    let install = &ctx.model().installs[modules.install];
    let place = match entry.origin.via.last() {
        Some(copy) => ctx.model().instructions[*copy].content,
        None => install.command.range,
    };
    let mut diagnostic = Diagnostic::new(DEV_DEPENDENCIES.name, place, message);
    diagnostic.severity = severity_of_shipping(ctx);
    if place != install.command.range {
        diagnostic = diagnostic.with_related(install.command.range, "installed here");
    }
    diagnostic = with_paths(ctx, diagnostic, entry);
    acc.push(match crate::rewrite::plan(ctx) {
        Ok(plan) => with_this_plan(diagnostic, plan),
        Err(reason) => match crate::rewrite::without_dev(ctx) {
            Ok(plan) => with_this_plan(diagnostic, &plan),
            Err(_) => with_refusal(ctx, diagnostic, reason),
        },
    });
}

/// The COPY instructions between the install and the production stage.
fn with_paths(ctx: &Inspection, diagnostic: Diagnostic, entry: &Entry) -> Diagnostic {
    let earlier = entry.origin.via.split_last().map_or(&[][..], |it| it.1);
    earlier
        .iter()
        .fold(diagnostic, |res, copy| res.with_related(ctx.model().instructions[*copy].content, "copied on here"))
}

/// Names the first of them; `None` where the app is known to have none.
fn message(ctx: &Inspection, modules: &NodeModules) -> Option<String> {
    let app = modules.app.as_deref().and_then(|it| ctx.project().app(it));
    let Some(app) = app else { return Some("devDependencies reach the production image".to_owned()) };
    let apps = installed(ctx, modules, app);
    let all = apps.iter().flat_map(|it| it.package.dev_dependencies.keys());
    let names: Vec<&String> = all.collect::<BTreeSet<_>>().into_iter().collect();
    match names[..] {
        [] => None,
        [one] => Some(format!("The devDependency `{one}` reaches the production image")),
        [first, second] => Some(format!("The devDependencies `{first}` and `{second}` reach the production image")),
        _ => {
            let (first, more) = (telling(&names), names.len() - 1);
            Some(format!("`{first}` and {more} other devDependencies reach the production image"))
        }
    }
}

/// The packages whose devDependencies the install brought: the app's, and those of the members whose package.json
/// it saw. One that names members brings theirs, and those of the members that these need.
fn installed(ctx: &Inspection, modules: &NodeModules, app: Arc<App>) -> Vec<Arc<App>> {
    let install = &ctx.model().installs[modules.install];
    let workspace = ctx.project().workspace(&app.folder).filter(|it| it.root.folder == app.folder);
    let (Some(workspace), Some(folder)) = (workspace, install.folder.as_deref()) else { return vec![app] };
    let contents = &ctx.model().stages[install.stage].contents;
    let is_there = |it: &Member| {
        let rest = paths::join(&workspace.path_of(it), "package.json");
        contents.covering(&paths::join(folder, &rest)).is_some()
    };
    let members = named_members(&workspace, install).unwrap_or_else(|| workspace.seen_members(ctx.project()));
    let members = members.into_iter().filter(is_there).map(|it| it.app);
    [app].into_iter().chain(members).collect()
}

/// The members that the install is for, with those that they need; `None` where it is for all.
fn named_members(workspace: &Workspace, install: &Install) -> Option<Vec<Member>> {
    let words: Option<Vec<String>> = install.command.words.iter().map(|it| it.value.clone()).collect();
    let filters = Invocation::read(&words?)?.target.packages;
    let named: Vec<&Member> = filters.iter().flat_map(|it| workspace.selected(install.manager, it)).collect();
    let needed = named.iter().flat_map(|it| workspace.closure_by(&it.app, Reach::All));
    let all = named.iter().copied().chain(needed).cloned().collect();
    (!filters.is_empty()).then_some(all)
}

/// The one that most readers know for a build tool.
fn telling<'a>(names: &[&'a String]) -> &'a str {
    let found = tools::BEST_KNOWN.iter().find_map(|it| names.iter().find(|name| name.as_str() == *it));
    found.unwrap_or(&names[0]).as_str()
}
