//! Whether a Dockerfile is for development, and what says so.

use super::{ProductionFacts, dev_server};
use crate::paths;
use crate::project::{Compose, Project, Reason};
use crate::stages::{Model, Production, Scope, Stage, is_for_development, says_development, says_production};

/// What says that the stage that would ship is for development. Each is one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Development {
    /// The file is meant so by its name: nothing of it ships.
    Named(Reason),
    /// The stage is, or it is run so. It may ship by mistake.
    Run(Reason),
    /// A compose file runs it so. The same stage may ship elsewhere.
    Composed(Reason),
}

impl Development {
    /// The clause.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        let (Self::Named(reason) | Self::Run(reason) | Self::Composed(reason)) = self;
        reason
    }

    /// Whether only somebody outside of the Dockerfile says so.
    #[must_use]
    pub fn is_by_others(&self) -> bool {
        matches!(self, Self::Composed(_))
    }
}

/// Weighs what speaks for development and what against it.
pub(super) fn of(model: &Model<'_>, project: &Project, facts: &ProductionFacts) -> Option<Development> {
    let production = model.production.as_ref()?;
    let stage = &model.stages[production.stage];
    let server = facts.dev_server.as_ref();
    let names_count = !says_so_for_production(production, stage, project) && (server.is_some() || !is_lean(stage));
    let by_name = by_path(project).or_else(|| by_idling(facts).and_then(|_| by_folders(project)));
    if let Some(reason) = by_name.filter(|_| names_count) {
        return Some(Development::Named(reason));
    }
    if let Some(reason) = by_sibling(model, stage, project, facts).filter(|_| !production.configured) {
        return Some(Development::Named(reason));
    }
    let by_server = server.map(|it| format!("the container starts a development server, `{it}`").into());
    let by_itself = || by_env(stage).or_else(|| by_idling(facts)).filter(|_| !production.configured);
    let by_stage = || by_stage(stage).filter(|_| names_count);
    let run = by_server.or_else(by_stage).or_else(by_itself).map(Development::Run);
    let composed = || by_compose(model, stage, project, facts).filter(|_| !production.configured);
    run.or_else(|| composed().map(Development::Composed))
}

/// Whether somebody says that the stage ships. A name that says so outweighs the others.
fn says_so_for_production(production: &Production, stage: &Stage, project: &Project) -> bool {
    let file = paths::file_name(project.dockerfile());
    production.configured || says_production(file) || stage.name.as_deref().is_some_and(says_production)
}

/// What the names of the file and its folder say.
fn by_path(project: &Project) -> Option<Reason> {
    let file = paths::file_name(project.dockerfile());
    let folder = paths::file_name(paths::parent(project.dockerfile()));
    if says_development(file) {
        return Some(format!("`{file}` is for development by its name").into());
    }
    is_for_development(folder).then(|| format!("the folder `{folder}` is for development by its name").into())
}

/// What the names of the folders above say: enough where the container starts no app besides.
fn by_folders(project: &Project) -> Option<Reason> {
    let folder = paths::parent(project.dockerfile()).split('/').find(|it| is_for_development(it))?;
    Some(format!("the folder `{folder}` is for development by its name").into())
}

/// That another file beside this one is for production, where this one is run for development.
fn by_sibling(model: &Model<'_>, stage: &Stage, project: &Project, facts: &ProductionFacts) -> Option<Reason> {
    let by_others = || by_env(stage).or_else(|| by_compose(model, stage, project, facts));
    if facts.dev_server.is_none() && by_others().is_none() {
        return None;
    }
    let file = paths::file_name(project.dockerfile());
    let names = [format!("{file}.prod"), format!("{file}.production"), format!("prod.{file}"), format!("{file}-prod")];
    let other = names.iter().filter(|_| !says_production(file)).find(|it| project.has_beside(it))?;
    Some(format!("`{other}` beside it is the one for production").into())
}

/// What the name of the stage says: without a target it ships all the same.
fn by_stage(stage: &Stage) -> Option<Reason> {
    let name = stage.name.as_deref().filter(|it| says_development(it))?;
    Some(format!("the stage `{name}` is for development by its name").into())
}

/// Whether the stage is made for production, whatever it is called: an environment that others call `dev`.
fn is_lean(stage: &Stage) -> bool {
    let mut modules = stage.contents.node_modules().map(|it| it.1.scope).peekable();
    let has_no_dev = modules.peek().is_some() && modules.all(|it| it == Scope::Production);
    has_no_dev || stage.contents.env_value("NODE_ENV") == Some("production")
}

fn by_env(stage: &Stage) -> Option<Reason> {
    let is_set = stage.contents.env_value("NODE_ENV") == Some("development");
    is_set.then(|| "the stage sets `NODE_ENV` to `development`".into())
}

/// A container that one enters to work in it.
fn by_idling(facts: &ProductionFacts) -> Option<Reason> {
    let words = facts.command.as_ref()?.words.join(" ");
    let is_idle = matches!(words.as_str(), "tail -f /dev/null" | "sleep infinity" | "sleep inf");
    is_idle.then(|| format!("the container starts no app but `{words}`").into())
}

/// What the compose file says. A Dockerfile that builds in stages is not made for that service alone.
fn by_compose(model: &Model<'_>, stage: &Stage, project: &Project, facts: &ProductionFacts) -> Option<Reason> {
    let compose = project.compose.as_ref().filter(|_| model.stages.len() == 1 && !is_lean(stage))?;
    let site = &compose.site;
    if compose.node_env.as_deref() == Some("development") {
        return Some(Reason::at(site.clone(), "sets `NODE_ENV` to `development`"));
    }
    server_of(compose, facts).map(|it| Reason::at(site.clone(), format!("starts a development server, `{it}`")))
}

fn server_of(compose: &Compose, facts: &ProductionFacts) -> Option<String> {
    let words = compose.command.as_ref()?;
    let start = facts.app.as_ref().map(|it| it.start(words));
    dev_server::find(words, start.as_ref())
}

#[cfg(test)]
mod tests {
    use super::Development;
    use crate::facts::ProductionFacts;
    use crate::project::testing::project_of;
    use crate::stages::{Model, Wanted};

    const PACKAGE: (&str, &str) = (
        "package.json",
        r#"{"scripts": {"start": "node server.js", "dev": "vite"}, "devDependencies": {"vite": "7"}}"#,
    );
    const PLAIN: &str = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD [\"npm\", \"start\"]\n";

    /// What is found for a Dockerfile at `path`: nothing, or the kind and the reason.
    #[track_caller]
    fn check(files: &[(&str, &str)], (path, dockerfile): (&str, &str), target: Option<&str>, expected: &str) {
        let project = project_of(&[&[PACKAGE], files].concat(), path, &["package.json"]);
        let parse = crate::syntax::parse(dockerfile);
        let wanted = target.map_or(Wanted::Likely, Wanted::Configured);
        let model = Model::build(dockerfile, &parse.dockerfile, &project, wanted);
        let found = match ProductionFacts::of(dockerfile, &model, &project).development {
            Some(Development::Named(reason)) => format!("named: {reason}"),
            Some(Development::Run(reason) | Development::Composed(reason)) => format!("run: {reason}"),
            None => String::new(),
        };
        assert_eq!(found, expected, "{path}\n{dockerfile}");
    }

    #[test]
    fn by_name() {
        for (path, expected) in [
            ("Dockerfile", ""),
            ("Dockerfile.dev", "named: `Dockerfile.dev` is for development by its name"),
            ("api/e2e.Dockerfile", "named: `e2e.Dockerfile` is for development by its name"),
            ("docker/dev/Dockerfile", "named: the folder `dev` is for development by its name"),
            (".devcontainer/Dockerfile", "named: the folder `.devcontainer` is for development by its name"),
            ("dev/build/Dockerfile", ""),
            ("dev/Dockerfile.prod", ""),
            ("test/Dockerfile", ""),
        ] {
            check(&[], (path, PLAIN), None, expected);
        }
    }

    #[test]
    fn by_the_file_beside_it() {
        let dev = PLAIN.replace("\"start\"", "\"run\", \"dev\"");
        let beside = [("Dockerfile.prod", "FROM node\n")];
        check(&beside, ("Dockerfile", &dev), None, "named: `Dockerfile.prod` beside it is the one for production");
        check(&beside, ("Dockerfile", PLAIN), None, "");
        check(
            &[("other/Dockerfile.prod", "")],
            ("Dockerfile", &dev),
            None,
            "run: the container starts a development server, `vite`",
        );
    }

    #[test]
    fn by_the_name_of_the_stage() {
        let staged = |name: &str| PLAIN.replace("node:22", &format!("node:22 AS {name}"));
        check(&[], ("Dockerfile", &staged("dev")), None, "run: the stage `dev` is for development by its name");
        check(&[], ("Dockerfile", &staged("dev")), Some("dev"), "");
        check(&[], ("Dockerfile.dev", &staged("app")), Some("app"), "");
        check(&[], ("Dockerfile.local", &staged("production")), None, "");
    }

    #[test]
    fn made_for_production_whatever_it_is_called() {
        for (from, to) in [("npm install", "npm ci --omit=dev"), ("WORKDIR", "ENV NODE_ENV=production\nWORKDIR")] {
            check(&[], ("Dockerfile.dev", &PLAIN.replace(from, to)), None, "");
        }
    }

    #[test]
    fn by_what_is_started() {
        let dockerfile = PLAIN.replace("\"start\"", "\"run\", \"dev\"");
        check(&[], ("Dockerfile", &dockerfile), None, "run: the container starts a development server, `vite`");
        let set = PLAIN.replace("WORKDIR", "ENV NODE_ENV=development\nWORKDIR");
        check(&[], ("Dockerfile", &set), None, "run: the stage sets `NODE_ENV` to `development`");
        let idle = PLAIN.replace("\"npm\", \"start\"", "\"sleep\", \"infinity\"");
        check(&[], ("Dockerfile", &idle), None, "run: the container starts no app but `sleep infinity`");
        let named = "named: the folder `dev` is for development by its name";
        check(&[], ("dev/containers/Dockerfile", &idle), None, named);
    }

    #[test]
    fn by_the_compose_file() {
        let service = |rest: &str| format!("services:\n  web:\n    build: .\n{rest}");
        for (rest, expected) in [
            ("    environment: {NODE_ENV: development}\n", "run: `compose.yaml:2` sets `NODE_ENV` to `development`"),
            (
                "    environment: [A=1, NODE_ENV=development]\n",
                "run: `compose.yaml:2` sets `NODE_ENV` to `development`",
            ),
            ("    command: npm run dev\n", "run: `compose.yaml:2` starts a development server, `vite`"),
            ("    command: [npm, run, dev]\n", "run: `compose.yaml:2` starts a development server, `vite`"),
            ("    environment: {NODE_ENV: production}\n", ""),
            ("    environment: {NODE_ENV: '${NODE_ENV:-development}'}\n", ""),
            ("  other:\n    build: .\n    command: npm run dev\n", ""),
        ] {
            check(&[("compose.yaml", &service(rest))], ("Dockerfile", PLAIN), None, expected);
        }
        let staged = format!("FROM node:22 AS build\n{PLAIN}");
        let compose = service("    environment: {NODE_ENV: development}\n");
        check(&[("compose.yaml", &compose)], ("Dockerfile", &staged), None, "");
    }
}
