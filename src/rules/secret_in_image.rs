//! `secret-in-image`

mod mount;

use super::declare_rule;
use super::support::node_stage;
use crate::diagnostic::Diagnostic;
use crate::ecosystem::secrets;
use crate::facts::{context_file, is_environment_file};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::paths::glob::is_glob;
use crate::shell::{Command, Script};
use crate::stages::{Entry, Holding, InstructionId, StageId};
use crate::syntax::{Kind, Pair, Word};

declare_rule! {
    /// Flags a secret in the image: a token in ARG or ENV, in an `.npmrc`, or a `.env` that is copied by name.
    ///
    /// ## Why
    /// Whoever can pull the image can read it. Build arguments stand in its history, and a file that a later
    /// instruction deletes stays in its layer. The values of a run belong to the run (`docker run --env-file`), those of
    /// the build to a secret mount, which leaves nothing.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// ARG NPM_TOKEN
    /// COPY package*.json .npmrc ./
    /// RUN npm ci --omit=dev && npm cache clean --force
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after unsafe
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json .npmrc ./
    /// RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci --omit=dev && npm cache clean --force
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {"ms": "^2.1.3"}}
    /// ```
    /// ```ini file=.npmrc
    /// //registry.npmjs.org/:_authToken=${NPM_TOKEN}
    /// ```
    /// ```js file=server.js
    /// console.log(require('ms')('1h'))
    /// ```
    ///
    /// ## Fix safety
    /// A secret mount is always unsafe: `docker build` has to be given the secret, and BuildKit has to be of 2024 or
    /// later. For the others there is no fix: who needs the value, and when, is not known.
    /// An ARG of a stage that does not ship, an `.npmrc` with `${NPM_TOKEN}` in place of a token, names for what a build
    /// publishes (`NEXT_PUBLIC_`, `VITE_`), values that stand in for one (`dummy`) and a `.env` without a secret are not reported.
    pub(crate) SECRET_IN_IMAGE { name: "secret-in-image", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, _)) = node_stage(ctx) else { return };
    let model = ctx.model();
    for instruction in model.ancestry(at).into_iter().rev().flat_map(|it| model.stages[it].instructions.clone()) {
        match &model.instructions[instruction].kind {
            Kind::Env(pairs) => acc.extend(pairs.iter().filter_map(|it| environment(ctx, at, instruction, it))),
            Kind::Arg(pairs) => acc.extend(pairs.iter().filter_map(|it| argument(ctx, at, instruction, it))),
            Kind::Run(_) => acc.extend(written_token(ctx, instruction)),
            Kind::Copy(copy) => match model.instructions[instruction].flag_value("from") {
                None => acc.extend(copy.sources.iter().filter_map(|it| absent(ctx, instruction, &it.value, it))),
                Some(from) => acc.extend(copy.sources.iter().filter_map(|it| handed_on(ctx, instruction, from, it))),
            },
            _ => {}
        }
    }
    acc.extend(files(ctx, at));
}

/// ENV of the image, as it is at the end.
fn environment(ctx: &Inspection, at: StageId, instruction: InstructionId, pair: &Pair) -> Option<Diagnostic> {
    let name = pair.key.value.as_str();
    let held = ctx.model().stages[at].contents.env.get(name).filter(|it| it.by == Some(instruction))?;
    let is_real = held.value.as_ref().is_none_or(|it| !it.is_empty() && !secrets::is_placeholder(it));
    let has_password = held.value.as_deref().is_some_and(secrets::has_password);
    if !(secrets::is_secret(name) && is_real || has_password) {
        return None;
    }
    let message = format!("`{name}` is in the environment of the image, for all who can pull it");
    let res = Diagnostic::new(SECRET_IN_IMAGE.name, pair.range, message);
    Some(res.with_held_back("whether the build or the run needs it is not known"))
}

/// An ARG, whose value stands in the history.
fn argument(ctx: &Inspection, at: StageId, instruction: InstructionId, pair: &Pair) -> Option<Diagnostic> {
    let name = pair.key.value.as_str();
    let default = pair.value.as_ref().map(|it| it.value.trim_matches(['"', '\'']));
    let is_standing_in = default.is_some_and(|it| !it.is_empty() && secrets::is_placeholder(it));
    let is_in_env = ctx.model().stages[at].contents.env.contains_key(name);
    if !secrets::is_secret(name) || is_standing_in || is_in_env {
        return None;
    }
    let message = format!("The build argument `{name}` can be read in the history of the image");
    let res = Diagnostic::new(SECRET_IN_IMAGE.name, pair.range, message);
    Some(match mount::edits(ctx, at, instruction, name) {
        Ok(edits) => {
            let title = format!("Mount `{name}` as a secret");
            let doubt = format!("`docker build` then needs `--secret id={name}` in place of `--build-arg {name}`");
            res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(doubt)
        }
        Err(reason) => res.with_held_back(reason),
    })
}

/// A RUN that leaves an .npmrc with a token.
fn written_token(ctx: &Inspection, instruction: InstructionId) -> Option<Diagnostic> {
    let script = ctx.model().scripts[instruction].as_ref().filter(|it| it.complete)?;
    let (place, command) = script.commands.iter().enumerate().find(|(_, it)| writes_token(it))?;
    if takes_back(script, place) {
        return None;
    }
    let message = "The token that is written into .npmrc here stays in a layer of the image";
    Some(Diagnostic::new(SECRET_IN_IMAGE.name, command.range, message))
}

/// `echo "//registry…:_authToken=$TOKEN" > .npmrc`, `npm config set //registry…:_authToken $TOKEN`.
fn writes_token(command: &Command) -> bool {
    let key = command.words.iter().position(|it| it.raw.contains("_authToken"));
    let Some(key) = key else { return false };
    let is_written = command.redirected && matches!(command.program(), Some("echo" | "printf"));
    let is_set = command.words.get(1).is_some_and(|it| matches!(it.raw.as_str(), "config" | "set" | "c"));
    let expands = command.words[key..].iter().any(|it| it.value.is_none());
    (is_written || is_set) && expands
}

/// Whether the same RUN deletes the file.
fn takes_back(script: &Script, place: usize) -> bool {
    script.commands[place + 1..].iter().any(|it| {
        let names_it =
            it.words.iter().any(|it| it.raw.contains(secrets::NPM_SETTINGS) || it.raw.contains("_authToken"));
        names_it && it.words.iter().any(|it| matches!(it.raw.as_str(), "rm" | "delete" | "unlink" | "shred"))
    })
}

/// Files of the context that hold one.
fn files(ctx: &Inspection, at: StageId) -> Vec<Diagnostic> {
    let entries = ctx.model().stages[at].contents.entries.iter();
    let files = entries.filter_map(|it| match &it.holding {
        Holding::ContextFile(path) => Some((it.origin.last(), path)),
        _ => None,
    });
    let named = files.filter_map(|(instruction, path)| file(ctx, instruction, path));
    named.chain(settings_of_folders(ctx, at)).collect()
}

/// `COPY . .` of a folder with an .npmrc that holds a token.
fn settings_of_folders(ctx: &Inspection, at: StageId) -> impl Iterator<Item = Diagnostic> {
    let is_there = |it: &Entry, path: &str| !it.lacks(secrets::NPM_SETTINGS) && ctx.project().sees(path) == Some(true);
    let entries = ctx.model().stages[at].contents.entries.iter();
    entries.filter_map(move |it| {
        let Holding::ContextFolder(folder) = &it.holding else { return None };
        let path = paths::join(folder, secrets::NPM_SETTINGS);
        is_there(it, &path).then(|| file(ctx, it.origin.last(), &path)).flatten()
    })
}

/// A file that is copied by name and is no entry of its own at the end: a `.env` that is in no repository, as it should be; one
/// that a later RUN deletes, or a COPY of its folder brings again.
fn absent(ctx: &Inspection, instruction: InstructionId, path: &str, source: &Word) -> Option<Diagnostic> {
    let path = path.trim_start_matches("./");
    if is_glob(path) || source.has_variable() {
        return None;
    }
    if ctx.project().kind(path).is_none() {
        return file(ctx, instruction, path);
    }
    let stage = ctx.model().production_stage()?;
    let path = paths::normalise(path);
    let is_it = |it: &Entry| matches!(&it.holding, Holding::ContextFile(file) if path == *file);
    if ctx.project().sees(&path) != Some(true) || stage.contents.entries.iter().any(is_it) {
        return None;
    }
    let is_within = |it: &Entry| match &it.holding {
        Holding::ContextFolder(folder) => paths::below(folder, &path).is_some_and(|it_is| !it.lacks(it_is)),
        _ => false,
    };
    let res = file(ctx, instruction, &path)?;
    let is_there = stage.contents.entries.iter().any(is_within);
    Some(if is_there { res } else { res.with_note("A later command deletes it, and it stays in this layer") })
}

/// The same from a stage that has it by `COPY . .`.
fn handed_on(ctx: &Inspection, instruction: InstructionId, from: &str, source: &Word) -> Option<Diagnostic> {
    let model = ctx.model();
    let from = model.stage_named(from, model.stage_of(instruction)?)?;
    let path = context_file(&model.stages[from].contents, &paths::absolute("/", &source.value))?;
    absent(ctx, instruction, &path, source)
}

fn file(ctx: &Inspection, instruction: InstructionId, path: &str) -> Option<Diagnostic> {
    let text = ctx.project().text(path);
    let name = paths::file_name(path);
    let message = if name == secrets::NPM_SETTINGS && text.as_ref().is_some_and(|it| secrets::holds_token(it)) {
        format!("`{path}` holds a token, and is in the image")
    } else if is_environment_file(path)
        && !secrets::is_for_tests(name)
        && text.as_ref().is_none_or(|it| secrets::holds_secret(it))
    {
        format!("The secrets of `{path}` are in the image, for all who can pull it")
    } else {
        return None;
    };
    let content = ctx.model().instructions[instruction].content;
    Some(Diagnostic::new(SECRET_IN_IMAGE.name, content, message).with_held_back("what reads it is not known"))
}

#[cfg(test)]
mod tests;
