//! `missing-manifest`

mod settings;

use super::declare_rule;
use super::support::{is_fatal, line_number, may_have_made, quoted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::paths::glob::{self, Dialect, Glob};
use crate::project::{App, Lock, Manager};
use crate::shell::ShellWord;
use crate::stages::{Install, InstructionId, Verb};
use crate::syntax::{Copy, Instruction, Kind, Word};
use crate::text::TextRange;

declare_rule! {
    /// Flags an install in a stage that lacks the lock file, or another file of the project that the install takes:
    /// `pnpm-workspace.yaml` with settings, hooks of pnpm, `.yarnrc.yml`, patches.
    ///
    /// ## Why
    /// `npm ci` and the frozen installs of pnpm and Yarn 2 and later stop without a lock file. A plain install
    /// takes the newest versions that package.json allows: two builds of one commit differ.
    /// Without its settings an install stops as well, or brings other packages, unpatched, or none of the workspace's.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// The lock file is added to the COPY of package.json. Safe where the install fails without it; unsafe where
    /// it takes the newest versions today, which is not reported in a Dockerfile for development. Where there is no lock
    /// file at all, an install that needs one becomes one that does not, and is unsafe: its versions are those of the day. The
    /// other files are added unsafely: what is installed may change with them.
    pub(crate) MISSING_MANIFEST { name: "missing-manifest", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    acc.extend(ctx.model().installs.iter().filter(|it| !lacks_lock(it)).filter_map(|it| settings::check(ctx, it)));
    for install in ctx.model().installs.iter().filter(|it| lacks_lock(it)) {
        let Some(app) = install.app.as_ref().and_then(|it| ctx.project().app(it)) else { continue };
        let arguments: Vec<&str> = install.command.arguments().flatten().collect();
        let fails = install.manager.needs_lock(install.verb, &arguments);
        let lock = lock_of(ctx, &app, install.manager);
        let is_certain = !makes_lock(ctx, install) && !ctx.project().may_be_above();
        let counts = if fails {
            is_fatal(ctx, install.instruction, install.command.range)
        } else {
            lock.is_some() && !ctx.facts().is_for_development()
        };
        if is_certain && counts {
            acc.push(diagnostic(ctx, install, &app, lock.as_ref(), fails));
        }
    }
}

fn lacks_lock(install: &Install) -> bool {
    let refuses =
        |it: &str| matches!(it, "--no-package-lock" | "--package-lock=false" | "--no-lockfile" | "--pure-lockfile");
    let is_whole = matches!(install.verb, Verb::Install | Verb::CleanInstall);
    is_whole
        && install.lock_present == Some(false)
        && !install.command.conditional
        && !install.command.arguments().any(|it| it.is_none_or(refuses))
}

/// The lock file that counts for the app: its own, or that of the workspaces around it.
fn lock_of(ctx: &Inspection, app: &App, manager: Manager) -> Option<Lock> {
    let own = |it: &App| it.locks.iter().find(|it| it.manager == manager).cloned();
    own(app).or_else(|| own(&ctx.project().workspace(&app.folder)?.root))
}

/// Whether a command before it may have made a lock file.
fn makes_lock(ctx: &Inspection, install: &Install) -> bool {
    let start = install.command.range.start();
    let stages = ctx.model().ancestry(install.stage);
    let earlier =
        ctx.model().installs.iter().filter(|it| stages.contains(&it.stage) && it.command.range.end() <= start);
    earlier.into_iter().any(|it| it.folder == install.folder || it.folder.is_none())
        || ["lock", "import", "shrinkwrap"].iter().any(|it| may_have_made(ctx, install.stage, start, it))
}

fn diagnostic(ctx: &Inspection, install: &Install, app: &App, lock: Option<&Lock>, fails: bool) -> Diagnostic {
    let command = quoted(&install.command.words);
    let outcome = match lock {
        _ if fails => format!("`{command}` fails"),
        _ => format!("`{command}` takes the newest versions that package.json allows"),
    };
    let Some(lock) = lock else {
        let message = format!("There is no lock file for {}: {outcome}", install.manager.program());
        let res = error(Diagnostic::new(MISSING_MANIFEST.name, install.command.range, message));
        return match without_lock(install) {
            Some(fix) => res.with_fix(fix).with_held_back(NEWEST),
            None => res.with_held_back("a lock file has to be made and committed first"),
        };
    };
    if !lock.visible {
        let file = ctx.project().dockerignore.path.clone().unwrap_or_default();
        let message = format!("`{file}` keeps `{}` out of the build: {outcome}", lock.path);
        let line = ctx.project().dockerignore.line_that_drops(&lock.path);
        let res = Diagnostic::new(MISSING_MANIFEST.name, install.command.range, message);
        let res = if fails { error(res) } else { res };
        return res.with_related_file(file, line, "this line keeps it out").with_held_back("that line has to go first");
    }
    let message = format!("`{}` is not in the stage yet: {outcome}", lock.path);
    let res = Diagnostic::new(MISSING_MANIFEST.name, install.command.range, message);
    let res = if fails { error(res) } else { res };
    with_fix(ctx, res, install, app, lock, fails)
}

const NEWEST: &str =
    "the image gets the newest versions that package.json allows, as long as no lock file is made and committed";

/// The same install without a lock file: it builds, with the versions of that day.
fn without_lock(install: &Install) -> Option<Fix> {
    let words = &install.command.words;
    let edit = match install.verb {
        Verb::CleanInstall => {
            Edit::replacement(words.get(1).filter(|it| is_clean_install(install, it))?.range, "install")
        }
        _ => {
            let frozen = |it: &ShellWord| it.value.as_deref() == install.manager.frozen_flag();
            let at = words.iter().position(frozen)?;
            Edit::deletion(TextRange::new(words[at - 1].range.end(), words[at].range.end()))
        }
    };
    let title = format!("Install without a lock file: `{} install`", install.manager.program());
    Some(Fix::new(title, Applicability::Unsafe, vec![edit]))
}

fn is_clean_install(install: &Install, word: &ShellWord) -> bool {
    word.value.as_deref().is_some_and(|it| install.manager.is_clean_install(it))
}

fn error(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Error, ..diagnostic }
}

fn with_fix(
    ctx: &Inspection,
    diagnostic: Diagnostic,
    install: &Install,
    app: &App,
    lock: &Lock,
    fails: bool,
) -> Diagnostic {
    let Some((at, edit)) = with_lock(ctx, install, app, lock) else {
        return diagnostic.with_held_back("no COPY of package.json can take it along");
    };
    if paths::parent(&lock.path) != app.folder {
        return diagnostic.with_held_back(format!("where `{}` belongs in the stage is not known", lock.path));
    }
    let title = format!("Copy `{}` along in line {}", lock.path, line_number(ctx, at));
    if fails {
        return diagnostic.with_fix(Fix::new(title, Applicability::Safe, vec![edit]));
    }
    let doubt = "the image gets the versions of the lock file then, not the newest ones of today";
    diagnostic.with_fix(Fix::new(title, Applicability::Unsafe, vec![edit])).with_held_back(doubt)
}

/// The COPY of package.json that takes the lock file along, and the edit; one from file to file gets another like it after
/// it.
fn with_lock(ctx: &Inspection, install: &Install, app: &App, lock: &Lock) -> Option<(InstructionId, Edit)> {
    let name = paths::file_name(&lock.path);
    let edit = |at: InstructionId, copy: &Copy, word: &Word| {
        if names_folder(copy) {
            let written = word.value.rfind('/').map_or("", |it| &word.value[..=it]);
            return Some(Edit::insertion(word.range.end(), format!(" {written}{name}")));
        }
        let is_alone = copy.sources.len() == 1
            && word.value.ends_with("package.json")
            && paths::file_name(&copy.destination.value) == "package.json";
        let line = ctx.text()[ctx.model().instructions[at].content].replace("package.json", name);
        is_alone.then(|| lines::instructions(ctx.source(), Spot::After(at), &[line]))
    };
    manifest_copies(ctx, install, app).find_map(|(at, copy, word)| Some((at, edit(at, copy, word)?)))
}

/// The COPYs before the install that bring package.json by its name or by a pattern, and that word.
fn manifest_copies<'a>(
    ctx: &'a Inspection,
    install: &Install,
    app: &App,
) -> impl Iterator<Item = (InstructionId, &'a Copy, &'a Word)> {
    let stages = ctx.model().ancestry(install.stage);
    let instructions = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    let manifest = paths::join(&app.folder, "package.json");
    let before = install.instruction;
    instructions.filter(move |it| *it < before).filter_map(move |at| {
        let instruction: &Instruction = ctx.model().instructions[at];
        let (Kind::Copy(copy) | Kind::Add(copy)) = &instruction.kind else { return None };
        let is_plain = !instruction.json && instruction.flag("from").is_none() && instruction.heredocs.is_empty();
        // `package*.json` has no lock file but npm's.
        let is_pattern = |it: &str| {
            let glob = Glob::new(&paths::normalise_pattern(it), Dialect::Copy).filter(|_| glob::is_glob(it));
            paths::file_name(it).starts_with("package") && glob.is_some_and(|it| it.matches(&manifest))
        };
        let word = copy.sources.iter().find(|it| paths::rooted(&it.value) == manifest || is_pattern(&it.value))?;
        is_plain.then_some((at, copy, word))
    })
}

fn names_folder(copy: &Copy) -> bool {
    let written = copy.destination.value.as_str();
    written.ends_with('/') || written == "." || written.ends_with("/.")
}

#[cfg(test)]
mod tests {
    use super::MISSING_MANIFEST;
    use crate::testing::{Case, check_clean, check_fix, check_unsafe_fix};

    const NPM: &[(&str, &str)] = &[
        ("package.json", r#"{"dependencies": {"ms": "2"}}"#),
        ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "2"}}}}"#),
    ];

    fn dockerfile(copy: &str, install: &str) -> String {
        format!("FROM node:22\nWORKDIR /app\n{copy}\nRUN {install}\nCOPY . .\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn a_pattern_of_npms_files() {
        let files = [NPM[0], ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")];
        for (before, after) in [
            ("COPY package*.json ./", "COPY package*.json pnpm-lock.yaml ./"),
            ("COPY ./package*.json ./", "COPY ./package*.json ./pnpm-lock.yaml ./"),
        ] {
            let install = "npm install -g pnpm@9 && pnpm install --frozen-lockfile";
            check_fix(&MISSING_MANIFEST, &files, &dockerfile(before, install), &dockerfile(after, install));
        }
    }

    #[test]
    fn an_install_that_fails() {
        for (before, after) in [
            ("COPY package.json .", "COPY package.json package-lock.json ."),
            ("COPY ./package.json tsconfig.json /app/", "COPY ./package.json ./package-lock.json tsconfig.json /app/"),
        ] {
            check_fix(&MISSING_MANIFEST, NPM, &dockerfile(before, "npm ci"), &dockerfile(after, "npm ci"));
        }
        let pnpm = &[("package.json", "{}"), ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")];
        check_fix(
            &MISSING_MANIFEST,
            pnpm,
            &dockerfile("COPY package.json ./", "pnpm install --frozen-lockfile"),
            &dockerfile("COPY package.json pnpm-lock.yaml ./", "pnpm install --frozen-lockfile"),
        );
    }

    #[test]
    fn a_file_that_is_copied_to_a_name() {
        let before = dockerfile("COPY --chown=node ./package.json ./package.json", "npm ci");
        let both = "COPY --chown=node ./package.json ./package.json\nCOPY --chown=node ./package-lock.json ./package-lock.json";
        check_fix(&MISSING_MANIFEST, NPM, &before, &dockerfile(both, "npm ci"));
    }

    #[test]
    fn the_copy_that_can_take_it_along() {
        let copies = |to: &str| format!("COPY package.json /app\nCOPY {to} ./");
        let after = copies("package.json package-lock.json");
        check_fix(
            &MISSING_MANIFEST,
            NPM,
            &dockerfile(&copies("package.json"), "npm ci"),
            &dockerfile(&after, "npm ci"),
        );
    }

    #[test]
    fn an_install_that_is_not_pinned() {
        for install in ["npm install", "npm i --omit=dev && npm cache clean --force"] {
            let (before, after) = ("COPY package.json ./", "COPY package.json package-lock.json ./");
            check_unsafe_fix(&MISSING_MANIFEST, NPM, &dockerfile(before, install), &dockerfile(after, install));
        }
    }

    #[test]
    fn no_lock_file_at_all() {
        for (before, after) in [
            ("npm ci --omit=dev", "npm install --omit=dev"),
            ("pnpm install --frozen-lockfile --prod", "pnpm install --prod"),
        ] {
            let dockerfile = |install: &str| dockerfile("COPY package*.json ./", install);
            check_unsafe_fix(&MISSING_MANIFEST, &NPM[..1], &dockerfile(before), &dockerfile(after));
        }
        check_clean(&MISSING_MANIFEST, &NPM[..1], &dockerfile("COPY package*.json ./", "npm install"));
    }

    #[test]
    fn kept_out() {
        let case = Case::of(&MISSING_MANIFEST).files(NPM).file(".dockerignore", "node_modules\npackage-lock.json\n");
        let expected = "4:5: error[missing-manifest] `.dockerignore` keeps `package-lock.json` out of the build: `npm ci` fails\n  held back: that line has to go first\n";
        assert_eq!(case.report(&dockerfile("COPY package*.json ./", "npm ci")), expected);
    }

    #[test]
    fn there_or_not_certain() {
        for (copy, install) in [
            ("COPY package*.json ./", "npm ci"),
            ("COPY . .", "npm ci"),
            ("COPY package.json ./", "npm install express"),
            ("COPY package.json ./", "npm ci || npm install"),
            ("COPY package.json ./", "npm install --no-package-lock"),
            ("COPY package.json ./\nRUN npm i --package-lock-only", "npm ci"),
            ("COPY package.json ./\nRUN ./lock.sh", "npm ci"),
            ("COPY --from=other /x ./", "npm ci"),
        ] {
            let report = Case::of(&MISSING_MANIFEST).files(NPM).report(&dockerfile(copy, install));
            assert!(!report.contains("error"), "{copy}: {report}");
        }
        check_clean(&MISSING_MANIFEST, &[], &dockerfile("COPY package.json ./", "npm ci"));
    }
}
