//! `source-maps`

use std::collections::{BTreeMap, BTreeSet};

use super::declare_rule;
use super::support::node_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{maps, programs};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::shell::{Command, Joined};
use crate::stages::{Build, Contents, Entry, Holding, ImageKind};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextSize;

declare_rule! {
    /// Flags source maps of the app's own output that ship and that nothing reads.
    ///
    /// ## Why
    /// Node looks at them with `--enable-source-maps` only. Without it they are as large as the output again, and hold the
    /// sources that the image was to do without. Those of a site are handed out to everybody.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```dockerfile after unsafe
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build && find /app/dist -name '*.map' -exec rm {} +
    ///
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.9.0"}}
    /// ```
    /// ```json file=tsconfig.json
    /// {"compilerOptions": {"rootDir": "src", "outDir": "dist", "sourceMap": true}, "include": ["src"]}
    /// ```
    /// ```ts file=src/server.ts
    /// import { createServer } from 'node:http';
    /// createServer((_request, response) => response.end('ok')).listen(3000);
    /// ```
    ///
    /// ## Fix safety
    /// Always unsafe: a debugger may want them. They are deleted after the build; no fix where that stands in a
    /// condition. Nothing is said where the compiler's settings don't say that it makes maps, where something reads them
    /// (`source-map-support`, an error tracker, pm2), and where it is not known what the container starts.
    pub(crate) SOURCE_MAPS { name: "source-maps", since: "0.1.0", severity: Info, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((_, stage)) = node_stage(ctx) else { return of_site(ctx, acc) };
    if ctx.facts().development.is_some() || may_be_read(ctx, &stage.contents) {
        return;
    }
    let found: Vec<(&Entry, &Build, &str)> =
        stage.contents.entries.iter().filter_map(|it| with_maps(ctx, it)).collect();
    acc.extend(diagnostic(ctx, &found));
}

/// Maps of a site that a server of files hands out, unless an error tracker gets them.
fn of_site(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let model = ctx.model();
    let Some(at) = model.production.as_ref().map(|it| it.stage) else { return };
    if model.root_image(at).kind != ImageKind::WebServer || maps::sends_maps(ctx.text()) {
        return;
    }
    let entries = &model.stages[at].contents.entries;
    let found: Vec<(&Entry, &Build, &str)> = entries.iter().filter_map(|it| with_maps(ctx, it)).collect();
    let app = |it: &Build| it.app.as_ref().and_then(|it| ctx.project().app(it));
    let is_tracked = |it: &Build| {
        let app = app(it);
        app.is_none_or(|it| {
            let package = &it.package;
            package.dependencies.keys().chain(package.dev_dependencies.keys()).any(|it| maps::reads_maps(it))
        })
    };
    if !found.iter().any(|it| is_tracked(it.1)) {
        let told = diagnostic(ctx, &found).map(|it| {
            let message =
                it.message.replace("and nothing reads them", "and whoever visits the site can read the sources");
            Diagnostic { message, ..it }
        });
        acc.extend(told);
    }
}

/// Whether something asks for maps, or it is not known what the container runs.
fn may_be_read(ctx: &Inspection, contents: &Contents) -> bool {
    let facts = ctx.facts();
    let (Ok(start), Some(app)) = (facts.known_start(), &facts.app) else { return true };
    let mut words = start
        .programs
        .iter()
        .flat_map(|it| it.arguments.iter().chain(&it.preloads).chain(it.assignments.iter().map(|it| &it.1)));
    let asks = words.any(|it| maps::asks_for_maps(it));
    let options = contents.env_value("NODE_OPTIONS").is_some_and(maps::asks_for_maps);
    let by_package = app.package.dependencies.keys().any(|it| maps::reads_maps(it));
    let by_others = facts.users.iter().flat_map(|it| &it.words).any(|it| maps::asks_for_maps(it))
        || facts.given.environment.iter().any(|it| maps::asks_for_maps(&it.1));
    // Another stage may start with them, or send them to an error tracker.
    let by_file = maps::asks_for_maps(ctx.text()) || maps::sends_maps(ctx.text());
    let by_program = start.programs.iter().any(|it| programs::is_loader(&it.name));
    let sources =
        facts.runtime.iter().flat_map(|it| &it.files).filter_map(|it| ctx.project().text(&app.folder_path(it)));
    asks || options
        || by_package
        || by_others
        || by_file
        || by_program
        || sources.into_iter().any(|it| maps::asks_for_maps(&it))
}

/// The build of an output that comes with maps, and its path there.
fn with_maps<'i>(ctx: &'i Inspection, entry: &'i Entry) -> Option<(&'i Entry, &'i Build, &'i str)> {
    let Holding::Output { build, path, .. } = &entry.holding else { return None };
    let build = &ctx.model().builds[*build];
    let holds = |it: &str| paths::contains(it, path) || paths::contains(path, it);
    let output = build.outputs.outputs.iter().find(|it| it.maps == Some(true) && holds(&it.path))?;
    let is_without = entry.lacks("a.map") || entry.lacks("a.js.map") || entry.is_file();
    (!is_without).then_some((entry, build, &output.path))
}

/// One for all of them.
fn diagnostic(ctx: &Inspection, found: &[(&Entry, &Build, &str)]) -> Option<Diagnostic> {
    let place = |it: &Entry| ctx.model().instructions[it.origin.last()].content;
    let ((first, ..), others) = found.split_first()?;
    let others: Vec<&&Entry> = others.iter().map(|it| &it.0).filter(|it| it.path != first.path).collect();
    let message = match others.len() {
        0 => format!("The source maps in `{}` are in the image, and nothing reads them", first.path),
        n => format!("The source maps in `{}` and {n} more are in the image, and nothing reads them", first.path),
    };
    let mut res = Diagnostic::new(SOURCE_MAPS.name, place(first), message);
    res.severity = Severity::Info;
    res = others.iter().fold(res, |res, it| res.with_related(place(it), format!("`{}`", it.path)));
    let deletions: Option<BTreeSet<(TextSize, String)>> =
        found.iter().map(|it| deletion(ctx, it.1, it.0, it.2)).collect();
    Some(match deletions {
        Some(deletions) => {
            // One command may build several.
            let mut folders: BTreeMap<TextSize, Vec<String>> = BTreeMap::new();
            deletions.into_iter().for_each(|(at, folder)| folders.entry(at).or_default().push(folder));
            let text =
                |at, it: Vec<String>| format!("{}find {} -name '*.map' -exec rm {{}} +", joint(ctx, at), it.join(" "));
            let edits = folders.into_iter().map(|(at, it)| Edit::insertion(at, text(at, it))).collect();
            res.with_fix(Fix::new("Delete them after the build", Applicability::Unsafe, edits))
                .with_held_back("a debugger may want them")
        }
        None => res.with_held_back("the build is not a plain command of a stage that does not ship"),
    })
}

/// What joins another command to the one that ends at `at`.
fn joint(ctx: &Inspection, at: TextSize) -> &'static str {
    let mut scripts = ctx.model().scripts.iter().flatten();
    scripts
        .find_map(|it| it.commands.iter().position(|it| it.range.end() == at).map(|at| it.joint_after(at)))
        .unwrap_or(" && ")
}

/// The folder where `&& find … -exec rm` goes after the command that builds, and that place: not every busybox has
/// `-delete`.
fn deletion(ctx: &Inspection, build: &Build, entry: &Entry, output: &str) -> Option<(TextSize, String)> {
    let script = ctx.model().scripts[build.instruction].as_ref().filter(|it| it.complete)?;
    let at = script.commands.iter().position(|it| it.range == build.command.range)?;
    let (command, next) = (&script.commands[at], script.commands.get(at + 1));
    let is_text = matches!(&ctx.model().instructions[build.instruction].kind, Kind::Run(CommandForm::Shell(text)) if text.contains_range(command.range));
    let is_chained = |it: &Command| matches!(it.joined, Joined::And | Joined::Sequence);
    let is_plain = matches!(command.joined, Joined::First | Joined::And | Joined::Sequence) && !command.conditional;
    let is_elsewhere = !entry.origin.via.is_empty();
    let folder = paths::join(build.folder.as_deref()?, output);
    let is_word = folder.starts_with('/') && folder.chars().all(|it| it.is_ascii_alphanumeric() || "/._-".contains(it));
    let may = is_text
        && is_plain
        && next.is_none_or(is_chained)
        && !script.is_substituted(command)
        && is_elsewhere
        && is_word;
    may.then(|| (command.range.end(), folder))
}

#[cfg(test)]
mod tests {
    use super::SOURCE_MAPS;
    use crate::testing::{check_clean, check_unsafe_fix, replaced};

    const FILES: &[(&str, &str)] = &[
        (
            "package.json",
            r#"{"scripts": {"build": "tsc", "start": "node dist/server.js"}, "devDependencies": {"typescript": "5"}}"#,
        ),
        (
            "tsconfig.json",
            r#"{"compilerOptions": {"rootDir": "src", "outDir": "dist", "sourceMap": true}, "include": ["src"]}"#,
        ),
        ("src/server.ts", "console.log('ok')\n"),
    ];

    fn dockerfile(build: &str, rest: &str) -> String {
        format!(
            "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN {build}\n\nFROM node:22-slim\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\n{rest}\n"
        )
    }

    const START: &str = "CMD [\"node\", \"dist/server.js\"]";

    #[test]
    fn they_are_deleted_after_the_build() {
        for (build, after) in [
            ("npx tsc", "npx tsc && find /app/dist -name '*.map' -exec rm {} +"),
            (
                "npm run build && rm -rf src",
                "npm run build && find /app/dist -name '*.map' -exec rm {} + && rm -rf src",
            ),
        ] {
            check_unsafe_fix(&SOURCE_MAPS, FILES, &dockerfile(build, START), &dockerfile(after, START));
        }
    }

    #[test]
    fn none_or_read() {
        let build = "npm run build";
        for rest in [
            "CMD [\"node\", \"--enable-source-maps\", \"dist/server.js\"]",
            "ENV NODE_OPTIONS=--enable-source-maps\nCMD [\"node\", \"dist/server.js\"]",
            "CMD [\"node\", \"-r\", \"source-map-support/register\", \"dist/server.js\"]",
            "CMD [\"pm2-runtime\", \"dist/server.js\"]",
            "CMD [\"./start\"]",
        ] {
            check_clean(&SOURCE_MAPS, FILES, &dockerfile(build, rest));
        }
        for other in [
            ("tsconfig.json", r#"{"compilerOptions": {"rootDir": "src", "outDir": "dist", "inlineSourceMap": true}}"#),
            ("src/server.ts", "process.setSourceMapsEnabled(true)\n"),
            ("package.json", r#"{"scripts": {"build": "tsc"}, "dependencies": {"@sentry/node": "9"}}"#),
        ] {
            check_clean(&SOURCE_MAPS, &replaced(FILES, &[other]), &dockerfile(build, START));
        }
        check_clean(&SOURCE_MAPS, FILES, &dockerfile("npm run build && find dist -name '*.map' -exec rm {} +", START));
        let excluded = dockerfile(build, START).replace("COPY --from=build", "COPY --from=build --exclude=**/*.map");
        check_clean(&SOURCE_MAPS, FILES, &excluded);
    }

    /// A shell with `set -e` does not stop for a command that another follows after `&&`.
    #[test]
    fn what_follows_stays_a_list() {
        let before = dockerfile("set -e; npm run build; ls dist", "CMD [\"node\", \"dist/server.js\"]");
        let after = before.replace("build; ls", "build; find /app/dist -name '*.map' -exec rm {} +; ls");
        check_unsafe_fix(&SOURCE_MAPS, FILES, &before, &after);
    }

    /// Another stage may start with them, or send them away; so may who runs the image.
    #[test]
    fn others_that_read_them() {
        let plain = dockerfile("npm run build", "CMD [\"node\", \"dist/server.js\"]");
        let compose = "services:\n  web:\n    build: .\n    command: node --enable-source-maps dist/server.js\n";
        check_clean(&SOURCE_MAPS, &replaced(FILES, &[("compose.yaml", compose)]), &plain);
        let upload = format!(
            "{plain}\nFROM build AS upload\nRUN npx sentry-cli sourcemaps upload dist\n\nFROM node:22-slim\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\nCMD [\"node\", \"dist/server.js\"]\n"
        );
        check_clean(&SOURCE_MAPS, FILES, &upload);
    }

    #[test]
    fn of_a_site() {
        let site = |build: &str| {
            format!(
                "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN {build}\n\nFROM nginxinc/nginx-unprivileged\nCOPY --from=build /app/dist /usr/share/nginx/html\n"
            )
        };
        let files = |config: &'static str, more: &'static str| {
            [("package.json", more), ("index.html", ""), ("vite.config.js", config)]
        };
        let package = r#"{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#;
        let with = "export default { build: { sourcemap: true } }";
        let after = site("npm run build && find /app/dist -name '*.map' -exec rm {} +");
        check_unsafe_fix(&SOURCE_MAPS, &files(with, package), &site("npm run build"), &after);
        let tracked = r#"{"scripts": {"build": "vite build"}, "devDependencies": {"@sentry/vite-plugin": "4"}}"#;
        for (config, package) in [
            (with, tracked),
            ("export default {}", package),
            ("export default { build: { sourcemap: 'inline' } }", package),
        ] {
            check_clean(&SOURCE_MAPS, &files(config, package), &site("npm run build"));
        }
    }
}
