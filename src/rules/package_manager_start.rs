//! `package-manager-start`

mod direct;

use super::declare_rule;
use super::support::{node_stage, quoted_words, start_with};
use crate::diagnostic::Diagnostic;
use crate::facts::StartCommand;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;

declare_rule! {
    /// Flags a container that starts its app through a package manager.
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
    /// Safe where the script is one plain `node …` without scripts before or after it and without
    /// variables of its own, and no module reads `npm_package_*`. Unsafe where not all modules are known. A server that a
    /// dependency brings (`next start`) is started by its path, a package in another folder (`npm start -w api`) after a
    /// WORKDIR.
    /// A Dockerfile that is for development by its name (see `missing-node-env`) is not reported.
    pub(crate) PACKAGE_MANAGER_START { name: "package-manager-start", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    let Some(command) = ctx.facts().command.as_ref().filter(|it| direct::is_manager(&it.words)) else { return };
    let place = ctx.model().instructions[command.instruction].content;
    let message = format!("The container starts through `{}`", quoted_words(&command.words));
    acc.push(with_fix(ctx, command, Diagnostic::new(PACKAGE_MANAGER_START.name, place, message)));
}

fn with_fix(ctx: &Inspection, command: &StartCommand, res: Diagnostic) -> Diagnostic {
    let direct::Direct { words, environment } = match direct::start(ctx, command) {
        Ok(direct) => direct,
        Err(reason) => return res.with_held_back(reason),
    };
    let Some(edit) = start_with(ctx, command, &words) else {
        return res.with_held_back("the words of the start command stand in more than one instruction");
    };
    let mut edits = vec![edit];
    if !environment.is_empty() {
        let lines: Vec<String> = environment.iter().map(|(name, value)| format!("ENV {name}={value}")).collect();
        edits.push(lines::instructions(ctx.source(), Spot::Before(command.instruction), &lines));
    }
    if let Some(folder) = direct::folder(ctx) {
        edits.push(lines::instructions(
            ctx.source(),
            Spot::Before(command.instruction),
            &[format!("WORKDIR {folder}")],
        ));
    }
    let title = format!("Start `{}` itself", quoted_words(&words));
    let res = with_signal_note(ctx, res);
    let given =
        environment.first().map(|(name, _)| format!("who starts the container may give `{name}` another value").into());
    match direct::doubt(ctx).or(given) {
        Some(doubt) => res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(doubt),
        None => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
    }
}

fn with_signal_note(ctx: &Inspection, res: Diagnostic) -> Diagnostic {
    let facts = ctx.facts();
    let is_first = facts.command.as_ref().is_some_and(|it| it.wrapper.is_none());
    let is_deaf = facts.runtime.as_ref().is_some_and(|it| it.signal_handler.is_none() && it.unknown.is_empty());
    if !is_first || !is_deaf {
        return res;
    }
    res.with_note("No module handles SIGTERM: as the first process, `node` waits to be killed; `docker run --init` or a handler ends it at once")
}

#[cfg(test)]
mod tests {
    use super::PACKAGE_MANAGER_START;
    use crate::testing::{check_clean, check_fix, check_held_back, check_unsafe_fix};

    fn dockerfile(start: &str) -> String {
        format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{start}\n")
    }

    const PLAIN: &[(&str, &str)] = &[
        (
            "package.json",
            r#"{"scripts": {"start": "node server.js", "start:prod": "node --enable-source-maps ./server.js"}}"#,
        ),
        ("server.js", "process.on('SIGTERM', () => process.exit(0))\n"),
    ];

    #[test]
    fn both_forms() {
        for start in ["CMD [\"npm\", \"start\"]", "CMD npm start", "CMD npm run start"] {
            check_fix(&PACKAGE_MANAGER_START, PLAIN, &dockerfile(start), &dockerfile("CMD [\"node\", \"server.js\"]"));
        }
    }

    #[test]
    fn bun_runs_files_too() {
        for file in ["server.ts", "src/index.js", "./server"] {
            let start = dockerfile(&format!("CMD [\"bun\", \"run\", \"{file}\"]"));
            check_clean(&PACKAGE_MANAGER_START, PLAIN, &start.replace("node:22-slim", "oven/bun:1"));
        }
    }

    #[test]
    fn flags_and_paths_stay_as_written() {
        check_fix(
            &PACKAGE_MANAGER_START,
            PLAIN,
            &dockerfile("ENTRYPOINT [ \"npm\", \"run\", \"start:prod\" ]"),
            &dockerfile("ENTRYPOINT [ \"node\", \"--enable-source-maps\", \"./server.js\" ]"),
        );
    }

    #[test]
    fn behind_an_init() {
        for head in ["ENTRYPOINT [\"tini\", \"--\"]\nCMD [", "CMD [\"dumb-init\", "] {
            let before = dockerfile(&format!("{head}\"npm\", \"start\"]"));
            let after = dockerfile(&format!("{head}\"node\", \"server.js\"]"));
            check_fix(&PACKAGE_MANAGER_START, PLAIN, &before, &after);
        }
    }

    #[test]
    fn what_the_script_does_besides() {
        held_back(r#""start": "sleep 5 && node server.js""#, "", "`start` runs `sleep` as well");
        held_back(r#""start": "test -n \"$URL\" && node server.js""#, "", "`start` runs `test` as well");
        held_back(r#""start": "node server.js > app.log""#, "", "`node server.js > app.log` writes a file");
    }

    fn with_script(scripts: &str, server: &'static str) -> Vec<(String, String)> {
        let package = format!(r#"{{"scripts": {{{scripts}}}, "dependencies": {{"next": "15"}}}}"#);
        vec![("package.json".to_owned(), package), ("server.js".to_owned(), server.to_owned())]
    }

    #[track_caller]
    fn held_back(scripts: &str, server: &'static str, reason: &str) {
        let files = with_script(scripts, server);
        let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        check_held_back(&PACKAGE_MANAGER_START, &files, &dockerfile("CMD [\"npm\", \"start\"]"), reason);
    }

    #[test]
    fn more_hangs_on_it() {
        held_back(r#""prestart": "node migrate.js", "start": "node server.js""#, "", "`prestart` runs as well");
        held_back(r#""start": "node migrate.js && node server.js""#, "", "`start` runs more than one program");
        held_back(r#""start": "PORT=$X node server.js""#, "", "`start` sets `PORT`");
        held_back(r#""start": "next start""#, "", "`start` runs `next`, which is found through the manager");
        let reads = "console.log(process.env.npm_package_version)\n";
        held_back(r#""start": "node server.js""#, reads, "`server.js:1` reads a variable that npm sets");
    }

    #[test]
    fn what_the_script_sets_becomes_the_stages() {
        let files = [("package.json", r#"{"scripts": {"start": "NODE_ENV=production node server.js"}}"#), PLAIN[1]];
        let (before, after) = ("CMD [\"npm\", \"start\"]", "ENV NODE_ENV=production\nCMD [\"node\", \"server.js\"]");
        check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &dockerfile(before), &dockerfile(after));
        let given = dockerfile("ENV NODE_ENV=staging\nCMD [\"npm\", \"start\"]");
        check_held_back(&PACKAGE_MANAGER_START, &files, &given, "`start` sets `NODE_ENV`");
    }

    #[test]
    fn a_script_that_changes_the_folder() {
        let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
        for start in ["cd apps/api && npm start", "cd apps/api && node server.js", "npm start -w apps/api"] {
            let root =
                format!(r#"{{"workspaces": ["apps/*"], "scripts": {{"start": "npm run it", "it": "{start}"}}}}"#);
            let files = [&[("package.json", &*root)][..], &WORKSPACE[1..]].concat();
            check_fix(&PACKAGE_MANAGER_START, &files, &dockerfile("CMD npm start"), &after);
        }
        let root = r#"{"workspaces": ["apps/*"], "scripts": {"start": "cd apps/api && node a.js && npm start"}}"#;
        let files = [&[("package.json", root)][..], &WORKSPACE[1..]].concat();
        check_held_back(
            &PACKAGE_MANAGER_START,
            &files,
            &dockerfile("CMD npm start"),
            "`cd apps/api` changes the folder",
        );
    }

    #[test]
    fn the_sources_are_not_there() {
        check_unsafe_fix(
            &PACKAGE_MANAGER_START,
            &[("package.json", r#"{"scripts": {"start": "node gone.js"}}"#)],
            &dockerfile("CMD [\"npm\", \"start\"]"),
            &dockerfile("CMD [\"node\", \"gone.js\"]"),
        );
    }

    const WORKSPACE: &[(&str, &str)] = &[
        ("package.json", r#"{"workspaces": ["apps/*"]}"#),
        ("apps/api/package.json", r#"{"name": "@x/api", "scripts": {"start": "node server.js"}}"#),
        ("apps/api/server.js", "process.on('SIGTERM', () => process.exit(0))\n"),
    ];

    #[test]
    fn in_a_package_of_the_workspace() {
        let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
        for start in ["npm start -w apps/api", "npm run start --workspace=@x/api", "npm --prefix apps/api start"] {
            check_fix(&PACKAGE_MANAGER_START, WORKSPACE, &dockerfile(&format!("CMD {start}")), &after);
        }
        for (rest, reason) in [
            (
                "CMD npm start -w apps/api\nRUN touch x",
                "it runs in `/app/apps/api`, and the RUN after it in the working directory",
            ),
            (
                "ENTRYPOINT [\"./entry.sh\"]\nCMD [\"npm\", \"start\", \"-w\", \"apps/api\"]",
                "it runs in `/app/apps/api`, and `./entry.sh` before it in the working directory",
            ),
        ] {
            check_held_back(&PACKAGE_MANAGER_START, WORKSPACE, &dockerfile(rest), reason);
        }
    }

    #[test]
    fn of_the_package_at_the_working_directory() {
        let files = [WORKSPACE, &[("pnpm-workspace.yaml", "packages: [apps/*]\n")]].concat();
        for start in ["pnpm --filter api start", "pnpm -F @x/api run start"] {
            let start = dockerfile(&format!("WORKDIR /app/apps/api\nCMD {start}"));
            let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
            check_fix(&PACKAGE_MANAGER_START, &files, &start, &after);
        }
    }

    #[test]
    fn plug_and_play_is_the_roots() {
        let lock = ("yarn.lock", "__metadata:\n  version: 8\n");
        let files = [WORKSPACE, &[lock]].concat();
        let start = dockerfile("CMD yarn workspace @x/api start");
        check_held_back(&PACKAGE_MANAGER_START, &files, &start, "Yarn may be what lets `node` find the packages");
        let modules = [&files[..], &[(".yarnrc.yml", "nodeLinker: node-modules\n")]].concat();
        let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
        check_fix(&PACKAGE_MANAGER_START, &modules, &start, &after);
    }

    #[test]
    fn a_server_that_a_dependency_brings() {
        let files = with_script(r#""start": "next start -p 3000""#, "");
        let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let text = |start: &str| format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\n{start}\n");
        let after = text("CMD [\"node_modules/.bin/next\", \"start\", \"-p\", \"3000\"]");
        check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &text("CMD npm start"), &after);
    }

    #[test]
    fn bun_is_the_node_of_its_image() {
        let start = |it: &str| dockerfile(it).replace("node:22-slim", "oven/bun:1");
        let after = start("CMD [\"bun\", \"server.js\"]");
        check_fix(&PACKAGE_MANAGER_START, PLAIN, &start("CMD [\"bun\", \"run\", \"start\"]"), &after);
    }

    #[test]
    fn node_itself() {
        check_clean(&PACKAGE_MANAGER_START, PLAIN, &dockerfile("CMD [\"node\", \"server.js\"]"));
    }
}
