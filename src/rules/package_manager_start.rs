//! `package-manager-start`

mod direct;

use super::support::{node_stage, quoted_words};
use super::{RuleContext, declare_rule};
use crate::diagnostic::Diagnostic;
use crate::facts::StartCommand;
use crate::fix::{Applicability, Edit, Fix};

declare_rule! {
    /// Allows a container that starts its app through a package manager.
    ///
    /// ## Why
    /// The manager and its shell stay in memory beside the app, and SIGTERM reaches them in place of
    /// the app: it is cut off, and its own handler for a clean end does not run.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// CMD ["npm", "start"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"start": "node server.js"}}
    /// ```
    /// ```js file=server.js
    /// process.on('SIGTERM', () => process.exit(0))
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the script is one plain `node …` without scripts before or behind it and without
    /// variables of its own, and no module reads `npm_package_*`. Unsafe where not all modules are known.
    pub(crate) PACKAGE_MANAGER_START { name: "package-manager-start", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &RuleContext<'_>, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    let Some(command) = ctx.facts().command.as_ref().filter(|it| direct::is_manager(&it.words)) else { return };
    let place = ctx.model.instructions[command.instruction].content;
    let message = format!("The container starts through `{}`", quoted_words(&command.words));
    acc.push(with_fix(ctx, command, Diagnostic::new(PACKAGE_MANAGER_START.name, place, message)));
}

fn with_fix(ctx: &RuleContext<'_>, command: &StartCommand, res: Diagnostic) -> Diagnostic {
    let words = match direct::words(ctx, command) {
        Ok(words) => words,
        Err(reason) => return res.with_held_back(reason),
    };
    let Some(edit) = edit(ctx, command, &words) else {
        return res.with_held_back("the words of the start command stand in more than one instruction");
    };
    let title = format!("Start `{}` itself", quoted_words(&words));
    let res = with_signal_note(ctx, res);
    match direct::doubt(ctx) {
        Some(doubt) => res.with_fix(Fix::new(title, Applicability::Unsafe, vec![edit])).with_held_back(doubt),
        None => res.with_fix(Fix::new(title, Applicability::Safe, vec![edit])),
    }
}

fn with_signal_note(ctx: &RuleContext<'_>, res: Diagnostic) -> Diagnostic {
    let facts = ctx.facts();
    let is_first = facts.command.as_ref().is_some_and(|it| it.wrapper.is_none());
    let is_deaf = facts.runtime.as_ref().is_some_and(|it| it.signal_handler.is_none() && it.unknown.is_empty());
    if !is_first || !is_deaf {
        return res;
    }
    res.with_note("No module handles SIGTERM: as the first process, `node` waits to be killed; `docker run --init` or a handler ends it at once")
}

/// The words in place of the manager's; brackets and what stands before them stay.
fn edit(ctx: &RuleContext<'_>, command: &StartCommand, words: &[String]) -> Option<Edit> {
    let json: Vec<String> = words.iter().map(|it| serde_json::Value::String(it.clone()).to_string()).collect();
    let json = json.join(", ");
    match direct::written(ctx, command)? {
        direct::Written::Words(range) => Some(Edit::replacement(range, json)),
        direct::Written::Text(range) => Some(Edit::replacement(range, format!("[{json}]"))),
    }
}
