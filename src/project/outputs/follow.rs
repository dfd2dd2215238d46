//! Following a build script, command by command.

use super::super::steps::{self, What};
use super::super::{App, Reason, Site};
use super::{Output, Outputs, Tool, babel, bundler, copies, framework, nest, prisma, swc, tsc};
use crate::ecosystem::{Action, Invocation, programs, tools};
use crate::paths;
use crate::shell::{self, Command, ShellWord};

/// How deep scripts may call one another.
const MAX_DEPTH: usize = 16;

/// What a script of package.json makes.
pub(in super::super) fn of_script(app: &App, name: &str) -> Outputs {
    let mut builder = Builder::new(app, Site { path: app.folder_path("package.json"), line: None });
    builder.script(name, &[], true, 0);
    builder.finish()
}

/// What shell text makes.
pub(in super::super) fn of_text(app: &App, text: &str) -> Outputs {
    let mut builder = Builder::new(app, Site { path: app.folder_path("package.json"), line: None });
    builder.text(text, &[], 0);
    builder.finish()
}

/// Collects what the commands make.
pub(super) struct Builder<'a> {
    pub(super) app: &'a App,
    /// The script that is being read.
    pub(super) site: Site,
    made: Outputs,
    /// How many more commands are followed.
    left: usize,
}

/// What more is run than this is not followed: scripts that run others twice double with each.
const MAX_COMMANDS: usize = 500;

impl<'a> Builder<'a> {
    fn new(app: &'a App, site: Site) -> Self {
        Self { app, site, made: Outputs::default(), left: MAX_COMMANDS }
    }

    /// What is copied into another tool's output is part of that.
    fn finish(mut self) -> Outputs {
        let all = self.made.outputs.clone();
        let inside = |it: &Output, other: &Output| paths::contains(&other.path, &it.path);
        self.made.outputs.retain(|it| {
            it.tool != Tool::Copy || !all.iter().any(|other| other.tool != Tool::Copy && inside(it, other))
        });
        self.made
    }

    /// Notes an output, once.
    pub(super) fn add(&mut self, output: Output) {
        if !self.made.outputs.contains(&output) {
            self.made.outputs.push(output);
        }
    }

    /// Notes an output outside of the package, which only the workspace can place.
    pub(super) fn add_outside(&mut self, output: Output) {
        let why: Reason = format!("`tsc` writes to `{}`, outside of the package", output.path).into();
        self.unknown(why.clone());
        self.made.outside.push((output, why));
    }

    /// Notes that what is compiled loads `package` although no source says so, because of what `config` says: where a
    /// production install leaves it out, the output does not run alone.
    pub(super) fn adds_import(&mut self, package: &str, config: &str) {
        if self.app.lacks_in_production(package) {
            let why: Reason = format!("`{config}` adds imports of `{package}`, a devDependency").into();
            self.made.added.push((package.to_owned(), why.clone()));
            self.unknown(why);
        }
    }

    /// Notes why there may be more, once.
    pub(super) fn unknown(&mut self, why: impl Into<Reason>) {
        let why = why.into();
        if !self.made.unknown.contains(&why) {
            self.made.unknown.push(why);
        }
    }

    /// Whether something made so far lies at `path`, which is not the app's folder itself.
    pub(super) fn is_made(&self, path: &str) -> bool {
        !path.is_empty() && self.made.outputs.iter().any(|it| paths::contains(path, &it.path))
    }

    pub(super) fn generates_client(&mut self) {
        self.made.generated_client = true;
    }

    pub(super) fn generates_client_into(&mut self, folder: &str) {
        self.made.client_folder = Some(folder.to_owned());
    }

    fn script(&mut self, name: &str, arguments: &[String], hooks: bool, depth: usize) {
        if depth > MAX_DEPTH {
            return self.unknown(format!("script `{name}` runs itself"));
        }
        if !self.app.package.scripts.contains_key(name) {
            return self.unknown(format!("package.json has no script `{name}`"));
        }
        let (before, after) = (format!("pre{name}"), format!("post{name}"));
        let none: &[String] = &[];
        let all = [(before.as_str(), none, hooks), (name, arguments, true), (after.as_str(), none, hooks)];
        for (name, arguments, _) in all.into_iter().filter(|it| it.2) {
            let Some(script) = self.app.package.scripts.get(name) else { continue };
            let outer = std::mem::replace(&mut self.site, script.site.clone());
            self.text(&script.text, arguments, depth + 1);
            self.site = outer;
        }
    }

    fn text(&mut self, text: &str, arguments: &[String], depth: usize) {
        if self.left == 0 {
            return self.unknown("it runs more commands than nodestage follows".to_owned());
        }
        let script = shell::script_of_text(text);
        if !script.complete {
            self.unknown(format!("`{text}` can't be read"));
        }
        let n_commands = script.commands.len();
        for (idx, command) in script.commands.iter().enumerate() {
            if command.program() == Some("cd") {
                // All that follows runs elsewhere.
                return self.unknown(format!("`{}` is not followed", &text[command.range]));
            }
            let arguments = if idx + 1 == n_commands { arguments } else { &[] };
            self.command(text, command, arguments, depth);
        }
    }

    fn command(&mut self, text: &str, command: &Command, arguments: &[String], depth: usize) {
        let mut words: Vec<String> = command.words.iter().map(value).collect();
        words.extend(arguments.iter().cloned());
        if command.words.first().is_some_and(|it| it.value.is_none()) {
            return self.unknown(format!("`{}` is only known at run time", words[0]));
        }
        if command.redirected && copies::writes_a_file(&text[command.range]) {
            self.unknown(format!("`{}` writes a file", &text[command.range]));
        }
        self.words(&words, depth);
    }

    fn words(&mut self, words: &[String], depth: usize) {
        if self.left == 0 {
            return self.unknown("it runs more commands than nodestage follows".to_owned());
        }
        self.left -= 1;
        if depth > 2 * MAX_DEPTH {
            return self.unknown("scripts run one another".to_owned());
        }
        match steps::step(self.app, words).what {
            What::Nothing => {}
            What::Unknown(why) => self.unknown(why),
            What::Program(words) => self.program(&words),
            What::Texts(texts) => texts.iter().for_each(|it| self.text(it, &[], depth + 1)),
            What::Scripts { names, arguments, hooks } => {
                names.iter().for_each(|it| self.script(it, &arguments, hooks, depth + 1));
            }
        }
    }

    fn program(&mut self, words: &[String]) {
        let Some((first, arguments)) = words.split_first() else { return };
        if tools::is_ace_build(words) {
            return tsc::run(self, &[]);
        }
        if let Some(bundler) = tools::bundler(paths::file_name(first), arguments)
            && bundler::run(self, bundler, arguments)
        {
            return;
        }
        match paths::file_name(first) {
            "shx" => self.program(arguments),
            "tsc" => tsc::run(self, arguments),
            "nest" => nest::run(self, arguments),
            "swc" => swc::run(self, arguments),
            "babel" => babel::run(self, arguments),
            "prisma" => prisma::run(self, arguments),
            name if copies::run(self, name, arguments) || framework::run(self, name, arguments) => {}
            _ if makes_nothing(words) => {}
            name if programs::starts_node(name) => self.unknown(format!("`{}` is not followed", words.join(" "))),
            name => self.unknown(format!("`{name}` is not followed yet")),
        }
    }
}

fn value(word: &ShellWord) -> String {
    word.value.clone().unwrap_or_else(|| word.raw.clone())
}

/// Whether a program leaves no output behind. A manager that is left here runs no script: `npm pack`.
fn makes_nothing(words: &[String]) -> bool {
    match Invocation::read(words) {
        Some(it) => matches!(it.action, Action::Idle | Action::CleanCache | Action::Install(_) | Action::Global(_)),
        None => tools::leaves_nothing(paths::file_name(&words[0]), &words[1..]),
    }
}
