//! What a start command really runs: through `npm start`, `npm run x`, pre and post scripts, `&&` chains.

use super::steps::{self, What};
use super::{App, Reason, Site};
use crate::ecosystem::{programs, runners};
use crate::paths;
use crate::shell::{self, Function, ShellWord};

mod bunfig;
mod ground;
mod node;
mod packages;
mod pm2;
mod reads;
mod shell_file;
mod supervisor;

pub use ground::Ground;
pub use reads::ProgramReads;

/// A start command, followed to the programs that run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// In the order in which they start.
    pub programs: Vec<Program>,
    /// Why there may be more: a script that could not be followed; empty where everything is known.
    pub unknown: Vec<Reason>,
    /// Commands of package.json's scripts that change no file, but may hold the rest back or change what it gets: `sleep 5`,
    /// `export`, a test. Their names.
    pub besides: Vec<String>,
    /// Commands whose output goes to a file: `node server.js > app.log`. One clause each.
    pub writes: Vec<Reason>,
    /// The shell scripts that were followed, from the app's folder; those outside of it are left out.
    pub scripts: Vec<String>,
    /// The words that start them, those outside of the app's folder too.
    pub script_words: Vec<String>,
    /// The words with which the script that is started first does something else: whoever starts the image may give it
    /// another argument.
    pub alternatives: Vec<Vec<String>>,
    /// The users that a supervisor goes on as, its own and those of its programs, each with the file that names it, as that is
    /// written.
    pub users: Vec<(String, String)>,
}

/// One program of a start command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Its name, without folder: `node`, `tsx`, `next`.
    pub name: String,
    /// All arguments; a computed one as it is written.
    pub arguments: Vec<String>,
    /// `NAME=value` in front of it (also by `cross-env`).
    pub assignments: Vec<(String, String)>,
    /// The script of package.json it stands in; `None` for the command itself.
    pub script: Option<(String, Site)>,
    /// For `node`, loaders such as `tsx` and what serves a module (`fastify start`): the file it runs, from the app's folder,
    /// normalised, with the extension that exists or is implied where that is known.
    pub entry: Option<String>,
    /// For `node`: packages and files by `-r`, `--require`, `--import`, `--loader`, also from NODE_OPTIONS.
    pub preloads: Vec<String>,
    /// The npm package that brings the program (`tsx` → `tsx`, `nest` → `@nestjs/cli`), or the file in
    /// node_modules that node runs; `None` for `node` else, the managers and what the system brings (sh, cp…).
    pub package: Option<String>,
    /// `npx` or its kind (`pnpm exec`), where one looks the program up.
    pub through: Option<String>,
}

impl Start {
    /// What Node runs before the last file that it runs: migrations. From the app's folder, as paths.
    pub(crate) fn earlier(&self) -> impl Iterator<Item = String> + '_ {
        let entries = self.programs.iter().filter_map(|it| it.entry.as_ref());
        let n_earlier = entries.clone().count().saturating_sub(1);
        let last = entries.clone().next_back();
        entries.take(n_earlier).filter(move |it| Some(*it) != last).map(|it| format!("./{it}"))
    }

    /// Adds what NODE_OPTIONS, set for all programs, loads before node's own words.
    pub(crate) fn add_node_options(&mut self, options: &str) {
        let words: Vec<String> = options.split_whitespace().map(str::to_owned).collect();
        let preloads = node::words(&words).preloads;
        let is_node = |it: &&mut Program| matches!(it.name.as_str(), "node" | "nodejs") || it.package.is_some();
        for program in self.programs.iter_mut().filter(is_node) {
            program.preloads.extend(preloads.iter().cloned());
        }
    }
}

/// How deep scripts may call one another.
const MAX_DEPTH: usize = 16;

/// Where a command stands.
#[derive(Clone, Default)]
struct Place {
    script: Option<(String, Site)>,
    /// From the app's folder, after `cd`.
    folder: String,
    assignments: Vec<(String, String)>,
    depth: usize,
    /// `$0` of the shell script that it stands in.
    zero: String,
}

/// The programs that `words` start in the app's folder.
pub(super) fn follow(app: &App, words: &[String], ground: Ground<'_>) -> Start {
    let mut follower = Follower { app, ground, start: Start::default(), left: MAX_COMMANDS, functions: Vec::new() };
    follower.words(words, Place { folder: ground.folder(), ..Place::default() });
    follower.start
}

/// What more is run than this is not followed: scripts that run others twice double with each.
const MAX_COMMANDS: usize = 500;

struct Follower<'a> {
    app: &'a App,
    ground: Ground<'a>,
    start: Start,
    /// How many more commands are followed.
    left: usize,
    /// Those of the scripts that were read.
    functions: Vec<Function>,
}

impl Follower<'_> {
    fn words(&mut self, words: &[String], mut place: Place) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if self.left == 0 {
            return self.unknown("it runs more commands than nodestage follows".to_owned());
        }
        if place.depth > 2 * MAX_DEPTH {
            return self.unknown("scripts run one another".to_owned());
        }
        if let Some((file, text, arguments)) = self.ground.script(words) {
            self.start.scripts.extend(self.ground.path(&place.folder, file));
            self.start.script_words.push(file.to_owned());
            place.depth += 1;
            place.zero = file.to_owned();
            return self.shell_file(&text, words, arguments.len(), &mut place);
        }
        if self.supervisor(words, &place) {
            return;
        }
        let step = steps::step(self.app, words);
        for wrapper in &step.wrappers {
            self.program(wrapper, &place, None);
        }
        place.assignments.extend(step.assignments);
        match step.what {
            What::Nothing => {}
            What::Unknown(why) => self.unknown(why),
            What::Program(words) => self.program(&words, &place, step.through),
            What::Texts(texts) => texts.iter().for_each(|it| self.text(it, &[], place.clone())),
            What::Scripts { names, arguments, hooks } => {
                names.iter().for_each(|it| self.script(it, &arguments, hooks, &place));
            }
        }
    }

    fn script(&mut self, name: &str, arguments: &[String], hooks: bool, place: &Place) {
        if place.depth > MAX_DEPTH {
            return self.unknown(format!("script `{name}` runs itself"));
        }
        let Some(_) = self.app.package.scripts.get(name) else {
            return self.unknown(format!("package.json has no script `{name}`"));
        };
        for (name, arguments) in hooked(name, hooks, arguments) {
            let name = name.as_str();
            let Some(script) = self.app.package.scripts.get(name) else { continue };
            let inside = Place {
                script: Some((name.to_owned(), script.site.clone())),
                folder: String::new(),
                depth: place.depth + 1,
                assignments: place.assignments.clone(),
                zero: String::new(),
            };
            self.text(&script.text, arguments, inside);
        }
    }

    fn text(&mut self, text: &str, arguments: &[String], mut place: Place) {
        if self.left == 0 {
            return;
        }
        let script = shell::script_of_text(text);
        if !script.complete {
            self.unknown(format!("`{text}` can't be read"));
        }
        self.functions.extend(shell::functions(text));
        let n_commands = script.commands.len();
        for (idx, command) in script.commands.iter().enumerate() {
            let mut words: Vec<String> = command.words.iter().map(value).collect();
            if idx + 1 == n_commands {
                words.extend(arguments.iter().cloned());
            }
            self.command(command, &words, text, &mut place);
        }
    }

    /// The folder after `cd`. Files that are read by the working directory are elsewhere then.
    fn changed(&mut self, folder: &str, words: &[String]) -> String {
        let target = words.get(1).map_or("", String::as_str);
        let path = self.ground.path(folder, target);
        if path.as_deref() != Some(folder) {
            self.unknown(format!("`cd {target}` changes the folder"));
        }
        path.unwrap_or_else(|| paths::resolve(folder, target))
    }

    fn program(&mut self, words: &[String], place: &Place, through: Option<String>) {
        let Some((first, arguments)) = words.split_first() else { return };
        let name = paths::file_name(first).to_owned();
        let is_path =
            first.starts_with(['.', '/']) && !first.contains("/bin/") && !first.contains("node_modules/.bin/");
        if name.ends_with(".sh") || is_path {
            self.unknown(format!("`{first}` is not followed"));
        }
        let mut program = Program {
            package: packages::package_of(self.app, &name),
            arguments: arguments.to_vec(),
            assignments: place.assignments.clone(),
            script: place.script.clone(),
            through,
            name,
            ..Program::default()
        };
        self.fill_entry(&mut program, place);
        self.start.programs.push(program);
    }

    fn fill_entry(&mut self, program: &mut Program, place: &Place) {
        let written = match program.name.as_str() {
            "node" | "nodejs" => {
                let node = node::words(&program.arguments);
                program.preloads = node.preloads;
                node.file
            }
            "bun" => {
                program.preloads = bunfig::preloads(self.app);
                let mut words = program.arguments.iter();
                let is_code = words.clone().any(|it| node::is_code_flag(it));
                words.find(|it| !is_code && !it.starts_with('-') && it.contains(['.', '/'])).cloned()
            }
            name if programs::is_loader(name) => node::loader_file(name, &program.arguments),
            name => runners::run_by(name, &program.arguments).map(|it| {
                program.preloads = it.preloads;
                it.file
            }),
        };
        let options = program.assignments.iter().filter(|(name, _)| name == "NODE_OPTIONS");
        let options = options.flat_map(|(_, value)| value.split_whitespace()).map(str::to_owned);
        program.preloads.extend(node::words(&options.collect::<Vec<_>>()).preloads);
        let Some(written) = written else { return };
        if let Some(package) = packages::owner_of_file(self.app, &written) {
            program.package.get_or_insert(package);
            return;
        }
        let written = match self.by_pm2(program, place, &written) {
            Ok(own) => own.unwrap_or(written),
            Err(why) => return self.unknown(why),
        };
        program.entry = self.ground.path(&place.folder, &written).map(|it| node::resolve(self.app, it));
        if program.entry.is_none() {
            self.unknown(format!("`{written}` is not a path from the app's folder"));
        }
    }

    /// The module that pm2 starts by the file `written`, where that is none itself.
    fn by_pm2(&self, program: &mut Program, place: &Place, written: &str) -> Result<Option<String>, Reason> {
        if !programs::is_pm2(&program.name) || is_module(written) {
            return Ok(None);
        }
        let path =
            self.ground.path(&place.folder, written).filter(|it| !it.contains('/') && pm2::is_configuration(written));
        let not_followed = || format!("what `{}` starts by `{written}` is not followed", program.name);
        let started = pm2::read(self.app, &path.ok_or_else(not_followed)?, self.ground.root)?;
        program.assignments.extend(started.node_env.map(|it| ("NODE_ENV".to_owned(), it)));
        Ok(Some(started.script))
    }

    fn unknown(&mut self, why: impl Into<Reason>) {
        let why = why.into();
        if !self.start.unknown.contains(&why) {
            self.start.unknown.push(why);
        }
    }
}

/// The scripts that run for `name`, with the arguments of each.
fn hooked<'a>(name: &str, hooks: bool, arguments: &'a [String]) -> Vec<(String, &'a [String])> {
    let itself = (name.to_owned(), arguments);
    if !hooks {
        return vec![itself];
    }
    vec![(format!("pre{name}"), &[]), itself, (format!("post{name}"), &[])]
}

fn value(word: &ShellWord) -> String {
    word.value.clone().unwrap_or_else(|| word.raw.clone())
}

/// pm2 takes a file, a configuration, or the name of a program.
fn is_module(written: &str) -> bool {
    let extension = written.rsplit('.').next().unwrap_or_default();
    matches!(extension, "js" | "mjs" | "cjs" | "ts") && !written.contains(".config.")
}
