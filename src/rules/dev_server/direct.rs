//! What starts the app without a development server.

use serde_json::Value;

use crate::ecosystem::{Invocation, servers, sites, watchers};
use crate::facts::StartCommand;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, EntryKind, Program, Reason, Start};
use crate::rewrite::build_step::{self, Builder};
use crate::rules::support::{is_transparent, needs_shell};

/// The words, and the build that they need.
pub(super) struct Direct {
    pub(super) words: Vec<String>,
    /// The command that builds, where the Dockerfile does not yet.
    pub(super) step: Option<String>,
    /// Variables without which nobody reaches it where it was.
    pub(super) environment: Vec<(&'static str, String)>,
    /// Where it listens without `PORT`, where that may be another port than before.
    pub(super) port: Option<u16>,
}

impl Direct {
    fn plain(words: Vec<String>, step: Option<String>) -> Self {
        Self { words, step, environment: Vec::new(), port: None }
    }
}

/// How many watchers may stand inside of one another: `tsc-watch --onSuccess "npm start"`, which is `nodemon dist/a.js`.
const MAX_WATCHERS: usize = 4;

/// Scripts that start an app for production, the plainest name first.
const SCRIPTS: &[&str] = &["start:prod", "start:production", "prod", "production", "serve:prod", "start"];

/// What starts the app that the container has a development server run; or why it is not known.
pub(super) fn find(ctx: &Inspection, command: &StartCommand) -> Result<Direct, Reason> {
    let (Some(app), Some(start)) = (&ctx.facts().app, &ctx.facts().start) else {
        return Err("it is not known whose package.json it reads".into());
    };
    if !ctx.facts().app_at_workdir {
        return Err("the package.json is not known to be in the working directory".into());
    }
    if let Some(reason) = start.unknown.first() {
        return Err(reason.clone());
    }
    let search = Search { ctx, app };
    let own = search.by_framework(start).or_else(|| search.by_its_words(start));
    if let Some(Ok(found)) = own {
        return Ok(found);
    }
    match search.by_script(command) {
        Some(found) => found,
        None => Err(own.and_then(Result::err).unwrap_or_else(|| search.nothing())),
    }
}

struct Search<'a> {
    ctx: &'a Inspection,
    app: &'a App,
}

impl Search<'_> {
    /// The server that the framework builds.
    fn by_framework(&self, start: &Start) -> Option<Result<Direct, Reason>> {
        let mut all = start.programs.iter().filter(|it| !is_transparent(it));
        let program = all.next().filter(|it| it.assignments.is_empty())?;
        if all.next().is_some() || !start.besides.is_empty() {
            return None;
        }
        let server = match self.app.node_server(program)? {
            Ok(server) => server,
            Err(reason) => return Some(Err(reason)),
        };
        let words = ["node".to_owned(), server.file.clone()].to_vec();
        let port = option_value(&program.arguments, &["--port", "-p"]);
        let is_set =
            |name: &str| self.ctx.model().production_stage().is_some_and(|it| it.contents.env_value(name).is_some());
        let needs = server.needs.filter(|it| !is_set(it.0)).map(|(name, value)| (name, value.to_owned()));
        let given = port.filter(|_| !is_set("PORT")).map(|it| ("PORT", it.to_owned()));
        let is_told = given.is_some() || is_set("PORT");
        let ports =
            sites::served(&program.name, &program.arguments).map(|it| if it.1 { it.0.ports.1 } else { it.0.ports.0 });
        let listens = ports.into_iter().any(|it| it != server.port).then_some(server.port).filter(|_| !is_told);
        let environment = needs.into_iter().chain(given).collect();
        Some(self.step(&server.file)?.map(|step| Direct { words, step, environment, port: listens }))
    }

    /// What the watcher runs: the file, or what the build makes of it.
    fn by_its_words(&self, start: &Start) -> Option<Result<Direct, Reason>> {
        let mut all = start.programs.iter().filter(|it| !is_transparent(it) && !is_compiler(it));
        let program = all.next().filter(|it| it.assignments.is_empty())?;
        if all.next().is_some() || !start.besides.is_empty() {
            return None;
        }
        if program.name == "nodemon"
            && let Some(reason) = self.nodemon_settings()
        {
            return Some(Err(reason));
        }
        let words = self.unwatched(written(program));
        let (runner, rest) = words.split_first()?;
        if runner == "nest" && rest.first().is_some_and(|it| it == "start") {
            return self.of_source("src/main.ts", &[]);
        }
        let (file, rest) = rest.split_first().filter(|it| !it.0.starts_with('-'))?;
        match runner.as_str() {
            "node" if !is_typescript(file) => {
                let step = self.step(&self.resolved(file)?)?;
                Some(step.map(|step| Direct::plain(words, step)))
            }
            "node" | "tsx" | "ts-node" => self.of_source(&paths::resolve("", file), rest),
            _ => None,
        }
    }

    /// What nodemon's own settings have the app run with.
    fn nodemon_settings(&self) -> Option<Reason> {
        ["nodemon.json", "package.json"].iter().find_map(|name| {
            let path = self.app.folder_path(name);
            let file: Value = serde_json::from_str(&self.ctx.project().text(&path)?).unwrap_or_default();
            let settings = if *name == "package.json" { &file["nodemonConfig"] } else { &file };
            let setting = ["exec", "execMap", "env", "events"].iter().find(|it| !settings[**it].is_null())?;
            Some(format!("`{path}` sets `{setting}`, which is lost without `nodemon`").into())
        })
    }

    /// What is left of these words without watchers, and without scripts that start one.
    fn unwatched(&self, mut words: Vec<String>) -> Vec<String> {
        for _ in 0..MAX_WATCHERS {
            let watched = watchers::once(&words[0], &words[1..]);
            let by_script = || {
                Invocation::read(&words)?;
                let start = self.app.start(&words);
                let [program] = &start.programs[..] else { return None };
                Some(written(program)).filter(|_| start.unknown.is_empty())
            };
            match watched.or_else(by_script) {
                Some(inner) => words = inner,
                None => break,
            }
        }
        words
    }

    /// The output that the build makes of `source`.
    fn of_source(&self, source: &str, rest: &[String]) -> Option<Result<Direct, Reason>> {
        let outputs = self.app.outputs("build");
        let made = outputs.outputs.iter().find_map(|it| {
            let inside = paths::below(it.source_root.as_deref()?, source)?;
            Some((paths::join(&it.path, inside.strip_suffix(".ts")?) + ".js", it))
        });
        let (file, output) = made?;
        let step = build_step::find(self.ctx, Builder::Script("build"), &output.path);
        let words = ["node".to_owned(), file].into_iter().chain(rest.iter().cloned()).collect();
        Some(step.map(|step| Direct::plain(words, step)))
    }

    /// A script for production that starts one plain `node`, or the server of a framework.
    fn by_script(&self, command: &StartCommand) -> Option<Result<Direct, Reason>> {
        let manager = Invocation::read(&command.words)?;
        if manager.target.is_elsewhere() {
            return None;
        }
        let program = command.words.first()?.clone();
        SCRIPTS.iter().filter(|it| self.app.package.scripts.contains_key(**it)).find_map(|script| {
            let by_run = [program.clone(), "run".to_owned(), (*script).to_owned()];
            let short = || vec![program.clone(), "start".to_owned()];
            let words = if *script == "start" { short() } else { by_run.to_vec() };
            self.production(&self.app.start(&by_run), words)
        })
    }

    /// A start for production: its own words where they need no shell and no manager, else `by_manager`.
    fn production(&self, start: &Start, by_manager: Vec<String>) -> Option<Result<Direct, Reason>> {
        let mut all = start.programs.iter().filter(|it| !is_transparent(it));
        let program = all.next().filter(|_| start.unknown.is_empty() && start.besides.is_empty())?;
        if all.next().is_some() || watchers::once(&program.name, &program.arguments).is_some() {
            return None;
        }
        if let Some(server) = servers::serving(&program.name, &program.arguments) {
            let outputs = self.app.outputs("build").outputs;
            let output = outputs.iter().find(|it| server.made.outputs.contains(&it.path.as_str()))?;
            let step = build_step::find(self.ctx, Builder::Script("build"), &output.path);
            return Some(step.map(|step| Direct::plain(by_manager, step)));
        }
        let entry = program.entry.as_deref().filter(|it| program.name == "node" && !is_typescript(it))?;
        let is_plain = program.assignments.is_empty() && !program.arguments.iter().any(|it| needs_shell(it));
        let words = if is_plain { written(program) } else { by_manager };
        Some(self.step(entry)?.map(|step| Direct::plain(words, step)))
    }

    /// The build that `entry` needs; `None` where nothing is known to make it.
    fn step(&self, entry: &str) -> Option<Result<Option<String>, Reason>> {
        if self.ctx.project().kind(&self.app.folder_path(entry)) == Some(EntryKind::File) {
            return Some(Ok(None));
        }
        let outputs = self.app.outputs("build");
        if let Some(output) = outputs.holding(entry) {
            return Some(build_step::find(self.ctx, Builder::Script("build"), &output.path));
        }
        let compiled = self.app.outputs_of_text("tsc");
        let output = compiled.holding(entry).filter(|_| self.compiles())?;
        Some(build_step::find(self.ctx, Builder::Program("tsc"), &output.path))
    }

    /// Whether the compiler is installed.
    fn compiles(&self) -> bool {
        let package = &self.app.package;
        let is_locked = || {
            self.app
                .lock()
                .and_then(|it| it.packages.as_ref())
                .is_some_and(|it| it.iter().any(|it| it.name == "typescript"))
        };
        package.is_production("typescript") || package.is_dev_only("typescript") || is_locked()
    }

    /// The file that node finds for `file`.
    fn resolved(&self, file: &str) -> Option<String> {
        let words = ["node".to_owned(), file.to_owned()];
        self.app.start(&words).programs.first()?.entry.clone()
    }

    fn nothing(&self) -> Reason {
        let why = self.app.outputs("build").unknown.into_iter().next();
        why.unwrap_or_else(|| "what starts the app for production is not known".into())
    }
}

/// The value of the first of these options.
fn option_value<'a>(words: &'a [String], names: &[&str]) -> Option<&'a str> {
    let joined = |it: &'a String| it.split_once('=').filter(|it| names.contains(&it.0)).map(|it| it.1);
    let apart = || words.windows(2).find(|it| names.contains(&it[0].as_str())).map(|it| it[1].as_str());
    words.iter().find_map(joined).or_else(apart).filter(|it| it.parse::<u16>().is_ok())
}

fn written(program: &Program) -> Vec<String> {
    std::iter::once(program.name.clone()).chain(program.arguments.iter().cloned()).collect()
}

fn is_typescript(file: &str) -> bool {
    [".ts", ".mts", ".cts", ".tsx"].iter().any(|it| file.ends_with(it))
}

/// `tsc && nodemon dist/server.js`: it makes what the next one runs.
fn is_compiler(program: &Program) -> bool {
    program.name == "tsc"
}
