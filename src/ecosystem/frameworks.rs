//! What the builds of frameworks make.

use super::{servers, sites};

/// A kind of output, and what says that a build makes it.
#[derive(Clone, Copy)]
pub(crate) struct Made {
    /// The program and the word that build.
    pub(crate) build: (&'static str, &'static str),
    /// From the app's folder, where no setting says otherwise. `{name}` in one is the text of that setting.
    pub(crate) outputs: &'static [&'static str],
    /// The names that the configuration may have, without the extension; the first that is there counts.
    pub(crate) config: &'static [&'static str],
    /// When it is this kind.
    pub(crate) when: When,
    /// Modules of the configuration with which the build makes something else.
    pub(crate) unless: &'static [&'static str],
    /// The setting that names the folder in which the page and the output lie; `""` is none.
    pub(crate) root: &'static str,
    /// The setting that names another output; `""` is none.
    pub(crate) folder: &'static str,
    /// Settings that make another kind of output, or move it, each with the value that does not.
    pub(crate) moves: &'static [(&'static str, &'static str)],
    /// Whether these settings may be a plugin's options as well.
    pub(crate) by_plugin: bool,
    /// What the word after the build's names.
    pub(crate) operand: Operand,
    /// Whether packages that are devDependencies become part of it.
    pub(crate) bundles_dev: bool,
    /// Where the code lies that it is made of, from the app's folder: files and folders, and after `!` a file that is not of
    /// it. Empty where that is not written here.
    pub(crate) sources: &'static [&'static str],
    /// Packages that the output imports although the code does not: parts of the framework.
    pub(crate) imports: &'static [&'static str],
}

/// What a build is told by a word without an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// Nothing that is known.
    Unknown,
    /// The folder in which the configuration and the output lie.
    Root,
    /// The page from which it builds; where it is told none, the `source` of package.json.
    Page,
}

/// A row with nothing in it.
pub(super) const MADE: Made = Made {
    build: ("", ""),
    outputs: &[],
    config: &[],
    when: When::Always,
    unless: &[],
    root: "",
    folder: "",
    moves: &[],
    by_plugin: false,
    operand: Operand::Unknown,
    bundles_dev: false,
    sources: &[],
    imports: &[],
};

/// A program and its first word.
type Words = (&'static str, &'static str);

/// Other names of programs and of their first words, each with the usual ones.
const SHORT: &[(Words, Words)] = &[
    (("brunch", "b"), ("brunch", "build")),
    (("ember", "b"), ("ember", "build")),
    (("hexo", "g"), ("hexo", "generate")),
    (("ng", "b"), ("ng", "build")),
    (("nitropack", "build"), ("nitro", "build")),
    (("nuxi", "build"), ("nuxt", "build")),
    (("nuxi", "generate"), ("nuxt", "generate")),
];

/// Whether a text has the program, by any of its names.
pub(crate) fn is_named(text: &str, program: &str) -> bool {
    let others = SHORT.iter().filter(|it| it.1.0 == program).map(|it| it.0.0);
    others.chain([program]).any(|it| text.contains(it))
}

/// Modules by which a configuration has its build make something for the machines of one provider. Sources: their own
/// pages; `@sveltejs/adapter-auto` 3 made nothing outside of those that it knows.
const PLATFORMS: &[&str] = &[
    "@astrojs/cloudflare",
    "@astrojs/netlify",
    "@astrojs/vercel",
    "@netlify/vite-plugin-tanstack-start",
    "@sveltejs/adapter-auto",
    "@sveltejs/adapter-cloudflare",
    "@sveltejs/adapter-cloudflare-workers",
    "@sveltejs/adapter-netlify",
    "@sveltejs/adapter-vercel",
];

/// Whether a module makes what the build leaves one for the machines of a provider.
pub(crate) fn is_of_platform(module: &str) -> bool {
    PLATFORMS.iter().any(|it| is_of(module, it))
}

/// Whether `module` is `package`, or a file of it.
pub(crate) fn is_of(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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
    /// The same, and a setting, a plugin's option too, with this value.
    ImportsWith(&'static str, (&'static str, &'static str)),
    /// A file that a script of package.json starts.
    Starts(&'static str),
    /// Words that no script of package.json has.
    Unscripted(&'static [&'static str]),
}

/// The variables by which builds put their output elsewhere: that of Create React App, and Nitro's.
pub(crate) const MOVING: &[&str] = &["BUILD_PATH", "NITRO_PRESET", "SERVER_PRESET"];

/// Options of builds that leave the output where it is, with how many words follow.
const HARMLESS: &[(&str, usize)] = &[
    ("--configuration=production", 0),
    ("--emptyOutDir", 0),
    ("--environment=production", 0),
    ("--force", 0),
    ("--host", 0),
    ("--logLevel", 1),
    ("--mode", 1),
    ("--mode=production", 0),
    ("--no-progress", 0),
    ("--prefix-paths", 0),
    ("--prod", 0),
    ("--production", 0),
    ("--quiet", 0),
    ("--silent", 0),
    ("--sourcemap", 0),
    ("--turbo", 0),
    ("--turbopack", 0),
    ("--verbose", 0),
    ("--webpack", 0),
    ("-prod", 0),
];

/// The kinds of output that these words may build, the plainest last; none where they are no build of a framework.
pub(crate) fn made<'a>(program: &'a str, arguments: &'a [String]) -> impl Iterator<Item = &'static Made> + 'a {
    let first = arguments.first().filter(|it| !it.starts_with('-')).map_or("", String::as_str);
    let words = SHORT.iter().find(|it| it.0 == (program, first)).map_or((program, first), |it| it.1);
    let is_meant = move |it: &&'static Made| it.build == words;
    let all = || sites::made().chain(servers::made()).filter(is_meant);
    let is_plain = |it: &&'static Made| matches!(it.when, When::Always | When::Page(_));
    all().filter(move |it| !is_plain(it)).chain(all().filter(is_plain))
}

impl Made {
    /// The first option of its build that may move the output.
    pub(crate) fn moved_by<'a>(&self, arguments: &'a [String]) -> Option<&'a str> {
        let mut rest = self.rest(arguments).iter();
        while let Some(word) = rest.next() {
            match HARMLESS.iter().find(|it| it.0 == word) {
                Some((_, n_values)) => rest.by_ref().take(*n_values).for_each(drop),
                None if word == "--configuration" && rest.as_slice().first().is_some_and(|it| it == "production") => {
                    rest.next();
                }
                None if word == "--environment" && rest.as_slice().first().is_some_and(|it| it == "production") => {
                    rest.next();
                }
                None if self.is_operand(word) => {}
                None => return Some(word),
            }
        }
        None
    }

    fn is_operand(&self, word: &str) -> bool {
        match self.operand {
            Operand::Unknown => false,
            Operand::Root => !word.starts_with('-'),
            Operand::Page => word.ends_with(".html"),
        }
    }

    /// The words after the first, where that is a word of the tool's.
    fn rest<'a>(&self, arguments: &'a [String]) -> &'a [String] {
        let is_word = arguments.first().is_some_and(|it| !it.starts_with('-') && !self.build.1.is_empty());
        arguments.get(usize::from(is_word)..).unwrap_or_default()
    }

    /// The folder, from the app's, in which the configuration and the output lie by these words; they may start a server as
    /// well.
    pub(crate) fn root<'a>(&self, arguments: &'a [String]) -> &'a str {
        let first = self.rest(arguments).first().filter(|it| self.operand == Operand::Root && !it.starts_with('-'));
        first.map_or("", |it| it.trim_start_matches("./").trim_end_matches('/'))
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
        assert_eq!(last("hexo", "g"), Some("public"));
        assert_eq!(last("nuxi", "build"), Some(".output"));
        assert_eq!(last("eleventy", "--quiet"), Some("_site"));
    }

    #[test]
    fn a_root_in_the_words() {
        let root = |program: &str, line: &str| {
            let words = words(line);
            let row = made(program, &words).last().expect("it is a build");
            (row.root(&words).to_owned(), row.moved_by(&words).map(str::to_owned))
        };
        assert_eq!(root("vitepress", "build ./docs/"), ("docs".to_owned(), None));
        assert_eq!(root("vitepress", "build"), (String::new(), None));
        assert_eq!(root("vitepress", "build docs --outDir out"), ("docs".to_owned(), Some("--outDir".to_owned())));
        assert_eq!(root("vite", "build web"), (String::new(), Some("web".to_owned())));
    }

    #[test]
    fn modules_of_providers() {
        assert!(is_of_platform("@astrojs/vercel/serverless") && is_of_platform("@sveltejs/adapter-auto"));
        assert!(!is_of_platform("@sveltejs/adapter-node") && !is_of("nitropack", "nitro"));
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
        assert_eq!(moved("build --environment production -prod"), None);
    }
}
