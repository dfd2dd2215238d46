//! What a command may do to the app.

use super::command::Action;
use super::find;
use super::wrappers::{self, Layer};
use super::{Invocation, programs, settings, tools};
use crate::paths;
use crate::shell::{self, Command};

/// What a command may do to the app. The order is from harmless to not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It runs nothing of the app and leaves its packages alone.
    Idle,
    /// It changes node_modules; scripts of package.json may run on the way.
    Install,
    /// It is a build tool's run, which needs its devDependencies.
    Build,
    /// It runs scripts of package.json, which say more; their names.
    Script(Vec<String>),
    /// Nobody described the program here: it may do anything, and need any package. The program.
    Unknown(String),
}

/// How often one command may start another.
const MAX_LAYERS: usize = 12;

/// What `words`, the program first, may do to the app. The largest of what it starts.
#[must_use]
pub fn effect(words: &[String]) -> Effect {
    within(words, MAX_LAYERS)
}

/// [`effect`], where commands start others at most as often as `layers` says.
fn within(words: &[String], layers: usize) -> Effect {
    let mut words = words.to_vec();
    for left in (0..layers).rev() {
        let Some(first) = words.first() else { return Effect::Idle };
        match wrappers::unwrap(&words) {
            Some(Layer::Command { rest, .. }) => words = rest,
            Some(Layer::Texts(texts)) => return texts.iter().map(|it| of_text(it, left)).max().unwrap_or(Effect::Idle),
            Some(Layer::File(file)) => return Effect::Unknown(file),
            Some(Layer::Unknown(_)) => return Effect::Unknown(first.clone()),
            None => return of_program(&words, left),
        }
    }
    Effect::Unknown(words.first().cloned().unwrap_or_default())
}

/// The effect of a command of a RUN. A computed program is unknown; a command of assignments alone is idle.
#[must_use]
pub fn effect_of(command: &Command) -> Effect {
    of_command(command, MAX_LAYERS)
}

fn of_command(command: &Command, layers: usize) -> Effect {
    if command.words.first().is_some_and(|it| it.value.is_none()) {
        return Effect::Unknown(command.words[0].raw.clone());
    }
    let words: Vec<String> =
        command.words.iter().map(|it| it.value.clone().unwrap_or_else(|| it.raw.clone())).collect();
    within(&words, layers)
}

/// Whether a command makes nothing that the run needs but packages and what is generated into them: an install, a
/// check, a question.
#[must_use]
pub(crate) fn makes_only_packages(command: &Command) -> bool {
    let words: Vec<String> =
        command.words.iter().map(|it| it.value.clone().unwrap_or_else(|| it.raw.clone())).collect();
    let Some(program) = words.first().map(|it| paths::file_name(it)) else { return true };
    match Invocation::read(&words).map(|it| it.action) {
        Some(Action::Install(_) | Action::Global(_) | Action::CleanCache | Action::Idle) => true,
        Some(Action::Script(inner) | Action::Run(inner)) => tools::is_check_name(&inner[0]),
        Some(Action::Exec(inner)) => {
            inner.starts_with(&["prisma".to_owned(), "generate".to_owned()])
                || tools::leaves_nothing(&inner[0], &inner[1..])
        }
        Some(_) => false,
        None if tools::sets_up_checkout(program) || program == settings::PATCHER => true,
        None => programs::leaves_nothing(program) || (program == "node" && effect(&words) == Effect::Idle),
    }
}

fn of_text(text: &str, layers: usize) -> Effect {
    let script = shell::script_of_text(text);
    if !script.complete {
        return Effect::Unknown(text.to_owned());
    }
    script.commands.iter().map(|it| of_command(it, layers)).max().unwrap_or(Effect::Idle)
}

fn of_program(words: &[String], layers: usize) -> Effect {
    if let Some(invocation) = Invocation::read(words) {
        return of_action(invocation.action, words, layers);
    }
    let program = paths::file_name(&words[0]);
    if let Some(commands) = find::commands(words) {
        return commands.iter().map(|it| within(it, layers)).max().unwrap_or(Effect::Idle);
    }
    match program {
        _ if tools::is_build(words) => Effect::Build,
        "node" | "nodejs" if words[1..].iter().all(|it| matches!(it.as_str(), "-v" | "--version")) => Effect::Idle,
        _ if programs::is_idle(program) && !reaches_into_packages(words) => Effect::Idle,
        _ => Effect::Unknown(words[0].clone()),
    }
}

fn of_action(action: Action, words: &[String], layers: usize) -> Effect {
    match action {
        Action::Install(_) | Action::Deploy(_) => Effect::Install,
        Action::Global(_) | Action::CleanCache | Action::Idle => Effect::Idle,
        Action::Script(mut words) | Action::Run(mut words) => {
            words.truncate(1);
            Effect::Script(words)
        }
        // bun's own bundler: reading it again would come back here.
        Action::Exec(inner) if tools::is_build(&inner) => Effect::Build,
        Action::Exec(inner) if inner.first() == words.first() => Effect::Unknown(words.join(" ")),
        Action::Exec(inner) => within(&inner, layers),
        Action::Shell(text) => of_text(&text, layers),
        Action::Node(_) | Action::Unknown => Effect::Unknown(words.join(" ")),
    }
}

/// `cp -r node_modules/bootstrap/dist public`: a package is used that may be a devDependency. Removing one or
/// changing its owner uses none, nor does moving or linking the whole folder.
fn reaches_into_packages(words: &[String]) -> bool {
    let is_of_package = |it: &str| it.trim_end_matches('/').contains("node_modules/");
    match paths::file_name(&words[0]) {
        "rm" | "chown" | "chmod" | "mkdir" | "ls" | "du" | "echo" | "test" | "[" => false,
        "mv" | "ln" => words[1..].iter().any(|it| is_of_package(it)),
        _ => words[1..].iter().any(|it| it.contains("node_modules")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_do() {
        use Effect::{Build, Idle, Install};
        let script = |it: &str| Effect::Script(vec![it.to_owned()]);
        for (line, expected) in [
            ("npm ci", Install),
            ("env A=1 npm ci", Install),
            ("npm update", Install),
            ("mkdir -p data", Idle),
            ("chown -R node:node node_modules", Idle),
            ("rm -rf node_modules", Idle),
            ("mv /app/node_modules /node_modules", Idle),
            ("npm cache clean --force", Idle),
            ("npm i -g pm2", Idle),
            ("npm config set registry https://registry.test", Idle),
            ("corepack enable", Idle),
            ("node --version", Idle),
            ("apt-get install -y curl", Idle),
            ("tsc -p .", Build),
            ("npx tsc", Build),
            ("bun build src/index.ts", Build),
            ("npm --loglevel warn run assets", script("assets")),
            ("yarn lint", script("lint")),
            ("pnpm -r build", script("build")),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(effect(&words), expected, "{line}");
        }
    }

    #[test]
    fn what_nobody_described_is_unknown() {
        for line in [
            "make assets",
            "./build.sh",
            "sh build.sh",
            "frobnicate",
            "node scripts/seed.js",
            "npx frobnicate",
            "npm frobnicate",
            "bun test",
            "cp -r node_modules/bootstrap/dist public",
            "xargs npm",
            "find . -exec frobnicate ;",
            "eval x",
            "python3 setup.py",
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert!(matches!(effect(&words), Effect::Unknown(_)), "{line}: {:?}", effect(&words));
        }
    }

    #[test]
    fn texts_count_by_their_worst_command() {
        let effect_of_text = |text: &str| effect(&["sh".to_owned(), "-c".to_owned(), text.to_owned()]);
        assert_eq!(effect_of_text("mkdir x && npm ci"), Effect::Install);
        assert_eq!(effect_of_text("npm ci && make x"), Effect::Unknown("make".to_owned()));
        assert_eq!(effect_of_text("echo a > b"), Effect::Idle);
    }
}
