//! `ownership`

use std::collections::{BTreeMap, BTreeSet};

use super::declare_rule;
use super::support::{commands_before, is_known, node_stage};
use crate::diagnostic::Diagnostic;
use crate::facts::context_file;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Access, AccessBase, Site};
use crate::shell::{self, Command};
use crate::stages::{Entry, Holding, InstructionId, Stage, StageId, User};
use crate::syntax::{Instruction, Kind};

declare_rule! {
    /// Flags a folder of the app that the app writes to, and that is root's, in a stage that runs as another user.
    ///
    /// ## Why
    /// WORKDIR above USER and COPY without `--chown` make folders for root. The first write ends with EACCES, which the
    /// container may only come to when somebody uploads something.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// RUN mkdir -p /app/logs && chown node /app/logs
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop"}
    /// ```
    /// ```js file=server.js
    /// const fs = require('fs')
    /// fs.mkdirSync('logs', { recursive: true })
    /// fs.writeFileSync('logs/start.log', 'ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe: the folder, and a file there that is written and that the image has, are given to the user above USER;
    /// nothing else changes. Nothing is said where a
    /// command may have given it already, where a volume may lie over it, and of paths that are only known at run time.
    pub(crate) OWNERSHIP { name: "ownership", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, stage)) = node_stage(ctx) else { return };
    let (User::Named(user), Some(by)) = (&stage.contents.user.value, stage.contents.user.by) else { return };
    let Some(workdir) = root_folder(ctx, at, stage, by) else { return };
    let owner = user.split(':').next().unwrap_or(user);
    let mut folders: BTreeMap<String, (&Site, BTreeSet<String>)> = BTreeMap::new();
    for write in ctx.facts().runtime.iter().flat_map(|it| &it.writes) {
        let is_given = |it: &Option<String>| it.as_ref().is_some_and(|it| is_given(ctx, stage, it));
        let found = target(write, workdir).filter(|it| is_roots(ctx, stage, &it.0) && !is_given(&it.1));
        if let Some((folder, file)) = found {
            let found = folders.entry(folder).or_insert_with(|| (&write.site, BTreeSet::new()));
            found.1.extend(file.filter(|it| holds(ctx, stage, it)));
        }
    }
    acc.extend(folders.into_iter().map(|(folder, (site, files))| {
        let give = give(workdir, &folder, &files, owner);
        diagnostic(ctx, by, &folder, site, (owner, give))
    }));
}

/// The working directory, where it is root's, and no command can have changed whose it and what is in it are.
fn root_folder<'c>(ctx: &Inspection, at: StageId, stage: &'c Stage, by: InstructionId) -> Option<&'c str> {
    let model = ctx.model();
    let workdir = stage.contents.workdir.value.as_deref().filter(|it| *it != "/")?;
    let made = stage.contents.workdir.by?;
    let runs = |it: InstructionId| matches!(model.instructions[it].kind, Kind::Run(_));
    let users = |it: InstructionId| matches!(model.instructions[it].kind, Kind::User(_));
    let ancestry = model.ancestry(at);
    let own = || ancestry.iter().rev().flat_map(|it| model.stages[*it].instructions.clone());
    let is_roots = model.stage_of(by) == Some(at) && made < by && own().filter(|it| *it < by).all(|it| !users(it));
    let end = model.instructions[stage.instructions.end().previous()].range.end();
    let is_quiet =
        commands_before(ctx, at, end).all(|it| it.is_some_and(|it| is_known(ctx, it) && !may_give(it, workdir)));
    let image = model.root_image(at);
    let is_home = workdir.starts_with("/home/") && paths::parent(workdir) == "/home";
    let may = is_roots
        && is_quiet
        && !own().any(|it| it > by && runs(it))
        && image.default_user.as_deref() == Some("root")
        && image.shell == Some(true)
        && image.is_official
        && !is_home
        && ctx.facts().app_at_workdir
        && ctx.facts().development.is_none();
    may.then_some(workdir)
}

/// Whether a command may make somebody else than root the owner of what is in `folder`.
fn may_give(command: &Command, folder: &str) -> bool {
    let names_it = || command.words.iter().any(|it| it.raw.contains(folder));
    match command.program() {
        Some("chown" | "chmod" | "chgrp" | "install" | "setfacl" | "mkdir" | "ln" | "touch") | None => true,
        // What it takes away is not followed.
        Some("find") => command.words.iter().any(|it| it.raw == "-delete" || it.raw == "-exec" || it.raw == "-ok"),
        // It may be somebody's home.
        Some("useradd" | "adduser" | "usermod") => names_it(),
        Some(_) => false,
    }
}

/// The folder that a write needs (the working directory, or one below it), and the file, if it is one.
fn target(write: &Access, workdir: &str) -> Option<(String, Option<String>)> {
    let path = write.path.as_deref()?;
    let path = match write.base {
        AccessBase::WorkingDirectory | AccessBase::Module => paths::absolute(workdir, path),
        AccessBase::Root => path.to_owned(),
        AccessBase::Temporary => return None,
    };
    let folder = if write.is_folder { path.as_str() } else { paths::parent(&path) };
    // Of the working directory it must be known that a file is made in it.
    let is_its_own = folder == workdir && write.is_folder;
    let is_inside = paths::contains(workdir, folder) && !is_its_own;
    is_inside.then(|| (folder.to_owned(), (!write.is_folder).then(|| path.clone())))
}

/// Whether the image has the file, which is root's then. `chown` of one that is not there would end the build.
fn holds(ctx: &Inspection, stage: &Stage, file: &str) -> bool {
    // One that Git leaves out is not there in every build.
    let is_local = context_file(&stage.contents, file).is_some_and(|it| ctx.project().is_untracked(&it));
    !is_local && stage.contents.entries.iter().any(|it| it.holds_file(ctx.project(), file) == Some(true))
}

/// The line that gives the folder, and the files that are there.
fn give(workdir: &str, folder: &str, files: &BTreeSet<String>, owner: &str) -> String {
    let word = shell::quote(folder);
    let make = if folder == workdir { String::new() } else { format!("mkdir -p {word} && ") };
    let names: String = files.iter().map(|it| format!(" {}", shell::quote(it))).collect();
    format!("RUN {make}chown {owner} {word}{names}")
}

/// Whether no COPY gives the folder to somebody, and nothing is mounted over it.
fn is_roots(ctx: &Inspection, stage: &Stage, folder: &str) -> bool {
    let model = ctx.model();
    let touches = |it: &str| paths::contains(it, folder) || paths::contains(folder, it);
    let volumes = stage.contents.volumes.iter().filter_map(|it| match &model.instructions[*it].kind {
        Kind::Volume(words) => Some(words),
        _ => None,
    });
    let mut volumes = volumes.flatten().map(|it| it.value.as_str());
    !stage.contents.entries.iter().filter(|it| has_owner(ctx, it)).any(|it| gives(ctx, stage, it, folder))
        && !volumes.any(|it| it.contains('$') || touches(it.trim_end_matches('/')))
        && ctx.facts().given.mounts.is_empty()
}

/// Whether a COPY gives the entry to somebody.
fn has_owner(ctx: &Inspection, entry: &Entry) -> bool {
    let names_one = |it: &Instruction| it.flag("chown").is_some() || it.flag("chmod").is_some();
    entry.origin.via.iter().chain([&entry.origin.instruction]).any(|it| names_one(ctx.model().instructions[*it]))
}

/// Whether the COPY of the entry makes `folder`, which is its owner's then. One that is there already stays whose it is, and WORKDIR
/// has made its own (FACTS §4).
fn gives(ctx: &Inspection, stage: &Stage, entry: &Entry, folder: &str) -> bool {
    let workdir = stage.contents.workdir.value.as_deref().unwrap_or("/");
    if folder == workdir {
        return false;
    }
    // Of a folder that is given, all that is made in it later is.
    let top = paths::below(workdir, folder).and_then(|it| it.split('/').next()).map(|it| paths::join(workdir, it));
    let is_there = |from: &str, path: &str| ctx.project().kind(&paths::join(from, path)).is_some();
    match (paths::below(&entry.path, folder), &entry.holding, top.as_deref()) {
        (Some(_), Holding::ContextFolder(from), Some(top)) if paths::contains(&entry.path, workdir) => {
            paths::below(&entry.path, top).is_some_and(|it| is_there(from, it))
        }
        (Some(_), ..) => true,
        (None, ..) => {
            let above = paths::parent(&entry.path);
            above != workdir && (paths::contains(above, folder) || paths::contains(folder, &entry.path))
        }
    }
}

/// Whether a COPY brings `file` for somebody: they can write to it, whoever has its folder.
fn is_given(ctx: &Inspection, stage: &Stage, file: &str) -> bool {
    let brought = stage.contents.covering(file).filter(|it| has_owner(ctx, it));
    brought.is_some_and(|it| match it.holding {
        Holding::ContextFolder(_) => {
            context_file(&stage.contents, file).is_some_and(|it| ctx.project().kind(&it).is_some())
        }
        _ => true,
    })
}

fn diagnostic(
    ctx: &Inspection,
    by: InstructionId,
    folder: &str,
    site: &Site,
    (owner, give): (&str, String),
) -> Diagnostic {
    let place = ctx.model().instructions[by].content;
    let message = format!("`{owner}` may not write to `{folder}`, as `{site}` does");
    let is_plain = give.chars().all(|it| it.is_ascii_alphanumeric() || "/._- &:".contains(it));
    let edit = lines::instructions(ctx.source(), Spot::Before(by), &[give]);
    let res = Diagnostic::new(OWNERSHIP.name, place, message).with_related_file(
        site.path.clone(),
        site.line,
        format!("`{folder}` is written here"),
    );
    match is_plain {
        true => res.with_fix(Fix::new(format!("Give `{folder}` to `{owner}`"), Applicability::Safe, vec![edit])),
        false => res.with_held_back("its name needs quotes"),
    }
}

#[cfg(test)]
mod tests {
    use super::OWNERSHIP;
    use crate::testing::{check_clean, check_fix};

    const FILES: &[(&str, &str)] = &[
        ("package.json", "{}"),
        (
            "server.js",
            "const fs = require('fs')\nfs.writeFileSync('data/out/a.txt', '')\nfs.writeFileSync('/tmp/a', '')\n",
        ),
    ];

    fn dockerfile(lines: &str) -> String {
        format!("FROM node:22-slim\n{lines}\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn the_folder_is_given() {
        let give = "RUN mkdir -p /app/data/out && chown node /app/data/out\n";
        for (before, after) in [
            ("WORKDIR /app\nCOPY . .\n# so\nUSER node", format!("WORKDIR /app\nCOPY . .\n{give}# so\nUSER node")),
            (
                "RUN useradd node2\nWORKDIR /app\nCOPY . .\nUSER node",
                format!("RUN useradd node2\nWORKDIR /app\nCOPY . .\n{give}USER node"),
            ),
            // The folder was there before.
            (
                "WORKDIR /app\nCOPY --chown=node . .\nUSER node",
                format!("WORKDIR /app\nCOPY --chown=node . .\n{give}USER node"),
            ),
            ("WORKDIR /app\nUSER node:node\nCOPY . .", format!("WORKDIR /app\n{give}USER node:node\nCOPY . .")),
        ] {
            check_fix(&OWNERSHIP, FILES, &dockerfile(before), &dockerfile(&after));
        }
    }

    #[test]
    fn the_working_directory() {
        let files = |write: &'static str| [FILES[0], ("server.js", write), ("db.json", "{}")];
        let before = "WORKDIR /app\nCOPY . .\nUSER node";
        for (write, give) in [
            ("require('fs').writeFileSync('/app/a.txt', '')", "chown node /app"),
            ("require('fs').writeFileSync('db.json', '')", "chown node /app /app/db.json"),
            ("require('fs').writeFileSync('new/db.json', '')", "mkdir -p /app/new && chown node /app/new"),
        ] {
            let after = format!("WORKDIR /app\nCOPY . .\nRUN {give}\nUSER node");
            check_fix(&OWNERSHIP, &files(write), &dockerfile(before), &dockerfile(&after));
        }
    }

    #[test]
    fn it_may_be_the_users() {
        for lines in [
            "USER node\nWORKDIR /app\nCOPY . .",
            "USER node\nWORKDIR /app\nUSER root\nCOPY . .\nUSER node",
            "WORKDIR /app\nCOPY --chown=node . data/\nUSER node",
            "WORKDIR /app\nCOPY . .\nRUN chown -R node .\nUSER node",
            "WORKDIR /app\nCOPY package.json server.js ./\nCOPY --chown=node server.js data/first.js\nUSER node",
            "WORKDIR /app\nCOPY . .\nRUN ./prepare\nUSER node",
            "WORKDIR /app\nCOPY . .\nRUN find . -name 'a*' ! -name 'ab' -delete\nUSER node",
            "WORKDIR /app\nCOPY . .\nRUN ln -s /data data\nUSER node",
            "WORKDIR /app\nCOPY . .\nUSER node\nVOLUME /app/data",
            "WORKDIR /app\nCOPY . .",
            "WORKDIR /home/node\nCOPY . .\nUSER node",
            "RUN useradd -d /app app\nWORKDIR /app\nCOPY . .\nUSER app",
        ] {
            check_clean(&OWNERSHIP, FILES, &dockerfile(lines));
        }
    }
}
