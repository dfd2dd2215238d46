//! Installs when the container starts, of which NODE_ENV decides what they leave out.

use crate::ecosystem::{Action, Invocation};
use crate::facts::User;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Program, Reason};
use crate::shell::{self, Command};
use crate::stages::Verb;

/// An install when the container starts: it would leave devDependencies out, and what follows may need them.
pub(super) fn install(ctx: &Inspection) -> Option<Reason> {
    known(ctx).or_else(|| unknown(ctx))
}

fn known(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    facts.app.as_ref().filter(|it| !it.package.dev_dependencies.is_empty())?;
    let own = facts.start.iter().map(|it| (None, it));
    let others = facts.users.iter().filter_map(|it| Some((Some(it), it.start.as_ref()?)));
    own.chain(others).find_map(|(user, start)| {
        let installs = start.programs.iter().map(words_of).find(|it| is_open_install(it))?;
        Some(leaves_out(user, &installs))
    })
}

fn leaves_out(user: Option<&User>, install: &[String]) -> Reason {
    let text =
        format!("installs packages by `{}` when it starts, and devDependencies would be left out", install.join(" "));
    user.map_or_else(|| format!("the container {text}").into(), |it| it.reason(&format!(", which {text}")))
}

/// The same where it is not known whose packages they are, as in an image that sources are mounted into.
fn unknown(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let own = facts.command.iter().map(|it| (None, &it.words));
    let others = facts.users.iter().map(|it| (Some(it), &it.words));
    let mut all = own.chain(others).filter(|_| facts.app.is_none());
    all.find_map(|(user, words)| {
        Some(leaves_out(user, &commands_of(words).into_iter().find(|it| is_open_install(it))?))
    })
}

/// The commands of a start, those that a shell is given one by one.
fn commands_of(words: &[String]) -> Vec<Vec<String>> {
    let [shell, flag, text] = words else { return vec![words.to_vec()] };
    if !matches!(paths::file_name(shell), "sh" | "bash" | "ash") || flag != "-c" {
        return vec![words.to_vec()];
    }
    let written = |it: &Command| it.words.iter().map(|it| it.raw.clone()).collect();
    shell::script_of_text(text).commands.iter().map(written).collect()
}

fn words_of(program: &Program) -> Vec<String> {
    std::iter::once(&program.name).chain(&program.arguments).cloned().collect()
}

/// Whether these words install what NODE_ENV decides on.
fn is_open_install(words: &[String]) -> bool {
    let says = |it: &String| ["--omit", "--include", "--prod", "--only"].iter().any(|flag| it.starts_with(flag));
    let verb = Invocation::read(words).map(|it| it.action);
    matches!(verb, Some(Action::Install(Verb::Install | Verb::CleanInstall))) && !words.iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::super::MISSING_NODE_ENV;
    use crate::testing::check_held_back;

    #[test]
    fn packages_that_are_mounted() {
        let image = "FROM node:22-slim\nWORKDIR /app\n";
        let left_out = "installs packages by `npm install` when it starts, and devDependencies would be left out";
        let own = format!("{image}CMD [\"sh\", \"-c\", \"npm install && npx next dev\"]\n");
        check_held_back(&MISSING_NODE_ENV, &[], &own, &format!("the container {left_out}"));
        let compose = "services:\n  app:\n    build: .\n    command: sh -c \"npm install && npm run dev\"\n";
        let by_compose =
            format!("`docker-compose.yml:2` runs `sh -c \"npm install && npm run dev\"`, which {left_out}");
        check_held_back(&MISSING_NODE_ENV, &[("docker-compose.yml", compose)], image, &by_compose);
    }
}
