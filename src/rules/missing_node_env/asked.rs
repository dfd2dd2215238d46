//! What of the start, beside the app's modules, does something by NODE_ENV: the shell.

use crate::ecosystem::programs;
use crate::inspection::Inspection;
use crate::project::{Reason, Site};

/// The script, or the command, that asks for it.
pub(super) fn doubt(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let by_file = || facts.scripts(ctx.model()).into_iter().find_map(|it| in_file(ctx, it.path));
    let by_words = || facts.command.iter().flat_map(|it| &it.words).any(|it| asks(it));
    let by_start = || by_words().then(|| "the start command asks for NODE_ENV".into());
    by_file().or_else(|| in_manifest(ctx)).or_else(by_start).or_else(|| by_program(ctx))
}

/// A program that takes its settings by it.
fn by_program(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let starts = facts.start.iter().chain(facts.users.iter().filter_map(|it| it.start.as_ref()));
    let mut names = starts.flat_map(|it| &it.programs).map(|it| it.name.as_str());
    let modules = facts.runtime.iter().chain(facts.users.iter().filter_map(|it| it.runtime.as_ref()));
    let mut started = modules.flat_map(|it| &it.starts).filter_map(|it| Some((&it.0, it.1.as_deref()?)));
    if let Some(name) = names.find(|it| programs::heeds_mode(it)) {
        return Some(format!("`{name}` takes its settings by NODE_ENV").into());
    }
    let (site, name) =
        started.find_map(|(site, text)| Some((site, text.split_whitespace().find(|it| programs::heeds_mode(it))?)))?;
    Some(Reason::at(site.clone(), format!("starts `{name}`, which takes its settings by NODE_ENV")))
}

fn in_file(ctx: &Inspection, path: String) -> Option<Reason> {
    let text = ctx.project().text(&path)?;
    let line = text.lines().position(asks)? + 1;
    Some(Reason::at(Site { path, line: Some(line) }, "asks for NODE_ENV"))
}

/// The scripts of package.json that are run.
fn in_manifest(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let scripts = &facts.app.as_ref()?.package.scripts;
    let starts = facts.start.iter().chain(facts.users.iter().filter_map(|it| it.start.as_ref()));
    let mut run = starts.flat_map(|it| &it.programs).filter_map(|it| it.script.as_ref());
    let (_, site) = run.find(|(name, _)| scripts.get(name).is_some_and(|it| asks(&it.text)))?;
    Some(Reason::at(site.clone(), "asks for NODE_ENV"))
}

/// `$NODE_ENV`, `printenv NODE_ENV`, `env | grep NODE_ENV`: not what sets it.
fn asks(text: &str) -> bool {
    text.split("NODE_ENV").skip(1).any(|it| !it.starts_with('=') && !it.starts_with("\\="))
        && !text.trim_start().starts_with('#')
}

#[cfg(test)]
mod tests {
    use crate::rules::missing_node_env::MISSING_NODE_ENV;
    use crate::testing::{check_fix, check_held_back};

    #[test]
    fn who_asks() {
        let manifest = r#"{"scripts": {"start": "node server.js", "migrate": "knex migrate:latest && node server.js", "by-mode": "echo $NODE_ENV && node server.js"}}"#;
        let run = |start: &str| format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{start}\n");
        let by_script = run("ENTRYPOINT [\"./entry.sh\"]\nCMD [\"node\", \"server.js\"]");
        for (start, entry, expected) in [
            (
                by_script.as_str(),
                "if [ \"$NODE_ENV\" = production ]; then sleep 1; fi",
                Some("`entry.sh:2` asks for NODE_ENV"),
            ),
            (&by_script, "sleep ${NODE_ENV:+1}", Some("`entry.sh:2` asks for NODE_ENV")),
            (&by_script, "if printenv NODE_ENV; then sleep 1; fi", Some("`entry.sh:2` asks for NODE_ENV")),
            (&by_script, "sleep 1", None),
            (&run("CMD npm run migrate"), "", Some("`knex` takes its settings by NODE_ENV")),
            (&run("CMD npm run by-mode"), "", Some("`package.json:1` asks for NODE_ENV")),
            (&run("CMD npm start"), "", None),
            (&run("CMD echo $NODE_ENV && node server.js"), "", Some("the start command asks for NODE_ENV")),
        ] {
            let entry = format!("#!/bin/sh\n{entry}\nexec \"$@\"\n");
            let files = [("package.json", manifest), ("server.js", ""), ("entry.sh", &*entry)];
            match expected {
                Some(reason) => check_held_back(&MISSING_NODE_ENV, &files, start, reason),
                None => {
                    let after = start.replace("WORKDIR /app\n", "WORKDIR /app\nENV NODE_ENV=production\n");
                    check_fix(&MISSING_NODE_ENV, &files, start, &after);
                }
            }
        }
    }
}
