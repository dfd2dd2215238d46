//! `.git`: who may read it.

use std::collections::BTreeMap;

use super::item::Objection;
use crate::inspection::Inspection;
use crate::project::{App, Mentions, Reason, Script};
use crate::rules::support::quoted;
use crate::shell::Command;
use crate::stages::{ImageFacts, ImageKind, Libc};

/// What Git does without a repository at hand.
const ELSEWHERE: &[&str] = &["clone", "config", "--version", "version", "lfs", "init"];

/// Packages that ask Git in a build or an install, though their names do not say so.
const ASKING: &[&str] = &["lefthook", "lerna", "next-build-id", "@sentry/cli", "@sentry/nextjs", "@sentry/sveltekit"];

/// Packages for those who commit and release, and the program that must run for one of them to ask.
const RELEASING: &[(&str, &str)] = &[
    ("@semantic-release/git", "semantic-release"),
    ("@release-it/", "release-it"),
    ("cz-git", "cz"),
    ("git-cz", "git-cz"),
    ("gitmoji-cli", "gitmoji"),
    ("gitmoji-changelog", "gitmoji-changelog"),
];

/// Scripts that an install, a build or a start runs, whoever starts it.
const USUAL: &[&str] = &["preinstall", "install", "postinstall", "prepare", "build", "start"];

/// Whether the image of `ctx` can do without it.
pub(super) fn objection(ctx: &Inspection, apps: &[String]) -> Objection {
    let commands = ctx.model().scripts.iter().flatten().flat_map(|it| &it.commands);
    if let Some(it) = commands.into_iter().find(|it| asks(it)) {
        return Objection::Doubt(format!("`{}` may read it", quoted(&it.words)).into());
    }
    if let Some(it) = apps.iter().find_map(|it| by_package(ctx, &*ctx.project().app(it)?)) {
        return Objection::Doubt(it);
    }
    match ctx.project().mentions("git", may_have_git(ctx)) {
        Mentions::None => Objection::None,
        Mentions::At(site) => Objection::Doubt(Reason::at(site.clone(), "may ask Git for something")),
        Mentions::Unknown => Objection::Doubt("there is too much code to know that none of it asks Git".into()),
    }
}

fn asks(command: &Command) -> bool {
    let verb = command.arguments().flatten().find(|it| !it.starts_with('-') || *it == "--version");
    command.program() == Some("git") && verb.is_some_and(|it| !ELSEWHERE.contains(&it))
}

/// What a package.json says: a package or a script that asks Git.
fn by_package(ctx: &Inspection, app: &App) -> Option<Reason> {
    let package = &app.package;
    let asks =
        |it: &str| has_word(it, "git") || ASKING.contains(&it) || it.starts_with("@sentry/") && it.ends_with("-plugin");
    let scripts = scripts_run(ctx, app);
    let texts: Vec<&str> = scripts.iter().map(|it| it.text.as_str()).chain([&**ctx.text()]).collect();
    let runs = |program: &str| texts.iter().any(|it| it.split_whitespace().any(|it| it == program));
    let rests = |name: &str| RELEASING.iter().any(|it| name.starts_with(it.0) && !runs(it.1));
    let mut names = package.dependencies.keys().chain(package.dev_dependencies.keys());
    if let Some(name) = names.find(|it| asks(it) && !rests(it)) {
        return Some(format!("`{name}` may read it").into());
    }
    let script = scripts.into_iter().find(|it| has_word(&it.text, "git"))?;
    Some(Reason::at(script.site.clone(), "may ask Git for something"))
}

/// The scripts that the Dockerfile may run, by their names, and those that these name.
fn scripts_run<'s>(ctx: &Inspection, app: &'s App) -> Vec<&'s Script> {
    let all = &app.package.scripts;
    let mut left: BTreeMap<&str, Vec<&Script>> = BTreeMap::new();
    for (name, script) in all {
        let hooked = ["pre", "post"].iter().find_map(|it| name.strip_prefix(it)).filter(|it| all.contains_key(*it));
        left.entry(hooked.unwrap_or(name)).or_default().push(script);
    }
    let words = |text: &'_ str| -> Vec<String> {
        let words = text.split(|it: char| it.is_whitespace() || "\"',[]&;".contains(it));
        words.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let mut named: Vec<String> = USUAL.iter().map(|it| (*it).to_owned()).chain(words(ctx.text())).collect();
    let mut res = Vec::new();
    while let Some(name) = named.pop() {
        // Each name counts once.
        for script in left.remove(name.as_str()).unwrap_or_default() {
            named.extend(words(&script.text));
            res.push(script);
        }
    }
    res.sort_by(|a, b| a.site.cmp(&b.site));
    res
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == word)
}

/// Whether a stage may have the program: else only code that reads the files itself matters.
fn may_have_git(ctx: &Inspection) -> bool {
    let by_image = ctx.model().stages.ids().any(|it| brings_git(ctx.model().root_image(it)));
    let installed = ctx.model().stages.iter().flat_map(|it| &it.contents.system_packages);
    by_image || installed.into_iter().any(|(name, _)| name.split(['=', '~']).next() == Some("git"))
}

fn brings_git(image: &ImageFacts) -> bool {
    let name = image.expanded.as_deref().unwrap_or(&image.written);
    let is_small = image.libc == Some(Libc::Musl) || name.contains("slim") || name.contains("alpine");
    let is_bare = matches!(image.kind, ImageKind::Distroless | ImageKind::WebServer | ImageKind::Scratch);
    !is_small && !is_bare
}
