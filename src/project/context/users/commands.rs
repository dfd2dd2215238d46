//! Commands that a Makefile, a script or a workflow of the repository runs in a container of the image:
//! `docker run app npm run migrate`, `docker compose exec web npm run seed`.

use std::path::{Path, PathBuf};

use super::super::super::loader::remembered;
use super::super::super::{Loader, Site};
use super::super::builds;
use super::super::document::Document;
use super::{ImageUser, MAX_TEXT};
use crate::ecosystem::programs;
use crate::shell;

/// What starts such a command, as text.
const STARTS: [&str; 3] = ["docker run ", "docker compose ", "docker-compose "];

/// Flags of `docker run`, `docker compose run` and `docker compose exec` that take no value.
const SWITCHES: [&str; 20] = [
    "--rm",
    "-d",
    "--detach",
    "-i",
    "--interactive",
    "-t",
    "--tty",
    "-it",
    "-ti",
    "-T",
    "--no-TTY",
    "--init",
    "--privileged",
    "--read-only",
    "--no-deps",
    "--service-ports",
    "--build",
    "-q",
    "--quiet",
    "--remove-orphans",
];

/// Longer lines, and more commands of one file, are not read.
const MAX_LINE: usize = 2000;
const MAX_COMMANDS: usize = 50;

/// A command, and where it is said.
struct Found {
    site: Site,
    container: Container,
    words: Vec<String>,
}

/// Where a command runs.
enum Container {
    /// In one of an image that the same file builds, of this target.
    Built(Option<String>),
    /// In one of the service of this name.
    Service(String),
}

/// The commands of the files that may build the Dockerfile; `target_of` is what a service of compose builds of it. An image
/// is the Dockerfile's where the same file gives one that name.
pub(super) fn users(
    loader: &dyn Loader,
    folders: &[PathBuf],
    target_of: impl Fn(&str) -> Option<Option<String>>,
) -> Vec<ImageUser> {
    let mut res = Vec::new();
    for folder in builds::places(loader, folders) {
        let found = remembered(loader, &folder, || Commands::of(loader, &folder));
        res.extend(found.0.iter().filter_map(|it| {
            let target = match &it.container {
                Container::Built(target) => target.clone(),
                Container::Service(name) => target_of(name)?,
            };
            let (site, command) = (it.site.clone(), Some(it.words.clone()));
            Some(ImageUser { site, target, command, is_guess: true, ..ImageUser::default() })
        }));
    }
    res
}

/// Those of one folder.
struct Commands(Vec<Found>);

impl Commands {
    fn of(loader: &dyn Loader, folder: &Path) -> Self {
        let files = builds::files(loader, folder).into_iter();
        Self(files.flat_map(|it| in_file(loader, &it)).collect())
    }
}

fn in_file(loader: &dyn Loader, path: &Path) -> Vec<Found> {
    let Some(document) = Document::read(loader, path).filter(|it| it.text.len() <= MAX_TEXT) else { return Vec::new() };
    let text = document.text.as_str();
    let is_one = |line: &str| line.len() <= MAX_LINE && STARTS.iter().any(|start| line.contains(start));
    let lines = text.lines().zip(1..).filter(|it| is_one(it.0)).take(MAX_COMMANDS);
    let found = lines.filter_map(|(line, n)| {
        let (named, words) = read(line).filter(|it| runs_node(&it.1))?;
        let container = match named.is_service {
            true => Container::Service(named.name),
            false => Container::Built(built_as(text, &named.name)?),
        };
        let site = Site { path: path.to_string_lossy().into_owned(), line: Some(n) };
        Some(Found { site, container, words })
    });
    found.collect()
}

fn runs_node(words: &[String]) -> bool {
    words.iter().flat_map(|it| it.split([' ', '/', ';'])).any(programs::starts_node)
}

/// The target that the text builds as an image called `name`.
fn built_as(text: &str, name: &str) -> Option<Option<String>> {
    let is_end = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '/'));
    let after = |line: &str, flag: &str| -> Vec<String> {
        let values = line.split(flag).skip(1).filter(|it| it.starts_with([' ', '=']));
        values.map(|it| it[1..].trim_start_matches(['"', '\'']).to_owned()).collect()
    };
    let names_it = |line: &&str| {
        let tags = ["-t", "--tag"].iter().flat_map(|it| after(line, it));
        line.contains("build") && tags.into_iter().any(|it| it.strip_prefix(name).is_some_and(is_end))
    };
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
    let line = text.lines().find(names_it)?;
    let target = after(line, "--target").into_iter().next();
    Some(target.map(|it| it[..it.find(|it| !is_word(it)).unwrap_or(it.len())].to_owned()))
}

/// The name of an image, without its tag, or of a service.
struct Named {
    name: String,
    is_service: bool,
}

/// The container and the command of a line, of whatever file.
fn read(line: &str) -> Option<(Named, Vec<String>)> {
    let at = STARTS.iter().filter_map(|it| line.find(it)).min()?;
    let text = line[at..].trim_end_matches(['"', ',', '\\']).replace("\\\"", "\"");
    let script = shell::script_of_text(&text);
    let words: Vec<String> =
        script.commands.first()?.words.iter().map(|it| it.value.clone().unwrap_or_else(|| it.raw.clone())).collect();
    let is_service = words.iter().take(2).any(|it| it.ends_with("compose"));
    let mut rest = words.iter().skip_while(|it| !matches!(it.as_str(), "run" | "exec")).skip(1);
    let mut name = None;
    while let Some(word) = rest.next() {
        // What is mounted may take the place of what the image holds.
        if matches!(word.as_str(), "-v" | "--mount" | "--entrypoint") || word.starts_with("--v") {
            return None;
        }
        if !word.starts_with('-') {
            name = Some(word.clone());
            break;
        }
        if !word.contains('=') && !SWITCHES.contains(&word.as_str()) {
            rest.next();
        }
    }
    let name = name?.split('@').next()?.to_owned();
    let name = name.rsplit_once(':').filter(|it| !it.1.contains('/')).map_or(name.clone(), |it| it.0.to_owned());
    let command: Vec<String> = rest.cloned().collect();
    (!command.is_empty()).then_some((Named { name, is_service }, command))
}

#[cfg(test)]
mod tests {
    use super::{built_as, read};

    #[test]
    fn commands_of_lines() {
        for (line, expected) in [
            ("\tdocker run --rm app npm run migrate", Some("app: npm run migrate")),
            ("      - run: docker run -e A=b acme/app:1 node dist/a.js", Some("acme/app: node dist/a.js")),
            ("\t@docker compose -f a.yml exec -T web npm run seed", Some("web: npm run seed")),
            ("    \"seed\": \"docker-compose run --rm web npm run seed\",", Some("web: npm run seed")),
            ("docker run -v $(pwd):/app node npm test", None),
            ("docker run --entrypoint sh app -c npm", None),
            ("docker compose up -d web", None),
            ("docker run app", None),
            ("docker build -t app .", None),
        ] {
            let found = read(line).map(|it| format!("{}: {}", it.0.name, it.1.join(" ")));
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn names_of_images() {
        for (text, expected) in [
            ("docker build -t app .", Some(None)),
            ("docker build --tag=\"app:1\" --target test .", Some(Some("test".to_owned()))),
            ("docker build -t app-web .", None),
            ("docker run -t app npm test", None),
        ] {
            assert_eq!(built_as(text, "app"), expected, "{text}");
        }
    }
}
