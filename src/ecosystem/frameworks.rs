//! What the builds of frameworks make.

use super::{servers, sites};

/// A kind of output, and what says that a build makes it.
pub(crate) struct Made {
    /// The program and the word that build.
    pub(crate) build: (&'static str, &'static str),
    /// From the app's folder, where no setting says otherwise.
    pub(crate) outputs: &'static [&'static str],
    /// The name of the configuration, without the extension; `""` is none.
    pub(crate) config: &'static str,
    /// When it is this kind.
    pub(crate) when: When,
    /// The setting that names another output; `""` is none.
    pub(crate) folder: &'static str,
    /// Settings that make another kind of output, or move it, each with the value that does not.
    pub(crate) moves: &'static [(&'static str, &'static str)],
}

/// What has to be there for a build to make one kind of output and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    /// A file from which it builds.
    Page(&'static str),
    /// A setting of the configuration, with this value.
    Setting(&'static str, &'static str),
    /// A package that the configuration imports.
    Imports(&'static str),
    /// A file that a script of package.json starts.
    Starts(&'static str),
}

/// The variable by which Create React App puts its output elsewhere.
pub(crate) const BUILD_PATH: &str = "BUILD_PATH";

/// Options of builds that leave the output where it is, with how many words follow.
const HARMLESS: &[(&str, usize)] = &[
    ("--configuration=production", 0),
    ("--emptyOutDir", 0),
    ("--force", 0),
    ("--host", 0),
    ("--logLevel", 1),
    ("--mode", 1),
    ("--mode=production", 0),
    ("--no-progress", 0),
    ("--prefix-paths", 0),
    ("--prod", 0),
    ("--production", 0),
    ("--silent", 0),
    ("--sourcemap", 0),
    ("--turbo", 0),
    ("--turbopack", 0),
    ("--verbose", 0),
    ("--webpack", 0),
];

/// The kinds of output that these words may build, the plainest last; none where they are no build of a framework.
pub(crate) fn made<'a>(program: &'a str, arguments: &'a [String]) -> impl Iterator<Item = &'static Made> + 'a {
    let is_meant =
        move |it: &&'static Made| it.build.0 == program && arguments.first().is_some_and(|word| word == it.build.1);
    let all = || sites::made().chain(servers::made()).filter(is_meant);
    let is_plain = |it: &&'static Made| matches!(it.when, When::Always | When::Page(_));
    all().filter(move |it| !is_plain(it)).chain(all().filter(is_plain))
}

impl Made {
    /// The first option of its build that may move the output.
    pub(crate) fn moved_by<'a>(&self, arguments: &'a [String]) -> Option<&'a str> {
        let mut rest = arguments.get(1..).unwrap_or_default().iter();
        while let Some(word) = rest.next() {
            match HARMLESS.iter().find(|it| it.0 == word) {
                Some((_, n_values)) => rest.by_ref().take(*n_values).for_each(drop),
                None if word == "--configuration" && rest.as_slice().first().is_some_and(|it| it == "production") => {
                    rest.next();
                }
                None => return Some(word),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn rows_by_their_words() {
        let last = |program: &str, line: &str| made(program, &words(line)).last().map(|it| it.outputs[0]);
        assert_eq!(last("next", "build --turbopack"), Some(".next"));
        assert_eq!(last("vite", "build"), Some("dist"));
        assert_eq!(last("next", "lint"), None);
        assert_eq!(last("vite", "--host"), None);
    }

    #[test]
    fn options_that_may_move_the_output() {
        let moved = |line: &str| {
            let words = words(line);
            made("vite", &words).last().and_then(|it| it.moved_by(&words).map(str::to_owned))
        };
        assert_eq!(moved("build --mode staging --sourcemap"), None);
        assert_eq!(moved("build --configuration production --no-progress"), None);
        assert_eq!(moved("build --configuration staging").as_deref(), Some("--configuration"));
        assert_eq!(moved("build --outDir public").as_deref(), Some("--outDir"));
        assert_eq!(moved("build packages/web").as_deref(), Some("packages/web"));
    }
}
