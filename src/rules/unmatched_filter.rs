//! `unmatched-filter`

use std::sync::Arc;

use super::declare_rule;
use super::support::{is_fatal, quoted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::Manager;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Workspace;
use crate::stages::ScriptCall;

declare_rule! {
    /// Flags `--filter` and its kind for a package that the workspaces do not have.
    ///
    /// ## Why
    /// pnpm does nothing then and calls it success: the output is missing later, or the container does not
    /// start. npm, Yarn and bun stop the build.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-slim AS build
    /// RUN corepack enable
    /// WORKDIR /src
    /// COPY . .
    /// RUN pnpm install --frozen-lockfile
    /// RUN pnpm --filter @shop/api build
    ///
    /// FROM node:22-slim
    /// WORKDIR /src
    /// COPY --from=build /src .
    /// CMD ["node", "apps/api/dist/main.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "private": true, "packageManager": "pnpm@10.12.1"}
    /// ```
    /// ```yaml file=pnpm-workspace.yaml
    /// packages:
    ///   - apps/*
    /// ```
    /// ```json file=apps/api/package.json
    /// {"name": "api", "scripts": {"build": "tsc"}}
    /// ```
    ///
    /// ## Fix safety
    /// The name of the only package that is called so without its scope, always unsafe: another may be meant.
    pub(crate) UNMATCHED_FILTER { name: "unmatched-filter", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let calls = ctx.model().script_calls.iter().filter(|it| !it.filters.is_empty() && !it.command.conditional);
    for call in calls {
        if let [only] = &call.filters[..]
            && let Some(name) = plain_name(call.manager, only)
            && let Some(workspace) = known_workspace(ctx, call)
            && !is_matched(&workspace, call.manager, name)
        {
            acc.extend(diagnostic(ctx, call, name, &workspace));
        }
    }
}

/// The workspace at whose root the call is, where all members are known.
fn known_workspace(ctx: &Inspection, call: &ScriptCall) -> Option<Arc<Workspace>> {
    let folder = call.app.as_ref()?;
    ctx.project().workspace(folder).filter(|it| it.root.folder == *folder && it.unknown.is_none())
}

/// The root may be meant as well.
fn is_matched(workspace: &Workspace, manager: Manager, name: &str) -> bool {
    let root = workspace.root.package.name.as_deref().unwrap_or_default();
    manager.is_meant(name, root, "") || !workspace.selected(manager, name).is_empty()
}

/// The name in a filter; `None` for paths, patterns and what changed since a commit.
fn plain_name(manager: Manager, filter: &str) -> Option<&str> {
    let name = manager.without_signs(filter);
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./@".contains(it);
    (!name.is_empty() && name.chars().all(is_plain) && !name.starts_with(['.', '/'])).then_some(name)
}

fn diagnostic(ctx: &Inspection, call: &ScriptCall, name: &str, workspace: &Workspace) -> Option<Diagnostic> {
    let is_silent = call.manager.ignores_unmatched();
    if !is_silent && !is_fatal(ctx, call.instruction, call.command.range) {
        return None;
    }
    let outcome = if is_silent { "does nothing, without an error" } else { "fails" };
    let message = format!("No package is called `{name}`: `{}` {outcome}", quoted(&call.command.words));
    let mut res = Diagnostic::new(UNMATCHED_FILTER.name, call.command.range, message);
    res.severity = Severity::Error;
    let last = |it: &str| it.rsplit('/').next().unwrap_or(it).to_owned();
    let mut near = workspace.members.iter().filter(|it| last(&it.name) == last(name));
    let (Some(only), None) = (near.next(), near.next()) else {
        return Some(res.with_held_back("which package is meant is for you to say"));
    };
    let manifest = paths::join(&only.folder, "package.json");
    let res = res.with_related_file(&manifest, None, format!("the package `{}`", only.name));
    let Some(edit) = edit(call, name, &only.name) else {
        return Some(res.with_held_back("the name does not stand in the command as it is"));
    };
    let fix = Fix::new(format!("Build `{}`", only.name), Applicability::Unsafe, vec![edit]);
    Some(
        res.with_fix(fix)
            .with_held_back(format!("`{}` is called `{}`, but another may be meant", only.folder, only.name)),
    )
}

fn edit(call: &ScriptCall, name: &str, instead: &str) -> Option<Edit> {
    let mut words = call.command.words.iter().filter(|it| it.raw.matches(name).count() == 1);
    let (Some(word), None) = (words.next(), words.next()) else { return None };
    Some(Edit::replacement(word.range, word.raw.replace(name, instead)))
}

#[cfg(test)]
mod tests {
    use super::UNMATCHED_FILTER;
    use crate::testing::{check_clean, check_diagnostics, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[
        ("package.json", r#"{"name": "mono", "workspaces": ["apps/*"]}"#),
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n"),
        ("apps/api/package.json", r#"{"name": "api", "scripts": {"build": "tsc"}}"#),
        ("apps/web/package.json", r#"{"name": "@mono/web", "scripts": {"build": "vite build"}}"#),
    ];

    fn dockerfile(command: &str) -> String {
        format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN pnpm install\nRUN {command}\n")
    }

    #[test]
    fn another_scope() {
        for (before, after) in [
            ("pnpm --filter @mono/api build", "pnpm --filter api build"),
            ("pnpm --filter=@mono/api... run build", "pnpm --filter=api... run build"),
            ("pnpm -F \"@shop/web\" build", "pnpm -F \"@mono/web\" build"),
            ("yarn workspace web build", "yarn workspace @mono/web build"),
        ] {
            check_unsafe_fix(&UNMATCHED_FILTER, FILES, &dockerfile(before), &dockerfile(after));
        }
    }

    #[test]
    fn no_such_package() {
        let expected = "5:5: error[unmatched-filter] No package is called `worker`: `pnpm --filter worker build` does nothing, without an error\n  held back: which package is meant is for you to say\n";
        check_diagnostics(&UNMATCHED_FILTER, FILES, &dockerfile("pnpm --filter worker build"), expected);
        let expected = "5:5: error[unmatched-filter] No package is called `worker`: `npm run build -w worker` fails\n  held back: which package is meant is for you to say\n";
        check_diagnostics(&UNMATCHED_FILTER, FILES, &dockerfile("npm run build -w worker"), expected);
    }

    #[test]
    fn matched_or_not_a_name() {
        for command in [
            "pnpm --filter api build",
            "pnpm --filter web build",
            "pnpm --filter @mono/web^... build",
            "pnpm --filter '@mono/*' build",
            "pnpm --filter ./apps/worker build",
            "pnpm --filter {apps/worker} build",
            "pnpm --filter '[main]' build",
            "pnpm --filter $APP build",
            "npm run build -w apps/api",
            "npm run build --workspace=api",
            "pnpm -r build",
            "npm run build -w worker || true",
        ] {
            check_clean(&UNMATCHED_FILTER, FILES, &dockerfile(command));
        }
        check_clean(&UNMATCHED_FILTER, &[FILES[0]], "FROM node:22\nRUN pnpm --filter x build\n");
    }
}
